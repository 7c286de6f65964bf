//! The words by which events are told.

use super::Event;
use crate::domain::id::TicketNumber;
use crate::domain::offer::Unaccepted;

impl Event {
    /// The ticket that begins with it.
    pub fn begins(&self) -> Option<TicketNumber> {
        match self {
            Self::TicketOpened { number, .. } => Some(*number),
            Self::TicketSplit(split) => Some(split.number),
            _ => None,
        }
    }

    /// The word by which it is told in threads, exports and audits.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Received { .. } => "received",
            Self::Echoed { .. } => "echoed",
            Self::FileCame { .. } => "file_came",
            Self::FileStored { .. } => "file_stored",
            Self::FileLost { .. } => "file_lost",
            Self::FileExpired { .. } => "file_expired",
            Self::SeenAgain { .. } => "seen_again",
            Self::StatusSeen { .. } => "status",
            Self::TicketOpened { .. } => "opened",
            Self::TicketBackdated { .. } => "backdated",
            Self::TicketReopened { .. } => "reopened",
            Self::Assigned { to: Some(_), .. } => "assigned",
            Self::Assigned { to: None, .. } => "released",
            Self::Offered(_) => "offered",
            Self::OfferEnded(ended) => match ended.how {
                Unaccepted::Declined => "offer_declined",
                Unaccepted::Missed => "offer_missed",
                Unaccepted::Gone => "offer_taken_back",
            },
            Self::Moved { .. } => "moved",
            Self::StateChanged { .. } => "state",
            Self::Snoozed { .. } => "snoozed",
            Self::Solved { .. } => "solved",
            Self::Closed { .. } => "closed",
            Self::TicketMerged { .. } => "merged",
            Self::TicketTook(_) => "took",
            Self::Unmerged(_) => "unmerged",
            Self::TicketSplit(_) => "split",
            Self::Parted { .. } => "parted",
            Self::PriorityChanged { .. } => "priority",
            Self::Tagged { .. } => "tagged",
            Self::MarkedRead { .. } => "marked_read",
            Self::Noted { .. } => "noted",
            Self::MentionsSeen(_) => "mentions_seen",
            Self::Followed(_) => "followed",
            Self::TodoAdded(_) => "todo",
            Self::TodoSettled(_) => "todo_settled",
            Self::FieldSet(_) => "field",
            Self::Linked(_) => "linked",
            Self::TodoDue(_) => "todo_due",
            Self::Queued { .. } => "queued",
            Self::Attempted { .. } => "attempted",
            Self::Accepted { .. } => "accepted",
            Self::Deferred { .. } => "deferred",
            Self::Failed { .. } => "failed",
            Self::Unconfirmed { .. } => "unconfirmed",
            Self::Cancelled { .. } => "cancelled",
            Self::Confirmed { .. } => "confirmed",
            Self::WindowWarned { .. } => "window_warned",
            Self::WindowClosed { .. } => "window_closed",
            Self::ClockStarted { .. } => "clock_started",
            Self::ClockMoved { .. } => "clock_moved",
            Self::ClockPaused { .. } => "clock_paused",
            Self::ClockEnded { .. } => "clock_ended",
            Self::ClocksRuled { .. } => "clocks_ruled",
            Self::ClockWarned { .. } => "clock_warned",
            Self::Escalated(_) => "escalated",
            Self::Acknowledged(_) => "acknowledged",
            Self::Alerted(_) => "alerted",
            Self::ClockBreached { .. } => "clock_breached",
        }
    }
}

/// Whether a value need not be written.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
