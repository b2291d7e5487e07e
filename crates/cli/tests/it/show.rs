//! Trees in the terminal.

use std::fs;

use sparkspan_testkit::fixture;

use crate::command::{run, sparkspan};

/// Scenario: the smallest whole application that real Spark logged.
/// Guarantees: the tree that a person sees.
#[test]
fn show_draws_a_real_application() {
    let log = fixture("3.5.9", "minimal");
    let ran = run(["show", log.to_str().unwrap()]).expect(0, []);
    insta::assert_snapshot!(String::from_utf8(ran.stdout).unwrap());
}

#[test]
fn show_of_a_trace_file_is_that_of_the_log() {
    let log = fixture("3.5.9", "sql");
    let log = log.to_str().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("trace.jsonl");
    run(["replay", log, "--to", file.to_str().unwrap()]).expect(0, ["sparkspan show"]);
    let of_log = run(["show", log]).expect(0, []).stdout;
    let of_file = run(["show", file.to_str().unwrap()]).expect(0, []).stdout;
    assert!(of_log == of_file);
}

/// Scenario: a real application is shown as JSON.
/// Guarantees: each span of its trace is a line, with its attributes by their names.
#[test]
fn show_prints_spans_for_programs() {
    let log = fixture("3.5.9", "sql");
    let log = log.to_str().unwrap();
    let expected = run(["replay", log, "--to", "-"]).spans();
    let ran = run(["show", log, "--json"]).expect(0, []);
    let lines: Vec<serde_json::Value> = ran
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(lines.len(), expected.len());
    assert_eq!(lines[0]["attributes"]["spark.span.type"], "application");
    assert_eq!(lines[0]["kind"], "server");
    for span in expected {
        let id = span.span_id.to_string();
        let line = lines.iter().find(|line| line["span_id"] == *id).unwrap();
        assert_eq!(line["name"], *span.name);
        let attributes = line["attributes"].as_object().unwrap();
        assert_eq!(attributes.len(), span.attributes.len());
    }
}

#[test]
fn show_has_colours_only_where_they_are_wanted() {
    let log = fixture("3.5.9", "minimal");
    let log = log.to_str().unwrap();
    let escapes = |command: &mut std::process::Command| {
        let stdout = command.output().unwrap().stdout;
        stdout.split(|byte| *byte == 0x1b).count() - 1
    };
    assert_eq!(
        escapes(&mut sparkspan(["show", log])),
        0,
        "a pipe is no terminal"
    );
    assert_ne!(
        escapes(&mut sparkspan(["show", log, "--color", "always"])),
        0
    );
    let mut without = sparkspan(["show", log]);
    assert_eq!(
        escapes(without.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")),
        0
    );
}

#[test]
fn show_of_json_that_holds_no_spans_is_a_failure() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("package.json");
    fs::write(&path, "{\"name\": \"nothing\"}\n").unwrap();
    run(["show", path.to_str().unwrap()]).expect(1, ["neither", "hint: "]);
}
