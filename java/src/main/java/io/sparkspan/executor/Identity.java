package io.sparkspan.executor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Computes ids as the engine does: a hash of what a thing is, so that driver and executors agree on it without telling each
 * other. {@code tests/vectors/ids.json} holds examples for both.
 */
final class Identity {
    private static final String SCHEME = "sparkspan/1";
    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;
    private static final int RANDOMNESS_BYTES = 7;

    private final String seed;

    /**
     * @param seed the trace id and the span id of the application, with a dash between
     */
    Identity(String seed) {
        this.seed = seed;
    }

    String spanId(String kind, String key) {
        return id(hash(kind, key), SPAN_ID_BYTES);
    }

    /** The trace of a unit of work that has a trace of its own. */
    String unitTraceId(Unit unit) {
        return id(hash("trace", unit.kind(), unit.key()), TRACE_ID_BYTES);
    }

    /** A unit's randomness: 56 bits, as OpenTelemetry's probability sampling uses them. */
    long randomness(Unit unit) {
        byte[] digest = hash("sample", unit.kind(), unit.key());
        long randomness = 0;
        for (int at = digest.length - RANDOMNESS_BYTES; at < digest.length; at++) {
            randomness = randomness << 8 | digest[at] & 0xff;
        }
        return randomness;
    }

    private byte[] hash(String... parts) {
        MessageDigest digest = sha256();
        digest.update(SCHEME.getBytes(UTF_8));
        digest.update((byte) 0);
        digest.update(seed.getBytes(UTF_8));
        for (String part : parts) {
            digest.update((byte) 0);
            digest.update(part.getBytes(UTF_8));
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** The first bytes in hexadecimal; an id of zeros alone would be invalid. */
    private static String id(byte[] digest, int bytes) {
        StringBuilder id = new StringBuilder(2 * bytes);
        boolean zero = true;
        for (int at = 0; at < bytes; at++) {
            zero &= digest[at] == 0;
            id.append(Character.forDigit(digest[at] >> 4 & 0xf, 16)).append(Character.forDigit(digest[at] & 0xf, 16));
        }
        if (zero) {
            id.setCharAt(id.length() - 1, '1');
        }
        return id.toString();
    }
}
