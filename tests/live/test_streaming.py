"""Structured Streaming: each micro-batch is a trace of its own. Which Spark it is, is whose Python runs this."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from ports import free_port
from servers import recorder
from spans import as_bytes, attributes, event_log, link_types, live, replay, traces_of
from streams import CALLERS, FAILS, FILES, numbers
from submission import CONNECT, server

HERE = Path(__file__).resolve().parent
VERSION = os.environ["SPARKSPAN_TEST_SPARK"]


class Streaming(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sparkspan-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def assert_batch(self, trace, application, caller):
        """One root, which is linked to the application and to the caller, and no orphan; the root."""
        spans = {span.span_id: span for span in trace}
        (root,) = (span for span in trace if span.parent_span_id not in spans)
        self.assertEqual((root.name, root.parent_span_id), ("spark.streaming.batch", b""))
        _, trace_id, span_id, _ = caller.split("-")
        self.assertEqual(
            link_types(root),
            {
                "application": (application.trace_id.hex(), application.span_id.hex()),
                "caller": (trace_id, span_id),
            },
        )
        return root

    def assert_replayed(self, logs, requests):
        self.assertEqual(as_bytes(replay(event_log(logs))), live(requests))

    def test_each_batch_is_a_trace_of_its_own(self):
        """Scenario: three queries of one application, each with a caller: one waits for files that never come, one runs queries in its batches, and
        a batch of the third one fails.

        Guarantees: a trace for each batch that ran and no other, with what ran in it, under one root that is linked to the application and to the
        caller of the query; the failed batch says so, and no other one; a replay of the event log gives the same bytes.
        """
        with recorder() as (endpoint, requests):
            settings = [f"spark.sparkspan.endpoint={endpoint}", "spark.sparkspan.sampler=always_on", "spark.ui.enabled=false"]
            command = [sys.executable, HERE / "streams.py", self.folder, *settings]
            ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("StreamingQueryException", ran.stdout)
        names = {query: name for name, query in json.loads(ran.stdout.splitlines()[-1]).items()}

        traces = traces_of(requests)
        (application,) = (span for trace in traces.values() for span in trace if span.name == "spark.application")
        del traces[application.trace_id.hex()]
        batches = {}
        for trace in traces.values():
            (query,) = {attributes(span)["spark.streaming.query.id"] for span in trace if span.name == "spark.streaming.batch"}
            root = self.assert_batch(trace, application, CALLERS[names[query]])
            batches[names[query], attributes(root)["spark.streaming.batch.id"]] = (root, trace)
        expected = [(name, batch) for name in ("counted", "nested") for batch in range(FILES)] + [("failing", batch) for batch in range(FAILS + 1)]
        self.assertEqual(sorted(batches), sorted(expected))
        for (name, batch), (root, trace) in batches.items():
            with self.subTest(query=name, batch=batch):
                queries = {span.span_id: span for span in trace if attributes(span)["spark.span.type"] == "sql"}
                nested = [span for span in queries.values() if span.parent_span_id in queries]
                self.assertGreaterEqual(len(nested), {"counted": 0, "nested": 2, "failing": 1}[name])
                self.assertGreater(len([span for span in trace if span.name == "spark.job"]), 0)
                failed = (name, batch) == ("failing", FAILS)
                self.assertEqual("error.type" in attributes(root), failed)
                self.assertEqual(root.status.code, 2 if failed else 0)
        self.assert_replayed(self.folder, requests)

    @unittest.skipIf(VERSION.startswith("3.4."), "Connect has tags, which name the caller, since 3.5")
    def test_a_stream_that_a_connect_client_started_is_its_callers(self):
        """Scenario: a client of a Connect server starts a streaming query under a caller, whose block ends before the query does.

        Guarantees: each batch is a trace of its own, linked to the server's application and to the client's caller; a replay of the server's event
        log gives the same bytes.
        """
        logs, port = self.folder / "logs", free_port()
        logs.mkdir()
        settings = {
            "spark.connect.grpc.binding.port": port,
            "spark.sparkspan.sampler": "always_on",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": logs,
            "spark.sql.shuffle.partitions": 2,
        }
        with recorder() as (endpoint, requests):
            with server(CONNECT, endpoint, port, settings):
                remote, checkpoint = f"sc://127.0.0.1:{port}", self.folder / "checkpoint"
                client = [sys.executable, HERE / "streams_client.py", remote, numbers(self.folder), checkpoint, CALLERS["remote"]]
                query = subprocess.run(client, stdout=subprocess.PIPE, text=True, check=True).stdout.split()[-1]
        traces = traces_of(requests)
        (application,) = (span for trace in traces.values() for span in trace if span.name == "spark.application")
        batches = []
        for trace in traces.values():
            if any(span.name == "spark.streaming.batch" for span in trace):
                found = attributes(self.assert_batch(trace, application, CALLERS["remote"]))
                self.assertEqual(found["spark.streaming.query.id"], query)
                self.assertGreater(len([span for span in trace if span.name == "spark.job"]), 0)
                batches.append(found["spark.streaming.batch.id"])
        self.assertEqual(sorted(batches), list(range(FILES)))
        self.assert_replayed(logs, requests)


if __name__ == "__main__":
    unittest.main()
