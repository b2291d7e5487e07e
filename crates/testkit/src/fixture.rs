//! The event logs under `tests/eventlogs`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that lacks what it needs fails"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// An event log exactly as Spark wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixture {
    /// The version of Spark.
    pub version: String,
    /// What the application was about.
    pub case: String,
    /// The file, or the directory of a rolling log.
    pub log: PathBuf,
}

/// All logs, sorted. A case of several attempts has several.
pub fn fixtures() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/eventlogs");
    let root = root.canonicalize().expect("the event logs are there");
    let mut fixtures = Vec::new();
    for version in entries(&root) {
        for case in entries(&root.join(&version)) {
            let directory = root.join(&version).join(&case);
            let logs = entries(&directory)
                .into_iter()
                .filter(|name| name != "oracle");
            fixtures.extend(logs.map(|log| Fixture {
                version: version.clone(),
                case: case.clone(),
                log: directory.join(log),
            }));
        }
    }
    assert!(!fixtures.is_empty(), "no event logs in {}", root.display());
    fixtures.sort();
    fixtures
}

/// The log of a case that has one.
pub fn fixture(version: &str, case: &str) -> PathBuf {
    let found = fixtures()
        .into_iter()
        .find(|fixture| fixture.version == version && fixture.case == case);
    found
        .unwrap_or_else(|| panic!("no event log of Spark {version} for the case {case}"))
        .log
}

/// Names in a directory, but not the hidden ones and not those of single files at the top.
fn entries(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let names = entries.map(|entry| {
        entry
            .expect("readable")
            .file_name()
            .to_string_lossy()
            .into_owned()
    });
    names.filter(|name| !name.starts_with('.')).collect()
}
