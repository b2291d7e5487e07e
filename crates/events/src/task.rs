//! Tasks and their metrics.

use serde::Deserialize;

use crate::Text;

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

/// `TaskInfo`: one attempt at one partition, as the driver sees it.
#[derive(Debug, Clone, Deserialize)]
pub struct TaskInfo<'a> {
    /// Unique within the application (`TaskContext.taskAttemptId`).
    #[serde(rename = "Task ID")]
    pub task_id: i64,
    /// The task's place within its set.
    #[serde(rename = "Index", default)]
    pub index: i64,
    /// Which attempt at this index it is, from 0.
    #[serde(rename = "Attempt", default)]
    pub attempt: i64,
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

/// `TaskMetrics`. Times are milliseconds unless named otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TaskMetrics {
    /// Time to deserialise the task on the executor.
    #[serde(rename = "Executor Deserialize Time")]
    pub deserialize_time_ms: i64,
    /// CPU time of it, nanoseconds.
    #[serde(rename = "Executor Deserialize CPU Time")]
    pub deserialize_cpu_time_ns: i64,
    /// Time that the task's code ran.
    #[serde(rename = "Executor Run Time")]
    pub run_time_ms: i64,
    /// CPU time of it, nanoseconds.
    #[serde(rename = "Executor CPU Time")]
    pub cpu_time_ns: i64,
    /// Size of the result that went back to the driver, bytes.
    #[serde(rename = "Result Size")]
    pub result_size_bytes: i64,
    /// Garbage collection in the executor while the task ran.
    #[serde(rename = "JVM GC Time")]
    pub gc_time_ms: i64,
    /// Time to serialise the result.
    #[serde(rename = "Result Serialization Time")]
    pub result_serialization_time_ms: i64,
    /// Spilled, as it was in memory, bytes.
    #[serde(rename = "Memory Bytes Spilled")]
    pub memory_spilled_bytes: i64,
    /// Spilled, as it was written to disk, bytes.
    #[serde(rename = "Disk Bytes Spilled")]
    pub disk_spilled_bytes: i64,
    /// The most memory that shuffles, aggregations and joins of the task held, bytes.
    #[serde(rename = "Peak Execution Memory")]
    pub peak_execution_memory_bytes: i64,
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

/// `ShuffleReadMetrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ShuffleReadMetrics {
    /// Blocks read from other executors.
    #[serde(rename = "Remote Blocks Fetched")]
    pub remote_blocks: i64,
    /// Blocks read from the executor's own disk.
    #[serde(rename = "Local Blocks Fetched")]
    pub local_blocks: i64,
    /// Time that the task waited for blocks, milliseconds.
    #[serde(rename = "Fetch Wait Time")]
    pub fetch_wait_time_ms: i64,
    /// Bytes read from other executors.
    #[serde(rename = "Remote Bytes Read")]
    pub remote_bytes: i64,
    /// The part of them that went to disk first.
    #[serde(rename = "Remote Bytes Read To Disk")]
    pub remote_to_disk_bytes: i64,
    /// Bytes read from the executor's own disk.
    #[serde(rename = "Local Bytes Read")]
    pub local_bytes: i64,
    /// Records read.
    #[serde(rename = "Total Records Read")]
    pub records: i64,
    /// Time that requests to other executors took, milliseconds.
    #[serde(rename = "Remote Requests Duration")]
    pub remote_requests_duration_ms: i64,
    /// What came merged, by push-based shuffle.
    #[serde(rename = "Push Based Shuffle", alias = "Shuffle Push Read Metrics")]
    pub push_based: PushBasedShuffle,
}

/// The push-based part of `ShuffleReadMetrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PushBasedShuffle {
    /// Merged chunks that could not be used.
    #[serde(rename = "Corrupt Merged Block Chunks")]
    pub corrupt_merged_chunks: i64,
    /// Times that unmerged blocks had to be fetched instead.
    #[serde(rename = "Merged Fetch Fallback Count")]
    pub fallbacks: i64,
    /// Merged blocks read from other hosts.
    #[serde(rename = "Merged Remote Blocks Fetched")]
    pub merged_remote_blocks: i64,
    /// Merged blocks read from the same host.
    #[serde(rename = "Merged Local Blocks Fetched")]
    pub merged_local_blocks: i64,
    /// Chunks of merged blocks read from other hosts.
    #[serde(rename = "Merged Remote Chunks Fetched")]
    pub merged_remote_chunks: i64,
    /// Chunks of merged blocks read from the same host.
    #[serde(rename = "Merged Local Chunks Fetched")]
    pub merged_local_chunks: i64,
    /// Merged bytes read from other hosts.
    #[serde(rename = "Merged Remote Bytes Read")]
    pub merged_remote_bytes: i64,
    /// Merged bytes read from the same host.
    #[serde(rename = "Merged Local Bytes Read")]
    pub merged_local_bytes: i64,
    /// Time that requests for merged blocks took, milliseconds.
    #[serde(rename = "Merged Remote Requests Duration")]
    pub merged_remote_requests_duration_ms: i64,
}

/// `ShuffleWriteMetrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ShuffleWriteMetrics {
    /// Bytes written.
    #[serde(rename = "Shuffle Bytes Written")]
    pub bytes: i64,
    /// Time spent writing, nanoseconds.
    #[serde(rename = "Shuffle Write Time")]
    pub write_time_ns: i64,
    /// Records written.
    #[serde(rename = "Shuffle Records Written")]
    pub records: i64,
}

/// `InputMetrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct InputMetrics {
    /// Bytes read.
    #[serde(rename = "Bytes Read")]
    pub bytes: i64,
    /// Records read.
    #[serde(rename = "Records Read")]
    pub records: i64,
}

/// `OutputMetrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct OutputMetrics {
    /// Bytes written.
    #[serde(rename = "Bytes Written")]
    pub bytes: i64,
    /// Records written.
    #[serde(rename = "Records Written")]
    pub records: i64,
}
