//! The task that decides what is sent, and the tasks that send.

use super::attempt::{attempt, settle};
use super::limit::Waiters;
use super::schedule::{Owed, Schedule};
use super::seed::{at_rest, lately};
use super::verdict::{self, Verdict};
use super::{owed, throughput};
use crate::domain::command::Outcome;
use crate::domain::id::{ContactId, SendId};
use crate::domain::line::{News, Told, recipients};
use crate::domain::name::Name;
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::relay::fact::Whose;
use crate::relay::lines::Line;
use crate::relay::receipts::Did;
use crate::whatsapp::error::explain;
use crate::whatsapp::exchange::ClientError;
use crate::whatsapp::listing::NumberStatus;
use crate::whatsapp::platform::{Fault, Platform};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};

mod campaigns;
mod fare;

use campaigns::Key;

/// How often a number's limits are read.
const LIMITS_EVERY: Duration = Duration::from_secs(3_600);
/// How soon they are read again after a failure.
const LIMITS_AGAIN: Duration = Duration::from_secs(60);
/// A message that the desk could not take up is looked at again after this.
const SOON: Duration = Duration::from_millis(100);
/// The rest between two looks is this many times as long as a look, so that looking through a long outbox
/// never takes more than a fifth of a core.
const REST: u32 = 4;

/// A line with the way to its platform.
struct Way {
    line: Line,
    platform: Arc<dyn Platform>,
    limits_at: Duration,
    /// Messages a second and recipients a day, as last taken over.
    allowed: Option<(u32, Option<usize>)>,
}

/// What a task that sends nothing has found out.
enum Heard {
    /// The platform is there again.
    Answers(Name),
    /// What a number may.
    Number(Name, Result<NumberStatus, Fault>),
    /// That is written down.
    Recorded,
    /// Who was written to in the last day, in conversations at rest.
    Openings(Vec<(Name, ContactId, Timestamp)>),
}

/// See the module.
pub(super) struct Worker<F> {
    relay: Relay,
    make: F,
    /// The lines as last taken over.
    lines: Arc<BTreeMap<Name, Line>>,
    ways: BTreeMap<Name, Way>,
    schedule: Schedule,
    /// Sends under way.
    sends: JoinSet<Option<Verdict>>,
    under_way: HashMap<Id, Owed>,
    /// Questions under way.
    questions: JoinSet<Heard>,
    started: Instant,
    /// Not before then, and then if this says so.
    rested: Instant,
    /// Campaigns are not looked through before then; not at all before it is known whom the portfolios wrote to
    /// lately.
    campaigns_rested: Option<Instant>,
    /// How far each campaign was looked through, where that takes more than one look.
    looked: BTreeMap<Name, Key>,
}

