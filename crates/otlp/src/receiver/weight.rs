//! What a request takes in memory once it is decoded, told before it is.
//!
//! Two bytes of protobuf, and three of JSON, can be a span of hundreds: how long a body is says little. So it is
//! walked through once without keeping anything, and each message in it is counted with its size.

use std::fmt;
use std::mem::size_of;

use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::request::Refusal;
use crate::field;
use crate::generated::common::v1 as common;
use crate::generated::trace::v1 as trace;

/// How much a request may take. Six times the longest body: those of real senders take three times theirs.
pub(super) const MAX_DECODED_BYTES: usize = 48 << 20;

/// How deep messages may be nested. Each is two levels of JSON at most, of which its readers take 128.
const MAX_DEPTH: usize = 60;

/// A message of OTLP, as far as it can be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Message {
    Request,
    ResourceSpans,
    Resource,
    Entity,
    ScopeSpans,
    Scope,
    Span,
    Event,
    Link,
    KeyValue,
    /// The value of a [`Message::KeyValue`], whose size is in that one's.
    Value,
    Item,
    Array,
    Map,
    Text,
    /// Nobody knows: it is taken for the greatest one.
    Unknown,
}

/// Which messages are in which, under which number and which name.
const FIELDS: [(Message, u32, &str, Message); 23] = {
    use Message::{
        Array, Entity, Event, Item, KeyValue, Link, Map, Request, Resource, ResourceSpans, Scope,
        ScopeSpans, Span, Text, Value,
    };
    [
        (
            Request,
            field::request::RESOURCE_SPANS,
            "resourceSpans",
            ResourceSpans,
        ),
        (
            ResourceSpans,
            field::resource_spans::RESOURCE,
            "resource",
            Resource,
        ),
        (
            ResourceSpans,
            field::resource_spans::SCOPE_SPANS,
            "scopeSpans",
            ScopeSpans,
        ),
        (
            Resource,
            field::resource::ATTRIBUTES,
            "attributes",
            KeyValue,
        ),
        (Resource, field::resource::ENTITY_REFS, "entityRefs", Entity),
        (Entity, field::entity_ref::ID_KEYS, "idKeys", Text),
        (
            Entity,
            field::entity_ref::DESCRIPTION_KEYS,
            "descriptionKeys",
            Text,
        ),
        (ScopeSpans, field::scope_spans::SCOPE, "scope", Scope),
        (ScopeSpans, field::scope_spans::SPANS, "spans", Span),
        (Scope, field::scope::ATTRIBUTES, "attributes", KeyValue),
        (Span, field::span::ATTRIBUTES, "attributes", KeyValue),
        (Span, field::span::EVENTS, "events", Event),
        (Span, field::span::LINKS, "links", Link),
        // It is in the span, and holds nothing that is repeated.
        (Span, field::span::STATUS, "status", Value),
        (Event, field::event::ATTRIBUTES, "attributes", KeyValue),
        (Link, field::link::ATTRIBUTES, "attributes", KeyValue),
        (KeyValue, field::key_value::VALUE, "value", Value),
        (Value, field::any_value::ARRAY_VALUE, "arrayValue", Array),
        (Value, field::any_value::KVLIST_VALUE, "kvlistValue", Map),
        (Item, field::any_value::ARRAY_VALUE, "arrayValue", Array),
        (Item, field::any_value::KVLIST_VALUE, "kvlistValue", Map),
        (Array, field::VALUES, "values", Item),
        (Map, field::VALUES, "values", KeyValue),
    ]
};

impl Message {
    fn bytes(self) -> usize {
        match self {
            Self::ResourceSpans => size_of::<trace::ResourceSpans>(),
            Self::ScopeSpans => size_of::<trace::ScopeSpans>(),
            Self::Span | Self::Unknown => size_of::<trace::Span>(),
            Self::Event => size_of::<trace::span::Event>(),
            Self::Link => size_of::<trace::span::Link>(),
            Self::KeyValue => size_of::<common::KeyValue>(),
            Self::Item => size_of::<common::AnyValue>(),
            Self::Entity => size_of::<common::EntityRef>(),
            Self::Text => size_of::<String>(),
            Self::Request
            | Self::Resource
            | Self::Scope
            | Self::Value
            | Self::Array
            | Self::Map => 0,
        }
    }

