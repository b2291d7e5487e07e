package io.sparkspan.executor;

import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The executors' half of the plugin: gives each task its context, so that what the task calls joins the trace. No native code is here. */
public final class TracingExecutor implements ExecutorPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(TracingExecutor.class);
    /** What Spark calls the executor that runs in the driver, as in {@code local[*]}. */
    private static final String IN_DRIVER = "driver";

    private volatile TaskContexts contexts;
    private TaskProperties taskProperties;
    private OpenTelemetryContext openTelemetry;

    @Override
    public void init(PluginContext pluginContext, Map<String, String> settings) {
        try {
            if (settings != null && !settings.isEmpty()) {
                taskProperties = new TaskProperties(pluginContext.executorID().equals(IN_DRIVER));
                // Spark lets it see the application's own jars.
                openTelemetry = OpenTelemetryContext.find(Thread.currentThread().getContextClassLoader());
                contexts = new TaskContexts(settings);
            }
        } catch (Throwable failure) {
            LOG.warn("sparkspan gives no context to the tasks of this executor", failure);
        }
    }

    @Override
    public void onTaskStart() {
        TaskContexts known = contexts;
        if (known == null) {
            return;
        }
        try {
            TaskContext task = TaskContext.get();
            TraceParent context =
                    known.of(task.stageId(), task.stageAttemptNumber(), task.taskAttemptId(), task::getLocalProperty);
            CurrentTask.enter(context, openTelemetry);
            taskProperties.put(task, "traceparent", context.toString());
        } catch (Throwable failure) {
            giveUp(failure);
        }
    }

    /** Said once, although tasks start on several threads. */
    private synchronized void giveUp(Throwable failure) {
        if (contexts != null) {
            contexts = null;
            LOG.warn("sparkspan gives no more contexts to the tasks of this executor", failure);
        }
    }

    @Override
    public void onTaskSucceeded() {
        leave();
    }

    @Override
    public void onTaskFailed(TaskFailedReason reason) {
        leave();
    }

    private static void leave() {
        try {
            CurrentTask.leave();
        } catch (Throwable failure) {
            LOG.warn("sparkspan could not take the context of a task off its thread", failure);
        }
    }
}
