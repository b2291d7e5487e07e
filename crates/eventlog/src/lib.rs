//! From a path to the lines of the event logs behind it.
//!
//! Spark writes one JSON object per line, into one file or into the rolled files of a directory, under any of its
//! codecs, and may still be writing. This crate hides all of that: [`discover`] finds the logs, [`Lines`] lends their
//! lines one by one, and [`Follower`] goes on while they grow. What cannot be read (a cut tail, a damaged block) is
//! data, a [`Damage`], and never costs the lines before it.
//!
//! Nothing here knows what a line means, and nothing sleeps, watches or starts a thread: the caller decides when to
//! look again. Memory is bounded by the longest line ([`MAX_LINE_BYTES`]) and a codec's block, whatever the input says.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::panic, clippy::unwrap_used, clippy::expect_used)
)]

mod abridgement;
mod buffer;
mod codec;
mod damage;
mod error;
mod follow;
mod lines;
mod log;
mod place;
mod state;

pub use buffer::MAX_LINE_BYTES;
pub use damage::{Damage, DamageKind};
pub use error::Error;
pub use follow::{Change, Follower, Start};
pub use lines::{Lines, Position};
pub use log::{Discovery, Log, discover};
pub use place::Place;
pub use state::State;
