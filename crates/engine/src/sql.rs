//! SQL executions: queries and commands, and the phases of their planning.

use rustc_hash::FxHashMap;
use sparkspan_events::{
    DriverAccumUpdates, Oddity, PlanNode, SqlAdaptiveExecutionUpdate, SqlExecutionEnd,
    SqlExecutionStart, SqlPlanning, SqlPlanningPhase,
};
use sparkspan_model::{Link, Span, SpanKind, SpanSink, TraceParent};
use sparkspan_redaction::{Identifier, Label, Redaction, SpanName};
use sparkspan_semconv::{key, span, value};

use crate::application::Application;
use crate::batch;
use crate::budget::{self, ENTRY_BYTES, EXECUTION_BYTES};
use crate::call_site;
use crate::connect;
use crate::draft::{Draft, Home};
use crate::excerpt::{excerpt, name_excerpt};
use crate::figures::Figures;
use crate::frame::{Frame, Interval, Node};
use crate::horizon::Overdue;
use crate::identity::{Identity, Kind};
use crate::job::{set_tags, user_tags};
use crate::outcome::Outcome;
use crate::plan::{self, Summary};
use crate::timeline::{Moment, Timeline};
use crate::tracer::{End, Tracer};
use crate::unit::{UnitId, caller_in_tags};

/// How many phases of planning are kept. Spark has four.
const PHASES: usize = 64;

/// How an execution was planned: what the plugin knows beyond Spark's events.
#[derive(Debug, Default)]
pub(crate) struct Planning {
    text: Option<String>,
    phases: Vec<(String, Interval)>,
}

impl Planning {
    fn new(event: &SqlPlanning<'_>, timeline: &Timeline) -> Self {
        let phase = |phase: &SqlPlanningPhase<'_>| {
            let start = timeline.moment(phase.start_time_ms);
            let end = timeline.moment(phase.end_time_ms);
            let interval = Interval::of(start, end, timeline);
            (name_excerpt(&phase.name).to_owned(), interval)
        };
        Self {
            text: event.sql_text.as_deref().map(excerpt),
            phases: event.phases.iter().take(PHASES).map(phase).collect(),
        }
    }
}

/// The plan of an open execution as it is now.
#[derive(Debug)]
enum Plan {
    /// As Spark wrote it; empty where it wrote none.
    Whole(String),
    /// Its fingerprint.
    Shrunk(Option<Identifier>),
}

impl Default for Plan {
    fn default() -> Self {
        Self::Whole(String::new())
    }
}

impl Plan {
    fn update(&mut self, new: &str) {
        match self {
            Self::Whole(json) => {
                json.clear();
                json.reserve_exact(new.len());
                json.push_str(new);
            }
            Self::Shrunk(fingerprint) => *fingerprint = fingerprint_of(new),
        }
    }

    /// Whether no other one will follow: adaptive execution says so of each of its plans.
    fn is_last(&self) -> bool {
        match self {
            Self::Whole(json) => !json.contains("isFinalPlan=false"),
            Self::Shrunk(_) => true,
        }
    }

    fn shrink(&mut self) {
        if let Self::Whole(json) = self {
            *self = Self::Shrunk(fingerprint_of(json));
        }
    }
}

fn fingerprint_of(json: &str) -> Option<Identifier> {
    let plan = PlanNode::parse(json).ok()?;
    Some(plan::plan_fingerprint(&plan))
}

