"""An application that works until it is killed: says which process its driver is, and its context.

    endless.py LOG ENDPOINT
"""

import json
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import col

import sparkspan


def main():
    log, endpoint = sys.argv[1:]
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("endless")
    for key, setting in {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": log,
        "spark.sparkspan.endpoint": endpoint,
        "spark.sparkspan.sampler": "always_on",
    }.items():
        builder.config(key, setting)
    spark = sparkspan.enable(builder).getOrCreate()
    driver = spark.sparkContext._jvm.java.lang.ProcessHandle.current().pid()
    print(json.dumps({"driver": driver, "context": spark.conf.get("spark.sparkspan.context")}), flush=True)
    while True:
        numbers = spark.range(0, 10_000, 1, 4).withColumn("key", col("id") % 7)
        numbers.groupBy("key").count().join(numbers.groupBy("key").sum("id"), "key").collect()
        spark.sparkContext.parallelize(range(100), 4).map(lambda number: (number % 3, number)).groupByKey().count()


if __name__ == "__main__":
    main()
