//! Spark's own answers: what a History Server says of the same log.
//!
//! Three differences are known. A Task ID counts once, by its first end, where Spark counts a later
//! `Resubmitted` as a failure: the difference is counted on the stage. And a span that was stretched
//! over its children differs by exactly `spark.span.stretched_ms`. And the server of Spark 3.4 does not
//! read the error that an execution's end tells.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::Path;

use serde_json::Value as Json;
use sparkspan_engine::Settings;
use sparkspan_model::{Span, Value};
use sparkspan_semconv::{attribute, value};

use crate::fixtures::{self, Fixture};

/// An answer of the History Server; compressed where it is large.
pub(crate) fn answer(oracle: &Path, name: &str) -> Option<Json> {
    let plain = oracle.join(format!("{name}.json"));
    if plain.exists() {
        return Some(serde_json::from_slice(&std::fs::read(plain).unwrap()).unwrap());
    }
    let file = std::fs::File::open(oracle.join(format!("{name}.json.gz"))).ok()?;
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(file)
        .read_to_end(&mut text)
        .unwrap();
    Some(serde_json::from_slice(&text).unwrap())
}

/// The spans of a type by an attribute or two of theirs.
struct Spans<'a>(HashMap<(&'static str, i64, i64), &'a Span>);

impl<'a> Spans<'a> {
    fn new(spans: &'a [Span]) -> Self {
        let mut found = HashMap::new();
        for span in spans {
            let number = |key| span.attribute(key).and_then(Value::as_int).unwrap_or(-1);
            let stage = (
                number(attribute::SPARK_STAGE_ID),
                number(attribute::SPARK_STAGE_ATTEMPT),
            );
            let kind = span
                .attribute(attribute::SPARK_SPAN_TYPE)
                .and_then(Value::as_str);
            let key = match kind.unwrap() {
                value::spark_span_type::SQL => (
                    value::spark_span_type::SQL,
                    number(attribute::SPARK_SQL_EXECUTION_ID),
                    -1,
                ),
                value::spark_span_type::JOB => (
                    value::spark_span_type::JOB,
                    number(attribute::SPARK_JOB_ID),
                    -1,
                ),
                value::spark_span_type::STAGE => (value::spark_span_type::STAGE, stage.0, stage.1),
                value::spark_span_type::SHUFFLE_READ => {
                    (value::spark_span_type::SHUFFLE_READ, stage.0, stage.1)
                }
                value::spark_span_type::SHUFFLE_WRITE => {
                    (value::spark_span_type::SHUFFLE_WRITE, stage.0, stage.1)
                }
                _ => continue,
            };
            found.insert(key, span);
        }
        Self(found)
    }

    fn count(&self, kind: &str) -> usize {
        self.0.keys().filter(|(found, _, _)| *found == kind).count()
    }
}

fn int(span: Option<&Span>, key: &str) -> i64 {
    span.and_then(|span| span.attribute(key))
        .and_then(Value::as_int)
        .unwrap_or(0)
}

fn text<'a>(span: &'a Span, key: &str) -> Option<&'a str> {
    span.attribute(key).and_then(Value::as_str)
}

fn number(json: &Json, key: &str) -> i64 {
    json[key]
        .as_i64()
        .unwrap_or_else(|| panic!("{key} of {json}"))
}

/// Milliseconds since the Unix epoch of `2026-11-22T22:03:47.624GMT`.
fn time_ms(json: &Json, key: &str) -> Option<i64> {
    let time = json[key].as_str()?.strip_suffix("GMT")?;
    let civil: jiff::civil::DateTime = time.parse().unwrap();
    Some(
        civil
            .to_zoned(jiff::tz::TimeZone::UTC)
            .unwrap()
            .timestamp()
            .as_millisecond(),
    )
}

/// The span's time is Spark's, but for what it was stretched by.
fn check_times(span: &Span, start_ms: Option<i64>, end_ms: Option<i64>, context: &str) {
    let (Some(start_ms), Some(end_ms)) = (start_ms, end_ms) else {
        return;
    };
    if span.attribute(attribute::SPARK_SPAN_INTERRUPTED).is_some() {
        return;
    }
    let nanos = |time_ms: i64| u64::try_from(time_ms).unwrap() * 1_000_000;
    let stretched_ns = nanos(int(Some(span), attribute::SPARK_SPAN_STRETCHED_MS));
    // Every span ends a nanosecond after its millisecond.
    let (start_ns, end_ns) = (nanos(start_ms), nanos(end_ms).max(nanos(start_ms)) + 1);
    assert!(
        span.start_unix_ns <= start_ns && end_ns <= span.end_unix_ns,
        "{context}: {span:#?}"
    );
    let difference = (start_ns - span.start_unix_ns) + (span.end_unix_ns - end_ns);
    assert_eq!(difference, stretched_ns, "{context}: {span:#?}");
}

