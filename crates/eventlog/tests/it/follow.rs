//! Logs that grow, roll, end, shrink and go while they are followed.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use sparkspan_eventlog::{Change, DamageKind, Error, Follower, Position, Start, State};
use tempfile::TempDir;

use crate::samples::{EXTENSIONS, drain, sample, sample_lines};

/// A directory of logs and what follows it.
struct Bed {
    home: TempDir,
    follower: Follower,
}

impl Bed {
    fn new(start: Start) -> Self {
        Self::with(tempfile::tempdir().unwrap(), start)
    }

    fn with(home: TempDir, start: Start) -> Self {
        let follower = Follower::new(vec![home.path().to_owned()], start);
        Self { home, follower }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn append(&self, name: &str, bytes: impl AsRef<[u8]>) {
        append(&self.path(name), bytes.as_ref());
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// Looks once: the changes by the names of their logs, and the lines to be had after them.
    fn look(&mut self) -> Vec<String> {
        let mut seen = Vec::new();
        for change in self.follower.poll() {
            let name = |key: &Path| key.file_name().unwrap().to_str().unwrap().to_owned();
            match change {
                Change::Grew(key) => {
                    for line in drain(self.follower.lines(&key).unwrap()) {
                        seen.push(format!(
                            "{}: {}",
                            name(&key),
                            String::from_utf8(line).unwrap()
                        ));
                    }
                }
                Change::Restarted(key) => seen.push(format!("{} restarted", name(&key))),
                Change::Ended(key) => {
                    seen.push(format!("{} ended", name(&key)));
                    self.follower.done(&key);
                }
                Change::Gone(key) => seen.push(format!("{} gone", name(&key))),
                Change::Refused(error) => seen.push(format!("{} refused", name(error.path()))),
            }
        }
        seen
    }
}

fn append(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .unwrap();
    file.write_all(bytes).unwrap();
}

/// Scenario: a single log grows by parts of lines, then gets its final name with a last line behind.
/// Guarantees: each line once, when it is whole; the rename reads nothing again; then quiet.
#[test]
fn a_single_log_is_followed_to_its_end() {
    let mut bed = Bed::new(Start::Beginning);
    assert_eq!(bed.look(), [""; 0]);
    bed.append("app.inprogress", "{\"first\"");
    assert_eq!(bed.look(), [""; 0]);
    bed.append("app.inprogress", ":1}\n{\"second\":1}\n{\"th");
    assert_eq!(bed.look(), ["app: {\"first\":1}", "app: {\"second\":1}"]);
    assert_eq!(bed.look(), [""; 0]);
    bed.append("app.inprogress", "ird\":1}\n");
    bed.rename("app.inprogress", "app");
    assert_eq!(bed.look(), ["app: {\"third\":1}", "app ended"]);
    assert_eq!(bed.look(), [""; 0]);
}

/// Scenario: a log of each codec, plain too, is written in pieces that respect no block, with a look after each.
/// Guarantees: exactly the lines of the whole file, in order; no damage.
#[test]
fn every_codec_is_followed_across_its_blocks() {
    for extension in EXTENSIONS {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(format!("app.{extension}.inprogress"));
        let mut follower = Follower::new(vec![path.clone()], Start::Beginning);
        let mut lines = Vec::new();
        let bytes = sample(extension);
        for piece in bytes.chunks(1 + bytes.len() / 97) {
            append(&path, piece);
            for change in follower.poll() {
                let Change::Grew(key) = change else {
                    panic!("{extension}: {change:?}");
                };
                lines.extend(drain(follower.lines(&key).unwrap()));
            }
        }
        assert!(
            lines == sample_lines(),
            "{extension}: {} lines",
            lines.len()
        );
        let key = home.path().join(format!("app.{extension}"));
        assert_eq!(follower.lines(&key).unwrap().damage(), [], "{extension}");
    }
}

/// Scenario: a rolling log starts as an empty directory, rolls, is compacted behind the reader, and ends.
/// Guarantees: each line once; the compacted files, already read, are not read again.
#[test]
fn a_rolling_log_is_followed_to_its_end() {
    let mut bed = Bed::new(Start::Beginning);
    fs::create_dir(bed.path("eventlog_v2_a")).unwrap();
    assert_eq!(bed.look(), [""; 0]);
    bed.append("eventlog_v2_a/appstatus_a.inprogress", "");
    bed.append("eventlog_v2_a/events_1_a", "{\"n\":1}\n");
    assert_eq!(bed.look(), ["eventlog_v2_a: {\"n\":1}"]);
    bed.append("eventlog_v2_a/events_1_a", "{\"n\":2}\n");
    bed.append("eventlog_v2_a/events_2_a", "{\"n\":3}\n");
    assert_eq!(
        bed.look(),
        ["eventlog_v2_a: {\"n\":2}", "eventlog_v2_a: {\"n\":3}"]
    );
    bed.append("eventlog_v2_a/events_1_a.compact", "{\"n\":12}\n");
    fs::remove_file(bed.path("eventlog_v2_a/events_1_a")).unwrap();
    bed.append("eventlog_v2_a/events_2_a", "{\"n\":4}\n");
    assert_eq!(bed.look(), ["eventlog_v2_a: {\"n\":4}"]);
    bed.rename(
        "eventlog_v2_a/appstatus_a.inprogress",
        "eventlog_v2_a/appstatus_a",
    );
    assert_eq!(bed.look(), ["eventlog_v2_a ended"]);
    assert_eq!(bed.look(), [""; 0]);
}

/// Scenario: the file being read is compacted away, so its unread lines are in another file.
/// Guarantees: the log starts again instead of losing them in silence.
#[test]
fn compaction_of_the_current_file_starts_again() {
    let mut bed = Bed::new(Start::Beginning);
    bed.append("eventlog_v2_a/appstatus_a.inprogress", "");
    bed.append("eventlog_v2_a/events_1_a", "{\"n\":1}\n");
    assert_eq!(bed.look(), ["eventlog_v2_a: {\"n\":1}"]);
    bed.append("eventlog_v2_a/events_1_a.compact", "{\"n\":12}\n");
    assert_eq!(
        bed.look(),
        ["eventlog_v2_a restarted", "eventlog_v2_a: {\"n\":12}"]
    );
}

#[test]
fn a_truncated_or_replaced_log_starts_again() {
    let mut bed = Bed::new(Start::Beginning);
    bed.append("app.inprogress", "{\"old\":1}\n{\"old\":2}\n");
    assert_eq!(bed.look(), ["app: {\"old\":1}", "app: {\"old\":2}"]);
    fs::write(bed.path("app.inprogress"), "{\"cut\":1}\n").unwrap();
    assert_eq!(bed.look(), ["app restarted", "app: {\"cut\":1}"]);
    bed.append("other", "{\"new\":1}\n{\"new\":2}\n");
    bed.rename("other", "app.inprogress");
    assert_eq!(
        bed.look(),
        ["app restarted", "app: {\"new\":1}", "app: {\"new\":2}"]
    );
}

/// Scenario: a finished log is copied into the directory, slower than one look.
/// Guarantees: it is read once it kept its size, so never by halves.
#[test]
fn a_log_being_copied_is_waited_for() {
    let mut bed = Bed::new(Start::Beginning);
    bed.append("app", "{\"n\":1}\n{\"n\"");
    assert_eq!(bed.look(), [""; 0]);
    bed.append("app", ":2}\n");
    assert_eq!(bed.look(), [""; 0]);
    assert_eq!(
        bed.look(),
        ["app: {\"n\":1}", "app: {\"n\":2}", "app ended"]
    );
    assert_eq!(bed.look(), [""; 0]);
}

/// Scenario: a log gets one line more after its end.
/// Guarantees: it is read again from its head, and what was dealt with before is known.
#[test]
fn a_log_that_changes_after_its_end_is_read_again() {
    let mut bed = Bed::new(Start::Beginning);
    bed.append("app", "{\"n\":1}\n");
    bed.look();
    assert_eq!(bed.look(), ["app: {\"n\":1}", "app ended"]);
    let key = bed.path("app");
    let handled = Position { file: 1, line: 1 };
    bed.follower.handled(&key, handled);
    bed.append("app", "{\"n\":2}\n");
    assert_eq!(bed.look(), [""; 0]);
    assert_eq!(
        bed.look(),
        [
            "app restarted",
            "app: {\"n\":1}",
            "app: {\"n\":2}",
            "app ended"
        ]
    );
    assert_eq!(bed.follower.resume_at(&key), handled);
}

/// Scenario: the same, and the caller never said that it is done with the log.
/// Guarantees: the added line is not lost.
#[test]
fn a_log_that_changes_before_it_is_done_is_read_again() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("app");
    let mut follower = Follower::new(vec![path.clone()], Start::Beginning);
    let mut read = || {
        append(&path, b"{\"n\":1}\n");
        follower.poll();
        follower.poll();
        drain(follower.lines(&path).unwrap()).len()
    };
    assert_eq!((read(), read()), (1, 2));
}

/// Scenario: a directory with finished logs, one in progress and one abandoned, followed from now on.
/// Guarantees: only what changes is read, from its head.
#[test]
fn only_logs_that_change_are_read_from_now_on() {
    let home = tempfile::tempdir().unwrap();
    for name in [
        "done",
        "going.inprogress",
        "ending.inprogress",
        "abandoned.inprogress",
    ] {
        append(&home.path().join(name), b"{\"n\":1}\n");
    }
    let mut bed = Bed::with(home, Start::Changes);
    assert_eq!(bed.look(), [""; 0]);
    assert_eq!(bed.look(), [""; 0]);
    bed.append("going.inprogress", "{\"n\":2}\n");
    bed.rename("ending.inprogress", "ending");
    bed.append("new.inprogress", "{\"n\":1}\n");
    assert_eq!(
        bed.look(),
        [
            "ending: {\"n\":1}",
            "ending ended",
            "going: {\"n\":1}",
            "going: {\"n\":2}",
            "new: {\"n\":1}"
        ]
    );
}

#[test]
fn a_deleted_log_is_told_and_forgotten() {
    let mut bed = Bed::new(Start::Beginning);
    bed.append("app.inprogress", "{}\n");
    bed.look();
    fs::remove_file(bed.path("app.inprogress")).unwrap();
    assert_eq!(bed.look(), ["app gone"]);
    assert_eq!(bed.look(), [""; 0]);
}

#[test]
fn a_root_that_is_missing_is_told_once_and_waited_for() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("logs");
    let mut bed = Bed {
        follower: Follower::new(vec![root], Start::Beginning),
        home,
    };
    assert_eq!(bed.look(), ["logs refused"]);
    assert_eq!(bed.look(), [""; 0]);
    bed.append("logs/app.inprogress", "{\"n\":1}\n");
    assert_eq!(bed.look(), ["app: {\"n\":1}"]);
}

