//! The logs that the user named.

use std::io;
use std::path::{Path, PathBuf};

use sparkspan_eventlog::{Discovery, Error, Lines, Log, Place, discover};
use sparkspan_events::Event;
use sparkspan_otlp::read_json_line;

use crate::failure::Failure;

/// stdout as a file, which it is where it was redirected.
pub(crate) const STDOUT: &str = "/dev/stdout";
const STDIN: &str = "/dev/stdin";

/// Where lines come from.
pub(crate) enum Input {
    /// A file, or the files of a rolling log.
    Log(Log),
    /// A pipe.
    Stdin,
}

/// What is at the paths, and what there may not be looked into. Refuses to read what is written at `outputs`, but for
/// spans of an earlier run among the logs of a directory: these are no log.
pub(crate) fn find(
    paths: &[PathBuf],
    outputs: &[PathBuf],
) -> Result<(Vec<Input>, Vec<Error>), Failure> {
    let (mut inputs, mut refused) = (Vec::new(), Vec::new());
    for path in paths {
        if path.as_os_str() == "-" {
            refuse(path, outputs, |output| is_same(output, Path::new(STDIN)))?;
            inputs.push(Input::Stdin);
            continue;
        }
        let discovery = logs_apart(path, outputs)?;
        inputs.extend(discovery.logs.into_iter().map(Input::Log));
        refused.extend(discovery.refused);
    }
    Ok((inputs, refused))
}

/// What is at a path, apart from what is written at `outputs`.
pub(crate) fn logs_apart(path: &Path, outputs: &[PathBuf]) -> Result<Discovery, Failure> {
    let mut discovery = discover(path)?;
    let is_directory = path.is_dir();
    let mut apart = Vec::new();
    for log in discovery.logs {
        let is_output = |output: &Path| log.is_written_at(output);
        match refuse(log.path(), outputs, is_output) {
            Err(_) if is_directory && log.path() != path && holds_no_log(&log) => {}
            Err(failure) => return Err(failure),
            Ok(()) => apart.push(log),
        }
    }
    discovery.logs = apart;
    if discovery.logs.is_empty() && discovery.refused.is_empty() {
        let path = path.to_owned();
        return Err(Error::NoLogs { path }.into());
    }
    Ok(discovery)
}

/// Whether both are one file, or would be.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    let place = Place::of(one);
    place.is_some() && place == Place::of(other)
}

/// Refuses to read a log that is written.
pub(crate) fn refuse(
    log: &Path,
    outputs: &[PathBuf],
    is_output: impl Fn(&Path) -> bool,
) -> Result<(), Failure> {
    match outputs.iter().find(|output| is_output(output)) {
        None => Ok(()),
        Some(output) => Err(Failure::OutputIsInput {
            output: output.clone(),
            log: log.to_owned(),
        }),
    }
}

/// Refuses to write over an event log, also over one that is not read.
pub(crate) fn refuse_log(output: &Path) -> Result<(), Failure> {
    if holds_events(output) {
        let output = output.to_owned();
        return Err(Failure::OutputIsLog { output });
    }
    Ok(())
}

/// Whether a file is an event log.
fn holds_events(path: &Path) -> bool {
    let is_log = |log: &Log| {
        let mut lines = log.lines();
        let first = lines.next_line().ok().flatten();
        first.is_some_and(|line| Event::parse(line).is_ok())
    };
    path.is_file() && discover(path).is_ok_and(|found| found.logs.iter().any(is_log))
}

/// Whether a file is empty or holds spans, so that no log is lost with it.
fn holds_no_log(log: &Log) -> bool {
    let holds_spans = || {
        let mut lines = log.lines();
        let first = lines.next_line().ok().flatten();
        let spans = first.and_then(|line| read_json_line(line).ok());
        spans.is_some_and(|spans| !spans.is_empty())
    };
    !log.in_progress() && (log.bytes() == 0 || holds_spans())
}

impl Input {
    /// The path as it may be told.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Log(log) => log.path(),
            Self::Stdin => Path::new("stdin"),
        }
    }

    /// How many bytes there are to read, where that is known.
    pub(crate) fn bytes(&self) -> Option<u64> {
        match self {
            Self::Log(log) => Some(log.bytes()),
            Self::Stdin => None,
        }
    }

    /// Whether Spark is still writing, or was when the driver died.
    pub(crate) fn in_progress(&self) -> bool {
        match self {
            Self::Log(log) => log.in_progress(),
            Self::Stdin => false,
        }
    }

    /// Its lines, from the first on.
    pub(crate) fn lines(&self) -> Lines {
        match self {
            Self::Log(log) => log.lines(),
            Self::Stdin => Lines::from_reader("stdin", io::stdin()),
        }
    }
}
