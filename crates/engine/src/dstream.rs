//! Micro-batches of `DStream`s. Spark Streaming says of none that it has ended.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The open batches by their times, and how far the streams have come.
#[derive(Debug, Default)]
pub(crate) struct DStreams {
    open: BTreeMap<i64, Arc<str>>,
    /// The youngest batch of which something has ended.
    reached: Option<i64>,
}

impl DStreams {
    /// A batch has opened. One of a structured stream has no time for a key.
    pub(crate) fn opened(&mut self, key: &Arc<str>) {
        if let Some(time) = time_of(key) {
            self.open.insert(time, Arc::clone(key));
        }
    }

    pub(crate) fn closed(&mut self, key: &str) {
        if let Some(time) = time_of(key) {
            self.open.remove(&time);
        }
    }

    /// Something of a batch has ended: which batches are over if nothing of them is open. That is this one if
    /// a younger one has come so far, and all that this one is the first to leave behind.
    pub(crate) fn reached(&mut self, key: &str) -> Vec<Arc<str>> {
        let Some(time) = time_of(key) else {
            return Vec::new();
        };
        let before = self.reached.unwrap_or(i64::MIN);
        if time < before {
            return self.open.get(&time).into_iter().cloned().collect();
        }
        self.reached = Some(time);
        let passed = self.open.range(before..time);
        passed.map(|(_, key)| Arc::clone(key)).collect()
    }

    /// All that are open.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Arc<str>> {
        self.open.values()
    }
}

fn time_of(key: &str) -> Option<i64> {
    key.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_over_once_a_younger_one_has_come_as_far() {
        let mut streams = DStreams::default();
        let keys: Vec<Arc<str>> = ["10", "20", "30", "query/1"].map(Arc::from).to_vec();
        keys.iter().for_each(|key| streams.opened(key));
        assert_eq!(streams.reached("10"), []);
        assert_eq!(streams.reached("30"), keys[..2]);
        assert_eq!(streams.reached("30"), []);
        assert_eq!(streams.reached("20"), keys[1..2]);
        assert_eq!(streams.reached("query/1"), []);
        streams.closed("20");
        assert_eq!(streams.reached("20"), []);
        assert_eq!(streams.open().count(), 2);
    }
}
