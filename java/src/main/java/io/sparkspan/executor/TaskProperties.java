package io.sparkspan.executor;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes into a task's local properties, from which Python workers read them. */
final class TaskProperties {
    private static final Logger LOG = LoggerFactory.getLogger(TaskProperties.class);

    private final boolean shared;
    private final Map<Class<?>, Field> fields = new ConcurrentHashMap<>();
    private volatile boolean replaceable = true;
    /** The copy that was made last: tasks that share their properties may share what they are replaced by, which nobody changes. */
    private volatile Copy last;

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
            replace(task, copyOf(task.getLocalProperties(), key, value));
        }
    }

    private Properties copyOf(Properties shared, String key, String value) {
        Copy known = last;
        if (known == null || known.original != shared || !value.equals(known.own.getProperty(key))) {
            known = new Copy(shared, key, value);
            last = known;
        }
        return known.own;
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

    /** Looked up once: there are two classes of task contexts, and a field of each is needed. */
    private Field field(TaskContext task, String name) throws NoSuchFieldException {
        Field field = fields.get(task.getClass());
        if (field == null) {
            field = task.getClass().getDeclaredField(name);
            field.setAccessible(true);
            fields.put(task.getClass(), field);
        }
        return field;
    }

    private static final class Copy {
        private final Properties original;
        private final Properties own;

        private Copy(Properties original, String key, String value) {
            this.original = original;
            this.own = (Properties) original.clone();
            own.setProperty(key, value);
        }
    }
}
