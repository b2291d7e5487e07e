"""`sparkspan.enable()` where the JVM is there before the builder. Which Spark it is, is whose Python runs this."""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from pyspark.find_spark_home import _find_spark_home
from servers import recorder
from spans import sent

HERE = Path(__file__).resolve().parent


class Submitted(unittest.TestCase):
    def test_applications_of_spark_submit_are_traced_on_the_driver_and_on_executors(self):
        """Scenario: spark-submit, told nothing of sparkspan, runs a program that enables it, stops Spark, and enables it again.

        Guarantees: the plugin is loaded in both applications, by the driver and by the executors, and each application's spans are sent.
        """
        with recorder() as (endpoint, requests):
            command = [Path(_find_spark_home()) / "bin" / "spark-submit", "--master", "local-cluster[1,2,1024]", HERE / "submitted.py"]
            environ = {**os.environ, "PYSPARK_PYTHON": sys.executable, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
            ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        applications = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
        self.assertEqual(len(applications), 2)
        traces = [application["context"].split("-")[1] for application in applications]
        for trace, application in zip(traces, applications):
            self.assertEqual([seen.split("-")[1] for seen in application["seen"]], [trace] * 2)
        roots = {span.trace_id.hex() for _, _, span in sent(requests) if span.name == "spark.application"}
        self.assertEqual(roots, set(traces))


if __name__ == "__main__":
    unittest.main()
