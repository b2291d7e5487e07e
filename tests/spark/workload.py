"""The applications whose event logs are the fixtures: each case is one small application that provokes one family of things.

    spark-submit --master 'local-cluster[2,1,1024]' workload.py CASE

Every planted secret holds the text `canary-secret`: nothing that leaves sparkspan may hold it.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pyspark import InheritableThread, SparkContext, TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

CASES = {}
SECRET_URL = "https://store.example.org/orders?sig=canary-secret-signature"


def case(function):
    CASES[function.__name__] = function
    return function


def tables(spark: SparkSession) -> None:
    orders = spark.range(20_000).select(
        F.col("id").alias("order_id"),
        (F.col("id") % 500).alias("customer_id"),
        (F.col("id") % 17).alias("product_id"),
        (F.col("id") * 7 % 1000 / 10).alias("amount"),
        F.concat(F.lit("note "), F.col("id") % 5).alias("note"),
    )
    customers = spark.range(500).select(
        F.col("id").alias("customer_id"),
        F.concat(F.lit("customer "), F.col("id")).alias("name"),
        (F.col("id") % 8).alias("region_id"),
    )
    orders.repartition(4).write.mode("overwrite").saveAsTable("orders")
    customers.coalesce(1).write.mode("overwrite").saveAsTable("customers")


@case
def minimal(spark: SparkSession) -> None:
    """One query, one RDD job: the smallest whole application."""
    spark.range(1000).groupBy((F.col("id") % 3).alias("k")).count().collect()
    spark.sparkContext.parallelize(range(100), 2).count()


@case
def sql(spark: SparkSession) -> None:
    """Joins, aggregates, windows, writes, commands without jobs, nested executions, subqueries, reuse, cache, AQE."""
    tables(spark)
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW big_orders AS SELECT * FROM orders WHERE amount > 50")
    spark.sql("SET spark.sql.shuffle.partitions=4")
    spark.sql("SHOW TABLES").collect()
    spark.sql("DESCRIBE TABLE orders").collect()

    spark.sql("SELECT /*+ BROADCAST(c) */ c.region_id, sum(o.amount) FROM orders o JOIN customers c"
              " ON o.customer_id = c.customer_id GROUP BY c.region_id").collect()
    spark.sql("SELECT /*+ MERGE(c) */ c.name, o.amount, rank() OVER (PARTITION BY c.region_id ORDER BY o.amount DESC) AS place"
              " FROM orders o JOIN customers c ON o.customer_id = c.customer_id").orderBy("place", "name").limit(20).collect()
    spark.sql("SELECT count(*) FROM orders WHERE note = 'canary-secret-literal' OR note LIKE '%canary-secret-pattern%'").collect()
    spark.sql("SELECT count(*) FROM orders WHERE amount > (SELECT avg(amount) FROM orders)"
              " AND customer_id IN (SELECT customer_id FROM customers WHERE region_id = 3)").collect()
    spark.sql("WITH totals AS (SELECT customer_id, sum(amount) AS total FROM orders GROUP BY customer_id)"
              " SELECT /*+ MERGE(b) */ count(*) FROM totals a JOIN totals b ON a.customer_id = b.customer_id").collect()
    # Nothing comes out of the first exchange: AQE finds that and drops the join.
    spark.sql("SELECT /*+ MERGE(c) */ * FROM (SELECT * FROM orders WHERE amount > 1000) o"
              " JOIN customers c ON o.customer_id = c.customer_id").collect()

    cached = spark.table("orders").groupBy("product_id").agg(F.sum("amount").alias("total")).cache()
    cached.count()
    cached.orderBy("total").collect()
    cached.unpersist()
    spark.sql("CACHE TABLE cached_customers AS SELECT * FROM customers")
    spark.sql("SELECT count(*) FROM cached_customers").collect()

    spark.sql("CREATE TABLE totals USING parquet AS SELECT product_id, sum(amount) AS total FROM orders GROUP BY product_id")
    spark.sql("INSERT INTO totals SELECT product_id, 0.0 FROM orders WHERE product_id = 1 LIMIT 1")
    spark.sql("INSERT INTO totals VALUES (99, 1.5)")
    with tempfile.TemporaryDirectory(dir=".") as directory:
        spark.table("orders").write.partitionBy("product_id").parquet(f"{directory}/parquet")
        spark.table("orders").limit(100).write.option("header", True).csv(f"{directory}/csv")
        spark.read.option("header", True).option("inferSchema", True).csv(f"{directory}/csv").count()
        spark.table("customers").write.json(f"{directory}/json?sig=canary-secret-path")
        spark.read.json(f"{directory}/json?sig=canary-secret-path").count()
        spark.read.parquet(f"{directory}/parquet").where("product_id = 3").count()
    # The first partitions hold nothing: one query, several jobs.
    spark.range(0, 1000, 1, 10).where("id > 900").take(3)
    spark.sql("CREATE TABLE notes (note STRING) USING json OPTIONS (token 'canary-secret-option') COMMENT 'canary-secret-comment'")
    spark.sql("INSERT INTO notes VALUES ('canary-secret-value')")
    spark.sql("DROP TABLE totals")


@case
def adaptive(spark: SparkSession) -> None:
    """A skewed join that AQE splits, and shuffle partitions that it coalesces."""
    spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    spark.conf.set("spark.sql.shuffle.partitions", "12")
    spark.conf.set("spark.sql.adaptive.advisoryPartitionSizeInBytes", "32k")
    spark.conf.set("spark.sql.adaptive.coalescePartitions.minPartitionSize", "16k")
    spark.conf.set("spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes", "64k")
    skewed = spark.range(0, 60_000, 1, 4).select(
        F.when(F.col("id") % 10 < 8, F.lit(7)).otherwise(F.col("id") % 100).alias("k"), F.sha2(F.col("id").cast("string"), 256).alias("v")
    )
    few = spark.range(0, 100, 1, 2).select(F.col("id").alias("k"), F.rand(1).alias("w"))
    skewed.join(few, "k").select(F.max("v"), F.sum("w")).collect()
    skewed.groupBy("k").count().collect()
    skewed.join(few, "k").groupBy("k").agg(F.count("*").alias("n")).orderBy(F.desc("n")).limit(5).collect()


@case
def python(spark: SparkSession) -> None:
    """Every way a query runs Python."""
    import pandas as pd

    plus_one = F.udf(lambda x: x + 1, "long")

    @F.pandas_udf("double")
    def half(values: pd.Series) -> pd.Series:
        return values / 2.0

    @F.pandas_udf("double")
    def mean(values: pd.Series) -> float:
        return float(values.mean())

    def doubled(batches):
        for batch in batches:
            yield pd.concat([batch, batch])

    numbers = spark.range(0, 2000, 1, 4).withColumn("k", F.col("id") % 5)
    numbers.select(F.sum(plus_one("id"))).collect()
    numbers.select(F.sum(half("id"))).collect()
    numbers.groupBy("k").agg(mean("id")).collect()
    numbers.mapInPandas(doubled, "id long, k long").groupBy("k").count().collect()
    numbers.groupBy("k").applyInPandas(lambda group: group.head(1), "id long, k long").collect()


@case
def rdd(spark: SparkSession) -> None:
    """Jobs outside SQL: shuffles, groups, descriptions, tags, empty stages, skew, results too big for a direct reply."""
    context = spark.sparkContext
    pairs = context.parallelize(range(1000), 4).map(lambda x: (x % 10, x))
    pairs.reduceByKey(lambda a, b: a + b, 3).sortByKey().collect()
    pairs.groupByKey(2).mapValues(len).collect()
    pairs.join(context.parallelize([(k, str(k)) for k in range(10)], 2), 3).count()
    shuffles_of_one_parent(context)

    context.setJobGroup("nightly", "load of 'canary-secret-description'")
    shuffled = pairs.reduceByKey(max, 2)
    shuffled.count()
    shuffled.collect()  # the map stage is skipped
    context.setLocalProperty("spark.jobGroup.id", None)
    context.setLocalProperty("spark.job.description", f"fetch {SECRET_URL}")
    pairs.count()
    context.setLocalProperty("spark.job.description", None)
    if hasattr(context, "addJobTag"):
        context.addJobTag("team-a")
        context.addJobTag("hourly")
        pairs.count()
        context.clearJobTags()

    context.emptyRDD().count()
    context.emptyRDD().map(lambda x: (x, 1)).groupByKey(2).count()
    pairs.filter(lambda pair: pair[0] > 100).groupByKey(2).count()
    context.parallelize(range(8), 8).map(lambda i: time.sleep(1.5 if i == 3 else 0.02)).count()
    context.parallelize(range(2), 2).map(lambda i: bytes(2_000_000)).collect()
    kept = pairs.map(lambda pair: pair[1] * 2).cache()
    kept.count()
    kept.sum()
    kept.unpersist()


def shuffles_of_one_parent(context: SparkContext) -> None:
    """Two shuffles of one RDD feed one stage: their map stages share that RDD, so RDD ids alone cannot tell them apart.

    Made of the JVM's RDDs, because Python puts an RDD of its own before each shuffle.
    """
    numbers = context._jvm.java.util.ArrayList()
    for number in range(200):
        numbers.add(number % 20)
    pairs = context._jsc.parallelize(numbers, 2).zipWithIndex()
    pairs.groupByKey(3).union(pairs.groupByKey(5)).count()
    pairs.groupByKey(3).join(pairs.groupByKey(5)).count()
    pairs.cogroup(pairs, 4).count()


@case
def failures(spark: SparkSession) -> None:
    """A retried task, failing jobs and queries, a cancelled query, an analysis failure."""
    context = spark.sparkContext

    def fails_once(index, rows):
        if index == 1 and TaskContext.get().attemptNumber() == 0:
            raise ValueError("the first attempt fails: 'canary-secret-retried'")
        return rows

    def fails(_):
        raise RuntimeError(f"cannot read {SECRET_URL} with password 'canary-secret-exception'")

    context.parallelize(range(10), 2).mapPartitionsWithIndex(fails_once).count()
    expect_failure(lambda: context.parallelize(range(10), 2).map(fails).count())
    expect_failure(lambda: spark.range(10).select(F.udf(fails, "string")("id")).collect())
    expect_failure(lambda: spark.sql("SELECT raise_error('canary-secret-raised') FROM range(10)").collect())
    expect_failure(lambda: spark.sql("SELECT missing FROM range(3) WHERE 'canary-secret-analysis' = id").collect())
    expect_failure(lambda: spark.sql("INSERT INTO nowhere VALUES ('canary-secret-insert')"))
    # A job fails inside a query after another one of its stages went well.
    expect_failure(lambda: spark.range(100).groupBy((F.col("id") % 3).alias("k")).count().select(F.udf(fails, "string")("k")).collect())
    cancelled_query(spark)
    spark.range(10).count()


def cancelled_query(spark: SparkSession) -> None:
    thread = start_endless_query(spark, group="to-cancel")
    spark.sparkContext.cancelJobGroup("to-cancel")
    thread.join()


@case
def lost(spark: SparkSession) -> None:
    """Map output that is gone (fetch failure, retried stage) and an executor that dies with finished map tasks (resubmitted)."""
    context = spark.sparkContext
    shuffled = context.parallelize(range(400), 4).map(lambda x: (x % 20, x)).groupByKey(3)
    shuffled.count()
    local_directory = Path(context.getConf().get("spark.local.dir"))
    next(local_directory.glob("**/shuffle_0_*.data")).unlink()
    shuffled.mapValues(len).collect()

    def kills_its_executor(index, rows):
        if index == 5 and TaskContext.get().attemptNumber() == 0:
            daemon = os.getppid()
            executor = int(subprocess.run(["ps", "-o", "ppid=", "-p", str(daemon)], capture_output=True, check=True).stdout)
            os.kill(executor, signal.SIGKILL)
            time.sleep(60)
        return rows

    numbers = context.parallelize(range(600), 6).mapPartitionsWithIndex(kills_its_executor)
    numbers.map(lambda x: (x % 7, x)).reduceByKey(lambda a, b: a + b, 3).collect()


@case
def speculation(spark: SparkSession) -> None:
    """A straggler whose speculative copy wins; the first attempt is killed."""

    def straggles(index, rows):
        if index == 0 and TaskContext.get().attemptNumber() == 0:
            time.sleep(60)
        return rows

    numbers = spark.sparkContext.parallelize(range(400), 8)
    numbers.mapPartitionsWithIndex(straggles).map(lambda x: (x % 5, x)).reduceByKey(max, 2).count()
    # The end of the killed attempt comes after the job's, and only an application that still runs hears of it.
    tracker = spark.sparkContext._jsc.sc().statusTracker()
    wait_for(lambda: not any(executor.numRunningTasks() for executor in tracker.getExecutorInfos()))


@case
def streaming(spark: SparkSession) -> None:
    """Micro-batches with state, with foreachBatch, and a query that dies."""
    spark.conf.set("spark.sql.shuffle.partitions", "2")
    with tempfile.TemporaryDirectory(dir=".") as directory:
        for index in range(3):
            spark.range(index * 100, (index + 1) * 100).withColumn("k", F.col("id") % 3).coalesce(1).write.mode("append").parquet(
                f"{directory}/in"
            )
        source = spark.readStream.schema("id long, k long").option("maxFilesPerTrigger", 1).parquet(f"{directory}/in")

        def run(query_name, frame: DataFrame, sink):
            writer = sink(frame.writeStream).queryName(query_name).trigger(availableNow=True)
            return writer.option("checkpointLocation", f"{directory}/{query_name}").start()

        counted = source.groupBy("k").count()
        run("counts", counted, lambda w: w.outputMode("complete").format("memory")).awaitTermination()

        def each_batch(batch: DataFrame, batch_id: int) -> None:
            batch.persist()
            batch.groupBy("k").count().collect()
            batch.write.mode("append").parquet(f"{directory}/out")
            batch.unpersist()

        run("batches", source, lambda w: w.foreachBatch(each_batch)).awaitTermination()

        def fails(_):
            raise RuntimeError(f"cannot reach {SECRET_URL} for 'canary-secret-stream'")

        failing = run("failing", source.select(F.udf(fails, "string")("id")), lambda w: w.format("noop"))
        expect_failure(failing.awaitTermination)


@case
def stopped(spark: SparkSession) -> None:
    """The application ends while a query's job runs."""
    spark.range(1000).groupBy((F.col("id") % 3).alias("k")).count().collect()
    start_endless_query(spark, group="endless")


