//! What a row says about its span: what it is, and the few things that tell most about it.

use sparkspan_model::{Span, Status, Value};
use sparkspan_semconv::value::{spark_outcome, spark_span_type};
use sparkspan_semconv::{attribute, span};

use super::quantity::{Bytes, Count, Duration, counted};

/// A stage's slowest task is worth a word when it took at least this many times the median …
const TELLING_SKEW: f64 = 2.0;
/// … and this long: the skew of what is over at once costs nobody anything.
const TELLING_TASK_MS: i64 = 1_000;

/// What a span is called in its row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// The kind of thing and its number, as Spark's own pages number it: `stage 12.1`.
    pub(crate) kind: String,
    /// What tells it from its siblings: `Scan > Exchange`.
    pub(crate) name: String,
}

/// Something worth knowing about a span.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// How bad it is.
    pub(crate) tone: Tone,
    /// The fact.
    pub(crate) text: String,
}

/// How bad a fact is. The words say it too: colours may not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Just so.
    Plain,
    /// Worth a look.
    Notice,
    /// A failure.
    Failure,
}

/// Which kind of thing a span shows: siblings of one kind fold together.
pub(crate) fn kind(span: &Span) -> &str {
    text(span, attribute::SPARK_SPAN_TYPE).unwrap_or(&span.name)
}

/// What `count` spans of a kind are called together.
pub(crate) fn plural(kind: &str, count: usize) -> String {
    let word = match kind {
        spark_span_type::SQL => "query",
        spark_span_type::PHASE => "planning phase",
        spark_span_type::SHUFFLE_READ => "shuffle read",
        spark_span_type::SHUFFLE_WRITE => "shuffle write",
        spark_span_type::CONNECT_OPERATION => "operation",
        other => other,
    };
    match (count, word) {
        (1, _) => word.to_owned(),
        (_, "query") => "queries".to_owned(),
        (_, "batch") => "batches".to_owned(),
        _ => format!("{word}s"),
    }
}

/// What the span is called.
pub(crate) fn label(span: &Span) -> Label {
    let id = |key| int(span, key).map_or_else(String::new, |id| format!(" {id}"));
    let after = |prefix: &str| {
        let rest = span.name.strip_prefix(prefix).unwrap_or(&span.name);
        rest.trim_start().to_owned()
    };
    let known = |key| text(span, key).unwrap_or_default().to_owned();
    let (kind, name) = match text(span, attribute::SPARK_SPAN_TYPE) {
        Some(spark_span_type::APPLICATION) => ("application".to_owned(), String::new()),
        Some(spark_span_type::SQL) => (
            format!("query{}", id(attribute::SPARK_SQL_EXECUTION_ID)),
            after(span::SQL),
        ),
        Some(spark_span_type::PHASE) => (known(attribute::SPARK_SQL_PHASE_NAME), String::new()),
        Some(spark_span_type::JOB) => (
            format!("job{}", id(attribute::SPARK_JOB_ID)),
            known(attribute::SPARK_JOB_DESCRIPTION),
        ),
        Some(spark_span_type::STAGE) => {
            let attempt = match int(span, attribute::SPARK_STAGE_ATTEMPT) {
                Some(attempt) if attempt > 0 => format!(".{attempt}"),
                _ => String::new(),
            };
            let stage = id(attribute::SPARK_STAGE_ID);
            (format!("stage{stage}{attempt}"), after(span::STAGE))
        }
        Some(spark_span_type::SHUFFLE_READ) => ("shuffle read".to_owned(), String::new()),
        Some(spark_span_type::SHUFFLE_WRITE) => ("shuffle write".to_owned(), String::new()),
        Some(spark_span_type::TASK) => (
            format!("task{}", id(attribute::SPARK_TASK_ID)),
            String::new(),
        ),
        Some(spark_span_type::BATCH) => (
            format!("batch{}", id(attribute::SPARK_STREAMING_BATCH_ID)),
            known(attribute::SPARK_STREAMING_QUERY_NAME),
        ),
        Some(spark_span_type::CONNECT_OPERATION) => {
            ("operation".to_owned(), after(span::CONNECT_OPERATION))
        }
        Some(spark_span_type::REPORT) => ("tracing".to_owned(), String::new()),
        _ => (String::new(), span.name.to_string()),
    };
    Label { kind, name }
}

