//! A compact set of the ids that Spark counts up.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

/// How many ids share a word.
const WORD: u32 = 64;
/// How many words are kept bit by bit, and how many ranges of full ones, at the most.
const LIMIT: usize = 4096;

/// The ids of what has ended, of an application that may run for months. Ids come nearly in order, so
/// that all but the latest form a few ranges; those with gaps cost a bit each.
///
/// Memory is bounded: beyond that the lowest gaps count as filled. An id may then be said to be there that
/// is not, never the other way round.
#[derive(Debug, Default)]
pub(crate) struct IdRanges<const BOUND: usize = LIMIT> {
    /// Words of which every id is there, from the first to the last of a range.
    full: BTreeMap<i64, i64>,
    /// The ids that are there of any other word.
    partial: FxHashMap<i64, u64>,
}

impl<const BOUND: usize> IdRanges<BOUND> {
    /// Adds an id; false if it was there.
    pub(crate) fn insert(&mut self, id: i64) -> bool {
        let (word, bit) = place(id);
        if let Some(ids) = self.partial.get_mut(&word) {
            let is_new = *ids & bit == 0;
            *ids |= bit;
            if *ids == u64::MAX {
                self.partial.remove(&word);
                self.fill(word);
            }
            return is_new;
        }
        if self.is_full(word) {
            return false;
        }
        if self.partial.len() == BOUND {
            self.fill_lowest();
            // A range may have grown over it.
            if self.is_full(word) {
                return false;
            }
        }
        self.partial.insert(word, bit);
        true
    }

    /// Whether the id is there.
    pub(crate) fn contains(&self, id: i64) -> bool {
        let (word, bit) = place(id);
        match self.partial.get(&word) {
            Some(ids) => ids & bit != 0,
            None => self.is_full(word),
        }
    }

    fn is_full(&self, word: i64) -> bool {
        let range = self.full.range(..=word).next_back();
        range.is_some_and(|(_, last)| word <= *last)
    }

    /// Half of the words lose their gaps: one at a time, each would have to be looked for.
    fn fill_lowest(&mut self) {
        let mut words: Vec<i64> = self.partial.keys().copied().collect();
        words.sort_unstable();
        words.truncate(BOUND / 2);
        for word in words {
            self.partial.remove(&word);
            self.fill(word);
        }
    }

    /// All ids of a word are there: it joins the ranges beside it.
    fn fill(&mut self, word: i64) {
        // Ranges do not overlap: two that became one may have grown over a word that was still counted bit by bit.
        if self.is_full(word) {
            return;
        }
        let last = self.full.remove(&(word + 1)).unwrap_or(word);
        match self.full.range_mut(..word).next_back() {
            Some((_, before)) if *before + 1 == word => *before = last,
            _ => {
                self.full.insert(word, last);
            }
        }
        if self.full.len() > BOUND
            && let Some((first, _)) = self.full.pop_first()
            && let Some((_, last)) = self.full.pop_first()
        {
            self.full.insert(first, last);
        }
    }
}

/// The word of an id, and its bit there.
const fn place(id: i64) -> (i64, u64) {
    (id.div_euclid(WORD as i64), 1 << id.rem_euclid(WORD as i64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rustc_hash::FxHashSet;

    use super::*;

    #[test]
    fn consecutive_ids_are_one_range_in_whatever_order_they_come() {
        let mut ids = <IdRanges>::default();
        for id in (0..64_000).rev() {
            assert!(ids.insert(id));
            assert!(!ids.insert(id));
        }
        assert!(ids.contains(0) && ids.contains(63_999));
        assert!(!ids.contains(-1) && !ids.contains(64_000));
        assert_eq!((ids.full.len(), ids.partial.len()), (1, 0));
    }

    /// Scenario: more ids than are kept one by one, each with a gap after it, and then ranges of them.
    /// Guarantees: memory stays bounded, every id that was added is there, and the latest gaps too.
    #[test]
    fn lowest_gaps_are_filled_when_there_are_too_many() {
        let mut ids = <IdRanges>::default();
        let step = 3 * i64::from(WORD);
        let last = step * 20_000;
        for id in (0..=last).step_by(3 * WORD as usize) {
            assert!(ids.insert(id));
        }
        assert_eq!(ids.full.len(), LIMIT);
        assert!(ids.partial.len() <= LIMIT);
        assert!(
            (0..=last)
                .step_by(3 * WORD as usize)
                .all(|id| ids.contains(id))
        );
        assert!(ids.contains(1), "an old gap");
        assert!(!ids.contains(last - 1), "the latest gap");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Guarantees: below its bounds it is a set like any other; at the ends of the numbers too.
        #[test]
        fn ids_are_there_once_inserted(
            found in prop::collection::vec(
                prop_oneof![8 => -70_i64..300, 1 => any::<i64>(), 1 => i64::MAX - 70..=i64::MAX], 0..400),
        ) {
            let mut ids = <IdRanges>::default();
            let mut expected = FxHashSet::default();
            for id in found {
                prop_assert_eq!(ids.contains(id), expected.contains(&id));
                prop_assert_eq!(ids.insert(id), expected.insert(id));
            }
            prop_assert!(expected.iter().all(|id| ids.contains(*id)));
        }

        /// Guarantees: beyond its bounds every id that was added is there, in whatever order they come.
        #[test]
        fn no_id_is_lost_beyond_the_bounds(
            found in prop::collection::vec((0_i64..40, 0_i64..3), 0..400),
        ) {
            let mut ids = IdRanges::<4>::default();
            let mut added = FxHashSet::default();
            for (word, part) in found {
                // A third of a word, so that words fill up.
                for id in (0..i64::from(WORD)).filter(|id| id % 3 == part) {
                    ids.insert(word * i64::from(WORD) + id);
                    added.insert(word * i64::from(WORD) + id);
                }
                prop_assert!(added.iter().all(|id| ids.contains(*id)));
                prop_assert!(ids.partial.len() <= 4 && ids.full.len() <= 5);
            }
        }
    }
}
