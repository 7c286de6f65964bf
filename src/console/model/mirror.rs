//! What the relay has told about the desk.

use crate::domain::roster::Role;
use crate::kit::Timestamp;
use crate::wire::{
    CannedView, Change, ColleagueView, ContactView, CountsView, Desk, Keyed, NoticeView, Shown,
    TallyView, TemplateView, TicketView, Unfitting, You,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The watches that are always there; those of panes have numbers of their own.
pub mod watch {
    /// The list of tickets, the first time that it is watched on a connection; see [`INBOXES`].
    pub const INBOX: u32 = 1;
    /// The open thread.
    pub const THREAD: u32 = 2;
    /// The customer of the open thread.
    pub const CONTACT: u32 = 3;
    /// Numbers of tickets by view.
    pub const COUNTS: u32 = 4;
    /// The account's own tickets, for notifications and "next".
    pub const MINE: u32 = 5;
    /// Colleagues.
    pub const ROSTER: u32 = 6;
    /// Templates.
    pub const TEMPLATES: u32 = 7;
    /// The wall.
    pub const WALL: u32 = 8;
    /// Mentions and assignments.
    pub const NOTICES: u32 = 9;
    /// Whatever a prompt looks for.
    pub const PROMPT: u32 = 10;
    /// The most urgent tickets that are nobody's, for "next".
    pub const UNASSIGNED: u32 = 11;
    /// Canned replies.
    pub const CANNED: u32 = 12;
    /// How many tickets each saved view holds.
    pub const TALLIES: u32 = 13;
    /// The list of tickets, each later range in turn: rows of a range that was left come under its own number.
    pub const INBOXES: std::ops::Range<u32> = 1000..1500;
}

/// What the relay has told about the desk.
#[derive(Clone, Debug, Default)]
pub struct Mirror {
    /// The account.
    pub you: Option<You>,
    /// The desk.
    pub desk: Option<Desk>,
    /// Numbers of tickets.
    pub counts: CountsView,
    /// How many tickets each saved view holds, in their order.
    pub tallies: Vec<Option<TallyView>>,
    /// The account's own unsolved tickets, most urgent first, at most 200.
    pub mine: Shown<TicketView>,
    /// The most urgent tickets that are nobody's.
    pub unassigned: Shown<TicketView>,
    /// Colleagues, by name.
    pub roster: Shown<ColleagueView>,
    /// The catalogue of templates.
    pub templates: Shown<TemplateView>,
    /// When it was last compared with the platform.
    pub templates_checked: Option<Timestamp>,
    /// It is being compared with the platform: the id under which that was asked for.
    pub templates_asked: Option<Uuid>,
    /// Canned replies.
    pub canned: Shown<CannedView>,
    /// Mentions and assignments, oldest first.
    pub notices: Shown<NoticeView>,
    /// The customer of the open thread.
    pub contact: Option<ContactView>,
    /// Watches of which nothing has come yet since they were asked for: what comes first is the whole.
    pub expected: BTreeSet<u32>,
}

impl Mirror {
    /// The account's name.
    pub fn me(&self) -> Option<&str> {
        self.you.as_ref().map(|you| you.name.as_str())
    }

    /// Whether the account may do what supervisors do.
    pub fn is_supervisor(&self) -> bool {
        self.you.as_ref().is_some_and(|you| you.role != Role::Agent)
    }

    /// Messages of the account's customers that nobody has looked at.
    pub fn unread(&self) -> usize {
        self.mine.iter().map(|ticket| ticket.unread as usize).sum()
    }
}

/// Folds a difference in; the first one since the watch was asked for replaces the list.
///
/// # Errors
/// [`Unfitting`]: it must be asked for anew.
pub fn fold<V: Keyed>(
    shown: &mut Shown<V>,
    change: Change<V::Key, V>,
    first: bool,
) -> Result<(), Unfitting> {
    if !first {
        return shown.apply(change);
    }
    let mut fresh = Shown::default();
    fresh.apply(change)?;
    *shown = fresh;
    Ok(())
}
