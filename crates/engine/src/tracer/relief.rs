//! Giving up what there is no room for.

use std::cmp::Reverse;

use sparkspan_model::SpanSink;
use sparkspan_semconv::span;

use super::Tracer;
use crate::application::Application;
use crate::budget::bytes_of;
use crate::frame::{Frame, Node};
use crate::horizon::HORIZON;
use crate::sampling::Decision;
use crate::unit::{Unit, UnitId};

/// How many things may be open: more than a driver can have running.
const OPEN_LIMIT: usize = 16_384;
/// When the budget is exceeded, this part of it is made free, so that what that costs is spread.
const FREED_PART: usize = 8;

impl Tracer {
    /// Gives up what is beyond the limits: spans of undecided units, then plans, then open things.
    pub(crate) fn keep_within_limits(
        &mut self,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        if self.is_over_budget() || self.open_things() > OPEN_LIMIT {
            self.relieve(application, sink);
        }
    }

    /// Apart, for it is rare, and each event asks whether it is needed.
    #[cold]
    fn relieve(&mut self, application: &Application, sink: &mut dyn SpanSink) {
        if self.is_over_budget() {
            self.drop_held_spans();
            self.shrink_plans();
            while self.wants_relief() && self.close_most_silent(application, sink) {}
        }
        while self.open_things() > OPEN_LIMIT && self.close_most_silent(application, sink) {}
    }

    pub(super) const fn is_over_budget(&self) -> bool {
        self.held_bytes > self.settings.max_memory_bytes
    }

    const fn wants_relief(&self) -> bool {
        let budget = self.settings.max_memory_bytes;
        self.held_bytes > budget - budget / FREED_PART
    }

    /// Undecided units lose the spans of their tasks, then all spans but the root; the largest first.
    pub(super) fn drop_held_spans(&mut self) {
        for id in self.undecided(|unit| unit.held_tasks > 0) {
            if !self.wants_relief() {
                return;
            }
            if let Some(unit) = self.units.get_mut(&id) {
                let tasks = count(unit.held_tasks);
                let before = unit.held_bytes;
                unit.held.retain(|held| held.name != span::TASK);
                unit.held.shrink_to_fit();
                unit.held_bytes = unit.held.iter().map(bytes_of).sum();
                unit.held_tasks = 0;
                unit.evicted += tasks;
                self.counts.evicted_tasks += tasks;
                self.held_bytes -= before - unit.held_bytes;
            }
        }
        for id in self.undecided(|unit| !unit.held.is_empty()) {
            if !self.wants_relief() {
                return;
            }
            if let Some(unit) = self.units.get_mut(&id) {
                let spans = count(std::mem::take(&mut unit.held).len());
                unit.is_bare = true;
                unit.evicted += spans;
                self.counts.evicted_spans += spans;
                self.held_bytes -= std::mem::take(&mut unit.held_bytes);
            }
        }
    }

    /// The undecided units that `hold` something to be given up, the largest first.
    fn undecided(&self, hold: impl Fn(&Unit) -> bool) -> Vec<UnitId> {
        let units = self.units.iter();
        let units = units.filter(|(_, unit)| unit.decision == Decision::Undecided && hold(unit));
        let mut found: Vec<(Reverse<usize>, &UnitId)> = units
            .map(|(id, unit)| (Reverse(unit.held_bytes), id))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id.clone()).collect()
    }

    /// Open executions lose their plans, the largest first: what is left is their names and fingerprints.
    fn shrink_plans(&mut self) {
        if !self.wants_relief() {
            return;
        }
        let plans = self.executions.values().map(|execution| {
            let bytes = execution.plan_bytes();
            (Reverse(bytes), execution.execution_id)
        });
        let mut plans: Vec<_> = plans.filter(|(Reverse(bytes), _)| *bytes > 0).collect();
        plans.sort_unstable();
        for (_, id) in plans {
            if !self.wants_relief() {
                return;
            }
            if let Some(execution) = self.executions.get_mut(&id) {
                execution.shrink_plan();
                self.counts.evicted_plans += 1;
            }
            self.weigh(&Node::Execution(id));
        }
    }

    /// Closes the longest silent open thing without an active job or task, if there is one that has been
    /// silent for a while, else the longest silent one; false if nothing is open.
    fn close_most_silent(&mut self, application: &Application, sink: &mut dyn SpanSink) -> bool {
        loop {
            let Some((last_event, node)) = self.silent.pop_front() else {
                self.silent = self.silent_things().into();
                if self.silent.is_empty() {
                    return false;
                }
                continue;
            };
            let is_as_it_was =
                |frame: &mut Frame| frame.last_event == last_event && !frame.has_open_children();
            if self.frame_mut(&node).is_some_and(is_as_it_was) {
                self.close_silent(node.clone(), application, sink);
                return self.frame_mut(&node).is_none();
            }
        }
    }

    /// The open things within which nothing else is open, with the count of events that there were with the
    /// last one about them, the longest silent first.
    ///
    /// What is heard of later has its place behind them all, so that the list holds until it is used up.
    fn silent_things(&self) -> Vec<(u64, Node)> {
        let leaf = |frame: &Frame, node: Node| {
            (!frame.has_open_children()).then_some((frame.last_event, node))
        };
        let executions = self.executions.iter();
        let executions =
            executions.filter_map(|(id, execution)| leaf(&execution.frame, Node::Execution(*id)));
        let operations = self.operations.iter();
        let operations =
            operations.filter_map(|(id, found)| leaf(&found.frame, Node::Operation(id.clone())));
        let batches = self.batches.iter();
        let batches =
            batches.filter_map(|(key, batch)| leaf(&batch.frame, Node::Batch(key.clone())));
        let idle = executions.chain(operations).chain(batches);
        let now = self.horizon.now();
        let mut idle: Vec<(u64, Node)> = idle.collect();
        idle.sort_unstable();
        // What has just begun is not taken for what was forgotten.
        let is_silent = |(last_event, _): &(u64, Node)| last_event + HORIZON <= now;
        let silent = idle.partition_point(is_silent);
        if silent > 0 {
            idle.truncate(silent);
            return idle;
        }
        let jobs = self.jobs.iter();
        let jobs = jobs.filter_map(|(id, job)| leaf(&job.frame, Node::Job(*id)));
        let stages = self.stages.iter();
        let stages = stages
            .filter_map(|((id, attempt), stage)| leaf(&stage.frame, Node::Stage(*id, *attempt)));
        let mut all: Vec<(u64, Node)> = idle.into_iter().chain(jobs).chain(stages).collect();
        all.sort_unstable();
        // Until all of them were gone, something else might be idle.
        all.truncate(all.len().div_ceil(FREED_PART));
        all
    }

    /// Closes something within which nothing is open, with the last that was seen of it.
    fn close_silent(&mut self, node: Node, application: &Application, sink: &mut dyn SpanSink) {
        if let Node::Execution(id) = node {
            for nested in self.resolve_alone(id) {
                self.settle(nested, application, sink);
            }
        }
        self.interrupt_with_children(&node, i64::MIN);
        if let Some(frame) = self.frame_mut(&node) {
            frame.cannot_wait = true;
        }
        self.settle(node, application, sink);
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
