//! What a webhook tells, in the desk's words.

use crate::domain::command::{Arrival, Track};
use crate::domain::id::{ConversationId, MessageKey};
use crate::domain::identity::Known;
use crate::domain::line::Told;
use crate::domain::name::Name;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing that the platform tells. Its JSON is what is kept of one that could not be decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// The line, by the platform's phone number id.
    pub line: Name,
    /// Whom it is about; no identities where it is about nobody.
    pub who: Who,
    /// What it is.
    pub what: What,
}

/// A person as a webhook describes him.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Who {
    /// The surest first.
    pub identities: Vec<Known>,
    /// How he calls himself, and a fingerprint of it.
    pub name: Option<(String, MessageKey)>,
    /// The name stands only as long as nobody tells another.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub makeshift: bool,
    /// A number that he gives as his own because he was asked for it. It is not taken for what the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<Known>,
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A message, either way.
    Message(Box<Arrival>),
    /// How far a message of ours has come; the conversation that our own id names, if it came back.
    Status(Option<ConversationId>, Track),
    /// The customer refuses or allows marketing in the platform's own menu.
    Preference {
        /// Allows.
        granted: bool,
        /// Platform time.
        at: Timestamp,
        /// How it stands in the thread of the line; nothing where the platform names no line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entry: Option<Box<Arrival>>,
    },
    /// The person is now also known by these.
    Renamed(Vec<Known>),
    /// The book of the line's phone calls the person so; by an empty name it does so no longer.
    Booked {
        /// Platform time.
        at: Timestamp,
    },
    /// The platform said something of lines. Its raw form is kept as well.
    Told {
        /// Of which.
        whose: Whose,
        /// What.
        news: Vec<Told>,
        /// The platform's word for it.
        what: String,
        /// As it came.
        raw: String,
    },
    /// Kept as it came; nothing to decide.
    Noticed {
        /// The platform's word for it.
        what: String,
        /// As it came.
        raw: String,
    },
    /// Could not be handled.
    Dead {
        /// Why: a word, a colon, a sentence, without personal data.
        reason: String,
        /// As it came.
        raw: String,
    },
}

/// The lines that news are about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// This one.
    Line(Name),
    /// Those of an account.
    Account {
        /// The WhatsApp Business account.
        account: Name,
        /// Only the one with this number, where the platform names one.
        number: Option<String>,
    },
}

/// What became of the facts of one webhook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Facts that changed something.
    pub taken: usize,
    /// Facts that were known already.
    pub duplicates: usize,
    /// Facts that went to the dead letters.
    pub dead: usize,
}
