#!/usr/bin/env python3
"""What Spark's own replay of an event log costs: one JSON line for each pass.

    python3 tests/spark/replay_baseline/run.py LOG [PASSES]
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import environment

VERSION = "3.5.9"


def main() -> None:
    log, passes = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "5"
    jars = f"{environment.spark_home(environment.python_of(VERSION))}/jars/*"
    with tempfile.TemporaryDirectory() as classes:
        subprocess.run(["javac", "--release", "8", "-Xlint:-options", "-nowarn", "-cp", jars, "-d", classes, HERE / "ReplayBaseline.java"], check=True)
        subprocess.run(["java", "-Xmx2g", "-cp", f"{classes}:{jars}", "ReplayBaseline", log, passes], check=True)


if __name__ == "__main__":
    main()
