//! Tasks: each is counted, few get a span of their own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use sparkspan_events::{Measured, TaskEnd, TaskEndReason, TaskMetrics, Text};
use sparkspan_model::Span;
use sparkspan_redaction::{Identifier, Redaction};
use sparkspan_semconv::{key, span, value};

use crate::budget::ENDED_TASK_BYTES;
use crate::draft::{Draft, Home};
use crate::excerpt::{name_excerpt, short_excerpt};
use crate::figures::{Figures, has_read, has_written};
use crate::frame::Interval;
use crate::identity::{Identity, Kind};
use crate::outcome::{Failure, Outcome, error_type};
use crate::shuffle;
use crate::timeline::Moment;

/// How many failed tasks of a stage get a span.
pub(crate) const FAILED_LIMIT: usize = 100;
/// How many of the slowest tasks get a span, however slow they are.
const SLOWEST: usize = 3;
/// How many stragglers get a span.
const STRAGGLERS: usize = 20;
/// A straggler takes longer than this many medians, …
const STRAGGLER_MEDIANS: i64 = 3;
/// … and longer than this.
const STRAGGLER_MS: i64 = 1_000;

/// A task that runs.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    pub(crate) launch_ms: i64,
    pub(crate) executor_id: Arc<str>,
    /// When its executor was removed: if no `TaskEnd` comes, that was the task's end.
    pub(crate) lost_ms: Option<i64>,
}

/// The times of a task that ended, as its driver wrote them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TaskTimes {
    pub(crate) launch: Moment,
    /// When the driver began to fetch its result; 0 where the result came with the end.
    pub(crate) getting_result_ms: i64,
    pub(crate) finish: Moment,
}

/// How a task ended, as Spark counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskOutcome {
    Succeeded,
    Failed,
    Killed,
}

impl TaskOutcome {
    /// The counting of Spark's own pages (`AppStatusListener.onTaskEnd`).
    pub(crate) fn of(reason: &TaskEndReason<'_>) -> Self {
        match &*reason.reason {
            "Success" => Self::Succeeded,
            "TaskKilled" | "TaskCommitDenied" => Self::Killed,
            _ => Self::Failed,
        }
    }
}

/// A task that ended and may get a span.
#[derive(Debug, Clone)]
pub(crate) struct EndedTask {
    pub(crate) task_id: i64,
    index: Measured,
    attempt: Measured,
    partition: Option<i64>,
    pub(crate) executor_id: Arc<str>,
    pub(crate) host: Arc<str>,
    locality: Option<&'static str>,
    speculative: bool,
    pub(crate) interval: Interval,
    pub(crate) figures: Figures,
    measured: bool,
    outcome: Outcome,
    kill_reason: Option<String>,
}

impl EndedTask {
    pub(crate) fn new(event: &TaskEnd<'_>, outcome: TaskOutcome, metrics: &TaskMetrics) -> Self {
        let task = &event.task;
        Self {
            task_id: task.task_id,
            index: task.index,
            attempt: task.attempt,
            partition: task.partition.filter(|partition| *partition >= 0),
            executor_id: name_excerpt(&task.executor_id).into(),
            host: name_excerpt(&task.host).into(),
            locality: task.locality.as_deref().and_then(locality),
            speculative: task.speculative,
            interval: Interval::new(task.launch_time_ms, task.finish_time_ms),
            figures: Figures {
                metrics: *metrics,
                ..Figures::default()
            },
            measured: event.metrics.is_some(),
            outcome: match outcome {
                TaskOutcome::Succeeded => Outcome::Succeeded,
                TaskOutcome::Killed => Outcome::Killed,
                TaskOutcome::Failed => Outcome::Failed(failure_of(&event.reason)),
            },
            kill_reason: event.reason.kill_reason.as_deref().map(short_excerpt),
        }
    }

    /// What it takes in memory, by the model of [`crate::budget`].
    pub(crate) fn bytes(&self) -> usize {
        let kill_reason = self.kill_reason.as_ref().map_or(0, String::len);
        ENDED_TASK_BYTES
            + self.executor_id.len()
            + self.host.len()
            + kill_reason
            + self.outcome.bytes()
    }

    /// The same over the time that is believed, with the figures that follow from it.
    pub(crate) fn over(self, interval: Interval, figures: &Figures) -> Self {
        Self {
            interval,
            figures: *figures,
            ..self
        }
    }

