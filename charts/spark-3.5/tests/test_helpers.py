"""What needs more than rendering with one set of values: all ways to join properties, other charts, the pods that Spark makes."""

import itertools
import re
import shutil
import subprocess
import tempfile
import tomllib
import unittest
from pathlib import Path

import kubernetes_validate
import yaml
from run import KUBERNETES, tool

CHART = Path(__file__).resolve().parent.parent
ROOT = CHART.parent.parent
EXAMPLES = ROOT / "examples" / "kubernetes"
PLUGIN, JAR = "io.sparkspan.SparkspanPlugin", "local:///opt/sparkspan/sparkspan.jar"
# Of each property that is joined: what separates its entries, and what sparkspan itself brings.
JOINED = {
    "spark.plugins": (",", [PLUGIN]),
    "spark.extraListeners": (",", []),
    "spark.jars": (",", [JAR]),
    "spark.executor.extraJavaOptions": (" ", []),
}


def rendered(chart: Path, *arguments: str) -> list[dict]:
    """The objects of a chart."""
    done = subprocess.run([tool("helm3"), "template", "orders", chart, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return [found for found in yaml.safe_load_all(done.stdout) if found]


def with_library(folder: Path) -> Path:
    """Gives a chart this one as its dependency, as `helm dependency build` does."""
    shutil.copytree(CHART, folder / "charts" / "spark", ignore=shutil.ignore_patterns("tests", "ci"))
    return folder


def configurations(cases: list[dict]) -> list[dict]:
    """What another chart gets from `spark.otelConfig`, for each of many values."""
    chart = {"apiVersion": "v2", "name": "orders", "version": "1.0.0"}
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        (folder / "templates").mkdir()
        (folder / "Chart.yaml").write_text(yaml.safe_dump(chart), encoding="utf-8")
        (folder / "values.yaml").write_text(yaml.safe_dump({"spark": {"enabled": False}, "cases": cases}), encoding="utf-8")
        template = '{{ range .Values.cases }}\n---\nproperties: {{ include "spark.otelConfig" (dict "Values" .) | fromYaml | toJson }}\n{{ end }}'
        (folder / "templates" / "all.yaml").write_text(template, encoding="utf-8")
        return [found["properties"] for found in rendered(with_library(folder))]


def values(**tracing) -> dict:
    return {
        "appName": "orders",
        "sparkspan": {"image": {"repository": "registry.example.com/sparkspan"}},
        "observability": {"tracing": {"enabled": True, **tracing}},
    }


def subsets(keys) -> list[tuple]:
    return [chosen for size in range(len(keys) + 1) for chosen in itertools.combinations(keys, size)]


class Joining(unittest.TestCase):
    def test_every_property_is_joined_with_every_other_there_or_not(self):
        """Scenario: each of the properties that are lists is set by tracing.sparkConfig, by the application, by both or by none, in all combinations.

        Guarantees: nobody's entry is lost or there twice, the application's come last, and nothing else of it is touched.
        """
        joined = list(JOINED)
        cases = [
            {
                **values(sparkConfig={key: f"tracing.{key}" for key in brought}),
                "sparkConf": {"spark.sql.shuffle.partitions": "7", **{key: f"user.{key}" for key in given}},
            }
            for brought in subsets(joined)
            for given in subsets(joined)
        ]
        for case, found in zip(cases, configurations(cases), strict=True):
            brought, given = case["observability"]["tracing"]["sparkConfig"], case["sparkConf"]
            expected = {
                key: separator.join([*own, *([brought[key]] if key in brought else []), *([given[key]] if key in given else [])])
                for key, (separator, own) in JOINED.items()
                if own or key in brought
            }
            self.assertEqual({key: value for key, value in found.items() if not key.startswith("spark.sparkspan.")}, expected)

    def test_entries_are_there_once_however_they_are_written(self):
        cases = [
            {**values(), "sparkConf": {"spark.plugins": given}}
            for given in (PLUGIN, f" com.example.A , {PLUGIN},,com.example.A ", "", "com.example.A,com.example.B")
        ]
        found = [each["spark.plugins"].split(",") for each in configurations(cases)]
        self.assertEqual(found, [[PLUGIN], [PLUGIN, "com.example.A"], [PLUGIN], [PLUGIN, "com.example.A", "com.example.B"]])

    def test_a_setting_of_the_application_counts(self):
        cases = [{**values(sampler={"type": "always_on"}), "sparkConf": {"spark.sparkspan.sampler": "always_off"}}]
        self.assertEqual(configurations(cases)[0]["spark.sparkspan.sampler"], "always_off")

    def test_a_setting_counts_before_the_key_that_says_the_same(self):
        settings = {"endpoint": "http://collector:4318", "budget.spans": 20_000_000, "keep.slow": "1m"}
        (found,) = configurations([values(endpoint="http://jaeger:4318", settings=settings)])
        self.assertLess({f"spark.sparkspan.{key}": str(value) for key, value in settings.items()}.items(), found.items())

    def test_one_value_is_enough(self):
        (found,) = configurations([values()])
        expected = {"plugins": PLUGIN, "jars": JAR, "sparkspan.endpoint": "http://jaeger-collector:4318", "sparkspan.service.name": "orders"}
        self.assertEqual(found, {f"spark.{key}": value for key, value in expected.items()})

    def test_the_jar_comes_from_where_it_is_said(self):
        cases = [values(jar={"source": source, "package": "io.sparkspan:sparkspan:9"}) for source in ("initContainer", "image", "package")]
        found = [(each.get("spark.jars"), each.get("spark.jars.packages")) for each in configurations(cases)]
        self.assertEqual(found, [(JAR, None), (None, None), (None, "io.sparkspan:sparkspan:9")])

    def test_nothing_comes_where_tracing_is_off(self):
        off = [{"sparkConf": {"spark.plugins": "a.B"}}, {"observability": {}}, {"observability": {"tracing": {"enabled": False, "sparkConfig": {"spark.a": "b"}}}}]
        self.assertEqual(configurations(off), [{}, {}, {}])


class OtherCharts(unittest.TestCase):
    def application(self, name: str, *arguments: str) -> dict:
        with tempfile.TemporaryDirectory() as directory:
            folder = Path(directory, name)
            shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("charts", "Chart.lock"))
            (application,) = rendered(with_library(folder), *arguments)
            return application["spec"]

    def test_operators_get_a_traced_application(self):
        """Guarantees: the examples for both operators render; their pods are ones that Kubernetes takes, with the jar, and say who they are."""
        kubeflow = self.application("kubeflow-operator")
        apache = self.application("apache-operator")
        pods = [kubeflow["driver"]["template"], kubeflow["executor"]["template"]]
        pods += [apache[spec]["podTemplateSpec"] for spec in ("driverSpec", "executorSpec")]
        for pod in pods:
            valid_pod(self, {**pod, "spec": {**pod["spec"], "containers": [{**each, "image": "spark"} for each in pod["spec"]["containers"]]}})
            self.assertEqual([each["name"] for each in pod["spec"]["initContainers"]], ["sparkspan"])
        for application in kubeflow, apache:
            self.assertEqual({type(value) for value in application["sparkConf"].values()}, {str})
            self.assertIn(PLUGIN, application["sparkConf"]["spark.plugins"].split(","))
            self.assertEqual(application["sparkConf"]["spark.driver.extraJavaOptions"], "-Duser.timezone=UTC")

    def test_they_are_untraced_by_one_value(self):
        for name in "kubeflow-operator", "apache-operator":
            application = self.application(name, "--set", "observability.tracing.enabled=false")
            self.assertNotIn("sparkspan", yaml.safe_dump(application))
            self.assertEqual(application["sparkConf"]["spark.plugins"], "org.apache.spark.scheduler.cluster.k8s.ExecutorRollPlugin")


def valid_pod(test: unittest.TestCase, pod: dict) -> None:
    for version in KUBERNETES:
        kubernetes_validate.validate({"apiVersion": "v1", "kind": "Pod", **pod}, version, strict=True)


class Pods(unittest.TestCase):
    def pods(self):
        """All pods of the rendered examples, and those that Spark makes from their templates."""
        for golden in sorted((CHART / "tests" / "golden").glob("*.yaml")):
            for found in yaml.safe_load_all(golden.read_text(encoding="utf-8")):
                if found and found["kind"] in ("Job", "Deployment"):
                    yield golden.stem, found["spec"]["template"]
                for name, text in (found or {}).get("data", {}).items():
                    if name in ("driver.yaml", "executor.yaml"):
                        yield f"{golden.stem}: {name}", yaml.safe_load(text)

    def test_kubernetes_takes_them_where_pod_security_is_restricted(self):
        for name, pod in self.pods():
            with self.subTest(name):
                valid_pod(self, pod)
                spec = pod["spec"]
                self.assertTrue(spec["securityContext"]["runAsNonRoot"])
                self.assertEqual(spec["securityContext"]["seccompProfile"]["type"], "RuntimeDefault")
                for container in [*spec.get("initContainers", []), *spec["containers"]]:
                    context = container["securityContext"]
                    self.assertEqual((context["allowPrivilegeEscalation"], context["capabilities"]), (False, {"drop": ["ALL"]}))
                    self.assertTrue(context["readOnlyRootFilesystem"])
                self.assertLessEqual({key for volume in spec["volumes"] for key in volume}, {"name", "emptyDir", "configMap", "secret", "persistentVolumeClaim"})

    def test_settings_are_those_that_there_are(self):
        known = set(re.findall(r"^\| `([\w.]+)` \|", (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8"), re.M))
        text = "".join(golden.read_text(encoding="utf-8") for golden in (CHART / "tests" / "golden").glob("*.yaml"))
        used = set(re.findall(r"^ +spark\.sparkspan\.([\w.]+) ", text, re.M)) | set(re.findall(r"--set=([\w.]+)=", text))
        self.assertEqual(used - known, set())
        self.assertLess({"endpoint", "sampler", "trace.sql", "trace.shuffle"}, used)


class Jobs(unittest.TestCase):
    def name(self, *settings: str) -> str:
        objects = rendered(CHART, *(part for setting in settings for part in ("--set", setting)))
        return next(found["metadata"]["name"] for found in objects if found["kind"] == "Job")

    def test_another_application_is_another_job(self):
        """Guarantees: whatever changes the pod or what it reads makes another Job, as a Job cannot be changed; nothing else runs it again."""
        before = self.name()
        for setting in "executor.memory=2g", "application.arguments={1}", "application.files.a=b", "driver.extraEnv[0].name=A", "mode=cluster":
            self.assertNotEqual(self.name(setting), before, setting)
        for setting in "job.backoffLimit=3", "connect.service.port=1", "eventLog.volume.size=1Gi":
            self.assertEqual(self.name(setting), before, setting)


class Submitting(unittest.TestCase):
    def submitted(self, log: str, status: int = 0) -> tuple[int, str]:
        """How submit.sh ends with a spark-submit that logs this, and the driver's template that it leaves."""
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory)
            for folder in "opt/spark/bin", "etc/spark", "tmp":
                (root / folder).mkdir(parents=True)
            command = root / "opt/spark/bin/spark-submit"
            command.write_text(f'#!/bin/sh\necho "$@"\necho "{log}"\nexit {status}\n', encoding="utf-8")
            command.chmod(0o755)
            (root / "etc/spark/driver.yaml").write_text('name: "@POD_NAME@", uid: "@POD_UID@"', encoding="utf-8")
            script = re.sub(r"(/opt/spark/bin|/etc/spark|/tmp)/", rf"{root}\1/", (CHART / "files" / "submit.sh").read_text(encoding="utf-8"))
            done = subprocess.run(
                ["bash", "-c", script, "submit.sh", "--deploy-mode=cluster", "a b"],
                env={"PATH": "/usr/bin:/bin", "POD_NAME": "submit-x", "POD_UID": "0-1"}, capture_output=True, text=True, check=False,
            )
            self.assertIn("--deploy-mode=cluster a b", done.stdout)
            return done.returncode, (root / "tmp/driver.yaml").read_text(encoding="utf-8")

    def test_it_ends_as_the_driver_does(self):
        self.assertEqual(self.submitted("State changed\n\t phase: Running\n\t phase: Succeeded")[0], 0)
        self.assertEqual(self.submitted("State changed\n\t phase: Running\n\t phase: Failed")[0], 1)
        self.assertEqual(self.submitted("no such file", 101)[0], 101)

    def test_the_driver_is_its_pods(self):
        _, template = self.submitted("")
        self.assertEqual(template, 'name: "submit-x", uid: "0-1"')


class Versions(unittest.TestCase):
    def test_the_chart_comes_with_the_release_that_it_is_for(self):
        version = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]["package"]["version"]
        default = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
        self.assertEqual(default["observability"]["tracing"]["jar"]["package"], f"io.sparkspan:sparkspan:{version}")
        self.assertIn(f'(list . $image "{version}")', (CHART / "templates" / "_helpers.tpl").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
