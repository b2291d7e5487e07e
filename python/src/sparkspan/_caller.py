"""Who called: told to Spark for the work of one thread."""

import re
from contextlib import contextmanager, nullcontext, suppress
from typing import Any, ContextManager, Iterable, Iterator, Optional

from sparkspan._task import traceparent_of_span
from sparkspan._warning import warn

# What the plugin looks for: a local property of this name, or a tag that begins with this name.
_KEY = "traceparent"
_TAG = "traceparent:"

# W3C Trace Context, section 3.2.
_FORM = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def trace(spark: Any, traceparent: Optional[str] = None) -> ContextManager[None]:
    """Makes the current OpenTelemetry span the parent of the Spark work that this thread starts in the block.

        with tracer.start_as_current_span("nightly report"), sparkspan.trace(spark):
            spark.sql("SELECT …").collect()

    `spark` is a `SparkSession`, also one of Spark Connect, or a `SparkContext`. A `traceparent`, such as a request's header, is a
    parent instead of the current span. Blocks nest, and threads do not see each other's. Without any parent the block changes nothing.
    """
    parent = traceparent or traceparent_of_span()
    if parent is None:
        return nullcontext()
    if not _FORM.fullmatch(parent):
        warn(f"{parent!r} is no W3C traceparent: what runs in this block is not joined to it")
        return nullcontext()
    if not is_connect(spark):
        return _local_property(getattr(spark, "sparkContext", spark), parent)
    if not hasattr(spark, "addTag"):
        warn("this Spark Connect client has no tags, which came with 3.5: what runs in this block is not joined to its caller")
        return nullcontext()
    return _tag(spark, parent)


def is_connect(spark: Any) -> bool:
    """Whether a session, or the builder of one, is a client of Spark Connect."""
    return any(base.__module__.startswith("pyspark.sql.connect") for base in type(spark).__mro__)


@contextmanager
def _local_property(context: Any, parent: str) -> Iterator[None]:
    outer = context.getLocalProperty(_KEY)
    context.setLocalProperty(_KEY, parent)
    try:
        yield
    finally:
        # A block that stopped Spark, or saw its JVM die, leaves nothing to restore.
        with suppress(Exception):
            context.setLocalProperty(_KEY, outer)


@contextmanager
def _tag(session: Any, parent: str) -> Iterator[None]:
    # The client keeps tags for each thread. Two callers would be one too many: those of outer blocks step aside.
    outer = [tag for tag in session.getTags() if tag.startswith(_TAG)]
    _exchange_tags(session, outer, [_TAG + parent])
    try:
        yield
    finally:
        _exchange_tags(session, [_TAG + parent], outer)


def _exchange_tags(session: Any, old: Iterable[str], new: Iterable[str]) -> None:
    for tag in old:
        session.removeTag(tag)
    for tag in new:
        session.addTag(tag)
