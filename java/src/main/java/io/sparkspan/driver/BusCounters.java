package io.sparkspan.driver;

import com.codahale.metrics.Counter;
import java.util.Map;
import org.apache.spark.SparkContext;

/** What Spark's bus counts of the events that were posted to it, and of those that it dropped because our queue was full. */
final class BusCounters {
    private final Map<String, Counter> counters;
    private final String queue;

    /**
     * @param queue our queue, which has to be there
     */
    BusCounters(SparkContext context, String queue) {
        this.counters = context.listenerBus().metrics().metricRegistry().getCounters();
        this.queue = queue;
    }

    long posted() {
        return count("numEventsPosted");
    }

    long dropped() {
        return count("queue." + queue + ".numDroppedEvents");
    }

    private long count(String name) {
        Counter counter = counters.get(name);
        return counter == null ? 0 : counter.getCount();
    }
}
