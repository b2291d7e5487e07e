package io.sparkspan.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class CurrentTaskTest {
    private static final TraceParent FIRST = TraceParent.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    private static final TraceParent SECOND = TraceParent.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");

    private final OpenTelemetryContext openTelemetry = OpenTelemetryContext.find(getClass().getClassLoader());

    @AfterEach
    void leave() throws Exception {
        CurrentTask.leave();
    }

    /**
     * Scenario: a task runs, and after it another one on the same thread.
     *
     * <p>Guarantees: OpenTelemetry's API and the log's context name the running task's context, and after it none.
     */
    @Test
    void contextLastsAsLongAsItsTask() throws Throwable {
        CurrentTask.enter(FIRST, openTelemetry);
        SpanContext first = Span.current().getSpanContext();
        assertEquals("0af7651916cd43dd8448eb211c80319c", first.getTraceId());
        assertEquals("b7ad6b7169203331", first.getSpanId());
        assertTrue(first.isSampled() && first.isRemote());
        assertEquals("[0af7651916cd43dd8448eb211c80319c, b7ad6b7169203331, 01]", logged());
        CurrentTask.leave();
        assertNothingIsCurrent();

        CurrentTask.enter(SECOND, openTelemetry);
        assertEquals("00f067aa0ba902b7", Span.current().getSpanContext().getSpanId());
        assertFalse(Span.current().getSpanContext().isSampled());
        assertEquals("[4bf92f3577b34da6a3ce929d0e0e4736, 00f067aa0ba902b7, 00]", logged());
        CurrentTask.leave();
        assertNothingIsCurrent();
    }

    /**
     * Scenario: nobody said that the task before has ended.
     *
     * <p>Guarantees: nothing of it is left under the next one.
     */
    @Test
    void unendedTaskIsLeftBehind() throws Throwable {
        CurrentTask.enter(FIRST, openTelemetry);
        CurrentTask.enter(SECOND, openTelemetry);
        assertEquals("00f067aa0ba902b7", Span.current().getSpanContext().getSpanId());
        CurrentTask.leave();
        assertNothingIsCurrent();
    }

    @Test
    void applicationWithoutOpenTelemetryHasTheRest() throws Throwable {
        OpenTelemetryContext none = OpenTelemetryContext.find(ClassLoader.getSystemClassLoader().getParent());
        assertNull(none);
        CurrentTask.enter(FIRST, none);
        assertSame(Context.root(), Context.current());
        assertNotNull(MDC.get("trace_id"));
        CurrentTask.leave();
        assertNothingIsCurrent();
    }

    private static String logged() {
        return java.util.Arrays.asList(MDC.get("trace_id"), MDC.get("span_id"), MDC.get("trace_flags")).toString();
    }

    private static void assertNothingIsCurrent() {
        assertSame(Context.root(), Context.current());
        assertEquals("[null, null, null]", logged());
    }
}
