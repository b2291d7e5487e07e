//! Spans for this crate's own unit tests.

use std::borrow::Cow;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use sparkspan_model::{
    Attribute, Link, Resource, Span, SpanEvent, SpanId, SpanKind, Status, TraceId, Value,
};

pub(crate) fn a_resource(name: &str) -> Arc<Resource> {
    Arc::new(Resource {
        attributes: vec![Attribute::new("service.name", name.to_owned())],
    })
}

pub(crate) fn a_span(name: &'static str, resource: &Arc<Resource>) -> Span {
    Span {
        trace_id: TraceId::from_bytes([7; 16]),
        span_id: SpanId::from_bytes([9; 8]),
        parent_span_id: None,
        parent_is_remote: false,
        trace_state: "".into(),
        name: name.into(),
        kind: SpanKind::Internal,
        start_unix_ns: 1_700_000_000_000_000_000,
        end_unix_ns: 1_700_000_000_500_000_000,
        attributes: vec![Attribute::new("spark.stage.id", 7)],
        events: Vec::new(),
        links: Vec::new(),
        status: Status::Unset,
        resource: Arc::clone(resource),
    }
}

/// Spans of a few resources, each resource's together: the order that a request keeps.
pub(crate) fn any_spans() -> impl Strategy<Value = Vec<Span>> {
    vec(vec(any_span(), 1..8), 1..4).prop_map(|groups| {
        let mut spans = Vec::new();
        for (index, group) in groups.into_iter().enumerate() {
            let resource = a_resource(&format!("service {index}"));
            spans.extend(group.into_iter().map(|span| Span {
                resource: Arc::clone(&resource),
                ..span
            }));
        }
        spans
    })
}

fn any_span() -> impl Strategy<Value = Span> {
    let identity = (
        any_trace_id(),
        any_span_id(),
        prop::option::of(any_span_id()),
        any::<bool>(),
        any_text(),
    );
    let what = (
        any_text(),
        any_kind(),
        any::<u64>(),
        any::<u64>(),
        any_status(),
    );
    let more = (
        any_attributes(),
        vec(any_event(), 0..3),
        vec(any_link(), 0..3),
    );
    (identity, what, more).prop_map(|(identity, what, more)| {
        let (trace_id, span_id, parent_span_id, parent_is_remote, trace_state) = identity;
        let (name, kind, one_time, other_time, status) = what;
        let (attributes, events, links) = more;
        Span {
            trace_id,
            span_id,
            parent_span_id,
            parent_is_remote,
            trace_state,
            name,
            kind,
            start_unix_ns: one_time.min(other_time),
            end_unix_ns: one_time.max(other_time),
            attributes,
            events,
            links,
            status,
            resource: Arc::default(),
        }
    })
}

fn any_trace_id() -> impl Strategy<Value = TraceId> {
    any::<[u8; 16]>().prop_map(TraceId::from_bytes)
}

fn any_span_id() -> impl Strategy<Value = SpanId> {
    any::<[u8; 8]>().prop_map(SpanId::from_bytes)
}

fn any_kind() -> impl Strategy<Value = SpanKind> {
    prop::sample::select(vec![
        SpanKind::Internal,
        SpanKind::Server,
        SpanKind::Client,
        SpanKind::Producer,
        SpanKind::Consumer,
    ])
}

fn any_status() -> impl Strategy<Value = Status> {
    prop_oneof![
        Just(Status::Unset),
        Just(Status::Ok),
        any_text().prop_map(Status::Error),
    ]
}

fn any_event() -> impl Strategy<Value = SpanEvent> {
    (any::<u64>(), any_text(), any_attributes()).prop_map(|(time_unix_ns, name, attributes)| {
        SpanEvent {
            time_unix_ns,
            name,
            attributes,
        }
    })
}

fn any_link() -> impl Strategy<Value = Link> {
    (any_trace_id(), any_span_id(), any_attributes()).prop_map(|(trace_id, span_id, attributes)| {
        Link {
            trace_id,
            span_id,
            attributes,
        }
    })
}

fn any_attributes() -> impl Strategy<Value = Vec<Attribute>> {
    vec(
        (any_text(), any_value()).prop_map(|(key, value)| Attribute::new(key, value)),
        0..5,
    )
}

/// A list of numbers has one at least: OTLP does not tell of what type an empty list is.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any_text().prop_map(Value::String),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Double),
        vec(any_text(), 0..4).prop_map(Value::Strings),
        vec(any::<i64>(), 1..4).prop_map(Value::Ints),
    ]
}

/// Short texts and some whose length does not fit into one byte.
fn any_text() -> impl Strategy<Value = Cow<'static, str>> {
    prop_oneof![4 => ".{0,12}", 1 => ".{100,200}"].prop_map(Cow::Owned)
}
