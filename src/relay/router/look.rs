//! What waits and who is there, as it is at one moment.

use super::history::{Histories, History};
use crate::domain::conversation::Conversation;
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::routing::{Agent, Assignment, Demand, Mode, Standing, Waiting};
use crate::domain::ticket::State;
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::relay::rules::tag_key;
use crate::relay::views::{Facet, Views};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Tickets of all queues that are looked at in one go, the most pressing by the order of the inbox first.
const WAITING_MOST: usize = 2_000;
/// The label of customers who come first.
const VIP: &str = "vip";

/// See the module.
pub struct Look {
    /// Desk time.
    pub now: Timestamp,
    /// What waits for an agent.
    pub waiting: Vec<Waiting>,
    /// Everybody who has an account.
    pub agents: Vec<Agent>,
    /// What is said of queues that are given out.
    pub rules: BTreeMap<Name, Assignment>,
    /// The conversations of what waits, in the same order.
    conversations: Vec<Arc<Conversation>>,
}

impl Look {
    /// Nothing where nothing is given out, or nobody could take anything. `given` tells when each agent was last
    /// given a ticket.
    pub fn at(relay: &Relay, given: &HashMap<Name, Timestamp>) -> Option<Self> {
        Self::of(relay, given, None)
    }

    /// The same of one ticket only, whoever is there.
    pub fn of(
        relay: &Relay,
        given: &HashMap<Name, Timestamp>,
        only: Option<TicketNumber>,
    ) -> Option<Self> {
        let now = relay.clock.now();
        let views = relay.store.read();
        let rules = rules(&views);
        if rules.is_empty() {
            return None;
        }
        let agents = agents(relay, &views, given);
        if only.is_none() && !agents.iter().any(|agent| agent.standing == Standing::Online) {
            return None;
        }
        let conversations = match only {
            Some(ticket) => {
                let id = views.conversation_of(ticket)?;
                vec![views.conversation(id)?.clone()]
            }
            None => waiting(&views, &rules),
        };
        let vip = tag_key(&relay.vault, &VIP.into());
        let mut look = Self { now, waiting: Vec::new(), agents, rules, conversations: Vec::new() };
        for conversation in conversations {
            let ticket = conversation.unsolved().filter(|ticket| {
                let waits = matches!(ticket.state, State::New | State::Open);
                waits && ticket.assignee.is_none() && only.is_none_or(|only| only == ticket.number)
            });
            let Some(ticket) = ticket else { continue };
            look.waiting.push(Waiting {
                number: ticket.number,
                queue: ticket.queue.clone(),
                priority: ticket.priority,
                state: ticket.state,
                since: ticket.waiting_since.unwrap_or(ticket.opened_at),
                due: ticket.clocks.iter().filter_map(|clock| clock.due()).min(),
                window_until: conversation.head.window_until,
                asks: ticket.waiting_since.is_some(),
                vip: ticket.tags.iter().any(|label| label.key == vip),
                demand: Demand::default(),
                last: None,
                returned_by: None,
            });
            look.conversations.push(conversation);
        }
        Some(look)
    }

    /// Adds what stands in the journal only: what the rule asked for, who answered last, who gave it back. It reads
    /// the disk, and each ticket once.
    pub(super) fn read_histories(&mut self, relay: &Relay, histories: &mut Histories) {
        for (ticket, conversation) in self.waiting.iter_mut().zip(&self.conversations) {
            let History { demand, last, returned_by, since } =
                histories.of(&relay.opener, conversation, ticket.number);
            let queue = self.rules.get(&ticket.queue);
            ticket.demand =
                queue.map_or_else(|| demand.clone(), |queue| queue.demand(demand.clone()));
            (ticket.last, ticket.returned_by) = (last.clone(), returned_by.clone());
            // Who was given back waits for the next one from then on.
            ticket.since = since.map_or(ticket.since, |since| ticket.since.max(since));
        }
        histories.keep(&self.waiting);
    }
}

/// What is said of queues that are given out.
fn rules(views: &Views) -> BTreeMap<Name, Assignment> {
    let queues = views.policy().queues.iter();
    let automatic = queues.filter(|(_, rules)| rules.assignment.mode != Mode::Manual);
    automatic.map(|(name, rules)| (name.clone(), rules.assignment.clone())).collect()
}

/// Conversations with a ticket that waits for an agent.
fn waiting(views: &Views, rules: &BTreeMap<Name, Assignment>) -> Vec<Arc<Conversation>> {
    let row = views.shelves().row(rules.keys(), &Facet::Of(None));
    let keys = row.from(None, WAITING_MOST).into_iter();
    let conversation = |number| views.conversation(views.conversation_of(number)?).cloned();
    keys.filter_map(|key| conversation(key.number)).collect()
}

/// Everybody who has an account, with what he has.
fn agents(relay: &Relay, views: &Views, given: &HashMap<Name, Timestamp>) -> Vec<Agent> {
    let members = views.desk().members().into_iter();
    let all = members.map(|member| {
        let held = views.shelves().weights(&member.name);
        let load_of: BTreeMap<_, _> = held.map(|(queue, of)| (queue.clone(), of)).collect();
        Agent {
            standing: relay.floor.presences.standing(&member.name),
            rules: views.policy().agents.get(&member.name).cloned().unwrap_or_default(),
            load: load_of.values().sum(),
            load_of,
            given: given.get(&member.name).copied(),
            queues: member.queues,
            name: member.name,
        }
    });
    all.collect()
}
