//! The rules, each by a small log of its own.

use serde_json::{Value as Json, json};
use sparkspan_engine::{Ending, Engine, Error, Sampler, Scope, Settings, Summary};
use sparkspan_events::Event;
use sparkspan_model::{Span, Status, TraceParent, Value};
use sparkspan_semconv::value::spark_span_type as kind;
use sparkspan_semconv::{attribute, span};

use crate::invariants::check;

const CALLER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OTHER_CALLER: &str = "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01";

/// The events of an application that starts at second 1.
pub(crate) struct Log(pub(crate) Vec<Json>);

impl Log {
    pub(crate) fn new() -> Self {
        Self::with_properties(json!({"spark.app.name": "etl"}))
    }

    pub(crate) fn with_properties(properties: Json) -> Self {
        Self(vec![
            json!({"Event": "SparkListenerLogStart", "Spark Version": "3.5.9"}),
            json!({"Event": "SparkListenerEnvironmentUpdate", "Spark Properties": properties}),
            json!({"Event": "SparkListenerApplicationStart", "App Name": "etl", "App ID": "app-1",
                "Timestamp": 1000, "User": "u"}),
        ])
    }

    pub(crate) fn event(mut self, event: Json) -> Self {
        self.0.push(event);
        self
    }

    pub(crate) fn job(self, id: i64, time: i64, stages: &[i64], properties: Json) -> Self {
        let infos: Vec<Json> = stages
            .iter()
            .map(|stage| stage_info(*stage, time))
            .collect();
        self.event(
            json!({"Event": "SparkListenerJobStart", "Job ID": id, "Submission Time": time,
            "Stage Infos": infos, "Stage IDs": stages, "Properties": properties}),
        )
    }

    pub(crate) fn job_end(self, id: i64, time: i64) -> Self {
        self.event(
            json!({"Event": "SparkListenerJobEnd", "Job ID": id, "Completion Time": time,
            "Job Result": {"Result": "JobSucceeded"}}),
        )
    }

    pub(crate) fn job_failed(self, id: i64, time: i64, message: &str) -> Self {
        let result = json!({"Result": "JobFailed", "Exception": {"Message": message}});
        self.event(
            json!({"Event": "SparkListenerJobEnd", "Job ID": id, "Completion Time": time,
            "Job Result": result}),
        )
    }

    pub(crate) fn submitted(self, stage: i64, time: i64, properties: Json) -> Self {
        self.event(json!({"Event": "SparkListenerStageSubmitted",
            "Stage Info": stage_info(stage, time), "Properties": properties}))
    }

    pub(crate) fn completed(self, stage: i64, start: i64, end: i64) -> Self {
        let mut info = stage_info(stage, start);
        info["Completion Time"] = json!(end);
        self.event(json!({"Event": "SparkListenerStageCompleted", "Stage Info": info}))
    }

    pub(crate) fn task_start(self, stage: i64, task: i64, time: i64) -> Self {
        self.event(json!({"Event": "SparkListenerTaskStart", "Stage ID": stage,
            "Stage Attempt ID": 0, "Task Info": task_info(task, time, 0)}))
    }

    pub(crate) fn task_end(
        self,
        stage: i64,
        task: i64,
        start: i64,
        end: i64,
        reason: &str,
    ) -> Self {
        self.event(
            json!({"Event": "SparkListenerTaskEnd", "Stage ID": stage, "Stage Attempt ID": 0,
            "Task End Reason": {"Reason": reason, "Class Name": "java.lang.Error"},
            "Task Info": task_info(task, start, end), "Task Metrics": {"Executor Run Time": 1}}),
        )
    }

    pub(crate) fn query(self, id: i64, root: i64, time: i64) -> Self {
        self.event(json!({
            "Event": "org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart",
            "executionId": id, "rootExecutionId": root, "description": "daily totals",
            "time": time}))
    }

    pub(crate) fn query_end(self, id: i64, time: i64, error: &str) -> Self {
        self.event(json!({
            "Event": "org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd",
            "executionId": id, "time": time, "errorMessage": error}))
    }

    pub(crate) fn end(self, time: i64) -> Self {
        self.event(json!({"Event": "SparkListenerApplicationEnd", "Timestamp": time}))
    }

    pub(crate) fn run(&self, settings: Settings, ending: Ending) -> (Vec<Span>, Summary) {
        let mut engine = Engine::new(settings);
        let mut spans = Vec::new();
        for event in &self.0 {
            let line = event.to_string();
            engine
                .event(&Event::parse(line.as_bytes()).unwrap(), &mut spans)
                .unwrap();
        }
        let summary = engine.finish(ending, &mut spans);
        (spans, summary)
    }

