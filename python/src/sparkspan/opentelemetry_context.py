"""OpenTelemetry's current context in a Python worker: the task's, where the code in the task has made no other span current.

OpenTelemetry loads it by its entry point when the environment says `OTEL_PYTHON_CONTEXT=sparkspan`. Outside of tasks it is the usual one.
"""

from opentelemetry.context.context import Context
from opentelemetry.context.contextvars_context import ContextVarsRuntimeContext

from sparkspan._task import traceparent_of_task


class TaskRuntimeContext(ContextVarsRuntimeContext):
    """OpenTelemetry's usual context variables, with the running task under them."""

    def get_current(self) -> Context:
        """The context of the code that asks."""
        context = super().get_current()
        traceparent = traceparent_of_task()
        if traceparent is None:
            return context
        # Not at the top: it needs the context API, which is still being imported when it loads this module.
        from sparkspan._task_span import with_task

        return with_task(context, traceparent)
