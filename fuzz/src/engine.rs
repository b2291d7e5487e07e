//! The engine as a whole: an application that nobody wrote, whose events are lost, doubled and in any order.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use sparkspan_engine::{Ending, Engine, Sampler, Scope, Settings, TaskDetail};
use sparkspan_events::{Event, Repair};
use sparkspan_model::{Span, SpanId, TraceId};
use sparkspan_semconv::attribute;

use crate::on_a_small_stack;

/// Each byte decides something; where there are none left, they are zero and the application ends.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        let (byte, rest) = self
            .0
            .split_first()
            .map_or((0, self.0), |(byte, rest)| (*byte, rest));
        self.0 = rest;
        byte
    }

    /// A number below `limit`: few, so that things meet.
    fn below(&mut self, limit: u8) -> i64 {
        i64::from(self.byte() % limit)
    }

    /// A time around a second after the start, seldom absurd.
    fn time(&mut self) -> i64 {
        match self.byte() {
            255 => i64::MAX,
            254 => i64::MIN,
            253 => -1,
            252 => 0,
            251 => 253_402_300_800_000,
            250 => 86_400_000 * 30,
            near => 1_000 + i64::from(near) * 4,
        }
    }

    /// The next bytes as a text.
    fn text(&mut self) -> String {
        let length = usize::from(self.byte() % 32).min(self.0.len());
        let (text, rest) = self.0.split_at(length);
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    fn choice<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }
}

/// Whatever the events and the settings: no panic on a small stack; what is held stays within the budget; a span is
/// sent once, after its children and around them; and at the end every parent was sent.
pub fn engine(data: &[u8]) {
    on_a_small_stack(|| {
        let mut bytes = Bytes(data);
        let settings = settings(&mut bytes);
        let ending = bytes.choice(&[Ending::Final, Ending::Open]);
        let budget = settings.max_memory_bytes;
        let mut engine = Engine::new(settings);
        let mut spans = Vec::new();
        let mut repair = Repair::default();
        let start = json!({"Event": "SparkListenerApplicationStart", "App Name": "a", "App ID": "app-1", "Timestamp": 1000, "User": "u"});
        let mut line = start.to_string();
        loop {
            if let Ok(event) = Event::read(line.as_bytes(), &mut repair) {
                engine
                    .event(&event, &mut spans)
                    .expect("the application is known");
                let held = engine.held_bytes();
                assert!(held <= budget, "{held} bytes are held, after {line}");
            }
            if bytes.0.is_empty() {
                break;
            }
            line = event(&mut bytes).to_string();
        }
        let summary = engine.finish(ending, &mut spans);
        assert_eq!(summary.spans, spans.len() as u64);
        check(&spans, ending == Ending::Final || summary.ended);
    });
}

fn settings(bytes: &mut Bytes<'_>) -> Settings {
    let settings = Settings {
        sampler: bytes.choice(&[
            Sampler::AlwaysOn,
            Sampler::AlwaysOff,
            Sampler::Ratio(0.3),
            Sampler::ParentBasedRatio(0.3),
        ]),
        scope: bytes.choice(&[Scope::Application, Scope::Unit, Scope::Auto]),
        trace_tasks: bytes.choice(&[TaskDetail::Outliers, TaskDetail::All, TaskDetail::None]),
        trace_sql: bytes.choice(&[true, false]),
        trace_shuffle: bytes.choice(&[true, false]),
        max_spans: bytes.choice(&[10_000, 5]),
        max_memory_bytes: bytes.choice(&[64 << 20, 20_000]),
        ..Settings::default()
    };
    if bytes.choice(&[true, false]) {
        settings.in_force()
    } else {
        settings
    }
}

