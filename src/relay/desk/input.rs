//! What the desk is asked, and what it answers.

use super::campaign::Campaigning;
use super::consent::Entered;
use super::join::Tying;
use crate::domain::command::{Action, Handing, Outcome};
use crate::domain::desk::DeskEvent;
use crate::domain::file::{News, Of};
use crate::domain::id::{ContactId, ConversationId, SendId, TicketNumber};
use crate::domain::line::Told;
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Member;
use crate::journal::Position;
use crate::relay::fact::{Counts, Fact, Who, Whose};
use tokio::sync::oneshot;

/// A client's id of a command: the same id is carried out once.
pub type CommandId = [u8; 16];

/// Where an answer goes, once it and all before it are on disk.
pub(super) type Answer = oneshot::Sender<Result<Answered, Refusal>>;

/// One question to the desk.
pub(super) enum Input {
    /// A webhook, or dead letters once more: those are kept already.
    Facts { facts: Vec<Fact>, kept: bool, answer: Answer },
    /// A person acts on a ticket.
    Act {
        member: Member,
        ticket: TicketNumber,
        action: Action,
        id: Option<CommandId>,
        answer: Answer,
    },
    /// The outbox is about to tell the platform.
    Attempt(SendId, Answer),
    /// The outbox was answered.
    Settle(SendId, Outcome, Answer),
    /// Something has become of a file of a conversation.
    File(ConversationId, Of, News, Answer),
    /// A mail or a call that a conversation owes was delivered, or is given up.
    Alert(ConversationId, u64, u8, bool, Answer),
    /// A ticket changes hands by the rules; in whose name, if a person said that it should.
    Hand(ConversationId, Handing, Option<Member>, Answer),
    /// Time has passed for these conversations.
    Tick(Vec<ConversationId>, Answer),
    /// Something happens to the desk itself; the actor's name, and an id if a client asked.
    Desk(String, Vec<DeskEvent>, Answer),
    /// Somebody writes into a person's consent ledger; the actor's name.
    Consent(String, ContactId, Entered, Answer),
    /// The same for whoever has these identities, also if nobody had until now.
    ConsentOf(String, Who, Entered, Answer),
    /// The platform says something of lines; the actor's name.
    Told(String, Whose, Vec<Told>, Answer),
    /// Something is asked of the campaign of that name; the actor's name.
    Campaign(String, Name, Campaigning, Answer),
    /// Somebody says who is whom; the actor's name.
    Tie(String, Tying, Answer),
    /// Forget a person: everything but the key, which the caller destroys afterwards. What happens to the desk
    /// itself is in the same commit.
    Erase(String, ContactId, Vec<DeskEvent>, Answer),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// Everything up to here is on disk and in the views, the effect of the command among it.
    pub position: Position,
    /// The answer proper.
    pub reply: Reply,
}

/// See [`Answered`].
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Of a webhook.
    Counts(Counts),
    /// A person's action was carried out; what it put into the outbox.
    Acted(Option<SendId>),
    /// The outbox may tell the platform.
    Go,
    /// The outbox may not: the message has failed with this code.
    Failed(u32),
    /// So many rows of a campaign are taken now, these among them.
    Filled(u32),
    /// So many messages of a campaign were withdrawn; none means that there are no more.
    Withdrawn(usize),
    /// It is noted.
    Done,
}
