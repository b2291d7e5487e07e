package io.sparkspan.executor;

import org.slf4j.MDC;

/** The context of the task that runs on a thread, as code in the task finds it. */
public final class CurrentTask {
    private static final ThreadLocal<CurrentTask> CURRENT = new ThreadLocal<>();

    private final String traceparent;
    private final AutoCloseable scope;

    private CurrentTask(String traceparent, AutoCloseable scope) {
        this.traceparent = traceparent;
        this.scope = scope;
    }

    /** The context of the task that runs on this thread, or {@code null}. */
    public static String traceparent() {
        CurrentTask current = CURRENT.get();
        return current == null ? null : current.traceparent;
    }

    /** Makes this the context of this thread: its log lines have it, and OpenTelemetry if the application has it. */
    static void enter(TraceParent context, OpenTelemetryContext openTelemetry) throws Throwable {
        // Spark says nothing of a task that ends while its executor does.
        leave();
        MDC.put("trace_id", context.traceId());
        MDC.put("span_id", context.spanId());
        MDC.put("trace_flags", context.flags());
        CURRENT.set(new CurrentTask(context.toString(), openTelemetry == null ? () -> {} : openTelemetry.enter(context)));
    }

    /** Leaves no trace of it on this thread, which will run other tasks. */
    static void leave() throws Exception {
        CurrentTask current = CURRENT.get();
        if (current != null) {
            CURRENT.remove();
            MDC.remove("trace_id");
            MDC.remove("span_id");
            MDC.remove("trace_flags");
            current.scope.close();
        }
    }
}
