//! Stages: one attempt each, with its tasks and its shuffles.

mod events;
mod spans;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use sparkspan_events::{RddInfo, StageInfo, TaskEnd, TaskMetrics, TaskStart};
use sparkspan_model::SpanEvent;
use sparkspan_redaction::{Identifier, attribute};
use sparkspan_semconv::{event, key};

pub(crate) use self::spans::StageSurroundings;
use crate::budget::{self, ENTRY_BYTES, STAGE_BYTES};
use crate::distribution::Distribution;
use crate::draft::{at, span_event};
use crate::excerpt::{excerpt, name_excerpt};
use crate::figures::{Figures, has_read, has_written};
use crate::frame::{Frame, Interval, Open, widen};
use crate::id_ranges::IdRanges;
use crate::outcome::Outcome;
use crate::plan::operator_name;
use crate::task::{EndedTask, Running, TaskOutcome, TaskTimes, TellingTasks, figures_of};
use crate::timeline::{Moment, Timeline};

/// How many RDD scopes a stage's name shows.
const TELLING_SCOPES: usize = 3;
/// How many tasks of a stage run at once at the most: more than any cluster has cores for.
const RUNNING_LIMIT: usize = 65_536;
/// How many resubmitted tasks get an event; all are counted.
const RESUBMITTED_EVENTS: usize = 100;

/// An open stage attempt.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) stage_id: i64,
    pub(crate) attempt: i64,
    pub(crate) frame: Frame,
    /// The SQL execution that its tasks belong to, which need not be the root of its unit.
    pub(crate) execution_id: Option<i64>,
    pub(crate) parent_ids: Vec<i64>,
    name: String,
    task_count: Option<i64>,
    scopes: Vec<Identifier>,
    /// What its name and its scopes take.
    texts: usize,
    running: FxHashMap<i64, Running>,
    most_running: usize,
    /// The executors of its tasks: a task costs no text of its own.
    executors: FxHashSet<Arc<str>>,
    /// What their ids take.
    executor_texts: usize,
    counts: TaskCounts,
    times: Distribution,
    figures: Figures,
    read: TaskHull,
    wrote: TaskHull,
    /// A task of it wrote for a shuffle.
    writes: bool,
    /// Tasks that ended in a jump of time that the next events have to confirm.
    undecided: Vec<(TaskTimes, EndedTask)>,
    telling: TellingTasks,
    /// Spans of its tasks that were sent already.
    sent_tasks: i64,
    resubmitted: Vec<(Moment, SpanEvent)>,
    outcome: Option<Outcome>,
    /// The SQL accumulators that the stage updated, and their totals.
    accumulables: Vec<(i64, i64)>,
}

/// How many task attempts ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TaskCounts {
    succeeded: i64,
    failed: i64,
    killed: i64,
    speculative: i64,
    resubmitted: i64,
    unfinished: i64,
}

/// The tasks that read or wrote a shuffle.
#[derive(Debug, Clone, Copy, Default)]
struct TaskHull {
    tasks: i64,
    hull: Option<(i64, i64)>,
}

impl TaskHull {
    fn add(&mut self, interval: Interval) {
        self.tasks += 1;
        widen(&mut self.hull, interval.start_ms, interval.end_ms);
    }
}

/// The tasks of all stages that are over: each has one end and at most one span, and can be resubmitted once.
#[derive(Debug, Default)]
pub(crate) struct KnownTasks {
    ended: IdRanges,
    resubmitted: IdRanges,
}

/// What became of an event for a stage's task.
#[derive(Debug)]
pub(crate) enum Taken {
    /// It counts. `first_wrote` says that it is the first of the stage that wrote for a shuffle.
    Ended {
        first_wrote: bool,
        task: Option<Box<EndedTask>>,
    },
    /// It was counted as a resubmission.
    Resubmitted,
    /// The task had ended already, or been resubmitted.
    Again,
}

