"""The service that knows which segment a customer belongs to: what the orders job calls from its tasks.

It is instrumented with OpenTelemetry as any service is, and knows nothing of Spark. Whoever calls it with a `traceparent` sees it in
their trace. Spans go to OTEL_EXPORTER_OTLP_ENDPOINT.

    python examples/etl/segment_service.py          # prints its address
"""

import json
import signal
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def segment(revenue: float, orders: int) -> str:
    return "gold" if revenue / orders > 49.9 and orders > 300 else "silver" if orders > 100 else "bronze"


def application(environ, start_response):
    """Takes a list of `[revenue, orders]`, gives the list of their segments."""
    customers = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    body = json.dumps([segment(*customer) for customer in customers]).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def main() -> None:
    provider = TracerProvider(resource=Resource.create({"service.name": "customer-segments"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    traced = OpenTelemetryMiddleware(application, tracer_provider=provider)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with make_server("127.0.0.1", 0, traced, handler_class=Quiet) as server:
        print(f"http://127.0.0.1:{server.server_port}/segments", flush=True)
        try:
            server.serve_forever()
        finally:
            provider.shutdown()


if __name__ == "__main__":
    main()
