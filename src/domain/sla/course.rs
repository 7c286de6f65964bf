//! When each metric starts, stands still and ends: the table of the clocks.

use super::measure::{Ending, Happening, Measure};
use super::metric::Metric;
use super::policy::{Choices, Rule};
use crate::domain::ticket::State;
use crate::kit::Timestamp;

/// What of a ticket its clocks depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// When it began.
    pub opened: Option<Timestamp>,
    /// The customer's first message in it.
    pub asked: Option<Timestamp>,
    /// Where it stands; a sleeping one stands where it fell asleep.
    pub state: State,
    /// When it was last solved, if it is.
    pub solved: Option<Timestamp>,
    /// When it was taken up again for the first time and the last time.
    pub reopened: Option<(Timestamp, Timestamp)>,
    /// Another ticket goes on for it.
    pub merged: bool,
    /// When the platform took public messages of persons that have not failed, in their order.
    pub human: Vec<Timestamp>,
    /// The same of bots.
    pub bots: Vec<Timestamp>,
    /// The oldest question without an answer.
    pub waits: Option<Timestamp>,
    /// When a bot last asked for a person.
    pub handoff: Option<Timestamp>,
    /// When a person last took it.
    pub taken: Option<Timestamp>,
    /// Since when a bot has had it, and until when.
    pub bot: Option<(Timestamp, Option<Timestamp>)>,
    /// The customer's latest message.
    pub latest: Option<Timestamp>,
    /// Our first message after the customer came by an advertisement.
    pub entry: Option<Timestamp>,
}

impl Default for Situation {
    fn default() -> Self {
        Self {
            opened: None,
            asked: None,
            state: State::New,
            solved: None,
            reopened: None,
            merged: false,
            human: Vec::new(),
            bots: Vec::new(),
            waits: None,
            handoff: None,
            taken: None,
            bot: None,
            latest: None,
            entry: None,
        }
    }
}

/// What a clock is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Count.
    Run,
    /// Stand still.
    Pause,
    /// It has ended.
    Met(Timestamp),
    /// End without counting.
    Void,
}

/// What the latest clock of a metric is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// Where it starts. Nothing: there is to be none, and what runs takes this step.
    pub from: Option<Timestamp>,
    /// What it is to do.
    pub step: Step,
    /// When the one before it has ended, if it still runs.
    pub prior: Option<Timestamp>,
}

impl Course {
    fn of(from: Option<Timestamp>, step: Step) -> Self {
        Self { from, step, prior: None }
    }

    /// One whose next starts at the instant at which it ends.
    fn cycle(from: Option<Timestamp>, step: Step) -> Self {
        Self { from, step, prior: from }
    }
}

/// The first of sorted instants that is not before another.
fn first_from(list: &[Timestamp], from: Timestamp) -> Option<Timestamp> {
    list.iter().copied().find(|at| *at >= from)
}

impl Situation {
    /// What the clock of a metric is to be.
    pub fn course(&self, metric: Metric, choices: Choices) -> Course {
        match metric {
            Metric::FirstReply => {
                let from = if choices.from_handoff { self.handoff } else { self.asked };
                self.first(from, |from| first_from(&self.human, from))
            }
            Metric::FirstReplyAny => self.first(self.asked, |from| {
                let any = [&self.human, &self.bots].map(|list| first_from(list, from));
                any.into_iter().flatten().min()
            }),
            Metric::NextReply => self.next_reply(),
            Metric::PeriodicUpdate => self.update(false),
            Metric::PausableUpdate => self.update(self.state == State::Pending),
            Metric::RequesterWait => self.work(self.opened, self.state == State::Pending),
            Metric::AgentWork => {
                self.work(self.opened, matches!(self.state, State::Pending | State::OnHold))
            }
            Metric::TotalResolution => {
                let again = self.reopened.map(|(_, last)| last).filter(|_| choices.restarts);
                self.work(again.or(self.opened), choices.pauses && self.state == State::Pending)
            }
            Metric::HandoffWait => {
                let taken = |asked| self.taken.filter(|taken| *taken >= asked);
                let step = match (self.handoff.and_then(taken), self.state.is_unsolved()) {
                    (Some(at), _) => Step::Met(at),
                    (None, true) => Step::Run,
                    (None, false) => Step::Void,
                };
                Course::of(self.handoff, step)
            }
            Metric::BotTime => {
                let owned =
                    |(since, _)| first_from(&self.human, since).or(self.taken) >= Some(since);
                let step = match self.bot {
                    Some((_, Some(ended))) => Step::Met(ended),
                    Some(bot) if owned(bot) => Step::Pause,
                    _ => Step::Run,
                };
                Course::of(self.bot.map(|(since, _)| since), step)
            }
            Metric::Window24h => Course::cycle(self.latest, Step::Run),
            Metric::WindowFep72h => Course::cycle(self.entry, Step::Run),
        }
    }

    /// A clock that the first answer ends. What an earlier solve has ended stays ended.
    fn first(
        &self,
        from: Option<Timestamp>,
        answer: impl Fn(Timestamp) -> Option<Timestamp>,
    ) -> Course {
        let in_time = |at: &Timestamp| self.reopened.is_none_or(|(first, _)| *at < first);
        let step = match from.and_then(answer).filter(in_time) {
            Some(at) => Step::Met(at),
            None if self.reopened.is_some() || !self.state.is_unsolved() => Step::Void,
            None => Step::Run,
        };
        Course::of(from, step)
    }

