//! The engine on real event logs of every supported Spark version, against Spark's own answers.

#![expect(
    clippy::needless_pass_by_value,
    reason = "JSON values are written where they are passed"
)]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod bounds;
mod canaries;
mod fixtures;
mod history_server;
mod invariants;
mod memory;
mod order;
mod rules;
mod secrets;
mod shuffles;
mod times;

#[global_allocator]
static COUNTING: memory::Counting = memory::Counting;
