//! Units of work while they are open: where they go, whether they are kept, and what they hold.

use std::sync::Arc;

use sparkspan_model::{Span, SpanSink, TraceId, TraceParent};
use sparkspan_semconv::{span, value};

use super::{Tracer, link};
use crate::batch::Batch;
use crate::budget::{HELD_TASKS_LIMIT, bytes_of};
use crate::closed::ClosedUnit;
use crate::connect::Operation;
use crate::frame::{Frame, Node};
use crate::sampling::{self, Decision, Kept};
use crate::settings::Scope;
use crate::timeline::Moment;
use crate::unit::{Placement, Unit, UnitId};

impl Tracer {
    /// The caller that an open unit has joined.
    pub(crate) fn caller_of(&self, id: &UnitId) -> Option<TraceParent> {
        self.units.get(id)?.caller
    }

    /// Opens a unit, or opens one again that has closed: then it keeps its place and its decision.
    ///
    /// Of one that closed so long ago that they are forgotten, the decision is made as it was made when
    /// the unit began, and what comes late hangs at the application. Where the unit was elsewhere, in a
    /// trace of its own or a caller's, its root can no longer be found: what comes late is counted only.
    pub(crate) fn open_unit(&mut self, id: &UnitId, caller: Option<TraceParent>) {
        if self.units.contains_key(id) {
            return;
        }
        let unit = if let Some(closed) = self.closed.unit(id) {
            let ClosedUnit { caller, decision } = closed;
            Unit::new(self.placement(id, caller), decision, caller)
        } else {
            let flag = caller.or(self.caller).map(|caller| caller.sampled);
            let decision = sampling::at_start(&self.settings, &self.identity, id, flag);
            let mut unit = Unit::new(self.placement(id, caller), decision, caller);
            if self.has_closed(&id.root()) {
                unit.is_forgotten = true;
                if caller.is_some() || self.has_own_trace(id) {
                    unit.decision = Decision::Drop;
                    self.late();
                }
            } else {
                self.counts.units += 1;
                if let Decision::Keep(kept) = decision {
                    self.counts.kept(kept, self.settings.sampler_is_in_force());
                }
            }
            unit
        };
        self.units.insert(id.clone(), unit);
    }

    /// Whether a unit that no caller has asked for has a trace of its own.
    fn has_own_trace(&self, id: &UnitId) -> bool {
        match id {
            UnitId::Batch(_) => true,
            UnitId::Connect(_) | UnitId::Sql(_) => self.scope == Scope::Unit,
            UnitId::Job(_) => false,
        }
    }

    fn placement(&self, id: &UnitId, caller: Option<TraceParent>) -> Placement {
        let to_application = link(
            self.identity.trace_id,
            self.identity.span_id,
            value::spark_link_type::APPLICATION,
        );
        match caller {
            // A query's caller is the same for all of its batches: joined, its trace would never end.
            Some(caller) if matches!(id, UnitId::Batch(_)) => Placement {
                trace_id: self.identity.unit_trace_id(id.kind(), &id.key()),
                parent: None,
                parent_is_remote: false,
                links: vec![
                    to_application,
                    link(
                        caller.trace_id,
                        caller.span_id,
                        value::spark_link_type::CALLER,
                    ),
                ],
            },
            Some(caller) => Placement {
                trace_id: caller.trace_id,
                parent: Some(caller.span_id),
                parent_is_remote: true,
                links: vec![to_application],
            },
            None if self.has_own_trace(id) => Placement {
                trace_id: self.identity.unit_trace_id(id.kind(), &id.key()),
                parent: None,
                parent_is_remote: false,
                links: vec![to_application],
            },
            None => Placement {
                trace_id: self.identity.trace_id,
                parent: Some(self.identity.span_id),
                parent_is_remote: false,
                links: Vec::new(),
            },
        }
    }

    /// The trace of a unit.
    pub(crate) fn trace_of(&self, id: &UnitId) -> Option<TraceId> {
        let open = self.units.get(id).map(|unit| unit.placement.trace_id);
        open.or_else(|| {
            let closed = self.closed.unit(id)?;
            Some(self.placement(id, closed.caller).trace_id)
        })
    }

