package io.sparkspan.driver;

/**
 * The functions of the native library, as JNI binds them. Bytes are UTF-8; a handle that is no longer known is harmless;
 * none of them throws.
 */
final class Agent {
    private Agent() {}

    /** Starts an engine; JSON to JSON. */
    static native byte[] start(byte[] request);

    /** Takes the first {@code length} bytes as the JSON of one event; false when no further event is wanted. */
    static native boolean event(long handle, byte[] json, int length);

    /** A SQL text as it may be written down, or null when it may not. */
    static native byte[] sqlText(long handle, byte[] text);

    /** What the engine has to say since it was last asked; JSON. */
    static native byte[] drainLog(long handle);

    /** Ends the engine and sends what is left, within the budget of the request; JSON to JSON. */
    static native byte[] stop(long handle, byte[] request);
}
