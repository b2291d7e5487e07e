//! Messages as model spans: what the receiver and the JSON reader hand on.

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use sparkspan_model::{
    Attribute, Link, Resource, Span, SpanEvent, SpanId, SpanKind, Status, TraceId, Value,
};

use crate::generated::collector::trace::v1::ExportTraceServiceRequest;
use crate::generated::common::v1::{AnyValue, KeyValue, any_value};
use crate::generated::trace::v1 as proto;

/// The spans of a request.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) spans: Vec<Span>,
    /// Spans without valid ids: OTLP forbids them, and nothing can refer to them.
    pub(crate) rejected: usize,
}

/// The request's spans, in its order.
pub(crate) fn spans(request: ExportTraceServiceRequest) -> Decoded {
    let mut decoded = Decoded {
        spans: Vec::new(),
        rejected: 0,
    };
    for group in request.resource_spans {
        let resource = Arc::new(Resource {
            attributes: attributes(group.resource.unwrap_or_default().attributes),
        });
        for message in group.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            match span(message, &resource) {
                Some(span) => decoded.spans.push(span),
                None => decoded.rejected += 1,
            }
        }
    }
    decoded
}

/// The span, unless its ids are invalid.
fn span(message: proto::Span, resource: &Arc<Resource>) -> Option<Span> {
    let parent_span_id = match message.parent_span_id.as_slice() {
        [] => None,
        bytes => Some(SpanId::from_bytes(valid_id(bytes)?)),
    };
    Some(Span {
        trace_id: TraceId::from_bytes(valid_id(&message.trace_id)?),
        span_id: SpanId::from_bytes(valid_id(&message.span_id)?),
        parent_span_id,
        parent_is_remote: message.flags & proto::SpanFlags::ContextIsRemoteMask as u32 != 0,
        kind: kind(message.kind()),
        trace_state: message.trace_state.into(),
        name: message.name.into(),
        start_unix_ns: message.start_time_unix_nano,
        end_unix_ns: message.end_time_unix_nano.max(message.start_time_unix_nano),
        attributes: attributes(message.attributes),
        events: message.events.into_iter().map(event).collect(),
        links: message.links.into_iter().filter_map(link).collect(),
        status: message.status.map(status).unwrap_or_default(),
        resource: Arc::clone(resource),
    })
}

/// An id of the right length that is not all zero.
fn valid_id<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok().filter(|id| *id != [0; N])
}

fn kind(kind: proto::span::SpanKind) -> SpanKind {
    match kind {
        proto::span::SpanKind::Unspecified | proto::span::SpanKind::Internal => SpanKind::Internal,
        proto::span::SpanKind::Server => SpanKind::Server,
        proto::span::SpanKind::Client => SpanKind::Client,
        proto::span::SpanKind::Producer => SpanKind::Producer,
        proto::span::SpanKind::Consumer => SpanKind::Consumer,
    }
}

fn status(status: proto::Status) -> Status {
    match status.code() {
        proto::status::StatusCode::Unset => Status::Unset,
        proto::status::StatusCode::Ok => Status::Ok,
        proto::status::StatusCode::Error => Status::Error(status.message.into()),
    }
}

fn event(event: proto::span::Event) -> SpanEvent {
    SpanEvent {
        time_unix_ns: event.time_unix_nano,
        name: event.name.into(),
        attributes: attributes(event.attributes),
    }
}

/// The link, unless its ids are invalid: then it points to nothing.
fn link(link: proto::span::Link) -> Option<Link> {
    Some(Link {
        trace_id: TraceId::from_bytes(valid_id(&link.trace_id)?),
        span_id: SpanId::from_bytes(valid_id(&link.span_id)?),
        attributes: attributes(link.attributes),
    })
}

/// The attributes that have a value.
fn attributes(attributes: Vec<KeyValue>) -> Vec<Attribute> {
    attributes
        .into_iter()
        .filter_map(|attribute| {
            let value = value(attribute.value?.value?);
            Some(Attribute::new(attribute.key, value))
        })
        .collect()
}

/// The value. What span attributes do not use (maps, bytes, mixed lists) becomes text.
fn value(value: any_value::Value) -> Value {
    use any_value::Value as Any;
    match value {
        Any::StringValue(text) => Value::from(text),
        Any::BoolValue(truth) => Value::Bool(truth),
        Any::IntValue(number) => Value::Int(number),
        Any::StringValueStrindex(index) => Value::from(index),
        Any::DoubleValue(number) => Value::Double(number),
        Any::ArrayValue(array) => list(array.values),
        Any::BytesValue(_) | Any::KvlistValue(_) => Value::from(text(value)),
    }
}

fn list(items: Vec<AnyValue>) -> Value {
    let numbers: Option<Vec<i64>> = items
        .iter()
        .map(|item| match item.value {
            Some(any_value::Value::IntValue(number)) => Some(number),
            _ => None,
        })
        .collect();
    match numbers {
        Some(numbers) if !numbers.is_empty() => Value::Ints(numbers),
        _ => {
            let texts: Vec<String> = items
                .into_iter()
                .filter_map(|item| item.value)
                .map(text)
                .collect();
            Value::from(texts)
        }
    }
}

/// A text as it is, anything else as plain JSON.
fn text(value: any_value::Value) -> String {
    match plain(value) {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

fn plain(value: any_value::Value) -> serde_json::Value {
    use any_value::Value as Any;
    let plain_or_null = |item: AnyValue| item.value.map_or(serde_json::Value::Null, plain);
    match value {
        Any::StringValue(text) => text.into(),
        Any::BoolValue(truth) => truth.into(),
        Any::IntValue(number) => number.into(),
        Any::StringValueStrindex(index) => index.into(),
        Any::DoubleValue(number) => number.into(),
        Any::BytesValue(bytes) => BASE64_STANDARD.encode(bytes).into(),
        Any::ArrayValue(array) => array.values.into_iter().map(plain_or_null).collect(),
        Any::KvlistValue(list) => list
            .values
            .into_iter()
            .map(|entry| (entry.key, plain_or_null(entry.value.unwrap_or_default())))
            .collect(),
    }
}
