#!/usr/bin/env python3
"""Live applications, from their caller to what their tasks call: builds the wheel, installs it beside each PySpark, and tests it there.

    tests/live/run.py [--only MODULE] [VERSION…]
    tests/live/run.py --every                    every Spark, every ending, servers and streams too (an hour on two cores)
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUPPORT = HERE.parent / "support"
sys.path[:0] = [str(HERE.parent.parent / "python" / "tests"), str(HERE.parent / "spark"), str(SUPPORT)]
import environment  # noqa: E402  (the folders are no packages)
import maven  # noqa: E402
from environments import built_wheel, live  # noqa: E402
from suites import run  # noqa: E402

MODULES = ["test_live", "test_setup", "test_killed", "test_dropping", "test_hostile", "test_workloads"]
FURTHER_MODULES = ["test_contexts", "test_endings", "test_streaming", "test_long_lived"]
# PySpark 3.5 brings no Connect server; this is the newest of 3.5 that is published.
CONNECT = "org.apache.spark:spark-connect_2.12:3.5.7"
# Of the applications of the event logs; the others are of no use here, or need a cluster of their own.
WORKLOADS, FURTHER_WORKLOADS = ["failures"], ["sql", "adaptive", "python", "rdd", "lost", "streaming"]


def connect_jar(directory: str) -> Path:
    maven.copy(CONNECT, directory)
    (jar,) = Path(directory).glob("spark-connect_*.jar")
    return jar


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--only", metavar="MODULE", help="such as test_connect")
    parser.add_argument("versions", metavar="VERSION", nargs="*")
    arguments = parser.parse_args()
    wheel = built_wheel()
    suites = []
    with tempfile.TemporaryDirectory(prefix="sparkspan-") as directory:
        connect_3_5 = connect_jar(directory)
        for version in arguments.versions or (environment.versions() if arguments.every else ["3.5.9", "4.3.0"]):
            modules, workloads = MODULES, WORKLOADS
            if arguments.every:
                modules, workloads = modules + FURTHER_MODULES, workloads + FURTHER_WORKLOADS
            # In 3.4 Connect has no tags, which name the caller.
            if not version.startswith("3.4."):
                modules = [*modules, "test_connect"]
            python = live(wheel, version)
            settings = {
                "PYTHONPATH": f"{HERE}{os.pathsep}{SUPPORT}",
                "PYSPARK_PYTHON": python,
                "SPARKSPAN_TEST_SPARK": version,
                "SPARKSPAN_TEST_WORKLOADS": " ".join(workloads),
                "SPARKSPAN_TEST_CONNECT": connect_3_5 if version.startswith("3.5.") else "",
            }
            suites.append((f"Spark {version}", python, settings, [arguments.only] if arguments.only else modules))
        return int(not run(suites))


if __name__ == "__main__":
    sys.exit(main())