    fn next_reply(&self) -> Course {
        let last = self.human.last().copied();
        let greeted = last.is_some() || self.reopened.is_some();
        let waits = self.waits.filter(|_| greeted && self.state.is_unsolved());
        let step = match (waits, last) {
            (Some(_), _) => Step::Run,
            (None, Some(last)) if self.state.is_unsolved() => Step::Met(last),
            (None, _) => Step::Void,
        };
        Course { from: waits, step, prior: last }
    }

    fn update(&self, pauses: bool) -> Course {
        let since = self.reopened.map_or(Timestamp(i64::MIN), |(_, last)| last);
        let last = self.human.last().copied().filter(|at| *at >= since);
        let last = last.filter(|_| self.state.is_unsolved());
        let step = match last {
            None => Step::Void,
            Some(_) if pauses => Step::Pause,
            Some(_) => Step::Run,
        };
        Course::cycle(last, step)
    }

    fn work(&self, from: Option<Timestamp>, pauses: bool) -> Course {
        let step = match self.solved {
            _ if self.merged => Step::Void,
            Some(at) if !self.state.is_unsolved() => Step::Met(at),
            _ if pauses => Step::Pause,
            _ => Step::Run,
        };
        Course::of(from, step)
    }
}

/// The clock of a metric that has not ended, else the one that did last: a reply that fails takes an earlier
/// one up again.
pub(super) fn latest(measures: &[Measure], metric: Metric) -> Option<usize> {
    let of = measures.iter().enumerate().filter(|(_, measure)| measure.metric == metric);
    let ended = |measure: &Measure| match measure.ending {
        None => Timestamp(i64::MAX),
        Some(Ending::Met(at) | Ending::Void(at)) => at,
    };
    of.max_by_key(|(_, measure)| ended(measure)).map(|(nth, _)| nth)
}

/// Brings the clocks of one metric to what they are to be at `at`.
pub fn follow(
    measures: &mut Vec<Measure>,
    metric: Metric,
    course: Course,
    rule: &Rule,
    at: Timestamp,
    out: &mut Vec<Happening>,
) {
    let latest = latest(measures, metric);
    let Some(from) = course.from else {
        if let Some(measure) = latest.map(|nth| &mut measures[nth]).filter(|m| m.ending.is_none()) {
            match course.step {
                Step::Met(met) if met >= measure.start => measure.meet(met, out),
                _ => measure.void(at, out),
            }
        }
        return;
    };
    let same = measures.iter().position(|m| m.metric == metric && m.start == from);
    let nth = match (same, latest) {
        (Some(nth), _) => {
            let later = measures.iter_mut().skip(nth + 1);
            let later = later.filter(|m| m.metric == metric && m.ending.is_none());
            later.for_each(|measure| measure.void(at, out));
            nth
        }
        (None, Some(nth)) if from < measures[nth].start => {
            measures[nth].move_start(from, out);
            nth
        }
        (None, latest) => {
            let instance =
                measures.iter().filter(|measure| measure.metric == metric).count() as u16;
            if let Some(before) = latest.map(|nth| &mut measures[nth]) {
                match course.prior.filter(|prior| *prior >= before.start) {
                    _ if before.ending.is_some() => {}
                    Some(prior) => before.meet(prior, out),
                    None => before.void(at, out),
                }
            }
            let measure = Measure::begin(metric, instance, from, rule.clone());
            measure.tell_start(out);
            measures.push(measure);
            measures.len() - 1
        }
    };
    let measure = &mut measures[nth];
    if measure.ending.is_none() && measure.rule != *rule {
        measure.retarget(rule.clone(), at, out);
    }
    step(measure, course.step, rule, at, out);
}

fn step(measure: &mut Measure, step: Step, rule: &Rule, at: Timestamp, out: &mut Vec<Happening>) {
    let again = |measure: &mut Measure, out: &mut Vec<Happening>| {
        if measure.metric.adds_up() {
            measure.resume(at, out);
        } else {
            measure.revoke(rule.clone(), at, out);
        }
        if measure.rule != *rule {
            measure.retarget(rule.clone(), at, out);
        }
    };
    match (step, measure.ending) {
        (Step::Met(met), Some(Ending::Met(known))) if met == known => {}
        (Step::Void, Some(Ending::Void(_))) => {}
        (Step::Run, None) if measure.is_counting() => {}
        (Step::Run, None) => measure.resume(at, out),
        (Step::Run, Some(_)) => again(measure, out),
        (Step::Pause, None) => measure.pause(at, out),
        (Step::Pause, Some(_)) => {
            again(measure, out);
            measure.pause(at, out);
        }
        (Step::Met(met), ended) => {
            if ended.is_some() {
                measure.revoke(rule.clone(), at, out);
            }
            measure.meet(met, out);
        }
        (Step::Void, ended) => {
            if ended.is_some() {
                measure.revoke(rule.clone(), at, out);
            }
            measure.void(at, out);
        }
    }
}
