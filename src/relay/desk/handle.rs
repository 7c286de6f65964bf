//! How everybody else asks the desk.

use super::Tying;
use super::campaign::Campaigning;
use super::consent::Entered;
use super::input::{Answer, Answered, CommandId, Input, Reply};
use crate::domain::command::{Action, Handing, Outcome};
use crate::domain::desk::DeskEvent;
use crate::domain::file::{News, Of};
use crate::domain::id::{ContactId, ConversationId, SendId, TicketNumber};
use crate::domain::line::Told;
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Member;
use crate::relay::fact::{Counts, Fact, Who, Whose};
use tokio::sync::{mpsc, oneshot};

/// A way to the desk; cloned freely. Every answer is given when everything up to it is on disk and in the
/// views.
#[derive(Clone)]
pub struct DeskHandle {
    inputs: mpsc::Sender<Input>,
}

/// More waits than the desk can take; or the relay is stopping. Nothing was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more webhooks wait than the desk can take; send it again later")]
pub struct Overloaded;

impl DeskHandle {
    pub(super) fn new(inputs: mpsc::Sender<Input>) -> Self {
        Self { inputs }
    }

    /// Takes a webhook. Answers when all of it is on disk; at once, without taking it, when too much waits.
    ///
    /// # Errors
    /// [`Overloaded`]: answer 503, the platform sends it again.
    pub async fn facts(&self, facts: Vec<Fact>) -> Result<Counts, Overloaded> {
        let (answer, answered) = oneshot::channel();
        let input = Input::Facts { facts, kept: false, answer };
        self.inputs.try_send(input).map_err(|_| Overloaded)?;
        match answered.await {
            Ok(Ok(Answered { reply: Reply::Counts(counts), .. })) => Ok(counts),
            _ => Err(Overloaded),
        }
    }

    /// Takes what was a dead letter, if it can be decided now.
    ///
    /// # Errors
    /// When its conversation still cannot be read, or the relay is stopping: nothing has changed then.
    pub async fn facts_again(&self, facts: Vec<Fact>) -> Result<Answered, Refusal> {
        self.ask(|answer| Input::Facts { facts, kept: true, answer }).await
    }

    /// A person acts on a ticket. With an `id`, the same command sent again is carried out once and answered
    /// alike; a refused one is judged anew.
    ///
    /// # Errors
    /// The desk's [`Refusal`].
    pub async fn act(
        &self,
        member: Member,
        ticket: TicketNumber,
        action: Action,
        id: Option<CommandId>,
    ) -> Result<Answered, Refusal> {
        self.ask(|answer| Input::Act { member, ticket, action, id, answer }).await
    }

    /// The outbox is about to tell the platform: [`Reply::Go`] once that is on disk, [`Reply::Failed`] if the
    /// message may not be sent any more.
    ///
    /// # Errors
    /// The desk's [`Refusal`], when the message is not the next one to be tried.
    pub async fn attempt(&self, send: SendId) -> Result<Answered, Refusal> {
        self.ask(|answer| Input::Attempt(send, answer)).await
    }

    /// The platform answered, or did not.
    ///
    /// # Errors
    /// Only when the relay is stopping.
    pub async fn settle(&self, send: SendId, outcome: Outcome) -> Result<Answered, Refusal> {
        self.ask(|answer| Input::Settle(send, outcome, answer)).await
    }

    /// Something has become of a message's file. News that are known already change nothing.
    ///
    /// # Errors
    /// When the conversation cannot be read, or the relay is stopping.
    pub async fn file(
        &self,
        conversation: ConversationId,
        of: Of,
        news: News,
    ) -> Result<Answered, Refusal> {
        self.ask(|answer| Input::File(conversation, of, news, answer)).await
    }

    /// A mail or a call that a conversation owes was delivered, or is given up: the one numbered `to` of the level
    /// whose event is numbered `of`. What is known already changes nothing.
    ///
    /// # Errors
    /// When the conversation cannot be read, or the relay is stopping.
    pub async fn alert(
        &self,
        conversation: ConversationId,
        of: u64,
        to: u8,
        lost: bool,
    ) -> Result<Answered, Refusal> {
        self.ask(|answer| Input::Alert(conversation, of, to, lost, answer)).await
    }

    /// A ticket changes hands by the rules of routing; `by` is who said so, if a person did.
    ///
    /// # Errors
    /// The desk's [`Refusal`], when the ticket is not as it was seen any more.
    pub async fn hand(
        &self,
        conversation: ConversationId,
        handing: Handing,
        by: Option<Member>,
    ) -> Result<Answered, Refusal> {
        self.ask(|answer| Input::Hand(conversation, handing, by, answer)).await
    }

