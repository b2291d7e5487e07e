//! Events that are not quite as Spark writes them, and those in which Spark itself cut half of a character.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use sparkspan_eventlog::discover;
use sparkspan_model::{Span, Status, Value};
use sparkspan_testkit::fixture;

use crate::command::{Ran, run};

fn case(name: &str) -> String {
    let cases = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    cases
        .join(name)
        .with_extension("zstd")
        .to_str()
        .unwrap()
        .to_owned()
}

fn replay(name: &str) -> Ran {
    run(["replay", &case(name), "--to", "-", "--final"])
}

fn spans(name: &str) -> Vec<Span> {
    replay(name).expect(0, ["sent"]).spans()
}

/// The spans without one attribute.
fn without(mut spans: Vec<Span>, key: &str) -> Vec<Span> {
    for span in &mut spans {
        span.attributes.retain(|attribute| attribute.key != key);
    }
    spans
}

/// Scenario: one field of one event is null.
/// Guarantees: all spans, with all that they have without it; the message names line, event and field, and nothing was
/// lost.
#[test]
fn null_costs_its_field() {
    for (name, base, line, field) in [
        (
            "null-flag",
            "base",
            34,
            "SparkListenerTaskEnd: Task Info.Speculative is null",
        ),
        (
            "null-spark-property",
            "base",
            4,
            "SparkListenerEnvironmentUpdate: Spark Properties.spark.some.key is null",
        ),
        (
            "null-watermark",
            "streaming-base",
            58,
            "QueryProgressEvent: progress.eventTime.watermark is null",
        ),
    ] {
        let line = format!("{name}.zstd:{line}: ");
        let told = ["left out ", &line, field];
        let spans_of_case = replay(name).expect(0, told).spans();
        assert_eq!(spans_of_case, spans(base), "{name}");
        let shown = run(["show", &case(name)]).expect(0, told);
        assert_eq!(shown.stdout, run(["show", &case(base)]).stdout);
    }
}

/// Scenario: a metric that 64 bits do not hold.
/// Guarantees: all spans; a value was lost, which the exit code says and `--json` counts.
#[test]
fn great_number_costs_its_field() {
    let field =
        "SparkListenerTaskEnd: Task Metrics.Peak Execution Memory is a number beyond 64 bits";
    let ran = replay("u64-metric").expect(2, ["u64-metric.zstd:34: ", field]);
    assert_eq!(ran.spans(), spans("base"));
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("out.jsonl");
    let case = case("u64-metric");
    let ran = run([
        "replay",
        &case,
        "--json",
        "--final",
        "--to",
        out.to_str().unwrap(),
    ]);
    let report: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let fields = &report["applications"][0]["odd_fields"];
    assert_eq!(
        (&fields["count"], &fields["values_lost"]),
        (&1.into(), &true.into())
    );
    assert_eq!(fields["first"][0]["event"], "SparkListenerTaskEnd");
}

/// Scenario: the times of one task, which every task has, are great, null or not set.
/// Guarantees: its span has none of them, nor what is derived from them, and all else; no 0 is invented.
#[test]
fn what_was_not_measured_is_absent() {
    let text = fs::read_to_string(fixture("3.5.9", "minimal")).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let spans = |text: &str| {
        fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        run(["replay", path, "--to", "-", "--set", "trace.tasks=all"]).spans()
    };
    let task = |spans: Vec<Span>| {
        let mut tasks = spans.into_iter().filter(|span| span.name == "spark.task");
        tasks
            .find(|task| has(task, "spark.task.id", &Value::Int(0)))
            .unwrap()
    };
    let whole = task(spans(&text));
    for odd in ["18446744073709551615", "null", "-1"] {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let ends = |line: &&mut String| line.contains("TaskEnd") && line.contains("\"Task ID\":0,");
        let line = lines.iter_mut().find(ends).unwrap();
        for metric in ["Executor Run Time", "Executor CPU Time"] {
            let (head, tail) = line.split_once(&format!("\"{metric}\":")).unwrap();
            let end = tail.find(',').unwrap();
            *line = format!("{head}\"{metric}\":{odd}{}", &tail[end..]);
        }
        let mut expected = vec![whole.clone()];
        for key in [
            "spark.task.run_ms",
            "spark.task.cpu_ns",
            "spark.task.scheduler_delay_ms",
        ] {
            let count = expected[0].attributes.len();
            expected = without(expected, key);
            assert_eq!(expected[0].attributes.len(), count - 1, "{key}");
        }
        assert_eq!(task(spans(&lines.join("\n"))), expected[0], "{odd}");
    }
}

