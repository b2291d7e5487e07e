//! Against a real Jaeger: what is sent is what is there.

use std::collections::{BTreeMap, BTreeSet};

use sparkspan_model::{Attribute, Span, SpanId, TraceId};
use sparkspan_otlp::read_json_line;
use sparkspan_testkit::{Jaeger, fixtures, wait_until};

use crate::command::run;

type Traces = BTreeMap<TraceId, BTreeMap<SpanId, Span>>;

fn by_trace(spans: Vec<Span>) -> Traces {
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

/// The trace as Jaeger has it, once it is all there.
fn stored(jaeger: &Jaeger, id: TraceId, spans: usize, raw: bool) -> Vec<Span> {
    let mut found = Vec::new();
    wait_until("Jaeger has the trace", || {
        let reply = jaeger.trace(&id.to_string(), raw);
        found = reply
            .map(|reply| read_json_line(&reply).unwrap())
            .unwrap_or_default();
        found.len() >= spans
    });
    found
}

fn assert_stored(jaeger: &Jaeger, log: &str, traces: &Traces) {
    for (id, expected) in traces {
        let raw = by_trace(stored(jaeger, *id, expected.len(), true))
            .remove(id)
            .unwrap();
        let ids: BTreeSet<_> = raw.keys().collect();
        assert_eq!(ids, expected.keys().collect(), "{log}: trace {id}");
        for (span_id, span) in raw {
            assert_eq!(sorted(span), sorted(expected[&span_id].clone()), "{log}");
        }
        let cooked = stored(jaeger, *id, expected.len(), false);
        assert_eq!(cooked.len(), expected.len(), "{log}: trace {id}");
        for span in cooked {
            let warnings = span
                .attributes
                .iter()
                .find(|found| found.key.contains("warning"));
            assert_eq!(warnings, None, "{log}: {}", span.name);
            let parent = span.parent_span_id.filter(|_| !span.parent_is_remote);
            let is_orphan = parent.is_some_and(|parent| !expected.contains_key(&parent));
            assert!(!is_orphan, "{log}: {}", span.name);
        }
    }
}

/// Scenario: every committed log is replayed into a real Jaeger over HTTP, then again.
/// Guarantees: every span is stored as it was made, field by field; Jaeger warns of nothing and finds no
/// orphan; the second time adds nothing.
#[test]
fn jaeger_has_every_span_as_it_was_sent() {
    let Some(jaeger) = Jaeger::start() else {
        return;
    };
    for fixture in fixtures() {
        let log = fixture.log.to_str().unwrap();
        let traces = by_trace(run(["replay", log, "--to", "-", "--final"]).spans());
        for _ in 0..2 {
            run(["replay", log, "--final", "--to", &jaeger.otlp_http()]).expect(0, ["sent"]);
            assert_stored(&jaeger, log, &traces);
        }
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
}
