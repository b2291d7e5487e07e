"""The chart of Jaeger on a real Kubernetes: its life with each Helm, its storages, and what its pods may do."""

import json
import time
import unittest
import urllib.request

from charts import install_jaeger
from kubernetes import Jaeger, Namespace
from waiting import wait_until

TRACE = "0af7651916cd43dd8448eb211c80319c"


def send_span(namespace: Namespace, service: str = "jaeger-collector") -> None:
    """Sends a span of the trace by OTLP, through the Service."""
    now = time.time_ns()
    times = {"startTimeUnixNano": str(now), "endTimeUnixNano": str(now + 1)}
    span = {"traceId": TRACE, "spanId": "b7ad6b7169203331", "name": "hello", "kind": 1, **times}
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "caller"}}]}
    body = json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [span]}]}]}).encode()
    with namespace.forwarded(service, 4318) as url:
        request = urllib.request.Request(f"{url}/v1/traces", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30):
            pass


def stored_names(namespace: Namespace, service: str = "jaeger-query") -> list[str]:
    with namespace.forwarded(service, 16686) as url:
        return [span["name"] for span in Jaeger(url).spans(TRACE)]


def pods(namespace: Namespace) -> set[str]:
    """The UIDs of the pods of Jaeger that are ready, and not about to end."""
    found = namespace.objects("pods", "app.kubernetes.io/name=jaeger,app.kubernetes.io/component")
    ready = {"type": "Ready", "status": "True"}.items()
    return {
        pod["metadata"]["uid"]
        for pod in found
        if "deletionTimestamp" not in pod["metadata"] and any(ready <= condition.items() for condition in pod["status"].get("conditions", []))
    }


class Life(unittest.TestCase):
    """Scenario: the chart is installed as it is, tested, upgraded without and with a change, and uninstalled.

    Guarantees: what Helm waits for is ready and takes and gives back spans; only a change makes new pods, and these work; nothing is left.
    """

    def live(self, helm: str) -> None:
        with Namespace(f"life-{helm}", helm) as namespace:
            install_jaeger(namespace)
            namespace.helm("test", "jaeger", "--timeout", "2m")
            send_span(namespace)
            wait_until("the span is there", lambda: stored_names(namespace) == ["hello"])
            before = pods(namespace)
            install_jaeger(namespace)
            self.assertEqual(pods(namespace), before, "nothing has changed")
            install_jaeger(namespace, **{"jaeger.options.log-level": "debug", "jaeger.storage.memory.maxTraces": 5000})
            wait_until("the old pod is gone", lambda: not pods(namespace) & before)
            namespace.helm("test", "jaeger", "--timeout", "2m")
            namespace.helm("uninstall", "jaeger", "--wait")
            wait_until("nothing is left", lambda: not namespace.left())

    def test_with_helm_3(self):
        self.live("helm3")

    def test_with_helm_4(self):
        self.live("helm4")


class Storage(unittest.TestCase):
    def test_badger_outlives_its_pod(self):
        """Scenario: with the storage badger, the pod is killed.

        Guarantees: its successor has what was stored.
        """
        with Namespace("badger") as namespace:
            install_jaeger(namespace, **{"jaeger.storage.type": "badger"})
            namespace.helm("test", "jaeger", "--timeout", "2m")
            send_span(namespace)
            wait_until("the span is there", lambda: stored_names(namespace) == ["hello"])
            before = pods(namespace)
            namespace.kubectl("delete", "pods", "--selector", "app.kubernetes.io/component=all-in-one", "--grace-period=0", "--force")
            wait_until("its successor is ready", lambda: pods(namespace) - before)
            self.assertEqual(stored_names(namespace), ["hello"])
            namespace.helm("uninstall", "jaeger", "--wait")

    def test_collector_and_query_share_a_storage_by_grpc(self):
        """Scenario: the strategy is `production`, and its storage is another Jaeger, reached by gRPC.

        Guarantees: collector and query are pods of their own, the Services have the names that they have in one pod, and what goes into one
        comes out of the other.
        """
        with Namespace("production") as namespace:
            remote = {
                "jaeger.config.service.extensions": "{jaeger_storage,jaeger_query,healthcheckv2,remote_storage}",
                "jaeger.config.extensions.remote_storage.endpoint": "0.0.0.0:17271",
                "jaeger.config.extensions.remote_storage.storage": "primary",
            }
            install_jaeger(namespace, "store-jaeger", **remote)
            namespace.kubectl("expose", "deployment/store-jaeger", "--name=store", "--port=17271")
            production = {
                "jaeger.spec.strategy": "production",
                "jaeger.storage.type": "grpc",
                "jaeger.storage.grpc.endpoint": "store:17271",
            }
            install_jaeger(namespace, "jaeger", **production)
            namespace.helm("test", "jaeger", "--timeout", "2m")
            send_span(namespace)
            wait_until("the span is there", lambda: stored_names(namespace) == ["hello"])
            self.assertEqual(stored_names(namespace, "store-jaeger-query"), ["hello"])
            deployments = {each["metadata"]["name"] for each in namespace.objects("deployments", "app.kubernetes.io/instance=jaeger")}
            self.assertEqual(deployments, {"jaeger-collector", "jaeger-query"})
            namespace.helm("uninstall", "jaeger", "--wait")


class Pages(unittest.TestCase):
    def test_pages_are_below_the_base_path(self):
        """Scenario: Jaeger is served below a path, with links to a History Server.

        Guarantees: the pages and the API are there, and the page has the configuration of the links.
        """
        with Namespace("pages") as namespace:
            install_jaeger(
                namespace,
                **{"jaeger.ui.basePath": "/traces", "jaeger.spark.historyServer.url": "https://history.example.com"},
            )
            namespace.helm("test", "jaeger", "--timeout", "2m")
            with namespace.forwarded("jaeger-query", 16686) as url:
                self.assertIn("services", Jaeger(f"{url}/traces").get("/api/v3/services"))
                with urllib.request.urlopen(f"{url}/traces/search", timeout=30) as page:
                    self.assertIn("https://history.example.com/history/", page.read().decode())


class Network(unittest.TestCase):
    def test_only_those_who_may_reach_it(self):
        """Scenario: the NetworkPolicy is on, and admits pods of its namespace.

        Guarantees: such a pod reaches Jaeger, and one of another namespace does not.
        """
        with Namespace("network") as namespace, Namespace("elsewhere") as elsewhere:
            install_jaeger(namespace, **{"jaeger.networkPolicy.enabled": "true"})
            namespace.helm("test", "jaeger", "--timeout", "2m")
            for place in namespace, elsewhere:
                place.kubectl("apply", "-f", "-", input=json.dumps(SHELL))
                place.kubectl("wait", "--for=condition=Ready", "pod/shell", "--timeout=1m")
            wait_until("a pod beside it reaches it", lambda: reaches_jaeger(namespace))
            wait_until("a pod elsewhere does not", lambda: not reaches_jaeger(elsewhere))


# A pod to ask from.
SHELL = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "shell"},
    "spec": {
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 0,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "shell",
                "image": "localhost/busybox:1",
                "command": ["sleep", "3600"],
                "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            }
        ],
    },
}


def reaches_jaeger(namespace: Namespace) -> bool:
    """Whether that pod gets an answer. Connections that are forbidden time out."""
    ask = ["timeout", "3", "wget", "-qO-", "http://jaeger-query.network:16686/api/v3/services"]
    try:
        namespace.kubectl("exec", "shell", "--", *ask)
    except AssertionError:
        return False
    return True


if __name__ == "__main__":
    unittest.main()
