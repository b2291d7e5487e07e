"""A driver that is killed, and its trace made whole from its event log. Which Spark it is, is whose Python runs this."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from servers import jaeger, recorder
from spans import sent, sparkspan, stored_in
from waiting import wait_until

HERE = Path(__file__).resolve().parent
# How many spans have arrived when the driver is killed: those of its first job, and those of several queries.
ARRIVED = {"3.5.9": 1}.get(os.environ["SPARKSPAN_TEST_SPARK"], 40)


def parents(requests):
    """The ids of the spans in OTLP requests, with those of their parents."""
    return {span.span_id.hex(): span.parent_span_id.hex() for _, _, span in sent(requests)}


def replay(log, *arguments):
    """What the command says as JSON of sending a log to whose end nothing will be added."""
    return json.loads(sparkspan("replay", log, "--final", "--json", *arguments))["delivery"]


class Killed(unittest.TestCase):
    def test_trace_of_a_killed_driver_is_completed_from_its_log(self):
        """Scenario: the driver of a traced application is killed while queries and jobs run; its log is repaired, twice.

        Guarantees: what had arrived is not sent again; then the trace has every span that the log gives, each once, and no orphan; the second time
        sends nothing.
        """
        with jaeger() as (otlp, query), tempfile.TemporaryDirectory() as directory:
            with recorder(otlp) as (endpoint, live):
                trace = self.run_until_killed(directory, endpoint, live)
            (log,) = (path for path in Path(directory).iterdir() if not path.name.startswith("."))
            with recorder() as (endpoint, requests):
                replay(log, "--to", endpoint)
                whole = parents(requests)
            arrived = parents(live)
            stored_in(query, trace, len(arrived))

            repaired = replay(log, "--to", otlp, "--repair", query)
            self.assertEqual(repaired["sent"], len(whole.keys() - arrived.keys()))
            there = [(span["spanId"], span.get("parentSpanId", "")) for span in stored_in(query, trace, len(whole | arrived))]
            self.assertEqual(sorted(there), sorted((whole | arrived).items()))
            self.assertEqual([parent for _, parent in there if parent and parent not in dict(there)], [])
            self.assertEqual(replay(log, "--to", otlp, "--repair", query)["sent"], 0)

    def run_until_killed(self, directory, endpoint, live):
        """Kills an application once enough of its spans have arrived; its trace."""
        command = [sys.executable, HERE / "endless.py", directory, endpoint]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as application:
            told = json.loads(application.stdout.readline())
            wait_until(f"{ARRIVED} spans have arrived", lambda: len(parents(live)) >= ARRIVED)
            os.kill(told["driver"], signal.SIGKILL)
        return told["context"].split("-")[1]


if __name__ == "__main__":
    unittest.main()
