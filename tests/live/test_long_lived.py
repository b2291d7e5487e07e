"""Drivers that live for days and serve many callers: a trace for each query, and no growth. Which Spark it is, is whose Python runs this."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from itertools import pairwise
from pathlib import Path

import sparkspan
from ports import free_port
from servers import recorder
from spans import attributes, link_types, traces_of
from submission import HOME, THRIFT, conf, server

HERE = Path(__file__).resolve().parent
# A JVM's memory grows without the plugin too, by leaps. What leaks grows from each of these numbers of queries to the next.
QUERIES = (1_000, 1_500, 2_000, 2_500)
MIB = 1 << 20
# How much the least of these growths may be.
HEAP, RESIDENT = 1 * MIB, 2 * MIB
CANARY = "canary-4711"


class LongLived(unittest.TestCase):
    def assert_queries(self, requests, number):
        """The application's trace has no query; each query is the root of another trace, linked to the application. The roots."""
        traces = traces_of(requests)
        (application,) = (span for trace in traces.values() for span in trace if span.name == "spark.application")
        self.assertEqual(attributes(application)["spark.app.scope"], "unit")
        of_application = traces.pop(application.trace_id.hex())
        self.assertEqual([span.name for span in of_application if attributes(span)["spark.span.type"] == "sql"], [])
        roots = []
        for trace in traces.values():
            spans = {span.span_id for span in trace}
            (root,) = (span for span in trace if span.parent_span_id not in spans)
            self.assertEqual((root.parent_span_id, attributes(root)["spark.span.type"]), (b"", "sql"))
            self.assertEqual(link_types(root), {"application": (application.trace_id.hex(), application.span_id.hex())})
            roots.append(root)
        self.assertEqual(len(roots), number, [attributes(root).get("db.query.text", root.name) for root in roots[:20]])
        return roots

    def test_memory_does_not_grow_with_the_number_of_queries(self):
        """Scenario: a driver of scope `unit` with a heap of 512 MiB runs 2 500 small queries, all of which are kept.

        Guarantees: each is a trace of its own, linked to the application; neither the heap nor the process's memory grows with their number.
        """
        with recorder() as (endpoint, requests):
            settings = [f"spark.sparkspan.endpoint={endpoint}", "spark.sparkspan.sampler=always_on", "spark.sparkspan.scope=unit"]
            command = [sys.executable, HERE / "many_queries.py", ",".join(map(str, QUERIES)), *settings]
            ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(ran.stdout.splitlines()[-1])
        self.assert_queries(requests, QUERIES[-1])
        for of, most in {"heap": HEAP, "resident": RESIDENT}.items():
            grown = [found[str(after)][of] - found[str(before)][of] for before, after in pairwise(QUERIES)]
            self.assertLess(min(grown), most, found)

    def test_statements_of_the_thrift_server_are_traces_without_their_literals(self):
        """Scenario: statements by beeline, with literals that nobody is to see.

        Guarantees: each statement is a trace of its own with its text, and in nothing that was sent is one of its literals.
        """
        statements = [
            f"SELECT id, '{CANARY}' AS secret FROM range(10) WHERE id > 471147114711",
            f"SELECT count(*) FROM range(100) WHERE concat('{CANARY}', id) <> 'x'",
            "SHOW DATABASES",
        ]
        texts = [
            # Beeline's own.
            "use default",
            "SELECT id, ? AS secret FROM range(?) WHERE id > ?",
            "SELECT count(*) FROM range(?) WHERE concat(?, id) <> ?",
            # Spark runs the command, and then a query for what it gave.
            "SHOW DATABASES",
            "SHOW DATABASES",
        ]
        port = free_port()
        with recorder() as (endpoint, requests), tempfile.TemporaryDirectory(prefix="sparkspan-") as folder:
            settings = {
                "spark.hadoop.hive.server2.thrift.port": port,
                "spark.sql.catalogImplementation": "in-memory",
                "spark.sql.warehouse.dir": folder,
                "spark.sparkspan.sampler": "always_on",
            }
            with server(THRIFT, endpoint, port, settings):
                command = [HOME / "bin" / "beeline", "-u", f"jdbc:hive2://127.0.0.1:{port}", "-n", "somebody"]
                command += [part for statement in statements for part in ("-e", statement)]
                ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
                self.assertEqual(ran.returncode, 0, ran.stdout)
        roots = self.assert_queries(requests, len(texts))
        self.assertEqual([attributes(root).get("db.query.text") for root in sorted(roots, key=lambda root: root.start_time_unix_nano)], texts)
        sent = b"".join(request.SerializeToString() for request in requests)
        self.assertEqual([secret for secret in (CANARY, "471147114711") if secret.encode() in sent], [])

    def test_queries_in_shells_are_traces_of_their_own(self):
        """Scenario: queries that are typed into the shells, of which nobody said anything but that the plugin be loaded."""
        for shell in ("pyspark", "spark-shell"):
            with self.subTest(shell), recorder() as (endpoint, requests):
                settings = {"spark.plugins": "io.sparkspan.SparkspanPlugin", "spark.sparkspan.sampler": "always_on", "spark.ui.enabled": "false"}
                command = [HOME / "bin" / shell, "--master", "local[2]", "--jars", sparkspan.jar(), *conf(settings)]
                # As at a terminal: PySpark's start-up file is for an interactive Python.
                interactive = {"PYSPARK_DRIVER_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON_OPTS": "-i"}
                environ = {**os.environ, **interactive, "PYSPARK_PYTHON": sys.executable, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
                typed = "spark.range(100).count()\n" * 2
                ran = subprocess.run(command, env=environ, input=typed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
                self.assertEqual(ran.returncode, 0, ran.stdout)
                self.assert_queries(requests, 2)


if __name__ == "__main__":
    unittest.main()
