//! Each text of a real log, one at a time, becomes a secret.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use sparkspan_engine::{Ending, Engine, Settings, TaskDetail};
use sparkspan_events::Event;
use sparkspan_model::{Attribute, Span};
use sparkspan_semconv::{ATTRIBUTES, Class, attribute};

use crate::fixtures;

/// A secret that looks like data to prose, which cannot tell a plain word from others, and like a name to
/// all that takes names.
const CANARY: &str = "canary1with2digits3all4over";

const NAME_OF_SPAN: &str = "the name of a span";

/// Logs that together have every event that is read.
const CASES: [&str; 4] = [
    "3.5.9/failures",
    "3.5.9/sql",
    "3.5.9/streaming",
    "4.3.0/connect",
];

/// Where the texts stand that come out, and what shows them: all of it names, by their place.
const SHOWN: [(&str, &[&str]); 30] = [
    (
        "error.type",
        &[
            "SparkListenerTaskEnd › Task End Reason › Class Name",
            "SparkListenerTaskEnd › Task End Reason › Reason",
            "StreamingQueryListener$QueryTerminatedEvent › errorClassOnException",
        ],
    ),
    (
        "exception.type",
        &[
            "SparkListenerTaskEnd › Task End Reason › Class Name",
            "StreamingQueryListener$QueryTerminatedEvent › errorClassOnException",
        ],
    ),
    (
        "host.name",
        &[
            "SparkListenerEnvironmentUpdate › Spark Properties › spark.driver.host",
            "SparkListenerExecutorAdded › Executor Info › Host",
            "SparkListenerTaskEnd › Task Info › Host",
        ],
    ),
    (
        "k8s.node.name",
        &["SparkListenerExecutorAdded › Executor Info › Attributes › K8S_NODE_NAME"],
    ),
    (
        "k8s.pod.name",
        &["SparkListenerExecutorAdded › Executor Info › Attributes › K8S_POD_NAME"],
    ),
    (
        "k8s.pod.uid",
        &["SparkListenerExecutorAdded › Executor Info › Attributes › K8S_POD_UID"],
    ),
    (
        "service.instance.id",
        &[
            "SparkListenerApplicationStart › App ID",
            "SparkListenerTaskEnd › Task Info › Executor ID",
        ],
    ),
    (
        "service.name",
        &["SparkListenerApplicationStart › App Name"],
    ),
    (
        "spark.app.attempt",
        &["SparkListenerApplicationStart › App Attempt ID"],
    ),
    (
        "spark.app.deploy_mode",
        &["SparkListenerEnvironmentUpdate › Spark Properties › spark.submit.deployMode"],
    ),
    ("spark.app.id", &["SparkListenerApplicationStart › App ID"]),
    (
        "spark.app.master",
        &["SparkListenerEnvironmentUpdate › Spark Properties › spark.master"],
    ),
    (
        "spark.app.name",
        &["SparkListenerApplicationStart › App Name"],
    ),
    ("spark.app.user", &["SparkListenerApplicationStart › User"]),
    (
        "spark.conf.spark.executor.memory",
        &["SparkListenerEnvironmentUpdate › Spark Properties › spark.executor.memory"],
    ),
    (
        "spark.connect.operation.id",
        &["SparkListenerConnectOperationStarted › operationId"],
    ),
    (
        "spark.connect.session.id",
        &["SparkListenerConnectOperationStarted › sessionId"],
    ),
    (
        "spark.connect.user.id",
        &["SparkListenerConnectOperationStarted › userId"],
    ),
    (
        "spark.executor.id",
        &[
            "SparkListenerExecutorAdded › Executor ID",
            "SparkListenerExecutorRemoved › Executor ID",
            "SparkListenerTaskEnd › Task Info › Executor ID",
        ],
    ),
    (
        "spark.openlineage.parent_run_id",
        &["SparkListenerEnvironmentUpdate › Spark Properties › spark.openlineage.parentRunId"],
    ),
    (
        "spark.openlineage.root_parent_run_id",
        &["SparkListenerEnvironmentUpdate › Spark Properties › spark.openlineage.rootParentRunId"],
    ),
    (
        "spark.sql.phase.name",
        &["SqlPlanningEvent › phases › name"],
    ),
    (
        "spark.sql.plan.text",
        &[
            "SparkListenerSQLAdaptiveExecutionUpdate › sparkPlanInfo › metrics › name",
            "SparkListenerSQLAdaptiveExecutionUpdate › sparkPlanInfo › nodeName",
            "SparkListenerSQLExecutionStart › sparkPlanInfo › metrics › name",
            "SparkListenerSQLExecutionStart › sparkPlanInfo › nodeName",
        ],
    ),
    (
        "spark.sql.query.id",
        &["SparkListenerSQLExecutionStart › queryId"],
    ),
    (
        "spark.stage.operators",
        &["SparkListenerStageSubmitted › Stage Info › RDD Info › Scope › name"],
    ),
    (
        "spark.streaming.query.id",
        &[
            "SparkListenerJobStart › Properties › sql.streaming.queryId",
            "StreamingQueryListener$QueryProgressEvent › progress › id",
        ],
    ),
    (
        "spark.streaming.query.run_id",
        &[
            "StreamingQueryListener$QueryProgressEvent › progress › runId",
            "StreamingQueryListener$QueryTerminatedEvent › runId",
        ],
    ),
    (
        "spark.ui.url",
        &[
            "SparkListenerApplicationStart › App Attempt ID",
            "SparkListenerApplicationStart › App ID",
        ],
    ),
    ("spark.version", &["SparkListenerLogStart › Spark Version"]),
    (
        "the name of a span",
        &["SparkListenerStageSubmitted › Stage Info › RDD Info › Scope › name"],
    ),
];

