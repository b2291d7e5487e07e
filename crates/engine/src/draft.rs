//! A span as it is written.

use std::borrow::Cow;
use std::sync::Arc;

use sparkspan_events::Measured;
use sparkspan_model::{
    Attribute, Link, Resource, Span, SpanEvent, SpanId, SpanKind, Status, TraceId,
};
use sparkspan_redaction::{Label, Redacted, Redaction, SpanName, ValueOf, attribute};
use sparkspan_semconv::class::{Identifier, Number, Text};
use sparkspan_semconv::{Key, event, key};

use crate::frame::{Frame, Interval};
use crate::outcome::{Failure, Outcome};
use crate::timeline::{Moment, Timeline};

/// The longest text that an attribute holds, bytes. Longer ones are cut and named by
/// `spark.span.truncated`: stores refuse what is too large, and a batch must not be lost to one text.
const TEXT_LIMIT: usize = 8 << 10;
/// The same for plans, which are worth more.
const PLAN_LIMIT: usize = 32 << 10;
/// The most events and the most links that a span holds (OpenTelemetry's default limit).
pub(crate) const LIST_LIMIT: usize = 128;

const NANOS_PER_MILLI: u64 = 1_000_000;
/// How long after its millisecond a span ends. Spark's times are whole milliseconds, so that much lasts
/// no time at all; a span that ends when it starts is an error to Jaeger, which changes its end and warns.
/// All spans end this much later, so that children stay inside their parents.
const END_NANOS: u64 = 1;

/// Where a span goes and who made it.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    pub(crate) trace_id: TraceId,
    pub(crate) parent: Option<SpanId>,
    pub(crate) parent_is_remote: bool,
    pub(crate) resource: Arc<Resource>,
}

/// A span that is being filled in.
#[derive(Debug)]
pub(crate) struct Draft {
    span: Span,
    truncated: Vec<&'static str>,
    dropped_events: i64,
    dropped_links: i64,
}

impl Draft {
    /// A span of this type (`spark.span.type`) over this time.
    pub(crate) fn new(
        span_type: &'static str,
        name: impl Into<SpanName>,
        span_id: SpanId,
        home: Home,
        interval: Interval,
    ) -> Self {
        let span = Span {
            trace_id: home.trace_id,
            span_id,
            parent_span_id: home.parent,
            parent_is_remote: home.parent_is_remote,
            trace_state: Cow::Borrowed(""),
            name: name.into().into_text(),
            kind: SpanKind::Internal,
            start_unix_ns: nanos(interval.start_ms),
            end_unix_ns: nanos(interval.end_ms).saturating_add(END_NANOS),
            attributes: Vec::with_capacity(24),
            events: Vec::new(),
            links: Vec::new(),
            status: Status::Unset,
            resource: home.resource,
        };
        let mut draft = Self {
            span,
            truncated: Vec::new(),
            dropped_events: 0,
            dropped_links: 0,
        };
        draft.set(key::SPARK_SPAN_TYPE, span_type);
        if interval.stretched_ms > 0 {
            draft.set(key::SPARK_SPAN_STRETCHED_MS, interval.stretched_ms);
        }
        if interval.clock_adjusted {
            draft.set(key::SPARK_SPAN_CLOCK_ADJUSTED, true);
        }
        draft.mark(key::SPARK_SPAN_TIME_INFERRED, interval.time_inferred);
        draft
    }

    pub(crate) fn kind(&mut self, kind: SpanKind) {
        self.span.kind = kind;
    }

    pub(crate) fn set<C>(&mut self, key: Key<C>, value: impl ValueOf<C>) {
        self.push(attribute(key, value));
    }

    pub(crate) fn push(&mut self, attribute: Attribute) {
        self.span.attributes.push(attribute);
    }

