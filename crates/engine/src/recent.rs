//! A map that forgets its oldest entries.

use std::borrow::Borrow;
use std::collections::VecDeque;
use std::hash::Hash;

use rustc_hash::FxHashMap;

/// How many entries of each kind are remembered: a driver has to hold them all. What refers to an older one,
/// such as a stage that reads a shuffle after so many others were written, does not find it.
const REMEMBERED: usize = 16_384;

/// A map of which only the newest entries are kept, in the order in which their keys first came: an
/// application may run for months.
#[derive(Debug)]
pub(crate) struct Recent<K, V, const LIMIT: usize = REMEMBERED> {
    entries: FxHashMap<K, V>,
    order: VecDeque<K>,
}

impl<K, V, const LIMIT: usize> Default for Recent<K, V, LIMIT> {
    fn default() -> Self {
        Self {
            entries: FxHashMap::default(),
            order: VecDeque::new(),
        }
    }
}

impl<K: Clone + Eq + Hash, V, const LIMIT: usize> Recent<K, V, LIMIT> {
    /// The entry of `key`, made when it is not there.
    pub(crate) fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.make_room_for(&key);
        self.entries.entry(key).or_default()
    }

    /// Sets the value of `key`.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.make_room_for(&key);
        self.entries.insert(key, value);
    }

    fn make_room_for(&mut self, key: &K) {
        if !self.entries.contains_key(key) {
            // First: one more than the limit would double what the queue takes.
            if self.order.len() == LIMIT
                && let Some(oldest) = self.order.pop_front()
            {
                self.entries.remove(&oldest);
            }
            self.order.push_back(key.clone());
        }
    }

    /// Takes the entry of `key` out; its place in the order has to be looked for.
    pub(crate) fn take<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let value = self.entries.remove(key)?;
        if let Some(place) = self.order.iter().position(|other| other.borrow() == key) {
            self.order.remove(place);
        }
        Some(value)
    }

    pub(crate) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key)
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_entries_are_forgotten() {
        let mut recent: Recent<i64, i64, 3> = Recent::default();
        for key in 0..5 {
            *recent.entry(key) = key * 10;
        }
        *recent.entry(3) += 1;
        recent.insert(4, 41);
        assert_eq!(recent.get(&1), None);
        assert!(recent.contains(&2));
        assert_eq!(recent.get(&3), Some(&31));
        assert_eq!(recent.take(&4), Some(41));
        assert_eq!(recent.take(&4), None);
        recent.insert(5, 50);
        assert!(recent.contains(&2), "there was room");
        assert_eq!(recent.entries.len(), recent.order.len());
    }
}
