package io.sparkspan.driver;

import com.codahale.metrics.Counter;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The driver's half of the plugin: starts the engine, feeds it with the application's events, and ends it with the application. */
public final class TracingDriver implements DriverPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(TracingDriver.class);
    /** Our own queue: neither do we hold up Spark's listeners, nor they us. */
    private static final String QUEUE = "sparkspan";
    private static final String SHARED_QUEUE = "shared";

    private SparkContext context;
    private Engine engine;
    private EventListener listener;
    private Counter dropped;

    @Override
    public Map<String, String> init(SparkContext context, PluginContext pluginContext) {
        try {
            this.context = context;
            return start();
        } catch (Throwable failure) {
            LOG.warn("sparkspan is off", failure);
            abandon();
            return Collections.emptyMap();
        }
    }

    private Map<String, String> start() throws IOException {
        Configuration configuration = new Configuration(context.conf(), System.getenv());
        configuration.forgetRecords();
        configuration.hideHeaders();
        if (!configuration.isEnabled() || !hasLibrary(configuration)) {
            return Collections.emptyMap();
        }
        engine = Engine.start(context.version(), configuration);
        if (engine == null) {
            return Collections.emptyMap();
        }
        listener = new EventListener(engine, planning());
        dropped = droppedFrom(listen());
        // Last: the event log of an application that is not traced after all must not say that it is.
        configuration.record(engine.records());
        return engine.executorSettings();
    }

    /** Says in one line that it cannot be had: on another system than Linux that is no fault. */
    private static boolean hasLibrary(Configuration configuration) {
        try {
            NativeLibrary.load(configuration.nativeDirectory(), configuration.temporaryDirectories());
            return true;
        } catch (IOException failure) {
            LOG.warn("sparkspan is off, its native library cannot be loaded: {}", failure.getMessage());
            return false;
        }
    }

    private SqlPlanning planning() {
        String audience = engine.planning();
        if (audience.equals("off") || !SqlPlanning.isPossible()) {
            return null;
        }
        return new SqlPlanning(context.listenerBus(), engine, audience.equals("logged"));
    }

    /** Registers the listener; returns the queue that its events come through. */
    private String listen() {
        try {
            context.listenerBus().addToQueue(listener, QUEUE);
            return QUEUE;
        } catch (LinkageError internalsChanged) {
            LOG.info("sparkspan has no event queue of its own in this Spark", internalsChanged);
            context.addSparkListener(listener);
            return SHARED_QUEUE;
        }
    }

    /** How many events Spark's bus dropped because this queue was full. */
    private Counter droppedFrom(String queue) {
        return context.listenerBus().metrics().metricRegistry().counter("queue." + queue + ".numDroppedEvents");
    }

    @Override
    public void shutdown() {
        if (engine == null) {
            return;
        }
        try {
            long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(engine.shutdownMs());
            awaitEvents(engine.shutdownMs() / 2);
            listener.close();
            long budgetMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
            engine.stop(budgetMs, dropped.getCount());
        } catch (Throwable failure) {
            LOG.warn("sparkspan could not end its trace", failure);
        }
    }

    /** Spark 4 ends its plugins while events are still on their way. */
    private void awaitEvents(long budgetMs) {
        try {
            context.listenerBus().waitUntilEmpty(budgetMs);
        } catch (Throwable failure) {
            LOG.warn("sparkspan ends its trace before Spark has delivered all events: {}", failure.toString());
        }
    }

    /** Ends an engine that could not be set up to the end. */
    private void abandon() {
        if (listener != null) {
            listener.close();
        }
        if (engine != null) {
            try {
                engine.stop(0, 0);
            } catch (Throwable failure) {
                LOG.warn("sparkspan could not end its engine", failure);
            }
            engine = null;
        }
    }
}
