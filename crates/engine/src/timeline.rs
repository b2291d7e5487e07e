//! Which of a log's times can be believed.
//!
//! A time that is missing, 0 or years away would stretch a span, and every one above it, over all of that. A
//! time is believed that lies within a day of the latest believed one before it. A jump is believed, too, once
//! the next events share it: a machine was suspended, or nothing ran over a weekend. Until they have come, it
//! is undecided, and what depends on it waits.

/// How far a time may lie from a believed one, milliseconds: a day.
const REACH_MS: u64 = 24 * 60 * 60 * 1000;
/// How many events after a jump have to share it.
const WITNESSES: u32 = 3;
/// How far in time the first or the last events of a log may lie from all others without so many witnesses,
/// milliseconds: a month.
const LONGEST_PAUSE_MS: i64 = 31 * 24 * 60 * 60 * 1000;
/// How many stretches of time between jumps are told apart; beyond it the two oldest become one.
const STRETCHES: usize = 64;

/// A time that an event has, and the latest believed one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Milliseconds since the Unix epoch, as Spark wrote them.
    pub(crate) ms: i64,
    neighbour_ms: Option<i64>,
}

impl Moment {
    /// A time that was taken from another thing, and is as good as that one's.
    pub(crate) const fn derived(ms: i64) -> Self {
        Self {
            ms,
            neighbour_ms: Some(ms),
        }
    }
}

/// The times of the events so far.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    /// First and last believed time of each stretch without a jump.
    stretches: Vec<(i64, i64)>,
    /// The believed time of the latest event that has one.
    now_ms: Option<i64>,
    jump: Option<Jump>,
    /// The first times of all, which too few events shared.
    first: Option<Jump>,
}

/// Times that are far from all before them.
#[derive(Debug, Clone, Copy)]
struct Jump {
    first_ms: i64,
    last_ms: i64,
    now_ms: i64,
    witnesses: u32,
}

impl Timeline {
    /// The time of the next event.
    pub(crate) fn observe(&mut self, time_ms: i64) {
        if time_ms <= 0 {
            return;
        }
        if self.now_ms.is_some_and(|now_ms| is_near(time_ms, now_ms)) {
            self.now_ms = Some(time_ms);
            self.jump = None;
            if let Some((first_ms, last_ms)) = self.stretches.last_mut() {
                *first_ms = time_ms.min(*first_ms);
                *last_ms = time_ms.max(*last_ms);
            }
            return;
        }
        let jump = match self.jump {
            Some(jump) if is_near(time_ms, jump.now_ms) => Jump {
                first_ms: jump.first_ms.min(time_ms),
                last_ms: jump.last_ms.max(time_ms),
                now_ms: time_ms,
                witnesses: jump.witnesses + 1,
            },
            earlier => {
                if self.now_ms.is_none() {
                    self.first = self.first.or(earlier);
                }
                Jump {
                    first_ms: time_ms,
                    last_ms: time_ms,
                    now_ms: time_ms,
                    witnesses: 0,
                }
            }
        };
        self.jump = Some(jump);
        if jump.witnesses >= WITNESSES {
            self.believe(jump);
        }
    }

    /// No more events come: a jump forward of the last ones is believed if there is nothing against it.
    pub(crate) fn end(&mut self) {
        if let Some(jump) = self.jump.take()
            && self
                .now_ms
                .is_none_or(|now_ms| is_pause(now_ms, jump.first_ms))
        {
            self.believe(jump);
        }
    }

    fn believe(&mut self, jump: Jump) {
        self.jump = None;
        if let Some(first) = self.first.take()
            && is_pause(first.last_ms, jump.first_ms)
        {
            self.stretches.push((first.first_ms, first.last_ms));
        }
        self.now_ms = Some(jump.now_ms);
        self.stretches.push((jump.first_ms, jump.last_ms));
        if self.stretches.len() > STRETCHES {
            let (first_ms, last_ms) = self.stretches.remove(0);
            if let Some((next_ms, end_ms)) = self.stretches.first_mut() {
                *next_ms = first_ms.min(*next_ms);
                *end_ms = last_ms.max(*end_ms);
            }
        }
    }

    /// A time of the current event.
    pub(crate) const fn moment(&self, ms: i64) -> Moment {
        Moment {
            ms,
            neighbour_ms: self.now_ms,
        }
    }

    /// The latest time there is, over all events.
    pub(crate) fn last_ms(&self) -> i64 {
        let last_ms = self.stretches.iter().map(|(_, last_ms)| *last_ms).max();
        // The first events of a log have no witnesses yet.
        last_ms.or(self.jump.map(|jump| jump.last_ms)).unwrap_or(0)
    }

