//! A body as the receiver takes it, without a connection: for the fuzzers.

use sparkspan_model::Span;

use crate::compression::Compression;
use crate::receiver::Form;
use crate::{decode, json};

/// How a body is written.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// As protobuf.
    Protobuf,
    /// As JSON.
    Json,
}

/// What a body held.
#[derive(Debug)]
pub struct Decoded {
    /// Its spans.
    pub spans: Vec<Span>,
    /// Spans without valid ids.
    pub rejected: usize,
    /// What it was thought to take in memory, bytes.
    pub weight_bytes: usize,
    /// The line that is kept of it.
    pub line: Vec<u8>,
}

/// Decodes a body; `None` where it is refused.
pub fn decode(body: Body, bytes: &[u8]) -> Option<Decoded> {
    let form = match body {
        Body::Protobuf => Form::Protobuf,
        Body::Json => Form::Json,
    };
    let (message, weight_bytes) = form.decode(bytes, Compression::None).ok()?;
    let line = json::line(&message).ok()?;
    let decoded = decode::spans(message);
    Some(Decoded {
        spans: decoded.spans,
        rejected: decoded.rejected,
        weight_bytes,
        line,
    })
}
