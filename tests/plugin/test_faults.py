"""Each test runs one application, with one thing wrong."""

import os
import re
import socket
import subprocess
import tempfile
import unittest
import zipfile
from contextlib import contextmanager
from pathlib import Path

from sink import Sink

HERE = Path(__file__).resolve().parent
JAR = Path(os.environ["SPARKSPAN_TEST_JAR"])
NATIVE = re.compile(r"io/sparkspan/native/.*\.so")
CLASSES = "sparkspan|SparkspanPlugin|TracingDriver|NativeLibrary|EventListener|SqlPlanning|TracingExecutor|TaskProperties"
OURS = re.compile(f"(WARN|ERROR) ({CLASSES}): (.*)")
# Far more than any of these needs on a busy machine: what hangs, hangs for ever.
SECONDS = 300
NOEXEC = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs -o noexec none "$0" && exec "$@"']


@contextmanager
def listener(backlog: int):
    """A port that takes connections and never answers, or with no backlog one that refuses them."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if backlog:
            taken.listen(backlog)
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


class Faults(unittest.TestCase):
    """Guarantees, in each of these: the job has its right result and its own exit code, and there is one line that says what is wrong."""

    @classmethod
    def setUpClass(cls):
        sink = Sink()
        cls.endpoint = sink.__enter__().url
        cls.addClassCleanup(sink.__exit__)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sparkspan-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def submit(self, *options: str, jar: Path = JAR, traced: bool = True, before: tuple = (), **conf: str) -> str:
        """Runs the application; its output."""
        settings = {"spark.plugins": "io.sparkspan.SparkspanPlugin", "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2",
                    "spark.sparkspan.sampler": "always_on", "spark.sparkspan.shutdown.timeout": "2s", "spark.sparkspan.endpoint": self.endpoint,
                    **{key.replace("_", "."): value for key, value in conf.items()}}
        arguments = [argument for key, value in settings.items() for argument in ("--conf", f"{key}={value}")]
        command = [*before, Path(os.environ["SPARK_HOME"]) / "bin" / "spark-submit", "--master", "local[2]", "--jars", jar,
                   *arguments, *options, HERE / "answer.py"]
        done = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS,
                              env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}, check=False)
        self.assertIn(f"answer 143 285, records {traced}", done.stdout)
        self.assertEqual(done.returncode, 7, done.stdout)
        return done.stdout

    def assert_one_warning(self, output: str, *words: str) -> None:
        warnings = [match[3] for match in OURS.finditer(output)]
        self.assertEqual(len(warnings), 1, output)
        for word in words:
            self.assertIn(word, warnings[0])

    def jar_without(self, pattern: str, **instead: bytes) -> Path:
        """The jar, without what the pattern matches, or with other bytes in its place."""
        changed = self.folder / "sparkspan.jar"
        with zipfile.ZipFile(JAR) as whole, zipfile.ZipFile(changed, "w") as part:
            for name in whole.namelist():
                if not re.fullmatch(pattern, name):
                    part.writestr(name, whole.read(name))
                elif instead:
                    part.writestr(name, instead["bytes"])
        return changed

    def test_library_is_missing(self):
        output = self.submit(jar=self.jar_without(NATIVE.pattern), traced=False)
        self.assert_one_warning(output, "native library cannot be loaded", "the jar has no /io/sparkspan/native/linux-")

    def test_library_is_for_another_machine(self):
        with zipfile.ZipFile(JAR) as whole:
            library = bytearray(whole.read(next(filter(NATIVE.fullmatch, whole.namelist()))))
        library[18:20] = b"\xf3\x00"  # e_machine: RISC-V
        output = self.submit(jar=self.jar_without(NATIVE.pattern, bytes=bytes(library)), traced=False)
        self.assert_one_warning(output, "native library cannot be loaded")

    def test_no_directory_allows_to_execute(self):
        closed = self.folder / "closed"
        closed.mkdir()
        before = (*NOEXEC, str(closed))
        if subprocess.run([*before, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            self.skipTest("this machine does not let its users mount")
        java = f"-Djava.io.tmpdir={closed}"
        output = self.submit("--driver-java-options", java, traced=False, before=before, spark_local_dir=str(closed))
        self.assert_one_warning(output, "native library cannot be loaded", "failed to map segment")
        self.assertEqual(list(closed.iterdir()), [])

    def test_configured_directory_holds_no_library(self):
        output = self.submit(spark_sparkspan_native_dir=str(self.folder))
        self.assert_one_warning(output, "spark.sparkspan.native.dir is of no use", str(self.folder))

    def test_engine_panics(self):
        """Scenario: the engine panics on the first job."""
        conf = {"spark_sparkspan_native_dir": os.environ["SPARKSPAN_TEST_FAULTY"], "spark_app_description": "sparkspan panic"}
        self.assert_one_warning(self.submit(**conf), "tracing is off: an internal error at crates/agent/src/fault.rs")

    def test_listener_does_not_fit(self):
        """Scenario: a class that the listener needs cannot be linked when the first query comes: a fatal error, to Spark."""
        output = self.submit(jar=self.jar_without(r"io/sparkspan/SqlPlanningEvent\.class"))
        self.assert_one_warning(output, "sparkspan does not fit this Spark and traces no more")
        self.assertIn("NoClassDefFoundError", output)

    def test_planning_does_not_fit(self):
        """Scenario: a vendor's Spark, whose queries do not tell how they were planned; they are traced without that."""
        output = self.submit(jar=self.jar_without(r"io/sparkspan/driver/QueryPlanning\.class"))
        self.assert_one_warning(output, "cannot read how this Spark plans queries")
        self.assertRegex(output, r"sent \d+ spans to")

    def test_driver_does_not_fit(self):
        """Scenario: the driver's half cannot be linked at all."""
        output = self.submit(jar=self.jar_without(r"io/sparkspan/driver/Configuration\.class"), traced=False)
        self.assert_one_warning(output, "sparkspan is off")

    def test_executor_does_not_fit(self):
        """Scenario: the executors' half fails with each task."""
        output = self.submit(jar=self.jar_without(r"io/sparkspan/executor/Unit\.class"))
        self.assert_one_warning(output, "sparkspan gives no more contexts to the tasks of this executor")

    def test_endpoint_refuses(self):
        with listener(0) as endpoint:
            self.assert_one_warning(self.submit(spark_sparkspan_endpoint=endpoint), "spans did not reach", endpoint)

    def test_endpoint_hangs(self):
        with listener(16) as endpoint:
            self.assert_one_warning(self.submit(spark_sparkspan_endpoint=endpoint), "spans did not reach", endpoint)

    def test_garbage_is_configured(self):
        garbage = {"spark_sparkspan_scope": "\N{PILE OF POO}", "spark_sparkspan_budget_spans": "-1", "spark_sparkspan_enabled": "perhaps"}
        output = self.submit(**garbage)
        self.assertEqual(len([match for match in OURS.finditer(output) if "spark.sparkspan." in match[3]]), 3, output)

    def test_nothing_is_done_when_off(self):
        output = self.submit(spark_sparkspan_enabled="false", spark_sparkspan_native_dir="/nowhere", traced=False)
        self.assertEqual(OURS.findall(output), [])
        self.assertNotIn("tracing to", output)

    def test_jni_is_used_as_it_should_be(self):
        output = self.submit("--driver-java-options", "-Xcheck:jni")
        self.assertEqual(OURS.findall(output), [])
        complaints = [block for block in re.split(r"(?=WARNING|FATAL)", output) if re.match(r"(WARNING|FATAL).*(JNI|native)", block)]
        self.assertEqual([block for block in complaints if "sparkspan" in block], [])
