//! The same spans for sparkspan's exporter and for OpenTelemetry's.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use opentelemetry::trace as otel;
use opentelemetry::{Array, InstrumentationScope, KeyValue, StringValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use rustix::time::{ClockId, clock_gettime};
use sparkspan_model::{
    Attribute, Link, Resource, Span, SpanEvent, SpanId, SpanKind, Status, TraceId, Value,
};

/// The only process that all spans are of: OpenTelemetry's exporter has one resource.
pub fn resource() -> Arc<Resource> {
    Arc::new(Resource {
        attributes: vec![
            Attribute::new("service.name", "etl-executor"),
            Attribute::new("host.name", "ip-10-0-11-7.ec2.internal"),
        ],
    })
}

/// Tasks of 20 attributes each, with numbers that repeat as little as a real application's.
pub fn tasks(count: u64) -> Vec<Span> {
    let resource = resource();
    (0..count).map(|task| a_task(task, &resource)).collect()
}

fn a_task(task: u64, resource: &Arc<Resource>) -> Span {
    // A multiplicative hash: well spread, and the same each time.
    let number = |salt: u64, below: u64| {
        let hash = (task * 20 + salt + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((hash >> 20) % below) as i64
    };
    let id = |salt: u64| number(salt, u64::MAX).to_be_bytes();
    let start_unix_ns = 1_700_000_000_000_000_000 + task * 1_000_000;
    let executor = task % 32;
    let mut attributes = vec![
        Attribute::new("spark.span.type", "task"),
        Attribute::new("spark.stage.id", (task / 1_000) as i64),
        Attribute::new("spark.stage.attempt", 0),
        Attribute::new("spark.task.id", task as i64),
        Attribute::new("spark.task.attempt", 0),
        Attribute::new("spark.task.partition", (task % 1_000) as i64),
        Attribute::new("spark.executor.id", executor.to_string()),
        Attribute::new(
            "spark.task.host",
            format!("ip-10-0-11-{executor}.ec2.internal"),
        ),
        Attribute::new("spark.task.locality", "NODE_LOCAL"),
        Attribute::new("spark.task.speculative", false),
        Attribute::new("spark.task.outcome", "Success"),
    ];
    for (salt, key) in [
        "spark.task.run_ms",
        "spark.task.cpu_ms",
        "spark.task.gc_ms",
        "spark.task.scheduler_delay_ms",
        "spark.task.deserialize_ms",
        "spark.shuffle.read.remote_bytes",
        "spark.shuffle.read.records",
        "spark.shuffle.write.bytes",
        "spark.task.peak_memory_bytes",
    ]
    .into_iter()
    .enumerate()
    {
        attributes.push(Attribute::new(key, number(salt as u64, 1 << 24)));
    }
    Span {
        trace_id: TraceId::from_bytes([0x5a; 16]),
        span_id: SpanId::from_bytes(id(17)),
        parent_span_id: Some(SpanId::from_bytes((task / 1_000 + 1).to_be_bytes())),
        parent_is_remote: false,
        trace_state: "".into(),
        name: "spark.task".into(),
        kind: SpanKind::Internal,
        start_unix_ns,
        end_unix_ns: start_unix_ns + 1_000_000 * number(0, 1 << 24) as u64,
        attributes,
        events: Vec::new(),
        links: Vec::new(),
        status: Status::Unset,
        resource: Arc::clone(resource),
    }
}

/// The span as OpenTelemetry's SDK would hand it to its exporter.
pub fn span_data(span: &Span) -> SpanData {
    let parent = span.parent_span_id.map(|parent| *parent.as_bytes());
    let mut events = SpanEvents::default();
    events.events = span.events.iter().map(event).collect();
    let mut links = SpanLinks::default();
    links.links = span.links.iter().map(link).collect();
    SpanData {
        span_context: context(&span.trace_id, &span.span_id, otel::TraceFlags::SAMPLED),
        parent_span_id: otel::SpanId::from_bytes(parent.unwrap_or_default()),
        parent_span_is_remote: span.parent_is_remote,
        span_kind: match span.kind {
            SpanKind::Internal => otel::SpanKind::Internal,
            SpanKind::Server => otel::SpanKind::Server,
            SpanKind::Client => otel::SpanKind::Client,
            SpanKind::Producer => otel::SpanKind::Producer,
            SpanKind::Consumer => otel::SpanKind::Consumer,
        },
        name: span.name.clone(),
        start_time: time(span.start_unix_ns),
        end_time: time(span.end_unix_ns),
        attributes: key_values(&span.attributes),
        dropped_attributes_count: 0,
        events,
        links,
        status: match &span.status {
            Status::Unset => otel::Status::Unset,
            Status::Ok => otel::Status::Ok,
            Status::Error(message) => otel::Status::error(message.clone()),
        },
        instrumentation_scope: InstrumentationScope::builder("sparkspan")
            .with_version(env!("CARGO_PKG_VERSION"))
            .build(),
    }
}

/// The attributes as OpenTelemetry's.
pub fn key_values(attributes: &[Attribute]) -> Vec<KeyValue> {
    let strings = |texts: &[std::borrow::Cow<'static, str>]| {
        texts
            .iter()
            .map(|text| StringValue::from(text.clone()))
            .collect()
    };
    let value = |value: &Value| match value {
        Value::String(text) => opentelemetry::Value::from(text.clone()),
        Value::Bool(truth) => (*truth).into(),
        Value::Int(number) => (*number).into(),
        Value::Double(number) => (*number).into(),
        Value::Strings(texts) => opentelemetry::Value::Array(Array::String(strings(texts))),
        Value::Ints(numbers) => opentelemetry::Value::Array(Array::I64(numbers.clone())),
    };
    attributes
        .iter()
        .map(|attribute| KeyValue::new(attribute.key.clone(), value(&attribute.value)))
        .collect()
}

fn context(trace_id: &TraceId, span_id: &SpanId, flags: otel::TraceFlags) -> otel::SpanContext {
    otel::SpanContext::new(
        otel::TraceId::from_bytes(*trace_id.as_bytes()),
        otel::SpanId::from_bytes(*span_id.as_bytes()),
        flags,
        false,
        otel::TraceState::default(),
    )
}

fn event(event: &SpanEvent) -> otel::Event {
    let attributes = key_values(&event.attributes);
    otel::Event::new(event.name.clone(), time(event.time_unix_ns), attributes, 0)
}

fn link(link: &Link) -> otel::Link {
    let context = context(&link.trace_id, &link.span_id, otel::TraceFlags::default());
    otel::Link::new(context, key_values(&link.attributes), 0)
}

fn time(unix_ns: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_nanos(unix_ns)
}

/// The CPU time of this process so far, of all its threads.
pub fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
