use std::collections::BTreeMap;
use std::time::Duration;

use sparkspan_config::{KEYS, Mode, PREFIX, Resolved, Section, Sources, resolve};
use sparkspan_engine::{Sampler, Scope, Settings, SqlText, TaskDetail};
use sparkspan_otlp::{Compression, Endpoint, Overflow, Protocol};

fn resolved(mode: Mode, properties: &[(&str, &str)]) -> Resolved {
    let properties = properties
        .iter()
        .map(|(name, value)| (format!("{PREFIX}{name}"), (*value).to_owned()))
        .collect();
    resolve(&Sources {
        mode,
        properties: &properties,
        environment: &BTreeMap::new(),
    })
}

/// Scenario: nothing is configured.
/// Guarantees: the table's defaults are the engine's and the exporter's own, so that none can change
/// alone.
#[test]
fn defaults_of_a_replay_are_the_engines_and_the_exporters() {
    let resolved = resolved(Mode::Replay, &[]);
    assert_eq!(resolved.engine(), Settings::default());
    assert_eq!(resolved.exporter(), sparkspan_otlp::Settings::default());
}

#[test]
fn defaults_of_a_living_driver_sample_a_tenth() {
    let expected = Settings {
        sampler: Sampler::ParentBasedRatio(0.1),
        ..Settings::default()
    };
    assert_eq!(resolved(Mode::Live, &[]).engine(), expected);
}

#[test]
fn engine_is_told_what_is_configured() {
    let resolved = resolved(
        Mode::Replay,
        &[
            ("sampler", "TraceIdRatio"),
            ("sampler.ratio", "0.25"),
            ("keep.failed", "false"),
            ("keep.slow", "0"),
            ("scope", "unit"),
            ("trace.sql", "false"),
            ("trace.shuffle", "false"),
            ("trace.tasks", "all"),
            ("sql.text", "off"),
            ("budget.spans", "7"),
            ("budget.memory", "1m"),
            ("resource", "service.name=orders,team=a%20b"),
            ("conf.capture", "spark.a, spark.b"),
            ("historyServer.url", "https://history"),
        ],
    );
    assert_eq!(resolved.warnings, []);
    let expected = Settings {
        sampler: Sampler::Ratio(0.25),
        keep_failed: false,
        keep_slow: None,
        scope: Scope::Unit,
        trace_sql: false,
        trace_shuffle: false,
        trace_tasks: TaskDetail::All,
        sql_text: SqlText::Off,
        max_spans: 7,
        max_memory_bytes: 1 << 20,
        service_name: Some("orders".to_owned()),
        resource: vec![("team".to_owned(), "a b".to_owned())],
        captured_properties: vec!["spark.a".to_owned(), "spark.b".to_owned()],
        history_server_url: Some("https://history".to_owned()),
        ..Settings::default()
    };
    assert_eq!(resolved.engine(), expected);
}

#[test]
fn service_name_beats_that_of_the_resource() {
    let resolved = resolved(
        Mode::Live,
        &[
            ("service.name", "orders"),
            ("resource", "service.name=other"),
        ],
    );
    let settings = resolved.engine();
    assert_eq!(settings.service_name.as_deref(), Some("orders"));
    assert_eq!(settings.resource, []);
}

#[test]
fn exporter_is_told_what_is_configured() {
    let resolved = resolved(
        Mode::Live,
        &[
            ("endpoint", "collector:4317"),
            ("protocol", "grpc"),
            ("headers", "authorization=Bearer%20abc"),
            ("compression", "none"),
            ("timeout", "3s"),
            ("insecure", "true"),
            ("certificate", "/ca.pem"),
            ("client.certificate", "/client.pem"),
            ("client.key", "/client.key"),
            ("queue.size", "1m"),
        ],
    );
    assert_eq!(resolved.warnings, []);
    let expected = sparkspan_otlp::Settings {
        endpoint: Endpoint::Base("collector:4317".to_owned()),
        protocol: Protocol::Grpc,
        headers: vec![("authorization".to_owned(), "Bearer abc".to_owned())],
        compression: Compression::None,
        timeout: Duration::from_secs(3),
        certificate: Some("/ca.pem".into()),
        client_certificate: Some("/client.pem".into()),
        client_key: Some("/client.key".into()),
        insecure: true,
        queue_bytes: 1 << 20,
        overflow: Overflow::Drop,
        linger: Some(Duration::from_secs(1)),
        ..sparkspan_otlp::Settings::default()
    };
    assert_eq!(resolved.exporter(), expected);
}

#[test]
fn endpoint_of_the_signals_variable_is_taken_as_it_is() {
    let endpoint = |variable: &str| {
        let environment = BTreeMap::from([(variable.to_owned(), "http://h/x".to_owned())]);
        let resolved = resolve(&Sources {
            mode: Mode::Replay,
            properties: &BTreeMap::new(),
            environment: &environment,
        });
        resolved.exporter().endpoint
    };
    let url = "http://h/x".to_owned();
    assert_eq!(
        endpoint("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
        Endpoint::Traces(url.clone())
    );
    assert_eq!(endpoint("OTEL_EXPORTER_OTLP_ENDPOINT"), Endpoint::Base(url));
}

/// Scenario: each key is set to its example.
/// Guarantees: the engine's settings change for every key that is said to shape spans and for no
/// other, the exporter's for every key that says where spans go and for no other.
#[test]
fn key_reaches_the_settings_that_the_table_says() {
    for key in KEYS.iter().filter(|key| !key.live_only) {
        let usual = resolved(Mode::Replay, &[("sampler", "traceidratio")]);
        let changed = resolved(
            Mode::Replay,
            &[("sampler", "traceidratio"), (key.name, key.example)],
        );
        let shapes = usual.engine() != changed.engine();
        assert_eq!(shapes, key.shapes_spans, "{}", key.name);
        let delivers = usual.exporter() != changed.exporter();
        assert_eq!(delivers, key.section == Section::Delivery, "{}", key.name);
    }
}

/// Scenario: a driver records its settings, and a replay reads the record.
/// Guarantees: the replay makes spans as the driver did, whatever its own defaults are, and Spark's
/// redaction finds nothing in the record to redact.
#[test]
fn record_is_read_back() {
    let live = resolved(
        Mode::Live,
        &[
            ("service.name", "token-service"),
            ("trace.tasks", "all"),
            ("headers", "authorization=secret"),
        ],
    );
    let expressions = BTreeMap::from([
        (
            "spark.redaction.regex".to_owned(),
            "(?i)password".to_owned(),
        ),
        ("spark.other".to_owned(), "x".to_owned()),
    ]);
    let record = live.record(Scope::Unit, &expressions);
    assert!(
        record
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
    );
    let usual = resolved(Mode::Replay, &[]);
    let replayed = usual.engine_of_record(&record).unwrap();
    let in_force = Settings {
        scope: Scope::Unit,
        redaction: Some(BTreeMap::from([(
            "spark.redaction.regex".to_owned(),
            "(?i)password".to_owned(),
        )])),
        ..live.engine()
    };
    let expected = Settings {
        planning_follows: true,
        in_force: Some(Box::new(in_force.clone())),
        ..in_force.clone()
    };
    assert_eq!(replayed, expected);

    let all = resolved(Mode::Replay, &[("sampler", "always_on")]);
    let other = all.engine_of_record(&record).unwrap();
    assert_eq!(other.sampler, Sampler::AlwaysOn);
    assert_eq!(other.in_force, Some(Box::new(in_force)));
    assert_eq!(usual.engine_of_record("no record"), None);
}