#[test]
fn stages_are_those_of_the_history_server() {
    for_each_oracle(|fixture, oracle, spans| {
        let stages = answer(oracle, "stages").unwrap();
        let found = Spans::new(spans);
        let mut ran = 0;
        for stage in stages.as_array().unwrap() {
            let status = stage["status"].as_str().unwrap();
            let id = (number(stage, "stageId"), number(stage, "attemptId"));
            let context = format!("{} stage {}.{} {status}", fixture.name, id.0, id.1);
            let span = found
                .0
                .get(&(value::spark_span_type::STAGE, id.0, id.1))
                .copied();
            if matches!(status, "SKIPPED" | "PENDING") {
                assert!(span.is_none(), "{context}");
                continue;
            }
            ran += 1;
            let span = span.unwrap_or_else(|| panic!("{context}: no span"));
            let outcome = text(span, attribute::SPARK_OUTCOME);
            match status {
                "COMPLETE" => assert_eq!(outcome, Some("succeeded"), "{context}"),
                "FAILED" => assert!(matches!(outcome, Some("failed" | "killed")), "{context}"),
                _ => {}
            }
            check_stage(stage, span, &context);
            let read = found
                .0
                .get(&(value::spark_span_type::SHUFFLE_READ, id.0, id.1))
                .copied();
            let write = found
                .0
                .get(&(value::spark_span_type::SHUFFLE_WRITE, id.0, id.1))
                .copied();
            check_shuffle(stage, read, write, &context);
            let times = (
                time_ms(stage, "submissionTime"),
                time_ms(stage, "completionTime"),
            );
            check_times(span, times.0, times.1, &context);
        }
        assert_eq!(
            found.count(value::spark_span_type::STAGE),
            ran,
            "{}",
            fixture.name
        );
    });
}

fn check_stage(stage: &Json, span: &Span, context: &str) {
    let resubmitted = int(Some(span), attribute::SPARK_STAGE_TASKS_RESUBMITTED);
    for (key, field, difference) in [
        (attribute::SPARK_STAGE_TASKS_TOTAL, "numTasks", 0),
        (
            attribute::SPARK_STAGE_TASKS_SUCCEEDED,
            "numCompleteTasks",
            0,
        ),
        (
            attribute::SPARK_STAGE_TASKS_FAILED,
            "numFailedTasks",
            resubmitted,
        ),
        (attribute::SPARK_STAGE_TASKS_KILLED, "numKilledTasks", 0),
        (attribute::SPARK_STAGE_RUN_MS, "executorRunTime", 0),
        (attribute::SPARK_STAGE_CPU_NS, "executorCpuTime", 0),
        (
            attribute::SPARK_STAGE_DESERIALIZE_MS,
            "executorDeserializeTime",
            0,
        ),
        (
            attribute::SPARK_STAGE_DESERIALIZE_CPU_NS,
            "executorDeserializeCpuTime",
            0,
        ),
        (attribute::SPARK_STAGE_GC_MS, "jvmGcTime", 0),
        (attribute::SPARK_STAGE_RESULT_BYTES, "resultSize", 0),
        (
            attribute::SPARK_STAGE_RESULT_SERIALIZATION_MS,
            "resultSerializationTime",
            0,
        ),
        (
            attribute::SPARK_STAGE_MEMORY_SPILLED_BYTES,
            "memoryBytesSpilled",
            0,
        ),
        (
            attribute::SPARK_STAGE_DISK_SPILLED_BYTES,
            "diskBytesSpilled",
            0,
        ),
        (attribute::SPARK_STAGE_INPUT_BYTES, "inputBytes", 0),
        (attribute::SPARK_STAGE_INPUT_RECORDS, "inputRecords", 0),
        (attribute::SPARK_STAGE_OUTPUT_BYTES, "outputBytes", 0),
        (attribute::SPARK_STAGE_OUTPUT_RECORDS, "outputRecords", 0),
    ] {
        let expected = number(stage, field) - difference;
        assert_eq!(
            int(Some(span), key),
            expected,
            "{context}: {field}: {span:#?}"
        );
    }
}

