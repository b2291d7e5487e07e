"""An application whose events come faster than they are taken: it runs queries until Spark has dropped some events.

    python dropping.py EVENT_LOG [KEY=VALUE…]

Its last line says, as JSON, how many Spark's own counter has before Spark stops, and after.
"""

import json
import sys

from pyspark.sql import SparkSession

import sparkspan

# More than an application's first events, which name it.
CAPACITY = 20
# The start of a query tells the session's settings. While such an event is written, many tasks end.
BALLAST = "x" * 10_000_000


def main():
    event_log, *settings = sys.argv[1:]
    builder = SparkSession.builder.master("local[4]").appName("dropping").config("spark.ui.enabled", False)
    builder.config("spark.eventLog.enabled", True).config("spark.eventLog.dir", event_log)
    builder.config("spark.scheduler.listenerbus.eventqueue.sparkspan.capacity", CAPACITY)
    for setting in settings:
        builder.config(*setting.split("=", 1))
    spark = sparkspan.enable(builder).getOrCreate()
    dropped = spark.sparkContext._jsc.sc().listenerBus().metrics().metricRegistry().counter("queue.sparkspan.numDroppedEvents")
    spark.conf.set("ballast", BALLAST)
    while not dropped.getCount():
        spark.range(0, 200, 1, 200).count()
    before = dropped.getCount()
    spark.stop()
    print(json.dumps({"before": before, "after": dropped.getCount()}))


if __name__ == "__main__":
    main()
