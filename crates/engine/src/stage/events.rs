//! What events mean for stages and their tasks.

use sparkspan_events::{LocalProperties, StageCompleted, StageSubmitted, TaskEnd, TaskStart};
use sparkspan_model::SpanSink;

use super::{KnownTasks, Stage, Taken};
use crate::application::Application;
use crate::draft::Home;
use crate::frame::{Frame, Node};
use crate::horizon::Overdue;
use crate::identity::Kind;
use crate::settings::TaskDetail;
use crate::shuffle::Writer;
use crate::task::EndedTask;
use crate::timeline::Moment;
use crate::tracer::Tracer;
use crate::unit::UnitId;

impl Tracer {
    /// `SparkListenerStageSubmitted`.
    pub(crate) fn stage_submitted(
        &mut self,
        event: &StageSubmitted<'_>,
        application: &Application,
    ) {
        let info = &event.stage;
        let start = info
            .submission_time_ms
            .map(|time_ms| application.timeline.moment(time_ms));
        let properties = event.properties.as_ref();
        let id = (info.stage_id, info.attempt);
        let opens = self.open_stage(id, start, properties);
        // A task of it may have come first.
        match self.stages.get_mut(&id) {
            Some(stage) if opens || !stage.is_described() => {
                stage.describe(info);
                if let Some(start) = start {
                    stage.frame.starts_by(start, &application.timeline);
                }
            }
            _ => self.late(),
        }
        self.heard_of(&Node::Stage(info.stage_id, info.attempt));
    }

    /// Opens a stage attempt under the lowest active job that lists it and that is of the unit that its
    /// tasks see; false where there is none, or where the attempt is open already.
    fn open_stage(
        &mut self,
        (stage_id, attempt): (i64, i64),
        start: Option<Moment>,
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
        let start = start.unwrap_or(job.frame.start());
        let frame = Frame::new(parent.clone(), job.frame.unit.clone(), start);
        let mut stage = Stage::new(stage_id, attempt, frame);
        stage.execution_id = properties
            .and_then(|found| found.sql_execution_id.as_ref()?.parse().ok())
            .or(job.execution_id);
        let unit = stage.frame.unit.clone();
        self.opened(&node, &parent, unit.as_ref());
        self.stages.insert((stage_id, attempt), Box::new(stage));
        for id in listing {
            if let Some(job) = self.jobs.get_mut(&id) {
                job.attempt_ran((stage_id, attempt));
            }
            self.weigh(&Node::Job(id));
        }
        true
    }

    /// The stage attempt that a task belongs to and the tasks that are known. A stage whose submission was
    /// lost begins with its first task; one that has closed stays closed.
    fn stage_of_task(
        &mut self,
        id: (i64, i64),
        launch: Moment,
    ) -> Option<(&mut Stage, &mut KnownTasks)> {
        if !self.stages.contains_key(&id) {
            self.open_stage(id, Some(launch), None);
        }
        let stage = self.stages.get_mut(&id)?;
        Some((stage, &mut self.known_tasks))
    }

    /// `SparkListenerTaskStart`.
    pub(crate) fn task_started(&mut self, event: &TaskStart<'_>, application: &Application) {
        let id = (event.stage_id, event.stage_attempt);
        let launch = application.timeline.moment(event.task.launch_time_ms);
        let started = self
            .stage_of_task(id, launch)
            .is_some_and(|(stage, tasks)| stage.task_started(event, tasks, &application.timeline));
        if !started {
            self.late();
        }
        self.heard_of(&Node::Stage(id.0, id.1));
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
        let launch = application.timeline.moment(event.task.launch_time_ms);
        let Some((stage, tasks)) = self.stage_of_task(id, launch) else {
            return self.late();
        };
        let has_ended = stage.frame.has_ended();
        match stage.task_ended(event, tasks, keep_all, &application.timeline) {
            Taken::Ended { first_wrote, task } => {
                if first_wrote {
                    self.stage_wrote(id);
                }
                if let Some(task) = task {
                    self.task_closed(*task, id, application, sink);
                }
            }
            Taken::Resubmitted => {}
            Taken::Again => self.late(),
        }
        self.heard_of(&Node::Stage(id.0, id.1));
        if has_ended {
            self.settle(Node::Stage(id.0, id.1), application, sink);
        }
    }

    fn unit_of_stage(&self, id: (i64, i64)) -> Option<UnitId> {
        self.stages.get(&id)?.frame.unit.clone()
    }

    fn stage_wrote(&mut self, (stage_id, attempt): (i64, i64)) {
        let unit = self.unit_of_stage((stage_id, attempt));
        if let Some(trace_id) = unit.and_then(|unit| self.trace_of(&unit)) {
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
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let Some(unit) = self.unit_of_stage(id) else {
            return;
        };
        let Some(trace_id) = self.trace_of(&unit) else {
            return;
        };
        let home = Home {
            trace_id,
            parent: Some(self.span_id(&Node::Stage(id.0, id.1))),
            parent_is_remote: false,
            resource: self.executor(application, &task.executor_id, &task.host),
        };
        let span = task.into_span(id, home, &self.identity, &application.redaction);
        self.emit(&unit, span, sink);
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
        let start_ms = info.submission_time_ms;
        let start_ms = start_ms.unwrap_or(application.timeline.last_ms());
        let start = application.timeline.moment(start_ms);
        let Some((stage, _)) = self.stage_of_task(id, start) else {
            return self.late();
        };
        if stage.frame.has_ended() {
            return self.late();
        }
        stage.completed(info, &application.timeline);
        let totals = stage.accumulables().to_vec();
        if let Some(execution_id) = stage.execution_id
            && let Some(execution) = self.executions.get_mut(&execution_id)
        {
            execution.accumulated(&totals);
            self.heard_of(&Node::Execution(execution_id));
        }
        let node = Node::Stage(id.0, id.1);
        self.heard_of(&node);
        self.settle(node, application, sink);
    }

    /// A job has ended. Its stages that no other job needs and that have not completed will soon, or never.
    pub(crate) fn await_unlisted_stages(&mut self, stage_ids: &[i64], end_ms: i64) {
        for stage_id in stage_ids {
            if self.listed_by.contains_key(stage_id) {
                continue;
            }
            let attempts = self
                .stages
                .range((*stage_id, i64::MIN)..=(*stage_id, i64::MAX));
            for (stage, _) in attempts.filter(|(_, stage)| !stage.frame.has_ended()) {
                let stage = *stage;
                self.horizon
                    .await_overdue(Overdue::Completion { stage, end_ms });
            }
        }
    }

    /// Ends a stage attempt that has not completed although its jobs have ended. While tasks of it run, and
    /// until the `end` of all events, their ends may come, and the completion with them.
    pub(crate) fn end_unlisted_stage(
        &mut self,
        id: (i64, i64),
        end_ms: i64,
        end: bool,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let is_missed = self.stages.get(&id).is_some_and(|stage| {
            let waits = stage.has_running_tasks() && !end;
            !waits && !stage.frame.has_ended()
        });
        if is_missed && !self.listed_by.contains_key(&id.0) {
            let node = Node::Stage(id.0, id.1);
            self.interrupt(&node, end_ms);
            self.settle(node, application, sink);
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
