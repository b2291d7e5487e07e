package io.sparkspan.executor;

import org.slf4j.MDC;

/** Makes the context of a task that of its thread, as the thread's log lines and OpenTelemetry know it. */
final class CurrentTask {
    private static final ThreadLocal<AutoCloseable> ENTERED = new ThreadLocal<>();

    private CurrentTask() {}

    /**
     * Begins.
     *
     * @param openTelemetry {@code null} where the application does not have it
     */
    static void enter(TraceParent context, OpenTelemetryContext openTelemetry) throws Throwable {
        // Spark says nothing of a task that ends while its executor does.
        leave();
        MDC.put("trace_id", context.traceId());
        MDC.put("span_id", context.spanId());
        MDC.put("trace_flags", context.flags());
        ENTERED.set(openTelemetry == null ? () -> {} : openTelemetry.enter(context));
    }

    /** Leaves no trace of it on this thread, which will run other tasks. */
    static void leave() throws Exception {
        AutoCloseable entered = ENTERED.get();
        if (entered != null) {
            ENTERED.remove();
            MDC.remove("trace_id");
            MDC.remove("span_id");
            MDC.remove("trace_flags");
            entered.close();
        }
    }
}
