//! What is in force under which sources.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod identity;
mod resolve;
mod settings;
mod table;
