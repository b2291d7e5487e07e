"""Suites of tests: each with a Spark of its own, and as many at once as there are cores, since half of what a Spark does is to wait."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

RUNNER = Path(__file__).resolve().parent.parent.parent / "python" / "tests" / "suite.py"


def run(suites):
    """Runs suites, each a name, a Python, what to add to the environment, and test modules; shows what each says when it has ended. Whether all pass."""

    def output(suite):
        _, python, settings, modules = suite
        environ = {**os.environ, **{name: str(value) for name, value in settings.items()}}
        return subprocess.run([python, RUNNER, *modules], env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)

    passed = True
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for (name, *_), done in zip(suites, pool.map(output, suites)):
            print(f"    {name}", flush=True)
            sys.stdout.buffer.write(done.stdout)
            sys.stdout.flush()
            passed &= done.returncode == 0
    return passed
