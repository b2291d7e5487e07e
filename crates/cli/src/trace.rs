//! The spans of one trace as a tree.

use std::collections::{BTreeMap, HashMap};

use sparkspan_model::{Span, SpanId, TraceId};

/// One trace. Whoever sent its spans may have lost some, sent some twice or lied about parents: it is
/// a forest all the same, and holds each span once.
pub(crate) struct Trace {
    /// The trace's id.
    pub(crate) id: TraceId,
    spans: Vec<Span>,
    children: Vec<Vec<usize>>,
    roots: Vec<usize>,
}

/// Sorts spans into their traces, in the order in which the traces began.
pub(crate) fn traces(spans: impl IntoIterator<Item = Span>) -> Vec<Trace> {
    let mut by_trace: BTreeMap<TraceId, BTreeMap<SpanId, Span>> = BTreeMap::new();
    for span in spans {
        by_trace
            .entry(span.trace_id)
            .or_default()
            .insert(span.span_id, span);
    }
    let mut traces: Vec<_> = by_trace
        .into_iter()
        .map(|(id, spans)| Trace::new(id, spans.into_values().collect()))
        .collect();
    traces.sort_by_key(|trace| (trace.start_unix_ns(), trace.id));
    traces
}

impl Trace {
    fn new(id: TraceId, mut spans: Vec<Span>) -> Self {
        // A parent begins with its first child or before it and is longer: it sorts before the child.
        spans.sort_by_key(|span| {
            (
                span.start_unix_ns,
                std::cmp::Reverse(span.end_unix_ns),
                span.span_id,
            )
        });
        let positions: HashMap<SpanId, usize> = spans
            .iter()
            .enumerate()
            .map(|(position, span)| (span.span_id, position))
            .collect();
        let parents: Vec<Option<usize>> = spans
            .iter()
            .map(|span| positions.get(&span.parent_span_id?).copied())
            .collect();
        let mut trace = Self {
            id,
            children: vec![Vec::new(); spans.len()],
            roots: Vec::new(),
            spans,
        };
        for (position, parent) in parents.iter().enumerate() {
            match parent {
                Some(parent) => trace.children[*parent].push(position),
                None => trace.roots.push(position),
            }
        }
        trace.cut_cycles(&parents);
        trace
    }

    /// Spans that are each other's ancestors hang under no root; the first one of each ring becomes one.
    fn cut_cycles(&mut self, parents: &[Option<usize>]) {
        let mut reached = vec![false; self.spans.len()];
        let mut pending = self.roots.clone();
        for candidate in 0..self.spans.len() {
            while let Some(position) = pending.pop() {
                if !std::mem::replace(&mut reached[position], true) {
                    pending.extend(&self.children[position]);
                }
            }
            if let (false, Some(parent)) = (reached[candidate], parents[candidate]) {
                self.children[parent].retain(|child| *child != candidate);
                self.roots.push(candidate);
                pending.push(candidate);
            }
        }
    }

    /// Positions of the spans that have no parent here.
    pub(crate) fn roots(&self) -> &[usize] {
        &self.roots
    }

    /// Positions of a span's children, in the order in which they began.
    pub(crate) fn children(&self, position: usize) -> &[usize] {
        &self.children[position]
    }

    /// The span at a position.
    pub(crate) fn span(&self, position: usize) -> &Span {
        &self.spans[position]
    }

    /// All spans, in the order in which they began.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// When the first span began.
    pub(crate) fn start_unix_ns(&self) -> u64 {
        self.spans.first().map_or(0, |span| span.start_unix_ns)
    }

    /// When the last span ended.
    pub(crate) fn end_unix_ns(&self) -> u64 {
        let ends = self.spans.iter().map(|span| span.end_unix_ns);
        ends.max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::example::span;

    fn names(trace: &Trace, positions: &[usize]) -> Vec<String> {
        let name = |position: &usize| trace.span(*position).name.to_string();
        positions.iter().map(name).collect()
    }

    #[test]
    fn trace_hangs_children_under_parents_in_the_order_of_their_start() {
        let traces = traces([
            span(3, Some(1), "later", 20, 30),
            span(2, Some(1), "earlier", 10, 15),
            span(1, None, "root", 0, 40),
            span(2, Some(1), "earlier", 10, 15),
        ]);
        let [trace] = traces.as_slice() else {
            panic!("{} traces", traces.len());
        };
        assert_eq!(names(trace, trace.roots()), ["root"]);
        assert_eq!(names(trace, trace.children(0)), ["earlier", "later"]);
        assert_eq!(trace.spans().len(), 3, "a span sent twice counts once");
    }

    #[test]
    fn trace_with_a_missing_parent_has_the_orphan_as_a_root() {
        let traces = traces([
            span(1, None, "root", 0, 40),
            span(3, Some(2), "orphan", 5, 6),
        ]);
        assert_eq!(names(&traces[0], traces[0].roots()), ["root", "orphan"]);
    }

    /// Scenario: spans name each other as parents, one names itself, a chain hangs under the ring.
    /// Guarantees: every span is reached from a root exactly once.
    #[test]
    fn trace_with_rings_of_parents_is_still_a_forest() {
        let traces = traces([
            span(1, Some(2), "a", 0, 9),
            span(2, Some(1), "b", 1, 9),
            span(3, Some(3), "self", 2, 9),
            span(4, Some(2), "below", 3, 9),
        ]);
        let trace = &traces[0];
        let mut seen = Vec::new();
        let mut pending = trace.roots().to_vec();
        while let Some(position) = pending.pop() {
            seen.push(position);
            pending.extend(trace.children(position));
        }
        seen.sort_unstable();
        assert_eq!(seen, [0, 1, 2, 3]);
    }
}
