//! One event log on its way through the engine.

use std::path::{Path, PathBuf};

use serde::Serialize;
use sparkspan_engine::{Ending, Engine, recorded};
use sparkspan_eventlog::{Damage, DamageKind, Lines, Position};
use sparkspan_events::{Event, ParseError, Repair};
use sparkspan_model::{Span, SpanSink};

use crate::drawing::quantity::counted;
use crate::failure::Failure;
use crate::messages;

/// A file whose first lines are all no events is no event log: reading on would tell nothing more.
const HOPELESS_LINES: u64 = 100;

/// How many bad lines, and how many odd fields, are named one by one.
const NAMED_FAULTS: usize = 3;

/// A log that is being read.
pub(crate) struct EventLog {
    path: PathBuf,
    in_progress: bool,
    engine: Engine,
    /// An application whose driver traces it is refused.
    unless_traced: bool,
    events: u64,
    bad_lines: BadLines,
    odd_fields: OddFields,
}

/// Lines that are no events.
#[derive(Debug, Default, Serialize)]
pub(crate) struct BadLines {
    /// How many there are.
    pub(crate) count: u64,
    /// The first of them.
    pub(crate) first: Vec<BadLine>,
}

/// A line that is no event.
#[derive(Debug, Serialize)]
pub(crate) struct BadLine {
    /// The file that it is in.
    pub(crate) file: PathBuf,
    /// Its number there, from 1.
    pub(crate) line: u64,
    /// Why it is no event.
    pub(crate) reason: String,
}

/// Fields of events that are not as Spark writes them, and were left out.
#[derive(Debug, Default, Serialize)]
pub(crate) struct OddFields {
    /// How many there are.
    pub(crate) count: u64,
    /// One of them held a value that Spark itself takes, and that 64 bits do not hold.
    pub(crate) values_lost: bool,
    /// The first of them.
    pub(crate) first: Vec<OddField>,
}

/// A field of an event that was left out.
#[derive(Debug, Serialize)]
pub(crate) struct OddField {
    /// The file that it is in.
    pub(crate) file: PathBuf,
    /// The number of its line there, from 1.
    pub(crate) line: u64,
    /// The event's name, without its package.
    pub(crate) event: String,
    /// The field, and what stands there.
    pub(crate) reason: String,
}

/// What became of a log.
#[derive(Debug, Serialize)]
pub(crate) struct Account {
    /// The log.
    pub(crate) log: PathBuf,
    /// `spark.app.id`.
    pub(crate) app_id: Option<String>,
    /// `spark.app.name`.
    pub(crate) app_name: Option<String>,
    /// The application's trace.
    pub(crate) trace_id: String,
    /// The application has ended, and the log says so.
    pub(crate) ended: bool,
    /// Units of work: queries, jobs outside of queries, batches, operations.
    pub(crate) units: u64,
    /// Units that the sampler left out.
    pub(crate) sampled_out_units: u64,
    /// Spans that were made.
    pub(crate) spans: u64,
    /// Spans that have not ended and were not made.
    pub(crate) open_spans: u64,
    /// Events that were read.
    pub(crate) events: u64,
    /// Events that came for a span that was already closed.
    pub(crate) late_events: u64,
    /// Lines that are no events.
    pub(crate) bad_lines: BadLines,
    /// Fields of events that were left out.
    pub(crate) odd_fields: OddFields,
    /// What of the files could not be read.
    pub(crate) damage: Vec<String>,
    /// The Spark property whose expression cannot be compiled, so that texts are withheld.
    pub(crate) unusable_redaction: Option<&'static str>,
}

/// Forgets what it accepts.
struct Nowhere;

impl SpanSink for Nowhere {
    fn accept(&mut self, _span: Span) {}
}

