"""A client of a Spark Connect server: runs a query under the caller that its TRACEPARENT names. Its argument is the server's address."""

import os
import sys

from pyspark.sql.connect.session import SparkSession

spark = SparkSession.builder.remote(sys.argv[1]).create()
spark.addTag(f"traceparent:{os.environ['TRACEPARENT']}")
rows = spark.range(0, 1000, 1, 8).selectExpr("id % 10 AS k", "id").groupBy("k").sum("id").collect()
print("RESULT", sum(row[1] for row in rows))
spark.stop()
