// @generated from semconv/ by `cargo xtask generate`: edit the registry instead.

/// Names of spans.
pub mod span {
    /// An application, from `ApplicationStart` to `ApplicationEnd` or, lacking that, to its last event.
    pub const APPLICATION: &str = "spark.application";
    /// A SQL execution, a query or a command, from its first planning phase, else `SQLExecutionStart`, to `SQLExecutionEnd` and the end of its jobs. Its name is `db.query.summary`; `spark.sql` where there is none.
    pub const SQL: &str = "spark.sql";
    /// A phase of a SQL execution's planning, by its own times.
    pub const SQL_PHASE: &str = "spark.sql.phase";
    /// A job, from `JobStart` to `JobEnd` and the end of its stages.
    pub const JOB: &str = "spark.job";
    /// One attempt of a stage, from its submission to its completion and the end of its tasks. Up to three operators follow in its name.
    pub const STAGE: &str = "spark.stage";
    /// What a stage attempt wrote for later stages, from the first launch to the last finish of the tasks that wrote.
    pub const SHUFFLE_WRITE: &str = "spark.shuffle.write";
    /// What a stage attempt read of earlier stages, from the first launch to the last finish of the tasks that read. Links lead to the writers.
    pub const SHUFFLE_READ: &str = "spark.shuffle.read";
    /// One attempt of a task, from launch to finish on the driver's clock.
    pub const TASK: &str = "spark.task";
    /// A micro-batch of a streaming query; the root of a trace of its own, linked to the application.
    pub const STREAMING_BATCH: &str = "spark.streaming.batch";
    /// An operation that a Spark Connect client asked for, from `ConnectOperationStarted` to `ConnectOperationClosed`.
    pub const CONNECT_OPERATION: &str = "spark.connect.operation";
    /// What the tracing of a live application lost, at its end. A replay has none, for it loses nothing.
    pub const SPARKSPAN_REPORT: &str = "spark.sparkspan.report";
}

/// Names of span events.
pub mod event {
    /// An executor registered with the driver.
    pub const EXECUTOR_ADDED: &str = "spark.executor.added";
    /// An executor was lost or given back.
    pub const EXECUTOR_REMOVED: &str = "spark.executor.removed";
    /// A finished task runs again, because the executor that held its output was lost.
    pub const TASK_RESUBMITTED: &str = "spark.task.resubmitted";
    /// The exception that ended the span's work.
    pub const EXCEPTION: &str = "exception";
}