/// An open SQL execution.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the execution"
)]
pub(crate) struct Execution {
    pub(crate) execution_id: i64,
    pub(crate) root_id: i64,
    pub(crate) frame: Frame,
    /// The context that its caller gave in a tag or a setting.
    pub(crate) caller: Option<TraceParent>,
    /// The micro-batch that it says to be of, which its jobs will confirm if it has any.
    batch: Option<UnitId>,
    /// Executions within it that wait until its unit is known.
    pub(crate) nested: Vec<i64>,
    /// Its start was seen.
    has_started: bool,
    /// How it was planned is still to be told.
    pub(crate) awaits_planning: bool,
    /// It has ended by a plan that is not its last.
    pub(crate) awaits_plan: bool,
    /// A replay will not be told.
    planning_is_unlogged: bool,
    pub(crate) outcome: Option<Outcome>,
    /// What its stages measured.
    pub(crate) figures: Figures,
    summary: Option<Summary>,
    description: String,
    group: Option<String>,
    tags: Vec<String>,
    query_id: Option<Identifier>,
    text: Option<String>,
    phases: Vec<(String, Interval)>,
    /// The plan as Spark wrote it last: parsed when it is needed, which most updates never are.
    plan: Plan,
    plan_updates: i64,
    initial_fingerprint: Option<Identifier>,
    /// Totals of the accumulators that the plan's metrics point to.
    values: FxHashMap<i64, i64>,
}

impl Execution {
    /// An execution of which only its id is known: its start was lost.
    pub(crate) fn implied(execution_id: i64, root_id: i64, frame: Frame) -> Self {
        Self {
            execution_id,
            root_id,
            frame,
            caller: None,
            batch: None,
            nested: Vec::new(),
            has_started: false,
            awaits_planning: false,
            awaits_plan: false,
            planning_is_unlogged: false,
            outcome: None,
            figures: Figures::default(),
            summary: None,
            description: String::new(),
            group: None,
            tags: Vec::new(),
            query_id: None,
            text: None,
            phases: Vec::new(),
            plan: Plan::default(),
            plan_updates: 0,
            initial_fingerprint: None,
            values: FxHashMap::default(),
        }
    }

    /// It has started. What of its plan had to be left out is handed back.
    pub(crate) fn started(&mut self, event: &SqlExecutionStart<'_>) -> Option<Oddity> {
        self.has_started = true;
        let tags = || event.job_tags.iter().flatten().map(|tag| &**tag);
        let in_session = || {
            event
                .modified_configs
                .get("spark.sparkspan.unit.traceparent")?
                .parse()
                .ok()
        };
        self.caller = caller_in_tags(tags()).or_else(in_session);
        self.batch = batch::key_of_description(&event.description).map(UnitId::Batch);
        self.description = excerpt(&event.description);
        self.group = event.job_group_id.as_deref().map(excerpt);
        self.tags = user_tags(tags());
        self.query_id = event.query_id.as_ref().map(|id| Identifier::new(&**id));
        let mut oddity = None;
        if let Some(json) = event.spark_plan_info {
            self.plan = Plan::Whole(json.get().to_owned());
            if let Ok((plan, odd)) = PlanNode::read(json.get()) {
                oddity = odd;
                self.summary = Some(plan::summary(&plan));
                self.initial_fingerprint = Some(plan::plan_fingerprint(&plan));
            }
        }
        oddity
    }

    /// Adaptive execution has changed the plan.
    pub(crate) fn plan_updated(&mut self, json: &str) {
        self.plan_updates += 1;
        self.plan.update(json);
        self.awaits_plan = self.awaits_plan && !self.plan.is_last();
    }

    /// There is no room for its plan: what is left of it is what it is like.
    pub(crate) fn shrink_plan(&mut self) {
        self.plan.shrink();
        self.values = FxHashMap::default();
    }

    /// What its plan takes in memory with what the operators measured, bytes.
    pub(crate) fn plan_bytes(&self) -> usize {
        match &self.plan {
            Plan::Whole(json) => json.capacity() + self.values.len() * ENTRY_BYTES,
            Plan::Shrunk(_) => 0,
        }
    }

    /// What it takes in memory, by the model of [`crate::budget`].
    pub(crate) fn bytes(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let summary = self.summary.as_ref();
        EXECUTION_BYTES
            + self.plan_bytes()
            + summary.map_or(0, Summary::bytes)
            + self.description.len()
            + text(&self.group)
            + self.query_id.as_ref().map_or(0, |id| id.as_str().len())
            + text(&self.text)
            + budget::bytes_of_texts(self.tags.iter().map(String::as_str))
            + self.phases.len() * 2 * ENTRY_BYTES
            + self.nested.len() * 8
            + self.outcome.as_ref().map_or(0, Outcome::bytes)
    }

