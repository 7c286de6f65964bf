//! The platform and its customers without any I/O: what is due by desk time, and what happens to a send.
//! The same seed, the same sends at the same instants: the same world, to the byte.

mod deliver;
mod group;
mod speak;
mod tell;

pub(super) use deliver::{Accepted, Later};
pub(super) use tell::Tell;

use super::actor::{Actor, Heard};
use super::budget::Budget;
use super::dice::Dice;
use super::media::Media;
use super::options::{Carrier, Options, Strangers};
use super::reach::Reach;
use super::refusal::Refusal;
use super::script::{Act, Customer, Lang, Script};
use super::template::{Catalogue, Change, News};
use super::update::{Ids, Update};
use super::upload::Uploads;
use crate::kit::Timestamp;
use group::Group;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

/// The number that customers write to when the options name none.
pub(super) const NUMBER: &str = "106540352242922";
/// The account when the options name none.
pub(super) const WABA: &str = "102290129340398";
/// The number as people write it.
pub(super) const DISPLAY: &str = "15550783881";

/// How long the platform takes to judge a new template.
const REVIEW: Duration = Duration::from_secs(60);

/// Everything that the platform knows.
#[derive(Debug)]
pub(super) struct World {
    pub(super) ids: Ids,
    pub(super) catalogue: Catalogue,
    pub(super) media: Media,
    /// Files for new templates.
    pub(super) uploads: Uploads,
    number: String,
    base: String,
    seed: u64,
    strangers: Strangers,
    lang: Option<Lang>,
    script: Script,
    every: Duration,
    actors: Vec<Actor>,
    index: HashMap<String, usize>,
    groups: HashMap<String, Group>,
    due: BinaryHeap<Reverse<Due>>,
    planned: u64,
    pair: HashMap<usize, Budget>,
    throughput: HashMap<String, Budget>,
    reach: Reach,
    chance: Dice,
    arrivals: u64,
    quiet: bool,
    /// What is wrong with a message is mostly told after it was accepted.
    late: bool,
    /// What is said of a failure that was asked for.
    says: Option<String>,
}

#[derive(Debug)]
struct Due {
    at: Timestamp,
    order: u64,
    what: Event,
}

#[derive(Debug)]
enum Event {
    /// A customer's plan.
    Step { actor: usize, armed: u64 },
    /// A customer's answer out of turn.
    Act { actor: usize, act: Act },
    /// A customer reads a message of the business.
    Hear { actor: usize, heard: Heard },
    /// A new customer of the crowd.
    Arrive,
    /// A status of a message that was sent.
    Report(Box<Update>),
    /// A submitted template is judged.
    Judge { template: String },
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl World {
    /// A world at `now`. `base` is the URL under which media are found; `run` makes ids unique.
    pub(super) fn new(options: &Options, now: Timestamp, run: u64, base: &str) -> Self {
        let mut world = Self {
            ids: Ids::new(run, options.line.carrier == Carrier::Twilio),
            uploads: Uploads::default(),
            catalogue: Catalogue::shipped(),
            media: Media::default(),
            number: options.line.number().to_owned(),
            base: base.into(),
            seed: options.seed,
            strangers: options.strangers,
            lang: options.lang,
            script: options.script.clone().unwrap_or_else(Script::shipped),
            every: options.every,
            actors: Vec::new(),
            index: HashMap::new(),
            groups: HashMap::new(),
            due: BinaryHeap::new(),
            planned: 0,
            pair: HashMap::new(),
            throughput: HashMap::new(),
            reach: Reach::new(options.limit),
            chance: Dice::new(options.seed, "world"),
            arrivals: 0,
            quiet: options.silent,
            late: options.line.carrier == Carrier::Twilio,
            says: options.faults.fail_says.clone(),
        };
        let mut cast = world.script.customers.clone();
        if let Some(lang) = options.lang {
            cast.sort_by_key(|one| one.lang != lang);
        }
        for who in &cast {
            world.add(who);
        }
        if !options.silent {
            world.open(options, cast.len(), now);
        }
        world
    }

    /// Makes the first customers write: those who wait at the start, then the rest of the cast, then the crowd.
    fn open(&mut self, options: &Options, cast: usize, now: Timestamp) {
        for n in 0..options.waiting {
            let newcomer = if n < cast { Some(n) } else { self.newcomer() };
            let Some(actor) = newcomer else { break };
            let aged = options.aged.get(n).copied();
            let short = (Duration::from_secs(20), Duration::from_secs(2_400));
            let wait = aged.unwrap_or_else(|| self.chance.between(short.0, short.1));
            self.begin_before(actor, now - wait, now, aged.is_some());
        }
        for (n, actor) in (options.waiting..cast).enumerate() {
            let after = self.chance.around(options.every.mul_f64(0.4) * (n as u32 + 1));
            self.begin(actor, now + after);
        }
        self.expect_next(now);
    }

    /// Starts a story at `at`.
    fn begin(&mut self, actor: usize, at: Timestamp) {
        if let Some(plan) = self.actors[actor].plan() {
            self.later(at + plan.after, Event::Step { actor, armed: plan.armed });
        }
    }

    /// Starts a story whose first message was written at `at` and is reported `now`; a patient customer then
    /// waits for an answer.
    fn begin_before(&mut self, actor: usize, at: Timestamp, now: Timestamp, patient: bool) {
        let Some(plan) = self.actors[actor].plan() else { return };
        let Some(act) = self.actors[actor].act(plan.armed) else { return };
        for update in self.speak(actor, &act, at) {
            self.later(now, Event::Report(Box::new(update)));
        }
        if patient {
            self.actors[actor].be_patient();
        }
        self.go_on(actor, now);
    }

    fn go_on(&mut self, actor: usize, now: Timestamp) {
        if let Some(plan) = self.actors[actor].plan() {
            self.later(now + plan.after, Event::Step { actor, armed: plan.armed });
        }
    }

    fn expect_next(&mut self, now: Timestamp) {
        if self.every > Duration::ZERO {
            let wait = self.chance.around(self.every);
            self.later(now + wait, Event::Arrive);
        }
    }

    fn later(&mut self, at: Timestamp, what: Event) {
        self.planned += 1;
        self.due.push(Reverse(Due { at, order: self.planned, what }));
    }

    fn add(&mut self, who: &Customer) -> usize {
        let actor = Actor::new(who, self.script.crowd.get(&who.lang), self.seed);
        self.enter(actor)
    }

    fn enter(&mut self, actor: Actor) -> usize {
        let n = self.actors.len();
        let keys = [actor.phone.clone(), actor.user_id.clone(), Some(actor.id.clone())];
        for key in keys.into_iter().flatten().chain(actor.also.iter().cloned()) {
            self.index.entry(key).or_insert(n);
        }
        self.actors.push(actor);
        n
    }

    /// Somebody new, who tells one of the stories marked `again` in the language that
    /// dominates; nobody if no story is marked so.
    fn newcomer(&mut self) -> Option<usize> {
        self.arrivals += 1;
        let mut dice = Dice::new(self.seed, &format!("newcomer {}", self.arrivals));
        let wanted = self.lang.filter(|_| dice.chance(0.8));
        let fits = |one: &&Customer| one.again && wanted.is_none_or(|lang| one.lang == lang);
        let stories: Vec<&Customer> = self.script.customers.iter().filter(fits).collect();
        let story = stories.get(dice.below(stories.len()))?;
        let mut who = (*story).clone();
        who.id = format!("{}-{}", who.id, self.arrivals);
        (who.also, who.user_id, who.username) = (Vec::new(), None, None);
        if let Some(crowd) = self.script.crowd.get(&who.lang) {
            who.name = crowd.names.get(dice.below(crowd.names.len())).cloned();
            let digit = |c: char, dice: &mut Dice| match c {
                '#' => char::from(b'0' + dice.below(10) as u8),
                c => c,
            };
            for _ in 0..20 {
                let phone: String = crowd.phone.chars().map(|c| digit(c, &mut dice)).collect();
                if !self.index.contains_key(&phone) {
                    who.phone = Some(phone);
                    break;
                }
            }
        }
        Some(self.add(&who))
    }

    /// When something is next due by itself.
    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.due.peek().map(|due| due.0.at)
    }