impl<F> Worker<F>
where
    F: Fn(&Line) -> Result<Arc<dyn Platform>, ClientError>,
{
    pub(super) fn new(relay: Relay, make: F) -> Self {
        let now = Instant::now();
        Self {
            relay,
            make,
            lines: Arc::default(),
            ways: BTreeMap::new(),
            schedule: Schedule::default(),
            sends: JoinSet::new(),
            under_way: HashMap::new(),
            questions: JoinSet::new(),
            started: now,
            rested: now,
            campaigns_rested: None,
            looked: BTreeMap::new(),
        }
    }

    pub(super) async fn run(mut self) {
        self.left_behind().await;
        self.follow_lines();
        self.seed();
        loop {
            let next = self.look();
            let wake = self.relay.wake.sends.clone();
            let stopping = self.relay.stopping.clone();
            tokio::select! {
                biased;
                () = stopping.cancelled() => break,
                Some(done) = self.sends.join_next_with_id() => self.sent(done).await,
                Some(heard) = self.questions.join_next() => match heard {
                    Ok(heard) => self.heard(heard),
                    Err(error) => self.broke_off(&error),
                },
                () = wake.notified() => {}
                () = tokio::time::sleep_until(next) => {}
            }
            // Whatever else has come meanwhile is taken up in the same look.
            while let Some(done) = self.sends.try_join_next_with_id() {
                self.sent(done).await;
            }
            if self.rested.saturating_duration_since(Instant::now()) > Duration::from_millis(1) {
                tokio::select! {
                    () = tokio::time::sleep_until(self.rested) => {}
                    () = stopping.cancelled() => break,
                }
            }
        }
        self.drain().await;
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// What was being tried when the relay ended may or may not have arrived.
    async fn left_behind(&self) {
        let mut left = Vec::new();
        for conversation in self.relay.store.read().unsettled() {
            for send in conversation.head.sends.iter().filter(|send| send.attempting) {
                let id = SendId { conversation: conversation.id, outbox: send.outbox };
                left.push((id, conversation.head.line.clone()));
            }
        }
        let lines = self.relay.lines.now();
        for (send, line) in left {
            settle(&self.relay, send, Outcome::Unknown).await;
            let name = lines.get(&line).map_or(&line, |line| &line.name);
            self.relay.metrics.sent(name.as_str(), "unconfirmed");
            tracing::warn!(%send, "a message was under way when the relay ended: unconfirmed");
        }
    }

    /// Takes over the lines as they are configured now.
    fn follow_lines(&mut self) {
        let lines = self.relay.lines.now();
        if Arc::ptr_eq(&lines, &self.lines) {
            return;
        }
        let now = self.now();
        let gone: Vec<_> =
            self.ways.keys().filter(|id| !lines.contains_key(*id)).cloned().collect();
        for id in gone {
            self.ways.remove(&id);
            self.schedule.close_line(&id);
        }
        for (id, line) in &*lines {
            let same = |way: &Way| {
                way.line.provider == line.provider
                    && way.line.access == line.access
                    && way.line.portfolio == line.portfolio
                    && way.line.name == line.name
            };
            if self.ways.get(id).is_some_and(same) {
                continue;
            }
            match (self.make)(line) {
                Ok(platform) => {
                    let way = Way { line: line.clone(), platform, limits_at: now, allowed: None };
                    self.ways.insert(id.clone(), way);
                    let rate = throughput::STANDARD;
                    self.schedule.open_line(id, &line.portfolio, rate, now);
                    if self.schedule.in_doubt(id) {
                        self.probe(id);
                    }
                }
                Err(error) => {
                    tracing::error!(line = %line.name, %error, "nothing is sent over this line");
                    self.ways.remove(id);
                    self.schedule.close_line(id);
                }
            }
        }
        self.lines = lines;
    }

    /// Whom the portfolios wrote to in the last day: at once from the conversations in memory, and in the
    /// background from those at rest.
    fn seed(&mut self) {
        let now = self.relay.clock.now();
        for conversation in self.relay.store.read().conversations() {
            if let Some(at) = lately(conversation, now) {
                self.schedule.opened(&conversation.head.line, conversation.head.contact, at);
            }
        }
        let relay = self.relay.clone();
        let looking = tokio::task::spawn_blocking(move || at_rest(&relay, now));
        self.questions.spawn(async move { Heard::Openings(looking.await.unwrap_or_default()) });
    }

    /// Sends what may be sent now; when to look again if nothing happens before.
    fn look(&mut self) -> Instant {
        let began = Instant::now();
        self.follow_lines();
        let now = self.now();
        for (id, way) in &mut self.ways {
            if way.limits_at <= now {
                way.limits_at = now + LIMITS_EVERY;
                let (id, platform) = (id.clone(), way.platform.clone());
                self.questions.spawn(async move {
                    let status = platform.number_status(id.as_str()).await;
                    Heard::Number(id, status)
                });
            }
        }
        self.follow_states();
        let desk = self.relay.clock.now();
        let clock = &self.relay.clock;
        let all: Vec<_> = {
            let views = self.relay.store.read();
            let told = views.desk();
            views.sends().filter_map(|state| owed(state, told, clock, desk)).collect()
        };
        let mut waiting = BTreeMap::<Name, Waiters>::new();
        for owed in all.iter().filter(|owed| owed.outside) {
            waiting.entry(owed.line.clone()).or_default().others += 1;
        }
        let mut choice = self.schedule.choose(all, now, desk);
        let looked = Instant::now();
        let campaigns = self.campaigns(now, desk, &mut choice, &mut waiting);
        let limits = self.ways.values().map(|way| way.limits_at).min();
        let real = choice.real.into_iter().chain(limits).chain(campaigns).min();
        let desk = choice.desk.map(|at| self.relay.clock.real_until(at) + now);
        let next = real.into_iter().chain(desk).min().unwrap_or(now + LIMITS_EVERY);
        for owed in choice.go {
            if let Some(waiting) = waiting.get_mut(&owed.line).filter(|_| owed.outside) {
                let of = match owed.campaign {
                    true => &mut waiting.campaigns,
                    false => &mut waiting.others,
                };
                *of = of.saturating_sub(1);
            }
            self.start(owed);
        }
        self.tell_budgets(&waiting, &choice.paced);
        let ended = Instant::now();
        self.rested = ended + (looked - began) * REST;
        self.tell_fares();
        (self.started + next).max(ended + Duration::from_millis(1))
    }

    /// Takes over what the platform has said of the lines.
    fn follow_states(&mut self) {
        let views = self.relay.store.read();
        let states = &views.desk().lines;
        for (line, way) in &mut self.ways {
            let Some(state) = states.get(line) else { continue };
            let rate = throughput::per_second(state.throughput.as_deref());
            let allowed = (rate, recipients(state.tier.as_deref()));
            if way.allowed != Some(allowed) {
                way.allowed = Some(allowed);
                self.schedule.allow(line, allowed.0, allowed.1);
            }
        }
    }

    fn start(&mut self, owed: Owed) {
        let Some(way) = self.ways.get(&owed.line) else { return };
        let sending = attempt(self.relay.clone(), way.platform.clone(), owed.clone());
        let task = self.sends.spawn(sending);
        self.under_way.insert(task.id(), owed);
    }

    /// A send has ended.
    async fn sent(&mut self, done: Result<(Id, Option<Verdict>), JoinError>) {
        let (id, verdict) = match done {
            Ok((id, verdict)) => (id, verdict),
            Err(error) => {
                let id = error.id();
                if let Some(owed) = self.under_way.get(&id) {
                    tracing::error!(send = %owed.send, %error, "a send broke off");
                    settle(&self.relay, owed.send, Outcome::Unknown).await;
                }
                let after = verdict::After::Doubt;
                (id, Some(Verdict { outcome: Outcome::Unknown, after, template: false }))
            }
        };
        let Some(owed) = self.under_way.remove(&id) else { return };
        let now = self.now();
        let Some(verdict) = verdict else {
            self.schedule.put_off(&owed, now + SOON);
            return;
        };
        if owed.human && matches!(verdict.outcome, Outcome::Accepted { .. }) {
            self.relay.floor.receipts.did(owed.send.conversation, Did::Reply);
        }
        let name = self.ways.get(&owed.line).map_or(&owed.line, |way| &way.line.name);
        self.relay.metrics.sent(name.as_str(), &verdict.label());
        if let verdict::After::Stopped(code) = verdict.after {
            let explained = explain(code);
            tracing::error!(
                line = %name, code, title = explained.title, hint = explained.hint,
                "the platform refuses this line's account: nothing is sent over it"
            );
        }
        if verdict.template {
            self.relay.wake.templates.notify_one();
        }
        let doubted = self.schedule.in_doubt(&owed.line);
        self.schedule.ended(&owed, verdict.after, now, rand::random());
        if owed.outside && matches!(verdict.outcome, Outcome::Accepted { .. } | Outcome::Unknown) {
            // The platform counts from when it took it, not from when we began to tell it.
            self.schedule.opened(&owed.line, owed.contact, self.relay.clock.now());
        }
        if self.schedule.in_doubt(&owed.line) && !doubted {
            self.probe(&owed.line);
        }
        self.show_held();
    }

    /// Asks whether the platform is there, until it answers.
    fn probe(&mut self, line: &Name) {
        let Some(way) = self.ways.get(line) else { return };
        tracing::warn!(line = %way.line.name, "it is not known whether the platform is there: asking it");
        let (line, platform) = (line.clone(), way.platform.clone());
        let api = self.relay.metrics.api.clone();
        self.questions.spawn(async move {
            let mut failures = 0;
            loop {
                let asked = Instant::now();
                let answered = platform.probe(line.as_str()).await;
                api.record(asked.elapsed());
                if answered.is_ok() {
                    break;
                }
                failures += 1;
                sleep(verdict::PROBE.wait(failures, rand::random())).await;
            }
            Heard::Answers(line)
        });
    }

    /// A question ended without an answer, which may have been the one that a line waits for.
    fn broke_off(&mut self, error: &JoinError) {
        tracing::error!(%error, "a question to the platform broke off");
        let lines: Vec<_> = self.ways.keys().cloned().collect();
        for line in lines {
            if self.schedule.in_doubt(&line) {
                self.probe(&line);
            }
        }
    }

    fn heard(&mut self, heard: Heard) {
        match heard {
            Heard::Answers(line) => {
                self.schedule.answered(&line);
                self.show_held();
            }
            Heard::Number(line, Ok(status)) => {
                let at = self.relay.clock.now();
                let news = [
                    status.display_phone_number.map(|phone| News::Phone { phone }),
                    status.quality_rating.map(|quality| News::Quality { quality }),
                    status.messaging_limit.map(|tier| News::Limit { tier }),
                    status.throughput.map(|level| News::Throughput { level }),
                ];
                let news = news.into_iter().flatten().map(|news| Told { at, news }).collect();
                let desk = self.relay.desk.clone();
                self.questions.spawn(async move {
                    if let Err(refusal) = desk.told("-relay", Whose::Line(line), news).await {
                        tracing::warn!(%refusal, "what the platform says of a number is not recorded");
                    }
                    Heard::Recorded
                });
            }
            Heard::Number(line, Err(error)) => {
                let again = self.now() + LIMITS_AGAIN;
                if let Some(way) = self.ways.get_mut(&line) {
                    way.limits_at = again;
                    // The platform's words may hold data of people; its code says enough.
                    let code = match error {
                        Fault::Refused(error) => Some(error.code),
                        Fault::Silent { .. } | Fault::Strange { .. } => None,
                    };
                    tracing::warn!(line = %way.line.name, code, "the number's limits cannot be read");
                }
            }
            Heard::Recorded => {}
            Heard::Openings(openings) => {
                for (line, contact, at) in openings {
                    self.schedule.opened(&line, contact, at);
                }
                self.campaigns_rested = Some(Instant::now());
            }
        }
    }

    /// Starts nothing more and waits for what is on its way; what does not end in time is unconfirmed.
    async fn drain(mut self) {
        self.questions.abort_all();
        let most = self.relay.knobs.borrow().drain;
        let ended = timeout(most, async {
            while let Some(done) = self.sends.join_next_with_id().await {
                self.sent(done).await;
            }
        });
        if ended.await.is_err() {
            self.sends.abort_all();
            for owed in self.under_way.into_values() {
                tracing::warn!(send = %owed.send, "a send did not end in time: unconfirmed");
                settle(&self.relay, owed.send, Outcome::Unknown).await;
            }
        }
    }
}
