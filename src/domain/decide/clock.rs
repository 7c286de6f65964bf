//! Brings the clocks of a ticket to what they are to be after what was decided.
//!
//! The first reply's clock follows from messages and their statuses alone, in whatever order they come, and is
//! folded with them. The others are compared with what [`Situation`] makes of the ticket's new state, and what
//! differs is told.

mod recount;

pub(super) use recount::{divided, lengthened, shortened, used_more};

use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::name::Name;
use crate::domain::policy::{Ctx, Policy};
use crate::domain::sla::{
    Clock, Course, Measure, Metric, Promise, Rule, Situation, SlaPolicy, Step, UNPROMISED,
};
use crate::domain::thread::{Entry, Place, Sort};
use crate::domain::ticket::{Priority, State, Ticket};
use crate::kit::Timestamp;

/// What holds for a clock of a ticket; it is measured also where nothing is promised.
fn rule(policy: Option<&SlaPolicy>, metric: Metric, priority: Priority) -> Rule {
    let rule = policy.map(|policy| policy.rule(metric, priority)).unwrap_or_default();
    match rule.target {
        None if metric != Metric::FirstReply => {
            Rule { target: Some(UNPROMISED * 1000), marks: Vec::new(), ..rule }
        }
        _ => rule,
    }
}

/// A clock as it can be computed with: what it has used by `at`, by what it was promised.
fn measure(clock: &Clock, rule: &Rule, at: Timestamp) -> Measure {
    let calendar = &rule.calendar;
    let target = clock.promise().map(|promise| promise.target.saturating_mul(1000));
    let rule = Rule { target, ..rule.clone() };
    let whole = calendar.elapsed(clock.start, at);
    let used = match (target, clock.promise().and_then(|promise| promise.due)) {
        (Some(target), Some(due)) if at < due => target - calendar.elapsed(at, due),
        (Some(target), Some(due)) => target + calendar.elapsed(due, at),
        _ => whole,
    };
    let (metric, nth, start) = (clock.metric, clock.instance, clock.start);
    match used == whole {
        true => Measure::begin(metric, nth, start, rule),
        false => Measure::carrying(metric, nth, start, used, at, rule),
    }
}

/// Milliseconds of its calendar's time that are left of the promise of a clock that stands still; less than nothing
/// if it is late. Nothing of one that runs or has ended, and where nothing is promised.
pub fn left_standing(clock: &Clock, policy: Option<&SlaPolicy>, priority: Priority) -> Option<i64> {
    let stands = clock.is_paused() && clock.is_running();
    let at = clock.stopped().filter(|_| stands)?;
    let promise = clock.promise().filter(|promise| promise.target != UNPROMISED)?;
    let used = measure(clock, &rule(policy, clock.metric, priority), at).used(at);
    Some(promise.target.saturating_mul(1000) - used)
}

/// What is promised to a clock whose ticket becomes more or less urgent at `at`, and whether that is past already.
fn retargeted(clock: &Clock, old: &Rule, new: Rule, at: Timestamp) -> (Option<Promise>, bool) {
    let counts_until = clock.stopped().filter(|_| clock.is_paused()).unwrap_or(at);
    let mut measure = measure(clock, old, counts_until);
    let over = new.target.is_some_and(|target| measure.used(counts_until) > target);
    measure.retarget(new, counts_until, &mut Vec::new());
    let promise = Promise::of(&measure);
    let past =
        promise.as_ref().and_then(|promise| promise.due).is_some_and(|due| due < counts_until);
    (promise, over || past)
}

/// The ticket of a running clock becomes more or less urgent at `at`. What is late by then is late all the same.
pub(super) fn retarget(
    clock: &Clock,
    policy: Option<&SlaPolicy>,
    urgency: (Priority, Priority),
    at: Timestamp,
    events: &mut Vec<Event>,
) {
    let [old, new] = [urgency.0, urgency.1].map(|of| rule(policy, clock.metric, of));
    ruled_anew(clock, &old, new, at, events);
}

/// Another rule holds for a running clock from `at` on: another target, or another calendar. A clock that is over by
/// its new target is due at `at`: by how much it was over then is not kept, should a third rule give it more.
fn ruled_anew(clock: &Clock, old: &Rule, new: Rule, at: Timestamp, events: &mut Vec<Event>) {
    if !clock.is_running() || *old == new {
        return;
    }
    let (promise, past) = retargeted(clock, old, new, at);
    let of = |promise: Option<&Promise>| promise.map(|promise| (promise.target, promise.due));
    if of(promise.as_ref()) == of(clock.promise().as_ref()) {
        return;
    }
    let metric = clock.metric;
    events.push(Event::ClockMoved { metric, start: clock.start, promise });
    let late = clock.due().is_some_and(|due| due < at);
    if past && !late && clock.breached().is_none() {
        events.push(Event::ClockBreached { metric, at, retarget: true });
    }
    if let Some(at) = clock.stopped().filter(|_| clock.is_paused()) {
        events.push(Event::ClockPaused { metric, at });
    }
}

