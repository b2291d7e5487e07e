//! Model spans as protobuf fields, written straight into a buffer.
//!
//! Going through generated message types costs an allocation for each key and each text of a span;
//! this is what a replay spends its time on, so the encoder borrows everything. It writes fields in
//! the order of their numbers and leaves defaults out: the same bytes that `prost` writes.

use sparkspan_model::{Attribute, Link, Resource, Span, SpanEvent, SpanKind, Status, Value};

use crate::field;
use crate::generated::trace::v1 as proto;

/// W3C's `sampled` flag, and OTLP's "the next bit is known".
const SAMPLED: u32 = 0x01;
const HAS_IS_REMOTE: u32 = proto::SpanFlags::ContextHasIsRemoteMask as u32;
const IS_REMOTE: u32 = proto::SpanFlags::ContextIsRemoteMask as u32;

/// Appends a `ScopeSpans.spans` field.
pub(crate) fn put_span(out: &mut Vec<u8>, span: &Span) {
    put_message(out, field::scope_spans::SPANS, |out| {
        put_bytes(out, field::span::TRACE_ID, span.trace_id.as_bytes());
        put_bytes(out, field::span::SPAN_ID, span.span_id.as_bytes());
        put_text(out, field::span::TRACE_STATE, &span.trace_state);
        if let Some(parent) = &span.parent_span_id {
            put_bytes(out, field::span::PARENT_SPAN_ID, parent.as_bytes());
        }
        put_text(out, field::span::NAME, &span.name);
        put_number(out, field::span::KIND, kind(span.kind) as u64);
        put_fixed64(out, field::span::START_TIME_UNIX_NANO, span.start_unix_ns);
        put_fixed64(out, field::span::END_TIME_UNIX_NANO, span.end_unix_ns);
        put_attributes(out, field::span::ATTRIBUTES, &span.attributes);
        for event in &span.events {
            put_message(out, field::span::EVENTS, |out| put_event(out, event));
        }
        for link in &span.links {
            put_message(out, field::span::LINKS, |out| put_link(out, link));
        }
        put_status(out, &span.status);
        // Only sampled spans get this far.
        let remote = if span.parent_is_remote { IS_REMOTE } else { 0 };
        put_tag(out, field::span::FLAGS, WireType::Fixed32);
        out.extend_from_slice(&(SAMPLED | HAS_IS_REMOTE | remote).to_le_bytes());
    });
}

/// Appends a `ResourceSpans.resource` field.
pub(crate) fn put_resource(out: &mut Vec<u8>, resource: &Resource) {
    put_message(out, field::resource_spans::RESOURCE, |out| {
        put_attributes(out, field::resource::ATTRIBUTES, &resource.attributes);
    });
}

/// Appends a `ScopeSpans.scope` field.
pub(crate) fn put_scope(out: &mut Vec<u8>, name: &str, version: &str) {
    put_message(out, field::scope_spans::SCOPE, |out| {
        put_text(out, field::scope::NAME, name);
        put_text(out, field::scope::VERSION, version);
    });
}

fn kind(kind: SpanKind) -> proto::span::SpanKind {
    match kind {
        SpanKind::Internal => proto::span::SpanKind::Internal,
        SpanKind::Server => proto::span::SpanKind::Server,
        SpanKind::Client => proto::span::SpanKind::Client,
        SpanKind::Producer => proto::span::SpanKind::Producer,
        SpanKind::Consumer => proto::span::SpanKind::Consumer,
    }
}

fn put_status(out: &mut Vec<u8>, status: &Status) {
    let (code, message) = match status {
        Status::Unset => return,
        Status::Ok => (proto::status::StatusCode::Ok, ""),
        Status::Error(message) => (proto::status::StatusCode::Error, message.as_ref()),
    };
    put_message(out, field::span::STATUS, |out| {
        put_text(out, field::status::MESSAGE, message);
        put_number(out, field::status::CODE, code as u64);
    });
}

fn put_event(out: &mut Vec<u8>, event: &SpanEvent) {
    put_fixed64(out, field::event::TIME_UNIX_NANO, event.time_unix_ns);
    put_text(out, field::event::NAME, &event.name);
    put_attributes(out, field::event::ATTRIBUTES, &event.attributes);
}

fn put_link(out: &mut Vec<u8>, link: &Link) {
    put_bytes(out, field::link::TRACE_ID, link.trace_id.as_bytes());
    put_bytes(out, field::link::SPAN_ID, link.span_id.as_bytes());
    put_attributes(out, field::link::ATTRIBUTES, &link.attributes);
}

fn put_attributes(out: &mut Vec<u8>, field: u32, attributes: &[Attribute]) {
    for attribute in attributes {
        put_message(out, field, |out| {
            put_text(out, field::key_value::KEY, &attribute.key);
            put_message(out, field::key_value::VALUE, |out| {
                put_value(out, &attribute.value);
            });
        });
    }
}

/// Writes an `AnyValue`. It is a union, so its fields are written also where they are empty.
fn put_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(text) => put_bytes(out, field::any_value::STRING_VALUE, text.as_bytes()),
        Value::Bool(truth) => {
            put_tag(out, field::any_value::BOOL_VALUE, WireType::Varint);
            out.push(u8::from(*truth));
        }
        Value::Int(number) => put_int(out, *number),
        Value::Double(number) => {
            put_tag(out, field::any_value::DOUBLE_VALUE, WireType::Fixed64);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::Strings(texts) => put_array(out, texts, |out, text| {
            put_bytes(out, field::any_value::STRING_VALUE, text.as_bytes());
        }),
        Value::Ints(numbers) => put_array(out, numbers, |out, number| put_int(out, *number)),
    }
}

