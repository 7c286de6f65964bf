//! What the console knows. Each part has one file here that keeps it true, one in `update` that changes it, one
//! in `view` that shows it.

pub mod acts;
pub mod attachment;
pub mod command_line;
pub mod composer;
pub mod confirm;
pub mod consents;
pub mod dropped;
pub mod emoji;
pub mod finder;
mod hand;
pub mod inbox;
pub mod insert;
pub mod leaving;
pub mod link;
pub mod login;
pub mod mirror;
pub mod notices;
pub mod overlay;
pub mod own;
pub mod picker;
pub mod places;
pub mod previews;
pub mod prompt;
pub mod raw;
pub mod thread;
pub mod tick;
pub mod told;
pub mod undo;
pub mod wall;

use super::context::{Context, Flag, Flags};
use super::key::Key;
use super::keymap::Keymap;
use super::layout::{self, Panes, Screen};
use super::profile::Settings;
use super::theme::Theme;
use crate::domain::id::TicketNumber;
use crate::domain::query::SavedView;
use crate::kit::Timestamp;
use crate::wire::{OfferView, TALLIES_MOST, TicketView};
use acts::InFlight;
use composer::Composer;
use inbox::{Inbox, Tab, VIEWS};
use link::LinkState;
use mirror::Mirror;
use notices::Notices;
use overlay::Overlay;
use picker::Recent;
use places::Places;
use previews::Previews;
use ratatui::layout::Rect;
use thread::Thread;
use told::Told;
use undo::Undo;
use uuid::Uuid;
use wall::Wall;

/// Everything that the console knows.
#[derive(Debug)]
pub struct Model {
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The present instant of the real clock that never runs back.
    pub now: Timestamp,
    /// What the person has set.
    pub settings: Settings,
    /// The keys.
    pub keymap: Keymap,
    /// The looks.
    pub theme: Theme,
    /// Keys of a chord that is not at its end.
    pub chord: Vec<Key>,
    /// The connection, and the desk's clock.
    pub link: LinkState,
    /// What the relay has told about the desk.
    pub mirror: Mirror,
    /// What fills the screen.
    pub screen: Screen,
    /// The list of tickets.
    pub inbox: Inbox,
    /// The open thread.
    pub thread: Option<Thread>,
    /// What is being written to it.
    pub composer: Composer,
    /// Whether keys go to the composer.
    pub composing: bool,
    /// What lies over the screen; the last one has the focus.
    pub overlays: Vec<Overlay>,
    /// What was asked of the relay and is not answered.
    pub in_flight: InFlight,
    /// The console is being left.
    pub leaving: Option<leaving::Leaving>,
    /// Values that were used in templates.
    pub recent: Recent,
    /// Forms of messages that were begun and not sent, those left last at the end.
    pub forms: Vec<(TicketNumber, insert::Form)>,
    /// Emoji that were used.
    pub emoji: emoji::Used,
    /// Where the person was before.
    pub places: Places,
    /// Pictures that are seen in threads.
    pub previews: Previews,
    /// The wall.
    pub wall: Wall,
    /// How the person himself stands.
    pub own: own::Own,
    /// What was told to the person.
    pub told: Told,
    /// What can be undone.
    pub undo: Undo,
    /// What was told although the person does not look at it.
    pub notices: Notices,
    /// The folder that a path is typed from.
    pub listing: command_line::Listing,
    /// Command lines that were entered.
    pub commands: command_line::History,
    ids: (u64, u64),
}

impl Model {
    /// A console that has just been started. `seed` makes the ids of its commands, and must not be used twice.
    pub fn new(
        size: (u16, u16),
        now: Timestamp,
        seed: u64,
        settings: Settings,
        keymap: Keymap,
        theme: Theme,
    ) -> Self {
        Self {
            size,
            now,
            settings,
            keymap,
            theme,
            chord: Vec::new(),
            link: LinkState::default(),
            mirror: Mirror::default(),
            screen: Screen::Inbox,
            inbox: Inbox::default(),
            thread: None,
            composer: Composer::default(),
            composing: false,
            overlays: Vec::new(),
            in_flight: InFlight::default(),
            leaving: None,
            recent: Recent::default(),
            forms: Vec::new(),
            emoji: emoji::Used::default(),
            places: Places::default(),
            previews: Previews::default(),
            wall: Wall::default(),
            own: own::Own::new(now),
            told: Told::default(),
            undo: Undo::default(),
            notices: Notices::default(),
            listing: command_line::Listing::default(),
            commands: command_line::History::default(),
            ids: (seed, 0),
        }
    }

    /// An id that no other command has.
    pub fn fresh_id(&mut self) -> Uuid {
        self.ids.1 += 1;
        Uuid::from_u64_pair(self.ids.0, self.ids.1)
    }

    /// Begins other ids: two consoles in one process must not give the same.
    #[doc(hidden)]
    pub fn reseed(&mut self, seed: u64) {
        self.ids = (seed, 0);
    }

    /// The id of this console among those of the account.
    pub fn console(&self) -> Uuid {
        Uuid::from_u64_pair(self.ids.0, 0)
    }

    /// The whole screen.
    pub fn area(&self) -> Rect {
        Rect::new(0, 0, self.size.0, self.size.1)
    }

