//! Spans to send.

use std::sync::Arc;

use sparkspan_model::{
    Attribute, Link, Resource, Span, SpanEvent, SpanId, SpanKind, Status, TraceId,
};

/// `count` spans of two processes, with one of everything that a span can have.
pub(crate) fn spans(count: u64) -> Vec<Span> {
    let resources = ["driver", "executor"].map(|name| {
        Arc::new(Resource {
            attributes: vec![Attribute::new("service.name", name)],
        })
    });
    let trace_id = TraceId::from_bytes([3; 16]);
    let span_id = |index: u64| SpanId::from_bytes((index + 1).to_be_bytes());
    let span = |index: u64| Span {
        trace_id,
        span_id: span_id(index),
        parent_span_id: (index > 0).then(|| span_id(0)),
        parent_is_remote: index == 0,
        trace_state: "".into(),
        name: "spark.task".into(),
        kind: SpanKind::Internal,
        start_unix_ns: 1_700_000_000_000_000_000 + index,
        end_unix_ns: 1_700_000_001_000_000_000 + index,
        attributes: vec![
            Attribute::new("spark.task.id", i64::try_from(index).unwrap()),
            Attribute::new("spark.executor.id", format!("{}", index % 8)),
        ],
        events: vec![SpanEvent {
            time_unix_ns: 1_700_000_000_500_000_000,
            name: "exception".into(),
            attributes: vec![Attribute::new("exception.type", "FetchFailed")],
        }],
        links: vec![Link {
            trace_id,
            span_id: span_id(0),
            attributes: Vec::new(),
        }],
        status: Status::Error("it failed".into()),
        // The order that a request keeps: one process after the other.
        resource: Arc::clone(&resources[usize::from(index >= count / 2)]),
    };
    (0..count).map(span).collect()
}

/// A span that fills requests quickly.
pub(crate) fn big_span(index: u64) -> Span {
    let mut span = spans(1).swap_remove(0);
    span.span_id = SpanId::from_bytes((index + 1).to_be_bytes());
    span.attributes = vec![Attribute::new("plan", "x".repeat(1 << 20))];
    span
}
