"""Traces in the OTLP requests that a recorder got."""


def traces_of(requests):
    """The spans of each trace by its id."""
    traces = {}
    for resource in (resource for request in requests for resource in request.resource_spans):
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            traces.setdefault(span.trace_id.hex(), []).append(span)
    return traces


def attributes(of):
    """The attributes of a span or a link; of an array, what protobuf has."""
    return {found.key: getattr(found.value, found.value.WhichOneof("value")) for found in of.attributes}


def link_types(span):
    """What a span is linked to, by how it is related."""
    return {attributes(link)["spark.link.type"]: (link.trace_id.hex(), link.span_id.hex()) for link in span.links}