/// What tells most about the span, the worst and weightiest first.
pub(crate) fn facts(span: &Span) -> Vec<Fact> {
    let mut facts = Facts {
        span,
        found: Vec::new(),
    };
    facts.outcome();
    match text(span, attribute::SPARK_SPAN_TYPE) {
        Some(spark_span_type::APPLICATION) => facts.application(),
        Some(spark_span_type::SQL) => facts.query(),
        Some(spark_span_type::JOB) => facts.job(),
        Some(spark_span_type::STAGE) => facts.stage(),
        Some(spark_span_type::SHUFFLE_READ) => facts.shuffle_read(),
        Some(spark_span_type::SHUFFLE_WRITE) => facts.shuffle_write(),
        Some(spark_span_type::TASK) => facts.task(),
        Some(spark_span_type::BATCH) => facts.batch(),
        Some(spark_span_type::REPORT) => facts.report(),
        Some(_) => {}
        None => facts.service(),
    }
    facts.found
}

fn text<'a>(span: &'a Span, key: &str) -> Option<&'a str> {
    span.attribute(key).and_then(Value::as_str)
}

fn int(span: &Span, key: &str) -> Option<i64> {
    span.attribute(key).and_then(Value::as_int)
}

struct Facts<'a> {
    span: &'a Span,
    found: Vec<Fact>,
}

