//! What is lost, forgotten or too much: nothing stays open for ever, nothing comes twice.

use serde_json::json;
use sparkspan_engine::{Ending, Engine, Sampler, Scope, Settings, Summary};
use sparkspan_events::Event;
use sparkspan_model::{Span, Value};
use sparkspan_semconv::attribute;
use sparkspan_semconv::value::spark_span_type as kind;

use crate::invariants::check;
use crate::rules::{Log, in_query, int, millis, of_type, only, text};

/// More than what is remembered of where closed things hung.
const FORGOTTEN: i64 = 20_000;

/// An engine that is fed piece by piece.
struct Feed {
    engine: Engine,
    spans: Vec<Span>,
}

impl Feed {
    fn new(settings: Settings) -> Self {
        let mut feed = Self {
            engine: Engine::new(settings),
            spans: Vec::new(),
        };
        feed.take(&Log::new());
        feed
    }

    fn take(&mut self, log: &Log) {
        for event in &log.0 {
            let line = event.to_string();
            let event = Event::parse(line.as_bytes()).unwrap();
            self.engine.event(&event, &mut self.spans).unwrap();
        }
    }

    fn finish(mut self, ending: Ending) -> Summary {
        self.engine.finish(ending, &mut self.spans)
    }
}

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

/// Events that only make time pass: other queries, which are whole.
fn other_queries(mut log: Log, ids: std::ops::Range<i64>) -> Log {
    for id in ids {
        log = short_query(log, id);
    }
    log
}

/// Scenario: of 2 000 queries with one task each, half of the tasks' ends are lost; then the server runs on.
/// Guarantees: everything that had ended closes, in order, and nothing of it lasts longer than it did.
#[test]
fn queries_close_whose_tasks_ends_are_lost() {
    let mut log = Log::new();
    for id in 0..2000 {
        log = log
            .query(id, id, 1100)
            .job(id, 1110, &[id], in_query(id))
            .submitted(id, 1110, in_query(id))
            .task_start(id, id, 1112);
        if id % 2 == 0 {
            log = log.task_end(id, id, 1112, 1114, "Success");
        }
        log = log
            .completed(id, 1110, 1115)
            .job_end(id, 1120)
            .query_end(id, 1200, "");
    }
    let log = other_queries(log, 2000..6000);
    let (spans, summary) = log.run(Settings::default(), Ending::Open);
    assert_eq!(summary.open_spans, 1, "the application's own");
    assert_eq!(
        summary.interrupted_spans, 0,
        "all ends but the tasks' are there"
    );
    let stages = of_type(&spans, kind::STAGE);
    let unfinished = stages
        .iter()
        .filter(|stage| int(stage, attribute::SPARK_STAGE_TASKS_UNFINISHED) == Some(1));
    assert_eq!(unfinished.count(), 1000);
    let durations = of_type(&spans, kind::SQL).into_iter().map(millis);
    assert!(durations.into_iter().all(|times| times == (1100, 1200)));
    let incomplete = spans
        .iter()
        .filter(|span| is_marked(span, attribute::SPARK_SPAN_INCOMPLETE));
    assert_eq!(incomplete.count(), 3 * 1000, "each with what it ran within");
}

