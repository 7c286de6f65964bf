//! What was asked of the relay and is not answered yet.

use crate::domain::id::TicketNumber;
use crate::wire::ActionRequest;
use uuid::Uuid;

/// A command that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its id: the relay carries it out once, however often it is said.
    pub id: Uuid,
    /// About which ticket.
    pub ticket: TicketNumber,
    /// What.
    pub action: ActionRequest,
}

/// What was asked of the relay and is not answered yet, in the order of asking.
#[derive(Clone, Debug, Default)]
pub struct InFlight {
    waiting: Vec<Asked>,
}

impl InFlight {
    /// Something was asked.
    pub fn ask(&mut self, asked: Asked) {
        self.waiting.push(asked);
    }

    /// It was answered; gives back what it was. A second answer finds nothing.
    pub fn answered(&mut self, id: Uuid) -> Option<Asked> {
        let place = self.waiting.iter().position(|asked| asked.id == id)?;
        Some(self.waiting.remove(place))
    }

    /// What waits, oldest first.
    pub fn waiting(&self) -> &[Asked] {
        &self.waiting
    }
}
