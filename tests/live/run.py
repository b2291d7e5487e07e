#!/usr/bin/env python3
"""Live applications, from their caller to what their tasks call: builds the wheel, installs it beside each PySpark, and tests it there.

    tests/live/run.py [VERSION…]
    tests/live/run.py --every        every Spark, every ending, servers and streams too (hours)
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "python" / "tests"))
from environments import ROOT, built_wheel, environment, with_wheel  # noqa: E402  (the folder is no package)

MODULES = ["test_live", "test_setup", "test_killed", "test_workloads"]
FURTHER_MODULES = ["test_endings", "test_streaming", "test_long_lived"]
# Of the applications of the event logs; the others are of no use here, or need a cluster of their own.
WORKLOADS, FURTHER_WORKLOADS = ["failures"], ["sql", "adaptive", "python", "rdd", "lost", "streaming"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", action="store_true")
    parser.add_argument("versions", metavar="VERSION", nargs="*")
    arguments = parser.parse_args()
    modules = MODULES + FURTHER_MODULES if arguments.every else MODULES
    workloads = " ".join(WORKLOADS + FURTHER_WORKLOADS if arguments.every else WORKLOADS)
    wheel = built_wheel()
    failed = False
    for version in arguments.versions or (environment.versions() if arguments.every else ["3.5.9", "4.3.0"]):
        print(f"    Spark {version}", flush=True)
        python = with_wheel(wheel, f"live-{version}", HERE / "requirements.txt", spark=version)
        environ = {**os.environ, "SPARKSPAN_TEST_SPARK": version, "PYSPARK_PYTHON": str(python), "PYTHONPATH": str(HERE),
                   "SPARKSPAN_TEST_WORKLOADS": workloads}
        # Before 4.0 PySpark brings no Connect server.
        connect = [] if version.startswith("3.") else ["test_connect"]
        command = [python, ROOT / "python" / "tests" / "suite.py", *modules, *connect]
        failed |= subprocess.run(command, env=environ, check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
