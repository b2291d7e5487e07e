"""The context runtime, chosen as a user chooses it: by `OTEL_PYTHON_CONTEXT=sparkspan`."""

import sys
import threading
import types
import unittest
from contextlib import contextmanager

from opentelemetry import baggage, context, propagate, trace

import sparkspan
from sparkspan.opentelemetry_context import TaskRuntimeContext

FIRST = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECOND = "00-11111111111111111111111111111111-00f067aa0ba902b7-00"


class Task:
    """PySpark's `TaskContext` in a worker: one for the process, and not whole at once."""

    running = None

    def __init__(self, traceparent):
        self.properties = {"traceparent": traceparent}

    def getLocalProperty(self, key):
        return self.properties.get(key)

    @classmethod
    def get(cls):
        return cls.running


@contextmanager
def task(traceparent):
    Task.running = Task(traceparent)
    try:
        yield Task.running
    finally:
        Task.running = None


def outgoing():
    """What an instrumented HTTP client would send."""
    headers = {}
    propagate.inject(headers)
    return headers.get("traceparent")


def span(traceparent):
    return trace.get_current_span(propagate.extract({"traceparent": traceparent}))


class InAWorker(unittest.TestCase):
    def setUp(self):
        module = types.ModuleType("pyspark.taskcontext")
        module.TaskContext = Task
        sys.modules["pyspark.taskcontext"] = module
        self.addCleanup(sys.modules.pop, "pyspark.taskcontext")

    def test_opentelemetry_has_taken_this_runtime(self):
        self.assertIsInstance(context._RUNTIME_CONTEXT, TaskRuntimeContext)

    def test_the_task_is_the_current_span_and_it_is_remote(self):
        with task(FIRST):
            self.assertEqual(outgoing(), FIRST)
            self.assertTrue(trace.get_current_span().get_span_context().is_remote)
            self.assertFalse(trace.get_current_span().is_recording())
            self.assertEqual(sparkspan.current_traceparent(), FIRST)
        self.assertIsNone(outgoing())
        self.assertIsNone(sparkspan.current_traceparent())

    def test_each_task_has_its_own(self):
        with task(FIRST):
            self.assertEqual(outgoing(), FIRST)
        with task(SECOND):
            self.assertEqual(outgoing(), SECOND)

    def test_what_a_task_left_behind_gives_way_to_the_next(self):
        """Scenario: code in a task attaches a context made of the current one and never detaches it; its worker runs another task."""
        with task(FIRST):
            token = context.attach(baggage.set_baggage("key", "value"))
        self.addCleanup(context.detach, token)
        with task(SECOND):
            self.assertEqual(outgoing(), SECOND)
            self.assertEqual(baggage.get_baggage("key"), "value")

    def test_a_span_that_code_in_the_task_made_current_is_current(self):
        with task(FIRST), trace.use_span(span(SECOND)):
            self.assertEqual(outgoing(), SECOND)

    def test_a_thread_of_the_task_has_the_task(self):
        seen = []
        with task(FIRST):
            thread = threading.Thread(target=lambda: seen.append(outgoing()))
            thread.start()
            thread.join()
        self.assertEqual(seen, [FIRST])

    def test_a_task_without_context_has_none(self):
        for traceparent in (None, "", "no traceparent"):
            with self.subTest(traceparent), task(traceparent):
                self.assertIsNone(outgoing())

    def test_a_task_that_is_still_being_read_has_none(self):
        """Scenario: a worker has made the task, and not yet read the task's properties."""
        with task(FIRST) as running:
            running.properties = None
            self.assertIsNone(outgoing())
            self.assertIsNone(sparkspan.current_traceparent())


class OnTheDriver(unittest.TestCase):
    class Spark:
        def __init__(self):
            self.told = []

        def getLocalProperty(self, key):
            return None

        def setLocalProperty(self, key, value):
            self.told.append(value)

    def test_the_current_span_is_the_caller(self):
        spark = self.Spark()
        with trace.use_span(span(FIRST)), sparkspan.trace(spark):
            self.assertEqual(sparkspan.current_traceparent(), FIRST)
        self.assertEqual(spark.told, [FIRST, None])

    def test_a_given_parent_outranks_the_current_span(self):
        spark = self.Spark()
        with trace.use_span(span(FIRST)), sparkspan.trace(spark, SECOND):
            pass
        self.assertEqual(spark.told, [SECOND, None])


if __name__ == "__main__":
    unittest.main()
