//! The command as a person or a script meets it: arguments in, text and exit codes out.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod bad_input;
mod cases;
mod command;
mod configuration;
mod destinations;
mod follow;
mod jaeger;
mod manual;
mod odd_events;
mod plugin;
mod receive;
mod repair;
mod replay;
mod scale;
mod show;
