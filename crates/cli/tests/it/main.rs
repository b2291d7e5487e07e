//! The command as a person or a script meets it: arguments in, text and exit codes out.

mod bad_input;
mod command;
mod configuration;
mod destinations;
mod follow;
mod jaeger;
mod receive;
mod replay;
mod show;
