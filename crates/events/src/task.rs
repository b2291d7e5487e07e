//! Tasks and their metrics.

mod scan;

use serde::Deserialize;

use crate::shape::{Member, Shape, optional, required, usual};
use crate::{Measured, Text};

/// `SparkListenerTaskStart`.
#[derive(Debug, Clone, Deserialize)]
pub struct TaskStart<'a> {
    /// The task's stage.
    #[serde(rename = "Stage ID")]
    pub stage_id: i64,
    /// The stage's attempt.
    #[serde(rename = "Stage Attempt ID", default)]
    pub stage_attempt: i64,
    /// The task as it starts.
    #[serde(borrow, rename = "Task Info")]
    pub task: TaskInfo<'a>,
}

pub(crate) const TASK_START: &[Member] = &[
    required("Stage ID", Shape::Int),
    usual("Stage Attempt ID", Shape::Int),
    required("Task Info", Shape::Object(TASK_INFO)),
];

/// `SparkListenerTaskEnd`. A second one for the same task, with the reason `Resubmitted`, means that
/// its output was lost afterwards.
#[derive(Debug, Clone, Deserialize)]
pub struct TaskEnd<'a> {
    /// The task's stage.
    #[serde(rename = "Stage ID")]
    pub stage_id: i64,
    /// The stage's attempt.
    #[serde(rename = "Stage Attempt ID", default)]
    pub stage_attempt: i64,
    /// Why it ended.
    #[serde(borrow, rename = "Task End Reason", default)]
    pub reason: TaskEndReason<'a>,
    /// The task as it ended.
    #[serde(borrow, rename = "Task Info")]
    pub task: TaskInfo<'a>,
    /// What it measured; absent when it never reported.
    #[serde(rename = "Task Metrics", default)]
    pub metrics: Option<TaskMetrics>,
}

pub(crate) const TASK_END: &[Member] = &[
    required("Stage ID", Shape::Int),
    usual("Stage Attempt ID", Shape::Int),
    usual("Task End Reason", Shape::Object(TASK_END_REASON)),
    required("Task Info", Shape::Object(TASK_INFO)),
    optional("Task Metrics", Shape::Object(TASK_METRICS)),
];

/// `TaskInfo`: one attempt at one partition, as the driver sees it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TaskInfo<'a> {
    /// Unique within the application (`TaskContext.taskAttemptId`).
    #[serde(rename = "Task ID")]
    pub task_id: i64,
    /// The task's place within its set.
    #[serde(rename = "Index", default)]
    pub index: Measured,
    /// Which attempt at this index it is, from 0.
    #[serde(rename = "Attempt", default)]
    pub attempt: Measured,
    /// The partition that it computes (Spark 3.3 and later; -1 when unknown).
    #[serde(rename = "Partition ID", default)]
    pub partition: Option<i64>,
    /// When the driver launched it, milliseconds since the Unix epoch.
    #[serde(rename = "Launch Time", default)]
    pub launch_time_ms: i64,
    /// The executor that runs it.
    #[serde(borrow, rename = "Executor ID", default)]
    pub executor_id: Text<'a>,
    /// The executor's host.
    #[serde(borrow, rename = "Host", default)]
    pub host: Text<'a>,
    /// How near the data was, such as `PROCESS_LOCAL`.
    #[serde(borrow, rename = "Locality", default)]
    pub locality: Option<Text<'a>>,
    /// A second copy of a task that ran long.
    #[serde(rename = "Speculative", default)]
    pub speculative: bool,
    /// When the driver began to fetch its result; 0 when the result came with the status.
    #[serde(rename = "Getting Result Time", default)]
    pub getting_result_time_ms: i64,
    /// When the driver knew that it ended, milliseconds since the Unix epoch; 0 while it runs.
    #[serde(rename = "Finish Time", default)]
    pub finish_time_ms: i64,
}

const TASK_INFO: &[Member] = &[
    required("Task ID", Shape::Int),
    usual("Index", Shape::Int),
    usual("Attempt", Shape::Int),
    optional("Partition ID", Shape::Int),
    usual("Launch Time", Shape::Int),
    usual("Executor ID", Shape::Text),
    usual("Host", Shape::Text),
    optional("Locality", Shape::Text),
    usual("Speculative", Shape::Bool),
    usual("Getting Result Time", Shape::Int),
    usual("Finish Time", Shape::Int),
];

