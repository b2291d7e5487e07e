package io.sparkspan.driver;

import io.sparkspan.SqlPlanningEvent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.scheduler.LiveListenerBus;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts the planning of SQL executions on Spark's bus: exactly once for each, even where nothing is known of it, because the engine
 * keeps an execution open until it has come. Used by the listener's thread alone.
 */
final class SqlPlanning {
    private static final Logger LOG = LoggerFactory.getLogger(SqlPlanning.class);
    /** Executions whose end was dropped by a full queue must not be remembered for ever. */
    private static final int MAX_OPEN = 65_536;

    private final LiveListenerBus bus;
    private final Engine engine;
    private final boolean logged;
    private final Map<Long, Boolean> posted = new LinkedHashMap<Long, Boolean>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > MAX_OPEN;
        }
    };
    private boolean warned;

    SqlPlanning(LiveListenerBus bus, Engine engine, boolean logged) {
        this.bus = bus;
        this.engine = engine;
        this.logged = logged;
    }

    /** Whether this application has Spark's SQL on its class path. */
    static boolean isPossible() {
        try {
            Class.forName("org.apache.spark.sql.execution.SQLExecution", false, SqlPlanning.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException coreOnly) {
            return false;
        }
    }

    void on(SparkListenerEvent event) {
        if (event instanceof SparkListenerSQLExecutionStart) {
            long executionId = ((SparkListenerSQLExecutionStart) event).executionId();
            QueryPlanning planning = read(event);
            if (planning != null) {
                posted.put(executionId, true);
                post(executionId, planning);
            }
        } else if (event instanceof SparkListenerSQLExecutionEnd) {
            long executionId = ((SparkListenerSQLExecutionEnd) event).executionId();
            if (posted.remove(executionId) == null) {
                post(executionId, read(event));
            }
        }
    }

    private QueryPlanning read(SparkListenerEvent startOrEnd) {
        try {
            return startOrEnd instanceof SparkListenerSQLExecutionStart
                    ? QueryPlanning.of((SparkListenerSQLExecutionStart) startOrEnd)
                    : QueryPlanning.of((SparkListenerSQLExecutionEnd) startOrEnd);
        } catch (Exception | LinkageError internalsChanged) {
            if (!warned) {
                warned = true;
                LOG.warn("sparkspan cannot read how this Spark plans queries, and traces them without their text and planning", internalsChanged);
            }
            return null;
        }
    }

    private void post(long executionId, QueryPlanning planning) {
        if (planning == null) {
            bus.post(new SqlPlanningEvent(executionId, null, Collections.emptyList(), logged));
        } else {
            String text = planning.text();
            bus.post(new SqlPlanningEvent(executionId, text == null ? null : engine.sqlText(text), planning.phases(), logged));
        }
    }
}
