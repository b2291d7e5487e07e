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

mod back_off;
mod batch;
mod client;
mod compression;
mod decode;
mod encode;
mod exporter;
mod fault;
mod field;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod generated;
mod grpc;
mod json;
mod query;
mod receiver;
mod settings;
#[cfg(test)]
mod testing;

pub use batch::{Batcher, MAX_REQUEST_BYTES, Request};
pub use compression::Compression;
pub use exporter::{Canceller, Exporter, Loss, Report};
pub use fault::{Fault, StartError};
pub use grpc::GrpcStatus;
pub use json::{JsonWriter, ReadError, read_json_line};
pub use query::{QueryError, TraceQuery};
pub use receiver::{
    Batches, Keep, Receiver, ReceiverError, ReceiverReport, ReceiverSettings, Shutdown,
};
pub use settings::{Endpoint, Overflow, Protocol, Settings};
