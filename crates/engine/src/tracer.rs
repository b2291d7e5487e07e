//! The open spans of an application: how they hang together, when they close, and where they go.
//!
//! What an event means for a job, a stage or a query stands in the module of that name; here is what
//! is the same for all of them. A span is sent once, after its children, and only once it is known
//! whether its unit is kept.

mod closing;
mod counts;
mod giving_up;
mod relief;
mod units;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use sparkspan_events::Oddity;
use sparkspan_model::{Link, Resource, SpanId, SpanSink, TraceId, TraceParent};
use sparkspan_redaction::attribute;
use sparkspan_semconv::key;

pub(crate) use self::counts::Counts;
use crate::application::{Application, EXECUTORS};
use crate::batch::Batch;
use crate::children::Children;
use crate::closed::{Closed, Place};
use crate::connect::Operation;
use crate::draft::Home;
use crate::dstream::DStreams;
use crate::frame::{Frame, Interval, Node, Open};
use crate::horizon::Horizon;
use crate::identity::Identity;
use crate::job::Job;
use crate::outcome::Outcome;
use crate::recent::Recent;
use crate::settings::{Scope, Settings};
use crate::shuffle::Shuffles;
use crate::sql::{Execution, Planning};
use crate::stage::{KnownTasks, Stage};
use crate::timeline::{Moment, Timeline};
use crate::unit::{Unit, UnitId};

/// How many threads may be starting an execution at the same moment, and more.
const PLANNED_EARLY: usize = 64;

/// How many things may end before they start, because other threads posted their starts.
const ENDED_EARLY: usize = 64;

/// How something ended.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) at: Moment,
    pub(crate) outcome: Outcome,
}

/// Everything that is open.
pub(crate) struct Tracer {
    pub(crate) settings: Settings,
    pub(crate) identity: Identity,
    /// By their keys, so that those of one query stand together.
    pub(crate) batches: BTreeMap<Arc<str>, Batch>,
    pub(crate) dstreams: DStreams,
    pub(crate) operations: FxHashMap<Arc<str>, Operation>,
    pub(crate) executions: FxHashMap<i64, Box<Execution>>,
    /// What had to be left out of the plan of the last execution that started.
    pub(crate) odd_plan: Option<(&'static str, Oddity)>,
    /// What came of executions before their start; it follows at once, if it was not lost.
    pub(crate) planned_early: Recent<i64, Planning, PLANNED_EARLY>,
    /// Ends of executions and of jobs that came before their starts.
    pub(crate) ended_early: Recent<Node, End, ENDED_EARLY>,
    pub(crate) jobs: FxHashMap<i64, Box<Job>>,
    /// By stage and attempt, so that the attempts of one stand together.
    pub(crate) stages: BTreeMap<(i64, i64), Box<Stage>>,
    /// The active jobs that list a stage.
    pub(crate) listed_by: FxHashMap<i64, Vec<i64>>,
    pub(crate) known_tasks: KnownTasks,
    pub(crate) shuffles: Shuffles,
    pub(crate) counts: Counts,
    pub(crate) horizon: Horizon,
    children: Children,
    /// The application's own span.
    application: Frame,
    caller: Option<TraceParent>,
    scope: Scope,
    driver: Arc<Resource>,
    executors: Recent<Arc<str>, Option<Arc<Resource>>, EXECUTORS>,
    /// What would close, if it were known whether its times can be believed.
    undecided: BTreeSet<Node>,
    units: FxHashMap<UnitId, Unit>,
    closed: Closed,
    /// Spans in the application's own trace.
    application_spans: usize,
    /// What undecided units hold and what is open takes in memory, by the model of [`crate::budget`].
    pub(crate) held_bytes: usize,
    /// What goes next when too much is open, as it was when it was last looked for.
    silent: VecDeque<(u64, Node)>,
}

impl Tracer {
    /// Nothing is open yet. `None` while the application cannot be identified.
    pub(crate) fn new(settings: &Settings, application: &Application) -> Option<Self> {
        let identity = application.identity(settings)?;
        Some(Self {
            settings: settings.clone(),
            identity,
            batches: BTreeMap::new(),
            dstreams: DStreams::default(),
            operations: FxHashMap::default(),
            executions: FxHashMap::default(),
            odd_plan: None,
            planned_early: Recent::default(),
            ended_early: Recent::default(),
            jobs: FxHashMap::default(),
            stages: BTreeMap::new(),
            listed_by: FxHashMap::default(),
            known_tasks: KnownTasks::default(),
            shuffles: Shuffles::default(),
            counts: Counts::default(),
            horizon: Horizon::default(),
            children: Children::default(),
            application: Frame::new(Node::Application, None, application.start()),
            caller: application.caller(),
            scope: application.scope(settings),
            driver: Arc::new(application.driver(settings)),
            executors: Recent::default(),
            undecided: BTreeSet::new(),
            units: FxHashMap::default(),
            closed: Closed::default(),
            application_spans: 0,
            held_bytes: 0,
            silent: VecDeque::new(),
        })
    }