impl EventLog {
    /// The log at `path`; `in_progress` when its application is, or was when it died, still writing it.
    pub(crate) fn new(path: &Path, in_progress: bool, engine: Engine) -> Self {
        Self {
            path: path.to_owned(),
            in_progress,
            engine,
            unless_traced: false,
            events: 0,
            bad_lines: BadLines::default(),
            odd_fields: OddFields::default(),
        }
    }

    /// The same, but refused when it says that the application's driver sends the spans itself.
    pub(crate) fn unless_traced(self) -> Self {
        Self {
            unless_traced: true,
            ..self
        }
    }

    /// Reads the lines that there are, as long as `go_on` says so after each of them. The lines before
    /// `sent` only explain the later ones: their spans are forgotten.
    pub(crate) fn read<S: SpanSink>(
        &mut self,
        lines: &mut Lines,
        sent: Position,
        sink: &mut S,
        mut go_on: impl FnMut(&Lines, &S) -> bool,
    ) -> Result<(), Failure> {
        loop {
            let is_sent = lines.position() < sent;
            let Some(line) = lines.next_line()? else {
                return Ok(());
            };
            let read = if is_sent {
                self.event(line, &mut Nowhere)?
            } else {
                self.event(line, sink)?
            };
            self.report(read, lines)?;
            if !go_on(lines, sink) {
                return Ok(());
            }
        }
    }

    /// Reads one line. What of it is no event, or not as Spark writes it, is for [`report`](Self::report).
    pub(crate) fn event(
        &mut self,
        line: &[u8],
        sink: &mut dyn SpanSink,
    ) -> Result<Result<Repair, ParseError>, Failure> {
        let mut repair = Repair::default();
        let event = match Event::read(line, &mut repair) {
            Ok(event) => event,
            Err(error) => return Ok(Err(error)),
        };
        if self.unless_traced && is_traced(&event) {
            let path = self.path.clone();
            return Err(Failure::Traced { path });
        }
        self.events += 1;
        match self.engine.event(&event, sink) {
            Ok(()) => {
                if let Some((event, oddity)) = self.engine.take_odd_plan() {
                    repair.plan(event, oddity);
                }
                Ok(Ok(repair))
            }
            Err(_) => Err(Failure::NoApplication {
                path: self.path.clone(),
            }),
        }
    }

    /// Accounts for what the last line came to.
    pub(crate) fn report(
        &mut self,
        read: Result<Repair, ParseError>,
        lines: &Lines,
    ) -> Result<(), Failure> {
        match read {
            Ok(repair) => self.left_out(&repair, lines),
            Err(error) => self.no_event(&error, lines)?,
        }
        Ok(())
    }

    fn left_out(&mut self, repair: &Repair, lines: &Lines) {
        if repair.count() == 0 && lines.abridged().is_none() {
            return;
        }
        let fields = &mut self.odd_fields;
        fields.count += repair.count();
        fields.values_lost |= repair.loses_values();
        let mut reasons: Vec<_> = repair.oddities().iter().map(ToString::to_string).collect();
        if lines.abridged().is_some() {
            fields.count += 1;
            reasons.insert(0, "what is long, for the line is too long".to_owned());
        }
        let unnamed = NAMED_FAULTS - fields.first.len();
        for reason in reasons.into_iter().take(unnamed) {
            fields.first.push(OddField {
                file: lines.file().unwrap_or(&self.path).to_owned(),
                line: lines.position().line,
                event: lines
                    .abridged()
                    .and_then(Event::name_in)
                    .unwrap_or_else(|| repair.event().to_owned()),
                reason,
            });
        }
    }

    fn no_event(&mut self, error: &ParseError, lines: &Lines) -> Result<(), Failure> {
        self.bad_lines.count += 1;
        if self.bad_lines.first.len() < NAMED_FAULTS {
            self.bad_lines.first.push(BadLine {
                file: lines.file().unwrap_or(&self.path).to_owned(),
                line: lines.position().line,
                reason: error.to_string(),
            });
        }
        if self.events == 0 && self.bad_lines.count >= HOPELESS_LINES {
            return Err(self.not_a_log(&[]));
        }
        Ok(())
    }

