"""Many clients of one Spark Connect server, each with a caller of its own."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import unittest
from contextlib import contextmanager
from pathlib import Path

from pyspark.find_spark_home import _find_spark_home
from pyspark.sql.connect.functions import udf
from pyspark.sql.connect.session import SparkSession

import sparkspan
from servers import free_ports, recorder, wait_until

CLIENTS = 50
# How many of them have Python in their tasks: each Connect session has Python workers of its own, which take seconds to start.
WITH_PYTHON = 4
# A client shuffles so many records more than the client before it: that tells its work from the others'.
RECORDS = 1000


@contextmanager
def connect_server(endpoint):
    """A Connect server with the plugin: where it listens. Ending it sends its last spans."""
    home = Path(_find_spark_home())
    (jar,) = (home / "jars").glob("spark-connect_*.jar")
    port = free_ports()["QUERY_GRPC"]
    settings = {"spark.plugins": "io.sparkspan.SparkspanPlugin", "spark.connect.grpc.binding.port": port, "spark.ui.enabled": "false"}
    command = [home / "bin" / "spark-submit", "--master", "local-cluster[2,1,1024]", "--jars", sparkspan.jar()]
    command += [part for key, value in settings.items() for part in ("--conf", f"{key}={value}")]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", jar]
    environ = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "PYSPARK_PYTHON": sys.executable}
    server = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until("the Connect server listens", lambda: server.poll() is not None or listens(port))
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Client(threading.Thread):
    """Calls the server once all clients are ready to; what its tasks saw."""

    def __init__(self, number, remote, together):
        super().__init__()
        self.number, self.remote, self.together = number, remote, together
        self.trace, self.span = secrets.token_hex(16), secrets.token_hex(8)
        self.seen = set()

    def run(self):
        session = SparkSession.builder.remote(self.remote).create()
        self.together.wait()
        with sparkspan.trace(session, f"00-{self.trace}-{self.span}-01"):
            session.range(0, RECORDS + self.number, 1, 2).repartition(2).groupBy().count().collect()
            if self.number < WITH_PYTHON:
                see = udf(lambda _: sparkspan.current_traceparent())
                self.seen = {row[0] for row in session.range(0, 4, 1, 2).select(see("id")).collect()}
        session.stop()


class Connect(unittest.TestCase):
    def test_every_client_has_its_own_work_under_its_own_caller(self):
        """Scenario: fifty clients call one server at the same time, each with a parent of its own, in a trace of its own.

        Guarantees: a trace has the operations of its client under the client's parent, the stages that handled the client's records and no
        others', and no orphan; what Python code saw in a task is a stage of its own client's trace.
        """
        together = threading.Barrier(CLIENTS, timeout=300)
        with recorder() as (endpoint, requests):
            with connect_server(endpoint) as remote:
                clients = [Client(number, remote, together) for number in range(CLIENTS)]
                for client in clients:
                    client.start()
                for client in clients:
                    client.join()
            traces = {}
            for span in spans(requests):
                traces.setdefault(span["trace"], {})[span["span"]] = span

        for client in clients:
            found = traces[client.trace]
            kinds = [span["spark.span.type"] for span in found.values() if span["parent"] == client.span]
            self.assertEqual(kinds, ["connect_operation"] * (2 if client.number < WITH_PYTHON else 1))
            self.assertEqual([span for span in found.values() if span["parent"] not in (*found, client.span)], [])
            written = {span["spark.shuffle.write.records"] for span in found.values() if span["spark.span.type"] == "shuffle_write"}
            self.assertEqual({records for records in written if records >= RECORDS}, {RECORDS + client.number})
            stages = {span["span"] for span in found.values() if span["spark.span.type"] == "stage"}
            seen = [context.split("-")[1:] for context in client.seen]
            self.assertEqual([(trace, span in stages, flags) for trace, span, flags in seen], [(client.trace, True, "01")] * len(seen))
            self.assertEqual(len(seen), 1 if client.number < WITH_PYTHON else 0)


def spans(requests):
    """The spans of recorded requests: their ids and attributes."""
    for resource in (resource for request in requests for resource in request.resource_spans):
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            attributes = {found.key: getattr(found.value, found.value.WhichOneof("value")) for found in span.attributes}
            yield {"trace": span.trace_id.hex(), "span": span.span_id.hex(), "parent": span.parent_span_id.hex(), **attributes}


if __name__ == "__main__":
    unittest.main()
