//! Spans over the wire: OTLP in protobuf and JSON, sent and received.
//!
//! A span is encoded the moment it is accepted, so that what waits is bounded in bytes and no
//! request is longer than receivers take. Nothing here knows Apache Spark, reads the environment
//! or prints.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::panic, clippy::unwrap_used, clippy::expect_used)
)]

mod batch;
mod decode;
mod encode;
mod generated;
mod json;
#[cfg(test)]
mod testing;

pub use batch::{Batcher, MAX_REQUEST_BYTES, Request};
pub use json::{JsonWriter, ReadError, read_json_line};
