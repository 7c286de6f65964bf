//! One person.

use super::ticket::ContactBrief;
use crate::domain::consent::{Said, Source};
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
    /// The other contacts that are the same person; their conversations are among these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same: Vec<ContactBrief>,
    /// Since when nothing personal is left.
    #[serde(with = "rfc3339::option")]
    pub erased_at: Option<Timestamp>,
}

/// Who is the same person as a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeRequest {
    /// The other contact.
    pub with: ContactId,
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

impl ConsentView {
    /// What counts now of a ledger.
    pub fn counting(ledger: &[ConsentEntry]) -> Vec<Self> {
        let counts = ledger.iter().filter(|entry| entry.counts);
        let said = counts.map(|entry| Self {
            purpose: entry.purpose,
            granted: entry.said == Said::Agreed,
            at: entry.at,
        });
        said.collect()
    }

    /// Whether a customer who has said all this is sent a template of that purpose; `wrote` where he has ever written
    /// himself.
    ///
    /// # Errors
    /// Since when he refuses what it is for; nothing if he never agreed to it.
    pub fn allow(all: &[Self], purpose: Purpose, wrote: bool) -> Result<(), Option<Timestamp>> {
        match all.iter().find(|consent| consent.purpose == purpose) {
            Some(consent) if consent.granted => Ok(()),
            Some(consent) => Err(Some(consent.at)),
            None if purpose == Purpose::Marketing || !wrote => Err(None),
            None => Ok(()),
        }
    }
}

/// An entry of a contact's consent ledger, which is only added to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsentEntry {
    /// What it is about.
    pub purpose: Purpose,
    /// What is said.
    pub said: Said,
    /// Since when.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// Where it comes from.
    pub source: Source,
    /// When it was written down.
    #[serde(with = "rfc3339")]
    pub entered_at: Timestamp,
    /// Who wrote it down, if it was a colleague.
    pub by: Option<String>,
    /// The customer's own words, or what was written down; nothing where there are none, or where they cannot be
    /// read any more.
    pub proof: Option<String>,
    /// It is what counts now for its purpose.
    pub counts: bool,
}

/// Something to be written into a ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    /// What it is about.
    pub purpose: Purpose,
    /// He agrees, or refuses.
    pub granted: bool,
    /// How he said so, or where the proof lies.
    pub why: String,
    /// Since when; nothing means now.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// `POST /api/v1/consents`: what many people have said, brought from elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentImport {
    /// A line of the portfolio in which they are known; may be left out where all lines are of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// At most [`ConsentImport::ROWS_MOST`].
    pub rows: Vec<ConsentRow>,
}

impl ConsentImport {
    /// Rows in one request.
    pub const ROWS_MOST: usize = 200;
}

/// What one person has said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRow {
    /// With the country's code; spaces, hyphens, brackets and a plus are ignored.
    pub phone: String,
    /// What it is about.
    pub purpose: Purpose,
    /// He agrees, or refuses.
    pub granted: bool,
    /// Since when.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// How he said so, or where the proof lies.
    pub why: String,
}

/// What became of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentImported {
    /// Rows that are in the ledgers now; those that stood there already are among them.
    pub entered: usize,
    /// Rows that are not, by their place, from 0 on, and why.
    pub refused: Vec<(usize, String)>,
}
