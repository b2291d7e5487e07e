"""The applications of the committed event logs, traced while they run: everything that Spark does is in them, and secrets are wherever users leave some."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import pyspark
from servers import ROOT, recorder, wait_until
from spans import REPORT, as_bytes, replay

import sparkspan

sys.path.insert(0, str(ROOT / "tests" / "spark"))
from make_fixtures import CASES  # noqa: E402  (the folder is no package)

SECRET = b"canary-secret"
NAMES = os.environ["SPARKSPAN_TEST_WORKLOADS"].split()
SETTINGS = {
    "spark.plugins": "io.sparkspan.SparkspanPlugin",
    "spark.sparkspan.sampler": "always_on",
    "spark.sparkspan.headers": "x-tenant=canary-secret-header",
    "spark.eventLog.enabled": "true",
    "spark.eventLog.rolling.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.locality.wait": "0",
    # Narrower than Spark's own: only the first of the two is redacted.
    "spark.redaction.regex": "(?i)password",
    "spark.my.password": "canary-secret-conf",
    "spark.my.endpoint": "https://store.example.org/?sig=canary-secret-conf-url",
}


class Workloads(unittest.TestCase):
    maxDiff = 10_000

    def run_live(self, case, directory):
        """Runs the application; its event log, and the requests that it sent."""
        logs = Path(directory) / "logs"
        logs.mkdir()
        with recorder() as (endpoint, requests):
            places = {"spark.eventLog.dir": logs.as_uri(), "spark.local.dir": f"{directory}/local", "spark.sparkspan.endpoint": endpoint}
            settings = {**SETTINGS, **case.settings, **places}
            conf = [part for key, value in settings.items() for part in ("--conf", f"{key}={value}")]
            home = Path(pyspark.__file__).parent
            command = [home / "bin" / "spark-submit", "--master", case.master, "--jars", sparkspan.jar(), *conf]
            environ = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}
            workload = ROOT / "tests" / "spark" / "workload.py"
            ran = subprocess.run([*command, workload, case.name], cwd=directory, env=environ, capture_output=True, text=True, check=False)
            self.assertEqual(ran.returncode, 0, ran.stderr[-5_000:])
            self.assertNotIn("WARN sparkspan", ran.stderr)
            wait_until("the report has come", lambda: any(name == REPORT for name, *_ in as_bytes(requests).values()))
        (log,) = logs.iterdir()
        return log, requests

    def test_what_is_sent_is_what_the_log_gives_and_no_secret(self):
        """Guarantees: live and replayed, every span is the same, byte for byte; none of the planted secrets is in what was sent."""
        for case in (case for case in CASES if case.name in NAMES):
            with self.subTest(case.name), tempfile.TemporaryDirectory(prefix="sparkspan-") as directory:
                log, requests = self.run_live(case, directory)
                live = {span: found for span, found in as_bytes(requests).items() if found[0] != REPORT}
                replayed = as_bytes(replay(log))
                self.assertEqual(sorted(found[0] for found in replayed.values()), sorted(found[0] for found in live.values()))
                for span, found in live.items():
                    self.assertEqual(replayed[span], found)
                for request in requests:
                    self.assertNotIn(SECRET, request.SerializeToString())


if __name__ == "__main__":
    unittest.main()