    /// The spans, which are trees whatever the rule.
    pub(crate) fn spans(&self, settings: Settings) -> Vec<Span> {
        let (spans, _) = self.run(settings, Ending::Final);
        check(&spans, "rule");
        spans
    }
}

pub(crate) fn stage_info(stage: i64, time: i64) -> Json {
    json!({"Stage ID": stage, "Stage Attempt ID": 0, "Stage Name": "count at a.py:1",
        "Number of Tasks": 1, "RDD Info": [{"RDD ID": stage}], "Parent IDs": [],
        "Submission Time": time})
}

pub(crate) fn task_info(task: i64, start: i64, end: i64) -> Json {
    json!({"Task ID": task, "Index": task, "Attempt": 0, "Launch Time": start, "Executor ID": "1",
        "Host": "h", "Finish Time": end})
}

pub(crate) fn in_query(id: i64) -> Json {
    json!({"spark.sql.execution.id": id.to_string(),
        "spark.sql.execution.root.id": id.to_string()})
}

pub(crate) fn of_type<'a>(spans: &'a [Span], kind: &str) -> Vec<&'a Span> {
    let has_kind = |span: &&Span| text(span, attribute::SPARK_SPAN_TYPE) == Some(kind);
    spans.iter().filter(has_kind).collect()
}

pub(crate) fn only<'a>(spans: &'a [Span], kind: &str) -> &'a Span {
    let found = of_type(spans, kind);
    assert_eq!(found.len(), 1, "{kind}: {spans:#?}");
    found[0]
}

pub(crate) fn text<'a>(span: &'a Span, key: &str) -> Option<&'a str> {
    span.attribute(key).and_then(Value::as_str)
}

pub(crate) fn int(span: &Span, key: &str) -> Option<i64> {
    span.attribute(key).and_then(Value::as_int)
}

pub(crate) fn millis(span: &Span) -> (u64, u64) {
    (span.start_unix_ns / 1_000_000, span.end_unix_ns / 1_000_000)
}

#[test]
fn stage_waits_for_tasks_that_report_after_its_completion() {
    let log = Log::new()
        .job(0, 1100, &[0], json!({}))
        .submitted(0, 1110, json!({}))
        .task_start(0, 7, 1120)
        .completed(0, 1110, 1200)
        .job_end(0, 1210)
        .task_end(0, 7, 1120, 1300, "TaskKilled")
        .end(1400);
    let spans = log.spans(Settings::default());
    let stage = only(&spans, kind::STAGE);
    assert_eq!(millis(stage), (1110, 1300));
    assert_eq!(int(stage, attribute::SPARK_SPAN_STRETCHED_MS), Some(100));
    assert_eq!(int(stage, attribute::SPARK_STAGE_TASKS_KILLED), Some(1));
    assert_eq!(text(stage, attribute::SPARK_OUTCOME), Some("succeeded"));
    assert_eq!(millis(only(&spans, kind::JOB)), (1100, 1300));
}

#[test]
fn task_of_a_removed_executor_is_not_waited_for() {
    let log = Log::new()
        .job(0, 1100, &[0], json!({}))
        .submitted(0, 1110, json!({}))
        .task_start(0, 7, 1120)
        .completed(0, 1110, 1200)
        .job_end(0, 1210)
        .event(
            json!({"Event": "SparkListenerExecutorRemoved", "Timestamp": 1250,
            "Executor ID": "1", "Removed Reason": "gone"}),
        );
    let (spans, summary) = log.run(Settings::default(), Ending::Open);
    let stage = only(&spans, kind::STAGE);
    assert_eq!(millis(stage), (1110, 1250));
    assert_eq!(int(stage, attribute::SPARK_STAGE_TASKS_UNFINISHED), Some(1));
    assert_eq!(of_type(&spans, kind::JOB).len(), 1);
    assert_eq!(summary.open_spans, 1);
}