    fn at_number(self, number: u32) -> Option<Self> {
        let mut fields = FIELDS.iter();
        let field = fields.find(|field| field.0 == self && field.1 == number);
        field.map(|field| field.3)
    }

    fn at_name(self, name: &str) -> Self {
        let mut fields = FIELDS.iter();
        let field = fields.find(|field| field.0 == self && field.2 == name);
        field.map_or(Self::Unknown, |field| field.3)
    }
}

/// The bytes counted so far.
struct Weight(usize);

impl Weight {
    fn add(&mut self, message: Message) -> Result<(), Refusal> {
        self.0 += message.bytes();
        if self.0 > MAX_DECODED_BYTES {
            return Err(Refusal::TooLong);
        }
        Ok(())
    }
}

/// What a request in protobuf takes.
pub(super) fn of_protobuf(request: &[u8]) -> Result<usize, Refusal> {
    let malformed = |_| Refusal::Malformed;
    let mut weight = Weight(request.len());
    let (mut message, mut rest) = (Some(Message::Request), request);
    let mut outer = Vec::new();
    loop {
        if rest.is_empty() {
            let Some(before) = outer.pop() else {
                return Ok(weight.0);
            };
            (message, rest) = before;
            continue;
        }
        let (number, wire_type) = decode_key(&mut rest).map_err(malformed)?;
        if wire_type != WireType::LengthDelimited {
            skip_field(wire_type, number, &mut rest, DecodeContext::default())
                .map_err(malformed)?;
            continue;
        }
        let length = decode_varint(&mut rest).map_err(malformed)?;
        let length = usize::try_from(length).map_err(|_| Refusal::Malformed)?;
        let (inner, after) = rest.split_at_checked(length).ok_or(Refusal::Malformed)?;
        rest = after;
        let Some(field) = message.and_then(|message| message.at_number(number)) else {
            continue;
        };
        weight.add(field)?;
        if field != Message::Text {
            if outer.len() == MAX_DEPTH {
                return Err(Refusal::Malformed);
            }
            outer.push((message, rest));
            (message, rest) = (Some(field), inner);
        }
    }
}

/// What a request in JSON takes.
pub(super) fn of_json(request: &[u8]) -> Result<usize, Refusal> {
    let mut weight = Weight(request.len());
    let walk = Walk {
        message: Message::Request,
        is_item: false,
        weight: &mut weight,
    };
    let mut json = serde_json::Deserializer::from_slice(request);
    let walked = json.deserialize_any(walk);
    match walked {
        _ if weight.0 > MAX_DECODED_BYTES => Err(Refusal::TooLong),
        Ok(()) => Ok(weight.0),
        Err(_) => Err(Refusal::Malformed),
    }
}

/// Walks through a JSON value, which holds this message or a list of it.
struct Walk<'a> {
    message: Message,
    /// It is in a list.
    is_item: bool,
    weight: &'a mut Weight,
}