    /// Everything that is due by `now`, in order.
    pub(super) fn advance(&mut self, now: Timestamp) -> Vec<Update> {
        let mut updates = Vec::new();
        while self.next_at().is_some_and(|at| at <= now) {
            let Some(Reverse(due)) = self.due.pop() else { break };
            self.happen(due, &mut updates);
        }
        updates
    }

    /// Takes a new template in and has it judged later.
    pub(super) fn submit(
        &mut self,
        body: &[u8],
        id: Option<u64>,
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let id = id.unwrap_or_else(|| self.ids.number());
        let handed = |handle: &str| self.uploads.handed(handle);
        let made = self.catalogue.create(body, id, &handed)?;
        self.later(now + REVIEW, Event::Judge { template: id.to_string() });
        Ok(made)
    }

    /// Changes a template; what is told of it, or nothing if there is none.
    pub(super) fn alter(&mut self, change: Change) -> Option<Vec<Update>> {
        let news = self.catalogue.change(change)?;
        Some(news.into_iter().map(|news| self.about_template(news)).collect())
    }

    fn about_template(&self, (field, body): News) -> Update {
        self.whole(field, body)
    }

    /// No customer writes any more by itself; statuses go on.
    pub(super) fn hush(&mut self) {
        self.quiet = true;
    }

    /// Everything that is still owed about messages sent, at once, dated `now` at the latest. For the end of a run.
    pub(super) fn settle(&mut self, now: Timestamp) -> Vec<Update> {
        self.quiet = true;
        let mut updates = Vec::new();
        while let Some(Reverse(mut due)) = self.due.pop() {
            if let Event::Report(update) = &mut due.what {
                if due.at > now && update.body.get("timestamp").is_some() {
                    update.body["timestamp"] = now.secs().to_string().into();
                }
                self.happen(due, &mut updates);
            }
        }
        updates
    }

    fn happen(&mut self, due: Due, updates: &mut Vec<Update>) {
        let now = due.at;
        match due.what {
            Event::Report(update) => updates.push(*update),
            Event::Judge { template } => {
                let news = self.catalogue.judge(&template);
                updates.extend(news.map(|news| self.about_template(news)));
            }
            _ if self.quiet => {}
            Event::Step { actor, armed } => {
                if let Some(act) = self.actors[actor].act(armed) {
                    let said = self.speak(actor, &act, now);
                    updates.extend(self.held_back(actor, said));
                    self.go_on(actor, now);
                }
            }
            Event::Act { actor, act } => {
                let said = self.speak(actor, &act, now);
                updates.extend(self.held_back(actor, said));
            }
            Event::Hear { actor, heard } => self.hear(actor, &heard, now),
            Event::Arrive => {
                if let Some(actor) = self.newcomer() {
                    self.begin(actor, now);
                }
                self.expect_next(now);
            }
        }
    }
}

#[cfg(test)]
mod tests;
