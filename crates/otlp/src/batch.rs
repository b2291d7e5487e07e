//! Spans gathered into requests that no receiver refuses for their size.

use std::borrow::Cow;
use std::sync::Arc;

use sparkspan_model::{Attribute, Resource, Span, Value};

use crate::encode::{put_message, put_resource, put_scope, put_span};
use crate::field;

/// How long an encoded request may be. gRPC servers take 4 MiB unless told otherwise, and what they
/// refuse for its size is lost.
pub const MAX_REQUEST_BYTES: usize = 3_670_016;

/// The attribute that a trimmed span gets: how many bytes of text it lost.
const TRUNCATED_BYTES: &str = "sparkspan.truncated_bytes";

/// What a message's tag and length take at most, where the length has 32 bits.
const FRAME_BYTES: usize = 6;

/// An encoded `ExportTraceServiceRequest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The protobuf message.
    pub bytes: Vec<u8>,
    /// How many spans are in it.
    pub spans: u64,
}

/// Encodes spans and cuts them into requests of a limited length.
///
/// Spans of one resource stay together, in the order in which they came; the resources are in the
/// order of their first spans. The same spans give the same bytes.
#[derive(Debug)]
pub struct Batcher {
    max_bytes: usize,
    scope: Vec<u8>,
    groups: Vec<Group>,
    /// An upper bound of the request's length, and exact but for a few bytes of each group.
    bytes: usize,
    spans: u64,
    /// The span at hand. Its length decides to which request it belongs.
    encoded: Vec<u8>,
    trimmed: u64,
    dropped: u64,
}

/// The encoded spans of one resource.
#[derive(Debug)]
struct Group {
    resource: Arc<Resource>,
    encoded_resource: Vec<u8>,
    encoded_spans: Vec<u8>,
}

impl Batcher {
    /// Makes requests of at most `max_bytes`.
    pub fn new(max_bytes: usize) -> Self {
        let mut scope = Vec::new();
        put_scope(&mut scope, "sparkspan", env!("CARGO_PKG_VERSION"));
        Self {
            max_bytes,
            scope,
            groups: Vec::new(),
            bytes: 0,
            spans: 0,
            encoded: Vec::new(),
            trimmed: 0,
            dropped: 0,
        }
    }

    /// Adds a span. Where there is no room for it, the request made of those before is returned.
    ///
    /// A span that is too long for a request of its own loses the ends of its longest texts; one
    /// that is too long even so is dropped.
    #[must_use = "the returned request is no longer held here"]
    pub fn push(&mut self, mut span: Span) -> Option<Request> {
        if self.try_push(&span) {
            return None;
        }
        let full = self.take();
        if !self.try_push(&span) {
            if self.trim(&mut span) {
                self.trimmed += 1;
            } else {
                self.dropped += 1;
            }
        }
        full
    }

    /// The request made of the spans added since the last one; `None` if there are none.
    pub fn take(&mut self) -> Option<Request> {
        if self.spans == 0 {
            return None;
        }
        let mut bytes = Vec::with_capacity(self.bytes);
        for group in self.groups.drain(..) {
            put_message(&mut bytes, field::request::RESOURCE_SPANS, |bytes| {
                bytes.extend_from_slice(&group.encoded_resource);
                put_message(bytes, field::resource_spans::SCOPE_SPANS, |bytes| {
                    bytes.extend_from_slice(&self.scope);
                    bytes.extend_from_slice(&group.encoded_spans);
                });
            });
        }
        self.bytes = 0;
        Some(Request {
            bytes,
            spans: std::mem::take(&mut self.spans),
        })
    }

    /// How many spans were shortened.
    pub fn trimmed(&self) -> u64 {
        self.trimmed
    }

    /// How many spans were too long even when shortened.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Adds the span if there is room for it.
    fn try_push(&mut self, span: &Span) -> bool {
        self.encoded.clear();
        put_span(&mut self.encoded, span);

        let known = self.group_of(&span.resource);
        let mut encoded_resource = Vec::new();
        let mut needed = self.encoded.len();
        if known.is_none() {
            put_resource(&mut encoded_resource, &span.resource);
            needed += encoded_resource.len() + self.scope.len() + 2 * FRAME_BYTES;
        }
        if self.bytes + needed > self.max_bytes {
            return false;
        }
        match known {
            Some(index) => self.groups[index]
                .encoded_spans
                .extend_from_slice(&self.encoded),
            None => self.groups.push(Group {
                resource: Arc::clone(&span.resource),
                encoded_resource,
                encoded_spans: self.encoded.clone(),
            }),
        }
        self.bytes += needed;
        self.spans += 1;
        true
    }

    /// Spans of one process share their resource, and most follow a span of the same process: the
    /// pointers tell, and the contents are compared only for a resource that looks new.
    fn group_of(&self, resource: &Arc<Resource>) -> Option<usize> {
        self.groups
            .iter()
            .rposition(|group| Arc::ptr_eq(&group.resource, resource))
            .or_else(|| {
                self.groups
                    .iter()
                    .position(|group| group.resource == *resource)
            })
    }

    /// Cuts the span's texts to a limit, which is halved until the span fits, and adds it.
    fn trim(&mut self, span: &mut Span) -> bool {
        let mut cut_bytes = 0;
        let mut limit = self.max_bytes;
        span.attributes.push(Attribute::new(TRUNCATED_BYTES, 0));
        while limit > 0 {
            limit /= 2;
            for text in texts(span) {
                cut_bytes += cut(text, limit);
            }
            if let Some(marker) = span.attributes.last_mut() {
                marker.value = Value::Int(i64::try_from(cut_bytes).unwrap_or(i64::MAX));
            }
            if self.try_push(span) {
                return true;
            }
        }
        false
    }
}

