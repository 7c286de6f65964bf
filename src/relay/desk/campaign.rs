//! Campaigns: made, filled row by row, let go, paused, given up.

use super::input::Answer;
use super::{Desk, Gone, Reply, merged, unreadable};
use crate::domain::campaign::{self, Addressed, Campaign, Plan, Stage, Turned};
use crate::domain::command::Command;
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::decide::decide;
use crate::domain::desk::DeskEvent;
use crate::domain::id::{ConversationId, OutboxId, SendId, TicketNumber};
use crate::domain::identity::Known;
use crate::domain::line::{News, Told};
use crate::domain::message::{Author, TemplateUse};
use crate::domain::name::Name;
use crate::domain::policy::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Actor;
use crate::domain::template::{Catalogue, Handed};
use crate::journal::codec::StreamEvent;
use crate::relay::fact::Whose;
use crate::relay::views::Change;
use crate::whatsapp::error::{DROPPED, explain_held};

/// Rows that are taken in one commit: the journal counts the events of one up to 255, and a row has three at
/// most. While one piece is taken an answer waits, so it is small.
pub const ROWS_AT_ONCE: usize = 40;

/// Messages that are withdrawn in one commit.
const WITHDRAWN_AT_ONCE: usize = 100;

/// What is asked of a campaign.
#[derive(Clone, Debug, PartialEq)]
pub enum Campaigning {
    /// It is to be.
    Make(Plan),
    /// These rows follow, of which the first is the row of that number; at most [`ROWS_AT_ONCE`].
    Fill {
        /// How many rows came before.
        from: u32,
        /// The rows.
        rows: Vec<Row>,
    },
    /// It moves on.
    Shift(Stage),
    /// What was given up and is not sent yet leaves the outbox: a piece of it.
    Withdraw,
}

/// One person of a campaign's list, and what the template says to him.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Who, the surest first.
    pub who: Vec<Known>,
    /// Values by slot name.
    pub parameters: Vec<(String, String)>,
}

type Decided = Result<(Vec<Change>, Reply), Refusal>;

impl Desk {
    pub(super) fn campaign(
        &mut self,
        actor: &str,
        name: &Name,
        asked: Campaigning,
        answer: Answer,
    ) -> Result<(), Gone> {
        let decided = match asked {
            Campaigning::Make(plan) => self.make_campaign(actor, name, &plan),
            Campaigning::Fill { from, rows } => self.fill_campaign(name, from, rows),
            Campaigning::Shift(to) => {
                let (_, desk, _) = self.cache.desk(&self.store);
                let by = Name::from(actor);
                let moved = campaign::shift(&desk.campaigns, name, to, &by, self.clock.now());
                drop(desk);
                moved.map(|event| (self.desk_events(event), Reply::Done))
            }
            Campaigning::Withdraw => self.withdraw_campaign(name),
        };
        let (changes, reply) = match decided {
            Ok((changes, reply)) => (changes, Ok(reply)),
            Err(refusal) => (Vec::new(), Err(refusal)),
        };
        self.commit(None, actor, changes, Some((answer, reply)), None)
    }

    fn desk_events(&mut self, event: Option<DeskEvent>) -> Vec<Change> {
        event.map(|event| self.desk_change(vec![StreamEvent::Desk(event)])).into_iter().collect()
    }

    fn make_campaign(&mut self, actor: &str, name: &Name, plan: &Plan) -> Decided {
        let (policy, desk, _) = self.cache.desk(&self.store);
        let line = policy.lines.get(&plan.line).ok_or_else(no_line)?;
        let none = Catalogue::default();
        let templates = desk.templates.get(&line.account).map_or(&none, |(_, all)| all);
        let (by, now) = (Name::from(actor), self.clock.now());
        let made = campaign::make(&desk.campaigns, name, plan, &by, templates, now)?;
        drop(desk);
        Ok((self.desk_events(made), Reply::Done))
    }

