//! The open spans of an application: how they hang together, when they close, and where they go.
//!
//! What an event means for a job, a stage or a query stands in the module of that name; here is what
//! is the same for all of them. A span is sent once, after its children, and only once it is known
//! whether its unit is kept.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use sparkspan_model::{Attribute, Link, Resource, Span, SpanId, SpanSink, TraceId, TraceParent};
use sparkspan_semconv::{attribute, span, value};

use crate::application::Application;
use crate::batch::Batch;
use crate::budget::{HELD_TASKS_LIMIT, bytes_of};
use crate::connect::Operation;
use crate::draft::{Draft, Home};
use crate::frame::{Frame, Interval, Node};
use crate::identity::{Identity, Kind};
use crate::job::Job;
use crate::outcome::Outcome;
use crate::recent::Recent;
use crate::sampling::{self, Decision, Kept};
use crate::settings::{Scope, Settings, TaskDetail};
use crate::shuffle::Shuffles;
use crate::sql::Execution;
use crate::stage::{Stage, StageSurroundings};
use crate::unit::{Placement, Unit, UnitId};

/// How many closed spans and units are remembered.
const REMEMBERED: usize = 16_384;

/// Everything that is open.
pub(crate) struct Tracer {
    pub(crate) settings: Settings,
    pub(crate) identity: Identity,
    pub(crate) batches: FxHashMap<Arc<str>, Batch>,
    pub(crate) operations: FxHashMap<Arc<str>, Operation>,
    pub(crate) executions: FxHashMap<i64, Execution>,
    pub(crate) jobs: FxHashMap<i64, Job>,
    pub(crate) stages: FxHashMap<(i64, i64), Stage>,
    /// The active jobs that list a stage.
    pub(crate) listed_by: FxHashMap<i64, Vec<i64>>,
    pub(crate) shuffles: Shuffles,
    pub(crate) counts: Counts,
    /// The application's own span.
    application: Frame,
    caller: Option<TraceParent>,
    scope: Scope,
    driver: Arc<Resource>,
    executors: FxHashMap<Arc<str>, Arc<Resource>>,
    units: FxHashMap<UnitId, Unit>,
    /// What has closed: it never opens again, and what comes late for a unit keeps to its decision.
    closed: Recent<Node, Option<Place>, REMEMBERED>,
    closed_units: Recent<UnitId, Option<(Placement, Decision)>, REMEMBERED>,
    /// Spans in the application's own trace.
    application_spans: usize,
    /// What all undecided units hold.
    held_bytes: usize,
}

/// What the application's span tells of its units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) units: u64,
    pub(crate) sampled_out: u64,
    pub(crate) late_events: u64,
    pub(crate) spans: u64,
    /// Task spans of undecided units that were given up for memory.
    pub(crate) evicted_tasks: u64,
    sampled: u64,
    parent: u64,
    failed: u64,
    slow: u64,
    replayed: u64,
    without_tasks: u64,
}

impl Counts {
    pub(crate) fn describe(&self, draft: &mut Draft) {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        draft.set(attribute::SPARK_APP_UNITS_SEEN, number(self.units));
        for (key, count) in [
            (attribute::SPARK_APP_UNITS_SAMPLED, self.sampled),
            (attribute::SPARK_APP_UNITS_PARENT, self.parent),
            (attribute::SPARK_APP_UNITS_FAILED, self.failed),
            (attribute::SPARK_APP_UNITS_SLOW, self.slow),
            (attribute::SPARK_APP_UNITS_REPLAY, self.replayed),
            (attribute::SPARK_APP_UNITS_SAMPLED_OUT, self.sampled_out),
            (attribute::SPARK_APP_UNITS_WITHOUT_TASKS, self.without_tasks),
            (attribute::SPARK_APP_EVENTS_LATE, self.late_events),
        ] {
            draft.set_positive(key, number(count));
        }
    }

