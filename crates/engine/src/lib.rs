//! The heart of sparkspan: Spark's events go in, spans come out.
//!
//! There is one module for each thing that Spark speaks of, which holds its live state and turns
//! itself into spans; the policies that they share stand beside them. The engine does no input or
//! output, starts no thread, reads no clock and no environment, and knows no wire format: the same
//! events and settings always give the same spans.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::panic, clippy::unwrap_used, clippy::expect_used)
)]

mod application;
mod batch;
mod budget;
mod call_site;
mod children;
mod closed;
mod connect;
mod distribution;
mod draft;
mod dstream;
mod engine;
mod excerpt;
mod figures;
mod frame;
mod horizon;
mod id_ranges;
mod identity;
mod job;
mod outcome;
mod plan;
mod recent;
pub mod recorded;
mod report;
mod sampling;
mod settings;
mod shuffle;
mod sql;
mod stage;
mod task;
mod timeline;
mod timestamp;
mod tracer;
mod unit;

pub use engine::{Ending, Engine, Error, Summary};
pub use report::Losses;
pub use settings::{Sampler, Scope, Settings, TaskDetail};
pub use sparkspan_redaction::SqlText;
