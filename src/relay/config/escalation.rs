//! `[[sla.METRIC.escalate]]`: what is done when a promise is nearly broken, or broken.

use super::alerting::{Alerting, address};
use super::routing::given;
use super::section::{Section, Value};
use super::sla::Known;
use crate::domain::name::Name;
use crate::domain::sla::{Holder, LEVELS_MOST, Level, Whom};
use crate::domain::ticket::Priority;
use std::time::Duration;

/// The furthest from the due instant: thirty days.
const FURTHEST: Duration = Duration::from_secs(30 * 86_400);

/// Reads the levels of a metric, in the order of the file.
pub(super) fn levels(table: &Section<'_>, known: &Known<'_>) -> Option<Vec<Level>> {
    let tables = table.sections("escalate");
    if tables.len() > LEVELS_MOST {
        let value = table.get("escalate")?;
        return value.wrong("has too many levels", &format!("at most {LEVELS_MOST}"));
    }
    let read: Vec<_> = tables.into_iter().map(|table| level(table, known)).collect();
    read.into_iter().collect()
}

fn level(table: Section<'_>, known: &Known<'_>) -> Option<Level> {
    let hint = "such as at = \"-15m\" before it is due, or \"+30m\" after";
    let offset = table.need("at", hint).and_then(|value| offset(&value));
    let always = table
        .get("time")
        .map(|value| value.one_of(&[("business", false), ("calendar", true)]))
        .unwrap_or(Some(false));
    let notify = table.get("notify").map(|value| {
        let names = value.labels()?;
        Some(names.into_iter().map(whom).collect())
    });
    let notify = notify.unwrap_or_else(|| Some(Vec::new()));
    let words = Priority::ALL.map(|priority| (priority.word(), priority));
    let priority = given(table.get("priority").map(|value| value.one_of(&words)));
    let queue = given(table.get("queue").map(|value| {
        let name = value.label()?;
        if (known.queue)(&name) {
            return Some(Name::from(name));
        }
        let hint = "add a [[queue]] table, or correct the name";
        value.wrong(&format!("names the unknown queue \"{name}\""), hint)
    }));
    let assign = given(table.get("assign").map(|value| {
        Some(match value.label()? {
            name if name == "nobody" => Holder::Nobody,
            name => Holder::Account(Name::from(name)),
        })
    }));
    let mail = table.get("email").map(|value| mails(&value, known.alerting));
    let hooks = table.get("webhook").map(|value| hooks(&value, known.alerting));
    let none = || Some(Vec::new());
    let (mail, hooks) = (mail.unwrap_or_else(none)?, hooks.unwrap_or_else(none)?);
    let (notify, priority, queue, assign) = (notify?, priority?, queue?, assign?);
    let told = !notify.is_empty() || !mail.is_empty() || !hooks.is_empty();
    let nothing = !told && priority.is_none() && queue.is_none() && assign.is_none();
    if nothing {
        let hint =
            "or priority, queue, assign, email or webhook: a level that does nothing is of no use";
        table.need("notify", hint);
    }
    table.finish();
    let level =
        Level { offset: offset?, always: always?, notify, priority, queue, assign, mail, hooks };
    (!nothing).then_some(level)
}

/// Mails and hooks of one level at most: a bit tells of each whether it is delivered.
const TOLD_MOST: usize = 15;

fn few(items: Vec<Value<'_>>) -> Option<Vec<Value<'_>>> {
    match items.get(TOLD_MOST) {
        Some(last) => last.wrong("is one too many", &format!("at most {TOLD_MOST}")),
        None => Some(items),
    }
}

pub(super) fn mails(value: &Value<'_>, alerting: &Alerting) -> Option<Vec<Name>> {
    if alerting.smtp.is_none() {
        return value.wrong("needs a mail server", "add [smtp] with host and from");
    }
    let read: Vec<_> = few(value.items()?)?.iter().map(address).collect();
    read.into_iter().collect()
}

pub(super) fn hooks(value: &Value<'_>, alerting: &Alerting) -> Option<Vec<Name>> {
    let one = |value: &Value<'_>| {
        let name = Name::from(value.label()?);
        if alerting.hooks.contains_key(&name) {
            return Some(name);
        }
        let message = format!("names the unknown webhook \"{name}\"");
        value.wrong(&message, "add a [[webhook]] table, or correct the name")
    };
    let read: Vec<_> = few(value.items()?)?.iter().map(one).collect();
    read.into_iter().collect()
}

pub(super) fn whom(name: String) -> Whom {
    match name.as_str() {
        "agent" => Whom::Agent,
        "supervisors" => Whom::Supervisors,
        _ => Whom::Account(Name::from(name)),
    }
}

/// Seconds before or after the due instant: "-15m", "+30m", "0".
fn offset(value: &Value<'_>) -> Option<i64> {
    let (sign, rest) = match value.text()? {
        "0" => return Some(0),
        text if text.starts_with('-') => (-1, &text[1..]),
        text if text.starts_with('+') => (1, &text[1..]),
        _ => return value.wrong("does not say before or after", "\"-15m\", \"+30m\" or \"0\""),
    };
    let span = value.span(rest, Duration::from_secs(1), FURTHEST)?;
    Some(sign * i64::try_from(span.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
