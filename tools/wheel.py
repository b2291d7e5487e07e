#!/usr/bin/env python3
"""`make wheel`: builds the Python wheel into dist/; its path is the last line.

    tools/wheel.py [--quick]

With --quick it is one for tests of this machine: the command as `cargo test` builds it, and left among cargo's own output.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "spark"))
import environment  # noqa: E402  (the folder is no package)

PROJECT = ROOT / "python"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
# zig's own glibc stubs make a binary that runs wherever glibc is 2.17 or newer.
SHIPPED = ("--profile", "dist", "--zig", "--compatibility", "manylinux2014")


def toolbox() -> dict[str, str]:
    """The environment in which maturin and zig are on the path, and keep what they make in the cache."""
    binaries = environment.locked("wheel", "a download of 100 MB", [PROJECT / "requirements" / "wheel.txt"]).parent
    return {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "VIRTUAL_ENV": str(binaries.parent),
        "CARGO_ZIGBUILD_CACHE_DIR": str(environment.cache() / "zigbuild"),
        "ZIG_GLOBAL_CACHE_DIR": str(environment.cache() / "zig"),
    }


def jar(*kind: str) -> Path:
    built = subprocess.run([ROOT / "tools" / "jar.sh", *kind], stdout=subprocess.PIPE, text=True, check=True)
    return ROOT / built.stdout.splitlines()[-1]


def build(plugin: Path, directory: Path, *how: str) -> Path:
    """The wheel with this jar of the plugin, as maturin builds it with these options."""
    TARGET.mkdir(parents=True, exist_ok=True)
    # Two builds share the place where the jar is laid.
    with open(TARGET / "wheel.lock", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        shutil.copyfile(plugin, PROJECT / "src" / "sparkspan" / "sparkspan.jar")
        command = ["maturin", "build", "--quiet", "--locked", *how, "--out", directory]
        subprocess.run(command, cwd=PROJECT, env=toolbox(), stdout=sys.stderr, check=True)
        return max(directory.glob("sparkspan-*.whl"), key=lambda wheel: wheel.stat().st_mtime_ns)


def main() -> None:
    if sys.argv[1:] == ["--quick"]:
        print(build(jar(), TARGET / "wheel", "--profile", "dev", "--compatibility", "linux"))
    elif not sys.argv[1:]:
        print(build(jar("dist"), ROOT / "dist", *SHIPPED))
    else:
        raise SystemExit(f"usage: {sys.argv[0]} [--quick]")


if __name__ == "__main__":
    main()
