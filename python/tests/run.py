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
sys.path.insert(0, str(ROOT / "tests" / "support"))
from suites import run  # noqa: E402  (the folder is no package)

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
    alone, context = ["test_caller", "test_language"], "test_opentelemetry_context"
    environments = [
        ("no other package", with_wheel(wheel, "sparkspan"), alone),
        ("OpenTelemetry 1.33.1", with_wheel(wheel, "sparkspan-opentelemetry-oldest", OLDEST), [*alone, context]),
    ]
    if base := python_3_8():
        environments.append(("Python 3.8", with_wheel(wheel, "sparkspan-opentelemetry-oldest", OLDEST, base=base), [*alone, context]))
    for version in SPARK:
        python = with_wheel(wheel, f"live-{version}", NEWEST, spark=version)
        environments.append((f"PySpark {version}, OpenTelemetry 1.45.1", python, [context, "test_enable", "test_spark"]))

    suites = []
    for name, python, modules in environments:
        settings = {"OTEL_PYTHON_CONTEXT": "sparkspan", "PYSPARK_PYTHON": python, "PYTHONPATH": HERE}
        suites.append((f"{name}: {', '.join(modules)}", python, settings, modules))
    return int(not run(suites))


if __name__ == "__main__":
    sys.exit(main())
