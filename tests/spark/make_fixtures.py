#!/usr/bin/env python3
"""Makes the event logs under tests/eventlogs: real Spark runs each case, and beside each log goes what Spark itself says of it.

    python3 tests/spark/make_fixtures.py                       every version, every case
    python3 tests/spark/make_fixtures.py 3.5.9 4.3.0           these versions
    python3 tests/spark/make_fixtures.py 3.5.9 --case sql      one case

A log is kept exactly as Spark wrote it. `oracle/` holds the answer of the History Server of the same version, and the shuffle
dependencies that a listener saw while the application ran.
"""

import argparse
import contextlib
import fcntl
import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import environment  # noqa: E402  (the folders are no packages)
from ports import free_port  # noqa: E402
from processes import listening  # noqa: E402
from standalone import cluster  # noqa: E402
from waiting import wait_until  # noqa: E402

FIXTURES = HERE.parent / "eventlogs"
# Event logs tell the paths of the machine that ran Spark: a fixed, neutral folder keeps a home directory out of the fixtures.
WORK = Path("/tmp/sparkspan-fixtures")
MIB = 1024 * 1024


@dataclass(frozen=True)
class Case:
    """How the logs of one application are made: their codec and form, and what provokes that which the case is about."""

    name: str
    codec: str = "zstd"
    rolling: bool = False
    master: str = "local-cluster[2,1,1024]"
    # Workers of a cluster of its own, by host; in a local cluster all executors have one host, and Spark speculates only across hosts.
    hosts: tuple = ()
    # The workload's function of each attempt, where there are several.
    attempts: tuple = ()
    settings: dict = field(default_factory=dict)
    exit_codes: tuple = (0,)


KILLED = (0, -signal.SIGKILL, 128 + signal.SIGKILL)
SPECULATION = {
    "spark.speculation": "true",
    "spark.speculation.interval": "100ms",
    "spark.speculation.quantile": "0.5",
    "spark.python.task.killTimeout": "1s",
}
CASES = [
    Case("minimal", codec="none"),
    Case("sql"),
    Case("adaptive", codec="lz4"),
    Case("python", codec="snappy"),
    Case("rdd", codec="lzf"),
    Case("failures", codec="lz4", rolling=True),
    Case("lost", codec="none", settings={"spark.shuffle.io.maxRetries": "1", "spark.shuffle.io.retryWait": "100ms"}),
    Case("speculation", codec="lzf", rolling=True, hosts=("127.0.0.2", "127.0.0.3"), settings=SPECULATION),
    Case("streaming", codec="snappy"),
    Case("stopped", codec="snappy", rolling=True),
    Case("killed", rolling=True, exit_codes=KILLED),
    Case("attempts", codec="none", master="local-attempt", attempts=("killed", "minimal"), exit_codes=KILLED),
    Case("many_tasks", rolling=True, master="local[2]"),
]
CONNECT = Case("connect", rolling=True)


@dataclass(frozen=True)
class Run:
    """What is left of a case that has run."""

    case: Case
    home: Path

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    def recording(self, attempt: int) -> Path:
        return self.home / f"stages-{attempt}.jsonl"

    @property
    def application(self) -> str:
        (application,) = {re.search(r"app-\d+-\d+|local-\d+", log.name).group() for log in self.logs.iterdir()}
        return application


