package io.sparkspan.executor;

import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Computes the context of each task from what the task knows: its ids and its local properties. The engine gives the same ids to the same
 * spans; {@code tests/vectors/contexts.json} holds examples.
 */
final class TaskContexts {
    private static final String CALLER_TAG = "traceparent:";

    private final Identity identity;
    private final String applicationTraceId;
    private final boolean scopeIsUnit;
    private final boolean parentBased;
    private final String applicationCallerFlags;
    private final long threshold;
    private final boolean everyTaskIsSpan;
    /** The stage whose tasks have run last: most tasks are of the stage of the one before. */
    private volatile StageContext last;

    /**
     * @param settings what the driver's engine told its executors
     */
    TaskContexts(Map<String, String> settings) {
        TraceParent application = TraceParent.parse(settings.get("context"));
        this.identity = new Identity(application.traceId() + "-" + application.spanId());
        this.applicationTraceId = application.traceId();
        this.scopeIsUnit = settings.get("scope").equals("unit");
        this.parentBased = Boolean.parseBoolean(settings.get("parentBased"));
        this.applicationCallerFlags = settings.get("parent");
        this.threshold = Long.parseLong(settings.get("threshold"), 16);
        this.everyTaskIsSpan = settings.get("tasks").equals("all");
    }

    /**
     * The context of a task: the task's span where each task has one, else its stage's, which may not be folded away. All tasks of a stage's
     * attempt have the same local properties.
     */
    TraceParent of(int stageId, int stageAttempt, long taskId, UnaryOperator<String> properties) {
        if (everyTaskIsSpan) {
            return compute(stageId, stageAttempt, taskId, properties);
        }
        StageContext known = last;
        if (known == null || known.stageId != stageId || known.stageAttempt != stageAttempt) {
            known = new StageContext(stageId, stageAttempt, compute(stageId, stageAttempt, taskId, properties));
            last = known;
        }
        return known.context;
    }

    private TraceParent compute(int stageId, int stageAttempt, long taskId, UnaryOperator<String> properties) {
        Unit unit = Unit.of(properties);
        TraceParent caller = callerOf(properties);
        String spanId = everyTaskIsSpan
                ? identity.spanId("task", Long.toString(taskId))
                : identity.spanId("stage", stageId + "." + stageAttempt);
        return new TraceParent(traceId(unit, caller), spanId, isSampled(unit, caller));
    }

    private String traceId(Unit unit, TraceParent caller) {
        boolean isBatch = unit.kind().equals(Unit.BATCH);
        if (caller != null && !isBatch) {
            return caller.traceId();
        }
        boolean isAlone = isBatch || (scopeIsUnit && !unit.kind().equals(Unit.JOB));
        return isAlone ? identity.unitTraceId(unit) : applicationTraceId;
    }

    /** Only a unit that is known to be kept from its start on: what is kept for its failure is not known yet. */
    private boolean isSampled(Unit unit, TraceParent caller) {
        if (parentBased && caller != null) {
            return caller.isSampled();
        }
        if (parentBased && applicationCallerFlags != null) {
            return applicationCallerFlags.equals("01");
        }
        // A task of a job outside of SQL does not know the job's id, and so not its randomness.
        return unit.kind().equals(Unit.JOB) ? threshold == 0 : identity.randomness(unit) >= threshold;
    }

    /** The context that the job's caller gave it. */
    private static TraceParent callerOf(UnaryOperator<String> properties) {
        TraceParent caller = null;
        String tags = properties.apply("spark.job.tags");
        if (tags != null) {
            for (String tag : tags.split(",")) {
                int at = tag.indexOf(CALLER_TAG);
                caller = caller == null && at >= 0 ? TraceParent.parse(tag.substring(at + CALLER_TAG.length())) : caller;
            }
        }
        for (String key : new String[] {"traceparent", "spark.sparkspan.unit.traceparent"}) {
            String text = caller == null ? properties.apply(key) : null;
            caller = text == null ? caller : TraceParent.parse(text);
        }
        return caller;
    }

    private static final class StageContext {
        private final int stageId;
        private final int stageAttempt;
        private final TraceParent context;

        private StageContext(int stageId, int stageAttempt, TraceParent context) {
            this.stageId = stageId;
            this.stageAttempt = stageAttempt;
            this.context = context;
        }
    }
}
