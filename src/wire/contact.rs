//! One person.

use crate::domain::id::{ContactId, TicketNumber};
use crate::domain::template::Purpose;
use crate::domain::ticket::State;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// A contact as `guichet contacts --json` prints it. Of one who was erased the name is `erased`, and nothing
/// else personal is left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactView {
    /// Our id.
    pub id: ContactId,
    /// As he calls himself, where known.
    pub name: Option<String>,
    /// Digits as the platform writes them, where known.
    pub phone: Option<String>,
    /// The platform's business-scoped id, where known.
    pub user_id: Option<String>,
    /// `@name`, where known.
    pub username: Option<String>,
    /// One for each line on which he has written.
    pub conversations: Vec<ConversationBrief>,
    /// What he has said about messages of ours.
    pub consents: Vec<ConsentView>,
    /// Since when nothing personal is left.
    #[serde(with = "rfc3339::option")]
    pub erased_at: Option<Timestamp>,
}

/// A conversation in brief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationBrief {
    /// The operator's name of the line.
    pub line: String,
    /// The latest ticket.
    pub ticket: Option<TicketNumber>,
    /// Where it stands.
    pub state: Option<State>,
}

/// What a contact has said about messages of one purpose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsentView {
    /// What it is about.
    pub purpose: Purpose,
    /// Agreed or refused.
    pub granted: bool,
    /// Since when.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
}
