"""A small application with a right answer and an exit code."""

import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
spark.sparkContext.setJobDescription(spark.conf.get("spark.app.description", "an answer"))
numbers = spark.range(1000).where("id % 7 = 0").count()
pairs = spark.sparkContext.parallelize(range(10), 2).map(lambda number: number * number).sum()
settings = {key for key, _ in spark.sparkContext.getConf().getAll() if key.startswith(("spark.sparkspan.", "spark.plugins.internal."))}
print(f"answer {numbers} {pairs}, records {'spark.sparkspan.context' in settings}")
spark.stop()
sys.exit(7)
