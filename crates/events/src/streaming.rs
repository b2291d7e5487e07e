//! Structured Streaming: queries and the progress of their micro-batches.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::shape::{Member, Shape, optional, required, usual};
use crate::{Measured, Text};

/// `StreamingQueryListener.QueryProgressEvent`: a trigger has ended. It comes after the events of the
/// micro-batch's SQL execution.
#[derive(Debug, Clone, Deserialize)]
pub struct QueryProgressEvent<'a> {
    /// What the trigger did.
    #[serde(borrow)]
    pub progress: QueryProgress<'a>,
}

pub(crate) const QUERY_PROGRESS_EVENT: &[Member] =
    &[required("progress", Shape::Object(QUERY_PROGRESS))];

/// `StreamingQueryProgress`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryProgress<'a> {
    /// The query's id.
    #[serde(borrow)]
    pub id: Text<'a>,
    /// The id of this run of it.
    #[serde(borrow)]
    pub run_id: Text<'a>,
    /// The name that the user gave the query.
    #[serde(borrow, default)]
    pub name: Option<Text<'a>>,
    /// When the trigger started: ISO 8601 in UTC, to the millisecond.
    #[serde(borrow, default)]
    pub timestamp: Text<'a>,
    /// The micro-batch; an idle trigger names the one that it would have run.
    pub batch_id: i64,
    /// How long each phase of the trigger took, milliseconds; `addBatch` only when there was a batch.
    #[serde(borrow, default)]
    pub duration_ms: BTreeMap<Text<'a>, i64>,
    /// `watermark` and its statistics.
    #[serde(borrow, default)]
    pub event_time: BTreeMap<Text<'a>, Text<'a>>,
    /// What the stateful operators keep.
    #[serde(default)]
    pub state_operators: Vec<StateOperatorProgress>,
    /// What the sources gave.
    #[serde(default)]
    pub sources: Vec<SourceProgress>,
    /// What the sink took.
    #[serde(default)]
    pub sink: Option<SinkProgress>,
}

const QUERY_PROGRESS: &[Member] = &[
    required("id", Shape::Text),
    required("runId", Shape::Text),
    optional("name", Shape::Text),
    usual("timestamp", Shape::Text),
    required("batchId", Shape::Int),
    usual("durationMs", Shape::Map(&Shape::Int)),
    usual("eventTime", Shape::Map(&Shape::Text)),
    usual(
        "stateOperators",
        Shape::List(&Shape::Object(STATE_OPERATOR_PROGRESS)),
    ),
    usual("sources", Shape::List(&Shape::Object(SOURCE_PROGRESS))),
    optional("sink", Shape::Object(SINK_PROGRESS)),
];

/// `StateOperatorProgress`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StateOperatorProgress {
    /// Rows of state after the batch.
    #[serde(default)]
    pub num_rows_total: Measured,
    /// Rows of state that the batch changed.
    #[serde(default)]
    pub num_rows_updated: Measured,
    /// Rows that came after the watermark and were dropped.
    #[serde(default)]
    pub num_rows_dropped_by_watermark: Measured,
    /// Memory that the state takes, bytes.
    #[serde(default)]
    pub memory_used_bytes: Measured,
}

const STATE_OPERATOR_PROGRESS: &[Member] = &[
    usual("numRowsTotal", Shape::Int),
    usual("numRowsUpdated", Shape::Int),
    usual("numRowsDroppedByWatermark", Shape::Int),
    usual("memoryUsedBytes", Shape::Int),
];

/// `SourceProgress`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceProgress {
    /// Rows that the source gave.
    #[serde(default)]
    pub num_input_rows: Measured,
    /// Rows that arrived per second; absent when there is no batch to compare with.
    #[serde(default)]
    pub input_rows_per_second: Option<f64>,
    /// Rows that were processed per second.
    #[serde(default)]
    pub processed_rows_per_second: Option<f64>,
}

const SOURCE_PROGRESS: &[Member] = &[
    usual("numInputRows", Shape::Int),
    optional("inputRowsPerSecond", Shape::Float),
    optional("processedRowsPerSecond", Shape::Float),
];

/// `SinkProgress`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SinkProgress {
    /// Rows that were written; -1 when the sink does not know.
    #[serde(default)]
    pub num_output_rows: Measured,
}

const SINK_PROGRESS: &[Member] = &[usual("numOutputRows", Shape::Int)];

/// `StreamingQueryListener.QueryTerminatedEvent`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryTerminated<'a> {
    /// The query's id.
    #[serde(borrow)]
    pub id: Text<'a>,
    /// The id of this run of it.
    #[serde(borrow)]
    pub run_id: Text<'a>,
    /// What made it fail; absent when it was stopped.
    #[serde(borrow, default)]
    pub exception: Option<Text<'a>>,
    /// The error class of it (Spark 3.5 and later).
    #[serde(borrow, default)]
    pub error_class_on_exception: Option<Text<'a>>,
}

pub(crate) const QUERY_TERMINATED: &[Member] = &[
    required("id", Shape::Text),
    required("runId", Shape::Text),
    optional("exception", Shape::Text),
    optional("errorClassOnException", Shape::Text),
];
