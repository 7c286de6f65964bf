//! A clock as an open ticket keeps it: many thousand are in memory at a time.

use super::measure::Measure;
use super::metric::Metric;
use crate::domain::id::OutboxId;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// What a policy promises for one priority, stamped into the clock that it starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Seconds of the calendar's time.
    pub target: i64,
    /// The instant by which it must be met; nothing if the calendar never gets there.
    pub due: Option<Timestamp>,
    /// When to warn.
    pub warn: Option<Timestamp>,
}

impl Promise {
    /// What a clock promises as it is computed; nothing where nothing is promised.
    pub fn of(measure: &Measure) -> Option<Self> {
        let target = measure.rule.target? / 1000;
        Some(Self { target, due: measure.due(), warn: measure.next_mark() })
    }
}

/// Seconds of a target that nobody promised, longer than any that can be: the clock is measured all the same, so that
/// what it has used is known when its ticket becomes more urgent.
pub const UNPROMISED: i64 = 400 * 86_400;

/// An instant that may be missing, in eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<Timestamp>", into = "Option<Timestamp>")]
struct Moment(i64);

impl Moment {
    const NONE: Self = Self(i64::MIN);

    fn get(self) -> Option<Timestamp> {
        (self != Self::NONE).then_some(Timestamp(self.0))
    }
}

impl From<Option<Timestamp>> for Moment {
    fn from(at: Option<Timestamp>) -> Self {
        at.map_or(Self::NONE, |at| Self(at.0))
    }
}

impl From<Moment> for Option<Timestamp> {
    fn from(moment: Moment) -> Self {
        moment.get()
    }
}

/// Nothing is promised: no target has so many seconds.
const NO_TARGET: u32 = u32::MAX;

/// One measure of one ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// From when.
    pub start: Timestamp,
    due: Moment,
    warn: Moment,
    breached: Moment,
    /// When it was met, has ended, or stands still.
    stopped: Moment,
    /// The reply that met it; zero if it ended otherwise.
    reply: OutboxId,
    target: u32,
    /// How many times it has been started on this ticket before.
    pub instance: u16,
    /// What is measured.
    pub metric: Metric,
    flags: u8,
}

const VOIDED: u8 = 1;
const PAUSED: u8 = 2;
const ENDED: u8 = 4;
/// The breach is that of the clock before, whose reply may still fail.
const BEFORE: u8 = 8;
/// The upper half of the flags: by which version of the service levels it runs.
const VERSION: u8 = 0xf0;

