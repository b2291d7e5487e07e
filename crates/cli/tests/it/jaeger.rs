//! Against a real Jaeger: what is sent is what is there.

use std::collections::BTreeMap;

use sparkspan_model::{Attribute, Span, SpanId, SpanSink as _, TraceId};
use sparkspan_otlp::{Endpoint, Exporter, Settings, read_json_line};
use sparkspan_testkit::{Jaeger, fixtures, wait_until};

use crate::command::run;

pub(crate) type Traces = BTreeMap<TraceId, BTreeMap<SpanId, Span>>;

pub(crate) fn by_trace(spans: Vec<Span>) -> Traces {
    let mut traces = Traces::new();
    for span in spans {
        let twin = traces
            .entry(span.trace_id)
            .or_default()
            .insert(span.span_id, span);
        assert_eq!(twin, None, "a span is there once");
    }
    traces
}

/// Jaeger keeps no order of attributes.
fn sorted(mut span: Span) -> Span {
    let sort = |attributes: &mut Vec<Attribute>| attributes.sort_by(|a, b| a.key.cmp(&b.key));
    sort(&mut span.attributes);
    for event in &mut span.events {
        sort(&mut event.attributes);
    }
    for link in &mut span.links {
        sort(&mut link.attributes);
    }
    let mut resource = (*span.resource).clone();
    sort(&mut resource.attributes);
    span.resource = resource.into();
    span
}

/// The trace as Jaeger stores it, once it has so many spans.
pub(crate) fn stored(jaeger: &Jaeger, id: TraceId, spans: usize) -> Vec<Span> {
    let mut found = Vec::new();
    wait_until("Jaeger has the trace", || {
        found = read(jaeger, id, true);
        found.len() >= spans
    });
    found
}

fn read(jaeger: &Jaeger, id: TraceId, raw: bool) -> Vec<Span> {
    let reply = jaeger.trace(&id.to_string(), raw);
    reply
        .map(|reply| read_json_line(&reply).unwrap())
        .unwrap_or_default()
}

/// Every span is stored as it was made, field by field.
pub(crate) fn assert_stored(jaeger: &Jaeger, log: &str, traces: &Traces) {
    for (id, expected) in traces {
        let stored = by_trace(stored(jaeger, *id, expected.len()));
        let stored = &stored[id];
        assert!(stored.keys().eq(expected.keys()), "{log}: trace {id}");
        for (span_id, span) in stored {
            let expected = sorted(expected[span_id].clone());
            assert_eq!(sorted(span.clone()), expected, "{log}");
        }
    }
}

/// The user interface gets every span once, warned of nothing and under a parent that is there.
pub(crate) fn assert_shown(jaeger: &Jaeger, log: &str, traces: &Traces) {
    for (id, expected) in traces {
        let shown = by_trace(read(jaeger, *id, false));
        let shown = &shown[id];
        assert!(shown.keys().eq(expected.keys()), "{log}: trace {id}");
        for span in shown.values() {
            let warning = span
                .attributes
                .iter()
                .find(|found| found.key.contains("warning"));
            assert_eq!(warning, None, "{log}: {}", span.name);
            let is_orphan = span
                .parent_span_id
                .is_some_and(|parent| !shown.contains_key(&parent));
            assert!(!is_orphan, "{log}: {}", span.name);
        }
    }
}

/// The spans that the callers would have sent: each lasts as long as what it called.
fn callers(traces: &Traces) -> Vec<Span> {
    let mut callers = Traces::new();
    for called in traces.values().flat_map(BTreeMap::values) {
        let Some(id) = called.parent_span_id.filter(|_| called.parent_is_remote) else {
            continue;
        };
        let caller = callers
            .entry(called.trace_id)
            .or_default()
            .entry(id)
            .or_insert_with(|| Span {
                span_id: id,
                parent_span_id: None,
                parent_is_remote: false,
                name: "caller".into(),
                links: Vec::new(),
                ..called.clone()
            });
        caller.start_unix_ns = caller.start_unix_ns.min(called.start_unix_ns);
        caller.end_unix_ns = caller.end_unix_ns.max(called.end_unix_ns);
    }
    callers
        .into_values()
        .flat_map(BTreeMap::into_values)
        .collect()
}

pub(crate) fn send(jaeger: &Jaeger, spans: &[Span]) {
    let mut exporter = Exporter::start(&Settings {
        endpoint: Endpoint::Base(jaeger.otlp_http()),
        ..Settings::default()
    })
    .unwrap();
    spans.iter().for_each(|span| exporter.accept(span.clone()));
    assert_eq!(exporter.finish().sent, spans.len() as u64);
}

/// Scenario: every committed log is replayed into a real Jaeger over HTTP, then again.
/// Guarantees: every span is stored as it was made, field by field; Jaeger warns of nothing and finds no
/// orphan; the second time adds nothing to what it shows.
#[test]
fn jaeger_has_every_span_as_it_was_sent() {
    // The same callers call the applications of each version, which share their traces.
    for logs in fixtures().chunk_by(|one, other| one.version == other.version) {
        let Some(jaeger) = Jaeger::start() else {
            return;
        };
        for fixture in logs {
            assert_replayed(&jaeger, fixture.log.to_str().unwrap());
        }
    }
}

fn assert_replayed(jaeger: &Jaeger, log: &str) {
    let mut spans = run(["replay", log, "--to", "-", "--final"]).spans();
    let callers = callers(&by_trace(spans.clone()));
    spans.extend_from_slice(&callers);
    let traces = by_trace(spans);
    for times in 1..=2 {
        send(jaeger, &callers);
        run(["replay", log, "--final", "--to", &jaeger.otlp_http()]).expect(0, ["sent"]);
        for (id, spans) in &traces {
            stored(jaeger, *id, times * spans.len());
        }
        if times == 1 {
            assert_stored(jaeger, log, &traces);
        }
        assert_shown(jaeger, log, &traces);
    }
}

#[test]
fn jaeger_has_every_span_that_was_sent_by_grpc() {
    let Some(jaeger) = Jaeger::start() else {
        return;
    };
    let log = sparkspan_testkit::fixture("4.3.0", "sql");
    let log = log.to_str().unwrap();
    let traces = by_trace(run(["replay", log, "--to", "-"]).spans());
    let to = jaeger.otlp_grpc();
    run(["replay", log, "--to", &to, "--set", "protocol=grpc"]).expect(0, ["sent"]);
    assert_stored(&jaeger, log, &traces);
    assert_shown(&jaeger, log, &traces);
}