/// Scenario: figures of the micro-batches, one at a time, are great, null or a fraction.
/// Guarantees: every batch is there, without that figure and what is made of it; a fraction is a whole number.
#[test]
fn odd_figure_of_a_batch_costs_that_figure() {
    let mut lines = discover(Path::new(&case("streaming-base"))).unwrap().logs[0].lines();
    let mut text = String::new();
    while let Some(line) = lines.next_line().unwrap() {
        text += std::str::from_utf8(line).unwrap();
        text.push('\n');
    }
    let base = spans("streaming-base");
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    for (figure, key) in [
        ("\"numInputRows\":100", "spark.streaming.input.rows"),
        ("\"numRowsTotal\":3", "spark.streaming.state.rows.total"),
        ("\"numOutputRows\":3", "spark.streaming.output.rows"),
    ] {
        assert!(text.contains(figure), "{figure}");
        let name = figure.split_once(':').unwrap().0;
        let replayed = |odd: &str| {
            fs::write(&path, text.replace(figure, odd)).unwrap();
            run(["replay", path.to_str().unwrap(), "--to", "-", "--final"]).spans()
        };
        for odd in ["18446744073709551615", "null", "[]"] {
            let spans = replayed(&format!("{name}:{odd}"));
            assert_eq!(spans, without(base.clone(), key), "{figure} {odd}");
            assert_ne!(spans, base);
        }
        assert_eq!(replayed(&format!("{figure}.9")), base, "{figure}");
    }
}

fn has(span: &Span, key: &str, value: &Value) -> bool {
    let mut attributes = span.attributes.iter();
    attributes.any(|attribute| attribute.key == key && attribute.value == *value)
}

/// Scenario: the rate of a batch is `"NaN"`, as Java writes that there is none.
/// Guarantees: every batch is there with its times, and all but that rate.
#[test]
fn rate_that_is_no_number_is_absent() {
    let rate = "spark.streaming.input.rows_per_second";
    let (odd, base) = (spans("nan-string"), spans("streaming-base"));
    assert_ne!(odd, base);
    assert_eq!(without(odd, rate), without(base, rate));
}

/// Scenario: logs of a real Spark with descriptions and filters that it cut in the middle of an emoji.
/// Guarantees: nothing is lost, every query is known by its plan, and no span is an error; U+FFFD is where the cut is.
#[test]
fn half_a_character_costs_itself() {
    for (name, queries, cut) in [
        ("truncated-description", 7, true),
        ("emoji-filters", 5, false),
    ] {
        let spans = spans(name);
        let text = |span: &Span, key: &str| {
            let found = span
                .attributes
                .iter()
                .find(|attribute| attribute.key == key);
            found.map(|attribute| match &attribute.value {
                Value::String(text) => text.clone(),
                other => format!("{other:?}").into(),
            })
        };
        let is_query = |span: &&Span| text(span, "spark.span.type").as_deref() == Some("sql");
        let found: Vec<_> = spans.iter().filter(is_query).collect();
        assert_eq!(found.len(), queries, "{name}");
        for query in &found {
            assert!(
                ["SELECT range", "INSERT parquet rdd", "SELECT parquet"].contains(&&*query.name),
                "{}",
                query.name
            );
            assert_eq!(query.status, Status::Unset, "{name}");
            for key in [
                "spark.sql.plan.text",
                "spark.sql.plan.initial_fingerprint",
                "spark.sql.plan.executed_fingerprint",
            ] {
                assert!(text(query, key).is_some(), "{name}: {key}");
            }
        }
        let has_cut = spans
            .iter()
            .flat_map(|span| &span.attributes)
            .any(|attribute| format!("{:?}", attribute.value).contains('\u{fffd}'));
        assert_eq!(has_cut, cut, "{name}");
    }
}