impl Clock {
    /// One that runs.
    pub fn new(metric: Metric, instance: u16, start: Timestamp, promise: Option<&Promise>) -> Self {
        let mut clock = Self {
            start,
            due: Moment::NONE,
            warn: Moment::NONE,
            breached: Moment::NONE,
            stopped: Moment::NONE,
            reply: OutboxId(0),
            target: NO_TARGET,
            instance,
            metric,
            flags: 0,
        };
        clock.set_promise(promise);
        clock
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn set(&mut self, flag: u8, on: bool) {
        self.flags = if on { self.flags | flag } else { self.flags & !flag };
    }

    fn set_promise(&mut self, promise: Option<&Promise>) {
        self.target = promise.map_or(NO_TARGET, |promise| {
            u32::try_from(promise.target.max(0)).unwrap_or(NO_TARGET - 1)
        });
        self.due = promise.and_then(|promise| promise.due).into();
        self.warn = promise.and_then(|promise| promise.warn).into();
    }

    /// It runs by this version of the service levels from now on.
    pub fn ruled(&mut self, version: u32) {
        self.flags = (self.flags & !VERSION) | ((version as u8) << 4);
    }

    /// Whether it runs by this version of the service levels. Versions are told apart within 16: all clocks of
    /// unsolved tickets follow each change before the next.
    pub fn is_ruled_by(&self, version: u32) -> bool {
        self.flags & VERSION == (version as u8) << 4
    }

    /// What was promised; nothing if no policy matched: it is recorded all the same. While it stands still, what was
    /// promised until then.
    pub fn promise(&self) -> Option<Promise> {
        let target = (self.target != NO_TARGET).then_some(i64::from(self.target))?;
        Some(Promise { target, due: self.due.get(), warn: self.warn.get() })
    }

    fn is_promised(&self) -> bool {
        i64::from(self.target) != UNPROMISED
    }

    /// Whether it neither was met nor has ended; it may stand still.
    pub fn is_running(&self) -> bool {
        !self.has(ENDED | VOIDED) && self.met().is_none()
    }

    /// Whether it stands still.
    pub fn is_paused(&self) -> bool {
        self.has(PAUSED)
    }

    /// Whether it has ended without counting.
    pub fn is_voided(&self) -> bool {
        self.has(VOIDED)
    }

    /// The instant by which it must be met, while it counts.
    pub fn due(&self) -> Option<Timestamp> {
        self.due.get().filter(|_| self.is_running() && !self.has(PAUSED) && self.is_promised())
    }

    /// When to warn next, while it counts.
    pub fn warn(&self) -> Option<Timestamp> {
        self.warn.get().filter(|_| self.is_running() && !self.has(PAUSED))
    }

    /// The instant of the breach: the due instant, however late it was noticed.
    pub fn breached(&self) -> Option<Timestamp> {
        self.breached.get().filter(|_| !self.has(BEFORE))
    }

    /// The reply that met it.
    pub fn met(&self) -> Option<(OutboxId, Timestamp)> {
        self.stopped.get().filter(|_| self.reply.0 != 0).map(|at| (self.reply, at))
    }

    /// When it has ended or since when it stands still, if no reply met it.
    pub fn stopped(&self) -> Option<Timestamp> {
        self.stopped.get().filter(|_| self.reply.0 == 0)
    }

    /// The next instant at which something must be said about it.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let warn = self.warn().filter(|_| self.breached().is_none());
        let due = self.due().filter(|_| self.breached().is_none());
        // Met at the very instant is met: the breach is seen one millisecond later.
        warn.into_iter().chain(due.map(|due| due.plus_millis(1))).min()
    }

    /// The next of its kind begins in its place.
    pub fn succeed(&mut self, start: Timestamp, promise: Option<&Promise>) {
        let mut next = Self::new(self.metric, self.instance.saturating_add(1), start, promise);
        next.flags = self.flags & VERSION;
        next.breached = self.breached;
        next.set(BEFORE, self.breached.get().is_some());
        *self = next;
    }

    /// It counts from another instant or against another target, also if it stood still or had ended.
    pub fn moved(&mut self, start: Timestamp, promise: Option<&Promise>) {
        // What the clock before measured waits again: that it is late was told of, by it or by one after it.
        let due = promise.and_then(|promise| promise.due);
        if start < self.start && due.is_some() && due <= self.breached.get() {
            self.set(BEFORE, false);
        }
        self.start = start;
        // What was told of this target is told.
        let told = self.warn == Moment::NONE
            && promise.map(|promise| promise.target) == self.promise().map(|known| known.target);
        self.set_promise(promise);
        if told {
            self.warn = Moment::NONE;
        }
        if self.metric != Metric::FirstReply {
            self.set(PAUSED | ENDED | VOIDED, false);
            self.stopped = Moment::NONE;
        }
    }

    /// It stands still from `at` on.
    pub fn pause(&mut self, at: Timestamp) {
        self.set(PAUSED, true);
        self.stopped = Some(at).into();
    }

    /// It has ended. One that stood still has used no more since.
    pub fn end(&mut self, at: Timestamp, void: bool) {
        self.set(ENDED, true);
        self.set(VOIDED, void);
        if !self.has(PAUSED) {
            self.stopped = Some(at).into();
        }
    }

    /// A warning was given; the next is due then.
    pub fn warned(&mut self, next: Option<Timestamp>) {
        self.warn = next.into();
    }

    /// It is late since then.
    pub fn breach(&mut self, at: Timestamp) {
        self.breached = Some(at).into();
        self.set(BEFORE, false);
    }

    /// It was late only because of what is taken back.
    pub fn forgive(&mut self) {
        self.breached = Moment::NONE;
        self.set(BEFORE, false);
    }

    /// The reply that meets it, if there is one now, and whether it has ended without counting.
    pub fn settle(&mut self, met: Option<(OutboxId, Timestamp)>, voided: bool) {
        self.reply = met.map_or(OutboxId(0), |(reply, _)| reply);
        self.stopped = met.map(|(_, at)| at).into();
        self.set(VOIDED, voided);
    }
}
