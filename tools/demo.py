#!/usr/bin/env python3
"""`make demo`: a real PySpark application is traced while it runs, with the service that its tasks call, and its trace can be looked at.

The trace goes into the Jaeger that OTEL_EXPORTER_OTLP_ENDPOINT names, else into one that is started here: from its container image where a
Docker engine answers, else as a binary built from its source. Where neither can be had, `sparkspan receive` takes its place. On a terminal
the Jaeger stays, and the last lines say how to stop it; otherwise nothing is left running.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "spark"), str(ROOT / "python" / "tests")]
import environment  # noqa: E402  (the folders are no packages)
from environments import built_wheel, live  # noqa: E402

SPARK = "3.5.9"
IMAGE = "jaegertracing/jaeger:2.21.0"
# The ports of a Jaeger that its users know, and what tools/jaeger/all-in-one.yaml calls them.
PORTS = {"OTLP_GRPC": 4317, "OTLP_HTTP": 4318, "QUERY_HTTP": 16686, "QUERY_GRPC": 16685, "HEALTH": 13133}
SECONDS_TO_START = 60
# What cannot be got from a registry.
NEEDED = {"cargo": "Rust, from rustup", "javac": "a JDK, version 17", "mvn": "Maven", "cc": "a C compiler"}


@contextlib.contextmanager
def step(what: str):
    print(f"==> {what}", flush=True)
    start = time.monotonic()
    yield
    print(f"    {time.monotonic() - start:.0f} s", flush=True)


def build() -> Path:
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--package", "sparkspan-cli"], cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    return target / "debug" / "sparkspan"


def run_application(python: Path, directory: Path, endpoint: str) -> Path:
    """Runs the example and the service that it calls, both traced; the application's event log is the one file that it leaves."""
    shutil.rmtree(directory, ignore_errors=True)
    environ = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
    example = ROOT / "examples" / "etl"
    with subprocess.Popen([python, example / "segment_service.py"], env=environ, stdout=subprocess.PIPE, text=True) as service:
        try:
            address = service.stdout.readline().strip()
            application = [python, example / "orders_etl.py", "--segments", address, "--event-log", directory]
            subprocess.run(application, env=environ, check=True)
        finally:
            service.terminate()
    (log,) = (path for path in directory.iterdir() if not path.name.startswith("."))
    return log


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return reply.status == 200
    except OSError:
        return False


def wait_for(url: str, alive=lambda: True) -> bool:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and alive():
        if answers(url):
            return True
        time.sleep(0.2)
    return False


def free_ports() -> dict:
    """The usual ports where nobody has them, else any."""
    with contextlib.ExitStack() as stack:
        def port(number: int) -> int:
            listener = stack.enter_context(socket.socket())
            listener.bind(("127.0.0.1", number))
            return listener.getsockname()[1]

        try:
            return {name: port(number) for name, number in PORTS.items()}
        except OSError:
            return {name: port(0) for name in PORTS}


class Jaeger:
    """Where the trace goes, and where it can be looked at."""

    def __init__(self, endpoint: str, ui: str = "", note: str = "", stop: list = (), kept: Path | None = None):
        self.endpoint, self.ui, self.note, self.stop, self.kept = endpoint, ui, note, list(stop), kept


def given() -> Jaeger | None:
    endpoint = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    return Jaeger(endpoint) if endpoint else None


def in_docker() -> Jaeger | None:
    def docker(*arguments: str, seconds: float):
        return subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=seconds, check=True).stdout.strip()

    try:
        docker("info", seconds=3)
        try:
            docker("image", "inspect", IMAGE, seconds=10)
        except subprocess.CalledProcessError:
            docker("pull", IMAGE, seconds=300)
        publish = [argument for port in (16686, 4318) for argument in ("--publish", f"127.0.0.1:{port}:{port}")]
        container = docker("run", "--detach", "--rm", *publish, IMAGE, seconds=60)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"    no Jaeger in a container: {type(error).__name__}")
        return None
    jaeger = Jaeger("http://localhost:4318", "http://localhost:16686", stop=["docker", "stop", container[:12]])
    if wait_for(jaeger.ui):
        return jaeger
    subprocess.run(jaeger.stop, capture_output=True, check=False)
    print("    no Jaeger in a container: it does not answer")
    return None


