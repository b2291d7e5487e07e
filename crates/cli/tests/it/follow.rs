//! `sparkspan replay --follow`.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use sparkspan_model::Span;
use sparkspan_testkit::{Process, fixture, wait_until};

use crate::command::{Ran, run, spans, sparkspan};
use crate::destinations::{answer, answering, listener, read_request};

struct Places {
    _directory: tempfile::TempDir,
    logs: String,
    sent: String,
    state: String,
}

fn places() -> Places {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let places = Places {
        logs: path("logs"),
        sent: path("sent.jsonl"),
        state: path("state.json"),
        _directory: directory,
    };
    fs::create_dir(&places.logs).unwrap();
    places
}

impl Places {
    /// The command that follows the logs from their beginning, and remembers what it sent.
    fn following<'a>(&'a self, to: &'a str) -> [&'a str; 8] {
        let Self { logs, state, .. } = self;
        [
            "replay",
            logs,
            "--follow",
            "--from-beginning",
            "--to",
            to,
            "--state",
            state,
        ]
    }

    fn follow(&self) -> Process {
        Process::start(
            sparkspan(self.following(&self.sent))
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )
    }

    /// Puts a log there, under another name.
    fn add(&self, log: &Path, name: &str) {
        fs::copy(log, Path::new(&self.logs).join(name)).unwrap();
    }

    fn sent(&self) -> Vec<Span> {
        spans(&fs::read(&self.sent).unwrap_or_default())
    }

    fn state(&self) -> Option<Vec<u8>> {
        fs::read(&self.state).ok()
    }

    fn has_done(&self) -> bool {
        let state = self.state().unwrap_or_default();
        String::from_utf8_lossy(&state).contains("\"done\": true")
    }
}

/// Spans that are sent together are grouped by their resource.
fn sorted(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.trace_id, span.span_id));
    spans
}

fn end(mut follow: Process) {
    follow.signal("TERM");
    assert_eq!(follow.exit_code(), Some(0));
}

/// Scenario: an application writes its log while it is followed; in the middle, sparkspan is stopped and
/// started again; the log gets its final name.
/// Guarantees: together, both runs sent exactly the spans of a replay, each once; a third run, with
/// nothing new, sends nothing.
#[test]
fn follow_sends_each_span_once_across_a_restart() {
    let log = fixture("3.5.9", "minimal");
    let expected = run(["replay", log.to_str().unwrap(), "--to", "-"]).spans();
    let text = fs::read_to_string(&log).unwrap();
    let half = text[..text.len() * 9 / 10].rfind('\n').unwrap() + 1;

    let places = places();
    let written = Path::new(&places.logs).join("app-1.inprogress");
    fs::write(&written, &text[..half]).unwrap();
    let follow = places.follow();
    wait_until("something is sent and remembered", || {
        !places.sent().is_empty() && places.state().is_some()
    });
    end(follow);
    let before_restart = places.sent();
    assert!(before_restart.len() < expected.len());

    fs::write(&written, &text).unwrap();
    let follow = places.follow();
    fs::rename(&written, Path::new(&places.logs).join("app-1")).unwrap();
    wait_until("the application is sent whole", || {
        places.sent().len() >= expected.len()
    });
    wait_until("that is remembered", || places.has_done());
    end(follow);
    assert!(sorted(places.sent()) == sorted(expected.clone()));

    let other = fixture("4.3.0", "minimal");
    places.add(&other, "app-2");
    let expected_of_other = run(["replay", other.to_str().unwrap(), "--to", "-"]).spans();
    let follow = places.follow();
    let total = expected.len() + expected_of_other.len();
    wait_until("the other application is sent", || {
        places.sent().len() >= total
    });
    end(follow);
    assert_eq!(places.sent().len(), total, "nothing was sent again");
}

