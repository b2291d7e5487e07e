"""Tasks that run more than once, and tasks of jobs that Spark adds to a query: every one of them calls an HTTP service.

    python contexts.py MASTER SERVICE EVENT_LOG [KEY=VALUE…]

Executors write below SPARK_LOCAL_DIRS. Each call says as its thread which of the functions below it belongs to.
"""

import os
import sys
import time
from pathlib import Path

from opentelemetry.instrumentation import auto_instrumentation
from pyspark import TaskContext
from pyspark.sql import SparkSession
from pyspark.sql.functions import broadcast, udf

import sparkspan
from application import PARTITIONS, ROWS, Caller, numbers

HERE = Path(__file__).resolve().parent
# Far longer than the application takes: nobody waits for a task that sleeps so long.
STRAGGLES_S = 3_600


def retried(spark, call):
    """What a shuffle has written is gone when it is read: the stage that reads it runs again, and the one that wrote it."""
    pairs = spark.sparkContext.parallelize(range(ROWS), PARTITIONS).map(lambda number: (number % 3, call(number)))
    shuffled = pairs.groupByKey(3)
    shuffled.count()
    next(Path(os.environ["SPARK_LOCAL_DIRS"]).glob("**/shuffle_0_*.data")).unlink()
    shuffled.map(lambda pair: call(pair[0])).count()


def speculated(spark, call):
    """A task does not end: a copy of it does, and it is killed."""

    def straggles(index, rows):
        for row in rows:
            yield call(row)
        if index == 0 and TaskContext.get().attemptNumber() == 0:
            time.sleep(STRAGGLES_S)

    spark.sparkContext.parallelize(range(ROWS), 2 * PARTITIONS).mapPartitionsWithIndex(straggles).count()
    # Only an application that still runs hears of the end of the killed one.
    tracker = spark.sparkContext._jsc.sc().statusTracker()
    while any(executor.numRunningTasks() for executor in tracker.getExecutorInfos()):
        time.sleep(0.05)


def adaptive(spark, call):
    """Adaptive execution makes a job of each exchange."""
    each = udf(call, "long")
    numbers(spark).select(each("id").alias("id")).groupBy("id").count().select(each("id")).collect()


def broadcasts(spark, call):
    """What is broadcast is computed by a job of its own, on a thread of Spark's."""
    few = numbers(spark).select(udf(call, "long")("id").alias("id"))
    numbers(spark).join(broadcast(few), "id").collect()


def cached(spark, call):
    """A relation is computed by the first query that needs it."""
    kept = numbers(spark).select(udf(call, "long")("id").alias("id")).cache()
    kept.count()
    kept.orderBy("id").collect()


# The first one reads the application's first shuffle.
KINDS = [retried, speculated, adaptive, broadcasts, cached]


def main():
    master, service, event_log, *settings = sys.argv[1:]
    builder = SparkSession.builder.master(master).appName("contexts").config("spark.ui.enabled", False)
    builder.config("spark.executorEnv.PYTHONPATH", os.pathsep.join([auto_instrumentation.__path__[0], str(HERE)]))
    builder.config("spark.eventLog.enabled", True).config("spark.eventLog.dir", event_log)
    builder.config("spark.sql.shuffle.partitions", 2)
    # A lost file is given up at once, and a copy is made of whatever is slower than half of its stage.
    builder.config("spark.shuffle.io.maxRetries", 1).config("spark.shuffle.io.retryWait", "100ms")
    builder.config("spark.speculation", True).config("spark.speculation.quantile", 0.5).config("spark.speculation.interval", "100ms")
    builder.config("spark.python.task.killTimeout", "1s")
    for setting in settings:
        builder.config(*setting.split("=", 1))
    spark = sparkspan.enable(builder).getOrCreate()
    call = Caller(service)
    for kind in KINDS:
        kind(spark, lambda number, name=kind.__name__: call(number, name))
    spark.stop()


if __name__ == "__main__":
    main()
