"""From a caller in Python through Spark to a service that its tasks call, read back from a real Jaeger.

One application ran, on the Spark that SPARKSPAN_TEST_SPARK names; every test looks at what it left.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from contextlib import ExitStack
from pathlib import Path

import application
from servers import jaeger, recorder, service
from spans import REPORT, as_bytes, event_log, live, replay, stored_in

HERE = Path(__file__).resolve().parent
SPARK = os.environ["SPARKSPAN_TEST_SPARK"]
# Whose span a task's context has: that of its stage, or, where every task has a span, its own.
PARENT = {"4.3.0": "task"}.get(SPARK, "stage")
# As Airflow names the run that submits an application.
RUN, ROOT_RUN = "0190c2f5-5f4a-7cc0-8ee7-1f2d3c4b5a69", "0190c2f5-0000-7aaa-9bbb-1f2d3c4b5a69"
SETTINGS = [f"spark.openlineage.parentRunId={RUN}", f"spark.openlineage.rootParentRunId={ROOT_RUN}"] + {"stage": [], "task": ["spark.sparkspan.trace.tasks=all"]}[PARENT]


def run_application(service_url, endpoint, otlp, log):
    environ = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": otlp}
    settings = [f"spark.sparkspan.endpoint={endpoint}", *SETTINGS]
    command = [sys.executable, HERE / "application.py", "local-cluster[2,1,1024]", service_url, log, *settings]
    ran = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


class Caller(unittest.TestCase):
    maxDiff = 10_000

    @classmethod
    def setUpClass(cls):
        stack = ExitStack()
        cls.addClassCleanup(stack.close)
        otlp, query = stack.enter_context(jaeger())
        endpoint, requests = stack.enter_context(recorder(otlp))
        directory = stack.enter_context(tempfile.TemporaryDirectory())
        with service(otlp) as (url, served):
            cls.told = run_application(url, endpoint, otlp, directory)
        cls.served = served.get_finished_spans()
        cls.live = live(requests)
        cls.replayed = as_bytes(replay(event_log(Path(directory))))

        cls.sent = {}
        callers = [cls.told["caller"], *cls.told["kinds"].values(), *cls.told["threads"].values()]
        contexts = [span.get_span_context() for span in cls.served]
        for trace, span in [
            *((caller["trace"], caller["span"]) for caller in callers),
            *((f"{context.trace_id:032x}", f"{context.span_id:016x}") for context in contexts),
            *((found[-1], span) for span, found in as_bytes(requests).items()),
        ]:
            cls.sent.setdefault(trace, []).append(span)
        cls.stored = {trace: stored_in(query, trace, len(spans)) for trace, spans in cls.sent.items()}

    def ancestors(self, trace, span):
        """The spans above a span, from its parent on."""
        spans = {found["spanId"]: found for found in self.stored[trace]}
        while span.get("parentSpanId"):
            span = spans[span["parentSpanId"]]
            yield span

    def calls(self):
        """Each call that the service got, with the trace that it is in."""
        for trace, spans in self.stored.items():
            yield from ((trace, span) for span in spans if "stage" in span["attributes"])

    def test_the_functions_return_what_they_should(self):
        total = sum(range(application.ROWS))
        self.assertEqual(self.told["totals"], dict.fromkeys(application.SPANS, total))

    def test_nothing_is_lost_and_nothing_comes_twice(self):
        for trace, sent in self.sent.items():
            self.assertEqual(sorted(span["spanId"] for span in self.stored[trace]), sorted(sent))
        self.assertEqual(len(self.served), (len(application.SPANS) + 2 * application.ROUNDS) * application.ROWS)

    def test_each_trace_begins_at_its_caller_and_has_no_orphan(self):
        roots = {caller["trace"]: caller["span"] for caller in [self.told["caller"], *self.told["threads"].values()]}
        self.assertEqual(set(self.stored), set(roots))
        for trace, spans in self.stored.items():
            there = {span["spanId"] for span in spans}
            without = [span for span in spans if span.get("parentSpanId", "") not in there]
            self.assertEqual([span["spanId"] for span in without], [roots[trace]], [span["name"] for span in without])

    def test_each_call_is_under_the_stage_or_task_that_made_it(self):
        """Guarantees: the service's span is a child of the very stage, or task, that Spark's own TaskContext named in the call."""
        for trace, call in self.calls():
            said = call["attributes"]
            parent = next(self.ancestors(trace, call))["attributes"]
            self.assertEqual(parent.get("spark.span.type"), PARENT)
            self.assertEqual(str(parent["spark.stage.id"]), said["stage"])
            if PARENT == "task":
                self.assertEqual(str(parent["spark.task.id"]), said["task"])

    def test_each_function_and_thread_has_the_calls_that_it_made(self):
        """Scenario: functions run one after another, each in the span of a caller; two threads run functions at the same time for two callers.

        Guarantees: above each call is its own caller, and no other.
        """
        callers = {caller["span"]: name for name, caller in [*self.told["kinds"].items(), *self.told["threads"].items()]}
        counts = {}
        for trace, call in self.calls():
            (name,) = (callers[span["spanId"]] for span in self.ancestors(trace, call) if span["spanId"] in callers)
            if name in self.told["threads"]:
                self.assertEqual(call["attributes"]["thread"], name)
            counts[name] = counts.get(name, 0) + 1
        of_threads = dict.fromkeys(self.told["threads"], application.ROUNDS * application.ROWS)
        self.assertEqual(counts, {**dict.fromkeys(self.told["kinds"], application.ROWS), **of_threads})

    def test_a_replay_makes_the_same_spans(self):
        """Guarantees: resource, scope and span are equal, byte for byte, but for the report, which speaks of the living process."""
        self.assertEqual(sorted(name for name, *_ in self.replayed.values()), sorted(name for name, *_ in self.live.values()))
        self.assertEqual(self.replayed, self.live)

    def test_the_run_that_submitted_the_application_is_told(self):
        (application,) = (span["attributes"] for spans in self.stored.values() for span in spans if span["name"] == "spark.application")
        self.assertEqual((application["spark.openlineage.parent_run_id"], application["spark.openlineage.root_parent_run_id"]), (RUN, ROOT_RUN))

    def test_the_report_says_that_nothing_was_lost(self):
        (report,) = (span for spans in self.stored.values() for span in spans if span["name"] == REPORT)
        lost = {key: found for key, found in report["attributes"].items() if key.split(".")[-1] in ("dropped", "evicted", "rejected") and found}
        self.assertEqual(lost, {})


if __name__ == "__main__":
    unittest.main()
