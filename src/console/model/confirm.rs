//! A question before something that cannot be taken back easily.

use super::attachment::Attachment;
use crate::domain::id::TicketNumber;
use crate::wire::ActionRequest;

/// What is done once the person says yes.
#[derive(Clone, Debug, PartialEq)]
pub enum Then {
    /// The console ends.
    Quit,
    /// These files go with what is written to a ticket, instead of their paths, which were pasted.
    Attach {
        /// The ticket.
        ticket: TicketNumber,
        /// The files.
        files: Vec<Attachment>,
        /// What was pasted.
        pasted: String,
    },
    /// These are asked of the relay.
    Act(Vec<(TicketNumber, ActionRequest)>),
}

/// A question before something that cannot be taken back easily. `accept` means yes and `back` no; keymaps give
/// no to the key that is pressed without thinking.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirm {
    /// What is asked, naming the object: `leave Guichet?`.
    pub question: String,
    /// What would happen, in one sentence.
    pub effect: String,
    /// What is done after a yes.
    pub then: Then,
}

impl Confirm {
    /// A question.
    pub fn new(question: impl Into<String>, effect: impl Into<String>, then: Then) -> Self {
        Self { question: question.into(), effect: effect.into(), then }
    }
}