/// Names of attributes.
pub mod attribute {
    /// The application's file that made the call.
    pub const CODE_FILE_PATH: &str = "code.file.path";
    /// What the application called.
    pub const CODE_FUNCTION_NAME: &str = "code.function.name";
    /// The line in that file.
    pub const CODE_LINE_NUMBER: &str = "code.line.number";
    /// What the query does, such as `SELECT` or `INSERT`; a command's name.
    pub const DB_OPERATION_NAME: &str = "db.operation.name";
    /// The operation and the tables or source formats that it writes and reads; the span's name.
    pub const DB_QUERY_SUMMARY: &str = "db.query.summary";
    /// The query's text with every literal replaced by `?`.
    pub const DB_QUERY_TEXT: &str = "db.query.text";
    /// Always `spark`.
    pub const DB_SYSTEM_NAME: &str = "db.system.name";
    /// Why it failed, in few and steady words.
    pub const ERROR_TYPE: &str = "error.type";
    /// The exception's message, without literals and secrets.
    pub const EXCEPTION_MESSAGE: &str = "exception.message";
    /// The exception's stack trace, without literals and secrets.
    pub const EXCEPTION_STACKTRACE: &str = "exception.stacktrace";
    /// The exception's class.
    pub const EXCEPTION_TYPE: &str = "exception.type";
    /// The machine of the driver or executor.
    pub const HOST_NAME: &str = "host.name";
    /// The node that it runs on.
    pub const K8S_NODE_NAME: &str = "k8s.node.name";
    /// The pod of the driver or executor, where the chart or whoever made the pod has told.
    pub const K8S_POD_NAME: &str = "k8s.pod.name";
    /// The UID of that pod.
    pub const K8S_POD_UID: &str = "k8s.pod.uid";
    /// The application's ID with `driver` or the executor's ID.
    pub const SERVICE_INSTANCE_ID: &str = "service.instance.id";
    /// The application's name with `-driver` or `-executor`.
    pub const SERVICE_NAME: &str = "service.name";
    /// As `spark.sparkspan.resource` or `OTEL_RESOURCE_ATTRIBUTES` says.
    pub const SERVICE_NAMESPACE: &str = "service.namespace";
    /// As `spark.sparkspan.resource` or `OTEL_RESOURCE_ATTRIBUTES` says.
    pub const SERVICE_VERSION: &str = "service.version";
    /// Which attempt of the application it is. Absent where the cluster manager makes no attempts.
    pub const SPARK_APP_ATTEMPT: &str = "spark.app.attempt";
    /// Where the driver runs.
    pub const SPARK_APP_DEPLOY_MODE: &str = "spark.app.deploy_mode";
    /// How many events came for a span that was already closed, or for a unit of which nothing is known any more; they changed nothing.
    pub const SPARK_APP_EVENTS_LATE: &str = "spark.app.events.late";
    /// The driver's exit code. Spark 4.0 and newer.
    pub const SPARK_APP_EXIT_CODE: &str = "spark.app.exit_code";
    /// The application's ID as its cluster manager gave it.
    pub const SPARK_APP_ID: &str = "spark.app.id";
    /// The cluster manager.
    pub const SPARK_APP_MASTER: &str = "spark.app.master";
    /// The application's name.
    pub const SPARK_APP_NAME: &str = "spark.app.name";
    /// How many queries lost their plan for the same reason; each has `spark.sql.plan.evicted`.
    pub const SPARK_APP_PLANS_EVICTED: &str = "spark.app.plans.evicted";
    /// The Spark property whose expression cannot be compiled, so that all texts are withheld. Absent where all can be.
    pub const SPARK_APP_REDACTION_UNUSABLE: &str = "spark.app.redaction.unusable";
    /// How many traces the application makes.
    pub const SPARK_APP_SCOPE: &str = "spark.app.scope";
    /// How many spans of units that were not decided yet were dropped to keep memory within `spark.sparkspan.budget.memory`.
    pub const SPARK_APP_SPANS_EVICTED: &str = "spark.app.spans.evicted";
    /// How many spans were closed before the application ended although their end was never seen; each has `spark.span.interrupted`.
    pub const SPARK_APP_SPANS_INTERRUPTED: &str = "spark.app.spans.interrupted";
    /// How many units are in the trace only because they failed.
    pub const SPARK_APP_UNITS_FAILED: &str = "spark.app.units.failed";
    /// How many units are in a trace because their caller's is sampled.
    pub const SPARK_APP_UNITS_PARENT: &str = "spark.app.units.parent";
    /// How many units are in the trace because an event log without recorded sampling settings holds them.
    pub const SPARK_APP_UNITS_REPLAY: &str = "spark.app.units.replay";
    /// How many units are in the trace because the sampler chose them.
    pub const SPARK_APP_UNITS_SAMPLED: &str = "spark.app.units.sampled";
    /// How many units are not in the trace.
    pub const SPARK_APP_UNITS_SAMPLED_OUT: &str = "spark.app.units.sampled_out";
    /// How many units of work the application had.
    pub const SPARK_APP_UNITS_SEEN: &str = "spark.app.units.seen";
    /// How many units are in the trace only because they were slow.
    pub const SPARK_APP_UNITS_SLOW: &str = "spark.app.units.slow";
    /// How many units are in the trace without their tasks, because the trace had reached `spark.sparkspan.budget.spans`.
    pub const SPARK_APP_UNITS_WITHOUT_TASKS: &str = "spark.app.units.without_tasks";
    /// Who runs the application.
    pub const SPARK_APP_USER: &str = "spark.app.user";
    /// The application's configuration, one attribute for each key that the allow-list names.
    pub const SPARK_CONF: &str = "spark.conf";
    /// The operation.
    pub const SPARK_CONNECT_OPERATION_ID: &str = "spark.connect.operation.id";
    /// How many rows the operation sent to the client.
    pub const SPARK_CONNECT_PRODUCED_ROWS: &str = "spark.connect.produced_rows";
    /// The client's session.
    pub const SPARK_CONNECT_SESSION_ID: &str = "spark.connect.session.id";
    /// The tags that the client gave the operation.
    pub const SPARK_CONNECT_TAGS: &str = "spark.connect.tags";
    /// The client's user.
    pub const SPARK_CONNECT_USER_ID: &str = "spark.connect.user.id";
    /// How many cores the executor has.
    pub const SPARK_EXECUTOR_CORES: &str = "spark.executor.cores";
    /// The executor.
    pub const SPARK_EXECUTOR_ID: &str = "spark.executor.id";
    /// Why the executor is gone, without secrets.
    pub const SPARK_EXECUTOR_REMOVED_REASON: &str = "spark.executor.removed_reason";
    /// The description that the application gave the job, without literals and secrets.
    pub const SPARK_JOB_DESCRIPTION: &str = "spark.job.description";
    /// The group that the application put the job into.
    pub const SPARK_JOB_GROUP: &str = "spark.job.group";
    /// The job, as Spark's jobs page numbers it.
    pub const SPARK_JOB_ID: &str = "spark.job.id";
    /// How many of the job's stages were submitted.
    pub const SPARK_JOB_STAGES_RUN: &str = "spark.job.stages.run";
    /// How many of the job's stages were never submitted, because their output was there already.
    pub const SPARK_JOB_STAGES_SKIPPED: &str = "spark.job.stages.skipped";
    /// How many stages the job lists.
    pub const SPARK_JOB_STAGES_TOTAL: &str = "spark.job.stages.total";
    /// The tags that the application gave the job.
    pub const SPARK_JOB_TAGS: &str = "spark.job.tags";
    /// How the linked span is related.
    pub const SPARK_LINK_TYPE: &str = "spark.link.type";
    /// The OpenLineage run that started the application.
    pub const SPARK_OPENLINEAGE_PARENT_RUN_ID: &str = "spark.openlineage.parent_run_id";
    /// The OpenLineage run at the root of the one that started the application.
    pub const SPARK_OPENLINEAGE_ROOT_PARENT_RUN_ID: &str = "spark.openlineage.root_parent_run_id";
    /// How the thing ended. Absent where it is not known.
    pub const SPARK_OUTCOME: &str = "spark.outcome";
    /// Time of all tasks together spent waiting for blocks.
    pub const SPARK_SHUFFLE_READ_FETCH_WAIT_MS: &str = "spark.shuffle.read.fetch_wait_ms";
    /// How many blocks were read from the reader's own machine.
    pub const SPARK_SHUFFLE_READ_LOCAL_BLOCKS: &str = "spark.shuffle.read.local_blocks";
    /// How much was read from the reader's own machine.
    pub const SPARK_SHUFFLE_READ_LOCAL_BYTES: &str = "spark.shuffle.read.local_bytes";
    /// Push-based shuffle. How many chunks were corrupt.
    pub const SPARK_SHUFFLE_READ_MERGED_CORRUPT_CHUNKS: &str =
        "spark.shuffle.read.merged.corrupt_chunks";
    /// Push-based shuffle. How often the unmerged blocks were read instead.
    pub const SPARK_SHUFFLE_READ_MERGED_FALLBACKS: &str = "spark.shuffle.read.merged.fallbacks";
    /// Push-based shuffle. How many merged blocks were read from the reader's own machine.
    pub const SPARK_SHUFFLE_READ_MERGED_LOCAL_BLOCKS: &str =
        "spark.shuffle.read.merged.local_blocks";
    /// Push-based shuffle. How much merged data was read from the reader's own machine.
    pub const SPARK_SHUFFLE_READ_MERGED_LOCAL_BYTES: &str = "spark.shuffle.read.merged.local_bytes";
    /// Push-based shuffle. How many chunks of merged blocks were read from the reader's own machine.
    pub const SPARK_SHUFFLE_READ_MERGED_LOCAL_CHUNKS: &str =
        "spark.shuffle.read.merged.local_chunks";
    /// Push-based shuffle. How many merged blocks were read over the network.
    pub const SPARK_SHUFFLE_READ_MERGED_REMOTE_BLOCKS: &str =
        "spark.shuffle.read.merged.remote_blocks";
    /// Push-based shuffle. How much merged data was read over the network.
    pub const SPARK_SHUFFLE_READ_MERGED_REMOTE_BYTES: &str =
        "spark.shuffle.read.merged.remote_bytes";
    /// Push-based shuffle. How many chunks of merged blocks were read over the network.
    pub const SPARK_SHUFFLE_READ_MERGED_REMOTE_CHUNKS: &str =
        "spark.shuffle.read.merged.remote_chunks";
    /// Push-based shuffle. Time that requests for merged blocks took together; they overlap.
    pub const SPARK_SHUFFLE_READ_MERGED_REMOTE_REQUESTS_MS: &str =
        "spark.shuffle.read.merged.remote_requests_ms";
    /// How many records were read.
    pub const SPARK_SHUFFLE_READ_RECORDS: &str = "spark.shuffle.read.records";
    /// How many blocks were read over the network.
    pub const SPARK_SHUFFLE_READ_REMOTE_BLOCKS: &str = "spark.shuffle.read.remote_blocks";
    /// How much was read over the network.
    pub const SPARK_SHUFFLE_READ_REMOTE_BYTES: &str = "spark.shuffle.read.remote_bytes";
    /// Time that requests over the network took together; they overlap.
    pub const SPARK_SHUFFLE_READ_REMOTE_REQUESTS_MS: &str = "spark.shuffle.read.remote_requests_ms";
    /// How much of what was read over the network was put on disk, being too big for memory.
    pub const SPARK_SHUFFLE_READ_REMOTE_TO_DISK_BYTES: &str =
        "spark.shuffle.read.remote_to_disk_bytes";
    /// How many tasks read.
    pub const SPARK_SHUFFLE_READ_TASKS: &str = "spark.shuffle.read.tasks";
    /// How much was written.
    pub const SPARK_SHUFFLE_WRITE_BYTES: &str = "spark.shuffle.write.bytes";
    /// What the writing tasks spilled, as it is on disk.
    pub const SPARK_SHUFFLE_WRITE_DISK_SPILLED_BYTES: &str =
        "spark.shuffle.write.disk_spilled_bytes";
    /// What the writing tasks spilled, as it was in memory.
    pub const SPARK_SHUFFLE_WRITE_MEMORY_SPILLED_BYTES: &str =
        "spark.shuffle.write.memory_spilled_bytes";
    /// How many records were written.
    pub const SPARK_SHUFFLE_WRITE_RECORDS: &str = "spark.shuffle.write.records";
    /// How many tasks wrote.
    pub const SPARK_SHUFFLE_WRITE_TASKS: &str = "spark.shuffle.write.tasks";
    /// Time of all tasks together spent writing.
    pub const SPARK_SHUFFLE_WRITE_TIME_MS: &str = "spark.shuffle.write.time_ms";
    /// The driver's clock went backwards within the span; its end was set to its start.
    pub const SPARK_SPAN_CLOCK_ADJUSTED: &str = "spark.span.clock_adjusted";
    /// How many events the span lost to the limit of events per span.
    pub const SPARK_SPAN_DROPPED_EVENTS: &str = "spark.span.dropped.events";
    /// How many links the span lost to the limit of links per span.
    pub const SPARK_SPAN_DROPPED_LINKS: &str = "spark.span.dropped.links";
    /// The span has an end, but not all about it was seen: how its query was planned, tasks of its stage, or the end of something within it. The event log may know more than the spans that were sent while the application ran.
    pub const SPARK_SPAN_INCOMPLETE: &str = "spark.span.incomplete";
    /// The end is not known. Either the events end before it, and the span ends with the last event; or it was lost, and the span ends with what it ran within.
    pub const SPARK_SPAN_INTERRUPTED: &str = "spark.span.interrupted";
    /// By how much the span was made longer than Spark says, at both ends together, to cover its children.
    pub const SPARK_SPAN_STRETCHED_MS: &str = "spark.span.stretched_ms";
    /// A time of it in Spark's events is missing or cannot be right (more than a day from those around it); the span shows that of its children, else that of the event before.
    pub const SPARK_SPAN_TIME_INFERRED: &str = "spark.span.time_inferred";
    /// The attributes whose values were cut because they are longer than sparkspan's limit.
    pub const SPARK_SPAN_TRUNCATED: &str = "spark.span.truncated";
    /// Which kind of thing the span shows.
    pub const SPARK_SPAN_TYPE: &str = "spark.span.type";
    /// How many events Spark's listener bus dropped before they could be traced.
    pub const SPARK_SPARKSPAN_EVENTS_DROPPED: &str = "spark.sparkspan.events.dropped";
    /// How many events could not be read.
    pub const SPARK_SPARKSPAN_EVENTS_UNUSABLE: &str = "spark.sparkspan.events.unusable";
    /// How many open queries lost their plan for the same reason.
    pub const SPARK_SPARKSPAN_PLANS_EVICTED: &str = "spark.sparkspan.plans.evicted";
    /// How many spans were dropped because the endpoint did not take them, until the application ended.
    pub const SPARK_SPARKSPAN_SPANS_DROPPED: &str = "spark.sparkspan.spans.dropped";
    /// How many other spans of such units were dropped for the same reason.
    pub const SPARK_SPARKSPAN_SPANS_EVICTED: &str = "spark.sparkspan.spans.evicted";
    /// How many spans of tasks were given up to bound the memory of units that were not decided yet.
    pub const SPARK_SPARKSPAN_TASKS_EVICTED: &str = "spark.sparkspan.tasks.evicted";
    /// The description that the application or Spark gave the execution, without literals and secrets.
    pub const SPARK_SQL_DESCRIPTION: &str = "spark.sql.description";
    /// The execution, as Spark's SQL page numbers it.
    pub const SPARK_SQL_EXECUTION_ID: &str = "spark.sql.execution.id";
    /// The outermost execution that this one runs within.
    pub const SPARK_SQL_EXECUTION_ROOT_ID: &str = "spark.sql.execution.root_id";
    /// How much the plan's sources read.
    pub const SPARK_SQL_INPUT_BYTES: &str = "spark.sql.input.bytes";
    /// How many rows the plan's sources gave.
    pub const SPARK_SQL_INPUT_ROWS: &str = "spark.sql.input.rows";
    /// How much the execution wrote.
    pub const SPARK_SQL_OUTPUT_BYTES: &str = "spark.sql.output.bytes";
    /// How many rows the execution wrote.
    pub const SPARK_SQL_OUTPUT_ROWS: &str = "spark.sql.output.rows";
    /// The phase.
    pub const SPARK_SQL_PHASE_NAME: &str = "spark.sql.phase.name";
    /// The plan was dropped while the execution was open, to bound memory; its name and its fingerprints are left.
    pub const SPARK_SQL_PLAN_EVICTED: &str = "spark.sql.plan.evicted";
    /// Equal for executions whose plans, as executed, have the same operators.
    pub const SPARK_SQL_PLAN_EXECUTED_FINGERPRINT: &str = "spark.sql.plan.executed_fingerprint";
    /// Equal for executions whose plans, as first made, have the same operators.
    pub const SPARK_SQL_PLAN_INITIAL_FINGERPRINT: &str = "spark.sql.plan.initial_fingerprint";
    /// The physical plan as it was executed, one operator a line, each with its metrics; without literals and secrets.
    pub const SPARK_SQL_PLAN_TEXT: &str = "spark.sql.plan.text";
    /// How often adaptive execution changed the plan.
    pub const SPARK_SQL_PLAN_UPDATES: &str = "spark.sql.plan.updates";
    /// How the execution was planned, its text and its phases, is told here alone: `spark.sparkspan.eventLog.extras` keeps it out of the event log, so that a replay lacks it.
    pub const SPARK_SQL_PLANNING_UNLOGGED: &str = "spark.sql.planning.unlogged";
    /// The query's unique ID. Spark 4.3 and newer.
    pub const SPARK_SQL_QUERY_ID: &str = "spark.sql.query.id";
    /// Which attempt of the stage it is, from 0.
    pub const SPARK_STAGE_ATTEMPT: &str = "spark.stage.attempt";
    /// Time of all tasks together spent running tasks, of a CPU.
    pub const SPARK_STAGE_CPU_NS: &str = "spark.stage.cpu_ns";
    /// Time of all tasks together spent deserialising tasks, of a CPU.
    pub const SPARK_STAGE_DESERIALIZE_CPU_NS: &str = "spark.stage.deserialize_cpu_ns";
    /// Time of all tasks together spent deserialising tasks.
    pub const SPARK_STAGE_DESERIALIZE_MS: &str = "spark.stage.deserialize_ms";
    /// What was spilled, as it is on disk.
    pub const SPARK_STAGE_DISK_SPILLED_BYTES: &str = "spark.stage.disk_spilled_bytes";
    /// Time of all tasks together spent in garbage collection.
    pub const SPARK_STAGE_GC_MS: &str = "spark.stage.gc_ms";
    /// Time of all tasks together spent fetching results to the driver.
    pub const SPARK_STAGE_GETTING_RESULT_MS: &str = "spark.stage.getting_result_ms";
    /// The stage.
    pub const SPARK_STAGE_ID: &str = "spark.stage.id";
    /// How much was read from storage.
    pub const SPARK_STAGE_INPUT_BYTES: &str = "spark.stage.input.bytes";
    /// How many records were read from storage.
    pub const SPARK_STAGE_INPUT_RECORDS: &str = "spark.stage.input.records";
    /// What was spilled, as it was in memory.
    pub const SPARK_STAGE_MEMORY_SPILLED_BYTES: &str = "spark.stage.memory_spilled_bytes";
    /// The SQL operators, else RDD scopes, that the stage runs.
    pub const SPARK_STAGE_OPERATORS: &str = "spark.stage.operators";
    /// How much was written to storage.
    pub const SPARK_STAGE_OUTPUT_BYTES: &str = "spark.stage.output.bytes";
    /// How many records were written to storage.
    pub const SPARK_STAGE_OUTPUT_RECORDS: &str = "spark.stage.output.records";
    /// The highest execution memory of one task.
    pub const SPARK_STAGE_PEAK_EXECUTION_MEMORY_BYTES: &str =
        "spark.stage.peak_execution_memory_bytes";
    /// Size of the results sent to the driver.
    pub const SPARK_STAGE_RESULT_BYTES: &str = "spark.stage.result_bytes";
    /// Time of all tasks together spent serialising results.
    pub const SPARK_STAGE_RESULT_SERIALIZATION_MS: &str = "spark.stage.result_serialization_ms";
    /// Time of all tasks together spent running tasks.
    pub const SPARK_STAGE_RUN_MS: &str = "spark.stage.run_ms";
    /// Time of all tasks together spent waiting for the scheduler and the network: what is left of launch to finish.
    pub const SPARK_STAGE_SCHEDULER_DELAY_MS: &str = "spark.stage.scheduler_delay_ms";
    /// The time of the slowest task that succeeded.
    pub const SPARK_STAGE_TASK_TIME_MAX_MS: &str = "spark.stage.task_time.max_ms";
    /// The median time of a task that succeeded.
    pub const SPARK_STAGE_TASK_TIME_P50_MS: &str = "spark.stage.task_time.p50_ms";
    /// The time that 95 of 100 tasks that succeeded stayed within.
    pub const SPARK_STAGE_TASK_TIME_P95_MS: &str = "spark.stage.task_time.p95_ms";
    /// The slowest task's time divided by the median's.
    pub const SPARK_STAGE_TASK_TIME_SKEW: &str = "spark.stage.task_time.skew";
    /// How many task attempts failed.
    pub const SPARK_STAGE_TASKS_FAILED: &str = "spark.stage.tasks.failed";
    /// How many task attempts are counted here and have no span of their own.
    pub const SPARK_STAGE_TASKS_FOLDED: &str = "spark.stage.tasks.folded";
    /// How many task attempts were killed.
    pub const SPARK_STAGE_TASKS_KILLED: &str = "spark.stage.tasks.killed";
    /// How many tasks ran again because the executor that held their output was lost.
    pub const SPARK_STAGE_TASKS_RESUBMITTED: &str = "spark.stage.tasks.resubmitted";
    /// How many task attempts were speculative copies.
    pub const SPARK_STAGE_TASKS_SPECULATIVE: &str = "spark.stage.tasks.speculative";
    /// How many task attempts succeeded.
    pub const SPARK_STAGE_TASKS_SUCCEEDED: &str = "spark.stage.tasks.succeeded";
    /// How many tasks the attempt has.
    pub const SPARK_STAGE_TASKS_TOTAL: &str = "spark.stage.tasks.total";
    /// How many task attempts started and have no end in the events.
    pub const SPARK_STAGE_TASKS_UNFINISHED: &str = "spark.stage.tasks.unfinished";
    /// The micro-batch, from 0 with the checkpoint.
    pub const SPARK_STREAMING_BATCH_ID: &str = "spark.streaming.batch.id";
    /// The time of a `DStream`'s batch, which has no ID.
    pub const SPARK_STREAMING_BATCH_TIME_UNIX_MS: &str = "spark.streaming.batch.time_unix_ms";
    /// How many rows the batch read.
    pub const SPARK_STREAMING_INPUT_ROWS: &str = "spark.streaming.input.rows";
    /// At which rate rows arrive.
    pub const SPARK_STREAMING_INPUT_ROWS_PER_SECOND: &str = "spark.streaming.input.rows_per_second";
    /// How many rows the sink took.
    pub const SPARK_STREAMING_OUTPUT_ROWS: &str = "spark.streaming.output.rows";
    /// At which rate rows were processed.
    pub const SPARK_STREAMING_PROCESSED_ROWS_PER_SECOND: &str =
        "spark.streaming.processed.rows_per_second";
    /// The query, the same after a restart from its checkpoint.
    pub const SPARK_STREAMING_QUERY_ID: &str = "spark.streaming.query.id";
    /// The name that the application gave the query.
    pub const SPARK_STREAMING_QUERY_NAME: &str = "spark.streaming.query.name";
    /// This run of the query.
    pub const SPARK_STREAMING_QUERY_RUN_ID: &str = "spark.streaming.query.run_id";
    /// Memory that the state takes, over all operators.
    pub const SPARK_STREAMING_STATE_MEMORY_BYTES: &str = "spark.streaming.state.memory_bytes";
    /// How many rows came behind the watermark and were dropped, over all operators.
    pub const SPARK_STREAMING_STATE_ROWS_DROPPED_LATE: &str =
        "spark.streaming.state.rows.dropped_late";
    /// How many rows the state holds, over all operators.
    pub const SPARK_STREAMING_STATE_ROWS_TOTAL: &str = "spark.streaming.state.rows.total";
    /// How many rows of the state changed, over all operators.
    pub const SPARK_STREAMING_STATE_ROWS_UPDATED: &str = "spark.streaming.state.rows.updated";
    /// Time that the trigger spent running the batch.
    pub const SPARK_STREAMING_TRIGGER_ADD_BATCH_MS: &str = "spark.streaming.trigger.add_batch_ms";
    /// Time that the trigger spent committing the batch.
    pub const SPARK_STREAMING_TRIGGER_COMMIT_OFFSETS_MS: &str =
        "spark.streaming.trigger.commit_offsets_ms";
    /// Time that the trigger spent in all.
    pub const SPARK_STREAMING_TRIGGER_EXECUTION_MS: &str = "spark.streaming.trigger.execution_ms";
    /// Time that the trigger spent making the batch's plan of its sources.
    pub const SPARK_STREAMING_TRIGGER_GET_BATCH_MS: &str = "spark.streaming.trigger.get_batch_ms";
    /// Time that the trigger spent finding out what is new.
    pub const SPARK_STREAMING_TRIGGER_LATEST_OFFSET_MS: &str =
        "spark.streaming.trigger.latest_offset_ms";
    /// Time that the trigger spent planning the query.
    pub const SPARK_STREAMING_TRIGGER_QUERY_PLANNING_MS: &str =
        "spark.streaming.trigger.query_planning_ms";
    /// Time that the trigger spent writing the offsets to the log.
    pub const SPARK_STREAMING_TRIGGER_WAL_COMMIT_MS: &str = "spark.streaming.trigger.wal_commit_ms";
    /// Data older than this is late.
    pub const SPARK_STREAMING_WATERMARK: &str = "spark.streaming.watermark";
    /// Which attempt of the task it is, from 0.
    pub const SPARK_TASK_ATTEMPT: &str = "spark.task.attempt";
    /// Time spent running the task, of a CPU.
    pub const SPARK_TASK_CPU_NS: &str = "spark.task.cpu_ns";
    /// Time spent deserialising the task, of a CPU.
    pub const SPARK_TASK_DESERIALIZE_CPU_NS: &str = "spark.task.deserialize_cpu_ns";
    /// Time spent deserialising the task.
    pub const SPARK_TASK_DESERIALIZE_MS: &str = "spark.task.deserialize_ms";
    /// What was spilled, as it is on disk.
    pub const SPARK_TASK_DISK_SPILLED_BYTES: &str = "spark.task.disk_spilled_bytes";
    /// Time spent in garbage collection.
    pub const SPARK_TASK_GC_MS: &str = "spark.task.gc_ms";
    /// Time spent fetching the result to the driver.
    pub const SPARK_TASK_GETTING_RESULT_MS: &str = "spark.task.getting_result_ms";
    /// The task attempt, unique within the application.
    pub const SPARK_TASK_ID: &str = "spark.task.id";
    /// The task's place within its stage.
    pub const SPARK_TASK_INDEX: &str = "spark.task.index";
    /// How much was read from storage.
    pub const SPARK_TASK_INPUT_BYTES: &str = "spark.task.input.bytes";
    /// How many records were read from storage.
    pub const SPARK_TASK_INPUT_RECORDS: &str = "spark.task.input.records";
    /// Why the task was killed.
    pub const SPARK_TASK_KILL_REASON: &str = "spark.task.kill_reason";
    /// How near to its data the task ran.
    pub const SPARK_TASK_LOCALITY: &str = "spark.task.locality";
    /// What was spilled, as it was in memory.
    pub const SPARK_TASK_MEMORY_SPILLED_BYTES: &str = "spark.task.memory_spilled_bytes";
    /// How much was written to storage.
    pub const SPARK_TASK_OUTPUT_BYTES: &str = "spark.task.output.bytes";
    /// How many records were written to storage.
    pub const SPARK_TASK_OUTPUT_RECORDS: &str = "spark.task.output.records";
    /// The partition that the task computes.
    pub const SPARK_TASK_PARTITION: &str = "spark.task.partition";
    /// The highest memory for joins, aggregations and sorts.
    pub const SPARK_TASK_PEAK_EXECUTION_MEMORY_BYTES: &str =
        "spark.task.peak_execution_memory_bytes";
    /// Size of the result sent to the driver.
    pub const SPARK_TASK_RESULT_BYTES: &str = "spark.task.result_bytes";
    /// Time spent serialising the result.
    pub const SPARK_TASK_RESULT_SERIALIZATION_MS: &str = "spark.task.result_serialization_ms";
    /// Time spent running the task.
    pub const SPARK_TASK_RUN_MS: &str = "spark.task.run_ms";
    /// Time spent waiting for the scheduler and the network: what is left of launch to finish.
    pub const SPARK_TASK_SCHEDULER_DELAY_MS: &str = "spark.task.scheduler_delay_ms";
    /// It is a copy of a task that took suspiciously long.
    pub const SPARK_TASK_SPECULATIVE: &str = "spark.task.speculative";
    /// Where the History Server shows it, when `spark.sparkspan.historyServer.url` is set.
    pub const SPARK_UI_URL: &str = "spark.ui.url";
    /// Why the unit is in the trace.
    pub const SPARK_UNIT_KEPT: &str = "spark.unit.kept";
    /// It began after the unit that it belongs to was closed; it shares that unit's trace and sampling decision.
    pub const SPARK_UNIT_LATE: &str = "spark.unit.late";
    /// How many spans of the unit were dropped to bound memory before it was known whether the unit would be kept.
    pub const SPARK_UNIT_SPANS_EVICTED: &str = "spark.unit.spans.evicted";
    /// The version of Spark that runs the application.
    pub const SPARK_VERSION: &str = "spark.version";
    /// How much of the span's texts was cut off because the span alone was larger than a request may be.
    pub const SPARKSPAN_TRUNCATED_BYTES: &str = "sparkspan.truncated_bytes";
    /// Always `rust`.
    pub const TELEMETRY_SDK_LANGUAGE: &str = "telemetry.sdk.language";
    /// Always `sparkspan`.
    pub const TELEMETRY_SDK_NAME: &str = "telemetry.sdk.name";
    /// The version of the span model, not of the release, so that any release that replays a log yields the same resource.
    pub const TELEMETRY_SDK_VERSION: &str = "telemetry.sdk.version";
}

