"""A client of Spark Connect that starts a streaming query under a caller and leaves.

    python streams_client.py REMOTE FILES CHECKPOINT TRACEPARENT
"""

import sys

from pyspark.sql.connect.session import SparkSession

import sparkspan


def main():
    remote, files, checkpoint, caller = sys.argv[1:]
    spark = SparkSession.builder.remote(remote).create()
    counts = spark.readStream.schema("n long").option("maxFilesPerTrigger", 1).json(files).groupBy("n").count()
    writer = counts.writeStream.format("noop").outputMode("update").option("checkpointLocation", checkpoint)
    with sparkspan.trace(spark, caller):
        query = writer.trigger(availableNow=True).start()
    # Outside of the block: the query is its caller's nevertheless.
    query.awaitTermination()
    print(query.id)
    spark.stop()


if __name__ == "__main__":
    main()
