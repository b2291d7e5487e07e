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

mod engine;
mod settings;

pub use engine::{Ending, Engine, Error, Summary};
pub use settings::{Sampler, Scope, Settings, SqlText, TaskDetail};
