//! What waits and who is there, as it is at one moment.

use super::history::{Histories, History};
use super::leave::standing;
use crate::domain::conversation::Conversation;
use crate::domain::decide::is_untouched;
use crate::domain::id::{TagKey, TicketNumber};
use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::roster::Member;
use crate::domain::routing::{Agent, Assignment, Demand, Mode, Standing, Waiting};
use crate::domain::ticket::{State, Ticket};
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::relay::rules::tag_key;
use crate::relay::views::{Facet, Views};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Tickets of all queues that are looked at in one go, the most pressing by the order of the inbox first.
const WAITING_MOST: usize = 2_000;
/// Tickets of one agent that are looked at.
const HELD_MOST: usize = 500;
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
        let policy = relay.store.read().policy().clone();
        Self::of(relay, &policy, given, None)
    }

    /// The same by these rules; of one ticket only, whoever is there.
    pub fn of(
        relay: &Relay,
        policy: &Policy,
        given: &HashMap<Name, Timestamp>,
        only: Option<TicketNumber>,
    ) -> Option<Self> {
        let now = relay.clock.now();
        let views = relay.store.read();
        let rules = rules(policy);
        if rules.is_empty() {
            return None;
        }
        let agents = agents(relay, &views, policy, given);
        // Nothing tells when somebody has wrapped up.
        let may_take =
            |agent: &Agent| matches!(agent.standing, Standing::Online | Standing::WrapUp);
        if only.is_none() && !agents.iter().any(may_take) {
            return None;
        }
        let conversations = match only {
            Some(ticket) => {
                let id = views.conversation_of(ticket)?;
                vec![views.conversation(id)?.clone()]
            }
            // Of what is offered to somebody nobody else is asked.
            None => {
                let mut waiting = waiting(&views, &rules);
                waiting.retain(|state| state.head.offer().is_none());
                waiting
            }
        };
        let vip = tag_key(&relay.vault, &VIP.into());
        let mut look = Self { now, waiting: Vec::new(), agents, rules, conversations: Vec::new() };
        look.take(
            conversations,
            |ticket| {
                let waits = matches!(ticket.state, State::New | State::Open);
                waits && ticket.assignee.is_none() && only.is_none_or(|only| only == ticket.number)
            },
            &vip,
        );
        Some(look)
    }

    /// What somebody has and nobody has answered, of what `member` sees.
    pub(super) fn held(relay: &Relay, member: &Member) -> Self {
        let now = relay.clock.now();
        let views = relay.store.read();
        let agents = agents(relay, &views, views.policy(), &HashMap::new());
        let all = views.policy().queues.iter();
        let mut rules: BTreeMap<_, _> =
            all.map(|(name, rules)| (name.clone(), rules.assignment.clone())).collect();
        // Queues that no table describes are as any other.
        for queue in views.shelves().queues() {
            rules.entry(queue.clone()).or_default();
        }
        let queues = || views.shelves().queues().filter(|queue| member.sees(queue));
        let keys = agents.iter().flat_map(|agent| {
            let held = Facet::Of(Some(agent.name.clone()));
            views.shelves().row(queues(), &held).from(None, HELD_MOST)
        });
        let state = |number| views.conversation(views.conversation_of(number)?).cloned();
        let conversations: Vec<_> = keys
            .filter_map(|key| state(key.number))
            .filter(|state| is_untouched(state, now))
            .collect();
        let vip = tag_key(&relay.vault, &VIP.into());
        let mut look = Self { now, waiting: Vec::new(), agents, rules, conversations: Vec::new() };
        look.take(conversations, |ticket| matches!(ticket.state, State::New | State::Open), &vip);
        look
    }

    /// Whose each of the tickets is.
    pub(super) fn holders(&self) -> impl Iterator<Item = Name> {
        let holder = |state: &Arc<Conversation>| state.unsolved()?.assignee.clone();
        self.conversations.iter().filter_map(holder)
    }

    /// Adds the tickets of these conversations that are `wanted`.
    fn take(
        &mut self,
        conversations: Vec<Arc<Conversation>>,
        wanted: impl Fn(&Ticket) -> bool,
        vip: &TagKey,
    ) {
        for conversation in conversations {
            let Some(ticket) = conversation.unsolved().filter(|ticket| wanted(ticket)) else {
                continue;
            };
            self.waiting.push(Waiting {
                number: ticket.number,
                queue: ticket.queue.clone(),
                priority: ticket.priority,
                state: ticket.state,
                since: ticket.waiting_since.unwrap_or(ticket.opened_at),
                due: ticket.clocks.iter().filter_map(|clock| clock.due()).min(),
                window_until: conversation.head.window_until,
                asks: ticket.waiting_since.is_some(),
                vip: ticket.tags.iter().any(|label| label.key == *vip),
                demand: Demand::default(),
                last: None,
                returned_by: None,
                asking: conversation.head.asking().cloned().unwrap_or_default(),
            });
            self.conversations.push(conversation);
        }
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
fn rules(policy: &Policy) -> BTreeMap<Name, Assignment> {
    let queues = policy.queues.iter();
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
fn agents(
    relay: &Relay,
    views: &Views,
    policy: &Policy,
    given: &HashMap<Name, Timestamp>,
) -> Vec<Agent> {
    let (now, members) = (relay.clock.now(), views.desk().members().into_iter());
    let all = members.map(|member| {
        let held = views.shelves().weights(&member.name);
        let load_of: BTreeMap<_, _> = held.map(|(queue, of)| (queue.clone(), of)).collect();
        Agent {
            standing: standing(&relay.floor.presences, views, &member.name, now),
            rules: policy.agents.get(&member.name).cloned().unwrap_or_default(),
            load: load_of.values().sum(),
            load_of,
            given: given.get(&member.name).copied(),
            queues: member.queues,
            name: member.name,
        }
    });
    all.collect()
}
