//! The list of tickets: a range of rows out of what the relay has, in the relay's order.
//!
//! The relay has more tickets than a console holds. It is asked for at most [`ROWS`] of them round the cursor, and
//! for others before the cursor reaches their edge. A *place* is the number of a row in the whole list, from 0.

use crate::domain::id::TicketNumber;
use crate::domain::query::{Fault, SavedView};
use crate::wire::{Change, InboxView, Shown, TicketFilter, TicketView, Unfitting};
use std::collections::{BTreeSet, HashMap};

/// How many rows are asked for at once.
pub const ROWS: usize = 200;

/// The views in the order in which they are shown.
pub const VIEWS: [InboxView; 8] = [
    InboxView::Mine,
    InboxView::Unassigned,
    InboxView::MyQueues,
    InboxView::All,
    InboxView::Waiting,
    InboxView::Breaching,
    InboxView::Snoozed,
    InboxView::Solved,
];

/// A view in the list of views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tab {
    /// One that is always there.
    Always(InboxView),
    /// A query with a name: the desk's or the person's own.
    Saved(SavedView),
}

/// Which tickets a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// Those of a view.
    pub view: InboxView,
    /// Those of a saved view instead.
    pub saved: Option<SavedView>,
    /// Of which queue only.
    pub queue: Option<String>,
    /// On which line only.
    pub line: Option<String>,
    /// Of which colleague only.
    pub assignee: Option<String>,
    /// What they are searched for.
    pub query: Option<String>,
}

/// Which rows the relay is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Of which tickets.
    pub filter: TicketFilter,
    /// Where it begins.
    pub from: From,
}

/// Where a range of rows begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// At a place.
    Place(usize),
    /// Half of [`ROWS`] before a ticket.
    Ticket(TicketNumber),
}

/// Where the cursor is to go when the rows are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// To a place, or the last one before it.
    Place(usize),
    /// To a ticket, if it is in the list.
    Ticket(TicketNumber),
}

/// The list of tickets. The cursor is on a row that is loaded, or nowhere.
#[derive(Clone, Debug, Default)]
pub struct Inbox {
    /// Which tickets.
    pub view: InboxView,
    /// Those of a saved view instead.
    pub saved: Option<SavedView>,
    /// Of which queue only.
    pub queue: Option<String>,
    /// On which line only.
    pub line: Option<String>,
    /// Of which colleague only.
    pub assignee: Option<String>,
    /// What they are searched for; a search looks through all views.
    pub query: Option<String>,
    /// What is wrong in what they are searched for; then what was found before stays.
    pub fault: Option<Fault>,
    /// Those that are loaded.
    pub shown: Shown<TicketView>,
    /// The one under the cursor.
    pub cursor: Option<TicketNumber>,
    /// Those that are marked.
    pub marked: BTreeSet<TicketNumber>,
    /// What was last seen of marked ones that are not loaded any more: the way back from what is done to them.
    pub kept: HashMap<TicketNumber, TicketView>,
    /// The one that was marked last, from which a range goes.
    pub mark_from: Option<TicketNumber>,
    /// How many there are in all.
    pub total: usize,
    /// The place of the first one that is loaded.
    pub first: usize,
    /// The relay still searches: the total grows.
    pub searching: bool,
    /// There are more than the total says.
    pub beyond: bool,
    /// The place of the first row on the screen.
    pub top: usize,
    /// The place of the cursor.
    pub place: usize,
    /// The rows that were asked for last, since the connection was made.
    pub asked: Option<Range>,
    /// They have not come yet.
    pub awaited: bool,
    /// What is loaded cannot be kept up to date.
    pub stale: bool,
    /// The number of their watch. Each range has its own, so that late rows of another range are known as such.
    pub watch: u32,
    /// Where the cursor is to go when they come.
    pub goal: Option<Goal>,
}

impl Inbox {
    /// The ticket under the cursor.
    pub fn selected(&self) -> Option<&TicketView> {
        self.cursor.and_then(|number| self.shown.get(&number))
    }

    /// The ticket at a place, if it is loaded.
    pub fn at(&self, place: usize) -> Option<&TicketView> {
        place.checked_sub(self.first).and_then(|index| self.shown.iter().nth(index))
    }

    /// The place of a ticket that is loaded.
    pub fn place_of(&self, number: TicketNumber) -> Option<usize> {
        let index = self.shown.iter().position(|ticket| ticket.number == number)?;
        Some(self.first + index)
    }