/// Scenario: on Kubernetes, the driver's resource names its pod, and the executor's environment that of the
/// executor.
/// Guarantees: every span says in which pod the work was done, a task even when its executor ends first;
/// where an executor does not say, its tasks do not name the driver's pod.
#[test]
fn task_names_the_pod_of_its_executor() {
    let pod_of_driver = (attribute::K8S_POD_NAME.to_owned(), "etl-driver".to_owned());
    let settings = || Settings {
        service_name: Some("orders".to_owned()),
        resource: vec![pod_of_driver.clone()],
        ..Settings::default()
    };
    let log = |attributes: Json| {
        Log::new()
            .event(
                json!({"Event": "SparkListenerExecutorAdded", "Timestamp": 1050, "Executor ID": "1",
                "Executor Info": {"Host": "10.0.0.1", "Total Cores": 1, "Attributes": attributes}}),
            )
            .job(0, 1100, &[0], json!({}))
            .submitted(0, 1110, json!({}))
            .task_start(0, 7, 1120)
            .task_end(0, 7, 1120, 1150, "ExceptionFailure")
            .event(
                json!({"Event": "SparkListenerExecutorRemoved", "Timestamp": 1160,
                "Executor ID": "1", "Removed Reason": "gone"}),
            )
            .completed(0, 1110, 1200)
            .job_end(0, 1210)
            .end(1400)
    };
    let place = |span: &Span| {
        let value = |key| {
            let value = span.resource.attribute(key).and_then(Value::as_str);
            value.map(str::to_owned)
        };
        (
            value(attribute::SERVICE_NAME).unwrap(),
            value(attribute::K8S_POD_NAME),
        )
    };
    let named = json!({"APP_ID": "app-1", "K8S_POD_NAME": "etl-exec-1"});
    for (attributes, pod) in [(named, Some("etl-exec-1")), (json!({}), None)] {
        let spans = log(attributes).spans(settings());
        let of_task = ("orders-executor".to_owned(), pod.map(str::to_owned));
        assert_eq!(place(only(&spans, kind::TASK)), of_task);
        let of_driver = ("orders-driver".to_owned(), Some("etl-driver".to_owned()));
        assert_eq!(place(only(&spans, kind::STAGE)), of_driver);
    }
}

#[test]
fn resubmitted_task_counts_once_and_is_an_event_of_its_stage() {
    let log = Log::new()
        .job(0, 1100, &[0], json!({}))
        .submitted(0, 1110, json!({}))
        .task_start(0, 7, 1120)
        .task_end(0, 7, 1120, 1150, "Success")
        .task_end(0, 7, 1120, 1160, "Resubmitted")
        .task_end(0, 7, 1120, 1170, "Success")
        .completed(0, 1110, 1200)
        .job_end(0, 1210)
        .end(1400);
    let (spans, summary) = log.run(Settings::default(), Ending::Final);
    let stage = only(&spans, kind::STAGE);
    assert_eq!(int(stage, attribute::SPARK_STAGE_TASKS_SUCCEEDED), Some(1));
    assert_eq!(int(stage, attribute::SPARK_STAGE_TASKS_FAILED), None);
    assert_eq!(
        int(stage, attribute::SPARK_STAGE_TASKS_RESUBMITTED),
        Some(1)
    );
    assert_eq!(stage.events.len(), 1);
    assert_eq!(
        stage.events[0].name,
        sparkspan_semconv::event::TASK_RESUBMITTED
    );
    assert_eq!(summary.late_events, 1, "the second success");
}

#[test]
fn stage_that_never_completes_ends_with_the_last_job_that_lists_it() {
    let log = Log::new()
        .job(0, 1100, &[0], json!({}))
        .job(1, 1105, &[0], json!({}))
        .submitted(0, 1110, json!({}))
        .task_start(0, 7, 1120)
        .job_end(0, 1200)
        .job_end(1, 1300)
        .end(1400);
    let (spans, _) = log.run(Settings::default(), Ending::Open);
    let stage = only(&spans, kind::STAGE);
    assert_eq!(millis(stage), (1110, 1300));
    assert_eq!(
        stage.attribute(attribute::SPARK_SPAN_INTERRUPTED),
        Some(&Value::Bool(true))
    );
    let jobs = of_type(&spans, kind::JOB);
    assert_eq!(millis(jobs[0]), (1105, 1300));
    assert_eq!(millis(jobs[1]), (1100, 1300), "the parent waited for it");
    assert_eq!(
        int(stage, attribute::SPARK_JOB_ID),
        Some(0),
        "the lowest active job is the parent"
    );
}

#[test]
fn query_covers_its_phases_jobs_and_nested_executions() {
    let log = Log::new()
        .query(3, 3, 1100)
        .event(
            json!({"Event": "io.sparkspan.SqlPlanningEvent", "executionId": 3,
            "sqlText": "SELECT * FROM t WHERE pin = 1234", "phases": [
                {"name": "analysis", "startTimeMs": 1050, "endTimeMs": 1060},
                {"name": "planning", "startTimeMs": 1070, "endTimeMs": 1090}]}),
        )
        .query(4, 3, 1110)
        .query_end(4, 1120, "")
        .job(0, 1130, &[], in_query(3))
        .query_end(3, 1200, "")
        .job_end(0, 1250)
        .end(1400);
    let spans = log.spans(Settings::default());
    assert_eq!(of_type(&spans, kind::PHASE).len(), 2);
    let queries = of_type(&spans, kind::SQL);
    let (nested, root) = (queries[0], queries[1]);
    assert_eq!(nested.parent_span_id, Some(root.span_id));
    assert_eq!(int(nested, attribute::SPARK_SQL_EXECUTION_ROOT_ID), Some(3));
    assert_eq!(millis(root), (1050, 1250));
    assert_eq!(int(root, attribute::SPARK_SPAN_STRETCHED_MS), Some(50));
    assert_eq!(
        text(root, attribute::DB_QUERY_TEXT),
        Some("SELECT * FROM t WHERE pin = ?")
    );
}

