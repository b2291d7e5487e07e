"""What code in a task finds of its context: in the JVM, in Python, and in the log."""

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from sink import Sink

HERE = Path(__file__).resolve().parent
SPARK_HOME = Path(os.environ["SPARK_HOME"])
SECONDS = 300
LOG = """
rootLogger.level = info
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %p %c{1} [%X{trace_id} %X{span_id}] %m%n
"""
CALLER_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Run:
    """One application, whose output all assertions share."""

    def __init__(self, master: str, detail: str, open_telemetry: bool):
        beside = Path(os.environ["SPARKSPAN_TEST_PROBE"]).glob("*.jar" if open_telemetry else "probe.jar")
        jars = [os.environ["SPARKSPAN_TEST_JAR"], *beside]
        with tempfile.TemporaryDirectory(prefix="sparkspan-") as folder, Sink() as sink:
            log = Path(folder) / "log4j2.properties"
            log.write_text(LOG)
            options = f"-Dlog4j2.configurationFile={log.as_uri()}"
            conf = {"spark.plugins": "io.sparkspan.SparkspanPlugin", "spark.sparkspan.sampler": "always_on",
                    "spark.sparkspan.trace.tasks": detail, "spark.sparkspan.endpoint": sink.url, "spark.eventLog.enabled": "true", "spark.eventLog.dir": Path(folder).as_uri(),
                    "spark.eventLog.compress": "false", "spark.ui.enabled": "false", "spark.driver.extraJavaOptions": options,
                    "spark.executor.extraJavaOptions": options}
            arguments = ["--master", master, "--jars", ",".join(map(str, jars))]
            for key, value in conf.items():
                arguments += ["--conf", f"{key}={value}"]
            environ = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_SUBMIT_ARGS": shlex.join([*arguments, "pyspark-shell"])}
            done = subprocess.run([os.environ["PYSPARK_PYTHON"], HERE / "tasks.py", "said.json"], cwd=folder, env=environ, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
            assert done.returncode == 0, done.stdout
            self.said = json.loads((Path(folder) / "said.json").read_text())
            self.headers, self.output = sink.headers, done.stdout
            self.event_log = "".join(path.read_text() for path in Path(folder).rglob("*") if path.is_file() and self.said["id"] in path.name
                                     and path.suffix != ".crc")
        work = SPARK_HOME / "work" / self.said["id"]
        self.log = done.stdout + "".join(path.read_text() for path in work.rglob("stderr"))
        shutil.rmtree(work, ignore_errors=True)
        _, self.trace, span, _ = self.said["application"].split("-")
        self.seed, self.detail = f"{self.trace}-{span}", detail

    def context_of(self, stage: int, task: int, trace: str) -> str:
        key = f"task\0{task}" if self.detail == "all" else f"stage\0{stage}.0"
        digest = hashlib.sha256(f"sparkspan/1\0{self.seed}\0{key}".encode()).digest()
        return f"00-{trace}-{digest[:8].hex()}-01"


class InDriver(unittest.TestCase):
    MASTER = "local[2]"
    DETAIL = "all"
    OPEN_TELEMETRY = True

    @classmethod
    def setUpClass(cls):
        cls.run_ = Run(cls.MASTER, cls.DETAIL, cls.OPEN_TELEMETRY)

    def test_jvm_finds_it(self):
        run = self.run_
        self.assertEqual(len(run.said["jvm"]), 8)
        for traceparent, open_telemetry in map(str.split, run.said["jvm"]):
            self.assertEqual(open_telemetry, traceparent[3:-3] if self.OPEN_TELEMETRY else "absent")
            self.assertIn(run.trace, traceparent)
        self.assertEqual(len(set(run.said["jvm"])), 4 if self.DETAIL == "all" else 1)

    def test_python_finds_the_same(self):
        run = self.run_
        self.assertEqual([jvm.split()[0] for jvm, _ in run.said["both"]], [python for _, python in run.said["both"]])
        self.assertEqual(len({python for _, python in run.said["both"]}), 4 if self.DETAIL == "all" else 1)

    def test_each_task_finds_its_own(self):
        """Scenario: many tasks of a job at a time, tasks of a barrier, and tasks whose driver's thread has a caller's context."""
        run = self.run_
        for stage, task, traceparent in [*run.said["tasks"], *run.said["barrier"]]:
            self.assertEqual(traceparent, run.context_of(stage, task, run.trace))
        for stage, task, traceparent in run.said["called"]:
            self.assertEqual(traceparent, run.context_of(stage, task, CALLER_TRACE))
        self.assertIn(CALLER_TRACE + "-00f067aa0ba902b7", run.said["property"])

    def test_log_lines_name_the_task(self):
        run = self.run_
        lines = re.findall(r"WARN Probe \[(\w*) (\w*)] number \d\b", run.log)
        self.assertEqual(sorted(lines), sorted(tuple(jvm.split("-")[1:3]) for jvm in run.said["jvm"]))

    def test_headers_go_to_the_endpoint_alone(self):
        run = self.run_
        self.assertTrue(run.headers and all(headers["x-tenant"] == "canary-secret-header" for headers in run.headers))
        self.assertIn("SparkListenerApplicationEnd", run.event_log)
        self.assertNotIn("canary-secret", run.event_log)

    def test_nothing_is_complained_of(self):
        self.assertEqual(re.findall(r"(?:WARN|ERROR) (?:sparkspan|Tracing\w*|EventListener|TaskProperties) .*", self.run_.log), [])


class InCluster(InDriver):
    MASTER = "local-cluster[2,1,1024]"

    def test_sparks_own_lines_name_the_task(self):
        run = self.run_
        finished = re.findall(r"INFO Executor \[(\w*) (\w*)] Finished task", run.log)
        self.assertTrue(finished and all(trace in (run.trace, CALLER_TRACE) for trace, _ in finished), finished)
        before = re.findall(r"INFO (?:Executor|CoarseGrainedExecutorBackend) \[(\w*) (\w*)] (?:Running|Got assigned) task", run.log)
        self.assertTrue(before and set(before) == {("", "")}, before)


class WithoutOpenTelemetry(InDriver):
    DETAIL = "outliers"
    OPEN_TELEMETRY = False
