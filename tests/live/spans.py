"""Spans as they went over the wire, as the event log gives them, and as Jaeger has them."""

import subprocess
import sys
from pathlib import Path

import stored
from servers import fetch, recorder
from waiting import wait_until

# The one span that a replay has not: it tells of the living process.
REPORT = "spark.sparkspan.report"


def sparkspan(*arguments):
    """Runs the command, which the wheel has put beside Python; what it says on stdout."""
    command = [Path(sys.executable).with_name("sparkspan"), *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def event_log(directory):
    """The one event log in a directory, once it is finished."""
    wait_until("the event log is finished", lambda: not [*directory.rglob("*.inprogress")])
    (log,) = (path for path in directory.iterdir() if path.name.startswith(("app-", "local-", "eventlog_v2_")))
    return log


def replay(log):
    """The requests that the command sends for an event log."""
    with recorder() as (endpoint, requests):
        sparkspan("replay", log, "--to", endpoint)
        return requests


def sent(requests):
    """Each span of requests, with its resource and scope."""
    for resource in (resource for request in requests for resource in request.resource_spans):
        for scope in resource.scope_spans:
            yield from ((resource.resource, scope.scope, span) for span in scope.spans)


def as_bytes(requests):
    """The spans of requests by their ids: name, then resource, scope and span as they went over the wire, and the trace."""
    found = {}
    for resource, scope, span in sent(requests):
        assert span.span_id.hex() not in found, f"{span.name} was sent twice"
        found[span.span_id.hex()] = (span.name, *(part.SerializeToString() for part in (resource, scope, span)), span.trace_id.hex())
    return found


def live(requests):
    """The same of an application that was traced while it ran, once its report has come, but for this report."""

    def whole():
        found = as_bytes(requests)
        return found if any(name == REPORT for name, *_ in found.values()) else None

    found = wait_until("the report has come", whole)
    return {span: parts for span, parts in found.items() if parts[0] != REPORT}


def traces_of(requests):
    """The spans of each trace by its id."""
    traces = {}
    for _, _, span in sent(requests):
        traces.setdefault(span.trace_id.hex(), []).append(span)
    return traces


def attributes(of):
    """The attributes of a span or a link; of an array, what protobuf has."""
    return {found.key: getattr(found.value, found.value.WhichOneof("value")) for found in of.attributes}


def link_types(span):
    """What a span is linked to, by how it is related."""
    return {attributes(link)["spark.link.type"]: (link.trace_id.hex(), link.span_id.hex()) for link in span.links}


def stored_in(query, trace, number):
    """The spans of a trace as the Jaeger at this address stores them, once there are so many."""

    def look():
        found = stored.spans(fetch(query + stored.path(trace)))
        return found if len(found) >= number else None

    return wait_until(f"Jaeger has {number} spans of the trace {trace}", look)