    /// An event came for something that has closed.
    pub(crate) fn late(&mut self) {
        self.counts.late_events += 1;
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
        self.identity.span_of(node)
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
            .get_or_insert_with(|| Arc::new(application.executor(settings, id, host)));
        Arc::clone(resource)
    }

    pub(crate) fn forget_executor(&mut self, id: &str) {
        self.executors.take(id);
    }

    fn open_mut(&mut self, node: &Node) -> Option<&mut dyn Open> {
        match node {
            Node::Application => Some(&mut self.application),
            Node::Batch(key) => Some(self.batches.get_mut(key)?),
            Node::Operation(id) => Some(self.operations.get_mut(id)?),
            Node::Execution(id) => Some(&mut **self.executions.get_mut(id)?),
            Node::Job(id) => Some(&mut **self.jobs.get_mut(id)?),
            Node::Stage(id, attempt) => Some(&mut **self.stages.get_mut(&(*id, *attempt))?),
        }
    }

    fn frame_mut(&mut self, node: &Node) -> Option<&mut Frame> {
        self.open_mut(node).map(Open::frame)
    }

    /// Something opens under `parent`, in this unit if that is known.
    pub(crate) fn opened(&mut self, node: &Node, parent: &Node, unit: Option<&UnitId>) {
        if *parent != Node::Application
            && let Some(frame) = self.frame_mut(parent)
        {
            frame.child_opened();
            self.children.insert(parent, node);
            self.heard_of(parent);
        }
        if let Some(unit) = unit {
            self.enter(unit);
        }
    }

    /// Where to hang what comes too late for a closed execution: under the nearest open thing above it,
    /// else at the application, in the unit that has closed too. `None` once that is forgotten.
    pub(crate) fn place_above(&mut self, execution_id: i64) -> Option<Place> {
        let mut place = self.closed.place_of(execution_id)?.clone();
        while place.parent != Node::Application && self.frame_mut(&place.parent).is_none() {
            let above = match place.parent {
                Node::Execution(id) => self.closed.place_of(id),
                _ => None,
            };
            place.parent = above.map_or(Node::Application, |above| above.parent.clone());
        }
        Some(place)
    }

    /// Whether it was open and has closed.
    pub(crate) fn has_closed(&self, node: &Node) -> bool {
        match node {
            Node::Batch(_) | Node::Operation(_) => self.closed.contains_named(self.span_id(node)),
            numbered => self.closed.contains(numbered),
        }
    }

    /// Something has ended that is not open: it has closed, or its start is still to come.
    pub(crate) fn ended_unopened(&mut self, node: Node, end: End) {
        if self.has_closed(&node) {
            self.late();
        } else {
            self.ended_early.insert(node, end);
        }
    }

    /// An event was about something that is open.
    pub(crate) fn heard_of(&mut self, node: &Node) {
        let now = self.horizon.now();
        self.account(node, |frame| frame.last_event = now);
    }

    /// Accounts for what something that is open takes in memory.
    pub(crate) fn weigh(&mut self, node: &Node) {
        self.account(node, |_| {});
    }

