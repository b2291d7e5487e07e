#!/usr/bin/env python3
"""Live applications, from their caller to what their tasks call: builds the wheel, installs it beside each PySpark, and tests it there.

    tests/live/run.py [VERSION…]
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "python" / "tests"))
from environments import ROOT, built_wheel, with_wheel  # noqa: E402  (the folder is no package)


def main() -> int:
    wheel = built_wheel()
    failed = False
    for version in sys.argv[1:] or ["3.5.9", "4.3.0"]:
        print(f"    Spark {version}", flush=True)
        python = with_wheel(wheel, f"live-{version}", HERE / "requirements.txt", spark=version)
        environ = {**os.environ, "SPARKSPAN_TEST_SPARK": version, "PYSPARK_PYTHON": str(python), "PYTHONPATH": str(HERE)}
        # Before 4.0 PySpark brings no Connect server.
        modules = ["test_live", "test_setup", "test_killed", *([] if version.startswith("3.") else ["test_connect"])]
        command = [python, ROOT / "python" / "tests" / "suite.py", *modules]
        failed |= subprocess.run(command, env=environ, check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
