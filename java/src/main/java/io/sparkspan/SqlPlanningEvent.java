package io.sparkspan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * What Spark knows of a query and puts into none of its events: the text and the phases of its planning.
 *
 * <p>It travels on Spark's own bus, so that it stands in the event log too and a replay knows as much as the driver did.
 * Spark writes it by Jackson, property by property; the constructor is for a History Server that has this class and would
 * otherwise give up the whole log.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public final class SqlPlanningEvent implements SparkListenerEvent {
    private final long executionId;
    private final String sqlText;
    private final List<Phase> phases;
    private final boolean logged;

    /**
     * @param executionId the SQL execution's id
     * @param sqlText its text as it may be written down, or {@code null}
     * @param phases the phases of its planning, in order
     * @param logged whether the event log has it
     */
    public SqlPlanningEvent(long executionId, String sqlText, List<Phase> phases, boolean logged) {
        this.executionId = executionId;
        this.sqlText = sqlText;
        this.phases = phases;
        this.logged = logged;
    }

    @JsonCreator
    SqlPlanningEvent(
            @JsonProperty("executionId") long executionId,
            @JsonProperty("sqlText") String sqlText,
            @JsonProperty("phases") List<Phase> phases) {
        this(executionId, sqlText, phases, true);
    }

    public long getExecutionId() {
        return executionId;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public String getSqlText() {
        return sqlText;
    }

    public List<Phase> getPhases() {
        return phases;
    }

    @Override
    public boolean logEvent() {
        return logged;
    }

    /** A phase of planning, such as {@code analysis}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public static final class Phase {
        private final String name;
        private final long startTimeMs;
        private final long endTimeMs;

        /**
         * @param name what Spark calls it
         * @param startTimeMs milliseconds since the Unix epoch
         * @param endTimeMs milliseconds since the Unix epoch
         */
        @JsonCreator
        public Phase(
                @JsonProperty("name") String name,
                @JsonProperty("startTimeMs") long startTimeMs,
                @JsonProperty("endTimeMs") long endTimeMs) {
            this.name = name;
            this.startTimeMs = startTimeMs;
            this.endTimeMs = endTimeMs;
        }

        public String getName() {
            return name;
        }

        public long getStartTimeMs() {
            return startTimeMs;
        }

        public long getEndTimeMs() {
            return endTimeMs;
        }
    }
}