/// Scenario: the event log has the planning of a query, posted by the plugin, before the query's start.
/// Guarantees: the spans are the same as in the usual order.
#[test]
fn planning_may_come_before_the_start_that_it_answers() {
    let planning = || {
        json!({"Event": "io.sparkspan.SqlPlanningEvent", "executionId": 3, "sqlText": "SELECT 1",
            "phases": [{"name": "analysis", "startTimeMs": 1050, "endTimeMs": 1060}]})
    };
    let rest = |log: Log| {
        log.job(0, 1130, &[], in_query(3))
            .job_end(0, 1150)
            .query_end(3, 1200, "")
            .end(1400)
    };
    let usual = rest(Log::new().query(3, 3, 1100).event(planning()));
    let swapped = rest(Log::new().event(planning()).query(3, 3, 1100));
    let settings = Settings {
        planning_follows: true,
        ..Settings::default()
    };
    let spans = usual.spans(settings.clone());
    assert_eq!(of_type(&spans, kind::PHASE).len(), 1);
    assert_eq!(swapped.spans(settings), spans);
}

/// Scenario: a nested query's first job comes before the query's own start, outside and within an operation of
/// Spark Connect.
/// Guarantees: the spans are the same as in the usual order.
#[test]
fn job_may_come_before_the_start_of_its_nested_query() {
    for tags in [
        "",
        "SparkConnect_OperationTag_User_u_Session_s_Operation_o1",
    ] {
        let within = json!({"spark.job.tags": tags, "spark.sql.execution.id": "4",
            "spark.sql.execution.root.id": "3"});
        let operation = |step: &str, time: i64| {
            json!({"Event": format!("org.apache.spark.sql.connect.service.SparkListenerConnectOperation{step}"),
                "operationId": "o1", "eventTime": time})
        };
        let begin = || {
            let log = Log::new().event(operation("Started", 1050));
            log.query(3, 3, 1100)
        };
        let rest = |log: Log| {
            log.job_end(0, 1140)
                .query_end(4, 1150, "")
                .query_end(3, 1200, "")
                .event(operation("Finished", 1300))
                .event(operation("Closed", 1310))
                .end(1400)
        };
        let job = |log: Log| log.job(0, 1130, &[], within.clone());
        let usual = rest(job(begin().query(4, 3, 1110))).spans(Settings::default());
        let nested = of_type(&usual, kind::SQL)[0];
        assert_eq!(int(nested, attribute::SPARK_SQL_EXECUTION_ROOT_ID), Some(3));
        let swapped = rest(job(begin()).query(4, 3, 1110));
        assert_eq!(swapped.spans(Settings::default()), usual, "{tags}");
    }
}

#[test]
fn job_of_a_closed_query_is_late() {
    let log = Log::new()
        .query(3, 3, 1100)
        .query_end(3, 1200, "")
        .job(0, 1300, &[], in_query(3))
        .job_end(0, 1350)
        .end(1400);
    for scope in [Scope::Application, Scope::Unit] {
        let spans = log.spans(Settings {
            scope,
            ..Settings::default()
        });
        let (job, query) = (only(&spans, kind::JOB), only(&spans, kind::SQL));
        assert_eq!(
            job.attribute(attribute::SPARK_UNIT_LATE),
            Some(&Value::Bool(true))
        );
        assert_eq!(job.trace_id, query.trace_id);
        assert_eq!(
            only(&spans, kind::APPLICATION).attribute(attribute::SPARK_APP_UNITS_SEEN),
            Some(&Value::Int(1))
        );
    }
}

#[test]
fn job_that_adaptive_execution_cancelled_is_no_failure() {
    let log = Log::new()
        .query(3, 3, 1100)
        .job(0, 1110, &[], in_query(3))
        .job_failed(0, 1120, "Job 0 cancelled because the stage is not needed")
        .query_end(3, 1200, "")
        .end(1400);
    let spans = log.spans(Settings::default());
    assert_eq!(
        text(only(&spans, kind::JOB), attribute::SPARK_OUTCOME),
        Some("killed")
    );
    assert!(spans.iter().all(|span| span.status == Status::Unset));
}