impl Stage {
    pub(crate) fn new(stage_id: i64, attempt: i64, frame: Frame) -> Self {
        Self {
            stage_id,
            attempt,
            frame,
            execution_id: None,
            parent_ids: Vec::new(),
            name: String::new(),
            task_count: None,
            scopes: Vec::new(),
            texts: 0,
            running: FxHashMap::default(),
            most_running: 0,
            executors: FxHashSet::default(),
            executor_texts: 0,
            counts: TaskCounts::default(),
            times: Distribution::default(),
            figures: Figures::default(),
            read: TaskHull::default(),
            wrote: TaskHull::default(),
            writes: false,
            undecided: Vec::new(),
            telling: TellingTasks::default(),
            sent_tasks: 0,
            resubmitted: Vec::new(),
            outcome: None,
            accumulables: Vec::new(),
        }
    }

    /// Whether Spark has said what the stage is.
    pub(crate) const fn is_described(&self) -> bool {
        self.task_count.is_some()
    }

    fn undecided_bytes(&self) -> usize {
        self.undecided.iter().map(|(_, task)| task.bytes()).sum()
    }

    /// Takes what Spark says of the stage.
    pub(crate) fn describe(&mut self, info: &StageInfo<'_>) {
        self.name = excerpt(&info.name);
        self.task_count = Some(info.task_count);
        self.parent_ids.clone_from(&info.parent_ids);
        self.scopes = telling_scopes(info);
        self.texts =
            self.name.len() + budget::bytes_of_texts(self.scopes.iter().map(Identifier::as_str));
    }

    /// Takes the start of a task, unless it has ended.
    pub(crate) fn task_started(
        &mut self,
        event: &TaskStart<'_>,
        tasks: &KnownTasks,
        timeline: &Timeline,
    ) -> bool {
        let task = &event.task;
        if tasks.ended.contains(task.task_id) {
            return false;
        }
        let running = Running {
            launch_ms: task.launch_time_ms,
            executor_id: self.executor(&task.executor_id),
            lost_ms: None,
        };
        let is_new = self.running.insert(task.task_id, running).is_none();
        if self.running.len() > RUNNING_LIMIT {
            self.abandon_oldest_tasks(timeline);
        }
        self.most_running = self.most_running.max(self.running.len());
        is_new
    }

    /// The ends of half of the tasks that seem to run were lost: those that started first are not waited for.
    fn abandon_oldest_tasks(&mut self, timeline: &Timeline) {
        let mut ids: Vec<i64> = self.running.keys().copied().collect();
        ids.sort_unstable();
        for id in ids.iter().take(RUNNING_LIMIT / 2) {
            if let Some(task) = self.running.remove(id) {
                self.counts.unfinished += 1;
                self.frame.misses_something();
                let launch_ms = timeline.nearest_ms(task.launch_ms);
                self.frame.cover(launch_ms, launch_ms);
            }
        }
    }

    fn executor(&mut self, id: &str) -> Arc<str> {
        if let Some(known) = self.executors.get(id) {
            return Arc::clone(known);
        }
        let id: Arc<str> = name_excerpt(id).into();
        self.executor_texts += id.len();
        self.executors.insert(Arc::clone(&id));
        id
    }

    /// Takes the end of a task, unless it is known. `keep_all` asks for every task's span at once.
    pub(crate) fn task_ended(
        &mut self,
        event: &TaskEnd<'_>,
        tasks: &mut KnownTasks,
        keep_all: bool,
        timeline: &Timeline,
    ) -> Taken {
        let task = &event.task;
        if !self.undecided.is_empty() && timeline.is_decided() {
            self.settle_tasks(timeline);
        }
        let running = self.running.remove(&task.task_id);
        if &*event.reason.reason == "Resubmitted" {
            if !tasks.resubmitted.insert(task.task_id) {
                return Taken::Again;
            }
            self.resubmit(event, timeline);
            return Taken::Resubmitted;
        }
        if !tasks.ended.insert(task.task_id) {
            return Taken::Again;
        }
        let launch_ms = match running {
            Some(running) if !timeline.holds(task.launch_time_ms) => running.launch_ms,
            _ => task.launch_time_ms,
        };
        let times = TaskTimes {
            launch: timeline.moment(launch_ms),
            getting_result_ms: task.getting_result_time_ms,
            finish: timeline.moment(task.finish_time_ms),
        };
        let unmeasured = TaskMetrics::default();
        let metrics = event.metrics.as_ref().unwrap_or(&unmeasured);
        let outcome = TaskOutcome::of(&event.reason);
        self.tally(outcome, task.speculative);
        let first_wrote = has_written(&metrics.shuffle_write) && !self.writes;
        self.writes |= first_wrote;
        if timeline.is_undecided(task.finish_time_ms) && !keep_all {
            self.undecided
                .push((times, EndedTask::new(event, outcome, metrics)));
            return Taken::Ended {
                first_wrote,
                task: None,
            };
        }
        let (interval, figures) = self.measure(&times, metrics, timeline);
        let span = || EndedTask::new(event, outcome, metrics).over(interval, &figures);
        if keep_all {
            self.sent_tasks += 1;
            return Taken::Ended {
                first_wrote,
                task: Some(Box::new(span())),
            };
        }
        self.remember(task.task_id, outcome, interval, span);
        Taken::Ended {
            first_wrote,
            task: None,
        }
    }

