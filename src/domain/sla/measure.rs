//! One clock as it is computed: the stretches in which it ran, and all that follows from them.

use super::metric::Metric;
use super::policy::{Mark, Rule};
use crate::domain::calendar::Calendar;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// A stretch in which a clock ran: from the first instant to before the second.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    from: Timestamp,
    /// Nothing while it runs.
    to: Option<Timestamp>,
    /// By which time it is measured.
    calendar: Calendar,
}

/// How a clock ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By what it measures.
    Met(Timestamp),
    /// Without counting, unless it was late before.
    Void(Timestamp),
}

/// That it was late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The due instant; where a change of the target put that into the past, the change.
    pub at: Timestamp,
    /// The target was moved.
    pub retarget: bool,
}

/// Where a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not started.
    Idle,
    /// It counts.
    Running,
    /// It counts later.
    Paused,
    /// It ended in time.
    Met,
    /// It is late and was not met.
    BreachedRunning,
    /// It ended late.
    MetLate,
    /// It ended without counting.
    Voided,
}

/// What is told of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It began.
    Started,
    /// It began earlier than was known.
    Moved,
    /// It stands still.
    Paused,
    /// It counts again.
    Resumed,
    /// It has another target or another calendar from here on.
    Retargeted,
    /// A moment at which to warn.
    Warned(Mark),
    /// It is late.
    Breached {
        /// Because the target was moved.
        retarget: bool,
    },
    /// It ended.
    Met,
    /// What had ended it does not count: it runs as if that had not been.
    Revoked,
    /// It ended without counting.
    Voided,
}

/// Something that happened to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// To which.
    pub metric: Metric,
    /// To which of its kind.
    pub instance: u16,
    /// What.
    pub news: News,
    /// When it is due after that.
    pub due: Option<Timestamp>,
}

/// One clock of one ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// What is measured.
    pub metric: Metric,
    /// How many times it was started on the ticket before.
    pub instance: u16,
    /// From when.
    pub start: Timestamp,
    /// What holds for it.
    pub rule: Rule,
    /// How it ended.
    pub ending: Option<Ending>,
    /// That it was late.
    pub breach: Option<Breach>,
    /// Milliseconds used before the first segment.
    carried: i64,
    segments: Vec<Segment>,
    /// Since when the target is what it is.
    applied: Timestamp,
    /// The marks of this target that were told of, as bits.
    told: u32,
}

impl Measure {
    /// A clock that runs from `start` on.
    pub fn begin(metric: Metric, instance: u16, start: Timestamp, rule: Rule) -> Self {
        Self::carrying(metric, instance, start, 0, start, rule)
    }

    /// One that has used `carried` milliseconds and runs from `since` on.
    pub fn carrying(
        metric: Metric,
        instance: u16,
        start: Timestamp,
        carried: i64,
        since: Timestamp,
        rule: Rule,
    ) -> Self {
        let segments = vec![Segment { from: since, to: None, calendar: rule.calendar.clone() }];
        let (ending, breach, told) = (None, None, 0);
        Self {
            metric,
            instance,
            start,
            rule,
            ending,
            breach,
            carried,
            segments,
            applied: since,
            told,
        }
    }

    /// Whether it counts at this moment.
    pub fn is_counting(&self) -> bool {
        self.segments.last().is_some_and(|segment| segment.to.is_none())
    }

    /// Milliseconds used by `now`.
    pub fn used(&self, now: Timestamp) -> i64 {
        let of = |segment: &Segment| {
            segment.calendar.elapsed(segment.from, segment.to.unwrap_or(now).min(now))
        };
        self.carried + self.segments.iter().map(of).sum::<i64>()
    }

    /// The instant by which it must have ended, or had to. Nothing while it is paused, where nothing is promised, and
    /// where the calendar never gets there.
    pub fn due(&self) -> Option<Timestamp> {
        self.reach(self.rule.target?)
    }

    /// The earliest instant at which so many milliseconds are used, if it goes on as it does now.
    fn reach(&self, used: i64) -> Option<Timestamp> {
        let ended = match self.ending {
            Some(Ending::Met(at) | Ending::Void(at)) => Some(at),
            None => None,
        };
        let mut left = used - self.carried;
        let last = self.segments.len().checked_sub(1)?;
        for (nth, segment) in self.segments.iter().enumerate() {
            // One that has ended would have gone on.
            let to = segment.to.filter(|to| nth < last || ended != Some(*to));
            let Some(to) = to else { return segment.calendar.after(segment.from, left) };
            let elapsed = segment.calendar.elapsed(segment.from, to);
            if left < elapsed || (left == elapsed && nth == last) {
                return segment.calendar.after(segment.from, left);
            }
            left -= elapsed;
        }
        None
    }

    /// Where it stands.
    pub fn standing(&self) -> Standing {
        match (self.ending, self.breach) {
            (Some(Ending::Met(_)), None) => Standing::Met,
            (Some(Ending::Met(_)), Some(_)) => Standing::MetLate,
            (Some(Ending::Void(_)), None) => Standing::Voided,
            (Some(Ending::Void(_)), Some(_)) => Standing::BreachedRunning,
            (None, _) if !self.is_counting() => Standing::Paused,
            (None, Some(_)) => Standing::BreachedRunning,
            (None, None) => Standing::Running,
        }
    }

