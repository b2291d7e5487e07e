"""Whether the chart's words for Spark are sparkspan's: the attributes that links name, and the settings of the ConfigMap."""

import json
import os
import re
import subprocess
import unittest
from pathlib import Path

import environment
from real_jaeger import ROOT, manifests, ui_configuration


def spans() -> list[dict]:
    """The spans of real applications, as `sparkspan show --json` prints them."""
    environ = {"CARGO_TARGET_DIR": str(environment.cache() / "target"), **os.environ}
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--package", "sparkspan-cli"], cwd=ROOT, env=environ, check=True)
    command = Path(environ["CARGO_TARGET_DIR"]) / "debug" / "sparkspan"
    found = []
    for case in ("sql", "adaptive", "rdd"):
        (log,) = (ROOT / "tests" / "eventlogs" / "3.5.9" / case).glob("app-*")
        shown = subprocess.run([command, "show", "--json", log], stdout=subprocess.PIPE, text=True, check=True)
        found += map(json.loads, shown.stdout.splitlines())
    return found


class Links(unittest.TestCase):
    def test_every_link_of_every_span_resolves(self):
        """Scenario: the UI looks for what a link names on the span and its process. Guarantees: it is there, wherever the link's key is."""
        patterns = [pattern for pattern in ui_configuration("exposed")["linkPatterns"] if pattern["key"].startswith("spark.")]
        used = set()
        for span in spans():
            for pattern in patterns:
                place = span["resource"] if pattern["type"] == "process" else span["attributes"]
                if pattern["key"] in place:
                    used.add(pattern["url"])
                    for name in re.findall(r"#\{([^}|]+)", pattern["url"]):
                        self.assertIn(name, span["attributes"] | span["resource"], f"{pattern['text']} of {span['name']}")
        self.assertEqual(used, {pattern["url"] for pattern in patterns})


class Properties(unittest.TestCase):
    def test_every_key_is_a_setting(self):
        """Guarantees: sparkspan knows each key, and takes the value as it is meant."""
        reference = (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
        settings = dict(re.findall(r"^\| `([a-zA-Z.]+)` \| ([^|]*) \|", reference, re.M))
        for example in ("default", "request", "exposed"):
            (spark,) = (one for one in manifests(example) if one["kind"] == "ConfigMap" and "spark-defaults.conf" in one["data"])
            properties = dict(line.split(" ", 1) for line in spark["data"]["spark-defaults.conf"].splitlines())
            self.assertIn("io.sparkspan.SparkspanPlugin", properties["spark.plugins"].split(","))
            own = {key.removeprefix("spark.sparkspan."): value for key, value in properties.items() if key.startswith("spark.sparkspan.")}
            self.assertLessEqual(own.keys(), settings.keys())
            self.assertIn(f"`{own['sampler']}`", settings["sampler"])


if __name__ == "__main__":
    unittest.main()
