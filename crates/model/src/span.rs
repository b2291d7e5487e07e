//! A span and what hangs on it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::{Attribute, SpanId, TraceId, Value};

/// One finished operation of a trace (OTLP `Span`).
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// The trace that the span belongs to.
    pub trace_id: TraceId,
    /// The span's own id, unique within the trace.
    pub span_id: SpanId,
    /// The span that this one is part of; `None` for the root of a trace.
    pub parent_span_id: Option<SpanId>,
    /// The parent was made by another process: a caller's span.
    pub parent_is_remote: bool,
    /// W3C `tracestate` as the caller gave it; empty when there is none.
    pub trace_state: Cow<'static, str>,
    /// What kind of operation it is; holds no id, literal, path or date.
    pub name: Cow<'static, str>,
    /// The span's role between services.
    pub kind: SpanKind,
    /// When it began: nanoseconds since the Unix epoch.
    pub start_unix_ns: u64,
    /// When it ended: nanoseconds since the Unix epoch, never before `start_unix_ns`.
    pub end_unix_ns: u64,
    /// What is known about it, in the order in which it is shown.
    pub attributes: Vec<Attribute>,
    /// Moments within it.
    pub events: Vec<SpanEvent>,
    /// Spans that it is related to other than by parenthood.
    pub links: Vec<Link>,
    /// How it ended.
    pub status: Status,
    /// Who did it.
    pub resource: Arc<Resource>,
}

impl Span {
    /// The value of the attribute `key`.
    pub fn attribute(&self, key: &str) -> Option<&Value> {
        self.attributes
            .iter()
            .find(|attribute| attribute.key == key)
            .map(|found| &found.value)
    }

    /// What it takes in memory, bytes, without the resource that it shares with others.
    pub fn memory_bytes(&self) -> usize {
        let status = match &self.status {
            Status::Error(message) => message.len(),
            Status::Unset | Status::Ok => 0,
        };
        let events = self.events.iter().map(|event| {
            size_of::<SpanEvent>() + event.name.len() + memory_bytes_of(&event.attributes)
        });
        let links = self.links.iter();
        let links = links.map(|link| size_of::<Link>() + memory_bytes_of(&link.attributes));
        size_of::<Self>()
            + self.trace_state.len()
            + self.name.len()
            + status
            + memory_bytes_of(&self.attributes)
            + events.sum::<usize>()
            + links.sum::<usize>()
    }
}

fn memory_bytes_of(attributes: &[Attribute]) -> usize {
    attributes.iter().map(Attribute::memory_bytes).sum()
}

/// A span's role (OTLP `SpanKind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// An operation inside an application.
    Internal,
    /// The handling of a request: what a caller asked for.
    Server,
    /// A request to another service.
    Client,
    /// The sending of a message.
    Producer,
    /// The handling of a message.
    Consumer,
}

/// How an operation ended (OTLP `Status`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Status {
    /// Nothing went wrong, or nothing is known. Success is written this way.
    #[default]
    Unset,
    /// Somebody confirmed the success. Only read from other producers, never written.
    Ok,
    /// It failed, with a message that is safe to show.
    Error(Cow<'static, str>),
}

/// A moment within a span (OTLP `Span.Event`).
#[derive(Debug, Clone, PartialEq)]
pub struct SpanEvent {
    /// When it happened: nanoseconds since the Unix epoch.
    pub time_unix_ns: u64,
    /// What happened.
    pub name: Cow<'static, str>,
    /// What is known about it.
    pub attributes: Vec<Attribute>,
}

/// A relation to another span, of this trace or of another one (OTLP `Span.Link`).
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The other span's trace.
    pub trace_id: TraceId,
    /// The other span.
    pub span_id: SpanId,
    /// What the relation is.
    pub attributes: Vec<Attribute>,
}

/// The process that did the work (OTLP `Resource`).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resource {
    /// What identifies it, such as `service.name` and `host.name`.
    pub attributes: Vec<Attribute>,
}

impl Resource {
    /// What it takes in memory, bytes.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>() + memory_bytes_of(&self.attributes)
    }

    /// The value of the attribute `key`.
    pub fn attribute(&self, key: &str) -> Option<&Value> {
        self.attributes
            .iter()
            .find(|attribute| attribute.key == key)
            .map(|found| &found.value)
    }
}