    fn settle_tasks(&mut self, timeline: &Timeline) {
        for (times, task) in std::mem::take(&mut self.undecided) {
            let (interval, figures) = self.measure(&times, &task.figures.metrics, timeline);
            self.remember(task.task_id, task.outcome(), interval, || {
                task.over(interval, &figures)
            });
        }
    }

    /// Adds what a task measured to the stage's figures.
    fn measure(
        &mut self,
        times: &TaskTimes,
        metrics: &TaskMetrics,
        timeline: &Timeline,
    ) -> (Interval, Figures) {
        let interval = Interval::of(times.launch, times.finish, timeline);
        let figures = figures_of(times.getting_result_ms, metrics, interval);
        self.figures.add(&figures);
        self.frame.cover(interval.start_ms, interval.end_ms);
        if has_read(&metrics.shuffle_read) {
            self.read.add(interval);
        }
        if has_written(&metrics.shuffle_write) {
            self.wrote.add(interval);
        }
        (interval, figures)
    }

    /// Remembers a task that is worth a span of its own.
    fn remember(
        &mut self,
        task_id: i64,
        outcome: TaskOutcome,
        interval: Interval,
        span: impl FnOnce() -> EndedTask,
    ) {
        if outcome == TaskOutcome::Succeeded && !interval.time_inferred {
            self.times.add(interval.duration_ms());
        }
        if outcome == TaskOutcome::Failed {
            if self.telling.wants_failed() {
                self.telling.add_failed(span());
            }
        } else if self.telling.wants_slow(interval.duration_ms(), task_id) {
            self.telling.add_slow(span());
        }
    }

    fn tally(&mut self, outcome: TaskOutcome, speculative: bool) {
        match outcome {
            TaskOutcome::Succeeded => self.counts.succeeded += 1,
            TaskOutcome::Failed => self.counts.failed += 1,
            TaskOutcome::Killed => self.counts.killed += 1,
        }
        self.counts.speculative += i64::from(speculative);
    }

    /// The output of a finished task was lost with its executor: the task runs again under another id.
    fn resubmit(&mut self, event: &TaskEnd<'_>, timeline: &Timeline) {
        self.counts.resubmitted += 1;
        if self.resubmitted.len() < RESUBMITTED_EVENTS {
            let attributes = vec![
                attribute(key::SPARK_TASK_ID, event.task.task_id),
                attribute(
                    key::SPARK_EXECUTOR_ID,
                    Identifier::new(&*event.task.executor_id),
                ),
            ];
            self.resubmitted.push((
                timeline.moment(event.task.finish_time_ms),
                span_event(event::TASK_RESUBMITTED, attributes),
            ));
        }
    }

    /// An executor is gone. Its tasks need not be waited for.
    pub(crate) fn executor_removed(&mut self, executor_id: &str, time_ms: i64) {
        if !self.executors.contains(executor_id) {
            return;
        }
        for running in self.running.values_mut() {
            if &*running.executor_id == executor_id {
                running.lost_ms.get_or_insert(time_ms);
            }
        }
    }

