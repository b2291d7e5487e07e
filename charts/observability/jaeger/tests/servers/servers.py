"""The servers that Jaeger works with, each as one process on loopback, in a directory that goes with it."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import environment
import maven
import yaml
from ports import free_port
from processes import listening

HERE = Path(__file__).resolve().parent
PACKAGES = {
    "kafka": ["org.apache.kafka:kafka_2.13:3.9.1", "org.slf4j:slf4j-simple:1.7.36"],
    "cassandra": ["org.apache.cassandra:cassandra-all:5.0.3"],
    "opensearch": [
        "org.opensearch:opensearch:2.19.1",
        "org.opensearch.plugin:transport-netty4-client:2.19.1",
        "org.apache.logging.log4j:log4j-core:2.21.0",
    ],
}
# What Cassandra reaches into, as its own start script has it.
OPENED = """
    java.base/java.io java.base/java.lang java.base/java.lang.module java.base/java.math java.base/java.net java.base/java.nio java.base/java.nio.charset
    java.base/java.nio.file.spi java.base/java.util java.base/java.util.concurrent java.base/java.util.concurrent.atomic java.base/jdk.internal.loader
    java.base/jdk.internal.math java.base/jdk.internal.misc java.base/jdk.internal.module java.base/jdk.internal.ref java.base/jdk.internal.reflect
    java.base/jdk.internal.util.jar java.base/jdk.internal.vm java.base/sun.nio.ch java.management.rmi/com.sun.jmx.remote.internal.rmi java.rmi/java.rmi
    java.rmi/sun.rmi.registry java.rmi/sun.rmi.server java.rmi/sun.rmi.transport java.rmi/sun.rmi.transport.tcp java.sql/java.sql
    jdk.management/com.sun.management.internal
""".split()


def classpath(server: str) -> str:
    """The jars of a server; downloaded once per machine."""
    packages = PACKAGES[server]
    home = environment.cache() / "charts" / f"{server}-{hashlib.sha256(' '.join(packages).encode()).hexdigest()[:12]}"
    if not home.is_dir():
        print(f"{server}: a download of up to 100 MB, once", file=sys.stderr, flush=True)
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent) as unfinished:
            fields = ("groupId", "artifactId", "version")
            dependencies = "".join(
                f"<dependency>{''.join(f'<{field}>{value}</{field}>' for field, value in zip(fields, package.split(':')))}</dependency>"
                for package in packages
            )
            pom = Path(unfinished, "pom.xml")
            pom.write_text(
                f'<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>test</groupId>'
                f"<artifactId>{server}</artifactId><version>1</version><dependencies>{dependencies}</dependencies></project>",
                encoding="utf-8",
            )
            maven.copy_dependencies(pom, f"{unfinished}/jars")
            # Another process may have been quicker.
            with contextlib.suppress(FileExistsError, OSError):
                os.rename(f"{unfinished}/jars", home)
    return f"{home}/*"


@contextlib.contextmanager
def serving(port: int, directory: str, *command):
    """Runs a server until the block is left; the block is entered once it listens."""
    with Path(directory, "log").open("w", encoding="utf-8") as log, listening(port, log, *command, cwd=directory):
        yield port


@contextlib.contextmanager
def kafka():
    with tempfile.TemporaryDirectory() as directory:
        port, controller = free_port(), free_port()
        settings = Path(directory, "server.properties")
        settings.write_text(
            f"""
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={directory}/data
num.partitions=2
offsets.topic.replication.factor=1
""",
            encoding="utf-8",
        )
        java = ["java", "-Xmx512m", "-cp", classpath("kafka")]
        cluster = str(uuid.uuid4())
        subprocess.run([*java, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", settings], check=True, capture_output=True)
        with serving(port, directory, *java, "kafka.Kafka", settings):
            yield port


@contextlib.contextmanager
def cassandra():
    with tempfile.TemporaryDirectory() as directory:
        port, storage = free_port(), free_port()
        seeds = {"class_name": "org.apache.cassandra.locator.SimpleSeedProvider", "parameters": [{"seeds": f"127.0.0.1:{storage}"}]}
        Path(directory, "cassandra.yaml").write_text(
            yaml.safe_dump({
                "cluster_name": "test",
                "num_tokens": 1,
                "partitioner": "org.apache.cassandra.dht.Murmur3Partitioner",
                "commitlog_sync": "periodic",
                "commitlog_sync_period": "10000ms",
                "seed_provider": [seeds],
                "endpoint_snitch": "SimpleSnitch",
                "listen_address": "127.0.0.1",
                "rpc_address": "127.0.0.1",
                "storage_port": storage,
                "native_transport_port": port,
            }),
            encoding="utf-8",
        )
        opened = [f"--add-{how}={package}=ALL-UNNAMED" for package in OPENED for how in ("opens", "exports")]
        with serving(
            port, directory, "java", "-Xmx600m", *opened, "-Djdk.attach.allowAttachSelf=true", "-Dcassandra-foreground=yes",
            f"-Dcassandra.config=file://{directory}/cassandra.yaml", f"-Dcassandra.storagedir={directory}",
            "-Dcassandra.ring_delay_ms=100", "-Dcassandra.skip_wait_for_gossip_to_settle=0",
            "-cp", classpath("cassandra"), "org.apache.cassandra.service.CassandraDaemon",
        ):
            yield port


@contextlib.contextmanager
def opensearch():
    with tempfile.TemporaryDirectory() as directory:
        port = free_port()
        Path(directory, "config").mkdir()
        with serving(port, directory, "java", "-Xmx700m", "-cp", classpath("opensearch"), HERE / "OpenSearchNode.java", directory, str(port)):
            yield port


@contextlib.contextmanager
def prometheus(port: int, scraped: int):
    """The Prometheus on the path, which reads the metrics on a port every second."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Path(directory, "prometheus.yml")
        jobs = [{"job_name": "jaeger", "static_configs": [{"targets": [f"127.0.0.1:{scraped}"]}]}]
        settings.write_text(yaml.safe_dump({"global": {"scrape_interval": "1s"}, "scrape_configs": jobs}), encoding="utf-8")
        with serving(
            port, directory, shutil.which("prometheus"), f"--config.file={settings}", f"--web.listen-address=127.0.0.1:{port}",
            f"--storage.tsdb.path={directory}/data", f"--web.console.templates={directory}", f"--web.console.libraries={directory}",
        ):
            yield port