/// Keys of attributes, for writing them. Each takes values of its class alone.
pub mod key {
    use super::attribute;
    use crate::class::{Identifier, List, Number, Text, Word};
    use crate::{Key, Template};

    /// [`code.file.path`](attribute::CODE_FILE_PATH)
    pub const CODE_FILE_PATH: Key<Text> = Key::new(attribute::CODE_FILE_PATH);
    /// [`code.function.name`](attribute::CODE_FUNCTION_NAME)
    pub const CODE_FUNCTION_NAME: Key<Text> = Key::new(attribute::CODE_FUNCTION_NAME);
    /// [`code.line.number`](attribute::CODE_LINE_NUMBER)
    pub const CODE_LINE_NUMBER: Key<Number<i64>> = Key::new(attribute::CODE_LINE_NUMBER);
    /// [`db.operation.name`](attribute::DB_OPERATION_NAME)
    pub const DB_OPERATION_NAME: Key<Identifier> = Key::new(attribute::DB_OPERATION_NAME);
    /// [`db.query.summary`](attribute::DB_QUERY_SUMMARY)
    pub const DB_QUERY_SUMMARY: Key<Identifier> = Key::new(attribute::DB_QUERY_SUMMARY);
    /// [`db.query.text`](attribute::DB_QUERY_TEXT)
    pub const DB_QUERY_TEXT: Key<Text> = Key::new(attribute::DB_QUERY_TEXT);
    /// [`db.system.name`](attribute::DB_SYSTEM_NAME)
    pub const DB_SYSTEM_NAME: Key<Word> = Key::new(attribute::DB_SYSTEM_NAME);
    /// [`error.type`](attribute::ERROR_TYPE)
    pub const ERROR_TYPE: Key<Identifier> = Key::new(attribute::ERROR_TYPE);
    /// [`exception.message`](attribute::EXCEPTION_MESSAGE)
    pub const EXCEPTION_MESSAGE: Key<Text> = Key::new(attribute::EXCEPTION_MESSAGE);
    /// [`exception.stacktrace`](attribute::EXCEPTION_STACKTRACE)
    pub const EXCEPTION_STACKTRACE: Key<Text> = Key::new(attribute::EXCEPTION_STACKTRACE);
    /// [`exception.type`](attribute::EXCEPTION_TYPE)
    pub const EXCEPTION_TYPE: Key<Identifier> = Key::new(attribute::EXCEPTION_TYPE);
    /// [`host.name`](attribute::HOST_NAME)
    pub const HOST_NAME: Key<Identifier> = Key::new(attribute::HOST_NAME);
    /// [`k8s.node.name`](attribute::K8S_NODE_NAME)
    pub const K8S_NODE_NAME: Key<Identifier> = Key::new(attribute::K8S_NODE_NAME);
    /// [`k8s.pod.name`](attribute::K8S_POD_NAME)
    pub const K8S_POD_NAME: Key<Identifier> = Key::new(attribute::K8S_POD_NAME);
    /// [`k8s.pod.uid`](attribute::K8S_POD_UID)
    pub const K8S_POD_UID: Key<Identifier> = Key::new(attribute::K8S_POD_UID);
    /// [`service.instance.id`](attribute::SERVICE_INSTANCE_ID)
    pub const SERVICE_INSTANCE_ID: Key<Identifier> = Key::new(attribute::SERVICE_INSTANCE_ID);
    /// [`service.name`](attribute::SERVICE_NAME)
    pub const SERVICE_NAME: Key<Identifier> = Key::new(attribute::SERVICE_NAME);
    /// [`service.namespace`](attribute::SERVICE_NAMESPACE)
    pub const SERVICE_NAMESPACE: Key<Identifier> = Key::new(attribute::SERVICE_NAMESPACE);
    /// [`service.version`](attribute::SERVICE_VERSION)
    pub const SERVICE_VERSION: Key<Identifier> = Key::new(attribute::SERVICE_VERSION);
    /// [`spark.app.attempt`](attribute::SPARK_APP_ATTEMPT)
    pub const SPARK_APP_ATTEMPT: Key<Identifier> = Key::new(attribute::SPARK_APP_ATTEMPT);
    /// [`spark.app.deploy_mode`](attribute::SPARK_APP_DEPLOY_MODE)
    pub const SPARK_APP_DEPLOY_MODE: Key<Identifier> = Key::new(attribute::SPARK_APP_DEPLOY_MODE);
    /// [`spark.app.events.late`](attribute::SPARK_APP_EVENTS_LATE)
    pub const SPARK_APP_EVENTS_LATE: Key<Number<i64>> = Key::new(attribute::SPARK_APP_EVENTS_LATE);
    /// [`spark.app.exit_code`](attribute::SPARK_APP_EXIT_CODE)
    pub const SPARK_APP_EXIT_CODE: Key<Number<i64>> = Key::new(attribute::SPARK_APP_EXIT_CODE);
    /// [`spark.app.id`](attribute::SPARK_APP_ID)
    pub const SPARK_APP_ID: Key<Identifier> = Key::new(attribute::SPARK_APP_ID);
    /// [`spark.app.master`](attribute::SPARK_APP_MASTER)
    pub const SPARK_APP_MASTER: Key<Identifier> = Key::new(attribute::SPARK_APP_MASTER);
    /// [`spark.app.name`](attribute::SPARK_APP_NAME)
    pub const SPARK_APP_NAME: Key<Identifier> = Key::new(attribute::SPARK_APP_NAME);
    /// [`spark.app.plans.evicted`](attribute::SPARK_APP_PLANS_EVICTED)
    pub const SPARK_APP_PLANS_EVICTED: Key<Number<i64>> =
        Key::new(attribute::SPARK_APP_PLANS_EVICTED);
    /// [`spark.app.redaction.unusable`](attribute::SPARK_APP_REDACTION_UNUSABLE)
    pub const SPARK_APP_REDACTION_UNUSABLE: Key<Word> =
        Key::new(attribute::SPARK_APP_REDACTION_UNUSABLE);
    /// [`spark.app.scope`](attribute::SPARK_APP_SCOPE)
    pub const SPARK_APP_SCOPE: Key<Word> = Key::new(attribute::SPARK_APP_SCOPE);
    /// [`spark.app.spans.evicted`](attribute::SPARK_APP_SPANS_EVICTED)
    pub const SPARK_APP_SPANS_EVICTED: Key<Number<i64>> =
        Key::new(attribute::SPARK_APP_SPANS_EVICTED);
    /// [`spark.app.spans.interrupted`](attribute::SPARK_APP_SPANS_INTERRUPTED)
    pub const SPARK_APP_SPANS_INTERRUPTED: Key<Number<i64>> =
        Key::new(attribute::SPARK_APP_SPANS_INTERRUPTED);
    /// [`spark.app.units.failed`](attribute::SPARK_APP_UNITS_FAILED)
    pub const SPARK_APP_UNITS_FAILED: Key<Number<i64>> =
        Key::new(attribute::SPARK_APP_UNITS_FAILED);
    /// [`spark.app.units.parent`](attribute::SPARK_APP_UNITS_PARENT)
    pub const SPARK_APP_UNITS_PARENT: Key<Number<i64>> =
        Key::new(attribute::SPARK_APP_UNITS_PARENT);
    /// [`spark.app.units.replay`](attribute::SPARK_APP_UNITS_REPLAY)
    pub const SPARK_APP_UNITS_REPLAY: Key<Number<i64>> =
        Key::new(attribute::SPARK_APP_UNITS_REPLAY);
    /// [`spark.app.units.sampled`](attribute::SPARK_APP_UNITS_SAMPLED)
    pub const SPARK_APP_UNITS_SAMPLED: Key<Number<i64>> =
        Key::new(attribute::SPARK_APP_UNITS_SAMPLED);
    /// [`spark.app.units.sampled_out`](attribute::SPARK_APP_UNITS_SAMPLED_OUT)
    pub const SPARK_APP_UNITS_SAMPLED_OUT: Key<Number<i64>> =
        Key::new(attribute::SPARK_APP_UNITS_SAMPLED_OUT);
    /// [`spark.app.units.seen`](attribute::SPARK_APP_UNITS_SEEN)
    pub const SPARK_APP_UNITS_SEEN: Key<Number<i64>> = Key::new(attribute::SPARK_APP_UNITS_SEEN);
    /// [`spark.app.units.slow`](attribute::SPARK_APP_UNITS_SLOW)
    pub const SPARK_APP_UNITS_SLOW: Key<Number<i64>> = Key::new(attribute::SPARK_APP_UNITS_SLOW);
    /// [`spark.app.units.without_tasks`](attribute::SPARK_APP_UNITS_WITHOUT_TASKS)
    pub const SPARK_APP_UNITS_WITHOUT_TASKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_APP_UNITS_WITHOUT_TASKS);
    /// [`spark.app.user`](attribute::SPARK_APP_USER)
    pub const SPARK_APP_USER: Key<Identifier> = Key::new(attribute::SPARK_APP_USER);
    /// [`spark.conf`](attribute::SPARK_CONF)
    pub const SPARK_CONF: Template<Identifier> = Template::new(attribute::SPARK_CONF);
    /// [`spark.connect.operation.id`](attribute::SPARK_CONNECT_OPERATION_ID)
    pub const SPARK_CONNECT_OPERATION_ID: Key<Identifier> =
        Key::new(attribute::SPARK_CONNECT_OPERATION_ID);
    /// [`spark.connect.produced_rows`](attribute::SPARK_CONNECT_PRODUCED_ROWS)
    pub const SPARK_CONNECT_PRODUCED_ROWS: Key<Number<i64>> =
        Key::new(attribute::SPARK_CONNECT_PRODUCED_ROWS);
    /// [`spark.connect.session.id`](attribute::SPARK_CONNECT_SESSION_ID)
    pub const SPARK_CONNECT_SESSION_ID: Key<Identifier> =
        Key::new(attribute::SPARK_CONNECT_SESSION_ID);
    /// [`spark.connect.tags`](attribute::SPARK_CONNECT_TAGS)
    pub const SPARK_CONNECT_TAGS: Key<List<Text>> = Key::new(attribute::SPARK_CONNECT_TAGS);
    /// [`spark.connect.user.id`](attribute::SPARK_CONNECT_USER_ID)
    pub const SPARK_CONNECT_USER_ID: Key<Identifier> = Key::new(attribute::SPARK_CONNECT_USER_ID);
    /// [`spark.executor.cores`](attribute::SPARK_EXECUTOR_CORES)
    pub const SPARK_EXECUTOR_CORES: Key<Number<i64>> = Key::new(attribute::SPARK_EXECUTOR_CORES);
    /// [`spark.executor.id`](attribute::SPARK_EXECUTOR_ID)
    pub const SPARK_EXECUTOR_ID: Key<Identifier> = Key::new(attribute::SPARK_EXECUTOR_ID);
    /// [`spark.executor.removed_reason`](attribute::SPARK_EXECUTOR_REMOVED_REASON)
    pub const SPARK_EXECUTOR_REMOVED_REASON: Key<Text> =
        Key::new(attribute::SPARK_EXECUTOR_REMOVED_REASON);
    /// [`spark.job.description`](attribute::SPARK_JOB_DESCRIPTION)
    pub const SPARK_JOB_DESCRIPTION: Key<Text> = Key::new(attribute::SPARK_JOB_DESCRIPTION);
    /// [`spark.job.group`](attribute::SPARK_JOB_GROUP)
    pub const SPARK_JOB_GROUP: Key<Text> = Key::new(attribute::SPARK_JOB_GROUP);
    /// [`spark.job.id`](attribute::SPARK_JOB_ID)
    pub const SPARK_JOB_ID: Key<Number<i64>> = Key::new(attribute::SPARK_JOB_ID);
    /// [`spark.job.stages.run`](attribute::SPARK_JOB_STAGES_RUN)
    pub const SPARK_JOB_STAGES_RUN: Key<Number<i64>> = Key::new(attribute::SPARK_JOB_STAGES_RUN);
    /// [`spark.job.stages.skipped`](attribute::SPARK_JOB_STAGES_SKIPPED)
    pub const SPARK_JOB_STAGES_SKIPPED: Key<Number<i64>> =
        Key::new(attribute::SPARK_JOB_STAGES_SKIPPED);
    /// [`spark.job.stages.total`](attribute::SPARK_JOB_STAGES_TOTAL)
    pub const SPARK_JOB_STAGES_TOTAL: Key<Number<i64>> =
        Key::new(attribute::SPARK_JOB_STAGES_TOTAL);
    /// [`spark.job.tags`](attribute::SPARK_JOB_TAGS)
    pub const SPARK_JOB_TAGS: Key<List<Text>> = Key::new(attribute::SPARK_JOB_TAGS);
    /// [`spark.link.type`](attribute::SPARK_LINK_TYPE)
    pub const SPARK_LINK_TYPE: Key<Word> = Key::new(attribute::SPARK_LINK_TYPE);
    /// [`spark.openlineage.parent_run_id`](attribute::SPARK_OPENLINEAGE_PARENT_RUN_ID)
    pub const SPARK_OPENLINEAGE_PARENT_RUN_ID: Key<Identifier> =
        Key::new(attribute::SPARK_OPENLINEAGE_PARENT_RUN_ID);
    /// [`spark.openlineage.root_parent_run_id`](attribute::SPARK_OPENLINEAGE_ROOT_PARENT_RUN_ID)
    pub const SPARK_OPENLINEAGE_ROOT_PARENT_RUN_ID: Key<Identifier> =
        Key::new(attribute::SPARK_OPENLINEAGE_ROOT_PARENT_RUN_ID);
    /// [`spark.outcome`](attribute::SPARK_OUTCOME)
    pub const SPARK_OUTCOME: Key<Word> = Key::new(attribute::SPARK_OUTCOME);
    /// [`spark.shuffle.read.fetch_wait_ms`](attribute::SPARK_SHUFFLE_READ_FETCH_WAIT_MS)
    pub const SPARK_SHUFFLE_READ_FETCH_WAIT_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_FETCH_WAIT_MS);
    /// [`spark.shuffle.read.local_blocks`](attribute::SPARK_SHUFFLE_READ_LOCAL_BLOCKS)
    pub const SPARK_SHUFFLE_READ_LOCAL_BLOCKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_LOCAL_BLOCKS);
    /// [`spark.shuffle.read.local_bytes`](attribute::SPARK_SHUFFLE_READ_LOCAL_BYTES)
    pub const SPARK_SHUFFLE_READ_LOCAL_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_LOCAL_BYTES);
    /// [`spark.shuffle.read.merged.corrupt_chunks`](attribute::SPARK_SHUFFLE_READ_MERGED_CORRUPT_CHUNKS)
    pub const SPARK_SHUFFLE_READ_MERGED_CORRUPT_CHUNKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_MERGED_CORRUPT_CHUNKS);
    /// [`spark.shuffle.read.merged.fallbacks`](attribute::SPARK_SHUFFLE_READ_MERGED_FALLBACKS)
    pub const SPARK_SHUFFLE_READ_MERGED_FALLBACKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_MERGED_FALLBACKS);
    /// [`spark.shuffle.read.merged.local_blocks`](attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_BLOCKS)
    pub const SPARK_SHUFFLE_READ_MERGED_LOCAL_BLOCKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_BLOCKS);
    /// [`spark.shuffle.read.merged.local_bytes`](attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_BYTES)
    pub const SPARK_SHUFFLE_READ_MERGED_LOCAL_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_BYTES);
    /// [`spark.shuffle.read.merged.local_chunks`](attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_CHUNKS)
    pub const SPARK_SHUFFLE_READ_MERGED_LOCAL_CHUNKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_CHUNKS);
    /// [`spark.shuffle.read.merged.remote_blocks`](attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_BLOCKS)
    pub const SPARK_SHUFFLE_READ_MERGED_REMOTE_BLOCKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_BLOCKS);
    /// [`spark.shuffle.read.merged.remote_bytes`](attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_BYTES)
    pub const SPARK_SHUFFLE_READ_MERGED_REMOTE_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_BYTES);
    /// [`spark.shuffle.read.merged.remote_chunks`](attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_CHUNKS)
    pub const SPARK_SHUFFLE_READ_MERGED_REMOTE_CHUNKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_CHUNKS);
    /// [`spark.shuffle.read.merged.remote_requests_ms`](attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_REQUESTS_MS)
    pub const SPARK_SHUFFLE_READ_MERGED_REMOTE_REQUESTS_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_REQUESTS_MS);
    /// [`spark.shuffle.read.records`](attribute::SPARK_SHUFFLE_READ_RECORDS)
    pub const SPARK_SHUFFLE_READ_RECORDS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_RECORDS);
    /// [`spark.shuffle.read.remote_blocks`](attribute::SPARK_SHUFFLE_READ_REMOTE_BLOCKS)
    pub const SPARK_SHUFFLE_READ_REMOTE_BLOCKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_REMOTE_BLOCKS);
    /// [`spark.shuffle.read.remote_bytes`](attribute::SPARK_SHUFFLE_READ_REMOTE_BYTES)
    pub const SPARK_SHUFFLE_READ_REMOTE_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_REMOTE_BYTES);
    /// [`spark.shuffle.read.remote_requests_ms`](attribute::SPARK_SHUFFLE_READ_REMOTE_REQUESTS_MS)
    pub const SPARK_SHUFFLE_READ_REMOTE_REQUESTS_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_REMOTE_REQUESTS_MS);
    /// [`spark.shuffle.read.remote_to_disk_bytes`](attribute::SPARK_SHUFFLE_READ_REMOTE_TO_DISK_BYTES)
    pub const SPARK_SHUFFLE_READ_REMOTE_TO_DISK_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_REMOTE_TO_DISK_BYTES);
    /// [`spark.shuffle.read.tasks`](attribute::SPARK_SHUFFLE_READ_TASKS)
    pub const SPARK_SHUFFLE_READ_TASKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_READ_TASKS);
    /// [`spark.shuffle.write.bytes`](attribute::SPARK_SHUFFLE_WRITE_BYTES)
    pub const SPARK_SHUFFLE_WRITE_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_WRITE_BYTES);
    /// [`spark.shuffle.write.disk_spilled_bytes`](attribute::SPARK_SHUFFLE_WRITE_DISK_SPILLED_BYTES)
    pub const SPARK_SHUFFLE_WRITE_DISK_SPILLED_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_WRITE_DISK_SPILLED_BYTES);
    /// [`spark.shuffle.write.memory_spilled_bytes`](attribute::SPARK_SHUFFLE_WRITE_MEMORY_SPILLED_BYTES)
    pub const SPARK_SHUFFLE_WRITE_MEMORY_SPILLED_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_WRITE_MEMORY_SPILLED_BYTES);
    /// [`spark.shuffle.write.records`](attribute::SPARK_SHUFFLE_WRITE_RECORDS)
    pub const SPARK_SHUFFLE_WRITE_RECORDS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_WRITE_RECORDS);
    /// [`spark.shuffle.write.tasks`](attribute::SPARK_SHUFFLE_WRITE_TASKS)
    pub const SPARK_SHUFFLE_WRITE_TASKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_WRITE_TASKS);
    /// [`spark.shuffle.write.time_ms`](attribute::SPARK_SHUFFLE_WRITE_TIME_MS)
    pub const SPARK_SHUFFLE_WRITE_TIME_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SHUFFLE_WRITE_TIME_MS);
    /// [`spark.span.clock_adjusted`](attribute::SPARK_SPAN_CLOCK_ADJUSTED)
    pub const SPARK_SPAN_CLOCK_ADJUSTED: Key<Number<bool>> =
        Key::new(attribute::SPARK_SPAN_CLOCK_ADJUSTED);
    /// [`spark.span.dropped.events`](attribute::SPARK_SPAN_DROPPED_EVENTS)
    pub const SPARK_SPAN_DROPPED_EVENTS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SPAN_DROPPED_EVENTS);
    /// [`spark.span.dropped.links`](attribute::SPARK_SPAN_DROPPED_LINKS)
    pub const SPARK_SPAN_DROPPED_LINKS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SPAN_DROPPED_LINKS);
    /// [`spark.span.incomplete`](attribute::SPARK_SPAN_INCOMPLETE)
    pub const SPARK_SPAN_INCOMPLETE: Key<Number<bool>> = Key::new(attribute::SPARK_SPAN_INCOMPLETE);
    /// [`spark.span.interrupted`](attribute::SPARK_SPAN_INTERRUPTED)
    pub const SPARK_SPAN_INTERRUPTED: Key<Number<bool>> =
        Key::new(attribute::SPARK_SPAN_INTERRUPTED);
    /// [`spark.span.stretched_ms`](attribute::SPARK_SPAN_STRETCHED_MS)
    pub const SPARK_SPAN_STRETCHED_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_SPAN_STRETCHED_MS);
    /// [`spark.span.time_inferred`](attribute::SPARK_SPAN_TIME_INFERRED)
    pub const SPARK_SPAN_TIME_INFERRED: Key<Number<bool>> =
        Key::new(attribute::SPARK_SPAN_TIME_INFERRED);
    /// [`spark.span.truncated`](attribute::SPARK_SPAN_TRUNCATED)
    pub const SPARK_SPAN_TRUNCATED: Key<List<Word>> = Key::new(attribute::SPARK_SPAN_TRUNCATED);
    /// [`spark.span.type`](attribute::SPARK_SPAN_TYPE)
    pub const SPARK_SPAN_TYPE: Key<Word> = Key::new(attribute::SPARK_SPAN_TYPE);
    /// [`spark.sparkspan.events.dropped`](attribute::SPARK_SPARKSPAN_EVENTS_DROPPED)
    pub const SPARK_SPARKSPAN_EVENTS_DROPPED: Key<Number<i64>> =
        Key::new(attribute::SPARK_SPARKSPAN_EVENTS_DROPPED);
    /// [`spark.sparkspan.events.unusable`](attribute::SPARK_SPARKSPAN_EVENTS_UNUSABLE)
    pub const SPARK_SPARKSPAN_EVENTS_UNUSABLE: Key<Number<i64>> =
        Key::new(attribute::SPARK_SPARKSPAN_EVENTS_UNUSABLE);
    /// [`spark.sparkspan.plans.evicted`](attribute::SPARK_SPARKSPAN_PLANS_EVICTED)
    pub const SPARK_SPARKSPAN_PLANS_EVICTED: Key<Number<i64>> =
        Key::new(attribute::SPARK_SPARKSPAN_PLANS_EVICTED);
    /// [`spark.sparkspan.spans.dropped`](attribute::SPARK_SPARKSPAN_SPANS_DROPPED)
    pub const SPARK_SPARKSPAN_SPANS_DROPPED: Key<Number<i64>> =
        Key::new(attribute::SPARK_SPARKSPAN_SPANS_DROPPED);
    /// [`spark.sparkspan.spans.evicted`](attribute::SPARK_SPARKSPAN_SPANS_EVICTED)
    pub const SPARK_SPARKSPAN_SPANS_EVICTED: Key<Number<i64>> =
        Key::new(attribute::SPARK_SPARKSPAN_SPANS_EVICTED);
    /// [`spark.sparkspan.tasks.evicted`](attribute::SPARK_SPARKSPAN_TASKS_EVICTED)
    pub const SPARK_SPARKSPAN_TASKS_EVICTED: Key<Number<i64>> =
        Key::new(attribute::SPARK_SPARKSPAN_TASKS_EVICTED);
    /// [`spark.sql.description`](attribute::SPARK_SQL_DESCRIPTION)
    pub const SPARK_SQL_DESCRIPTION: Key<Text> = Key::new(attribute::SPARK_SQL_DESCRIPTION);
    /// [`spark.sql.execution.id`](attribute::SPARK_SQL_EXECUTION_ID)
    pub const SPARK_SQL_EXECUTION_ID: Key<Number<i64>> =
        Key::new(attribute::SPARK_SQL_EXECUTION_ID);
    /// [`spark.sql.execution.root_id`](attribute::SPARK_SQL_EXECUTION_ROOT_ID)
    pub const SPARK_SQL_EXECUTION_ROOT_ID: Key<Number<i64>> =
        Key::new(attribute::SPARK_SQL_EXECUTION_ROOT_ID);
    /// [`spark.sql.input.bytes`](attribute::SPARK_SQL_INPUT_BYTES)
    pub const SPARK_SQL_INPUT_BYTES: Key<Number<i64>> = Key::new(attribute::SPARK_SQL_INPUT_BYTES);
    /// [`spark.sql.input.rows`](attribute::SPARK_SQL_INPUT_ROWS)
    pub const SPARK_SQL_INPUT_ROWS: Key<Number<i64>> = Key::new(attribute::SPARK_SQL_INPUT_ROWS);
    /// [`spark.sql.output.bytes`](attribute::SPARK_SQL_OUTPUT_BYTES)
    pub const SPARK_SQL_OUTPUT_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_SQL_OUTPUT_BYTES);
    /// [`spark.sql.output.rows`](attribute::SPARK_SQL_OUTPUT_ROWS)
    pub const SPARK_SQL_OUTPUT_ROWS: Key<Number<i64>> = Key::new(attribute::SPARK_SQL_OUTPUT_ROWS);
    /// [`spark.sql.phase.name`](attribute::SPARK_SQL_PHASE_NAME)
    pub const SPARK_SQL_PHASE_NAME: Key<Identifier> = Key::new(attribute::SPARK_SQL_PHASE_NAME);
    /// [`spark.sql.plan.evicted`](attribute::SPARK_SQL_PLAN_EVICTED)
    pub const SPARK_SQL_PLAN_EVICTED: Key<Number<bool>> =
        Key::new(attribute::SPARK_SQL_PLAN_EVICTED);
    /// [`spark.sql.plan.executed_fingerprint`](attribute::SPARK_SQL_PLAN_EXECUTED_FINGERPRINT)
    pub const SPARK_SQL_PLAN_EXECUTED_FINGERPRINT: Key<Identifier> =
        Key::new(attribute::SPARK_SQL_PLAN_EXECUTED_FINGERPRINT);
    /// [`spark.sql.plan.initial_fingerprint`](attribute::SPARK_SQL_PLAN_INITIAL_FINGERPRINT)
    pub const SPARK_SQL_PLAN_INITIAL_FINGERPRINT: Key<Identifier> =
        Key::new(attribute::SPARK_SQL_PLAN_INITIAL_FINGERPRINT);
    /// [`spark.sql.plan.text`](attribute::SPARK_SQL_PLAN_TEXT)
    pub const SPARK_SQL_PLAN_TEXT: Key<Identifier> = Key::new(attribute::SPARK_SQL_PLAN_TEXT);
    /// [`spark.sql.plan.updates`](attribute::SPARK_SQL_PLAN_UPDATES)
    pub const SPARK_SQL_PLAN_UPDATES: Key<Number<i64>> =
        Key::new(attribute::SPARK_SQL_PLAN_UPDATES);
    /// [`spark.sql.planning.unlogged`](attribute::SPARK_SQL_PLANNING_UNLOGGED)
    pub const SPARK_SQL_PLANNING_UNLOGGED: Key<Number<bool>> =
        Key::new(attribute::SPARK_SQL_PLANNING_UNLOGGED);
    /// [`spark.sql.query.id`](attribute::SPARK_SQL_QUERY_ID)
    pub const SPARK_SQL_QUERY_ID: Key<Identifier> = Key::new(attribute::SPARK_SQL_QUERY_ID);
    /// [`spark.stage.attempt`](attribute::SPARK_STAGE_ATTEMPT)
    pub const SPARK_STAGE_ATTEMPT: Key<Number<i64>> = Key::new(attribute::SPARK_STAGE_ATTEMPT);
    /// [`spark.stage.cpu_ns`](attribute::SPARK_STAGE_CPU_NS)
    pub const SPARK_STAGE_CPU_NS: Key<Number<i64>> = Key::new(attribute::SPARK_STAGE_CPU_NS);
    /// [`spark.stage.deserialize_cpu_ns`](attribute::SPARK_STAGE_DESERIALIZE_CPU_NS)
    pub const SPARK_STAGE_DESERIALIZE_CPU_NS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_DESERIALIZE_CPU_NS);
    /// [`spark.stage.deserialize_ms`](attribute::SPARK_STAGE_DESERIALIZE_MS)
    pub const SPARK_STAGE_DESERIALIZE_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_DESERIALIZE_MS);
    /// [`spark.stage.disk_spilled_bytes`](attribute::SPARK_STAGE_DISK_SPILLED_BYTES)
    pub const SPARK_STAGE_DISK_SPILLED_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_DISK_SPILLED_BYTES);
    /// [`spark.stage.gc_ms`](attribute::SPARK_STAGE_GC_MS)
    pub const SPARK_STAGE_GC_MS: Key<Number<i64>> = Key::new(attribute::SPARK_STAGE_GC_MS);
    /// [`spark.stage.getting_result_ms`](attribute::SPARK_STAGE_GETTING_RESULT_MS)
    pub const SPARK_STAGE_GETTING_RESULT_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_GETTING_RESULT_MS);
    /// [`spark.stage.id`](attribute::SPARK_STAGE_ID)
    pub const SPARK_STAGE_ID: Key<Number<i64>> = Key::new(attribute::SPARK_STAGE_ID);
    /// [`spark.stage.input.bytes`](attribute::SPARK_STAGE_INPUT_BYTES)
    pub const SPARK_STAGE_INPUT_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_INPUT_BYTES);
    /// [`spark.stage.input.records`](attribute::SPARK_STAGE_INPUT_RECORDS)
    pub const SPARK_STAGE_INPUT_RECORDS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_INPUT_RECORDS);
    /// [`spark.stage.memory_spilled_bytes`](attribute::SPARK_STAGE_MEMORY_SPILLED_BYTES)
    pub const SPARK_STAGE_MEMORY_SPILLED_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_MEMORY_SPILLED_BYTES);
    /// [`spark.stage.operators`](attribute::SPARK_STAGE_OPERATORS)
    pub const SPARK_STAGE_OPERATORS: Key<List<Identifier>> =
        Key::new(attribute::SPARK_STAGE_OPERATORS);
    /// [`spark.stage.output.bytes`](attribute::SPARK_STAGE_OUTPUT_BYTES)
    pub const SPARK_STAGE_OUTPUT_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_OUTPUT_BYTES);
    /// [`spark.stage.output.records`](attribute::SPARK_STAGE_OUTPUT_RECORDS)
    pub const SPARK_STAGE_OUTPUT_RECORDS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_OUTPUT_RECORDS);
    /// [`spark.stage.peak_execution_memory_bytes`](attribute::SPARK_STAGE_PEAK_EXECUTION_MEMORY_BYTES)
    pub const SPARK_STAGE_PEAK_EXECUTION_MEMORY_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_PEAK_EXECUTION_MEMORY_BYTES);
    /// [`spark.stage.result_bytes`](attribute::SPARK_STAGE_RESULT_BYTES)
    pub const SPARK_STAGE_RESULT_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_RESULT_BYTES);
    /// [`spark.stage.result_serialization_ms`](attribute::SPARK_STAGE_RESULT_SERIALIZATION_MS)
    pub const SPARK_STAGE_RESULT_SERIALIZATION_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_RESULT_SERIALIZATION_MS);
    /// [`spark.stage.run_ms`](attribute::SPARK_STAGE_RUN_MS)
    pub const SPARK_STAGE_RUN_MS: Key<Number<i64>> = Key::new(attribute::SPARK_STAGE_RUN_MS);
    /// [`spark.stage.scheduler_delay_ms`](attribute::SPARK_STAGE_SCHEDULER_DELAY_MS)
    pub const SPARK_STAGE_SCHEDULER_DELAY_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_SCHEDULER_DELAY_MS);
    /// [`spark.stage.task_time.max_ms`](attribute::SPARK_STAGE_TASK_TIME_MAX_MS)
    pub const SPARK_STAGE_TASK_TIME_MAX_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_TASK_TIME_MAX_MS);
    /// [`spark.stage.task_time.p50_ms`](attribute::SPARK_STAGE_TASK_TIME_P50_MS)
    pub const SPARK_STAGE_TASK_TIME_P50_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_TASK_TIME_P50_MS);
    /// [`spark.stage.task_time.p95_ms`](attribute::SPARK_STAGE_TASK_TIME_P95_MS)
    pub const SPARK_STAGE_TASK_TIME_P95_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_TASK_TIME_P95_MS);
    /// [`spark.stage.task_time.skew`](attribute::SPARK_STAGE_TASK_TIME_SKEW)
    pub const SPARK_STAGE_TASK_TIME_SKEW: Key<Number<f64>> =
        Key::new(attribute::SPARK_STAGE_TASK_TIME_SKEW);
    /// [`spark.stage.tasks.failed`](attribute::SPARK_STAGE_TASKS_FAILED)
    pub const SPARK_STAGE_TASKS_FAILED: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_TASKS_FAILED);
    /// [`spark.stage.tasks.folded`](attribute::SPARK_STAGE_TASKS_FOLDED)
    pub const SPARK_STAGE_TASKS_FOLDED: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_TASKS_FOLDED);
    /// [`spark.stage.tasks.killed`](attribute::SPARK_STAGE_TASKS_KILLED)
    pub const SPARK_STAGE_TASKS_KILLED: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_TASKS_KILLED);
    /// [`spark.stage.tasks.resubmitted`](attribute::SPARK_STAGE_TASKS_RESUBMITTED)
    pub const SPARK_STAGE_TASKS_RESUBMITTED: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_TASKS_RESUBMITTED);
    /// [`spark.stage.tasks.speculative`](attribute::SPARK_STAGE_TASKS_SPECULATIVE)
    pub const SPARK_STAGE_TASKS_SPECULATIVE: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_TASKS_SPECULATIVE);
    /// [`spark.stage.tasks.succeeded`](attribute::SPARK_STAGE_TASKS_SUCCEEDED)
    pub const SPARK_STAGE_TASKS_SUCCEEDED: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_TASKS_SUCCEEDED);
    /// [`spark.stage.tasks.total`](attribute::SPARK_STAGE_TASKS_TOTAL)
    pub const SPARK_STAGE_TASKS_TOTAL: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_TASKS_TOTAL);
    /// [`spark.stage.tasks.unfinished`](attribute::SPARK_STAGE_TASKS_UNFINISHED)
    pub const SPARK_STAGE_TASKS_UNFINISHED: Key<Number<i64>> =
        Key::new(attribute::SPARK_STAGE_TASKS_UNFINISHED);
    /// [`spark.streaming.batch.id`](attribute::SPARK_STREAMING_BATCH_ID)
    pub const SPARK_STREAMING_BATCH_ID: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_BATCH_ID);
    /// [`spark.streaming.batch.time_unix_ms`](attribute::SPARK_STREAMING_BATCH_TIME_UNIX_MS)
    pub const SPARK_STREAMING_BATCH_TIME_UNIX_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_BATCH_TIME_UNIX_MS);
    /// [`spark.streaming.input.rows`](attribute::SPARK_STREAMING_INPUT_ROWS)
    pub const SPARK_STREAMING_INPUT_ROWS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_INPUT_ROWS);
    /// [`spark.streaming.input.rows_per_second`](attribute::SPARK_STREAMING_INPUT_ROWS_PER_SECOND)
    pub const SPARK_STREAMING_INPUT_ROWS_PER_SECOND: Key<Number<f64>> =
        Key::new(attribute::SPARK_STREAMING_INPUT_ROWS_PER_SECOND);
    /// [`spark.streaming.output.rows`](attribute::SPARK_STREAMING_OUTPUT_ROWS)
    pub const SPARK_STREAMING_OUTPUT_ROWS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_OUTPUT_ROWS);
    /// [`spark.streaming.processed.rows_per_second`](attribute::SPARK_STREAMING_PROCESSED_ROWS_PER_SECOND)
    pub const SPARK_STREAMING_PROCESSED_ROWS_PER_SECOND: Key<Number<f64>> =
        Key::new(attribute::SPARK_STREAMING_PROCESSED_ROWS_PER_SECOND);
    /// [`spark.streaming.query.id`](attribute::SPARK_STREAMING_QUERY_ID)
    pub const SPARK_STREAMING_QUERY_ID: Key<Identifier> =
        Key::new(attribute::SPARK_STREAMING_QUERY_ID);
    /// [`spark.streaming.query.name`](attribute::SPARK_STREAMING_QUERY_NAME)
    pub const SPARK_STREAMING_QUERY_NAME: Key<Text> =
        Key::new(attribute::SPARK_STREAMING_QUERY_NAME);
    /// [`spark.streaming.query.run_id`](attribute::SPARK_STREAMING_QUERY_RUN_ID)
    pub const SPARK_STREAMING_QUERY_RUN_ID: Key<Identifier> =
        Key::new(attribute::SPARK_STREAMING_QUERY_RUN_ID);
    /// [`spark.streaming.state.memory_bytes`](attribute::SPARK_STREAMING_STATE_MEMORY_BYTES)
    pub const SPARK_STREAMING_STATE_MEMORY_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_STATE_MEMORY_BYTES);
    /// [`spark.streaming.state.rows.dropped_late`](attribute::SPARK_STREAMING_STATE_ROWS_DROPPED_LATE)
    pub const SPARK_STREAMING_STATE_ROWS_DROPPED_LATE: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_STATE_ROWS_DROPPED_LATE);
    /// [`spark.streaming.state.rows.total`](attribute::SPARK_STREAMING_STATE_ROWS_TOTAL)
    pub const SPARK_STREAMING_STATE_ROWS_TOTAL: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_STATE_ROWS_TOTAL);
    /// [`spark.streaming.state.rows.updated`](attribute::SPARK_STREAMING_STATE_ROWS_UPDATED)
    pub const SPARK_STREAMING_STATE_ROWS_UPDATED: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_STATE_ROWS_UPDATED);
    /// [`spark.streaming.trigger.add_batch_ms`](attribute::SPARK_STREAMING_TRIGGER_ADD_BATCH_MS)
    pub const SPARK_STREAMING_TRIGGER_ADD_BATCH_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_TRIGGER_ADD_BATCH_MS);
    /// [`spark.streaming.trigger.commit_offsets_ms`](attribute::SPARK_STREAMING_TRIGGER_COMMIT_OFFSETS_MS)
    pub const SPARK_STREAMING_TRIGGER_COMMIT_OFFSETS_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_TRIGGER_COMMIT_OFFSETS_MS);
    /// [`spark.streaming.trigger.execution_ms`](attribute::SPARK_STREAMING_TRIGGER_EXECUTION_MS)
    pub const SPARK_STREAMING_TRIGGER_EXECUTION_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_TRIGGER_EXECUTION_MS);
    /// [`spark.streaming.trigger.get_batch_ms`](attribute::SPARK_STREAMING_TRIGGER_GET_BATCH_MS)
    pub const SPARK_STREAMING_TRIGGER_GET_BATCH_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_TRIGGER_GET_BATCH_MS);
    /// [`spark.streaming.trigger.latest_offset_ms`](attribute::SPARK_STREAMING_TRIGGER_LATEST_OFFSET_MS)
    pub const SPARK_STREAMING_TRIGGER_LATEST_OFFSET_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_TRIGGER_LATEST_OFFSET_MS);
    /// [`spark.streaming.trigger.query_planning_ms`](attribute::SPARK_STREAMING_TRIGGER_QUERY_PLANNING_MS)
    pub const SPARK_STREAMING_TRIGGER_QUERY_PLANNING_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_TRIGGER_QUERY_PLANNING_MS);
    /// [`spark.streaming.trigger.wal_commit_ms`](attribute::SPARK_STREAMING_TRIGGER_WAL_COMMIT_MS)
    pub const SPARK_STREAMING_TRIGGER_WAL_COMMIT_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_STREAMING_TRIGGER_WAL_COMMIT_MS);
    /// [`spark.streaming.watermark`](attribute::SPARK_STREAMING_WATERMARK)
    pub const SPARK_STREAMING_WATERMARK: Key<Identifier> =
        Key::new(attribute::SPARK_STREAMING_WATERMARK);
    /// [`spark.task.attempt`](attribute::SPARK_TASK_ATTEMPT)
    pub const SPARK_TASK_ATTEMPT: Key<Number<i64>> = Key::new(attribute::SPARK_TASK_ATTEMPT);
    /// [`spark.task.cpu_ns`](attribute::SPARK_TASK_CPU_NS)
    pub const SPARK_TASK_CPU_NS: Key<Number<i64>> = Key::new(attribute::SPARK_TASK_CPU_NS);
    /// [`spark.task.deserialize_cpu_ns`](attribute::SPARK_TASK_DESERIALIZE_CPU_NS)
    pub const SPARK_TASK_DESERIALIZE_CPU_NS: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_DESERIALIZE_CPU_NS);
    /// [`spark.task.deserialize_ms`](attribute::SPARK_TASK_DESERIALIZE_MS)
    pub const SPARK_TASK_DESERIALIZE_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_DESERIALIZE_MS);
    /// [`spark.task.disk_spilled_bytes`](attribute::SPARK_TASK_DISK_SPILLED_BYTES)
    pub const SPARK_TASK_DISK_SPILLED_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_DISK_SPILLED_BYTES);
    /// [`spark.task.gc_ms`](attribute::SPARK_TASK_GC_MS)
    pub const SPARK_TASK_GC_MS: Key<Number<i64>> = Key::new(attribute::SPARK_TASK_GC_MS);
    /// [`spark.task.getting_result_ms`](attribute::SPARK_TASK_GETTING_RESULT_MS)
    pub const SPARK_TASK_GETTING_RESULT_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_GETTING_RESULT_MS);
    /// [`spark.task.id`](attribute::SPARK_TASK_ID)
    pub const SPARK_TASK_ID: Key<Number<i64>> = Key::new(attribute::SPARK_TASK_ID);
    /// [`spark.task.index`](attribute::SPARK_TASK_INDEX)
    pub const SPARK_TASK_INDEX: Key<Number<i64>> = Key::new(attribute::SPARK_TASK_INDEX);
    /// [`spark.task.input.bytes`](attribute::SPARK_TASK_INPUT_BYTES)
    pub const SPARK_TASK_INPUT_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_INPUT_BYTES);
    /// [`spark.task.input.records`](attribute::SPARK_TASK_INPUT_RECORDS)
    pub const SPARK_TASK_INPUT_RECORDS: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_INPUT_RECORDS);
    /// [`spark.task.kill_reason`](attribute::SPARK_TASK_KILL_REASON)
    pub const SPARK_TASK_KILL_REASON: Key<Text> = Key::new(attribute::SPARK_TASK_KILL_REASON);
    /// [`spark.task.locality`](attribute::SPARK_TASK_LOCALITY)
    pub const SPARK_TASK_LOCALITY: Key<Word> = Key::new(attribute::SPARK_TASK_LOCALITY);
    /// [`spark.task.memory_spilled_bytes`](attribute::SPARK_TASK_MEMORY_SPILLED_BYTES)
    pub const SPARK_TASK_MEMORY_SPILLED_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_MEMORY_SPILLED_BYTES);
    /// [`spark.task.output.bytes`](attribute::SPARK_TASK_OUTPUT_BYTES)
    pub const SPARK_TASK_OUTPUT_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_OUTPUT_BYTES);
    /// [`spark.task.output.records`](attribute::SPARK_TASK_OUTPUT_RECORDS)
    pub const SPARK_TASK_OUTPUT_RECORDS: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_OUTPUT_RECORDS);
    /// [`spark.task.partition`](attribute::SPARK_TASK_PARTITION)
    pub const SPARK_TASK_PARTITION: Key<Number<i64>> = Key::new(attribute::SPARK_TASK_PARTITION);
    /// [`spark.task.peak_execution_memory_bytes`](attribute::SPARK_TASK_PEAK_EXECUTION_MEMORY_BYTES)
    pub const SPARK_TASK_PEAK_EXECUTION_MEMORY_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_PEAK_EXECUTION_MEMORY_BYTES);
    /// [`spark.task.result_bytes`](attribute::SPARK_TASK_RESULT_BYTES)
    pub const SPARK_TASK_RESULT_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_RESULT_BYTES);
    /// [`spark.task.result_serialization_ms`](attribute::SPARK_TASK_RESULT_SERIALIZATION_MS)
    pub const SPARK_TASK_RESULT_SERIALIZATION_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_RESULT_SERIALIZATION_MS);
    /// [`spark.task.run_ms`](attribute::SPARK_TASK_RUN_MS)
    pub const SPARK_TASK_RUN_MS: Key<Number<i64>> = Key::new(attribute::SPARK_TASK_RUN_MS);
    /// [`spark.task.scheduler_delay_ms`](attribute::SPARK_TASK_SCHEDULER_DELAY_MS)
    pub const SPARK_TASK_SCHEDULER_DELAY_MS: Key<Number<i64>> =
        Key::new(attribute::SPARK_TASK_SCHEDULER_DELAY_MS);
    /// [`spark.task.speculative`](attribute::SPARK_TASK_SPECULATIVE)
    pub const SPARK_TASK_SPECULATIVE: Key<Number<bool>> =
        Key::new(attribute::SPARK_TASK_SPECULATIVE);
    /// [`spark.ui.url`](attribute::SPARK_UI_URL)
    pub const SPARK_UI_URL: Key<Identifier> = Key::new(attribute::SPARK_UI_URL);
    /// [`spark.unit.kept`](attribute::SPARK_UNIT_KEPT)
    pub const SPARK_UNIT_KEPT: Key<Word> = Key::new(attribute::SPARK_UNIT_KEPT);
    /// [`spark.unit.late`](attribute::SPARK_UNIT_LATE)
    pub const SPARK_UNIT_LATE: Key<Number<bool>> = Key::new(attribute::SPARK_UNIT_LATE);
    /// [`spark.unit.spans.evicted`](attribute::SPARK_UNIT_SPANS_EVICTED)
    pub const SPARK_UNIT_SPANS_EVICTED: Key<Number<i64>> =
        Key::new(attribute::SPARK_UNIT_SPANS_EVICTED);
    /// [`spark.version`](attribute::SPARK_VERSION)
    pub const SPARK_VERSION: Key<Identifier> = Key::new(attribute::SPARK_VERSION);
    /// [`sparkspan.truncated_bytes`](attribute::SPARKSPAN_TRUNCATED_BYTES)
    pub const SPARKSPAN_TRUNCATED_BYTES: Key<Number<i64>> =
        Key::new(attribute::SPARKSPAN_TRUNCATED_BYTES);
    /// [`telemetry.sdk.language`](attribute::TELEMETRY_SDK_LANGUAGE)
    pub const TELEMETRY_SDK_LANGUAGE: Key<Word> = Key::new(attribute::TELEMETRY_SDK_LANGUAGE);
    /// [`telemetry.sdk.name`](attribute::TELEMETRY_SDK_NAME)
    pub const TELEMETRY_SDK_NAME: Key<Word> = Key::new(attribute::TELEMETRY_SDK_NAME);
    /// [`telemetry.sdk.version`](attribute::TELEMETRY_SDK_VERSION)
    pub const TELEMETRY_SDK_VERSION: Key<Word> = Key::new(attribute::TELEMETRY_SDK_VERSION);
}

