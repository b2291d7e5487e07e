"""Long-lived drivers, as administrators start them: main classes for spark-submit."""

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from pyspark.find_spark_home import _find_spark_home

import sparkspan
from processes import listening

HOME = Path(_find_spark_home())
CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"
THRIFT = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
# What the servers are made of beyond PySpark: with 4.0 it began to bring Connect.
JARS = ",".join(filter(None, [str(sparkspan.jar()), os.environ.get("SPARKSPAN_TEST_CONNECT")]))


def conf(settings):
    """Settings as spark-submit takes them."""
    return [part for key, value in settings.items() for part in ("--conf", f"{key}={value}")]


@contextmanager
def server(main_class, endpoint, port, settings, master="local[2]"):
    """Runs a driver with the plugin until the block ends, from when it listens. Ending it sends its last spans."""
    settings = {"spark.plugins": "io.sparkspan.SparkspanPlugin", "spark.ui.enabled": "false", **settings}
    command = [HOME / "bin" / "spark-submit", "--master", master, "--jars", JARS, *conf(settings)]
    environ = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "PYSPARK_PYTHON": sys.executable}
    with tempfile.NamedTemporaryFile() as output, listening(port, output, *command, "--class", main_class, "spark-internal", env=environ):
        yield
