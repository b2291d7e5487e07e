//! Events that real Spark wrote, whole and damaged.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod damaged;
mod real;
