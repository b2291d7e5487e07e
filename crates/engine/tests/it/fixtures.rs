//! The committed event logs, and what the engine makes of them.

use std::path::{Path, PathBuf};

use sparkspan_engine::{Ending, Engine, Settings, Summary};
use sparkspan_events::Event;
use sparkspan_model::Span;

/// One log and the answers of Spark beside it.
pub(crate) struct Fixture {
    /// Such as `3.5.9/sql`.
    pub(crate) name: String,
    pub(crate) log: sparkspan_eventlog::Log,
    oracle: PathBuf,
}

/// Every committed log; more than one of a case where an application had several attempts.
pub(crate) fn all() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/eventlogs");
    let mut fixtures = Vec::new();
    for version in folders(&root) {
        for case in folders(&version) {
            let name = case.strip_prefix(&root).unwrap().display().to_string();
            for log in sparkspan_eventlog::discover(&case).unwrap().logs {
                fixtures.push(Fixture {
                    name: name.clone(),
                    log,
                    oracle: case.join("oracle"),
                });
            }
        }
    }
    assert!(
        !fixtures.is_empty(),
        "no event logs under {}",
        root.display()
    );
    fixtures
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

impl Fixture {
    /// Where Spark's answers for this log are; those of an application with attempts are apart.
    pub(crate) fn oracle(&self, summary: &Summary) -> Option<PathBuf> {
        let attempt = summary.application_attempt.as_deref().unwrap_or_default();
        let folders = [self.oracle.join(attempt), self.oracle.clone()];
        folders
            .into_iter()
            .find(|folder| folder.join("application.json").exists())
    }

    /// The lines of the log.
    pub(crate) fn lines(&self) -> Vec<Vec<u8>> {
        let mut reader = self.log.lines();
        let mut lines = Vec::new();
        while let Some(line) = reader.next_line().unwrap() {
            lines.push(line.to_vec());
        }
        lines
    }

    /// What the engine makes of the whole log.
    pub(crate) fn spans(&self, settings: Settings) -> (Vec<Span>, Summary) {
        spans(&self.lines(), settings)
    }
}

/// What the engine makes of these lines when nothing follows.
pub(crate) fn spans(lines: &[Vec<u8>], settings: Settings) -> (Vec<Span>, Summary) {
    let mut engine = Engine::new(settings);
    let mut spans = Vec::new();
    for line in lines {
        engine
            .event(&Event::parse(line).unwrap(), &mut spans)
            .unwrap();
    }
    let summary = engine.finish(Ending::Final, &mut spans);
    (spans, summary)
}