    /// Whether a time can be believed.
    pub(crate) fn holds(&self, time_ms: i64) -> bool {
        let is_of =
            |(first_ms, last_ms): &(i64, i64)| is_near(time_ms, time_ms.clamp(*first_ms, *last_ms));
        // Nearly every time is near the latest one.
        self.now_ms.is_some_and(|now_ms| is_near(time_ms, now_ms))
            || (time_ms > 0 && self.stretches.iter().rev().any(is_of))
    }

    /// Whether the next events will tell.
    pub(crate) fn is_undecided(&self, time_ms: i64) -> bool {
        !self.holds(time_ms) && self.jump.is_some_and(|jump| is_near(time_ms, jump.now_ms))
    }

    /// The time to show, or the nearest one that can be believed: that of the event before, else of the
    /// first one.
    pub(crate) fn read(&self, moment: Moment) -> Result<i64, i64> {
        if self.holds(moment.ms) {
            return Ok(moment.ms);
        }
        let first_ms = || self.stretches.first().map(|(first_ms, _)| *first_ms);
        let neighbour_ms = moment.neighbour_ms.filter(|time_ms| self.holds(*time_ms));
        match neighbour_ms.or_else(first_ms) {
            Some(neighbour_ms) => Err(neighbour_ms),
            // A log of a few lines says nothing against it.
            None if moment.ms > 0 => Ok(moment.ms),
            None => Err(self.last_ms()),
        }
    }

    /// A time, or the nearest one that can be believed as far as is known.
    pub(crate) fn nearest_ms(&self, time_ms: i64) -> i64 {
        if self.is_undecided(time_ms) {
            return time_ms;
        }
        let (Ok(ms) | Err(ms)) = self.read(self.moment(time_ms));
        ms
    }

    /// Whether no event has to tell any more what can be believed.
    pub(crate) const fn is_decided(&self) -> bool {
        self.jump.is_none()
    }
}

fn is_pause(from_ms: i64, to_ms: i64) -> bool {
    (0..=LONGEST_PAUSE_MS).contains(&to_ms.saturating_sub(from_ms))
}

const fn is_near(one_ms: i64, other_ms: i64) -> bool {
    one_ms.abs_diff(other_ms) <= REACH_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60 * 1000;
    const START: i64 = 1_800_000_000_000;

    fn timeline(times: impl IntoIterator<Item = i64>) -> Timeline {
        let mut timeline = Timeline::default();
        times.into_iter().for_each(|time| timeline.observe(time));
        timeline
    }

    #[test]
    fn time_far_from_its_neighbours_is_not_believed() {
        let mut timeline = timeline([START, START + 1, START + 2, START + 3, START + 10]);
        for odd in [
            0,
            -1,
            1,
            i64::MAX,
            i64::MIN,
            START + 400 * DAY,
            START - 2 * DAY,
        ] {
            timeline.observe(odd);
            assert_eq!(
                timeline.read(timeline.moment(odd)),
                Err(START + 10),
                "{odd}"
            );
            timeline.observe(START + 10);
            assert!(!timeline.holds(odd), "{odd}");
        }
        assert_eq!(timeline.last_ms(), START + 10);
    }

    #[test]
    fn jump_is_believed_when_three_events_share_it() {
        let weekend = START + 3 * DAY;
        let mut timeline = timeline([START, START, START, START, weekend]);
        let moment = timeline.moment(weekend);
        for _ in 0..2 {
            timeline.observe(weekend + 5);
            assert!(timeline.is_undecided(weekend));
        }
        timeline.observe(weekend + 9);
        assert!(!timeline.is_undecided(weekend));
        assert_eq!(timeline.read(moment), Ok(weekend));
        assert!(timeline.holds(START));
        assert_eq!(timeline.last_ms(), weekend + 9);
    }

    #[test]
    fn last_events_may_jump_forward_by_a_month() {
        let idle = |by: i64| {
            let mut timeline = timeline([START, START, START, START, START + by]);
            timeline.end();
            timeline.holds(START + by)
        };
        assert!(idle(3 * DAY));
        assert!(!idle(-3 * DAY));
        assert!(!idle(400 * DAY));
    }

    #[test]
    fn log_that_begins_with_an_odd_time_is_told_by_what_follows() {
        let mut timeline = timeline([1]);
        let first = timeline.moment(1);
        (0..4).for_each(|_| timeline.observe(START));
        assert_eq!(timeline.read(first), Err(START));
    }

    #[test]
    fn months_of_events_are_one_stretch() {
        let timeline = timeline((0..100).map(|day| START + day * DAY));
        assert!(timeline.holds(START) && timeline.holds(START + 99 * DAY));
        assert_eq!(timeline.stretches.len(), 1);
    }

    #[test]
    fn any_number_of_jumps_takes_bounded_memory() {
        let timeline = timeline((0..1000).map(|jump| START + jump / 4 * 10 * DAY));
        assert_eq!(timeline.stretches.len(), STRETCHES);
        assert!(timeline.holds(START));
    }
}
