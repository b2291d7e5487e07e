//! What the tests and measurements of other crates stand on, and never a part of what ships: event
//! logs that real Spark wrote, logs as large as anybody asks for, and a real Jaeger.

#![forbid(unsafe_code)]

mod event_log;
mod fixture;
mod http;
mod jaeger;
mod process;

pub use event_log::{EventLog, StageTotals, Totals};
pub use fixture::{Fixture, fixture, fixtures};
pub use http::get;
pub use jaeger::Jaeger;
pub use process::{Process, wait_until};

/// Whether the long tests were asked for (`make test-long`).
pub fn long_tests() -> bool {
    std::env::var_os("SPARKSPAN_LONG_TESTS").is_some_and(|value| value == "1")
}
