package io.sparkspan;

import org.apache.spark.TaskContext;

/** What code that runs inside of a task may ask. */
public final class Sparkspan {
    private Sparkspan() {}

    /**
     * The context of the task that this thread works for, as a W3C {@code traceparent}, to be handed to whatever the task calls.
     *
     * <p>It is the task's local property, where Python workers find it too: Spark gives the threads that it starts for a
     * task the task's properties.
     *
     * @return {@code null} outside of a task, and when nobody gave it a context
     */
    public static String currentTraceparent() {
        TaskContext task = TaskContext.get();
        return task == null ? null : task.getLocalProperty("traceparent");
    }
}
