//! Tasks and their metrics.

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

impl<'a> TaskEnd<'a> {
    /// Reads a line. Two thirds of it are accumulables and executor metrics, which nobody needs: where
    /// the line is in the order in which Spark writes it, they are not even looked at.
    pub(crate) fn parse(line: &'a str) -> Result<Self, serde_json::Error> {
        match Self::parse_in_order(line) {
            Some(task_end) => Ok(task_end),
            None => serde_json::from_str(line),
        }
    }

    /// `None` where the line is in another order or holds anything unexpected.
    ///
    /// The keys that are searched for cannot be found within a text, where their quotes are escaped.
    fn parse_in_order(line: &'a str) -> Option<Self> {
        let (head, rest) = split_once(line, r#","Task End Reason":"#)?;
        let (reason, rest) = split_once(rest, r#","Task Info":{"#)?;
        let (info, rest) = split_once(rest, r#","Accumulables":["#)?;
        // The last member: read to its end, it shows that the line is whole.
        let metrics = behind_accumulables(rest)?;
        let metrics = serde_json::from_str(metrics.strip_suffix('}')?).ok()?;
        let (mut stage_id, mut stage_attempt) = (None, 0);
        for (key, scalar) in Scalars(head.strip_prefix('{')?) {
            match (key, scalar?) {
                ("Stage ID", Scalar::Int(id)) => stage_id = Some(id),
                ("Stage Attempt ID", Scalar::Int(attempt)) => stage_attempt = attempt,
                ("Stage ID" | "Stage Attempt ID", _) => return None,
                _ => {}
            }
        }
        Some(Self {
            stage_id: stage_id?,
            stage_attempt,
            reason: serde_json::from_str(reason).ok()?,
            task: TaskInfo::of_scalars(info)?,
            metrics,
        })
    }
}

impl<'a> TaskInfo<'a> {
    fn of_scalars(text: &'a str) -> Option<Self> {
        let mut task = Self::default();
        let mut has_id = false;
        for (key, scalar) in Scalars(text) {
            match (key, scalar?) {
                ("Task ID", Scalar::Int(id)) => {
                    task.task_id = id;
                    has_id = true;
                }
                ("Index", Scalar::Int(index)) => task.index = index.into(),
                ("Attempt", Scalar::Int(attempt)) => task.attempt = attempt.into(),
                ("Partition ID", Scalar::Int(partition)) => task.partition = Some(partition),
                ("Launch Time", Scalar::Int(time)) => task.launch_time_ms = time,
                ("Executor ID", Scalar::Text(id)) => task.executor_id = Text(id.into()),
                ("Host", Scalar::Text(host)) => task.host = Text(host.into()),
                ("Locality", Scalar::Text(locality)) => task.locality = Some(Text(locality.into())),
                ("Speculative", Scalar::Bool(speculative)) => task.speculative = speculative,
                ("Getting Result Time", Scalar::Int(time)) => task.getting_result_time_ms = time,
                ("Finish Time", Scalar::Int(time)) => task.finish_time_ms = time,
                (
                    "Task ID"
                    | "Index"
                    | "Attempt"
                    | "Partition ID"
                    | "Launch Time"
                    | "Executor ID"
                    | "Host"
                    | "Locality"
                    | "Speculative"
                    | "Getting Result Time"
                    | "Finish Time",
                    _,
                ) => return None,
                _ => {}
            }
        }
        has_id.then_some(task)
    }
}

/// A value without structure.
enum Scalar<'a> {
    Int(i64),
    Bool(bool),
    Text(&'a str),
}

/// The members of an object between its braces, as long as their values are scalars without escapes;
/// what is not ends them with `None`.
struct Scalars<'a>(&'a str);

impl<'a> Iterator for Scalars<'a> {
    type Item = (&'a str, Option<Scalar<'a>>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let member = self.member();
        if member.is_none() {
            self.0 = "";
        }
        Some(member.map_or(("", None), |(key, scalar)| (key, Some(scalar))))
    }
}

impl<'a> Scalars<'a> {
    fn member(&mut self) -> Option<(&'a str, Scalar<'a>)> {
        let (key, rest) = self.0.strip_prefix('"')?.split_once(r#"":"#)?;
        let (scalar, rest) = if let Some(text) = rest.strip_prefix('"') {
            let (text, rest) = text.split_once('"')?;
            (Scalar::Text(text), rest)
        } else {
            let (word, rest) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
            let scalar = match word {
                "true" => Scalar::Bool(true),
                "false" => Scalar::Bool(false),
                number => Scalar::Int(number.parse().ok()?),
            };
            (scalar, rest)
        };
        let is_plain = |text: &str| !text.contains(['\\', '"']);
        let plain = match scalar {
            Scalar::Text(text) => is_plain(key) && is_plain(text),
            Scalar::Int(_) | Scalar::Bool(_) => is_plain(key),
        };
        self.0 = match rest.strip_prefix(',') {
            Some(rest) => rest,
            None if rest.is_empty() => rest,
            None => return None,
        };
        plain.then_some((key, scalar))
    }
}

/// What follows on the name of the task's metrics; `None` where there is another `Task Info` before, which is the one
/// that counts.
fn behind_accumulables(mut rest: &str) -> Option<&str> {
    loop {
        (_, rest) = split_once(rest, r#","Task "#)?;
        if let Some(metrics) = rest.strip_prefix(r#"Metrics":"#) {
            return Some(metrics);
        }
        if rest.starts_with(r#"Info":"#) {
            return None;
        }
    }
}

fn split_once<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let at = memchr::memmem::find(text.as_bytes(), separator.as_bytes())?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = concat!(
        r#"{"Event":"SparkListenerTaskEnd","Stage ID":3,"Stage Attempt ID":1,"Task Type":"ResultTask","#,
        r#""Task End Reason":{"Reason":"ExceptionFailure","Class Name":"a.B","Description":"x, \"Task Info\":{ y"},"#,
        r#""Task Info":{"Task ID":7,"Index":2,"Attempt":0,"Partition ID":2,"Launch Time":10,"Executor ID":"1","#,
        r#""Host":"h","Locality":"ANY","Speculative":true,"Getting Result Time":0,"Finish Time":20,"Failed":true,"#,
        r#""Killed":false,"Accumulables":[{"ID":1,"Value":[{"Task Metrics":{}}]}]},"#,
        r#""Task Executor Metrics":{"JVMHeapMemory":5},"#,
        r#""Task Metrics":{"Executor Run Time":9,"Shuffle Write Metrics":{"Shuffle Bytes Written":4}}}"#,
    );

    fn same(line: &str) -> bool {
        let in_order = TaskEnd::parse_in_order(line).map(|event| format!("{event:?}"));
        in_order
            == serde_json::from_str::<TaskEnd<'_>>(line)
                .ok()
                .map(|event| format!("{event:?}"))
    }

    /// Scenario: a line as Spark writes it, whole and with parts of it changed.
    /// Guarantees: reading it in order gives what serde gives, or nothing, and then serde reads it.
    #[test]
    fn line_in_order_is_read_as_serde_reads_it() {
        assert!(same(LINE), "{:?}", TaskEnd::parse_in_order(LINE));
        for (from, to) in [
            (r#""Index":2"#, r#""Index":"2""#),
            (r#""Host":"h""#, r#""Host":"\u0068""#),
            (r#""Host":"h""#, r#""Host":null"#),
            (r#""Stage ID":3"#, r#""Stage ID":{}"#),
            (
                r#","Task Metrics":{"Executor"#,
                r#","Task metrics":{"Executor"#,
            ),
            (r#""Task ID":7,"#, ""),
            (
                r#""Speculative":true,"#,
                r#""Speculative":true,"New":[1,2],"#,
            ),
        ] {
            let line = LINE.replace(from, to);
            assert_ne!(line, LINE, "{from}");
            assert!(
                TaskEnd::parse_in_order(&line).is_none() || same(&line),
                "{line}"
            );
        }
        let info = r#","Task Info":{"Task ID":8,"Accumulables":[]},"Task Executor"#;
        let twice = LINE.replace(r#","Task Executor"#, info);
        assert!(TaskEnd::parse(&twice).is_err());
        for end in 0..LINE.len() {
            assert!(TaskEnd::parse(&LINE[..end]).is_err(), "cut at {end}");
        }
    }
}