    fn kept(&mut self, kept: Kept, in_force: bool) {
        let count = match kept {
            _ if !in_force => &mut self.replayed,
            Kept::Sampled => &mut self.sampled,
            Kept::Parent => &mut self.parent,
            Kept::Failed => &mut self.failed,
            Kept::Slow => &mut self.slow,
        };
        *count += 1;
    }
}

/// Where something hangs.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) parent: Node,
    pub(crate) unit: UnitId,
}

/// What the closing of one span tells its surroundings.
struct Closed {
    frame: Frame,
    interval: Interval,
    spans: Vec<Span>,
}

impl Tracer {
    /// Nothing is open yet. `None` while the application cannot be identified.
    pub(crate) fn new(settings: &Settings, application: &Application) -> Option<Self> {
        let identity = application.identity(settings)?;
        let start_ms = application.start_ms().unwrap_or(application.last_ms);
        Some(Self {
            settings: settings.clone(),
            identity,
            batches: FxHashMap::default(),
            operations: FxHashMap::default(),
            executions: FxHashMap::default(),
            jobs: FxHashMap::default(),
            stages: FxHashMap::default(),
            listed_by: FxHashMap::default(),
            shuffles: Shuffles::default(),
            counts: Counts::default(),
            application: Frame::new(Node::Application, None, start_ms),
            caller: application.caller(),
            scope: application.scope(settings),
            driver: Arc::new(application.driver(settings)),
            executors: FxHashMap::default(),
            units: FxHashMap::default(),
            closed: Recent::default(),
            closed_units: Recent::default(),
            application_spans: 0,
            held_bytes: 0,
        })
    }

    /// An event came for something that has closed.
    pub(crate) fn late(&mut self) {
        self.counts.late_events += 1;
    }

    // Units.

    /// The caller that an open unit has joined.
    pub(crate) fn caller_of(&self, id: &UnitId) -> Option<TraceParent> {
        self.units.get(id)?.caller
    }

    /// Opens a unit, or opens one again that has closed: then it keeps its place and its decision.
    pub(crate) fn open_unit(&mut self, id: &UnitId, caller: Option<TraceParent>) {
        if self.units.contains_key(id) {
            return;
        }
        let unit = if let Some(Some((placement, decision))) = self.closed_units.get(id) {
            Unit::new(placement.clone(), *decision, caller)
        } else {
            let flag = caller.or(self.caller).map(|caller| caller.sampled);
            let decision = sampling::at_start(&self.settings, &self.identity, id, flag);
            self.counts.units += 1;
            if let Decision::Keep(kept) = decision {
                self.counts.kept(kept, self.settings.sampler_in_force);
            }
            Unit::new(self.placement(id, caller), decision, caller)
        };
        self.units.insert(id.clone(), unit);
    }

