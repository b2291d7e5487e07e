#!/usr/bin/env python3
"""Makes, once per machine, a virtual environment with one locked PySpark; prints the path of its Python.

    python3 tests/spark/environment.py 3.5.9

An environment is complete or absent: it is built in place under a lock (a virtual environment holds absolute paths,
so it cannot be renamed) and counts only once its stamp, the digest of its lock file, is written.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements"
# All locked packages have wheels for these.
INTERPRETERS = ("3.11", "3.12")


def cache() -> Path:
    """The folder that outlives the repository: what is downloaded or built goes there."""
    if given := os.environ.get("SPARKSPAN_CACHE"):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sparkspan"


def versions() -> list[str]:
    """The Spark versions that have a lock file."""
    return sorted(path.stem for path in REQUIREMENTS.glob("[0-9]*.txt"))


def interpreter() -> tuple[str, str]:
    """The Python that environments are made from: the running one if it can be, else one on the path; and its version."""
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if running in INTERPRETERS:
        return sys.executable, running
    for version in INTERPRETERS:
        found = shutil.which(f"python{version}")
        # A version manager's shim may be there without the version it stands for.
        if found and subprocess.run([found, "-c", ""], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return found, version
    raise SystemExit(f"PySpark runs here on Python {' or '.join(INTERPRETERS)}; this is {running}\nhint: install python{INTERPRETERS[0]}")


def python_of(version: str) -> Path:
    """The Python of the environment of this Spark version; makes the environment if it is not there yet."""
    build, lock = REQUIREMENTS / "build.txt", REQUIREMENTS / f"{version}.txt"
    if not lock.is_file():
        raise SystemExit(f"no lock file for PySpark {version}\nhint: one of {', '.join(versions())}")
    # PySpark is a source package: the tools that build it are locked too, so no build isolation.
    return locked(f"pyspark-{version}", "a download of about 400 MB", [build], ["--no-build-isolation", lock])


def locked(name: str, cost: str, *steps: list, base: tuple[str, str] | None = None) -> Path:
    """The Python of an environment of this name, in which pip has taken these steps: its options, and a lock file last."""
    base, base_version = base or interpreter()
    home = cache() / "python" / f"{name}-py{base_version}"
    stamp, python = home / "complete", home / "bin" / "python"
    digest = hashlib.sha256(b"".join(step[-1].read_bytes() for step in steps)).hexdigest()

    home.parent.mkdir(parents=True, exist_ok=True)
    with open(home.parent / f"{home.name}.lock", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == digest:
            return python
        print(f"{name}: making its Python environment ({cost}, once)", file=sys.stderr)
        shutil.rmtree(home, ignore_errors=True)
        run(base, "-m", "venv", home)
        for *options, lock in steps:
            run(python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes", *options, "-r", lock)
        stamp.write_text(digest)
    return python


def run(*command) -> None:
    try:
        subprocess.run(command, check=True, stdout=sys.stderr)
    except subprocess.CalledProcessError as failed:
        what = " ".join(map(str, command))
        raise SystemExit(f"failed: {what}\nhint: Debian and Ubuntu have venv in python3-venv; packages come from PyPI") from failed


def spark_home(python: Path) -> Path:
    """The Spark distribution inside the environment."""
    (home,) = python.parent.parent.glob("lib/python*/site-packages/pyspark")
    return home


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(f"usage: {sys.argv[0]} VERSION   ({', '.join(versions())})")
    print(python_of(sys.argv[1]))
