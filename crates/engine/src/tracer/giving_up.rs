//! What will never be told is not waited for.

use sparkspan_model::SpanSink;

use super::Tracer;
use crate::application::Application;
use crate::frame::Node;
use crate::horizon::{HORIZON, Overdue};

impl Tracer {
    /// An event has been taken that a log has too: what was waited for long enough is given up.
    pub(crate) fn passed(&mut self, application: &Application, sink: &mut dyn SpanSink) {
        self.horizon.pass();
        self.miss_overdue(false, application, sink);
        while let Some(node) = self.horizon.due() {
            self.give_up_on(node, application, sink);
        }
    }

    /// What the last few events should have told is missed; at the `end` of all events, whatever is overdue.
    pub(crate) fn miss_overdue(
        &mut self,
        end: bool,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        while let Some(overdue) = self.horizon.missed(end) {
            match overdue {
                Overdue::Plan(id) => {
                    if let Some(execution) = self.executions.get_mut(&id) {
                        execution.awaits_plan = false;
                    }
                    self.settle(Node::Execution(id), application, sink);
                }
                Overdue::Outcome(id) => {
                    if let Some(operation) = self.operations.get_mut(&id)
                        && let Some(closed) = operation.closed
                    {
                        operation.frame.end(closed);
                    }
                    self.settle(Node::Operation(id), application, sink);
                }
                Overdue::Completion { stage, end_ms } => {
                    self.end_unlisted_stage(stage, end_ms, end, application, sink);
                }
            }
        }
    }

    /// Something has ended long ago, but what is within it has not. Unless that is still heard of, it never
    /// will be: it closes without its end, not later than what it ran within.
    fn give_up_on(&mut self, node: Node, application: &Application, sink: &mut dyn SpanSink) {
        let Some(end_ms) = self.frame_mut(&node).and_then(|frame| frame.end_ms()) else {
            return;
        };
        let end_ms = application.timeline.nearest_ms(end_ms);
        let nodes = self.children.with_all_below(node.clone());
        let frames = nodes
            .iter()
            .filter_map(|node| Some(self.frame_mut(node)?.last_event));
        let last_event = frames.max().unwrap_or_default();
        if last_event + HORIZON > self.horizon.now() {
            return self.horizon.await_children(node, last_event);
        }
        self.interrupt_all(nodes, end_ms, application, sink);
    }

    /// Nothing more will come of what is within something that has ended at `end_ms`.
    pub(crate) fn give_up(
        &mut self,
        node: Node,
        end_ms: i64,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let end_ms = application.timeline.nearest_ms(end_ms);
        let nodes = self.children.with_all_below(node);
        self.interrupt_all(nodes, end_ms, application, sink);
    }

    /// Closes things of which nothing more will come, given parents first. What has no end ends at `end_ms`.
    fn interrupt_all(
        &mut self,
        nodes: Vec<Node>,
        end_ms: i64,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        for node in nodes.into_iter().rev() {
            if self.interrupt(&node, end_ms) {
                self.counts.interrupted += 1;
            }
            self.settle(node, application, sink);
        }
    }

    /// Nothing says when the node ended: it lasts as long as what has run within it.
    pub(crate) fn interrupt_with_children(&mut self, node: &Node, time_ms: i64) {
        let frame = self.frame_mut(node);
        if let Some(end_ms) = frame.map(|frame| frame.end_of_children(time_ms))
            && self.interrupt(node, end_ms)
        {
            self.counts.interrupted += 1;
        }
    }

    /// Nothing more is waited for by something that is open, but for what is within it. Whether its end had
    /// not been seen: then it ends at `end_ms`.
    pub(crate) fn interrupt(&mut self, node: &Node, end_ms: i64) -> bool {
        let Some(open) = self.open_mut(node) else {
            return false;
        };
        let frame = open.frame();
        let has_ended = frame.has_ended();
        frame.interrupt(end_ms);
        let end_ms = frame.end_ms().unwrap_or(end_ms);
        open.abandon(end_ms);
        !has_ended
    }
}
