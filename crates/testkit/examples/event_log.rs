//! Writes the event log of an application with so many tasks to stdout: `event_log TASKS`.

use std::error::Error;
use std::io::{self, BufWriter, Write as _};

use sparkspan_testkit::EventLog;

fn main() -> Result<(), Box<dyn Error>> {
    let tasks = std::env::args().nth(1).ok_or("how many tasks?")?.parse()?;
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    EventLog::of_tasks(tasks).write(&mut out)?;
    out.flush()?;
    Ok(())
}