/// `TaskEndReason` in all its forms.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TaskEndReason<'a> {
    /// `Success`, `Resubmitted`, `FetchFailed`, `ExceptionFailure`, `TaskResultLost`, `TaskKilled`,
    /// `TaskCommitDenied`, `ExecutorLostFailure` or `UnknownReason`.
    #[serde(borrow, rename = "Reason", default)]
    pub reason: Text<'a>,
    /// `ExceptionFailure`: the exception's class.
    #[serde(borrow, rename = "Class Name", default)]
    pub class_name: Option<Text<'a>>,
    /// `ExceptionFailure`: the exception's message.
    #[serde(borrow, rename = "Description", default)]
    pub description: Option<Text<'a>>,
    /// `FetchFailed`: the message.
    #[serde(borrow, rename = "Message", default)]
    pub message: Option<Text<'a>>,
    /// `TaskKilled`: why.
    #[serde(borrow, rename = "Kill Reason", default)]
    pub kill_reason: Option<Text<'a>>,
    /// `ExecutorLostFailure`: what became of the executor.
    #[serde(borrow, rename = "Loss Reason", default)]
    pub loss_reason: Option<Text<'a>>,
}

const TASK_END_REASON: &[Member] = &[
    usual("Reason", Shape::Text),
    optional("Class Name", Shape::Text),
    optional("Description", Shape::Text),
    optional("Message", Shape::Text),
    optional("Kill Reason", Shape::Text),
    optional("Loss Reason", Shape::Text),
];

/// `TaskMetrics`. Times are milliseconds unless named otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TaskMetrics {
    /// Time to deserialise the task on the executor.
    #[serde(rename = "Executor Deserialize Time")]
    pub deserialize_time_ms: Measured,
    /// CPU time of it, nanoseconds.
    #[serde(rename = "Executor Deserialize CPU Time")]
    pub deserialize_cpu_time_ns: Measured,
    /// Time that the task's code ran.
    #[serde(rename = "Executor Run Time")]
    pub run_time_ms: Measured,
    /// CPU time of it, nanoseconds.
    #[serde(rename = "Executor CPU Time")]
    pub cpu_time_ns: Measured,
    /// Size of the result that went back to the driver, bytes.
    #[serde(rename = "Result Size")]
    pub result_size_bytes: Measured,
    /// Garbage collection in the executor while the task ran.
    #[serde(rename = "JVM GC Time")]
    pub gc_time_ms: Measured,
    /// Time to serialise the result.
    #[serde(rename = "Result Serialization Time")]
    pub result_serialization_time_ms: Measured,
    /// Spilled, as it was in memory, bytes.
    #[serde(rename = "Memory Bytes Spilled")]
    pub memory_spilled_bytes: Measured,
    /// Spilled, as it was written to disk, bytes.
    #[serde(rename = "Disk Bytes Spilled")]
    pub disk_spilled_bytes: Measured,
    /// The most memory that shuffles, aggregations and joins of the task held, bytes.
    #[serde(rename = "Peak Execution Memory")]
    pub peak_execution_memory_bytes: Measured,
    /// What it read through shuffles.
    #[serde(rename = "Shuffle Read Metrics")]
    pub shuffle_read: ShuffleReadMetrics,
    /// What it wrote for shuffles.
    #[serde(rename = "Shuffle Write Metrics")]
    pub shuffle_write: ShuffleWriteMetrics,
    /// What it read from sources.
    #[serde(rename = "Input Metrics")]
    pub input: InputMetrics,
    /// What it wrote to sinks.
    #[serde(rename = "Output Metrics")]
    pub output: OutputMetrics,
}

const TASK_METRICS: &[Member] = &[
    usual("Executor Deserialize Time", Shape::Int),
    usual("Executor Deserialize CPU Time", Shape::Int),
    usual("Executor Run Time", Shape::Int),
    usual("Executor CPU Time", Shape::Int),
    usual("Result Size", Shape::Int),
    usual("JVM GC Time", Shape::Int),
    usual("Result Serialization Time", Shape::Int),
    usual("Memory Bytes Spilled", Shape::Int),
    usual("Disk Bytes Spilled", Shape::Int),
    usual("Peak Execution Memory", Shape::Int),
    usual("Shuffle Read Metrics", Shape::Object(SHUFFLE_READ_METRICS)),
    usual(
        "Shuffle Write Metrics",
        Shape::Object(SHUFFLE_WRITE_METRICS),
    ),
    usual("Input Metrics", Shape::Object(INPUT_METRICS)),
    usual("Output Metrics", Shape::Object(OUTPUT_METRICS)),
];

/// `ShuffleReadMetrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ShuffleReadMetrics {
    /// Blocks read from other executors.
    #[serde(rename = "Remote Blocks Fetched")]
    pub remote_blocks: Measured,
    /// Blocks read from the executor's own disk.
    #[serde(rename = "Local Blocks Fetched")]
    pub local_blocks: Measured,
    /// Time that the task waited for blocks, milliseconds.
    #[serde(rename = "Fetch Wait Time")]
    pub fetch_wait_time_ms: Measured,
    /// Bytes read from other executors.
    #[serde(rename = "Remote Bytes Read")]
    pub remote_bytes: Measured,
    /// The part of them that went to disk first.
    #[serde(rename = "Remote Bytes Read To Disk")]
    pub remote_to_disk_bytes: Measured,
    /// Bytes read from the executor's own disk.
    #[serde(rename = "Local Bytes Read")]
    pub local_bytes: Measured,
    /// Records read.
    #[serde(rename = "Total Records Read")]
    pub records: Measured,
    /// Time that requests to other executors took, milliseconds.
    #[serde(rename = "Remote Requests Duration")]
    pub remote_requests_duration_ms: Measured,
    /// What came merged, by push-based shuffle. Spark writes it by the one name and reads it by the other.
    #[serde(rename = "Push Based Shuffle", alias = "Shuffle Push Read Metrics")]
    pub push_based: PushBasedShuffle,
}