#[test]
fn failed_query_says_what_and_why_without_its_literals() {
    let message =
        "org.apache.spark.SparkException: cannot cast 'acme' to INT\n\tat a.B.c(B.scala:1)";
    let log = Log::new()
        .query(3, 3, 1100)
        .query_end(3, 1200, message)
        .end(1400);
    let spans = log.spans(Settings::default());
    let query = only(&spans, kind::SQL);
    let status = "org.apache.spark.SparkException: cannot cast ? to INT";
    assert_eq!(query.status, Status::Error(status.into()));
    assert_eq!(
        text(query, attribute::ERROR_TYPE),
        Some("org.apache.spark.SparkException")
    );
    assert_eq!(query.events[0].name, sparkspan_semconv::event::EXCEPTION);
    assert_eq!(only(&spans, kind::APPLICATION).status, Status::Unset);
}

#[test]
fn unit_joins_its_callers_trace() {
    let mut properties = in_query(3);
    properties["traceparent"] = json!(CALLER);
    let caller: TraceParent = CALLER.parse().unwrap();
    let log = Log::new()
        .query(3, 3, 1100)
        .job(0, 1110, &[], properties)
        .job_end(0, 1120)
        .query_end(3, 1200, "")
        .end(1400);
    let spans = log.spans(Settings::default());
    let (query, application) = (only(&spans, kind::SQL), only(&spans, kind::APPLICATION));
    assert_eq!(query.trace_id, caller.trace_id);
    assert_eq!(query.parent_span_id, Some(caller.span_id));
    assert!(query.parent_is_remote);
    assert_eq!(query.links[0].span_id, application.span_id);
    assert_eq!(only(&spans, kind::JOB).trace_id, caller.trace_id);
}

/// Scenario: two threads with two callers start jobs within one query.
/// Guarantees: the second one's job is a unit of its own in its caller's trace, linked to the query.
#[test]
fn job_with_another_caller_is_split_off() {
    let with_caller = |caller: &str| {
        let mut properties = in_query(3);
        properties["traceparent"] = json!(caller);
        properties
    };
    let log = Log::new()
        .query(3, 3, 1100)
        .job(0, 1110, &[], with_caller(CALLER))
        .job(1, 1110, &[5], with_caller(OTHER_CALLER))
        .submitted(5, 1112, with_caller(OTHER_CALLER))
        .completed(5, 1112, 1115)
        .job_end(0, 1120)
        .job_end(1, 1120)
        .query_end(3, 1200, "")
        .end(1400);
    let spans = log.spans(Settings::default());
    let other: TraceParent = OTHER_CALLER.parse().unwrap();
    let query = only(&spans, kind::SQL);
    let jobs = of_type(&spans, kind::JOB);
    let split = jobs
        .iter()
        .find(|job| int(job, attribute::SPARK_JOB_ID) == Some(1))
        .unwrap();
    assert_eq!(
        (split.trace_id, split.parent_span_id),
        (other.trace_id, Some(other.span_id))
    );
    assert!(split.links.iter().any(|link| link.span_id == query.span_id));
    assert_eq!(only(&spans, kind::STAGE).trace_id, other.trace_id);
}

#[test]
fn micro_batch_has_a_trace_of_its_own_linked_to_application_and_caller() {
    let properties = json!({"sql.streaming.queryId": "q", "streaming.sql.batchId": "4",
        "spark.sql.execution.id": "3", "spark.sql.execution.root.id": "3", "traceparent": CALLER});
    let progress = json!({"id": "q", "runId": "r", "batchId": 4, "name": "totals",
        "timestamp": "1970-01-01T00:00:01.090Z",
        "durationMs": {"addBatch": 100, "triggerExecution": 150},
        "sources": [{"numInputRows": 12}]});
    let log = Log::new()
        .query(3, 3, 1100)
        .job(0, 1110, &[], properties)
        .job_end(0, 1120)
        .query_end(3, 1200, "")
        .event(json!({
            "Event": "org.apache.spark.sql.streaming.StreamingQueryListener$QueryProgressEvent",
            "progress": progress}))
        .end(1400);
    let spans = log.spans(Settings::default());
    let batch = only(&spans, kind::BATCH);
    assert_eq!(millis(batch), (1090, 1240));
    assert_eq!(batch.parent_span_id, None);
    assert_eq!(batch.links.len(), 2);
    assert_eq!(int(batch, attribute::SPARK_STREAMING_INPUT_ROWS), Some(12));
    assert_eq!(only(&spans, kind::SQL).parent_span_id, Some(batch.span_id));
    assert_ne!(only(&spans, kind::APPLICATION).trace_id, batch.trace_id);
}

