//! Settings are part of what an application's spans are, so they must never come to mean another id.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;
use sparkspan_config::{Mode, Sources, of_record, resolve};
use sparkspan_engine::{Ending, Engine, recorded};
use sparkspan_events::Event;
use sparkspan_model::Span;

#[derive(serde::Deserialize)]
struct Vectors {
    application_id: String,
    start_ms: i64,
    context: String,
    examples: Vec<Example>,
}

#[derive(serde::Deserialize)]
struct Example {
    /// What the driver recorded, where it was traced.
    recorded: Option<BTreeMap<String, String>>,
    /// What the replay is told.
    settings: BTreeMap<String, String>,
    trace_id: String,
    span_id: String,
}

/// Scenario: a replay with each value of each setting that shapes spans, of an application that was not
/// traced and of one whose driver recorded its settings.
/// Guarantees: the application has the ids that it had with the first release.
#[test]
fn ids_under_all_settings_are_those_of_the_vectors() {
    let text = include_str!("../../../../tests/vectors/shapes.json");
    let vectors: Vectors = serde_json::from_str(text).unwrap();
    for example in &vectors.examples {
        let span = application(&vectors, example);
        let context = (&example.recorded, &example.settings);
        assert_eq!(span.trace_id.to_string(), example.trace_id, "{context:?}");
        assert_eq!(span.span_id.to_string(), example.span_id, "{context:?}");
    }
}

/// The application's span of an example.
fn application(vectors: &Vectors, example: &Example) -> Span {
    let settings = example.settings.clone();
    let resolved = resolve(&Sources {
        mode: Mode::Replay,
        properties: &settings,
        environment: &BTreeMap::new(),
    });
    assert!(resolved.warnings.is_empty(), "{:?}", resolved.warnings);
    let mut engine = Engine::new(resolved.engine())
        .with_recorded(move |record| of_record(record, settings.clone()));
    let properties = match &example.recorded {
        Some(recorded) => json!({
            recorded::CONTEXT: vectors.context,
            recorded::EFFECTIVE: STANDARD_NO_PAD.encode(json!(recorded).to_string()),
        }),
        None => json!({}),
    };
    let start = json!({"Event": "SparkListenerApplicationStart", "App Name": "orders",
        "App ID": vectors.application_id, "Timestamp": vectors.start_ms, "User": "etl"});
    let environment =
        json!({"Event": "SparkListenerEnvironmentUpdate", "Spark Properties": properties});
    let mut spans = Vec::new();
    for event in [start, environment] {
        let line = event.to_string();
        engine
            .event(&Event::parse(line.as_bytes()).unwrap(), &mut spans)
            .unwrap();
    }
    engine.finish(Ending::Final, &mut spans);
    spans.pop().unwrap()
}
