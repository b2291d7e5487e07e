"""Callers and tasks in a real Spark, without the plugin: what a thread tells is what its tasks see."""

import threading
import unittest

from opentelemetry import trace
from opentelemetry.propagate import extract
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf, udf

import sparkspan

CALLERS = [f"00-0af7651916cd43dd8448eb211c80319c-{number:016x}-01" for number in (1, 2)]


def seen():
    """What code in a task sees: by the function, and what an instrumented HTTP client would send."""
    from opentelemetry.propagate import inject

    headers = {}
    inject(headers)
    return f"{sparkspan.current_traceparent()} {headers.get('traceparent')}"


def by_rdd(spark):
    return spark.sparkContext.parallelize(range(4), 2).map(lambda _: seen()).collect()


def by_udf(spark):
    return [row[0] for row in spark.range(0, 4, 1, 2).select(udf(lambda _: seen())("id")).collect()]


def by_pandas_udf(spark):
    function = pandas_udf(lambda ids: ids.map(lambda _: seen()), "string")
    return [row[0] for row in spark.range(0, 4, 1, 2).select(function("id")).collect()]


def by_thread_in_task(spark):
    def run(_):
        found = []
        thread = threading.Thread(target=lambda: found.append(seen()))
        thread.start()
        thread.join()
        return found[0]

    return spark.sparkContext.parallelize(range(4), 2).map(run).collect()


class Spark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", False).config("spark.ui.showConsoleProgress", False)
        cls.spark = builder.config("spark.executorEnv.OTEL_PYTHON_CONTEXT", "sparkspan").getOrCreate()
        cls.addClassCleanup(cls.spark.stop)

    def test_tasks_of_each_kind_see_the_caller(self):
        for work in (by_rdd, by_udf, by_pandas_udf, by_thread_in_task):
            with self.subTest(work.__name__), sparkspan.trace(self.spark, CALLERS[0]):
                self.assertEqual(set(work(self.spark)), {f"{CALLERS[0]} {CALLERS[0]}"})

    def test_workers_forget_the_caller_of_an_earlier_task(self):
        """Scenario: the same workers run tasks of one caller, of another, and of none."""
        for caller in (*CALLERS, None):
            with sparkspan.trace(self.spark, caller):
                self.assertEqual(set(by_rdd(self.spark)), {f"{caller} {caller}"})

    def test_the_current_span_is_the_caller(self):
        with trace.use_span(trace.get_current_span(extract({"traceparent": CALLERS[0]}))), sparkspan.trace(self.spark):
            self.assertEqual(set(by_udf(self.spark)), {f"{CALLERS[0]} {CALLERS[0]}"})

    def test_concurrent_threads_keep_their_callers_apart(self):
        """Scenario: two threads run queries at the same time, each in a block of its own.

        Guarantees: no task of one sees the caller of the other.
        """
        inside, found = threading.Barrier(2), {}

        def work(caller):
            with sparkspan.trace(self.spark, caller):
                inside.wait()
                found[caller] = {value for _ in range(3) for value in (*by_udf(self.spark), *by_rdd(self.spark))}
                inside.wait()

        threads = [threading.Thread(target=work, args=[caller]) for caller in CALLERS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, {caller: {f"{caller} {caller}"} for caller in CALLERS})

    def test_a_session_that_runs_already_cannot_be_set_up(self):
        builder = SparkSession.builder
        with self.assertWarnsRegex(sparkspan.SparkspanWarning, "already runs"):
            sparkspan.enable(builder)
        self.assertEqual(builder._options, {})


if __name__ == "__main__":
    unittest.main()
