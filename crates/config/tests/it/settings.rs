use std::collections::BTreeMap;

use sparkspan_config::{KEYS, Mode, PREFIX, Resolved, Sources, resolve};
use sparkspan_engine::{Sampler, Scope, Settings, SqlText, TaskDetail};

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
/// Guarantees: the table's defaults are the engine's own, so that neither can change alone.
#[test]
fn defaults_of_a_replay_are_the_engines() {
    assert_eq!(resolved(Mode::Replay, &[]).engine(), Settings::default());
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

/// Scenario: each key is set to its example.
/// Guarantees: the engine's settings change for every key that is said to shape spans, and for no other.
#[test]
fn key_shapes_spans_if_the_engine_is_told_of_it() {
    for key in KEYS.iter().filter(|key| !key.live_only) {
        let usual = resolved(Mode::Replay, &[("sampler", "traceidratio")]).engine();
        let changed = resolved(
            Mode::Replay,
            &[("sampler", "traceidratio"), (key.name, key.example)],
        )
        .engine();
        assert_eq!(usual != changed, key.shapes_spans, "{}", key.name);
    }
}