    pub(crate) const fn outcome(&self) -> TaskOutcome {
        match self.outcome {
            Outcome::Succeeded => TaskOutcome::Succeeded,
            Outcome::Failed(_) => TaskOutcome::Failed,
            Outcome::Killed => TaskOutcome::Killed,
        }
    }

    /// The span of the task as part of stage attempt `(stage_id, stage_attempt)`.
    pub(crate) fn into_span(
        self,
        (stage_id, stage_attempt): (i64, i64),
        home: Home,
        identity: &Identity,
        redaction: &Redaction,
    ) -> Span {
        let span_id = identity.span_id(Kind::Task, &self.task_id.to_string());
        let span_type = value::spark_span_type::TASK;
        let mut draft = Draft::new(span_type, span::TASK, span_id, home, self.interval);
        draft.set(key::SPARK_TASK_ID, self.task_id);
        draft.set(key::SPARK_STAGE_ID, stage_id);
        draft.set(key::SPARK_STAGE_ATTEMPT, stage_attempt);
        draft.set_some(key::SPARK_TASK_INDEX, self.index.get());
        draft.set_some(key::SPARK_TASK_PARTITION, self.partition);
        draft.set_some(key::SPARK_TASK_ATTEMPT, self.attempt.get());
        draft.set(key::SPARK_EXECUTOR_ID, Identifier::new(&*self.executor_id));
        draft.set(key::HOST_NAME, Identifier::new(&*self.host));
        draft.set_some(key::SPARK_TASK_LOCALITY, self.locality);
        draft.mark(key::SPARK_TASK_SPECULATIVE, self.speculative);
        draft.outcome(Some(&self.outcome), redaction);
        if let Some(reason) = self.kill_reason {
            draft.text(key::SPARK_TASK_KILL_REASON, redaction.prose(&reason));
        }
        if self.measured {
            describe(&mut draft, &self.figures);
        }
        draft.finish()
    }
}

/// The parts of the task's time and what it moved.
fn describe(draft: &mut Draft, figures: &Figures) {
    let metrics = &figures.metrics;
    draft.set_some(
        key::SPARK_TASK_SCHEDULER_DELAY_MS,
        figures.scheduler_delay_ms.get(),
    );
    draft.set_some(
        key::SPARK_TASK_DESERIALIZE_MS,
        metrics.deserialize_time_ms.get(),
    );
    draft.set_some(
        key::SPARK_TASK_DESERIALIZE_CPU_NS,
        metrics.deserialize_cpu_time_ns.get(),
    );
    draft.set_some(key::SPARK_TASK_RUN_MS, metrics.run_time_ms.get());
    draft.set_some(key::SPARK_TASK_CPU_NS, metrics.cpu_time_ns.get());
    draft.set_some(key::SPARK_TASK_GC_MS, metrics.gc_time_ms.get());
    draft.set_some(
        key::SPARK_TASK_RESULT_SERIALIZATION_MS,
        metrics.result_serialization_time_ms.get(),
    );
    draft.set_positive(key::SPARK_TASK_GETTING_RESULT_MS, figures.getting_result_ms);
    draft.set_some(
        key::SPARK_TASK_RESULT_BYTES,
        metrics.result_size_bytes.get(),
    );
    for (key, figure) in [
        (
            key::SPARK_TASK_MEMORY_SPILLED_BYTES,
            metrics.memory_spilled_bytes,
        ),
        (
            key::SPARK_TASK_DISK_SPILLED_BYTES,
            metrics.disk_spilled_bytes,
        ),
        (
            key::SPARK_TASK_PEAK_EXECUTION_MEMORY_BYTES,
            metrics.peak_execution_memory_bytes,
        ),
        (key::SPARK_TASK_INPUT_BYTES, metrics.input.bytes),
        (key::SPARK_TASK_INPUT_RECORDS, metrics.input.records),
        (key::SPARK_TASK_OUTPUT_BYTES, metrics.output.bytes),
        (key::SPARK_TASK_OUTPUT_RECORDS, metrics.output.records),
    ] {
        draft.set_positive(key, figure);
    }
    if has_read(&metrics.shuffle_read) {
        shuffle::describe_read(draft, &metrics.shuffle_read);
    }
    if has_written(&metrics.shuffle_write) {
        shuffle::describe_write(draft, figures);
    }
}