/// The ticket of these clocks goes to another queue now, whose promises hold from then on.
pub(super) fn moved(
    state: &Conversation,
    ticket: &Ticket,
    queue: &Name,
    by: Name,
    ctx: &Ctx,
) -> Vec<Event> {
    let mut events = Vec::new();
    super::tick::breaches(state, ctx.now, &mut events);
    events.push(Event::Moved { at: ctx.now, queue: queue.clone(), by });
    let rules = [&ticket.queue, queue].map(|queue| ctx.policy.sla_for(queue));
    for clock in &ticket.clocks {
        let [old, new] = rules.map(|rules| rule(rules, clock.metric, ticket.priority));
        ruled_anew(clock, &old, new, ctx.now, &mut events);
    }
    events
}

/// Whether clocks of the unsolved ticket still run by the service levels of before their last change.
pub fn is_ruled_by_before(state: &Conversation, policy: &Policy) -> bool {
    let old = |clock: &Clock| !clock.is_ruled_by(policy.sla_version);
    state.unsolved().is_some_and(|ticket| ticket.clocks.iter().any(old))
}

/// What a change of the service levels does to the clocks of a ticket at `now`, if that was not decided yet: what ran
/// until then is measured by the calendar that was in force, what runs from then on by the new one. What is late by
/// then is late all the same.
pub fn rule_anew(state: &Conversation, policy: &Policy, now: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    let Some(ticket) = state.unsolved().filter(|_| is_ruled_by_before(state, policy)) else {
        return events;
    };
    super::tick::breaches(state, now, &mut events);
    let rules = [policy.sla_before_for(&ticket.queue), policy.sla_for(&ticket.queue)];
    for clock in ticket.clocks.iter().filter(|clock| !clock.is_ruled_by(policy.sla_version)) {
        let [old, new] = rules.map(|rules| rule(rules, clock.metric, ticket.priority));
        ruled_anew(clock, &old, new, now, &mut events);
    }
    events.push(Event::ClocksRuled { version: policy.sla_version });
    events
}

/// What was started by the rules in force says so; one of a kind that follows another has its version.
pub(super) fn say_version(
    state: &Conversation,
    mut events: Vec<Event>,
    policy: &Policy,
) -> Vec<Event> {
    let clocks = state.unsolved().map_or(&[][..], |ticket| &ticket.clocks);
    let begins = |event: &Event| match event {
        Event::TicketOpened { .. } | Event::TicketReopened { .. } | Event::TicketSplit(_) => true,
        Event::ClockStarted { metric, .. } => clocks.iter().all(|clock| clock.metric != *metric),
        _ => false,
    };
    let version = policy.sla_version;
    if version != 0 && events.iter().any(begins) {
        events.push(Event::ClocksRuled { version });
    }
    events
}

/// A ticket goes on for another one too: what adds up begins with the earlier of the two.
pub(super) fn join(
    going: &Conversation,
    ending: &Ticket,
    events: Vec<Event>,
    policy: Option<&SlaPolicy>,
    now: Timestamp,
) -> Vec<Event> {
    let Some(before) = &going.head.ticket else { return events };
    let mut desk = Following::new(going, events, policy, now);
    let priority = desk.ticket().map_or(before.priority, |ticket| ticket.priority);
    for clock in before.clocks.iter().filter(|clock| clock.metric != Metric::FirstReply) {
        let mut moved = Vec::new();
        retarget(clock, policy, (before.priority, priority), now, &mut moved);
        moved.into_iter().for_each(|event| desk.tell(event));
        let earlier = ending.clocks.iter().find(|other| other.metric == clock.metric);
        if let Some(other) = earlier.filter(|other| other.is_running() && other.start < clock.start)
            && clock.metric.adds_up()
        {
            desk.back(clock.metric, other.start, &rule(policy, clock.metric, priority));
        }
    }
    desk.events
}

/// When the next warning after one at `at` is due.
pub(super) fn next_warning(
    clock: &Clock,
    policy: Option<&SlaPolicy>,
    priority: Priority,
    at: Timestamp,
) -> Option<Timestamp> {
    let rule = policy?.rule(clock.metric, priority);
    if rule.marks.len() < 2 {
        return None;
    }
    let mut measure = measure(clock, &rule, at);
    measure.skip_marks(at);
    measure.next_mark()
}

