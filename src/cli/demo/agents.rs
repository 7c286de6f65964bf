//! Simulated agents. They see and do what people do: they read the inbox and threads over the REST API and act
//! with their own tokens and rights, sometimes two at the same ticket.

use super::phrases;
use super::summary::Work;
use crate::cli::remote::{Fault, Remote};
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::routing::Standing;
use crate::domain::ticket::{Priority, State};
use crate::kit::{Clock, Timestamp};
use crate::relay::floor::Floor;
use crate::sandbox::Dice;
use crate::wire::{
    ActionRequest, Direction, EntryKind, EntryView, ThreadView, TicketFilter, TicketView,
};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The shortest pause of an agent, in real time: the machine is shared with the relay.
const SHORTEST_PAUSE: Duration = Duration::from_millis(80);
/// When the agents begin, in desk time: what waits longest at the start loses its window before. In real time
/// nobody waits longer for them than [`LATEST`].
const BEGIN: Duration = Duration::from_secs(13 * 60);
/// See [`BEGIN`].
const LATEST: Duration = Duration::from_secs(20);
/// How long an agent waits until he decides on an unconfirmed message, in real time.
const UNCONFIRMED: Duration = Duration::from_secs(120);
/// Tickets that an agent looks at.
const PAGE: usize = 40;

/// What the agents have done, shared.
#[derive(Clone, Debug, Default)]
pub(super) struct Log(Arc<Mutex<Work>>);

impl Log {
    /// Everything so far.
    pub(super) fn work(&self) -> Work {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn done(&self, what: &'static str) {
        let mut work = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *work.done.entry(what).or_default() += 1;
    }

    fn refused(&self, code: &str) {
        let mut work = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *work.refused.entry(code.to_owned()).or_default() += 1;
    }
}

/// How somebody works.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    /// How long he takes for what another does in one minute, in minutes.
    pub(super) pace: f64,
    /// Whether he takes what nobody was given.
    pub(super) takes: bool,
}

/// Why somebody has a break.
const REASONS: [&str; 4] = ["coffee", "lunch", "a call", "training"];
/// How long it lasts, in desk time.
const BREAK: (Duration, Duration) = (Duration::from_secs(300), Duration::from_secs(1_200));

/// One agent at work.
pub(super) struct Agent {
    name: String,
    remote: Remote,
    clock: Clock,
    floor: Arc<Floor>,
    habits: Habits,
    dice: Dice,
    log: Log,
    /// Messages that he has already sent again, by our ids.
    resent: HashSet<String>,
}

/// What came of a command.
enum Came {
    /// It was carried out.
    Done,
    /// The desk refused it, with this code.
    Refused(String),
    /// The relay could not be asked.
    Away,
}

impl Agent {
    /// An agent with his own chance, thrown with `seed`.
    pub(super) fn new(
        name: &str,
        remote: Remote,
        clock: Clock,
        floor: Arc<Floor>,
        seed: u64,
        habits: Habits,
        log: Log,
    ) -> Self {
        let dice = Dice::new(seed, &format!("agent {name}"));
        Self {
            name: name.to_owned(),
            remote,
            clock,
            floor,
            habits,
            dice,
            log,
            resent: HashSet::new(),
        }
    }

