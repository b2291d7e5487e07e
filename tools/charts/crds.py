"""The JSON schemas of the custom resources that the charts make, from the modules of those who define them."""

import json
import os
import subprocess
from pathlib import Path

import environment
import yaml

# By API group: the Go module, and the folder in it that holds the definitions.
MODULES = {
    "gateway.networking.k8s.io": ("sigs.k8s.io/gateway-api@v1.4.1", "config/crd/standard"),
    "monitoring.coreos.com": ("github.com/prometheus-operator/prometheus-operator@v0.85.0", "example/prometheus-operator-crd"),
}
GROUPS = tuple(f"{group}/" for group in MODULES)


class Loader(yaml.CSafeLoader):
    """Takes a lone `=`, an operator of labels, for the text that it is."""


Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: node.value)


def schemas() -> Path:
    """The folder GROUP/KIND_VERSION.json, as kubeconform looks for it; made once per machine."""
    home = environment.cache() / "charts" / "crds"
    for group, (module, folder) in MODULES.items():
        made_from = home / group / "module"
        if not made_from.is_file() or made_from.read_text() != module:
            write_schemas(home / group, Path(download(module)) / folder)
            made_from.write_text(module)
    return home


def download(module: str) -> str:
    done = subprocess.run(["go", "mod", "download", "-json", module], stdout=subprocess.PIPE, env={**os.environ, "GOWORK": "off"}, check=True)
    return json.loads(done.stdout)["Dir"]


def write_schemas(target: Path, definitions: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(definitions.glob("*.yaml")):
        for definition in yaml.load_all(path.read_text(encoding="utf-8"), Loader):
            if not definition or definition.get("kind") != "CustomResourceDefinition":
                continue
            kind = definition["spec"]["names"]["kind"].lower()
            for version in definition["spec"]["versions"]:
                schema = strict(version["schema"]["openAPIV3Schema"])
                (target / f"{kind}_{version['name']}.json").write_text(json.dumps(schema))


def strict(schema):
    """The same, refusing keys that are not defined: an API server would drop them without a word."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        closed["additionalProperties"] = False
    return closed
