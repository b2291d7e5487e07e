//! Stages: one attempt each, with its tasks and its shuffles.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use sparkspan_events::{
    LocalProperties, StageCompleted, StageInfo, StageSubmitted, TaskEnd, TaskMetrics, TaskStart,
};
use sparkspan_model::{Attribute, Resource, Span, SpanEvent, SpanSink};
use sparkspan_semconv::{attribute, event, span, value};

use crate::application::Application;
use crate::call_site;
use crate::distribution::{Distribution, Quantiles};
use crate::draft::{Draft, Home, nanos};
use crate::figures::{Figures, has_read, has_written};
use crate::frame::{Frame, Interval, Node, widen};
use crate::identity::{Identity, Kind};
use crate::job::count;
use crate::outcome::Outcome;
use crate::redaction::Redaction;
use crate::settings::TaskDetail;
use crate::shuffle::{self, Writer};
use crate::task::{EndedTask, Running, TaskOutcome, TellingTasks, figures_of};
use crate::task_ids::TaskIds;
use crate::tracer::Tracer;
use crate::unit::UnitId;

/// How many RDD scopes a stage's name shows.
const TELLING_SCOPES: usize = 3;
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
    scopes: Vec<String>,
    running: FxHashMap<i64, Running>,
    /// The executors of its tasks: a task costs no text of its own.
    executors: FxHashSet<Arc<str>>,
    ended: TaskIds,
    counts: TaskCounts,
    times: Distribution,
    figures: Figures,
    read: TaskHull,
    wrote: TaskHull,
    telling: TellingTasks,
    /// Spans of its tasks that were sent already.
    sent_tasks: i64,
    resubmitted: Vec<SpanEvent>,
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
    /// The task had ended already.
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
            running: FxHashMap::default(),
            executors: FxHashSet::default(),
            ended: TaskIds::default(),
            counts: TaskCounts::default(),
            times: Distribution::default(),
            figures: Figures::default(),
            read: TaskHull::default(),
            wrote: TaskHull::default(),
            telling: TellingTasks::default(),
            sent_tasks: 0,
            resubmitted: Vec::new(),
            outcome: None,
            accumulables: Vec::new(),
        }
    }

    /// Takes what Spark says of the stage.
    pub(crate) fn describe(&mut self, info: &StageInfo<'_>) {
        self.name = info.name.to_string();
        self.task_count = Some(info.task_count);
        self.parent_ids.clone_from(&info.parent_ids);
        self.scopes = telling_scopes(info);
    }

    pub(crate) fn task_started(&mut self, event: &TaskStart<'_>) -> bool {
        let task = &event.task;
        if self.ended.contains(task.task_id) {
            return false;
        }
        let running = Running {
            launch_ms: task.launch_time_ms,
            executor_id: self.executor(&task.executor_id),
            lost_ms: None,
        };
        self.running.insert(task.task_id, running).is_none()
    }

    fn executor(&mut self, id: &str) -> Arc<str> {
        if let Some(known) = self.executors.get(id) {
            return Arc::clone(known);
        }
        let id: Arc<str> = id.into();
        self.executors.insert(Arc::clone(&id));
        id
    }

    /// Takes the end of a task. `keep_all` asks for every task's span at once.
    pub(crate) fn task_ended(&mut self, event: &TaskEnd<'_>, keep_all: bool) -> Taken {
        let task = &event.task;
        let running = self.running.remove(&task.task_id);
        if &*event.reason.reason == "Resubmitted" {
            self.resubmit(event);
            return Taken::Resubmitted;
        }
        if !self.ended.insert(task.task_id) {
            return Taken::Again;
        }
        let launch_ms = match task.launch_time_ms {
            0 => running.map_or(0, |running| running.launch_ms),
            launch_ms => launch_ms,
        };
        let interval = Interval::new(launch_ms, task.finish_time_ms);
        let metrics = event.metrics.as_ref();
        let figures = metrics.map_or_else(Figures::default, |metrics: &TaskMetrics| {
            figures_of(task, metrics, interval)
        });
        let outcome = TaskOutcome::of(&event.reason);
        let wrote = has_written(&figures.metrics.shuffle_write);
        self.tally(outcome, task.speculative);
        self.figures.add(&figures);
        self.frame.cover(interval.start_ms, interval.end_ms);
        if outcome == TaskOutcome::Succeeded {
            self.times.add(interval.duration_ms());
        }
        if has_read(&figures.metrics.shuffle_read) {
            self.read.add(interval);
        }
        let first_wrote = wrote && self.wrote.tasks == 0;
        if wrote {
            self.wrote.add(interval);
        }
        let ended = || EndedTask::new(event, outcome, &figures, interval);
        if keep_all {
            self.sent_tasks += 1;
            return Taken::Ended {
                first_wrote,
                task: Some(Box::new(ended())),
            };
        }
        if outcome == TaskOutcome::Failed {
            if self.telling.wants_failed() {
                self.telling.add_failed(ended());
            }
        } else if self
            .telling
            .wants_slow(interval.duration_ms(), task.task_id)
        {
            self.telling.add_slow(ended());
        }
        Taken::Ended {
            first_wrote,
            task: None,
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
    fn resubmit(&mut self, event: &TaskEnd<'_>) {
        self.counts.resubmitted += 1;
        if self.resubmitted.len() < RESUBMITTED_EVENTS {
            self.resubmitted.push(SpanEvent {
                time_unix_ns: nanos(event.task.finish_time_ms),
                name: event::TASK_RESUBMITTED.into(),
                attributes: vec![
                    Attribute::new(attribute::SPARK_TASK_ID, event.task.task_id),
                    Attribute::new(
                        attribute::SPARK_EXECUTOR_ID,
                        event.task.executor_id.to_string(),
                    ),
                ],
            });
        }
    }

    /// An executor is gone. Its tasks need not be waited for.
    pub(crate) fn executor_removed(&mut self, executor_id: &str, time_ms: i64) {
        for running in self.running.values_mut() {
            if &*running.executor_id == executor_id {
                running.lost_ms.get_or_insert(time_ms);
            }
        }
    }

    /// `StageCompleted` came.
    pub(crate) fn completed(&mut self, info: &StageInfo<'_>, time_ms: i64) {
        if self.task_count.is_none() {
            self.describe(info);
        }
        if let Some(submission) = info.submission_time_ms {
            self.frame.starts_by(submission);
        }
        let reason = info.failure_reason.as_deref().unwrap_or_default();
        self.outcome = Some(match Outcome::of_message(reason, "StageFailed") {
            Outcome::Failed(mut failure) if reason.contains("FetchFailed") => {
                "FetchFailed".clone_into(&mut failure.error_type);
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
        self.frame.end(info.completion_time_ms.unwrap_or(time_ms));
    }

    /// It has ended, and none of its tasks can still report.
    pub(crate) fn is_done(&self) -> bool {
        self.frame.is_done()
            && self
                .running
                .values()
                .all(|running| running.lost_ms.is_some())
    }

    /// Nothing will be seen of its running tasks any more.
    pub(crate) fn abandon_tasks(&mut self, time_ms: i64) {
        for running in self.running.values_mut() {
            running.lost_ms.get_or_insert(time_ms);
        }
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

    /// Turns itself into spans: its tasks, its shuffles, itself.
    pub(crate) fn into_spans(
        mut self,
        surroundings: StageSurroundings<'_>,
    ) -> (Interval, Vec<Span>) {
        for running in std::mem::take(&mut self.running).into_values() {
            self.counts.unfinished += 1;
            if let Some(lost_ms) = running.lost_ms {
                self.frame
                    .cover(running.launch_ms, lost_ms.max(running.launch_ms));
            }
        }
        let StageSurroundings {
            identity,
            redaction,
            home,
            executor,
            job_id,
            operators,
            writers,
            with_tasks,
            with_shuffle,
            url,
        } = surroundings;
        let key = Self::key(self.stage_id, self.attempt);
        let span_id = identity.span_id(Kind::Stage, &key);
        let inside = |home: &Home| Home {
            parent: Some(span_id),
            parent_is_remote: false,
            ..home.clone()
        };
        let quantiles = self.times.quantiles();
        let stage_key = (self.stage_id, self.attempt);
        let mut spans = Vec::new();
        if with_tasks {
            let median = quantiles.map(|quantiles| quantiles.p50_ms);
            for task in std::mem::take(&mut self.telling).into_outliers(median) {
                let resource = executor(&task);
                let home = Home {
                    resource,
                    ..inside(&home)
                };
                spans.push(task.into_span(stage_key, home, identity, redaction));
            }
        }
        let task_spans = self.sent_tasks + count(spans.len());
        if with_shuffle {
            spans.extend(self.read_span(&key, inside(&home), identity, &writers));
            spans.extend(self.write_span(&key, inside(&home), identity));
        }
        let operators = if operators.is_empty() {
            &self.scopes
        } else {
            &operators
        };
        let name: Cow<'static, str> = if operators.is_empty() {
            Cow::Borrowed(span::STAGE)
        } else {
            Cow::Owned(format!("{} {}", span::STAGE, operators.join(" > ")))
        };
        let interval = self.frame.interval();
        let span_type = value::spark_span_type::STAGE;
        let mut draft = Draft::new(span_type, name, span_id, home.clone(), interval);
        draft.set(attribute::SPARK_STAGE_ID, self.stage_id);
        draft.set(attribute::SPARK_STAGE_ATTEMPT, self.attempt);
        draft.set_some(attribute::SPARK_JOB_ID, job_id);
        draft.outcome(self.outcome.as_ref(), redaction);
        draft.mark(attribute::SPARK_SPAN_INTERRUPTED, self.frame.interrupted);
        draft.mark(attribute::SPARK_UNIT_LATE, self.frame.late);
        if !operators.is_empty() {
            draft.set(attribute::SPARK_STAGE_OPERATORS, operators.clone());
        }
        call_site::describe(&mut draft, &self.name, redaction);
        self.describe_tasks(&mut draft, quantiles, task_spans);
        self.describe_figures(&mut draft);
        draft.set_some(attribute::SPARK_UI_URL, url);
        for event in self.resubmitted {
            draft.event(event);
        }
        spans.push(draft.finish());
        (interval, spans)
    }

    fn read_span(
        &self,
        key: &str,
        home: Home,
        identity: &Identity,
        writers: &[Writer],
    ) -> Option<Span> {
        let (start_ms, end_ms) = self.read.hull?;
        let span_id = identity.span_id(Kind::ShuffleRead, key);
        let span_type = value::spark_span_type::SHUFFLE_READ;
        let interval = Interval::new(start_ms, end_ms);
        let mut draft = Draft::new(span_type, span::SHUFFLE_READ, span_id, home, interval);
        draft.set(attribute::SPARK_STAGE_ID, self.stage_id);
        draft.set(attribute::SPARK_STAGE_ATTEMPT, self.attempt);
        draft.set(attribute::SPARK_SHUFFLE_READ_TASKS, self.read.tasks);
        shuffle::describe_read(&mut draft, &self.figures.metrics.shuffle_read);
        writers.iter().for_each(|writer| draft.link(writer.link()));
        Some(draft.finish())
    }

    fn write_span(&self, key: &str, home: Home, identity: &Identity) -> Option<Span> {
        let (start_ms, end_ms) = self.wrote.hull?;
        let span_id = identity.span_id(Kind::ShuffleWrite, key);
        let span_type = value::spark_span_type::SHUFFLE_WRITE;
        let interval = Interval::new(start_ms, end_ms);
        let mut draft = Draft::new(span_type, span::SHUFFLE_WRITE, span_id, home, interval);
        draft.set(attribute::SPARK_STAGE_ID, self.stage_id);
        draft.set(attribute::SPARK_STAGE_ATTEMPT, self.attempt);
        draft.set(attribute::SPARK_SHUFFLE_WRITE_TASKS, self.wrote.tasks);
        shuffle::describe_write(&mut draft, &self.figures);
        let metrics = &self.figures.metrics;
        draft.set_positive(
            attribute::SPARK_SHUFFLE_WRITE_MEMORY_SPILLED_BYTES,
            metrics.memory_spilled_bytes,
        );
        draft.set_positive(
            attribute::SPARK_SHUFFLE_WRITE_DISK_SPILLED_BYTES,
            metrics.disk_spilled_bytes,
        );
        Some(draft.finish())
    }

    fn describe_tasks(&self, draft: &mut Draft, quantiles: Option<Quantiles>, task_spans: i64) {
        let counts = &self.counts;
        draft.set_some(attribute::SPARK_STAGE_TASKS_TOTAL, self.task_count);
        draft.set(attribute::SPARK_STAGE_TASKS_SUCCEEDED, counts.succeeded);
        let ended = counts.succeeded + counts.failed + counts.killed;
        for (key, count) in [
            (attribute::SPARK_STAGE_TASKS_FAILED, counts.failed),
            (attribute::SPARK_STAGE_TASKS_KILLED, counts.killed),
            (attribute::SPARK_STAGE_TASKS_SPECULATIVE, counts.speculative),
            (attribute::SPARK_STAGE_TASKS_RESUBMITTED, counts.resubmitted),
            (attribute::SPARK_STAGE_TASKS_UNFINISHED, counts.unfinished),
            (attribute::SPARK_STAGE_TASKS_FOLDED, ended - task_spans),
        ] {
            draft.set_positive(key, count);
        }
        if let Some(Quantiles {
            p50_ms,
            p95_ms,
            max_ms,
        }) = quantiles
        {
            draft.set(attribute::SPARK_STAGE_TASK_TIME_P50_MS, p50_ms);
            draft.set(attribute::SPARK_STAGE_TASK_TIME_P95_MS, p95_ms);
            draft.set(attribute::SPARK_STAGE_TASK_TIME_MAX_MS, max_ms);
            if p50_ms > 0 {
                draft.set(attribute::SPARK_STAGE_TASK_TIME_SKEW, skew(max_ms, p50_ms));
            }
        }
    }

    fn describe_figures(&self, draft: &mut Draft) {
        let figures = &self.figures;
        let metrics = &figures.metrics;
        draft.set(attribute::SPARK_STAGE_RUN_MS, metrics.run_time_ms);
        draft.set(attribute::SPARK_STAGE_CPU_NS, metrics.cpu_time_ns);
        draft.set(attribute::SPARK_STAGE_GC_MS, metrics.gc_time_ms);
        draft.set(
            attribute::SPARK_STAGE_SCHEDULER_DELAY_MS,
            figures.scheduler_delay_ms,
        );
        draft.set(
            attribute::SPARK_STAGE_DESERIALIZE_MS,
            metrics.deserialize_time_ms,
        );
        draft.set(
            attribute::SPARK_STAGE_DESERIALIZE_CPU_NS,
            metrics.deserialize_cpu_time_ns,
        );
        draft.set(
            attribute::SPARK_STAGE_RESULT_SERIALIZATION_MS,
            metrics.result_serialization_time_ms,
        );
        draft.set(
            attribute::SPARK_STAGE_RESULT_BYTES,
            metrics.result_size_bytes,
        );
        for (key, figure) in [
            (
                attribute::SPARK_STAGE_GETTING_RESULT_MS,
                figures.getting_result_ms,
            ),
            (
                attribute::SPARK_STAGE_MEMORY_SPILLED_BYTES,
                metrics.memory_spilled_bytes,
            ),
            (
                attribute::SPARK_STAGE_DISK_SPILLED_BYTES,
                metrics.disk_spilled_bytes,
            ),
            (
                attribute::SPARK_STAGE_PEAK_EXECUTION_MEMORY_BYTES,
                metrics.peak_execution_memory_bytes,
            ),
            (attribute::SPARK_STAGE_INPUT_BYTES, metrics.input.bytes),
            (attribute::SPARK_STAGE_INPUT_RECORDS, metrics.input.records),
            (attribute::SPARK_STAGE_OUTPUT_BYTES, metrics.output.bytes),
            (
                attribute::SPARK_STAGE_OUTPUT_RECORDS,
                metrics.output.records,
            ),
        ] {
            draft.set_positive(key, figure);
        }
    }
}

/// What a stage needs of its surroundings to turn itself into spans.
pub(crate) struct StageSurroundings<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) redaction: &'a Redaction,
    pub(crate) home: Home,
    /// The resource of the executor that ran a task.
    pub(crate) executor: &'a mut dyn FnMut(&EndedTask) -> Arc<Resource>,
    /// The job that it hangs under.
    pub(crate) job_id: Option<i64>,
    /// The SQL operators that it ran.
    pub(crate) operators: Vec<String>,
    /// Who wrote the shuffles that it read.
    pub(crate) writers: Vec<Writer>,
    pub(crate) with_tasks: bool,
    pub(crate) with_shuffle: bool,
    pub(crate) url: Option<String>,
}

/// How many times as long as the median the slowest task took, to two digits.
fn skew(max_ms: u32, p50_ms: u32) -> f64 {
    (f64::from(max_ms) / f64::from(p50_ms) * 100.0).round() / 100.0
}

/// The names of the RDD operations that the stage runs, sources first.
fn telling_scopes(info: &StageInfo<'_>) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Scope<'a> {
        #[serde(borrow)]
        name: Cow<'a, str>,
    }

    let mut rdds: Vec<_> = info.rdds.iter().collect();
    rdds.sort_by_key(|rdd| rdd.id);
    let mut names: Vec<String> = Vec::new();
    for scope in rdds.into_iter().filter_map(|rdd| rdd.scope.as_deref()) {
        let Ok(scope) = serde_json::from_str::<Scope<'_>>(scope) else {
            continue;
        };
        let name = crate::plan::operator_name(&scope.name);
        if !name.is_empty() && !name.starts_with("WholeStageCodegen") && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() > TELLING_SCOPES {
        names.drain(1..names.len() - (TELLING_SCOPES - 1));
    }
    names
}

impl Tracer {
    /// `SparkListenerStageSubmitted`.
    pub(crate) fn stage_submitted(&mut self, event: &StageSubmitted<'_>) {
        let info = &event.stage;
        let start_ms = info.submission_time_ms;
        let properties = event.properties.as_ref();
        if !self.open_stage((info.stage_id, info.attempt), start_ms, properties) {
            return self.late();
        }
        if let Some(stage) = self.stages.get_mut(&(info.stage_id, info.attempt)) {
            stage.describe(info);
        }
    }

    /// Opens a stage attempt under the lowest active job that lists it and that is of the unit that its
    /// tasks see; false where there is none, or where the attempt is open already.
    fn open_stage(
        &mut self,
        (stage_id, attempt): (i64, i64),
        start_ms: Option<i64>,
        properties: Option<&LocalProperties<'_>>,
    ) -> bool {
        let node = Node::Stage(stage_id, attempt);
        if self.stages.contains_key(&(stage_id, attempt)) || self.has_closed(&node) {
            return false;
        }
        let mut listing = self.listed_by.get(&stage_id).cloned().unwrap_or_default();
        listing.sort_unstable();
        let of_same_unit = listing.iter().find(|id| {
            let job = self.jobs.get(id);
            job.is_some_and(|job| {
                properties
                    .is_none_or(|found| UnitId::of_job(job.job_id, found) == job.unit_of_properties)
            })
        });
        let Some(job) = of_same_unit
            .or(listing.first())
            .and_then(|id| self.jobs.get(id))
        else {
            return false;
        };
        let parent = Node::Job(job.job_id);
        let start_ms = start_ms.unwrap_or(job.frame.start_ms());
        let frame = Frame::new(parent.clone(), job.frame.unit.clone(), start_ms);
        let mut stage = Stage::new(stage_id, attempt, frame);
        stage.execution_id = properties
            .and_then(|found| found.sql_execution_id.as_ref()?.parse().ok())
            .or(job.execution_id);
        let unit = stage.frame.unit.clone();
        self.opened(&parent, unit.as_ref());
        self.stages.insert((stage_id, attempt), stage);
        for id in listing {
            if let Some(job) = self.jobs.get_mut(&id) {
                job.attempt_ran((stage_id, attempt));
            }
        }
        true
    }

    /// The stage attempt that a task belongs to. One whose submission was lost begins with its first
    /// task; one that has closed stays closed.
    fn stage_of_task(&mut self, id: (i64, i64), launch_ms: i64) -> Option<&mut Stage> {
        if !self.stages.contains_key(&id) {
            self.open_stage(id, Some(launch_ms), None);
        }
        self.stages.get_mut(&id)
    }

    /// `SparkListenerTaskStart`.
    pub(crate) fn task_started(&mut self, event: &TaskStart<'_>) {
        let id = (event.stage_id, event.stage_attempt);
        let started = self
            .stage_of_task(id, event.task.launch_time_ms)
            .is_some_and(|stage| stage.task_started(event));
        if !started {
            self.late();
        }
    }

    /// `SparkListenerTaskEnd`.
    pub(crate) fn task_ended(
        &mut self,
        event: &TaskEnd<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let id = (event.stage_id, event.stage_attempt);
        let keep_all = self.settings.trace_tasks == TaskDetail::All;
        let Some(stage) = self.stage_of_task(id, event.task.launch_time_ms) else {
            return self.late();
        };
        let taken = stage.task_ended(event, keep_all);
        let frame = stage.frame.clone();
        match taken {
            Taken::Ended { first_wrote, task } => {
                if first_wrote {
                    self.stage_wrote(id, &frame);
                }
                if let (Some(task), Some(unit)) = (task, &frame.unit) {
                    self.task_closed(*task, id, unit, application, sink);
                }
            }
            Taken::Resubmitted => {}
            Taken::Again => self.late(),
        }
        self.settle(Node::Stage(id.0, id.1), application, sink);
    }

    fn stage_wrote(&mut self, (stage_id, attempt): (i64, i64), frame: &Frame) {
        if let Some(trace_id) = frame.unit.as_ref().and_then(|unit| self.trace_of(unit)) {
            let key = Stage::key(stage_id, attempt);
            let span_id = self.identity.span_id(Kind::ShuffleWrite, &key);
            self.shuffles
                .wrote(Writer::new(stage_id, attempt, trace_id, span_id));
        }
    }

    /// A task's span goes out at once, because every task has one.
    fn task_closed(
        &mut self,
        task: EndedTask,
        id: (i64, i64),
        unit: &UnitId,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let Some(trace_id) = self.trace_of(unit) else {
            return;
        };
        let home = Home {
            trace_id,
            parent: Some(self.span_id(&Node::Stage(id.0, id.1))),
            parent_is_remote: false,
            resource: self.executor(application, &task.executor_id, &task.host),
        };
        let span = task.into_span(id, home, &self.identity, &application.redaction);
        self.emit(unit, span, sink);
    }

    /// `SparkListenerStageCompleted`.
    pub(crate) fn stage_completed(
        &mut self,
        event: &StageCompleted<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let info = &event.stage;
        let id = (info.stage_id, info.attempt);
        let start_ms = info.submission_time_ms.unwrap_or(application.last_ms);
        let Some(stage) = self.stage_of_task(id, start_ms) else {
            return self.late();
        };
        if stage.frame.has_ended() {
            return self.late();
        }
        stage.completed(info, application.last_ms);
        let totals = stage.accumulables().to_vec();
        let execution = stage
            .execution_id
            .and_then(|id| self.executions.get_mut(&id));
        if let Some(execution) = execution {
            execution.accumulated(&totals);
        }
        self.settle(Node::Stage(id.0, id.1), application, sink);
    }

    /// Ends the stages of a job that has ended which no other job needs and which never completed.
    pub(crate) fn end_unlisted_stages(
        &mut self,
        stage_ids: &[i64],
        time_ms: i64,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let mut ended: Vec<(i64, i64)> = self
            .stages
            .iter()
            .filter(|((id, _), stage)| {
                stage_ids.binary_search(id).is_ok()
                    && !self.listed_by.contains_key(id)
                    && !stage.frame.has_ended()
            })
            .map(|(id, _)| *id)
            .collect();
        ended.sort_unstable();
        for (id, attempt) in ended {
            if let Some(stage) = self.stages.get_mut(&(id, attempt)) {
                stage.abandon_tasks(time_ms);
                stage.frame.interrupt(time_ms);
            }
            self.settle(Node::Stage(id, attempt), application, sink);
        }
    }

    /// `SparkListenerExecutorRemoved`: its tasks need not be waited for.
    pub(crate) fn executor_removed(
        &mut self,
        executor_id: &str,
        time_ms: i64,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        self.forget_executor(executor_id);
        let mut ids: Vec<(i64, i64)> = self.stages.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            if let Some(stage) = self.stages.get_mut(&id) {
                stage.executor_removed(executor_id, time_ms);
            }
            self.settle(Node::Stage(id.0, id.1), application, sink);
        }
    }
}
