//! How long is waited for what may be lost: as many events, for a clock would tell a replay nothing.

use std::collections::VecDeque;

use crate::frame::Node;

/// After how many more events, none of them about it, what never said its end is given up, when what it
/// runs within has ended. Spark's threads post to its bus side by side, but never so far apart.
pub(crate) const HORIZON: u64 = 16_384;

/// The events so far, and what has ended but still waits for something within it.
///
/// Counted are the events that a live application and its log have in common, so that both give up the
/// same things at the same event.
#[derive(Debug, Default)]
pub(crate) struct Horizon {
    events: u64,
    waiting: VecDeque<(u64, Node)>,
}

impl Horizon {
    /// One more event.
    pub(crate) fn pass(&mut self) {
        self.events += 1;
    }

    /// How many events there were.
    pub(crate) const fn now(&self) -> u64 {
        self.events
    }

    /// What is within the node is waited for until so many more events have come.
    pub(crate) fn await_children(&mut self, node: Node) {
        self.waiting.push_back((self.events + HORIZON, node));
    }

    /// A node that was waited for long enough.
    pub(crate) fn due(&mut self) -> Option<Node> {
        let (deadline, _) = self.waiting.front()?;
        if *deadline > self.events {
            return None;
        }
        self.waiting.pop_front().map(|(_, node)| node)
    }
}
