"""Traced applications of the Spark chart on a real Kubernetes, with the chart of Jaeger beside them."""

import json
import os
import subprocess
import sys
import time
import unittest
from urllib.parse import urlencode

from charts import JAEGER, SPARK, install_jaeger, install_spark, job_of, run_spark, settings
from kubernetes import HERE, ROOT, Jaeger, Namespace, run
from waiting import wait_until

sys.path.insert(0, str(ROOT / "tests" / "spark"))
import environment  # noqa: E402  (the folder is no package)

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{CALLER}-01"
TYPES = {"application", "sql", "phase", "job", "stage", "shuffle_write", "shuffle_read", "task", "report"}


def by_type(spans: list[dict]) -> dict[str, list[dict]]:
    found = {}
    for span in spans:
        found.setdefault(span["attributes"].get("spark.span.type"), []).append(span)
    return found


def whole_trace(namespace: Namespace, trace: str) -> dict[str, list[dict]]:
    """The spans of an application that has ended, by their types. The report is the last one that is sent."""
    with namespace.forwarded("jaeger-query", 16686) as url:
        jaeger = Jaeger(url)
        return wait_until("the whole trace is there", lambda: (found := by_type(jaeger.spans(trace))).get("report") and found)


def trace_of(namespace: Namespace, service: str) -> str:
    """The one trace that a service takes part in."""
    since, until = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds)) for seconds in (-3600, 60))
    query = {"service_name": service, "start_time_min": since, "start_time_max": until, "num_traces": 10}
    with namespace.forwarded("jaeger-query", 16686) as url:
        path = f"/api/v3/traces?{urlencode({f'query.{key}': value for key, value in query.items()})}"
        answer = wait_until(f"{service} has a trace", lambda: Jaeger(url).get(path))
    (trace,) = {span["traceId"] for each in answer["result"]["resourceSpans"] for scope in each["scopeSpans"] for span in scope["spans"]}
    return trace


def pods_that_were(namespace: Namespace, part: str) -> set[str]:
    """The names of all pods that were ever started: Spark removes executors that it does not need any more."""
    started = namespace.kubectl("get", "events", "--field-selector", "reason=Started,involvedObject.kind=Pod", "-o", "json")
    return {name for event in json.loads(started)["items"] if part in (name := event["involvedObject"]["name"])}


