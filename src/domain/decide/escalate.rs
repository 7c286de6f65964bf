//! The levels of escalation that time has brought about. Each is reached once for each target of each clock, however
//! late that is noticed: what it changes of the ticket is written with it, and what is to be sent is owed from then on.

use super::{clock, passing};
use crate::domain::conversation::{Conversation, Reached};
use crate::domain::event::{Escalated, Event};
use crate::domain::name::Name;
use crate::domain::policy::Ctx;
use crate::domain::roster::{ESCALATION, Role};
use crate::domain::sla::{Holder, Level, SlaPolicy, Whom};
use crate::domain::thread::Place;

/// Adds to what was decided what is reached by now.
pub(super) fn escalate(state: &Conversation, events: Vec<Event>, ctx: &Ctx) -> Vec<Event> {
    if !ctx.policy.sla.iter().any(SlaPolicy::escalates) {
        return events;
    }
    let mut climbing = Climbing { after: state.clone(), events: Vec::new(), ctx };
    events.into_iter().for_each(|event| climbing.tell(event));
    // Each round sets one bit of few, and what a level changes takes none away.
    let due =
        |after: &Conversation| after.next_level(ctx.policy).filter(|reached| reached.at <= ctx.now);
    while let Some(reached) = due(&climbing.after) {
        if climbing.reach(reached).is_none() {
            break;
        }
    }
    climbing.events
}

struct Climbing<'a> {
    after: Conversation,
    events: Vec<Event>,
    ctx: &'a Ctx<'a>,
}

impl Climbing<'_> {
    fn tell(&mut self, event: Event) {
        self.after.evolve(&event, Place::default());
        self.events.push(event);
    }

    fn tell_all(&mut self, events: Vec<Event>) {
        events.into_iter().for_each(|event| self.tell(event));
    }

    fn reach(&mut self, reached: Reached) -> Option<()> {
        let (ctx, by) = (self.ctx, Name::from(ESCALATION));
        let ticket = self.after.unsolved()?.clone();
        let due = ticket.clocks.iter().find(|clock| clock.metric == reached.metric)?.due()?;
        let targets = ctx.policy.sla_for(&ticket.queue)?.targets(reached.metric)?;
        let level = targets.levels.get(reached.level)?;
        let mut levels = self.after.escalated();
        *levels.entry(reached.metric).or_default() |= 1 << reached.level;
        if let Some(priority) = level.priority.filter(|to| *to > ticket.priority) {
            let events =
                passing::prioritised(&self.after, &ticket, priority, Some(by.clone()), ctx);
            self.tell_all(events);
        }
        if let Some(queue) = level.queue.as_ref().filter(|to| **to != ticket.queue) {
            let ticket = self.after.unsolved()?.clone();
            self.tell_all(clock::moved(&self.after, &ticket, queue, by.clone(), ctx));
        }
        self.assign(level, by)?;
        let notify = self.told(level)?;
        let (metric, at) = (reached.metric, reached.at);
        let (mail, hooks) = (level.mail.clone(), level.hooks.clone());
        let nth = reached.level as u8;
        let level = Escalated { at, metric, level: nth, due, levels, notify, mail, hooks };
        self.tell(Event::Escalated(Box::new(level)));
        Some(())
    }

    /// Who asks for what cannot be leaves the ticket whose it is.
    fn assign(&mut self, level: &Level, by: Name) -> Option<()> {
        let (at, ticket) = (self.ctx.now, self.after.unsolved()?);
        let sees = |name: &Name| {
            let member = self.ctx.members.iter().find(|member| member.name == *name);
            member.is_some_and(|member| member.sees(&ticket.queue))
        };
        let stays = ticket.assignee.clone().filter(|holder| sees(holder));
        let to = match &level.assign {
            None => stays,
            Some(Holder::Nobody) => None,
            Some(Holder::Account(name)) if sees(name) => Some(name.clone()),
            Some(Holder::Account(_)) => stays,
        };
        // Who does not see a queue loses a ticket only by its moving there.
        let touched = level.assign.is_some() || level.queue.is_some();
        if touched && to != ticket.assignee {
            self.tell(Event::Assigned { at, to, by, table: None });
        }
        Some(())
    }

    /// The accounts that are told.
    fn told(&self, level: &Level) -> Option<Vec<Name>> {
        let (ticket, members) = (self.after.unsolved()?, self.ctx.members);
        let chiefs = members.iter().filter(|member| member.role >= Role::Supervisor);
        let own: Vec<_> =
            chiefs.clone().filter(|member| member.queues.contains(&ticket.queue)).collect();
        let chiefs = if own.is_empty() { chiefs.collect() } else { own };
        let mut names: Vec<Name> = Vec::new();
        for whom in &level.notify {
            match whom {
                Whom::Agent => names.extend(ticket.assignee.clone()),
                Whom::Supervisors => names.extend(chiefs.iter().map(|member| member.name.clone())),
                Whom::Account(name) => names.push(name.clone()),
            }
        }
        names.sort();
        names.dedup();
        Some(names)
    }
}