/// Values of the attributes that are enumerations.
pub mod value {
    /// Values of [`spark.app.scope`](super::attribute::SPARK_APP_SCOPE).
    pub mod spark_app_scope {
        /// One trace holds the whole application.
        pub const APPLICATION: &str = "application";
        /// Each query, operation and batch is a trace of its own, linked to the application.
        pub const UNIT: &str = "unit";
    }
    /// Values of [`spark.link.type`](super::attribute::SPARK_LINK_TYPE).
    pub mod spark_link_type {
        /// It wrote the shuffle that this span read.
        pub const SHUFFLE: &str = "shuffle";
        /// It is the application that this unit, with a trace of its own, belongs to.
        pub const APPLICATION: &str = "application";
        /// It called the application or the unit.
        pub const CALLER: &str = "caller";
        /// It is the query that this job belongs to; the job joined another caller's trace.
        pub const QUERY: &str = "query";
    }
    /// Values of [`spark.outcome`](super::attribute::SPARK_OUTCOME).
    pub mod spark_outcome {
        /// It did what it was asked.
        pub const SUCCEEDED: &str = "succeeded";
        /// It ended by an error; `error.type` says which.
        pub const FAILED: &str = "failed";
        /// Somebody ended it on purpose.
        pub const KILLED: &str = "killed";
    }
    /// Values of [`spark.span.type`](super::attribute::SPARK_SPAN_TYPE).
    pub mod spark_span_type {
        /// A whole application.
        pub const APPLICATION: &str = "application";
        /// A SQL execution: a query or a command.
        pub const SQL: &str = "sql";
        /// A planning phase of a SQL execution.
        pub const PHASE: &str = "phase";
        /// A job.
        pub const JOB: &str = "job";
        /// One attempt of a stage.
        pub const STAGE: &str = "stage";
        /// The shuffle reading of one stage attempt.
        pub const SHUFFLE_READ: &str = "shuffle_read";
        /// The shuffle writing of one stage attempt.
        pub const SHUFFLE_WRITE: &str = "shuffle_write";
        /// One attempt of a task.
        pub const TASK: &str = "task";
        /// A micro-batch of a streaming query.
        pub const BATCH: &str = "batch";
        /// An operation of a Spark Connect client.
        pub const CONNECT_OPERATION: &str = "connect_operation";
        /// What the tracing itself lost.
        pub const REPORT: &str = "report";
    }
    /// Values of [`spark.task.locality`](super::attribute::SPARK_TASK_LOCALITY).
    pub mod spark_task_locality {
        /// In the process that holds the data.
        pub const PROCESS_LOCAL: &str = "PROCESS_LOCAL";
        /// On the machine that holds the data.
        pub const NODE_LOCAL: &str = "NODE_LOCAL";
        /// The data is equally near from everywhere.
        pub const NO_PREF: &str = "NO_PREF";
        /// In the rack that holds the data.
        pub const RACK_LOCAL: &str = "RACK_LOCAL";
        /// Anywhere.
        pub const ANY: &str = "ANY";
    }
    /// Values of [`spark.unit.kept`](super::attribute::SPARK_UNIT_KEPT).
    pub mod spark_unit_kept {
        /// The sampler chose it.
        pub const SAMPLED: &str = "sampled";
        /// Its caller's trace is sampled.
        pub const PARENT: &str = "parent";
        /// It failed.
        pub const FAILED: &str = "failed";
        /// It took longer than `spark.sparkspan.keep.slow`.
        pub const SLOW: &str = "slow";
        /// It was read from an event log that records no sampling settings.
        pub const REPLAY: &str = "replay";
    }
}