    fn placement(&self, id: &UnitId, caller: Option<TraceParent>) -> Placement {
        let to_application = link(
            self.identity.trace_id,
            self.identity.span_id,
            value::spark_link_type::APPLICATION,
        );
        let is_batch = matches!(id, UnitId::Batch(_));
        let has_own_trace =
            is_batch || (self.scope == Scope::Unit && !matches!(id, UnitId::Job(_)));
        match caller {
            // A query's caller is the same for all of its batches: joined, its trace would never end.
            Some(caller) if is_batch => Placement {
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
            None if has_own_trace => Placement {
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
        let open = self.units.get(id).map(|unit| &unit.placement);
        let closed = || {
            self.closed_units
                .get(id)?
                .as_ref()
                .map(|(placement, _)| placement)
        };
        Some(open.or_else(closed)?.trace_id)
    }

    /// Opens the span of a batch or an operation, or finds it open. `None` for other units and for one
    /// that has closed.
    pub(crate) fn open_unit_node(
        &mut self,
        id: &UnitId,
        caller: Option<TraceParent>,
        start_ms: i64,
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
        let frame = Frame::new(Node::Application, Some(id.clone()), start_ms);
        match &node {
            Node::Batch(key) => {
                self.batches
                    .insert(Arc::clone(key), Batch::new(Arc::clone(key), frame));
            }
            Node::Operation(id) => {
                self.operations
                    .insert(Arc::clone(id), Operation::new(Arc::clone(id), frame));
            }
            _ => {}
        }
        Some(node)
    }

    /// Something of the unit has opened.
    pub(crate) fn enter(&mut self, id: &UnitId) {
        if let Some(unit) = self.units.get_mut(id) {
            unit.open += 1;
        }
    }

    /// Something of the unit has closed; with the last of it, the unit.
    fn leave(&mut self, id: &UnitId) {
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
            *self.closed_units.entry(id.clone()) = Some((unit.placement, unit.decision));
        }
    }

    /// The root of a unit ends: decides on the unit if that is still to be done.
    fn decide(&mut self, id: &UnitId, failed: bool, duration_ms: i64, sink: &mut dyn SpanSink) {
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
        match unit.decision {
            Decision::Keep(kept) => {
                self.counts.kept(kept, self.settings.sampler_in_force);
                held.into_iter().for_each(|span| self.send(span, sink));
            }
            _ => self.counts.sampled_out += 1,
        }
    }

    /// Why the unit is kept, as its root says it.
    fn kept_label(&self, id: &UnitId) -> Option<&'static str> {
        let Decision::Keep(kept) = self.units.get(id)?.decision else {
            return None;
        };
        Some(match kept {
            _ if !self.settings.sampler_in_force => value::spark_unit_kept::REPLAY,
            Kept::Sampled => value::spark_unit_kept::SAMPLED,
            Kept::Parent => value::spark_unit_kept::PARENT,
            Kept::Failed => value::spark_unit_kept::FAILED,
            Kept::Slow => value::spark_unit_kept::SLOW,
        })
    }

    // Spans.

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
                if span.name == span::TASK {
                    if unit.held_tasks >= HELD_TASKS_LIMIT {
                        self.counts.evicted_tasks += 1;
                        return;
                    }
                    unit.held_tasks += 1;
                }
                let bytes = bytes_of(&span);
                unit.held.push(span);
                unit.held_bytes += bytes;
                self.held_bytes += bytes;
                self.keep_within_budget();
            }
        }
    }

    fn send(&mut self, span: Span, sink: &mut dyn SpanSink) {
        self.counts.spans += 1;
        if span.trace_id == self.identity.trace_id {
            self.application_spans += 1;
        }
        sink.accept(span);
    }

    /// The largest undecided unit gives up its tasks, then the next one.
    fn keep_within_budget(&mut self) {
        while self.held_bytes > self.settings.max_memory_bytes {
            let largest = self
                .units
                .iter_mut()
                .filter(|(_, unit)| unit.held_tasks > 0)
                .max_by(|(a, one), (b, other)| {
                    one.held_bytes.cmp(&other.held_bytes).then_with(|| b.cmp(a))
                });
            let Some((_, unit)) = largest else { return };
            let before = unit.held_bytes;
            unit.held.retain(|held| held.name != span::TASK);
            unit.held_bytes = unit.held.iter().map(bytes_of).sum();
            self.counts.evicted_tasks += u64::try_from(unit.held_tasks).unwrap_or(u64::MAX);
            unit.held_tasks = 0;
            self.held_bytes -= before - unit.held_bytes;
        }
    }

    /// Where a span goes that hangs at `frame`.
    pub(crate) fn home(&self, frame: &Frame) -> Option<Home> {
        let id = frame.unit.as_ref()?;
        let placement = &self.units.get(id)?.placement;
        let (parent, parent_is_remote) = match self.traced_parent(frame) {
            Some(span_id) => (Some(span_id), false),
            // The unit's own root is gone; in a trace of its own nothing else is there to hang under.
            None if frame.late && placement.trace_id != self.identity.trace_id => {
                (Some(self.identity.span_id(id.kind(), &id.key())), false)
            }
            None => (placement.parent, placement.parent_is_remote),
        };
        Some(Home {
            trace_id: placement.trace_id,
            parent,
            parent_is_remote,
            resource: Arc::clone(&self.driver),
        })
    }

    /// The span of the nearest open thing above that gets one.
    fn traced_parent(&self, frame: &Frame) -> Option<SpanId> {
        let mut node = &frame.parent;
        loop {
            match node {
                Node::Application => return None,
                Node::Execution(id) => {
                    let execution = self.executions.get(id)?;
                    if self.is_traced(execution) {
                        return Some(self.span_id(node));
                    }
                    node = &execution.frame.parent;
                }
                _ => return Some(self.span_id(node)),
            }
        }
    }

    /// Whether an execution gets spans. The root of a trace always does.
    fn is_traced(&self, execution: &Execution) -> bool {
        self.settings.trace_sql
            || (execution.frame.parent == Node::Application
                && self
                    .home(&execution.frame)
                    .is_some_and(|home| home.trace_id != self.identity.trace_id))
    }

    pub(crate) fn span_id(&self, node: &Node) -> SpanId {
        match node {
            Node::Application => self.identity.span_id,
            Node::Batch(key) => self.identity.span_id(Kind::Batch, key),
            Node::Operation(id) => self.identity.span_id(Kind::Connect, id),
            Node::Execution(id) => self.identity.span_id(Kind::Sql, &id.to_string()),
            Node::Job(id) => self.identity.span_id(Kind::Job, &id.to_string()),
            Node::Stage(id, attempt) => self
                .identity
                .span_id(Kind::Stage, &Stage::key(*id, *attempt)),
        }
    }

    /// The resource of an executor. Its host comes with its tasks.
    pub(crate) fn executor(
        &mut self,
        application: &Application,
        id: &Arc<str>,
        host: &str,
    ) -> Arc<Resource> {
        let settings = &self.settings;
        let resource = self
            .executors
            .entry(Arc::clone(id))
            .or_insert_with(|| Arc::new(application.executor(settings, id, host)));
        Arc::clone(resource)
    }

    pub(crate) fn forget_executor(&mut self, id: &str) {
        self.executors.remove(id);
    }

    // Closing.

    fn frame_mut(&mut self, node: &Node) -> Option<&mut Frame> {
        match node {
            Node::Application => Some(&mut self.application),
            Node::Batch(key) => self.batches.get_mut(key).map(|batch| &mut batch.frame),
            Node::Operation(id) => self.operations.get_mut(id).map(|found| &mut found.frame),
            Node::Execution(id) => self.executions.get_mut(id).map(|found| &mut found.frame),
            Node::Job(id) => self.jobs.get_mut(id).map(|job| &mut job.frame),
            Node::Stage(id, attempt) => self
                .stages
                .get_mut(&(*id, *attempt))
                .map(|stage| &mut stage.frame),
        }
    }

    /// Something has opened under `parent`, in a unit that is known.
    pub(crate) fn opened(&mut self, parent: &Node, unit: Option<&UnitId>) {
        if *parent != Node::Application
            && let Some(frame) = self.frame_mut(parent)
        {
            frame.child_opened();
        }
        if let Some(unit) = unit {
            self.enter(unit);
        }
    }

    /// Where to hang what comes too late for a closed node: under the nearest open one above it, else at
    /// the application, in the unit that has closed too.
    pub(crate) fn place_above(&mut self, node: &Node) -> Option<Place> {
        let mut place = self.closed.get(node)?.clone()?;
        while place.parent != Node::Application && self.frame_mut(&place.parent).is_none() {
            place = self.closed.get(&place.parent)?.clone()?;
        }
        Some(place)
    }

    /// Whether it was open, as far as is remembered.
    pub(crate) fn has_closed(&self, node: &Node) -> bool {
        self.closed.contains(node)
    }

    fn is_done(&self, node: &Node) -> bool {
        match node {
            Node::Application => false,
            Node::Batch(key) => self
                .batches
                .get(key)
                .is_some_and(|batch| batch.frame.is_done()),
            Node::Operation(id) => self
                .operations
                .get(id)
                .is_some_and(|operation| operation.frame.is_done()),
            Node::Execution(id) => self.executions.get(id).is_some_and(|execution| {
                execution.frame.is_done() && execution.frame.unit.is_some()
            }),
            Node::Job(id) => self.jobs.get(id).is_some_and(|job| job.frame.is_done()),
            Node::Stage(id, attempt) => self
                .stages
                .get(&(*id, *attempt))
                .is_some_and(Stage::is_done),
        }
    }

    /// Closes the node if it is done, and with it whatever was waiting for it.
    pub(crate) fn settle(
        &mut self,
        node: Node,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let mut node = node;
        while self.is_done(&node) {
            let Some(closed) = self.close(&node, application, sink) else {
                return;
            };
            let parent = closed.frame.parent.clone();
            let Some(unit) = closed.frame.unit else {
                return;
            };
            let place = Place {
                parent: parent.clone(),
                unit: unit.clone(),
            };
            *self.closed.entry(node) = Some(place);
            for span in closed.spans {
                self.emit(&unit, span, sink);
            }
            self.cover(&parent, &unit, closed.interval);
            self.leave(&unit);
            node = parent;
        }
    }

    /// The parent has one child less, and is as long as its children at least.
    fn cover(&mut self, parent: &Node, unit: &UnitId, interval: Interval) {
        let in_other_trace = self
            .units
            .get(unit)
            .is_some_and(|unit| unit.placement.trace_id != self.identity.trace_id);
        let is_root = *parent == Node::Application;
        if let Some(frame) = self.frame_mut(parent) {
            if !is_root {
                frame.child_closed();
            }
            if !(is_root && in_other_trace) {
                frame.cover(interval.start_ms, interval.end_ms);
            }
        }
    }

    fn close(
        &mut self,
        node: &Node,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) -> Option<Closed> {
        match node {
            Node::Application => None,
            Node::Batch(key) => self.close_batch(key, application, sink),
            Node::Operation(id) => self.close_operation(id, application, sink),
            Node::Execution(id) => self.close_execution(*id, application, sink),
            Node::Job(id) => self.close_job(*id, application, sink),
            Node::Stage(id, attempt) => self.close_stage((*id, *attempt), application),
        }
    }

    /// If `frame` is its unit's root, decides on the unit and gives what only a root carries: its links
    /// and why it is kept.
    fn root(
        &mut self,
        frame: &Frame,
        outcome: Option<&Outcome>,
        duration_ms: i64,
        sink: &mut dyn SpanSink,
    ) -> (Vec<Link>, Option<&'static str>) {
        let Some(unit) = frame
            .unit
            .as_ref()
            .filter(|_| frame.parent == Node::Application)
        else {
            return (Vec::new(), None);
        };
        self.decide(
            unit,
            outcome.is_some_and(Outcome::is_failure),
            duration_ms,
            sink,
        );
        let links = self
            .units
            .get(unit)
            .map(|unit| unit.placement.links.clone());
        (links.unwrap_or_default(), self.kept_label(unit))
    }

    fn close_batch(
        &mut self,
        key: &Arc<str>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) -> Option<Closed> {
        let batch = self.batches.remove(key)?;
        let (frame, interval) = (batch.frame.clone(), batch.frame.interval());
        let outcome = batch.outcome.as_ref();
        let (links, kept) = self.root(&frame, outcome, interval.duration_ms(), sink);
        let home = self.home(&frame)?;
        let span = batch.into_span(home, links, kept, &self.identity, &application.redaction);
        Some(Closed {
            frame,
            interval,
            spans: vec![span],
        })
    }

    fn close_operation(
        &mut self,
        id: &Arc<str>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) -> Option<Closed> {
        let operation = self.operations.remove(id)?;
        let (frame, interval) = (operation.frame.clone(), operation.frame.interval());
        // How long the client takes to fetch the result says nothing of the operation.
        let finished_ms = operation.finished_ms.unwrap_or(interval.end_ms);
        let duration_ms = finished_ms.saturating_sub(interval.start_ms);
        let (links, kept) = self.root(&frame, operation.outcome.as_ref(), duration_ms, sink);
        let home = self.home(&frame)?;
        let span = operation.into_span(home, links, kept, &self.identity, &application.redaction);
        Some(Closed {
            frame,
            interval,
            spans: vec![span],
        })
    }

    fn close_execution(
        &mut self,
        id: i64,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) -> Option<Closed> {
        let traced = self.is_traced(self.executions.get(&id)?);
        let execution = self.executions.remove(&id)?;
        let (frame, interval) = (execution.frame.clone(), execution.frame.interval());
        let outcome = execution.outcome.as_ref();
        let (links, kept) = self.root(&frame, outcome, interval.duration_ms(), sink);
        let home = self.home(&frame)?;
        if execution.is_nested()
            && let Some(root) = self.executions.get_mut(&execution.root_id)
        {
            root.figures.add(&execution.figures);
        }
        let url = application.page(&self.settings, &format!("SQL/execution/?id={id}"));
        let spans = if traced {
            let (identity, redaction) = (&self.identity, &application.redaction);
            execution.into_spans(&home, links, kept, url, identity, redaction)
        } else {
            Vec::new()
        };
        Some(Closed {
            frame,
            interval,
            spans,
        })
    }

    fn close_job(
        &mut self,
        id: i64,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) -> Option<Closed> {
        let job = self.jobs.remove(&id)?;
        let (frame, interval) = (job.frame.clone(), job.frame.interval());
        let outcome = job.outcome.as_ref();
        let (links, kept) = self.root(&frame, outcome, interval.duration_ms(), sink);
        let home = self.home(&frame)?;
        let url = application.page(&self.settings, &format!("jobs/job/?id={id}"));
        let redaction = &application.redaction;
        let span = job.into_span(home, links, kept, url, &self.identity, redaction);
        Some(Closed {
            frame,
            interval,
            spans: vec![span],
        })
    }

    fn close_stage(&mut self, id: (i64, i64), application: &Application) -> Option<Closed> {
        let stage = self.stages.remove(&id)?;
        let home = self.home(&stage.frame)?;
        let execution = stage
            .execution_id
            .and_then(|id| self.executions.get_mut(&id));
        let mut operators = Vec::new();
        if let Some(execution) = execution {
            execution.figures.add(stage.figures());
            if let Some(plan) = execution.plan() {
                operators = crate::plan::stage_operators(&plan, &stage.updated_accumulators());
            }
        }
        let with_tasks = self.may_have_tasks(&stage);
        let writers = self.shuffles.writers(&stage.parent_ids);
        let job_id = match stage.frame.parent {
            Node::Job(id) => Some(id),
            _ => None,
        };
        let page = format!(
            "stages/stage/?id={}&attempt={}",
            stage.stage_id, stage.attempt
        );
        let url = application.page(&self.settings, &page);
        let frame = stage.frame.clone();
        let identity = self.identity.clone();
        let with_shuffle = self.settings.trace_shuffle;
        let mut executor = |task: &crate::task::EndedTask| {
            self.executor(application, &task.executor_id, &task.host)
        };
        let (interval, spans) = stage.into_spans(StageSurroundings {
            identity: &identity,
            redaction: &application.redaction,
            home,
            executor: &mut executor,
            job_id,
            operators,
            writers,
            with_tasks,
            with_shuffle,
            url,
        });
        Some(Closed {
            frame,
            interval,
            spans,
        })
    }

    /// Whether a stage's telling tasks get spans: not in a trace that is full.
    fn may_have_tasks(&mut self, stage: &Stage) -> bool {
        if self.settings.trace_tasks != TaskDetail::Outliers {
            return false;
        }
        let Some(unit) = stage
            .frame
            .unit
            .as_ref()
            .and_then(|id| self.units.get_mut(id))
        else {
            return false;
        };
        let in_application = unit.placement.trace_id == self.identity.trace_id;
        let spans = if in_application {
            self.application_spans
        } else {
            unit.spans
        };
        let room = spans < self.settings.max_spans;
        unit.without_tasks |= !room;
        room
    }

    // The end.

    /// How many spans are open, the application's own included.
    pub(crate) fn open_spans(&self) -> usize {
        let open = self.batches.len()
            + self.operations.len()
            + self.executions.len()
            + self.jobs.len()
            + self.stages.len();
        open + 1
    }

    /// Closes everything that is open, because nothing more will come.
    pub(crate) fn interrupt(&mut self, application: &Application, sink: &mut dyn SpanSink) {
        let last_ms = application.last_ms;
        let mut unresolved: Vec<(i64, i64)> = self
            .executions
            .values()
            .filter(|execution| execution.frame.unit.is_none() && !execution.is_nested())
            .map(|execution| (execution.execution_id, execution.root_id))
            .collect();
        unresolved.sort_unstable();
        for (id, root_id) in unresolved {
            for nested in self.resolve(id, &UnitId::Sql(root_id), None) {
                self.settle(nested, application, sink);
            }
        }
        for stage in self.stages.values_mut() {
            stage.abandon_tasks(last_ms);
        }
        // From the leaves up; a parent closes with the last of its children.
        let mut nodes: Vec<Node> = Vec::new();
        nodes.extend(
            self.stages
                .keys()
                .map(|(id, attempt)| Node::Stage(*id, *attempt)),
        );
        nodes.extend(self.jobs.keys().map(|id| Node::Job(*id)));
        nodes.extend(self.executions.keys().map(|id| Node::Execution(*id)));
        nodes.extend(
            self.operations
                .keys()
                .map(|id| Node::Operation(Arc::clone(id))),
        );
        nodes.extend(self.batches.keys().map(|key| Node::Batch(Arc::clone(key))));
        nodes.sort_unstable_by(|a, b| b.cmp(a));
        for node in &nodes {
            if let Some(frame) = self.frame_mut(node) {
                frame.interrupt(last_ms);
            }
        }
        for node in nodes {
            self.settle(node, application, sink);
        }
    }

    /// Sends the application's own span. Nothing else is open any more.
    pub(crate) fn end(&mut self, application: Application, sink: &mut dyn SpanSink) {
        // A caller that does not record its own span would leave this one without a parent.
        let unwanted = self.caller.is_some_and(|caller| !caller.sampled)
            && matches!(
                self.settings.sampler,
                crate::Sampler::ParentBasedAlwaysOn
                    | crate::Sampler::ParentBasedAlwaysOff
                    | crate::Sampler::ParentBasedRatio(_)
            );
        if unwanted {
            return;
        }
        let (settings, identity) = (&self.settings, &self.identity);
        let frame = self.application.clone();
        let driver = Arc::clone(&self.driver);
        let span = application.into_span(settings, identity, frame, driver, &self.counts);
        self.send(span, sink);
    }
}

/// A link that says how the other span is related.
pub(crate) fn link(trace_id: TraceId, span_id: SpanId, relation: &'static str) -> Link {
    Link {
        trace_id,
        span_id,
        attributes: vec![Attribute::new(attribute::SPARK_LINK_TYPE, relation)],
    }
}