/// What is true of every trace.
fn check(spans: &[Span], whole: bool) {
    let mut places: HashMap<(TraceId, SpanId), usize> = HashMap::new();
    for (place, span) in spans.iter().enumerate() {
        assert!(span.start_unix_ns <= span.end_unix_ns, "{span:#?}");
        let before = places.insert((span.trace_id, span.span_id), place);
        assert_eq!(before, None, "sent twice: {span:#?}");
    }
    let mut roots = HashSet::new();
    for (place, span) in spans.iter().enumerate() {
        let Some(parent_id) = span.parent_span_id else {
            assert!(roots.insert(span.trace_id), "a second root: {span:#?}");
            continue;
        };
        if span.parent_is_remote {
            continue;
        }
        let Some(parent_place) = places.get(&(span.trace_id, parent_id)) else {
            assert!(!whole, "orphan: {span:#?}");
            continue;
        };
        let parent = &spans[*parent_place];
        if span.attribute(attribute::SPARK_UNIT_LATE).is_none() {
            assert!(place < *parent_place, "sent after its parent: {span:#?}");
            let inside = parent.start_unix_ns <= span.start_unix_ns
                && span.end_unix_ns <= parent.end_unix_ns;
            assert!(inside, "not inside its parent {parent:#?}: {span:#?}");
        }
    }
}

fn event(bytes: &mut Bytes<'_>) -> Value {
    match bytes.byte() % 32 {
        0..=3 => job_start(bytes),
        4..=5 => job_end(bytes),
        6..=8 => stage("SparkListenerStageSubmitted", bytes),
        9..=11 => stage("SparkListenerStageCompleted", bytes),
        12..=14 => task_start(bytes),
        15..=17 => task_end(bytes),
        18..=20 => sql_start(bytes),
        21..=22 => sql_end(bytes),
        23 => plan_update(bytes),
        24 => planning(bytes),
        25 => progress(bytes),
        26 => terminated(bytes),
        27..=28 => connect(bytes),
        29 => executor(bytes),
        30 => environment(bytes),
        _ => rare(bytes),
    }
}

/// Local properties of a job outside SQL, in SQL, of a micro-batch, of a `DStream`, of a client, with a caller.
fn properties(bytes: &mut Bytes<'_>) -> Value {
    let id = bytes.below(4);
    let mut properties = match bytes.byte() % 6 {
        0 => json!({}),
        1 => {
            json!({"spark.sql.execution.id": id.to_string(), "spark.sql.execution.root.id": (id - id % 2).to_string()})
        }
        2 => json!({
            "sql.streaming.queryId": "q", "streaming.sql.batchId": bytes.below(3).to_string(),
            "spark.sql.execution.id": id.to_string(), "spark.sql.execution.root.id": id.to_string(),
        }),
        3 => json!({"spark.streaming.internal.batchTime": (1_000 * bytes.below(4)).to_string()}),
        4 => json!({
            "spark.job.tags": format!("SparkConnect_OperationTag_User_u_Session_s_Operation_o{}", bytes.below(3)),
            "spark.sql.execution.id": id.to_string(),
        }),
        _ => json!({"spark.job.description": bytes.text(), "spark.jobGroup.id": bytes.text()}),
    };
    if bytes.byte() % 4 == 1 {
        let caller = 1 + bytes.below(2);
        let traceparent = format!("00-{caller:032x}-{caller:016x}-0{}", bytes.below(2));
        properties["traceparent"] = traceparent.into();
    }
    properties
}

fn stage_info(bytes: &mut Bytes<'_>) -> Value {
    let (id, time) = (bytes.below(5), bytes.time());
    json!({
        "Stage ID": id, "Stage Attempt ID": bytes.below(2), "Stage Name": "n at F.scala:1", "Number of Tasks": bytes.below(4),
        "RDD Info": [{"RDD ID": bytes.below(6), "Scope": "{\"id\":\"1\",\"name\":\"Exchange\"}"}],
        "Parent IDs": [bytes.below(5)], "Submission Time": time, "Completion Time": bytes.time(),
        "Failure Reason": bytes.choice(&[None, Some("lost")]),
    })
}