    /// Sets what was measured; what was not is left out.
    pub(crate) fn set_some<C>(&mut self, key: Key<C>, value: Option<impl ValueOf<C>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// Sets a figure that says nothing when it is 0, such as bytes spilled.
    pub(crate) fn set_positive(&mut self, key: Key<Number<i64>>, value: impl Into<Measured>) {
        let measured = value.into().get();
        self.set_some(key, measured.filter(|value| *value > 0));
    }

    /// Sets a mark that is only ever true.
    pub(crate) fn mark(&mut self, key: Key<Number<bool>>, marked: bool) {
        if marked {
            self.set(key, true);
        }
    }

    /// Sets a text of any length; an empty one is left out.
    pub(crate) fn text(&mut self, key: Key<Text>, mut text: Redacted) {
        if text.as_str().is_empty() {
            return;
        }
        if text.cut(TEXT_LIMIT) {
            self.truncated.push(key.name());
        }
        self.set(key, text);
    }

    /// Sets a plan; an empty one is left out.
    pub(crate) fn plan(&mut self, key: Key<Identifier>, mut plan: Label) {
        if plan.as_str().is_empty() {
            return;
        }
        if plan.cut(PLAN_LIMIT) {
            self.truncated.push(key.name());
        }
        self.set(key, plan);
    }

    pub(crate) fn event(&mut self, event: SpanEvent) {
        if self.span.events.len() < LIST_LIMIT {
            self.span.events.push(event);
        } else {
            self.dropped_events += 1;
        }
    }

    /// Counts events that were not even kept.
    pub(crate) fn lost_events(&mut self, count: i64) {
        self.dropped_events += count;
    }

    pub(crate) fn link(&mut self, link: Link) {
        if self.span.links.len() < LIST_LIMIT {
            self.span.links.push(link);
        } else {
            self.dropped_links += 1;
        }
    }

    /// Says how a thing that was open ended and, of a unit's root, why the unit is kept.
    pub(crate) fn ending(
        &mut self,
        frame: &Frame,
        outcome: Option<&Outcome>,
        kept: Option<&'static str>,
        redaction: &Redaction,
    ) {
        self.outcome(outcome, redaction);
        self.mark(key::SPARK_SPAN_INTERRUPTED, frame.is_interrupted());
        self.incomplete(frame);
        self.set_some(key::SPARK_UNIT_KEPT, kept);
        self.mark(key::SPARK_UNIT_LATE, frame.late);
        self.set_positive(key::SPARK_UNIT_SPANS_EVICTED, frame.evicted_spans);
    }

    /// Says that the thing is not all that it was, where it does not say so by having no end.
    pub(crate) fn incomplete(&mut self, frame: &Frame) {
        let incomplete = frame.is_incomplete() && !frame.is_interrupted();
        self.mark(key::SPARK_SPAN_INCOMPLETE, incomplete);
    }

    /// Says how the thing ended, and of a failure what and why.
    pub(crate) fn outcome(&mut self, outcome: Option<&Outcome>, redaction: &Redaction) {
        let Some(outcome) = outcome else { return };
        self.set(key::SPARK_OUTCOME, outcome.as_str());
        if let Outcome::Failed(Failure {
            error_type,
            message,
        }) = outcome
        {
            let status = redaction.status(message);
            self.set(key::ERROR_TYPE, error_type.clone());
            if let Some(stack) = redaction.stack(message) {
                self.event(SpanEvent {
                    time_unix_ns: self.span.end_unix_ns,
                    name: event::EXCEPTION.into(),
                    attributes: vec![
                        attribute(key::EXCEPTION_TYPE, error_type.clone()),
                        attribute(key::EXCEPTION_MESSAGE, status.clone()),
                        attribute(key::EXCEPTION_STACKTRACE, stack),
                    ],
                });
            }
            self.span.status = Status::Error(Cow::Owned(status.into_string()));
        }
    }

    pub(crate) fn finish(mut self) -> Span {
        if !self.truncated.is_empty() {
            let truncated = std::mem::take(&mut self.truncated);
            self.set(key::SPARK_SPAN_TRUNCATED, truncated);
        }
        self.set_positive(key::SPARK_SPAN_DROPPED_EVENTS, self.dropped_events);
        self.set_positive(key::SPARK_SPAN_DROPPED_LINKS, self.dropped_links);
        self.span
    }
}

/// A moment within a span, whose time is still to be settled by [`at`].
pub(crate) fn span_event(name: &'static str, attributes: Vec<Attribute>) -> SpanEvent {
    SpanEvent {
        time_unix_ns: 0,
        name: Cow::Borrowed(name),
        attributes,
    }
}

/// Puts an event where it was, as far as its time can be believed.
pub(crate) fn at(event: &mut SpanEvent, moment: Moment, timeline: &Timeline) {
    let (Ok(time_ms) | Err(time_ms)) = timeline.read(moment);
    event.time_unix_ns = nanos(time_ms);
}

/// Milliseconds since the Unix epoch as nanoseconds; a time before it, which no Spark wrote, as 0.
fn nanos(time_ms: i64) -> u64 {
    u64::try_from(time_ms)
        .unwrap_or(0)
        .saturating_mul(NANOS_PER_MILLI)
}
