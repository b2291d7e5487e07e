//! Replaying real logs.

use std::fs;

use sparkspan_testkit::{fixture, fixtures};

use crate::command::{run, run_with_input, sparkspan};

/// Scenario: every committed log is replayed twice.
/// Guarantees: it is read without a loss, and both times give the same bytes.
#[test]
fn replay_of_a_log_is_always_the_same() {
    for fixture in fixtures() {
        let log = fixture.log.to_str().unwrap();
        let once = run(["replay", log, "--to", "-"]).expect(0, ["sent"]);
        let again = run(["replay", log, "--to", "-"]).expect(0, ["sent"]);
        assert!(!once.stdout.is_empty(), "{log}");
        assert!(once.stdout == again.stdout, "{log}");
    }
}

/// Scenario: the workload of the fixtures plants secrets in SQL, configuration, plans and exceptions.
/// Guarantees: none of them is in what is sent, or in what the command says.
#[test]
fn replay_sends_no_secret() {
    for fixture in fixtures() {
        let log = fixture.log.to_str().unwrap();
        let ran = run(["replay", log, "--to", "-", "--set", "trace.tasks=all"]);
        let sent = String::from_utf8(ran.stdout).unwrap();
        assert!(!sent.contains("canary-secret"), "{log}");
        assert!(!ran.stderr.contains("canary-secret"), "{log}");
    }
}

#[test]
fn replay_of_a_pipe_is_that_of_the_file() {
    let log = fixture("3.5.9", "minimal");
    let of_file = run(["replay", log.to_str().unwrap(), "--to", "-"]);
    let bytes = fs::read(&log).unwrap();
    let of_pipe = run_with_input(&mut sparkspan(["replay", "-", "--to", "-"]), |stdin| {
        stdin.write_all(&bytes).unwrap();
    });
    assert_eq!(of_pipe.spans(), of_file.spans());
}

/// Scenario: a directory with logs of several applications and versions, and a file that is none.
/// Guarantees: every application is replayed, what is no log is named, and the exit code says so.
#[test]
fn replay_of_a_directory_is_that_of_its_logs() {
    let directory = tempfile::tempdir().unwrap();
    let mut alone = 0;
    for (version, case) in [("3.5.9", "minimal"), ("4.3.0", "minimal")] {
        let log = fixture(version, case);
        alone += run(["replay", log.to_str().unwrap(), "--to", "-"])
            .spans()
            .len();
        let name = format!("{version}-{}", log.file_name().unwrap().to_str().unwrap());
        fs::copy(&log, directory.path().join(name)).unwrap();
    }
    let together = run(["replay", directory.path().to_str().unwrap(), "--to", "-"]);
    assert_eq!(together.expect(0, []).spans().len(), alone);

    fs::write(directory.path().join("notes.txt"), "nothing of Spark\n").unwrap();
    let with_notes = run(["replay", directory.path().to_str().unwrap(), "--to", "-"]);
    let with_notes = with_notes.expect(2, ["not replayed", "notes.txt"]);
    assert_eq!(with_notes.spans().len(), alone);
}

/// Scenario: the log of an application whose driver was killed.
/// Guarantees: what is open waits for more, unless the user says that nothing will come.
#[test]
fn replay_of_a_killed_application_is_whole_only_when_it_is_final() {
    let log = fixture("3.5.9", "killed");
    let log = log.to_str().unwrap();
    let open = run(["replay", log, "--to", "-"])
        .expect(0, ["not ended: ", "--final"])
        .spans();
    let closed = run(["replay", log, "--to", "-", "--final"])
        .expect(0, ["sent"])
        .spans();
    assert!(open.len() < closed.len());
    assert!(open.iter().all(|span| span.parent_span_id.is_some()));
    assert_eq!(
        closed
            .iter()
            .filter(|span| span.parent_span_id.is_none())
            .count(),
        1
    );
    assert!(
        open.iter().all(|span| closed.contains(span)),
        "what was sent stays true"
    );
}

#[test]
fn replay_reports_as_json() {
    let log = fixture("3.5.9", "minimal");
    let ran = run([
        "replay",
        log.to_str().unwrap(),
        "--to",
        "/dev/null",
        "--json",
    ])
    .expect(0, []);
    let report: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let application = &report["applications"][0];
    assert_eq!(application["app_name"], "fixture minimal");
    assert_eq!(application["ended"], true);
    assert_eq!(application["bad_lines"]["count"], 0);
    assert_eq!(report["delivery"]["sent"], application["spans"]);
    assert_eq!(report["interrupted"], false);
}
