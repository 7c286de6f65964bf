//! The open thread: a range of its entries, and where the person is in it.
//!
//! What the reader sees is held by the entry at the top of the screen, never by a number of rows: whatever is
//! loaded above or below, and however wide the screen becomes, that entry stays. Only at the end the thread
//! follows what comes.

pub mod range;
pub mod scroll;

use super::previews::Previews;
use crate::console::thread::lines::Lines;
use crate::console::thread::look::Look;
use crate::domain::id::TicketNumber;
use crate::wire::{Change, Shown, ThreadEntry, ThreadNews, TicketView, Unfitting};
use range::{Goal, Range};
use scroll::Place;
use std::collections::HashSet;

/// The open thread.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The ticket that was opened.
    pub number: TicketNumber,
    /// The ticket as the relay tells it.
    pub ticket: Option<TicketView>,
    /// The entries that are loaded.
    pub shown: Shown<ThreadEntry>,
    /// What else the relay tells of the range.
    pub about: ThreadNews,
    /// The whole conversation is shown, also what belongs to other tickets.
    pub whole: bool,
    /// The relay has no such thread for this account.
    pub missing: bool,
    /// The last entry when the relay was asked to mark the ticket as read.
    pub read_to: Option<String>,
    range: Range,
    waiting: bool,
    goal: Option<Goal>,
    staged: Option<(Shown<ThreadEntry>, ThreadNews)>,
    fresh: bool,
    dirty: bool,
    place: Place,
    cursor: Option<String>,
    new: Option<Unread>,
    lines: Lines,
    height: usize,
}

/// Where the new entries begin. It stays while the person looks at the thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The key of the first of them.
    pub from: String,
    /// How many messages.
    pub count: u32,
}

impl Thread {
    /// A thread of which nothing is known yet.
    pub fn new(number: TicketNumber) -> Self {
        Self {
            number,
            ticket: None,
            shown: Shown::default(),
            about: ThreadNews::default(),
            whole: false,
            missing: false,
            read_to: None,
            range: Range::tail(),
            waiting: true,
            goal: None,
            staged: None,
            fresh: true,
            dirty: true,
            place: Place::End,
            cursor: None,
            new: None,
            lines: Lines::default(),
            height: 0,
        }
    }

    /// The rows of what is loaded.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Where the new entries begin.
    pub fn unread(&self) -> Option<&Unread> {
        self.new.as_ref()
    }

    /// The key of the selected entry.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// The selected entry.
    pub fn selected(&self) -> Option<&ThreadEntry> {
        self.shown.get(self.cursor.as_ref()?)
    }

    /// Folds in what the relay tells of the thread. `more`: the rest comes with the next frame; what is shown
    /// stays as it is until then.
    ///
    /// # Errors
    /// [`Unfitting`]: the thread is to be watched anew.
    pub fn take(
        &mut self,
        ticket: Option<TicketView>,
        about: ThreadNews,
        entries: Change<String, ThreadEntry>,
        more: bool,
    ) -> Result<(), Unfitting> {
        let known = ticket.as_ref().or(self.ticket.as_ref());
        if known.is_none_or(|ticket| ticket.number != self.number) {
            // A thread that was left before this came.
            return Ok(());
        }
        self.missing = false;
        let splice = entries.splice.as_ref();
        let anew = ticket.is_some() && splice.is_some_and(|to| to.first == 0 && to.last == 0);
        if anew || (ticket.is_some() && self.shown.is_empty()) {
            self.staged = Some((Shown::default(), ThreadNews::default()));
            self.waiting = false;
        }
        let was_unread = self.about.first_unread.take();
        let sees_end = self.sees_end();
        self.about.draft.clone_from(&about.draft);
        self.about.whisper.clone_from(&about.whisper);
        self.about.first_unread.clone_from(&about.first_unread);
        if let Some(ticket) = ticket {
            self.ticket = Some(ticket);
        }
        match &mut self.staged {
            Some((staged, news)) => {
                staged.apply(entries)?;
                *news = about;
            }
            None => {
                let changed: Vec<_> = entries.items.iter().map(|of| of.key.clone()).collect();
                self.shown.apply(entries)?;
                changed.iter().for_each(|key| self.lines.forget(key));
                self.about = about;
            }
        }
        if !more || self.shown.is_empty() {
            self.swap();
        }
        self.mark_new(was_unread.is_some(), sees_end);
        self.dirty = true;
        Ok(())
    }

    fn swap(&mut self) {
        let Some((staged, about)) = self.staged.take() else { return };
        for entry in staged.iter() {
            if self.shown.get(&entry.key) != Some(entry) {
                self.lines.forget(&entry.key);
            }
        }
        self.shown = staged;
        self.about = about;
    }

    fn mark_new(&mut self, was_unread: bool, sees_end: bool) {
        let count = self.ticket.as_ref().map_or(0, |ticket| ticket.unread);
        let Some(from) = self.about.first_unread.clone().filter(|_| count > 0) else { return };
        match &mut self.new {
            Some(new) if new.from == from => new.count = count,
            _ if self.fresh || (!was_unread && !sees_end) => {
                self.new = Some(Unread { from, count })
            }
            _ => {}
        }
    }

    /// What was watched is to be sent anew: nothing that comes fits what is shown.
    pub fn asked_anew(&mut self) {
        self.waiting = true;
        self.staged = None;
    }

    /// Says that rows have to be made anew that are not in step with what else is known.
    pub fn touch(&mut self) {
        self.dirty = true;
    }

    /// Brings rows and place into step with what is loaded and how wide the pane is. `height` is how many rows
    /// of entries are seen.
    pub fn settle(&mut self, look: Look, height: usize, previews: &Previews) {
        self.height = height;
        if !self.dirty && self.lines.look() == Some(&look) {
            return;
        }
        self.dirty = false;
        let held = self.hold();
        let same_width = self.lines.look().is_some_and(|was| was.columns == look.columns);
        let new = self.new.as_ref().map(|new| new.from.as_str());
        // What is told at a message that is loaded does not stand for itself.
        let here: HashSet<_> = self.shown.iter().map(|of| of.entry.id.as_str()).collect();
        let shown = self.shown.iter().filter(|of| !of.entry.is_told(&here));
        self.lines.lay(&look, shown, new, previews);
        self.held(held, same_width);
        if self.cursor.as_ref().is_some_and(|key| self.lines.place(key).is_none()) {
            self.cursor = None;
        }
        if self.fresh && !self.lines.is_empty() {
            self.fresh = false;
            self.begin();
        }
        self.reach();
    }
}