class Applications(unittest.TestCase):
    def check(self, namespace: Namespace, spans: dict[str, list[dict]], driver: str) -> None:
        """What every trace of the application has to have."""
        self.assertEqual(set(spans), TYPES)
        (application,) = spans["application"]
        self.assertEqual(application["resource"]["service.name"], "orders-driver")
        self.assertEqual(application["resource"]["k8s.pod.name"], driver)
        self.assertEqual(application["resource"]["k8s.namespace.name"], namespace.name)
        (query,) = spans["sql"]
        self.assertEqual(query["parentSpanId"], application["spanId"])
        written = sum(span["attributes"]["spark.shuffle.write.records"] for span in spans["shuffle_write"])
        self.assertGreater(written, 0)
        writers = {span["spanId"] for span in spans["shuffle_write"]}
        self.assertEqual({link["spanId"] for reader in spans["shuffle_read"] for link in reader["links"]}, writers)
        executors = pods_that_were(namespace, "-exec-")
        self.assertEqual(len(executors), 2)
        self.assertEqual({task["resource"]["k8s.pod.name"] for task in spans["task"]}, executors)
        self.assertEqual({task["resource"]["service.name"] for task in spans["task"]}, {"orders-executor"})

    def in_client_mode(self, helm: str) -> None:
        """Scenario: an application of two executors is installed beside Jaeger, with a caller's TRACEPARENT; then both are uninstalled.

        Guarantees: it runs under Pod Security "restricted"; its trace is the caller's, with its query, its shuffles, and tasks that name
        the executors' pods; nothing is left.
        """
        with Namespace(f"client-{helm}", helm) as namespace:
            install_jaeger(namespace)
            job = run_spark(namespace, **{"observability.tracing.traceparent": TRACEPARENT})
            self.assertIn("RESULT 499500", namespace.job_ends(job))
            spans = whole_trace(namespace, TRACE)
            (driver,) = namespace.objects("pods", f"job-name={job}")
            self.check(namespace, spans, driver["metadata"]["name"])
            self.assertEqual(spans["application"][0]["parentSpanId"], CALLER)
            namespace.helm("uninstall", "orders", "--wait")
            namespace.helm("uninstall", "jaeger", "--wait")
            wait_until("nothing is left", lambda: not namespace.left())

    def test_client_mode_with_helm_3(self):
        self.in_client_mode("helm3")

    def test_client_mode_with_helm_4(self):
        self.in_client_mode("helm4")

    def test_cluster_mode(self):
        """Scenario: Spark makes the driver's pod.

        Guarantees: the same trace, of a driver in that pod.
        """
        with Namespace("cluster") as namespace:
            install_jaeger(namespace)
            job = run_spark(namespace, mode="cluster")
            namespace.job_ends(job)
            (driver,) = pods_that_were(namespace, "-driver")
            self.assertIn("RESULT 499500", namespace.kubectl("logs", driver))
            self.check(namespace, whole_trace(namespace, trace_of(namespace, "orders-driver")), driver)
            namespace.helm("uninstall", "orders", "--wait")
            namespace.helm("uninstall", "jaeger", "--wait")
            wait_until("nothing is left", lambda: not namespace.left())

    def test_example(self):
        """Scenario: somebody follows examples/kubernetes, with the images that are here, to its end.

        Guarantees: there is the trace that the page promises; an upgrade that names a caller runs the application again, for that caller.
        """
        values = ROOT / "examples" / "kubernetes"
        images = {"image.repository": "localhost/spark", "image.tag": "3.5.9", "sparkspan.image.repository": "localhost/sparkspan"}
        with Namespace("example") as namespace:
            namespace.helm(
                "install", "jaeger", JAEGER, "--values", values / "jaeger-values.yaml", "--wait",
                "--set-string", "jaeger.image.repository=localhost/jaeger,jaeger.image.tag=2,jaeger.test.image=localhost/busybox:1",
            )
            namespace.helm("test", "jaeger")
            namespace.helm("install", "orders", SPARK, "--values", values / "spark-values.yaml", *settings(images))
            first = job_of(namespace)
            namespace.job_ends(first)
            spans = whole_trace(namespace, trace_of(namespace, "orders-driver"))
            self.assertEqual(set(spans), TYPES)
            self.assertGreaterEqual(len(spans["shuffle_write"]), 3)
            namespace.helm("upgrade", "orders", SPARK, "--reuse-values", "--set", f"observability.tracing.traceparent={TRACEPARENT}")
            second = wait_until("the new Job takes the old one's place", lambda: (job := job_of(namespace)) != first and job)
            namespace.job_ends(second)
            self.assertEqual(whole_trace(namespace, TRACE)["application"][0]["parentSpanId"], CALLER)
            namespace.helm("uninstall", "orders", "jaeger", "--wait")
            wait_until("nothing is left", lambda: not namespace.left())

    def test_jaeger_is_killed(self):
        """Scenario: after an application's first query Jaeger is killed, and does not come back; the application goes on.

        Guarantees: the application ends well, and its log counts the spans that were lost.
        """
        with Namespace("killed") as namespace:
            install_jaeger(namespace)
            job = run_spark(namespace, **{"application.arguments": "{/tmp/go}"})
            namespace.job_runs(job)
            wait_until("the first query has ended", lambda: "RESULT" in namespace.kubectl("logs", f"job/{job}", "--container=driver"))
            namespace.kubectl("scale", "deployment/jaeger", "--replicas=0")
            namespace.kubectl("delete", "pods", "--selector", "app.kubernetes.io/name=jaeger", "--grace-period=0", "--force")
            namespace.kubectl("exec", f"job/{job}", "--container=driver", "--", "touch", "/tmp/go")
            log = namespace.job_ends(job)
            self.assertEqual(log.count("RESULT 499500"), 2)
            self.assertRegex(log, r"WARN .*\d+ of \d+ spans did not reach http://jaeger-collector:4318")

    def test_connect_server(self):
        """Scenario: a Spark Connect server is installed, asked by a Python client that has a caller, upgraded with a change, and asked again.

        Guarantees: both operations are the caller's, each with its shuffle and its tasks; the upgrade makes a new server; nothing is left.
        """
        with Namespace("connect") as namespace:
            install_jaeger(namespace)
            for number, partitions in enumerate([2, 3], start=1):
                values = {"mode": "connect", "connect.package": "", r"sparkConf.spark\.sql\.shuffle\.partitions": partitions}
                install_spark(namespace, "--wait", "--timeout=5m", **values)
                namespace.helm("test", "orders")
                with namespace.forwarded("orders-spark-connect", 15002) as url:
                    self.assertIn("RESULT 499500", ask_connect(url))
                with namespace.forwarded("jaeger-query", 16686) as url:
                    operations = wait_until("the operation is there", lambda: operations_of(Jaeger(url), number))
                self.assertEqual({span["parentSpanId"] for span in operations}, {CALLER})
            servers = {span["resource"]["k8s.pod.name"] for span in operations}
            self.assertEqual(len(servers), 2)
            namespace.helm("uninstall", "orders", "--wait")
            namespace.helm("uninstall", "jaeger", "--wait")
            wait_until("nothing is left", lambda: not namespace.left())

    def test_event_log_is_followed(self):
        """Scenario: an application without the plugin writes its event log into a volume, which a pod of sparkspan follows; that pod is deleted.

        Guarantees: the application's trace is in Jaeger; the pod flushes and ends by itself at SIGTERM, as process 1, with nothing lost.
        """
        with Namespace("followed") as namespace:
            install_jaeger(namespace)
            values = {"observability.tracing.enabled": "false", "eventLog.enabled": "true", "replay.enabled": "true"}
            namespace.job_ends(run_spark(namespace, **values))
            trace = trace_of(namespace, "orders-driver")
            with namespace.forwarded("jaeger-query", 16686) as url:
                spans = wait_until("the application has ended", lambda: (found := by_type(Jaeger(url).spans(trace))).get("application") and found)
            self.assertEqual(set(spans), TYPES - {"phase", "report"})
            (pod,) = namespace.objects("pods", "app.kubernetes.io/component=replay")
            self.assertEqual(ending(namespace, pod["metadata"]["name"]), "0")


