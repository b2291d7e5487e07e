"""Streaming queries under callers: one with a batch for each of its files that then waits for more, one that runs queries in its batches, and one
that fails.

    python streams.py FOLDER [KEY=VALUE…]

Its last line says, as JSON, the id of each query.
"""

import json
import sys
import threading
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql.streaming import StreamingQueryListener

import sparkspan

# Who called each query: a trace and a span.
CALLERS = {name: f"00-{number:032x}-{number:016x}-01" for number, name in enumerate(("counted", "nested", "failing", "remote"), 1)}
# Each is a batch of its own.
FILES = 3
# The batch whose function fails.
FAILS = 1
# How often the query that waits must have looked for files in vain.
IDLE = 3


class Idle(StreamingQueryListener):
    """Counts the triggers of a query that found nothing to do."""

    def __init__(self, name):
        self.name, self.runs, self.triggers, self.enough = name, set(), 0, threading.Event()

    def onQueryStarted(self, event):
        if event.name == self.name:
            self.runs.add(event.runId)

    def onQueryProgress(self, event):
        # Before 3.5 an idle trigger is progress too.
        if "addBatch" not in event.progress.durationMs:
            self.idle(event.progress.runId)

    def onQueryIdle(self, event):
        self.idle(event.runId)

    def onQueryTerminated(self, event):
        pass

    def idle(self, run):
        self.triggers += run in self.runs
        if self.triggers >= IDLE:
            self.enough.set()


def numbers(folder):
    """Files with numbers."""
    files = Path(folder, "numbers")
    files.mkdir()
    for number in range(FILES):
        (files / f"{number}.json").write_text("".join(f'{{"n": {each}}}\n' for each in range(100)))
    return str(files)


def stream(spark, files):
    return spark.readStream.schema("n long").option("maxFilesPerTrigger", 1).json(files)


def counted(spark, files, checkpoint):
    """Counts by key, and then waits."""
    counts = stream(spark, files).selectExpr("n % 2 AS k").groupBy("k").count()
    writer = counts.writeStream.queryName("counted").format("memory").outputMode("complete").option("checkpointLocation", checkpoint)
    idle = Idle("counted")
    spark.streams.addListener(idle)
    query = writer.trigger(processingTime="100 milliseconds").start()
    assert idle.enough.wait(300)
    assert [row["count"] for row in spark.table("counted").collect()] == [50 * FILES] * 2
    query.stop()
    spark.streams.removeListener(idle)
    return query


def in_batches(spark, files, checkpoint, each):
    """Calls a function with each batch, to the end of the query."""
    writer = stream(spark, files).writeStream.foreachBatch(each).option("checkpointLocation", checkpoint)
    query = writer.trigger(availableNow=True).start()
    try:
        query.awaitTermination()
    except Exception as error:  # its type is another one in each version
        print(type(error).__name__)
    return query


def two_queries(batch, _):
    batch.groupBy((batch["n"] % 3).alias("k")).count().collect()
    batch.write.format("noop").mode("append").save()


def fails(batch, number):
    batch.count()
    if number == FAILS:
        raise ValueError("no such batch")


def main():
    folder, *settings = sys.argv[1:]
    builder = SparkSession.builder.master("local[2]").appName("streams").config("spark.sql.shuffle.partitions", 2)
    builder.config("spark.eventLog.enabled", True).config("spark.eventLog.dir", folder)
    # An idle trigger is told of at once.
    builder.config("spark.sql.streaming.noDataProgressEventInterval", 0)
    for setting in settings:
        builder.config(*setting.split("=", 1))
    spark = sparkspan.enable(builder).getOrCreate()
    files, ids = numbers(folder), {}
    for name, run in {
        "counted": counted,
        "nested": lambda *where: in_batches(*where, two_queries),
        "failing": lambda *where: in_batches(*where, fails),
    }.items():
        with sparkspan.trace(spark, CALLERS[name]):
            ids[name] = str(run(spark, files, str(Path(folder, f"checkpoint-{name}"))).id)
    spark.stop()
    print(json.dumps(ids))


if __name__ == "__main__":
    main()
