#!/usr/bin/env python3
"""Checks the Helm charts: lint, unit tests, rendered examples, generated files, and each chart's own tests.

    tools/charts/run.py [--helm helm4] [--servers] [--write] [CHART...]

Of each chart, a folder with Chart.yaml:

  values.yaml           its comments make README.md (helm-docs, README.md.gotmpl) and values.schema.json (schema.py)
  ci/NAME-values.yaml   is rendered, compared with tests/golden/NAME.yaml and checked against the schemas of Kubernetes
  tests/*_test.yaml     suites of helm-unittest
  tests/test_*.py       tests of what needs more than rendering (unittest)
  tests/servers/        with `--servers`, tests that download and run other people's servers

`--write` writes the generated files and the goldens again.
"""

import argparse
import difflib
import functools
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# What the tests of other parts share with those of the charts.
SHARED = [str(ROOT / "tests" / folder) for folder in ("spark", "support")]
CHARTS = ("charts/observability/jaeger", "charts/spark-3.5")
# From the oldest Kubernetes that the charts promise to the newest that there are schemas for.
KUBERNETES = [f"1.{minor}" for minor in range(29, 38)]
# What examples are rendered for, and into.
RENDERED_FOR = "1.34"
NAMESPACE = "observability"


@functools.cache
def tool(name: str) -> str:
    """The path of a tool; it is built the first time."""
    return subprocess.run([HERE / "tool.sh", name], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1]


# The checks need packages: they run in the Python that has them.
if __name__ == "__main__" and Path(sys.prefix) != Path(tool("python")).parent.parent:
    os.execv(tool("python"), [tool("python"), *sys.argv])

sys.path[:0] = SHARED
import yaml  # noqa: E402

import crds  # noqa: E402
import schema  # noqa: E402


class Checks:
    """Runs checks, says which failed and counts them."""

    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, name: str, complaint: str) -> None:
        """One check: it has passed when there is nothing to complain of."""
        if complaint:
            self.failed += 1
            print(f"FAILED {name}\n{complaint.rstrip()}\n", flush=True)
        else:
            self.passed += 1

    def command(self, name: str, *command, **options) -> None:
        """A check that is a command, which says what is wrong."""
        done = run(*command, **options)
        self.expect(name, "" if done.returncode == 0 else done.stdout or f"exit status {done.returncode}")

    def same(self, path: Path, expected: str, write: bool) -> None:
        """A check that a generated file is up to date; or the writing of it."""
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(expected, encoding="utf-8")
        found = path.read_text(encoding="utf-8") if path.exists() else ""
        difference = difflib.unified_diff(found.splitlines(), expected.splitlines(), "committed", "generated", lineterm="")
        hint = "hint: tools/charts/run.py --write"
        self.expect(str(path.relative_to(ROOT)), "" if found == expected else "\n".join([*list(difference)[:60], hint]))


def run(*command, **options) -> subprocess.CompletedProcess:
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)


def main() -> int:
    arguments = argparse.ArgumentParser(description="Checks the Helm charts.")
    arguments.add_argument("charts", metavar="CHART", nargs="*", help="folder of a chart (default: all)")
    arguments.add_argument("--helm", default="helm3", choices=["helm3", "helm4"], help="the Helm that renders and lints")
    arguments.add_argument("--servers", action="store_true", help="also test with the servers that a chart works with")
    arguments.add_argument("--write", action="store_true", help="write generated files and goldens")
    given = arguments.parse_args()

    checks = Checks()
    for chart in [Path(name).resolve() for name in given.charts] or [ROOT / name for name in CHARTS]:
        if (chart / "Chart.yaml").is_file():
            print(f"    {chart.relative_to(ROOT)}", flush=True)
            generated_files(checks, chart, given.write)
            rendered_examples(checks, chart, given.helm, given.write)
            checks.command("yamllint", tool("yamllint"), "--strict", "-c", HERE / "yamllint.yaml", chart)
            unit_tests(checks, chart)
            own_tests(checks, chart.glob("tests/test_*.py"))
            if given.servers:
                own_tests(checks, chart.glob("tests/servers/test_*.py"))
    print(f"test result: {'FAILED' if checks.failed else 'ok'}. {checks.passed} passed; {checks.failed} failed;")
    return int(checks.failed > 0)


