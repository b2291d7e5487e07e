package io.sparkspan;

import io.sparkspan.executor.CurrentTask;

/** What code that runs inside of a task may ask. */
public final class Sparkspan {
    private Sparkspan() {}

    /**
     * The context of the task that runs on this thread, as a W3C {@code traceparent}, to be handed to whatever the task calls.
     *
     * @return {@code null} outside of a task, and when the application is not traced
     */
    public static String currentTraceparent() {
        return CurrentTask.traceparent();
    }
}
