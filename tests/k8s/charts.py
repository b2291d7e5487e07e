"""The project's charts, as the tests install them."""

import os
from pathlib import Path

from kubernetes import HERE, ROOT, Namespace

JAEGER = ROOT / "charts" / "observability" / "jaeger"
SPARK = ROOT / "charts" / "spark-3.5"
VERSION = os.environ["SPARKSPAN_TEST_IMAGE"].rpartition(":")[2]


def settings(values: dict) -> list[str]:
    return [argument for key, value in values.items() for argument in ("--set", f"{key}={value}")]


def install_jaeger(namespace: Namespace, release: str = "jaeger", *files: Path, **values) -> None:
    """Installs the chart, or upgrades it, and waits until it is ready."""
    given = [argument for file in (HERE / "values" / "jaeger.yaml", *files) for argument in ("--values", file)]
    namespace.helm("upgrade", "--install", release, JAEGER, *given, *settings(values), "--wait", "--timeout", "3m")


def install_spark(namespace: Namespace, *options, **values) -> None:
    """Installs the chart as the release `orders`, or upgrades it."""
    namespace.helm(
        "upgrade", "--install", "orders", SPARK, "--values", HERE / "values" / "spark.yaml",
        "--set-file", f"application.files.report\\.py={HERE / 'report.py'}",
        "--set", f"sparkspan.image.tag={VERSION}", *settings(values), *options,
    )


def run_spark(namespace: Namespace, **values) -> str:
    """Installs the chart; the name of the Job that runs then."""
    install_spark(namespace, **values)
    return job_of(namespace)


def job_of(namespace: Namespace) -> str:
    """The name of the Job that the release has now."""
    jobs = namespace.objects("jobs", "app.kubernetes.io/instance=orders")
    (name,) = (job["metadata"]["name"] for job in jobs if "deletionTimestamp" not in job["metadata"])
    return name
