//! SQL executions: queries and commands, and the phases of their planning.

mod events;
mod held_plan;
mod planning;
mod spans;

use sparkspan_events::{Oddity, PlanNode, SqlExecutionStart};
use sparkspan_model::TraceParent;
use sparkspan_redaction::Identifier;

use self::held_plan::HeldPlan;
use self::planning::PHASES;
pub(crate) use self::planning::Planning;
use crate::batch;
use crate::budget::{self, ENTRY_BYTES, EXECUTION_BYTES};
use crate::excerpt::excerpt;
use crate::figures::Figures;
use crate::frame::{Frame, Interval, Node, Open};
use crate::identity::{Identity, Kind};
use crate::job::user_tags;
use crate::outcome::Outcome;
use crate::plan::{self, Summary};
use crate::timeline::{Moment, Timeline};
use crate::tracer::End;
use crate::unit::{UnitId, caller_in_tags};

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
    plan: HeldPlan,
    initial_fingerprint: Option<Identifier>,
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
            plan: HeldPlan::default(),
            initial_fingerprint: None,
        }
    }

    /// It has started. What of its plan had to be left out is handed back.
    pub(crate) fn started(&mut self, event: &SqlExecutionStart<'_>) -> Option<Oddity> {
        self.has_started = true;
        if let Some(root_id) = event.root_execution_id
            && self.frame.unit.is_some()
            && !self.is_nested()
        {
            // It was implied by a job whose properties do not tell its root.
            self.root_id = root_id;
        }
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
            self.plan.start(json.get());
            if let Ok((plan, odd)) = PlanNode::read(json.get()) {
                oddity = odd;
                self.summary = Some(plan::summary(&plan));
                self.initial_fingerprint = Some(plan::plan_fingerprint(&plan));
            }
        }
        oddity
    }

    /// Adaptive execution has changed the plan; false if the same was told already.
    fn plan_updated(&mut self, json: &str) -> bool {
        let is_new = self.plan.update(json);
        self.awaits_plan = self.awaits_plan && !self.plan.is_last();
        is_new
    }

    /// There is no room for its plan.
    pub(crate) fn shrink_plan(&mut self) {
        self.plan.shrink();
    }

    /// What its plan takes in memory with what the operators measured, bytes.
    pub(crate) fn plan_bytes(&self) -> usize {
        self.plan.bytes()
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

    /// A stage ended with these totals, or the driver tells them.
    pub(crate) fn accumulated(&mut self, totals: &[(i64, i64)]) {
        self.plan.accumulate(totals);
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
        self.plan.read().map(|(plan, _)| plan)
    }

    pub(crate) fn span_id(&self, identity: &Identity) -> sparkspan_model::SpanId {
        identity.span_id(Kind::Sql, &self.execution_id.to_string())
    }
}

impl Open for Execution {
    fn frame(&mut self) -> &mut Frame {
        &mut self.frame
    }

    fn bytes(&self) -> usize {
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

    fn may_close(&mut self) -> bool {
        let is_known = self.frame.unit.is_some();
        let awaits = self.awaits_planning || self.awaits_plan;
        is_known && !awaits && self.frame.is_done()
    }

    fn abandon(&mut self, _end_ms: i64) {
        self.awaits_plan = false;
        if std::mem::take(&mut self.awaits_planning) {
            self.frame.misses_something();
        }
    }
}
