//! `[[alert]]`: what supervisors are told of.

use super::alerting::Alerting;
use super::escalation::{hooks, mails, whom};
use super::routing::{Calendars, given, of};
use super::section::{Section, Value};
use crate::domain::alert::{AlertRules, Measure, Watched};
use crate::domain::calendar::Calendar;
use crate::domain::name::Name;
use crate::domain::routing::AgentRules;
use crate::domain::sla::Whom;
use std::collections::BTreeMap;
use std::time::Duration;

/// The highest number that can be watched for.
const COUNT_MOST: u64 = 1_000_000;
const SHORTEST: Duration = Duration::from_secs(1);
/// The longest time that can be watched for: thirty days.
const LONGEST: Duration = Duration::from_secs(30 * 86_400);
/// It is cleared at so much of its bound, of ten, where nothing else is said.
const CLEARED_AT: i64 = 8;

/// What else of the files an alert names.
pub(super) struct Known<'a> {
    /// Whether there is such a queue.
    pub(super) queue: &'a dyn Fn(&str) -> bool,
    /// Whether there is such a line.
    pub(super) line: &'a dyn Fn(&str) -> bool,
    /// Agents by their names.
    pub(super) agents: &'a BTreeMap<Name, AgentRules>,
    /// When desks are open.
    pub(super) calendars: &'a Calendars<'a>,
    /// The ways to who is not at a console.
    pub(super) alerting: &'a Alerting,
}

/// A bound in the unit of what is watched.
fn bound(value: &Value<'_>, measure: Measure) -> Option<i64> {
    match measure {
        Measure::Count => value.whole(0, COUNT_MOST).and_then(|count| i64::try_from(count).ok()),
        Measure::Seconds => {
            let span = value.duration(SHORTEST, LONGEST)?;
            i64::try_from(span.as_secs()).ok()
        }
        Measure::Percent => {
            let number = value.text()?.strip_suffix('%').and_then(|number| number.parse().ok());
            match number {
                Some(percent @ 0..=100) => Some(percent),
                _ => value.wrong("is no share", "\"0%\" to \"100%\""),
            }
        }
        Measure::Grade => value.wrong("says nothing here", "leave it out"),
    }
}

/// Above what it is raised, and at what it is cleared.
fn bounds(table: &Section<'_>, measure: Measure) -> Option<(i64, i64)> {
    let over = match measure {
        Measure::Grade => table.get("over").map_or(Some(0), |value| bound(&value, measure)),
        Measure::Count => table.need("over", "such as over = 20").and_then(|v| bound(&v, measure)),
        Measure::Seconds => {
            table.need("over", "such as over = \"5m\"").and_then(|v| bound(&v, measure))
        }
        Measure::Percent => {
            table.need("over", "such as over = \"80%\"").and_then(|v| bound(&v, measure))
        }
    };
    let clear = table.get("clear").map(|value| {
        let clear = bound(&value, measure)?;
        match over {
            Some(over) if clear > over => {
                value.wrong("is above `over`: it would be raised and cleared at once", "lower it")
            }
            _ => Some(clear),
        }
    });
    match given(clear)? {
        Some(clear) => Some((over?, clear)),
        None => Some((over?, over? * CLEARED_AT / 10)),
    }
}

fn told(value: &Value<'_>, agents: &BTreeMap<Name, AgentRules>) -> Option<Vec<Whom>> {
    let one = |item: &Value<'_>| {
        let whom = whom(item.label()?);
        match &whom {
            Whom::Agent => {
                return item.wrong("is about no ticket", "\"supervisors\", or an account's name");
            }
            Whom::Account(name) if !agents.is_empty() && !agents.contains_key(name) => {
                let message = format!("names \"{name}\", of whom no [[agent]] is");
                item.warn(&message, "correct the name, if it is none of an account");
            }
            _ => {}
        }
        Some(whom)
    };
    let read: Vec<_> = value.items()?.iter().map(one).collect();
    read.into_iter().collect()
}

/// Reads one table.
pub(super) fn read(table: Section<'_>, known: &Known<'_>) -> Option<AlertRules> {
    let name = table.need("name", "what people call the alert").and_then(|name| name.label());
    let words = Watched::ALL.map(|watched| (watched.word(), watched));
    let watch = table.need("watch", "what is watched, such as watch = \"waiting\"");
    let watch = watch.and_then(|value| value.one_of(&words));
    let queue = given(table.get("queue").map(|value| {
        if watch.is_some_and(|watch| !watch.is_of_queue()) {
            return value.wrong("says nothing of what lines do", "write line = \"NAME\"");
        }
        of(&value, known.queue, "queue")
    }));
    let line = given(table.get("line").map(|value| {
        if watch.is_some_and(Watched::is_of_queue) {
            return value.wrong("says nothing of what waits in queues", "write queue = \"NAME\"");
        }
        of(&value, known.line, "line")
    }));
    let calendar = given(table.get("calendar").map(|value| known.calendars.of(&value)));
    let bounds = match watch {
        Some(watch) => bounds(&table, watch.measure()),
        None => {
            // Of what they are bounds cannot be told.
            let _ = (table.get("over"), table.get("clear"));
            None
        }
    };
    let span = |key| given(table.get(key).map(|value| value.duration(SHORTEST, LONGEST)));
    let (hold, repeat) = (span("for"), span("repeat"));
    let notify = given(table.get("notify").map(|value| told(&value, known.agents)));
    let mail = given(table.get("email").map(|value| mails(&value, known.alerting)));
    let call = given(table.get("webhook").map(|value| hooks(&value, known.alerting)));
    table.finish();
    let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    let (over, clear) = bounds?;
    Some(AlertRules {
        name: Name::from(name?),
        watch: watch?,
        over,
        clear,
        queue: queue?,
        line: line?,
        calendar: calendar?.unwrap_or(Calendar::Always),
        hold: hold?.map_or(0, seconds),
        repeat: repeat?.map(seconds),
        notify: notify?.unwrap_or_else(|| vec![Whom::Supervisors]),
        mail: mail?.unwrap_or_default(),
        hooks: call?.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests;
