"""Whether the real Jaeger takes what the chart generates, and works with it."""

import json
import re
import secrets
import ssl
import subprocess
import unittest
import urllib.error
from pathlib import Path

from real_jaeger import HERE, PATIENCE_S, Machine, configurations, in_older_words, jaeger, manifests, ui_configuration
from waiting import wait_until

# Jaeger 2.13, which can be built from source, has no keys for it; newer versions have.
NOT_IN_2_13 = {"tenants"}


def validate(machine: Machine, configuration: dict) -> tuple[int, str]:
    """What Jaeger's own check of a configuration says."""
    process = jaeger("validate", "--config", machine.write(configuration), stdout=subprocess.PIPE)
    said, _ = process.communicate()
    return process.returncode, said


class Configurations(unittest.TestCase):
    def test_every_generated_configuration_is_accepted(self):
        """Scenario: `jaeger validate` reads the configuration of each component of each example. Guarantees: it knows every key."""
        examples = {golden.stem for golden in (HERE / "golden").glob("*.yaml")} - NOT_IN_2_13
        for example in sorted(examples):
            for name, configuration in configurations(example).items():
                with self.subTest(example=example, component=name), Machine() as machine:
                    status, said = validate(machine, in_older_words(configuration))
                    self.assertEqual(status, 0, said)

    def test_a_wrong_configuration_is_not(self):
        """Guarantees: the test above can fail."""
        (configuration,) = configurations("default").values()
        configuration["extensions"]["jaeger_query"]["ui"]["config_fil"] = "x"
        with Machine() as machine:
            status, said = validate(machine, configuration)
        self.assertNotEqual(status, 0)
        self.assertIn("config_fil", said)


