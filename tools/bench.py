#!/usr/bin/env python3
"""`make bench`: what a replay costs, beside Spark's own replay of the same log, in CPU seconds.

The log is made by real Spark, uncompressed, and in the page cache. Spark's side is what a History Server does when it loads an application,
in a warm JVM; sparkspan's is the whole command, from the file to OTLP at a local endpoint. Both count the CPU time of the whole process. The
best of several passes counts on both sides.
"""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "spark"))
import benchmark_log  # noqa: E402  (the folder is no package)

PASSES = 5


class Sink(BaseHTTPRequestHandler):
    """An OTLP endpoint that forgets."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def release_build() -> Path:
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--release", "--package", "sparkspan-cli"], cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "release" / "sparkspan"


def replay(sparkspan: Path, log: Path, endpoint: str) -> float:
    """CPU seconds of one replay."""
    child = subprocess.Popen([sparkspan, "replay", log, "--to", endpoint], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"error: the replay ended with status {status}")
    return usage.ru_utime + usage.ru_stime


def spark_replays(log: Path) -> list[float]:
    """CPU seconds of each of Spark's passes that found the JVM warm."""
    script = ROOT / "tests" / "spark" / "replay_baseline" / "run.py"
    lines = subprocess.run([sys.executable, script, log, str(PASSES + 2)], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return [json.loads(line)["process_cpu_s"] for line in lines][2:]


def main() -> None:
    sparkspan, log = release_build(), benchmark_log.benchmark_log()
    megabytes = len(log.read_bytes()) / 1e6  # and so it is in the page cache
    sink = HTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    ours = min(replay(sparkspan, log, f"http://127.0.0.1:{sink.server_port}") for _ in range(PASSES))
    sink.shutdown()
    spark = min(spark_replays(log))
    print(f"replay of {megabytes:.0f} MB, best of {PASSES}:")
    print(f"  sparkspan  {ours:6.2f} CPU s  {megabytes / ours:7.0f} MB per CPU s")
    print(f"  Spark      {spark:6.2f} CPU s  {megabytes / spark:7.0f} MB per CPU s")
    print(f"  ratio      {spark / ours:6.1f}")


if __name__ == "__main__":
    main()
