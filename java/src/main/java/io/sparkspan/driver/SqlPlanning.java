package io.sparkspan.driver;

import io.sparkspan.SqlPlanningEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.scheduler.LiveListenerBus;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.catalyst.QueryPlanningTracker.PhaseSummary;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart;
import scala.Option;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * Posts the planning of SQL executions on Spark's bus: exactly once for each, because the engine keeps an execution open
 * until it has come. Used by the listener's thread alone.
 */
final class SqlPlanning {
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
            // The query is forgotten when it ends, which a short one has done by now.
            QueryExecution query = SQLExecution.getQueryExecution(executionId);
            if (query != null) {
                posted.put(executionId, true);
                post(executionId, query);
            }
        } else if (event instanceof SparkListenerSQLExecutionEnd) {
            SparkListenerSQLExecutionEnd end = (SparkListenerSQLExecutionEnd) event;
            if (posted.remove(end.executionId()) == null) {
                post(end.executionId(), end.qe());
            }
        }
    }

    private void post(long executionId, QueryExecution query) {
        String text = null;
        List<SqlPlanningEvent.Phase> phases = Collections.emptyList();
        if (query != null) {
            text = textOf(query);
            phases = phasesOf(query);
        }
        bus.post(new SqlPlanningEvent(executionId, text, phases, logged));
    }

    /** Only what came in as SQL has a text; what was built by the DataFrame API has none. */
    private String textOf(QueryExecution query) {
        Option<String> text = query.logical().origin().sqlText();
        return text.isDefined() ? engine.sqlText(text.get()) : null;
    }

    private static List<SqlPlanningEvent.Phase> phasesOf(QueryExecution query) {
        List<SqlPlanningEvent.Phase> phases = new ArrayList<>();
        Iterator<Tuple2<String, PhaseSummary>> all = query.tracker().phases().iterator();
        while (all.hasNext()) {
            Tuple2<String, PhaseSummary> phase = all.next();
            phases.add(new SqlPlanningEvent.Phase(phase._1(), phase._2().startTimeMs(), phase._2().endTimeMs()));
        }
        phases.sort(Comparator.comparingLong(SqlPlanningEvent.Phase::getStartTimeMs).thenComparing(SqlPlanningEvent.Phase::getName));
        return phases;
    }
}
