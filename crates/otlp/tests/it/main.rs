//! The exporter and the receiver over real sockets of this machine.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod collector;
mod exporter;
mod query;
mod receiver;
mod spans;
mod tls;
