package io.sparkspan.executor;

import java.util.function.UnaryOperator;

/** The unit of work that a task belongs to, found in the local properties of its job as the engine finds it. */
final class Unit {
    static final String BATCH = "batch";
    static final String CONNECT = "connect";
    static final String SQL = "sql";
    static final String JOB = "job";

    private static final String OPERATION_TAG = "SparkConnect_OperationTag_";
    private static final String OPERATION = "_Operation_";

    private final String kind;
    private final String key;

    Unit(String kind, String key) {
        this.kind = kind;
        this.key = key;
    }

    /** Finds it. A job outside of SQL has an id that its tasks do not know: its key is empty. */
    static Unit of(UnaryOperator<String> properties) {
        String query = properties.apply("sql.streaming.queryId");
        String batch = properties.apply("streaming.sql.batchId");
        if (query != null && batch != null) {
            return new Unit(BATCH, query + "/" + batch);
        }
        String batchTime = properties.apply("spark.streaming.internal.batchTime");
        if (batchTime != null) {
            return new Unit(BATCH, batchTime);
        }
        String tags = properties.apply("spark.job.tags");
        if (tags != null) {
            for (String tag : tags.split(",")) {
                String operation = operationOf(tag);
                if (!operation.isEmpty()) {
                    return new Unit(CONNECT, operation);
                }
            }
        }
        String root = properties.apply("spark.sql.execution.root.id");
        String execution = root == null ? properties.apply("spark.sql.execution.id") : root;
        try {
            return execution == null ? new Unit(JOB, "") : new Unit(SQL, Long.toString(Long.parseLong(execution)));
        } catch (NumberFormatException notSparks) {
            return new Unit(JOB, "");
        }
    }

    /** The operation of {@code SparkConnect_OperationTag_User_<user>_Session_<session>_Operation_<operation>}, or an empty text. */
    private static String operationOf(String tag) {
        String rest = tag.startsWith(OPERATION_TAG) ? tag.substring(OPERATION_TAG.length()) : "";
        int at = rest.lastIndexOf(OPERATION);
        return at < 0 ? "" : rest.substring(at + OPERATION.length());
    }

    String kind() {
        return kind;
    }

    String key() {
        return key;
    }
}