/// The texts of a span that may be cut without making it another span.
fn texts(span: &mut Span) -> impl Iterator<Item = &mut Cow<'static, str>> {
    let message = match &mut span.status {
        sparkspan_model::Status::Error(message) => Some(message),
        _ => None,
    };
    let of_events = span
        .events
        .iter_mut()
        .flat_map(|event| &mut event.attributes);
    let of_links = span.links.iter_mut().flat_map(|link| &mut link.attributes);
    span.attributes
        .iter_mut()
        .chain(of_events)
        .chain(of_links)
        .flat_map(|attribute| match &mut attribute.value {
            Value::String(text) => std::slice::from_mut(text),
            Value::Strings(texts) => texts.as_mut_slice(),
            _ => &mut [],
        })
        .chain(message)
}

/// Shortens a text to at most `max_bytes` whole characters' bytes and tells how many went.
fn cut(text: &mut Cow<'static, str>, max_bytes: usize) -> usize {
    let before = text.len();
    let end = text.floor_char_boundary(max_bytes);
    if end < before {
        match text {
            Cow::Borrowed(text) => *text = &text[..end],
            Cow::Owned(text) => text.truncate(end),
        }
    }
    before - end
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;
    use crate::generated::collector::trace::v1::ExportTraceServiceRequest;
    use crate::testing::{a_resource, a_span};

    fn decoded(request: &Request) -> ExportTraceServiceRequest {
        ExportTraceServiceRequest::decode(request.bytes.as_slice()).unwrap()
    }

    /// Scenario: spans of two processes arrive alternately, one of them with a copy of its resource.
    /// Guarantees: one group a process, in the order of first appearance; spans keep their order.
    #[test]
    fn spans_are_grouped_by_resource_in_order() {
        let driver = a_resource("driver");
        let executor = a_resource("executor");
        let driver_again = a_resource("driver");
        let mut batcher = Batcher::new(MAX_REQUEST_BYTES);
        for (name, resource) in [("a", &driver), ("b", &executor), ("c", &driver_again)] {
            assert_eq!(batcher.push(a_span(name, resource)), None);
        }
        let request = batcher.take().unwrap();
        assert_eq!(request.spans, 3);

        let names: Vec<Vec<String>> = decoded(&request)
            .resource_spans
            .into_iter()
            .map(|group| group.scope_spans.into_iter().flat_map(|scope| scope.spans))
            .map(|spans| spans.map(|span| span.name).collect())
            .collect();
        assert_eq!(names, [vec!["a", "c"], vec!["b"]]);
        assert_eq!(batcher.take(), None);
    }

    /// Scenario: spans of many processes, more than fit into one request.
    /// Guarantees: every request keeps to the limit and is filled well, and no span is lost.
    #[test]
    fn requests_keep_to_their_limit() {
        let limit = 10_000;
        let resources: Vec<_> = (0..7)
            .map(|number| a_resource(&format!("e{number}")))
            .collect();
        let mut batcher = Batcher::new(limit);
        let mut requests = Vec::new();
        for index in 0..500 {
            requests.extend(batcher.push(a_span("task", &resources[index % 7])));
        }
        requests.extend(batcher.take());

        assert!(requests.len() > 2);
        assert!(requests.iter().all(|request| request.bytes.len() <= limit));
        let (_, full) = requests.split_last().unwrap();
        assert!(
            full.iter()
                .all(|request| request.bytes.len() > limit * 9 / 10)
        );
        assert_eq!(
            requests.iter().map(|request| request.spans).sum::<u64>(),
            500
        );
        assert_eq!((batcher.trimmed(), batcher.dropped()), (0, 0));
    }

    /// Scenario: a lone span whose plan is longer than a request may be.
    /// Guarantees: its long text is cut between characters, the short ones stay, the loss is named.
    #[test]
    fn a_too_long_span_loses_the_end_of_its_longest_text() {
        let resource = a_resource("driver");
        let mut span = a_span("query", &resource);
        let plan = "é".repeat(10_000);
        span.attributes = vec![
            Attribute::new("plan", plan.clone()),
            Attribute::new("short", "kept"),
        ];
        let mut batcher = Batcher::new(8_000);
        assert_eq!(batcher.push(a_span("before", &resource)), None);
        assert_eq!(batcher.push(span).unwrap().spans, 1);
        let request = batcher.take().unwrap();
        assert!(request.bytes.len() <= 8_000);
        assert_eq!((batcher.trimmed(), batcher.dropped()), (1, 0));

        let spans = crate::decode::spans(decoded(&request)).spans;
        let kept = spans[0].attribute("plan").and_then(Value::as_str).unwrap();
        let cut_bytes = spans[0]
            .attribute(TRUNCATED_BYTES)
            .and_then(Value::as_int)
            .unwrap();
        assert!(plan.starts_with(kept) && kept.len() > 2_000);
        assert_eq!(usize::try_from(cut_bytes).unwrap(), plan.len() - kept.len());
        assert_eq!(
            spans[0].attribute("short").and_then(Value::as_str),
            Some("kept")
        );
    }

    /// Scenario: a span that is too long by the number of its attributes, not by their texts.
    /// Guarantees: it is dropped and counted, and those after it are sent.
    #[test]
    fn a_span_that_can_not_be_shortened_is_dropped() {
        let resource = a_resource("driver");
        let mut span = a_span("query", &resource);
        span.attributes = (0..1_000).map(|index| Attribute::new("n", index)).collect();
        let mut batcher = Batcher::new(2_000);
        assert_eq!(batcher.push(span), None);
        assert_eq!((batcher.trimmed(), batcher.dropped()), (0, 1));
        assert_eq!(batcher.push(a_span("after", &resource)), None);
        assert_eq!(batcher.take().unwrap().spans, 1);
    }
}
