//! Lines, however the bytes arrive and however long they are.

use std::fs;
use std::io::{self, Read};

use proptest::prelude::*;
use sparkspan_eventlog::{Damage, DamageKind, Lines, MAX_LINE_BYTES, Position, discover};
use sparkspan_testkit::long_tests;

use crate::samples::{EXTENSIONS, drain, read, sample, sample_lines, split};

/// A source that gives its bytes in pieces of the given lengths.
struct Pieces {
    bytes: io::Cursor<Vec<u8>>,
    lengths: Vec<usize>,
    turn: usize,
}

impl Read for Pieces {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn.is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = self.lengths[self.turn % self.lengths.len()].min(target.len());
        self.bytes.read(&mut target[..length])
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if long_tests() { 2_000 } else { 100 }))]

    /// Scenario: the same file arrives in pieces of any lengths.
    /// Guarantees: the same lines.
    #[test]
    fn lines_do_not_depend_on_the_pieces(
        extension in proptest::sample::select(EXTENSIONS.to_vec()),
        lengths in proptest::collection::vec(1..20_000_usize, 1..6),
    ) {
        let bytes = io::Cursor::new(sample(extension));
        let mut lines = Lines::from_reader("log", Pieces { bytes, lengths, turn: 0 });
        prop_assert!(drain(&mut lines) == sample_lines());
    }

    /// Scenario: any text of short lines.
    /// Guarantees: the lines are those between its newlines, and what follows the last one is counted.
    #[test]
    fn lines_are_what_is_between_newlines(text in "[a{\n]{0,200}") {
        let (lines, damage) = read("", text.clone().into_bytes());
        prop_assert_eq!(lines, split(text.as_bytes()));
        let rest = text.len() - text.rfind('\n').map_or(0, |at| at + 1);
        prop_assert_eq!(damage.iter().map(|damage| damage.bytes).sum::<u64>(), rest as u64);
    }
}

#[test]
fn a_whole_object_without_a_last_newline_is_a_line() {
    for (text, whole) in [
        (r#"{"a":"}{\"","b":{}}"#, true),
        (r#"{"a":{}} "#, true),
        (r#"{"a":{}"#, false),
        (r#"{"a":"}"#, false),
        (r#"{"a":1}}"#, false),
        ("}", false),
        ("text", false),
    ] {
        let (lines, damage) = read("", format!("{{}}\n{text}").into_bytes());
        assert_eq!(lines.len(), 1 + usize::from(whole), "{text}");
        assert_eq!(damage.len(), usize::from(!whole), "{text}");
    }
}

#[test]
fn an_empty_file_has_no_lines_and_no_damage() {
    for extension in EXTENSIONS {
        assert_eq!(read(extension, Vec::new()), (vec![], vec![]));
    }
}

/// Scenario: a line without an end for a while (64 MiB and more; 2 GiB in the long tests), between two usual ones.
/// Guarantees: both usual lines, and one damage that counts every byte of the long one.
#[test]
fn an_endless_line_is_left_out() {
    let bytes = if long_tests() {
        2 << 30
    } else {
        MAX_LINE_BYTES as u64 + (3 << 20)
    };
    let source = io::Cursor::new(b"{\"first\":1}\n")
        .chain(io::repeat(b'x').take(bytes))
        .chain(io::Cursor::new(b"\n{\"last\":1}\n"));
    let mut lines = Lines::from_reader("log", source);
    assert_eq!(
        drain(&mut lines),
        [b"{\"first\":1}".to_vec(), b"{\"last\":1}".to_vec()]
    );
    assert_eq!(
        lines.damage(),
        [Damage {
            file: "log".into(),
            line: 2,
            bytes,
            kind: DamageKind::OverlongLine
        }]
    );
    assert_eq!(lines.position(), Position { file: 1, line: 3 });
}

/// Scenario: an object of 64 MiB and more, most of which is one text, and one of which it is the last one.
/// Guarantees: it is given without that text, and counted as a damage; the lines around it are whole.
#[test]
fn an_overlong_object_keeps_its_short_members() {
    let bytes = MAX_LINE_BYTES as u64 + 1;
    let (head, tail) = (r#"{"Event":"x","Info":{"long":""#, r#"","ID":7},"Time":8}"#);
    let source = io::Cursor::new(format!("{{\"first\":1}}\n{head}"))
        .chain(io::repeat(b'x').take(bytes))
        .chain(io::Cursor::new(format!("{tail}\n{{\"last\":1}}\n")));
    let mut lines = Lines::from_reader("log", source);
    let kept = br#"{"Event":"x","Info":{"ID":7},"Time":8}"#;
    assert_eq!(lines.next_line().unwrap(), Some(&br#"{"first":1}"#[..]));
    assert_eq!(lines.abridged(), None);
    assert_eq!(lines.next_line().unwrap(), Some(&kept[..]));
    assert_eq!(lines.abridged(), Some(&kept[..]));
    assert_eq!(lines.position(), Position { file: 1, line: 2 });
    assert_eq!(lines.next_line().unwrap(), Some(&br#"{"last":1}"#[..]));
    assert_eq!(lines.abridged(), None);
    assert_eq!(lines.next_line().unwrap(), None);
    let [damage] = lines.damage() else {
        panic!("{:?}", lines.damage());
    };
    assert_eq!(
        (damage.line, damage.kind.clone()),
        (2, DamageKind::OverlongLine)
    );
    assert_eq!(damage.bytes, bytes + (head.len() + tail.len()) as u64);
}

#[test]
fn a_line_of_the_greatest_length_is_given() {
    let source = io::repeat(b'x')
        .take(MAX_LINE_BYTES as u64)
        .chain(io::Cursor::new(b"\n"));
    let mut lines = Lines::from_reader("log", source);
    assert_eq!(
        lines.next_line().unwrap().map(<[u8]>::len),
        Some(MAX_LINE_BYTES)
    );
    assert_eq!(lines.damage(), []);
}

/// Scenario: a rolling log whose second file is damaged, whose third is missing and whose fourth is cut.
/// Guarantees: the lines of every file up to its damage, each loss told with its file, all bytes counted as read.
#[test]
fn a_rolling_log_goes_on_behind_each_damage() {
    let home = tempfile::tempdir().unwrap();
    let log = home.path().join("eventlog_v2_app");
    fs::create_dir(&log).unwrap();
    let second = log.join("events_2_app.lz4");
    let fourth = log.join("events_4_app");
    let mut damaged = sample("lz4");
    damaged[17] ^= 1;
    fs::write(log.join("events_1_app.zstd"), sample("zstd")).unwrap();
    fs::write(&second, &damaged).unwrap();
    fs::write(&fourth, b"{}\n{\"cut").unwrap();
    fs::write(log.join("appstatus_app"), b"").unwrap();

    let log = discover(&log).unwrap().logs.remove(0);
    let mut lines = log.lines();
    let read = drain(&mut lines);
    assert!(read[..400] == sample_lines());
    assert_eq!(read[400..], [b"{}"]);
    assert_eq!(lines.bytes_read(), log.bytes());
    assert_eq!(lines.position(), Position { file: 4, line: 1 });
    let told: Vec<(_, u64, u64)> = lines
        .damage()
        .iter()
        .map(|damage| (damage.file.clone(), damage.line, damage.bytes))
        .collect();
    assert_eq!(
        told,
        [
            (second, 1, damaged.len() as u64),
            (fourth.clone(), 1, 0),
            (fourth, 2, 5),
        ]
    );
    assert_eq!(lines.damage()[1].kind, DamageKind::MissingFiles(1));
}
