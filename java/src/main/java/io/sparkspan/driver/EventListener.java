package io.sparkspan.driver;

import io.sparkspan.SqlPlanningEvent;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkFirehoseListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.util.JsonProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each of Spark's events to the engine, in the form in which Spark writes it into its event log.
 *
 * <p>An error that leaves a listener stops the user's SparkContext. So everything is caught, and after what cannot be an
 * accident of one event (a class or method that this Spark does not have) the listener stays registered and does nothing: to
 * remove itself, it would have to wait for its own full queue.
 */
final class EventListener extends SparkFirehoseListener {
    private static final Logger LOG = LoggerFactory.getLogger(EventListener.class);
    private static final long LOG_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final SqlPlanning planning;
    private boolean quiet;
    private boolean skipped;
    private long loggedNs = System.nanoTime();

    /**
     * @param engine what gets the events
     * @param planning what posts further ones, or {@code null}
     */
    EventListener(Engine engine, SqlPlanning planning) {
        this.engine = engine;
        this.planning = planning;
    }

    @Override
    public synchronized void onEvent(SparkListenerEvent event) {
        if (quiet) {
            return;
        }
        try {
            if (isForUs(event)) {
                take(event);
            }
        } catch (Exception failure) {
            skip(event, failure);
        } catch (Throwable failure) {
            quiet = true;
            LOG.warn("sparkspan does not fit this Spark and traces no more", failure);
        }
    }

    /** From here on nothing is taken, and nothing is being taken. */
    synchronized void close() {
        quiet = true;
    }

    private void take(SparkListenerEvent event) throws IOException {
        quiet = !engine.event(JsonProtocol.sparkEventToJsonString(event));
        if (planning != null && !quiet) {
            planning.on(event);
        }
        long nowNs = System.nanoTime();
        if (quiet || nowNs - loggedNs > LOG_EVERY_NS) {
            loggedNs = nowNs;
            engine.drainLog();
        }
    }

    /** What the event log holds, but for two frequent events that no span is made of. */
    private static boolean isForUs(SparkListenerEvent event) {
        if (event instanceof SparkListenerBlockUpdated || event instanceof SparkListenerExecutorMetricsUpdate) {
            return false;
        }
        return event.logEvent() || event instanceof SqlPlanningEvent;
    }

    private void skip(SparkListenerEvent event, Exception failure) {
        if (!skipped) {
            skipped = true;
            LOG.warn("sparkspan cannot take an event and skips it and its like: {}", event.getClass().getName(), failure);
        }
    }
}
