//! Both ends of `tests/protocol`: `protocol lines VERSION` prints the lines that a Spark wrote into the logs of its
//! fixtures; `protocol read` says of each line of its input what sparkspan reads of it, or why nothing.

use std::error::Error;
use std::io::{BufRead as _, BufWriter, Write, stdin, stdout};

use sparkspan_events::{Event, PlanNode, Repair};
use sparkspan_testkit::fixtures;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = BufWriter::new(stdout().lock());
    match &*arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        ["lines", version] => lines(version, &mut out)?,
        ["read"] => read(&mut out)?,
        _ => return Err("protocol lines VERSION|read".into()),
    }
    Ok(out.flush()?)
}

fn lines(version: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for fixture in fixtures()
        .iter()
        .filter(|fixture| fixture.version == version)
    {
        for log in sparkspan_eventlog::discover(&fixture.log)?.logs {
            let mut lines = log.lines();
            while let Some(line) = lines.next_line()? {
                out.write_all(line)?;
                out.write_all(b"\n")?;
            }
        }
    }
    Ok(())
}

fn read(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for line in stdin().lock().split(b'\n') {
        let line = line?;
        let mut repair = Repair::default();
        let answer = match Event::read(&line, &mut repair) {
            Ok(mut event) => {
                let plan = match &mut event {
                    Event::SqlExecutionStart(start) => start.spark_plan_info.take(),
                    Event::SqlAdaptiveExecutionUpdate(update) => update.spark_plan_info.take(),
                    _ => None,
                };
                let plan = plan.map(|json| PlanNode::parse(json.get()).ok());
                serde_json::json!({ "event": format!("{event:#?}\n{plan:#?}") })
            }
            Err(error) => serde_json::json!({ "error": error.to_string() }),
        };
        writeln!(out, "{answer}")?;
    }
    Ok(())
}
