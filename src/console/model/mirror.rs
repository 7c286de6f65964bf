//! What the relay has told about the desk.

use crate::domain::roster::Role;
use crate::wire::{
    ColleagueView, ContactView, CountsView, Desk, NoticeView, Shown, TemplateView, TicketView,
    WallView, You,
};

/// The watches that are always there; those of panes have numbers of their own.
pub mod watch {
    /// The list of tickets.
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
    /// The account's own tickets, in the relay's order.
    pub mine: Shown<TicketView>,
    /// The most urgent tickets that are nobody's.
    pub unassigned: Shown<TicketView>,
    /// Colleagues, by name.
    pub roster: Shown<ColleagueView>,
    /// Mentions and assignments, oldest first.
    pub notices: Shown<NoticeView>,
    /// The catalogue of templates.
    pub templates: Shown<TemplateView>,
    /// Queues, agents and lines, while they are watched.
    pub wall: WallView,
    /// The customer of the open thread.
    pub contact: Option<ContactView>,
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
}
