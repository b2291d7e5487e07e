//! The front: routes an event to what it speaks of.

use sparkspan_events::Event;
use sparkspan_model::{SpanSink, TraceId};

use crate::Settings;

/// Turns the events of one application attempt into spans.
pub struct Engine {
    settings: Settings,
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
    /// Events for spans that were already closed.
    pub late_events: u64,
    /// Events that sparkspan does not use.
    pub other_events: u64,
}

impl Engine {
    /// An engine at the start of an application.
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// Takes the next event and hands the spans that it closes to `sink`.
    pub fn event(&mut self, event: &Event<'_>, sink: &mut dyn SpanSink) -> Result<(), Error> {
        let _ = (event, sink, &self.settings);
        Ok(())
    }

    /// The application's trace, once it is known.
    pub fn trace_id(&self) -> Option<TraceId> {
        None
    }

    /// Closes what is open as `ending` says, and tells what was done.
    pub fn finish(self, ending: Ending, sink: &mut dyn SpanSink) -> Summary {
        let _ = (ending, sink);
        Summary::default()
    }
}
