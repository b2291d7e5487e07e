//! How a query was planned.

use sparkspan_events::{SqlPlanning, SqlPlanningPhase};

use crate::excerpt::{excerpt, name_excerpt};
use crate::frame::Interval;
use crate::timeline::Timeline;

/// How many phases of planning are kept. Spark has four.
pub(super) const PHASES: usize = 64;

/// How an execution was planned: what the plugin knows beyond Spark's events.
#[derive(Debug)]
pub(crate) struct Planning {
    pub(super) text: Option<String>,
    pub(super) phases: Vec<(String, Interval)>,
}

impl Planning {
    pub(super) fn new(event: &SqlPlanning<'_>, timeline: &Timeline) -> Self {
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
