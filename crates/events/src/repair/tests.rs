use serde::Deserialize;
use serde::de::value::Error as NoValue;
use serde::de::{Deserializer, Visitor};
use serde_json::{Value as Json, json};

use super::*;
use crate::*;

const EVENTS: [&str; 24] = [
    "SparkListenerTaskEnd",
    "SparkListenerTaskStart",
    "SparkListenerStageSubmitted",
    "SparkListenerStageCompleted",
    "SparkListenerJobStart",
    "SparkListenerJobEnd",
    "org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart",
    "org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd",
    "org.apache.spark.sql.execution.ui.SparkListenerSQLAdaptiveExecutionUpdate",
    "org.apache.spark.sql.execution.ui.SparkListenerDriverAccumUpdates",
    "io.sparkspan.SqlPlanningEvent",
    "SparkListenerExecutorAdded",
    "SparkListenerExecutorRemoved",
    "SparkListenerLogStart",
    "SparkListenerApplicationStart",
    "SparkListenerApplicationEnd",
    "SparkListenerEnvironmentUpdate",
    "org.apache.spark.sql.streaming.StreamingQueryListener$QueryProgressEvent",
    "org.apache.spark.sql.streaming.StreamingQueryListener$QueryTerminatedEvent",
    "org.apache.spark.sql.connect.service.SparkListenerConnectOperationStarted",
    "org.apache.spark.sql.connect.service.SparkListenerConnectOperationFinished",
    "org.apache.spark.sql.connect.service.SparkListenerConnectOperationFailed",
    "org.apache.spark.sql.connect.service.SparkListenerConnectOperationCanceled",
    "org.apache.spark.sql.connect.service.SparkListenerConnectOperationClosed",
];

/// A value of the shape, with every member.
fn sample(shape: &Shape) -> Json {
    match shape {
        Shape::Int => json!(7),
        Shape::Float => json!(1.5),
        Shape::Bool => json!(true),
        Shape::Text | Shape::Property => json!("text"),
        Shape::Total => json!("42"),
        Shape::Raw => json!({"nodeName": "Range"}),
        Shape::Object(members) => {
            let entry = |member: &Member| (member.name.to_owned(), sample(&member.shape));
            Json::Object(members.iter().map(entry).collect())
        }
        Shape::List(element) | Shape::Pair(element) => json!([sample(element), sample(element)]),
        Shape::Map(entry) => json!({"one": sample(entry), "two": sample(entry)}),
        Shape::Properties => json!({"spark.one": "1", "spark.two": "2"}),
    }
}

fn sample_event(name: &str) -> Json {
    let mut event = sample(&Shape::Object(members_of(simple_name(name))));
    event["Event"] = json!(name);
    event
}

fn strict(line: &Json) -> Option<String> {
    let line = line.to_string();
    let event = Event::parse(line.as_bytes()).ok()?;
    Some(format!("{event:?}"))
}

fn lenient(line: &str) -> (Result<String, String>, Repair) {
    let mut repair = Repair::default();
    let event = Event::read(line.as_bytes(), &mut repair);
    let event = event.map(|event| format!("{event:?}"));
    (event.map_err(|error| error.to_string()), repair)
}

/// The way to a member, as JSON pointer and as oddities show it, and whether the event, or the element that it is in,
/// needs it.
struct Place {
    pointer: String,
    field: String,
    presence: Presence,
    needed_by_event: bool,
    kind: &'static str,
}

fn places(members: &'static [Member], above: &Place, found: &mut Vec<Place>) {
    for member in members {
        let (mut shape, mut pointer, mut field) = (
            &member.shape,
            format!("{}/{}", above.pointer, member.name),
            format!(
                "{}{}{}",
                above.field,
                if above.field.is_empty() { "" } else { "." },
                member.name
            ),
        );
        let is_needed = above.needed_by_event && member.presence == Presence::Required;
        found.push(Place {
            pointer: pointer.clone(),
            field: field.clone(),
            presence: member.presence,
            needed_by_event: is_needed,
            kind: match shape {
                Shape::Int => "int",
                Shape::Text => "text",
                _ => "",
            },
        });
        let mut needed_by_event = is_needed;
        if let Shape::List(element) = shape {
            (shape, needed_by_event) = (element, false);
            pointer += "/1";
            field += "[1]";
        }
        if let Shape::Object(members) = shape {
            let above = Place {
                pointer,
                field,
                presence: member.presence,
                needed_by_event,
                kind: "",
            };
            places(members, &above, found);
        }
    }
}

