"""Users' texts that no tracer expects do not disturb the job, and leave no secret in its trace."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from hostile import DESCRIPTIONS
from servers import recorder
from spans import as_bytes, attributes, event_log, live, replay, traces_of

HERE = Path(__file__).resolve().parent
# Each is the description of a query and of a job outside SQL; two more queries have filters of emoji.
TEXTS = len(DESCRIPTIONS)
HALF_AN_EMOJI = re.compile(rb"\\u[dD]83[dD](?!\\u)")


class Hostile(unittest.TestCase):
    maxDiff = 10_000

    def test_any_text_leaves_the_job_alone_and_no_secret(self):
        """Scenario: jobs and queries have descriptions of 200 kB of `a=`, of 22 MB, of quotes and brackets alone, and SQL with secrets, in a driver whose
        threads have a stack of 1 MB; Spark cuts the filters of a query within an emoji.

        Guarantees: each job returns its result; the trace has a span for each query and job; live and replayed it is the same; no secret is in it.
        """
        with tempfile.TemporaryDirectory(prefix="sparkspan-") as logs, recorder() as (endpoint, requests):
            settings = [f"spark.sparkspan.endpoint={endpoint}", "spark.sparkspan.sampler=always_on", "spark.driver.extraJavaOptions=-Xss1m"]
            ran = subprocess.run([sys.executable, HERE / "hostile.py", logs, f"{logs}/data", *settings], capture_output=True, text=True, check=False)
            self.assertEqual(ran.returncode, 0, ran.stderr[-5_000:])
            self.assertEqual(json.loads(ran.stdout.splitlines()[-1]), [10] * (2 * TEXTS + 2))
            sent = live(requests)
            log = event_log(Path(logs))
            self.assertTrue(HALF_AN_EMOJI.search(log.read_bytes()))
            replayed = as_bytes(replay(log))
        (spans,) = traces_of(requests).values()
        of_type = [attributes(span)["spark.span.type"] for span in spans]
        self.assertGreaterEqual(of_type.count("sql"), TEXTS + 3)
        self.assertGreaterEqual(of_type.count("job"), 2 * TEXTS)
        self.assertNotIn(b"canary", b"".join(request.SerializeToString() for request in requests))
        self.assertNotIn("WARN sparkspan", ran.stderr)
        self.assertEqual(sorted(replayed), sorted(sent))
        self.assertEqual({name for span, (name, *_) in sent.items() if sent[span] != replayed[span]}, set())


if __name__ == "__main__":
    unittest.main()
