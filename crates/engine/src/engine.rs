//! The front: routes an event to what it speaks of.

use sparkspan_events::{EnvironmentUpdate, Event, Oddity};
use sparkspan_model::{SpanSink, TraceId};

use crate::application::Application;
use crate::connect::Step;
use crate::recorded;
use crate::report::Losses;
use crate::settings::Settings;
use crate::tracer::Tracer;

/// Makes settings of those that a driver has recorded ([`recorded::EFFECTIVE`]); `None` if they
/// cannot be read.
type OfRecord = Box<dyn Fn(&str) -> Option<Settings> + Send>;

/// Turns the events of one application attempt into spans.
pub struct Engine {
    settings: Settings,
    of_record: Option<OfRecord>,
    application: Application,
    /// Everything that is open; made when the first work begins, for which the application has to be
    /// known.
    tracer: Option<Tracer>,
    other_events: u64,
}

/// A log that cannot be turned into spans at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Work began before the application was named, so that nothing can be identified.
    #[error("the log has no SparkListenerApplicationStart before its first job")]
    NoApplication,
}

/// What becomes of what is still open when the events end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Send it, marked `spark.span.interrupted`: nothing will follow.
    Final,
    /// Send it only if the application has ended; else more may follow, now or in a later replay.
    Open,
}

/// What an engine did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// `spark.app.id`.
    pub application_id: Option<String>,
    /// The attempt, where the cluster manager has attempts.
    pub application_attempt: Option<String>,
    /// `spark.app.name`.
    pub application_name: Option<String>,
    /// The application's trace.
    pub trace_id: Option<TraceId>,
    /// `SparkListenerApplicationEnd` was seen.
    pub ended: bool,
    /// Spans handed to the sink.
    pub spans: u64,
    /// Spans that were open at the end and not sent.
    pub open_spans: u64,
    /// Units of work seen.
    pub units: u64,
    /// Units that the sampler left out.
    pub sampled_out_units: u64,
    /// Spans of tasks that were given up while their unit was undecided, to bound memory.
    pub evicted_tasks: u64,
    /// Other spans that were given up for the same reason: all of a unit but its root.
    pub evicted_spans: u64,
    /// Plans of open queries that were given up, to bound memory.
    pub evicted_plans: u64,
    /// Events for spans that were already closed.
    pub late_events: u64,
    /// Spans that were closed without their end, because what they ran within had ended long before or
    /// because there was no room for them.
    pub interrupted_spans: u64,
    /// Events that sparkspan does not use.
    pub other_events: u64,
    /// See [`Engine::unusable_redaction`].
    pub unusable_redaction: Option<&'static str>,
}

impl Engine {
    /// An engine at the start of an application.
    pub fn new(settings: Settings) -> Self {
        let application = Application::new(&settings);
        Self {
            settings,
            of_record: None,
            application,
            tracer: None,
            other_events: 0,
        }
    }

    /// The same, but an application whose driver recorded its settings is seen through what `of_record`
    /// makes of them.
    #[must_use]
    pub fn with_recorded(
        mut self,
        of_record: impl Fn(&str) -> Option<Settings> + Send + 'static,
    ) -> Self {
        self.of_record = Some(Box::new(of_record));
        self
    }

    /// Takes the next event and hands the spans that it closes to `sink`.
    pub fn event(&mut self, event: &Event<'_>, sink: &mut dyn SpanSink) -> Result<(), Error> {
        let application = &mut self.application;
        if let Some(time_ms) = time_of(event) {
            application.timeline.observe(time_ms);
        }
        match event {
            Event::LogStart(event) => application.log_started(event),
            Event::ApplicationStart(event) => application.started(event),
            Event::ApplicationEnd(event) => application.ended(event),
            Event::EnvironmentUpdate(event) => self.environment(event),
            Event::ExecutorAdded(event) => application.executor_added(event),
            Event::ExecutorRemoved(event) => {
                application.executor_removed(event);
                if let Some(tracer) = &mut self.tracer {
                    let time_ms = application.timeline.nearest_ms(event.time_ms);
                    tracer.executor_removed(&event.executor_id, time_ms, application, sink);
                }
            }
            Event::Other(_) => self.other_events += 1,
            work => return self.work(work, sink),
        }
        Ok(())
    }

    fn environment(&mut self, event: &EnvironmentUpdate<'_>) {
        if self.application.has_environment() {
            return;
        }
        let record = event.spark_properties.get(recorded::EFFECTIVE);
        if let (Some(record), Some(of_record)) = (record, &self.of_record)
            && let Some(recorded) = of_record(record)
        {
            self.settings = recorded;
        }
        self.application.environment(event, &self.settings);
    }

