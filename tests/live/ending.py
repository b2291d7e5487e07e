"""An application that ends in one of the ways in which applications end.

    python ending.py ENDING EVENT_LOG [KEY=VALUE…]
"""

import os
import signal
import sys
import threading
import time

from pyspark.sql import SparkSession

import sparkspan


def long_query(spark):
    """A query that does not end by itself, once some of its tasks have."""
    done = spark.sparkContext.accumulator(0)

    def slow_after_the_first(rows):
        for row in rows:
            if row["id"] > 0:
                time.sleep(3_600)
            done.add(1)

    threading.Thread(target=lambda: spark.range(0, 4, 1, 4).foreachPartition(slow_after_the_first), daemon=True).start()
    while done.value < 1:
        time.sleep(0.05)


def main():
    ending, event_log, *settings = sys.argv[1:]
    builder = SparkSession.builder.master("local[2]").appName("ending").config("spark.ui.enabled", False)
    builder.config("spark.eventLog.enabled", True).config("spark.eventLog.dir", event_log)
    for setting in settings:
        builder.config(*setting.split("=", 1))
    spark = sparkspan.enable(builder).getOrCreate()
    jvm = spark.sparkContext._gateway.proc.pid
    spark.sql("SELECT id % 3 AS k, count(*) FROM range(100) GROUP BY id % 3").collect()
    spark.sparkContext.parallelize(range(4), 2).sum()
    print("worked", flush=True)
    if ending == "while it works":
        long_query(spark)
    if ending in ("stop", "while it works"):
        spark.stop()
    if ending == "terminated":
        os.kill(jvm, signal.SIGTERM)
    if ending == "os._exit":
        os._exit(3)
    if ending == "System.exit":
        spark._jvm.java.lang.System.exit(4)
    if ending == "exception":
        raise RuntimeError("the script has failed")
    if ending == "while it works":
        # The thread of the query waits for an answer that never comes.
        os._exit(0)


if __name__ == "__main__":
    main()
