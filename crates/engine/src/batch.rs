//! Micro-batches of streaming queries.

use std::ops::Bound;
use std::sync::Arc;

use sparkspan_events::{Measured, QueryProgress, QueryTerminated};
use sparkspan_model::{Link, Span, SpanKind, SpanSink};
use sparkspan_redaction::{Identifier, Redaction};
use sparkspan_semconv::class::Number;
use sparkspan_semconv::{Key, key, span, value};

use crate::application::Application;
use crate::budget::BATCH_BYTES;
use crate::draft::{Draft, Home};
use crate::excerpt::short_excerpt;
use crate::frame::{Frame, Node, Open};
use crate::identity::{Identity, Kind};
use crate::outcome::{Failure, Outcome, error_type};
use crate::timeline::Timeline;
use crate::timestamp::parse_utc_ms;
use crate::tracer::Tracer;
use crate::unit::{UnitId, is_id};

/// An open micro-batch.
#[derive(Debug)]
pub(crate) struct Batch {
    /// `<query id>/<batch id>`, or the batch time of a `DStream`.
    pub(crate) key: Arc<str>,
    pub(crate) frame: Frame,
    pub(crate) outcome: Option<Outcome>,
    run_id: Option<Identifier>,
    progress: Option<Progress>,
}

/// What `QueryProgressEvent` says of a batch.
#[derive(Debug)]
struct Progress {
    name: Option<String>,
    phases_ms: Vec<(Key<Number<i64>>, i64)>,
    input_rows: Measured,
    input_rows_per_second: Option<f64>,
    processed_rows_per_second: Option<f64>,
    output_rows: Option<i64>,
    watermark: Option<Identifier>,
    state: Option<State>,
}

#[derive(Debug, Default)]
struct State {
    rows: Measured,
    updated_rows: Measured,
    dropped_rows: Measured,
    memory_bytes: Measured,
}

impl Batch {
    pub(crate) fn new(key: Arc<str>, frame: Frame) -> Self {
        Self {
            key,
            frame,
            outcome: None,
            run_id: None,
            progress: None,
        }
    }

    /// The trigger that ran the batch has ended. `start_ms` is when it began.
    pub(crate) fn progressed(
        &mut self,
        progress: &QueryProgress<'_>,
        start_ms: Option<i64>,
        timeline: &Timeline,
    ) {
        self.run_id = Some(Identifier::new(&*progress.run_id));
        if let Some(start_ms) = start_ms {
            self.frame.starts_by(timeline.moment(start_ms), timeline);
        }
        let duration = |phase: &str| progress.duration_ms.get(phase).copied();
        let started_ms = self.frame.start().ms;
        let execution_ms = duration("triggerExecution").unwrap_or(0);
        self.frame
            .end(timeline.moment(started_ms.saturating_add(execution_ms)));
        self.outcome.get_or_insert(Outcome::Succeeded);
        let phases_ms = [
            (
                key::SPARK_STREAMING_TRIGGER_EXECUTION_MS,
                "triggerExecution",
            ),
            (
                key::SPARK_STREAMING_TRIGGER_LATEST_OFFSET_MS,
                "latestOffset",
            ),
            (key::SPARK_STREAMING_TRIGGER_GET_BATCH_MS, "getBatch"),
            (
                key::SPARK_STREAMING_TRIGGER_QUERY_PLANNING_MS,
                "queryPlanning",
            ),
            (key::SPARK_STREAMING_TRIGGER_WAL_COMMIT_MS, "walCommit"),
            (key::SPARK_STREAMING_TRIGGER_ADD_BATCH_MS, "addBatch"),
            (
                key::SPARK_STREAMING_TRIGGER_COMMIT_OFFSETS_MS,
                "commitOffsets",
            ),
        ];
        let mut state = State::default();
        for operator in &progress.state_operators {
            state.rows = state.rows.plus(operator.num_rows_total);
            state.updated_rows = state.updated_rows.plus(operator.num_rows_updated);
            state.dropped_rows = (state.dropped_rows).plus(operator.num_rows_dropped_by_watermark);
            state.memory_bytes = state.memory_bytes.plus(operator.memory_used_bytes);
        }
        let rate = |of: fn(&sparkspan_events::SourceProgress) -> Option<f64>| {
            progress
                .sources
                .iter()
                .filter_map(of)
                .filter(|rate| rate.is_finite())
                .reduce(|a, b| a + b)
        };
        self.progress = Some(Progress {
            name: progress.name.as_deref().map(short_excerpt),
            phases_ms: phases_ms
                .iter()
                .filter_map(|(key, phase)| Some((*key, duration(phase)?)))
                .collect(),
            input_rows: progress
                .sources
                .iter()
                .map(|source| source.num_input_rows)
                .fold(Measured::default(), Measured::plus),
            input_rows_per_second: rate(|source| source.input_rows_per_second),
            processed_rows_per_second: rate(|source| source.processed_rows_per_second),
            output_rows: progress.sink.and_then(|sink| sink.num_output_rows.get()),
            watermark: progress
                .event_time
                .get("watermark")
                .filter(|time| parse_utc_ms(time).is_some())
                .map(|time| Identifier::new(&**time)),
            state: (!progress.state_operators.is_empty()).then_some(state),
        });
    }

