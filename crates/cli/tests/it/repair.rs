//! `sparkspan replay --repair`.

use std::fs;

use sparkspan_model::{Attribute, Span};
use sparkspan_semconv::attribute;
use sparkspan_testkit::{Jaeger, fixture};

use crate::command::{Ran, run};
use crate::destinations::{answering, listener};
use crate::jaeger::{assert_shown, assert_stored, by_trace, send, stored};

/// Repairs, and gives what `--json` says of it.
fn repair(jaeger: &Jaeger, log: &str) -> (Ran, serde_json::Value) {
    let ran = run([
        "replay",
        log,
        "--final",
        "--repair",
        &jaeger.query_http(),
        "--to",
        &jaeger.otlp_http(),
        "--json",
    ])
    .expect(0, ["sent"]);
    let report: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    (ran, report["delivery"].clone())
}

/// Waits until everything that was sent is there, which it is a moment after it was taken.
fn settle(jaeger: &Jaeger, spans: &[Span]) {
    for (id, spans) in by_trace(spans.to_vec()) {
        stored(jaeger, id, spans.len());
    }
}

/// Scenario: of an application Jaeger has nothing; or what the first half of the log gives; or what a
/// replay sends while nobody says that the killed driver is gone. It is repaired, twice.
/// Guarantees: Jaeger then has every span once, as a whole replay makes it, and no orphan; what it had was
/// not sent again; the second time sends nothing.
#[test]
fn repair_completes_a_trace() {
    let Some(jaeger) = Jaeger::start() else {
        return;
    };
    let (minimal, sql) = (fixture("3.5.9", "minimal"), fixture("3.5.9", "sql"));
    let killed = fixture("3.5.9", "killed");
    let directory = tempfile::tempdir().unwrap();
    let half_of_sql = directory.path().join(sql.file_name().unwrap());
    let mut bytes = fs::read(&sql).unwrap();
    bytes.truncate(bytes.len() / 2);
    fs::write(&half_of_sql, bytes).unwrap();
    for (before, log) in [
        (None, &minimal),
        (Some(&half_of_sql), &sql),
        (Some(&killed), &killed),
    ] {
        let log = log.to_str().unwrap();
        let expected = run(["replay", log, "--final", "--to", "-"]).spans();
        let before = before.map_or(0, |before| {
            let before = before.to_str().unwrap();
            let sent = run(["replay", before, "--to", "-"]).spans();
            run(["replay", before, "--to", &jaeger.otlp_http()]);
            settle(&jaeger, &sent);
            assert!((1..expected.len()).contains(&sent.len()), "{log}");
            sent.len()
        });

        let (_, delivery) = repair(&jaeger, log);
        assert_eq!(delivery["found"]["present"], before, "{log}");
        assert_eq!(delivery["found"]["different"], 0, "{log}");
        assert_eq!(delivery["sent"], expected.len() - before, "{log}");
        settle(&jaeger, &expected);
        let traces = by_trace(expected.clone());
        assert_stored(&jaeger, log, &traces);
        assert_shown(&jaeger, log, &traces);

        let (_, delivery) = repair(&jaeger, log);
        assert_eq!(delivery["found"]["present"], expected.len(), "{log}");
        assert_eq!(delivery["sent"], 0, "{log}");
    }
}

/// Scenario: of a trace, Jaeger has one span that was closed too early, one with another name, and one
/// not at all.
/// Guarantees: only the missing one is sent; the other two are counted, named and left alone.
#[test]
fn repair_leaves_what_differs() {
    let Some(jaeger) = Jaeger::start() else {
        return;
    };
    let log = fixture("3.5.9", "minimal");
    let log = log.to_str().unwrap();
    let mut spans = run(["replay", log, "--to", "-"]).spans();
    let expected = spans.len();
    spans.pop();
    spans[0].end_unix_ns -= 1;
    let interrupted = Attribute::new(attribute::SPARK_SPAN_INTERRUPTED, true);
    spans[0].attributes.push(interrupted);
    spans[1].name = "another name".into();
    send(&jaeger, &spans);
    settle(&jaeger, &spans);

    let (ran, delivery) = repair(&jaeger, log);
    let ran = ran.expect(
        0,
        ["already", "left as they were", "2 spans", "1 span of these"],
    );
    let named = format!("span {}", spans[1].span_id);
    assert!(ran.stderr.contains(&named), "{}", ran.stderr);
    assert_eq!(delivery["sent"], 1);
    assert_eq!(delivery["found"]["present"], expected - 1);
    assert_eq!(delivery["found"]["different"], 2);
    assert_eq!(delivery["found"]["interrupted"], 1);
    let stored = stored(&jaeger, spans[0].trace_id, expected);
    assert_eq!(stored.len(), expected);
    assert!(stored.iter().any(|span| span.name == "another name"));
}

/// Scenario: a directory of logs, two of them of the same application, is repaired; one of the
/// applications has a trace for each micro-batch.
/// Guarantees: what is in both logs is sent once, every trace is asked for, and again sends nothing.
#[test]
fn repair_takes_many_logs() {
    let Some(jaeger) = Jaeger::start() else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let mut expected = Vec::new();
    for (version, case, copies) in [("3.5.9", "minimal", 2), ("3.5.9", "streaming", 1)] {
        let log = fixture(version, case);
        let spans = run(["replay", log.to_str().unwrap(), "--final", "--to", "-"]).spans();
        expected.extend(spans);
        let name = log.file_name().unwrap().to_str().unwrap();
        for copy in 0..copies {
            fs::copy(&log, directory.path().join(format!("{copy}-{name}"))).unwrap();
        }
    }
    let logs = directory.path().to_str().unwrap();
    let (_, delivery) = repair(&jaeger, logs);
    assert_eq!(delivery["sent"], expected.len());
    settle(&jaeger, &expected);
    let (_, delivery) = repair(&jaeger, logs);
    assert_eq!(delivery["sent"], 0);
}

fn repair_at(url: &str) -> Ran {
    let log = fixture("3.5.9", "minimal");
    run([
        "replay",
        log.to_str().unwrap(),
        "--repair",
        url,
        "--to",
        "-",
    ])
}

/// Scenario: what is asked is no Jaeger, nobody, or wants credentials.
/// Guarantees: an error that says so and what to do, and no span is sent.
#[test]
fn repair_sends_nothing_where_nobody_knows_what_is_there() {
    let address = |answer| format!("http://{}", answering(answer));
    let (listener, nobody) = listener();
    drop(listener);
    for (url, told) in [
        (address("404 Not Found"), "hint: --repair takes the address"),
        (address("200 OK"), "hint: --repair takes the address"),
        (address("401 Unauthorized"), "credentials"),
        (
            format!("http://{nobody}"),
            "hint: --repair takes the address",
        ),
    ] {
        let ran = repair_at(&url).expect(1, ["error: cannot find out what", &url, told]);
        assert!(ran.spans().is_empty(), "{url}");
    }
    repair_at("localhost:16686").expect(
        1,
        [
            "error: cannot ask the Jaeger that --repair names: ",
            "hint: ",
        ],
    );
    run(["replay", "log", "--follow", "--repair", "http://localhost"]).expect(
        1,
        [
            "error: --repair looks at a trace once",
            "hint: repair the log",
        ],
    );
}
