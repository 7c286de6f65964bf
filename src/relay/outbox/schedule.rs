//! What may be sent now, and when to look again. Pure: time comes in, nothing is sent here.
//!
//! Two times: spans since the outbox started (undo, back-off, throughput) and desk time (pair rate, messaging
//! limit).

use super::limit::{Limit, Waiters};
use super::throughput::Throughput;
use super::verdict::{ACCOUNT, After, MESSAGE, PAIR, WAIT};
use crate::domain::conversation::{PAIR_BURST_MS, PAIR_COST_MS};
use crate::domain::id::{ContactId, ConversationId, OutboxId, SendId};
use crate::domain::name::Name;
use crate::domain::thread::Place;
use crate::kit::Timestamp;
use crate::wire::LimitView;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

/// A message that the platform is owed: the first of its conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Owed {
    /// Which.
    pub send: SendId,
    /// To whom.
    pub contact: ContactId,
    /// Over which line: the platform's phone number id.
    pub line: Name,
    /// 0 goes first; see [`crate::domain::message::Author::rank`].
    pub rank: u8,
    /// A person wrote it.
    pub human: bool,
    /// A campaign's: it leaves a part of the messaging limit to others.
    pub campaign: bool,
    /// It is free text, which no template hold stops.
    pub service: bool,
    /// The platform forbids it until then.
    pub forbidden: Option<Timestamp>,
    /// No window is open: it counts against the messaging limit.
    pub outside: bool,
    /// How long it may still be taken back, if this is the first look at it.
    pub hold: Duration,
    /// Times the platform was known not to have taken it.
    pub failures: u32,
    /// How far the recipient's pair budget is used up.
    pub pair_until: Timestamp,
    /// Where its words are written.
    pub place: Place,
}

impl Owed {
    /// What goes first: people before everybody else, then the first queued.
    fn order(&self) -> (u8, OutboxId, ConversationId) {
        (self.rank, self.send.outbox, self.send.conversation)
    }
}

/// What to do, and when to look again if nothing happens before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    /// To be sent now, in this order.
    pub go: Vec<Owed>,
    /// Then, in real time.
    pub real: Option<Duration>,
    /// And then, in desk time.
    pub desk: Option<Timestamp>,
    /// Conversations that wait for the pace of one customer, by line.
    pub paced: BTreeMap<Name, usize>,
}

impl Choice {
    fn at(&mut self, real: Duration) {
        self.real = Some(self.real.map_or(real, |known| known.min(real)));
    }

    fn at_desk(&mut self, desk: Timestamp) {
        self.desk = Some(self.desk.map_or(desk, |known| known.min(desk)));
    }
}

/// Why a line sends nothing at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It waits by the platform's wish.
    Waiting,
    /// People must mend the account; the platform's code.
    Stopped(u32),
    /// Nobody knows whether the platform is there.
    Doubt,
}

impl Held {
    /// The word in metrics and lists.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Stopped(_) => "stopped",
            Self::Doubt => "unreachable",
        }
    }
}

/// One line's part.
#[derive(Clone, Debug)]
struct Lane {
    portfolio: Name,
    throughput: Throughput,
    under_way: usize,
    /// Nothing before then, and why.
    held: Option<(Duration, Held)>,
    /// No templates before then.
    templates_held: Duration,
    /// The platform is being asked whether it is there.
    doubt: bool,
    /// One at a time until the platform has answered well.
    trial: bool,
    /// Holds in a row.
    failures: u32,
}

/// The part of a line's slots that only the first rank may use, as one in so many.
const RESERVED: usize = 4;

/// See the module.
#[derive(Debug, Default)]
pub struct Schedule {
    lanes: BTreeMap<Name, Lane>,
    limits: BTreeMap<Name, Limit>,
    busy: HashSet<ConversationId>,
    not_before: HashMap<SendId, Duration>,
    looked: bool,
}

impl Schedule {
    /// A line is there. Its budget begins empty and it goes one at a time until the platform has answered: what
    /// was sent before a restart, and how it stands with the platform, is not known. A line that is there
    /// already is given another try at once.
    pub fn open_line(&mut self, line: &Name, portfolio: &Name, per_second: u32, now: Duration) {
        let fresh = || Lane {
            portfolio: portfolio.clone(),
            throughput: Throughput::new(per_second, now),
            under_way: 0,
            held: None,
            templates_held: Duration::ZERO,
            doubt: false,
            trial: true,
            failures: 0,
        };
        let lane = self.lanes.entry(line.clone()).or_insert_with(fresh);
        lane.portfolio = portfolio.clone();
        lane.held = None;
        lane.trial = true;
        lane.failures = 0;
        self.limits.entry(portfolio.clone()).or_default();
    }

    /// A line is no longer there; what it owes waits.
    pub fn close_line(&mut self, line: &Name) {
        self.lanes.remove(line);
    }

