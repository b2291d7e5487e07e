"""The other ends of a live application, on loopback: a Jaeger, what stands before it and keeps what it gets, and the service that tasks call."""

import gzip
import os
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
PORTS = ("OTLP_GRPC", "OTLP_HTTP", "QUERY_HTTP", "QUERY_GRPC", "HEALTH")
SECONDS = 300


def fetch(url):
    """The body of an answer; `None` where there is none, or an error."""
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.read()
    except OSError:
        return None


@contextmanager
def jaeger():
    """A real Jaeger with nothing in it: where it takes OTLP, and where it answers questions."""
    binary = os.environ.get("SPARKSPAN_TEST_JAEGER") or subprocess.run(
        [ROOT / "tools" / "jaeger" / "build.sh"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    process, addresses = start_jaeger(binary)
    # Between the look for free ports and its start, another process may have taken one.
    while process.poll() is not None:
        process, addresses = start_jaeger(binary)
    try:
        yield addresses
    finally:
        process.terminate()
        process.wait()


def start_jaeger(binary):
    ports = free_ports()
    environ = {**os.environ, **{f"JAEGER_{name}_PORT": str(port) for name, port in ports.items()}}
    command = [binary, "--config", ROOT / "tools" / "jaeger" / "all-in-one.yaml"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    health = f"http://127.0.0.1:{ports['HEALTH']}/status"
    wait_until("Jaeger answers", lambda: process.poll() is not None or fetch(health))
    return process, (f"http://127.0.0.1:{ports['OTLP_HTTP']}", f"http://127.0.0.1:{ports['QUERY_HTTP']}")


def free_ports():
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.socket()) for _ in PORTS]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return {name: listener.getsockname()[1] for name, listener in zip(PORTS, listeners)}


class Recorder(BaseHTTPRequestHandler):
    """Takes OTLP over HTTP, keeps it, and hands it on to where its server says, if it says so."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        plain = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        self.server.requests.append(ExportTraceServiceRequest.FromString(plain))
        status, answer = self.hand_on(plain) if self.server.destination else (200, b"")
        self.send_response(status)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def hand_on(self, body):
        request = urllib.request.Request(self.server.destination + self.path, body, {"Content-Type": "application/x-protobuf"})
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def log_message(self, *_):
        pass


@contextmanager
def recorder(destination=None):
    """An endpoint for spans: where it is, and the requests that it got."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    server.destination, server.requests = destination, []
    with serving(server) as url:
        yield url, server.requests


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


class Threading(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def echo(environ, start_response):
    """Answers `/<number>` with the number, and writes the query onto its span."""
    trace.get_current_span().set_attributes(dict(parse_qsl(environ["QUERY_STRING"])))
    body = environ["PATH_INFO"].strip("/").encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


@contextmanager
def service(endpoint):
    """An HTTP service that OpenTelemetry instruments: where it is, and its spans; they are also sent to the endpoint, by its end at the latest."""
    provider, kept = TracerProvider(resource=Resource.create({"service.name": "service"})), InMemorySpanExporter()
    # Kept when they are sent: so all that is kept is sent.
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint + "/v1/traces")))
    provider.add_span_processor(BatchSpanProcessor(kept))
    server = make_server("127.0.0.1", 0, OpenTelemetryMiddleware(echo, tracer_provider=provider), Threading, Quiet)
    try:
        with serving(server) as url:
            yield url, kept
    finally:
        provider.shutdown()


@contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