/// Scenario: a client of Spark Connect has started a stream, whose batches keep the tags of that operation; one of them runs no job.
/// Guarantees: the queries are of their batches, which are linked to the client's caller.
#[test]
fn stream_of_a_connect_client_runs_in_its_batches() {
    let operation = "SparkConnect_OperationTag_User__Session_s_Operation_o";
    let caller = format!("SparkConnect_SessionTag_User__Session_s_Tag_traceparent:{CALLER}");
    let properties = json!({"sql.streaming.queryId": "q", "streaming.sql.batchId": "0",
        "spark.sql.execution.id": "0", "spark.sql.execution.root.id": "0",
        "spark.job.tags": format!("{operation},{caller}")});
    let mut log = Log::new();
    for id in [0, 1] {
        log = log.query(id, id, 1100);
        let start = log.0.last_mut().unwrap();
        start["jobTags"] = json!([operation, caller]);
        start["description"] = json!(format!("\nid = q\nrunId = r\nbatch = {id}"));
        if id == 0 {
            log = log.job(0, 1110, &[], properties.clone()).job_end(0, 1120);
        }
        log = log.query_end(id, 1200, "");
    }
    let spans = log.end(1400).spans(Settings::default());
    let (batches, queries) = (of_type(&spans, kind::BATCH), of_type(&spans, kind::SQL));
    assert_eq!((batches.len(), queries.len()), (2, 2));
    for batch in batches {
        let is_its_own = |query: &&Span| query.parent_span_id == Some(batch.span_id);
        assert!(queries.iter().any(is_its_own));
        assert_eq!(batch.links.len(), 2);
    }
    assert_eq!(of_type(&spans, kind::CONNECT_OPERATION).len(), 0);
}

#[test]
fn unsampled_unit_is_kept_whole_when_it_fails_or_is_slow() {
    let settings = || {
        Settings {
            sampler: Sampler::AlwaysOff,
            ..Settings::default()
        }
        .in_force()
    };
    let query = |end: i64, error: &str| {
        Log::new()
            .query(3, 3, 1100)
            .job(0, 1110, &[0], in_query(3))
            .submitted(0, 1110, in_query(3))
            .task_start(0, 1, 1111)
            .task_end(0, 1, 1111, 1112, "ExceptionFailure")
            .completed(0, 1110, 1115)
            .job_end(0, 1120)
            .query_end(3, end, error)
            .end(1_000_000)
    };
    let dropped = query(1200, "").spans(settings());
    assert_eq!(dropped.len(), 1, "{dropped:#?}");
    assert_eq!(
        int(&dropped[0], attribute::SPARK_APP_UNITS_SAMPLED_OUT),
        Some(1)
    );
    for (log, kept) in [
        (query(1200, "x.Error: no"), "failed"),
        (query(400_000, ""), "slow"),
    ] {
        let spans = log.spans(settings());
        assert_eq!(of_type(&spans, kind::TASK).len(), 1);
        assert_eq!(
            text(only(&spans, kind::SQL), attribute::SPARK_UNIT_KEPT),
            Some(kept)
        );
    }
}

#[test]
fn caller_that_does_not_record_gets_nothing() {
    let parent = CALLER.replace("-01", "-00");
    let context = "00-0af7651916cd43dd8448eb211c80319c-d7ad6b7169203331-00";
    let log = Log::with_properties(json!({"spark.sparkspan.context": context,
        "spark.sparkspan.parent": parent}))
    .query(3, 3, 1100)
    .query_end(3, 1200, "x.Error: no")
    .end(1400);
    let live = Settings {
        sampler: Sampler::ParentBasedRatio(1.0),
        ..Settings::default()
    };
    assert_eq!(log.run(live, Ending::Final).0, []);
}

#[test]
fn recorded_context_is_the_applications_identity() {
    let parent: TraceParent = CALLER.parse().unwrap();
    let context: TraceParent = "00-0af7651916cd43dd8448eb211c80319c-d7ad6b7169203331-01"
        .parse()
        .unwrap();
    let log = Log::with_properties(json!({"spark.sparkspan.context": context.to_string(),
        "spark.sparkspan.parent": CALLER}))
    .end(1400);
    let spans = log.spans(Settings::default());
    let application = only(&spans, kind::APPLICATION);
    assert_eq!(
        (application.trace_id, application.span_id),
        (context.trace_id, context.span_id)
    );
    assert_eq!(application.parent_span_id, Some(parent.span_id));
}

