#!/usr/bin/env python3
"""Makes, once per machine, the event log that replays are measured on (real Spark, at least 150 MB); prints its path.

    python3 tests/spark/benchmark_log.py
"""

import shutil
from pathlib import Path

import environment
import make_fixtures

VERSION = "3.5.9"
LEAST_BYTES = 150_000_000


def benchmark_log() -> Path:
    kept = environment.cache() / "benchmark" / f"event-log-{VERSION}"
    unfinished = kept.parent / "unfinished"
    if not kept.is_file():
        with make_fixtures.alone(VERSION):
            run = make_fixtures.Spark(VERSION).run(make_fixtures.Case("benchmark", codec="none", master="local[2]"))
        (log,) = run.logs.iterdir()
        if log.stat().st_size < LEAST_BYTES:
            raise SystemExit(f"the benchmark's log has {log.stat().st_size} bytes, less than {LEAST_BYTES}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(log, unfinished)
        unfinished.rename(kept)
    return kept


if __name__ == "__main__":
    print(benchmark_log())