    fn account(&mut self, node: &Node, change: impl FnOnce(&mut Frame)) {
        let Some(open) = self.open_mut(node) else {
            return;
        };
        let bytes = open.bytes();
        let frame = open.frame();
        change(frame);
        let before = std::mem::replace(&mut frame.bytes, bytes);
        self.held_bytes = (self.held_bytes + bytes).saturating_sub(before);
    }

    fn may_close(&mut self, node: &Node) -> bool {
        self.open_mut(node).is_some_and(Open::may_close)
    }

    /// Closes the node if it is done, and with it whatever was waiting for it. One that has only ended waits
    /// for what is within it.
    pub(crate) fn settle(
        &mut self,
        node: Node,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let mut node = node;
        let mut passed = Vec::new();
        while self.may_close(&node) {
            if !self.settle_times(&node, &application.timeline) {
                break;
            }
            let Some(closed) = self.close(&node, application, sink) else {
                return;
            };
            let frame = closed.frame;
            self.held_bytes = self.held_bytes.saturating_sub(frame.bytes);
            let parent = frame.parent.clone();
            let Some(unit) = frame.unit.clone() else {
                return;
            };
            let place = Place {
                parent: parent.clone(),
                unit: unit.clone(),
            };
            let identity = &self.identity;
            self.closed
                .insert(&node, &place, || identity.span_of(&node));
            for span in closed.spans {
                self.emit(&unit, span, sink);
            }
            self.children.remove(&parent, &node);
            self.cover(&unit, closed.interval, &frame);
            self.leave(&unit);
            if let Node::Batch(key) = &parent {
                passed.extend(self.end_passed_dstreams(key, application.timeline.last_ms()));
            }
            node = parent;
        }
        self.await_children(node);
        for batch in passed {
            self.settle(batch, application, sink);
        }
    }

    /// Decides on the times of a node; false if the next events have to tell, after which it closes.
    fn settle_times(&mut self, node: &Node, timeline: &Timeline) -> bool {
        let settled = self
            .open_mut(node)
            .is_none_or(|open| open.settle_times(timeline));
        if !settled {
            self.undecided.insert(node.clone());
        }
        settled
    }

    /// Closes what waited for the timeline to be told.
    pub(crate) fn settle_undecided(&mut self, application: &Application, sink: &mut dyn SpanSink) {
        if self.undecided.is_empty() {
            return;
        }
        for node in std::mem::take(&mut self.undecided) {
            self.settle(node, application, sink);
        }
    }

    /// The parent of what has closed has one child less, and is as long as its children at least.
    fn cover(&mut self, unit: &UnitId, interval: Interval, child: &Frame) {
        let in_other_trace = self
            .units
            .get(unit)
            .is_some_and(|unit| unit.placement.trace_id != self.identity.trace_id);
        let is_root = child.parent == Node::Application;
        if let Some(frame) = self.frame_mut(&child.parent) {
            if !is_root {
                frame.child_closed();
            }
            frame.last_event = frame.last_event.max(child.last_event);
            if child.is_incomplete() {
                frame.misses_something();
            }
            if !(is_root && in_other_trace) {
                frame.cover(interval.start_ms, interval.end_ms);
            }
        }
    }

    /// Has a node that has ended wait for what is within it. An execution of which it is not known where it
    /// belongs does not wait: what tells that closes it too.
    fn await_children(&mut self, node: Node) {
        if let Some(frame) = self.frame_mut(&node)
            && frame.has_ended()
            && frame.unit.is_some()
            && !frame.is_awaited
        {
            frame.is_awaited = true;
            let last_event = frame.last_event;
            self.horizon.await_children(node, last_event);
        }
    }
}

/// A link that says how the other span is related.
pub(crate) fn link(trace_id: TraceId, span_id: SpanId, relation: &'static str) -> Link {
    Link {
        trace_id,
        span_id,
        attributes: vec![attribute(key::SPARK_LINK_TYPE, relation)],
    }
}
