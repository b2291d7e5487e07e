"""A driver that is killed, and its trace made whole from its event log. Which Spark it is, is whose Python runs this."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from servers import fetch, jaeger, recorder, wait_until

HERE = Path(__file__).resolve().parent
# How many spans have arrived when the driver is killed: those of its first job, and those of several queries.
ARRIVED = {"3.5.9": 1}.get(os.environ["SPARKSPAN_TEST_SPARK"], 40)


def sent(requests):
    """The ids of the spans in OTLP requests, and of their parents."""
    scopes = [scope for request in requests for resource in request.resource_spans for scope in resource.scope_spans]
    return [(span.span_id.hex(), span.parent_span_id.hex()) for scope in scopes for span in scope.spans]


def replay(log, *arguments):
    """What the command says as JSON of sending a log to whose end nothing will be added."""
    command = [Path(sys.executable).with_name("sparkspan"), "replay", log, "--final", "--json", *arguments]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)["delivery"]


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
                whole = dict(sent(requests))
            arrived = dict(sent(live))
            self.stored(query, trace, len(arrived))

            repaired = replay(log, "--to", otlp, "--repair", query)
            self.assertEqual(repaired["sent"], len(whole.keys() - arrived.keys()))
            stored = self.stored(query, trace, len(whole.keys() | arrived.keys()))
            self.assertEqual(sorted(stored), sorted((whole | arrived).items()))
            self.assertEqual([parent for _, parent in stored if parent and parent not in dict(stored)], [])
            self.assertEqual(replay(log, "--to", otlp, "--repair", query)["sent"], 0)

    def run_until_killed(self, directory, endpoint, live):
        """Kills an application once enough of its spans have arrived; its trace."""
        command = [sys.executable, HERE / "endless.py", directory, endpoint]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as application:
            told = json.loads(application.stdout.readline())
            wait_until(f"{ARRIVED} spans have arrived", lambda: len(sent(live)) >= ARRIVED)
            os.kill(told["driver"], signal.SIGKILL)
        return told["context"].split("-")[1]

    def stored(self, query, trace, spans):
        """The ids of what Jaeger has of a trace, and of their parents, once there are so many."""

        def look():
            body = fetch(f"{query}/api/v3/traces/{trace}?raw_traces=true&rawTraces=true")
            resources = json.loads(body)["result"]["resourceSpans"] if body else []
            found = [span for resource in resources for scope in resource["scopeSpans"] for span in scope["spans"]]
            return found if len(found) >= spans else None

        found = wait_until(f"Jaeger has {spans} spans of the trace {trace}", look)
        return [(span["spanId"], span.get("parentSpanId", "")) for span in found]


if __name__ == "__main__":
    unittest.main()
