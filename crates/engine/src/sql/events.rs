//! What events mean for queries.

use sparkspan_events::{
    DriverAccumUpdates, SqlAdaptiveExecutionUpdate, SqlExecutionEnd, SqlExecutionStart, SqlPlanning,
};
use sparkspan_model::{SpanSink, TraceParent};

use super::{Execution, Planning};
use crate::application::Application;
use crate::connect;
use crate::frame::{Frame, Node};
use crate::horizon::Overdue;
use crate::outcome::Outcome;
use crate::timeline::Moment;
use crate::tracer::{End, Tracer};
use crate::unit::UnitId;

impl Tracer {
    /// `SparkListenerSQLExecutionStart`.
    pub(crate) fn execution_started(
        &mut self,
        event: &SqlExecutionStart<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let id = event.execution_id;
        // A job of it may have come first.
        let open = self.executions.get(&id);
        let has_started = open.is_some_and(|execution| execution.has_started);
        if has_started || self.has_closed(&Node::Execution(id)) {
            return self.late();
        }
        let start = application.timeline.moment(event.time);
        self.ensure_execution(id, event.root_execution_id.unwrap_or(id), start);
        let awaits_planning = self.settings.planning_follows;
        let planning = self.planned_early.take(&id);
        let Some(execution) = self.executions.get_mut(&id) else {
            return;
        };
        let oddity = execution.started(event);
        self.odd_plan = oddity.map(|oddity| ("SparkListenerSQLExecutionStart", oddity));
        execution.frame.starts_by(start, &application.timeline);
        execution.awaits_planning = awaits_planning;
        if let Some(planning) = planning {
            execution.planned(planning, &application.timeline);
        }
        self.heard_of(&Node::Execution(id));
        let Some(execution) = self.executions.get_mut(&id) else {
            return;
        };
        let tags = event.job_tags.iter().flatten();
        let operation = tags
            .into_iter()
            .find_map(|tag| connect::operation_of_tag(tag));
        // A stream keeps the tags of the operation that started it, long after that has ended.
        let is_of_operation = !execution.is_nested() && execution.batch.is_none();
        if let Some(operation) = operation.filter(|_| is_of_operation) {
            let unit = UnitId::Connect(operation.into());
            for nested in self.resolve(id, &unit, None) {
                self.settle(nested, application, sink);
            }
        }
        if let Some(end) = self.ended_early.take(&Node::Execution(id)) {
            self.end_execution(id, end, application, sink);
        }
    }

    /// Makes sure that an execution is open, also where its start was lost, unless it has closed. It hangs
    /// under its root or, where that has closed, under what that hung under.
    pub(crate) fn ensure_execution(&mut self, id: i64, root_id: i64, start: Moment) {
        if self.executions.contains_key(&id) || self.has_closed(&Node::Execution(id)) {
            return;
        }
        if id != root_id {
            self.ensure_execution(root_id, root_id, start);
        }
        let mut frame = Frame::new(Node::Application, None, start);
        if id != root_id
            && let Some(root) = self.executions.get_mut(&root_id)
        {
            if root.frame.unit.is_none() {
                root.nested.push(id);
            }
            frame.parent = Node::Execution(root_id);
            frame.unit.clone_from(&root.frame.unit);
            self.opened(&Node::Execution(id), &frame.parent, frame.unit.as_ref());
        } else if let Some(place) = self.place_above(root_id) {
            self.open_unit(&place.unit, None);
            self.opened(&Node::Execution(id), &place.parent, Some(&place.unit));
            frame.late = place.parent == Node::Application;
            frame.parent = place.parent;
            frame.unit = Some(place.unit);
        }
        let mut execution = Execution::implied(id, root_id, frame);
        execution.planning_is_unlogged = self.settings.planning_is_unlogged;
        self.executions.insert(id, Box::new(execution));
        self.heard_of(&Node::Execution(id));
    }

    /// The unit of an open execution, once it is known.
    pub(crate) fn unit_of_execution(&self, id: i64) -> Option<UnitId> {
        self.executions.get(&id)?.frame.unit.clone()
    }

