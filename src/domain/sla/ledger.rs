//! All clocks of one ticket, folded from what happened to it.
//!
//! What happens is folded as it comes; what comes late, by its own time, is put into its place and all is folded
//! anew. So the order of arrival does not matter, and what was told of by timers on the way is what a replay tells.

use super::course::{Situation, follow, latest};
use super::measure::{Happening, Measure};
use super::metric::Metric;
use super::policy::{Rule, SlaPolicy};
use crate::domain::calendar::Calendar;
use crate::domain::policy::Threading;
use crate::domain::ticket::{Priority, State};
use crate::kit::Timestamp;

/// What happens to a ticket, as far as clocks are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The customer writes.
    Customer,
    /// He comes by an advertisement.
    Referred,
    /// The platform takes a public message of a person.
    Reply,
    /// The latest such message that still holds fails.
    Failed,
    /// The platform takes a public message of a bot.
    BotReply,
    /// Something that the customer does not see.
    Note,
    /// A bot asks for a person.
    Handoff,
    /// It becomes somebody's.
    Assign(String),
    /// It waits for the customer.
    Pending,
    /// It waits for a third party.
    OnHold,
    /// It waits for us.
    Open,
    /// It is done.
    Solved,
    /// It is taken up again.
    Reopened,
    /// Another ticket goes on for it.
    Merged,
    /// It becomes more or less urgent.
    Priority(Priority),
    /// From here on another calendar measures it.
    Calendar(Calendar),
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// When.
    pub at: Timestamp,
    /// Its place among those of the same instant.
    pub nth: u32,
    /// What.
    pub what: What,
}

/// By what a ticket's clocks are measured.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// What is promised; nothing if no policy rules the ticket: it is measured all the same.
    pub policy: Option<SlaPolicy>,
    /// How urgent it is at the start.
    pub priority: Priority,
    /// How long after solving a message of the customer reopens it rather than opening a new one.
    pub threading: Threading,
}

/// Whose it was, and from when to when; until now if it still is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Whose.
    pub agent: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Option<Timestamp>,
}

/// All clocks of one ticket.
#[derive(Clone, Debug)]
pub struct Ledger {
    terms: Terms,
    facts: Vec<Fact>,
    fold: Fold,
    /// The latest instant that was looked at.
    seen: Timestamp,
}

/// What the facts come to.
#[derive(Clone, Debug)]
struct Fold {
    situation: Situation,
    asked: Vec<Timestamp>,
    priority: Priority,
    calendar: Option<Calendar>,
    referred: Option<Timestamp>,
    /// From where on questions can wait for an answer.
    waits_from: Timestamp,
    measures: Vec<Measure>,
    told: Vec<Happening>,
    holds: Vec<Hold>,
}

impl Ledger {
    /// Before anything has happened.
    pub fn new(terms: Terms) -> Self {
        let fold = Fold::new(terms.priority);
        Self { terms, facts: Vec::new(), fold, seen: Timestamp(i64::MIN) }
    }

    /// Something happened.
    pub fn add(&mut self, fact: Fact) {
        let key = |fact: &Fact| (fact.at, fact.nth);
        let place = self.facts.partition_point(|known| key(known) <= key(&fact));
        // What time alone has brought about after it was by what was known then.
        let late = place < self.facts.len() || fact.at < self.seen;
        self.seen = self.seen.max(fact.at);
        self.facts.insert(place, fact);
        if late {
            self.replay();
        } else {
            self.fold.fold(&self.terms, &self.facts[place]);
        }
    }

    fn replay(&mut self) {
        self.fold = Fold::new(self.terms.priority);
        for fact in &self.facts {
            self.fold.fold(&self.terms, fact);
        }
        self.fold.look(self.seen);
    }

    /// Lets time pass until `now`.
    pub fn look(&mut self, now: Timestamp) {
        self.seen = self.seen.max(now);
        self.fold.look(now);
    }

    /// The next instant at which something must be told of, if nothing else happens.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.fold.measures.iter().filter_map(Measure::next_deadline).min()
    }

    /// The clock of a metric that has not ended, else the latest.
    pub fn latest(&self, metric: Metric) -> Option<&Measure> {
        latest(&self.fold.measures, metric).map(|nth| &self.fold.measures[nth])
    }

    /// All clocks, in the order in which they were started.
    pub fn measures(&self) -> &[Measure] {
        &self.fold.measures
    }

    /// All that was told, in the order of its instants.
    pub fn told(&self) -> Vec<Happening> {
        let mut told = self.fold.told.clone();
        told.sort_by_key(|happening| happening.at);
        told
    }

    /// Who had it when.
    pub fn holds(&self) -> &[Hold] {
        &self.fold.holds
    }

    /// What holds for a metric now.
    pub fn rule(&self, metric: Metric) -> Rule {
        self.fold.rule(&self.terms, metric)
    }
}

impl Fold {
    fn new(priority: Priority) -> Self {
        Self {
            situation: Situation::default(),
            asked: Vec::new(),
            priority,
            calendar: None,
            referred: None,
            waits_from: Timestamp(i64::MIN),
            measures: Vec::new(),
            told: Vec::new(),
            holds: Vec::new(),
        }
    }

