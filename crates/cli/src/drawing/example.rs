//! Spans made by hand, for tests.

use std::sync::Arc;

use sparkspan_model::{Attribute, Resource, Span, SpanId, SpanKind, Status, TraceId, Value};
use sparkspan_semconv::value::{spark_outcome, spark_span_type as kind};
use sparkspan_semconv::{attribute, span as name};

const START_UNIX_MS: u64 = 1_795_384_249_000;

/// A span of no kind, from and to milliseconds after a fixed moment.
pub(crate) fn span(
    id: u64,
    parent: Option<u64>,
    name: &'static str,
    from_ms: u64,
    to_ms: u64,
) -> Span {
    Span {
        trace_id: TraceId::from_bytes(*b"sparkspan: trace"),
        span_id: SpanId::from_bytes(id.to_be_bytes()),
        parent_span_id: parent.map(|parent| SpanId::from_bytes(parent.to_be_bytes())),
        parent_is_remote: false,
        trace_state: "".into(),
        name: name.into(),
        kind: SpanKind::Internal,
        start_unix_ns: (START_UNIX_MS + from_ms) * 1_000_000,
        end_unix_ns: (START_UNIX_MS + to_ms) * 1_000_000,
        attributes: Vec::new(),
        events: Vec::new(),
        links: Vec::new(),
        status: Status::Unset,
        resource: Arc::new(Resource {
            attributes: vec![
                Attribute::new(attribute::SERVICE_NAME, "nightly orders-driver"),
                Attribute::new(attribute::SPARK_APP_NAME, "nightly orders"),
                Attribute::new(attribute::SPARK_APP_ID, "app-20261122215049-0000"),
            ],
        }),
    }
}

/// An application with two queries, one of which fails.
pub(crate) fn application() -> Vec<Span> {
    let mut spans = vec![
        with(
            span(1, None, name::APPLICATION, 0, 72_400),
            kind::APPLICATION,
            [
                (attribute::SPARK_VERSION, "3.5.9".into()),
                (
                    attribute::SPARK_APP_MASTER,
                    "local-cluster[2,1,1024]".into(),
                ),
            ],
        ),
        query(2, 3, "INSERT daily SELECT orders customers", 1_000, 45_000),
        phase(3, 2, "analysis", 1_000, 1_012),
        phase(4, 2, "optimization", 1_012, 1_030),
        phase(5, 2, "planning", 1_030, 1_210),
        job(6, 2, 7, 1_300, 44_900),
        with(
            span(
                7,
                Some(6),
                "spark.stage Scan parquet > Project > Exchange",
                1_400,
                9_000,
            ),
            kind::STAGE,
            [
                (attribute::SPARK_STAGE_ID, 12.into()),
                (attribute::SPARK_STAGE_ATTEMPT, 0.into()),
                (attribute::SPARK_STAGE_TASKS_TOTAL, 200.into()),
                (attribute::SPARK_STAGE_INPUT_BYTES, 123_456_789_i64.into()),
            ],
        ),
        with(
            span(8, Some(7), name::SHUFFLE_WRITE, 1_500, 8_900),
            kind::SHUFFLE_WRITE,
            [
                (attribute::SPARK_SHUFFLE_WRITE_BYTES, 45_678_901_i64.into()),
                (attribute::SPARK_SHUFFLE_WRITE_RECORDS, 1_000_000_i64.into()),
            ],
        ),
        with(
            span(
                9,
                Some(6),
                "spark.stage Exchange > SortMergeJoin > HashAggregate",
                9_050,
                44_800,
            ),
            kind::STAGE,
            [
                (attribute::SPARK_STAGE_ID, 13.into()),
                (attribute::SPARK_STAGE_ATTEMPT, 1.into()),
                (attribute::SPARK_STAGE_TASKS_TOTAL, 8.into()),
                (attribute::SPARK_STAGE_TASKS_FAILED, 1.into()),
                (attribute::SPARK_STAGE_TASK_TIME_SKEW, 8.25.into()),
                (attribute::SPARK_STAGE_TASK_TIME_MAX_MS, 35_000.into()),
                (
                    attribute::SPARK_STAGE_DISK_SPILLED_BYTES,
                    5_000_000_000_i64.into(),
                ),
            ],
        ),
        with(
            span(10, Some(9), name::SHUFFLE_READ, 9_050, 20_000),
            kind::SHUFFLE_READ,
            [
                (
                    attribute::SPARK_SHUFFLE_READ_LOCAL_BYTES,
                    20_000_000_i64.into(),
                ),
                (
                    attribute::SPARK_SHUFFLE_READ_REMOTE_BYTES,
                    25_678_901_i64.into(),
                ),
                (attribute::SPARK_SHUFFLE_READ_FETCH_WAIT_MS, 2_300.into()),
            ],
        ),
        query(20, 4, "SELECT daily", 46_000, 72_000),
        job(21, 20, 8, 46_100, 71_900),
    ];
    spans.extend((0..6).map(task));
    for failed in &mut spans[10..12] {
        fail(failed, "org.apache.spark.SparkException");
    }
    spans
}

fn task(number: u64) -> Span {
    let from_ms = 9_100 + number * 10;
    let to_ms = from_ms + 4_000 + number;
    let mut task = with(
        span(100 + number, Some(9), name::TASK, from_ms, to_ms),
        kind::TASK,
        [
            (
                attribute::SPARK_TASK_ID,
                i64::try_from(500 + number).unwrap().into(),
            ),
            (
                attribute::SPARK_EXECUTOR_ID,
                (number % 2).to_string().into(),
            ),
        ],
    );
    if number == 2 {
        fail(&mut task, "java.lang.ArithmeticException");
    }
    task
}

fn query(id: u64, execution: i64, summary: &'static str, from_ms: u64, to_ms: u64) -> Span {
    with(
        span(id, Some(1), summary, from_ms, to_ms),
        kind::SQL,
        [(attribute::SPARK_SQL_EXECUTION_ID, execution.into())],
    )
}

fn phase(id: u64, query: u64, phase: &'static str, from_ms: u64, to_ms: u64) -> Span {
    with(
        span(id, Some(query), name::SQL_PHASE, from_ms, to_ms),
        kind::PHASE,
        [(attribute::SPARK_SQL_PHASE_NAME, phase.into())],
    )
}

fn job(id: u64, query: u64, job: i64, from_ms: u64, to_ms: u64) -> Span {
    with(
        span(id, Some(query), name::JOB, from_ms, to_ms),
        kind::JOB,
        [
            (attribute::SPARK_JOB_ID, job.into()),
            (attribute::SPARK_JOB_STAGES_RUN, 2.into()),
            (attribute::SPARK_JOB_STAGES_SKIPPED, 1.into()),
        ],
    )
}

fn fail(span: &mut Span, class: &'static str) {
    span.status = Status::Error("".into());
    span.attributes
        .push(Attribute::new(attribute::ERROR_TYPE, class));
    span.attributes.push(Attribute::new(
        attribute::SPARK_OUTCOME,
        spark_outcome::FAILED,
    ));
}

fn with<const N: usize>(
    mut span: Span,
    kind: &'static str,
    attributes: [(&'static str, Value); N],
) -> Span {
    span.attributes
        .push(Attribute::new(attribute::SPARK_SPAN_TYPE, kind));
    span.attributes
        .extend(attributes.map(|(key, value)| Attribute::new(key, value)));
    span
}
