//! `sparkspan receive`, and `sparkspan replay` to it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{ChildStderr, Command, Stdio};
use std::thread;

use sparkspan_testkit::{Process, fixture};

use crate::command::{run, spans, sparkspan};

struct Receiver {
    process: Process,
    http: String,
    grpc: String,
    stderr: BufReader<ChildStderr>,
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
        stderr,
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

/// Sends a request, again as long as too much is waiting, and gives the status of the answer.
fn post(http: &str, content_type: &str, body: &[u8]) -> u16 {
    let address = http.strip_prefix("http://").unwrap();
    let length = body.len();
    loop {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "POST /v1/traces HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\
             content-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
        )
        .unwrap();
        stream.write_all(body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        match answer[9..12].parse().unwrap() {
            503 => {}
            status => return status,
        }
    }
}

/// Scenario: 60 spans of 7 MB come for a trace that does not end, and between them requests whose decoded form is more
/// than a hundred times as large as their text, several at once.
/// Guarantees: every span is taken and comes out; the requests are refused as too large; memory stays bounded, and it
/// is said that the trace came in pieces.
#[test]
fn receive_is_bounded_in_bytes() {
    let json = |spans: &str| {
        format!("{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{spans}]}}]}}]}}")
    };
    let large = |number: usize| {
        let text = "x".repeat(7_000_000);
        json(&format!(
            "{{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"spanId\":\"{number:016x}\",\
             \"parentSpanId\":\"b7ad6b7169203331\",\"name\":\"large\",\"attributes\":[\
             {{\"key\":\"text\",\"value\":{{\"stringValue\":\"{text}\"}}}}]}}"
        ))
    };
    let many = json(&"{},".repeat(2_500_000));
    let empty = [10, 0].repeat(4_000_000);

    let mut receive = receiver(&mut sparkspan(["receive", "--json"]));
    let mut stdout = receive.process.stdout.take().unwrap();
    let printed = thread::spawn(move || {
        let (mut count, mut line) = (0, Vec::new());
        let mut stdout = BufReader::new(&mut stdout);
        while stdout.read_until(b'\n', &mut line).unwrap() > 0 {
            count += 1;
            line.clear();
        }
        count
    });
    let http = receive.http.as_str();
    thread::scope(|scope| {
        for sender in 0..4 {
            let (large, many, empty) = (&large, &many, &empty);
            scope.spawn(move || {
                for number in 1..=15 {
                    let large = large(100 * sender + number);
                    assert_eq!(post(http, "application/json", large.as_bytes()), 200);
                    if number % 5 == 0 {
                        assert_eq!(post(http, "application/json", many.as_bytes()), 413);
                        assert_eq!(post(http, "application/x-protobuf", empty), 413);
                    }
                }
            });
        }
    });
    let peak = receive.process.peak_memory_bytes().unwrap();
    assert!(peak < 220_000_000, "{peak} bytes");
    receive.process.signal("TERM");
    assert_eq!(receive.process.exit_code(), Some(0));
    assert_eq!(printed.join().unwrap(), 60);
    let mut said = String::new();
    receive.stderr.read_to_string(&mut said).unwrap();
    assert!(said.contains("before they are complete"), "{said}");
    assert!(said.contains("refused: "), "{said}");
}

#[test]
fn receive_never_writes_into_an_event_log() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    fs::copy(fixture("3.5.9", "sql"), &log).unwrap();
    let before = fs::read(&log).unwrap();
    let keep = log.to_str().unwrap();
    let ran = run([
        "receive",
        "--http-port",
        "0",
        "--grpc-port",
        "0",
        "--keep",
        keep,
    ]);
    ran.expect(1, ["error: cannot write ", "it is an event log", "hint: "]);
    assert!(fs::read(&log).unwrap() == before);
}

#[test]
fn receive_at_a_port_that_is_taken_says_so() {
    let first = receiver(&mut sparkspan(["receive"]));
    let port = first.http.rsplit(':').next().unwrap();
    let second = run(["receive", "--http-port", port, "--grpc-port", "0"]);
    second.expect(1, ["error: ", port, "hint: somebody listens there"]);
}
