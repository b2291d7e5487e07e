"""However an application ends, its trace is whole, and a replay makes the same one."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from servers import recorder
from spans import as_bytes, event_log, live, replay

HERE = Path(__file__).resolve().parent
SECONDS = 300


class Ending(unittest.TestCase):
    maxDiff = 10_000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sparkspan-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def run_application(self, ending, endpoint, *settings, **variables):
        """Runs it to its end; its event log."""
        logs = Path(tempfile.mkdtemp(dir=self.folder))
        conf = [f"spark.sparkspan.endpoint={endpoint}", "spark.sparkspan.sampler=always_on", *settings]
        command = [sys.executable, HERE / "ending.py", ending, logs, *conf]
        environ = {**os.environ, **variables}
        ran = subprocess.run(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False)
        self.assertIn("worked", ran.stdout)
        return event_log(logs)

    def live_and_replayed(self, ending, *settings, **variables):
        with recorder() as (endpoint, requests):
            log = self.run_application(ending, endpoint, *settings, **variables)
            return live(requests), as_bytes(replay(log))

    def test_the_trace_is_whole_when_it_ends_by_itself(self):
        """Guarantees: every span of the event log was sent, byte for byte, by the time at which the JVM was gone."""
        for ending in ("stop", "not at all", "exception", "os._exit", "System.exit", "terminated"):
            with self.subTest(ending):
                lived, replayed = self.live_and_replayed(ending)
                self.assertGreater(len(lived), 10)
                self.assertEqual(replayed, lived)

    def test_what_runs_when_it_stops_is_marked(self):
        """Guarantees: what had ended is as the event log has it; what had not is there, and says so, as does what it ran within."""
        lived, replayed = self.live_and_replayed("while it works")
        self.assertEqual(set(replayed), set(lived))
        different = [found for span, found in lived.items() if replayed[span] != found]
        unmarked = [name for name, _, _, span, _ in different if b"spark.span.interrupted" not in span and b"spark.span.incomplete" not in span]
        self.assertEqual(unmarked, [])

    def test_settings_are_those_of_the_living(self):
        """Scenario: an application with settings of its own, replayed by somebody who knows none of them."""
        for settings in (
            ["spark.sparkspan.sampler=traceidratio", "spark.sparkspan.sampler.ratio=0.1"],
            ["spark.sparkspan.scope=unit", "spark.sparkspan.service.name=token-service"],
            ["spark.sparkspan.resource=team=a%20b,password=no", "spark.sparkspan.trace.tasks=all", "spark.redaction.regex=(?i)secret|local"],
        ):
            with self.subTest(settings):
                lived, replayed = self.live_and_replayed("stop", *settings)
                self.assertEqual(replayed, lived)

    def test_variables_are_those_of_the_living(self):
        """Scenario: an application that OpenTelemetry's variables configure, replayed by somebody who has none of them."""
        variables = {"OTEL_SERVICE_NAME": "nightly", "OTEL_RESOURCE_ATTRIBUTES": "team=a%20b,deployment.environment.name=canary-4711"}
        lived, replayed = self.live_and_replayed("stop", **variables)
        self.assertEqual(replayed, lived)
        self.assertTrue(all(b"nightly" in resource and b"canary-4711" in resource for _, resource, *_ in lived.values()))


if __name__ == "__main__":
    unittest.main()
