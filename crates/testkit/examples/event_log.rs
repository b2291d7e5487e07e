//! Writes the event log of an application to stdout: `event_log TASKS WORKS`.

use std::error::Error;
use std::io::{self, BufWriter, Write as _};

use sparkspan_testkit::EventLog;

fn main() -> Result<(), Box<dyn Error>> {
    let number = |position| {
        std::env::args()
            .nth(position)
            .ok_or("event_log TASKS WORKS")
    };
    let log = EventLog {
        tasks: number(1)?.parse()?,
        works: number(2)?.parse()?,
    };
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    log.write(&mut out)?;
    out.flush()?;
    Ok(())
}