fn job_start(bytes: &mut Bytes<'_>) -> Value {
    let stages: Vec<Value> = (0..bytes.below(4)).map(|_| stage_info(bytes)).collect();
    let ids: Vec<&Value> = stages.iter().map(|stage| &stage["Stage ID"]).collect();
    json!({
        "Event": "SparkListenerJobStart", "Job ID": bytes.below(4), "Submission Time": bytes.time(),
        "Stage IDs": ids, "Stage Infos": stages, "Properties": properties(bytes),
    })
}

fn job_end(bytes: &mut Bytes<'_>) -> Value {
    let result = match bytes.byte() % 3 {
        0 => {
            json!({"Result": "JobFailed", "Exception": {"Message": bytes.text(), "Stack Trace": []}})
        }
        _ => json!({"Result": "JobSucceeded"}),
    };
    json!({
        "Event": "SparkListenerJobEnd", "Job ID": bytes.below(4), "Completion Time": bytes.time(), "Job Result": result,
    })
}

fn stage(event: &str, bytes: &mut Bytes<'_>) -> Value {
    json!({"Event": event, "Stage Info": stage_info(bytes), "Properties": properties(bytes)})
}

/// No two stages share a task's id.
fn task(bytes: &mut Bytes<'_>) -> (i64, i64, Value) {
    let (stage, attempt) = (bytes.below(5), bytes.below(2));
    let task = stage * 100 + attempt * 10 + bytes.below(9);
    let info = json!({
        "Task ID": task, "Index": bytes.below(3), "Attempt": bytes.below(2), "Launch Time": bytes.time(),
        "Executor ID": bytes.below(2).to_string(), "Host": "h", "Locality": "ANY", "Finish Time": bytes.time(),
        "Speculative": bytes.choice(&[false, true]),
    });
    (stage, attempt, info)
}

fn task_start(bytes: &mut Bytes<'_>) -> Value {
    let (stage, attempt, info) = task(bytes);
    json!({"Event": "SparkListenerTaskStart", "Stage ID": stage, "Stage Attempt ID": attempt, "Task Info": info})
}

fn task_end(bytes: &mut Bytes<'_>) -> Value {
    let (stage, attempt, info) = task(bytes);
    let reason = bytes.choice(&[
        "Success",
        "Success",
        "Resubmitted",
        "TaskKilled",
        "ExecutorLostFailure",
        "FetchFailed",
        "ExceptionFailure",
    ]);
    let number = bytes.choice(&[0, 5, 1_000, i64::MAX, -1]);
    json!({
        "Event": "SparkListenerTaskEnd", "Stage ID": stage, "Stage Attempt ID": attempt,
        "Task End Reason": {"Reason": reason, "Class Name": "java.lang.Error", "Description": bytes.text()},
        "Task Info": info,
        "Task Metrics": {
            "Executor Run Time": number, "Executor CPU Time": number, "Peak Execution Memory": number,
            "Shuffle Write Metrics": {"Shuffle Bytes Written": number, "Shuffle Records Written": number},
            "Shuffle Read Metrics": {"Total Records Read": number, "Remote Bytes Read": number},
        },
    })
}

/// A plan, as deep as a line may be.
fn plan(bytes: &mut Bytes<'_>) -> Value {
    let depth = bytes.choice(&[1, 2, 3, 50]);
    let mut plan = json!([]);
    for _ in 0..depth {
        let name = bytes.choice(&[
            "Range",
            "Scan parquet ",
            "HashAggregate",
            "Exchange",
            "AdaptiveSparkPlan",
            "Project",
        ]);
        plan = json!([{
            "nodeName": name, "simpleString": "s", "children": plan, "metadata": {},
            "metrics": [{"name": "number of output rows", "accumulatorId": bytes.below(8), "metricType": "sum"}],
        }]);
    }
    plan[0].take()
}

fn sql_start(bytes: &mut Bytes<'_>) -> Value {
    let id = bytes.below(4);
    json!({
        "Event": "org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart", "executionId": id,
        "rootExecutionId": id - id % 2, "description": bytes.text(), "details": "", "physicalPlanDescription": "",
        "sparkPlanInfo": plan(bytes), "time": bytes.time(),
    })
}