impl Walk<'_> {
    fn count<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.weight
            .add(self.message)
            .map_err(|_| E::custom("too long"))
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<(), M::Error> {
        self.count()?;
        while let Some(message) = map.next_key_seed(Field(self.message))? {
            map.next_value_seed(Walk {
                message,
                is_item: false,
                weight: self.weight,
            })?;
        }
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(mut self, mut list: S) -> Result<(), S::Error> {
        // A message may be written as the list of its fields.
        if self.is_item {
            self.message = Message::Unknown;
        }
        self.count()?;
        loop {
            let item = Walk {
                message: self.message,
                is_item: true,
                weight: self.weight,
            };
            if list.next_element_seed(item)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_str<E: serde::de::Error>(mut self, _: &str) -> Result<(), E> {
        if self.message == Message::Text {
            self.count()?;
        }
        Ok(())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
}

/// The name of a field in a message: what the field holds.
struct Field(Message);

impl<'de> DeserializeSeed<'de> for Field {
    type Value = Message;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Message, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Field {
    type Value = Message;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Message, E> {
        Ok(self.0.at_name(name))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use prost::Message as _;
    use sparkspan_model::SpanSink as _;

    use super::*;
    use crate::batch::Batcher;
    use crate::generated::collector::trace::v1::ExportTraceServiceRequest;
    use crate::json::JsonWriter;
    use crate::testing::any_spans;

    proptest! {
        /// Scenario: any spans, in protobuf and in JSON.
        /// Guarantees: both are weighed, with at least the sizes of their spans, and by JSON not less.
        #[test]
        fn spans_weigh_at_least_what_they_are(spans in any_spans()) {
            let (mut batcher, mut line) = (Batcher::new(1 << 20), Vec::new());
            let mut writer = JsonWriter::new(&mut line);
            for span in spans.iter().cloned() {
                writer.accept(span.clone());
                prop_assert_eq!(batcher.push(span), None);
            }
            writer.finish().unwrap();
            let Some(request) = batcher.take() else { return Ok(()) };
            let protobuf = of_protobuf(&request.bytes).unwrap();
            prop_assert!(protobuf >= request.bytes.len() + spans.len() * size_of::<trace::Span>());
            prop_assert!(of_json(&line).unwrap() - line.len() >= protobuf - request.bytes.len());
        }

        /// Scenario: any bytes.
        /// Guarantees: an answer.
        #[test]
        fn any_bytes_are_weighed(bytes: Vec<u8>) {
            let _ = of_protobuf(&bytes);
            let _ = of_json(&bytes);
        }
    }

    fn field(number: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![number << 3 | 2];
        prost::encoding::encode_varint(content.len() as u64, &mut bytes);
        bytes.extend_from_slice(content);
        bytes
    }

    /// Scenario: as many empty messages as a body holds, of each kind that can be repeated, by protobuf and by JSON,
    /// there also as lists of fields and under names that nobody knows.
    /// Guarantees: each is refused as too long before it is decoded.
    #[test]
    fn many_small_messages_are_too_long() {
        let many = |bytes: &[u8]| bytes.repeat((7 << 20) / bytes.len());
        let span = |content: &[u8]| field(1, &field(2, &field(2, content)));
        for request in [
            many(&[10, 0]),
            field(1, &many(&[18, 0])),
            field(1, &field(2, &many(&[18, 0]))),
            span(&many(&[74, 0])),
            span(&many(&[90, 0])),
            span(&many(&[106, 0])),
            field(1, &field(1, &many(&[10, 0]))),
            field(1, &field(1, &field(3, &many(&[26, 0])))),
            span(&field(9, &field(2, &field(5, &many(&[10, 0]))))),
        ] {
            assert_eq!(of_protobuf(&request), Err(Refusal::TooLong));
        }
        for (before, item) in [
            ("{\"resourceSpans\":[", "{}"),
            ("{\"resourceSpans\":[", "[]"),
            ("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[", "{}"),
            ("{\"resourceSpans\":[[null,[[null,[", "[]"),
            ("{\"resource_spans\":[{\"scope_spans\":[{\"spans\":[", "{}"),
        ] {
            let text = [before.as_bytes(), &many(format!("{item},").as_bytes())].concat();
            assert_eq!(of_json(&text), Err(Refusal::TooLong), "{before}");
        }
    }

    /// Scenario: lists within lists, deeper and deeper, until they are refused.
    /// Guarantees: the line that is kept of what was taken can be read.
    #[test]
    fn what_is_taken_can_be_kept_and_read() {
        let mut deep = Vec::new();
        let mut depth = 0;
        loop {
            let value = field(9, &field(2, &deep));
            let request = field(1, &field(2, &field(2, &value)));
            if of_protobuf(&request).is_err() {
                break;
            }
            let message = ExportTraceServiceRequest::decode(request.as_slice()).unwrap();
            let line = crate::json::line(&message).unwrap();
            let read: Result<ExportTraceServiceRequest, _> = serde_json::from_slice(&line);
            assert_eq!(read.unwrap(), message);
            deep = field(5, &field(1, &deep));
            depth += 1;
        }
        assert!(depth > 20, "{depth}");
    }

    #[test]
    fn deep_messages_are_malformed() {
        let mut deep = Vec::new();
        for _ in 0..200 {
            deep = field(5, &field(1, &deep));
        }
        let deep = field(1, &field(2, &field(2, &field(9, &field(2, &deep)))));
        assert_eq!(of_protobuf(&deep), Err(Refusal::Malformed));
        let deep = "[".repeat(100_000);
        assert_eq!(of_json(deep.as_bytes()), Err(Refusal::Malformed));
    }
}