/// Scenario: queries of which the ends of jobs, stages and nested queries are lost, and what the plugin tells of
/// their planning; then the server runs on.
/// Guarantees: they close; what has no end is marked, counted, and ends with the query. What is merely silent
/// stays open.
#[test]
fn what_ran_within_an_ended_query_is_given_up() {
    let log = Log::new()
        .query(0, 0, 1100)
        .job(0, 1110, &[0], in_query(0))
        .submitted(0, 1112, in_query(0))
        .task_start(0, 0, 1113)
        .query(1, 0, 1120)
        .query_end(0, 1200, "")
        .query(2, 2, 1100)
        .query_end(2, 1200, "")
        .query(3, 3, 1100)
        .job(3, 1110, &[3], in_query(3))
        .submitted(3, 1112, in_query(3));
    let settings = Settings {
        planning_follows: true,
        ..Settings::default()
    };
    let planned = |log: Log, id: i64| {
        log.event(
            json!({"Event": "io.sparkspan.SqlPlanningEvent", "executionId": id,
            "phases": []}),
        )
    };
    let mut log = log;
    for id in 10..4000 {
        log = short_query(planned(log, id), id);
    }
    let (spans, summary) = log.run(settings, Ending::Open);
    assert_eq!(summary.open_spans, 4, "query 3 with its job and stage");
    assert_eq!(summary.interrupted_spans, 3);
    let mut interrupted: Vec<&str> = spans
        .iter()
        .filter(|span| is_marked(span, attribute::SPARK_SPAN_INTERRUPTED))
        .map(|span| {
            assert_eq!(millis(span).1, 1200);
            text(span, attribute::SPARK_SPAN_TYPE).unwrap()
        })
        .collect();
    interrupted.sort_unstable();
    assert_eq!(interrupted, [kind::JOB, kind::SQL, kind::STAGE]);
    let ended = [0, 2].map(|id| {
        let has_id = |span: &&&Span| int(span, attribute::SPARK_SQL_EXECUTION_ID) == Some(id);
        millis(of_type(&spans, kind::SQL).iter().find(has_id).unwrap())
    });
    assert_eq!(ended, [(1100, 1200), (1100, 1200)]);
    let incomplete: Vec<_> = spans
        .iter()
        .filter(|span| is_marked(span, attribute::SPARK_SPAN_INCOMPLETE))
        .map(|span| int(span, attribute::SPARK_SQL_EXECUTION_ID))
        .collect();
    assert_eq!(incomplete, [Some(0), Some(2)]);
}

/// Scenario: on a server a query of three hours runs beside 5 000 short ones, and silently; another query has
/// ended, but a job of it goes on, whose tasks report now and then.
/// Guarantees: both are whole: nothing of them was given up.
#[test]
fn long_query_stays_whole() {
    let mut log = Log::new()
        .query(0, 0, 1100)
        .job(0, 1110, &[0], in_query(0))
        .submitted(0, 1112, in_query(0))
        .task_start(0, 0, 1113)
        .query(1, 1, 1100)
        .job(1, 1110, &[1], in_query(1))
        .submitted(1, 1112, in_query(1))
        .query_end(1, 1200, "");
    for part in 0..10 {
        let task = 10_000 + part;
        log = log
            .task_start(1, task, 1120)
            .task_end(1, task, 1120, 1130, "Success");
        log = other_queries(log, 10 + part * 500..10 + (part + 1) * 500);
    }
    let log = log
        .completed(1, 1112, 1300)
        .job_end(1, 1310)
        .task_end(0, 0, 1113, 10_000_000, "Success")
        .completed(0, 1112, 10_000_001)
        .job_end(0, 10_000_002)
        .query_end(0, 10_000_003, "");
    let settings = Settings {
        max_spans: 100_000,
        ..Settings::default()
    };
    let (spans, summary) = log.run(settings, Ending::Open);
    assert_eq!((summary.open_spans, summary.interrupted_spans), (1, 0));
    assert_eq!(spans.len(), 3 * 5002 + 4, "with the slowest tasks");
    assert!(
        spans
            .iter()
            .all(|span| !is_marked(span, attribute::SPARK_SPAN_INTERRUPTED))
    );
    let long = of_type(&spans, kind::SQL);
    assert_eq!(millis(long.last().unwrap()), (1100, 10_000_003));
}

/// Scenario: 20 000 batches of a `DStream`, each with two jobs, every tenth with a job that ends after a younger
/// batch's.
/// Guarantees: each closes when a younger one has come as far, with the time of its jobs; few are open.
#[test]
fn dstream_batch_closes_when_a_younger_one_has_ended() {
    let batch = |time: i64| json!({"spark.streaming.internal.batchTime": time.to_string()});
    let mut engine = Feed::new(Settings::default());
    let mut batches = 0;
    for number in 0..20_000 {
        let start = 2000 + number * 10;
        let job = number * 2;
        let mut log = Log(Vec::new())
            .job(job, start, &[], batch(start))
            .job_end(job, start + 2)
            .job(job + 1, start + 3, &[], batch(start));
        if number % 10 == 1 {
            log = log.job_end(job - 1, start + 5);
        }
        if number % 10 != 0 {
            log = log.job_end(job + 1, start + 5);
        }
        engine.take(&log);
        for batch in of_type(&engine.spans, kind::BATCH) {
            let (start, end) = millis(batch);
            assert!([5, 15].contains(&(end - start)), "{batch:#?}");
            assert!(!is_marked(batch, attribute::SPARK_SPAN_INTERRUPTED));
            batches += 1;
        }
        engine.spans.clear();
        assert!(
            (number - 2..=number).contains(&batches),
            "{batches} of {number}"
        );
    }
    let summary = engine.finish(Ending::Open);
    assert_eq!(summary.open_spans, 2, "the application and the last batch");
    assert_eq!(summary.units, 20_000);
}