/// What type of value an attribute has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// A text.
    String,
    /// A truth value.
    Boolean,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Double,
    /// A list of texts.
    Strings,
    /// A text; the attribute's name is followed by a dot and a key.
    StringTemplate,
}

/// What kind of value an attribute takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A number or a truth value ([`class::Number`](crate::class::Number)).
    Number,
    /// Fixed words ([`class::Word`](crate::class::Word)).
    Word,
    /// Names that are shown as they are ([`class::Identifier`](crate::class::Identifier)).
    Identifier,
    /// Redacted text ([`class::Text`](crate::class::Text)).
    Text,
}

/// Every attribute with the type of its value and its class, by name.
pub const ATTRIBUTES: &[(&str, ValueType, Class)] = &[
    (attribute::CODE_FILE_PATH, ValueType::String, Class::Text),
    (
        attribute::CODE_FUNCTION_NAME,
        ValueType::String,
        Class::Text,
    ),
    (attribute::CODE_LINE_NUMBER, ValueType::Int, Class::Number),
    (
        attribute::DB_OPERATION_NAME,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::DB_QUERY_SUMMARY,
        ValueType::String,
        Class::Identifier,
    ),
    (attribute::DB_QUERY_TEXT, ValueType::String, Class::Text),
    (attribute::DB_SYSTEM_NAME, ValueType::String, Class::Word),
    (attribute::ERROR_TYPE, ValueType::String, Class::Identifier),
    (attribute::EXCEPTION_MESSAGE, ValueType::String, Class::Text),
    (
        attribute::EXCEPTION_STACKTRACE,
        ValueType::String,
        Class::Text,
    ),
    (
        attribute::EXCEPTION_TYPE,
        ValueType::String,
        Class::Identifier,
    ),
    (attribute::HOST_NAME, ValueType::String, Class::Identifier),
    (
        attribute::K8S_NODE_NAME,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::K8S_POD_NAME,
        ValueType::String,
        Class::Identifier,
    ),
    (attribute::K8S_POD_UID, ValueType::String, Class::Identifier),
    (
        attribute::SERVICE_INSTANCE_ID,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SERVICE_NAME,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SERVICE_NAMESPACE,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SERVICE_VERSION,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_APP_ATTEMPT,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_APP_DEPLOY_MODE,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_APP_EVENTS_LATE,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_EXIT_CODE,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_ID,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_APP_MASTER,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_APP_NAME,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_APP_PLANS_EVICTED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_REDACTION_UNUSABLE,
        ValueType::String,
        Class::Word,
    ),
    (attribute::SPARK_APP_SCOPE, ValueType::String, Class::Word),
    (
        attribute::SPARK_APP_SPANS_EVICTED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_SPANS_INTERRUPTED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_UNITS_FAILED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_UNITS_PARENT,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_UNITS_REPLAY,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_UNITS_SAMPLED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_UNITS_SAMPLED_OUT,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_UNITS_SEEN,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_UNITS_SLOW,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_UNITS_WITHOUT_TASKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_APP_USER,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_CONF,
        ValueType::StringTemplate,
        Class::Identifier,
    ),
    (
        attribute::SPARK_CONNECT_OPERATION_ID,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_CONNECT_PRODUCED_ROWS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_CONNECT_SESSION_ID,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_CONNECT_TAGS,
        ValueType::Strings,
        Class::Text,
    ),
    (
        attribute::SPARK_CONNECT_USER_ID,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_EXECUTOR_CORES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_EXECUTOR_ID,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_EXECUTOR_REMOVED_REASON,
        ValueType::String,
        Class::Text,
    ),
    (
        attribute::SPARK_JOB_DESCRIPTION,
        ValueType::String,
        Class::Text,
    ),
    (attribute::SPARK_JOB_GROUP, ValueType::String, Class::Text),
    (attribute::SPARK_JOB_ID, ValueType::Int, Class::Number),
    (
        attribute::SPARK_JOB_STAGES_RUN,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_JOB_STAGES_SKIPPED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_JOB_STAGES_TOTAL,
        ValueType::Int,
        Class::Number,
    ),
    (attribute::SPARK_JOB_TAGS, ValueType::Strings, Class::Text),
    (attribute::SPARK_LINK_TYPE, ValueType::String, Class::Word),
    (
        attribute::SPARK_OPENLINEAGE_PARENT_RUN_ID,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_OPENLINEAGE_ROOT_PARENT_RUN_ID,
        ValueType::String,
        Class::Identifier,
    ),
    (attribute::SPARK_OUTCOME, ValueType::String, Class::Word),
    (
        attribute::SPARK_SHUFFLE_READ_FETCH_WAIT_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_LOCAL_BLOCKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_LOCAL_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_MERGED_CORRUPT_CHUNKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_MERGED_FALLBACKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_BLOCKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_CHUNKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_BLOCKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_CHUNKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_REQUESTS_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_RECORDS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_REMOTE_BLOCKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_REMOTE_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_REMOTE_REQUESTS_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_REMOTE_TO_DISK_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_READ_TASKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_WRITE_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_WRITE_DISK_SPILLED_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_WRITE_MEMORY_SPILLED_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_WRITE_RECORDS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_WRITE_TASKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SHUFFLE_WRITE_TIME_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SPAN_CLOCK_ADJUSTED,
        ValueType::Boolean,
        Class::Number,
    ),
    (
        attribute::SPARK_SPAN_DROPPED_EVENTS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SPAN_DROPPED_LINKS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SPAN_INCOMPLETE,
        ValueType::Boolean,
        Class::Number,
    ),
    (
        attribute::SPARK_SPAN_INTERRUPTED,
        ValueType::Boolean,
        Class::Number,
    ),
    (
        attribute::SPARK_SPAN_STRETCHED_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SPAN_TIME_INFERRED,
        ValueType::Boolean,
        Class::Number,
    ),
    (
        attribute::SPARK_SPAN_TRUNCATED,
        ValueType::Strings,
        Class::Word,
    ),
    (attribute::SPARK_SPAN_TYPE, ValueType::String, Class::Word),
    (
        attribute::SPARK_SPARKSPAN_EVENTS_DROPPED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SPARKSPAN_EVENTS_UNUSABLE,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SPARKSPAN_PLANS_EVICTED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SPARKSPAN_SPANS_DROPPED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SPARKSPAN_SPANS_EVICTED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SPARKSPAN_TASKS_EVICTED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SQL_DESCRIPTION,
        ValueType::String,
        Class::Text,
    ),
    (
        attribute::SPARK_SQL_EXECUTION_ID,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SQL_EXECUTION_ROOT_ID,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SQL_INPUT_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SQL_INPUT_ROWS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SQL_OUTPUT_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SQL_OUTPUT_ROWS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SQL_PHASE_NAME,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_SQL_PLAN_EVICTED,
        ValueType::Boolean,
        Class::Number,
    ),
    (
        attribute::SPARK_SQL_PLAN_EXECUTED_FINGERPRINT,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_SQL_PLAN_INITIAL_FINGERPRINT,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_SQL_PLAN_TEXT,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_SQL_PLAN_UPDATES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_SQL_PLANNING_UNLOGGED,
        ValueType::Boolean,
        Class::Number,
    ),
    (
        attribute::SPARK_SQL_QUERY_ID,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_STAGE_ATTEMPT,
        ValueType::Int,
        Class::Number,
    ),
    (attribute::SPARK_STAGE_CPU_NS, ValueType::Int, Class::Number),
    (
        attribute::SPARK_STAGE_DESERIALIZE_CPU_NS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_DESERIALIZE_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_DISK_SPILLED_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (attribute::SPARK_STAGE_GC_MS, ValueType::Int, Class::Number),
    (
        attribute::SPARK_STAGE_GETTING_RESULT_MS,
        ValueType::Int,
        Class::Number,
    ),
    (attribute::SPARK_STAGE_ID, ValueType::Int, Class::Number),
    (
        attribute::SPARK_STAGE_INPUT_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_INPUT_RECORDS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_MEMORY_SPILLED_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_OPERATORS,
        ValueType::Strings,
        Class::Identifier,
    ),
    (
        attribute::SPARK_STAGE_OUTPUT_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_OUTPUT_RECORDS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_PEAK_EXECUTION_MEMORY_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_RESULT_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_RESULT_SERIALIZATION_MS,
        ValueType::Int,
        Class::Number,
    ),
    (attribute::SPARK_STAGE_RUN_MS, ValueType::Int, Class::Number),
    (
        attribute::SPARK_STAGE_SCHEDULER_DELAY_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASK_TIME_MAX_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASK_TIME_P50_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASK_TIME_P95_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASK_TIME_SKEW,
        ValueType::Double,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASKS_FAILED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASKS_FOLDED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASKS_KILLED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASKS_RESUBMITTED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASKS_SPECULATIVE,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASKS_SUCCEEDED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASKS_TOTAL,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STAGE_TASKS_UNFINISHED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_BATCH_ID,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_BATCH_TIME_UNIX_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_INPUT_ROWS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_INPUT_ROWS_PER_SECOND,
        ValueType::Double,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_OUTPUT_ROWS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_PROCESSED_ROWS_PER_SECOND,
        ValueType::Double,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_QUERY_ID,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_STREAMING_QUERY_NAME,
        ValueType::String,
        Class::Text,
    ),
    (
        attribute::SPARK_STREAMING_QUERY_RUN_ID,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARK_STREAMING_STATE_MEMORY_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_STATE_ROWS_DROPPED_LATE,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_STATE_ROWS_TOTAL,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_STATE_ROWS_UPDATED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_TRIGGER_ADD_BATCH_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_TRIGGER_COMMIT_OFFSETS_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_TRIGGER_EXECUTION_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_TRIGGER_GET_BATCH_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_TRIGGER_LATEST_OFFSET_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_TRIGGER_QUERY_PLANNING_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_TRIGGER_WAL_COMMIT_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_STREAMING_WATERMARK,
        ValueType::String,
        Class::Identifier,
    ),
    (attribute::SPARK_TASK_ATTEMPT, ValueType::Int, Class::Number),
    (attribute::SPARK_TASK_CPU_NS, ValueType::Int, Class::Number),
    (
        attribute::SPARK_TASK_DESERIALIZE_CPU_NS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_TASK_DESERIALIZE_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_TASK_DISK_SPILLED_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (attribute::SPARK_TASK_GC_MS, ValueType::Int, Class::Number),
    (
        attribute::SPARK_TASK_GETTING_RESULT_MS,
        ValueType::Int,
        Class::Number,
    ),
    (attribute::SPARK_TASK_ID, ValueType::Int, Class::Number),
    (attribute::SPARK_TASK_INDEX, ValueType::Int, Class::Number),
    (
        attribute::SPARK_TASK_INPUT_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_TASK_INPUT_RECORDS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_TASK_KILL_REASON,
        ValueType::String,
        Class::Text,
    ),
    (
        attribute::SPARK_TASK_LOCALITY,
        ValueType::String,
        Class::Word,
    ),
    (
        attribute::SPARK_TASK_MEMORY_SPILLED_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_TASK_OUTPUT_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_TASK_OUTPUT_RECORDS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_TASK_PARTITION,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_TASK_PEAK_EXECUTION_MEMORY_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_TASK_RESULT_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_TASK_RESULT_SERIALIZATION_MS,
        ValueType::Int,
        Class::Number,
    ),
    (attribute::SPARK_TASK_RUN_MS, ValueType::Int, Class::Number),
    (
        attribute::SPARK_TASK_SCHEDULER_DELAY_MS,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_TASK_SPECULATIVE,
        ValueType::Boolean,
        Class::Number,
    ),
    (
        attribute::SPARK_UI_URL,
        ValueType::String,
        Class::Identifier,
    ),
    (attribute::SPARK_UNIT_KEPT, ValueType::String, Class::Word),
    (
        attribute::SPARK_UNIT_LATE,
        ValueType::Boolean,
        Class::Number,
    ),
    (
        attribute::SPARK_UNIT_SPANS_EVICTED,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::SPARK_VERSION,
        ValueType::String,
        Class::Identifier,
    ),
    (
        attribute::SPARKSPAN_TRUNCATED_BYTES,
        ValueType::Int,
        Class::Number,
    ),
    (
        attribute::TELEMETRY_SDK_LANGUAGE,
        ValueType::String,
        Class::Word,
    ),
    (
        attribute::TELEMETRY_SDK_NAME,
        ValueType::String,
        Class::Word,
    ),
    (
        attribute::TELEMETRY_SDK_VERSION,
        ValueType::String,
        Class::Word,
    ),
];