fn places_of(name: &str) -> Vec<Place> {
    let root = Place {
        pointer: String::new(),
        field: String::new(),
        presence: Presence::Required,
        needed_by_event: true,
        kind: "",
    };
    let mut found = Vec::new();
    places(members_of(simple_name(name)), &root, &mut found);
    found
}

fn without(line: &Json, pointer: &str) -> Json {
    let mut line = line.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    line.pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove(name);
    line
}

fn with(line: &Json, pointer: &str, value: Json) -> Json {
    let mut line = line.clone();
    *line.pointer_mut(pointer).unwrap() = value;
    line
}

/// Scenario: events with all their members; of each member in turn, null stands there, or nothing.
/// Guarantees: what the shapes say of a member is what the strict reading makes of it, so that no field can be added to
/// one of them alone.
#[test]
fn shapes_say_what_the_strict_reading_does() {
    for name in EVENTS {
        let line = sample_event(name);
        assert!(strict(&line).is_some(), "{line}");
        for Place {
            pointer, presence, ..
        } in places_of(name)
        {
            let takes_null = strict(&with(&line, &pointer, Json::Null)).is_some();
            assert_eq!(
                takes_null,
                presence == Presence::Optional,
                "{name} {pointer}"
            );
            let takes_nothing = strict(&without(&line, &pointer)).is_some();
            assert_eq!(
                takes_nothing,
                presence != Presence::Required,
                "{name} {pointer}"
            );
        }
    }
}

