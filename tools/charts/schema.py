"""The JSON schema of a chart's values, made from its values.yaml.

A value's type is that of its default; a map that has keys takes no others; an empty map or list takes anything.
What a default does not tell stands at the end of its line, as a piece of JSON schema that is merged over the rest:

    type: memory # @schema {enum: [memory, badger]}

For a map that is written over several lines, the comment is on the line of its key. `additionalProperties: true` opens a map that is Kubernetes' own,
and `$ref: jaeger.ui.tls` takes the schema of another value.
"""

import json
import re
from pathlib import Path

import yaml

ANNOTATION = re.compile(r"\s# @schema (\{.*\})\s*$")
TYPES = {
    "tag:yaml.org,2002:str": "string",
    "tag:yaml.org,2002:bool": "boolean",
    "tag:yaml.org,2002:int": "integer",
    "tag:yaml.org,2002:float": "number",
}


def schema(values: Path) -> str:
    """The text of values.schema.json."""
    text = values.read_text(encoding="utf-8")
    root = of_map(yaml.compose(text), text.splitlines())
    # What all charts of a release share, and has keys of other charts too.
    root["properties"].setdefault("global", {"type": "object"})["additionalProperties"] = True
    return json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", **root}, indent=2, ensure_ascii=False) + "\n"


def of_map(node: yaml.MappingNode, lines: list[str]) -> dict:
    properties = {key.value: of_value(key, value, lines) for key, value in node.value}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def of_value(key: yaml.Node, value: yaml.Node, lines: list[str]) -> dict:
    found = ANNOTATION.search(lines[key.start_mark.line])
    annotation = yaml.safe_load(found[1]) if found else {}
    if "$ref" in annotation:
        return {"$ref": "#" + "".join(f"/properties/{step}" for step in annotation["$ref"].split("."))}
    if isinstance(value, yaml.MappingNode):
        open_to_all = not value.value or annotation.get("additionalProperties") is True
        inferred = {"type": "object"} if open_to_all else of_map(value, lines)
    elif isinstance(value, yaml.SequenceNode):
        inferred = {"type": "array"}
    else:
        inferred = {"type": TYPES[value.tag]} if value.tag in TYPES else {}
    if not inferred and not annotation:
        raise SystemExit(f"values.yaml:{key.start_mark.line + 1}: {key.value} has no default: say its type, as # @schema {{type: …}}")
    return {**inferred, **annotation}
