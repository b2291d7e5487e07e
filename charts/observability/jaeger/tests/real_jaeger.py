"""The rendered examples as the real Jaeger gets them: their configurations, with this machine's paths and ports."""

import base64
import contextlib
import functools
import json
import os
import re
import secrets
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import stored
import yaml
from ports import free_port

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
PATIENCE_S = 60
# What Secrets would give.
CREDENTIALS = {f"{of}_{what}": "chart-test" for of in ("STORAGE", "KAFKA") for what in ("USERNAME", "PASSWORD")}


@functools.cache
def binary() -> str:
    """The real Jaeger; it is built where no one says where it is."""
    if given := os.environ.get("SPARKSPAN_TEST_JAEGER"):
        return given
    return subprocess.run([ROOT / "tools" / "jaeger" / "build.sh"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()[-1]


def jaeger(*arguments, **options) -> subprocess.Popen:
    return subprocess.Popen([binary(), *arguments], env={**os.environ, **CREDENTIALS}, stderr=subprocess.STDOUT, text=True, **options)


def manifests(example: str) -> list[dict]:
    return [manifest for manifest in yaml.safe_load_all((HERE / "golden" / f"{example}.yaml").read_text(encoding="utf-8")) if manifest]


def configurations(example: str) -> dict[str, dict]:
    """Jaeger's configuration of each Deployment of an example."""
    found = {one["metadata"]["name"]: one for one in manifests(example) if one["kind"] == "ConfigMap" and "jaeger.yaml" in one["data"]}
    deployments = [one["metadata"]["name"] for one in manifests(example) if one["kind"] == "Deployment"]
    return {name: yaml.safe_load(found[name]["data"]["jaeger.yaml"]) for name in deployments}


def ui_configuration(example: str) -> dict:
    (found,) = [one for one in manifests(example) if one["kind"] == "ConfigMap" and "ui.json" in one["data"]]
    return json.loads(found["data"]["ui.json"])


def in_older_words(configuration: dict) -> dict:
    """The same for Jaeger 2.13, where the topics that the ingester reads were one topic."""
    kafka = configuration["receivers"].get("kafka")
    if kafka is not None:
        (kafka["traces"]["topic"],) = kafka["traces"].pop("topics")
    return configuration


class Machine:
    """A directory in place of a pod's, and free ports of the loopback in place of the pod's."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        # By the port in the pod.
        self.ports = {}
        self.path("/etc/jaeger/ui/ui.json").write_text("{}", encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def path(self, in_pod: str) -> Path:
        path = Path(self.folder.name) / in_pod.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def port(self, in_pod: int) -> int:
        if in_pod not in self.ports:
            self.ports[in_pod] = free_port()
        return self.ports[in_pod]

    def place(self, value):
        """A part of a configuration, with paths and addresses of this machine."""
        if isinstance(value, dict):
            placed = {key: self.place(part) for key, part in value.items()}
            if value.get("port") == 8888:
                placed |= {"host": "127.0.0.1", "port": self.port(8888)}
            return placed
        if isinstance(value, list):
            return [self.place(part) for part in value]
        if isinstance(value, str) and (address := re.fullmatch(r":(\d+)", value)):
            return f"127.0.0.1:{self.port(int(address[1]))}"
        if isinstance(value, str) and value.startswith(("/etc/jaeger/", "/badger/")):
            return str(self.path(value))
        return value

    def write(self, configuration: dict) -> Path:
        path = self.path("/etc/jaeger/config/jaeger.yaml")
        path.write_text(yaml.safe_dump(self.place(configuration)), encoding="utf-8")
        return path

    @contextlib.contextmanager
    def running(self, configuration: dict):
        """The real Jaeger with this configuration, once it is healthy. Should another process take one of the ports first, it gets others."""
        for _ in range(5):
            log = self.path("/log").open("w+", encoding="utf-8")
            process = jaeger("--config", self.write(configuration), stdout=log)
            try:
                if self.gets_healthy(process):
                    yield Client(self.ports)
                    return
                log.seek(0)
                said = log.read()
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait()
                log.close()
            if "address already in use" not in said:
                raise AssertionError(f"Jaeger does not start:\n{said}")
            self.ports.clear()

    def gets_healthy(self, process: subprocess.Popen) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port(13133)}/status") as answer:
                return answer.status == 200
            time.sleep(0.05)
        return False


class Client:
    """Sends spans, and reads them back."""

    def __init__(self, ports: dict[int, int]):
        self.ports = ports
        self.scheme = "http"
        self.tls = None
        self.headers = {}
        self.base_path = ""

    def authenticate(self, user: str):
        """As this user, whose password is the same word."""
        self.headers = {"Authorization": "Basic " + base64.b64encode(f"{user}:{user}".encode()).decode()}

    def use_tls(self, context: ssl.SSLContext):
        self.scheme, self.tls = "https", context

    def request(self, port: int, path: str, body: bytes | None = None) -> bytes:
        headers = {"Content-Type": "application/json", **self.headers}
        request = urllib.request.Request(f"{self.scheme}://127.0.0.1:{self.ports[port]}{path}", body, headers)
        with urllib.request.urlopen(request, context=self.tls) as answer:
            return answer.read()

    def send(self, trace_id: str, spans: int = 1, bytes_each: int = 0):
        now = time.time_ns()
        span = {
            "traceId": trace_id,
            "name": "chart test",
            "kind": 2,
            "startTimeUnixNano": str(now - 1_000_000),
            "endTimeUnixNano": str(now),
        }
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "chart-test"}}]}
        # What is random cannot be compressed.
        all_spans = [
            {**span, "spanId": secrets.token_hex(8), "attributes": [{"key": "text", "value": {"stringValue": secrets.token_hex(bytes_each // 2)}}]}
            for _ in range(spans)
        ]
        body = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": all_spans}]}]}
        self.request(4318, "/v1/traces", json.dumps(body).encode())

    def read(self, trace_id: str) -> list[dict]:
        """The spans of a trace, once there are any."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return stored.spans(self.request(16686, self.base_path + stored.path(trace_id)))
            except urllib.error.HTTPError as answer:
                # 404: not yet there; 500: nor is the storage.
                if answer.code not in (404, 500) or time.monotonic() > deadline:
                    raise
            time.sleep(0.05)