impl Facts<'_> {
    fn say(&mut self, tone: Tone, text: String) {
        self.found.push(Fact { tone, text });
    }

    /// A number that is worth a word unless it is 0.
    fn positive(&self, key: &str) -> Option<i64> {
        int(self.span, key).filter(|number| *number > 0)
    }

    fn outcome(&mut self) {
        let span = self.span;
        if let Status::Error(message) = &span.status {
            let text = match text(span, attribute::ERROR_TYPE) {
                Some(class) => format!("failed: {}", class.rsplit('.').next().unwrap_or(class)),
                None if message.is_empty() => "failed".to_owned(),
                None => format!("failed: {message}"),
            };
            self.say(Tone::Failure, text);
        }
        if text(span, attribute::SPARK_OUTCOME) == Some(spark_outcome::KILLED) {
            let reason = text(span, attribute::SPARK_TASK_KILL_REASON);
            let text = reason.map_or("killed".to_owned(), |reason| format!("killed: {reason}"));
            self.say(Tone::Notice, text);
        }
        if span.attribute(attribute::SPARK_SPAN_INTERRUPTED) == Some(&Value::Bool(true)) {
            self.say(Tone::Notice, "end not known".to_owned());
        }
    }

    fn application(&mut self) {
        if self
            .span
            .attribute(attribute::SPARK_APP_REDACTION_UNUSABLE)
            .is_some()
        {
            self.say(Tone::Notice, "all texts withheld".to_owned());
        }
    }

    fn query(&mut self) {
        self.rows(attribute::SPARK_SQL_OUTPUT_ROWS, "written");
        self.bytes(attribute::SPARK_SQL_INPUT_BYTES, "read");
        if let Some(description) = text(self.span, attribute::SPARK_SQL_DESCRIPTION) {
            self.say(Tone::Plain, description.to_owned());
        }
    }

    fn job(&mut self) {
        if let Some(run) = self.positive(attribute::SPARK_JOB_STAGES_RUN) {
            self.say(Tone::Plain, counted(run, "stage"));
        }
        if let Some(skipped) = self.positive(attribute::SPARK_JOB_STAGES_SKIPPED) {
            self.say(Tone::Plain, format!("{} skipped", Count(skipped)));
        }
    }

    fn stage(&mut self) {
        let span = self.span;
        if let Some(failed) = self.positive(attribute::SPARK_STAGE_TASKS_FAILED) {
            self.say(Tone::Notice, format!("{} failed", counted(failed, "task")));
        }
        if let Some(Value::Double(skew)) = span.attribute(attribute::SPARK_STAGE_TASK_TIME_SKEW)
            && *skew >= TELLING_SKEW
            && int(span, attribute::SPARK_STAGE_TASK_TIME_MAX_MS) >= Some(TELLING_TASK_MS)
        {
            self.say(Tone::Notice, format!("skew {skew:.1}x"));
        }
        if let Some(spilled) = self.positive(attribute::SPARK_STAGE_DISK_SPILLED_BYTES) {
            self.say(Tone::Notice, format!("{} spilled", Bytes(spilled)));
        }
        if let Some(tasks) = self.positive(attribute::SPARK_STAGE_TASKS_TOTAL) {
            self.say(Tone::Plain, counted(tasks, "task"));
        }
        self.bytes(attribute::SPARK_STAGE_INPUT_BYTES, "read");
        self.bytes(attribute::SPARK_STAGE_OUTPUT_BYTES, "written");
    }

    fn shuffle_read(&mut self) {
        let sides = [
            attribute::SPARK_SHUFFLE_READ_LOCAL_BYTES,
            attribute::SPARK_SHUFFLE_READ_REMOTE_BYTES,
        ];
        let measured: Vec<i64> = sides
            .iter()
            .filter_map(|side| int(self.span, side))
            .collect();
        if !measured.is_empty() {
            let read = measured.into_iter().fold(0, i64::saturating_add);
            self.say(Tone::Plain, Bytes(read).to_string());
        }
        self.rows(attribute::SPARK_SHUFFLE_READ_RECORDS, "");
        if let Some(waited_ms) = self.positive(attribute::SPARK_SHUFFLE_READ_FETCH_WAIT_MS) {
            let ns = waited_ms.unsigned_abs().saturating_mul(1_000_000);
            // Tasks wait at the same time: only from a second on is it worth a look.
            let tone = if waited_ms >= 1_000 {
                Tone::Notice
            } else {
                Tone::Plain
            };
            self.say(tone, format!("waited {}", Duration { ns, unicode: false }));
        }
    }

    fn shuffle_write(&mut self) {
        self.bytes(attribute::SPARK_SHUFFLE_WRITE_BYTES, "");
        self.rows(attribute::SPARK_SHUFFLE_WRITE_RECORDS, "");
    }

    fn task(&mut self) {
        if let Some(attempt) = self.positive(attribute::SPARK_TASK_ATTEMPT) {
            self.say(Tone::Notice, format!("attempt {attempt}"));
        }
        if self.span.attribute(attribute::SPARK_TASK_SPECULATIVE) == Some(&Value::Bool(true)) {
            self.say(Tone::Notice, "speculative".to_owned());
        }
        if let Some(executor) = text(self.span, attribute::SPARK_EXECUTOR_ID) {
            self.say(Tone::Plain, format!("executor {executor}"));
        }
    }

    fn batch(&mut self) {
        self.rows(attribute::SPARK_STREAMING_INPUT_ROWS, "read");
        self.rows(attribute::SPARK_STREAMING_OUTPUT_ROWS, "written");
    }

    /// What the tracing itself lost.
    fn report(&mut self) {
        let before = self.found.len();
        for (key, what) in [
            (attribute::SPARK_SPARKSPAN_EVENTS_DROPPED, "event"),
            (attribute::SPARK_SPARKSPAN_EVENTS_UNUSABLE, "unusable event"),
            (attribute::SPARK_SPARKSPAN_SPANS_DROPPED, "span"),
            (attribute::SPARK_SPARKSPAN_TASKS_EVICTED, "task span"),
        ] {
            if let Some(lost) = self.positive(key) {
                self.say(Tone::Notice, format!("{} lost", counted(lost, what)));
            }
        }
        if self.found.len() == before {
            self.say(Tone::Plain, "nothing lost".to_owned());
        }
    }

    /// Who it is that Spark called, or was called by.
    fn service(&mut self) {
        let resource = &self.span.resource.attributes;
        let name = resource
            .iter()
            .find(|attribute| attribute.key == attribute::SERVICE_NAME);
        if let Some(name) = name.and_then(|name| name.value.as_str()) {
            self.say(Tone::Plain, format!("service {name}"));
        }
    }

    fn bytes(&mut self, key: &str, verb: &str) {
        if let Some(size) = self.positive(key) {
            self.say(
                Tone::Plain,
                format!("{} {verb}", Bytes(size)).trim_end().to_owned(),
            );
        }
    }

    fn rows(&mut self, key: &str, verb: &str) {
        if let Some(rows) = self.positive(key) {
            self.say(
                Tone::Plain,
                format!("{} {verb}", counted(rows, "row"))
                    .trim_end()
                    .to_owned(),
            );
        }
    }
}
