#!/usr/bin/env python3
"""Measures what `docs/performance.md` tells, with the release profile, and prints it.

    python3 benches/measure.py [replay] [scale] [exporter] [overhead]

CPU time is that of whole processes. The spans go over http/protobuf to a sink in this process, whose own work does not count.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "spark"))

PASSES = 5
JVM_WARM_UP_PASSES = 2
# Logs by tasks and by the queries and jobs that share them: of one shape, and the middle one in as many queries as the large one.
LOGS = ((10_000, 4), (100_000, 40), (1_000_000, 400), (100_000, 400))


class Sink(BaseHTTPRequestHandler):
    """Takes every request, and looks at the memory of whoever sends before it answers: the last request comes when all is read."""

    protocol_version = "HTTP/1.1"
    sender = None
    taken_bytes = 0
    peak_memory_bytes = 0

    def do_POST(self) -> None:
        Sink.taken_bytes += len(self.rfile.read(int(self.headers["content-length"])))
        if Sink.sender is not None:
            status = Path(f"/proc/{Sink.sender}/status").read_text()
            Sink.peak_memory_bytes = int(status.split("VmHWM:")[1].split()[0]) * 1024
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """A server's log is no result."""


@dataclass
class Replay:
    """What one run of the command took and did."""

    cpu_s: float
    peak_memory_bytes: int
    sent_bytes: int
    report: dict


def build(*arguments: str) -> Path:
    """Builds one program with the release profile; gives its path."""
    command = ["cargo", "build", "--release", "--locked", "--quiet", "--message-format=json", *arguments]
    built = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    programs = [json.loads(line).get("executable") for line in built.stdout.splitlines()]
    return Path([program for program in programs if program][-1])


def replay(sparkspan: Path, sink: str, log: str, stdin: int | None = None) -> Replay:
    """Replays one log into the sink."""
    command = [sparkspan, "replay", log, "--to", sink, "--json"]
    Sink.taken_bytes = 0
    process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    Sink.sender = process.pid
    report = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return Replay(usage.ru_utime + usage.ru_stime, Sink.peak_memory_bytes, Sink.taken_bytes, json.loads(report))


def measure_replay(sparkspan: Path, sink: str) -> None:
    """sparkspan beside Spark's own replay, on a log that real Spark wrote."""
    import benchmark_log

    log = benchmark_log.benchmark_log()
    size = log.stat().st_size
    log.read_bytes()  # From here on it is in the page cache.

    # Half before and half after: both sides see the machine in the same mood.
    ours = [replay(sparkspan, sink, str(log)) for _ in range(PASSES)]
    baseline = [sys.executable, ROOT / "tests" / "spark" / "replay_baseline" / "run.py", log, str(JVM_WARM_UP_PASSES + PASSES)]
    passes = [json.loads(line) for line in subprocess.run(baseline, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()]
    ours += [replay(sparkspan, sink, str(log)) for _ in range(PASSES)]

    cpu_s = min(run.cpu_s for run in ours)
    cpu_of_spark_s = min(run["process_cpu_s"] for run in passes[JVM_WARM_UP_PASSES:])
    print(f"replay of {size / 1e6:.1f} MB, {ours[0].report['applications'][0]['events']} events, {ours[0].report['delivery']['sent']} spans:")
    print(f"  sparkspan: {cpu_s:.3f} CPU s, {size / 1e6 / cpu_s:.0f} MB per CPU s, best of {len(ours)}; {ours[0].sent_bytes} bytes sent")
    print(f"  Spark:     {cpu_of_spark_s:.3f} CPU s, {size / 1e6 / cpu_of_spark_s:.0f} MB per CPU s, best of {PASSES} warm passes")
    print("             all passes: " + ", ".join(f"{run['process_cpu_s']:.2f}" for run in passes))
    print(f"  ratio:     {cpu_of_spark_s / cpu_s:.1f}")


def measure_scale(sparkspan: Path, sink: str) -> None:
    """Memory and time by the number of tasks."""
    writer = build("--package", "sparkspan-testkit", "--example", "event_log")
    print("logs of many tasks, through a pipe:")
    for tasks, works in LOGS:
        runs = []
        for _ in range(PASSES):
            written = subprocess.Popen([writer, str(tasks), str(works)], stdout=subprocess.PIPE)
            runs.append(replay(sparkspan, sink, "-", stdin=written.stdout))
            written.stdout.close()
            written.wait()
        cpu_s, peak = min(run.cpu_s for run in runs), max(run.peak_memory_bytes for run in runs)
        application, sent = runs[0].report["applications"][0], runs[0].report["delivery"]["sent"]
        print(
            f"  {tasks:>9} tasks of {works:>3} queries and jobs: {application['events']} events, {cpu_s:.3f} CPU s, "
            f"{cpu_s / application['events'] * 1e9:.0f} ns per event, peak memory {peak / 1e6:.1f} MB, {sent} spans"
        )


def main() -> None:
    """Measures what the arguments name, else everything."""
    chosen = sys.argv[1:] or ["replay", "scale", "exporter", "overhead"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sink = f"http://127.0.0.1:{server.server_port}"
    sparkspan = build("--package", "sparkspan-cli")
    if "replay" in chosen:
        measure_replay(sparkspan, sink)
    if "scale" in chosen:
        measure_scale(sparkspan, sink)
    if "exporter" in chosen:
        subprocess.run(["cargo", "bench", "--quiet", "--locked", "--bench", "exporter"], cwd=ROOT / "benches", check=True)
    if "overhead" in chosen:
        import overhead

        Sink.sender = None
        jar = subprocess.run([ROOT / "tools" / "jar.sh", "dist"], stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()[-1]
        overhead.measure(str(ROOT / jar), sink)


if __name__ == "__main__":
    main()
