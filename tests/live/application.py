"""A caller, as users write them: Python with OpenTelemetry's SDK, whose Spark work calls an HTTP service in every way that Python can run in a task.

    python application.py MASTER SERVICE EVENT_LOG [KEY=VALUE…]

The current span is Spark's caller, threads have spans of their own, and no function in a task knows of tracing. The last line says, as JSON, what a
reader of the traces cannot know: what each function returned, and which spans were there on the driver.
"""

import json
import sys
import threading

import pandas
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation import auto_instrumentation
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf, udf

import sparkspan

ROWS, PARTITIONS = 6, 2
# How many functions each thread runs.
ROUNDS = 4


class Caller:
    """Calls the service from a task, and says who it is: the answer is the number that it is called with."""

    def __init__(self, service, client="requests"):
        self.service, self.client = service, client

    def __call__(self, number, thread="main"):
        from pyspark import TaskContext

        task = TaskContext.get()
        url = f"{self.service}/{number}?stage={task.stageId()}&task={task.taskAttemptId()}&thread={thread}"
        if self.client == "requests":
            import requests

            return int(requests.get(url, timeout=60).text)
        from urllib.request import urlopen

        with urlopen(url, timeout=60) as reply:
            return int(reply.read())


def numbers(spark):
    return spark.range(0, ROWS, 1, PARTITIONS)


def rdd(spark, call):
    return spark.sparkContext.parallelize(range(ROWS), PARTITIONS).map(call).sum()


def python_udf(spark, call):
    return sum(row[0] for row in numbers(spark).select(udf(call, "long")("id")).collect())


def vectorized_udf(spark, call):
    def each(ids: pandas.Series) -> pandas.Series:
        return ids.map(call)

    return sum(row[0] for row in numbers(spark).select(pandas_udf(each, "long")("id")).collect())


def map_in_pandas(spark, call):
    def each(batches):
        for batch in batches:
            yield batch.assign(id=batch["id"].map(call))

    return sum(row[0] for row in numbers(spark).mapInPandas(each, "id long").collect())


def foreach_partition(spark, call):
    total = spark.sparkContext.accumulator(0)

    def each(rows):
        for row in rows:
            total.add(call(row["id"]))

    numbers(spark).foreachPartition(each)
    return total.value


def apply_in_pandas(spark, call):
    def each(group):
        return group.assign(id=group["id"].map(call))

    rows = numbers(spark)
    return sum(row[0] for row in rows.groupBy(rows["id"] % 3).applyInPandas(each, "id long").collect())


KINDS = [rdd, python_udf, vectorized_udf, map_in_pandas, foreach_partition, apply_in_pandas]
# The spans of the main thread that call Spark: one for each function, one whose query has no other hint to it than its session's setting.
SPANS = [*(kind.__name__ for kind in KINDS), "session"]


def in_thread(tracer, spark, service, name, together, found):
    """Queries and jobs of a thread that was called by somebody else than the others."""
    call = Caller(service)
    with tracer.start_as_current_span(name, context=Context()) as span, sparkspan.trace(spark):
        found[name] = identity(span)
        for kind in [python_udf, rdd] * (ROUNDS // 2):
            together.wait()
            kind(spark, lambda number: call(number, name))


def identity(span):
    context = span.get_span_context()
    return {"trace": f"{context.trace_id:032x}", "span": f"{context.span_id:016x}"}


def main():
    master, service, event_log, *settings = sys.argv[1:]
    provider = TracerProvider(resource=Resource.create({"service.name": "caller"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    tracer = provider.get_tracer("application")

    with tracer.start_as_current_span("nightly") as caller:
        builder = SparkSession.builder.master(master).appName("live")
        builder.config("spark.sparkspan.traceparent", sparkspan.current_traceparent())
        builder.config("spark.executorEnv.PYTHONPATH", auto_instrumentation.__path__[0])
        builder.config("spark.eventLog.enabled", True).config("spark.eventLog.dir", event_log)
        for setting in settings:
            builder.config(*setting.split("=", 1))
        spark = sparkspan.enable(builder).getOrCreate()

        totals, kinds = {}, {}
        for kind in KINDS:
            with tracer.start_as_current_span(kind.__name__) as span, sparkspan.trace(spark):
                kinds[kind.__name__] = identity(span)
                totals[kind.__name__] = kind(spark, Caller(service, "urllib" if kind is foreach_partition else "requests"))

        with tracer.start_as_current_span("session") as span:
            kinds["session"] = identity(span)
            session = spark.newSession()
            session.conf.set("spark.sparkspan.unit.traceparent", sparkspan.current_traceparent())
            totals["session"] = python_udf(session, Caller(service))

        threads, together = {}, threading.Barrier(2, timeout=300)
        workers = [threading.Thread(target=in_thread, args=[tracer, spark, service, name, together, threads]) for name in ("left", "right")]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        spark.stop()
    provider.shutdown()
    print(json.dumps({"caller": identity(caller), "kinds": kinds, "threads": threads, "totals": totals}))


if __name__ == "__main__":
    main()