    /// Time has passed for these conversations; whatever is due happens.
    ///
    /// # Errors
    /// Only when the relay is stopping.
    pub async fn tick(&self, conversations: Vec<ConversationId>) -> Result<Answered, Refusal> {
        self.ask(|answer| Input::Tick(conversations, answer)).await
    }

    /// Something happens to the desk itself. `actor` is the account's name, or a word of the relay's.
    ///
    /// # Errors
    /// Only when the relay is stopping.
    pub async fn record(&self, actor: &str, events: Vec<DeskEvent>) -> Result<Answered, Refusal> {
        let actor = actor.to_owned();
        self.ask(|answer| Input::Desk(actor, events, answer)).await
    }

    /// Writes into a person's consent ledger. `actor` is the account's name.
    ///
    /// # Errors
    /// When there is no such contact, or he was erased.
    pub async fn consent(
        &self,
        actor: &str,
        contact: ContactId,
        entered: Entered,
    ) -> Result<Answered, Refusal> {
        let actor = actor.to_owned();
        self.ask(|answer| Input::Consent(actor, contact, entered, answer)).await
    }

    /// Writes into the ledger of the person with these identities, who may be new.
    ///
    /// # Errors
    /// When he was erased, or the relay is stopping.
    pub async fn import_consent(
        &self,
        actor: &str,
        who: Who,
        entered: Entered,
    ) -> Result<Answered, Refusal> {
        let actor = actor.to_owned();
        self.ask(|answer| Input::ConsentOf(actor, who, entered, answer)).await
    }

    /// The platform says something of lines. What is known already changes nothing.
    ///
    /// # Errors
    /// Only when the relay is stopping.
    pub async fn told(
        &self,
        actor: &str,
        whose: Whose,
        news: Vec<Told>,
    ) -> Result<Answered, Refusal> {
        let actor = actor.to_owned();
        self.ask(|answer| Input::Told(actor, whose, news, answer)).await
    }

    /// Something is asked of a campaign. `actor` is the account's name.
    ///
    /// # Errors
    /// The desk's [`Refusal`].
    pub async fn campaign(
        &self,
        actor: &str,
        name: &Name,
        asked: Campaigning,
    ) -> Result<Answered, Refusal> {
        let (actor, name) = (actor.to_owned(), name.clone());
        self.ask(|answer| Input::Campaign(actor, name, asked, answer)).await
    }

    /// Makes one person of two contacts, or two of one, or takes that back. `actor` is the account's name.
    ///
    /// # Errors
    /// When there is no such contact, when he was erased, when there is nothing to be parted or taken back, and
    /// while a message is being sent that might be for the other one.
    pub async fn tie(&self, actor: &str, tying: Tying) -> Result<Answered, Refusal> {
        let actor = actor.to_owned();
        self.ask(|answer| Input::Tie(actor, tying, answer)).await
    }

    /// Forgets a person's identities and name and cancels what was to be sent to him. The caller destroys his
    /// key afterwards.
    ///
    /// # Errors
    /// When there is no such contact.
    pub async fn erase(&self, actor: &str, contact: ContactId) -> Result<Answered, Refusal> {
        self.erase_with(actor, contact, Vec::new()).await
    }

    /// The same, and what happens to the desk with it: wholly or not at all.
    ///
    /// # Errors
    /// When there is no such contact.
    pub async fn erase_with(
        &self,
        actor: &str,
        contact: ContactId,
        events: Vec<DeskEvent>,
    ) -> Result<Answered, Refusal> {
        let actor = actor.to_owned();
        self.ask(|answer| Input::Erase(actor, contact, events, answer)).await
    }

    /// Returns when the desk has ended: nothing is decided any more.
    pub async fn closed(&self) {
        self.inputs.closed().await;
    }

    /// How many more questions can wait.
    pub fn room(&self) -> usize {
        self.inputs.capacity()
    }

    async fn ask(&self, input: impl FnOnce(Answer) -> Input) -> Result<Answered, Refusal> {
        let stopping = || Refusal::Unavailable { reason: "it is stopping".into() };
        let (answer, answered) = oneshot::channel();
        self.inputs.send(input(answer)).await.map_err(|_| stopping())?;
        answered.await.unwrap_or_else(|_| Err(stopping()))
    }
}
