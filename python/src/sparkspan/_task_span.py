"""A task as OpenTelemetry's API has it: a span that somebody else records."""

from opentelemetry.context.context import Context
from opentelemetry.trace import INVALID_SPAN, NonRecordingSpan, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()


class TaskSpan(NonRecordingSpan):
    """Told from other spans, so that one which a task left behind in a reused worker gives way to the next task's."""


def with_task(context: Context, traceparent: str) -> Context:
    """The context itself where it has a span of its own, else one with the task's span."""
    current = get_current_span(context)
    if current is not INVALID_SPAN and not isinstance(current, TaskSpan):
        return context
    task = get_current_span(_PROPAGATOR.extract({"traceparent": traceparent}))
    return set_span_in_context(TaskSpan(task.get_span_context()), context)
