//! What sparkspan can be told: every configuration key, the environment variables that it falls back
//! to, and its default, in one table.
//!
//! [`resolve`] makes of a SparkConf (or of `--set KEY=VALUE`) and an environment what is in force, says
//! where each value came from, and never fails: what it cannot use is a [`Warning`], and the next
//! source counts. The crate reads nothing itself; whoever calls hands the maps in.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::panic, clippy::unwrap_used, clippy::expect_used)
)]

mod key;
mod kind;
#[cfg(feature = "settings")]
mod record;
mod resolve;
#[cfg(feature = "settings")]
mod settings;
mod table;
mod value;

pub use key::{Key, Section};
pub use kind::Kind;
#[cfg(feature = "settings")]
pub use record::{REDACTION, of_record};
pub use resolve::{
    Mode, ParseAssignmentError, Resolved, Setting, Source, Sources, Warning, parse_assignment,
    resolve,
};
pub use table::{KEYS, PREFIX};
