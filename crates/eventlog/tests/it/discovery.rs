//! Which files are logs.

use std::fs;
use std::path::Path;

use sparkspan_eventlog::{Error, Log, discover};

use crate::samples::drain;

/// Makes the files, each holding one line with its own name.
fn directory(names: &[&str]) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for name in names {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{name}\n")).unwrap();
    }
    home
}

/// The names in the lines of a log: those of its files, in the order in which they are read.
fn files(log: &Log) -> Vec<String> {
    let lines = drain(&mut log.lines());
    lines
        .into_iter()
        .map(|line| String::from_utf8(line).unwrap())
        .collect()
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

#[test]
fn a_directory_of_logs_gives_each_attempt_once() {
    let home = directory(&[
        "app-2",
        "app-1.inprogress",
        "app-3",
        "app-3.inprogress",
        "app-4_1.zstd",
        "app-4_2.zstd.inprogress",
        ".app-2.crc",
        ".hidden",
        "app-2.crc",
        "_SUCCESS",
        "other/file",
        "eventlog_v2_app-5/events_1_app-5",
        "eventlog_v2_app-5/appstatus_app-5.inprogress",
        "eventlog_v2_app-6_1/events_1_app-6_1",
        "eventlog_v2_app-6_1/appstatus_app-6_1",
    ]);
    let discovery = discover(home.path()).unwrap();
    let found: Vec<(&str, &str, bool)> = discovery
        .logs
        .iter()
        .map(|log| (name(log.path()), name(log.key()), log.in_progress()))
        .collect();
    assert_eq!(
        found,
        [
            ("app-1.inprogress", "app-1", true),
            ("app-2", "app-2", false),
            ("app-3", "app-3", false),
            ("app-4_1.zstd", "app-4_1.zstd", false),
            ("app-4_2.zstd.inprogress", "app-4_2.zstd", true),
            ("eventlog_v2_app-5", "eventlog_v2_app-5", true),
            ("eventlog_v2_app-6_1", "eventlog_v2_app-6_1", false),
        ]
    );
    assert!(discovery.refused.is_empty());
}

#[test]
fn rolled_files_are_read_by_their_numbers() {
    let home = directory(&[
        "eventlog_v2_a/events_10_a",
        "eventlog_v2_a/events_9_a",
        "eventlog_v2_a/events_11_a",
        "eventlog_v2_a/.appstatus_a.crc",
        "eventlog_v2_a/appstatus_a",
    ]);
    let logs = discover(&home.path().join("eventlog_v2_a")).unwrap().logs;
    assert_eq!(
        files(&logs[0]),
        ["9", "10", "11"].map(|n| format!("eventlog_v2_a/events_{n}_a"))
    );
    assert!(!logs[0].in_progress());
}

/// Scenario: the History Server compacted a log twice and was stopped before it removed what it replaced.
/// Guarantees: the last compact file stands for all before it, without a word of missing files.
#[test]
fn the_last_compact_file_replaces_all_before_it() {
    let home = directory(&[
        "a/events_1_a",
        "a/events_2_a",
        "a/events_2_a.compact",
        "a/events_5_a",
        "a/events_5_a.compact",
        "a/events_6_a",
    ]);
    let log = discover(&home.path().join("a")).unwrap().logs.remove(0);
    assert_eq!(files(&log), ["a/events_5_a.compact", "a/events_6_a"]);
    let mut lines = log.lines();
    drain(&mut lines);
    assert_eq!(lines.damage(), []);
}

#[test]
fn parts_of_databricks_are_one_log() {
    let parts = [
        "d/eventlog-2024-01-01--10-00.gz",
        "d/eventlog-2024-01-01--11-00.gz",
        "d/eventlog",
    ];
    let home = directory(&[&parts[..], &["d/stderr", "d/log4j-active.log"]].concat());
    for path in [home.path(), &home.path().join("d")] {
        let logs = discover(path).unwrap().logs;
        assert_eq!(logs.len(), 1);
        assert_eq!(
            logs[0].bytes(),
            parts.iter().map(|part| part.len() as u64 + 1).sum::<u64>(),
        );
    }
}

#[test]
fn a_name_with_or_without_inprogress_finds_the_other() {
    let home = directory(&["done", "going.inprogress"]);
    for (asked, found) in [("done.inprogress", "done"), ("going", "going.inprogress")] {
        let logs = discover(&home.path().join(asked)).unwrap().logs;
        assert_eq!(name(logs[0].path()), found);
    }
}

#[test]
fn what_is_no_log_is_a_clear_error() {
    let home = directory(&["empty/.hidden", "eventlog_v2_new/appstatus_new.inprogress"]);
    let missing = home.path().join("missing");
    let error = discover(&missing).unwrap_err();
    assert!(matches!(&error, Error::NotFound { path } if *path == missing));
    assert_eq!(
        error.to_string(),
        format!("no such file or directory: {}", missing.display())
    );
    for name in ["empty", "eventlog_v2_new"] {
        let path = home.path().join(name);
        assert!(matches!(discover(&path), Err(Error::NoLogs { .. })));
    }
}

/// Scenario: a file goes between its discovery and its reading.
/// Guarantees: an error that names it, and the next file of the log after it.
#[test]
fn a_vanished_file_is_an_error_and_not_the_end() {
    let home = directory(&["a/events_1_a", "a/events_2_a"]);
    let log = discover(&home.path().join("a")).unwrap().logs.remove(0);
    fs::remove_file(home.path().join("a/events_1_a")).unwrap();
    let mut lines = log.lines();
    assert!(matches!(lines.next_line(), Err(Error::NotFound { .. })));
    assert_eq!(lines.next_line().unwrap(), Some(&b"a/events_2_a"[..]));
    assert_eq!(lines.next_line().unwrap(), None);
}
