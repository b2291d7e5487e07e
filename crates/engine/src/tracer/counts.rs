//! What the application's span tells of its units.

use sparkspan_semconv::key;

use crate::draft::Draft;
use crate::sampling::Kept;

/// What the application's span tells of its units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) units: u64,
    pub(crate) sampled_out: u64,
    pub(crate) late_events: u64,
    /// Spans whose end was given up.
    pub(crate) interrupted: u64,
    pub(crate) spans: u64,
    /// Task spans of undecided units that were given up for memory.
    pub(crate) evicted_tasks: u64,
    /// Other spans of undecided units that were given up for memory.
    pub(crate) evicted_spans: u64,
    /// Plans of open executions that were given up for memory.
    pub(crate) evicted_plans: u64,
    pub(super) sampled: u64,
    parent: u64,
    failed: u64,
    slow: u64,
    replayed: u64,
    pub(super) without_tasks: u64,
}

impl Counts {
    pub(crate) fn describe(&self, draft: &mut Draft) {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        draft.set(key::SPARK_APP_UNITS_SEEN, number(self.units));
        for (key, count) in [
            (key::SPARK_APP_UNITS_SAMPLED, self.sampled),
            (key::SPARK_APP_UNITS_PARENT, self.parent),
            (key::SPARK_APP_UNITS_FAILED, self.failed),
            (key::SPARK_APP_UNITS_SLOW, self.slow),
            (key::SPARK_APP_UNITS_REPLAY, self.replayed),
            (key::SPARK_APP_UNITS_SAMPLED_OUT, self.sampled_out),
            (key::SPARK_APP_UNITS_WITHOUT_TASKS, self.without_tasks),
            (key::SPARK_APP_EVENTS_LATE, self.late_events),
            (key::SPARK_APP_SPANS_INTERRUPTED, self.interrupted),
            (
                key::SPARK_APP_SPANS_EVICTED,
                self.evicted_tasks + self.evicted_spans,
            ),
            (key::SPARK_APP_PLANS_EVICTED, self.evicted_plans),
        ] {
            draft.set_positive(key, number(count));
        }
    }

    pub(super) fn kept(&mut self, kept: Kept, in_force: bool) {
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