    /// Where the panes lie.
    pub fn panes(&self) -> Panes {
        let composer = layout::panes(self.area(), self.screen, 1).composer;
        let rows = self.composer.rows(composer.width.into());
        layout::panes(self.area(), self.screen, rows)
    }

    /// Desk time.
    pub fn desk_now(&self) -> Timestamp {
        self.link.desk_time(self.now)
    }

    /// The ticket that an action is about: the open one, or the one under the cursor.
    pub fn subject(&self) -> Option<&TicketView> {
        match (self.screen, &self.thread) {
            // What the list shows of it is good until the thread has come.
            (Screen::Thread, Some(thread)) => {
                thread.ticket.as_ref().or_else(|| self.inbox.shown.get(&thread.number))
            }
            (Screen::Inbox, _) => self.inbox.selected(),
            _ => None,
        }
    }

    /// Its number.
    pub fn subject_number(&self) -> Option<TicketNumber> {
        self.subject().map(|ticket| ticket.number)
    }

    /// The ticket whose thread is on the screen.
    pub fn open_ticket(&self) -> Option<TicketNumber> {
        let thread = self.thread.as_ref().filter(|_| self.screen == Screen::Thread);
        thread.map(|thread| thread.number)
    }

    /// Tickets with something that was written and not sent: in the composer, in forms that were left, in what is
    /// open over the screen.
    pub fn unsent(&self) -> impl Iterator<Item = TicketNumber> {
        let begun = |overlay: &Overlay| match overlay {
            Overlay::Insert(insert) => {
                insert.form.as_ref().filter(|form| !form.is_untouched()).map(|_| insert.ticket)
            }
            Overlay::Picker(picker) => picker.is_going().then_some(picker.ticket),
            _ => None,
        };
        let open = self.overlays.iter().filter_map(begun);
        self.composer.unsent().chain(self.forms.iter().map(|(ticket, _)| *ticket)).chain(open)
    }

    /// Where keys go.
    pub fn context(&self) -> Context {
        match self.overlays.last() {
            Some(overlay) => overlay.context(),
            None => match self.screen {
                Screen::Inbox => Context::Inbox,
                Screen::Wall => Context::Wall,
                Screen::Thread if self.composing => Context::Composer,
                Screen::Thread => Context::Thread,
            },
        }
    }

    /// The views as they are listed: those that are always there, the desk's, the person's own.
    pub fn tabs(&self) -> Vec<Tab> {
        let saved = self.saved_views().cloned().map(Tab::Saved);
        VIEWS.map(Tab::Always).into_iter().chain(saved).collect()
    }

    /// What is offered to the person and not answered, the first to run out first.
    pub fn offers(&self) -> impl Iterator<Item = &OfferView> {
        let me = self.mirror.me().and_then(|me| self.mirror.roster.get(&me.to_owned()));
        let now = self.desk_now();
        let open = move |offer: &&OfferView| {
            offer.until >= now && !self.own.answered.contains(&offer.ticket)
        };
        me.into_iter().flat_map(|me| &me.offers).filter(open)
    }

    /// The desk's saved views and the person's own.
    pub fn saved_views(&self) -> impl Iterator<Item = &SavedView> {
        let desk = self.mirror.desk.iter().flat_map(|desk| &desk.views);
        desk.chain(&self.settings.views)
    }

    /// How many tickets have a note that names the account and that it has not looked at since.
    pub fn named_anew(&self) -> usize {
        let saved = self.saved_views().take(TALLIES_MOST - 1).count();
        self.mirror.tallies.get(saved).copied().flatten().map_or(0, |tally| tally.total)
    }

    /// The view that is listed, among [`Model::tabs`].
    pub fn tab(&self) -> Tab {
        match &self.inbox.saved {
            Some(saved) => Tab::Saved(saved.clone()),
            None => Tab::Always(self.inbox.view),
        }
    }

    /// What is so at this moment.
    pub fn flags(&self) -> Flags {
        let ticket = self.subject();
        let me = self.mirror.me();
        let is = |test: &dyn Fn(&TicketView) -> bool| ticket.is_some_and(test);
        Flags::default()
            .with(Flag::Online, self.link.is_online())
            .with(Flag::Ticket, ticket.is_some())
            .with(Flag::Mine, is(&|ticket| ticket.assignee.as_deref() == me))
            .with(Flag::Unassigned, is(&|ticket| ticket.assignee.is_none()))
            .with(Flag::Solved, is(&|ticket| !ticket.state.is_unsolved()))
            .with(
                Flag::WindowOpen,
                is(&|ticket| ticket.window.until.is_some_and(|until| until > self.desk_now())),
            )
            .with(Flag::Marked, !self.inbox.marked.is_empty())
            .with(Flag::Typed, !self.composer.editor.is_empty())
            .with(Flag::Selection, self.composer.editor.selection().is_some())
            .with(Flag::Note, self.composer.note)
            .with(Flag::Entry, self.thread.as_ref().is_some_and(|open| open.cursor().is_some()))
            .with(Flag::Searching, self.inbox.query.is_some())
            .with(Flag::Undoable, !self.undo.is_empty())
            .with(Flag::Supervisor, self.mirror.is_supervisor())
            .with(Flag::Wide, layout::breadth(self.size.0) == layout::Breadth::Wide)
    }
}
