"""Setting up an application to be traced: the plugin, and the jar that holds it."""

import importlib.util
import os
from pathlib import Path
from typing import Any, Optional, TypeVar

from sparkspan._caller import is_connect
from sparkspan._configuration import Configuration
from sparkspan._warning import warn

_PLUGIN = "io.sparkspan.SparkspanPlugin"
_JAR = Path(__file__).with_name("sparkspan.jar")
_WORKER_CONTEXT = "spark.executorEnv.OTEL_PYTHON_CONTEXT"

Builder = TypeVar("Builder")


def jar() -> str:
    """The path of the jar with the plugin, for `spark.jars`, `--jars` or a server's class path."""
    if not _JAR.is_file():
        raise FileNotFoundError(f"this build of sparkspan came without its jar: {_JAR}")
    return str(_JAR)


def enable(builder: Builder) -> Builder:
    """Sets up tracing on the builder of a classic `SparkSession`, and returns the builder.

        spark = sparkspan.enable(SparkSession.builder.appName("nightly")).getOrCreate()

    The plugin and its jar join what the builder, `PYSPARK_SUBMIT_ARGS` and `spark-defaults.conf` say of `spark.plugins` and
    `spark.jars`; a later `.config("spark.plugins", …)` replaces them as always. Where OpenTelemetry is installed, Python workers
    take the running task as their current context.

    A client of Spark Connect has no say in this: its server is to be started with the plugin. There, and wherever else the plugin
    cannot be set up, the builder is returned as it is and a `SparkspanWarning` says why.
    """
    try:
        obstacle = _obstacle(builder)
        if obstacle is None:
            configuration = Configuration(builder)
            # First: an application that is told of a plugin but not of its jar does not start.
            configuration.add_jar(jar())
            configuration.add("spark.plugins", _PLUGIN)
            if _has_opentelemetry() and configuration.get(_WORKER_CONTEXT) is None:
                configuration.set(_WORKER_CONTEXT, "sparkspan")
    except Exception as error:  # whatever it is, the application is to run, only without being traced
        obstacle = f"{type(error).__name__}: {error}"
    if obstacle is not None:
        warn(f"sparkspan.enable() does not set up tracing: {obstacle}")
    return builder


def _obstacle(builder: Any) -> Optional[str]:
    """Why a session of this builder cannot be set up from here."""
    if _is_connect_client(builder):
        return "a Spark Connect server is traced when it was started with the plugin, whatever its clients say"
    from pyspark import SparkContext

    if SparkContext._active_spark_context is not None:
        return "Spark already runs in this process, and takes plugins only when it starts"
    return None


def _is_connect_client(builder: Any) -> bool:
    """Whether PySpark will make a client of Spark Connect, by the same signs that PySpark goes by."""
    import pyspark.util

    options = builder._options
    default_mode = getattr(pyspark.util, "default_api_mode", lambda: "classic")()
    return (
        is_connect(builder)
        or not hasattr(pyspark, "SparkContext")
        or "spark.remote" in options
        or "SPARK_REMOTE" in os.environ
        or "SPARK_CONNECT_MODE_ENABLED" in os.environ
        or options.get("spark.api.mode", os.environ.get("SPARK_API_MODE", default_mode)).lower() == "connect"
    )


def _has_opentelemetry() -> bool:
    try:
        return importlib.util.find_spec("opentelemetry.context") is not None
    except ImportError:
        return False
