"""What Spark will be started with, before it is: a builder's options over what comes from outside of the program."""

import argparse
import os
import re
import shlex
from pathlib import Path
from typing import Any, Dict, List, Optional

# What PySpark names as the program to run when it starts a JVM of its own.
_SHELL = "pyspark-shell"


class Configuration:
    """The options of a builder, and what stands where they say nothing."""

    def __init__(self, builder: Any) -> None:
        self._builder = builder
        self._jvm = _running_jvm()
        self._outside = _of_submission() if self._jvm is None else _of_jvm(self._jvm)

    def get(self, key: str) -> Optional[str]:
        """The value that holds now."""
        value = self._builder._options.get(key, self._outside.get(key))
        return None if value is None else str(value)

    def set(self, key: str, value: str) -> None:
        """Makes it the builder's."""
        self._builder.config(key, value)

    def add(self, key: str, item: str) -> None:
        """Adds to a list that commas separate."""
        self.set(key, self._with(key, item))

    def add_jar(self, jar: str) -> None:
        """Puts a jar on the class paths of the driver and of the executors."""
        if self._jvm is not None:
            # The driver's class path was settled when its JVM started: `spark.jars` reaches only the executors now.
            _load(self._jvm, jar)
            self.add("spark.jars", jar)
        elif "spark.jars" in self._builder._options:
            self.add("spark.jars", jar)
        else:
            # The builder's `spark.jars` would replace what spark-submit makes of this list and of `spark.jars.packages`.
            arguments = _submit_arguments()
            program = arguments.index(_SHELL) if _SHELL in arguments else len(arguments)
            arguments[program:program] = ["--jars", self._with("spark.jars", jar)]
            os.environ["PYSPARK_SUBMIT_ARGS"] = " ".join(map(shlex.quote, arguments))

    def _with(self, key: str, item: str) -> str:
        items = [known.strip() for known in (self.get(key) or "").split(",") if known.strip()]
        return ",".join(items if item in items else [*items, item])


def _running_jvm() -> Any:
    """The JVM of this process: spark-submit's, or one that an earlier session left; `None` if Spark will start one."""
    from pyspark import SparkContext

    if SparkContext._jvm is None and "PYSPARK_GATEWAY_PORT" in os.environ:
        SparkContext._ensure_initialized()
    return SparkContext._jvm


def _of_jvm(jvm: Any) -> Dict[str, str]:
    from pyspark import SparkConf

    return dict(SparkConf(_jvm=jvm).getAll())


def _load(jvm: Any, jar: str) -> None:
    """Adds a jar to the class loader that spark-submit made for the application, as spark-submit does itself."""
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    loader.addURL(jvm.java.io.File(jar).toURI().toURL())


def _of_submission() -> Dict[str, str]:
    """What spark-submit will find when PySpark calls it, the stronger over the weaker."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-c", "--conf", action="append", default=[])
    parser.add_argument("--jars")
    parser.add_argument("--properties-file", default=_defaults())
    submitted, _ = parser.parse_known_args(_submit_arguments())
    found = _properties(Path(submitted.properties_file))
    found.update(pair.split("=", 1) for pair in submitted.conf if "=" in pair)
    if submitted.jars is not None:
        found["spark.jars"] = submitted.jars
    return found


def _submit_arguments() -> List[str]:
    return shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", _SHELL))


def _defaults() -> str:
    from pyspark.find_spark_home import _find_spark_home

    directory = os.environ.get("SPARK_CONF_DIR") or os.path.join(_find_spark_home(), "conf")
    return os.path.join(directory, "spark-defaults.conf")


def _properties(file: Path) -> Dict[str, str]:
    """A file of Java properties, as far as Spark's have them: a key, white space or `=`, a value."""
    if not file.is_file():
        return {}
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    pairs = (re.split(r"\s*[=:\s]\s*", line, maxsplit=1) for line in lines if line and line[0] not in "#!")
    return {pair[0]: pair[1].strip() for pair in pairs if len(pair) == 2}