/// Scenario: an undecided unit with more failed tasks than may be held, then with more than there is
/// memory for.
/// Guarantees: no more than 500 task spans are held; memory takes all of them and nothing else.
#[test]
fn undecided_unit_holds_a_bounded_number_of_tasks() {
    let mut log = Log::new().query(3, 3, 1100);
    for stage in 0..6 {
        log = log
            .job(stage, 1110, &[stage], in_query(3))
            .submitted(stage, 1110, in_query(3));
        for task in 0..100 {
            log = log.task_end(stage, stage * 100 + task, 1111, 1112, "ExceptionFailure");
        }
        log = log.completed(stage, 1110, 1115).job_end(stage, 1120);
    }
    let log = log.query_end(3, 1200, "x.Error: no").end(1400);
    let settings = |max_memory_bytes| Settings {
        sampler: Sampler::AlwaysOff,
        max_memory_bytes,
        ..Settings::default()
    };
    let (held, summary) = log.run(settings(64 << 20), Ending::Final);
    check(&held, "held");
    assert_eq!(of_type(&held, kind::TASK).len(), 500);
    assert_eq!(summary.evicted_tasks, 100);
    let (evicted, summary) = log.run(settings(160_000), Ending::Final);
    check(&evicted, "evicted");
    assert!(of_type(&evicted, kind::TASK).len() < 500);
    assert!(summary.evicted_tasks > 100);
    assert_eq!(of_type(&evicted, kind::STAGE).len(), 6);
}

#[test]
fn slowest_tasks_and_stragglers_get_spans() {
    let mut log = Log::new()
        .job(0, 1100, &[0], json!({}))
        .submitted(0, 1110, json!({}));
    for task in 0..200 {
        let duration = if task % 50 == 7 {
            5000 + task
        } else {
            100 + task
        };
        log = log.task_end(0, task, 1200, 1200 + duration, "Success");
    }
    let spans = log
        .completed(0, 1110, 7000)
        .job_end(0, 7001)
        .end(7002)
        .spans(Settings::default());
    let tasks: Vec<Option<i64>> = of_type(&spans, kind::TASK)
        .into_iter()
        .map(|task| int(task, attribute::SPARK_TASK_ID))
        .collect();
    assert_eq!(tasks, [Some(7), Some(57), Some(107), Some(157)]);
    let stage = only(&spans, kind::STAGE);
    assert_eq!(int(stage, attribute::SPARK_STAGE_TASKS_FOLDED), Some(196));
    assert_eq!(
        int(stage, attribute::SPARK_STAGE_TASK_TIME_MAX_MS),
        Some(5157)
    );
}

#[test]
fn open_log_gives_closed_spans_only_until_it_is_final() {
    let log = Log::new()
        .query(3, 3, 1100)
        .job(0, 1110, &[], in_query(3))
        .job_end(0, 1120)
        .job(1, 1130, &[], in_query(3));
    let (open, summary) = log.run(Settings::default(), Ending::Open);
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].name, span::JOB);
    assert_eq!(summary.open_spans, 3);
    let spans = log.spans(Settings::default());
    assert_eq!(spans[0], open[0]);
    for span in &spans[1..] {
        assert_eq!(
            span.attribute(attribute::SPARK_SPAN_INTERRUPTED),
            Some(&Value::Bool(true))
        );
    }
}

#[test]
fn log_without_its_head_is_refused_unless_the_application_is_named() {
    let job = json!({"Event": "SparkListenerJobStart", "Job ID": 0, "Submission Time": 1100});
    let line = job.to_string();
    let event = Event::parse(line.as_bytes()).unwrap();
    let mut spans = Vec::new();
    let refused = Engine::new(Settings::default()).event(&event, &mut spans);
    assert_eq!(refused, Err(Error::NoApplication));
    let named = Settings {
        application_id: Some("app-1".to_owned()),
        ..Settings::default()
    };
    let mut engine = Engine::new(named);
    engine.event(&event, &mut spans).unwrap();
    let summary = engine.finish(Ending::Final, &mut spans);
    assert_eq!(summary.application_id.as_deref(), Some("app-1"));
    assert_eq!(spans.len(), 2);
}

#[test]
fn long_lived_server_has_a_trace_for_each_query() {
    let server = "org.apache.spark.deploy.SparkSubmit --class \
        org.apache.spark.sql.hive.thriftserver.HiveThriftServer2 spark-internal";
    let mut log = Log::new();
    log.0[1]["System Properties"] = json!({"sun.java.command": server});
    let spans = log
        .query(3, 3, 1100)
        .query_end(3, 1200, "")
        .end(1400)
        .spans(Settings::default());
    let (query, application) = (only(&spans, kind::SQL), only(&spans, kind::APPLICATION));
    assert_ne!(query.trace_id, application.trace_id);
    assert_eq!(query.parent_span_id, None);
    assert_eq!(query.kind, sparkspan_model::SpanKind::Server);
    assert_eq!(text(application, attribute::SPARK_APP_SCOPE), Some("unit"));
}

/// Scenario: two thousand queries, one after the other.
/// Guarantees: nothing of a closed query stays open.
#[test]
fn closed_queries_leave_nothing_behind() {
    let mut log = Log::new();
    for id in 0..2000 {
        log = log
            .query(id, id, 1100)
            .job(id, 1110, &[id], in_query(id))
            .submitted(id, 1110, in_query(id))
            .completed(id, 1110, 1115)
            .job_end(id, 1120)
            .query_end(id, 1200, "");
    }
    let (spans, summary) = log.run(Settings::default(), Ending::Open);
    assert_eq!(spans.len(), 6000);
    assert_eq!(summary.open_spans, 1, "the application's own");
}

