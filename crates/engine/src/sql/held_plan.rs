//! The plan of an open execution, and what was measured in it.

use rustc_hash::FxHashMap;
use sparkspan_events::{Oddity, PlanNode};
use sparkspan_redaction::{Identifier, Label};

use crate::budget::ENTRY_BYTES;
use crate::plan;

/// The plan as it is now, and the totals of the accumulators that its metrics point to.
#[derive(Debug, Default)]
pub(super) struct HeldPlan {
    plan: Plan,
    /// How often adaptive execution has changed it.
    pub(super) updates: i64,
    values: FxHashMap<i64, i64>,
}

/// Parsed when it is needed, which most updates never are.
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

/// What a span says of a plan.
#[derive(Debug, Default)]
pub(super) struct ShownPlan {
    pub(super) fingerprint: Option<Identifier>,
    pub(super) text: Label,
    /// What of it had to be left out.
    pub(super) oddity: Option<Oddity>,
}

impl HeldPlan {
    /// The plan before it runs.
    pub(super) fn start(&mut self, json: &str) {
        self.plan = Plan::Whole(json.to_owned());
    }

    /// Adaptive execution has changed it; false if it was told just that already.
    pub(super) fn update(&mut self, new: &str) -> bool {
        match &mut self.plan {
            // The first plan may be told again as one that adaptive execution starts from.
            Plan::Whole(json) if self.updates > 0 && json == new => return false,
            Plan::Whole(json) => {
                json.clear();
                json.reserve_exact(new.len());
                json.push_str(new);
            }
            Plan::Shrunk(fingerprint) => *fingerprint = fingerprint_of(new),
        }
        self.updates += 1;
        true
    }

    /// Takes totals. They only grow, but stages end in any order.
    pub(super) fn accumulate(&mut self, totals: &[(i64, i64)]) {
        if self.is_shrunk() {
            return;
        }
        for (id, total) in totals {
            let value = self.values.entry(*id).or_insert(*total);
            *value = (*value).max(*total);
        }
    }

    /// There is no room for it: what is left is what it is like.
    pub(super) fn shrink(&mut self) {
        if let Plan::Whole(json) = &self.plan {
            self.plan = Plan::Shrunk(fingerprint_of(json));
        }
        self.values = FxHashMap::default();
    }

    pub(super) const fn is_shrunk(&self) -> bool {
        matches!(self.plan, Plan::Shrunk(_))
    }

    /// What shrinking it frees, bytes.
    pub(super) fn bytes(&self) -> usize {
        match &self.plan {
            Plan::Whole(json) => json.capacity() + self.values.len() * ENTRY_BYTES,
            Plan::Shrunk(_) => 0,
        }
    }

    /// Whether no other one will follow: adaptive execution says so of each of its plans.
    pub(super) fn is_last(&self) -> bool {
        match &self.plan {
            Plan::Whole(json) => !json.contains("isFinalPlan=false"),
            Plan::Shrunk(_) => true,
        }
    }

    /// It, and what of it has to be left out.
    pub(super) fn read(&self) -> Option<(PlanNode<'_>, Option<Oddity>)> {
        match &self.plan {
            Plan::Whole(json) => PlanNode::read(json).ok(),
            Plan::Shrunk(_) => None,
        }
    }

    pub(super) fn shown(&self) -> ShownPlan {
        if let Plan::Shrunk(fingerprint) = &self.plan {
            return ShownPlan {
                fingerprint: fingerprint.clone(),
                ..ShownPlan::default()
            };
        }
        let Some((plan, oddity)) = self.read() else {
            return ShownPlan::default();
        };
        ShownPlan {
            fingerprint: Some(plan::plan_fingerprint(&plan)),
            text: plan::render(&plan, &self.values),
            oddity,
        }
    }
}

fn fingerprint_of(json: &str) -> Option<Identifier> {
    let plan = PlanNode::parse(json).ok()?;
    Some(plan::plan_fingerprint(&plan))
}