def ask_connect(url: str) -> str:
    """Has a client of this machine ask a Connect server; what it says."""
    locks = [[ROOT / "tests" / "live" / name] for name in ("requirements.txt", "connect-3.5.txt")]
    python = environment.locked("connect-3.5.9", "a download of 100 MB", *locks)
    pyspark = environment.spark_home(environment.python_of("3.5.9")).parent
    environ = {**os.environ, "PYTHONPATH": str(pyspark), "TRACEPARENT": TRACEPARENT}
    return run(python, HERE / "connect_client.py", url.replace("http", "sc"), env=environ)


def operations_of(jaeger: Jaeger, number: int) -> list[dict]:
    """The operations of the trace, once there are so many, and what hangs under them, which is sent before them."""
    found = by_type(jaeger.spans(TRACE))
    operations = found.get("connect_operation", [])
    return operations if len(operations) == number and {"stage", "shuffle_write", "shuffle_read", "task"} <= set(found) else []


def ending(namespace: Namespace, pod: str) -> str:
    """Deletes a pod; the exit code of its container."""
    path = '{.status.containerStatuses[0].state.terminated.exitCode}{"\\n"}'
    watch = ["kubectl", "-n", namespace.name, "get", "pod", pod, "--watch", "-o", f"jsonpath={path}"]
    with subprocess.Popen(watch, stdout=subprocess.PIPE, text=True) as watching:
        namespace.kubectl("delete", "pod", pod, "--wait=false")
        try:
            return next(code for line in watching.stdout if (code := line.strip()))
        finally:
            watching.terminate()


if __name__ == "__main__":
    unittest.main()
