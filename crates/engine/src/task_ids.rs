//! A compact set of Task IDs.

use rustc_hash::FxHashMap;

/// The Task IDs of a stage. Spark numbers tasks in the order in which they start, so a stage's are
/// nearly consecutive: a bit each is enough, where a hash set would cost a million-task stage 16 MB.
#[derive(Debug, Clone, Default)]
pub(crate) struct TaskIds(FxHashMap<i64, u64>);

impl TaskIds {
    /// Adds an id; false if it was there.
    pub(crate) fn insert(&mut self, task_id: i64) -> bool {
        let bit = 1 << (task_id & 63);
        let word = self.0.entry(task_id >> 6).or_default();
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Whether the id is there.
    pub(crate) fn contains(&self, task_id: i64) -> bool {
        self.0
            .get(&(task_id >> 6))
            .is_some_and(|word| word & (1 << (task_id & 63)) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_there_once_inserted() {
        let mut ids = TaskIds::default();
        for id in [0, 63, 64, 1_000_000, -1] {
            assert!(!ids.contains(id));
            assert!(ids.insert(id));
            assert!(!ids.insert(id));
            assert!(ids.contains(id));
        }
        assert!(!ids.contains(1));
    }
}