fn check_shuffle(stage: &Json, read: Option<&Span>, write: Option<&Span>, context: &str) {
    for (span, key, field) in [
        (
            read,
            attribute::SPARK_SHUFFLE_READ_LOCAL_BYTES,
            "shuffleLocalBytesRead",
        ),
        (
            read,
            attribute::SPARK_SHUFFLE_READ_REMOTE_BYTES,
            "shuffleRemoteBytesRead",
        ),
        (
            read,
            attribute::SPARK_SHUFFLE_READ_REMOTE_TO_DISK_BYTES,
            "shuffleRemoteBytesReadToDisk",
        ),
        (
            read,
            attribute::SPARK_SHUFFLE_READ_RECORDS,
            "shuffleReadRecords",
        ),
        (
            read,
            attribute::SPARK_SHUFFLE_READ_LOCAL_BLOCKS,
            "shuffleLocalBlocksFetched",
        ),
        (
            read,
            attribute::SPARK_SHUFFLE_READ_REMOTE_BLOCKS,
            "shuffleRemoteBlocksFetched",
        ),
        (
            write,
            attribute::SPARK_SHUFFLE_WRITE_BYTES,
            "shuffleWriteBytes",
        ),
        (
            write,
            attribute::SPARK_SHUFFLE_WRITE_RECORDS,
            "shuffleWriteRecords",
        ),
    ] {
        assert_eq!(int(span, key), number(stage, field), "{context}: {field}");
    }
    // Tasks that read nothing may have waited all the same: Spark counts them, no span shows them.
    let waited = int(read, attribute::SPARK_SHUFFLE_READ_FETCH_WAIT_MS);
    if read.is_some() {
        assert_eq!(waited, number(stage, "shuffleFetchWaitTime"), "{context}");
    }
}

#[test]
fn jobs_are_those_of_the_history_server() {
    for_each_oracle(|fixture, oracle, spans| {
        let jobs = answer(oracle, "jobs").unwrap();
        let found = Spans::new(spans);
        let jobs = jobs.as_array().unwrap();
        assert_eq!(
            found.count(value::spark_span_type::JOB),
            jobs.len(),
            "{}",
            fixture.name
        );
        for job in jobs {
            let id = number(job, "jobId");
            let context = format!("{} job {id}", fixture.name);
            let span = found.0.get(&(value::spark_span_type::JOB, id, -1)).copied();
            let span = span.unwrap_or_else(|| panic!("{context}: no span"));
            let outcome = text(span, attribute::SPARK_OUTCOME);
            match job["status"].as_str().unwrap() {
                "SUCCEEDED" => assert_eq!(outcome, Some("succeeded"), "{context}"),
                "FAILED" => assert!(matches!(outcome, Some("failed" | "killed")), "{context}"),
                _ => assert_eq!(outcome, None, "{context}"),
            }
            if job["status"] != "RUNNING" {
                let skipped = int(Some(span), attribute::SPARK_JOB_STAGES_SKIPPED);
                assert_eq!(
                    skipped,
                    number(job, "numSkippedStages"),
                    "{context}: {job} {span:#?}"
                );
            }
            let times = (
                time_ms(job, "submissionTime"),
                time_ms(job, "completionTime"),
            );
            check_times(span, times.0, times.1, &context);
        }
    });
}

#[test]
fn executions_are_those_of_the_history_server() {
    for_each_oracle(|fixture, oracle, spans| {
        let executions = answer(oracle, "sql").unwrap();
        let found = Spans::new(spans);
        let executions = executions.as_array().unwrap();
        let name = &fixture.name;
        assert_eq!(
            found.count(value::spark_span_type::SQL),
            executions.len(),
            "{name}"
        );
        let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
        for execution in executions {
            let id = number(execution, "id");
            let context = format!("{name} execution {id}");
            let span = found.0.get(&(value::spark_span_type::SQL, id, -1)).copied();
            let span = span.unwrap_or_else(|| panic!("{context}: no span"));
            let status = execution["status"].as_str().unwrap();
            *statuses.entry(status).or_default() += 1;
            let outcome = text(span, attribute::SPARK_OUTCOME);
            match status {
                // Spark 3.4 asks only the execution's own jobs: a failure within a nested one, or without
                // a job, is none to it, though its own event tells the error.
                "COMPLETED" if name.starts_with("3.4") => assert!(outcome.is_some(), "{context}"),
                "COMPLETED" => assert_eq!(outcome, Some("succeeded"), "{context}"),
                "FAILED" => assert!(outcome.is_some(), "{context}: {span:#?}"),
                _ => assert_eq!(outcome, None, "{context}"),
            }
            if status != "RUNNING" {
                let start_ms = time_ms(execution, "submissionTime");
                let end_ms = start_ms.map(|start| start + number(execution, "duration"));
                check_times(span, start_ms, end_ms, &context);
            }
        }
    });
}

/// Calls `check` with each log, the answers beside it, and its spans.
fn for_each_oracle(check: impl Fn(&Fixture, &Path, &[Span])) {
    let mut compared = 0;
    for fixture in fixtures::all() {
        let (spans, summary) = fixture.spans(Settings::default());
        let Some(oracle) = fixture.oracle(&summary) else {
            continue;
        };
        check(&fixture, &oracle, &spans);
        compared += 1;
    }
    assert!(compared > 0, "no log has an answer beside it");
}