/// Lists of settings of which nothing is read, but for the command of the application.
const UNREAD: [&str; 4] = [
    "Classpath Entries",
    "Hadoop Properties",
    "Metrics Properties",
    "System Properties",
];

/// What those logs lack: the event, where in it, and what stands there.
fn additions() -> Vec<(&'static str, &'static str, Json)> {
    let pod =
        json!({"K8S_POD_NAME": "etl-1", "K8S_POD_UID": "275ecb36", "K8S_NODE_NAME": "node-3"});
    vec![
        (
            "SparkListenerEnvironmentUpdate",
            "/Spark Properties",
            json!({"spark.executor.memory": "4g", "spark.openlineage.parentRunId": "a",
                "spark.openlineage.rootParentRunId": "b"}),
        ),
        (
            "SparkListenerExecutorAdded",
            "/Executor Info",
            json!({"Attributes": pod}),
        ),
        (
            "SparkListenerApplicationStart",
            "",
            json!({"App Attempt ID": "1"}),
        ),
        (
            "SparkListenerSQLExecutionStart",
            "",
            json!({"queryId": "5b0c2a0e", "jobGroupId": "nightly", "jobTags": ["orders"]}),
        ),
        (
            "StreamingQueryListener$QueryProgressEvent",
            "/progress",
            json!({"eventTime": {"watermark": "2026-11-22T21:50:49.000Z"}}),
        ),
        (
            "StreamingQueryListener$QueryTerminatedEvent",
            "",
            json!({"errorClassOnException": "STREAM_FAILED"}),
        ),
    ]
}

/// A line of a log, and what it says.
struct Line {
    event: Json,
    bytes: Vec<u8>,
    /// What is read of it.
    read: String,
}

impl Line {
    fn new(event: Json) -> Self {
        let bytes = event.to_string().into_bytes();
        let read = read(&bytes);
        Self { event, bytes, read }
    }
}

fn read(line: &[u8]) -> String {
    format!("{:?}", Event::parse(line))
}

/// The lines of a log, with what it lacks.
fn lines(case: &str) -> Vec<Line> {
    let fixture = fixtures::all().into_iter().find(|one| one.name == case);
    let mut lines = Vec::new();
    for line in fixture.unwrap().lines() {
        let mut event: Json = serde_json::from_slice(&line).unwrap();
        let name = name_of(&event).to_owned();
        for (_, place, more) in additions().iter().filter(|(of, ..)| *of == name) {
            let target = event.pointer_mut(place).unwrap().as_object_mut().unwrap();
            target.extend(more.as_object().unwrap().clone());
        }
        let planning = (name == "SparkListenerSQLExecutionStart").then(|| {
            let (id, time) = (&event["executionId"], &event["time"]);
            json!({"Event": "io.sparkspan.SqlPlanningEvent", "executionId": id,
                "sqlText": "SELECT name FROM orders",
                "phases": [{"name": "planning", "startTimeMs": time, "endTimeMs": time}]})
        });
        lines.push(Line::new(event));
        lines.extend(planning.map(Line::new));
    }
    lines
}

fn name_of(event: &Json) -> &str {
    let name = event["Event"].as_str().unwrap();
    name.rsplit('.').next().unwrap()
}

