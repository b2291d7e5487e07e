//! `sparkspan show`: traces as trees, from event logs or from OTLP JSON lines.

use std::io::Write;

use clap::ColorChoice;
use sparkspan_engine::Ending;
use sparkspan_eventlog::{Lines, Position};
use sparkspan_events::Event;
use sparkspan_model::Span;
use sparkspan_otlp::read_json_line;

use crate::arguments::Show;
use crate::drawing::{Layout, draw};
use crate::event_log::EventLog;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Input, STDOUT};
use crate::settings::Tracing;
use crate::trace::traces;
use crate::{lines, messages, settings, terminal};

/// Draws what is in each input.
pub(crate) fn run(arguments: &Show, color: ColorChoice) -> Result<Exit, Failure> {
    let tracing = Tracing {
        resolved: settings::resolve(&arguments.settings.assignments)?,
        application_id: arguments.app_id.clone(),
    };
    let layout = Layout {
        depth: arguments.depth,
        all: arguments.all,
        ..terminal::layout()
    };
    let (inputs, refused) = input::find(&arguments.inputs, &[STDOUT.into()])?;
    let mut exit = Exit::Done;
    for error in refused {
        messages::warning(format_args!("not shown: {error}"));
        exit = Exit::Losses;
    }
    let alone = inputs.len() == 1;
    let mut stdout = terminal::stdout(color);
    for input in &inputs {
        match read(input, &tracing) {
            Ok(Read { spans, losses }) => {
                if losses {
                    exit = Exit::Losses;
                }
                for trace in traces(spans) {
                    let written = if arguments.json {
                        lines::write(&trace, &mut stdout)
                    } else {
                        draw(&trace, layout, &mut stdout).and_then(|()| writeln!(stdout))
                    };
                    written.map_err(Failure::Stdout)?;
                }
            }
            Err(error) if alone => return Err(error),
            Err(error) => {
                messages::warning(format_args!("not shown: {}", error.in_full()));
                exit = Exit::Losses;
            }
        }
    }
    Ok(exit)
}

/// What an input holds.
struct Read {
    spans: Vec<Span>,
    /// Not all of it could be read.
    losses: bool,
}

fn read(input: &Input, tracing: &Tracing) -> Result<Read, Failure> {
    let mut lines = input.lines();
    let Some(first) = lines.next_line()?.map(<[u8]>::to_vec) else {
        let path = input.path().to_owned();
        return Err(Failure::EmptyLog { path });
    };
    match read_json_line(&first) {
        Ok(spans) if Event::parse(&first).is_err() => read_spans(input, spans, &mut lines),
        _ => read_log(input, tracing, &first, &mut lines),
    }
}

fn read_log(
    input: &Input,
    tracing: &Tracing,
    first: &[u8],
    lines: &mut Lines,
) -> Result<Read, Failure> {
    let mut spans = Vec::new();
    let mut log = EventLog::new(input.path(), input.in_progress(), tracing.engine());
    let read = log.event(first, &mut spans)?;
    log.report(read, lines)?;
    log.read(lines, Position::default(), &mut spans, |_, _| true)?;
    // A picture is for now: what is open is part of it.
    let account = log.finish(lines.damage(), Ending::Final, &mut spans)?;
    account.tell_losses();
    Ok(Read {
        losses: account.has_losses(),
        spans,
    })
}

fn read_spans(input: &Input, mut spans: Vec<Span>, lines: &mut Lines) -> Result<Read, Failure> {
    let mut bad_lines: u64 = 0;
    while let Some(line) = lines.next_line()? {
        match read_json_line(line) {
            Ok(more) => spans.extend(more),
            Err(_) => bad_lines += 1,
        }
    }
    let path = input.path();
    if spans.is_empty() {
        return Err(Failure::NoSpans {
            path: path.to_owned(),
        });
    }
    if bad_lines > 0 {
        messages::warning(format_args!(
            "left out {bad_lines} lines that are no OTLP JSON: {}",
            path.display()
        ));
    }
    for damage in lines.damage() {
        messages::warning(damage);
    }
    Ok(Read {
        spans,
        losses: bad_lines > 0 || !lines.damage().is_empty(),
    })
}
