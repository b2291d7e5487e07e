"""Servers that run for as long as somebody needs them."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

from ports import listens
from waiting import wait_until


@contextmanager
def running(output, *command, **options):
    """Runs a server until the block ends; what it says goes to a file."""
    process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def listening(port, output, *command, **options):
    """The same; the block begins once the server listens. One that ends before is an error, which quotes what it said."""
    with running(output, *command, **options) as process:
        wait_until(f"{command[0]} listens", lambda: process.poll() is not None or listens(port))
        if process.poll() is not None:
            said = Path(output.name).read_text(encoding="utf-8", errors="replace")
            raise AssertionError(f"{command[0]} has ended with exit code {process.returncode}:\n{said[-5_000:]}")
        yield process