    /// `StageCompleted` came.
    pub(crate) fn completed(&mut self, info: &StageInfo<'_>, timeline: &Timeline) {
        if !self.is_described() {
            self.describe(info);
        }
        if let Some(submission) = info.submission_time_ms {
            self.frame.starts_by(timeline.moment(submission), timeline);
        }
        let reason = info.failure_reason.as_deref().unwrap_or_default();
        self.outcome = Some(match Outcome::of_message(reason, "StageFailed") {
            Outcome::Failed(mut failure) if reason.contains("FetchFailed") => {
                failure.error_type = Identifier::fixed("FetchFailed");
                Outcome::Failed(failure)
            }
            outcome => outcome,
        });
        self.accumulables = info
            .accumulables
            .iter()
            .filter(|found| found.metadata.as_deref() == Some("sql"))
            .filter_map(|found| Some((found.id, found.value?)))
            .collect();
        // One that is missing is no better than one that cannot be.
        let end_ms = info.completion_time_ms.unwrap_or_default();
        self.frame.end(timeline.moment(end_ms));
    }

    /// Whether a task of it may still report.
    pub(crate) fn has_running_tasks(&self) -> bool {
        self.running
            .values()
            .any(|running| running.lost_ms.is_none())
    }

    /// The ids of the SQL accumulators that the stage updated, with their totals.
    pub(crate) fn accumulables(&self) -> &[(i64, i64)] {
        &self.accumulables
    }

    pub(crate) fn updated_accumulators(&self) -> FxHashSet<i64> {
        self.accumulables.iter().map(|(id, _)| *id).collect()
    }

    pub(crate) const fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The key of the stage attempt's ids.
    pub(crate) fn key(stage_id: i64, attempt: i64) -> String {
        format!("{stage_id}.{attempt}")
    }
}

impl Open for Stage {
    fn frame(&mut self) -> &mut Frame {
        &mut self.frame
    }

    fn bytes(&self) -> usize {
        STAGE_BYTES
            + self.texts
            + self.most_running * 2 * ENTRY_BYTES
            + self.executors.len() * 2 * ENTRY_BYTES
            + self.executor_texts
            + self.undecided_bytes()
            + self.resubmitted.len() * 4 * ENTRY_BYTES
            + (self.accumulables.len() + self.parent_ids.len()) * 16
            + self.times.bytes()
            + self.telling.bytes()
            + self.outcome.as_ref().map_or(0, Outcome::bytes)
    }

    fn may_close(&mut self) -> bool {
        self.frame.is_done() && !self.has_running_tasks()
    }

    /// Takes the tasks that ended in a jump of time, now that it is known whether that is believed.
    fn settle_times(&mut self, timeline: &Timeline) -> bool {
        let is_undecided = !timeline.is_decided() && !self.undecided.is_empty();
        if is_undecided && !self.frame.cannot_wait {
            return false;
        }
        for running in self.running.values_mut() {
            running.launch_ms = timeline.nearest_ms(running.launch_ms);
            running.lost_ms = running.lost_ms.map(|lost_ms| timeline.nearest_ms(lost_ms));
        }
        self.settle_tasks(timeline);
        for (moment, event) in &mut self.resubmitted {
            at(event, *moment, timeline);
        }
        self.frame.settle_times(timeline)
    }

    fn abandon(&mut self, end_ms: i64) {
        for running in self.running.values_mut() {
            if running.lost_ms.is_none() {
                self.frame.misses_something();
                running.lost_ms = Some(end_ms);
            }
        }
    }
}

/// The names of the RDD operations that the stage runs, sources first.
fn telling_scopes(info: &StageInfo<'_>) -> Vec<Identifier> {
    let mut rdds: Vec<_> = info.rdds.iter().collect();
    rdds.sort_by_key(|rdd| rdd.id);
    let mut names: Vec<Identifier> = Vec::new();
    for operation in rdds.into_iter().filter_map(RddInfo::operation) {
        let name = operator_name(name_excerpt(&operation));
        if name.is_empty() || name.starts_with("WholeStageCodegen") {
            continue;
        }
        let name = Identifier::new(name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() > TELLING_SCOPES {
        names.drain(1..names.len() - (TELLING_SCOPES - 1));
    }
    names
}
