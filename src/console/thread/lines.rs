//! The rows of all entries that are loaded, one below the other. What is made for an entry is kept as long as
//! it, its neighbour and the width stay as they are.

use super::block::{Before, Block};
use super::day::date;
use super::look::Look;
use crate::console::model::previews::Previews;
use crate::wire::{EntryKind, EntryView, ThreadEntry};
use std::collections::HashMap;

/// A sender who goes on within this time is not named again, in milliseconds.
const GROUP_MS: i64 = 5 * 60 * 1000;

/// The rows of all entries that are loaded.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    look: Option<Look>,
    blocks: HashMap<String, Block>,
    order: Vec<String>,
    ends: Vec<usize>,
}

impl Lines {
    /// What they were made for.
    pub fn look(&self) -> Option<&Look> {
        self.look.as_ref()
    }

    /// An entry has changed: its rows are made anew.
    pub fn forget(&mut self, key: &str) {
        self.blocks.remove(key);
    }

    /// Makes the rows of what is loaded now. `new` is the key of the first entry that is new to the person.
    pub fn lay<'a>(
        &mut self,
        look: &Look,
        entries: impl Iterator<Item = &'a ThreadEntry>,
        new: Option<&str>,
        previews: &Previews,
    ) {
        if self.look.as_ref() != Some(look) {
            self.blocks.clear();
            self.look = Some(look.clone());
        }
        let mut old = std::mem::take(&mut self.blocks);
        self.order.clear();
        self.ends.clear();
        let mut last: Option<(&EntryView, jiff::civil::Date)> = None;
        let mut total = 0;
        for of in entries {
            let ThreadEntry { key, entry } = of;
            let day = date(entry.at, &look.zone);
            let is_new = new == Some(key);
            let begins = last.is_none_or(|(_, of)| of != day);
            let head = begins || is_new || !last.is_some_and(|(last, _)| goes_on(last, entry));
            let head = head && entry.kind == EntryKind::Message;
            let before = Before { day: begins.then_some(day), new: is_new, head };
            let room = previews.room(of, look.picture);
            let block = match old.remove(key) {
                Some(block) if block.before == before && block.size() == room => block,
                _ => Block::build(entry, before, room, look),
            };
            total += block.height();
            self.ends.push(total);
            self.order.push(key.clone());
            self.blocks.insert(key.clone(), block);
            last = Some((entry, day));
        }
    }

    /// Rows in all.
    pub fn total(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Entries.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Keys in order.
    pub fn keys(&self) -> &[String] {
        &self.order
    }

    /// The place of an entry.
    pub fn place(&self, key: &str) -> Option<usize> {
        self.blocks.contains_key(key).then(|| self.order.iter().position(|of| of == key))?
    }

    /// The first row of an entry.
    pub fn start(&self, place: usize) -> usize {
        place.checked_sub(1).map_or(0, |before| self.ends.get(before).copied().unwrap_or(0))
    }

    /// The row after an entry.
    pub fn end(&self, place: usize) -> usize {
        self.ends.get(place).copied().unwrap_or_else(|| self.total())
    }

    /// Which entry a row belongs to, and its how manieth row it is.
    pub fn at(&self, row: usize) -> (usize, usize) {
        let place = self.ends.partition_point(|end| *end <= row);
        let place = place.min(self.order.len().saturating_sub(1));
        (place, row.saturating_sub(self.start(place)))
    }

    /// The rows of an entry.
    pub fn block(&self, place: usize) -> Option<&Block> {
        self.blocks.get(self.order.get(place)?)
    }
}

fn goes_on(last: &EntryView, entry: &EntryView) -> bool {
    last.kind == entry.kind
        && last.author == entry.author
        && last.direction == entry.direction
        && last.source == entry.source
        && !entry.late
        && (0..GROUP_MS).contains(&entry.at.since(last.at))
}