@case
def killed(spark: SparkSession) -> None:
    """The driver is killed while a query's job runs: the log stays in progress."""
    spark.range(1000).groupBy((F.col("id") % 3).alias("k")).count().collect()
    start_endless_query(spark, group="endless")
    os.kill(spark.sparkContext._jvm.java.lang.ProcessHandle.current().pid(), signal.SIGKILL)
    os._exit(0)


def start_endless_query(spark: SparkSession, group: str) -> InheritableThread:
    """Returns when a task of the query runs."""
    context = spark.sparkContext
    endless = F.udf(lambda x: time.sleep(600), "string")

    def run() -> None:
        context.setJobGroup(group, "a query that does not end", interruptOnCancel=True)
        expect_failure(lambda: spark.range(0, 4, 1, 2).select(endless("id")).collect())

    thread = InheritableThread(target=run, daemon=True)
    thread.start()
    tracker = context.statusTracker()
    job = wait_for(lambda: tracker.getJobIdsForGroup(group))[0]
    stage = wait_for(lambda: tracker.getJobInfo(job).stageIds)[0]
    wait_for(lambda: tracker.getStageInfo(stage).numActiveTasks)
    return thread


@case
def many_tasks(spark: SparkSession) -> None:
    """Enough events that a rolling log has several files."""
    spark.conf.set("spark.sql.adaptive.coalescePartitions.enabled", "false")
    spark.conf.set("spark.sql.shuffle.partitions", "200")
    for _ in range(2):
        spark.range(0, 10_000, 1, 1000).groupBy((F.col("id") % 100).alias("k")).count().orderBy("k").collect()