    /// The plugin told how it was planned.
    pub(crate) fn planned(&mut self, planning: Planning, timeline: &Timeline) {
        self.awaits_planning = false;
        self.text = planning.text.or(self.text.take());
        for (name, interval) in planning.phases {
            let start = Moment::derived(interval.start_ms);
            self.frame.starts_by(start, timeline);
            self.frame.cover(interval.start_ms, interval.end_ms);
            let is_known = self.phases.iter().any(|(known, _)| *known == name);
            if !is_known && self.phases.len() < PHASES {
                self.phases.push((name, interval));
            }
        }
    }

    /// A stage ended with these totals. Totals only grow, but stages end in any order.
    pub(crate) fn accumulated(&mut self, totals: &[(i64, i64)]) {
        if matches!(self.plan, Plan::Shrunk(_)) {
            return;
        }
        for (id, total) in totals {
            let value = self.values.entry(*id).or_insert(*total);
            *value = (*value).max(*total);
        }
    }

    fn ended(&mut self, End { at, outcome }: End) {
        // Another thread may tell of the last one.
        self.awaits_plan = outcome == Outcome::Succeeded && !self.plan.is_last();
        self.outcome = Some(outcome);
        self.frame.end(at);
    }

    /// Whether it hangs under another execution.
    pub(crate) const fn is_nested(&self) -> bool {
        matches!(self.frame.parent, Node::Execution(_))
    }

