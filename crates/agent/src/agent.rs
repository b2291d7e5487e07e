//! A traced application: its events through the engine, its spans to the receiver.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use sparkspan_config::{Mode, Sources, of_record, resolve};
use sparkspan_engine::{Engine, Losses, Settings, recorded};
use sparkspan_events::{Event, Repair};
use sparkspan_otlp::{Exporter, Loss, Report, StartError};

use crate::context::Context;
use crate::journal::{self, Line};
use crate::message::{Planning, Start, Started, Stop};

/// The tracing of one live application.
pub struct Agent {
    engine: Engine,
    exporter: Exporter,
    losses: Losses,
    /// That spans are lost is said once while the application runs, and once more at its end.
    loss_told: bool,
    /// That an event is not as Spark writes it is said once.
    oddity_told: bool,
}

/// Why an application cannot be traced.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The endpoint, its certificates or the exporter's thread.
    #[error(transparent)]
    Exporter(#[from] StartError),
    /// The system gives no random numbers.
    #[error("no random numbers for the trace's id")]
    Random(#[source] getrandom::Error),
    /// What was just written cannot be read.
    #[error("the record of the settings cannot be read")]
    Record,
}

impl Agent {
    /// Begins to trace, and says what the plugin has to do for it. What the settings have wrong is
    /// journalled and not used.
    ///
    /// # Errors
    ///
    /// If spans could go nowhere.
    pub fn start(request: &Start) -> Result<(Self, Started), Error> {
        let resolved = resolve(&Sources {
            mode: Mode::Live,
            properties: &request.properties,
            environment: &request.environment,
        });
        for warning in &resolved.warnings {
            journal::warn(warning);
        }
        let plugins = request.properties.get("spark.plugins").map(String::as_str);
        let scope = resolved
            .engine()
            .scope
            .resolved(&request.command, plugins.unwrap_or_default());
        let record = resolved.record(scope, &request.properties);
        // The settings take the way of a replay's, through the record, so that both are the same.
        let mut settings = of_record(&record, []).ok_or(Error::Record)?;
        let planning = planning(&settings, resolved.event_log_extras());
        // Here it comes in any case, if not into the log.
        settings.planning_follows = planning != Planning::Off;
        settings.planning_is_unlogged = planning == Planning::Live;
        let context = Context::draw(resolved.caller(), &settings).map_err(Error::Random)?;
        let exporter = Exporter::start(&resolved.exporter())?;
        journal::info(format_args!(
            "tracing to {}: trace {}",
            exporter.endpoint(),
            context.own.trace_id
        ));
        let mut properties = BTreeMap::from([
            (recorded::CONTEXT, context.own.to_string()),
            (recorded::EFFECTIVE, record),
        ]);
        if let Some(caller) = context.caller {
            properties.insert(recorded::PARENT, caller.to_string());
        }
        let started = Started {
            properties,
            executor: context.for_executors(&settings),
            planning,
            shutdown_ms: u64::try_from(resolved.shutdown_timeout().as_millis()).unwrap_or(u64::MAX),
        };
        let engine = Engine::new(settings);
        if let Some(property) = engine.unusable_redaction() {
            journal::warn(format_args!(
                "all texts are withheld from spans: the expression of {property} cannot be compiled, for \
                 look-around and back-references are not supported"
            ));
        }
        let mut agent = Self {
            engine,
            exporter,
            losses: Losses::default(),
            loss_told: false,
            oddity_told: false,
        };
        agent.log_started(&request.spark_version);
        Ok((agent, started))
    }

    /// A log begins with Spark's version; a live application knows it otherwise.
    fn log_started(&mut self, spark_version: &str) {
        let line = serde_json::json!({
            "Event": "SparkListenerLogStart",
            "Spark Version": spark_version,
        });
        self.event(line.to_string().as_bytes());
    }

    /// Takes one event as Spark writes it into an event log.
    pub fn event(&mut self, json: &[u8]) {
        #[cfg(feature = "fault-injection")]
        crate::fault::inject(json);
        let mut repair = Repair::default();
        match Event::read(json, &mut repair) {
            Ok(event) => {
                if self.engine.event(&event, &mut self.exporter).is_err() {
                    self.losses.unusable_events += 1;
                }
                if let Some((event, oddity)) = self.engine.take_odd_plan() {
                    repair.plan(event, oddity);
                }
                if let Some(oddity) = repair.oddities().first() {
                    self.tell_oddity(format_args!(
                        "{}: {oddity}; only what is odd is left out",
                        repair.event()
                    ));
                }
            }
            Err(error) => {
                self.losses.unusable_events += 1;
                self.tell_oddity(format_args!("{error}; the event is left out"));
            }
        }
    }

    fn tell_oddity(&mut self, oddity: fmt::Arguments<'_>) {
        if !self.oddity_told {
            self.oddity_told = true;
            journal::warn(format_args!(
                "an event is not as Spark writes it: {oddity} (not said of others)"
            ));
        }
    }

    /// A SQL text as it may be written into the event log; `None` if not at all.
    pub fn sql_text(&self, text: &str) -> Option<String> {
        self.engine.sql_text(text)
    }

    /// What there is to say since the last call.
    pub fn drain_log(&mut self) -> Vec<Line> {
        if !self.loss_told
            && let Some(Loss { spans, reason }) = self.exporter.loss()
        {
            self.loss_told = true;
            journal::warn(format_args!(
                "spans do not reach {}: {reason}; {spans} are lost so far, and the end of the \
                 application will say how many in all",
                self.exporter.endpoint()
            ));
        }
        journal::take()
    }

    /// Ends the trace, and sends what is left within the time that there is.
    pub fn stop(mut self, request: &Stop) {
        self.losses.dropped_events = request.dropped_events;
        self.losses.dropped_spans = self.exporter.loss().map_or(0, |loss| loss.spans);
        let endpoint = self.exporter.endpoint().to_owned();
        let summary = self.engine.finish_live(self.losses, &mut self.exporter);
        let budget = Duration::from_millis(request.budget_ms);
        let report = self.exporter.finish_within(budget);
        tell(&report, summary.spans, &endpoint);
        if self.losses.dropped_events > 0 {
            journal::warn(format_args!(
                "Spark's listener bus dropped {} events before they could be traced: raise \
                 spark.scheduler.listenerbus.eventqueue.sparkspan.capacity, or replay the event log",
                self.losses.dropped_events
            ));
        }
    }
}

fn planning(settings: &Settings, in_event_log: bool) -> Planning {
    match (settings.trace_sql, in_event_log) {
        (false, _) => Planning::Off,
        (true, true) => Planning::Logged,
        (true, false) => Planning::Live,
    }
}

/// Says what became of the spans.
fn tell(report: &Report, spans: u64, endpoint: &str) {
    let lost = report.dropped + report.rejected;
    if lost == 0 && report.sent >= spans {
        return journal::info(format_args!("sent {} spans to {endpoint}", report.sent));
    }
    let reason = report
        .first_fault
        .as_ref()
        .map_or_else(|| "there was no time left".to_owned(), ToString::to_string);
    journal::warn(format_args!(
        "{} of {} spans did not reach {endpoint}: {reason}",
        spans.saturating_sub(report.sent),
        spans
    ));
}