fn put_int(out: &mut Vec<u8>, number: i64) {
    put_tag(out, field::any_value::INT_VALUE, WireType::Varint);
    put_varint(out, number.cast_unsigned());
}

fn put_array<T>(out: &mut Vec<u8>, items: &[T], put_item: impl Fn(&mut Vec<u8>, &T)) {
    put_message(out, field::any_value::ARRAY_VALUE, |out| {
        for item in items {
            put_message(out, field::VALUES, |out| put_item(out, item));
        }
    });
}

#[derive(Clone, Copy)]
enum WireType {
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    Fixed32 = 5,
}

fn put_tag(out: &mut Vec<u8>, field: u32, wire_type: WireType) {
    put_varint(out, u64::from(field << 3 | wire_type as u32));
}

/// Appends a varint field, unless it has its default.
fn put_number(out: &mut Vec<u8>, field: u32, number: u64) {
    if number != 0 {
        put_tag(out, field, WireType::Varint);
        put_varint(out, number);
    }
}

/// Appends a `fixed64` field, unless it has its default.
fn put_fixed64(out: &mut Vec<u8>, field: u32, number: u64) {
    if number != 0 {
        put_tag(out, field, WireType::Fixed64);
        out.extend_from_slice(&number.to_le_bytes());
    }
}

/// Appends a `string` field, unless it has its default.
fn put_text(out: &mut Vec<u8>, field: u32, text: &str) {
    if !text.is_empty() {
        put_bytes(out, field, text.as_bytes());
    }
}

/// Appends a length-delimited field.
fn put_bytes(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    put_tag(out, field, WireType::Length);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a message field that `put_fields` fills.
///
/// The length stands before the content but is known after it. One byte is left for it, which is
/// enough for most attributes; a longer one moves the content. That is cheaper than to measure each
/// message before it is written, as long as few levels are big.
pub(crate) fn put_message(out: &mut Vec<u8>, field: u32, put_fields: impl FnOnce(&mut Vec<u8>)) {
    put_tag(out, field, WireType::Length);
    let length_at = out.len();
    out.push(0);
    let content_at = out.len();
    put_fields(out);
    let content_end = out.len();
    let length = (content_end - content_at) as u64;
    let extra = varint_len(length) - 1;
    if extra > 0 {
        out.resize(content_end + extra, 0);
        out.copy_within(content_at..content_end, content_at + extra);
    }
    write_varint(&mut out[length_at..=length_at + extra], length);
}

fn put_varint(out: &mut Vec<u8>, number: u64) {
    if let Ok(byte @ 0..0x80) = u8::try_from(number) {
        out.push(byte);
        return;
    }
    let mut bytes = [0; 10];
    let length = varint_len(number);
    write_varint(&mut bytes[..length], number);
    out.extend_from_slice(&bytes[..length]);
}

/// Fills `bytes`, which has [`varint_len`] of `number`.
fn write_varint(bytes: &mut [u8], mut number: u64) {
    for byte in bytes.iter_mut() {
        *byte = number.to_le_bytes()[0] | 0x80;
        number >>= 7;
    }
    if let Some(last) = bytes.last_mut() {
        *last &= 0x7f;
    }
}

/// How many bytes the varint of `number` takes: one for each seven bits.
fn varint_len(number: u64) -> usize {
    let bits = u64::BITS - (number | 1).leading_zeros();
    bits.div_ceil(7) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use prost::Message as _;

    use super::*;
    use crate::batch::{Batcher, MAX_REQUEST_BYTES};
    use crate::generated::collector::trace::v1::ExportTraceServiceRequest;
    use crate::testing::any_spans;

    proptest! {
        /// Scenario: any spans are encoded here, decoded by prost, and encoded again by prost.
        /// Guarantees: prost reads the spans that went in, and writes the same bytes.
        #[test]
        fn bytes_are_those_that_prost_writes(spans in any_spans()) {
            let mut batcher = Batcher::new(MAX_REQUEST_BYTES);
            for span in spans.clone() {
                prop_assert!(batcher.push(span).is_none());
            }
            let request = batcher.take().unwrap();
            let message = ExportTraceServiceRequest::decode(request.bytes.as_slice()).unwrap();
            prop_assert_eq!(message.encode_to_vec(), request.bytes);
            prop_assert_eq!(crate::decode::spans(message).spans, spans);
        }

        #[test]
        fn varint_has_the_length_that_prost_gives_it(number: u64) {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, number);
            let mut expected = Vec::new();
            prost::encoding::encode_varint(number, &mut expected);
            prop_assert_eq!(bytes, expected);
        }
    }

    #[test]
    fn flags_tell_where_the_parent_was() {
        let resource = crate::testing::a_resource("driver");
        for (remote, flags) in [(false, 0x101), (true, 0x301)] {
            let mut span = crate::testing::a_span("root", &resource);
            span.parent_is_remote = remote;
            let mut bytes = Vec::new();
            put_span(&mut bytes, &span);
            let scope = proto::ScopeSpans::decode(bytes.as_slice()).unwrap();
            assert_eq!(scope.spans[0].flags, flags);
        }
    }
}
