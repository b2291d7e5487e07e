"""Whether what the chart generates works with the servers that Jaeger writes to and reads from. They have no passwords and no TLS here."""

import json
import secrets
import shutil
import sys
import time
import unittest
from contextlib import ExitStack
from pathlib import Path

import servers
from ports import free_port
from waiting import wait_until

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from real_jaeger import PATIENCE_S, Client, Machine, configurations, in_older_words  # noqa: E402  (the folder is no package)


class Servers(unittest.TestCase):
    def running(self, configuration: dict) -> tuple[Client, Machine]:
        machine = self.enterContext(Machine())
        return self.enterContext(machine.running(configuration)), machine

    def round_trip(self, sender: Client, reader: Client):
        trace_id = secrets.token_hex(16)
        sender.send(trace_id)
        self.assertEqual([span["name"] for span in reader.read(trace_id)], ["chart test"])
        self.assertIn("chart-test", json.loads(reader.request(16686, "/api/v3/services"))["services"])

    def test_cassandra(self):
        """Scenario: collector and query meet an empty Cassandra. Guarantees: they make the schema, and a span comes back."""
        port = self.enterContext(servers.cassandra())
        components = configurations("cassandra")
        for configuration in components.values():
            storage = configuration["extensions"]["jaeger_storage"]["backends"]["primary"]["cassandra"]
            storage["schema"] |= {"datacenter": "datacenter1", "replication_factor": 1}
            storage["connection"] = {"servers": [f"127.0.0.1:{port}"], "local_dc": "datacenter1", "tls": {"insecure": True}}
        collector, _ = self.running(components["jaeger-collector"])
        query, _ = self.running(components["jaeger-query"])
        self.round_trip(collector, query)

    def test_opensearch(self):
        """Scenario: Jaeger meets an empty OpenSearch. Guarantees: a span comes back."""
        port = self.enterContext(servers.opensearch())
        (configuration,) = configurations("opensearch").values()
        configuration["extensions"]["jaeger_storage"]["backends"]["primary"]["opensearch"]["server_urls"] = [f"http://127.0.0.1:{port}"]
        jaeger, _ = self.running(configuration)
        self.round_trip(jaeger, jaeger)

    def test_kafka(self):
        """Scenario: collector, Kafka, ingester, storage; the storage goes away and comes back.

        Guarantees: spans come through, also as many and as large ones as sparkspan sends at once, and those that came while the storage was away.
        """
        kafka = self.enterContext(servers.kafka())
        storage = self.enterContext(Machine())
        components = {name: in_older_words(configuration) for name, configuration in configurations("kafka").items()}
        for configuration in components.values():
            if "jaeger_storage" in configuration["extensions"]:
                remote = {"endpoint": f"127.0.0.1:{storage.port(17271)}", "tls": {"insecure": True}}
                configuration["extensions"]["jaeger_storage"]["backends"]["primary"] = {"grpc": remote}
            for part in (configuration["receivers"], configuration["exporters"]):
                if "kafka" in part:
                    part["kafka"] = {key: value for key, value in part["kafka"].items() if key not in ("auth", "tls")}
                    part["kafka"]["brokers"] = [f"127.0.0.1:{kafka}"]
        (store,) = configurations("store").values()
        collector, _ = self.running(components["jaeger-collector"])
        query, _ = self.running(components["jaeger-query"])
        many, meanwhile = secrets.token_hex(16), secrets.token_hex(16)

        with ExitStack() as before:
            before.enter_context(storage.running(store))
            ingester = self.enterContext(Machine())
            self.enterContext(ingester.running(components["jaeger-ingester"]))
            self.round_trip(collector, query)
            collector.send(many, spans=500, bytes_each=7000)
            wait_until("all are there", lambda: len(query.read(many)) == 500, PATIENCE_S)
        collector.send(meanwhile)
        wait_until("the ingester tries again", lambda: "Will retry" in ingester.path("/log").read_text(encoding="utf-8"), PATIENCE_S)
        with storage.running(store):
            self.assertEqual(len(query.read(meanwhile)), 1)

    @unittest.skipUnless(shutil.which("prometheus"), "no prometheus on the path; Debian has a package of that name")
    def test_service_performance_monitoring(self):
        """Scenario: a Prometheus reads Jaeger's span metrics, and Jaeger reads them from Prometheus. Guarantees: calls and latencies come back."""
        (configuration,) = configurations("watched").values()
        configuration["connectors"]["spanmetrics"]["metrics_flush_interval"] = "100ms"
        machine = self.enterContext(Machine())
        port = free_port()
        configuration["extensions"]["jaeger_storage"]["metric_backends"]["spanmetrics"]["prometheus"]["endpoint"] = f"http://127.0.0.1:{port}"
        jaeger = self.enterContext(machine.running(configuration))
        self.enterContext(servers.prometheus(port, jaeger.ports[8889]))

        def has(what: str, quantile: str = "") -> bool:
            jaeger.send(secrets.token_hex(16))
            now = time.time_ns() // 1_000_000
            answer = jaeger.request(
                16686, f"/api/metrics/{what}?service=chart-test&spanKind=server&endTs={now}&lookback=60000&step=5000&ratePer=60000{quantile}"
            )
            points = [point for metric in json.loads(answer)["metrics"] for point in metric["metricPoints"]]
            values = [point["gaugeValue"]["doubleValue"] for point in points]
            return any(value != "NaN" and value > 0 for value in values)

        wait_until("there are calls", lambda: has("calls"), PATIENCE_S)
        wait_until("there are latencies", lambda: has("latencies", "&quantile=0.95"), PATIENCE_S)


if __name__ == "__main__":
    unittest.main()
