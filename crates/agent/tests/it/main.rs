//! The agent without a JVM: real events in, spans at a real receiver.

#![expect(clippy::unwrap_used, reason = "a test that lacks what it needs fails")]

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use sparkspan_agent::{Agent, Level, Line, Planning, Start, Started, Stop};
use sparkspan_config::{Mode, Sources, resolve};
use sparkspan_engine::{Ending, Engine};
use sparkspan_events::Event;
use sparkspan_model::{Span, TraceParent};
use sparkspan_otlp::{Receiver, ReceiverSettings};
use sparkspan_testkit::fixtures;

/// The journal is the process's: who reads it takes the lines of all agents.
static JOURNAL: Mutex<()> = Mutex::new(());

const CALLER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn start(properties: &[(&str, &str)]) -> Start {
    let own = |(key, value): &(&str, &str)| (format!("spark.sparkspan.{key}"), (*value).to_owned());
    Start {
        spark_version: "3.5.9".to_owned(),
        properties: properties.iter().map(own).collect(),
        ..Start::default()
    }
}

/// Runs an application of these events, and gives what arrives.
fn live(
    properties: &[(&str, &str)],
    events: impl FnOnce(&Started) -> Vec<String>,
) -> (Vec<String>, Vec<Span>) {
    let loopback = (Ipv4Addr::LOCALHOST, 0).into();
    let (receiver, batches) = Receiver::start(&ReceiverSettings {
        http: loopback,
        grpc: loopback,
        keep: None,
    })
    .unwrap();
    let endpoint = format!("http://{}", receiver.http_address());
    let properties = [properties, &[("endpoint", endpoint.as_str())]].concat();
    let (mut agent, started) = Agent::start(&start(&properties)).unwrap();
    let events = events(&started);
    for event in &events {
        agent.event(event.as_bytes());
    }
    agent.stop(&Stop {
        budget_ms: 60_000,
        dropped_events: 0,
    });
    receiver.shutdown().shut_down();
    (events, batches.flatten().collect())
}

fn replay(events: &[String]) -> Vec<Span> {
    let nothing = BTreeMap::new();
    let usual = resolve(&Sources {
        mode: Mode::Replay,
        properties: &nothing,
        environment: &nothing,
    });
    let mut engine =
        Engine::new(usual.engine()).with_recorded(move |record| usual.engine_of_record(record));
    let mut spans = Vec::new();
    let mut log =
        vec![json!({"Event": "SparkListenerLogStart", "Spark Version": "3.5.9"}).to_string()];
    log.extend_from_slice(events);
    for line in &log {
        let event = Event::parse(line.as_bytes()).unwrap();
        engine.event(&event, &mut spans).unwrap();
    }
    engine.finish(Ending::Final, &mut spans);
    spans
}

/// The log's events as the plugin sees them: its records are in the environment, each query's planning
/// follows its start.
fn as_live(log: &sparkspan_testkit::Fixture, started: &Started) -> Vec<String> {
    let discovered = sparkspan_eventlog::discover(&log.log).unwrap().logs;
    let mut lines = discovered[0].lines();
    let mut events = Vec::new();
    while let Some(line) = lines.next_line().unwrap() {
        let line = std::str::from_utf8(line).unwrap();
        if line.contains("\"SparkListenerLogStart\"") {
            continue;
        }
        if line.starts_with(r#"{"Event":"SparkListenerEnvironmentUpdate""#) {
            let mut event: Value = serde_json::from_str(line).unwrap();
            for (key, value) in &started.properties {
                event["Spark Properties"][key] = json!(value);
            }
            events.push(event.to_string());
            continue;
        }
        events.push(line.to_owned());
        if line.contains("SparkListenerSQLExecutionStart\"") && started.planning != Planning::Off {
            let event: Value = serde_json::from_str(line).unwrap();
            let time_ms = event["time"].as_i64().unwrap();
            let phase =
                json!({"name": "planning", "startTimeMs": time_ms - 9, "endTimeMs": time_ms - 1});
            let planning = json!({"Event": "io.sparkspan.SqlPlanningEvent",
                "executionId": event["executionId"], "sqlText": "SELECT ?", "phases": [phase]});
            events.push(planning.to_string());
        }
    }
    events
}

fn sorted(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.trace_id, span.span_id));
    spans
}

/// Scenario: the events of every kind of application, live and as a log, under settings of every kind.
/// Guarantees: both give the same spans, but for the report of the living one.
#[test]
fn live_is_replay() {
    let settings: [&[(&str, &str)]; 5] = [
        &[("sampler", "always_on")],
        &[],
        &[
            ("traceparent", CALLER),
            ("service.name", "token-service"),
            ("trace.tasks", "all"),
        ],
        &[
            ("scope", "unit"),
            ("sampler", "traceidratio"),
            ("resource", "team=a%20b"),
        ],
        &[
            ("trace.sql", "false"),
            ("sampler", "always_on"),
            ("sql.text", "off"),
        ],
    ];
    let cases = ["sql", "failures", "streaming", "connect"];
    let logs = fixtures().into_iter().filter(|fixture| {
        ["3.5.9", "4.3.0"].contains(&fixture.version.as_str())
            && cases.contains(&fixture.case.as_str())
    });
    for fixture in logs {
        for settings in settings {
            let (events, spans) = live(settings, |started| as_live(&fixture, started));
            let (report, spans): (Vec<Span>, Vec<Span>) = spans
                .into_iter()
                .partition(|span| span.name == "spark.sparkspan.report");
            assert_eq!(report.len(), 1);
            let (spans, expected) = (sorted(spans), sorted(replay(&events)));
            // Under the others it is up to the trace id whether there is any unit.
            assert!(spans.len() > 1 || !settings.contains(&("sampler", "always_on")));
            assert_eq!(
                spans, expected,
                "{} {} {settings:?}",
                fixture.version, fixture.case
            );
        }
    }
}

