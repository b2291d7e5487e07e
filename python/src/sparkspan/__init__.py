"""Joins PySpark applications to OpenTelemetry traces.

Nothing here makes a span or computes an id: the plugin in the JVM does. These functions set the plugin up, tell it who the caller
is, and hand what it says in a task to Python code.
"""

from sparkspan._application import enable, jar
from sparkspan._caller import trace
from sparkspan._task import current_traceparent
from sparkspan._warning import SparkspanWarning

__all__ = ["SparkspanWarning", "current_traceparent", "enable", "jar", "trace"]
