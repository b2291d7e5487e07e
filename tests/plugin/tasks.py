"""An application whose tasks say which context they find, in the JVM and in Python."""

import json
import sys

from pyspark import TaskContext
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

# Set by the session, as PySpark's users do: it must not get out.
spark = SparkSession.builder.config("spark.sparkspan.headers", "x-tenant=canary-secret-header").getOrCreate()
context = spark.sparkContext
spark.udf.registerJavaFunction("probe", "Probe", "string")


def python_context(_=None):
    task = TaskContext.get()
    return task.stageId(), task.taskAttemptId(), task.getLocalProperty("traceparent")


said = {"application": context.getConf().get("spark.sparkspan.context"), "id": context.applicationId}
jvm = spark.range(0, 8, 1, 4).selectExpr("probe(id) AS jvm")
said["jvm"] = [row.jvm for row in jvm.collect()]
# The JVM's part may run on a thread that only feeds the Python worker.
both = spark.range(100, 108, 1, 4).selectExpr("probe(id) AS jvm").withColumn("python", F.udf(lambda _: python_context()[2])("jvm"))
said["both"] = [(row.jvm, row.python) for row in both.collect()]
# In local mode, all tasks of a job look at the same properties: each must see its own context.
said["tasks"] = context.parallelize(range(16), 16).map(python_context).collect()
said["barrier"] = context.parallelize(range(2), 2).barrier().mapPartitions(lambda _: [python_context()]).collect()
# A thread is used again, and the user's property is never changed.
context.setLocalProperty("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
said["called"] = context.parallelize(range(4), 4).map(python_context).collect()
said["property"] = context.getLocalProperty("traceparent")
with open(sys.argv[1], "w") as file:
    json.dump(said, file)
spark.stop()
