//! How long is waited for what may be lost: as many events, for a clock would tell a replay nothing.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use crate::frame::Node;

/// After how many more events, none of them about it, what never said its end is given up, when what it
/// runs within has ended. Spark's threads post to its bus side by side, but hardly ever so far apart; what
/// is waited for is held, with its plan.
pub(crate) const HORIZON: u64 = 4096;

/// How many more events may come before one of another thread that belongs before them. What is waited for
/// no longer than this delays nothing that a person would notice.
pub(crate) const REORDERED: u64 = 64;

/// What the next few events may still tell of something that has ended.
#[derive(Debug)]
pub(crate) enum Overdue {
    /// The last plan of an execution, which says of itself that it is not the final one.
    Plan(i64),
    /// How a Connect operation ended that was closed before it said so.
    Outcome(Arc<str>),
    /// The completion of a stage attempt whose last job ended at `end_ms`.
    Completion { stage: (i64, i64), end_ms: i64 },
}

/// The events so far, and what has ended but still waits for something within it.
///
/// Counted are the events that a live application and its log have in common, so that both give up the
/// same things at the same event.
#[derive(Debug, Default)]
pub(crate) struct Horizon {
    events: u64,
    waiting: BTreeSet<(u64, Node)>,
    overdue: VecDeque<(u64, Overdue)>,
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

    /// What is within the node, and was heard of last at `event`, is waited for from there on.
    pub(crate) fn await_children(&mut self, node: Node, event: u64) {
        self.waiting.insert((event + HORIZON, node));
    }

    /// What belongs before the last event is waited for a little.
    pub(crate) fn await_overdue(&mut self, overdue: Overdue) {
        self.overdue.push_back((self.events + REORDERED, overdue));
    }

    /// What was waited for a little and has not come. At the `end` of all events nothing more comes.
    pub(crate) fn missed(&mut self, end: bool) -> Option<Overdue> {
        let (deadline, _) = self.overdue.front()?;
        if *deadline > self.events && !end {
            return None;
        }
        self.overdue.pop_front().map(|(_, overdue)| overdue)
    }

    /// A node that was waited for long enough.
    pub(crate) fn due(&mut self) -> Option<Node> {
        let (deadline, _) = self.waiting.first()?;
        if *deadline > self.events {
            return None;
        }
        self.waiting.pop_first().map(|(_, node)| node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_due_so_many_events_after_the_last_one_about_it() {
        let mut horizon = Horizon::default();
        horizon.pass();
        horizon.await_children(Node::Job(2), 1);
        horizon.await_children(Node::Job(1), 0);
        for _ in 1..HORIZON - 1 {
            horizon.pass();
        }
        assert_eq!(horizon.due(), None);
        horizon.pass();
        assert_eq!(horizon.due(), Some(Node::Job(1)));
        assert_eq!(horizon.due(), None);
        horizon.pass();
        assert_eq!(horizon.due(), Some(Node::Job(2)));
    }
}