/// Scenario: descriptions of a query and of a job that look like call sites.
/// Guarantees: they lose what they would lose as descriptions.
#[test]
fn description_that_looks_like_a_call_site_is_redacted() {
    let text = "AKIAIOSFODNN7CANARY at joe.canary@example.com:25";
    let mut log = Log::new().query(3, 3, 2000);
    log.0.last_mut().unwrap()["description"] = json!(text);
    let properties = json!({"spark.sql.execution.id": "3", "callSite.short": text});
    let spans = log
        .job(0, 2000, &[0], properties)
        .job_end(0, 3000)
        .query_end(3, 4000, "")
        .end(5000)
        .spans(Settings::default());
    for span in [only(&spans, kind::SQL), only(&spans, kind::JOB)] {
        assert!(
            !format!("{span:?}").to_lowercase().contains("canary"),
            "{span:#?}"
        );
        assert_eq!(int(span, attribute::CODE_LINE_NUMBER), Some(25));
    }
}

/// Scenario: the end of a task, or of a job, is lost, and the application ends 14 hours later.
/// Guarantees: what ran within something that has ended is not longer than that; a job without its end is as long
/// as its stages.
#[test]
fn what_lost_its_end_does_not_last_until_the_application_ends() {
    let hours = 14 * 60 * 60 * 1000;
    let log = |task_ends: bool, job_ends: bool| {
        let mut log = Log::new()
            .job(0, 1100, &[0], json!({}))
            .submitted(0, 1110, json!({}))
            .task_start(0, 7, 1120);
        if task_ends {
            log = log.task_end(0, 7, 1120, 1190, "Success");
        }
        log = log.completed(0, 1110, 1200);
        if job_ends {
            log = log.job_end(0, 1210);
        }
        log.end(1300 + hours).spans(Settings::default())
    };
    for (task_ends, job_ends, job) in [(false, true, 1210), (true, false, 1200)] {
        let spans = log(task_ends, job_ends);
        assert_eq!(millis(only(&spans, kind::STAGE)), (1110, 1200));
        assert_eq!(millis(only(&spans, kind::JOB)), (1100, job));
    }
}

/// Scenario: a Connect operation is closed before it says how it ended.
/// Guarantees: its outcome and its rows are there; one that never says lasts until it was closed.
#[test]
fn operation_may_say_how_it_ended_after_it_was_closed() {
    let event = |step: &str, time: i64| {
        json!({"Event": format!("org.apache.spark.sql.connect.service.SparkListenerConnectOperation{step}"),
            "operationId": "0190c2f5-5f4a-7cc0-8ee7-000000000000", "eventTime": time, "producedRowCount": 5})
    };
    let log = || {
        Log::new()
            .event(event("Started", 1100))
            .event(event("Closed", 1200))
    };
    let spans = log()
        .event(event("Finished", 1190))
        .end(1300)
        .spans(Settings::default());
    let operation = only(&spans, kind::CONNECT_OPERATION);
    assert_eq!(text(operation, attribute::SPARK_OUTCOME), Some("succeeded"));
    assert_eq!(
        int(operation, attribute::SPARK_CONNECT_PRODUCED_ROWS),
        Some(5)
    );
    assert_eq!(millis(operation), (1100, 1200));
    let spans = log().end(1300).spans(Settings::default());
    let operation = only(&spans, kind::CONNECT_OPERATION);
    assert_eq!(text(operation, attribute::SPARK_OUTCOME), None);
    assert_eq!(millis(operation), (1100, 1200));
}

/// Scenario: a job ends in a year that cannot be, and its stage never completes; an executor is removed then, too.
/// Guarantees: nothing lasts so long, and no event of the application stands there.
#[test]
fn time_that_cannot_be_is_not_handed_on() {
    let odd = 9_999_999_999_999;
    let spans = Log::new()
        .job(0, 1100, &[0], json!({}))
        .submitted(0, 1110, json!({}))
        .event(
            json!({"Event": "SparkListenerExecutorRemoved", "Timestamp": odd, "Executor ID": "1"}),
        )
        .job_end(0, odd)
        .query(1, 1, 1220)
        .query_end(1, 1230, "")
        .end(1300)
        .spans(Settings::default());
    let last = 1300 * 1_000_000 + 1;
    for span in &spans {
        assert!(span.end_unix_ns <= last, "{span:#?}");
        assert!(
            span.events.iter().all(|event| event.time_unix_ns <= last),
            "{span:#?}"
        );
    }
}
