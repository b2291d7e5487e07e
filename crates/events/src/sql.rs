//! SQL executions.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::shape::{Member, Shape, optional, required, usual};
use crate::{SparkProperties, Text};

/// `SparkListenerSQLExecutionStart`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SqlExecutionStart<'a> {
    /// The execution's id, unique within the application.
    pub execution_id: i64,
    /// The outermost execution around it; itself when there is none (Spark 3.4 and later).
    #[serde(default)]
    pub root_execution_id: Option<i64>,
    /// The job description, or the call site in short form.
    #[serde(borrow, default)]
    pub description: Text<'a>,
    /// The plan before it runs: [`PlanNode::parse`](crate::PlanNode::parse) reads it.
    #[serde(borrow, default)]
    pub spark_plan_info: Option<&'a RawValue>,
    /// When it started, milliseconds since the Unix epoch.
    #[serde(default)]
    pub time: i64,
    /// Session settings that differ from the SparkConf.
    #[serde(borrow, default)]
    pub modified_configs: SparkProperties<'a>,
    /// The job tags of the thread that started it (Spark 3.5 and later).
    #[serde(borrow, default)]
    pub job_tags: Option<Vec<Text<'a>>>,
    /// The job group of the thread that started it (Spark 4.0 and later).
    #[serde(borrow, default)]
    pub job_group_id: Option<Text<'a>>,
    /// The query's unique id (Spark 4.3 and later).
    #[serde(borrow, default)]
    pub query_id: Option<Text<'a>>,
}

pub(crate) const SQL_EXECUTION_START: &[Member] = &[
    required("executionId", Shape::Int),
    optional("rootExecutionId", Shape::Int),
    usual("description", Shape::Text),
    optional("sparkPlanInfo", Shape::Raw),
    usual("time", Shape::Int),
    usual("modifiedConfigs", Shape::Properties),
    optional("jobTags", Shape::List(&Shape::Text)),
    optional("jobGroupId", Shape::Text),
    optional("queryId", Shape::Text),
];

/// `SparkListenerSQLAdaptiveExecutionUpdate`: the plan has changed while it runs.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SqlAdaptiveExecutionUpdate<'a> {
    /// The execution.
    pub execution_id: i64,
    /// The whole plan as it is now.
    #[serde(borrow, default)]
    pub spark_plan_info: Option<&'a RawValue>,
}

pub(crate) const SQL_ADAPTIVE_EXECUTION_UPDATE: &[Member] = &[
    required("executionId", Shape::Int),
    optional("sparkPlanInfo", Shape::Raw),
];

/// `SparkListenerDriverAccumUpdates`: metrics that the driver itself measured.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DriverAccumUpdates {
    /// The execution.
    pub execution_id: i64,
    /// Pairs of accumulator id and value.
    #[serde(default)]
    pub accum_updates: Vec<(i64, i64)>,
}

pub(crate) const DRIVER_ACCUM_UPDATES: &[Member] = &[
    required("executionId", Shape::Int),
    usual("accumUpdates", Shape::List(&Shape::Pair(&Shape::Int))),
];

/// `SparkListenerSQLExecutionEnd`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SqlExecutionEnd<'a> {
    /// The execution.
    pub execution_id: i64,
    /// When it ended, milliseconds since the Unix epoch.
    #[serde(default)]
    pub time: i64,
    /// Empty or absent on success, else a message or a whole stack trace.
    #[serde(borrow, default)]
    pub error_message: Option<Text<'a>>,
}

pub(crate) const SQL_EXECUTION_END: &[Member] = &[
    required("executionId", Shape::Int),
    usual("time", Shape::Int),
    optional("errorMessage", Shape::Text),
];

/// `io.sparkspan.SqlPlanningEvent`, which sparkspan's own plugin posts on Spark's bus: what Spark knows
/// about a query's text and planning but does not write into its events.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SqlPlanning<'a> {
    /// The execution.
    pub execution_id: i64,
    /// The statement, its literals already replaced.
    #[serde(borrow, default)]
    pub sql_text: Option<Text<'a>>,
    /// The phases, as `QueryPlanningTracker` measured them.
    #[serde(borrow, default)]
    pub phases: Vec<SqlPlanningPhase<'a>>,
}

pub(crate) const SQL_PLANNING: &[Member] = &[
    required("executionId", Shape::Int),
    optional("sqlText", Shape::Text),
    usual("phases", Shape::List(&Shape::Object(SQL_PLANNING_PHASE))),
];

/// One phase of planning.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SqlPlanningPhase<'a> {
    /// `parsing`, `analysis`, `optimization` or `planning`.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// When it began, milliseconds since the Unix epoch.
    pub start_time_ms: i64,
    /// When it ended, milliseconds since the Unix epoch.
    pub end_time_ms: i64,
}

const SQL_PLANNING_PHASE: &[Member] = &[
    required("name", Shape::Text),
    required("startTimeMs", Shape::Int),
    required("endTimeMs", Shape::Int),
];
