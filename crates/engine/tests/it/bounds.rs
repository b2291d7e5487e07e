//! What is lost, forgotten or too much: nothing stays open for ever, nothing comes twice.

use serde_json::json;
use sparkspan_engine::{Ending, Sampler, Scope, Settings};
use sparkspan_model::{Span, Value};
use sparkspan_semconv::attribute;
use sparkspan_semconv::value::spark_span_type as kind;

use crate::invariants::check;
use crate::rules::{Log, in_query, int, of_type, only};

/// More than what is remembered of where closed things hung.
const FORGOTTEN: i64 = 20_000;

fn is_marked(span: &Span, mark: &str) -> bool {
    span.attribute(mark) == Some(&Value::Bool(true))
}

/// A query with a job, of the same id.
fn short_query(log: Log, id: i64) -> Log {
    log.query(id, id, 1100)
        .job(id, 1110, &[id], in_query(id))
        .submitted(id, 1110, in_query(id))
        .completed(id, 1110, 1115)
        .job_end(id, 1120)
        .query_end(id, 1200, "")
}

/// A thread of a pool still carries the id of query 0, which has closed long ago: it starts a job in that
/// query, and a query with a job of its own.
fn stale_thread(log: Log) -> Log {
    let own_id = FORGOTTEN + 1;
    let within = json!({"spark.sql.execution.id": own_id.to_string(),
        "spark.sql.execution.root.id": "0"});
    log.job(FORGOTTEN + 1, 1300, &[], in_query(0))
        .job_end(FORGOTTEN + 1, 1310)
        .query(own_id, 0, 1320)
        .job(FORGOTTEN + 2, 1330, &[], within)
        .job_end(FORGOTTEN + 2, 1340)
        .query_end(own_id, 1350, "")
}

/// Scenario: 20 000 queries have closed since the one whose id a thread still carries; then every event of
/// the first ones is repeated.
/// Guarantees: the thread's job and query hang, marked, at the application, and are no further unit; nothing
/// that had closed opens again.
#[test]
fn work_of_a_forgotten_query_hangs_at_the_application() {
    let mut log = Log::new();
    for id in 0..FORGOTTEN {
        log = short_query(log, id);
    }
    let mut log = stale_thread(log);
    for id in 0..5 {
        log = short_query(log, id);
    }
    let (spans, summary) = log.end(1400).run(Settings::default(), Ending::Final);
    check(&spans, "forgotten");
    let count = |kind| i64::try_from(of_type(&spans, kind).len()).unwrap();
    assert_eq!(count(kind::SQL), FORGOTTEN + 1);
    assert_eq!(count(kind::JOB), FORGOTTEN + 2);
    assert_eq!(count(kind::STAGE), FORGOTTEN);
    assert_eq!(summary.units, u64::try_from(FORGOTTEN).unwrap());
    assert!(summary.late_events >= 5 * 4);
    let application = only(&spans, kind::APPLICATION);
    let late: Vec<&Span> = spans
        .iter()
        .filter(|span| is_marked(span, attribute::SPARK_UNIT_LATE))
        .collect();
    assert_eq!(late.len(), 2, "{late:#?}");
    for span in late {
        assert_eq!(span.parent_span_id, Some(application.span_id));
    }
}

/// Scenario: the same where each query has a trace of its own, and where the sampler keeps none.
/// Guarantees: there is nothing left to hang the late work under, so that it is counted and has no span;
/// what is dropped stays dropped, but what fails is kept.
#[test]
fn work_of_a_forgotten_query_follows_what_can_be_known_of_it() {
    let log = |message: &str| {
        let mut log = Log::new();
        for id in 0..FORGOTTEN {
            log = log.query(id, id, 1100).query_end(id, 1200, "");
        }
        stale_thread(log)
            .query(FORGOTTEN + 2, 0, 1360)
            .query_end(FORGOTTEN + 2, 1370, message)
            .end(1400)
    };
    let unit = Settings {
        scope: Scope::Unit,
        ..Settings::default()
    };
    let (spans, summary) = log("").run(unit, Ending::Final);
    check(&spans, "unit");
    assert_eq!(of_type(&spans, kind::SQL).len(), 20_000);
    assert_eq!(of_type(&spans, kind::JOB).len(), 0);
    assert_eq!(summary.late_events, 3);
    let none = Settings {
        sampler: Sampler::AlwaysOff,
        ..Settings::default()
    }
    .in_force();
    let (spans, summary) = log("x.Error: no").run(none, Ending::Final);
    check(&spans, "none");
    assert_eq!(summary.sampled_out_units, summary.units);
    let query = only(&spans, kind::SQL);
    assert_eq!(
        int(query, attribute::SPARK_SQL_EXECUTION_ID),
        Some(FORGOTTEN + 2)
    );
    assert!(is_marked(query, attribute::SPARK_UNIT_LATE));
}

/// Scenario: a log claims that one task ran in two stages.
/// Guarantees: it has one span, in the stage that it ended in first.
#[test]
fn task_has_one_span_whatever_stages_claim_it() {
    let log = Log::new()
        .job(0, 1100, &[0, 1], json!({}))
        .submitted(0, 1110, json!({}))
        .submitted(1, 1110, json!({}))
        .task_end(0, 7, 1120, 1150, "Success")
        .task_end(1, 7, 1120, 1160, "Success")
        .task_start(1, 7, 1120)
        .completed(0, 1110, 1200)
        .completed(1, 1110, 1200)
        .job_end(0, 1210)
        .end(1400);
    let (spans, summary) = log.run(Settings::default(), Ending::Final);
    check(&spans, "one task");
    let task = only(&spans, kind::TASK);
    assert_eq!(int(task, attribute::SPARK_STAGE_ID), Some(0));
    assert_eq!(summary.late_events, 2);
}
