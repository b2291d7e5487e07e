use std::collections::BTreeMap;

use sparkspan_config::{Mode, Resolved, Sources, parse_assignment, resolve};

fn resolved(mode: Mode, properties: &[(&str, &str)], environment: &[(&str, &str)]) -> Resolved {
    let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        let owned = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        owned.collect()
    };
    resolve(&Sources {
        mode,
        properties: &map(properties),
        environment: &map(environment),
    })
}

fn shown(resolved: &Resolved, name: &str) -> Option<(String, String)> {
    let setting = resolved
        .settings
        .iter()
        .find(|setting| setting.key.name == name)?;
    Some((setting.value()?.into_owned(), setting.origin()))
}

/// A key's value in a living driver, and where it comes from.
fn live(
    name: &str,
    properties: &[(&str, &str)],
    environment: &[(&str, &str)],
) -> Option<(String, String)> {
    shown(&resolved(Mode::Live, properties, environment), name)
}

fn of(value: &str, origin: &str) -> (String, String) {
    (value.to_owned(), origin.to_owned())
}

fn warnings(resolved: &Resolved) -> Vec<String> {
    resolved.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn property_beats_the_signals_variable_which_beats_the_general_one() {
    let property = ("spark.sparkspan.timeout", "1s");
    let signal = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "2000");
    let general = ("OTEL_EXPORTER_OTLP_TIMEOUT", "3000");
    assert_eq!(
        live("timeout", &[property], &[signal, general]),
        Some(of("1s", "spark.sparkspan.timeout"))
    );
    assert_eq!(
        live("timeout", &[], &[signal, general]),
        Some(of("2000", signal.0))
    );
    assert_eq!(
        live("timeout", &[], &[general]),
        Some(of("3000", general.0))
    );
    assert_eq!(live("timeout", &[], &[]), Some(of("10s", "default")));
}

#[test]
fn empty_value_counts_as_unset() {
    let resolved = resolved(
        Mode::Live,
        &[("spark.sparkspan.protocol", " ")],
        &[
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", ""),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "GRPC"),
        ],
    );
    assert_eq!(
        shown(&resolved, "protocol"),
        Some(of("GRPC", "OTEL_EXPORTER_OTLP_PROTOCOL"))
    );
    assert_eq!(warnings(&resolved), [""; 0]);
}

#[test]
fn bad_value_is_a_warning_and_the_next_source_counts() {
    let resolved = resolved(
        Mode::Live,
        &[
            ("spark.sparkspan.keep.slow", "soon"),
            ("spark.sparkspan.trace.tasks", "outlier"),
        ],
        &[
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ],
    );
    assert_eq!(shown(&resolved, "keep.slow"), Some(of("5m", "default")));
    assert_eq!(
        shown(&resolved, "protocol"),
        Some(of("grpc", "OTEL_EXPORTER_OTLP_PROTOCOL"))
    );
    assert_eq!(
        warnings(&resolved),
        [
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: `http/json` is ignored, it is none of http/protobuf, grpc",
            "spark.sparkspan.keep.slow: `soon` is ignored, it is not a time such as 500ms, 5s or 2m",
            "spark.sparkspan.trace.tasks: `outlier` is ignored, it is none of outliers, all, none; did you mean outliers?",
        ]
    );
}

#[test]
fn unknown_key_is_a_warning_with_the_nearest_one() {
    let resolved = resolved(
        Mode::Live,
        &[
            ("spark.sparkspan.endpiont", "http://h"),
            ("spark.sparkspan.wholly.different", "1"),
            ("spark.sparkspan.context", "00-…"),
            ("spark.executor.memory", "1g"),
        ],
        &[],
    );
    assert_eq!(
        warnings(&resolved),
        [
            "spark.sparkspan.endpiont: there is no such key; did you mean spark.sparkspan.endpoint?",
            "spark.sparkspan.wholly.different: there is no such key",
        ]
    );
}

