"""A cluster of one node on this machine, and what the tests do with it: kubectl, Helm, namespaces, and traces read through a Service."""

import contextlib
import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import stored
from waiting import wait_until

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CLUSTER = HERE / "cluster"


def run(*command, **options) -> str:
    """What the command said on stdout; where it fails, the error has all that it said."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Namespace:
    """A namespace that admits only what the Pod Security standard "restricted" allows, and a Helm that installs into it."""

    def __init__(self, name: str, helm: str = "helm4"):
        self.name = name
        self._helm = os.environ[f"SPARKSPAN_TEST_{helm.upper()}"]

    def __enter__(self):
        run("kubectl", "create", "namespace", self.name)
        run("kubectl", "label", "namespace", self.name, "pod-security.kubernetes.io/enforce=restricted")
        wait_until("there is a service account", lambda: self.objects("serviceaccounts"))
        return self

    def __exit__(self, kind, error, _traceback):
        if error is not None:
            self._tell()
        run("kubectl", "delete", "namespace", self.name, "--timeout=120s")

    def _tell(self) -> None:
        """What went on in the namespace, for whoever looks for the fault."""
        for about in (["get", "pods", "-o", "wide"], ["get", "events", "--sort-by=.lastTimestamp"]):
            print(subprocess.run(["kubectl", "-n", self.name, *about], capture_output=True, text=True, check=False).stdout, flush=True)
        for pod in self.objects("pods"):
            command = ["kubectl", "-n", self.name, "logs", pod["metadata"]["name"], "--all-containers", "--tail=20"]
            print(subprocess.run(command, capture_output=True, text=True, check=False).stdout, flush=True)

    def kubectl(self, *arguments, **options) -> str:
        return run("kubectl", "-n", self.name, *arguments, **options)

    def helm(self, *arguments) -> str:
        return run(self._helm, "-n", self.name, *arguments)

    def objects(self, kinds: str, selector: str = "") -> list[dict]:
        return json.loads(self.kubectl("get", kinds, "-l", selector, "-o", "json"))["items"]

    def left(self) -> list[str]:
        """Everything in the namespace that somebody put there."""
        kinds = run("kubectl", "api-resources", "--namespaced", "--verbs=list", "-o", "name").split()
        listed = [kind for kind in kinds if not kind.startswith("events")]
        names = self.kubectl("get", ",".join(listed), "-o", "name", "--ignore-not-found").split()
        return [name for name in names if name not in ("configmap/kube-root-ca.crt", "serviceaccount/default")]

    def job_runs(self, name: str) -> None:
        """Waits until the pod of the job does something."""

        def running():
            return [pod for pod in self.objects("pods", f"job-name={name}") if pod["status"]["phase"] == "Running"]

        wait_until(f"the job {name} runs", running)

    def job_ends(self, name: str) -> str:
        """Waits until the job is complete; the log of its pod."""

        def ended():
            (job,) = json.loads(self.kubectl("get", "jobs", "-o", "json", "--field-selector", f"metadata.name={name}"))["items"]
            return {each["type"] for each in job["status"].get("conditions", []) if each["status"] == "True"} & {"Complete", "Failed"}

        ending = wait_until(f"the job {name} ends", ended)
        log = self.kubectl("logs", f"job/{name}", "--all-containers")
        if "Failed" in ending:
            raise AssertionError(f"the job {name} failed:\n{log}")
        return log

    @contextlib.contextmanager
    def forwarded(self, service: str, port: int):
        """The address of a Service's port, from this machine."""
        command = ["kubectl", "-n", self.name, "port-forward", f"service/{service}", f":{port}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as forward:
            try:
                said = forward.stdout.readline()
                found = re.search(r"127\.0\.0\.1:(\d+)", said)
                assert found, f"{' '.join(command)}: {said}"
                yield f"http://127.0.0.1:{found[1]}"
            finally:
                forward.terminate()


class Jaeger:
    """What a Jaeger tells whoever asks its query Service."""

    def __init__(self, url: str):
        self.url = url

    def get(self, path: str):
        """The JSON of an answer; nothing where it has nothing."""
        answer = self.answer(path)
        return answer and json.loads(answer)

    def answer(self, path: str) -> bytes | None:
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def services(self) -> list[str]:
        return (self.get("/api/v3/services") or {}).get("services", [])

    def spans(self, trace: str) -> list[dict]:
        """The spans of a trace, each with its attributes and its resource's as plain values."""
        return stored.spans(self.answer(stored.path(trace)))
