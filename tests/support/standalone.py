"""A standalone cluster of Spark. Its workers can be hosts of their own, which those of a local cluster cannot: Spark speculates only across hosts."""

from contextlib import ExitStack, contextmanager
from pathlib import Path

from ports import free_port
from processes import listening, running


@contextmanager
def cluster(home, hosts, folder, output, environ):
    """Runs a master, and on each host a worker with one core, in a folder for their files; gives the master's URL."""

    def command(role, *arguments):
        return [Path(home) / "bin" / "spark-class", f"org.apache.spark.deploy.{role}", "--webui-port", "0", *arguments]

    port, options = free_port(), {"env": environ, "cwd": folder}
    url = f"spark://127.0.0.1:{port}"
    with ExitStack() as processes:
        master = command("master.Master", "--host", "127.0.0.1", "--port", str(port))
        processes.enter_context(listening(port, output, *master, **options))
        for host in hosts:
            worker = command("worker.Worker", "--host", host, "--cores", "1", "--memory", "1g", "--work-dir", Path(folder) / "work", url)
            processes.enter_context(running(output, *worker, **options))
        yield url
