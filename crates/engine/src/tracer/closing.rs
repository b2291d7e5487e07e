//! Closing: open things turn into spans.

use std::sync::Arc;

use sparkspan_model::{Link, Span, SpanSink};

use super::Tracer;
use crate::application::Application;
use crate::frame::{Frame, Interval, Node};
use crate::outcome::Outcome;
use crate::plan::stage_operators;
use crate::report::Losses;
use crate::settings::TaskDetail;
use crate::stage::{Stage, StageSurroundings};
use crate::task::EndedTask;

/// What the closing of one span tells its surroundings.
pub(super) struct Closed {
    pub(super) frame: Frame,
    pub(super) interval: Interval,
    pub(super) spans: Vec<Span>,
}

impl Tracer {
    pub(super) fn close(
        &mut self,
        node: &Node,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) -> Option<Closed> {
        match node {
            Node::Application => None,
            Node::Batch(key) => self.close_batch(key, application, sink),
            Node::Operation(id) => self.close_operation(id, application, sink),
            Node::Execution(id) => self.close_execution(*id, application, sink),
            Node::Job(id) => self.close_job(*id, application, sink),
            Node::Stage(id, attempt) => self.close_stage((*id, *attempt), application),
        }
    }

    /// If `frame` is its unit's root, decides on the unit and gives what only a root carries: its links
    /// and why it is kept.
    fn root(
        &mut self,
        frame: &Frame,
        outcome: Option<&Outcome>,
        duration_ms: i64,
        sink: &mut dyn SpanSink,
    ) -> (Vec<Link>, Option<&'static str>) {
        let Some(unit) = frame
            .unit
            .as_ref()
            .filter(|_| frame.parent == Node::Application)
        else {
            return (Vec::new(), None);
        };
        self.decide(
            unit,
            outcome.is_some_and(Outcome::is_failure),
            duration_ms,
            sink,
        );
        let links = self
            .units
            .get(unit)
            .map(|unit| unit.placement.links.clone());
        (links.unwrap_or_default(), self.kept_label(unit))
    }

    /// How many spans of its unit were given up, if `frame` is the unit's root.
    fn evicted_of(&self, frame: &Frame) -> i64 {
        let unit = frame.unit.as_ref().and_then(|id| self.units.get(id));
        let unit = unit.filter(|_| frame.parent == Node::Application);
        unit.map_or(0, |unit| i64::try_from(unit.evicted).unwrap_or(i64::MAX))
    }

    fn close_batch(
        &mut self,
        key: &Arc<str>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) -> Option<Closed> {
        let mut batch = self.batches.remove(key)?;
        batch.frame.evicted_spans = self.evicted_of(&batch.frame);
        self.dstreams.closed(key);
        let (frame, interval) = (batch.frame.clone(), batch.frame.interval());
        let outcome = batch.outcome.as_ref();
        let (links, kept) = self.root(&frame, outcome, interval.duration_ms(), sink);
        let home = self.home(&frame)?;
        let span = batch.into_span(home, links, kept, &self.identity, &application.redaction);
        Some(Closed {
            frame,
            interval,
            spans: vec![span],
        })
    }

    fn close_operation(
        &mut self,
        id: &Arc<str>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) -> Option<Closed> {
        let mut operation = self.operations.remove(id)?;
        operation.frame.evicted_spans = self.evicted_of(&operation.frame);
        let (frame, interval) = (operation.frame.clone(), operation.frame.interval());
        // How long the client takes to fetch the result says nothing of the operation.
        let finished_ms = operation.finished_ms.unwrap_or(interval.end_ms);
        let duration_ms = finished_ms.saturating_sub(interval.start_ms);
        let (links, kept) = self.root(&frame, operation.outcome.as_ref(), duration_ms, sink);
        let home = self.home(&frame)?;
        let span = operation.into_span(home, links, kept, &self.identity, &application.redaction);
        Some(Closed {
            frame,
            interval,
            spans: vec![span],
        })
    }