/// Calls `visit` with the place of each text, those within embedded JSON too. The items of a list share a
/// place, and so do the levels of a plan, and settings that nothing reads.
fn texts(json: &mut Json, place: &str, visit: &mut dyn FnMut(&str, &mut String)) {
    match json {
        Json::String(text) => {
            if let Ok(mut embedded @ Json::Object(_)) = serde_json::from_str(text) {
                texts(&mut embedded, place, visit);
                *text = embedded.to_string();
            }
            visit(place, text);
        }
        Json::Array(items) => items.iter_mut().for_each(|item| texts(item, place, visit)),
        Json::Object(members) => {
            for (key, value) in members {
                let is_unread = UNREAD.iter().any(|section| place.ends_with(section));
                let is_level = key == "children";
                if is_level || (is_unread && key != "sun.java.command") {
                    texts(value, place, visit);
                } else {
                    texts(value, &format!("{place} › {key}"), visit);
                }
            }
        }
        _ => {}
    }
}

/// What shows the canary: an attribute, of a span, an event, a link or a resource, or something else that a
/// span says.
fn shown_by(spans: &[Span]) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    let mut see = |by: &str, text: &str| {
        if text.contains(CANARY) {
            shown.insert(by.to_owned());
        }
    };
    for span in spans {
        let of_events = span.events.iter().flat_map(|event| &event.attributes);
        let of_links = span.links.iter().flat_map(|link| &link.attributes);
        let own = span.attributes.iter().chain(&span.resource.attributes);
        for Attribute { key, value, .. } in own.chain(of_events).chain(of_links) {
            see(key, &format!("{value:?}"));
            see("the key of an attribute", key);
        }
        for event in &span.events {
            see("the name of an event", &event.name);
        }
        see(NAME_OF_SPAN, &span.name);
        see("the status of a span", &format!("{:?}", span.status));
        see("the trace state of a span", &span.trace_state);
    }
    shown
}

/// The spans of a log, whatever in it cannot be read.
fn spans(lines: &[Cow<'_, [u8]>]) -> Vec<Span> {
    let mut engine = Engine::new(Settings {
        trace_tasks: TaskDetail::All,
        history_server_url: Some("https://history.example.com".to_owned()),
        ..Settings::default()
    });
    let mut spans = Vec::new();
    for line in lines {
        if let Ok(event) = Event::parse(line) {
            let _ = engine.event(&event, &mut spans);
        }
    }
    engine.finish(Ending::Final, &mut spans);
    spans
}

/// Scenario: logs of real applications, in which each text in turn, wherever the log has it, becomes a secret.
/// Guarantees: it comes out as what is listed here, or not at all, and what is listed is an identifier by the
/// registry.
#[test]
fn texts_of_a_log_come_out_as_listed_identifiers_alone() {
    let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for case in CASES {
        let lines = lines(case);
        for (name, secret) in places(&lines) {
            // Most of what Spark writes is not even read.
            if let Some(lines) = with_canary(&lines, name, &secret) {
                for by in shown_by(&spans(&lines)) {
                    shown.entry(by).or_default().insert(secret.clone());
                }
            }
        }
    }
    let class = |key: &str| {
        let key = if key.starts_with("spark.conf.") {
            attribute::SPARK_CONF
        } else {
            key
        };
        ATTRIBUTES.iter().find(|(name, ..)| *name == key)
    };
    for by in shown.keys().filter(|by| **by != NAME_OF_SPAN) {
        assert!(
            matches!(class(by), Some((_, _, Class::Identifier))),
            "{by} shows {:?}",
            shown[by]
        );
    }
    let listed = SHOWN.map(|(by, places)| {
        let places = places.iter().map(|place| (*place).to_owned());
        (by.to_owned(), places.collect::<BTreeSet<_>>())
    });
    assert_eq!(shown, BTreeMap::from(listed));
}

/// The event and the place of each text.
fn places(lines: &[Line]) -> BTreeSet<(&str, String)> {
    let mut places = BTreeSet::new();
    for Line { event, .. } in lines {
        let name = name_of(event);
        texts(&mut event.clone(), name, &mut |place, _| {
            places.insert((name, place.to_owned()));
        });
    }
    places
}

/// The lines of a log in which the canary stands in a place of the events of this name; `None` where nothing
/// else is read of them then.
fn with_canary<'a>(lines: &'a [Line], name: &str, secret: &str) -> Option<Vec<Cow<'a, [u8]>>> {
    let mut is_read = false;
    let mut line = |line: &'a Line| {
        if name_of(&line.event) != name {
            return Cow::Borrowed(&*line.bytes);
        }
        let mut event = line.event.clone();
        texts(&mut event, name, &mut |place, text| {
            if place == secret {
                CANARY.clone_into(text);
            }
        });
        let bytes = event.to_string().into_bytes();
        is_read |= read(&bytes) != line.read;
        Cow::Owned(bytes)
    };
    let lines = lines.iter().map(&mut line).collect();
    is_read.then_some(lines)
}