@case
def benchmark(spark: SparkSession) -> None:
    """Some 26 000 tasks of queries with joins, windows and shuffles: a log of more than 150 MB. No fixture: it is made for measuring."""
    spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    spark.conf.set("spark.sql.adaptive.coalescePartitions.enabled", "false")
    spark.conf.set("spark.sql.shuffle.partitions", "100")
    facts = spark.range(0, 40_000, 1, 300).select((F.col("id") % 997).alias("k"), (F.col("id") % 31).alias("g"), F.col("id").alias("v"))
    names = spark.range(0, 997, 1, 50).select(F.col("id").alias("k"), F.concat(F.lit("n"), F.col("id")).alias("name"))
    for _ in range(34):
        facts.join(names, "k").groupBy("g").agg(F.sum("v").alias("total"), F.countDistinct("name")).orderBy("total").collect()


def expect_failure(action) -> None:
    """A case that was to fail and did not is a broken workload."""
    try:
        action()
    except Exception:
        return
    raise AssertionError("the action was to fail")


def wait_for(condition):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise TimeoutError("the condition did not come true within 120 s")


def main() -> None:
    name = sys.argv[1]
    spark = SparkSession.builder.appName(f"fixture {name}").getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    CASES[name](spark)
    spark.stop()


if __name__ == "__main__":
    main()