    /// Takes rows, each of which becomes a message in the outbox or is turned down, with the reason. What they
    /// became and that they were taken is one commit: however often rows are given, each is taken once.
    fn fill_campaign(&mut self, name: &Name, from: u32, rows: Vec<Row>) -> Decided {
        let (_, desk, _) = self.cache.desk(&self.store);
        let campaign = desk.campaigns.get(name).ok_or(Refusal::NoCampaign)?;
        let Campaign { plan, stage, rows: taken, .. } = campaign;
        let (plan, stage, taken) = (plan.clone(), *stage, *taken);
        drop(desk);
        if stage != Stage::Preparing {
            return Err(Refusal::CampaignIs { stage });
        }
        if from != taken || rows.is_empty() {
            return Ok((Vec::new(), Reply::Filled(taken)));
        }
        if rows.len() > ROWS_AT_ONCE {
            let what = format!("at most {ROWS_AT_ONCE} rows at once");
            return Err(Refusal::Malformed { what });
        }
        let count = rows.len() as u32;
        let (mut changes, mut addressed, mut turned) = (Vec::new(), Vec::new(), Vec::new());
        for (row, one) in (taken..).zip(rows) {
            match self.address_row(name, &plan, &one) {
                Ok((more, SendId { conversation, outbox })) => {
                    changes = merged(changes, more);
                    addressed.push(Addressed { row, conversation, outbox });
                }
                Err(why) => turned.push(Turned { row, why }),
            }
        }
        let (at, name) = (self.clock.now(), name.clone());
        let filled = DeskEvent::CampaignFilled { at, name, rows: count, addressed, turned };
        changes.push(self.desk_change(vec![StreamEvent::Desk(filled)]));
        Ok((changes, Reply::Filled(taken + count)))
    }

    /// Puts one row's message into the outbox. Nothing changes when that is refused.
    fn address_row(
        &mut self,
        name: &Name,
        plan: &Plan,
        row: &Row,
    ) -> Result<(Vec<Change>, SendId), Refusal> {
        let (policy, desk, members) = self.cache.desk(&self.store);
        let line = policy.lines.get(&plan.line).ok_or_else(no_line)?;
        let none = Catalogue::default();
        let templates = desk.templates.get(&line.account).map_or(&none, |(_, all)| all);
        let (chosen, purpose) = templates.fill(&plan.template, &plan.language, &row.parameters)?;
        // A file that was handed in for one conversation is no other's.
        if let Some((name, _)) = row.parameters.iter().find(|(_, of)| Handed::read(of).is_some()) {
            let what = format!(
                "the value {name} is a file handed in for one conversation; give an address or an id"
            );
            return Err(Refusal::Malformed { what });
        }
        if row.who.is_empty() {
            let what = "the phone is no number with its country's code".to_owned();
            return Err(Refusal::Malformed { what });
        }
        // Whom nobody knows has agreed to nothing.
        let nobody = Refusal::ConsentMissing { purpose, since: None };
        let id = self.identities.find(&row.who).ok_or(nobody)?;
        let person = self.whole_person(id);
        let author = Author::Campaign(name.clone());
        // Who is several contacts is one person: he gets it once, whichever of them the rows name.
        for (_, conversation) in self.on_line(id, &plan.line) {
            let state = self.cache.conversation(conversation, &self.store).map_err(unreadable)?;
            let mut sends = state.iter().flat_map(|state| &state.head.sends);
            if sends.any(|send| send.author == author) {
                return Err(Refusal::Twice);
            }
        }
        let known = person.conversation(&plan.line);
        let content = Content::Template(chosen);
        let command = Command::Say { author, content, purpose };
        let (conversation, mut changes) = match known {
            Some(conversation) => (conversation, Vec::new()),
            None => {
                // A conversation begins only if there is something to say in it.
                let ctx = Ctx {
                    now: self.clock.now(),
                    actor: &Actor::Relay,
                    policy: &policy,
                    contact: &person,
                    templates,
                    members: &members,
                    next_ticket: TicketNumber(self.last_ticket + 1),
                };
                decide(&Conversation::new(ConversationId(0)), &command, &ctx)?;
                let mut changes = Vec::new();
                (self.begin(id, &plan.line, &mut changes), changes)
            }
        };
        drop(desk);
        let (said, send) = self.decided(conversation, &command, &Actor::Relay)?;
        changes = merged(changes, said);
        let send =
            send.ok_or_else(|| Refusal::Unavailable { reason: "nothing was said".into() })?;
        Ok((changes, send))
    }