/// Scenario: the progress of a streaming query's batch is lost, and later ones come.
/// Guarantees: the batch is interrupted when a younger one of its query has ended, another query's is not; it
/// lasts as long as what ran in it.
#[test]
fn batch_closes_whose_progress_is_lost() {
    let batch = |query: &str, id: i64| {
        json!({"sql.streaming.queryId": query, "streaming.sql.batchId": id.to_string(),
            "spark.sql.execution.id": id.to_string(),
            "spark.sql.execution.root.id": id.to_string()})
    };
    let mut log = Log::new();
    for id in [9, 10, 11] {
        let query = if id == 11 { "other" } else { "q" };
        log = log
            .query(id, id, 1100)
            .job(id, 1110, &[], batch(query, id))
            .job_end(id, 1120)
            .query_end(id, 1130, "");
    }
    let log = log.event(json!({
        "Event": "org.apache.spark.sql.streaming.StreamingQueryListener$QueryProgressEvent",
        "progress": {"id": "q", "runId": "r", "batchId": 10,
            "timestamp": "1970-01-01T00:00:01.090Z",
            "durationMs": {"addBatch": 100, "triggerExecution": 150}}}));
    let (spans, summary) = log.run(Settings::default(), Ending::Open);
    let batches = of_type(&spans, kind::BATCH);
    let interrupted = |span: &&Span| is_marked(span, attribute::SPARK_SPAN_INTERRUPTED);
    assert_eq!(batches.len(), 2);
    let lost = batches.into_iter().find(interrupted).unwrap();
    assert_eq!(int(lost, attribute::SPARK_STREAMING_BATCH_ID), Some(9));
    assert_eq!(millis(lost), (1100, 1130));
    assert_eq!((summary.open_spans, summary.interrupted_spans), (2, 1));
}

/// Scenario: what the plugin tells of a query's planning is kept out of the event log.
/// Guarantees: the live query and its phases say that a replay lacks it; a query of which nothing is told is
/// the same in both.
#[test]
fn planning_that_the_log_lacks_is_marked() {
    let planning = json!({"Event": "io.sparkspan.SqlPlanningEvent", "executionId": 0,
        "sqlText": "SELECT 1",
        "phases": [{"name": "analysis", "startTimeMs": 1050, "endTimeMs": 1060}]});
    let nothing = json!({"Event": "io.sparkspan.SqlPlanningEvent", "executionId": 1, "phases": []});
    let start = || Log::new().query(0, 0, 1100).query(1, 1, 1100);
    let end = |log: Log| log.query_end(0, 1200, "").query_end(1, 1200, "").end(1400);
    let live = Settings {
        planning_follows: true,
        planning_is_unlogged: true,
        ..Settings::default()
    };
    let live = end(start().event(planning).event(nothing)).spans(live);
    let replayed = end(start()).spans(Settings::default());
    let marked = |span: &&Span| is_marked(span, attribute::SPARK_SQL_PLANNING_UNLOGGED);
    let types = live.iter().filter(marked);
    let types: Vec<_> = types
        .map(|span| text(span, attribute::SPARK_SPAN_TYPE))
        .collect();
    assert_eq!(types, [Some(kind::PHASE), Some(kind::SQL)]);
    let of_query_1 = |spans: &[Span]| spans.iter().rev().nth(1).cloned();
    assert_eq!(of_query_1(&live), of_query_1(&replayed));
}