/// Scenario: headers, a password in an endpoint and a malformed header are configured.
/// Guarantees: none of them is in what is shown, in a warning or in the debug form of a warning.
#[test]
fn secret_is_never_shown() {
    let resolved = resolved(
        Mode::Live,
        &[
            ("spark.sparkspan.headers", "hunter2"),
            ("spark.sparkspan.endpoint", "ftp://user:hunter2@host"),
        ],
        &[
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hunter2"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:hunter2@host"),
        ],
    );
    assert_eq!(
        shown(&resolved, "headers"),
        Some(of("***", "OTEL_EXPORTER_OTLP_HEADERS"))
    );
    assert_eq!(
        shown(&resolved, "endpoint"),
        Some(of("http://***@host", "OTEL_EXPORTER_OTLP_ENDPOINT"))
    );
    assert_eq!(resolved.warnings.len(), 2);
    assert!(!format!("{:?} {:?}", resolved, warnings(&resolved)).contains("hunter2"));
}

#[test]
fn sampler_argument_counts_only_beside_the_samplers_variable() {
    let sampler = ("OTEL_TRACES_SAMPLER", "traceidratio");
    let argument = ("OTEL_TRACES_SAMPLER_ARG", "0.5");
    assert_eq!(
        live("sampler.ratio", &[], &[sampler, argument]),
        Some(of("0.5", argument.0))
    );
    assert_eq!(
        live("sampler.ratio", &[], &[sampler]),
        Some(of("1", sampler.0))
    );
    assert_eq!(
        live("sampler.ratio", &[], &[argument]),
        Some(of("0.1", "default"))
    );
    let property = ("spark.sparkspan.sampler", "traceidratio");
    assert_eq!(
        live("sampler.ratio", &[property], &[]),
        Some(of("0.1", "default"))
    );
}

#[test]
fn disabled_sdk_is_the_opposite_of_enabled() {
    for (text, enabled) in [("true", "false"), ("TRUE", "false"), ("false", "true")] {
        let resolved = resolved(Mode::Live, &[], &[("OTEL_SDK_DISABLED", text)]);
        assert_eq!(
            shown(&resolved, "enabled"),
            Some(of(enabled, "OTEL_SDK_DISABLED"))
        );
    }
    let resolved = resolved(Mode::Live, &[], &[("OTEL_SDK_DISABLED", "1")]);
    assert_eq!(shown(&resolved, "enabled"), Some(of("true", "default")));
    assert_eq!(warnings(&resolved).len(), 1);
}

#[test]
fn default_endpoint_has_the_protocols_port() {
    let resolved = resolved(Mode::Live, &[("spark.sparkspan.protocol", "grpc")], &[]);
    assert_eq!(
        shown(&resolved, "endpoint"),
        Some(of("http://localhost:4317", "default"))
    );
}

/// Scenario: the machine that replays has OpenTelemetry variables in its environment.
/// Guarantees: those that would shape the trace are not read, those that say where it goes are.
#[test]
fn replay_takes_what_shapes_spans_from_no_environment() {
    let environment = [
        ("OTEL_SERVICE_NAME", "ci-runner"),
        ("OTEL_RESOURCE_ATTRIBUTES", "team=ci"),
        ("OTEL_TRACES_SAMPLER", "always_off"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://jaeger:4318"),
    ];
    let resolved = resolved(
        Mode::Replay,
        &[("spark.sparkspan.shutdown.timeout", "1s")],
        &environment,
    );
    assert_eq!(shown(&resolved, "service.name"), None);
    assert_eq!(shown(&resolved, "resource"), None);
    assert_eq!(
        shown(&resolved, "sampler"),
        Some(of("always_on", "default"))
    );
    assert_eq!(
        shown(&resolved, "endpoint"),
        Some(of("http://jaeger:4318", "OTEL_EXPORTER_OTLP_ENDPOINT"))
    );
    assert_eq!(
        warnings(&resolved),
        ["spark.sparkspan.shutdown.timeout: only the plugin uses it, a replay does not"]
    );
}

#[test]
fn assignment_may_lack_the_prefix() {
    let expected = Ok(("spark.sparkspan.sql.text".to_owned(), "off".to_owned()));
    assert_eq!(parse_assignment("sql.text=off"), expected);
    assert_eq!(parse_assignment("spark.sparkspan.sql.text=off"), expected);
    assert!(parse_assignment("sql.text").is_err());
    assert!(parse_assignment("=off").is_err());
}
