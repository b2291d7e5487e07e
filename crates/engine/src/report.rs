//! What the tracing of a live application lost: the one span that a replay has not.

use std::sync::Arc;

use sparkspan_model::{Resource, Span};
use sparkspan_semconv::{key, span, value};

use crate::draft::{Draft, Home};
use crate::frame::Interval;
use crate::identity::{Identity, Kind};
use crate::tracer::Counts;

/// What was lost around the engine. What it gave up itself it knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Losses {
    /// Events that Spark's listener bus dropped.
    pub dropped_events: u64,
    /// Events that could not be read.
    pub unusable_events: u64,
    /// Spans that the endpoint did not take so far.
    pub dropped_spans: u64,
}

impl Losses {
    /// The span that tells of them, at the end of the application.
    pub(crate) fn span(
        self,
        identity: &Identity,
        driver: Arc<Resource>,
        end_ms: i64,
        counts: &Counts,
    ) -> Span {
        let home = Home {
            trace_id: identity.trace_id,
            parent: Some(identity.span_id),
            parent_is_remote: false,
            resource: driver,
        };
        let span_type = value::spark_span_type::REPORT;
        let span_id = identity.span_id(Kind::Report, "");
        let interval = Interval::new(end_ms, end_ms);
        let mut draft = Draft::new(span_type, span::SPARKSPAN_REPORT, span_id, home, interval);
        for (key, count) in [
            (key::SPARK_SPARKSPAN_EVENTS_DROPPED, self.dropped_events),
            (key::SPARK_SPARKSPAN_EVENTS_UNUSABLE, self.unusable_events),
            (key::SPARK_SPARKSPAN_SPANS_DROPPED, self.dropped_spans),
            (key::SPARK_SPARKSPAN_TASKS_EVICTED, counts.evicted_tasks),
            (key::SPARK_SPARKSPAN_SPANS_EVICTED, counts.evicted_spans),
            (key::SPARK_SPARKSPAN_PLANS_EVICTED, counts.evicted_plans),
        ] {
            draft.set(key, i64::try_from(count).unwrap_or(i64::MAX));
        }
        draft.finish()
    }
}
