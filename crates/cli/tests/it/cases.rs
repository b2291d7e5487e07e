//! The event logs of `tests/cases`, each with one thing in it that readers stumble over.

use std::fs;
use std::path::{Path, PathBuf};

use sparkspan_eventlog::discover;
use sparkspan_model::{Span, Value};
use sparkspan_semconv::{attribute, value::spark_span_type};
use sparkspan_testkit::fixture;

use crate::command::{Ran, run};

/// The log of a case.
fn case(name: &str) -> PathBuf {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    cases.join(name).with_extension("zstd")
}

/// Replays a log to its end, and asserts that none of its secrets comes out anywhere.
fn replay(log: &Path) -> Ran {
    let ran = run(["replay", log.to_str().unwrap(), "--final", "--to", "-"]);
    let shown = run(["show", log.to_str().unwrap(), "--color", "never"]);
    for text in [&ran.stdout, &shown.stdout] {
        assert!(
            !String::from_utf8_lossy(text).contains("canary"),
            "{}",
            log.display()
        );
    }
    for said in [&ran.stderr, &shown.stderr] {
        assert!(!said.contains("canary"), "{said}");
    }
    ran
}

/// The spans of a case that is replayed without any loss.
fn spans(name: &str) -> Vec<Span> {
    replay(&case(name)).expect(0, []).spans()
}

fn of_type<'a>(spans: &'a [Span], span_type: &str) -> Vec<&'a Span> {
    let is_type = |span: &&Span| text(span, attribute::SPARK_SPAN_TYPE) == Some(span_type);
    spans.iter().filter(is_type).collect()
}

fn text<'a>(span: &'a Span, key: &str) -> Option<&'a str> {
    span.attribute(key).and_then(Value::as_str)
}

/// Scenario: the log that the others were made of.
/// Guarantees: 15 spans, as the log of the fixtures that it is.
#[test]
fn base_is_whole() {
    let spans = spans("base");
    let count = |span_type| of_type(&spans, span_type).len();
    assert_eq!(spans.len(), 15);
    for (span_type, expected) in [
        (spark_span_type::APPLICATION, 1),
        (spark_span_type::SQL, 1),
        (spark_span_type::JOB, 3),
        (spark_span_type::STAGE, 3),
        (spark_span_type::TASK, 5),
        (spark_span_type::SHUFFLE_WRITE, 1),
        (spark_span_type::SHUFFLE_READ, 1),
    ] {
        assert_eq!(count(span_type), expected, "{span_type}");
    }
    assert!(spans == replay(&fixture("3.5.9", "minimal")).spans());
}

/// Scenario: one line is not UTF-8.
/// Guarantees: it is as a lost event of its kind, and a warning names it.
#[test]
fn line_that_is_not_utf8_is_a_lost_event() {
    let log = case("latin1-line");
    let ran = replay(&log).expect(2, ["warning: ", "latin1-line.zstd:13", "not UTF-8"]);
    let discovered = discover(&log).unwrap().logs;
    let mut lines = discovered[0].lines();
    let mut rest = Vec::new();
    while let Some(line) = lines.next_line().unwrap() {
        if std::str::from_utf8(line).is_ok() {
            rest.extend_from_slice(line);
            rest.push(b'\n');
        }
    }
    let directory = tempfile::tempdir().unwrap();
    let without = directory.path().join("log");
    fs::write(&without, rest).unwrap();
    assert!(ran.spans() == replay(&without).spans());
}

/// Scenario: an expression of Spark's redaction cannot be compiled.
/// Guarantees: every text is withheld, and one warning and the application's span name the property.
#[test]
fn expression_that_cannot_be_compiled_withholds_texts_and_is_said() {
    let property = "spark.sql.redaction.string.regex";
    let log = case("redaction-lookbehind");
    let ran = replay(&log).expect(0, ["warning: all texts are withheld", property]);
    assert_eq!(ran.stderr.matches(property).count(), 1, "{}", ran.stderr);
    let spans = ran.spans();
    assert_eq!(spans.len(), 15);
    for span in &spans {
        let said = text(span, attribute::SPARK_APP_REDACTION_UNUSABLE);
        let is_application =
            text(span, attribute::SPARK_SPAN_TYPE) == Some(spark_span_type::APPLICATION);
        assert_eq!(said, is_application.then_some(property));
        for key in [
            attribute::SPARK_JOB_DESCRIPTION,
            attribute::SPARK_SQL_DESCRIPTION,
            attribute::DB_QUERY_TEXT,
        ] {
            assert!(matches!(text(span, key), None | Some("?")), "{span:?}");
        }
    }
    let shown = run(["show", log.to_str().unwrap()]).expect(0, ["warning: all texts are withheld"]);
    assert_eq!(
        shown.stderr.matches(property).count(),
        1,
        "{}",
        shown.stderr
    );
    let drawing = String::from_utf8(shown.stdout).unwrap();
    assert!(drawing.contains("all texts withheld"), "{drawing}");
}