    /// The next instant at which something must be told of it, if nothing else happens.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        // Met at the very instant is met: that it is late is seen one millisecond later.
        let late = self.due().map(|due| due.plus_millis(1)).filter(|_| self.breach.is_none());
        let marks = self.marks_left().map(|(at, ..)| at);
        late.into_iter().chain(marks).min().filter(|_| self.is_counting())
    }

    /// The next moment at which to warn.
    pub fn next_mark(&self) -> Option<Timestamp> {
        self.marks_left().map(|(at, ..)| at).min()
    }

    fn marks_left(&self) -> impl Iterator<Item = (Timestamp, usize, Mark)> {
        let left = |nth: &usize| self.told & (1 << nth) == 0;
        let all = self.rule.marks.iter().take(32).enumerate();
        all.filter(move |(nth, _)| left(nth)).filter_map(|(nth, mark)| {
            let at = self.reach(mark.used(self.rule.target?))?;
            Some((at.max(self.applied), nth, *mark))
        })
    }

    /// Takes for told of what was to be told of by `now`.
    pub fn skip_marks(&mut self, now: Timestamp) {
        let passed: Vec<_> = self.marks_left().filter(|(at, ..)| *at <= now).collect();
        passed.into_iter().for_each(|(_, nth, _)| self.told |= 1 << nth);
    }

    /// Tells that it began.
    pub fn tell_start(&self, out: &mut Vec<Happening>) {
        self.tell(self.start, News::Started, out);
    }

    fn tell(&self, at: Timestamp, news: News, out: &mut Vec<Happening>) {
        let (metric, instance, due) = (self.metric, self.instance, self.due());
        out.push(Happening { at, metric, instance, news, due });
    }

    /// Lets time pass: tells once what was to be told of by `now`.
    pub fn look(&mut self, now: Timestamp, out: &mut Vec<Happening>) {
        if !self.is_counting() {
            return;
        }
        let mut marks: Vec<_> = self.marks_left().filter(|(at, ..)| *at <= now).collect();
        marks.sort_by_key(|(at, nth, _)| (*at, *nth));
        for (at, nth, mark) in marks {
            self.told |= 1 << nth;
            self.tell(at, News::Warned(mark), out);
        }
        if let (None, Some(due)) = (self.breach, self.due().filter(|due| *due < now)) {
            self.breached(due, false, out);
        }
    }

    fn breached(&mut self, at: Timestamp, retarget: bool, out: &mut Vec<Happening>) {
        self.breach = Some(Breach { at, retarget });
        self.tell(at, News::Breached { retarget }, out);
    }

    fn close(&mut self, at: Timestamp) {
        if let Some(segment) = self.segments.last_mut().filter(|segment| segment.to.is_none()) {
            segment.to = Some(at.max(segment.from));
        }
    }

    fn open(&mut self, at: Timestamp) {
        let calendar = self.rule.calendar.clone();
        match self.segments.last_mut() {
            Some(last) if last.to == Some(at) && last.calendar == calendar => last.to = None,
            _ => self.segments.push(Segment { from: at, to: None, calendar }),
        }
    }

    /// It began earlier than was known, and ran.
    pub fn move_start(&mut self, start: Timestamp, out: &mut Vec<Happening>) {
        let known = std::mem::replace(&mut self.start, start);
        if let Some(first) = self.segments.first_mut() {
            self.applied = if self.applied == first.from { start } else { self.applied };
            // What was used before the first segment is a sum.
            if first.from == known {
                first.from = start;
            } else {
                self.carried += first.calendar.elapsed(start, known);
            }
        }
        self.tell(start, News::Moved, out);
        if let (Some(Ending::Met(met)), None, Some(due)) = (self.ending, self.breach, self.due())
            && due < met
        {
            self.breached(due, false, out);
        }
    }

    /// It stands still from `at` on.
    pub fn pause(&mut self, at: Timestamp, out: &mut Vec<Happening>) {
        if self.is_counting() {
            self.look(at, out);
            self.close(at);
            self.tell(at, News::Paused, out);
        }
    }

    /// It ended at `at` by what it measures.
    pub fn meet(&mut self, at: Timestamp, out: &mut Vec<Happening>) {
        self.look(at, out);
        self.close(at);
        self.ending = Some(Ending::Met(at));
        self.tell(at, News::Met, out);
    }

    /// It ends at `at` without counting.
    pub fn void(&mut self, at: Timestamp, out: &mut Vec<Happening>) {
        self.look(at, out);
        self.close(at);
        self.ending = Some(Ending::Void(at));
        self.tell(at, News::Voided, out);
    }

    /// It counts from `at` on, with what it has used.
    pub fn resume(&mut self, at: Timestamp, out: &mut Vec<Happening>) {
        self.ending = None;
        self.open(at);
        self.applied = at;
        self.tell(at, News::Resumed, out);
    }

    /// What had ended it does not count: it ran on. That is known at `at`; what was changed while it seemed to have
    /// ended holds for it too.
    pub fn revoke(&mut self, rule: Rule, at: Timestamp, out: &mut Vec<Happening>) {
        self.ending = None;
        self.rule = rule;
        if let Some(last) = self.segments.last_mut() {
            last.to = None;
            if last.calendar != self.rule.calendar {
                self.close(at);
                self.open(at);
            }
        }
        self.tell(at, News::Revoked, out);
    }

    /// From `at` on another rule holds: start and used time stay.
    pub fn retarget(&mut self, rule: Rule, at: Timestamp, out: &mut Vec<Happening>) {
        self.look(at, out);
        let counting = self.is_counting();
        if counting && rule.calendar != self.rule.calendar {
            self.close(at);
        }
        let target = rule.target != self.rule.target || rule.marks != self.rule.marks;
        self.rule = rule;
        if counting && !self.is_counting() {
            self.open(at);
        }
        if target {
            (self.applied, self.told) = (at, 0);
        }
        self.tell(at, News::Retargeted, out);
        // One that stands still is judged by when it did.
        let until = self.segments.last().and_then(|segment| segment.to).unwrap_or(at);
        if let (None, Some(due)) = (self.breach, self.due())
            && due < until
        {
            self.breached(at, true, out);
        }
    }
}