    /// Works until told to stop; never leaves a command half asked.
    pub(super) async fn work(mut self, stop: CancellationToken) {
        let name = Name::from(self.name.as_str());
        // He is seen as long as he works.
        let _here = self.floor.presences.enter(&name, &self.clock);
        let mut pause = BEGIN.div_f64(self.clock.rate()).min(LATEST);
        let mut rests = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            rests = !rests && self.dice.chance(0.03);
            let desk = if rests {
                let reason = REASONS[self.dice.below(REASONS.len())];
                self.stand(&name, Standing::Break, Some(reason));
                self.dice.between(BREAK.0, BREAK.1)
            } else {
                self.stand(&name, Standing::Online, None);
                self.turn().await;
                let desk = self.dice.between(Duration::from_secs(15), Duration::from_secs(90));
                desk.mul_f64(self.habits.pace)
            };
            pause = desk.div_f64(self.clock.rate()).max(SHORTEST_PAUSE);
        }
    }

    fn stand(&self, name: &Name, standing: Standing, reason: Option<&str>) {
        let (reason, now) = (reason.map(str::to_owned), self.clock.now());
        self.floor.presences.choose(name, standing, reason, now);
    }

    async fn turn(&mut self) {
        let filter = TicketFilter { limit: Some(PAGE), ..TicketFilter::default() };
        let Ok(tickets) = self.remote.get::<Vec<TicketView>>("tickets", &filter).await else {
            return;
        };
        match self.choose(&tickets) {
            Some(ticket) => self.answer(ticket).await,
            None => self.tidy(&tickets).await,
        }
    }

    /// The ticket to work on: his own first, then nobody's; sometimes one of the most urgent, whoever has it.
    fn choose<'a>(&mut self, tickets: &'a [TicketView]) -> Option<&'a TicketView> {
        let waiting: Vec<_> = tickets.iter().filter(|ticket| waits(ticket)).collect();
        if !self.habits.takes {
            return waiting.into_iter().find(|ticket| self.has(ticket));
        }
        if self.dice.chance(0.12) {
            return waiting.get(self.dice.below(waiting.len().min(3))).copied();
        }
        let mine = waiting.iter().find(|ticket| self.has(ticket)).copied();
        let free: Vec<_> = waiting.iter().filter(|ticket| ticket.assignee.is_none()).collect();
        mine.or_else(|| free.get(self.dice.below(free.len().min(3))).map(|ticket| **ticket))
    }

    fn has(&self, ticket: &TicketView) -> bool {
        ticket.assignee.as_deref() == Some(&self.name)
    }

    async fn answer(&mut self, ticket: &TicketView) {
        let Some(thread) = self.thread(ticket.number).await else { return };
        let number = ticket.number;
        let lang = phrases::language(ticket.contact.phone.as_deref());
        let name = ticket.contact.name.as_deref();
        if ticket.assignee.is_none() && self.dice.chance(0.4) {
            self.act(number, ActionRequest::Take).await;
        }
        if self.has(ticket) && self.decide_unconfirmed(number, &thread).await {
            return;
        }
        let said = thread.entries.iter().rev().find(|entry| is_from_customer(entry));
        if said.is_some_and(|said| {
            said.kind_word == "reaction" || phrases::is_thanks(lang, &said.text)
        }) && self.dice.chance(0.7)
        {
            self.act(number, ActionRequest::Solve).await;
            return;
        }
        self.fuss(number).await;
        // Now and then he does not notice that the window is closed.
        let came = if !ticket.window.open && !self.dice.chance(0.15) {
            let (template, language, values) = phrases::template(lang, name, &mut self.dice);
            let parameters: BTreeMap<_, _> =
                values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let (name, language) = (template.to_owned(), language.to_owned());
            self.act(number, ActionRequest::Template { name, language, parameters }).await
        } else {
            let text = phrases::answer(lang, name, &mut self.dice);
            let quote = said.filter(|_| self.dice.chance(0.1)).map(|said| said.id.clone());
            self.act(number, ActionRequest::Reply { text, quote }).await
        };
        match came {
            // Who wants nothing any more is let alone.
            Came::Refused(code) if code == "consent_missing" => {
                let text = "has opted out; nothing more to do".to_owned();
                self.act(number, ActionRequest::Note { text }).await;
                self.act(number, ActionRequest::Solve).await;
            }
            Came::Done if self.dice.chance(0.05) => {
                let until = self.clock.now() + Duration::from_secs(3_600);
                self.act(number, ActionRequest::Snooze { until: Some(until) }).await;
            }
            Came::Done if self.dice.chance(0.1) => {
                self.act(number, ActionRequest::Pend).await;
            }
            _ => {}
        }
    }

    /// What people do beside answering.
    async fn fuss(&mut self, ticket: TicketNumber) {
        if self.dice.chance(0.10) {
            let text = "asked the warehouse, they call back".to_owned();
            self.act(ticket, ActionRequest::Note { text }).await;
        }
        if self.dice.chance(0.08) {
            let priority = Priority::ALL[self.dice.below(Priority::ALL.len())];
            self.act(ticket, ActionRequest::Prioritise { priority }).await;
        }
        if self.dice.chance(0.10) {
            let tags = ["delivery", "invoice", "refund", "vip"];
            let add = vec![tags[self.dice.below(tags.len())].to_owned()];
            self.act(ticket, ActionRequest::Tag { add, remove: Vec::new() }).await;
        }
        if self.dice.chance(0.03) {
            self.act(ticket, ActionRequest::Release).await;
        }
    }

    /// With nobody waiting: sends again what failed, solves what has gone quiet.
    async fn tidy(&mut self, tickets: &[TicketView]) {
        let mine: Vec<_> = tickets.iter().filter(|ticket| self.has(ticket)).collect();
        let Some(ticket) = mine.get(self.dice.below(mine.len())) else { return };
        let Some(thread) = self.thread(ticket.number).await else { return };
        if self.decide_unconfirmed(ticket.number, &thread).await {
            return;
        }
        let last = thread.entries.iter().rev().find(|entry| entry.kind == EntryKind::Message);
        let failed = last.filter(|entry| entry.status.as_deref() == Some("failed"));
        if let Some(outbox) = failed.and_then(|entry| entry.outbox)
            && self.resent.insert(outbox.to_string())
            && self.dice.chance(0.5)
        {
            self.act(ticket.number, ActionRequest::Resend { outbox }).await;
            return;
        }
        let quiet = last.is_some_and(|entry| self.passed(entry.at) > Duration::from_secs(3_600));
        if quiet && self.dice.chance(0.3) && ticket.state != State::Snoozed {
            self.act(ticket.number, ActionRequest::Solve).await;
        }
    }

    /// Gives up a message of which nobody has known for two minutes whether it arrived; whether there was one.
    async fn decide_unconfirmed(&mut self, ticket: TicketNumber, thread: &ThreadView) -> bool {
        let long = UNCONFIRMED.mul_f64(self.clock.rate());
        let unknown = |entry: &&EntryView| entry.status.as_deref() == Some("unconfirmed");
        let Some(entry) = thread.entries.iter().find(unknown) else { return false };
        match entry.outbox {
            Some(outbox) if self.passed(entry.at) > long => {
                self.act(ticket, ActionRequest::Cancel { outbox }).await;
                true
            }
            _ => false,
        }
    }

    fn passed(&self, since: Timestamp) -> Duration {
        Duration::from_millis(self.clock.now().since(since).max(0).unsigned_abs())
    }

    async fn thread(&self, ticket: TicketNumber) -> Option<ThreadView> {
        let path = format!("tickets/{ticket}/thread");
        let none: [(&str, &str); 0] = [];
        self.remote.get(&path, &none).await.ok()
    }

    async fn act(&self, ticket: TicketNumber, action: ActionRequest) -> Came {
        let word = action.word();
        match self.remote.act(ticket, action).await {
            Ok(_) => {
                self.log.done(word);
                Came::Done
            }
            Err(Fault::Refused(refused)) => {
                self.log.refused(&refused.code);
                Came::Refused(refused.code)
            }
            Err(Fault::Unreachable(why) | Fault::Garbled(why)) => {
                tracing::warn!(agent = self.name, "{why}");
                Came::Away
            }
        }
    }
}

fn waits(ticket: &TicketView) -> bool {
    ticket.last_message.as_ref().is_some_and(|last| last.direction == Direction::In)
}

fn is_from_customer(entry: &EntryView) -> bool {
    entry.kind == EntryKind::Message && entry.direction == Some(Direction::In)
}
