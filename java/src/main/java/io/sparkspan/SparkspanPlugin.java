package io.sparkspan;

import io.sparkspan.driver.TracingDriver;
import io.sparkspan.executor.TracingExecutor;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.LoggerFactory;

/**
 * Traces the Spark application that names it: {@code spark.plugins=io.sparkspan.SparkspanPlugin}.
 *
 * <p>Whatever goes wrong in here must not reach Spark: a driver plugin that throws keeps the application from starting, and
 * an executor plugin that throws kills executors in a loop. Without a plugin, which {@code null} stands for, Spark goes on.
 */
public final class SparkspanPlugin implements SparkPlugin {
    @Override
    public DriverPlugin driverPlugin() {
        try {
            return new TracingDriver();
        } catch (Throwable failure) {
            warn(failure);
            return null;
        }
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        try {
            return new TracingExecutor();
        } catch (Throwable failure) {
            warn(failure);
            return null;
        }
    }

    private static void warn(Throwable failure) {
        LoggerFactory.getLogger(SparkspanPlugin.class).warn("sparkspan does not fit this Spark and is off", failure);
    }
}
