//! Which stage reads which shuffle: against what a listener saw of the shuffle ids, which no log holds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sparkspan_engine::Settings;
use sparkspan_model::{Link, Span, Value};
use sparkspan_semconv::{attribute, value};

use crate::fixtures;
use crate::history_server::answer;

type StageId = (i64, i64);

#[test]
fn shuffle_links_are_those_that_spark_knows() {
    let mut links = 0;
    for fixture in fixtures::all() {
        let (spans, summary) = fixture.spans(Settings::default());
        let Some(oracle) = fixture
            .oracle(&summary)
            .and_then(|path| answer(&path, "shuffles"))
        else {
            continue;
        };
        let wrote: BTreeMap<StageId, &Span> =
            of_type(&spans, value::spark_span_type::SHUFFLE_WRITE)
                .map(|span| (stage_of(span), span))
                .collect();
        for reader in of_type(&spans, value::spark_span_type::SHUFFLE_READ) {
            let found: BTreeSet<StageId> = reader.links.iter().map(writer_of).collect();
            let expected = expected_links(&oracle, reader, &wrote);
            assert_eq!(
                found,
                expected,
                "{} stage {:?}",
                fixture.name,
                stage_of(reader)
            );
            links += found.len();
        }
    }
    assert!(links > 0);
}

#[test]
fn links_lead_to_spans() {
    for fixture in fixtures::all() {
        let (spans, _) = fixture.spans(Settings::default());
        let ids: HashMap<_, _> = spans
            .iter()
            .map(|span| ((span.trace_id, span.span_id), span))
            .collect();
        for span in of_type(&spans, value::spark_span_type::SHUFFLE_READ) {
            for link in &span.links {
                let writer = ids
                    .get(&(link.trace_id, link.span_id))
                    .expect("a link to nothing");
                assert_eq!(stage_of(writer), writer_of(link), "{}", fixture.name);
            }
        }
    }
}

/// The attempts that wrote a shuffle that the reader reads, as far as they had when it did: one that was
/// lost and made again later was read by others.
fn expected_links(
    oracle: &serde_json::Value,
    reader: &Span,
    wrote: &BTreeMap<StageId, &Span>,
) -> BTreeSet<StageId> {
    let stages = oracle["stages"].as_array().unwrap();
    let number = |json: &serde_json::Value| json.as_i64().unwrap();
    let id = |stage: &serde_json::Value| (number(&stage["stage"]), number(&stage["attempt"]));
    let stage = stages
        .iter()
        .find(|stage| id(stage) == stage_of(reader))
        .expect("an unknown reader");
    let reads: BTreeSet<i64> = stage["reads"]
        .as_array()
        .unwrap()
        .iter()
        .map(number)
        .collect();
    stages
        .iter()
        .filter(|writer| {
            writer["writes"]
                .as_i64()
                .is_some_and(|shuffle| reads.contains(&shuffle))
        })
        .map(id)
        .filter(|writer| {
            wrote
                .get(writer)
                .is_some_and(|span| span.start_unix_ns <= reader.end_unix_ns)
        })
        .collect()
}

fn of_type<'a>(spans: &'a [Span], kind: &'a str) -> impl Iterator<Item = &'a Span> {
    spans.iter().filter(move |span| {
        span.attribute(attribute::SPARK_SPAN_TYPE)
            .and_then(Value::as_str)
            == Some(kind)
    })
}

fn stage_of(span: &Span) -> StageId {
    let number = |key| span.attribute(key).and_then(Value::as_int).unwrap();
    (
        number(attribute::SPARK_STAGE_ID),
        number(attribute::SPARK_STAGE_ATTEMPT),
    )
}

fn writer_of(link: &Link) -> StageId {
    let number = |key: &str| {
        let attribute = link
            .attributes
            .iter()
            .find(|attribute| attribute.key == key);
        attribute
            .and_then(|attribute| attribute.value.as_int())
            .unwrap()
    };
    (
        number(attribute::SPARK_STAGE_ID),
        number(attribute::SPARK_STAGE_ATTEMPT),
    )
}
