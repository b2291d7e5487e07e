//! Which event a line holds.

use serde::Deserialize;

use crate::json::{Broken, Reader, Value, decoded};
use crate::repair::{Oddity, Repair};
use crate::shape::Member;
use crate::{
    ApplicationEnd, ApplicationStart, ConnectOperation, ConnectOperationStarted,
    DriverAccumUpdates, EnvironmentUpdate, ExecutorAdded, ExecutorRemoved, JobEnd, JobStart,
    LogStart, QueryProgressEvent, QueryTerminated, SqlAdaptiveExecutionUpdate, SqlExecutionEnd,
    SqlExecutionStart, SqlPlanning, StageCompleted, StageSubmitted, TaskEnd, TaskStart, Text,
    application, connect, job, sql, stage, streaming, task,
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
    /// What the event is about cannot be read.
    #[error("{event}: {oddity}")]
    Field {
        /// The event's name, without its package.
        event: String,
        /// The field that the event means nothing without.
        oddity: Oddity,
    },
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
    /// Reads one line, without its line end, as Spark's own reader would: a field that is not as Spark writes it is
    /// absent, or what Spark makes of it.
    ///
    /// # Errors
    ///
    /// [`ParseError::Field`] where the event means nothing without the field; the others where the line is no event.
    pub fn read(line: &'a [u8], repair: &'a mut Repair) -> Result<Self, ParseError> {
        *repair = Repair::default();
        Self::parse(line).or_else(|error| Self::read_repaired(line, repair, error))
    }

    /// The name of the event that a line holds, without its package.
    pub fn name_in(line: &[u8]) -> Option<String> {
        let name = find_event_name(std::str::from_utf8(line).ok()?).ok()??;
        Some(simple_name(&name).to_owned())
    }

    fn read_repaired(
        line: &[u8],
        repair: &'a mut Repair,
        error: ParseError,
    ) -> Result<Self, ParseError> {
        let line = std::str::from_utf8(line)?;
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        let Ok(Some(name)) = find_event_name(line) else {
            return Err(error);
        };
        match repair.write(line, &name) {
            Ok(Ok(())) => Self::named(Text(name.into()), &repair.line),
            Ok(Err(oddity)) => Err(ParseError::Field {
                event: simple_name(&name).to_owned(),
                oddity,
            }),
            Err(Broken) => Err(error),
        }
    }

    /// Reads one line, without its line end, that is as Spark writes it.
    pub fn parse(line: &'a [u8]) -> Result<Self, ParseError> {
        let line = std::str::from_utf8(line)?;
        Self::named(event_name(line)?, line)
    }

    fn named(name: Text<'a>, line: &'a str) -> Result<Self, ParseError> {
        macro_rules! read {
            ($variant:ident) => {
                Self::$variant(serde_json::from_str(line)?)
            };
        }
        Ok(match simple_name(&name) {
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

/// Spark's own events go by their simple names, those of its modules by their class names.
pub(crate) fn simple_name(name: &str) -> &str {
    name.rsplit(['.', '$']).next().unwrap_or_default()
}

/// What the event of this simple name may hold; nothing when nobody needs it.
pub(crate) fn members_of(simple_name: &str) -> &'static [Member] {
    match simple_name {
        "SparkListenerTaskEnd" => task::TASK_END,
        "SparkListenerTaskStart" => task::TASK_START,
        "SparkListenerStageSubmitted" => stage::STAGE_SUBMITTED,
        "SparkListenerStageCompleted" => stage::STAGE_COMPLETED,
        "SparkListenerJobStart" => job::JOB_START,
        "SparkListenerJobEnd" => job::JOB_END,
        "SparkListenerSQLExecutionStart" => sql::SQL_EXECUTION_START,
        "SparkListenerSQLExecutionEnd" => sql::SQL_EXECUTION_END,
        "SparkListenerSQLAdaptiveExecutionUpdate" => sql::SQL_ADAPTIVE_EXECUTION_UPDATE,
        "SparkListenerDriverAccumUpdates" => sql::DRIVER_ACCUM_UPDATES,
        "SqlPlanningEvent" => sql::SQL_PLANNING,
        "SparkListenerExecutorAdded" => application::EXECUTOR_ADDED,
        "SparkListenerExecutorRemoved" => application::EXECUTOR_REMOVED,
        "SparkListenerLogStart" => application::LOG_START,
        "SparkListenerApplicationStart" => application::APPLICATION_START,
        "SparkListenerApplicationEnd" => application::APPLICATION_END,
        "SparkListenerEnvironmentUpdate" => application::ENVIRONMENT_UPDATE,
        "QueryProgressEvent" => streaming::QUERY_PROGRESS_EVENT,
        "QueryTerminatedEvent" => streaming::QUERY_TERMINATED,
        "SparkListenerConnectOperationStarted" => connect::CONNECT_OPERATION_STARTED,
        "SparkListenerConnectOperationFinished"
        | "SparkListenerConnectOperationFailed"
        | "SparkListenerConnectOperationCanceled"
        | "SparkListenerConnectOperationClosed" => connect::CONNECT_OPERATION,
        _ => &[],
    }
}

/// The value of `Event` in a line that is not as Spark writes it.
fn find_event_name(line: &str) -> Result<Option<String>, Broken> {
    let mut reader = Reader::new(line);
    let mut found = None;
    if reader.value()? != Value::Object {
        return Err(Broken);
    }
    while let Some(name) = reader.next_member()? {
        let value = reader.value()?;
        reader.skip(value)?;
        if let (true, Value::Text(raw)) = (decoded(name) == "Event", value) {
            found = Some(decoded(raw).into_owned());
        }
    }
    Ok(found)
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
