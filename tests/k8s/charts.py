"""The project's charts, as the tests install them."""

import os
from pathlib import Path

from kubernetes import HERE, ROOT, Jaeger, Namespace

JAEGER = ROOT / "charts" / "observability" / "jaeger"
SPARK = ROOT / "charts" / "spark-3.5"
VERSION = os.environ["SPARKSPAN_TEST_IMAGE"].rpartition(":")[2]


def settings(values: dict) -> list[str]:
    return [argument for key, value in values.items() for argument in ("--set", f"{key}={value}")]


def install_jaeger(namespace: Namespace, release: str = "jaeger", *files: Path, **values) -> None:
    """Installs the chart, or upgrades it, and waits until it is ready."""
    given = [argument for file in (HERE / "values" / "jaeger.yaml", *files) for argument in ("--values", file)]
    namespace.helm("upgrade", "--install", release, JAEGER, *given, *settings(values), "--wait", "--timeout", "3m")


def install_spark(namespace: Namespace, release: str, **values) -> str:
    """Installs the chart, or upgrades it; the name of its Job."""
    namespace.helm(
        "upgrade", "--install", release, SPARK, "--values", HERE / "values" / "spark.yaml",
        "--set-file", f"application.files.report\\.py={HERE / 'report.py'}",
        "--set", f"sparkspan.image.tag={VERSION}", *settings(values),
    )
    (job,) = namespace.objects("jobs", f"app.kubernetes.io/instance={release}")
    return job["metadata"]["name"]
