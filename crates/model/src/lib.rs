//! What a trace is: the vocabulary that every other crate shares.
//!
//! The types follow the OpenTelemetry trace data model (OTLP `trace.proto`): a [`Span`] belongs to
//! a trace, is described by attributes, points to other spans by links, and was produced by a
//! [`Resource`]. Nothing here knows Apache Spark, and nothing does input or output.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::panic, clippy::unwrap_used, clippy::expect_used)
)]

mod context;
mod id;
mod sink;
mod span;
mod value;

pub use context::{ParseTraceParentError, TraceParent};
pub use id::{ParseIdError, SpanId, TraceId};
pub use sink::SpanSink;
pub use span::{Link, Resource, Span, SpanEvent, SpanKind, Status};
pub use value::{Attribute, Value};