#[test]
fn application_joins_its_caller() {
    let caller: TraceParent = CALLER.parse().unwrap();
    let (_, started) = Agent::start(&start(&[("traceparent", CALLER)])).unwrap();
    let context: TraceParent = started.properties["spark.sparkspan.context"]
        .parse()
        .unwrap();
    assert_eq!(context.trace_id, caller.trace_id);
    assert_ne!(context.span_id, caller.span_id);
    assert_eq!(started.properties["spark.sparkspan.parent"], CALLER);
    assert_eq!(started.executor["context"], context.to_string());
    assert_eq!(started.executor["parent"], "01");
}

/// Scenario: nothing is sampled.
/// Guarantees: tasks get no context, which would lead to spans that never come.
#[test]
fn executors_are_told_nothing_when_nothing_is_sampled() {
    let (_, started) = Agent::start(&start(&[("sampler", "always_off")])).unwrap();
    assert!(started.executor.is_empty());
    assert!(started.properties.contains_key("spark.sparkspan.context"));
}

/// Scenario: the endpoint of a long-lived driver takes no spans.
/// Guarantees: the driver's log says so while it runs, and only once.
#[test]
fn lost_spans_are_told_while_the_application_runs() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let refusal =
                "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            let _ = stream.read_exact(&mut [0]);
            let _ = stream.write_all(refusal.as_bytes());
            // A connection that is closed with something unread in it loses the answer.
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    });
    let settings = [("endpoint", endpoint.as_str()), ("sampler", "always_on")];
    let _journal = JOURNAL.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut agent, started) = Agent::start(&start(&settings)).unwrap();
    let fixture = fixtures()
        .into_iter()
        .find(|fixture| fixture.version == "3.5.9" && fixture.case == "sql");
    for event in as_live(&fixture.unwrap(), &started) {
        agent.event(event.as_bytes());
    }
    let warnings = |agent: &mut Agent| {
        let lines = agent.drain_log().into_iter();
        let ours =
            lines.filter(|line| line.level == Level::Warn && line.message.contains(&endpoint));
        ours.map(|line| line.message).collect::<Vec<_>>()
    };
    let told = loop {
        match &warnings(&mut agent)[..] {
            [] => std::thread::yield_now(),
            told => break told.to_vec(),
        }
    };
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("401"), "{told:?}");
    assert_eq!(warnings(&mut agent), [""; 0]);
}

/// Scenario: whatever a user may get wrong.
/// Guarantees: what cannot be used is not; only what would send the spans nowhere ends the tracing.
#[test]
fn garbage_is_not_used() {
    let garbage = [
        ("sampler", "sometimes"),
        ("sampler.ratio", "7"),
        ("keep.slow", "-1"),
        ("shutdown.timeout", "soon"),
        ("traceparent", "00-zz"),
        ("no.such.key", "1"),
    ];
    let (mut agent, started) = Agent::start(&start(&garbage)).unwrap();
    assert_eq!(started.shutdown_ms, 5_000);
    for bytes in [
        &b""[..],
        b"{",
        b"\xff\xfe",
        b"[]",
        br#"{"Event":"SparkListenerJobStart"}"#,
    ] {
        agent.event(bytes);
    }
    agent.stop(&Stop::default());
    assert!(Agent::start(&start(&[("certificate", "/no/such.pem")])).is_err());
}

/// Scenario: Spark redacts by an expression that only Java can compile.
/// Guarantees: the driver's log says once which property withholds all texts, and not what its value is.
#[test]
fn expression_that_cannot_be_compiled_is_said_once() {
    let mut request = start(&[("endpoint", "http://localhost:1")]);
    let property = "spark.redaction.string.regex";
    request
        .properties
        .insert(property.to_owned(), "(?<=canary)x".to_owned());
    let _journal = JOURNAL.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut agent, _) = Agent::start(&request).unwrap();
    let lines: Vec<_> = agent
        .drain_log()
        .into_iter()
        .chain(agent.drain_log())
        .collect();
    let mut warnings = lines.iter().filter(|line| line.message.contains(property));
    assert_eq!(warnings.next().unwrap().level, Level::Warn);
    assert!(warnings.next().is_none());
    assert!(!lines.iter().any(|line| line.message.contains("canary")));
    let (mut agent, _) = Agent::start(&start(&[("endpoint", "http://localhost:1")])).unwrap();
    let is_of_texts = |line: &Line| line.message.contains("withheld");
    assert!(!agent.drain_log().iter().any(is_of_texts));
}

/// Scenario: two jobs have null for their stages, and the end of another one has no id.
/// Guarantees: the log has one warning, which names event and field of the first.
#[test]
fn odd_event_is_told_once() {
    let _journal = JOURNAL.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut agent, _) = Agent::start(&start(&[])).unwrap();
    let job = |id: i64| {
        format!(
            r#"{{"Event":"SparkListenerJobStart","Job ID":{id},"Submission Time":5,"Stage IDs":null,"Properties":{{}}}}"#
        )
    };
    for line in [
        &job(1),
        &job(2),
        r#"{"Event":"SparkListenerJobEnd","Job ID":null}"#,
    ] {
        agent.event(line.as_bytes());
    }
    let lines = agent.drain_log().into_iter().map(|line| line.message);
    let told: Vec<_> = lines.filter(|line| line.contains("is null")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let told = &told[0];
    assert!(
        told.contains("SparkListenerJobStart: Stage IDs is null"),
        "{told}"
    );
}