fn sql_end(bytes: &mut Bytes<'_>) -> Value {
    json!({
        "Event": "org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd", "executionId": bytes.below(4),
        "time": bytes.time(), "errorMessage": bytes.text(),
    })
}

fn plan_update(bytes: &mut Bytes<'_>) -> Value {
    json!({
        "Event": "org.apache.spark.sql.execution.ui.SparkListenerSQLAdaptiveExecutionUpdate",
        "executionId": bytes.below(4), "physicalPlanDescription": "", "sparkPlanInfo": plan(bytes),
    })
}

fn planning(bytes: &mut Bytes<'_>) -> Value {
    json!({
        "Event": "io.sparkspan.SqlPlanningEvent", "executionId": bytes.below(4), "sqlText": bytes.text(),
        "phases": [{"name": "planning", "startTimeMs": bytes.time(), "endTimeMs": bytes.time()}],
    })
}

fn progress(bytes: &mut Bytes<'_>) -> Value {
    let duration = match bytes.byte() % 3 {
        0 => json!({}),
        _ => json!({"addBatch": 5, "triggerExecution": bytes.below(200)}),
    };
    json!({
        "Event": "org.apache.spark.sql.streaming.StreamingQueryListener$QueryProgressEvent",
        "progress": {
            "id": "q", "runId": "r", "timestamp": "1970-01-01T00:00:01.500Z", "batchId": bytes.below(3),
            "durationMs": duration,
        },
    })
}

fn terminated(bytes: &mut Bytes<'_>) -> Value {
    json!({
        "Event": "org.apache.spark.sql.streaming.StreamingQueryListener$QueryTerminatedEvent", "id": "q", "runId": "r",
        "exception": bytes.choice(&[None, Some("java.lang.Error: x")]),
    })
}

fn connect(bytes: &mut Bytes<'_>) -> Value {
    let step = bytes.choice(&["Started", "Finished", "Failed", "Canceled", "Closed"]);
    json!({
        "Event": format!("org.apache.spark.sql.connect.service.SparkListenerConnectOperation{step}"),
        "jobTag": "t", "operationId": format!("o{}", bytes.below(3)), "eventTime": bytes.time(),
        "statementText": bytes.text(), "sessionId": "s", "userId": "u",
    })
}

fn executor(bytes: &mut Bytes<'_>) -> Value {
    let id = bytes.below(2).to_string();
    match bytes.byte() % 2 {
        0 => json!({
            "Event": "SparkListenerExecutorAdded", "Timestamp": bytes.time(), "Executor ID": id,
            "Executor Info": {"Host": "h", "Total Cores": 2, "Attributes": {}},
        }),
        _ => json!({
            "Event": "SparkListenerExecutorRemoved", "Timestamp": bytes.time(), "Executor ID": id,
            "Removed Reason": bytes.text(),
        }),
    }
}

fn environment(bytes: &mut Bytes<'_>) -> Value {
    let mut properties = json!({"spark.app.name": bytes.text(), "spark.master": "local"});
    if bytes.byte() % 2 == 1 {
        let flag = bytes.below(2);
        properties["spark.sparkspan.context"] =
            format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0{flag}").into();
    }
    json!({"Event": "SparkListenerEnvironmentUpdate", "JVM Information": {}, "Spark Properties": properties, "System Properties": {}})
}

fn rare(bytes: &mut Bytes<'_>) -> Value {
    match bytes.byte() % 3 {
        0 => {
            json!({"Event": "SparkListenerApplicationEnd", "Timestamp": bytes.time(), "ExitCode": bytes.below(3)})
        }
        1 => json!({
            "Event": "org.apache.spark.sql.execution.ui.SparkListenerDriverAccumUpdates", "executionId": bytes.below(4),
            "accumUpdates": [[bytes.below(8), bytes.choice(&[5, i64::MAX, -1])]],
        }),
        _ => {
            json!({"Event": "SparkListenerApplicationStart", "App Name": "b", "App ID": "app-2", "Timestamp": bytes.time(), "User": "u"})
        }
    }
}
