//! What all open spans share: where they hang, when they ran, and when they may close.

use std::sync::Arc;

use crate::timeline::{Moment, Timeline};
use crate::unit::UnitId;

/// An open thing that may have children.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Node {
    /// The root of a unit hangs here, whatever trace the unit is in.
    Application,
    /// `<query id>/<batch id>`, or the batch time of a `DStream`.
    Batch(Arc<str>),
    /// The operation's id.
    Operation(Arc<str>),
    /// The execution's id.
    Execution(i64),
    /// The job's id.
    Job(i64),
    /// The stage's id and attempt.
    Stage(i64, i64),
}

/// The life of an open span.
///
/// It closes once it has ended and all its children have closed, so that it can cover them and is
/// sent after them.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the span"
)]
pub(crate) struct Frame {
    /// What it hangs under.
    pub(crate) parent: Node,
    /// The unit that it belongs to; of a SQL execution unknown at first.
    pub(crate) unit: Option<UnitId>,
    /// It began after its unit had closed.
    pub(crate) late: bool,
    seen: Seen,
    /// How many events had come with the last one about it or about something within it.
    pub(crate) last_event: u64,
    /// What it takes in memory, by the model of [`crate::budget`].
    pub(crate) bytes: usize,
    /// Of a unit's root: how many spans of the unit were given up for memory.
    pub(crate) evicted_spans: i64,
    /// It has ended, and what is within it is waited for.
    pub(crate) is_awaited: bool,
    /// There is no room for it: what the next events tell of its times is not waited for.
    pub(crate) cannot_wait: bool,
    start: Moment,
    end: Option<Moment>,
    /// A time of it was taken from its neighbours, for Spark's cannot be believed.
    time_inferred: bool,
    open_children: u32,
    /// The earliest start and the latest end of its closed children.
    children: Option<(i64, i64)>,
}

/// Something that is open, whatever it is.
pub(crate) trait Open {
    fn frame(&mut self) -> &mut Frame;

    /// What it takes in memory, by the model of [`crate::budget`].
    fn bytes(&self) -> usize;

    /// It has ended, and nothing within it or about it is waited for.
    fn may_close(&mut self) -> bool {
        self.frame().is_done()
    }

    /// Decides on its times; false if only the next events will tell.
    fn settle_times(&mut self, timeline: &Timeline) -> bool {
        self.frame().settle_times(timeline)
    }

    /// Nothing more is waited for of what is about it; what ran in it did so until `end_ms` at the latest.
    fn abandon(&mut self, _end_ms: i64) {}
}

/// The application's own.
impl Open for Frame {
    fn frame(&mut self) -> &mut Frame {
        self
    }

    fn bytes(&self) -> usize {
        0
    }

    /// Its end is told when nothing else is open.
    fn may_close(&mut self) -> bool {
        false
    }
}

/// How much was seen of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Whole,
    /// Not all about it, or about something within it.
    InPart,
    /// Not even its end.
    WithoutEnd,
}

/// The time that a span shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) start_ms: i64,
    pub(crate) end_ms: i64,
    /// By how much it is longer than Spark says, to cover the children.
    pub(crate) stretched_ms: i64,
    /// Spark's end lies before its start.
    pub(crate) clock_adjusted: bool,
    /// A time of it is not Spark's, which cannot be believed, but its neighbours'.
    pub(crate) time_inferred: bool,
}

impl Interval {
    /// What Spark says, with an end that is not before the start.
    pub(crate) fn new(start_ms: i64, end_ms: i64) -> Self {
        Self {
            start_ms,
            end_ms: end_ms.max(start_ms),
            stretched_ms: 0,
            clock_adjusted: end_ms < start_ms,
            time_inferred: false,
        }
    }

    /// The same of times that have to be believed first.
    pub(crate) fn of(start: Moment, end: Moment, timeline: &Timeline) -> Self {
        let (start, end) = (timeline.read(start), timeline.read(end));
        let time_inferred = start.is_err() || end.is_err();
        let (Ok(start_ms) | Err(start_ms), Ok(end_ms) | Err(end_ms)) = (start, end);
        Self {
            time_inferred,
            clock_adjusted: end_ms < start_ms && !time_inferred,
            ..Self::new(start_ms, end_ms)
        }
    }

    /// The same, made long enough to cover what ran within it.
    pub(crate) fn covering(mut self, inner: Option<(i64, i64)>) -> Self {
        if let Some((start_ms, end_ms)) = inner {
            let stretched_start = self.start_ms.min(start_ms);
            let stretched_end = self.end_ms.max(end_ms);
            self.stretched_ms = self
                .stretched_ms
                .saturating_add(self.start_ms.saturating_sub(stretched_start))
                .saturating_add(stretched_end.saturating_sub(self.end_ms));
            self.start_ms = stretched_start;
            self.end_ms = stretched_end;
        }
        self
    }

    pub(crate) const fn duration_ms(&self) -> i64 {
        self.end_ms.saturating_sub(self.start_ms)
    }
}

/// Widens `hull` to hold the time from `start_ms` to `end_ms`.
pub(crate) fn widen(hull: &mut Option<(i64, i64)>, start_ms: i64, end_ms: i64) {
    *hull = Some(match *hull {
        Some((first, last)) => (first.min(start_ms), last.max(end_ms)),
        None => (start_ms, end_ms),
    });
}

