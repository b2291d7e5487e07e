//! What people point the command at by mistake, and what time does to files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sparkspan_testkit::{fixture, long_tests};
use tempfile::TempDir;

use crate::command::{Ran, run, run_with_input, sparkspan};

const MIB: usize = 1 << 20;

fn file(content: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    fs::write(&path, content).unwrap();
    (directory, path)
}

fn replay(path: &Path) -> Ran {
    run(["replay", path.to_str().unwrap(), "--to", "-"])
}

fn minimal_lines() -> Vec<String> {
    let text = fs::read_to_string(fixture("3.5.9", "minimal")).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn no_such_file() {
    replay(Path::new("/no/such/log")).expect(1, ["error: no such file", "/no/such/log", "hint: "]);
}

#[test]
fn empty_file() {
    let (_directory, path) = file("");
    replay(&path).expect(1, ["error: the log is empty", "hint: "]);
}

#[test]
fn empty_directory() {
    let directory = tempfile::tempdir().unwrap();
    replay(directory.path()).expect(1, ["error: no event log", "hint: "]);
}

#[test]
fn text_that_is_no_log() {
    let (_directory, path) =
        file("26/11/22 21:50:49 INFO SparkContext: Running Spark\n".repeat(500));
    replay(&path).expect(1, ["error: not a Spark event log", "line 1", "hint: "]);
}

/// Scenario: bytes that are nothing, with and without the name of a codec.
/// Guarantees: an error that says so.
#[test]
fn binary_garbage() {
    let garbage: Vec<u8> = (0..300_000_u32)
        .map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    let (directory, path) = file(&garbage);
    replay(&path).expect(1, ["error: not a Spark event log", "hint: "]);
    for extension in ["zstd", "lz4", "snappy", "lzf", "gz"] {
        let named = directory.path().join(format!("app.{extension}"));
        fs::write(&named, &garbage).unwrap();
        replay(&named).expect(1, ["error: ", "not a Spark event log", "hint: "]);
    }
}

#[test]
fn log_without_its_head() {
    let lines = minimal_lines();
    let first_job = lines
        .iter()
        .position(|line| line.contains("SparkListenerJobStart"))
        .unwrap();
    let (_directory, path) = file(lines[first_job..].join("\n") + "\n");
    replay(&path).expect(1, ["error: the log does not say", "hint: ", "--app-id"]);
    let path = path.to_str().unwrap();
    let rescued = run(["replay", path, "--to", "-", "--app-id", "app-1"]).expect(0, ["app-1"]);
    assert!(!rescued.spans().is_empty());
}

/// Scenario: a log with events and fields that no Spark writes, and without some that it does.
/// Guarantees: the same number of spans; nothing is counted as lost.
#[test]
fn log_of_a_vendor() {
    let lines = minimal_lines();
    let whole = replay(&fixture("3.5.9", "minimal")).spans().len();
    let vendor: Vec<String> = lines
        .iter()
        .flat_map(|line| {
            let (head, body) = line.split_once(',').unwrap();
            let extra = format!(r#"{head},"Vendor Field":{{"a":[1,null]}},{body}"#);
            let own = r#"{"Event":"com.vendor.Billing","Cost":1.5}"#.to_owned();
            [extra.replace(r#""Accumulables":["#, r#""Other":["#), own]
        })
        .collect();
    let (_directory, path) = file(vendor.join("\n") + "\n");
    assert_eq!(replay(&path).expect(0, ["sent"]).spans().len(), whole);
}

/// Scenario: among the events are lines that are none.
/// Guarantees: all events count, the first bad lines are named with their place, and the exit code
/// says that something was lost.
#[test]
fn bad_lines_among_events() {
    let mut lines = minimal_lines();
    let whole = replay(&fixture("3.5.9", "minimal")).spans();
    for (place, line) in [(3, "}"), (5, r#"{"Event":"#), (7, "[]"), (9, "null")] {
        lines.insert(place, line.to_owned());
    }
    let (_directory, path) = file(lines.join("\n") + "\n");
    let told = [
        "left out 4 lines that are no events",
        "log:4:",
        "log:6:",
        "log:8:",
    ];
    assert_eq!(replay(&path).expect(2, told).spans(), whole);
}

#[test]
fn archive_that_is_cut_short() {
    let whole = fixture("3.5.9", "sql");
    let mut bytes = fs::read(&whole).unwrap();
    bytes.truncate(bytes.len() * 2 / 3);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(whole.file_name().unwrap());
    fs::write(&path, bytes).unwrap();
    let ran = replay(&path).expect(2, ["not ended: ", "cut short"]);
    assert!(!ran.spans().is_empty());
}

/// Scenario: after whole events comes a line that does not end, on a machine that gives the process
/// 1.5 GB of address space.
/// Guarantees: the events count, and the line is reported as lost. `SPARKSPAN_LONG_TESTS` makes the line
/// longer than the memory.
#[test]
fn endless_line() {
    let length = if long_tests() { 2048 * MIB } else { 64 * MIB };
    let whole = replay(&fixture("3.5.9", "minimal")).spans();
    let mut limited = Command::new("sh");
    limited.env_clear().args([
        "-c",
        r#"ulimit -v 1500000; exec "$0" replay - --to -"#,
        env!("CARGO_BIN_EXE_sparkspan"),
    ]);
    let ran = run_with_input(&mut limited, |stdin| {
        stdin
            .write_all((minimal_lines().join("\n") + "\n").as_bytes())
            .unwrap();
        let filler = vec![b'x'; MIB];
        for _ in 0..length / MIB {
            stdin.write_all(&filler).unwrap();
        }
    });
    assert_eq!(ran.expect(2, ["warning: "]).spans(), whole);
}

#[test]
fn wrong_usage_is_a_failure_and_no_loss() {
    run(["replay"]).expect(1, ["<LOG>"]);
    run(["replay", "log", "--final", "--follow"]).expect(1, ["--final", "--follow"]);
    run(["replay", "log", "--set", "trace.task=all"]).expect(1, ["did you mean", "hint: "]);
    run(["replay", "log", "--set", "trace.tasks=some"]).expect(1, ["`some`", "outliers"]);
    run(["replay", "log", "--set", "nothing"]).expect(1, ["--set nothing", "KEY=VALUE"]);
    run(["replay", "log", "--to", "localhost:4318"])
        .expect(1, ["hint: write http://localhost:4318"]);
    run(["--help"]).expect(0, []);
}

#[test]
fn stdin_that_ends_at_once() {
    let ran = run_with_input(&mut sparkspan(["replay", "-", "--to", "-"]), |_| ());
    ran.expect(1, ["the log is empty"]);
}