    /// Opens the span of a batch or an operation, or finds it open. `None` for other units and for one
    /// that has closed.
    pub(crate) fn open_unit_node(
        &mut self,
        id: &UnitId,
        caller: Option<TraceParent>,
        start: Moment,
    ) -> Option<Node> {
        let node = id.root();
        if matches!(node, Node::Execution(_) | Node::Job(_)) {
            return None;
        }
        if self.frame_mut(&node).is_some() {
            return Some(node);
        }
        if self.has_closed(&node) {
            return None;
        }
        self.open_unit(id, caller);
        self.enter(id);
        let frame = Frame::new(Node::Application, Some(id.clone()), start);
        match &node {
            Node::Batch(key) => {
                self.dstreams.opened(key);
                self.batches
                    .insert(Arc::clone(key), Batch::new(Arc::clone(key), frame));
            }
            Node::Operation(id) => {
                self.operations
                    .insert(Arc::clone(id), Operation::new(Arc::clone(id), frame));
            }
            _ => {}
        }
        self.heard_of(&node);
        Some(node)
    }

    /// Something of the unit has opened.
    pub(crate) fn enter(&mut self, id: &UnitId) {
        if let Some(unit) = self.units.get_mut(id) {
            unit.open += 1;
        }
    }

    /// Something of the unit has closed; with the last of it, the unit.
    pub(super) fn leave(&mut self, id: &UnitId) {
        let Some(unit) = self.units.get_mut(id) else {
            return;
        };
        unit.open = unit.open.saturating_sub(1);
        if unit.open == 0
            && let Some(unit) = self.units.remove(id)
        {
            self.held_bytes = self.held_bytes.saturating_sub(unit.held_bytes);
            if unit.without_tasks {
                self.counts.without_tasks += 1;
            }
            // A job is over with its unit: nothing comes late for it.
            if !unit.is_forgotten && !matches!(id, UnitId::Job(_)) {
                let closed = ClosedUnit {
                    caller: unit.caller,
                    decision: unit.decision,
                };
                self.closed.insert_unit(id, closed);
            }
        }
    }

    /// The root of a unit ends: decides on the unit if that is still to be done.
    pub(super) fn decide(
        &mut self,
        id: &UnitId,
        failed: bool,
        duration_ms: i64,
        sink: &mut dyn SpanSink,
    ) {
        let Some(unit) = self.units.get_mut(id) else {
            return;
        };
        if unit.decision != Decision::Undecided {
            return;
        }
        unit.decision = sampling::at_end(&self.settings, failed, duration_ms);
        let held = std::mem::take(&mut unit.held);
        self.held_bytes = self
            .held_bytes
            .saturating_sub(std::mem::take(&mut unit.held_bytes));
        let is_counted = unit.is_forgotten;
        if let Decision::Keep(kept) = unit.decision {
            if !is_counted {
                self.counts.kept(kept, self.settings.sampler_is_in_force());
            }
            held.into_iter().for_each(|span| self.send(span, sink));
        } else if !is_counted {
            self.counts.sampled_out += 1;
        }
    }

    /// Why the unit is kept, as its root says it.
    pub(super) fn kept_label(&self, id: &UnitId) -> Option<&'static str> {
        let Decision::Keep(kept) = self.units.get(id)?.decision else {
            return None;
        };
        Some(match kept {
            _ if !self.settings.sampler_is_in_force() => value::spark_unit_kept::REPLAY,
            Kept::Sampled => value::spark_unit_kept::SAMPLED,
            Kept::Parent => value::spark_unit_kept::PARENT,
            Kept::Failed => value::spark_unit_kept::FAILED,
            Kept::Slow => value::spark_unit_kept::SLOW,
        })
    }

    /// A span of a unit has closed: it is sent, held or dropped.
    pub(crate) fn emit(&mut self, id: &UnitId, span: Span, sink: &mut dyn SpanSink) {
        let Some(unit) = self.units.get_mut(id) else {
            return;
        };
        unit.spans += 1;
        match unit.decision {
            Decision::Keep(_) => self.send(span, sink),
            Decision::Drop => {}
            Decision::Undecided => {
                let is_task = span.name == span::TASK;
                if unit.is_bare || (is_task && unit.held_tasks >= HELD_TASKS_LIMIT) {
                    unit.evicted += 1;
                    if is_task {
                        self.counts.evicted_tasks += 1;
                    } else {
                        self.counts.evicted_spans += 1;
                    }
                    return;
                }
                unit.held_tasks += usize::from(is_task);
                let mut span = span;
                span.attributes.shrink_to_fit();
                let bytes = bytes_of(&span);
                unit.held.push(span);
                unit.held_bytes += bytes;
                self.held_bytes += bytes;
                if self.is_over_budget() {
                    self.drop_held_spans();
                }
            }
        }
    }

    pub(super) fn send(&mut self, span: Span, sink: &mut dyn SpanSink) {
        self.counts.spans += 1;
        if span.trace_id == self.identity.trace_id {
            self.application_spans += 1;
        }
        sink.accept(span);
    }
}
