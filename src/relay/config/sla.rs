//! `[[sla]]`: what a desk promises on some queues.

use super::alerting::Alerting;
use super::fault::{Faults, Place};
use super::policy::{Queue, queues};
use super::routing::given;
use super::section::{Section, Value};
use crate::domain::calendar::Calendar;
use crate::domain::name::Name;
use crate::domain::routing::Mode;
use crate::domain::sla::{Choices, MARKS_MOST, Mark, Metric, SlaPolicy, Targets};
use crate::domain::ticket::Priority;
use crate::kit::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// The longest target: a year.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);
const SHORTEST: Duration = Duration::from_secs(1);
/// Seconds after which the platform's window for free text has closed.
const WINDOW: i64 = 86_400;
/// Seconds within which an answer is promised to somebody who waits for it: half a day.
const SOON: i64 = 43_200;
/// Why a target beyond the window is of little use.
const TEMPLATE_ONLY: &str =
    "after 24h without a message of the customer only a template can be sent";
/// From here on so many weeks are looked at, of which some have no holiday: a Monday of 2026.
const ORDINARY: Timestamp = Timestamp::from_secs(1_767_571_200);
const WEEKS: i64 = 8;
const SHIFTS_MOST: usize = 1_000;

/// What a service level may name.
pub(super) struct Known<'a> {
    /// Whether a queue exists.
    pub(super) queue: &'a dyn Fn(&str) -> bool,
    /// The calendars.
    pub(super) calendars: &'a [Calendar],
    /// A calendar is faulty: one that is not there is unknown only because of that.
    pub(super) lenient: bool,
    /// The ways to who is not at a console.
    pub(super) alerting: &'a Alerting,
}

/// When to warn, as a service level says it for all its metrics or a metric for itself.
#[derive(Clone, Default)]
struct Warnings {
    percent: Option<u8>,
    before: Option<i64>,
    marks: Vec<Mark>,
}

/// Reads one table.
pub(super) fn read(table: Section<'_>, known: &Known<'_>) -> Option<SlaPolicy> {
    let name = table.need("name", "what people call the promise").and_then(|name| name.label());
    let hint = "write queues = [\"support\"]";
    let queues = table.need("queues", hint).and_then(|value| queues(&value, known.queue));
    let calendar = table.get("calendar").map(|value| known.calendar(&value));
    let warnings = Warnings::read(&table);
    let ack = given(table.get("ack").map(|value| value.duration(SHORTEST, LONGEST)));
    let common = warnings.clone().flatten().unwrap_or_default();
    let mut targets = BTreeMap::new();
    let mut sound = true;
    for metric in Metric::OURS {
        if let Some(value) = table.get(metric.word()) {
            let desk = calendar.as_ref().and_then(Option::as_ref);
            match known.targets(*metric, &value, &common, desk) {
                Some(read) => drop(targets.insert(*metric, read)),
                None => sound = false,
            }
        }
    }
    table.finish();
    let queues = queues?.iter().map(|name| Name::from(name.as_str())).collect();
    let calendar = calendar.unwrap_or(Some(Calendar::Always))?;
    warnings.unwrap_or(Some(common))?;
    let first_reply = targets.remove(&Metric::FirstReply).unwrap_or_default();
    let (ack, others) = (ack?.map(seconds), targets);
    sound.then_some(SlaPolicy { name: name?, queues, calendar, first_reply, others, ack })
}