impl Frame {
    pub(crate) fn new(parent: Node, unit: Option<UnitId>, start: Moment) -> Self {
        Self {
            parent,
            unit,
            late: false,
            seen: Seen::Whole,
            last_event: 0,
            bytes: 0,
            evicted_spans: 0,
            is_awaited: false,
            cannot_wait: false,
            start,
            end: None,
            time_inferred: false,
            open_children: 0,
            children: None,
        }
    }

    /// Its end was seen. Only the first one counts.
    pub(crate) fn end(&mut self, end: Moment) {
        self.end.get_or_insert(end);
    }

    /// Its end has no time of its own: it is that of its last child so far, else `time_ms`.
    pub(crate) fn end_with_children(&mut self, time_ms: i64) {
        let end_ms = self.end_of_children(time_ms);
        self.end(Moment::derived(end_ms));
    }

    /// The end of its last child so far, else `time_ms`.
    pub(crate) fn end_of_children(&self, time_ms: i64) -> i64 {
        let end_ms = self.children.map_or(time_ms, |(_, end_ms)| end_ms);
        end_ms.max(self.start.ms)
    }

    /// It ends because nothing more will be seen of it.
    pub(crate) fn interrupt(&mut self, end_ms: i64) {
        if self.end.is_none() {
            self.seen = Seen::WithoutEnd;
            self.end = Some(Moment::derived(end_ms));
        }
    }

    /// Its end was never seen.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.seen == Seen::WithoutEnd
    }

    /// Something about it or within it was never seen.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.seen > Seen::Whole
    }

    /// Something about it or within it will never be seen.
    pub(crate) fn misses_something(&mut self) {
        self.seen = self.seen.max(Seen::InPart);
    }

    pub(crate) const fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    /// When it ended, as Spark wrote it.
    pub(crate) fn end_ms(&self) -> Option<i64> {
        self.end.map(|end| end.ms)
    }

    pub(crate) const fn start(&self) -> Moment {
        self.start
    }

    /// It began earlier than its first event says.
    pub(crate) fn starts_by(&mut self, start: Moment, timeline: &Timeline) {
        let can_be = |time_ms| timeline.holds(time_ms) || timeline.is_undecided(time_ms);
        if !can_be(self.start.ms) || (start.ms < self.start.ms && can_be(start.ms)) {
            self.start = start;
        }
    }

    /// Takes what cannot be believed from its neighbours: its children, else the events around it. False
    /// if only the next events will tell.
    pub(crate) fn settle_times(&mut self, timeline: &Timeline) -> bool {
        let is_undecided = |moment: Moment| timeline.is_undecided(moment.ms);
        let is_undecided = is_undecided(self.start) || self.end.is_some_and(is_undecided);
        if is_undecided && !self.cannot_wait {
            return false;
        }
        if let Err(neighbour_ms) = timeline.read(self.start) {
            let start_ms = self.children.map_or(neighbour_ms, |(start_ms, _)| start_ms);
            self.start = Moment::derived(start_ms);
            self.time_inferred = true;
        }
        if let Some(end) = self.end
            && let Err(neighbour_ms) = timeline.read(end)
        {
            let end_ms = self.children.map_or(neighbour_ms, |(_, end_ms)| end_ms);
            self.end = Some(Moment::derived(end_ms.max(self.start.ms)));
            self.time_inferred = true;
        }
        true
    }

    pub(crate) fn child_opened(&mut self) {
        self.open_children += 1;
    }

    pub(crate) const fn has_open_children(&self) -> bool {
        self.open_children > 0
    }

    pub(crate) fn child_closed(&mut self) {
        self.open_children = self.open_children.saturating_sub(1);
    }

    /// Something ran within it.
    pub(crate) fn cover(&mut self, start_ms: i64, end_ms: i64) {
        widen(&mut self.children, start_ms, end_ms);
    }

    /// It has ended, and so have all its children.
    pub(crate) const fn is_done(&self) -> bool {
        self.end.is_some() && self.open_children == 0
    }

    pub(crate) fn interval(&self) -> Interval {
        let end = self.end.unwrap_or(self.start);
        Interval {
            time_inferred: self.time_inferred,
            ..Interval::new(self.start.ms, end.ms)
        }
        .covering(self.children)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interval_covers_children_and_says_by_how_much() {
        let mut frame = Frame::new(Node::Application, None, Moment::derived(100));
        frame.end(Moment::derived(200));
        frame.cover(90, 150);
        frame.cover(120, 230);
        let interval = frame.interval();
        assert_eq!((interval.start_ms, interval.end_ms), (90, 230));
        assert_eq!(interval.stretched_ms, 40);
        assert!(!interval.clock_adjusted);
    }

    #[test]
    fn interval_never_ends_before_its_start() {
        let interval = Interval::new(100, 90);
        assert_eq!((interval.start_ms, interval.end_ms), (100, 100));
        assert!(interval.clock_adjusted);
    }

    #[test]
    fn frame_closes_after_its_end_and_its_children() {
        let mut frame = Frame::new(Node::Application, None, Moment::derived(0));
        frame.child_opened();
        frame.end(Moment::derived(5));
        frame.end(Moment::derived(9));
        assert!(!frame.is_done());
        frame.child_closed();
        assert!(frame.is_done());
        assert_eq!(frame.interval().end_ms, 5);
    }
}
