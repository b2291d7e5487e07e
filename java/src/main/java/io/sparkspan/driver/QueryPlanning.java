package io.sparkspan.driver;

import io.sparkspan.SqlPlanningEvent.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.catalyst.QueryPlanningTracker.PhaseSummary;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart;
import scala.Option;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * How one query was planned. It is read from the insides of Spark's SQL, which nobody promised and some vendors change: so all of
 * that is here, where it may fail by itself.
 */
final class QueryPlanning {
    private final String text;
    private final List<Phase> phases;

    private QueryPlanning(QueryExecution query) {
        this.text = textOf(query);
        this.phases = phasesOf(query);
    }

    /**
     * That of the query which starts.
     *
     * @return {@code null} when it has ended since: Spark forgets a query then
     */
    static QueryPlanning of(SparkListenerSQLExecutionStart start) {
        return of(SQLExecution.getQueryExecution(start.executionId()));
    }

    /**
     * That of the query which ends.
     *
     * @return {@code null} when Spark does not tell
     */
    static QueryPlanning of(SparkListenerSQLExecutionEnd end) {
        return of(end.qe());
    }

    private static QueryPlanning of(QueryExecution query) {
        return query == null ? null : new QueryPlanning(query);
    }

    /** What came in as SQL; {@code null} for what was built by the DataFrame API. */
    String text() {
        return text;
    }

    /** The phases in order. */
    List<Phase> phases() {
        return phases;
    }

    private static String textOf(QueryExecution query) {
        Option<String> text = query.logical().origin().sqlText();
        return text.isDefined() ? text.get() : null;
    }

    private static List<Phase> phasesOf(QueryExecution query) {
        List<Phase> phases = new ArrayList<>();
        Iterator<Tuple2<String, PhaseSummary>> all = query.tracker().phases().iterator();
        while (all.hasNext()) {
            Tuple2<String, PhaseSummary> phase = all.next();
            phases.add(new Phase(phase._1(), phase._2().startTimeMs(), phase._2().endTimeMs()));
        }
        phases.sort(Comparator.comparingLong(Phase::getStartTimeMs).thenComparing(Phase::getName));
        return phases;
    }
}
