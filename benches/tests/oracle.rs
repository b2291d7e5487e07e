//! OpenTelemetry's own encoder says what the bytes should mean.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use prost::Message as _;
use sparkspan_bench_opentelemetry::{key_values, resource, span_data, tasks};
use sparkspan_model::{Attribute, Link, Span, SpanEvent, SpanKind, Status};
use sparkspan_otlp::{Batcher, MAX_REQUEST_BYTES};

/// Tasks, and one span with everything that a span can have.
fn spans() -> Vec<Span> {
    let mut spans = tasks(100);
    let trace_id = spans[0].trace_id;
    let link = Link {
        trace_id,
        span_id: spans[1].span_id,
        attributes: vec![Attribute::new("spark.shuffle.id", 3)],
    };
    let event = SpanEvent {
        time_unix_ns: 1_700_000_000_123_456_789,
        name: "exception".into(),
        attributes: vec![Attribute::new("exception.type", "FetchFailed")],
    };
    let full = &mut spans[0];
    full.parent_is_remote = true;
    full.kind = SpanKind::Server;
    full.status = Status::Error("It failed.".into());
    full.links = vec![link];
    full.events = vec![event];
    full.attributes.extend([
        Attribute::new("double", 0.5),
        Attribute::new("negative", -1),
        Attribute::new("texts", vec!["a".to_owned(), String::new()]),
        Attribute::new("numbers", vec![1_i64, -1]),
        Attribute::new("empty", ""),
    ]);
    spans[1].parent_span_id = None;
    spans[1].status = Status::Ok;
    spans
}

/// Scenario: the same spans go through sparkspan's encoder and through OpenTelemetry's.
/// Guarantees: the messages are equal, but for what both forms of an empty message mean the same.
#[test]
fn message_equals_that_of_opentelemetry() {
    let spans = spans();
    let attributes = key_values(&resource().attributes);
    let resource = Resource::builder_empty()
        .with_attributes(attributes)
        .build();
    let data = spans.iter().map(span_data).collect();
    let mut expected = ExportTraceServiceRequest {
        resource_spans: group_spans_by_resource_and_scope(
            data,
            &ResourceAttributesWithSchema::from(&resource),
        ),
    };

    let mut batcher = Batcher::new(MAX_REQUEST_BYTES);
    for span in spans {
        assert_eq!(batcher.push(span), None);
    }
    let bytes = batcher.take().expect("spans were pushed").bytes;
    let mut message = ExportTraceServiceRequest::decode(bytes.as_slice()).expect("it decodes");

    for message in [&mut expected, &mut message] {
        normalise(message);
    }
    assert_eq!(message, expected);
}

fn normalise(message: &mut ExportTraceServiceRequest) {
    for group in &mut message.resource_spans {
        if let Some(resource) = &mut group.resource {
            // A resource of the SDK is a hash map.
            resource
                .attributes
                .sort_by(|left, right| left.key.cmp(&right.key));
        }
        for span in group
            .scope_spans
            .iter_mut()
            .flat_map(|scope| &mut scope.spans)
        {
            span.status.get_or_insert_default();
            for link in &mut span.links {
                // The model does not know where a link's span was, and says nothing.
                link.flags = 0;
            }
        }
    }
}