impl Known<'_> {
    fn calendar(&self, value: &Value<'_>) -> Option<Calendar> {
        let name = value.text()?;
        if name == Calendar::ALWAYS {
            return Some(Calendar::Always);
        }
        match self.calendars.iter().find(|calendar| calendar.name() == name) {
            Some(calendar) => Some(calendar.clone()),
            None if self.lenient => None,
            None => {
                let name = crate::kit::text::one_line(name, 60);
                let message = format!("names the unknown calendar \"{name}\"");
                value.wrong(&message, "add a [[calendar]] table, or write \"24x7\"")
            }
        }
    }

    /// `desk`: the calendar of the service level.
    fn targets(
        &self,
        metric: Metric,
        value: &Value<'_>,
        given: &Warnings,
        desk: Option<&Calendar>,
    ) -> Option<Targets> {
        let table = value.section()?;
        let calendar = table.get("calendar").map(|value| self.calendar(&value));
        let own = Warnings::read(&table);
        let levels = super::escalation::levels(&table, self);
        let choices = choices(metric, &table);
        let set = Priority::ALL.map(|priority| {
            let value = table.get(priority.word())?;
            let target = self.target(metric, &value);
            if let (Some((seconds, own)), Some(desk)) = (&target, desk)
                && metric.is_answered()
                && own.as_ref().or(calendar.as_ref().and_then(Option::as_ref))
                    == Some(&Calendar::Always)
                && *desk != Calendar::Always
                && *seconds < SOON
            {
                let message = format!("counts at night too, when \"{}\" is closed", desk.name());
                let hint = "see that somebody answers then, or leave out calendar = \"24x7\"";
                value.warn(&message, hint);
            }
            if let Some((seconds, own)) = &target
                && metric.is_answered()
                && *seconds <= WINDOW
                && let Some(counts) =
                    own.as_ref().or(calendar.as_ref().and_then(Option::as_ref)).or(desk)
                && outlasts_window(counts, *seconds)
            {
                let message = format!(
                    "is later than the platform's window whenever it begins: \"{}\" is not open for long enough in a day",
                    counts.name()
                );
                value.warn(&message, TEMPLATE_ONLY);
            }
            Some(target)
        });
        table.finish();
        if !metric.is_live() && metric != Metric::FirstReply {
            let hint = "`guichet sla due` answers by it all the same";
            value.warn("starts with a bot: the relay has none yet and does not measure it", hint);
        }
        if set.iter().all(Option::is_none) {
            return value.wrong("sets no target", "such as normal = \"60m\"");
        }
        if set.contains(&Some(None)) {
            return None;
        }
        let calendar = match calendar {
            Some(calendar) => Some(calendar?),
            None => None,
        };
        let warnings = own.unwrap_or_else(|| Some(given.clone()))?;
        let set = set.map(Option::flatten);
        let levels = levels?;
        for level in &levels {
            let unpromised = level.priority.filter(|to| set[*to as usize].is_none());
            if let Some(priority) = unpromised {
                let word = priority.word();
                let message =
                    format!("escalates to the priority \"{word}\", for which it promises nothing");
                value.warn(&message, &format!("add {word} = ..., or raise it to another"));
            }
        }
        Some(Targets {
            seconds: set.each_ref().map(|target| target.as_ref().map(|(seconds, _)| *seconds)),
            calendars: set
                .map(|target| target.and_then(|(_, own)| own).or_else(|| calendar.clone())),
            warn_percent: warnings.percent,
            warn_before: warnings.before,
            marks: warnings.marks,
            choices: choices?,
            levels,
        })
    }

    /// "10m", or { target = "10m", calendar = "24x7" }.
    fn target(&self, metric: Metric, value: &Value<'_>) -> Option<(i64, Option<Calendar>)> {
        let seconds = |value: &Value<'_>| {
            let target = value.duration(SHORTEST, LONGEST)?.as_secs();
            let target = i64::try_from(target).unwrap_or(i64::MAX);
            if metric.is_answered() && target > WINDOW {
                value.warn("is later than the platform's window", TEMPLATE_ONLY);
            }
            Some(target)
        };
        if !value.is_table() {
            return seconds(value).map(|seconds| (seconds, None));
        }
        let table = value.section()?;
        let target = table.need("target", "such as target = \"10m\"");
        let target = target.and_then(|value| seconds(&value));
        let calendar = table.get("calendar").map(|value| self.calendar(&value));
        table.finish();
        match calendar {
            Some(calendar) => Some((target?, Some(calendar?))),
            None => Some((target?, None)),
        }
    }
}

/// Whether so many seconds of a calendar always take longer than the window: also from the best moment, which is
/// the beginning of a shift.
fn outlasts_window(calendar: &Calendar, seconds: i64) -> bool {
    let shifts = calendar.spans(ORDINARY, ORDINARY.plus_secs(WEEKS * 7 * 86_400), SHIFTS_MOST);
    let took = |(from, _): (Timestamp, Timestamp)| {
        calendar.after(from, seconds.saturating_mul(1000)).map(|due| due.since(from))
    };
    // The first may have begun before.
    let least = shifts.into_iter().skip(1).filter_map(took).min();
    least.is_some_and(|least| least > WINDOW * 1000)
}