    /// Which tickets these are.
    pub fn which(&self) -> Which {
        Which {
            view: self.view,
            saved: self.saved.clone(),
            queue: self.queue.clone(),
            line: self.line.clone(),
            assignee: self.assignee.clone(),
            query: self.query.clone(),
        }
    }

    /// What the relay is asked for.
    pub fn filter(&self) -> TicketFilter {
        let query = self.query.clone().filter(|query| !query.trim().is_empty());
        let query = query.or_else(|| self.saved.as_ref().map(|saved| saved.query.clone()));
        let view = Some(self.view).filter(|_| query.is_none());
        let Which { queue, line, assignee, .. } = self.which();
        TicketFilter { view, queue, line, assignee, query, ..TicketFilter::default() }
    }

    /// Whether only those of a queue, a line or a colleague are listed.
    pub fn is_narrow(&self) -> bool {
        self.queue.is_some() || self.line.is_some() || self.assignee.is_some()
    }

    /// Turns to other tickets; nothing is loaded of them yet.
    pub fn turn(&mut self, which: Which) {
        let Which { view, saved, queue, line, assignee, query } = which;
        let (asked, awaited, watch) = (self.asked.take(), self.awaited, self.watch);
        let kept = Self { asked, awaited, watch, ..Self::default() };
        *self = Self { view, saved, queue, line, assignee, query, ..kept };
    }

    /// Whether what is loaded is what is asked for now.
    pub fn is_answered(&self) -> bool {
        !self.awaited && self.asked.as_ref().is_some_and(|asked| asked.filter == self.filter())
    }

    /// A difference did not fit: the rows must be asked for anew.
    pub fn lose(&mut self) {
        self.stale = true;
        self.awaited = false;
        self.return_here();
    }

    /// The next rows are to be those round the cursor.
    fn return_here(&mut self) {
        self.goal = self.cursor.filter(|_| self.place >= ROWS / 2).map(Goal::Ticket);
    }

    /// Forgets what was asked: there is a new connection.
    pub fn forget_asked(&mut self) {
        self.asked = None;
        self.awaited = false;
        self.stale = false;
        self.return_here();
    }

    /// The range that should be asked for, if it is not the one that is loaded. `page` is how many rows are on the
    /// screen.
    pub fn wanted(&self, page: usize) -> Option<Range> {
        if self.fault.is_some() {
            return None;
        }
        let filter = self.filter();
        let last = self.asked.as_ref();
        let same = !self.stale && last.is_some_and(|asked| asked.filter == filter);
        // A search is typed letter by letter; it is asked for again when its answer to the last letters is there.
        let typing =
            last.is_some_and(|asked| asked.filter.query.is_some()) && filter.query.is_some();
        if self.awaited && (if same { self.goal.is_none() } else { typing }) {
            return None;
        }
        let end = self.first + self.shown.len();
        let loaded = self.first..end;
        let from = match self.goal {
            Some(Goal::Ticket(number)) if !same || self.shown.get(&number).is_none() => {
                From::Ticket(number)
            }
            Some(Goal::Place(place)) if !loaded.contains(&place) => {
                From::Place(place.saturating_sub(ROWS / 2))
            }
            _ if !same => From::Place(0),
            _ => {
                let margin = page.clamp(20, ROWS / 2 - 20);
                let near_start = self.first > 0 && self.place < self.first + margin;
                let near_end = end < self.total && self.place + margin >= end;
                match self.cursor.filter(|_| near_start || near_end) {
                    None => return None,
                    Some(_) if self.place < ROWS / 2 => From::Place(0),
                    Some(number) => From::Ticket(number),
                }
            }
        };
        let wanted = Range { filter, from };
        (self.stale || last != Some(&wanted)).then_some(wanted)
    }

    /// Notes that a range was asked for, under a watch.
    pub fn ask(&mut self, range: Range, watch: u32) {
        let other = self.asked.as_ref().is_some_and(|asked| asked.filter != range.filter);
        if other && self.goal.is_none() {
            self.goal = Some(Goal::Place(0));
        }
        self.asked = Some(range);
        self.stale = false;
        self.watch = watch;
        self.awaited = true;
    }