    /// Takes an event that opens, changes or closes a span.
    fn work(&mut self, event: &Event<'_>, sink: &mut dyn SpanSink) -> Result<(), Error> {
        if self.tracer.is_none() {
            self.tracer = Tracer::new(&self.settings, &self.application);
        }
        let tracer = self.tracer.as_mut().ok_or(Error::NoApplication)?;
        let application = &self.application;
        if application.timeline.is_decided() {
            tracer.settle_undecided(application, sink);
        }
        // The log may lack what the plugin tells: it must not decide when something is given up.
        let is_in_log = !matches!(event, Event::SqlPlanning(_));
        match event {
            Event::TaskEnd(event) => tracer.task_ended(event, application, sink),
            Event::TaskStart(event) => tracer.task_started(event, application),
            Event::StageSubmitted(event) => tracer.stage_submitted(event, application),
            Event::StageCompleted(event) => tracer.stage_completed(event, application, sink),
            Event::JobStart(event) => tracer.job_started(event, application, sink),
            Event::JobEnd(event) => tracer.job_ended(event, application, sink),
            Event::SqlExecutionStart(event) => tracer.execution_started(event, application, sink),
            Event::SqlAdaptiveExecutionUpdate(event) => {
                tracer.plan_updated(event, application, sink);
            }
            Event::DriverAccumUpdates(event) => tracer.driver_accumulated(event),
            Event::SqlExecutionEnd(event) => tracer.execution_ended(event, application, sink),
            Event::SqlPlanning(event) => tracer.planned(event, application, sink),
            Event::QueryProgress(event) => {
                tracer.batch_progressed(&event.progress, application, sink);
            }
            Event::QueryTerminated(event) => tracer.query_terminated(event, application, sink),
            Event::ConnectOperationStarted(event) => tracer.operation_started(event, application),
            Event::ConnectOperationFinished(event) => {
                tracer.operation_went_on(Step::Finished, event, application, sink);
            }
            Event::ConnectOperationFailed(event) => {
                tracer.operation_went_on(Step::Failed, event, application, sink);
            }
            Event::ConnectOperationCanceled(event) => {
                tracer.operation_went_on(Step::Canceled, event, application, sink);
            }
            Event::ConnectOperationClosed(event) => {
                tracer.operation_went_on(Step::Closed, event, application, sink);
            }
            _ => {}
        }
        if is_in_log {
            tracer.passed(application, sink);
        }
        tracer.keep_within_limits(application, sink);
        Ok(())
    }

    /// What is held, bytes, by the model that [`Settings::max_memory_bytes`] bounds: spans that wait for a decision,
    /// and what is open.
    pub fn held_bytes(&self) -> usize {
        self.tracer.as_ref().map_or(0, |tracer| tracer.held_bytes)
    }

    /// The application's trace, once it is known.
    pub fn trace_id(&self) -> Option<TraceId> {
        self.tracer.as_ref().map(|tracer| tracer.identity.trace_id)
    }

    /// A SQL text as spans may show it; `None` if not at all.
    pub fn sql_text(&self, text: &str) -> Option<String> {
        let shown = self.application.redaction.sql(text)?;
        Some(shown.into_string())
    }

    /// What of a plan could not be read and was left out, and the event that had it: plans are read here, and not with
    /// their events.
    pub fn take_odd_plan(&mut self) -> Option<(&'static str, Oddity)> {
        self.tracer.as_mut()?.odd_plan.take()
    }

    /// The Spark property, such as `spark.redaction.string.regex`, whose expression cannot be compiled: texts of
    /// users are withheld altogether, for nobody knows which parts of them are secret.
    pub fn unusable_redaction(&self) -> Option<&'static str> {
        self.application.redaction.unusable()
    }

    /// Closes what is open as `ending` says, and tells what was done.
    pub fn finish(self, ending: Ending, sink: &mut dyn SpanSink) -> Summary {
        self.close(ending, None, sink)
    }

    /// The same at the end of a live application, whose trace also tells what the tracing lost.
    pub fn finish_live(self, losses: Losses, sink: &mut dyn SpanSink) -> Summary {
        self.close(Ending::Final, Some(losses), sink)
    }

    fn close(mut self, ending: Ending, losses: Option<Losses>, sink: &mut dyn SpanSink) -> Summary {
        self.application.timeline.end();
        let tracer = self
            .tracer
            .take()
            .or_else(|| Tracer::new(&self.settings, &self.application));
        let mut summary = Summary {
            application_id: self.application.id.clone(),
            application_attempt: self.application.attempt.clone(),
            application_name: self.application.name.clone(),
            ended: self.application.end.is_some(),
            other_events: self.other_events,
            unusable_redaction: self.unusable_redaction(),
            ..Summary::default()
        };
        let Some(mut tracer) = tracer else {
            return summary;
        };
        tracer.settle_undecided(&self.application, sink);
        if summary.ended || ending == Ending::Final {
            tracer.interrupt_everything(&self.application, sink);
            tracer.end(self.application, losses, sink);
        } else {
            summary.open_spans = u64::try_from(tracer.open_spans()).unwrap_or(u64::MAX);
        }
        summary.trace_id = Some(tracer.identity.trace_id);
        summary.spans = tracer.counts.spans;
        summary.units = tracer.counts.units;
        summary.sampled_out_units = tracer.counts.sampled_out;
        summary.evicted_tasks = tracer.counts.evicted_tasks;
        summary.evicted_spans = tracer.counts.evicted_spans;
        summary.evicted_plans = tracer.counts.evicted_plans;
        summary.late_events = tracer.counts.late_events;
        summary.interrupted_spans = tracer.counts.interrupted;
        summary
    }
}

/// When an event happened, as far as it says.
fn time_of(event: &Event<'_>) -> Option<i64> {
    let time_ms = match event {
        Event::ApplicationStart(event) => event.time_ms,
        Event::ApplicationEnd(event) => event.time_ms,
        Event::ExecutorAdded(event) => event.time_ms,
        Event::ExecutorRemoved(event) => event.time_ms,
        Event::JobStart(event) => event.submission_time_ms,
        Event::JobEnd(event) => event.completion_time_ms,
        Event::StageSubmitted(event) => event.stage.submission_time_ms?,
        Event::StageCompleted(event) => event.stage.completion_time_ms?,
        Event::TaskStart(event) => event.task.launch_time_ms,
        Event::TaskEnd(event) => event.task.finish_time_ms,
        Event::SqlExecutionStart(event) => event.time,
        Event::SqlExecutionEnd(event) => event.time,
        Event::ConnectOperationStarted(event) => event.event_time,
        Event::ConnectOperationFinished(event)
        | Event::ConnectOperationFailed(event)
        | Event::ConnectOperationCanceled(event)
        | Event::ConnectOperationClosed(event) => event.event_time,
        _ => return None,
    };
    Some(time_ms)
}
