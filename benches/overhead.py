"""What tracing costs the application that is traced, on real Spark.

Everything that is ours is measured for itself, in CPU time, beside Spark's own listeners in the same process: the listener's thread,
the exporter's thread, and the callbacks on Spark's threads. Whole applications, with the plugin and without in turns, are the check.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

HERE = Path(__file__).resolve().parent
TASKS = 10_000
VERSIONS = ("3.5.9", "4.3.0")
OURS = ("sparkspan", "exporter", "task callbacks", "driver init", "executor init")
PAIRS = 9
PAIR_TASKS = 2_000
# Two-sided 95 % of Student's t with PAIRS - 1 degrees of freedom.
STUDENT_T = 2.306


def measured_jar(python: Path, plugin: str, directory: Path) -> Path:
    """The plugin around the plugin."""
    jars = environment.spark_home(python) / "jars"
    classes, jar = directory / "classes", directory / "measured.jar"
    source = HERE / "overhead" / "MeasuredPlugin.java"
    subprocess.run(["javac", "--release", "8", "-nowarn", "-Xlint:-options", "-cp", f"{plugin}:{jars}/*", "-d", classes, source], check=True)
    subprocess.run(["jar", "--create", "--file", jar, "-C", classes, "."], check=True)
    return jar


def run(python: Path, tasks: int, *settings: str) -> dict:
    with tempfile.TemporaryDirectory(prefix="sparkspan-overhead-") as log:
        command = [python, HERE / "overhead" / "application.py", str(tasks), "spark.eventLog.enabled=true", f"spark.eventLog.dir=file://{log}", *settings]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(plugin: str, sink: str) -> None:
    """The parts on each Spark, then whole applications on the first."""
    traced = [f"spark.sparkspan.endpoint={sink}", "spark.sparkspan.sampler=always_on"]
    with tempfile.TemporaryDirectory(prefix="sparkspan-measured-") as directory:
        for version in VERSIONS:
            python = environment.python_of(version)
            jar = measured_jar(python, plugin, Path(directory))
            parts = run(python, TASKS, f"spark.jars={plugin},{jar}", "spark.plugins=io.sparkspan.bench.MeasuredPlugin", *traced)
            tell(version, parts)
    python = environment.python_of(VERSIONS[0])
    with_plugin = [f"spark.jars={plugin}", "spark.plugins=io.sparkspan.SparkspanPlugin", *traced]
    pairs = [(run(python, PAIR_TASKS, *with_plugin)["whole"], run(python, PAIR_TASKS)["whole"]) for _ in range(PAIRS)]
    ratios = [one / other for one, other in pairs]
    half = STUDENT_T * statistics.stdev(ratios) / PAIRS**0.5
    mean = statistics.mean(ratios)
    print(f"whole applications of {PAIR_TASKS} tasks, Spark {VERSIONS[0]}, {PAIRS} pairs in turns, CPU of the JVM with the plugin / without:")
    print(f"  median {statistics.median(ratios):.3f}, mean {mean:.3f}, 95 % interval {mean - half:.3f} to {mean + half:.3f}")
    print("  all pairs: " + ", ".join(f"{one:.1f}/{other:.1f}" for one, other in pairs))


def tell(version: str, parts: dict) -> None:
    ours = sum(parts[name] for name in OURS)
    print(f"{parts['tasks']} tiny tasks, Spark {version}, every unit kept, one process of {parts['process']:.1f} CPU s:")
    print(f"  sparkspan: {ours:.2f} CPU s, {ours / parts['process']:.2%} of the process")
    print("             " + ", ".join(f"{name} {parts[name]:.3f}" for name in OURS))
    for name, listener in (("AppStatusListener", "appStatus"), ("EventLoggingListener", "eventLog")):
        print(f"  {name}: {parts[listener]:.2f} CPU s; sparkspan takes {ours / parts[listener]:.2f} of it")


if __name__ == "__main__":
    sys.exit("run by measure.py")
