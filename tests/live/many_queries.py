"""A driver that lives long: so many small queries, and what its JVM takes after some of them.

    python many_queries.py QUERIES[,QUERIES…] [KEY=VALUE…]

Its last line says, as JSON, the bytes of the heap after a collection and of the process's resident memory after each of these numbers of queries.
"""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession

import sparkspan

# Spark itself keeps what its UI shows: no more of it than the first queries fill.
RETAINED = ("spark.ui.retainedJobs", "spark.ui.retainedStages", "spark.ui.retainedTasks", "spark.sql.ui.retainedExecutions")


def memory(spark):
    """What the JVM takes once nothing is on its way."""
    gateway = spark.sparkContext._gateway
    spark.sparkContext._jsc.sc().listenerBus().waitUntilEmpty()
    for _ in range(3):
        gateway.jvm.System.gc()
    heap = gateway.jvm.java.lang.management.ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
    status = Path(f"/proc/{gateway.proc.pid}/status").read_text()
    (resident,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return {"heap": heap, "resident": int(resident) * 1024}


def main():
    numbers, *settings = sys.argv[1:]
    marks = [int(number) for number in numbers.split(",")]
    # The heap has its place from the start, and what is run is compiled at once: what the process takes more of is something else.
    java = "-Xms512m -XX:+AlwaysPreTouch -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=0.02"
    builder = SparkSession.builder.master("local[2]").appName("many queries").config("spark.driver.memory", "512m")
    builder.config("spark.driver.extraJavaOptions", java).config("spark.ui.enabled", False)
    for key in RETAINED:
        builder.config(key, 100)
    for setting in settings:
        builder.config(*setting.split("=", 1))
    spark = sparkspan.enable(builder).getOrCreate()
    found = {}
    for number in range(1, max(marks) + 1):
        spark.range(0, 3, 1, 1).collect()
        if number in marks:
            found[number] = memory(spark)
    spark.stop()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
