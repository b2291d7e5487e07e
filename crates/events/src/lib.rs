//! What Spark says: one line of an event log as a typed, borrowed event.
//!
//! Spark writes each listener event as one JSON object (`org.apache.spark.util.JsonProtocol`), the
//! same form live and in the event log. [`Event::parse`] reads the fields that sparkspan uses and
//! skips the rest without building it, so that a line costs little more than being looked at.
//! [`Event::read`] does the same, and where a line is not quite as Spark writes it, leaves out only what
//! is odd and says so.
//!
//! Nothing is decided here: a field that Spark did not write is absent, an event that nobody knows is
//! [`Event::Other`]. Fields are only ever added by new Spark versions and by vendors, so unknown ones
//! are ignored and missing ones default.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::panic, clippy::unwrap_used, clippy::expect_used)
)]

mod application;
mod connect;
mod event;
mod job;
mod json;
mod measured;
mod plan;
mod properties;
mod repair;
mod shape;
mod sql;
mod stage;
mod streaming;
mod task;
mod text;

pub use application::{
    ApplicationEnd, ApplicationStart, EnvironmentUpdate, ExecutorAdded, ExecutorAttributes,
    ExecutorInfo, ExecutorRemoved, LogStart, SparkProperties, SystemProperties,
};
pub use connect::{ConnectOperation, ConnectOperationStarted};
pub use event::{Event, ParseError};
pub use job::{JobEnd, JobException, JobResult, JobStart};
pub use measured::Measured;
pub use plan::{PlanMetric, PlanNode};
pub use properties::LocalProperties;
pub use repair::{Found, Oddity, Repair};
pub use sql::{
    DriverAccumUpdates, SqlAdaptiveExecutionUpdate, SqlExecutionEnd, SqlExecutionStart,
    SqlPlanning, SqlPlanningPhase,
};
pub use stage::{Accumulable, RddInfo, StageCompleted, StageInfo, StageSubmitted};
pub use streaming::{
    QueryProgress, QueryProgressEvent, QueryTerminated, SinkProgress, SourceProgress,
    StateOperatorProgress,
};
pub use task::{
    InputMetrics, OutputMetrics, PushBasedShuffle, ShuffleReadMetrics, ShuffleWriteMetrics,
    TaskEnd, TaskEndReason, TaskInfo, TaskMetrics, TaskStart,
};
pub use text::Text;