/// Adds to what was decided what that does to the clocks.
pub(super) fn follow(
    state: &Conversation,
    events: Vec<Event>,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Event> {
    let opened = events.iter().find_map(|event| match event {
        Event::TicketOpened { queue, .. } | Event::Moved { queue, .. } => Some(queue),
        _ => None,
    });
    let ticket = state.head.ticket.as_ref();
    let Some(queue) = opened.or(ticket.map(|ticket| &ticket.queue)) else { return events };
    let policy = policy.sla_for(queue);
    let others = |ticket: &Ticket| ticket.clocks.iter().any(|c| c.metric != Metric::FirstReply);
    if !events.iter().any(moves_clocks)
        || !(policy.is_some_and(|policy| !policy.others.is_empty()) || ticket.is_some_and(others))
    {
        return events;
    }
    let mut desk = Following::new(state, events, policy, now);
    desk.follow(state.head.ticket.as_ref());
    desk.events
}

fn moves_clocks(event: &Event) -> bool {
    matches!(
        event,
        Event::Received { .. }
            | Event::SeenAgain { .. }
            | Event::Echoed { .. }
            | Event::StatusSeen { .. }
            | Event::Accepted { .. }
            | Event::Confirmed { .. }
            | Event::Failed { .. }
            | Event::TicketOpened { .. }
            | Event::TicketBackdated { .. }
            | Event::TicketReopened { .. }
            | Event::StateChanged { .. }
            | Event::Snoozed { .. }
            | Event::Solved { .. }
            | Event::TicketMerged { .. }
            | Event::TicketSplit(_)
            | Event::Moved { .. }
    )
}

/// The ticket after what was decided, and what is added to that.
struct Following<'a> {
    after: Conversation,
    events: Vec<Event>,
    policy: Option<&'a SlaPolicy>,
    now: Timestamp,
}

impl<'a> Following<'a> {
    fn new(
        state: &Conversation,
        events: Vec<Event>,
        policy: Option<&'a SlaPolicy>,
        now: Timestamp,
    ) -> Self {
        let mut after = state.clone();
        events.iter().for_each(|event| after.evolve(event, Place::default()));
        Self { after, events, policy, now }
    }

    fn ticket(&self) -> Option<&Ticket> {
        self.after.head.ticket.as_ref()
    }

    fn clock(&self, metric: Metric) -> Option<&Clock> {
        self.ticket()?.clocks.iter().find(|clock| clock.metric == metric)
    }

    fn tell(&mut self, event: Event) {
        self.after.evolve(&event, Place::default());
        self.events.push(event);
    }

    /// The message that was taken or failed says when; everything else happens now.
    fn at(&self) -> Timestamp {
        let told = self.events.iter().find_map(|event| match event {
            Event::Accepted { at, .. }
            | Event::Confirmed { at, .. }
            | Event::StatusSeen { at, .. }
            | Event::Failed { at, .. }
            | Event::Echoed { at, .. } => Some(*at),
            _ => None,
        });
        told.unwrap_or(self.now)
    }

    fn follow(&mut self, before: Option<&Ticket>) {
        let Some(ticket) = self.ticket() else { return };
        // What rules the clocks of before is the urgency of before.
        let same = before.filter(|before| before.number == ticket.number);
        let old = same.map_or(ticket.priority, |before| before.priority);
        let situation = situation(&self.after, ticket);
        let again = self.events.iter().find_map(|event| match event {
            Event::TicketReopened { at, since, undone: false, .. } => Some(since.unwrap_or(*at)),
            _ => None,
        });
        for metric in Metric::OURS.iter().copied().filter(|metric| metric.is_live()) {
            let ruled = self.policy.is_some_and(|policy| policy.targets(metric).is_some());
            if !ruled && self.clock(metric).is_none() {
                continue;
            }
            let rule = rule(self.policy, metric, old);
            let choices = self.policy.map(|policy| policy.choices(metric)).unwrap_or_default();
            let mut course = situation.course(metric, choices);
            let known = self.clock(metric).map(|clock| clock.start);
            if metric == Metric::TotalResolution && choices.restarts && course.from.is_some() {
                course.from = again.or(known).or(situation.opened);
            } else if metric.adds_up() {
                // The ticket may go on for another that began earlier.
                course.from = course.from.map(|from| known.map_or(from, |known| from.min(known)));
            }
            self.go(metric, course, &rule);
        }
    }

