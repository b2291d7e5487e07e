//! How long to wait for a server that is away or busy.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// How long an endpoint is tried that has not answered even once.
pub(crate) const FIRST_CONTACT: Duration = Duration::from_secs(5);

const FIRST_BACK_OFF: Duration = Duration::from_millis(250);
const MAX_BACK_OFF: Duration = Duration::from_secs(10);

/// How long a server is tried in vain that gets so much time at the most. One that has not answered even
/// once is more likely wrong than busy, and somebody waits for being told.
pub(crate) fn patience(give_up_after: Duration, has_answered: bool) -> Duration {
    if has_answered {
        give_up_after
    } else {
        give_up_after.min(FIRST_CONTACT)
    }
}

/// Waits that double up to a maximum, each cut at random by up to a half: else the clients of a
/// receiver that comes back would all come at once.
pub(crate) struct BackOff {
    next: Duration,
    random: RandomState,
    drawn: u32,
}

impl BackOff {
    pub(crate) fn new() -> Self {
        Self {
            next: FIRST_BACK_OFF,
            random: RandomState::new(),
            drawn: 0,
        }
    }

    /// How long to wait before the next try.
    pub(crate) fn next(&mut self) -> Duration {
        let full = self.next;
        self.next = (2 * full).min(MAX_BACK_OFF);
        self.drawn += 1;
        // The hasher's keys are random, which is as random as this has to be.
        let [random, ..] = self.random.hash_one(self.drawn).to_le_bytes();
        full / 2 + full * u32::from(random) / 512
    }
}
