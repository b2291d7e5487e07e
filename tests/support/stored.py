"""Traces as a real Jaeger stores them, by version 3 of its API."""

import json


def path(trace):
    """Where a trace is, as it was sent. Versions differ in what they call that."""
    return f"/api/v3/traces/{trace}?raw_traces=true&rawTraces=true"


def spans(answer):
    """The spans of such an answer, each with its attributes and its resource's as plain values; none where there is no answer."""
    return [
        {**span, "attributes": attributes(span), "resource": attributes(resource["resource"])}
        for resource in (json.loads(answer)["result"]["resourceSpans"] if answer else [])
        # A scope all of whose spans came twice is there without any.
        for scope in resource["scopeSpans"]
        for span in scope.get("spans", [])
    ]


def attributes(of):
    return {each["key"]: plain(each["value"]) for each in of.get("attributes", [])}


def plain(value):
    ((kind, found),) = value.items()
    return int(found) if kind == "intValue" else found
