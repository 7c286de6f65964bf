//! Gives waiting tickets to agents by the rules, or offers them where the queue says so.
//!
//! Nothing of it is kept in memory alone: what waits, who has how much and who is there is looked up anew each time;
//! whose turn it is stands in the journal with the last decision of each queue. It looks whenever something was
//! committed or somebody came, went or changed his state, and by itself while something waits. A decision is a
//! question to the desk with what was seen: somebody may have been quicker, and then it is looked at again.

mod history;
mod leave;
mod look;
#[cfg(test)]
mod tests;
mod turns;

pub use leave::standing;
pub use look::Look;

use super::Relay;
use crate::domain::command::Handing;
use crate::domain::id::{ConversationId, TicketNumber};
use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::roster::Member;
use crate::domain::routing::{Given, Held, Move, Table, Turns, explain, hand_out, spread};
use crate::kit::Timestamp;
use futures_util::future::join_all;
use history::Histories;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long changes gather before the next look, in real time.
const GATHER: Duration = Duration::from_millis(50);
/// How often is looked while something waits: for who knows the customer, for a skill, for the next pace.
const WAITING_EVERY: Duration = Duration::from_secs(1);
/// How often is looked in any case.
const EVERY: Duration = Duration::from_secs(60);

/// What the router remembers between two looks; all of it can be had again from the journal.
#[derive(Default)]
struct Memory {
    turns: Turns,
    /// Queues whose turn was looked up in the journal.
    restored: Vec<Name>,
    /// When each agent was last given something.
    given: HashMap<Name, Timestamp>,
    histories: Histories,
    givings: leave::Givings,
}

/// See the module.
pub struct Router {
    relay: Relay,
    memory: Mutex<Memory>,
}

/// Looks until the relay is stopping.
pub async fn run(relay: Relay) {
    let (mut position, mut stirred) = (relay.position.clone(), relay.floor.stirred());
    let router = std::sync::Arc::new(Router::new(relay.clone()));
    loop {
        position.mark_unchanged();
        stirred.mark_unchanged();
        let waits = router.clone().drain().await;
        let every = if waits { WAITING_EVERY } else { EVERY };
        let moved = async {
            tokio::select! {
                moved = position.changed() => moved.is_ok(),
                moved = stirred.changed() => moved.is_ok(),
            }
        };
        tokio::select! {
            () = relay.stopping.cancelled() => return,
            known = moved => if !known { return relay.stopping.cancelled().await },
            () = tokio::time::sleep(every) => {}
        }
        tokio::time::sleep(GATHER).await;
    }
}

impl Router {
    /// Routes for this relay.
    pub fn new(relay: Relay) -> Self {
        Self { relay, memory: Mutex::default() }
    }

    /// Gives out all that can be given; whether something still waits.
    pub async fn drain(self: std::sync::Arc<Self>) -> bool {
        let router = self.clone();
        let left = tokio::task::spawn_blocking(move || router.who_left()).await;
        let (left, soon) = left.unwrap_or_else(|error| {
            tracing::error!(%error, "tickets of who has gone could not be looked at");
            (Vec::new(), true)
        });
        for (conversation, handing) in left {
            if let Err(refusal) = self.relay.desk.hand(conversation, handing, None).await {
                tracing::debug!(%refusal, "somebody was quicker");
            }
        }
        loop {
            let router = self.clone();
            let looked = tokio::task::spawn_blocking(move || router.look_and_choose()).await;
            let (given, waits) = match looked {
                Ok(looked) => looked,
                Err(error) => {
                    tracing::error!(%error, "tickets could not be given out");
                    return true;
                }
            };
            if given.is_empty() {
                return waits || soon;
            }
            let hands = given.into_iter().map(|(given, queue)| self.hand(given, queue));
            if !join_all(hands).await.contains(&true) {
                // All were quicker, or the relay is stopping: the next commit wakes it.
                return true;
            }
        }
    }