class Spark:
    """One version of Spark, seen under neutral paths."""

    def __init__(self, version: str):
        self.version = version
        actual = environment.python_of(version)
        self.work = WORK / version
        self.work.mkdir(parents=True, exist_ok=True)
        link = self.work / "venv"
        link.unlink(missing_ok=True)
        link.symlink_to(actual.parent.parent)
        self.python = link / "bin" / "python"
        self.home = link / environment.spark_home(actual).relative_to(actual.parent.parent)

    def environment(self, **more: str) -> dict:
        """Nothing of the caller's environment but where programs are: settings of a proxy or a home would land in the log."""
        return {
            "PATH": os.environ["PATH"],
            **({"JAVA_HOME": os.environ["JAVA_HOME"]} if "JAVA_HOME" in os.environ else {}),
            "HOME": str(self.work),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "SPARK_HOME": str(self.home),
            "SPARK_USER": "spark",
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_HOSTNAME": "localhost",
            "PYSPARK_PYTHON": str(self.python),
            "PYTHONDONTWRITEBYTECODE": "1",
            **more,
        }

    def run(self, case: Case) -> Run:
        run, submit = self.prepare(case)
        workload = shutil.copy(HERE / "workload.py", self.work)
        application = f"local-{time.time_ns() // 1_000_000}"
        with open(run.home / "output", "w") as output, self.cluster(run, output) as master:
            for attempt, function in enumerate(case.attempts or (case.name,), 1):
                ended = subprocess.run(
                    [*submit, "--master", master, workload, function],
                    env=self.environment(
                        STAGE_RECORDER_FILE=str(run.recording(attempt)), APPLICATION_ID=application, APPLICATION_ATTEMPT=str(attempt)
                    ),
                    cwd=run.home, stdout=output, stderr=subprocess.STDOUT, check=False,
                )
                if ended.returncode not in case.exit_codes:
                    raise SystemExit(f"{self.version} {case.name}: exit code {ended.returncode}\nhint: see {run.home}/output")
        return run

    def cluster(self, run: Run, output):
        """Gives the master's URL when it is entered."""
        if not run.case.hosts:
            return contextlib.nullcontext(run.case.master)
        return cluster(self.home, run.case.hosts, run.home, output, self.environment())

    def run_connect(self) -> Run:
        run, submit = self.prepare(CONNECT)
        port = free_port()
        jar = next((self.home / "jars").glob("spark-connect_*.jar"))
        submit += ["--master", CONNECT.master, "--conf", f"spark.connect.grpc.binding.port={port}"]
        submit += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", str(jar)]
        with open(run.home / "output", "w") as output:
            with listening(port, output, *submit, env=self.environment(STAGE_RECORDER_FILE=str(run.recording(1))), cwd=run.home):
                subprocess.run(
                    [self.python, HERE / "connect_workload.py"], check=True, timeout=300, stdout=output, stderr=subprocess.STDOUT,
                    env=self.environment(SPARK_REMOTE=f"sc://127.0.0.1:{port}"),
                )
        return run

    def prepare(self, case: Case) -> tuple[Run, list[str]]:
        home = self.work / case.name
        shutil.rmtree(home, ignore_errors=True)
        run = Run(case, home)
        run.logs.mkdir(parents=True)
        settings = {
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": run.logs.as_uri(),
            "spark.eventLog.compress": str(case.codec != "none").lower(),
            **({"spark.eventLog.compression.codec": case.codec} if case.codec != "none" else {}),
            "spark.eventLog.rolling.enabled": str(case.rolling).lower(),
            "spark.eventLog.rolling.maxFileSize": "10m",
            "spark.extraListeners": "StageRecorder",
            "spark.driver.extraClassPath": str(self.classes()),
            "spark.local.dir": str(home / "local"),
            "spark.sql.warehouse.dir": str(home / "warehouse"),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.locality.wait": "0",
            # Narrower than Spark's own, so that the planted endpoint reaches the log; the password does not.
            "spark.redaction.regex": "(?i)password",
            "spark.my.password": "canary-secret-conf",
            "spark.my.endpoint": "https://store.example.org/?sig=canary-secret-conf-url",
            **case.settings,
        }
        confs = [part for key, value in settings.items() for part in ("--conf", f"{key}={value}")]
        return run, [str(self.home / "bin" / "spark-submit"), *confs]

    def classes(self) -> Path:
        """The recorder and the cluster manager, compiled against this version: getters differ between Scala 2.12 and 2.13."""
        classes = self.work / "classes"
        if not classes.is_dir():
            unfinished = classes.with_suffix(".unfinished")
            shutil.copytree(HERE / "attempts" / "META-INF", unfinished / "META-INF", dirs_exist_ok=True)
            sources = [HERE / "recorder" / "StageRecorder.java", HERE / "attempts" / "AttemptClusterManager.java"]
            jars = f"{self.home}/jars/*"
            subprocess.run(["javac", "--release", "8", "-Xlint:-options", "-nowarn", "-cp", jars, "-d", unfinished, *sources], check=True)
            unfinished.rename(classes)
        return classes

    def keep(self, runs: list[Run]) -> None:
        """Copies the logs into the repository and asks the History Server about each."""
        served = self.work / "served"
        shutil.rmtree(served, ignore_errors=True)
        served.mkdir()
        for run in runs:
            fixture = FIXTURES / self.version / run.case.name
            shutil.rmtree(fixture, ignore_errors=True)
            shutil.copytree(run.logs, fixture)
            shutil.copytree(run.logs, served, dirs_exist_ok=True)
        with self.history_server(served) as ask:
            for run in runs:
                oracle = FIXTURES / self.version / run.case.name / "oracle"
                of = f"applications/{run.application}"
                if not run.case.attempts:
                    self.keep_answers(ask, of, oracle, run.recording(1))
                for attempt, _ in enumerate(run.case.attempts, 1):
                    self.keep_answers(ask, f"{of}/{attempt}", oracle / str(attempt), run.recording(attempt))

    def keep_answers(self, ask, of: str, oracle: Path, recording: Path) -> None:
        wait_until(f"the History Server lists {of}", lambda: answers(ask, f"{of}/jobs"))
        oracle.mkdir(parents=True)
        save(oracle / "application.json", ask("/".join(of.split("/")[:2])))
        save(oracle / "jobs.json", ask(f"{of}/jobs"))
        save(oracle / "stages.json", ask(f"{of}/stages?details=false"))
        save(oracle / "sql.json", ask(f"{of}/sql?details=true&planDescription=false&length=100000"))
        save(oracle / "executors.json", ask(f"{of}/allexecutors"))
        save(oracle / "shuffles.json", shuffles(recording))

    @contextlib.contextmanager
    def history_server(self, logs: Path):
        """Gives a function that asks the REST API; everything is retained, or the server forgets part of its answer."""
        port = free_port()
        settings = {
            "spark.history.fs.logDirectory": logs.as_uri(),
            "spark.history.ui.port": port,
            "spark.ui.retainedJobs": 1_000_000,
            "spark.ui.retainedStages": 1_000_000,
            "spark.ui.retainedTasks": 10_000_000,
            "spark.ui.retainedDeadExecutors": 1_000_000,
            "spark.sql.ui.retainedExecutions": 1_000_000,
        }
        options = " ".join(f"-D{key}={value}" for key, value in settings.items())
        with open(logs.parent / "history-server-output", "w") as output:
            server = [self.home / "bin" / "spark-class", "org.apache.spark.deploy.history.HistoryServer"]
            with listening(port, output, *server, env=self.environment(SPARK_HISTORY_OPTS=options)):
                yield lambda path: json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{path}"))