/// Scenario: what Spark's own redaction is cannot be read: a property, or all of them, or their event.
/// Guarantees: every text is withheld, which one warning says; everything else is there.
#[test]
fn redaction_that_is_not_known_withholds_texts() {
    let discovered = discover(&case("base")).unwrap().logs;
    let mut lines = discovered[0].lines();
    let mut log = Vec::new();
    while let Some(line) = lines.next_line().unwrap() {
        log.push(String::from_utf8(line.to_vec()).unwrap());
    }
    let whole = spans("base");
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let properties = r#""Spark Properties":{"#;
    let set = |value: &str| format!(r#"{properties}"spark.sql.redaction.string.regex":{value},"#);
    for (odd, exit) in [
        (set("null"), 0),
        (set("[\"a\"]"), 0),
        (r#""Spark Properties":null,"x":{"#.to_owned(), 0),
        (r#""Spark Properties":"","x":{"#.to_owned(), 0),
        (r#""Spark Properties":!{"#.to_owned(), 2),
    ] {
        let lines = log.iter().map(|line| line.replacen(properties, &odd, 1));
        fs::write(&path, lines.collect::<Vec<_>>().join("\n") + "\n").unwrap();
        let ran = replay(&path).expect(exit, ["warning: all texts are withheld", "hint: "]);
        assert_eq!(ran.stderr.matches("all texts").count(), 1, "{odd}");
        let spans = ran.spans();
        assert_eq!(spans.len(), whole.len(), "{odd}");
        for span in &spans {
            for key in [
                attribute::SPARK_JOB_DESCRIPTION,
                attribute::SPARK_SQL_DESCRIPTION,
            ] {
                assert!(
                    matches!(text(span, key), None | Some("?")),
                    "{odd}: {span:?}"
                );
            }
        }
    }
}

/// Scenario: Spark cut a description within an emoji, and the texts of plans.
/// Guarantees: no query lacks its name, description, plan or metrics; what stands at the cut is U+FFFD.
#[test]
fn text_that_is_cut_within_an_emoji_costs_no_event() {
    let truncated = spans("truncated-description");
    let emojis = spans("emoji-filters");
    for (spans, queries) in [(&truncated, 7), (&emojis, 5)] {
        let found = of_type(spans, spark_span_type::SQL);
        assert_eq!(found.len(), queries);
        for query in found {
            for key in [
                attribute::DB_QUERY_SUMMARY,
                attribute::SPARK_SQL_PLAN_INITIAL_FINGERPRINT,
                attribute::SPARK_SQL_PLAN_EXECUTED_FINGERPRINT,
                attribute::SPARK_SQL_PLAN_TEXT,
            ] {
                assert!(text(query, key).is_some(), "{key}: {query:?}");
            }
        }
    }
    let first = of_type(&truncated, spark_span_type::SQL)
        .into_iter()
        .find(|query| query.attribute(attribute::SPARK_SQL_EXECUTION_ID) == Some(&Value::Int(0)));
    assert_eq!(
        text(first.unwrap(), attribute::SPARK_SQL_DESCRIPTION),
        Some("weekly report of likes \u{fffd}")
    );
    let selects: Vec<&Span> = of_type(&emojis, spark_span_type::SQL)
        .into_iter()
        .filter(|query| query.name == "SELECT parquet")
        .collect();
    assert_eq!(selects.len(), 4);
    for query in selects {
        let plan = text(query, attribute::SPARK_SQL_PLAN_TEXT).unwrap();
        assert!(plan.contains("number of output rows"), "{plan}");
    }
}

/// Asserts that the spans of a case are those of another one, but for these attributes, which they lack.
fn assert_lacks(name: &str, base: &str, keys: &[&str]) {
    let without = |spans: Vec<Span>| -> Vec<Span> {
        let lacking = spans.into_iter().map(|mut span| {
            let attributes = &mut span.attributes;
            attributes.retain(|attribute| !keys.contains(&attribute.key.as_ref()));
            span
        });
        lacking.collect()
    };
    let found = replay(&case(name)).spans();
    assert!(without(found) == without(spans(base)), "{name}");
}

/// Scenario: a metric of a task is beyond 63 bits, a flag is null, a Spark property is null.
/// Guarantees: nothing else is missing, the application's other properties included.
#[test]
fn odd_field_costs_that_field() {
    let memory = attribute::SPARK_TASK_PEAK_EXECUTION_MEMORY_BYTES;
    assert_lacks("u64-metric", "base", &[memory]);
    let spans = replay(&case("u64-metric")).spans();
    let greatest = spans
        .iter()
        .filter_map(|span| span.attribute(memory)?.as_int());
    assert!(greatest.max().unwrap_or(0) < 1 << 40);
    assert_lacks("null-flag", "base", &[]);
    assert_lacks("null-spark-property", "base", &[]);
}

/// Scenario: the rates of a query's progress are `"NaN"`, its watermark is null.
/// Guarantees: every batch is there with its times, and lacks the rate alone; there is no watermark to be lacked.
#[test]
fn odd_progress_keeps_its_batch() {
    let base = spans("streaming-base");
    for name in ["nan-string", "null-watermark"] {
        let found = replay(&case(name)).spans();
        let (found, expected) = (
            of_type(&found, spark_span_type::BATCH),
            of_type(&base, spark_span_type::BATCH),
        );
        assert_eq!(found.len(), 2, "{name}");
        for (found, expected) in found.into_iter().zip(expected) {
            assert_eq!(found.start_unix_ns, expected.start_unix_ns, "{name}");
            assert_eq!(found.end_unix_ns, expected.end_unix_ns, "{name}");
            assert_eq!(text(found, attribute::SPARK_OUTCOME), Some("succeeded"));
            assert_eq!(found.attribute(attribute::SPARK_STREAMING_WATERMARK), None);
            for attribute in &expected.attributes {
                let value = found.attribute(&attribute.key);
                if name == "nan-string"
                    && attribute.key == attribute::SPARK_STREAMING_INPUT_ROWS_PER_SECOND
                {
                    assert_eq!(value, None);
                } else if !attribute.key.ends_with("rows_per_second") {
                    assert_eq!(value, Some(&attribute.value), "{name}: {}", attribute.key);
                }
            }
        }
    }
}

/// Scenario: a query starts at no time, a stage completes in the year 292 million.
/// Guarantees: no span lies outside the believable times of the log, and the one that the time was of says that its
/// time was not Spark's.
#[test]
fn time_that_cannot_be_is_not_shown() {
    let base = spans("base");
    let application = of_type(&base, spark_span_type::APPLICATION)[0];
    for (name, span_type, id) in [
        (
            "sqlstart-no-time",
            spark_span_type::SQL,
            attribute::SPARK_SQL_EXECUTION_ID,
        ),
        (
            "stage-completion-max",
            spark_span_type::STAGE,
            attribute::SPARK_STAGE_ID,
        ),
    ] {
        let found = replay(&case(name)).spans();
        assert_eq!(found.len(), 15, "{name}");
        for span in &found {
            assert!(
                span.start_unix_ns >= application.start_unix_ns,
                "{name}: {span:?}"
            );
            assert!(
                span.end_unix_ns <= application.end_unix_ns,
                "{name}: {span:?}"
            );
        }
        let odd = if name == "sqlstart-no-time" { 0 } else { 3 };
        let of = |spans: &[Span]| -> Span {
            let mut of_type = of_type(spans, span_type).into_iter();
            of_type
                .find(|span| span.attribute(id) == Some(&Value::Int(odd)))
                .unwrap()
                .clone()
        };
        let (found, expected) = (of(&found), of(&base));
        let mut marks = found.attributes.iter();
        assert!(
            marks
                .any(|mark| mark.value == Value::Bool(true)
                    && expected.attribute(&mark.key).is_none()),
            "{name}: {found:?}"
        );
    }
}

/// The texts of users that spans show: names, statements, descriptions, messages.
fn texts(spans: &[Span]) -> Vec<&str> {
    let texts = spans.iter().flat_map(|span| {
        let keys = [
            attribute::DB_QUERY_TEXT,
            attribute::SPARK_SQL_DESCRIPTION,
            attribute::SPARK_JOB_DESCRIPTION,
        ];
        let texts = keys.into_iter().filter_map(|key| text(span, key));
        texts.chain([span.name.as_ref()])
    });
    texts.collect()
}

/// Scenario: statements with a raw string that ends in a backslash, in brackets, as descriptions of jobs, whole and cut.
/// Guarantees: each literal is a `?`, wherever the statement stands; no secret and no number comes out.
#[test]
fn statements_lose_their_literals_wherever_they_stand() {
    for (name, statement) in [
        (
            "raw-string",
            "SELECT * FROM t WHERE dir = ? AND password = ? AND pin = ?",
        ),
        ("paren-first", "(SELECT * FROM t WHERE pin = ?)"),
        (
            "sql-descriptions",
            "select max(id) from t where s rlike ? and s != ?",
        ),
        (
            "sql-descriptions",
            "select max(id) from t where id = ? and id < ?",
        ),
        (
            "sql-descriptions",
            "select max(id) from t where s like ? or s = ?",
        ),
        (
            "truncated-description",
            "select * from t where age = ? and pin = ? and dir = ? and pw = ?",
        ),
    ] {
        let spans = replay(&case(name)).spans();
        let texts = texts(&spans);
        assert!(texts.contains(&statement), "{name}: {texts:?}");
        for text in texts {
            let mut words = text.split(|character: char| !character.is_alphanumeric());
            assert!(
                !words.any(|word| ["42", "123", "7", "12", "77", "secretpin"].contains(&word)),
                "{name}: {text}"
            );
        }
    }
}

/// Scenario: the last adaptive update of a plan comes after the query's end.
/// Guarantees: the query has the last plan. What its stages are called was decided by the plan of their time.
#[test]
fn plan_update_after_the_end_counts() {
    let (late, base) = (spans("aqe-update-after-end"), spans("base"));
    assert_eq!(
        of_type(&late, spark_span_type::SQL),
        of_type(&base, spark_span_type::SQL)
    );
    assert_eq!(late.len(), base.len());
}
