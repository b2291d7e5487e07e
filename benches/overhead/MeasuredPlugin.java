package io.sparkspan.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/** sparkspan's plugin, with the CPU time that its callbacks take from Spark's threads. */
public final class MeasuredPlugin implements SparkPlugin {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final LongAdder DRIVER_INIT_NS = new LongAdder();
    private static final LongAdder EXECUTOR_INIT_NS = new LongAdder();
    private static final LongAdder TASKS_NS = new LongAdder();
    private static final LongAdder TASKS = new LongAdder();

    private final SparkPlugin measured = new io.sparkspan.SparkspanPlugin();

    /** What was measured so far, as JSON, in seconds of CPU time. */
    public static String report() throws IOException {
        StringBuilder report = new StringBuilder("{");
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("spark-listener-group-")) {
                put(report, thread.getThreadName().substring("spark-listener-group-".length()), THREADS.getThreadCpuTime(thread.getThreadId()));
            }
        }
        put(report, "exporter", exporterNs());
        put(report, "driver init", DRIVER_INIT_NS.sum());
        put(report, "executor init", EXECUTOR_INIT_NS.sum());
        put(report, "task callbacks", TASKS_NS.sum());
        long process = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
        put(report, "process", process);
        return report.append("\"tasks\": ").append(TASKS.sum()).append('}').toString();
    }

    private static void put(StringBuilder report, String name, long ns) {
        report.append('"').append(name).append("\": ").append(ns / 1e9).append(", ");
    }

    /** The CPU time of the native exporter's thread, which the JVM does not know; Linux counts it in hundredths of a second. */
    private static long exporterNs() throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Paths.get("/proc/self/task"))) {
            for (Path thread : threads) {
                String stat = new String(Files.readAllBytes(thread.resolve("stat")));
                if (stat.contains("(sparkspan-otlp)")) {
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10_000_000;
                }
            }
        }
        return 0;
    }

    private static long now() {
        return THREADS.getCurrentThreadCpuTime();
    }

    @Override
    public DriverPlugin driverPlugin() {
        DriverPlugin driver = measured.driverPlugin();
        return new DriverPlugin() {
            @Override
            public Map<String, String> init(SparkContext context, PluginContext pluginContext) {
                long start = now();
                Map<String, String> told = driver.init(context, pluginContext);
                DRIVER_INIT_NS.add(now() - start);
                return told;
            }

            @Override
            public void shutdown() {
                driver.shutdown();
            }
        };
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        ExecutorPlugin executor = measured.executorPlugin();
        return new ExecutorPlugin() {
            @Override
            public void init(PluginContext context, Map<String, String> told) {
                long start = now();
                executor.init(context, told);
                EXECUTOR_INIT_NS.add(now() - start);
            }

            @Override
            public void onTaskStart() {
                long start = now();
                executor.onTaskStart();
                TASKS_NS.add(now() - start);
                TASKS.increment();
            }

            @Override
            public void onTaskSucceeded() {
                long start = now();
                executor.onTaskSucceeded();
                TASKS_NS.add(now() - start);
            }

            @Override
            public void onTaskFailed(TaskFailedReason reason) {
                long start = now();
                executor.onTaskFailed(reason);
                TASKS_NS.add(now() - start);
            }

            @Override
            public void shutdown() {
                executor.shutdown();
            }
        };
    }
}