    /// Folds in rows of the range that was asked for. `more` of them come in the next frame.
    ///
    /// # Errors
    /// [`Unfitting`]: they must be asked for anew.
    pub fn take(
        &mut self,
        (total, first): (usize, usize),
        rows: Change<TicketNumber, TicketView>,
        more: bool,
    ) -> Result<(), Unfitting> {
        let before: Vec<_> = self.shown.iter().map(|ticket| ticket.number).collect();
        let marked = self.shown.iter().filter(|ticket| self.marked.contains(&ticket.number));
        self.kept.retain(|number, _| self.marked.contains(number));
        self.kept.extend(marked.map(|ticket| (ticket.number, ticket.clone())));
        if self.awaited {
            let mut fresh = Shown::default();
            fresh.apply(rows)?;
            self.shown = fresh;
            self.awaited = false;
        } else {
            self.shown.apply(rows)?;
        }
        self.first = first;
        self.total = total.max(first + self.shown.len());
        self.settle(&before, more);
        Ok(())
    }

    /// Puts the cursor where it belongs after rows have changed: where it was to go; else it stays with its
    /// ticket; else it goes to the next one that is still there.
    fn settle(&mut self, before: &[TicketNumber], more: bool) {
        let old = self.place;
        let reached = match self.goal {
            Some(Goal::Ticket(number)) => self.place_of(number),
            Some(Goal::Place(place)) => {
                let last = (self.first + self.shown.len()).checked_sub(1);
                last.filter(|_| !self.shown.is_empty()).map(|last| place.clamp(self.first, last))
            }
            None => None,
        };
        if !more {
            self.goal = None;
        }
        let stays = || self.cursor.and_then(|number| self.place_of(number));
        if let Some(place) = reached.or_else(stays) {
            self.put(place);
            if reached.is_none() && self.top > 0 {
                self.top = (self.top + self.place).saturating_sub(old);
            }
            return;
        }
        let index = before.iter().position(|number| Some(*number) == self.cursor);
        let (ahead, behind) = before.split_at(index.unwrap_or(before.len()));
        let near =
            behind.iter().chain(ahead.iter().rev()).find_map(|number| self.place_of(*number));
        match near {
            Some(place) => self.put(place),
            None => self.put(old.clamp(self.first, self.first + self.shown.len())),
        }
    }

    /// Puts the cursor to a place that is loaded, or to the nearest that is.
    fn put(&mut self, place: usize) {
        let last = (self.first + self.shown.len()).saturating_sub(1);
        let place = place.clamp(self.first, last.max(self.first));
        self.cursor = self.at(place).map(|ticket| ticket.number);
        // A relay that names a ticket twice must not part the cursor from its place.
        self.place = self.cursor.and_then(|number| self.place_of(number)).unwrap_or(0);
    }

    /// Moves the cursor to a place of the whole list; to the nearest that is loaded until the relay has sent the
    /// rows there.
    pub fn go(&mut self, place: usize) {
        let place = place.min(self.total.saturating_sub(1));
        self.put(place);
        self.goal = (self.place != place).then_some(Goal::Place(place));
    }

    /// Moves what is on the screen so that the cursor is on it. `page` is how many rows fit.
    pub fn follow(&mut self, page: usize) {
        let page = page.max(1);
        let most = self.total.saturating_sub(page);
        let least = (self.place + 1).saturating_sub(page);
        self.top = self.top.min(most).clamp(least, self.place.max(least));
    }

    /// Moves what is on the screen by some rows, and the cursor only if it would leave it.
    pub fn scroll(&mut self, rows: isize, page: usize) {
        let page = page.max(1);
        let end = self.first + self.shown.len();
        let most = end.saturating_sub(page);
        self.top = self.top.saturating_add_signed(rows).clamp(self.first.min(most), most);
        let last = (self.top + page - 1).max(self.top);
        self.put(self.place.clamp(self.top, last));
        self.goal = None;
    }

    /// Marks all from the one that was marked last to the one under the cursor; that one alone if the other is not
    /// loaded.
    pub fn mark_range(&mut self) {
        let from = self.mark_from.and_then(|number| self.place_of(number)).unwrap_or(self.place);
        let (least, most) = (from.min(self.place), from.max(self.place));
        let range = self.shown.iter().skip(least.saturating_sub(self.first)).take(most - least + 1);
        self.marked.extend(range.map(|ticket| ticket.number));
        self.mark_from = self.cursor;
    }

    /// Marks the ticket under the cursor, or takes its mark away.
    pub fn mark(&mut self) {
        self.mark_from = self.cursor;
        if let Some(number) = self.cursor
            && !self.marked.remove(&number)
        {
            self.marked.insert(number);
        }
    }
}
