//! The native half of the Spark plugin: what the driver's JVM loads.
//!
//! The plugin hands over each event as the JSON that Spark itself writes; here it goes through the same
//! engine as a replay's, and the spans through the same exporter. This crate only joins them: it holds no
//! logic of traces and no default. It is also the only one that exports symbols, which Rust
//! calls `unsafe` as two libraries may export the same; all of them are in [`exports`].
//!
//! The user's job never suffers: no call blocks on the network, throws into Java, or takes the process
//! down. A panic ends the tracing, is said once, and no more.

#![cfg_attr(
    not(test),
    deny(clippy::panic, clippy::unwrap_used, clippy::expect_used)
)]

#[cfg(panic = "abort")]
compile_error!("a panic must not abort the user's driver: build with panic = \"unwind\"");

mod agent;
mod context;
pub mod exports;
#[cfg(feature = "fault-injection")]
mod fault;
mod journal;
mod message;

pub use agent::{Agent, Error};
pub use journal::{Level, Line};
pub use message::{Planning, Start, Started, Stop};
