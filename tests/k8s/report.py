"""A query with a shuffle; with a path as its argument, a second one once that file is there."""

import os
import sys
import time

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()


def totals():
    rows = spark.range(0, 1000, 1, 8).selectExpr("id % 10 AS k", "id").groupBy("k").sum("id").orderBy("k").collect()
    return sum(row[1] for row in rows)


print("RESULT", totals(), flush=True)
for path in sys.argv[1:]:
    while not os.path.exists(path):
        time.sleep(0.2)
    print("RESULT", totals(), flush=True)
spark.stop()