    /// The query has ended before the batch's trigger did.
    pub(crate) fn terminated(&mut self, event: &QueryTerminated<'_>, time_ms: i64) {
        self.run_id
            .get_or_insert_with(|| Identifier::new(&*event.run_id));
        let outcome = match &event.exception {
            Some(exception) => match Outcome::of_message(exception, "_OTHER") {
                Outcome::Failed(failure) => Outcome::Failed(Failure {
                    error_type: match &event.error_class_on_exception {
                        Some(class) => error_type(class),
                        None => failure.error_type,
                    },
                    ..failure
                }),
                outcome => outcome,
            },
            None => Outcome::Killed,
        };
        self.outcome.get_or_insert(outcome);
        // The event has no time of its own: the batch lasts as long as what ran in it.
        self.frame.end_with_children(time_ms);
    }

    pub(crate) fn into_span(
        self,
        home: Home,
        links: Vec<Link>,
        kept: Option<&'static str>,
        identity: &Identity,
        redaction: &Redaction,
    ) -> Span {
        let span_id = identity.span_id(Kind::Batch, &self.key);
        let span_type = value::spark_span_type::BATCH;
        let interval = self.frame.interval();
        let mut draft = Draft::new(span_type, span::STREAMING_BATCH, span_id, home, interval);
        draft.kind(SpanKind::Server);
        match self.key.split_once('/') {
            Some((query_id, batch_id)) => {
                draft.set(key::SPARK_STREAMING_QUERY_ID, Identifier::new(query_id));
                draft.set_some(key::SPARK_STREAMING_QUERY_RUN_ID, self.run_id);
                draft.set_some(key::SPARK_STREAMING_BATCH_ID, batch_id.parse::<i64>().ok());
            }
            None => draft.set_some(
                key::SPARK_STREAMING_BATCH_TIME_UNIX_MS,
                self.key.parse::<i64>().ok(),
            ),
        }
        draft.ending(&self.frame, self.outcome.as_ref(), kept, redaction);
        if let Some(progress) = self.progress {
            progress.describe(&mut draft, redaction);
        }
        links.into_iter().for_each(|link| draft.link(link));
        draft.finish()
    }
}

impl Open for Batch {
    fn frame(&mut self) -> &mut Frame {
        &mut self.frame
    }

    fn bytes(&self) -> usize {
        let progress = self.progress.as_ref();
        let name = progress.and_then(|progress| progress.name.as_ref());
        BATCH_BYTES
            + self.key.len()
            + name.map_or(0, String::len)
            + self.outcome.as_ref().map_or(0, Outcome::bytes)
    }
}

impl Progress {
    fn describe(self, draft: &mut Draft, redaction: &Redaction) {
        if let Some(name) = self.name {
            draft.text(key::SPARK_STREAMING_QUERY_NAME, redaction.prose(&name));
        }
        draft.set_some(key::SPARK_STREAMING_INPUT_ROWS, self.input_rows.get());
        draft.set_some(
            key::SPARK_STREAMING_INPUT_ROWS_PER_SECOND,
            self.input_rows_per_second,
        );
        draft.set_some(
            key::SPARK_STREAMING_PROCESSED_ROWS_PER_SECOND,
            self.processed_rows_per_second,
        );
        draft.set_some(key::SPARK_STREAMING_OUTPUT_ROWS, self.output_rows);
        for (key, duration_ms) in self.phases_ms {
            draft.set(key, duration_ms);
        }
        draft.set_some(key::SPARK_STREAMING_WATERMARK, self.watermark);
        if let Some(state) = self.state {
            draft.set_some(key::SPARK_STREAMING_STATE_ROWS_TOTAL, state.rows.get());
            draft.set_some(
                key::SPARK_STREAMING_STATE_ROWS_UPDATED,
                state.updated_rows.get(),
            );
            draft.set_positive(
                key::SPARK_STREAMING_STATE_ROWS_DROPPED_LATE,
                state.dropped_rows,
            );
            draft.set_some(
                key::SPARK_STREAMING_STATE_MEMORY_BYTES,
                state.memory_bytes.get(),
            );
        }
    }
}

