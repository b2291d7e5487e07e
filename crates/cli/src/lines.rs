//! Spans as lines of JSON that scripts and databases read: plain values, parents before children.
//!
//! OTLP's own JSON is for programs that speak OTLP: `sparkspan replay --to FILE` writes it.

use std::io::{self, Write};

use serde::ser::{Serialize, Serializer};
use sparkspan_model::{Attribute, Span, SpanKind, Status, Value};

use crate::trace::Trace;

/// A span, for programs.
#[derive(serde::Serialize)]
struct Line<'a> {
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<String>,
    /// How many spans of the trace are above it.
    depth: usize,
    name: &'a str,
    kind: &'static str,
    start_unix_ms: f64,
    duration_ms: f64,
    status: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    status_message: &'a str,
    attributes: Object<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<Event<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
    resource: Object<'a>,
}

#[derive(serde::Serialize)]
struct Event<'a> {
    name: &'a str,
    unix_ms: f64,
    attributes: Object<'a>,
}

#[derive(serde::Serialize)]
struct Link<'a> {
    trace_id: String,
    span_id: String,
    attributes: Object<'a>,
}

/// Attributes as an object.
struct Object<'a>(&'a [Attribute]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.0.iter();
        serializer.collect_map(entries.map(|Attribute { key, value, .. }| (key, Plain(value))))
    }
}

/// A value without OTLP's word for its type.
struct Plain<'a>(&'a Value);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(text) => text.serialize(serializer),
            Value::Bool(truth) => truth.serialize(serializer),
            Value::Int(number) => number.serialize(serializer),
            Value::Double(number) => number.serialize(serializer),
            Value::Strings(texts) => texts.serialize(serializer),
            Value::Ints(numbers) => numbers.serialize(serializer),
        }
    }
}

/// Writes a line for each span of the trace, in the order of the tree.
pub(crate) fn write(trace: &Trace, out: &mut dyn Write) -> io::Result<()> {
    let below = |positions: &[usize], depth| {
        let pending = positions
            .iter()
            .rev()
            .map(move |position| (*position, depth));
        pending.collect::<Vec<_>>()
    };
    let mut pending = below(trace.roots(), 0);
    while let Some((position, depth)) = pending.pop() {
        serde_json::to_writer(&mut *out, &line(trace.span(position), depth))?;
        out.write_all(b"\n")?;
        pending.extend(below(trace.children(position), depth + 1));
    }
    Ok(())
}

fn line(span: &Span, depth: usize) -> Line<'_> {
    let (status, status_message) = match &span.status {
        Status::Unset => ("unset", ""),
        Status::Ok => ("ok", ""),
        Status::Error(message) => ("error", &**message),
    };
    Line {
        trace_id: span.trace_id.to_string(),
        span_id: span.span_id.to_string(),
        parent_span_id: span.parent_span_id.map(|id| id.to_string()),
        depth,
        name: &span.name,
        kind: match span.kind {
            SpanKind::Internal => "internal",
            SpanKind::Server => "server",
            SpanKind::Client => "client",
            SpanKind::Producer => "producer",
            SpanKind::Consumer => "consumer",
        },
        start_unix_ms: milliseconds(span.start_unix_ns),
        duration_ms: milliseconds(span.end_unix_ns.saturating_sub(span.start_unix_ns)),
        status,
        status_message,
        attributes: Object(&span.attributes),
        events: span
            .events
            .iter()
            .map(|event| Event {
                name: &event.name,
                unix_ms: milliseconds(event.time_unix_ns),
                attributes: Object(&event.attributes),
            })
            .collect(),
        links: span
            .links
            .iter()
            .map(|link| Link {
                trace_id: link.trace_id.to_string(),
                span_id: link.span_id.to_string(),
                attributes: Object(&link.attributes),
            })
            .collect(),
        resource: Object(&span.resource.attributes),
    }
}

/// Exact to the microsecond, and no number that a reader of JSON would round to something else.
#[expect(clippy::cast_precision_loss, reason = "it stays far below 2^53")]
fn milliseconds(nanoseconds: u64) -> f64 {
    (nanoseconds / 1_000) as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::example;
    use crate::trace::traces;

    #[test]
    fn parents_come_before_children_with_their_depth() {
        let span = example::span;
        let traces = traces([
            span(3, Some(2), "grandchild", 2, 3),
            span(4, Some(1), "younger child", 5, 6),
            span(2, Some(1), "child", 1, 4),
            span(1, None, "root", 0, 9),
        ]);
        let mut written = Vec::new();
        write(&traces[0], &mut written).unwrap();
        let lines: Vec<serde_json::Value> = written
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        let told: Vec<_> = lines
            .iter()
            .map(|line| {
                (
                    line["name"].as_str().unwrap(),
                    line["depth"].as_u64().unwrap(),
                )
            })
            .collect();
        let expected = [
            ("root", 0),
            ("child", 1),
            ("grandchild", 2),
            ("younger child", 1),
        ];
        assert_eq!(told, expected);
        assert_eq!(lines[1]["parent_span_id"], "0000000000000001");
        assert_eq!(lines[1]["duration_ms"], 3.0);
        assert_eq!(lines[0]["resource"]["spark.app.name"], "nightly orders");
    }
}
