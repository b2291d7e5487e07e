"""Python environments to test the wheel in: it is installed into them as a user installs it."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "spark"))
import environment  # noqa: E402  (the folder is no package)


def built_wheel() -> Path:
    """The wheel of this source, as tools/wheel.py makes it for tests."""
    built = subprocess.run([ROOT / "tools" / "wheel.py", "--quick"], stdout=subprocess.PIPE, text=True, check=True)
    return Path(built.stdout.splitlines()[-1])


def with_wheel(wheel: Path, name: str, *locks: Path, spark: Optional[str] = None, base: Optional[tuple] = None) -> Path:
    """The Python of an environment with the wheel, what the lock files say, and the PySpark of this version."""
    python = environment.locked(name, "a download of 10 MB", *([lock] for lock in locks), base=base)
    (packages,) = python.parent.parent.glob("lib/python*/site-packages")
    if spark is not None:
        # PySpark is 400 MB: it is seen where it is.
        pyspark = environment.spark_home(environment.python_of(spark))
        (packages / "pyspark.pth").write_text(f"{pyspark.parent}\n")
    stamp = packages / "sparkspan.stamp"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != digest:
        environment.run(python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--force-reinstall", wheel)
        stamp.write_text(digest)
    return python


def live(wheel: Path, version: str) -> Path:
    """The Python of an environment for applications that are traced while they run, and for the services that they call."""
    tests = ROOT / "tests" / "live"
    locks = [tests / "requirements.txt", *([tests / "connect-3.5.txt"] if version.startswith("3.5.") else [])]
    return with_wheel(wheel, f"live-{version}", *locks, spark=version)