    fn close_execution(
        &mut self,
        id: i64,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) -> Option<Closed> {
        let traced = self.is_traced(self.executions.get(&id)?);
        let mut execution = self.executions.remove(&id)?;
        execution.frame.evicted_spans = self.evicted_of(&execution.frame);
        let (frame, interval) = (execution.frame.clone(), execution.frame.interval());
        let outcome = execution.outcome.as_ref();
        let (links, kept) = self.root(&frame, outcome, interval.duration_ms(), sink);
        let home = self.home(&frame)?;
        if execution.is_nested()
            && let Some(root) = self.executions.get_mut(&execution.root_id)
        {
            root.figures.add(&execution.figures);
        }
        let pages = application.pages(&self.settings);
        let url = pages.map(|pages| pages.word("SQL/execution/?id=").number(id));
        let spans = if traced {
            let (identity, redaction) = (&self.identity, &application.redaction);
            let (spans, oddity) =
                execution.into_spans(&home, links, kept, url, identity, redaction);
            if let Some(oddity) = oddity {
                self.odd_plan = Some(("SparkListenerSQLAdaptiveExecutionUpdate", oddity));
            }
            spans
        } else {
            Vec::new()
        };
        Some(Closed {
            frame,
            interval,
            spans,
        })
    }

    fn close_job(
        &mut self,
        id: i64,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) -> Option<Closed> {
        let mut job = self.jobs.remove(&id)?;
        job.frame.evicted_spans = self.evicted_of(&job.frame);
        if job.frame.is_interrupted() {
            for stage_id in &job.stage_ids {
                self.unlist(*stage_id, id);
            }
        }
        let (frame, interval) = (job.frame.clone(), job.frame.interval());
        let outcome = job.outcome.as_ref();
        let (links, kept) = self.root(&frame, outcome, interval.duration_ms(), sink);
        let home = self.home(&frame)?;
        let pages = application.pages(&self.settings);
        let url = pages.map(|pages| pages.word("jobs/job/?id=").number(id));
        let redaction = &application.redaction;
        let span = job.into_span(home, links, kept, url, &self.identity, redaction);
        Some(Closed {
            frame,
            interval,
            spans: vec![span],
        })
    }

    fn close_stage(&mut self, id: (i64, i64), application: &Application) -> Option<Closed> {
        let stage = self.stages.remove(&id)?;
        let home = self.home(&stage.frame)?;
        let execution = stage
            .execution_id
            .and_then(|id| self.executions.get_mut(&id));
        let mut operators = Vec::new();
        if let Some(execution) = execution {
            execution.figures.add(stage.figures());
            if let Some(plan) = execution.plan() {
                operators = stage_operators(&plan, &stage.updated_accumulators());
            }
        }
        let with_tasks = self.may_have_tasks(&stage);
        let writers = self.shuffles.writers(&stage.parent_ids);
        let job_id = match stage.frame.parent {
            Node::Job(id) => Some(id),
            _ => None,
        };
        let pages = application.pages(&self.settings);
        let url = pages.map(|pages| {
            let stage_page = pages.word("stages/stage/?id=").number(stage.stage_id);
            stage_page.word("&attempt=").number(stage.attempt)
        });
        let frame = stage.frame.clone();
        let identity = self.identity.clone();
        let with_shuffle = self.settings.trace_shuffle;
        let mut executor =
            |task: &EndedTask| self.executor(application, &task.executor_id, &task.host);
        let (interval, spans) = stage.into_spans(StageSurroundings {
            identity: &identity,
            redaction: &application.redaction,
            home,
            executor: &mut executor,
            job_id,
            operators,
            writers,
            with_tasks,
            with_shuffle,
            url,
        });
        Some(Closed {
            frame,
            interval,
            spans,
        })
    }

