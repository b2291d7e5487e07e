"""Many tiny tasks in one process, with an event log: the application whose tracing is measured.

    python application.py TASKS [KEY=VALUE…]

Prints, as JSON, the CPU seconds of the JVM and, where the measured plugin is there, of its parts.
"""

import json
import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

# The JVM's clock ticks, as /proc has them.
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    tasks, *settings = sys.argv[1:]
    builder = SparkSession.builder.master("local[2]").config("spark.ui.showConsoleProgress", False)
    # As many as there are tasks, so that nothing is dropped and every listener sees the same.
    builder.config("spark.scheduler.listenerbus.eventqueue.capacity", 100_000)
    for setting in settings:
        builder.config(*setting.split("=", 1))
    spark = builder.getOrCreate()
    context = spark.sparkContext
    context.setLogLevel("ERROR")
    spark.range(0, int(tasks) * 100, 1, int(tasks)).selectExpr("id % 50 AS k").groupBy("k").count().collect()
    context._jsc.sc().listenerBus().waitUntilEmpty(600_000)
    report = {}
    if "MeasuredPlugin" in context.getConf().get("spark.plugins", ""):
        report = json.loads(context._jvm.io.sparkspan.bench.MeasuredPlugin.report())
    jvm = context._gateway.proc.pid
    spark.stop()
    fields = Path(f"/proc/{jvm}/stat").read_text().rsplit(")", 1)[1].split()
    report["whole"] = (int(fields[11]) + int(fields[12])) / TICKS
    print(json.dumps(report))


if __name__ == "__main__":
    main()