    fn rule(&self, terms: &Terms, metric: Metric) -> Rule {
        let policy = terms.policy.as_ref();
        let mut rule = policy
            .map_or_else(|| Rule::default_of(metric), |policy| policy.rule(metric, self.priority));
        if let Some(calendar) = self.calendar.as_ref().filter(|_| Metric::OURS.contains(&metric)) {
            rule.calendar = calendar.clone();
        }
        rule
    }

    fn look(&mut self, now: Timestamp) {
        for measure in &mut self.measures {
            measure.look(now, &mut self.told);
        }
    }

    fn fold(&mut self, terms: &Terms, fact: &Fact) {
        let at = fact.at;
        self.look(at);
        self.happens(terms, fact);
        let last = self.situation.human.last().copied().unwrap_or(Timestamp(i64::MIN));
        let open = self.asked.iter().find(|asked| **asked > last && **asked >= self.waits_from);
        self.situation.waits = open.copied();
        for metric in Metric::ALL {
            let choices =
                terms.policy.as_ref().map(|policy| policy.choices(metric)).unwrap_or_default();
            let course = self.situation.course(metric, choices);
            let rule = self.rule(terms, metric);
            follow(&mut self.measures, metric, course, &rule, at, &mut self.told);
        }
    }

    fn happens(&mut self, terms: &Terms, fact: &Fact) {
        let at = fact.at;
        let solved = !self.situation.state.is_unsolved();
        match &fact.what {
            What::Customer | What::Referred => self.customer(terms, fact),
            What::Reply => {
                self.situation.human.push(at);
                self.situation.taken = self.situation.taken.max(Some(at));
                self.entered(at);
            }
            What::Failed => {
                self.situation.human.pop();
            }
            What::BotReply => {
                self.situation.bots.push(at);
                self.entered(at);
                if self.situation.bot.is_none_or(|(_, ended)| ended.is_some()) && !solved {
                    self.situation.bot = Some((at, None));
                }
            }
            What::Note => {}
            What::Handoff => {
                self.situation.handoff = Some(at);
                self.bot_ends(at);
            }
            What::Assign(agent) => {
                self.situation.taken = Some(at);
                if let Some(hold) = self.holds.last_mut() {
                    hold.to = Some(at);
                }
                self.holds.push(Hold { agent: agent.clone(), from: at, to: None });
            }
            What::Pending if !solved => self.situation.state = State::Pending,
            What::OnHold if !solved => self.situation.state = State::OnHold,
            What::Open if !solved => self.situation.state = State::Open,
            What::Open | What::Reopened if solved => self.reopens(at, at.plus_millis(1)),
            What::Solved | What::Merged if !solved => {
                self.situation.state = State::Solved;
                self.situation.solved = Some(at);
                self.situation.merged = fact.what == What::Merged;
                self.bot_ends(at);
            }
            What::Pending
            | What::OnHold
            | What::Open
            | What::Reopened
            | What::Solved
            | What::Merged => {}
            What::Priority(priority) => self.priority = *priority,
            What::Calendar(calendar) => self.calendar = Some(calendar.clone()),
        }
    }

    fn customer(&mut self, terms: &Terms, fact: &Fact) {
        let at = fact.at;
        if let Some(solved) = self.situation.solved.filter(|_| !self.situation.state.is_unsolved())
        {
            let reopens = match terms.threading {
                Threading::Any => true,
                Threading::Seconds(seconds) => seconds > 0 && at <= solved.plus_secs(seconds),
            };
            if reopens && !self.situation.merged {
                self.reopens(at, at);
            } else {
                // Another ticket, with clocks of its own.
                let (latest, entry) = (self.situation.latest, self.situation.entry);
                self.situation = Situation { latest, entry, ..Situation::default() };
                self.waits_from = at;
                self.priority = terms.priority;
                self.measures.retain(|measure| !Metric::OURS.contains(&measure.metric));
            }
        }
        self.asked.push(at);
        let situation = &mut self.situation;
        situation.opened = situation.opened.or(Some(at));
        situation.asked = situation.asked.or(Some(at));
        situation.latest = Some(at);
        if matches!(situation.state, State::New | State::Pending | State::OnHold) {
            situation.state = State::Open;
        }
        if fact.what == What::Referred {
            (self.referred, situation.entry) = (Some(at), None);
        }
    }

    /// The first business message within a day of an advertisement opens the platform's free days.
    fn entered(&mut self, at: Timestamp) {
        if self.situation.entry.is_none()
            && self.referred.is_some_and(|referred| at <= referred.plus_secs(86_400))
        {
            self.situation.entry = Some(at);
        }
    }

    fn reopens(&mut self, at: Timestamp, waits_from: Timestamp) {
        self.situation.state = State::Open;
        let first = self.situation.reopened.map_or(at, |(first, _)| first);
        self.situation.reopened = Some((first, at));
        self.waits_from = waits_from;
    }

    fn bot_ends(&mut self, at: Timestamp) {
        if let Some((_, ended @ None)) = &mut self.situation.bot {
            *ended = Some(at);
        }
    }
}
