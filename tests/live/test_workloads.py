"""The applications of the committed event logs, traced while they run: everything that Spark does is in them, and secrets are wherever users leave some."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from servers import ROOT, recorder
from spans import as_bytes, event_log, live, replay
from submission import HOME, conf

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
        """Runs the application; its event log, its spans, and every byte that it sent."""
        logs = Path(directory) / "logs"
        logs.mkdir()
        with recorder() as (endpoint, requests):
            places = {"spark.eventLog.dir": logs.as_uri(), "spark.local.dir": f"{directory}/local", "spark.sparkspan.endpoint": endpoint}
            settings = {**SETTINGS, **case.settings, **places}
            command = [HOME / "bin" / "spark-submit", "--master", case.master, "--jars", sparkspan.jar(), *conf(settings)]
            environ = {**os.environ, "SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}
            workload = ROOT / "tests" / "spark" / "workload.py"
            ran = subprocess.run([*command, workload, case.name], cwd=directory, env=environ, capture_output=True, text=True, check=False)
            self.assertEqual(ran.returncode, 0, ran.stderr[-5_000:])
            self.assertNotIn("WARN sparkspan", ran.stderr)
            return event_log(logs), live(requests), b"".join(request.SerializeToString() for request in requests)

    def test_what_is_sent_is_what_the_log_gives_and_no_secret(self):
        """Guarantees: live and replayed, every span is the same, byte for byte; none of the planted secrets is in what was sent."""
        for case in (case for case in CASES if case.name in NAMES):
            with self.subTest(case.name), tempfile.TemporaryDirectory(prefix="sparkspan-") as directory:
                log, lived, sent = self.run_live(case, directory)
                replayed = as_bytes(replay(log))
                self.assertEqual(sorted(found[0] for found in replayed.values()), sorted(found[0] for found in lived.values()))
                for span, found in lived.items():
                    self.assertEqual(replayed[span], found)
                self.assertNotIn(SECRET, sent)


if __name__ == "__main__":
    unittest.main()
