"""Spans as they went over the wire, and as Jaeger has them."""

import json
import subprocess
import sys
from pathlib import Path

from servers import fetch, recorder

# The one span that a replay has not: it tells of the living process.
REPORT = "spark.sparkspan.report"


def sparkspan(*arguments):
    """Runs the command, which the wheel has put beside Python; what it says."""
    command = [Path(sys.executable).with_name("sparkspan"), *arguments]
    return subprocess.run(command, stderr=subprocess.PIPE, text=True, check=True).stderr


def replay(log, *options):
    """The requests that the command sends for an event log."""
    with recorder() as (endpoint, requests):
        sparkspan("replay", log, "--to", endpoint, *options)
        return requests


def as_bytes(requests):
    """The spans of requests by their ids: name, then resource, scope and span as they went over the wire."""
    found = {}
    for resource in (resource for request in requests for resource in request.resource_spans):
        for scope in resource.scope_spans:
            around = (resource.resource, scope.scope)
            for span in scope.spans:
                assert span.span_id not in found, f"{span.name} was sent twice"
                found[span.span_id.hex()] = (span.name, *(part.SerializeToString() for part in (*around, span)), span.trace_id.hex())
    return found


def value(attribute):
    """What Jaeger's JSON has as the value of an attribute."""
    ((kind, found),) = attribute["value"].items()
    return int(found) if kind == "intValue" else found


def stored(query, trace):
    """The spans of a trace as Jaeger stores them; none if there is no such trace."""
    body = fetch(f"{query}/api/v3/traces/{trace}?raw_traces=true&rawTraces=true")
    return [
        {**span, "attributes": {each["key"]: value(each) for each in span.get("attributes", [])}}
        for resource in (json.loads(body)["result"]["resourceSpans"] if body else [])
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]
