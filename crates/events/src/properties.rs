//! The local properties that Spark hands from the thread that starts a job to its tasks.

use serde::Deserialize;

use crate::Text;
use crate::shape::{Member, Shape, optional};

/// The part of `JobStart.Properties` and `StageSubmitted.Properties` that sparkspan reads. The rest,
/// dozens of session settings with SQL jobs, is skipped: it may hold a user's secrets.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct LocalProperties<'a> {
    /// The SQL execution that started the job.
    #[serde(borrow, rename = "spark.sql.execution.id", default)]
    pub sql_execution_id: Option<Text<'a>>,
    /// The outermost SQL execution around it.
    #[serde(borrow, rename = "spark.sql.execution.root.id", default)]
    pub sql_root_execution_id: Option<Text<'a>>,
    /// `SparkContext.setJobGroup`; of a streaming query, its run id.
    #[serde(borrow, rename = "spark.jobGroup.id", default)]
    pub job_group: Option<Text<'a>>,
    /// `SparkContext.setJobDescription`.
    #[serde(borrow, rename = "spark.job.description", default)]
    pub description: Option<Text<'a>>,
    /// `SparkContext.addJobTag`, joined by commas (Spark 3.5 and later).
    #[serde(borrow, rename = "spark.job.tags", default)]
    pub tags: Option<Text<'a>>,
    /// Where in the user's program the job was started.
    #[serde(borrow, rename = "callSite.short", default)]
    pub call_site: Option<Text<'a>>,
    /// The id of the streaming query that a micro-batch belongs to.
    #[serde(borrow, rename = "sql.streaming.queryId", default)]
    pub streaming_query_id: Option<Text<'a>>,
    /// The number of the micro-batch.
    #[serde(borrow, rename = "streaming.sql.batchId", default)]
    pub streaming_batch_id: Option<Text<'a>>,
    /// The batch time of a `DStream` job, milliseconds since the Unix epoch.
    #[serde(borrow, rename = "spark.streaming.internal.batchTime", default)]
    pub dstream_batch_time: Option<Text<'a>>,
    /// The caller's W3C context, as a local property.
    #[serde(borrow, default)]
    pub traceparent: Option<Text<'a>>,
    /// The caller's W3C context, as a session setting (Spark Connect, SQL).
    #[serde(borrow, rename = "spark.sparkspan.unit.traceparent", default)]
    pub session_traceparent: Option<Text<'a>>,
}

pub(crate) const LOCAL_PROPERTIES: &[Member] = &[
    optional("spark.sql.execution.id", Shape::Text),
    optional("spark.sql.execution.root.id", Shape::Text),
    optional("spark.jobGroup.id", Shape::Text),
    optional("spark.job.description", Shape::Text),
    optional("spark.job.tags", Shape::Text),
    optional("callSite.short", Shape::Text),
    optional("sql.streaming.queryId", Shape::Text),
    optional("streaming.sql.batchId", Shape::Text),
    optional("spark.streaming.internal.batchTime", Shape::Text),
    optional("traceparent", Shape::Text),
    optional("spark.sparkspan.unit.traceparent", Shape::Text),
];