/// Warns of an answer that is promised soon and at any hour where tickets are given out in some hours only.
pub(super) fn unmanned(sla: &SlaPolicy, queue: &Queue, at: Place, faults: &Faults<'_>) {
    let Some(hours) = queue.assignment.hours.as_ref().filter(|of| **of != Calendar::Always) else {
        return;
    };
    let answered = Metric::OURS.iter().filter(|metric| metric.is_answered());
    let rules = answered.flat_map(|metric| Priority::ALL.map(|of| sla.rule(*metric, of)));
    let always = rules.filter(|rule| rule.calendar == Calendar::Always);
    let soonest = always.filter_map(|rule| rule.target).min();
    if queue.assignment.mode != Mode::Manual && soonest.is_some_and(|ms| ms < SOON * 1000) {
        let message = format!(
            "\"{}\" promises an answer at any hour, and the tickets of \"{}\" are given out in the hours of \"{}\" only",
            sla.name,
            queue.name,
            hours.name()
        );
        let hint = format!(
            "write calendar = \"{}\", or see that somebody answers outside them",
            hours.name()
        );
        faults.warn(at, message, hint);
    }
}

/// What of a metric can be chosen.
fn choices(metric: Metric, table: &Section<'_>) -> Option<Choices> {
    let mut choices = Choices::default();
    match metric {
        Metric::FirstReply => {
            if let Some(from) = table.get("from") {
                choices.from_handoff = from.one_of(&[("created", false), ("handoff", true)])?;
                if choices.from_handoff {
                    let hint = "the relay measures from the customer's first message until then";
                    from.warn("starts with a bot, and the relay has none yet", hint);
                }
            }
        }
        Metric::TotalResolution => {
            let (pending, reopen) = (table.get("pending"), table.get("reopen"));
            let pauses = pending.map(|value| value.one_of(&[("counts", false), ("pauses", true)]));
            let again = reopen.map(|value| value.one_of(&[("resume", false), ("restart", true)]));
            choices.pauses = pauses.unwrap_or(Some(false))?;
            choices.restarts = again.unwrap_or(Some(false))?;
        }
        _ => {}
    }
    Some(choices)
}

impl Warnings {
    /// Reads `warn` and `warn_before`; nothing if neither is there.
    fn read(table: &Section<'_>) -> Option<Option<Self>> {
        match (table.get("warn"), table.get("warn_before")) {
            (Some(_), Some(before)) => {
                Some(before.wrong("stands beside `warn`", "keep one of the two"))
            }
            (Some(warn), None) => Some(Self::marks(&warn)),
            (None, Some(before)) => Some(
                before
                    .duration(SHORTEST, LONGEST)
                    .map(|span| Self { before: Some(seconds(span)), ..Self::default() }),
            ),
            (None, None) => None,
        }
    }

    /// "75%", or several: ["75%", "30m"] is also half an hour before it is due.
    fn marks(value: &Value<'_>) -> Option<Self> {
        if value.is_text() {
            let mark = mark(value)?;
            return Some(match mark {
                Mark::Percent(percent) => Self { percent: Some(percent), ..Self::default() },
                mark => Self { marks: vec![mark], ..Self::default() },
            });
        }
        let items = value.items()?;
        if items.len() > MARKS_MOST {
            return value.wrong("has too many moments", &format!("at most {MARKS_MOST}"));
        }
        let marks: Vec<_> = items.iter().map(mark).collect();
        let marks = marks.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Self { marks, ..Self::default() })
    }
}

fn seconds(span: Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}

fn mark(value: &Value<'_>) -> Option<Mark> {
    let text = value.text()?;
    let Some(number) = text.strip_suffix('%') else {
        return value.duration(SHORTEST, LONGEST).map(|span| Mark::Before(seconds(span)));
    };
    match number.parse() {
        Ok(percent @ 1..=99) => Some(Mark::Percent(percent)),
        _ => value.wrong("is no share", "\"1%\" to \"99%\", or \"5m\" before it is due"),
    }
}
