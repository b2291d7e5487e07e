"""An application whose users write what no tracer expects: texts of megabytes, halves of emoji, SQL with secrets as descriptions.

    python hostile.py EVENT_LOG DATA [KEY=VALUE…]

Its last line says, as JSON, what its jobs returned.
"""

import json
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import col

import sparkspan

DESCRIPTIONS = {
    "assignments": "a=" * 100_000,
    "huge": "words of 20 megabytes " * 1_000_000,
    "brackets": "(" * 100_000,
    "quotes": "'\"`" * 50_000,
    "statement": r"SELECT r'C:\' AS p, 'canary' AS s, `x` = 4711 /* canary */",
    "setting": "SET fs.s3a.secret.key=canary",
    "sentence": "Update for canary@example.com with password: canary",
}


def main():
    event_log, data, *settings = sys.argv[1:]
    builder = SparkSession.builder.master("local[2]").appName("hostile").config("spark.ui.enabled", False)
    builder.config("spark.eventLog.enabled", True).config("spark.eventLog.dir", event_log)
    builder.config("spark.eventLog.rolling.enabled", False).config("spark.eventLog.compress", False)
    for setting in settings:
        builder.config(*setting.split("=", 1))
    spark = sparkspan.enable(builder).getOrCreate()
    returned = []
    for description in DESCRIPTIONS.values():
        spark.sparkContext.setJobDescription(description)
        returned.append(spark.range(0, 10, 1, 2).count())
        returned.append(spark.sparkContext.parallelize(range(10), 2).count())
    spark.sparkContext.setJobDescription(None)
    spark.range(0, 10, 1, 2).selectExpr("cast(id as string) name").write.parquet(data)
    # Spark cuts the filters of a scan by UTF-16 units: one of the two within an emoji.
    for filler in ["", "x"]:
        returned.append(spark.read.parquet(data).filter(col("name") != filler + "\U0001f600" * 200).count())
    spark.stop()
    print(json.dumps(returned))


if __name__ == "__main__":
    main()