    /// What is taken from who has gone, and whether more may be in a moment.
    fn who_left(&self) -> (Vec<(ConversationId, Handing)>, bool) {
        leave::put_away(&self.relay);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, soon) = leave::left(&self.relay, &mut memory.givings);
        let mut back = leave::offers(&self.relay);
        back.extend(left);
        (back, soon)
    }

    /// What is given to whom by the state of this moment, with the queue of each.
    fn look_and_choose(&self) -> (Vec<(Given, Name)>, bool) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let Memory { turns, restored, given, histories, .. } = &mut *memory;
        let Some(mut look) = Look::at(&self.relay, given) else { return (Vec::new(), false) };
        look.read_histories(&self.relay, histories);
        turns::restore(&self.relay, &look.rules, restored, turns, given);
        let (now, mut turns) = (look.now, turns.clone());
        let chosen = hand_out(&look.waiting, &mut look.agents, &look.rules, &mut turns, now);
        let waits = chosen.len() < look.waiting.len();
        let queue = |given: Given| {
            let queue = given.table.queue.clone();
            (given, queue)
        };
        (chosen.into_iter().map(queue).collect(), waits)
    }

    /// Asks the desk; whether the ticket is the agent's, or offered to him.
    async fn hand(&self, given: Given, queue: Name) -> bool {
        let Given { ticket, to, table } = given;
        let Some(conversation) = self.relay.store.read().conversation_of(ticket) else {
            return false;
        };
        let handing = Handing {
            ticket,
            queue,
            from: None,
            to: Some(to.clone()),
            table: Some(Box::new(table.clone())),
        };
        match self.relay.desk.hand(conversation, handing, None).await {
            Ok(_) => {
                let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
                memory.turns.learn(&to, &table);
                memory.given.insert(to, self.relay.clock.now());
                true
            }
            Err(refusal) => {
                tracing::debug!(ticket = ticket.0, %refusal, "somebody was quicker");
                false
            }
        }
    }
}

/// Who would be looked at for a ticket that waits, at this moment: the same look as the router's. Nothing if it does
/// not wait for anybody, or is given out by hand. It may read the disk.
pub fn look_at(relay: &Relay, ticket: TicketNumber) -> Option<(Option<Name>, Table)> {
    let mut given = HashMap::new();
    let policy = relay.store.read().policy().clone();
    let mut look = Look::of(relay, &policy, &given, Some(ticket))?;
    look.read_histories(relay, &mut Histories::default());
    let mut turns = Turns::default();
    turns::restore(relay, &look.rules, &mut Vec::new(), &mut turns, &mut given);
    let waiting = look.waiting.first()?;
    let rules = look.rules.get(&waiting.queue)?;
    Some(explain(waiting, &look.agents, rules, &turns, look.now))
}

/// A ticket, its queue, and to whom it would be given.
pub type Gift = (TicketNumber, Name, Name);

/// What would be given out by these rules at this moment; nothing while nobody is there. It may read the disk.
pub fn would_give(relay: &Relay, policy: &Policy) -> Vec<Gift> {
    let mut given = HashMap::new();
    let Some(mut look) = Look::of(relay, policy, &given, None) else { return Vec::new() };
    look.read_histories(relay, &mut Histories::default());
    let mut turns = Turns::default();
    turns::restore(relay, &look.rules, &mut Vec::new(), &mut turns, &mut given);
    let chosen = hand_out(&look.waiting, &mut look.agents, &look.rules, &mut turns, look.now);
    chosen.into_iter().map(|gift| (gift.ticket, gift.table.queue, gift.to)).collect()
}

/// The moves that would even out who has how much, of tickets that `member` sees. It may read the disk.
pub fn spread_at(relay: &Relay, member: &Member) -> Vec<Move> {
    let mut look = Look::held(relay, member);
    look.read_histories(relay, &mut Histories::default());
    let held = look.waiting.iter().zip(look.holders());
    let held: Vec<_> = held.map(|(ticket, by)| Held { ticket: ticket.clone(), by }).collect();
    spread(&held, &look.agents, &look.rules, look.now)
}