class Running(unittest.TestCase):
    def round_trip(self, sender, reader=None):
        trace_id = secrets.token_hex(16)
        sender.send(trace_id)
        self.assertEqual([span["name"] for span in (reader or sender).read(trace_id)], ["chart test"])
        return trace_id

    def start(self, example: str, machine: Machine):
        """The one pod of an example, with what it would find mounted."""
        machine.path("/etc/jaeger/ui/ui.json").write_text(json.dumps(ui_configuration(example)), encoding="utf-8")
        (configuration,) = configurations(example).values()
        return machine.running(configuration)

    def test_memory(self):
        """Guarantees: a span sent by OTLP comes back by the API, and Jaeger tells of it in its metrics."""
        with Machine() as machine, self.start("default", machine) as client:
            self.round_trip(client)
            self.assertIn(b"otelcol_receiver_accepted_spans_total", client.request(8888, "/metrics"))

    def test_badger_outlives_its_process(self):
        """Scenario: Jaeger is started again over the same directory. Guarantees: it has the trace."""
        with Machine() as machine:
            with self.start("badger", machine) as client:
                trace_id = self.round_trip(client)
            with self.start("badger", machine) as client:
                self.assertEqual(len(client.read(trace_id)), 1)

    def test_collector_and_query_over_a_remote_storage(self):
        """Scenario: the strategy `production`, with another Jaeger as its storage, which goes away and comes back.

        Guarantees: what the collector takes, the query shows, and what it takes while the storage is away too.
        """
        (store,) = configurations("store").values()
        collector, query = (configurations("remote")[name] for name in ("jaeger-collector", "jaeger-query"))
        with Machine() as first, Machine() as second, Machine() as third:
            for part in (collector, query):
                part["extensions"]["jaeger_storage"]["backends"]["primary"]["grpc"]["endpoint"] = f"127.0.0.1:{first.port(17271)}"
            with second.running(collector) as sender, third.running(query) as reader:
                meanwhile = secrets.token_hex(16)
                with first.running(store):
                    self.round_trip(sender, reader)
                sender.send(meanwhile)
                wait_until("the collector tries again", lambda: "Will retry" in second.path("/log").read_text(encoding="utf-8"), PATIENCE_S)
                with first.running(store):
                    self.assertEqual(len(reader.read(meanwhile)), 1)

    def test_ui(self):
        """Guarantees: page, API and the UI's configuration are under the base path."""
        with Machine() as machine, self.start("exposed", machine) as client:
            client.base_path = "/jaeger"
            self.round_trip(client)
            page = client.request(16686, "/jaeger/").decode()
            self.assertIn('<base href="/jaeger/"', page)
            served = json.loads(re.search(r"JAEGER_CONFIG = (\{.*?\});$", page, re.M | re.S)[1])
            self.assertEqual(served["linkPatterns"], ui_configuration("exposed")["linkPatterns"])
            self.assertEqual(served["search"], {"maxLookback": {"label": "7 days", "value": "7d"}})

    def test_ui_configuration_changes_without_a_restart(self):
        """Scenario: a ConfigMap changes as it does in a pod, where a link to a directory is replaced. Guarantees: the page has the new one."""
        with Machine() as machine:
            ui = machine.path("/etc/jaeger/ui/ui.json")
            for version in ("before", "after"):
                machine.path(f"/etc/jaeger/ui/{version}/ui.json").write_text(json.dumps({"traceIdDisplayLength": len(version)}), encoding="utf-8")
            (ui.parent / "..data").symlink_to("before")
            ui.unlink()
            ui.symlink_to("..data/ui.json")
            (configuration,) = configurations("default").values()
            with machine.running(configuration) as client:
                self.assertIn(b'"traceIdDisplayLength":6', client.request(16686, "/"))
                (ui.parent / "new").symlink_to("after")
                (ui.parent / "new").rename(ui.parent / "..data")
                wait_until("the page has the new one", lambda: b'"traceIdDisplayLength":5' in client.request(16686, "/"), PATIENCE_S)

    def test_tls_and_passwords(self):
        """Guarantees: without the password, or without a client certificate where one is asked for, nobody gets in."""
        machine = self.enterContext(Machine())
        for name in ("otlp", "ui"):
            certificate(machine.path(f"/etc/jaeger/tls/{name}/tls.crt"))
            machine.path(f"/etc/jaeger/auth/{name}/htpasswd").write_text(f"{name}:{hashed(name)}\n", encoding="utf-8")
        ui = machine.path("/etc/jaeger/tls/ui/tls.crt")
        machine.path("/etc/jaeger/tls/ui/ca.crt").write_bytes(ui.read_bytes())
        stranger, acquaintance = (ssl.create_default_context() for _ in range(2))
        for context in (stranger, acquaintance):
            context.load_verify_locations(machine.path("/etc/jaeger/tls/otlp/tls.crt"))
            context.load_verify_locations(ui)
        acquaintance.load_cert_chain(ui, ui.with_suffix(".key"))
        trace_id = secrets.token_hex(16)

        with self.start("secure", machine) as client:
            client.use_tls(stranger)
            self.refuses(lambda: client.send(trace_id))
            client.authenticate("otlp")
            client.send(trace_id)

            client.authenticate("ui")
            with self.assertRaises(OSError) as refused:
                client.request(16686, "/api/v3/services")
            self.assertNotIsInstance(refused.exception, urllib.error.HTTPError)
            client.use_tls(acquaintance)
            self.assertEqual(len(client.read(trace_id)), 1)
            client.headers = {}
            self.refuses(lambda: client.request(16686, "/api/v3/services"))

    def refuses(self, request):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            request()
        self.assertEqual(refused.exception.code, 401)

    def test_span_metrics(self):
        """Guarantees: what the Monitor tab is made of is on the port that Prometheus reads."""
        (configuration,) = configurations("watched").values()
        # Not a test's patience.
        configuration["connectors"]["spanmetrics"]["metrics_flush_interval"] = "10ms"
        with Machine() as machine:
            with machine.running(configuration) as client:
                self.round_trip(client)
                wait_until("spans are counted", lambda: b"traces_span_metrics_calls_total{" in client.request(8889, "/metrics"), PATIENCE_S)

    def test_dashboard_and_alerts(self):
        """Guarantees: Jaeger has every metric that the dashboard and the alerts ask for."""
        dashboard = (HERE.parent / "dashboards" / "jaeger.json").read_text(encoding="utf-8")
        (rules,) = (one for one in manifests("watched") if one["kind"] == "PrometheusRule")
        asked = set(re.findall(r"\b((?:otelcol|jaeger)_[a-z_]+)\{", dashboard + json.dumps(rules)))
        self.assertGreater(len(asked), 5)
        with Machine() as machine, self.start("default", machine) as client:
            self.round_trip(client)
            found = set(re.findall(r"^([a-z_]+)\{", client.request(8888, "/metrics").decode(), re.M))
        self.assertEqual(asked - found, set())

def certificate(path: Path):
    """A certificate of 127.0.0.1 that is its own authority, and its key beside it."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", path.with_suffix(".key"), "-out", path],
        check=True, capture_output=True,
    )


def hashed(password: str) -> str:
    """A password as htpasswd writes it."""
    return subprocess.run(["openssl", "passwd", "-apr1", password], capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    unittest.main()
