//! What a Jaeger had of the spans of a log, and what of it is not what the log says.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;
use sparkspan_model::{Attribute, Span, Status, Value};
use sparkspan_semconv::attribute;

/// How many different spans are told one by one.
const TOLD_DIFFERENCES: usize = 3;

/// What a Jaeger had.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Found {
    /// Where it is.
    pub(crate) at: String,
    /// Spans of the log that it had.
    pub(crate) present: u64,
    /// Those of them that are not what the log says.
    pub(crate) different: u64,
    /// Those of these that were closed because their driver shut down.
    pub(crate) interrupted: u64,
    /// The first different ones.
    pub(crate) first_different: Vec<DifferentSpan>,
}

/// A stored span that is not what the log says.
#[derive(Debug, Serialize)]
pub(crate) struct DifferentSpan {
    pub(crate) name: String,
    pub(crate) trace_id: String,
    pub(crate) span_id: String,
}

impl Found {
    /// Counts a span of the log that was stored before.
    pub(super) fn count(&mut self, stored: &StoredSpan, span: &Span) {
        self.present += 1;
        if stored.content == content(span) {
            return;
        }
        self.different += 1;
        self.interrupted += u64::from(stored.is_interrupted);
        if self.first_different.len() < TOLD_DIFFERENCES {
            self.first_different.push(DifferentSpan {
                name: span.name.to_string(),
                trace_id: span.trace_id.to_string(),
                span_id: span.span_id.to_string(),
            });
        }
    }
}

/// A span that is stored, or on its way there.
pub(super) struct StoredSpan {
    content: u64,
    is_interrupted: bool,
}

impl StoredSpan {
    pub(super) fn of(span: &Span) -> Self {
        let interrupted = span.attribute(attribute::SPARK_SPAN_INTERRUPTED);
        Self {
            content: content(span),
            is_interrupted: interrupted == Some(&Value::Bool(true)),
        }
    }
}

/// A hash of all that a span says besides its ids. Only lists within values have an order: stores keep
/// that of nothing else.
fn content(span: &Span) -> u64 {
    let Span {
        trace_id: _,
        span_id: _,
        parent_span_id,
        parent_is_remote,
        trace_state,
        name,
        kind,
        start_unix_ns,
        end_unix_ns,
        attributes,
        events,
        links,
        status,
        resource,
    } = span;
    let identity = (parent_span_id, parent_is_remote, trace_state, name, kind);
    let times = (start_unix_ns, end_unix_ns);
    let status = match status {
        Status::Unset => None,
        Status::Ok => Some(None),
        Status::Error(message) => Some(Some(message)),
    };
    let events = unordered(events, |event| {
        hash((event.time_unix_ns, &event.name, set(&event.attributes)))
    });
    let links = unordered(links, |link| {
        hash((link.trace_id, link.span_id, set(&link.attributes)))
    });
    let sets = (set(attributes), events, links, set(&resource.attributes));
    hash((identity, times, status, sets))
}

fn set(attributes: &[Attribute]) -> u64 {
    unordered(attributes, |Attribute { key, value, .. }| match value {
        Value::String(text) => hash((key, "text", text)),
        Value::Bool(truth) => hash((key, "truth", truth)),
        Value::Int(number) => hash((key, "number", number)),
        Value::Double(number) => hash((key, "double", number.to_bits())),
        // OTLP does not say what an empty list is a list of.
        Value::Ints(numbers) if !numbers.is_empty() => hash((key, "numbers", numbers)),
        Value::Ints(_) => hash((key, "texts", [""; 0].as_slice())),
        Value::Strings(texts) => hash((key, "texts", texts)),
    })
}

fn unordered<T>(items: &[T], hash: impl Fn(&T) -> u64) -> u64 {
    items.iter().map(hash).fold(0, u64::wrapping_add)
}

fn hash(content: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use sparkspan_model::{Link, SpanEvent, SpanId, TraceId};

    use super::*;
    use crate::drawing::example;

    fn span() -> Span {
        let event = |name| SpanEvent {
            time_unix_ns: 5,
            name,
            attributes: vec![Attribute::new("c", 1)],
        };
        Span {
            attributes: vec![
                Attribute::new("a", Vec::<i64>::new()),
                Attribute::new("b", vec![1, 2]),
            ],
            events: vec![event("one".into()), event("other".into())],
            links: vec![Link {
                trace_id: TraceId::from_bytes([1; 16]),
                span_id: SpanId::from_bytes([2; 8]),
                attributes: Vec::new(),
            }],
            ..example::span(1, None, "spark.job", 0, 9)
        }
    }

    #[test]
    fn order_that_no_store_keeps_makes_no_difference() {
        let mut other = span();
        other.attributes.reverse();
        other.events.reverse();
        other.attributes[1].value = Value::Strings(Vec::new());
        assert_eq!(content(&span()), content(&other));
    }

    /// Scenario: one thing after the other is changed in a span.
    /// Guarantees: each change makes the span another one, and none looks like the change before.
    #[test]
    fn every_change_makes_a_difference() {
        let changes: [fn(&mut Span); 12] = [
            |_| {},
            |span| span.parent_span_id = Some(SpanId::from_bytes([3; 8])),
            |span| span.name = "spark.stage".into(),
            |span| span.end_unix_ns += 1,
            |span| span.status = Status::Ok,
            |span| span.status = Status::Error("".into()),
            |span| span.attributes[1].value = Value::Ints(vec![2, 1]),
            |span| span.attributes[1].value = Value::from("1, 2"),
            |span| span.attributes[0].key = "d".into(),
            |span| span.events[0].attributes.clear(),
            |span| span.links.clear(),
            |span| span.resource = Arc::default(),
        ];
        let contents = changes.map(|change| {
            let mut changed = span();
            change(&mut changed);
            content(&changed)
        });
        assert_eq!(contents.iter().collect::<HashSet<_>>().len(), changes.len());
    }
}