    /// The plan as it is now.
    pub(crate) fn plan(&self) -> Option<PlanNode<'_>> {
        self.read_plan().map(|(plan, _)| plan)
    }

    /// The same, and what of it had to be left out.
    fn read_plan(&self) -> Option<(PlanNode<'_>, Option<Oddity>)> {
        match &self.plan {
            Plan::Whole(json) => PlanNode::read(json).ok(),
            Plan::Shrunk(_) => None,
        }
    }

    pub(crate) fn span_id(&self, identity: &Identity) -> sparkspan_model::SpanId {
        identity.span_id(Kind::Sql, &self.execution_id.to_string())
    }

    /// Turns itself into spans: its phases, itself. What had to be left out of its last plan is handed back.
    pub(crate) fn into_spans(
        self,
        home: &Home,
        links: Vec<Link>,
        kept: Option<&'static str>,
        url: Option<Label>,
        identity: &Identity,
        redaction: &Redaction,
    ) -> (Vec<Span>, Option<Oddity>) {
        let span_id = self.span_id(identity);
        let mut spans = self.phase_spans(home, identity);
        let span_type = value::spark_span_type::SQL;
        let name = self
            .summary
            .as_ref()
            .map_or_else(|| SpanName::from(span::SQL), |s| s.text.clone().into());
        let interval = self.frame.interval();
        let mut draft = Draft::new(span_type, name, span_id, home.clone(), interval);
        if home.parent.is_none() {
            draft.kind(SpanKind::Server);
        }
        draft.set(key::SPARK_SQL_EXECUTION_ID, self.execution_id);
        if self.execution_id != self.root_id {
            draft.set(key::SPARK_SQL_EXECUTION_ROOT_ID, self.root_id);
        }
        draft.ending(&self.frame, self.outcome.as_ref(), kept, redaction);
        draft.set(key::DB_SYSTEM_NAME, "spark");
        if let Some(summary) = &self.summary {
            draft.set(key::DB_OPERATION_NAME, summary.operation.clone());
            draft.set(key::DB_QUERY_SUMMARY, summary.text.clone());
        }
        if let Some(text) = self.text.as_deref().and_then(|text| redaction.sql(text)) {
            draft.text(key::DB_QUERY_TEXT, text);
        }
        let is_told = self.text.is_some() || !self.phases.is_empty();
        let is_unlogged = is_told && self.planning_is_unlogged;
        draft.mark(key::SPARK_SQL_PLANNING_UNLOGGED, is_unlogged);
        self.describe_origin(&mut draft, redaction);
        self.describe_rows(&mut draft);
        let oddity = self.describe_plan(&mut draft);
        draft.set_some(key::SPARK_UI_URL, url);
        links.into_iter().for_each(|link| draft.link(link));
        spans.push(draft.finish());
        (spans, oddity)
    }

    fn phase_spans(&self, home: &Home, identity: &Identity) -> Vec<Span> {
        let parent = Some(self.span_id(identity));
        let phase_span = |(name, interval): &(String, Interval)| {
            let key = format!("{}/{name}", self.execution_id);
            let span_id = identity.span_id(Kind::Phase, &key);
            let home = Home {
                parent,
                parent_is_remote: false,
                ..home.clone()
            };
            let span_type = value::spark_span_type::PHASE;
            let mut draft = Draft::new(span_type, span::SQL_PHASE, span_id, home, *interval);
            draft.set(key::SPARK_SQL_PHASE_NAME, Identifier::new(name));
            draft.set(key::SPARK_SQL_EXECUTION_ID, self.execution_id);
            let is_unlogged = self.planning_is_unlogged;
            draft.mark(key::SPARK_SQL_PLANNING_UNLOGGED, is_unlogged);
            draft.finish()
        };
        self.phases.iter().map(phase_span).collect()
    }

    fn describe_origin(&self, draft: &mut Draft, redaction: &Redaction) {
        if !call_site::describe(draft, &self.description, redaction)
            && let Some(description) = redaction.statement(&self.description)
        {
            draft.text(key::SPARK_SQL_DESCRIPTION, description);
        }
        if let Some(group) = self
            .group
            .as_ref()
            .and_then(|group| redaction.statement(group))
        {
            draft.text(key::SPARK_JOB_GROUP, group);
        }
        set_tags(draft, key::SPARK_JOB_TAGS, &self.tags, redaction);
        draft.set_some(key::SPARK_SQL_QUERY_ID, self.query_id.clone());
    }

    fn describe_rows(&self, draft: &mut Draft) {
        let metrics = &self.figures.metrics;
        draft.set_positive(key::SPARK_SQL_INPUT_ROWS, metrics.input.records);
        draft.set_positive(key::SPARK_SQL_INPUT_BYTES, metrics.input.bytes);
        draft.set_positive(key::SPARK_SQL_OUTPUT_ROWS, metrics.output.records);
        draft.set_positive(key::SPARK_SQL_OUTPUT_BYTES, metrics.output.bytes);
    }

    /// Says what the plan is. What of an update had to be left out is handed back.
    fn describe_plan(&self, draft: &mut Draft) -> Option<Oddity> {
        draft.set_some(
            key::SPARK_SQL_PLAN_INITIAL_FINGERPRINT,
            self.initial_fingerprint.clone(),
        );
        let (plan, oddity) = self.read_plan().unzip();
        draft.set_some(
            key::SPARK_SQL_PLAN_EXECUTED_FINGERPRINT,
            match &self.plan {
                Plan::Whole(_) => plan.as_ref().map(plan::plan_fingerprint),
                Plan::Shrunk(fingerprint) => fingerprint.clone(),
            },
        );
        draft.set_positive(key::SPARK_SQL_PLAN_UPDATES, self.plan_updates);
        let is_shrunk = matches!(self.plan, Plan::Shrunk(_));
        draft.mark(key::SPARK_SQL_PLAN_EVICTED, is_shrunk);
        let text = plan::render(&plan?, &self.values);
        draft.plan(key::SPARK_SQL_PLAN_TEXT, text);
        // That of the first plan was told at the start.
        oddity.flatten().filter(|_| self.plan_updates > 0)
    }
}

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
        if let Some(end) = self.ended_early.take(&Node::Execution(id)).flatten() {
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
        match (
            self.executions.get_mut(&event.execution_id),
            event.spark_plan_info,
        ) {
            (Some(execution), Some(plan)) => execution.plan_updated(plan.get()),
            _ => return self.late(),
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
            *self.planned_early.entry(id) = planning;
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
        let has_closed = self.has_closed(&node);
        let Some(execution) = self.executions.get_mut(&id) else {
            if has_closed {
                self.late();
            } else {
                *self.ended_early.entry(node) = Some(end);
            }
            return;
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
