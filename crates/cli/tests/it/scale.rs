//! Logs so large that they are written only while they are read.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::thread;

use sparkspan_model::{Span, TraceId, Value};
use sparkspan_otlp::read_json_line;
use sparkspan_semconv::{attribute, value::spark_span_type};
use sparkspan_testkit::{EventLog, Process, StageTotals, Totals, long_tests};

use crate::command::sparkspan;

const MOST_MEMORY_BYTES: u64 = 200_000_000;
const MOST_SPANS: usize = 10_000;

/// What became of a log.
struct Replayed {
    totals: Totals,
    spans: Vec<Span>,
    peak_memory_bytes: u64,
}

impl Replayed {
    /// Asserts that each query and each job of the log has its span.
    fn assert_nothing_is_missing(&self) {
        let count = |span_type| of_type(&self.spans, span_type).len() as u64;
        assert_eq!(count(spark_span_type::SQL), self.totals.executions);
        assert_eq!(count(spark_span_type::JOB), self.totals.jobs);
    }
}

/// Pipes a log into the command, which writes its spans here: what waits for a receiver would depend on how busy the
/// machine is.
fn replay(log: EventLog, setting: &str) -> Replayed {
    let mut process = Process::start(
        sparkspan(["replay", "-", "--to", "-", "--set", setting])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    );
    let mut stdin = process.stdin.take().unwrap();
    let stdout = BufReader::new(process.stdout.take().unwrap());
    let writer = thread::spawn(move || log.write(&mut stdin).unwrap());
    let mut spans = Vec::new();
    let mut peak_memory_bytes = 0;
    for line in stdout.split(b'\n') {
        spans.extend(read_json_line(&line.unwrap()).unwrap());
        peak_memory_bytes = process.peak_memory_bytes().unwrap_or(peak_memory_bytes);
    }
    assert_eq!(process.exit_code(), Some(0));
    Replayed {
        totals: writer.join().unwrap(),
        spans,
        peak_memory_bytes,
    }
}

fn number(span: &Span, key: &str) -> u64 {
    let number = span.attribute(key).and_then(Value::as_int).unwrap_or(0);
    number.try_into().unwrap()
}

fn of_type<'a>(spans: &'a [Span], span_type: &str) -> Vec<&'a Span> {
    let is_type = |span: &&Span| {
        let found = span.attribute(attribute::SPARK_SPAN_TYPE);
        found.and_then(Value::as_str) == Some(span_type)
    };
    spans.iter().filter(is_type).collect()
}

/// What the spans say of each stage.
fn stages(spans: &[Span]) -> Vec<StageTotals> {
    let shuffle = |span_type, stage_id| {
        let found = of_type(spans, span_type).into_iter();
        found
            .filter(|span| number(span, attribute::SPARK_STAGE_ID) == stage_id)
            .collect::<Vec<_>>()
    };
    let total = |spans: &[&Span], key| spans.iter().map(|span| number(span, key)).sum();
    let mut stages: Vec<StageTotals> = of_type(spans, spark_span_type::STAGE)
        .into_iter()
        .map(|stage| {
            let stage_id = number(stage, attribute::SPARK_STAGE_ID);
            let read = shuffle(spark_span_type::SHUFFLE_READ, stage_id);
            let written = shuffle(spark_span_type::SHUFFLE_WRITE, stage_id);
            StageTotals {
                stage_id,
                succeeded: number(stage, attribute::SPARK_STAGE_TASKS_SUCCEEDED),
                failed: number(stage, attribute::SPARK_STAGE_TASKS_FAILED),
                killed: number(stage, attribute::SPARK_STAGE_TASKS_KILLED),
                run_ms: number(stage, attribute::SPARK_STAGE_RUN_MS),
                written_bytes: total(&written, attribute::SPARK_SHUFFLE_WRITE_BYTES),
                written_records: total(&written, attribute::SPARK_SHUFFLE_WRITE_RECORDS),
                remote_bytes: total(&read, attribute::SPARK_SHUFFLE_READ_REMOTE_BYTES),
                local_bytes: total(&read, attribute::SPARK_SHUFFLE_READ_LOCAL_BYTES),
                read_records: total(&read, attribute::SPARK_SHUFFLE_READ_RECORDS),
            }
        })
        .collect();
    stages.sort_by_key(|stage| stage.stage_id);
    stages
}

/// Scenario: logs of 400 queries and jobs with 10 000 tasks, with 100 000, and in the long tests with a
/// million (5 GB) come through a pipe; one query has a sixth of the tasks.
/// Guarantees: every stage and shuffle has exactly the figures of its log, however few of its tasks have
/// spans; the trace stays small enough to look at; ten times the tasks take no more memory.
#[test]
fn replay_of_any_number_of_tasks_is_exact_in_bounded_memory() {
    let mut sizes = vec![10_000, 100_000];
    if long_tests() {
        sizes.push(1_000_000);
    }
    let mut peaks = Vec::new();
    for tasks in sizes {
        let log = EventLog { tasks, works: 400 };
        let replayed = replay(log, "scope=application");
        let spans = &replayed.spans;
        assert!(replayed.totals.attempts() > tasks, "some are tried again");
        assert_eq!(stages(spans), replayed.totals.stages);
        replayed.assert_nothing_is_missing();
        assert!(spans.iter().all(|span| span.trace_id == spans[0].trace_id));
        assert!(spans.len() <= MOST_SPANS, "{} spans", spans.len());
        peaks.push(replayed.peak_memory_bytes);
    }
    assert_bounded(&peaks);
}

/// Scenario: the log of a server that ran 2 000 queries and jobs, each query in a trace of its own; in the long
/// tests also those of 20 000 and 60 000.
/// Guarantees: none is missing; of what has ended no more than the latest is remembered, so that three times
/// as many take no more memory.
#[test]
fn replay_of_any_number_of_queries_is_in_bounded_memory() {
    let mut sizes = vec![2_000];
    if long_tests() {
        sizes.extend([20_000, 60_000]);
    }
    let mut peaks = Vec::new();
    for works in sizes {
        let tasks = 2 * works;
        let replayed = replay(EventLog { tasks, works }, "scope=unit");
        replayed.assert_nothing_is_missing();
        let traces = replayed.spans.iter().map(|span| span.trace_id);
        let traces: BTreeSet<TraceId> = traces.collect();
        assert_eq!(
            traces.len() as u64,
            replayed.totals.executions + 1,
            "the application has one"
        );
        peaks.push(replayed.peak_memory_bytes);
    }
    assert_bounded(&peaks);
}

/// The last log is several times as large as the one before.
fn assert_bounded(peaks: &[u64]) {
    assert!(
        peaks.iter().all(|peak| *peak <= MOST_MEMORY_BYTES),
        "{peaks:?}"
    );
    if let [.., one, several_times] = peaks {
        assert!(several_times * 5 <= one * 6, "{peaks:?}");
    }
}