def generated_files(checks: Checks, chart: Path, write: bool) -> None:
    checks.same(chart / "values.schema.json", schema.schema(chart / "values.yaml"), write)
    # helm-docs names the table's keys by the chart's folder, and writes nowhere else than beside it.
    readme = subprocess.run(
        [tool("helm-docs"), "--chart-search-root", chart, "--dry-run", "--sort-values-order", "file", "--log-level", "warning"],
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout
    checks.same(chart / "README.md", re.sub(r"[ \t]+$", "", readme, flags=re.M).strip() + "\n", write)


def rendered_examples(checks: Checks, chart: Path, helm: str, write: bool) -> None:
    checks.command("helm lint", tool(helm), "lint", "--strict", chart)
    for values in sorted(chart.glob("ci/*-values.yaml")):
        name = values.name.removesuffix("-values.yaml")
        checks.command(f"helm lint: {name}", tool(helm), "lint", "--strict", "--namespace", NAMESPACE, "--values", values, chart)
        rendered = run(
            tool(helm), "template", chart.name, chart, "--namespace", NAMESPACE, "--kube-version", RENDERED_FOR, "--values", values,
        )
        if rendered.returncode != 0:
            checks.expect(f"helm template: {name}", rendered.stdout)
            continue
        golden = chart / "tests" / "golden" / f"{name}.yaml"
        # Helm 4 has an empty line between manifests that Helm 3 has not.
        checks.same(golden, re.sub(r"\n+(---\n|\Z)", r"\n\1", rendered.stdout), write)
        kubernetes_schemas(checks, name, golden)


def kubernetes_schemas(checks: Checks, name: str, golden: Path) -> None:
    """Core kinds are checked by kubernetes-validate, the operators' by kubeconform and what their modules say."""
    manifests = [manifest for manifest in yaml.safe_load_all(golden.read_text(encoding="utf-8")) if manifest]
    custom = [manifest for manifest in manifests if manifest["apiVersion"].startswith(crds.GROUPS)]
    core = [manifest for manifest in manifests if manifest not in custom]
    with tempfile.TemporaryDirectory() as folder:
        for kind, chosen in (("core", core), ("custom", custom)):
            Path(folder, f"{kind}.yaml").write_text(yaml.safe_dump_all(chosen), encoding="utf-8")
        versions = [argument for version in KUBERNETES for argument in ("-k", version)]
        checks.command(f"kubernetes-validate: {name}", tool("kubernetes-validate"), "--strict", "--quiet", *versions, f"{folder}/core.yaml")
        if custom:
            location = f"{crds.schemas()}/{{{{.Group}}}}/{{{{.ResourceKind}}}}_{{{{.ResourceAPIVersion}}}}.json"
            checks.command(f"kubeconform: {name}", tool("kubeconform"), "-strict", "-schema-location", location, f"{folder}/custom.yaml")


def unit_tests(checks: Checks, chart: Path) -> None:
    done = run(tool("helm-unittest"), "--strict", "--file", "tests/*_test.yaml", chart)
    counts = {what: int(count) for count, what in re.findall(r"(\d+) (passed|failed|errored)", next(re.finditer(r"^Tests:.*", done.stdout, re.M), [""])[0])}
    checks.passed += counts.get("passed", 0)
    if done.returncode != 0:
        checks.failed += max(counts.get("failed", 0) + counts.get("errored", 0), 1)
        print(done.stdout, flush=True)


def own_tests(checks: Checks, tests: Iterable[Path]) -> None:
    for test in sorted(tests):
        done = run(sys.executable, test, env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *SHARED])})
        if done.returncode == 0:
            checks.passed += int(re.search(r"^Ran (\d+) test", done.stdout, re.M)[1])
        else:
            checks.expect(str(test.relative_to(ROOT)), done.stdout)


if __name__ == "__main__":
    sys.exit(main())
