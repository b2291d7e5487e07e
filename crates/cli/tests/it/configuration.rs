//! `sparkspan config`.

use crate::command::{Ran, sparkspan};

#[test]
fn config_says_where_a_value_comes_from() {
    let mut command = sparkspan(["config", "--set", "trace.tasks=all"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://jaeger:4318");
    command.env("OTEL_EXPORTER_OTLP_HEADERS", "authorization=token-of-mine");
    let ran = Ran::from(command.output().unwrap()).expect(0, []);
    let text = String::from_utf8(ran.stdout).unwrap();
    let row = |key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap();
        line.split_whitespace().skip(1).collect::<Vec<_>>()
    };
    assert_eq!(row("spark.sparkspan.trace.tasks"), ["all", "--set"]);
    let endpoint = ["http://jaeger:4318", "OTEL_EXPORTER_OTLP_ENDPOINT"];
    assert_eq!(row("spark.sparkspan.endpoint"), endpoint);
    assert_eq!(row("spark.sparkspan.timeout"), ["10s", "default"]);
    assert_eq!(
        row("spark.sparkspan.headers"),
        ["***", "OTEL_EXPORTER_OTLP_HEADERS"]
    );
    assert!(!text.contains("token-of-mine"));
}

#[test]
fn config_is_readable_by_programs() {
    let ran = Ran::from(sparkspan(["config", "--json"]).output().unwrap()).expect(0, []);
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&ran.stdout).unwrap();
    let protocol = rows
        .iter()
        .find(|row| row["key"] == "spark.sparkspan.protocol")
        .unwrap();
    assert_eq!(protocol["value"], "http/protobuf");
    assert_eq!(protocol["origin"], "default");
}

#[test]
fn environment_that_is_wrong_is_a_warning() {
    let mut command = sparkspan(["config"]);
    command.env("OTEL_EXPORTER_OTLP_PROTOCOL", "smoke");
    let ran = Ran::from(command.output().unwrap());
    ran.expect(0, ["warning: OTEL_EXPORTER_OTLP_PROTOCOL", "smoke"]);
}
