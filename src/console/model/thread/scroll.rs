//! Where the reader is.

use super::Thread;

/// What stands at the top of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Whatever lets the last row stand at the bottom.
    End,
    /// A row of an entry.
    At {
        /// The key of the entry.
        key: String,
        /// Which of its rows.
        row: usize,
    },
}

/// What holds the place while rows are made anew.
pub(super) struct Held {
    row: usize,
    lead: usize,
    height: usize,
    /// Keys from the one at the top on, then those before it: the first that is still there holds the place.
    keys: Vec<String>,
}

impl Thread {
    /// The first row that is seen.
    pub fn first_row(&self) -> usize {
        let last = self.lines.total().saturating_sub(self.height);
        match &self.place {
            Place::End => last,
            Place::At { key, row } => match self.lines.place(key) {
                Some(place) => (self.lines.start(place) + row).min(last),
                None => last,
            },
        }
    }

    /// The first row to draw where `height` rows are seen.
    pub fn first_row_of(&self, height: usize) -> usize {
        if height == self.height {
            return self.first_row();
        }
        let last = self.lines.total().saturating_sub(height);
        match &self.place {
            Place::At { .. } => self.first_row().min(last),
            Place::End => last,
        }
    }

    /// Whether the newest entry is loaded and its end is on the screen.
    pub fn sees_end(&self) -> bool {
        !self.lines.is_empty()
            && !self.about.later
            && self.first_row() + self.height >= self.lines.total()
    }

    /// Whether new entries push the old ones up.
    pub fn follows(&self) -> bool {
        self.place == Place::End
    }

    /// The key of the entry at the top of the screen.
    pub fn top(&self) -> Option<&str> {
        let (place, _) = self.lines.at(self.first_row());
        self.lines.keys().get(place).map(String::as_str)
    }

    pub(super) fn hold(&self) -> Option<Held> {
        let Place::At { key, row } = &self.place else { return None };
        let place = self.lines.place(key)?;
        let block = self.lines.block(place)?;
        let keys = self.lines.keys();
        let keys = keys[place..].iter().chain(keys[..place].iter().rev()).cloned().collect();
        Some(Held { row: *row, lead: block.lead(), height: block.height(), keys })
    }

    pub(super) fn held(&mut self, held: Option<Held>, same_width: bool) {
        let Some(held) = held else { return };
        let there = held.keys.iter().find_map(|key| Some((key, self.lines.place(key)?)));
        let Some((key, place)) = there else {
            self.place = Place::End;
            return;
        };
        let Some(block) = self.lines.block(place) else { return };
        let (lead, height) = (block.lead(), block.height());
        let row = if held.keys.first() != Some(key) {
            0
        } else if held.row < held.lead {
            held.row.min(lead)
        } else if same_width {
            lead + held.row - held.lead
        } else {
            let (of, to) = (held.height - held.lead, height - lead);
            lead + (held.row - held.lead) * to / of.max(1)
        };
        self.place = Place::At { key: key.clone(), row: row.min(height.saturating_sub(1)) };
    }

    pub(super) fn set_first(&mut self, row: usize) {
        let last = self.lines.total().saturating_sub(self.height);
        self.goal = None;
        if row >= last && !self.about.later {
            self.place = Place::End;
            return;
        }
        let (place, within) = self.lines.at(row.min(last));
        if let Some(key) = self.lines.keys().get(place) {
            self.place = Place::At { key: key.clone(), row: within };
        }
    }

    /// Moves by rows: down, or up where negative. The selected entry stays on the screen.
    pub fn scroll(&mut self, rows: isize) {
        self.set_first(self.first_row().saturating_add_signed(rows));
        let Some(place) = self.cursor.as_ref().and_then(|key| self.lines.place(key)) else {
            return;
        };
        let (first, last) = self.seen();
        self.select(place.clamp(first, last));
    }

    /// Moves by a part of a page: 1 is a page, 2 half of one.
    pub fn page(&mut self, down: bool, part: usize) {
        let rows = (self.height.saturating_sub(2) / part.max(1)).max(1);
        let before = self.first_row();
        let to = if down { before + rows } else { before.saturating_sub(rows) };
        self.set_first(to);
        let (first, last) = self.seen();
        self.select(if down { last } else { first });
    }

    /// Selects the next entry, or the one before; one that does not fit on the screen is read row by row.
    pub fn step(&mut self, down: bool) {
        let (first, last) = self.seen();
        let count = self.lines.len();
        if count == 0 {
            return;
        }
        let chosen = self.cursor.as_ref().and_then(|key| self.lines.place(key));
        let Some(place) = chosen.filter(|place| (first..=last).contains(place)) else {
            self.select(if down { first } else { last });
            return;
        };
        let top = self.first_row();
        let bottom = top + self.height;
        if down && self.lines.end(place) > bottom {
            self.set_first(top + 1);
        } else if !down && self.lines.start(place) < top {
            self.set_first(top - 1);
        } else if down && place + 1 < count {
            self.select(place + 1);
            let (start, end) = (self.lines.start(place + 1), self.lines.end(place + 1));
            if end > bottom {
                self.set_first(start.min(end - self.height).max(top));
            }
        } else if !down && place > 0 {
            self.select(place - 1);
            let (start, end) = (self.lines.start(place - 1), self.lines.end(place - 1));
            if start < top {
                self.set_first(start.max(end.saturating_sub(self.height)).min(top));
            }
        } else if down {
            self.set_first(usize::MAX);
        }
    }

    /// Selects what stands in a row of the screen.
    pub fn click(&mut self, row: usize) {
        let row = self.first_row() + row;
        if row < self.lines.total() {
            self.select(self.lines.at(row).0);
        }
    }

    /// The first and the last entry of which something is seen.
    pub fn seen(&self) -> (usize, usize) {
        let first = self.first_row();
        let rows = self.height.max(1) - 1;
        (self.lines.at(first).0, self.lines.at((first + rows).min(self.lines.total())).0)
    }

    fn select(&mut self, place: usize) {
        self.cursor = self.lines.keys().get(place).cloned();
    }

    pub(super) fn show_at_top(&mut self, key: &str) {
        let Some(place) = self.lines.place(key) else { return };
        self.set_first(self.lines.start(place));
        self.cursor = Some(key.to_owned());
    }

    /// The first time that something is shown: at the end, or where the new entries begin if they fill more
    /// than the screen.
    pub(super) fn begin(&mut self) {
        let Some(place) = self.new.as_ref().and_then(|new| self.lines.place(&new.from)) else {
            return;
        };
        if self.lines.total() - self.lines.start(place) > self.height {
            let key = self.lines.keys()[place].clone();
            self.show_at_top(&key);
        }
    }
}
