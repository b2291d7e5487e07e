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
