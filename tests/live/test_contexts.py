"""The contexts of tasks that nobody counts on: of stages and tasks that run again, of copies, of tasks that are killed, of jobs that Spark adds.

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

import contexts
from servers import recorder, service
from spans import as_bytes, attributes, event_log, live, replay, traces_of
from standalone import cluster
from submission import HOME

HERE = Path(__file__).resolve().parent
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
# Where every task has a span, a task's context is its own; else it is its stage's.
EVERY_TASK = os.environ["SPARKSPAN_TEST_SPARK"].startswith("4.")


class Task:
    """What Spark's own event log says of a task."""

    def __init__(self, started):
        self.stage, self.attempt = started["Stage ID"], started["Stage Attempt ID"]
        self.is_copy = started["Task Info"]["Speculative"]
        self.reason = self.job = None


def tasks_of(log):
    """Each task of an event log by its id; its job is the first that lists its stage, as its local properties."""
    tasks, jobs = {}, {}
    for event in map(json.loads, log.read_text().splitlines()):
        if event["Event"] == "SparkListenerJobStart":
            for stage in event["Stage IDs"]:
                jobs.setdefault(stage, event["Properties"])
        if event["Event"] == "SparkListenerTaskStart":
            task = tasks[event["Task Info"]["Task ID"]] = Task(event)
            task.job = jobs[task.stage]
        if event["Event"] == "SparkListenerTaskEnd":
            tasks[event["Task Info"]["Task ID"]].reason = event["Task End Reason"]["Reason"]
    return tasks


class Contexts(unittest.TestCase):
    maxDiff = 10_000

    @classmethod
    def setUpClass(cls):
        stack = ExitStack()
        cls.addClassCleanup(stack.close)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sparkspan-")))
        endpoint, requests = stack.enter_context(recorder())
        with service(endpoint) as (url, served):
            cls.run_application(folder, endpoint, url)
        served = served.get_finished_spans()
        cls.calls = [(call.parent, dict(call.attributes)) for call in served]
        of_service = {f"{call.context.span_id:016x}" for call in served}
        cls.live = {span: parts for span, parts in live(requests).items() if span not in of_service}
        log = event_log(folder / "logs")
        cls.replayed = as_bytes(replay(log))
        cls.tasks = tasks_of(log)
        (cls.spans,) = traces_of(requests).values()

    @staticmethod
    def run_application(folder, endpoint, service_url):
        for name in ("logs", "local"):
            (folder / name).mkdir()
        environ = {**os.environ, "SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(folder / "local")}
        settings = [f"spark.sparkspan.endpoint={endpoint}", f"spark.sparkspan.traceparent=00-{TRACE}-{CALLER}-01"]
        settings += [f"spark.sparkspan.trace.tasks={'all' if EVERY_TASK else 'outliers'}"]
        settings += ["spark.eventLog.compress=false", "spark.eventLog.rolling.enabled=false"]
        with open(folder / "output", "wb") as output, cluster(HOME, ("127.0.0.2", "127.0.0.3"), folder, output, environ) as master:
            command = [sys.executable, HERE / "contexts.py", master, service_url, folder / "logs", *settings]
            subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=True)

    def tasks_that_called(self, kind):
        return [self.tasks[int(said["task"])] for _, said in self.calls if said["thread"] == kind.__name__]

    def test_each_call_is_under_its_own_task_or_stage_attempt(self):
        """Guarantees: what a call has as its parent is a span that was sent, of the task or stage attempt that Spark's event log tells of."""
        spans = {span.span_id.hex(): attributes(span) for span in self.spans}
        for parent, said in self.calls:
            task = self.tasks[int(said["task"])]
            found = spans[f"{parent.span_id:016x}"]
            self.assertEqual((found["spark.stage.id"], found["spark.stage.attempt"]), (task.stage, task.attempt), said)
            self.assertEqual(found["spark.span.type"], "task" if EVERY_TASK else "stage")
            if EVERY_TASK:
                self.assertEqual(str(found["spark.task.id"]), said["task"])

    def test_no_span_is_an_orphan(self):
        there = {span.span_id.hex() for span in self.spans}
        without = {span.name: span.parent_span_id.hex() for span in self.spans if span.parent_span_id.hex() not in there}
        self.assertEqual(without, {"spark.application": CALLER})

    def test_a_replay_makes_the_same_spans(self):
        self.assertEqual(self.replayed, self.live)

    def test_stages_and_tasks_have_run_again(self):
        """Guarantees: the scenario has happened, as Spark's event log has it."""
        self.assertTrue([task for task in self.tasks_that_called(contexts.retried) if task.attempt > 0])
        speculated = self.tasks_that_called(contexts.speculated)
        self.assertTrue([task for task in speculated if task.is_copy and task.reason == "Success"])
        self.assertTrue([task for task in speculated if not task.is_copy and task.reason == "TaskKilled"])

    def test_spark_has_added_jobs(self):
        """Guarantees: the scenario has happened, as Spark's event log has it."""
        self.assertEqual(len({task.stage for task in self.tasks_that_called(contexts.adaptive)}), 2)
        for task in self.tasks_that_called(contexts.broadcasts):
            self.assertIn("broadcast exchange", str(task.job))
        self.assertTrue(self.tasks_that_called(contexts.cached))


if __name__ == "__main__":
    unittest.main()