    /// Takes messages that were not tried yet out of the outbox of a campaign that was given up.
    fn withdraw_campaign(&mut self, name: &Name) -> Decided {
        let (_, desk, _) = self.cache.desk(&self.store);
        let campaign = desk.campaigns.get(name).ok_or(Refusal::NoCampaign)?;
        if campaign.stage != Stage::Cancelled {
            return Err(Refusal::CampaignIs { stage: campaign.stage });
        }
        let by = campaign.by.clone();
        drop(desk);
        let author = Author::Campaign(name.clone());
        let mut waiting: Vec<(ConversationId, OutboxId)> = {
            let views = self.store.read();
            let next = views.campaign_sends(name, None).map(|(outbox, state)| (state.id, outbox));
            next.take(WITHDRAWN_AT_ONCE).collect()
        };
        // The rest stands behind something else.
        if waiting.is_empty() {
            let views = self.store.read();
            let of = views.unsettled().flat_map(|state| {
                let of = state.head.sends.iter();
                let waits = of.filter(|send| send.author == author && !send.attempting);
                waits.map(|send| (state.id, send.outbox)).collect::<Vec<_>>()
            });
            waiting = of.take(WITHDRAWN_AT_ONCE).collect();
        }
        let mut changes = Vec::new();
        for (id, outbox) in waiting {
            let command = Command::Withdraw { outbox, by: by.clone() };
            if let Ok((withdrawn, _)) = self.decided(id, &command, &Actor::Relay) {
                changes = merged(changes, withdrawn);
            }
        }
        let count = changes.len();
        Ok((changes, Reply::Withdrawn(count)))
    }

    /// The platform dropped a message with a template that it had held: the campaigns with that template, or where it
    /// is not known all of the line, stand still until somebody has looked, and supervisors are told.
    pub(super) fn stop_campaigns(
        &mut self,
        line: &Name,
        template: Option<&TemplateUse>,
    ) -> Vec<Change> {
        let at = self.clock.now();
        let (_, desk, _) = self.cache.desk(&self.store);
        let with = |plan: &Plan| {
            let same = |of: &TemplateUse| of.name == plan.template && of.language == plan.language;
            plan.line == *line && template.is_none_or(same)
        };
        let running = desk.campaigns.iter();
        let running = running.filter(|(_, of)| of.stage == Stage::Running && with(&of.plan));
        let by = Name::from(Actor::Platform.name());
        let stopped: Vec<_> = running
            .map(|(name, _)| {
                let (name, by) = (name.clone(), by.clone());
                StreamEvent::Desk(DeskEvent::CampaignShifted { at, name, stage: Stage::Paused, by })
            })
            .collect();
        drop(desk);
        let mut details = explain_held(DROPPED).title.to_owned();
        if !stopped.is_empty() {
            details.push_str(&match template {
                Some(of) => {
                    format!(" The campaigns with {} ({}) are paused.", of.name, of.language)
                }
                None => " The line's campaigns are paused.".to_owned(),
            });
        }
        let told = Told { at, news: News::Fault { code: DROPPED, details } };
        let paused = if stopped.is_empty() { Vec::new() } else { vec![self.desk_change(stopped)] };
        merged(paused, self.told(&Whose::Line(line.clone()), vec![told], false))
    }

    /// Whether a message may not go because its campaign stands still.
    pub(super) fn stands_still(&mut self, send: SendId) -> Option<Refusal> {
        let state = self.cache.conversation(send.conversation, &self.store).ok()??;
        let entry = state.head.sends.iter().find(|of| of.outbox == send.outbox)?;
        let Author::Campaign(name) = entry.author.clone() else { return None };
        let (_, desk, _) = self.cache.desk(&self.store);
        let stage = desk.campaigns.get(&name).map(|campaign| campaign.stage)?;
        (stage != Stage::Running).then_some(Refusal::CampaignIs { stage })
    }
}

fn no_line() -> Refusal {
    Refusal::Malformed { what: "the campaign's line is not configured any more".into() }
}
