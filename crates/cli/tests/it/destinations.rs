//! Places that do not take what is sent to them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;

use sparkspan_testkit::{EventLog, Process, fixture};
use tempfile::TempDir;

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

/// A directory of logs: one file, and one that rolls.
fn logs() -> (TempDir, PathBuf, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("app-1");
    fs::copy(fixture("3.5.9", "minimal"), &log).unwrap();
    let rolling = directory.path().join("eventlog_v2_app-2");
    fs::create_dir(&rolling).unwrap();
    fs::copy(&log, rolling.join("events_1_app-2")).unwrap();
    fs::write(rolling.join("appstatus_app-2"), "").unwrap();
    (directory, log, rolling)
}

/// Asserts that the arguments are refused, with the reason, before anything is written into the directory.
fn assert_refused(directory: &Path, arguments: &[&Path]) {
    let before = contents(directory);
    let mut command = sparkspan(["replay"]);
    let ran = Ran::from(command.args(arguments).output().unwrap());
    assert_eq!(ran.code, Some(1), "{arguments:?}: {}", ran.stderr);
    let said = [
        "error: cannot write",
        "part of the log",
        "hint: nothing was written",
    ];
    assert!(
        said.iter().all(|said| ran.stderr.contains(said)),
        "{arguments:?}: {}",
        ran.stderr
    );
    assert!(contents(directory) == before, "{arguments:?}");
}

/// The names and bytes of all files.
fn contents(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap();
    entries
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() {
                contents(&path)
            } else {
                BTreeMap::from([(path.clone(), fs::read(&path).unwrap())])
            }
        })
        .collect()
}

/// Scenario: spans are to be written to the log that they are made from: by the same name, by other names, to
/// files of a rolling log or among them, to a log in a directory of logs, to where a log in progress will be.
/// Guarantees: each is refused, with and without `--follow`, before a byte of the log is lost.
#[test]
fn target_that_is_a_log_is_refused() {
    let (directory, log, rolling) = logs();
    let elsewhere = tempfile::tempdir().unwrap();
    let link = |name: &str| elsewhere.path().join(name);
    symlink(&log, link("symbolic")).unwrap();
    fs::hard_link(&log, link("hard")).unwrap();
    symlink(directory.path(), link("logs")).unwrap();
    symlink(rolling.join("events_1_app-2"), link("rolled")).unwrap();
    fs::write(directory.path().join("app-3.inprogress"), "").unwrap();
    let spelled = directory.path().join("eventlog_v2_app-2/../app-1");
    let root = directory.path().to_owned();
    for (input, target) in [
        (&log, log.clone()),
        (&log, spelled),
        (&log, link("symbolic")),
        (&log, link("hard")),
        (&link("symbolic"), log.clone()),
        (&rolling, rolling.join("events_1_app-2")),
        (&rolling, rolling.join("appstatus_app-2")),
        (&rolling, rolling.join("events_2_app-2")),
        (&rolling, link("rolled")),
        (&root, log.clone()),
        (&root, link("hard")),
        (&root, rolling.join("events_1_app-2")),
        (&root, root.join("app-3.inprogress")),
        (&root, root.join("app-3")),
        (&root.join("app-3"), root.join("app-3")),
        (&link("logs"), log.clone()),
    ] {
        let arguments = [input, Path::new("--to"), &target];
        assert_refused(&root, &arguments);
        assert_refused(&root, &[&arguments[..], &[Path::new("--follow")]].concat());
        // The same for the state, but for what no state file can be.
        if !target.exists() {
            let followed = [input, Path::new("--follow"), Path::new("--state"), &target];
            assert_refused(&root, &followed);
        }
    }
}

/// Scenario: stdin or stdout is redirected from or to the log.
/// Guarantees: that is refused too.
#[test]
fn redirection_to_the_log_is_refused() {
    let (directory, log, _) = logs();
    let before = contents(directory.path());
    let append = || fs::File::options().append(true).open(&log).unwrap();
    let log = log.to_str().unwrap();
    let mut from_stdin = sparkspan(["replay", "-", "--to", log]);
    from_stdin.stdin(fs::File::open(log).unwrap());
    let mut replay = sparkspan(["replay", log, "--to", "-"]);
    replay.stdout(append());
    let mut report = sparkspan(["replay", log, "--to", "/dev/null", "--json"]);
    report.stdout(append());
    let mut show = sparkspan(["show", log]);
    show.stdout(append());
    for mut command in [from_stdin, replay, report, show] {
        let ran = Ran::from(command.output().unwrap());
        ran.expect(1, ["error: cannot write", "hint: nothing was written"]);
        assert!(contents(directory.path()) == before, "{command:?}");
    }
}

/// Scenario: spans are written into the directory of the logs, which is replayed again afterwards.
/// Guarantees: they are no log, the first time and the second.
#[test]
fn target_beside_the_logs_is_no_log() {
    let (directory, ..) = logs();
    let root = directory.path().to_str().unwrap();
    let target = directory.path().join("trace.jsonl");
    let target = target.to_str().unwrap();
    run(["replay", root, "--to", target]).expect(0, []);
    let once = fs::read(target).unwrap();
    run(["replay", root, "--to", target]).expect(0, []);
    assert!(fs::read(target).unwrap() == once);
    run(["replay", target, "--to", target]).expect(1, ["cannot write"]);
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

/// Scenario: a log comes through a pipe, or is another one; spans are to be written to an event log.
/// Guarantees: that is refused before a byte of it is lost.
#[test]
fn event_log_is_not_replaced_by_spans() {
    let (directory, log, _) = logs();
    let other = directory.path().join("other");
    fs::copy(&log, &other).unwrap();
    let before = fs::read(&other).unwrap();
    for input in [log.to_str().unwrap(), "-"] {
        let mut command = sparkspan(["replay", input, "--to", other.to_str().unwrap()]);
        let ran = run_with_input(&mut command, |stdin| {
            // Nobody reads it, if it is refused at once.
            let _ = stdin.write_all(&before);
        });
        ran.expect(1, ["it is an event log", "hint: nothing was written"]);
        assert_eq!(fs::read(&other).unwrap(), before);
    }
}
