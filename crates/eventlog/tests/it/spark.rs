//! The logs under `tests/eventlogs`, as Spark itself wrote them.

use std::fs;
use std::path::{Path, PathBuf};

use sparkspan_eventlog::{DamageKind, Log, discover};

use crate::codecs::assert_cuts;
use crate::samples::drain;

/// Scenario: every log that real Sparks wrote for the tests, whatever its codec and layout.
/// Guarantees: each line is a JSON object that names its event, and only a log in progress may be cut.
#[test]
fn every_log_of_a_real_spark_is_read_whole() {
    let mut read = 0;
    for case in cases() {
        for log in discover(&case).unwrap().logs {
            let mut lines = log.lines();
            while let Some(line) = lines.next_line().unwrap() {
                assert!(
                    line.starts_with(b"{\"Event\":") && line.ends_with(b"}"),
                    "{}",
                    log.path().display(),
                );
            }
            assert!(
                lines
                    .damage()
                    .iter()
                    .all(|damage| log.in_progress() && damage.kind == DamageKind::Truncated),
                "{:?}",
                lines.damage(),
            );
            assert!(lines.position().line > 1, "{}", log.path().display());
            assert_eq!(lines.bytes_read(), log.bytes());
            read += 1;
        }
    }
    assert!(read > 0);
}

#[test]
fn a_cut_log_of_a_real_spark_gives_all_its_whole_lines() {
    for extension in ["", "zstd", "lz4", "snappy", "lzf"] {
        let logs = cases()
            .into_iter()
            .flat_map(|case| discover(&case).unwrap().logs);
        let log = logs
            .filter(|log| log.path().is_file())
            .filter(|log| log.path().extension().unwrap_or_default() == extension)
            .min_by_key(Log::bytes)
            .unwrap();
        let mut text = drain(&mut log.lines()).join(&b'\n');
        text.push(b'\n');
        assert_cuts(extension, &fs::read(log.path()).unwrap(), &text);
    }
}

/// The directories `<version>/<case>`.
fn cases() -> Vec<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/eventlogs");
    let versions = directories(&home).into_iter();
    versions.flat_map(|version| directories(&version)).collect()
}

fn directories(home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(home).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_dir()).collect()
}
