import io.opentelemetry.api.trace.Span;
import io.sparkspan.Sparkspan;
import org.apache.spark.sql.api.java.UDF1;
import org.slf4j.LoggerFactory;

/** A user's function in the JVM: says which context it finds, and logs a line. */
public final class Probe implements UDF1<Long, String> {
    private static final long serialVersionUID = 1;

    @Override
    public String call(Long number) {
        LoggerFactory.getLogger(Probe.class).warn("number {}", number);
        String openTelemetry;
        try {
            openTelemetry = OpenTelemetry.context();
        } catch (NoClassDefFoundError absent) {
            openTelemetry = "absent";
        }
        return Sparkspan.currentTraceparent() + " " + openTelemetry;
    }

    /** Apart, so that the function runs without the API too. */
    private static final class OpenTelemetry {
        static String context() {
            return Span.current().getSpanContext().getTraceId() + "-" + Span.current().getSpanContext().getSpanId();
        }
    }
}
