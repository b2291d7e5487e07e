"""The context of the task that runs in this process, if it is a Python worker of Spark."""

import sys
from typing import Optional


def current_traceparent() -> Optional[str]:
    """The W3C `traceparent` that work done here belongs to.

    In a task (an RDD function, any kind of UDF) that is the span that Spark's own work hangs under: the task's or its stage's. On
    the driver it is OpenTelemetry's current span. `None` where there is neither.
    """
    return traceparent_of_task() or traceparent_of_span()


def traceparent_of_task() -> Optional[str]:
    """What the plugin wrote into the properties of the running task.

    Asked anew each time, because a worker runs one task after another.
    """
    # Where PySpark was never imported no task runs, and importing it takes a second.
    module = sys.modules.get("pyspark.taskcontext")
    if module is None:
        return None
    try:
        task = module.TaskContext.get()
        return None if task is None else task.getLocalProperty("traceparent")
    except (AttributeError, TypeError):
        # PySpark is still being imported, or the worker has its task but not yet the task's properties.
        return None


def traceparent_of_span() -> Optional[str]:
    """OpenTelemetry's current span, where its API is installed and a span is current."""
    try:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
    except ImportError:
        return None
    carrier = {}  # type: dict[str, str]
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent")
