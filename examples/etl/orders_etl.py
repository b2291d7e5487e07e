"""A nightly orders job, small enough to look at as one trace.

It joins orders with customers, ranks and writes the revenue of each region, asks a service for the segments of the customers, counts
which products are bought together and looks for fraud. Two things go wrong on purpose, as they do on real nights: one region has far more
orders than the others (look for the stage with the highest skew), and a task fails once and is retried (look for the task in red; its
stage is fine).

Tracing takes two lines: `sparkspan.enable` below, and the header with which a task calls the service.

    python examples/etl/segment_service.py
    python examples/etl/orders_etl.py --segments ADDRESS --event-log DIRECTORY
"""

import argparse
import json
import os
import sys
import tempfile
from itertools import combinations
from pathlib import Path
from urllib.request import Request, urlopen

from pyspark import TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

import sparkspan

ORDERS = 150_000
CUSTOMERS = 2_000
PRODUCTS = 40


def session(event_log: Path) -> SparkSession:
    event_log.mkdir(parents=True, exist_ok=True)
    # The workers run this Python, not the first one on the path; and nothing listens outside of this machine.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = (
        SparkSession.builder.appName("orders-etl")
        .master("local-cluster[2,1,1024]")  # two executors, each a JVM of its own
        .config("spark.eventLog.enabled", "true")
        .config("spark.eventLog.dir", event_log.resolve().as_uri())
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.adaptive.coalescePartitions.minPartitionSize", "64k")
        .config("spark.sql.adaptive.advisoryPartitionSizeInBytes", "256k")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sparkspan.sampler", "always_on")  # every query; by default one of ten is kept
    )
    return sparkspan.enable(builder).getOrCreate()


def land_raw_data(spark: SparkSession, lake: Path) -> None:
    """Six of ten orders come from the customers of one region: that is the skew."""
    customer = F.when(F.col("id") % 10 < 6, F.col("id") % 200).otherwise(F.col("id") * 31 % CUSTOMERS)
    spark.range(0, ORDERS, 1, 8).select(
        F.col("id").alias("order_id"),
        (F.col("id") / 3).cast("long").alias("basket_id"),
        customer.alias("customer_id"),
        (F.col("id") * 17 % PRODUCTS).alias("product_id"),
        (F.col("id") * 7919 % 10_000 / 100).alias("amount"),
    ).write.parquet(str(lake / "orders"))
    spark.range(0, CUSTOMERS, 1, 1).select(
        F.col("id").alias("customer_id"),
        F.concat(F.lit("customer-"), F.col("id")).alias("name"),
        (F.col("id") / 200).cast("int").alias("region_id"),
    ).write.parquet(str(lake / "customers"))


def revenue_by_region(spark: SparkSession, lake: Path) -> None:
    spark.sql(
        """
        SELECT /*+ MERGE(c) */ c.region_id, c.name, sum(o.amount) AS revenue,
               rank() OVER (PARTITION BY c.region_id ORDER BY sum(o.amount) DESC) AS place
        FROM orders o JOIN customers c ON o.customer_id = c.customer_id
        GROUP BY c.region_id, c.name
        """
    ).where("place <= 10").write.mode("overwrite").parquet(str(lake / "revenue"))


def score_customers(spark: SparkSession, service: str) -> DataFrame:
    def segments(batches):
        for batch in batches:
            customers = json.dumps(batch[["revenue", "orders"]].values.tolist()).encode()
            headers = {"Content-Type": "application/json", "traceparent": sparkspan.current_traceparent() or ""}
            with urlopen(Request(service, customers, headers)) as reply:
                yield batch.assign(segment=json.load(reply))[["segment"]]

    totals = spark.table("orders").groupBy("customer_id").agg(F.sum("amount").alias("revenue"), F.count("*").alias("orders"))
    return totals.mapInPandas(segments, "segment string").groupBy("segment").count().orderBy("segment")


def bought_together(spark: SparkSession) -> list:
    """An RDD job: pairs of products that share a basket, the busiest first."""

    def flaky_source(index, rows):
        if index == 0 and TaskContext.get().attemptNumber() == 0:
            raise ConnectionError("the price service hung up")
        return rows

    baskets = spark.table("orders").where("basket_id % 8 = 0").select("basket_id", "product_id").rdd.map(tuple)
    pairs = (
        baskets.mapPartitionsWithIndex(flaky_source)
        .groupByKey(8)
        .flatMap(lambda basket: combinations(sorted(set(basket[1])), 2))
        .map(lambda pair: (pair, 1))
        .reduceByKey(lambda a, b: a + b, 4)
    )
    return pairs.takeOrdered(3, key=lambda pair: -pair[1])


def check_for_fraud(spark: SparkSession) -> int:
    """Each region is checked on its own, and one task gets most of the orders: the others wait for it."""

    def suspicious(orders) -> list:
        return [sum(1 for _, amount in orders if sum(amount * factor % 7 for factor in range(100)) > 500)]

    by_region = spark.table("orders").rdd.map(lambda order: (order.customer_id // 200, order.amount))
    return by_region.partitionBy(10, lambda region: region).mapPartitions(suspicious).sum()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--event-log", type=Path, required=True, help="the directory that gets Spark's event log")
    arguments.add_argument("--segments", metavar="ADDRESS", required=True, help="where the service of the customers' segments is")
    given = arguments.parse_args()
    spark = session(given.event_log)
    spark.sparkContext.setLogLevel("ERROR")
    with tempfile.TemporaryDirectory(prefix="orders-etl-") as directory:
        lake = Path(directory)
        land_raw_data(spark, lake)
        for table in ("orders", "customers"):
            spark.read.parquet(str(lake / table)).createOrReplaceTempView(table)

        spark.sparkContext.setJobDescription("revenue of each region")
        revenue_by_region(spark, lake)
        spark.sparkContext.setJobDescription("segments of the customers")
        segments = {row["segment"]: row["count"] for row in score_customers(spark, given.segments).collect()}
        spark.sparkContext.setJobDescription("products bought together")
        best = bought_together(spark)
        spark.sparkContext.setJobDescription("fraud check")
        suspects = check_for_fraud(spark)
        spark.stop()
    print(f"segments: {segments}, suspicious orders: {suspects}")
    print("bought together most often: " + ", ".join(f"{a}+{b} ({n})" for (a, b), n in best))


if __name__ == "__main__":
    main()
