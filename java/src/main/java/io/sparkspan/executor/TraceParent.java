package io.sparkspan.executor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A W3C trace context. */
final class TraceParent {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", Pattern.DOTALL);
    private static final Pattern ZEROS = Pattern.compile("0+");

    private final String traceId;
    private final String spanId;
    private final boolean sampled;

    TraceParent(String traceId, String spanId, boolean sampled) {
        this.traceId = traceId;
        this.spanId = spanId;
        this.sampled = sampled;
    }

    /**
     * Reads version 00, and later versions as the specification asks: by their first four fields.
     *
     * @return {@code null} for anything else
     */
    static TraceParent parse(String text) {
        Matcher fields = FORM.matcher(text.trim());
        if (!fields.matches()
                || fields.group(1).equals("ff")
                || (fields.group(1).equals("00") && fields.group(5) != null)
                || ZEROS.matcher(fields.group(2)).matches()
                || ZEROS.matcher(fields.group(3)).matches()) {
            return null;
        }
        return new TraceParent(fields.group(2), fields.group(3), (Integer.parseInt(fields.group(4), 16) & 1) == 1);
    }

    String traceId() {
        return traceId;
    }

    String spanId() {
        return spanId;
    }

    boolean isSampled() {
        return sampled;
    }

    String flags() {
        return sampled ? "01" : "00";
    }

    @Override
    public String toString() {
        return "00-" + traceId + "-" + spanId + "-" + flags();
    }
}
