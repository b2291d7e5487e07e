#!/usr/bin/env python3
"""The tests of the Python package: builds its wheel, installs it into an environment of each kind, and tests it there.

    python/tests/run.py
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Optional

from environments import ROOT, built_wheel, with_wheel

HERE = Path(__file__).resolve().parent
OLDEST = HERE / "requirements" / "opentelemetry-1.33.1.txt"
NEWEST = ROOT / "tests" / "live" / "requirements.txt"
SPARK = ("3.5.9", "4.3.0")


def python_3_8() -> Optional[tuple]:
    """The oldest Python that is promised, where there is one: Debian's package registry has it no more."""
    found = shutil.which("python3.8")
    if found is None:
        return None
    # pyenv's commands stand for a version that the environment chooses.
    asked = subprocess.run(
        [found, "-c", "import sys; print(sys.executable)"], env={**os.environ, "PYENV_VERSION": "3.8"}, capture_output=True, text=True, check=False
    )
    return (asked.stdout.strip(), "3.8") if asked.returncode == 0 else None


def main() -> int:
    wheel = built_wheel()
    alone = ["test_caller", "test_language"]
    suites = [
        ("no other package", lambda: with_wheel(wheel, "sparkspan"), alone),
        ("OpenTelemetry 1.33.1", lambda: with_wheel(wheel, "sparkspan-opentelemetry-oldest", OLDEST), [*alone, "test_opentelemetry_context"]),
    ]
    if base := python_3_8():
        oldest = "sparkspan-opentelemetry-oldest"
        suites.append(("Python 3.8", lambda: with_wheel(wheel, oldest, OLDEST, base=base), [*alone, "test_opentelemetry_context"]))
    for version in SPARK:
        suites.append((
            f"PySpark {version}, OpenTelemetry 1.45.1",
            lambda version=version: with_wheel(wheel, f"live-{version}", NEWEST, spark=version),
            ["test_opentelemetry_context", "test_enable", "test_spark"],
        ))

    failed = False
    for name, make_environment, modules in suites:
        print(f"    {name}: {', '.join(modules)}", flush=True)
        python = make_environment()
        environ = {**os.environ, "OTEL_PYTHON_CONTEXT": "sparkspan", "PYSPARK_PYTHON": str(python), "PYTHONPATH": str(HERE)}
        failed |= subprocess.run([python, HERE / "suite.py", *modules], env=environ, check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