    /// Whether a stage's telling tasks get spans: not in a trace that is full.
    fn may_have_tasks(&mut self, stage: &Stage) -> bool {
        if self.settings.trace_tasks != TaskDetail::Outliers {
            return false;
        }
        let Some(unit) = stage
            .frame
            .unit
            .as_ref()
            .and_then(|id| self.units.get_mut(id))
        else {
            return false;
        };
        let in_application = unit.placement.trace_id == self.identity.trace_id;
        let spans = if in_application {
            self.application_spans
        } else {
            unit.spans
        };
        let room = spans < self.settings.max_spans;
        unit.without_tasks |= !room;
        room
    }

    /// How many spans are open, the application's own included.
    pub(crate) fn open_spans(&self) -> usize {
        self.open_things() + 1
    }

    /// How many things are open within the application.
    pub(super) fn open_things(&self) -> usize {
        self.batches.len()
            + self.operations.len()
            + self.executions.len()
            + self.jobs.len()
            + self.stages.len()
    }

    /// Closes everything that is open, because nothing more will come.
    pub(crate) fn interrupt_everything(
        &mut self,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        self.miss_overdue(true, application, sink);
        let last_ms = application.timeline.last_ms();
        let executions = self.executions.values();
        let mut unresolved: Vec<i64> = executions
            .filter(|execution| execution.frame.unit.is_none() && !execution.is_nested())
            .map(|execution| execution.execution_id)
            .collect();
        unresolved.sort_unstable();
        for id in unresolved {
            for nested in self.resolve_alone(id) {
                self.settle(nested, application, sink);
            }
        }
        self.end_last_dstreams(last_ms);
        // What ran within something that has ended did not run until the last event.
        for node in self.open_nodes().into_iter().rev() {
            if let Some(end_ms) = self.frame_mut(&node).and_then(|frame| frame.end_ms()) {
                self.give_up(node, end_ms, application, sink);
            }
        }
        // From the leaves up; a parent closes with the last of its children.
        let nodes = self.open_nodes();
        for node in nodes.iter().rev() {
            // The stages of a job have ended, and no other has begun.
            let end_ms = match self.frame_mut(node) {
                Some(frame) if matches!(node, Node::Job(_)) && !frame.has_open_children() => {
                    frame.end_of_children(last_ms)
                }
                _ => last_ms,
            };
            self.interrupt(node, end_ms);
        }
        for node in nodes.into_iter().rev() {
            self.settle(node, application, sink);
        }
    }

    /// Everything that is open, from the roots down.
    fn open_nodes(&self) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        nodes.extend(
            self.stages
                .keys()
                .map(|(id, attempt)| Node::Stage(*id, *attempt)),
        );
        nodes.extend(self.jobs.keys().map(|id| Node::Job(*id)));
        nodes.extend(self.executions.keys().map(|id| Node::Execution(*id)));
        nodes.extend(
            self.operations
                .keys()
                .map(|id| Node::Operation(Arc::clone(id))),
        );
        nodes.extend(self.batches.keys().map(|key| Node::Batch(Arc::clone(key))));
        nodes.sort_unstable();
        nodes
    }

    /// Sends the application's own span. Nothing else is open any more.
    pub(crate) fn end(
        &mut self,
        application: Application,
        losses: Option<Losses>,
        sink: &mut dyn SpanSink,
    ) {
        // A caller that does not record its own span would leave this one without a parent.
        let unrecorded = self.caller.is_some_and(|caller| !caller.sampled);
        if unrecorded && self.settings.sampler.is_parent_based() {
            return;
        }
        if let Some(losses) = losses {
            let end_ms = application
                .end
                .as_ref()
                .map_or(application.timeline.last_ms(), |end| {
                    application.timeline.nearest_ms(end.time_ms)
                });
            let driver = Arc::clone(&self.driver);
            let span = losses.span(&self.identity, driver, end_ms, &self.counts);
            sink.accept(span);
        }
        let (settings, identity) = (&self.settings, &self.identity);
        let frame = self.application.clone();
        let driver = Arc::clone(&self.driver);
        let span = application.into_span(settings, identity, frame, driver, &self.counts);
        self.send(span, sink);
    }
}
