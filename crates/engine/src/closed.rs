//! What has closed: it never opens again, and what comes late for a unit keeps to its decision.

use sparkspan_model::{SpanId, TraceParent};

use crate::frame::Node;
use crate::id_ranges::IdRanges;
use crate::recent::Recent;
use crate::sampling::Decision;
use crate::unit::UnitId;

/// How many attempts of a stage are told apart: Spark gives up after four in a row. Later ones share
/// a set, so that of them the first is sent.
const ATTEMPTS: usize = 17;
/// How many batches, and how many operations, are remembered.
const NAMED: usize = 65_536;

/// Where something hangs.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) parent: Node,
    pub(crate) unit: UnitId,
}

/// How a unit was when it closed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClosedUnit {
    pub(crate) caller: Option<TraceParent>,
    pub(crate) decision: Decision,
}

/// What has closed. That it has is remembered of everything that has a number, and of the latest that
/// have names; where it hung and what became of its unit only of the latest.
#[derive(Debug, Default)]
pub(crate) struct Closed {
    executions: IdRanges,
    jobs: IdRanges,
    stages: [IdRanges; ATTEMPTS],
    /// By the ids of their spans, which are shorter than their names.
    batches: Recent<SpanId, (), NAMED>,
    operations: Recent<SpanId, (), NAMED>,
    places: Recent<i64, Place>,
    units: Recent<UnitId, ClosedUnit>,
}

impl Closed {
    /// `node` has closed, which hung in `place`; `span_id` tells the id of its span.
    pub(crate) fn insert(&mut self, node: &Node, place: &Place, span_id: impl FnOnce() -> SpanId) {
        match node {
            Node::Application => {}
            Node::Batch(_) => self.batches.insert(span_id(), ()),
            Node::Operation(_) => self.operations.insert(span_id(), ()),
            Node::Execution(id) => {
                self.executions.insert(*id);
                self.places.insert(*id, place.clone());
            }
            Node::Job(id) => {
                self.jobs.insert(*id);
            }
            Node::Stage(id, attempt) => {
                if let Some(ids) = self.stages.get_mut(set_of(*attempt)) {
                    ids.insert(*id);
                }
            }
        }
    }

    /// Whether an execution, a job or a stage attempt has closed.
    pub(crate) fn contains(&self, node: &Node) -> bool {
        match node {
            Node::Execution(id) => self.executions.contains(*id),
            Node::Job(id) => self.jobs.contains(*id),
            Node::Stage(id, attempt) => self
                .stages
                .get(set_of(*attempt))
                .is_some_and(|ids| ids.contains(*id)),
            Node::Application | Node::Batch(_) | Node::Operation(_) => false,
        }
    }

    /// Whether the batch or the operation whose span has this id has closed.
    pub(crate) fn contains_named(&self, span_id: SpanId) -> bool {
        self.batches.contains(&span_id) || self.operations.contains(&span_id)
    }

    /// Where a closed execution hung; `None` once that is forgotten.
    pub(crate) fn place_of(&self, execution_id: i64) -> Option<&Place> {
        self.places.get(&execution_id)
    }

    /// A unit has closed.
    pub(crate) fn insert_unit(&mut self, id: &UnitId, unit: ClosedUnit) {
        self.units.insert(id.clone(), unit);
    }

    /// How a closed unit was; `None` once that is forgotten.
    pub(crate) fn unit(&self, id: &UnitId) -> Option<ClosedUnit> {
        self.units.get(id).copied()
    }
}

/// The set of stages that an attempt is in.
fn set_of(attempt: i64) -> usize {
    usize::try_from(attempt).map_or(ATTEMPTS - 1, |attempt| attempt.min(ATTEMPTS - 1))
}