    /// Fixes the unit of an open execution and of those around and within it: its events carry no local
    /// properties, so that the first of its jobs tells. Gives those within it, which may now close.
    #[must_use]
    pub(crate) fn resolve(
        &mut self,
        id: i64,
        unit: &UnitId,
        caller: Option<TraceParent>,
    ) -> Vec<Node> {
        let Some(execution) = self.outermost_unresolved(id) else {
            return Vec::new();
        };
        let id = execution.execution_id;
        // A job that names another open root than the execution does itself is wrong: a unit has one root.
        let own = UnitId::Sql(execution.root_id);
        let is_other = matches!(unit, UnitId::Sql(root_id) if *root_id != id);
        let unit = if is_other && !self.has_closed(&unit.root()) {
            &own
        } else {
            unit
        };
        let caller = execution.caller.or(caller);
        let start = execution.frame.start();
        let late = self.has_closed(&unit.root());
        let parent = self
            .open_unit_node(unit, caller, start)
            .unwrap_or(Node::Application);
        self.open_unit(unit, caller);
        self.opened(&Node::Execution(id), &parent, Some(unit));
        let Some(execution) = self.executions.get_mut(&id) else {
            return Vec::new();
        };
        execution.frame.unit = Some(unit.clone());
        execution.frame.parent = parent;
        execution.frame.late = late;
        let mut adopted = std::mem::take(&mut execution.nested);
        let mut next = 0;
        while let Some(nested) = adopted.get(next).copied() {
            next += 1;
            if let Some(nested) = self.executions.get_mut(&nested) {
                nested.frame.unit = Some(unit.clone());
                adopted.append(&mut nested.nested);
                self.enter(unit);
            }
        }
        adopted.into_iter().rev().map(Node::Execution).collect()
    }

    /// The same where none of its jobs has told: by what the execution says itself.
    #[must_use]
    pub(crate) fn resolve_alone(&mut self, id: i64) -> Vec<Node> {
        let Some(execution) = self.outermost_unresolved(id) else {
            return Vec::new();
        };
        let root = || UnitId::Sql(execution.root_id);
        let unit = execution.batch.clone().unwrap_or_else(root);
        self.resolve(id, &unit, None)
    }

    /// The outermost open execution around one whose unit is not known.
    fn outermost_unresolved(&self, id: i64) -> Option<&Execution> {
        let mut id = id;
        loop {
            let execution = self.executions.get(&id)?;
            match execution.frame.parent {
                _ if execution.frame.unit.is_some() => return None,
                Node::Execution(root_id) => id = root_id,
                _ => return Some(execution),
            }
        }
    }

    /// `SparkListenerSQLAdaptiveExecutionUpdate`.
    pub(crate) fn plan_updated(
        &mut self,
        event: &SqlAdaptiveExecutionUpdate<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let execution = self.executions.get_mut(&event.execution_id);
        let plan = event.spark_plan_info;
        if !execution
            .zip(plan)
            .is_some_and(|(execution, plan)| execution.plan_updated(plan.get()))
        {
            return self.late();
        }
        let node = Node::Execution(event.execution_id);
        self.heard_of(&node);
        self.settle(node, application, sink);
    }

    /// `SparkListenerDriverAccumUpdates`.
    pub(crate) fn driver_accumulated(&mut self, event: &DriverAccumUpdates) {
        match self.executions.get_mut(&event.execution_id) {
            Some(execution) => execution.accumulated(&event.accum_updates),
            None => return self.late(),
        }
        self.heard_of(&Node::Execution(event.execution_id));
    }

    /// `io.sparkspan.SqlPlanningEvent`.
    pub(crate) fn planned(
        &mut self,
        event: &SqlPlanning<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let id = event.execution_id;
        if self.has_closed(&Node::Execution(id)) {
            return self.late();
        }
        let planning = Planning::new(event, &application.timeline);
        let Some(execution) = self.executions.get_mut(&id) else {
            // Spark's bus fills its queues one after the other: the plugin sees a start and answers it
            // before the start is in the event log's queue.
            self.planned_early.insert(id, planning);
            return;
        };
        execution.planned(planning, &application.timeline);
        self.weigh(&Node::Execution(id));
        self.settle(Node::Execution(id), application, sink);
    }

    /// `SparkListenerSQLExecutionEnd`.
    pub(crate) fn execution_ended(
        &mut self,
        event: &SqlExecutionEnd<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let message = event.error_message.as_deref().unwrap_or_default();
        let end = End {
            at: application.timeline.moment(event.time),
            outcome: Outcome::of_message(message, "_OTHER"),
        };
        self.end_execution(event.execution_id, end, application, sink);
    }

    fn end_execution(
        &mut self,
        id: i64,
        end: End,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let node = Node::Execution(id);
        let Some(execution) = self.executions.get_mut(&id) else {
            return self.ended_unopened(node, end);
        };
        if execution.frame.has_ended() {
            return self.late();
        }
        execution.ended(end);
        let is_nested = execution.is_nested();
        if execution.awaits_plan {
            self.horizon.await_overdue(Overdue::Plan(id));
        }
        self.heard_of(&node);
        if !is_nested {
            for nested in self.resolve_alone(id) {
                self.settle(nested, application, sink);
            }
        }
        self.settle(node, application, sink);
    }
}
