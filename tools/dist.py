#!/usr/bin/env python3
"""`make dist`: builds all that ships into dist/, for each architecture, and checks it; the paths are the last lines.

The commands and their manual pages, the plugin's jar with the native library of every architecture, and a wheel for each
architecture, all for glibc 2.17 or newer. What this machine cannot build or check is left out, and said.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import wheel
from wheel import ROOT, TARGET

DIST = ROOT / "dist"
GLIBC = (2, 17)
# Each with Debian's name for it.
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(*command, **options) -> subprocess.CompletedProcess:
    try:
        return subprocess.run(command, cwd=ROOT, check=True, text=True, **options)
    except subprocess.CalledProcessError as failed:
        raise SystemExit(f"error: this failed: {' '.join(map(str, command))}") from failed


def target(machine: str) -> str:
    return f"{machine}-unknown-linux-gnu"


def buildable() -> list[str]:
    """The architectures that the Rust toolchain can be had for, this machine's first."""
    here = platform.machine()
    if sys.platform != "linux" or here not in ARCHITECTURES:
        raise SystemExit(f"error: this is built on Linux on {' or '.join(ARCHITECTURES)}, not on {sys.platform} on {here}")
    found = [here]
    for machine in ARCHITECTURES.keys() - {here}:
        rustup = shutil.which("rustup")
        if rustup and subprocess.run([rustup, "target", "add", target(machine)], cwd=ROOT, stdout=sys.stderr).returncode == 0:
            found.append(machine)
        else:
            say(f"WARNING: NOT BUILT FOR {machine}: no Rust for {target(machine)} could be had")
    return found


def toolbox() -> dict[str, str]:
    """The environment in which cargo-zigbuild is on the path, beside what builds wheels."""
    tools = wheel.toolbox()
    zigbuild = run(ROOT / "tools" / "cargo-tool.sh", "cargo-zigbuild", "0.24.0", stdout=subprocess.PIPE).stdout.strip()
    return {**tools, "PATH": f"{Path(zigbuild).parent}{os.pathsep}{tools['PATH']}"}


def compile_for(target: str, package: str, toolbox: dict[str, str]) -> None:
    run("cargo-zigbuild", "zigbuild", "--quiet", "--locked", "--profile", "dist", "--package", package, "--target", target, env=toolbox)


def build_library(machine: str, toolbox: dict[str, str], native: Path) -> None:
    """Builds the native library, and lays it where the jar will have it."""
    say(f"the plugin's library: building it for {machine}")
    compile_for(f"{target(machine)}.{'.'.join(map(str, GLIBC))}", "sparkspan-agent", toolbox)
    library = native / "io" / "sparkspan" / "native" / f"linux-{machine}" / "libsparkspan_agent.so"
    library.parent.mkdir(parents=True)
    shutil.copy(TARGET / target(machine) / "dist" / library.name, library)
    check_glibc(library)
    check_exports(library)


def build_jar(machines: list[str], toolbox: dict[str, str]) -> Path:
    """The plugin's jar, with the native library of each architecture."""
    native = TARGET / "native"
    shutil.rmtree(native, ignore_errors=True)
    for machine in machines:
        build_library(machine, toolbox, native)
    return wheel.jar("dist", str(native))


def build_command(machine: str, jar: Path) -> tuple[Path, Path]:
    """Builds the wheel, and takes the command out of it; returns both."""
    say(f"the wheel and its command: building them for {machine}")
    package = wheel.build(jar, DIST, *wheel.SHIPPED, "--target", target(machine))
    command = DIST / f"linux-{machine}" / "sparkspan"
    command.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(package) as files:
        (inside,) = (name for name in files.namelist() if name.endswith(".data/scripts/sparkspan"))
        command.write_bytes(files.read(inside))
    command.chmod(0o755)
    check_glibc(command)
    return package, command


def dynamic_symbols(binary: Path) -> list[str]:
    return [line for line in run("objdump", "-T", binary, stdout=subprocess.PIPE).stdout.splitlines() if re.match(r"[0-9a-f]{8}", line)]


def check_glibc(binary: Path) -> None:
    versions = {tuple(map(int, found.split("."))) for line in dynamic_symbols(binary) for found in re.findall(r"\bGLIBC_([0-9.]+)", line)}
    if not versions or max(versions) > GLIBC:
        raise SystemExit(f"error: {binary} needs the glibc of {sorted(versions)[-3:]}, more than {GLIBC}")


def check_exports(library: Path) -> None:
    """The JVM binds what its class declares, and no other symbol may get in the way of the application's libraries."""
    source = (ROOT / "java/src/main/java/io/sparkspan/driver/Agent.java").read_text()
    declared = {f"Java_io_sparkspan_driver_Agent_{name}" for name in re.findall(r"\bstatic native .*?(\w+)\(", source)}
    exported = {line.split()[-1] for line in dynamic_symbols(library) if "*UND*" not in line}
    if exported != declared:
        raise SystemExit(f"error: {library} exports {sorted(exported)}, not {sorted(declared)}")


def emulator(machine: str) -> list:
    """What runs a command of the other architecture here; nothing if it cannot be had."""
    qemu, libraries = f"qemu-{machine}-static", Path(f"/usr/{machine}-linux-gnu")

    def there() -> bool:
        return bool(shutil.which(qemu)) and libraries.is_dir()

    if not there() and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"{qemu}: installing it")
        packages = ["qemu-user-static", f"libc6-{ARCHITECTURES[machine]}-cross"]
        for command in ["update"], ["install", "--yes", "--no-install-recommends", *packages]:
            subprocess.run(["apt-get", "--quiet=2", *command], stdout=sys.stderr)
    return [qemu, "-L", libraries] if there() else []


def replay(*sparkspan) -> bytes:
    """The spans of all the event logs that the tests have, of each Spark version and each codec."""
    logs = sorted((ROOT / "tests" / "eventlogs").glob("*/*/*app-*"))
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as spans:
        run(*sparkspan, "replay", *logs, "--to", spans.name, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return Path(spans.name).read_bytes()


def check_replays(machine: str, command: Path, expected: bytes) -> None:
    emulated = emulator(machine)
    if not emulated:
        say(f"WARNING: NOT RUN: {command}, as qemu-user and a glibc for {machine} could not be had")
    elif replay(*emulated, command) != expected:
        raise SystemExit(f"error: {command} makes other spans than that of {platform.machine()}")
    else:
        say(f"{command.relative_to(ROOT)}: makes the same {len(expected)} bytes of spans as that of {platform.machine()}")


def main() -> None:
    tools = toolbox()
    machines = buildable()
    jar = build_jar(machines, tools)
    wheels, commands = zip(*(build_command(machine, jar) for machine in machines))

    manual = DIST / "man"
    manual.mkdir(exist_ok=True)
    run(commands[0], "man", manual, stdout=sys.stderr)
    expected = replay(commands[0])
    for machine, command in zip(machines[1:], commands[1:]):
        check_replays(machine, command, expected)
    for path in *commands, manual, jar, *wheels:
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