    fn go(&mut self, metric: Metric, course: Course, rule: &Rule) {
        let running =
            self.clock(metric).filter(|clock| clock.is_running()).map(|clock| clock.start);
        let Some(from) = course.from else {
            if running.is_some() {
                self.end(metric, !matches!(course.step, Step::Met(_)));
            }
            return;
        };
        match self.clock(metric).map(|clock| clock.start) {
            Some(start) if from < start => self.back(metric, from, rule),
            Some(start) if from > start && metric.comes_again() => {
                if running.is_some() {
                    self.end(metric, course.prior.is_none());
                }
                self.start(metric, from, rule);
            }
            Some(_) => {}
            None => self.start(metric, from, rule),
        }
        let Some(clock) = self.clock(metric) else { return };
        let (running, paused) = (clock.is_running(), clock.is_paused());
        match course.step {
            Step::Run if !running || paused => self.resume(metric, rule),
            Step::Pause if !paused || !running => {
                if !running {
                    self.resume(metric, rule);
                }
                self.breach(metric, self.now);
                self.tell(Event::ClockPaused { metric, at: self.now });
            }
            Step::Met(_) if running => self.end(metric, false),
            Step::Void if running => self.end(metric, true),
            _ => {}
        }
    }

    fn start(&mut self, metric: Metric, start: Timestamp, rule: &Rule) {
        let promise = Promise::of(&Measure::begin(metric, 0, start, rule.clone()));
        self.tell(Event::ClockStarted { metric, start, promise });
    }

    /// It began earlier than was known.
    fn back(&mut self, metric: Metric, start: Timestamp, rule: &Rule) {
        let Some(clock) = self.clock(metric) else { return };
        // What it had used until it stood still is known by its due instant alone.
        if metric.adds_up() && (clock.is_paused() || !clock.is_running()) {
            return;
        }
        let mut measure = measure(clock, rule, self.now);
        measure.move_start(start, &mut Vec::new());
        let promise = Promise::of(&measure);
        self.tell(Event::ClockMoved { metric, start, promise });
    }

    /// It counts again: with what it had used where that adds up, else as if it had never ended.
    fn resume(&mut self, metric: Metric, rule: &Rule) {
        let Some(clock) = self.clock(metric) else { return };
        let mut promise = Promise::of(&Measure::begin(metric, 0, clock.start, rule.clone()));
        if let (Some(stopped), true) = (clock.stopped(), metric.adds_up() || clock.is_paused()) {
            let used = measure(clock, rule, stopped).used(stopped);
            let mut measure =
                Measure::carrying(metric, 0, clock.start, used, self.now, rule.clone());
            measure.skip_marks(self.now);
            let over = rule.target.is_some_and(|target| used > target);
            let due = clock.promise().filter(|_| over).and_then(|known| known.due);
            promise = Promise::of(&measure).map(|of| Promise { due: due.or(of.due), ..of });
        }
        let start = clock.start;
        self.tell(Event::ClockMoved { metric, start, promise });
    }

    fn breach(&mut self, metric: Metric, by: Timestamp) {
        let Some(clock) = self.clock(metric).filter(|clock| clock.breached().is_none()) else {
            return;
        };
        if let Some(at) = clock.due().filter(|due| *due < by) {
            self.tell(Event::ClockBreached { metric, at, retarget: false });
        }
    }

    fn end(&mut self, metric: Metric, void: bool) {
        let at = if void { self.now } else { self.at() };
        self.breach(metric, at);
        let void = void && self.clock(metric).is_some_and(|clock| clock.breached().is_none());
        self.tell(Event::ClockEnded { metric, at, void });
    }
}

/// What of a ticket its clocks depend on.
fn situation(state: &Conversation, ticket: &Ticket) -> Situation {
    let answers = |entry: &&Entry| entry.sort() == Sort::Reply && entry.seen().holds();
    let inside = state.thread.iter().rev().take_while(|entry| entry.at() >= ticket.opened_at);
    let last = inside.filter(|entry| entry.sort().is_outbox()).find(answers);
    let last = last.filter(|entry| entry.outbox() > ticket.after).map(Entry::at);
    // One that goes on for the one before it was not taken up again by that.
    let took = state.head.took().map(|took| &took.before).filter(|before| before.other.is_none());
    let opened_at = took.map_or(ticket.opened_at, |before| before.opened_at);
    let reopened = Some(ticket.waits_from).filter(|from| *from > opened_at);
    let asleep = ticket.asleep_from.filter(|_| ticket.state == State::Snoozed);
    Situation {
        opened: Some(opened_at),
        state: asleep.unwrap_or(ticket.state),
        solved: ticket.solved_at,
        reopened: reopened.map(|at| (at, at)),
        merged: ticket.merged.is_some(),
        human: last.into_iter().collect(),
        waits: ticket.waiting_since,
        ..Situation::default()
    }
}
