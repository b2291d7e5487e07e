//! The engine on real event logs of every supported Spark version, against Spark's own answers.

mod fixtures;
mod history_server;
mod invariants;
mod order;
mod rules;
mod secrets;
mod shuffles;
