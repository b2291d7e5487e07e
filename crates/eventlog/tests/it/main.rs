//! Event logs as Spark, its libraries and accidents leave them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod codecs;
mod discovery;
mod follow;
mod lines;
mod samples;
mod spark;