#[test]
fn the_cut_tail_of_an_ended_log_is_damage() {
    let mut bed = Bed::new(Start::Beginning);
    bed.append("app.inprogress", "{}\n{\"cut");
    assert_eq!(bed.look(), ["app: {}"]);
    bed.rename("app.inprogress", "app");
    let key = bed.path("app");
    bed.follower.poll();
    let lines = bed.follower.lines(&key).unwrap();
    assert_eq!(lines.next_line().unwrap(), None);
    assert_eq!(lines.damage().len(), 1);
    assert_eq!(lines.damage()[0].kind, DamageKind::Truncated);
    assert_eq!(lines.damage()[0].bytes, 5);
}

/// Scenario: a run is stopped with one log done, one half dealt with and one abandoned; the next run loads its state.
/// Guarantees: the done and the abandoned one stay unread; the half one is read from its head when it grows, and the
/// place up to which it was dealt with is known; a log that came in between is read.
#[test]
fn a_state_carries_over_to_the_next_run() {
    let mut bed = Bed::new(Start::Beginning);
    bed.append("done.inprogress", "{\"n\":1}\n");
    bed.append("half.inprogress", "{\"n\":1}\n{\"n\":2}\n");
    bed.append("abandoned.inprogress", "{\"n\":1}\n");
    bed.look();
    bed.rename("done.inprogress", "done");
    assert_eq!(bed.look(), ["done ended"]);
    let half = bed.path("half");
    let handled = Position { file: 1, line: 2 };
    bed.follower.handled(&half, handled);
    let file = bed.path(".state");
    bed.follower.state().save(&file).unwrap();
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );

    let state = State::load(&file).unwrap().unwrap();
    assert_eq!(state, bed.follower.state());
    bed.append("half.inprogress", "{\"n\":3}\n");
    bed.append("between.inprogress", "{\"n\":1}\n");
    let mut bed = Bed {
        follower: Follower::resume(vec![bed.home.path().to_owned()], state),
        home: bed.home,
    };
    assert_eq!(
        bed.look(),
        [
            "between: {\"n\":1}",
            "half: {\"n\":1}",
            "half: {\"n\":2}",
            "half: {\"n\":3}"
        ]
    );
    assert_eq!(bed.follower.resume_at(&half), handled);
    assert_eq!(bed.look(), [""; 0]);
}