def as_binary(directory: Path) -> Jaeger | None:
    built = subprocess.run([ROOT / "tools" / "jaeger" / "build.sh"], stdout=subprocess.PIPE, text=True, check=False)
    if built.returncode != 0:
        return None
    ports = free_ports()
    environ = {**os.environ, **{f"JAEGER_{name}_PORT": str(port) for name, port in ports.items()}}
    configuration = ROOT / "tools" / "jaeger" / "all-in-one.yaml"
    with open(directory / "jaeger.log", "w") as log:
        process = subprocess.Popen(
            [built.stdout.strip(), "--config", configuration], env=environ, stdout=log, stderr=log, start_new_session=True
        )
    if not wait_for(f"http://127.0.0.1:{ports['HEALTH']}/status", alive=lambda: process.poll() is None):
        process.terminate()
        print(f"    no Jaeger as a binary: see {directory / 'jaeger.log'}")
        return None
    return Jaeger(
        f"http://127.0.0.1:{ports['OTLP_HTTP']}",
        f"http://127.0.0.1:{ports['QUERY_HTTP']}",
        note="This Jaeger is built from its source, which holds the API but not the pages of the user interface: the address\n"
        "answers with the trace as JSON. With Docker, `make demo` starts the image, which has the pages.",
        stop=["kill", str(process.pid)],
    )


def as_receiver(sparkspan: Path, directory: Path) -> Jaeger:
    kept = directory / "received.jsonl"
    kept.unlink(missing_ok=True)
    with open(directory / "receive.log", "w") as log:
        process = subprocess.Popen(
            [sparkspan, "receive", "--http-port", "0", "--grpc-port", "0", "--keep", kept],
            stdout=log,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    listening = process.stderr.readline()
    endpoint = next(word for word in listening.split() if word.startswith("http://"))
    return Jaeger(endpoint, note="No Jaeger could be had: `sparkspan receive` took the trace.", stop=["kill", str(process.pid)], kept=kept)


def trace_of(sparkspan: Path, log: Path) -> str:
    """The application's trace, which its event log names."""
    command = [sparkspan, "replay", log, "--to", os.devnull, "--json"]
    report = json.loads(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout)
    return report["applications"][0]["trace_id"]


def fetch_trace(jaeger: Jaeger, trace: str, file: Path) -> bool:
    """Fetches the trace as Jaeger has it, with the spans of everybody who took part in it."""
    url = f"{jaeger.ui}/api/v3/traces/{trace}?raw_traces=true"
    if not wait_for(url):
        return False
    with urllib.request.urlopen(url) as reply:
        file.write_text(json.dumps(json.load(reply)["result"]) + "\n")
    return True


def main() -> None:
    for program, what in NEEDED.items():
        if not shutil.which(program):
            raise SystemExit(f"error: there is no {program}\nhint: the demo is built here, which takes {what}")
    directory = environment.cache() / "demo"
    directory.mkdir(parents=True, exist_ok=True)
    with step("sparkspan: building the command, the plugin and the wheel"):
        sparkspan = build()
        wheel = built_wheel()
    with step(f"PySpark {SPARK}: looking for its environment"):
        python = live(wheel, SPARK)
    with step("Jaeger: looking for one"):
        jaeger = given() or in_docker() or as_binary(directory) or as_receiver(sparkspan, directory)
    try:
        with step(f"examples/etl/orders_etl.py: running it, traced to {jaeger.endpoint}"):
            log = run_application(python, directory / "event-logs", jaeger.endpoint)
        trace, shown = trace_of(sparkspan, log), jaeger.kept or log
        if jaeger.ui:
            shown = directory / "trace.jsonl"
            with step(f"Jaeger: the trace {trace} as it has it"):
                if not fetch_trace(jaeger, trace, shown):
                    raise SystemExit(f"error: the trace is not in the Jaeger at {jaeger.ui}")
        with step(f"sparkspan show {shown.name}"):
            subprocess.run([sparkspan, "show", shown], check=True)
        stays = sys.stdout.isatty() and jaeger.stop
        if jaeger.note:
            print(jaeger.note)
        if jaeger.ui and stays:
            page = f"/api/v3/traces/{trace}" if jaeger.note else f"/trace/{trace}"
            print(f"The trace in Jaeger:   {jaeger.ui}{page}")
        elif not jaeger.stop:
            print(f"The trace {trace} is where {jaeger.endpoint} puts it")
        print(f"The tree again:        {sparkspan} show {shown}")
        if shown != log:
            print(f"Without the service:   {sparkspan} show {log}")
        if stays:
            print(f"To stop it:            {' '.join(jaeger.stop)}")
            jaeger.stop = []
    finally:
        if jaeger.stop:
            subprocess.run(jaeger.stop, capture_output=True, check=False)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failed:
        # It has said itself what is wrong.
        raise SystemExit(f"error: this failed: {' '.join(map(str, failed.cmd))}") from None
