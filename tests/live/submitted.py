"""Two applications of one JVM that was there before them, as spark-submit's is: each says its context, and what its tasks see.

    spark-submit submitted.py [KEY=VALUE…]
"""

import json
import sys

from pyspark.sql import SparkSession

import sparkspan


def main():
    for name in ("first", "second"):
        builder = SparkSession.builder.appName(name)
        for setting in sys.argv[1:]:
            builder.config(*setting.split("=", 1))
        spark = sparkspan.enable(builder).getOrCreate()
        context = spark.conf.get("spark.sparkspan.context")
        seen = spark.sparkContext.parallelize(range(2), 2).map(lambda _: sparkspan.current_traceparent()).collect()
        spark.stop()
        print(json.dumps({"context": context, "seen": seen}))


if __name__ == "__main__":
    main()
