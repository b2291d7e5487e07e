//! What is true of every trace, whatever the log.

use std::collections::{HashMap, HashSet};

use sparkspan_engine::{Settings, TaskDetail};
use sparkspan_model::{Span, SpanId, TraceId, Value};
use sparkspan_semconv::{ATTRIBUTES, ValueType, attribute, value};

use crate::fixtures;

/// Every span has a parent that was sent, or is the root of its trace; no id is there twice; children
/// come before their parents and lie inside them.
pub(crate) fn check(spans: &[Span], context: &str) {
    let mut places: HashMap<(TraceId, SpanId), usize> = HashMap::new();
    for (place, span) in spans.iter().enumerate() {
        assert!(
            span.start_unix_ns <= span.end_unix_ns,
            "{context}: {span:#?}"
        );
        let twice = places.insert((span.trace_id, span.span_id), place);
        assert_eq!(twice, None, "{context}: sent twice: {span:#?}");
    }
    let mut roots = HashSet::new();
    for (place, span) in spans.iter().enumerate() {
        let Some(parent_id) = span.parent_span_id.filter(|_| !span.parent_is_remote) else {
            if span.parent_span_id.is_none() {
                assert!(
                    roots.insert(span.trace_id),
                    "{context}: a second root: {span:#?}"
                );
            }
            continue;
        };
        let parent_place = places.get(&(span.trace_id, parent_id));
        let parent_place = *parent_place.unwrap_or_else(|| panic!("{context}: orphan: {span:#?}"));
        let parent = &spans[parent_place];
        let late = span.attribute(attribute::SPARK_UNIT_LATE).is_some();
        assert!(
            late || place < parent_place,
            "{context}: sent after its parent: {span:#?}"
        );
        let inside =
            parent.start_unix_ns <= span.start_unix_ns && span.end_unix_ns <= parent.end_unix_ns;
        assert!(
            late || inside,
            "{context}: not inside its parent {parent:#?}: {span:#?}"
        );
    }
    for span in spans {
        let failed = matches!(span.status, sparkspan_model::Status::Error(_));
        let error_type = span.attribute(attribute::ERROR_TYPE);
        assert_eq!(failed, error_type.is_some(), "{context}: {span:#?}");
    }
}

#[test]
fn traces_of_all_fixtures_are_trees() {
    for fixture in fixtures::all() {
        for trace_tasks in [TaskDetail::Outliers, TaskDetail::All, TaskDetail::None] {
            let settings = Settings {
                trace_tasks,
                ..Settings::default()
            };
            let (spans, summary) = fixture.spans(settings);
            check(&spans, &fixture.name);
            assert_eq!(summary.spans, spans.len() as u64, "{}", fixture.name);
            assert!(
                summary.ended || fixture.log.in_progress(),
                "{}",
                fixture.name
            );
        }
    }
}

#[test]
fn traces_are_trees_without_sql_and_without_shuffles() {
    for fixture in fixtures::all() {
        for scope in [
            sparkspan_engine::Scope::Application,
            sparkspan_engine::Scope::Unit,
        ] {
            let settings = Settings {
                trace_sql: false,
                trace_shuffle: false,
                scope,
                ..Settings::default()
            };
            check(&fixture.spans(settings).0, &fixture.name);
        }
    }
}

#[test]
fn same_log_gives_same_spans() {
    for fixture in fixtures::all() {
        let (once, _) = fixture.spans(Settings::default());
        let (twice, _) = fixture.spans(Settings::default());
        assert!(once == twice, "{}", fixture.name);
    }
}

/// Scenario: the same log with settings that shape its spans otherwise.
/// Guarantees: no span of the one has an id of the other, so that both can stand in one store.
#[test]
fn other_shape_has_other_identity() {
    for fixture in fixtures::all() {
        let (usual, _) = fixture.spans(Settings::default());
        let shaped = Settings {
            trace_tasks: TaskDetail::All,
            ..Settings::default()
        };
        let (shaped, _) = fixture.spans(shaped);
        let ids: HashSet<_> = usual.iter().map(|span| span.span_id).collect();
        assert!(
            shaped.iter().all(|span| !ids.contains(&span.span_id)),
            "{}",
            fixture.name
        );
    }
}