    fn not_a_log(&self, damage: &[Damage]) -> Failure {
        let bad_line = self.bad_lines.first.first();
        let bad_line = bad_line.map(|bad| format!("line {}: {}", bad.line, bad.reason));
        let reason = bad_line.or_else(|| Some(damage.first()?.to_string()));
        Failure::NotALog {
            path: self.path.clone(),
            reason: reason.unwrap_or_default(),
        }
    }

    /// Ends the log as `ending` says, and accounts for it.
    pub(crate) fn finish(
        self,
        damage: &[Damage],
        ending: Ending,
        sink: &mut dyn SpanSink,
    ) -> Result<Account, Failure> {
        if self.events == 0 {
            let is_empty = self.bad_lines.count == 0 && damage.is_empty();
            return Err(if is_empty {
                Failure::EmptyLog { path: self.path }
            } else {
                self.not_a_log(damage)
            });
        }
        let summary = self.engine.finish(ending, sink);
        let Some(trace_id) = summary.trace_id else {
            return Err(Failure::NoApplication { path: self.path });
        };
        // What Spark has not yet written whole is no loss: it is still to come.
        let is_loss =
            |damage: &&Damage| !(self.in_progress && damage.kind == DamageKind::Truncated);
        Ok(Account {
            log: self.path,
            app_id: summary.application_id,
            app_name: summary.application_name,
            trace_id: trace_id.to_string(),
            ended: summary.ended,
            units: summary.units,
            sampled_out_units: summary.sampled_out_units,
            spans: summary.spans,
            open_spans: summary.open_spans,
            events: self.events,
            late_events: summary.late_events,
            bad_lines: self.bad_lines,
            odd_fields: self.odd_fields,
            damage: damage
                .iter()
                .filter(is_loss)
                .map(ToString::to_string)
                .collect(),
            unusable_redaction: summary.unusable_redaction,
        })
    }
}

/// Whether the event tells of a driver that sends the spans itself.
fn is_traced(event: &Event<'_>) -> bool {
    match event {
        Event::EnvironmentUpdate(update) => {
            update.spark_properties.get(recorded::CONTEXT).is_some()
        }
        _ => false,
    }
}

impl Account {
    /// Says on stderr what could not be read, and what may not be shown.
    pub(crate) fn tell_losses(&self) {
        let log = self.log.display();
        if let Some(property) = self.unusable_redaction {
            messages::warning(format_args!(
                "all texts are withheld, for {property} cannot be used: {log}"
            ));
            messages::hint(
                "what Spark redacts is not known: it has redacted the expression, the log lacks the \
                 event of its environment, or the expression needs what only Java has",
            );
        }
        if self.bad_lines.count > 0 {
            let (lines, what) = match self.bad_lines.count {
                1 => ("1 line".to_owned(), "is no event"),
                count => (counted(count, "line"), "are no events"),
            };
            messages::warning(format_args!("left out {lines} that {what}: {log}"));
            for BadLine { file, line, reason } in &self.bad_lines.first {
                messages::note(format_args!("  {}:{line}: {reason}", file.display()));
            }
        }
        if self.odd_fields.count > 0 {
            let fields = counted(self.odd_fields.count, "malformed field");
            messages::warning(format_args!("left out {fields}: {log}"));
            for field in &self.odd_fields.first {
                let OddField {
                    file,
                    line,
                    event,
                    reason,
                } = field;
                messages::note(format_args!(
                    "  {}:{line}: {event}: {reason}",
                    file.display()
                ));
            }
        }
        for damage in &self.damage {
            messages::warning(damage);
        }
    }

    /// Whether something in the log could not be read. A field without a value that Spark could read is none.
    pub(crate) fn has_losses(&self) -> bool {
        self.bad_lines.count > 0 || self.odd_fields.values_lost || !self.damage.is_empty()
    }
}
