//! `sparkspan replay --repair`: sends only the spans that a Jaeger does not have.
//!
//! Whether it has a span is a question of the span's id alone: what is stored is never sent again, even
//! if the log says something else by now. That is counted.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sparkspan_model::{Span, SpanId, SpanSink, TraceId};
use sparkspan_otlp::{QueryError, Settings, TraceQuery};

use super::destination::{Delivery, Destination};
use super::found::{Found, StoredSpan};
use crate::failure::Failure;

/// How many spans are remembered, of how many traces. More, and what was not asked for longest is
/// forgotten: if it is needed again, Jaeger is asked again.
const MAX_SPANS: usize = 1_000_000;
const MAX_TRACES: usize = 1_000;

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
            delivery.failure = delivery.failure.or(fault);
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

impl Repair {
    /// Will ask the Jaeger at `url`, as the exporter's settings say. Nobody is asked before there are
    /// spans.
    pub(crate) fn new(url: &str, settings: &Settings) -> Result<Self, Failure> {
        let query = TraceQuery::new(url, settings).map_err(Failure::QueryUrl)?;
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
                self.found.count(stored.get(), span);
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