/// The members that the strict reading of a struct knows.
fn members_read<'de, T: Deserialize<'de>>() -> Vec<&'static str> {
    struct Asking<'n>(&'n mut Vec<&'static str>);

    impl<'de> Deserializer<'de> for Asking<'_> {
        type Error = NoValue;

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, NoValue> {
            self.0.extend(fields);
            Err(serde::de::Error::custom("asked"))
        }

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NoValue> {
            Err(serde::de::Error::custom("no struct"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let mut names = Vec::new();
    let _ = T::deserialize(Asking(&mut names));
    names.sort_unstable();
    names
}

#[test]
fn shapes_have_the_members_that_structs_have() {
    fn check<'de, T: Deserialize<'de>>(members: &[Member]) {
        let names = members
            .iter()
            .flat_map(|member| [Some(member.name), member.alias]);
        let mut names: Vec<_> = names.flatten().collect();
        names.sort_unstable();
        assert_eq!(names, members_read::<T>());
    }
    fn inside(members: &'static [Member], name: &str) -> &'static [Member] {
        let member = members.iter().find(|member| member.name == name).unwrap();
        match &member.shape {
            Shape::Object(members) | Shape::List(Shape::Object(members)) => members,
            other => panic!("{name} is {other:?}"),
        }
    }

    check::<LogStart<'_>>(members_of("SparkListenerLogStart"));
    check::<ApplicationStart<'_>>(members_of("SparkListenerApplicationStart"));
    check::<ApplicationEnd>(members_of("SparkListenerApplicationEnd"));
    let environment = members_of("SparkListenerEnvironmentUpdate");
    check::<EnvironmentUpdate<'_>>(environment);
    check::<SystemProperties<'_>>(inside(environment, "System Properties"));
    let added = members_of("SparkListenerExecutorAdded");
    check::<ExecutorAdded<'_>>(added);
    check::<ExecutorInfo<'_>>(inside(added, "Executor Info"));
    check::<ExecutorAttributes<'_>>(inside(inside(added, "Executor Info"), "Attributes"));
    check::<ExecutorRemoved<'_>>(members_of("SparkListenerExecutorRemoved"));
    let job = members_of("SparkListenerJobStart");
    check::<JobStart<'_>>(job);
    check::<LocalProperties<'_>>(inside(job, "Properties"));
    let stage = inside(job, "Stage Infos");
    check::<StageInfo<'_>>(stage);
    check::<RddInfo<'_>>(inside(stage, "RDD Info"));
    check::<Accumulable<'_>>(inside(stage, "Accumulables"));
    let job_end = members_of("SparkListenerJobEnd");
    check::<JobEnd<'_>>(job_end);
    check::<JobResult<'_>>(inside(job_end, "Job Result"));
    check::<JobException<'_>>(inside(inside(job_end, "Job Result"), "Exception"));
    check::<StageSubmitted<'_>>(members_of("SparkListenerStageSubmitted"));
    check::<StageCompleted<'_>>(members_of("SparkListenerStageCompleted"));
    check::<TaskStart<'_>>(members_of("SparkListenerTaskStart"));
    let task = members_of("SparkListenerTaskEnd");
    check::<TaskEnd<'_>>(task);
    check::<TaskInfo<'_>>(inside(task, "Task Info"));
    check::<TaskEndReason<'_>>(inside(task, "Task End Reason"));
    let metrics = inside(task, "Task Metrics");
    check::<TaskMetrics>(metrics);
    let shuffle_read = inside(metrics, "Shuffle Read Metrics");
    check::<ShuffleReadMetrics>(shuffle_read);
    check::<PushBasedShuffle>(inside(shuffle_read, "Push Based Shuffle"));
    check::<ShuffleWriteMetrics>(inside(metrics, "Shuffle Write Metrics"));
    check::<InputMetrics>(inside(metrics, "Input Metrics"));
    check::<OutputMetrics>(inside(metrics, "Output Metrics"));
    check::<SqlExecutionStart<'_>>(members_of("SparkListenerSQLExecutionStart"));
    check::<SqlAdaptiveExecutionUpdate<'_>>(members_of("SparkListenerSQLAdaptiveExecutionUpdate"));
    check::<DriverAccumUpdates>(members_of("SparkListenerDriverAccumUpdates"));
    check::<SqlExecutionEnd<'_>>(members_of("SparkListenerSQLExecutionEnd"));
    let planning = members_of("SqlPlanningEvent");
    check::<SqlPlanning<'_>>(planning);
    check::<SqlPlanningPhase<'_>>(inside(planning, "phases"));
    let progress = members_of("QueryProgressEvent");
    check::<QueryProgressEvent<'_>>(progress);
    let progress = inside(progress, "progress");
    check::<QueryProgress<'_>>(progress);
    check::<StateOperatorProgress>(inside(progress, "stateOperators"));
    check::<SourceProgress>(inside(progress, "sources"));
    check::<SinkProgress>(inside(progress, "sink"));
    check::<QueryTerminated<'_>>(members_of("QueryTerminatedEvent"));
    check::<ConnectOperationStarted<'_>>(members_of("SparkListenerConnectOperationStarted"));
    check::<ConnectOperation<'_>>(members_of("SparkListenerConnectOperationClosed"));
}

/// Scenario: each member of each event in turn holds what it cannot: something of another kind, null, a great number, or
/// nothing.
/// Guarantees: the event is what it is without that member, which is named; without what it is about, the event is
/// refused by that name; and an element without what it is about costs that element.
#[test]
fn odd_member_costs_that_member() {
    for name in EVENTS {
        let line = sample_event(name);
        for Place {
            pointer,
            field,
            presence,
            needed_by_event,
            kind,
        } in places_of(name)
        {
            // The plan is for another reader.
            if pointer == "/sparkPlanInfo" {
                continue;
            }
            let missing = without(&line, &pointer);
            let of_another_kind = if kind == "text" {
                json!([])
            } else {
                json!("x")
            };
            for odd in [
                Some(of_another_kind.clone()),
                Some(Json::Null),
                Some(json!(u64::MAX)),
                None,
            ] {
                let (expected, text) = match &odd {
                    None => (strict(&missing), missing.to_string()),
                    // Any number is a text too.
                    Some(Json::Number(_)) if kind != "int" => continue,
                    Some(odd) => (
                        strict(&missing),
                        with(&line, &pointer, odd.clone()).to_string(),
                    ),
                };
                let (event, repair) = lenient(&text);
                if needed_by_event {
                    let message = event.unwrap_err();
                    assert!(message.starts_with(simple_name(name)), "{message}");
                    assert!(message.contains(&field), "{message}: {field}");
                    continue;
                }
                let event = event.unwrap_or_else(|error| panic!("{error}: {text}"));
                if let Some(expected) = expected {
                    assert_eq!(event, expected, "{text}");
                }
                let is_odd = presence == Presence::Required
                    || !(odd.is_none()
                        || (odd == Some(Json::Null) && presence == Presence::Optional));
                if is_odd && !pointer.ends_with("/Value") {
                    assert_eq!(repair.count(), 1, "{text}");
                    assert_eq!(repair.event(), simple_name(name));
                    assert_eq!(repair.oddities()[0].field, field);
                    assert_eq!(repair.loses_values(), odd == Some(json!(u64::MAX)));
                }
            }
        }
    }
}

/// Scenario: every number of every event is written with a fraction, as a text, or comes after another of its name;
/// every text has half of a surrogate pair in it; there are members that nobody knows, and a byte order mark.
/// Guarantees: the event is the same, and nothing was left out.
#[test]
fn what_spark_takes_is_taken() {
    for name in EVENTS {
        let line = sample_event(name);
        let expected = strict(&line).unwrap();
        let text = line.to_string();
        let unknown = format!(r#"{{"New":[{{"a":[NaN,{{}}]}},"\udc00"],{}"#, &text[1..]);
        for odd in [format!("\u{feff}{text}"), unknown] {
            let (event, repair) = lenient(&odd);
            assert_eq!(event.unwrap(), expected);
            assert_eq!(repair.count(), 0);
        }
        for Place { pointer, kind, .. } in places_of(name) {
            let (value, odd): (Json, &[&str]) = match kind {
                "int" => (
                    json!(-3),
                    &["-3.0", "-3.7", "\"-3\"", "-3e0", "null,X:-3", "9e99,X:-3"],
                ),
                "text" => (
                    json!("5\u{fffd}"),
                    &[r#""5\ud83d""#, r#""5\udc4d""#, r#"[],X:"5\ud83d""#],
                ),
                _ => continue,
            };
            let expected = strict(&with(&line, &pointer, value)).unwrap();
            let member = pointer.rsplit_once('/').unwrap().1;
            for odd in odd {
                let odd = odd.replace('X', &format!("{member:?}"));
                let odd = with(&line, &pointer, json!("#"))
                    .to_string()
                    .replace("\"#\"", &odd);
                let (event, repair) = lenient(&odd);
                assert_eq!(event.as_ref(), Ok(&expected), "{odd}");
                let replaced =
                    odd.contains("null,") || odd.contains("9e99,") || odd.contains("[],");
                assert!(repair.count() <= u64::from(replaced), "{odd}");
            }
        }
    }
}

/// Scenario: one of the entries that have names of their own is odd.
/// Guarantees: only that entry is lost; a property's value is not known; a rate that is no number is how Java writes that
/// there is none.
#[test]
fn odd_entry_costs_that_entry() {
    let environment = |extra: &str| {
        format!(
            r#"{{"Event":"SparkListenerEnvironmentUpdate","Spark Properties":{{{extra}"spark.master":"yarn"}}}}"#
        )
    };
    for (name, odd, field) in [
        ("spark.x", "null", "Spark Properties.spark.x is null"),
        (
            "spark.x",
            r#"{"a":[]}"#,
            "Spark Properties.spark.x is an object",
        ),
        ("a\\u001b\\u0007", "[]", "Spark Properties.a is a list"),
    ] {
        let entry = |value: &str| environment(&format!(r#""{name}":{value},"#));
        let unknown = lenient(&entry(r#""*********(redacted)""#)).0;
        let (event, repair) = lenient(&entry(odd));
        assert_eq!(event, unknown);
        assert_eq!(repair.oddities()[0].to_string(), field);
        assert!(!repair.loses_values());
    }
    for twice in [
        r#""spark.master":"local","#,
        r#""a":"1","a":{},"#,
        r#""a":"1","\u0061":null,"#,
    ] {
        let line = environment(twice);
        let mut repair = Repair::default();
        let Ok(Event::EnvironmentUpdate(update)) = Event::read(line.as_bytes(), &mut repair) else {
            panic!("{line}");
        };
        let properties = update.spark_properties;
        assert_eq!(properties.get("spark.master"), Some("yarn"), "{line}");
        let unknown = line.contains("\"a\"").then_some("*********(redacted)");
        assert_eq!(properties.get("a"), unknown, "{line}");
    }
    let (event, _) = lenient(&environment(r#""spark.n":5,"spark.m":"half \ud83d","#));
    let event = event.unwrap();
    assert!(
        event.contains(r#"("spark.n", "5"), ("spark.m", "half �")"#),
        "{event}"
    );

    let progress = |duration: &str, watermark: &str, rate: &str| {
        format!(
            r#"{{"Event":"a.StreamingQueryListener$QueryProgressEvent","progress":{{"id":"i","runId":"r","batchId":3,
            "durationMs":{{{duration}"addBatch":5}},"eventTime":{{{watermark}}},
            "sources":[{{"numInputRows":9,"inputRowsPerSecond":{rate}}}]}}}}"#
        )
    };
    let plain = lenient(&progress("", "", "null")).0.unwrap();
    for rate in [r#""NaN""#, r#""Infinity""#, "NaN", "-Infinity", "1e999"] {
        let (event, repair) = lenient(&progress("", "", rate));
        assert_eq!(event.as_ref(), Ok(&plain), "{rate}");
        assert_eq!(repair.count(), 0, "{rate}");
    }
    let (event, repair) = lenient(&progress(
        r#""getBatch":null,"#,
        r#""watermark":null"#,
        "null",
    ));
    assert_eq!(event, Ok(plain));
    assert_eq!(repair.count(), 2);

    let updates = |updates: &str| {
        format!(
            r#"{{"Event":"x.SparkListenerDriverAccumUpdates","executionId":1,"accumUpdates":[{updates}[1,2]]}}"#
        )
    };
    let plain = lenient(&updates("")).0.unwrap();
    for odd in ["[1],", "[1,2,3],", "[1,null],", "null,", "[[],{}],"] {
        let (event, repair) = lenient(&updates(odd));
        assert_eq!(event.as_ref(), Ok(&plain), "{odd}");
        assert_eq!(repair.count(), 1);
    }
}

/// Scenario: lines that are no events, and an event in which millions of fields are odd.
/// Guarantees: the former are refused as before; of the latter only a few are named.
#[test]
fn what_is_broken_stays_broken() {
    let line = sample_event("SparkListenerTaskEnd").to_string();
    for end in 0..line.len() {
        assert!(lenient(&line[..end]).0.is_err(), "cut at {end}");
    }
    for line in [
        "",
        "5",
        "[]",
        "{}",
        r#"{"Event":null}"#,
        r#"{"Event":5,"x":NaN}"#,
        "{\"Event\":\"x\"}}",
    ] {
        assert!(lenient(line).0.is_err(), "{line}");
    }
    let mut latin1 = line.clone().into_bytes();
    let at = latin1.iter().position(|byte| *byte == b'x').unwrap();
    latin1[at] = 0xe9;
    let mut repair = Repair::default();
    let refused = Event::read(&latin1, &mut repair);
    assert!(matches!(refused, Err(ParseError::Encoding(_))));

    let ids = "null,".repeat(100_000);
    let line = format!(r#"{{"Event":"SparkListenerJobStart","Job ID":1,"Stage IDs":[{ids}3]}}"#);
    let (event, repair) = lenient(&line);
    assert!(event.unwrap().contains("stage_ids: [3]"));
    assert_eq!(
        (repair.count(), repair.oddities().len()),
        (100_000, NAMED_ODDITIES)
    );
}

/// Scenario: lines that nest as deep as a megabyte allows, in each place of an event, on a thread with a stack of 1 MiB.
/// Guarantees: they are read like any other odd value, or refused.
#[test]
fn depth_of_a_line_costs_no_stack() {
    let deep = |open: &str, close: &str| open.repeat(100_000) + "1" + &close.repeat(100_000);
    let read = move || {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), ("[{\"Stage ID\":", "}]")] {
            let value = deep(open, close);
            for name in [EVENTS[4], EVENTS[6], EVENTS[9], EVENTS[16], EVENTS[17]] {
                let line = sample_event(name);
                for Place { pointer, .. } in places_of(name) {
                    let line = with(&line, &pointer, json!("#")).to_string();
                    let _ = lenient(&line.replace("\"#\"", &value));
                }
                let unknown = line
                    .to_string()
                    .replacen('{', &format!("{{\"x\":{value},"), 1);
                assert_eq!(lenient(&unknown).0.ok(), strict(&line));
            }
            assert!(lenient(&value).0.is_err());
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    thread.spawn(read).unwrap().join().unwrap();
}
