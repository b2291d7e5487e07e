//! Spark Connect: operations that a remote client asked for.

use serde::Deserialize;

use crate::Text;
use crate::shape::{Member, Shape, optional, required, usual};

/// `SparkListenerConnectOperationStarted`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectOperationStarted<'a> {
    /// The tag on every job of the operation.
    #[serde(borrow, default)]
    pub job_tag: Text<'a>,
    /// The operation's id.
    #[serde(borrow)]
    pub operation_id: Text<'a>,
    /// When it started, milliseconds since the Unix epoch.
    #[serde(default)]
    pub event_time: i64,
    /// The client's session.
    #[serde(borrow, default)]
    pub session_id: Text<'a>,
    /// The client's user.
    #[serde(borrow, default)]
    pub user_id: Text<'a>,
    /// The operation as text: the request's protobuf, cut, with the SQL in it.
    #[serde(borrow, default)]
    pub statement_text: Text<'a>,
    /// The tags that the client set by `SparkSession.addTag`.
    #[serde(borrow, default)]
    pub spark_session_tags: Vec<Text<'a>>,
}

pub(crate) const CONNECT_OPERATION_STARTED: &[Member] = &[
    usual("jobTag", Shape::Text),
    required("operationId", Shape::Text),
    usual("eventTime", Shape::Int),
    usual("sessionId", Shape::Text),
    usual("userId", Shape::Text),
    usual("statementText", Shape::Text),
    usual("sparkSessionTags", Shape::List(&Shape::Text)),
];

/// The later events of an operation: `…Analyzed`, `…ReadyForExecution`, `…Finished`, `…Failed`,
/// `…Canceled`, `…Closed`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectOperation<'a> {
    /// The operation's id.
    #[serde(borrow)]
    pub operation_id: Text<'a>,
    /// When it happened, milliseconds since the Unix epoch.
    #[serde(default)]
    pub event_time: i64,
    /// `…Failed`: the message.
    #[serde(borrow, default)]
    pub error_message: Option<Text<'a>>,
    /// `…Finished`: rows that went to the client.
    #[serde(default)]
    pub produced_row_count: Option<i64>,
}

pub(crate) const CONNECT_OPERATION: &[Member] = &[
    required("operationId", Shape::Text),
    usual("eventTime", Shape::Int),
    optional("errorMessage", Shape::Text),
    optional("producedRowCount", Shape::Int),
];
