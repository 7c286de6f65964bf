//! Evening out who has how much.

use crate::domain::id::TicketNumber;
use serde::{Deserialize, Serialize};

/// One ticket from one agent to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveView {
    /// Which.
    pub ticket: TicketNumber,
    /// Who has it.
    pub from: String,
    /// Who is to have it.
    pub to: String,
}

impl MoveView {
    /// What takes it back.
    pub fn back(self) -> Self {
        Self { ticket: self.ticket, from: self.to, to: self.from }
    }
}

/// What would even out who has how much, or what did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpreadView {
    /// In this order.
    pub moves: Vec<MoveView>,
}

/// `POST /api/v1/spread`: moves that are to be made. One whose ticket is not the agent's any more, or was answered in
/// the last ten minutes or at all, is left out; with the moves turned round, it takes back what was moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpreadRequest {
    /// As they were proposed.
    pub moves: Vec<MoveView>,
}