/// Scenario: the receiver is away when an application ends, and comes later.
/// Guarantees: following goes on, says so, and what the receiver missed is sent once it is there.
#[test]
fn follow_outlives_a_receiver_that_is_away() {
    let log = fixture("3.5.9", "minimal");
    let expected = run(["replay", log.to_str().unwrap(), "--to", "-"]).spans();
    let places = places();
    places.add(&log, "app-1");
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    drop(taken);

    let to = format!("http://127.0.0.1:{port}");
    let mut follow = Process::start(
        sparkspan([
            "replay",
            &places.logs,
            "--follow",
            "--from-beginning",
            "--to",
            &to,
        ])
        .stderr(Stdio::piped()),
    );
    let mut said = BufReader::new(follow.stderr.take().unwrap()).lines();
    let warned = said.any(|line| line.unwrap().contains("trying again"));
    assert!(warned);

    let receive = [
        "receive",
        "--http-port",
        &port,
        "--grpc-port",
        "0",
        "--keep",
        &places.sent,
    ];
    let receive = Process::start(
        sparkspan(receive)
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    wait_until("everything has arrived", || {
        places.sent().len() >= expected.len()
    });
    end(follow);
    end(receive);
    assert!(sorted(places.sent()) == sorted(expected));
}

/// Scenario: spans and state are written into the directory of the logs, across a restart.
/// Guarantees: neither is ever taken for a log.
#[test]
fn follow_does_not_read_what_it_writes() {
    let mut places = places();
    places.sent = format!("{}/sent.jsonl", places.logs);
    places.state = format!("{}/state.json", places.logs);
    for (version, name) in [("3.5.9", "app-1"), ("4.3.0", "app-2")] {
        let log = fixture(version, "minimal");
        let before = places.sent().len();
        let expected = run(["replay", log.to_str().unwrap(), "--to", "-"]).spans();
        places.add(&log, name);
        let follow = sparkspan(places.following(&places.sent))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_until("the log is remembered", || {
            let state = places.state().unwrap_or_default();
            let state = String::from_utf8_lossy(&state);
            state
                .split(name)
                .nth(1)
                .is_some_and(|rest| rest.contains("\"done\": true"))
        });
        let ran = interrupted(follow).expect(0, []);
        assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
        assert_eq!(places.sent().len(), before + expected.len());
        let state = String::from_utf8(places.state().unwrap()).unwrap();
        assert!(
            !state.contains("sent.jsonl") && !state.contains("state.json"),
            "{state}"
        );
    }
}

/// Scenario: spans and state are to go into one file.
/// Guarantees: that is refused, for the one would replace the other.
#[test]
fn follow_wants_two_files_for_spans_and_state() {
    let places = places();
    let ran = run(places.following(&places.state));
    ran.expect(1, ["error: --to and --state name the same file", "hint: "]);
}

/// Scenario: following is told to end while a request is under way.
/// Guarantees: it waits for the answer, remembers what has arrived, and ends in good order.
#[test]
fn follow_that_is_ended_sees_its_last_request_through() {
    let places = places();
    places.add(&fixture("3.5.9", "minimal"), "app-1");
    let (listener, address) = listener();
    let to = format!("http://{address}");
    let mut follow = Process::start(
        sparkspan(places.following(&to))
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    let (mut stream, _) = listener.accept().unwrap();
    read_request(&mut stream);
    follow.signal("TERM");
    answer(&mut stream, "200 OK");
    assert_eq!(follow.exit_code(), Some(0));
    assert!(places.state().is_some());
}

/// Scenario: the receiver wants credentials, and there are none.
/// Guarantees: following ends with one error that says so, and remembers nothing as sent.
#[test]
fn follow_ends_where_nothing_will_be_taken() {
    let places = places();
    places.add(&fixture("3.5.9", "minimal"), "app-1");
    let to = format!("http://{}", answering("401 Unauthorized"));
    let ran = run(places.following(&to));
    let ran = ran.expect(1, ["error: no span could be sent", "401", "hint: "]);
    assert!(!ran.stderr.contains("again"), "{}", ran.stderr);
    assert!(!places.has_done());
}

/// Scenario: the receiver refuses the spans of a log for what they are.
/// Guarantees: that is said once, the log is not sent again, and the exit code speaks of a loss.
#[test]
fn follow_goes_on_after_spans_that_are_refused() {
    let places = places();
    places.add(&fixture("3.5.9", "minimal"), "app-1");
    let to = format!("http://{}", answering("400 Bad Request"));
    let follow = sparkspan(places.following(&to))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until("the log is dealt with", || places.has_done());
    let ran = interrupted(follow).expect(2, ["error: no span could be sent", "400"]);
    assert_eq!(ran.stderr.matches("error: ").count(), 1, "{}", ran.stderr);
}

/// Scenario: among the followed logs is one of an application whose driver sends the spans itself.
/// Guarantees: it is left alone, one line says so, and the others are sent.
#[test]
fn follow_leaves_traced_applications_alone() {
    let places = places();
    let (own, other) = (fixture("3.5.9", "minimal"), fixture("4.3.0", "minimal"));
    let expected = run(["replay", other.to_str().unwrap(), "--to", "-"]).spans();
    let context = r#""Spark Properties":{"spark.sparkspan.context":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","#;
    let text = fs::read_to_string(own).unwrap();
    let traced = text.replace(r#""Spark Properties":{"#, context);
    assert!(traced != text);
    fs::write(Path::new(&places.logs).join("app-1"), traced).unwrap();
    places.add(&other, "app-2");
    let follow = sparkspan(places.following(&places.sent))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until("both logs are dealt with", || {
        let state = places.state().unwrap_or_default();
        String::from_utf8_lossy(&state)
            .matches("\"done\": true")
            .count()
            == 2
    });
    let ran = interrupted(follow).expect(0, ["not followed: its driver traces it", "app-1"]);
    assert_eq!(
        ran.stderr.matches("its driver").count(),
        1,
        "{}",
        ran.stderr
    );
    assert!(sorted(places.sent()) == sorted(expected));
}

/// Scenario: at the first look there are hundreds of logs, of applications that have ended and of others that run and
/// are traced by their drivers.
/// Guarantees: nothing is held of a log once it was read, so that many take hardly more memory than a few.
#[test]
fn follow_holds_nothing_of_logs_that_were_read() {
    let text = fs::read_to_string(fixture("3.5.9", "minimal")).unwrap();
    let context = r#""Spark Properties":{"spark.sparkspan.context":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","#;
    let traced = text.replace(r#""Spark Properties":{"#, context);
    let peak = |logs: usize| {
        let places = places();
        for log in 0..logs {
            let path = |name| Path::new(&places.logs).join(format!("{name}-{log}"));
            fs::write(path("ended"), &text).unwrap();
            fs::write(path("traced").with_extension("inprogress"), &traced).unwrap();
        }
        let follow = places.follow();
        let mut peak = 0;
        wait_until("all are dealt with", || {
            peak = follow.peak_memory_bytes().unwrap_or(peak);
            let state = places.state().unwrap_or_default();
            let state = String::from_utf8_lossy(&state);
            state.matches("\"done\": true").count() == logs
        });
        end(follow);
        peak
    };
    let (few, many) = (peak(10), peak(200));
    assert!(many <= few + (20 << 20), "{few} bytes, then {many}");
}

/// Ends the command, and gives what it said.
fn interrupted(child: Child) -> Ran {
    let signalled = Command::new("kill").arg(child.id().to_string()).status();
    assert!(signalled.unwrap().success());
    child.wait_with_output().unwrap().into()
}