/// The task's metrics with the parts of its time that Spark's own pages derive from them.
pub(crate) fn figures_of(
    getting_result_ms: i64,
    metrics: &TaskMetrics,
    interval: Interval,
) -> Figures {
    let mut figures = Figures {
        metrics: *metrics,
        ..Figures::default()
    };
    // What is left of a time that is not Spark's would be invented.
    if !interval.time_inferred {
        let getting_result_ms = match getting_result_ms {
            0 => 0,
            started => interval.end_ms.saturating_sub(started).max(0),
        };
        let parts = [
            metrics.deserialize_time_ms,
            metrics.run_time_ms,
            metrics.result_serialization_time_ms,
        ];
        let accounted = parts.iter().try_fold(getting_result_ms, |sum, part| {
            Some(part.get()?.saturating_add(sum))
        });
        let delay = |accounted| interval.duration_ms().saturating_sub(accounted).max(0);
        figures.getting_result_ms = getting_result_ms.into();
        figures.scheduler_delay_ms = accounted.map(delay).map(Measured::from).unwrap_or_default();
    }
    figures
}

/// Spark's word for how near to its data a task ran (`TaskLocality`).
fn locality(word: &str) -> Option<&'static str> {
    use value::spark_task_locality as known;

    let words = [
        known::PROCESS_LOCAL,
        known::NODE_LOCAL,
        known::NO_PREF,
        known::RACK_LOCAL,
        known::ANY,
    ];
    words.into_iter().find(|known| *known == word)
}

/// What a failed task says of its failure.
fn failure_of(reason: &TaskEndReason<'_>) -> Failure {
    let text = |text: &Option<Text<'_>>| short_excerpt(text.as_deref().unwrap_or_default());
    let class = reason.class_name.as_deref().unwrap_or_default();
    let (error_type, message) = match &*reason.reason {
        "ExceptionFailure" => (error_type(class), text(&reason.description)),
        "FetchFailed" => (Identifier::fixed("FetchFailed"), text(&reason.message)),
        "ExecutorLostFailure" => (
            Identifier::fixed("ExecutorLostFailure"),
            text(&reason.loss_reason),
        ),
        other => (error_type(other), String::new()),
    };
    Failure {
        error_type,
        message,
    }
}

/// The tasks of a stage that may get a span: bounded, whatever the stage's size.
#[derive(Debug, Default)]
pub(crate) struct TellingTasks {
    failed: Vec<EndedTask>,
    /// What they take in memory, by the model of [`crate::budget`].
    bytes: usize,
    /// The slowest of the others, by duration and then by Task ID.
    slowest: BinaryHeap<Reverse<(i64, i64)>>,
    slow_tasks: Vec<EndedTask>,
}

impl TellingTasks {
    /// What they take in memory, by the model of [`crate::budget`].
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether a task that took this long, and did not fail, could be among the slowest.
    pub(crate) fn wants_slow(&self, duration_ms: i64, task_id: i64) -> bool {
        self.slowest.len() < SLOWEST + STRAGGLERS
            || self
                .slowest
                .peek()
                .is_some_and(|Reverse(least)| (duration_ms, task_id) > *least)
    }

    pub(crate) fn wants_failed(&self) -> bool {
        self.failed.len() < FAILED_LIMIT
    }

    pub(crate) fn add_failed(&mut self, task: EndedTask) {
        self.bytes += task.bytes();
        self.failed.push(task);
    }

    pub(crate) fn add_slow(&mut self, task: EndedTask) {
        self.slowest
            .push(Reverse((task.interval.duration_ms(), task.task_id)));
        self.bytes += task.bytes();
        self.slow_tasks.push(task);
        if self.slowest.len() > SLOWEST + STRAGGLERS
            && let Some(Reverse((_, least))) = self.slowest.pop()
            && let Some(place) = self
                .slow_tasks
                .iter()
                .position(|task| task.task_id == least)
        {
            self.bytes -= self.slow_tasks.swap_remove(place).bytes();
        }
    }

    /// The tasks that get a span, in the order of their ids. `median_ms` is that of the tasks that
    /// succeeded.
    pub(crate) fn into_outliers(mut self, median_ms: Option<u32>) -> Vec<EndedTask> {
        self.slow_tasks
            .sort_by_key(|task| Reverse((task.interval.duration_ms(), task.task_id)));
        let straggles = |duration_ms: i64| {
            median_ms.is_some_and(|median| duration_ms > STRAGGLER_MEDIANS * i64::from(median))
                && duration_ms > STRAGGLER_MS
        };
        let mut chosen = self.failed;
        for (rank, task) in self.slow_tasks.into_iter().enumerate() {
            if rank < SLOWEST || straggles(task.interval.duration_ms()) {
                chosen.push(task);
            }
        }
        chosen.sort_by_key(|task| task.task_id);
        chosen
    }
}
