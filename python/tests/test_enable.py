"""`enable()`: what it asks of Spark before there is a JVM. PySpark is there, and is not started."""

import os
import tempfile
import unittest
import warnings
from pathlib import Path
from unittest import mock

from pyspark.sql import SparkSession

import sparkspan

PLUGIN = "io.sparkspan.SparkspanPlugin"
JARS = "spark.jars"
PLUGINS = "spark.plugins"
WORKERS = "spark.executorEnv.OTEL_PYTHON_CONTEXT"


class Enable(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.defaults = Path(directory.name) / "spark-defaults.conf"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("SPARK_", "PYSPARK_"))}
        environment = mock.patch.dict(os.environ, {**kept, "SPARK_CONF_DIR": directory.name}, clear=True)
        environment.start()
        self.addCleanup(environment.stop)

    def enable(self, options=(), submitted=None):
        """The options of the builder afterwards, and the arguments that PySpark will start spark-submit with."""
        if submitted is not None:
            os.environ["PYSPARK_SUBMIT_ARGS"] = submitted
        builder = SparkSession.builder
        for key, value in dict(options).items():
            builder.config(key, value)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertIs(sparkspan.enable(builder), builder)
        return builder._options, os.environ.get("PYSPARK_SUBMIT_ARGS")

    def test_a_plain_builder_gets_the_plugin_the_jar_and_the_workers_context(self):
        options, submitted = self.enable()
        self.assertEqual(options, {PLUGINS: PLUGIN, WORKERS: "sparkspan"})
        self.assertEqual(submitted, f"--jars {sparkspan.jar()} pyspark-shell")

    def test_twice_is_once(self):
        once = self.enable()
        self.assertEqual(self.enable(once[0])[0], once[0])
        self.assertEqual(os.environ["PYSPARK_SUBMIT_ARGS"].split("--jars")[-1].split(), [sparkspan.jar(), "pyspark-shell"])

    def test_it_joins_what_the_builder_has(self):
        options, submitted = self.enable({PLUGINS: "a.Plugin, b.Plugin", JARS: "/a.jar", WORKERS: "mine"})
        self.assertEqual(options, {PLUGINS: f"a.Plugin,b.Plugin,{PLUGIN}", JARS: f"/a.jar,{sparkspan.jar()}", WORKERS: "mine"})
        self.assertIsNone(submitted)

    def test_it_joins_what_the_defaults_say(self):
        """Scenario: `spark-defaults.conf` has plugins and jars, which a builder's options would replace."""
        self.defaults.write_text("# ours\n\nspark.plugins   a.Plugin\nspark.jars=/a.jar,/b.jar\nspark.executorEnv.OTEL_PYTHON_CONTEXT : mine\n")
        options, submitted = self.enable()
        self.assertEqual(options, {PLUGINS: f"a.Plugin,{PLUGIN}"})
        self.assertEqual(submitted, f"--jars /a.jar,/b.jar,{sparkspan.jar()} pyspark-shell")

    def test_it_joins_what_spark_submit_will_be_told(self):
        """Scenario: `PYSPARK_SUBMIT_ARGS` has options of each kind; spark-submit goes by the last `--jars`."""
        self.defaults.write_text("spark.plugins a.Plugin\nspark.jars /a.jar\n")
        submitted = "--name 'my job' --conf spark.plugins=b.Plugin -c spark.x=y --jars=/b.jar pyspark-shell"
        options, submitted = self.enable(submitted=submitted)
        self.assertEqual(options[PLUGINS], f"b.Plugin,{PLUGIN}")
        self.assertTrue(submitted.startswith("--name 'my job' --conf spark.plugins=b.Plugin -c spark.x=y --jars=/b.jar --jars "), submitted)
        self.assertTrue(submitted.endswith(f"--jars /b.jar,{sparkspan.jar()} pyspark-shell"), submitted)

    def test_a_properties_file_stands_for_the_defaults(self):
        self.defaults.write_text("spark.plugins a.Plugin\n")
        other = self.defaults.with_name("other.conf")
        other.write_text("spark.plugins b.Plugin\n")
        options, _ = self.enable(submitted=f"--properties-file {other} pyspark-shell")
        self.assertEqual(options[PLUGINS], f"b.Plugin,{PLUGIN}")

    def test_a_connect_client_is_left_alone_and_told(self):
        builders = [
            (SparkSession.builder.remote("sc://localhost"), {}),
            (SparkSession.builder, {"SPARK_REMOTE": "sc://localhost"}),
            (SparkSession.builder, {"SPARK_CONNECT_MODE_ENABLED": "1"}),
            (SparkSession.builder.config("spark.api.mode", "connect"), {}),
        ]
        for builder, environment in builders:
            before = dict(builder._options)
            with self.subTest(environment), mock.patch.dict(os.environ, environment):
                with self.assertWarnsRegex(sparkspan.SparkspanWarning, "Connect server") as warned:
                    self.assertIs(sparkspan.enable(builder), builder)
                self.assertEqual(warned.filename, __file__)
            self.assertEqual(builder._options, before)

    def test_without_its_jar_the_application_is_left_alone_and_told(self):
        builder = SparkSession.builder
        with mock.patch("sparkspan._application._JAR", Path("/nowhere/sparkspan.jar")):
            with self.assertWarnsRegex(sparkspan.SparkspanWarning, "without its jar"):
                sparkspan.enable(builder)
            self.assertRaises(FileNotFoundError, sparkspan.jar)
        self.assertEqual(builder._options, {})
        self.assertNotIn("PYSPARK_SUBMIT_ARGS", os.environ)


if __name__ == "__main__":
    unittest.main()
