package io.sparkspan.executor;

import java.lang.reflect.Field;
import java.util.Properties;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes into a task's local properties, from which Python workers read them. */
final class TaskProperties {
    private static final Logger LOG = LoggerFactory.getLogger(TaskProperties.class);

    private final boolean shared;
    private volatile boolean replaceable = true;

    /**
     * @param shared whether all tasks of a job look at the same properties, as they do in {@code local[*]}, where Spark iterates over them
     *     while other tasks run: those must never be changed
     */
    TaskProperties(boolean shared) {
        this.shared = shared;
    }

    void put(TaskContext task, String key, String value) {
        if (!shared) {
            task.getLocalProperties().setProperty(key, value);
        } else if (replaceable) {
            Properties own = (Properties) task.getLocalProperties().clone();
            own.setProperty(key, value);
            replace(task, own);
        }
    }

    private void replace(TaskContext task, Properties own) {
        try {
            TaskContext holder = task instanceof BarrierTaskContext ? (TaskContext) field(task, "taskContext").get(task) : task;
            field(holder, "localProperties").set(holder, own);
        } catch (ReflectiveOperationException | RuntimeException internalsChanged) {
            replaceable = false;
            LOG.info("sparkspan gives no context to Python workers in local mode of this Spark", internalsChanged);
        }
    }

    private static Field field(TaskContext task, String name) throws NoSuchFieldException {
        Field field = task.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
