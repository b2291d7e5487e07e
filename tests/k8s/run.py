#!/usr/bin/env python3
"""The second half of `make test-k8s`: brings up a real Kubernetes on this machine and proves the charts there; what it needs it builds once, into the cache.

    tests/k8s/run.py [TEST…]          such as test_charts.Helm3
    tests/k8s/run.py --keep [TEST…]   leaves the cluster as it is then; tests/k8s/cluster/down stops it
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CLUSTER = HERE / "cluster"
TESTS = ["test_jaeger", "test_applications"]


def last_line(*command) -> str:
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return said.splitlines()[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("tests", metavar="TEST", nargs="*", default=TESTS)
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        raise SystemExit("error: a cluster needs root: network namespaces, mounts, containers")
    subprocess.run([CLUSTER / "build"], check=True)
    image = last_line(sys.executable, ROOT / "tools" / "image.py")
    helms = {f"SPARKSPAN_TEST_{name.upper()}": last_line(ROOT / "tools" / "charts" / "tool.sh", name) for name in ("helm3", "helm4")}
    environ = {**os.environ, **helms, "SPARKSPAN_TEST_IMAGE": image, "PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parent / 'support'}"}
    try:
        subprocess.run([CLUSTER / "up"], check=True)
        subprocess.run([CLUSTER / "load", "jaeger", "spark", image], check=True)
        suite = [sys.executable, ROOT / "python" / "tests" / "suite.py", *arguments.tests]
        return subprocess.run([CLUSTER / "with", *suite], env=environ, check=False).returncode
    finally:
        if not arguments.keep:
            subprocess.run([CLUSTER / "down"], check=False)


if __name__ == "__main__":
    sys.exit(main())
