//! `sparkspan replay --repair`: sends only the spans that a Jaeger does not have.
//!
//! Whether it has a span is a question of the span's id alone: what is stored is never sent again, even
//! if the log says something else by now. That is counted.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;
use sparkspan_model::{Attribute, Span, SpanId, SpanSink, Status, TraceId, Value};
use sparkspan_otlp::{QueryError, Settings, TraceQuery};
use sparkspan_semconv::attribute;

use super::destination::{Delivery, Destination};
use crate::failure::Failure;

/// How many spans are remembered, of how many traces. More, and what was not asked for longest is
/// forgotten: if it is needed again, Jaeger is asked again.
const MAX_SPANS: usize = 1_000_000;
const MAX_TRACES: usize = 1_000;

/// How many different spans are told one by one.
const TOLD_DIFFERENCES: usize = 3;

/// Where a replay's spans go, but for those that are there already.
pub(crate) struct Outlet {
    pub(crate) destination: Destination,
    pub(crate) repair: Option<Repair>,
}

impl Outlet {
    /// Whether nothing that it is given arrives any more.
    pub(crate) fn is_broken(&self) -> bool {
        let is_lost = |repair: &Repair| repair.fault.is_some();
        self.destination.is_broken() || self.repair.as_ref().is_some_and(is_lost)
    }

    /// Waits until everything has arrived, or never will.
    pub(crate) fn finish(self) -> Delivery {
        let mut delivery = self.destination.finish();
        if let Some(Repair { found, fault, .. }) = self.repair {
            delivery.failure = delivery.failure.or(fault.map(anyhow::Error::from));
            delivery.found = Some(found);
        }
        delivery
    }
}

impl SpanSink for Outlet {
    fn accept(&mut self, span: Span) {
        let is_missing = |repair: &mut Repair| repair.is_missing(&span);
        if self.repair.as_mut().is_none_or(is_missing) {
            self.destination.accept(span);
        }
    }
}

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
    fn count(&mut self, stored: StoredSpan, span: &Span) {
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

/// Knows what a Jaeger has.
pub(crate) struct Repair {
    query: TraceQuery,
    traces: HashMap<TraceId, StoredTrace>,
    /// Spans of all the traces.
    spans: usize,
    questions: u64,
    found: Found,
    /// Why it is not known what there is. Nothing is sent then: it may be there.
    fault: Option<Failure>,
}

#[derive(Default)]
struct StoredTrace {
    spans: HashMap<SpanId, StoredSpan>,
    /// The last question that it answered.
    question: u64,
}

/// A span that is stored, or on its way there.
#[derive(Clone, Copy)]
struct StoredSpan {
    content: u64,
    is_interrupted: bool,
}

impl StoredSpan {
    fn of(span: &Span) -> Self {
        let interrupted = span.attribute(attribute::SPARK_SPAN_INTERRUPTED);
        Self {
            content: content(span),
            is_interrupted: interrupted == Some(&Value::Bool(true)),
        }
    }
}

impl Repair {
    /// Will ask the Jaeger at `url`, as the exporter's settings say. Nobody is asked before there are
    /// spans.
    pub(crate) fn new(url: &str, settings: &Settings) -> Result<Self, Failure> {
        let query = TraceQuery::new(url, settings).map_err(|source| Failure::QueryUrl {
            url: url.to_owned(),
            source,
        })?;
        Ok(Self {
            found: Found {
                at: query.url().to_owned(),
                ..Found::default()
            },
            query,
            traces: HashMap::new(),
            spans: 0,
            questions: 0,
            fault: None,
        })
    }

    /// Whether the span is to be sent. Then it will be there, and is not missing a second time.
    fn is_missing(&mut self, span: &Span) -> bool {
        if self.fault.is_some() {
            return false;
        }
        if let Err(source) = self.look_up(span.trace_id) {
            let url = self.found.at.clone();
            self.fault = Some(Failure::Unknown { url, source });
            return false;
        }
        let trace = self.traces.entry(span.trace_id).or_default();
        self.questions += 1;
        trace.question = self.questions;
        match trace.spans.entry(span.span_id) {
            Entry::Occupied(stored) => {
                self.found.count(*stored.get(), span);
                false
            }
            Entry::Vacant(missing) => {
                missing.insert(StoredSpan::of(span));
                self.spans += 1;
                true
            }
        }
    }

    /// Makes sure that it is known what there is of a trace.
    fn look_up(&mut self, trace_id: TraceId) -> Result<(), QueryError> {
        if self.traces.contains_key(&trace_id) {
            return Ok(());
        }
        let trace: StoredTrace = self
            .query
            .gather(trace_id, |trace: &mut StoredTrace, span| {
                // Jaeger keeps a span twice that it was sent twice.
                let stored = StoredSpan::of(&span);
                trace.spans.entry(span.span_id).or_insert(stored);
            })?;
        self.make_room(trace.spans.len());
        self.spans += trace.spans.len();
        self.traces.insert(trace_id, trace);
        Ok(())
    }

    /// Forgets traces until there is room for one more with so many spans.
    fn make_room(&mut self, spans: usize) {
        while self.traces.len() >= MAX_TRACES || self.spans + spans > MAX_SPANS {
            let oldest = self.traces.iter().min_by_key(|(_, trace)| trace.question);
            let Some(oldest) = oldest.map(|(id, _)| *id) else {
                return;
            };
            let forgotten = self.traces.remove(&oldest);
            self.spans -= forgotten.map_or(0, |trace| trace.spans.len());
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

    use sparkspan_model::{Link, SpanEvent};

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
