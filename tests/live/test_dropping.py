"""What Spark drops before sparkspan sees it is told, and the event log still has it."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from servers import recorder
from spans import REPORT, as_bytes, attributes, event_log, live, replay, traces_of

HERE = Path(__file__).resolve().parent


class Dropping(unittest.TestCase):
    def test_dropped_events_are_told_and_the_trace_stays_whole(self):
        """Scenario: the plugin's queue has little room, and Spark drops events that it has no room for.

        Guarantees: the report and the log have their number, which is Spark's own. What was sent is one tree, which the event log completes: it gives
        all of its spans, but for tasks that stand out only where others were not seen.
        """
        with tempfile.TemporaryDirectory(prefix="sparkspan-") as logs, recorder() as (endpoint, requests):
            settings = [f"spark.sparkspan.endpoint={endpoint}", "spark.sparkspan.sampler=always_on"]
            command = [sys.executable, HERE / "dropping.py", logs, *settings]
            ran = subprocess.run(command, capture_output=True, text=True, check=True)
            sent, whole = live(requests), as_bytes(replay(event_log(Path(logs))))
        counted = json.loads(ran.stdout.splitlines()[-1])
        (spans,) = traces_of(requests).values()
        (report,) = (attributes(span) for span in spans if span.name == REPORT)
        dropped = report["spark.sparkspan.events.dropped"]
        self.assertGreaterEqual(dropped, counted["before"])
        self.assertLessEqual(dropped, counted["after"])
        self.assertEqual(re.findall(r"WARN sparkspan: Spark's listener bus dropped (\d+) events", ran.stderr), [str(dropped)])
        there = {span.span_id for span in spans}
        self.assertEqual([span.name for span in spans if span.parent_span_id not in there], ["spark.application"])
        self.assertLessEqual({name for span, (name, *_) in sent.items() if span not in whole}, {"spark.task"})


if __name__ == "__main__":
    unittest.main()
