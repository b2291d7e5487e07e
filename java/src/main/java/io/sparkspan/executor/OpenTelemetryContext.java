package io.sparkspan.executor;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Makes a context current by OpenTelemetry's API, where the application has it on its class path. We bring none of our own:
 * the user's instrumentation would not see it.
 */
final class OpenTelemetryContext {
    private final MethodHandle createFromRemoteParent;
    private final MethodHandle wrap;
    private final MethodHandle makeCurrent;
    private final Object sampled;
    private final Object notSampled;
    private final Object noTraceState;

    private OpenTelemetryContext(ClassLoader loader) throws Throwable {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> spanContext = loader.loadClass("io.opentelemetry.api.trace.SpanContext");
        Class<?> span = loader.loadClass("io.opentelemetry.api.trace.Span");
        Class<?> traceFlags = loader.loadClass("io.opentelemetry.api.trace.TraceFlags");
        Class<?> traceState = loader.loadClass("io.opentelemetry.api.trace.TraceState");
        Class<?> scope = loader.loadClass("io.opentelemetry.context.Scope");
        createFromRemoteParent = lookup.findStatic(
                spanContext,
                "createFromRemoteParent",
                MethodType.methodType(spanContext, String.class, String.class, traceFlags, traceState));
        wrap = lookup.findStatic(span, "wrap", MethodType.methodType(span, spanContext));
        makeCurrent = lookup.findVirtual(span, "makeCurrent", MethodType.methodType(scope));
        sampled = lookup.findStatic(traceFlags, "getSampled", MethodType.methodType(traceFlags)).invoke();
        notSampled = lookup.findStatic(traceFlags, "getDefault", MethodType.methodType(traceFlags)).invoke();
        noTraceState = lookup.findStatic(traceState, "getDefault", MethodType.methodType(traceState)).invoke();
    }

    /**
     * Finds the API.
     *
     * @return {@code null} where there is none
     */
    static OpenTelemetryContext find(ClassLoader loader) {
        try {
            return new OpenTelemetryContext(loader);
        } catch (Throwable absentOrForeign) {
            return null;
        }
    }

    /**
     * Makes the span of this context the current one of this thread.
     *
     * @return what puts back the former when it is closed, on the same thread
     */
    AutoCloseable enter(TraceParent context) throws Throwable {
        Object flags = context.isSampled() ? sampled : notSampled;
        Object spanContext = createFromRemoteParent.invoke(context.traceId(), context.spanId(), flags, noTraceState);
        return (AutoCloseable) makeCurrent.invoke(wrap.invoke(spanContext));
    }
}