const SHUFFLE_READ_METRICS: &[Member] = &[
    usual("Remote Blocks Fetched", Shape::Int),
    usual("Local Blocks Fetched", Shape::Int),
    usual("Fetch Wait Time", Shape::Int),
    usual("Remote Bytes Read", Shape::Int),
    usual("Remote Bytes Read To Disk", Shape::Int),
    usual("Local Bytes Read", Shape::Int),
    usual("Total Records Read", Shape::Int),
    usual("Remote Requests Duration", Shape::Int),
    usual("Push Based Shuffle", Shape::Object(PUSH_BASED_SHUFFLE)).or("Shuffle Push Read Metrics"),
];

/// The push-based part of `ShuffleReadMetrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PushBasedShuffle {
    /// Merged chunks that could not be used.
    #[serde(rename = "Corrupt Merged Block Chunks")]
    pub corrupt_merged_chunks: Measured,
    /// Times that unmerged blocks had to be fetched instead.
    #[serde(
        rename = "Merged Fetch Fallback Count",
        alias = "Merged Fallback Count"
    )]
    pub fallbacks: Measured,
    /// Merged blocks read from other hosts.
    #[serde(rename = "Merged Remote Blocks Fetched")]
    pub merged_remote_blocks: Measured,
    /// Merged blocks read from the same host.
    #[serde(rename = "Merged Local Blocks Fetched")]
    pub merged_local_blocks: Measured,
    /// Chunks of merged blocks read from other hosts.
    #[serde(rename = "Merged Remote Chunks Fetched")]
    pub merged_remote_chunks: Measured,
    /// Chunks of merged blocks read from the same host.
    #[serde(rename = "Merged Local Chunks Fetched")]
    pub merged_local_chunks: Measured,
    /// Merged bytes read from other hosts.
    #[serde(rename = "Merged Remote Bytes Read")]
    pub merged_remote_bytes: Measured,
    /// Merged bytes read from the same host.
    #[serde(rename = "Merged Local Bytes Read")]
    pub merged_local_bytes: Measured,
    /// Time that requests for merged blocks took, milliseconds.
    #[serde(rename = "Merged Remote Requests Duration")]
    pub merged_remote_requests_duration_ms: Measured,
}

const PUSH_BASED_SHUFFLE: &[Member] = &[
    usual("Corrupt Merged Block Chunks", Shape::Int),
    usual("Merged Fetch Fallback Count", Shape::Int).or("Merged Fallback Count"),
    usual("Merged Remote Blocks Fetched", Shape::Int),
    usual("Merged Local Blocks Fetched", Shape::Int),
    usual("Merged Remote Chunks Fetched", Shape::Int),
    usual("Merged Local Chunks Fetched", Shape::Int),
    usual("Merged Remote Bytes Read", Shape::Int),
    usual("Merged Local Bytes Read", Shape::Int),
    usual("Merged Remote Requests Duration", Shape::Int),
];

/// `ShuffleWriteMetrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ShuffleWriteMetrics {
    /// Bytes written.
    #[serde(rename = "Shuffle Bytes Written")]
    pub bytes: Measured,
    /// Time spent writing, nanoseconds.
    #[serde(rename = "Shuffle Write Time")]
    pub write_time_ns: Measured,
    /// Records written.
    #[serde(rename = "Shuffle Records Written")]
    pub records: Measured,
}

const SHUFFLE_WRITE_METRICS: &[Member] = &[
    usual("Shuffle Bytes Written", Shape::Int),
    usual("Shuffle Write Time", Shape::Int),
    usual("Shuffle Records Written", Shape::Int),
];

/// `InputMetrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct InputMetrics {
    /// Bytes read.
    #[serde(rename = "Bytes Read")]
    pub bytes: Measured,
    /// Records read.
    #[serde(rename = "Records Read")]
    pub records: Measured,
}

const INPUT_METRICS: &[Member] = &[
    usual("Bytes Read", Shape::Int),
    usual("Records Read", Shape::Int),
];

/// `OutputMetrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct OutputMetrics {
    /// Bytes written.
    #[serde(rename = "Bytes Written")]
    pub bytes: Measured,
    /// Records written.
    #[serde(rename = "Records Written")]
    pub records: Measured,
}

const OUTPUT_METRICS: &[Member] = &[
    usual("Bytes Written", Shape::Int),
    usual("Records Written", Shape::Int),
];
