//! Requests to the receiver.

use sparkspan_model::Span;
use sparkspan_otlp::fuzzing::{Body, decode};
use sparkspan_otlp::read_json_line;

use crate::on_a_small_stack;

/// Spans take at most this many times what their request was weighed with.
const FACTOR: usize = 8;

/// A body in protobuf.
pub fn receiver_protobuf(data: &[u8]) {
    on_a_small_stack(|| received(Body::Protobuf, data));
}

/// A body in JSON, and a line of a file.
pub fn receiver_json(data: &[u8]) {
    on_a_small_stack(|| {
        received(Body::Json, data);
        let _ = read_json_line(data);
    });
}

/// Any body is refused, or its spans take no more memory than it was weighed with, and the line that is kept of it can
/// be read.
fn received(body: Body, data: &[u8]) {
    let Some(decoded) = decode(body, data) else {
        return;
    };
    let bytes: usize = decoded.spans.iter().map(Span::memory_bytes).sum();
    assert!(
        bytes <= FACTOR * decoded.weight_bytes + 4096,
        "{bytes} of {}",
        decoded.weight_bytes
    );
    match read_json_line(&decoded.line) {
        Ok(spans) => assert_eq!(spans.len(), decoded.spans.len()),
        Err(error) => assert!(decoded.rejected > 0, "{error}"),
    }
}
