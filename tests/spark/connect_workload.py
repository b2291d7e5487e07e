"""Two clients of one Spark Connect server: tags, a write, a failing and an interrupted operation.

    SPARK_REMOTE=sc://127.0.0.1:PORT python connect_workload.py
"""

import os
import threading
import time

from pyspark.sql.connect import functions as F
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.types import LongType, StringType


def main() -> None:
    remote = os.environ["SPARK_REMOTE"]
    first = SparkSession.builder.remote(remote).create()
    second = SparkSession.builder.remote(remote).create()
    try:
        work(first, second)
    finally:
        # A client that is left open keeps the process from ending.
        first.stop()
        second.stop()


def work(first: SparkSession, second: SparkSession) -> None:
    first.addTag("team-a")
    first.range(0, 2000, 1, 4).groupBy((F.col("id") % 5).alias("k")).count().orderBy("k").collect()
    first.removeTag("team-a")
    first.sql("CREATE TABLE sold USING parquet AS SELECT id, id * 2 AS amount FROM range(500)").collect()
    second.addTag("traceparent:00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    second.sql("SELECT count(*) FROM sold WHERE 'canary-secret-statement' <> CAST(amount AS STRING)").collect()
    second.clearTags()
    second.range(100).select(F.udf(lambda x: x + 1, LongType())("id")).toPandas()

    expect_failure(lambda: second.sql("SELECT missing FROM sold WHERE id = 'canary-secret-analysis'").collect())
    expect_failure(lambda: second.sql("SELECT raise_error('canary-secret-raised') FROM range(10)").collect())
    interrupted_operation(first)
    first.range(10).count()


def interrupted_operation(session: SparkSession) -> None:
    slow = F.udf(lambda x: time.sleep(600), StringType())

    def run() -> None:
        session.addTag("to-interrupt")
        expect_failure(lambda: session.range(0, 4, 1, 2).select(slow("id")).collect())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while not session.interruptTag("to-interrupt"):
        time.sleep(0.2)
    thread.join()


def expect_failure(action) -> None:
    """A case that was to fail and did not is a broken workload."""
    try:
        action()
    except Exception:
        return
    raise AssertionError("the action was to fail")


if __name__ == "__main__":
    main()
