//! Times that are missing or cannot be, and times that jump.

use serde_json::Value as Json;
use sparkspan_engine::Settings;
use sparkspan_model::Span;
use sparkspan_semconv::attribute;

use crate::fixtures;
use crate::invariants::check;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Times are far later than any other number of an event, and far earlier than a number of bytes.
const TIMES: std::ops::Range<i64> = 1_600_000_000_000..2_000_000_000_000;

fn log() -> Vec<Json> {
    let all = fixtures::all();
    let fixture = all.iter().find(|fixture| fixture.name == "3.5.9/minimal");
    let fixture = fixture.unwrap();
    let lines = fixture.lines();
    let parse = |line: &Vec<u8>| serde_json::from_slice(line).unwrap();
    lines.iter().map(parse).collect()
}

fn spans(events: &[Json]) -> Vec<Span> {
    let lines: Vec<Vec<u8>> = events
        .iter()
        .map(|event| event.to_string().into_bytes())
        .collect();
    let (spans, _) = fixtures::spans(&lines, Settings::default());
    check(&spans, "times");
    spans
}

fn is_time(value: &Json) -> bool {
    value.as_i64().is_some_and(|number| TIMES.contains(&number))
}

/// The places of an event's times, as JSON pointers.
fn times_of(event: &Json) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![(String::new(), event)];
    while let Some((pointer, value)) = pending.pop() {
        match value {
            Json::Object(members) => pending.extend(
                members
                    .iter()
                    .map(|(key, member)| (format!("{pointer}/{key}"), member)),
            ),
            Json::Array(items) => pending.extend(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| (format!("{pointer}/{index}"), item)),
            ),
            _ if is_time(value) => found.push(pointer),
            _ => {}
        }
    }
    found
}

fn is_inferred(span: &Span) -> bool {
    span.attribute(attribute::SPARK_SPAN_TIME_INFERRED)
        .is_some()
}

/// Scenario: each time of each event of a log, one after the other, is one that cannot be.
/// Guarantees: every span is there, none begins before the first believable time or ends after the last,
/// and if a span has another time than before, it or one below it says so.
#[test]
fn one_odd_time_moves_no_span_out_of_the_application() {
    let events = log();
    let whole = spans(&events);
    let first = whole.iter().map(|span| span.start_unix_ns).min().unwrap();
    let last = whole.iter().map(|span| span.end_unix_ns).max().unwrap();
    assert!(!whole.iter().any(is_inferred));
    let mut tried = 0;
    for place in 0..events.len() {
        for pointer in times_of(&events[place]) {
            let right = events[place].pointer(&pointer).unwrap().as_i64().unwrap();
            let odd = [
                0,
                -1,
                1,
                i64::MAX,
                i64::MIN,
                right + 400 * DAY_MS,
                right - 400 * DAY_MS,
            ];
            for time in odd {
                let mut events = events.clone();
                *events[place].pointer_mut(&pointer).unwrap() = time.into();
                let found = spans(&events);
                let context = format!("{pointer} of line {} is {time}", place + 1);
                assert_eq!(found.len(), whole.len(), "{context}");
                for span in &found {
                    assert!(span.start_unix_ns >= first, "{context}: {span:#?}");
                    assert!(span.end_unix_ns <= last, "{context}: {span:#?}");
                }
                let moved = found.iter().zip(&whole).any(|(found, whole)| {
                    (found.start_unix_ns, found.end_unix_ns)
                        != (whole.start_unix_ns, whole.end_unix_ns)
                });
                assert!(!moved || found.iter().any(is_inferred), "{context}");
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

/// Scenario: a machine is suspended for three days, or nothing runs over a weekend, at any place of a log.
/// Guarantees: the times are Spark's, to the millisecond.
#[test]
fn jump_that_goes_on_is_time_like_any_other() {
    let events = log();
    for place in 0..events.len() {
        let boundary = events[place..]
            .iter()
            .flat_map(|event| {
                let pointers = times_of(event);
                pointers
                    .into_iter()
                    .map(|pointer| event.pointer(&pointer).unwrap().as_i64().unwrap())
                    .collect::<Vec<_>>()
            })
            .min();
        let Some(boundary) = boundary else { continue };
        let mut shifted = events.clone();
        for event in &mut shifted {
            for pointer in times_of(event) {
                let time = event.pointer_mut(&pointer).unwrap();
                let number = time.as_i64().unwrap();
                if number >= boundary {
                    *time = (number + 3 * DAY_MS).into();
                }
            }
        }
        for span in spans(&shifted) {
            assert!(!is_inferred(&span), "from line {}: {span:#?}", place + 1);
        }
    }
}
