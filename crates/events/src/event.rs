//! Which event a line holds.

use serde::Deserialize;

use crate::{
    ApplicationEnd, ApplicationStart, ConnectOperation, ConnectOperationStarted,
    DriverAccumUpdates, EnvironmentUpdate, ExecutorAdded, ExecutorRemoved, JobEnd, JobStart,
    LogStart, QueryProgressEvent, QueryTerminated, SqlAdaptiveExecutionUpdate, SqlExecutionEnd,
    SqlExecutionStart, SqlPlanning, StageCompleted, StageSubmitted, TaskEnd, TaskStart, Text,
};

/// A line that is not an event.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The line is not UTF-8, which JSON is.
    #[error("not UTF-8")]
    Encoding(#[from] std::str::Utf8Error),
    /// The line is not the JSON object that its event is written as.
    #[error("not an event as Spark writes it")]
    Json(#[from] serde_json::Error),
}

/// One event of a Spark application.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "each variant is documented by the type that it holds"
)]
pub enum Event<'a> {
    LogStart(LogStart<'a>),
    ApplicationStart(ApplicationStart<'a>),
    ApplicationEnd(ApplicationEnd),
    EnvironmentUpdate(EnvironmentUpdate<'a>),
    ExecutorAdded(ExecutorAdded<'a>),
    ExecutorRemoved(ExecutorRemoved<'a>),
    JobStart(JobStart<'a>),
    JobEnd(JobEnd<'a>),
    StageSubmitted(StageSubmitted<'a>),
    StageCompleted(StageCompleted<'a>),
    TaskStart(TaskStart<'a>),
    TaskEnd(TaskEnd<'a>),
    SqlExecutionStart(SqlExecutionStart<'a>),
    SqlAdaptiveExecutionUpdate(SqlAdaptiveExecutionUpdate<'a>),
    DriverAccumUpdates(DriverAccumUpdates),
    SqlExecutionEnd(SqlExecutionEnd<'a>),
    SqlPlanning(SqlPlanning<'a>),
    QueryProgress(QueryProgressEvent<'a>),
    QueryTerminated(QueryTerminated<'a>),
    ConnectOperationStarted(ConnectOperationStarted<'a>),
    ConnectOperationFinished(ConnectOperation<'a>),
    ConnectOperationFailed(ConnectOperation<'a>),
    ConnectOperationCanceled(ConnectOperation<'a>),
    ConnectOperationClosed(ConnectOperation<'a>),
    /// An event that sparkspan does not use, of Spark or of a vendor, by its name.
    Other(Text<'a>),
}

impl<'a> Event<'a> {
    /// Reads one line, without its line end.
    pub fn parse(line: &'a [u8]) -> Result<Self, ParseError> {
        let line = std::str::from_utf8(line)?;
        let name = event_name(line)?;
        macro_rules! read {
            ($variant:ident) => {
                Self::$variant(serde_json::from_str(line)?)
            };
        }
        // Spark's own events go by their simple names, those of its modules by their class names.
        let simple_name = name.rsplit(['.', '$']).next().unwrap_or_default();
        Ok(match simple_name {
            "SparkListenerTaskEnd" => Self::TaskEnd(TaskEnd::parse(line)?),
            "SparkListenerTaskStart" => read!(TaskStart),
            "SparkListenerStageSubmitted" => read!(StageSubmitted),
            "SparkListenerStageCompleted" => read!(StageCompleted),
            "SparkListenerJobStart" => read!(JobStart),
            "SparkListenerJobEnd" => read!(JobEnd),
            "SparkListenerSQLExecutionStart" => read!(SqlExecutionStart),
            "SparkListenerSQLExecutionEnd" => read!(SqlExecutionEnd),
            "SparkListenerSQLAdaptiveExecutionUpdate" => read!(SqlAdaptiveExecutionUpdate),
            "SparkListenerDriverAccumUpdates" => read!(DriverAccumUpdates),
            "SqlPlanningEvent" => read!(SqlPlanning),
            "SparkListenerExecutorAdded" => read!(ExecutorAdded),
            "SparkListenerExecutorRemoved" => read!(ExecutorRemoved),
            "SparkListenerLogStart" => read!(LogStart),
            "SparkListenerApplicationStart" => read!(ApplicationStart),
            "SparkListenerApplicationEnd" => read!(ApplicationEnd),
            "SparkListenerEnvironmentUpdate" => read!(EnvironmentUpdate),
            "QueryProgressEvent" => read!(QueryProgress),
            "QueryTerminatedEvent" => read!(QueryTerminated),
            "SparkListenerConnectOperationStarted" => read!(ConnectOperationStarted),
            "SparkListenerConnectOperationFinished" => read!(ConnectOperationFinished),
            "SparkListenerConnectOperationFailed" => read!(ConnectOperationFailed),
            "SparkListenerConnectOperationCanceled" => read!(ConnectOperationCanceled),
            "SparkListenerConnectOperationClosed" => read!(ConnectOperationClosed),
            _ => {
                // Whole or not: a cut line must not pass for an event that is merely unknown.
                let _: serde::de::IgnoredAny = serde_json::from_str(line)?;
                Self::Other(name)
            }
        })
    }
}

/// The value of `Event`. Spark writes it first; a vendor may not.
fn event_name(line: &str) -> Result<Text<'_>, ParseError> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow, rename = "Event")]
        event: Text<'a>,
    }

    let first = line
        .strip_prefix(r#"{"Event":""#)
        .and_then(|rest| rest.split_once('"'));
    match first {
        Some((name, _)) if !name.contains('\\') => Ok(Text(name.into())),
        _ => Ok(serde_json::from_str::<Named<'_>>(line)?.event),
    }
}
