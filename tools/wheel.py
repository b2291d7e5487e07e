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


def jar(quick: bool) -> Path:
    command = [ROOT / "tools" / "jar.sh", *([] if quick else ["dist"])]
    built = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return ROOT / built.stdout.splitlines()[-1]


def build(quick: bool) -> Path:
    maturin = environment.locked("wheel", "a download of 100 MB", [PROJECT / "requirements" / "wheel.txt"]).with_name("maturin")
    directory = TARGET / "wheel" if quick else ROOT / "dist"
    # zig's own glibc stubs make a binary that runs wherever glibc is 2.17 or newer.
    how = ["--profile", "dev", "--compatibility", "linux"] if quick else ["--profile", "dist", "--zig", "--compatibility", "manylinux2014"]
    environ = {**os.environ, "PATH": f"{maturin.parent}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(maturin.parent.parent)}
    subprocess.run([maturin, "build", "--quiet", "--locked", *how, "--out", directory], cwd=PROJECT, env=environ, stdout=sys.stderr, check=True)
    return max(directory.glob("sparkspan-*.whl"), key=lambda wheel: wheel.stat().st_mtime_ns)


def main() -> None:
    quick = sys.argv[1:] == ["--quick"]
    if sys.argv[1:] and not quick:
        raise SystemExit(f"usage: {sys.argv[0]} [--quick]")
    TARGET.mkdir(parents=True, exist_ok=True)
    # Two builds share the place where the jar is laid.
    with open(TARGET / "wheel.lock", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        shutil.copyfile(jar(quick), PROJECT / "src" / "sparkspan" / "sparkspan.jar")
        print(build(quick))


if __name__ == "__main__":
    main()
