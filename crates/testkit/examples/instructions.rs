//! What callgrind counts the instructions of: `instructions parser|engine sql|tasks`.
//!
//! Only what runs inside `measured` counts, so that neither the start of the program nor the making of
//! the log does.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;

use sparkspan_engine::{Ending, Engine, Settings};
use sparkspan_events::Event;
use sparkspan_model::{Span, SpanSink};
use sparkspan_testkit::{EventLog, fixture};

/// Enough that what happens once does not show.
const LOG: EventLog = EventLog {
    tasks: 2_000,
    works: 2,
};

struct Nowhere;

impl SpanSink for Nowhere {
    fn accept(&mut self, span: Span) {
        black_box(span);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [part, log] = arguments.as_slice() else {
        return Err("instructions parser|engine sql|tasks".into());
    };
    let text = if log == "sql" {
        text_of(&fixture("3.5.9", "sql"))?
    } else {
        let mut text = Vec::new();
        LOG.write(&mut text)?;
        text
    };
    let lines: Vec<&[u8]> = text.trim_ascii_end().split(|byte| *byte == b'\n').collect();
    if part == "parser" {
        measured(|| {
            for line in &lines {
                black_box(Event::parse(line))?;
            }
            Ok(())
        })
    } else {
        let events: Vec<Event<'_>> = lines
            .iter()
            .map(|line| Event::parse(line))
            .collect::<Result<_, _>>()?;
        let mut engine = Engine::new(Settings::default());
        measured(|| {
            for event in &events {
                engine.event(event, &mut Nowhere)?;
            }
            black_box(engine.finish(Ending::Final, &mut Nowhere));
            Ok(())
        })
    }
}

#[inline(never)]
fn measured(work: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    work()
}

/// The text of a log, whatever its codec.
fn text_of(path: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut text = Vec::new();
    for log in sparkspan_eventlog::discover(path)?.logs {
        let mut lines = log.lines();
        while let Some(line) = lines.next_line()? {
            text.extend_from_slice(line);
            text.push(b'\n');
        }
    }
    Ok(text)
}