/// Scenario: every attribute of every span of every fixture.
/// Guarantees: it is declared in the registry, with the type that it has.
#[test]
fn attributes_are_those_of_the_registry() {
    let declared: HashMap<&str, ValueType> = ATTRIBUTES
        .iter()
        .map(|(key, value_type, _)| (*key, *value_type))
        .collect();
    let type_of = |value: &Value| match value {
        Value::String(_) => ValueType::String,
        Value::Bool(_) => ValueType::Boolean,
        Value::Int(_) => ValueType::Int,
        Value::Double(_) => ValueType::Double,
        Value::Strings(_) => ValueType::Strings,
        Value::Ints(_) => unreachable!("no attribute is a list of numbers"),
    };
    for fixture in fixtures::all() {
        for span in fixture.spans(Settings::default()).0 {
            let of_events = span.events.iter().flat_map(|event| &event.attributes);
            let of_links = span.links.iter().flat_map(|link| &link.attributes);
            let all = span.attributes.iter().chain(&span.resource.attributes);
            for attribute in all.chain(of_events).chain(of_links) {
                let (key, expected) = match attribute.key.strip_prefix("spark.conf.") {
                    Some(_) => ("spark.conf", ValueType::StringTemplate),
                    None => (&*attribute.key, type_of(&attribute.value)),
                };
                assert_eq!(declared.get(key), Some(&expected), "{attribute:?}");
            }
            let keys: HashSet<_> = span.attributes.iter().map(|found| &found.key).collect();
            assert_eq!(keys.len(), span.attributes.len(), "a key twice: {span:#?}");
        }
    }
}

/// Scenario: the names of all spans of all fixtures.
/// Guarantees: they hold no id, path or date, so that last week's run has the same ones.
#[test]
fn names_hold_nothing_that_changes_from_run_to_run() {
    for fixture in fixtures::all() {
        for span in fixture.spans(Settings::default()).0 {
            let longest_number = span
                .name
                .split(|letter: char| !letter.is_ascii_digit())
                .map(str::len)
                .max();
            assert!(longest_number < Some(4), "{}", span.name);
            assert!(!span.name.contains(['/', '#', '\n']), "{}", span.name);
            assert!(span.name.chars().count() <= 255, "{}", span.name);
        }
    }
}

#[test]
fn host_name_is_always_there() {
    for fixture in fixtures::all() {
        for span in fixture.spans(Settings::default()).0 {
            assert!(
                span.resource.attribute(attribute::HOST_NAME).is_some(),
                "{span:#?}"
            );
        }
    }
}

/// Scenario: a trace that is limited to a few spans.
/// Guarantees: queries, jobs and stages are all there; tasks are left out once the limit is reached,
/// and the application says of how many units.
#[test]
fn full_trace_loses_its_tasks_only() {
    for fixture in fixtures::all() {
        let (usual, _) = fixture.spans(Settings::default());
        let (limited, _) = fixture.spans(Settings {
            max_spans: 1,
            ..Settings::default()
        });
        let count = |spans: &[Span], kind: &str| {
            let has_kind = |span: &&Span| {
                span.attribute(attribute::SPARK_SPAN_TYPE)
                    .and_then(Value::as_str)
                    == Some(kind)
            };
            spans.iter().filter(has_kind).count()
        };
        for kind in [
            value::spark_span_type::SQL,
            value::spark_span_type::JOB,
            value::spark_span_type::STAGE,
            value::spark_span_type::SHUFFLE_READ,
            value::spark_span_type::SHUFFLE_WRITE,
        ] {
            assert_eq!(
                count(&usual, kind),
                count(&limited, kind),
                "{} {kind}",
                fixture.name
            );
        }
        let without = limited.last().and_then(|application| {
            application
                .attribute(attribute::SPARK_APP_UNITS_WITHOUT_TASKS)?
                .as_int()
        });
        let lost = count(&usual, value::spark_span_type::TASK)
            - count(&limited, value::spark_span_type::TASK);
        assert_eq!(lost > 0, without.is_some(), "{}", fixture.name);
    }
}