def shuffles(recording: Path) -> dict:
    """Of each stage attempt: the shuffle it writes, those it reads (what its parents write), and whether it ran."""
    written, stages = {}, {}
    for line in recording.read_text().splitlines():
        seen = json.loads(line)
        written[seen["stage"]] = seen["shuffle"]
        entry = stages.setdefault((seen["stage"], seen["attempt"]), {**seen, "submitted": False})
        entry["submitted"] |= seen["what"] == "submitted"
    return {
        "stages": [
            {
                "stage": stage, "attempt": attempt, "submitted": entry["submitted"], "writes": entry["shuffle"],
                "reads": sorted({written[parent] for parent in entry["parents"]}), "parents": entry["parents"], "rdds": entry["rdds"],
            }
            for (stage, attempt), entry in sorted(stages.items())
        ]
    }


def save(path: Path, answer) -> None:
    """Compressed when big; the same answer gives the same bytes."""
    text = json.dumps(answer, indent=1, sort_keys=True).encode() + b"\n"
    if len(text) > 32 * 1024:
        path.with_suffix(".json.gz").write_bytes(gzip.compress(text, mtime=0))
    else:
        path.write_bytes(text)


@contextlib.contextmanager
def alone(version: str):
    """The working folder of a version is the machine's: one run at a time."""
    work = WORK / version
    work.mkdir(parents=True, exist_ok=True)
    with open(work / "lock", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield


def answers(ask, path: str) -> bool:
    try:
        ask(path)
    except (urllib.error.HTTPError, json.JSONDecodeError):
        # Until its first scan has ended the server does not know the application, or answers with a page for people.
        return False
    return True


def main() -> None:
    known = environment.versions()
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("versions", nargs="*", default=known, metavar="VERSION", help=f"one of {', '.join(known)}")
    arguments.add_argument("--case", action="append", help="only this case; may be repeated")
    given = arguments.parse_args()
    for version in given.versions:
        with alone(version):
            spark = Spark(version)
            # Before 4.0 the wheel has no Connect server.
            cases = CASES if version.startswith("3.") else [*CASES, CONNECT]
            runs = []
            for case in cases:
                if not given.case or case.name in given.case:
                    print(f"{version} {case.name}", file=sys.stderr, flush=True)
                    runs.append(spark.run_connect() if case is CONNECT else spark.run(case))
            spark.keep(runs)
    total = sum(path.stat().st_size for path in FIXTURES.rglob("*") if path.is_file())
    print(f"{FIXTURES}: {total / MIB:.1f} MiB")


if __name__ == "__main__":
    main()
