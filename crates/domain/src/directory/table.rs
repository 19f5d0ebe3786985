//! Rows by key, of which some are known, with a journal to take changes back by.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Rows by key: known to be there, known to be absent, or not known.
#[derive(Clone, Debug)]
pub(super) struct Table<K, V> {
    rows: BTreeMap<K, Option<V>>,
    /// What each change replaced, oldest first.
    journal: Vec<(K, Option<V>)>,
}

/// One net change of a record, as storage writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T> {
    /// It was not there.
    Insert(T),
    /// It was there, and is different now.
    Update {
        /// As it was read.
        before: T,
        /// As it is to be.
        after: T,
    },
    /// It was there, as given, and is gone.
    Delete(T),
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            journal: Vec::new(),
        }
    }
}

impl<K: Ord + Clone, V: Clone + PartialEq> Table<K, V> {
    /// What is known of the row: nothing, that it is absent, or the row.
    pub(super) fn look(&self, key: &K) -> Option<Option<&V>> {
        self.rows.get(key).map(Option::as_ref)
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key).and_then(Option::as_ref)
    }

    /// The rows that are there, by key.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.rows
            .iter()
            .filter_map(|(key, row)| row.as_ref().map(|row| (key, row)))
    }

    /// The rows that are there between two keys, both included.
    pub(super) fn between(&self, first: K, last: K) -> impl Iterator<Item = (&K, &V)> {
        self.rows
            .range(first..=last)
            .filter_map(|(key, row)| row.as_ref().map(|row| (key, row)))
    }

    /// Takes in what was loaded; what is known already stands, whatever a loader says twice.
    pub(super) fn learn(&mut self, key: K, row: Option<V>) {
        if let Entry::Vacant(place) = self.rows.entry(key) {
            place.insert(row);
        }
    }

    pub(super) fn put(&mut self, key: K, row: V) {
        self.set(key, Some(row));
    }

    pub(super) fn remove(&mut self, key: K) {
        self.set(key, None);
    }

    fn set(&mut self, key: K, row: Option<V>) {
        let before = self.rows.insert(key.clone(), row).flatten();
        self.journal.push((key, before));
    }

    pub(super) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Takes back every change made since the mark.
    pub(super) fn rewind(&mut self, mark: usize) {
        while self.journal.len() > mark {
            if let Some((key, before)) = self.journal.pop() {
                self.rows.insert(key, before);
            }
        }
    }

    /// Forgets how it came here: what is, is the new beginning.
    pub(super) fn settle(&mut self) {
        self.journal.clear();
    }

    /// The net changes since the beginning, by key.
    pub(super) fn changes(&self) -> Vec<Change<V>> {
        let mut first = BTreeMap::new();
        for (key, before) in &self.journal {
            first.entry(key).or_insert(before.as_ref());
        }
        first
            .into_iter()
            .filter_map(|(key, before)| match (before, self.get(key)) {
                (None, None) => None,
                (None, Some(after)) => Some(Change::Insert(after.clone())),
                (Some(before), None) => Some(Change::Delete(before.clone())),
                (Some(before), Some(after)) => (before != after).then(|| Change::Update {
                    before: before.clone(),
                    after: after.clone(),
                }),
            })
            .collect()
    }
}
