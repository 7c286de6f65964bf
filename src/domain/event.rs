//! What happens in a conversation. Events are the only truth; they are never changed, only added to.

mod beside;
mod escalated;
mod offered;
mod word;

pub use beside::*;
pub use escalated::{Acknowledged, Alerted, Escalated};
pub use offered::{OfferEnded, Offered};

use super::file::{Lost, Of};
use super::id::{ContactId, MessageKey, OutboxId, TagKey, TicketNumber};
use super::message::{Author, Inbound, Kind, Outbound, Source};
use super::name::Name;
use super::private::Private;
use super::routing::{Routed, Table};
use super::sla::{Metric, Promise};
use super::status::{Hold, Status};
use super::template::Purpose;
use super::ticket::{Priority, State, Tags};
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use word::is_default;

/// One thing that happened. At most one part of it is personal: its `body`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    /// The conversation begins.
    Started {
        /// With whom.
        contact: ContactId,
        /// On which line: the platform's phone number id.
        line: Name,
    },
    /// A message of the customer.
    Received {
        /// Platform time.
        at: Timestamp,
        /// Fingerprint of the platform's id.
        key: MessageKey,
        /// What it is.
        kind: Kind,
        /// How it came.
        #[serde(default, skip_serializing_if = "is_default")]
        source: Source,
        /// It has a file, which is to be fetched.
        #[serde(default, skip_serializing_if = "is_default")]
        file: bool,
        /// Its content.
        #[serde(default)]
        body: Private<Inbound>,
    },
    /// A message to the customer beside the outbox: typed on the phone, of the platform's agent, or imported.
    Echoed {
        /// Platform time.
        at: Timestamp,
        /// Fingerprint of the platform's id.
        key: MessageKey,
        /// What it is.
        kind: Kind,
        /// How it came.
        source: Source,
        /// It has a file, which is to be fetched.
        #[serde(default, skip_serializing_if = "is_default")]
        file: bool,
        /// Its content.
        #[serde(default)]
        body: Private<Inbound>,
    },
    /// A known message that came without its file comes with it: of what is imported, files come later.
    FileCame {
        /// Which message.
        #[serde(flatten)]
        of: Of,
        /// What it is.
        kind: Kind,
        /// How it came.
        source: Source,
        /// It goes to the customer.
        #[serde(default, skip_serializing_if = "is_default")]
        outgoing: bool,
        /// Its content, in the place of what was known.
        #[serde(default)]
        body: Private<Inbound>,
    },
    /// A message's file is on disk, checked and sealed.
    FileStored {
        /// When.
        at: Timestamp,
        /// Which message's.
        #[serde(flatten)]
        of: Of,
        /// How many bytes it has.
        bytes: u64,
    },
    /// A message's file will never be had.
    FileLost {
        /// When that was known.
        at: Timestamp,
        /// Which message's.
        #[serde(flatten)]
        of: Of,
        /// Why.
        why: Lost,
    },
    /// A message's file was kept as long as files of its kind are; it is removed.
    FileExpired {
        /// When.
        at: Timestamp,
        /// Which message's.
        #[serde(flatten)]
        of: Of,
    },
    /// A known message came once more under another field.
    SeenAgain {
        /// Its time.
        at: Timestamp,
        /// Its fingerprint.
        key: MessageKey,
        /// What it is.
        kind: Kind,
        /// Where it came from this time.
        source: Source,
    },
    /// The platform tells how far a message has come.
    StatusSeen {
        /// Ours, if it is known.
        outbox: Option<OutboxId>,
        /// Fingerprint of the platform's id.
        key: MessageKey,
        /// How far.
        status: Status,
        /// Platform time.
        at: Timestamp,
        /// Why it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<u32>,
        /// What the platform charges it as.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cost: Option<Purpose>,
        /// What the platform says of a failure in its own words.
        #[serde(skip)]
        body: Private<String>,
    },
    /// A request begins.
    TicketOpened {
        /// Its number.
        number: TicketNumber,
        /// Platform time of the first message, or ours.
        at: Timestamp,
        /// Where it waits.
        queue: Name,
        /// How urgent.
        priority: Priority,
        /// The agent, if an agent opened it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assignee: Option<Name>,
        /// The one before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<TicketNumber>,
        /// The rule that found its queue, and what it asks of who answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        routed: Option<Box<Routed>>,
    },
    /// A message that arrived late was written before the ticket's first: it begins earlier.
    TicketBackdated {
        /// The earlier start.
        at: Timestamp,
    },
    /// A solved ticket is taken up again.
    TicketReopened {
        /// When.
        at: Timestamp,
        /// Platform time of the message that did it; nothing if a person did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
        /// Whose it is now.
        assignee: Option<Name>,
        /// The solve is taken back: who waited waits again, and its clock runs on.
        #[serde(default, skip_serializing_if = "is_default")]
        undone: bool,
    },
    /// It changes hands; nobody's, if released.
    Assigned {
        /// When.
        at: Timestamp,
        /// Whose it is now.
        to: Option<Name>,
        /// Who did it.
        by: Name,
        /// Who was looked at, where it was given out by the rules.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        table: Option<Box<Table>>,
    },
    /// Somebody is asked whether he takes it.
    Offered(Box<Offered>),
    /// He does not.
    OfferEnded(OfferEnded),
    /// It goes to another queue.
    Moved {
        /// When.
        at: Timestamp,
        /// Where it waits from now on.
        queue: Name,
        /// Who did it.
        by: Name,
    },
    /// It moves on without being solved.
    StateChanged {
        /// When.
        at: Timestamp,
        /// Where to.
        state: State,
    },
    /// It sleeps.
    Snoozed {
        /// When.
        at: Timestamp,
        /// Until then, or until the next message.
        until: Option<Timestamp>,
    },
    /// It is done.
    Solved {
        /// When.
        at: Timestamp,
        /// When it will be closed; nothing means never.
        close_at: Option<Timestamp>,
        /// Who did it.
        by: Name,
    },
    /// It is done for good.
    Closed {
        /// When.
        at: Timestamp,
    },
    /// The customer is the same person as that of another ticket, which goes on for both: this one ends.
    TicketMerged {
        /// When.
        at: Timestamp,
        /// The one that goes on.
        into: TicketNumber,
    },
    /// It goes on for another ticket of the same person.
    TicketTook(TicketTook),
    /// What was merged into it goes on by itself again.
    Unmerged(Unmerged),
    /// From one of its messages on it goes on as another ticket, and the part before is past.
    TicketSplit(TicketSplit),
    /// Another person had written here too: free text waits until the customer himself writes.
    Parted {
        /// When.
        at: Timestamp,
    },
    /// It becomes more or less urgent.
    PriorityChanged {
        /// When.
        at: Timestamp,
        /// From now on.
        priority: Priority,
        /// Who did it, where that was not who decided the whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Name>,
    },
    /// Its labels change.
    Tagged {
        /// When.
        at: Timestamp,
        /// New ones.
        add: Vec<TagKey>,
        /// Gone ones.
        remove: Vec<TagKey>,
        /// What they say.
        #[serde(default)]
        body: Private<Tags>,
    },
    /// Somebody has looked at it.
    MarkedRead {
        /// When.
        at: Timestamp,
    },
    /// Something for colleagues.
    Noted {
        /// When.
        at: Timestamp,
        /// Who wrote it.
        by: Name,
        /// Whom it names.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<Name>,
        /// The text.
        #[serde(default)]
        body: Private<String>,
    },
    /// Somebody whom notes name has looked at the ticket.
    MentionsSeen(MentionsSeen),
    /// Somebody wants to be told of what happens to the ticket, or no longer.
    Followed(Followed),
    /// Something is to be done inside the ticket.
    TodoAdded(TodoAdded),
    /// Something is done, or is to be done again.
    TodoSettled(TodoSettled),
    /// A field of the ticket has another value, or none.
    FieldSet(FieldSet),
    /// Two tickets are about the same matter, or no longer.
    Linked(Linked),
    /// The time has come by which something is to be done.
    TodoDue(TodoDue),
    /// A message of ours enters the outbox.
    Queued {
        /// Its id, also the instant.
        outbox: OutboxId,
        /// Who wrote it.
        author: Author,
        /// What it is.
        kind: Kind,
        /// What it counts as.
        purpose: Purpose,
        /// Real milliseconds in which it may still be taken back.
        #[serde(default, skip_serializing_if = "is_default")]
        hold_ms: i64,
        /// The message that it sends once more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again: Option<OutboxId>,
        /// It answers what was asked up to this platform time: the clock may have been ahead. Nothing, of what no
        /// person wrote and in events from before this was kept: there the id has to do.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answers: Option<Timestamp>,
        /// Content.
        #[serde(default)]
        body: Private<Outbound>,
    },
    /// The platform is about to be told. On disk before the call.
    Attempted {
        /// Which.
        outbox: OutboxId,
        /// When.
        at: Timestamp,
        /// The how-manieth time, from 1.
        n: u32,
    },
    /// The platform took it.
    Accepted {
        /// Which.
        outbox: OutboxId,
        /// When.
        at: Timestamp,
        /// Fingerprint of the id that the platform gave it.
        key: MessageKey,
        /// It holds it for now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held: Option<Hold>,
        /// That id.
        #[serde(default)]
        body: Private<String>,
    },
    /// The platform did not take it, and it will be tried again.
    Deferred {
        /// Which.
        outbox: OutboxId,
        /// When.
        at: Timestamp,
        /// The platform's code; nothing if it was not reached.
        error: Option<u32>,
        /// What the platform says of it in its own words.
        #[serde(skip)]
        body: Private<String>,
    },
    /// It will not be sent.
    Failed {
        /// Which.
        outbox: OutboxId,
        /// When.
        at: Timestamp,
        /// The platform's code, or the one it would have given.
        error: u32,
        /// What the platform says of it in its own words.
        #[serde(skip)]
        body: Private<String>,
    },
    /// Tried, and whether the platform took it is not known.
    Unconfirmed {
        /// Which.
        outbox: OutboxId,
        /// When.
        at: Timestamp,
    },
    /// Taken back before it was tried, or given up.
    Cancelled {
        /// Which.
        outbox: OutboxId,
        /// When.
        at: Timestamp,
        /// Who did it.
        by: Name,
    },
    /// A person says that an unconfirmed message did arrive.
    Confirmed {
        /// Which.
        outbox: OutboxId,
        /// When.
        at: Timestamp,
        /// Who says so.
        by: Name,
    },
    /// The window ends within this time and the customer waits.
    WindowWarned {
        /// When.
        at: Timestamp,
        /// Which warning of the policy's list, the longest first; those before it count as given.
        index: u8,
    },
    /// The window has closed on an unsolved ticket.
    WindowClosed {
        /// The instant of its end.
        at: Timestamp,
        /// The customer was waiting.
        waiting: bool,
        /// The platform said so, before our own count.
        #[serde(default, skip_serializing_if = "is_default")]
        refused: bool,
    },
    /// A measure begins.
    ClockStarted {
        /// Which.
        metric: Metric,
        /// From when.
        start: Timestamp,
        /// What is promised.
        promise: Option<Promise>,
    },
    /// A running measure counts from another instant or against another target.
    ClockMoved {
        /// Which.
        metric: Metric,
        /// From when.
        start: Timestamp,
        /// What is promised from now on.
        promise: Option<Promise>,
    },
    /// A measure stands still.
    ClockPaused {
        /// Which.
        metric: Metric,
        /// From when.
        at: Timestamp,
    },
    /// A measure that is not told by the messages alone has ended.
    ClockEnded {
        /// Which.
        metric: Metric,
        /// When.
        at: Timestamp,
        /// Without counting, or late: what it measures did not come.
        #[serde(default, skip_serializing_if = "is_default")]
        void: bool,
    },
    /// The measures of the ticket run by this version of the service levels from now on.
    ClocksRuled {
        /// How many times the service levels were changed.
        version: u32,
    },
    /// A measure is near its end.
    ClockWarned {
        /// Which.
        metric: Metric,
        /// When.
        at: Timestamp,
        /// When it is to be told of again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Timestamp>,
    },
    /// A measure has come so near to its due instant, or so far behind it, that something is done.
    Escalated(Box<Escalated>),
    /// Somebody takes care of what has escalated: nothing escalates further for a while.
    Acknowledged(Acknowledged),
    /// A mail or a call of a hook that was owed is delivered.
    Alerted(Alerted),
    /// A promise is broken.
    ClockBreached {
        /// Which.
        metric: Metric,
        /// The due instant, or the change that put it into the past.
        at: Timestamp,
        /// The target was moved.
        #[serde(default, skip_serializing_if = "is_default")]
        retarget: bool,
    },
}
