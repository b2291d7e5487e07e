//! The spans of traces that are still arriving.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sparkspan_model::{Span, TraceId};

/// How long nothing more came for a trace whose root is there: it is complete.
const QUIET_WITH_ROOT: Duration = Duration::from_secs(1);
/// The same for a trace whose root may come from somebody else, or never.
const QUIET_WITHOUT_ROOT: Duration = Duration::from_secs(30);
/// Spans that are held at most. More, and those of the trace that is quiet for the longest time go.
const MAX_SPANS: usize = 50_000;

/// The spans that wait for the rest of their traces.
#[derive(Default)]
pub(crate) struct Gathering {
    traces: BTreeMap<TraceId, Arriving>,
    spans: usize,
}

struct Arriving {
    spans: Vec<Span>,
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
}

impl Gathering {
    /// Adds what arrived.
    pub(crate) fn add(&mut self, spans: Vec<Span>, now: Instant) {
        self.spans += spans.len();
        for span in spans {
            let trace = self
                .traces
                .entry(span.trace_id)
                .or_insert_with(|| Arriving {
                    spans: Vec::new(),
                    has_root: false,
                    last_arrival: now,
                });
            trace.has_root |= span.parent_span_id.is_none() || span.parent_is_remote;
            trace.last_arrival = now;
            trace.spans.push(span);
        }
    }

    /// Takes the spans of the traces that are complete, and of as many others as are too many to hold.
    pub(crate) fn take_complete(&mut self, now: Instant) -> Vec<Span> {
        let complete = self
            .traces
            .extract_if(.., |_, trace| trace.is_complete(now));
        let mut taken: Vec<Span> = complete.flat_map(|(_, trace)| trace.spans).collect();
        self.spans -= taken.len();
        while self.spans > MAX_SPANS {
            let quietest = self
                .traces
                .iter()
                .min_by_key(|(_, trace)| trace.last_arrival);
            let Some(id) = quietest.map(|(id, _)| *id) else {
                break;
            };
            let spans = self
                .traces
                .remove(&id)
                .map(|trace| trace.spans)
                .unwrap_or_default();
            self.spans -= spans.len();
            taken.extend(spans);
        }
        taken
    }

    /// Takes everything.
    pub(crate) fn take_all(&mut self) -> Vec<Span> {
        let traces = std::mem::take(self).traces;
        traces.into_values().flat_map(|trace| trace.spans).collect()
    }
}

#[cfg(test)]
mod tests {
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

    /// Scenario: more spans arrive than are held, of a trace that does not end.
    /// Guarantees: they are given out, so that memory stays bounded.
    #[test]
    fn gathering_holds_no_more_than_its_limit() {
        let start = Instant::now();
        let mut gathering = Gathering::default();
        for id in 2..u64::try_from(MAX_SPANS).unwrap() + 3 {
            gathering.add(vec![span(id, Some(1), "child", 0, 1)], start);
        }
        assert_eq!(gathering.take_complete(start).len(), MAX_SPANS + 1);
    }
}
