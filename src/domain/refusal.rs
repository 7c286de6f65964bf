//! Why something was not done. Data, so that it can be shown, logged, compared and translated.

use super::name::Name;
use super::template::Purpose;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// Why the desk refuses a command. The text says what is the matter; [`Refusal::hint`] what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Refusal {
    /// No such ticket, or none that this account may see.
    #[error("there is no such ticket")]
    NoTicket,
    /// Free text after the window.
    #[error("the 24-hour window is closed{}", instant(" since", *since))]
    WindowClosed {
        /// Since when; nothing if the customer has never written.
        since: Option<Timestamp>,
    },
    /// A colleague works on it.
    #[error("the ticket is {holder}'s")]
    HeldBy {
        /// The colleague.
        holder: Name,
    },
    /// It was offered to him no longer, or never.
    #[error("the ticket is not offered to you")]
    NotOffered,
    /// It is not this person's to give back.
    #[error("the ticket is nobody's")]
    NotAssigned,
    /// Nobody waits for somebody to take care of it.
    #[error("nothing of the ticket has escalated")]
    NotEscalated,
    /// The action does not fit the ticket's state.
    #[error("the ticket is {state}")]
    WrongState {
        /// The state it is in.
        state: super::ticket::State,
    },
    /// The role does not allow it.
    #[error("this needs the role {needed}")]
    RoleMissing {
        /// The least role that may.
        needed: super::roster::Role,
    },
    /// Not a member of the queue.
    #[error("you are not a member of the queue {queue}")]
    QueueForeign {
        /// The queue.
        queue: Name,
    },
    /// No such queue.
    #[error("there is no queue {name}")]
    QueueUnknown {
        /// As asked for.
        name: Name,
    },
    /// Tickets of that queue have no such field.
    #[error("tickets of this queue have no field {name}")]
    FieldUnknown {
        /// As asked for.
        name: Name,
    },
    /// Something else may stand in the field.
    #[error("the field {name} takes {wants}")]
    FieldWrong {
        /// Which.
        name: Name,
        /// What, in words.
        wants: String,
    },
    /// What must have a value has none.
    #[error("these fields have no value yet: {}", names.join(", "))]
    FieldsMissing {
        /// Which.
        names: Vec<String>,
    },
    /// No such colleague, or disabled.
    #[error("there is no active agent {name}")]
    AgentUnknown {
        /// As asked for.
        name: Name,
    },
    /// Nothing to send.
    #[error("the message is empty")]
    Empty,
    /// Longer than the platform takes.
    #[error("the message has {length} characters; the most is {most}")]
    TooLong {
        /// Characters given.
        length: usize,
        /// Characters allowed.
        most: usize,
    },
    /// The line's provider has no such messages.
    #[error("{by}, which carries this line, does not take a message of this kind: {what}")]
    NotCarried {
        /// The kind, or `quote`.
        what: String,
        /// Who carries the line.
        by: Name,
    },
    /// Groups have no such messages.
    #[error("a group does not take a message of this kind: {what}")]
    NotInGroups {
        /// The kind.
        what: String,
    },
    /// A part of it is shorter, longer, fewer or more than the platform takes.
    #[error("{part} has {given} {of}; WhatsApp takes {}", range(*least, *most))]
    Limit {
        /// Which part, in words.
        part: String,
        /// Of what: characters, rows ...
        of: String,
        /// So many were given.
        given: usize,
        /// So many are needed.
        least: usize,
        /// So many are allowed.
        most: usize,
    },
    /// No such template in that language.
    #[error("{}", unknown_template(name, language, languages))]
    TemplateUnknown {
        /// As asked for.
        name: String,
        /// As asked for.
        language: String,
        /// Languages in which there is one of that name.
        languages: Vec<String>,
    },
    /// Only approved ones can be sent.
    #[error("the template {name} is {status}, not APPROVED")]
    TemplateNotApproved {
        /// Its name.
        name: String,
        /// The platform's word.
        status: String,
    },
    /// Of a shape that cannot be sent from here.
    #[error("the template {name} cannot be sent from here: {reason}")]
    TemplateUnsendable {
        /// Its name.
        name: String,
        /// What it has.
        reason: String,
    },
    /// Too few, too many or misnamed values.
    #[error("the template takes the values [{}], given were [{}]", expected.join(", "), given.join(", "))]
    ParametersWrong {
        /// Slot names.
        expected: Vec<String>,
        /// Names given.
        given: Vec<String>,
    },
    /// A value that the platform would refuse.
    #[error("the value {name} is empty or has a line end, a tab or more than four spaces in a row")]
    ParameterMalformed {
        /// The slot.
        name: String,
    },
    /// The customer has not agreed, or no longer.
    #[error("{}", not_consented(*purpose, *since))]
    ConsentMissing {
        /// To what.
        purpose: Purpose,
        /// Since when he has refused; nothing if he never agreed.
        since: Option<Timestamp>,
    },
    /// The desk's own bound on marketing.
    #[error("the customer gets at most {most} marketing messages a week{}", instant("; there is room again at", *until))]
    MarketingCap {
        /// So many.
        most: usize,
        /// When there is room for one more; nothing if that hangs on messages that still wait.
        until: Option<Timestamp>,
    },
    /// No such campaign.
    #[error("there is no such campaign")]
    NoCampaign,
    /// The campaign does not go from where it stands to what is asked for.
    #[error("the campaign is {}", stage.word())]
    CampaignIs {
        /// Where it stands.
        stage: super::campaign::Stage,
    },
    /// The person gets the campaign's message already, by another row.
    #[error("another row of the campaign is the same person's")]
    Twice,
    /// No such message of ours in this conversation.
    #[error("there is no such message in the outbox")]
    NoMessage,
    /// The message of ours is past the point at which that could be done.
    #[error("the message is already {}", status.word())]
    MessageIs {
        /// How far it is.
        status: super::status::Status,
    },
    /// What is to be quoted was not said here.
    #[error("the quoted message is not in this conversation")]
    QuoteUnknown,
    /// An instant in the past.
    #[error("{at} is not in the future")]
    NotFuture {
        /// As asked for.
        at: Timestamp,
    },
    /// The contact's personal data were erased.
    #[error("the contact was erased")]
    Erased,
    /// The name is already in use.
    #[error("{name} already exists")]
    Exists {
        /// As asked for.
        name: Name,
    },
    /// A change came between; ask again.
    #[error("the ticket changed while this was being decided")]
    Retry,
    /// The relay cannot take more just now.
    #[error("the relay cannot write at the moment: {reason}")]
    Unavailable {
        /// Why.
        reason: String,
    },
    /// Malformed for another reason.
    #[error("{what}")]
    Malformed {
        /// What is wrong.
        what: String,
    },
}

