//! The spans of traces that are still arriving.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sparkspan_model::{Span, TraceId};

/// How long nothing more came for a trace whose root is there: it is complete.
const QUIET_WITH_ROOT: Duration = Duration::from_secs(1);
/// The same for a trace whose root may come from somebody else, or never.
const QUIET_WITHOUT_ROOT: Duration = Duration::from_secs(30);
/// What the spans that are held may take. More, and those of the trace that is quiet for the longest time go.
const MAX_BYTES: usize = 64 << 20;

/// The spans that wait for the rest of their traces.
#[derive(Default)]
pub(crate) struct Gathering {
    traces: BTreeMap<TraceId, Arriving>,
    bytes: usize,
    early_traces: u64,
}

struct Arriving {
    spans: Vec<Span>,
    bytes: usize,
    has_root: bool,
    last_arrival: Instant,
}

impl Arriving {
    fn is_complete(&self, now: Instant) -> bool {
        let quiet = now.saturating_duration_since(self.last_arrival);
        quiet
            >= if self.has_root {
                QUIET_WITH_ROOT
            } else {
                QUIET_WITHOUT_ROOT
            }
    }

    /// Adds a span, and tells what it takes; with its resource, unless the span before has the same.
    fn add(&mut self, span: Span, now: Instant) -> usize {
        let before = self.spans.last();
        let shares = before.is_some_and(|before| Arc::ptr_eq(&before.resource, &span.resource));
        let resource = if shares {
            0
        } else {
            span.resource.memory_bytes()
        };
        let bytes = span.memory_bytes() + resource;
        self.has_root |= span.parent_span_id.is_none() || span.parent_is_remote;
        self.last_arrival = now;
        self.spans.push(span);
        self.bytes += bytes;
        bytes
    }
}

impl Gathering {
    /// Adds what arrived.
    pub(crate) fn add(&mut self, spans: Vec<Span>, now: Instant) {
        for span in spans {
            let trace = self.traces.entry(span.trace_id);
            let trace = trace.or_insert_with(|| Arriving {
                spans: Vec::new(),
                bytes: 0,
                has_root: false,
                last_arrival: now,
            });
            self.bytes += trace.add(span, now);
        }
    }

    /// How many times the spans of a trace were given out before it was complete, because they were too many to hold.
    pub(crate) fn early_traces(&self) -> u64 {
        self.early_traces
    }

    /// Takes the spans of the traces that are complete, and of as many others as are too many to hold.
    pub(crate) fn take_complete(&mut self, now: Instant) -> Vec<Span> {
        let complete = self
            .traces
            .extract_if(.., |_, trace| trace.is_complete(now));
        let mut taken: Vec<Arriving> = complete.map(|(_, trace)| trace).collect();
        self.bytes -= taken.iter().map(|trace| trace.bytes).sum::<usize>();
        while self.bytes > MAX_BYTES {
            let traces = self.traces.iter();
            let quietest = traces.min_by_key(|(_, trace)| trace.last_arrival);
            let Some(trace) = quietest
                .map(|(id, _)| *id)
                .and_then(|id| self.traces.remove(&id))
            else {
                break;
            };
            self.bytes -= trace.bytes;
            self.early_traces += 1;
            taken.push(trace);
        }
        taken.into_iter().flat_map(|trace| trace.spans).collect()
    }

    /// Takes everything.
    pub(crate) fn take_all(&mut self) -> Vec<Span> {
        let traces = std::mem::take(self).traces;
        traces.into_values().flat_map(|trace| trace.spans).collect()
    }
}

#[cfg(test)]
mod tests {
    use sparkspan_model::{Attribute, Resource};

    use super::*;
    use crate::drawing::example::span;

    #[test]
    fn trace_is_complete_when_its_root_is_there_and_nothing_more_comes() {
        let start = Instant::now();
        let mut gathering = Gathering::default();
        gathering.add(vec![span(2, Some(1), "child", 0, 1)], start);
        assert_eq!(gathering.take_complete(start + QUIET_WITH_ROOT).len(), 0);
        let later = start + Duration::from_secs(5);
        gathering.add(vec![span(1, None, "root", 0, 1)], later);
        assert_eq!(gathering.take_complete(later).len(), 0);
        assert_eq!(gathering.take_complete(later + QUIET_WITH_ROOT).len(), 2);
        assert_eq!(gathering.take_all().len(), 0);
    }

    #[test]
    fn trace_without_a_root_is_not_waited_for_for_ever() {
        let start = Instant::now();
        let mut gathering = Gathering::default();
        gathering.add(vec![span(2, Some(1), "child", 0, 1)], start);
        assert_eq!(gathering.take_complete(start + QUIET_WITHOUT_ROOT).len(), 1);
    }

    /// Scenario: more arrives than is held, of a trace that does not end: many spans, large ones, large resources.
    /// Guarantees: they are given out, so that memory stays bounded, and that is counted.
    #[test]
    fn gathering_holds_no_more_than_its_limit() {
        let start = Instant::now();
        let large = || "x".repeat(MAX_BYTES / 8);
        let large_name = |id| Span {
            name: large().into(),
            ..span(id, Some(1), "child", 0, 1)
        };
        let large_resource = |id| Span {
            resource: Arc::new(Resource {
                attributes: vec![Attribute::new("text", large())],
            }),
            ..span(id, Some(1), "child", 0, 1)
        };
        let small = |id| span(id, Some(1), "child", 0, 1);
        let kinds: [&dyn Fn(u64) -> Span; 3] = [&large_name, &large_resource, &small];
        for a_span in kinds {
            let mut gathering = Gathering::default();
            let mut held = 0;
            while gathering.early_traces() == 0 {
                held += 1;
                gathering.add(vec![a_span(held + 1)], start);
                let taken = gathering.take_complete(start).len() as u64;
                assert!(taken == 0 || taken == held);
                assert!(gathering.bytes <= MAX_BYTES);
            }
            assert!((8..1_000_000).contains(&held), "{held}");
            assert_eq!((gathering.bytes, gathering.traces.len()), (0, 0));
        }
    }

    /// Scenario: one span arrives for each of very many traces.
    /// Guarantees: nothing is left of those that were given out.
    #[test]
    fn gathering_forgets_what_it_gave_out() {
        let start = Instant::now();
        let mut gathering = Gathering::default();
        for id in 1..1_000_u64 {
            let trace_id = TraceId::from_bytes(u128::from(id).to_be_bytes());
            let child = span(id, None, "child", 0, 1);
            gathering.add(vec![Span { trace_id, ..child }], start);
        }
        assert_eq!(gathering.take_complete(start + QUIET_WITH_ROOT).len(), 999);
        assert_eq!((gathering.bytes, gathering.early_traces()), (0, 0));
    }
}
