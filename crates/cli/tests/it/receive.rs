//! `sparkspan receive`, and `sparkspan replay` to it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{ChildStderr, Command, Stdio};

use sparkspan_testkit::{Process, fixture};

use crate::command::{run, spans, sparkspan};

struct Receiver {
    process: Process,
    http: String,
    grpc: String,
    _stderr: BufReader<ChildStderr>,
}

fn receiver(command: &mut Command) -> Receiver {
    command.args(["--http-port", "0", "--grpc-port", "0"]);
    let mut process = Process::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
    let mut stderr = BufReader::new(process.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    let mut addresses = line.split(' ').filter(|word| word.starts_with("http://"));
    Receiver {
        http: addresses.next().unwrap().to_owned(),
        grpc: addresses.next().unwrap().to_owned(),
        process,
        _stderr: stderr,
    }
}

/// Scenario: a log is replayed to a receiver that keeps what arrives, by one protocol and the other.
/// Guarantees: what was kept is what the log gives; at SIGTERM it is flushed, and the traces are drawn.
#[test]
fn receive_takes_what_replay_sends() {
    let log = fixture("3.5.9", "sql");
    let log = log.to_str().unwrap();
    let expected = run(["replay", log, "--to", "-"]).spans();
    for protocol in ["http/protobuf", "grpc"] {
        let directory = tempfile::tempdir().unwrap();
        let kept = directory.path().join("kept.jsonl");
        let mut receive = receiver(&mut sparkspan([
            "receive",
            "--keep",
            kept.to_str().unwrap(),
        ]));
        let to = if protocol == "grpc" {
            &receive.grpc
        } else {
            &receive.http
        };
        let protocol = format!("protocol={protocol}");
        run(["replay", log, "--to", to, "--set", &protocol]).expect(0, ["sent"]);
        receive.process.signal("TERM");
        assert_eq!(receive.process.exit_code(), Some(0));
        let mut drawn = String::new();
        receive
            .process
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut drawn)
            .unwrap();
        assert!(drawn.contains("fixture sql"), "{drawn}");
        assert_eq!(spans(&fs::read(Path::new(&kept)).unwrap()), expected);
    }
}

/// Scenario: a log is replayed to a receiver that prints JSON, which is then ended.
/// Guarantees: it prints what `show --json` prints of the log.
#[test]
fn receive_prints_spans_for_programs() {
    let log = fixture("3.5.9", "minimal");
    let log = log.to_str().unwrap();
    let mut receive = receiver(&mut sparkspan(["receive", "--json"]));
    run(["replay", log, "--to", &receive.http]).expect(0, ["sent"]);
    receive.process.signal("TERM");
    assert_eq!(receive.process.exit_code(), Some(0));
    let mut printed = Vec::new();
    let mut stdout = receive.process.stdout.take().unwrap();
    stdout.read_to_end(&mut printed).unwrap();
    assert!(printed == run(["show", log, "--json"]).stdout);
}

#[test]
fn receive_at_a_port_that_is_taken_says_so() {
    let first = receiver(&mut sparkspan(["receive"]));
    let port = first.http.rsplit(':').next().unwrap();
    let second = run(["receive", "--http-port", port, "--grpc-port", "0"]);
    second.expect(1, ["error: ", port, "hint: somebody listens there"]);
}