/// The key of a query's micro-batch.
pub(crate) fn key(query_id: &str, batch_id: i64) -> Arc<str> {
    format!("{query_id}/{batch_id}").into()
}

/// The key of the micro-batch that a job description of Spark's own names:
/// `<name>\nid = <query id>\nrunId = <run id>\nbatch = <batch id>`.
pub(crate) fn key_of_description(description: &str) -> Option<Arc<str>> {
    let (query, batch_id) = description.rsplit_once("\nbatch = ")?;
    let (query, _) = query.rsplit_once("\nrunId = ")?;
    let (_, query_id) = query.rsplit_once("\nid = ")?;
    is_id(query_id).then_some(())?;
    Some(key(query_id, batch_id.parse().ok()?))
}

impl Tracer {
    /// `QueryProgressEvent`: the trigger of a micro-batch has ended. An idle trigger runs none.
    pub(crate) fn batch_progressed(
        &mut self,
        progress: &QueryProgress<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        if !is_id(&progress.id) {
            return self.late();
        }
        let key = key(&progress.id, progress.batch_id);
        let start_ms = parse_utc_ms(&progress.timestamp);
        let unit = UnitId::Batch(Arc::clone(&key));
        if !self.batches.contains_key(&key) {
            let ran = progress.duration_ms.contains_key("addBatch");
            let start = application
                .timeline
                .moment(start_ms.unwrap_or(application.timeline.last_ms()));
            if !ran || self.open_unit_node(&unit, None, start).is_none() {
                return;
            }
        }
        if let Some(batch) = self.batches.get_mut(&key) {
            batch.progressed(progress, start_ms, &application.timeline);
        }
        let node = Node::Batch(key);
        self.heard_of(&node);
        self.settle(node, application, sink);
        self.interrupt_older_batches(progress, application, sink);
    }

    /// A query runs one batch after the other: one that is older than that which has ended is over, though
    /// its progress was lost.
    fn interrupt_older_batches(
        &mut self,
        progress: &QueryProgress<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let is_older = |key: &str| {
            let number = key
                .rsplit_once('/')
                .and_then(|(_, number)| number.parse().ok());
            number.is_some_and(|number: i64| number < progress.batch_id)
        };
        let open = self.batches_of(&progress.id);
        let older = open.into_iter().filter(|key| is_older(key));
        for key in older {
            let node = Node::Batch(key);
            self.interrupt_with_children(&node, application.timeline.last_ms());
            self.settle(node, application, sink);
        }
    }

    /// The open batches of a query.
    fn batches_of(&self, query_id: &str) -> Vec<Arc<str>> {
        let prefix = format!("{query_id}/");
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let batches = self.batches.range::<str, _>(from);
        batches
            .map(|(key, _)| Arc::clone(key))
            .take_while(|key| key.starts_with(&prefix))
            .collect()
    }

    /// Something of the batch with this key has ended. `DStream` batches that a younger one has passed, and of
    /// which nothing is open, are over; gives them.
    pub(crate) fn end_passed_dstreams(&mut self, key: &str, time_ms: i64) -> Vec<Node> {
        let mut ended = Vec::new();
        for key in self.dstreams.reached(key) {
            if let Some(batch) = self.batches.get_mut(&key)
                && !batch.frame.has_open_children()
            {
                batch.frame.end_with_children(time_ms);
                ended.push(Node::Batch(key));
            }
        }
        ended
    }

    /// Nothing will follow: `DStream` batches of which nothing is open are over too.
    pub(crate) fn end_last_dstreams(&mut self, time_ms: i64) {
        for key in self.dstreams.open() {
            if let Some(batch) = self.batches.get_mut(key)
                && !batch.frame.has_open_children()
            {
                batch.frame.end_with_children(time_ms);
            }
        }
    }

    /// `QueryTerminatedEvent`: what ran last has failed, or was stopped.
    pub(crate) fn query_terminated(
        &mut self,
        event: &QueryTerminated<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        for key in self.batches_of(&event.id) {
            if let Some(batch) = self.batches.get_mut(&key) {
                batch.terminated(event, application.timeline.last_ms());
            }
            let node = Node::Batch(key);
            self.heard_of(&node);
            self.settle(node, application, sink);
        }
    }
}
