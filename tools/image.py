#!/usr/bin/env python3
"""`make image`: builds the container image of sparkspan for this machine's architecture; its name is the last line.

The command in it is one static file, as it has the image for itself; the jar is that of `make dist`, for every architecture.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import dist
from wheel import ROOT, TARGET, environment

IMAGE = ROOT / "images" / "sparkspan"


def builder() -> list[str]:
    """What builds an image here: a Docker engine where one answers, else buildah or podman."""
    docker = shutil.which("docker")
    if docker and subprocess.run([docker, "info"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0:
        return [docker, "build"]
    for name in "buildah", "podman":
        if found := shutil.which(name):
            return [found, "build"]
    raise SystemExit("error: no Docker engine answers, and there is neither buildah nor podman\nhint: Debian and Ubuntu have buildah")


def build_command(machine: str, toolbox: dict[str, str]) -> Path:
    target = f"{machine}-unknown-linux-musl"
    dist.say(f"the command: building it for {target}")
    dist.run("rustup", "target", "add", target, stdout=sys.stderr)
    dist.compile_for(target, "sparkspan-cli", toolbox)
    return TARGET / target / "dist" / "sparkspan"


def authorities() -> Path:
    """The certificates that Mozilla trusts."""
    python = environment.locked("image", "a download of 200 kB", [IMAGE / "requirements.txt"])
    (found,) = python.parent.parent.glob("lib/python*/site-packages/certifi/cacert.pem")
    return found


def main() -> None:
    build = builder()
    toolbox = dist.toolbox()
    machines = dist.buildable()
    name = f"localhost/sparkspan:{tomllib.loads((ROOT / 'Cargo.toml').read_text())['workspace']['package']['version']}"
    with tempfile.TemporaryDirectory(dir=TARGET) as directory:
        context = Path(directory)
        shutil.copy(build_command(machines[0], toolbox), context / "sparkspan")
        shutil.copy(dist.build_jar(machines, toolbox), context / "sparkspan.jar")
        shutil.copy(authorities(), context / "ca-certificates.crt")
        for file in ROOT / "LICENSE", ROOT / "NOTICE", IMAGE / "Dockerfile":
            shutil.copy(file, context)
        dist.run(*build, "--quiet", "--tag", name, "--file", context / "Dockerfile", context, stdout=sys.stderr)
    print(name)


if __name__ == "__main__":
    main()
