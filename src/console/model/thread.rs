//! The open thread.

use crate::domain::id::TicketNumber;
use crate::wire::{Shown, ThreadEntry, TicketView};

/// The open thread: a range of its entries.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The ticket that was opened.
    pub number: TicketNumber,
    /// The ticket as the relay tells it.
    pub ticket: Option<TicketView>,
    /// The entries that are loaded.
    pub shown: Shown<ThreadEntry>,
}