    /// What the platform says that a line may.
    pub fn allow(&mut self, line: &Name, per_second: u32, recipients: Option<usize>) {
        let Some(lane) = self.lanes.get_mut(line) else { return };
        lane.throughput.set(per_second);
        self.limits.entry(lane.portfolio.clone()).or_default().set(recipients);
    }

    /// How many messages a second a line may send, and how far its portfolio's limit is used up, if so many people
    /// `wait` to be written to.
    pub fn budget(
        &mut self,
        line: &Name,
        wait: Waiters,
        desk: Timestamp,
    ) -> Option<(u32, LimitView)> {
        let lane = self.lanes.get(line)?;
        let limit = self.limits.get_mut(&lane.portfolio)?;
        Some((lane.throughput.per_second(), limit.budget(wait, desk)))
    }

    /// A message went to somebody outside his window.
    pub fn opened(&mut self, line: &Name, contact: ContactId, at: Timestamp) {
        if let Some(lane) = self.lanes.get(line) {
            self.limits.entry(lane.portfolio.clone()).or_default().note(contact, at);
        }
    }

    /// Chooses among what is owed, and counts what it chooses as under way. What there was at the first look
    /// has waited over a restart: it is not held back any more.
    pub fn choose(&mut self, mut owed: Vec<Owed>, now: Duration, desk: Timestamp) -> Choice {
        let restarted = !std::mem::replace(&mut self.looked, true);
        if self.not_before.len() > 2 * owed.len() + 1_024 {
            let there: HashSet<_> = owed.iter().map(|owed| owed.send).collect();
            // Of a campaign nothing is held back: what is over says nothing.
            self.not_before.retain(|send, until| *until > now || there.contains(send));
        }
        let mut choice = Choice::default();
        for owed in owed.iter().filter(|owed| owed.hold > Duration::ZERO && owed.failures == 0) {
            if !self.busy.contains(&owed.send.conversation) {
                let until = if restarted { now } else { now + owed.hold };
                self.not_before.entry(owed.send).or_insert(until);
            }
        }
        owed.sort_by_key(Owed::order);
        for owed in owed {
            self.consider(owed, now, desk, &mut choice);
        }
        choice
    }

    /// Chooses among what campaigns have to say, each the first queued first, once nobody else wants to send: it
    /// takes no more of them than it needs to look at.
    pub fn choose_of_campaigns<I: Iterator<Item = Owed>>(
        &mut self,
        campaigns: impl IntoIterator<Item = I>,
        now: Duration,
        desk: Timestamp,
        choice: &mut Choice,
    ) {
        let campaigns = campaigns.into_iter();
        let mut heads: Vec<(Owed, I)> =
            campaigns.filter_map(|mut of| Some((of.next()?, of))).collect();
        while let Some(nth) = (0..heads.len()).min_by_key(|nth| heads[*nth].0.order()) {
            let (owed, rest) = &mut heads[nth];
            let next = rest.next();
            let next = next.map(|next| std::mem::replace(owed, next));
            let (owed, last) = match next {
                Some(owed) => (owed, false),
                None => (heads[nth].0.clone(), true),
            };
            // A line that takes this one not takes none of the campaign, which has one line.
            let open = self.consider(owed, now, desk, choice);
            if last || !open {
                heads.swap_remove(nth);
            }
        }
    }

    /// Chooses a message if it may go now. Says whether its line could take another of the same kind.
    fn consider(
        &mut self,
        owed: Owed,
        now: Duration,
        desk: Timestamp,
        choice: &mut Choice,
    ) -> bool {
        if self.busy.contains(&owed.send.conversation) {
            return true;
        }
        if let Some(until) = self.not_before.get(&owed.send).filter(|until| **until > now) {
            choice.at(*until);
            return true;
        }
        let Some(lane) = self.lanes.get_mut(&owed.line) else { return false };
        if let Err(until) = lane.gate(&owed, now) {
            until.into_iter().for_each(|until| choice.at(until));
            return false;
        }
        if let Some(until) = owed.forbidden {
            choice.at_desk(until);
            return true;
        }
        let free = PAIR_BURST_MS - PAIR_COST_MS;
        // More than the whole budget can only be left of a clock that was ahead.
        let ahead = owed.pair_until.since(desk);
        if ahead > free && ahead <= PAIR_BURST_MS + PAIR_COST_MS {
            choice.at_desk(owed.pair_until.plus_millis(-free));
            *choice.paced.entry(owed.line).or_default() += 1;
            return true;
        }
        if owed.outside {
            let limit = self.limits.entry(lane.portfolio.clone()).or_default();
            if let Err(until) = limit.admits(owed.contact, owed.campaign, desk) {
                choice.at_desk(until);
                return true;
            }
            match owed.campaign {
                true => limit.campaigned(owed.contact, desk),
                false => limit.note(owed.contact, desk),
            }
        }
        lane.throughput.take(now);
        lane.under_way += 1;
        self.busy.insert(owed.send.conversation);
        choice.go.push(owed);
        true
    }

