#!/usr/bin/env python3
"""The plugin in real Spark applications: what their tasks find, and what becomes of them when something goes wrong.

    tests/plugin/run.py [--only tasks|faults] [VERSION…]
    tests/plugin/run.py --every        every Spark (hours)
"""

import argparse
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SCALA = "-scala2.13"
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / "tests" / "spark"), str(ROOT / "tests" / "support")]
import environment  # noqa: E402  (the folders are no packages)
import maven  # noqa: E402


def built_jar() -> Path:
    built = subprocess.run([ROOT / "tools" / "jar.sh"], stdout=subprocess.PIPE, text=True, check=True)
    return Path(built.stdout.splitlines()[-1])


def faulty_library(directory: Path) -> None:
    """The native library with faults to be asked for, which is never shipped."""
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    build = ["cargo", "build", "--quiet", "--locked", "--package", "sparkspan-agent"]
    with open(environment.cache() / "java" / "lock", "w") as guard:
        # Both variants have one path: nobody may take this one for the other.
        fcntl.flock(guard, fcntl.LOCK_EX)
        subprocess.run([*build, "--features", "fault-injection"], cwd=ROOT, check=True)
        shutil.copy(target / "debug" / "libsparkspan_agent.so", directory)
        subprocess.run(build, cwd=ROOT, check=True)


def spark(version: str) -> tuple:
    """The Python and the home of a Spark; one for another Scala has the jars of its own, and the rest of PySpark's."""
    python = environment.python_of(version.removesuffix(SCALA))
    home = environment.spark_home(python)
    if not version.endswith(SCALA):
        return python, home
    other = environment.cache() / "python" / f"spark-{version}" / "pyspark"
    if not (other / "jars").is_dir():
        with tempfile.TemporaryDirectory(prefix="sparkspan-") as directory:
            maven.copy_dependencies(HERE / "scala-2.13.xml", Path(directory) / "jars", "-DincludeScope=runtime")
            shutil.copytree(home / "bin", other / "bin", dirs_exist_ok=True)
            shutil.copytree(Path(directory) / "jars", other / "copied", dirs_exist_ok=True)
            (other / "copied").rename(other / "jars")
    return python, other


def probe(directory: Path) -> None:
    """What tasks run in the JVM, and OpenTelemetry's real API."""
    maven.copy_dependencies(ROOT / "java" / "pom.xml", directory, "-DincludeGroupIds=io.opentelemetry")
    jars = spark("3.5.9")[1] / "jars"
    classes = directory / "classes"
    path = os.pathsep.join([f"{jars}/*", f"{directory}/*", str(built_jar())])
    subprocess.run(["javac", "-Xlint:-options", "--release", "8", "-cp", path, "-d", classes, HERE / "Probe.java"], check=True)
    shutil.make_archive(str(directory / "probe"), "zip", classes)
    (directory / "probe.zip").rename(directory / "probe.jar")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["tasks", "faults"])
    parser.add_argument("--every", action="store_true")
    parser.add_argument("versions", metavar="VERSION", nargs="*")
    arguments = parser.parse_args()
    versions = arguments.versions or ([*environment.versions(), f"3.5.9{SCALA}"] if arguments.every else ["3.5.9", "4.3.0"])
    modules = [f"test_{arguments.only}"] if arguments.only else ["test_tasks", "test_faults"]
    failed = False
    with tempfile.TemporaryDirectory(prefix="sparkspan-") as directory:
        jar = built_jar()
        if "test_faults" in modules:
            faulty_library(Path(directory))
        probe(Path(directory))
        for version in versions:
            print(f"    Spark {version}", flush=True)
            python, home = spark(version)
            settings = {"SPARK_HOME": home, "PYSPARK_PYTHON": python, "SPARKSPAN_TEST_JAR": jar, "SPARKSPAN_TEST_FAULTY": directory,
                        "SPARKSPAN_TEST_PROBE": directory}
            if version.endswith(SCALA):
                settings["SPARK_SCALA_VERSION"] = "2.13"
            suite = [sys.executable, ROOT / "python" / "tests" / "suite.py", *modules]
            environ = {**os.environ, **{name: str(value) for name, value in settings.items()}, "PYTHONPATH": str(HERE)}
            failed |= subprocess.run(suite, env=environ, check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
