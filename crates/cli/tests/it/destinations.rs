//! Places that do not take what is sent to them.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Stdio;
use std::thread;

use sparkspan_testkit::{EventLog, Process, fixture};

use crate::command::{Ran, run, run_with_input, sparkspan};

fn replay_to(to: &str) -> Ran {
    let log = fixture("3.5.9", "minimal");
    let mut command = sparkspan(["replay", log.to_str().unwrap(), "--to", to]);
    command.env(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "authorization=Bearer%20token-of-mine",
    );
    let ran = Ran::from(command.output().unwrap());
    assert!(!ran.stderr.contains("token-of-mine"), "{}", ran.stderr);
    ran
}

pub(crate) fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address.to_string())
}

/// Answers the first request of each connection so, and closes it.
pub(crate) fn answering(status: &'static str) -> String {
    let (listener, address) = listener();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            read_request(&mut stream);
            answer(&mut stream, status);
        }
    });
    address
}

pub(crate) fn answer(stream: &mut TcpStream, status: &str) {
    let head = format!("HTTP/1.1 {status}\r\n");
    let rest = "connection: close\r\ncontent-length: 0\r\n\r\n";
    stream.write_all((head + rest).as_bytes()).unwrap();
}

/// Reads a request with a body of known length, or what there is of it.
pub(crate) fn read_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.split("\r\n").next()?.parse::<usize>().ok());
            if request.len() >= head.len() + 4 + length.unwrap_or(0) {
                return;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(length) => request.extend_from_slice(&buffer[..length]),
        }
    }
}

#[test]
fn endpoint_where_nobody_listens() {
    let (listener, address) = listener();
    drop(listener);
    let ran = replay_to(&format!("http://{address}"));
    ran.expect(
        1,
        [
            "error: no span could be sent",
            "nothing answers",
            "hint: start a Jaeger",
        ],
    );
}

/// Scenario: nobody listens, and a log comes through a pipe that never ends by itself.
/// Guarantees: once the endpoint is given up, the log is read no further, and the error is the usual one.
#[test]
fn endpoint_where_nobody_listens_ends_the_reading() {
    let (listener, address) = listener();
    drop(listener);
    let to = format!("http://{address}");
    let ran = run_with_input(&mut sparkspan(["replay", "-", "--to", &to]), |stdin| {
        let endless = EventLog {
            tasks: 1_000,
            works: u64::MAX,
        };
        let written = endless.write(stdin);
        assert_eq!(written.unwrap_err().kind(), ErrorKind::BrokenPipe);
    });
    ran.expect(1, ["error: no span could be sent", "nothing answers"]);
}

#[test]
fn endpoint_that_speaks_no_tls() {
    let (listener, address) = listener();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
        // What the other side has to say about that is not of interest.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let ran = replay_to(&format!("https://{address}"));
    ran.expect(
        1,
        ["error: no span could be sent", "TLS", "hint: ", "http://"],
    );
}

#[test]
fn endpoint_that_wants_credentials() {
    let address = answering("401 Unauthorized");
    let ran = replay_to(&format!("http://{address}"));
    ran.expect(
        1,
        [
            "error: no span could be sent",
            "401",
            "hint: ",
            "credentials",
        ],
    );
}

#[test]
fn endpoint_that_is_something_else() {
    let address = answering("404 Not Found");
    let ran = replay_to(&format!("http://{address}"));
    ran.expect(1, ["404", "hint: is that the OTLP port"]);
}

#[test]
fn endpoint_that_is_no_url() {
    replay_to("ftp://host").expect(1, ["error: ", "hint: "]);
}

#[test]
fn disk_that_is_full() {
    let ran = replay_to("/dev/full");
    ran.expect(
        1,
        [
            "error: cannot write /dev/full",
            "No space left",
            "hint: there is no room",
        ],
    );
}

#[test]
fn directory_that_is_not_there() {
    let ran = replay_to("/no/such/directory/trace.jsonl");
    ran.expect(
        1,
        ["error: cannot write", "hint: the directory has to be there"],
    );
}

/// Scenario: whoever reads stdout has seen enough, as `| head` does.
/// Guarantees: the command ends early and without complaint.
#[test]
fn pipe_that_nobody_reads() {
    let log = fixture("3.5.9", "sql");
    for command in ["replay", "show"] {
        let mut command = sparkspan([command, log.to_str().unwrap()]);
        if command
            .get_args()
            .next()
            .is_some_and(|name| name == "replay")
        {
            command.args(["--to", "-"]);
        }
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ran = Ran::from(child.wait_with_output().unwrap()).expect(0, []);
        assert!(!ran.stderr.contains("error"), "{}", ran.stderr);
    }
}

/// Scenario: Ctrl-C while a receiver takes the connection and never answers.
/// Guarantees: it ends at once, says what has arrived, and its exit code says that it was interrupted.
#[test]
fn interrupt_while_a_receiver_hangs() {
    let (listener, address) = listener();
    let log = fixture("3.5.9", "minimal");
    let log = log.to_str().unwrap();
    let mut replay = Process::start(
        sparkspan(["replay", log, "--to", &format!("http://{address}")]).stderr(Stdio::piped()),
    );
    let connection = listener.accept().unwrap();
    replay.signal("INT");
    assert_eq!(replay.exit_code(), Some(130));
    drop(connection);
    let mut said = String::new();
    replay
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(said.contains("sent 0 spans"), "{said}");
    assert!(said.contains("before the interruption"), "{said}");
}

/// Scenario: Ctrl-C while the command waits for a pipe that gives nothing.
/// Guarantees: it ends all the same.
#[test]
fn interrupt_while_nothing_comes_in() {
    let mut replay = Process::start(
        sparkspan(["show", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null()),
    );
    replay.signal("INT");
    assert_ne!(replay.exit_code(), Some(0));
}

#[test]
fn json_and_spans_cannot_share_stdout() {
    run(["replay", "log", "--to", "-", "--json"]).expect(1, ["--json", "stdout"]);
}
