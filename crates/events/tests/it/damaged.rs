//! Lines that nobody wrote on purpose.

use proptest::prelude::*;
use proptest::sample::Index;
use sparkspan_events::{Event, PlanNode, Repair};

use crate::real::for_each_line;

/// A short line of each kind that is in real logs.
fn kinds() -> Vec<String> {
    let mut kinds: Vec<(String, String)> = Vec::new();
    for_each_line(|line| {
        let event = Event::parse(line.as_bytes()).unwrap();
        let kind = format!("{:?}", std::mem::discriminant(&event));
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, shortest)) if shortest.len() > line.len() => line.clone_into(shortest),
            Some(_) => {}
            None => kinds.push((kind, line.to_owned())),
        }
    });
    kinds.into_iter().map(|(_, line)| line).collect()
}

/// One thing that happens to a line.
#[derive(Debug, Clone)]
enum Damage {
    Cut(Index),
    Insert(Index, &'static str),
    Remove(Index, Index),
    Byte(Index, u8),
    Twice(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    const PIECES: &[&str] = &[
        "null",
        "1.5",
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\\ud83d",
        "\\",
        "NaN",
        "1e99",
        "-1",
        "\"\"",
        "{}",
        "[]",
        "\u{feff}",
        "99999999999999999999",
        "\"Stage ID\":",
    ];
    prop_oneof![
        1 => any::<Index>().prop_map(Damage::Cut),
        6 => (any::<Index>(), proptest::sample::select(PIECES)).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(at, length)| Damage::Remove(at, length)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(at, length)| Damage::Twice(at, length)),
    ]
}

fn apply(damage: &Damage, line: &mut Vec<u8>) {
    let place = |at: &Index| at.index(line.len() + 1);
    let range = |at: &Index, length: &Index| {
        let start = place(at);
        start..(start + length.index(40)).min(line.len())
    };
    match damage {
        Damage::Cut(at) => line.truncate(place(at)),
        Damage::Insert(at, piece) => {
            let at = place(at);
            line.splice(at..at, piece.bytes());
        }
        Damage::Remove(at, length) => {
            line.drain(range(at, length));
        }
        Damage::Byte(at, byte) => {
            let at = place(at);
            if let Some(place) = line.get_mut(at) {
                *place = *byte;
            }
        }
        Damage::Twice(at, length) => {
            let part = line[range(at, length)].to_vec();
            let at = place(at);
            line.splice(at..at, part);
        }
    }
}

/// Scenario: real lines of every kind, damaged in up to six places, read on a thread with a stack of 1 MiB.
/// Guarantees: nothing panics; what the strict reading takes needs no repair; a line that is JSON to everybody is an
/// event, or the message names a field of it, or it has no name.
#[test]
fn damaged_line_is_an_event_or_says_why_not() {
    let test = || {
        let kinds = kinds();
        assert!(kinds.len() > 15);
        let damages = proptest::collection::vec(damage(), 0..6);
        proptest!(|(kind in any::<Index>(), damages in damages)| {
            let mut line = kind.get(&kinds).clone().into_bytes();
            for damage in &damages {
                apply(damage, &mut line);
            }
            let mut repair = Repair::default();
            let is_strict = Event::parse(&line).is_ok();
            let event = Event::read(&line, &mut repair);
            if let Ok(Event::SqlExecutionStart(start)) = &event {
                let _ = start.spark_plan_info.map(|plan| PlanNode::parse(plan.get()));
            }
            let error = event.err().map(|error| error.to_string());
            if is_strict {
                prop_assert_eq!(error, None);
                prop_assert_eq!(repair.event(), "");
            } else if let Some(error) = error
                && error == "not an event as Spark writes it"
            {
                let everybody: Result<serde_json::Value, _> = serde_json::from_slice(&line);
                prop_assert!(everybody.is_err() || !everybody.unwrap()["Event"].is_string());
            }
        });
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    thread.spawn(test).unwrap().join().unwrap();
}
