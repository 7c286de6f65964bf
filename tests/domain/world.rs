//! A desk of four people with one line, to which commands are given.

use guichet::domain::calendar::Calendar;
use guichet::domain::command::Command;
use guichet::domain::contact::Contact;
use guichet::domain::conversation::Conversation;
use guichet::domain::decide::decide;
use guichet::domain::event::Event;
use guichet::domain::id::{ContactId, ConversationId, TicketNumber};
use guichet::domain::name::Name;
use guichet::domain::policy::{Ctx, LineRules, Policy, QueueRules};
use guichet::domain::refusal::Refusal;
use guichet::domain::roster::{Actor, Member, Role};
use guichet::domain::sla::{SlaPolicy, Targets};
use guichet::domain::template::{Catalogue, Purpose, Template};
use guichet::domain::thread::Place;
use guichet::kit::Timestamp;

/// Everything that a decision is judged by, and one conversation.
pub(crate) struct World {
    pub(crate) conversation: Conversation,
    pub(crate) contact: Contact,
    pub(crate) policy: Policy,
    pub(crate) members: Vec<Member>,
    pub(crate) templates: Catalogue,
    pub(crate) now: Timestamp,
    pub(crate) next_ticket: TicketNumber,
    pub(crate) position: u64,
}

fn member(name: &str, role: Role, queue: &str) -> Member {
    Member { name: Name::from(name), role, queues: vec![Name::from(queue)] }
}

fn template(name: &str, purpose: Purpose) -> Template {
    Template {
        name: name.into(),
        language: "it".into(),
        status: "APPROVED".into(),
        purpose,
        header: None,
        body: "Ciao".into(),
        footer: None,
        slots: Vec::new(),
        unsendable: None,
        buttons: Vec::new(),
        quality: None,
        offer: None,
        cards: Vec::new(),
        rejected: None,
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// anna and bruno work the queue sales, carla supervises, dario works billing only.
    pub(crate) fn new() -> Self {
        let mut policy = Policy { window_warnings: vec![14_400, 3_600, 900], ..Policy::default() };
        let rules = LineRules {
            carries: None,
            name: Name::from("main"),
            queue: Name::from("sales"),
            portfolio: Name::from("shop"),
            account: Name::from("account"),
        };
        policy.lines.insert(Name::from("line"), rules);
        policy.queues.insert(Name::from("sales"), QueueRules::default());
        let contact = Contact::new(ContactId(1));
        let mut conversation = Conversation::new(ConversationId(1));
        let started = Event::Started { contact: contact.id, line: Name::from("line") };
        conversation.evolve(&started, Place::default());
        Self {
            conversation,
            contact,
            policy,
            members: vec![
                member("anna", Role::Agent, "sales"),
                member("bruno", Role::Agent, "sales"),
                member("carla", Role::Supervisor, "sales"),
                member("dario", Role::Agent, "billing"),
            ],
            templates: Catalogue {
                templates: vec![
                    template("order_ready", Purpose::Utility),
                    template("promo", Purpose::Marketing),
                ],
            },
            now: Timestamp(0),
            next_ticket: TicketNumber(1),
            position: 0,
        }
    }

    /// Promises a first reply within so many seconds, by priority.
    pub(crate) fn promise(&mut self, seconds: [i64; 4]) {
        self.policy.sla = vec![SlaPolicy {
            name: "all".into(),
            queues: vec![Name::from("sales")],
            calendar: Calendar::Always,
            first_reply: Targets {
                seconds: seconds.map(Some),
                warn_percent: Some(75),
                ..Targets::default()
            },
            ..SlaPolicy::default()
        }];
    }

    /// The person of that name, or a stranger without any queue.
    pub(crate) fn person(&self, name: &str) -> Actor {
        let known = self.members.iter().find(|member| member.name == *name).cloned();
        Actor::Agent(known.unwrap_or_else(|| member(name, Role::Agent, "-")))
    }

    /// Decides without folding.
    pub(crate) fn decide(&self, actor: &Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        let ctx = Ctx {
            now: self.now,
            actor,
            policy: &self.policy,
            contact: &self.contact,
            templates: &self.templates,
            members: &self.members,
            next_ticket: self.next_ticket,
        };
        decide(&self.conversation, command, &ctx)
    }

    /// Decides and folds.
    pub(crate) fn command(
        &mut self,
        actor: &Actor,
        command: &Command,
    ) -> Result<Vec<Event>, Refusal> {
        let events = self.decide(actor, command)?;
        self.position += 1;
        for (index, event) in events.iter().enumerate() {
            if event.begins().is_some() {
                self.next_ticket.0 += 1;
            }
            let place = Place::new(self.position, index as u8);
            self.conversation.evolve(event, place);
        }
        Ok(events)
    }
}