/// Scenario: a log was replaced by another of its name between two runs.
/// Guarantees: what the first run dealt with does not count for it.
#[test]
fn a_state_does_not_speak_of_a_replaced_log() {
    let mut bed = Bed::new(Start::Beginning);
    bed.append("app.inprogress", "{\"old\":1}\n");
    bed.look();
    let key = bed.path("app");
    bed.follower.handled(&key, Position { file: 1, line: 1 });
    let state = bed.follower.state();
    bed.append("other", "{\"new\":1}\n{\"new\":2}\n");
    bed.rename("other", "app.inprogress");
    let mut bed = Bed {
        follower: Follower::resume(vec![bed.home.path().to_owned()], state),
        home: bed.home,
    };
    assert_eq!(bed.look(), ["app: {\"new\":1}", "app: {\"new\":2}"]);
    assert_eq!(bed.follower.resume_at(&key), Position::default());
}

#[test]
fn a_bad_state_file_is_a_clear_error() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("state");
    assert!(State::load(&file).unwrap().is_none());
    for text in ["", "[]", "{\"version\":2,\"logs\":{}}"] {
        fs::write(&file, text).unwrap();
        assert!(
            matches!(State::load(&file), Err(Error::BadState { .. })),
            "{text}"
        );
    }
    let unwritable = home.path().join("missing/state");
    let state = Follower::new(Vec::new(), Start::Changes).state();
    assert!(matches!(
        state.save(&unwritable),
        Err(Error::WriteState { .. })
    ));
}