/// The instant after these words, where there is one.
fn instant(words: &str, at: Option<Timestamp>) -> String {
    at.map(|at| format!("{words} {at}")).unwrap_or_default()
}

fn not_consented(purpose: Purpose, since: Option<Timestamp>) -> String {
    let purpose = purpose.word();
    match since {
        Some(since) => format!("the customer has refused {purpose} messages since {since}"),
        None => format!("the customer has not consented to {purpose} messages"),
    }
}

fn range(least: usize, most: usize) -> String {
    if least == 0 { format!("at most {most}") } else { format!("{least} to {most}") }
}

fn unknown_template(name: &str, language: &str, languages: &[String]) -> String {
    if languages.is_empty() {
        format!("there is no template {name}")
    } else {
        format!("there is no template {name} in {language}; there is {}", languages.join(", "))
    }
}

impl Refusal {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTicket => "no_ticket",
            Self::WindowClosed { .. } => "window_closed",
            Self::HeldBy { .. } => "held_by",
            Self::NotOffered => "not_offered",
            Self::NotAssigned => "not_assigned",
            Self::NotEscalated => "not_escalated",
            Self::WrongState { .. } => "wrong_state",
            Self::RoleMissing { .. } => "role_missing",
            Self::QueueForeign { .. } => "queue_foreign",
            Self::QueueUnknown { .. } => "queue_unknown",
            Self::FieldUnknown { .. } => "field_unknown",
            Self::FieldWrong { .. } => "field_wrong",
            Self::FieldsMissing { .. } => "fields_missing",
            Self::AgentUnknown { .. } => "agent_unknown",
            Self::Empty => "empty",
            Self::TooLong { .. } => "too_long",
            Self::NotCarried { .. } => "not_carried",
            Self::NotInGroups { .. } => "not_in_groups",
            Self::Limit { .. } => "limit",
            Self::TemplateUnknown { .. } => "template_unknown",
            Self::TemplateNotApproved { .. } => "template_not_approved",
            Self::TemplateUnsendable { .. } => "template_unsendable",
            Self::ParametersWrong { .. } => "parameters_wrong",
            Self::ParameterMalformed { .. } => "parameter_malformed",
            Self::ConsentMissing { .. } => "consent_missing",
            Self::MarketingCap { .. } => "marketing_cap",
            Self::NoCampaign => "no_campaign",
            Self::CampaignIs { .. } => "campaign_is",
            Self::Twice => "twice",
            Self::NoMessage => "no_message",
            Self::MessageIs { .. } => "message_is",
            Self::QuoteUnknown => "quote_unknown",
            Self::NotFuture { .. } => "not_future",
            Self::Erased => "erased",
            Self::Exists { .. } => "exists",
            Self::Retry => "retry",
            Self::Unavailable { .. } => "unavailable",
            Self::Malformed { .. } => "malformed",
        }
    }

    /// Since when it is so, where that is known.
    pub fn since(&self) -> Option<Timestamp> {
        match self {
            Self::WindowClosed { since } | Self::ConsentMissing { since, .. } => *since,
            _ => None,
        }
    }

    /// Until when it is so, where that is known.
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::MarketingCap { until, .. } => *until,
            _ => None,
        }
    }

    /// What to do about it; empty where nothing helps.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::WindowClosed { .. } => "send a template, or wait until the customer writes",
            Self::HeldBy { .. } => "write a note, or ask a supervisor to reassign it",
            Self::NotOffered => "take it, if it is nobody's",
            Self::NotAssigned => "take it first",
            Self::WrongState { .. } => "reopen it first, or wait until the customer writes",
            Self::RoleMissing { .. } => "ask a supervisor",
            Self::QueueForeign { .. } => "ask an admin to make you a member",
            Self::QueueUnknown { .. } => "the wall shows the queues that there are",
            Self::FieldUnknown { .. } => "the operator describes fields in [[field]]",
            Self::FieldWrong { .. } => "give such a value",
            Self::FieldsMissing { .. } => "set them first, as :field NAME VALUE",
            Self::AgentUnknown { .. } => "see `guichet admin agent list`",
            Self::Empty => "write something",
            Self::TooLong { .. } => "send it in two messages",
            Self::Limit { given, least, .. } if given < least => "fill it in",
            Self::NotCarried { .. } | Self::NotInGroups { .. } => "say it in a text",
            Self::Limit { .. } => "shorten it",
            Self::TemplateUnknown { .. } | Self::TemplateNotApproved { .. } => {
                "see `guichet templates`"
            }
            Self::TemplateUnsendable { .. } => "choose another template",
            Self::ParametersWrong { .. } | Self::ParameterMalformed { .. } => {
                "give each value once, as --param NAME=VALUE"
            }
            Self::ConsentMissing { .. } => {
                "only the customer can agree; free text in an open window is allowed"
            }
            Self::MarketingCap { .. } => "wait until the week is over, or write in an open window",
            Self::MessageIs { .. } => "look at the thread for what became of it",
            Self::QuoteUnknown => "quote a message by its id in the thread",
            Self::NotFuture { .. } => "give a later time",
            Self::Retry => "try again",
            Self::Unavailable { .. } => "try again in a minute; tell the operator",
            Self::NoTicket => "see `guichet tickets`",
            Self::NoCampaign | Self::CampaignIs { .. } => "see `guichet campaigns`",
            Self::Twice
            | Self::NoMessage
            | Self::NotEscalated
            | Self::Erased
            | Self::Exists { .. }
            | Self::Malformed { .. } => "",
        }
    }
}