/// Scenario: the events of one task and of its job have texts that no line can hold.
/// Guarantees: all spans, for names, ids and times are there; both events are named, and the exit code says that
/// something was lost.
#[test]
fn line_that_is_too_long_costs_what_is_long_in_it() {
    let lines = fs::read_to_string(fixture("3.5.9", "minimal")).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let mut log = BufWriter::new(File::create(&path).unwrap());
    let mut lengthened = Vec::new();
    for line in lines.lines() {
        let place = ["SparkListenerJobStart", "SparkListenerTaskEnd"]
            .into_iter()
            .find(|event| line.contains(event) && !lengthened.contains(event));
        match place {
            Some(event) => {
                lengthened.push(event);
                let (head, tail) = line.split_once(',').unwrap();
                write!(log, "{head},\"Long\":\"").unwrap();
                log.write_all(&vec![b'x'; 65 << 20]).unwrap();
                writeln!(log, "\",{tail}").unwrap();
            }
            None => writeln!(log, "{line}").unwrap(),
        }
    }
    drop(log);
    let path = path.to_str().unwrap();
    let told = [
        "SparkListenerJobStart: what is long",
        "SparkListenerTaskEnd: what is long",
        "is too long",
    ];
    let whole = run([
        "replay",
        fixture("3.5.9", "minimal").to_str().unwrap(),
        "--to",
        "-",
    ]);
    let ran = run(["replay", path, "--to", "-"]).expect(2, told);
    let key = |span: &Span| (span.span_id, span.start_unix_ns, span.end_unix_ns);
    let keys = |spans: Vec<Span>| spans.iter().map(key).collect::<Vec<_>>();
    assert_eq!(keys(ran.spans()), keys(whole.spans()));
}

/// Scenario: a metric in a query's plan has lost its accumulator.
/// Guarantees: all spans, the query's with its plan; the message names line, event and the field in the plan.
#[test]
fn odd_metric_of_a_plan_costs_that_metric() {
    let text = fs::read_to_string(fixture("3.5.9", "minimal")).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let number = 1 + lines
        .iter()
        .position(|line| line.contains("SQLExecutionStart"))
        .unwrap();
    let start = &mut lines[number - 1];
    *start = start.replacen("\"accumulatorId\":", "\"accumulatorId\":null,\"lost\":", 1);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    let line = format!("log:{number}: SparkListenerSQLExecutionStart: sparkPlanInfo");
    let told = [&*line, "metrics.accumulatorId is null"];
    let ran = run(["replay", path.to_str().unwrap(), "--to", "-"]).expect(0, told);
    let whole = run([
        "replay",
        fixture("3.5.9", "minimal").to_str().unwrap(),
        "--to",
        "-",
    ])
    .spans();
    let key = |span: &Span| (span.span_id, span.name.clone());
    let keys = |spans: Vec<Span>| spans.iter().map(key).collect::<Vec<_>>();
    assert_eq!(keys(ran.spans()), keys(whole));
}

/// Scenario: one line is in another encoding.
/// Guarantees: that event is lost, and only that one.
#[test]
fn line_of_another_encoding_costs_its_event() {
    let told = [
        "left out 1 line that is no event",
        "latin1-line.zstd:13: not UTF-8",
    ];
    let ran = replay("latin1-line").expect(2, told);
    assert!(!ran.stderr.contains("malformed field"), "{}", ran.stderr);
}
