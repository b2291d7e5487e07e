"""Many clients of one Spark Connect server, each with a caller of its own."""

import secrets
import threading
import unittest

from pyspark.sql.connect.functions import udf
from pyspark.sql.connect.session import SparkSession

import sparkspan
from ports import free_port
from servers import recorder
from spans import attributes, traces_of
from submission import CONNECT, server

CLIENTS = 50
# How many of them have Python in their tasks: each Connect session has Python workers of its own, which take seconds to start.
WITH_PYTHON = 4
# A client shuffles so many records more than the client before it: that tells its work from the others'.
RECORDS = 1000


class Client(threading.Thread):
    """Calls the server once all clients are ready to; what its tasks saw."""

    def __init__(self, number, remote, together):
        super().__init__()
        self.number, self.remote, self.together = number, remote, together
        self.trace, self.span = secrets.token_hex(16), secrets.token_hex(8)
        self.seen = set()

    def run(self):
        session = self.session = SparkSession.builder.remote(self.remote).create()
        self.together.wait()
        with sparkspan.trace(session, f"00-{self.trace}-{self.span}-01"):
            session.range(0, RECORDS + self.number, 1, 2).repartition(2).groupBy().count().collect()
            if self.number < WITH_PYTHON:
                see = udf(lambda _: sparkspan.current_traceparent())
                self.seen = {row[0] for row in session.range(0, 4, 1, 2).select(see("id")).collect()}


class Connect(unittest.TestCase):
    def test_every_client_has_its_own_work_under_its_own_caller(self):
        """Scenario: fifty clients call one server at the same time, each with a parent of its own, in a trace of its own.

        Guarantees: a trace has the operations of its client under the client's parent, the stages that handled the client's records and no
        others', and no orphan; what Python code saw in a task is a stage of its own client's trace.
        """
        together = threading.Barrier(CLIENTS, timeout=300)
        port = free_port()
        settings = {"spark.connect.grpc.binding.port": port}
        with recorder() as (endpoint, requests):
            with server(CONNECT, endpoint, port, settings, master="local-cluster[2,1,1024]"):
                clients = [Client(number, f"sc://127.0.0.1:{port}", together) for number in range(CLIENTS)]
                for client in clients:
                    client.start()
                for client in clients:
                    client.join()
                # Not before: in 3.5 the first one to stop takes from all others the threads that they end their operations with.
                for client in clients:
                    client.session.stop()
        traces = traces_of(requests)

        for client in clients:
            spans = {span.span_id.hex(): span for span in traces[client.trace]}
            found = {span: attributes(of) for span, of in spans.items()}
            parents = {span: of.parent_span_id.hex() for span, of in spans.items()}
            kinds = [found[span]["spark.span.type"] for span, parent in parents.items() if parent == client.span]
            self.assertEqual(kinds, ["connect_operation"] * (2 if client.number < WITH_PYTHON else 1))
            self.assertEqual([parent for parent in parents.values() if parent not in (*spans, client.span)], [])
            written = {of["spark.shuffle.write.records"] for of in found.values() if of["spark.span.type"] == "shuffle_write"}
            self.assertEqual({records for records in written if records >= RECORDS}, {RECORDS + client.number})
            seen = [context.split("-")[1:] for context in client.seen]
            stages = {span for span, of in found.items() if of["spark.span.type"] == "stage"}
            self.assertEqual([(trace, span in stages, flags) for trace, span, flags in seen], [(client.trace, True, "01")] * len(seen))
            self.assertEqual(len(seen), 1 if client.number < WITH_PYTHON else 0)


if __name__ == "__main__":
    unittest.main()