    /// A message is no longer under way. `jitter` is from 0 to 1.
    pub fn ended(&mut self, owed: &Owed, after: After, now: Duration, jitter: f64) {
        self.busy.remove(&owed.send.conversation);
        let own = |least: Option<Duration>, backoff: crate::kit::backoff::Backoff| {
            now + backoff.wait(owed.failures + 1, jitter).max(least.unwrap_or_default())
        };
        let until = match after {
            After::Recipient(least) => Some(own(least, PAIR)),
            After::Message(least) => Some(own(least, MESSAGE)),
            After::Line(least) | After::Templates(least) => Some(own(least, WAIT)),
            After::Well | After::Nothing | After::Stopped(_) | After::Doubt => None,
        };
        match until {
            Some(until) => self.not_before.insert(owed.send, until),
            None => self.not_before.remove(&owed.send),
        };
        let Some(lane) = self.lanes.get_mut(&owed.line) else { return };
        lane.under_way = lane.under_way.saturating_sub(1);
        match after {
            After::Well | After::Recipient(_) | After::Message(_) => {
                lane.trial = false;
                lane.failures = 0;
            }
            After::Nothing => {}
            After::Templates(least) => {
                lane.trial = false;
                lane.templates_held = own(least, WAIT).max(lane.templates_held);
            }
            After::Line(least) => {
                // What was under way beside it says nothing new.
                if lane.held.is_none_or(|(until, _)| until <= now) {
                    lane.failures += 1;
                    lane.throughput.slower(now);
                }
                let wait = WAIT.wait(lane.failures, jitter).max(least.unwrap_or_default());
                lane.hold(now + wait, Held::Waiting);
            }
            After::Stopped(code) => {
                if lane.held.is_none_or(|(until, _)| until <= now) {
                    lane.failures += 1;
                }
                lane.hold(now + ACCOUNT.wait(lane.failures, jitter), Held::Stopped(code));
            }
            After::Doubt => {
                lane.doubt = true;
                lane.trial = true;
            }
        }
    }

    /// A message could not be tried for a reason of our own: not again before so long.
    pub fn put_off(&mut self, owed: &Owed, until: Duration) {
        self.busy.remove(&owed.send.conversation);
        self.not_before.insert(owed.send, until);
        if let Some(lane) = self.lanes.get_mut(&owed.line) {
            lane.under_way = lane.under_way.saturating_sub(1);
        }
    }

    /// Whether the line waits for the platform to say that it is there.
    pub fn in_doubt(&self, line: &Name) -> bool {
        self.lanes.get(line).is_some_and(|lane| lane.doubt)
    }

    /// The platform has said that it is there.
    pub fn answered(&mut self, line: &Name) {
        if let Some(lane) = self.lanes.get_mut(line) {
            lane.doubt = false;
        }
    }

    /// The lines that send nothing at `now`, and why.
    pub fn held(&self, now: Duration) -> impl Iterator<Item = (&Name, Held)> {
        self.lanes.iter().filter_map(move |(line, lane)| {
            // Whether the account is let in again only an answer tells.
            let refused = |why| lane.trial && matches!(why, Held::Stopped(_));
            let held = lane.held.filter(|(until, why)| *until > now || refused(*why));
            let held = held.map(|(_, why)| why);
            held.or(lane.doubt.then_some(Held::Doubt)).map(|why| (line, why))
        })
    }
}

impl Lane {
    /// Whether the line may send this now.
    ///
    /// # Errors
    /// When to look again; `None` where something must happen first.
    fn gate(&self, owed: &Owed, now: Duration) -> Result<(), Option<Duration>> {
        if self.doubt {
            return Err(None);
        }
        let held = self.held.map(|(until, _)| until).filter(|until| *until > now);
        let templates = (!owed.service).then_some(self.templates_held).filter(|at| *at > now);
        if let Some(until) = held.max(templates) {
            return Err(Some(until));
        }
        let all = if self.trial { 1 } else { self.throughput.slots() };
        let slots = if owed.rank == 0 || all == 1 { all } else { all - all.div_ceil(RESERVED) };
        if self.under_way >= slots {
            return Err(None);
        }
        let ready = self.throughput.ready_at();
        if ready > now { Err(Some(ready)) } else { Ok(()) }
    }

    fn hold(&mut self, until: Duration, why: Held) {
        self.trial = true;
        if self.held.is_none_or(|(known, _)| known < until) {
            self.held = Some((until, why));
        }
    }
}

#[cfg(test)]
mod tests;
