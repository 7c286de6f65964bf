//! `[[agent]]`, `[[route]]` and what a `[[queue]]` says of giving its tickets out.

use super::Unique;
use super::fault::{Faults, Place};
use super::section::{Section, Value};
use crate::domain::calendar::Calendar;
use crate::domain::id::TagKey;
use crate::domain::name::Name;
use crate::domain::offer::OFFER_SECONDS;
use crate::domain::routing::{
    Acquaintance, AgentRules, Assignment, During, Mode, OnLeave, Pattern, Route,
};
use crate::domain::template::is_language;
use crate::domain::ticket::{Priority, Tag};
use crate::kit::fold::folded;
use std::collections::BTreeMap;
use std::time::Duration;

/// The highest level of a skill.
const LEVEL_MOST: u64 = 9;
/// Open tickets that one agent carries at most.
const CARRIES_MOST: u64 = 1_000;
/// The word for what is in no particular language.
const ANY: &str = "any";

/// What the files say of agents and of where tickets belong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routing {
    /// Agents by account.
    pub agents: BTreeMap<Name, AgentRules>,
    /// Rules for new tickets, tried in order.
    pub routes: Vec<Route>,
}

/// What else of the files the rules of routing name.
pub(super) struct Known<'a> {
    /// Whether there is such a queue.
    pub(super) queue: &'a dyn Fn(&str) -> bool,
    /// Whether there is such a line.
    pub(super) line: &'a dyn Fn(&str) -> bool,
    /// Agents by their names.
    pub(super) agents: &'a BTreeMap<Name, AgentRules>,
    /// When desks are open.
    pub(super) calendars: &'a Calendars<'a>,
}

/// The calendars of the files.
pub(super) struct Calendars<'a> {
    pub(super) known: &'a [Calendar],
    /// One that is not there may be one that is faulty.
    pub(super) lenient: bool,
}

impl Calendars<'_> {
    /// The calendar that a value names.
    pub(super) fn of(&self, value: &Value<'_>) -> Option<Calendar> {
        let name = value.text()?;
        match self.known.iter().find(|calendar| calendar.name() == name) {
            Some(calendar) => Some(calendar.clone()),
            None if self.lenient => Some(Calendar::Always),
            None => {
                let message = format!("names the unknown calendar \"{name}\"");
                value.wrong(&message, "add a [[calendar]] table, or correct the name")
            }
        }
    }
}

/// Reads every `[[agent]]`.
pub(super) fn agents(
    root: &Section<'_>,
    faults: &Faults<'_>,
    calendars: &Calendars<'_>,
) -> BTreeMap<Name, AgentRules> {
    let mut names = Unique::new("agent", "name", faults);
    let mut agents = BTreeMap::new();
    for table in root.sections("agent") {
        let at = table.at;
        if let Some((name, rules)) = agent(table, calendars) {
            names.add(&name, at);
            agents.insert(Name::from(name), rules);
        }
    }
    agents
}

/// Reads every `[[route]]`, with its place.
pub(super) fn routes(
    root: &Section<'_>,
    faults: &Faults<'_>,
    known: &Known<'_>,
) -> Vec<(Route, Place)> {
    let mut names = Unique::new("route", "name", faults);
    let mut routes: Vec<(Route, Place)> = Vec::new();
    for table in root.sections("route") {
        let at = table.at;
        if let Some((last, _)) = routes.iter().find(|(route, _)| route.is_last()) {
            let message =
                format!("this [[route]] is never reached: \"{}\" always holds", last.name);
            faults.warn(at, message, "put it before that one, or give that one a condition");
        }
        if let Some(route) = route(table, known) {
            names.add(route.name.as_str(), at);
            routes.push((route, at));
        }
    }
    routes
}

/// Skills with levels, with a warning of what nobody has.
fn skills(value: &Value<'_>, agents: &BTreeMap<Name, AgentRules>) -> Option<BTreeMap<Name, u8>> {
    let skills = levels(value)?;
    for (skill, level) in &skills {
        let highest = agents.values().filter_map(|agent| agent.skills.get(skill)).max();
        match highest {
            None => value.warn(
                &format!("names the skill \"{skill}\", which nobody has"),
                "give it to an [[agent]], or its tickets wait 10 minutes",
            ),
            Some(highest) if highest < level => value.warn(
                &format!("asks for \"{skill}\" {level}, and nobody has more than {highest}"),
                "lower it, or its tickets wait some minutes",
            ),
            Some(_) => {}
        }
    }
    Some(skills)
}

/// Reads one `[[agent]]`.
fn agent(table: Section<'_>, calendars: &Calendars<'_>) -> Option<(String, AgentRules)> {
    let name = table.need("name", "the name of the account").and_then(|name| name.label());
    let skills = table.get("skills").map(|value| levels(&value));
    let languages = table.get("languages").map(|value| languages(&value));
    let capacity = table.get("capacity").map(|value| value.whole(1, CARRIES_MOST));
    let ramp = table.get("ramp").map(|value| share(&value));
    let part = table.get("share").map(|value| value.whole(1, 100));
    let pace = table
        .get("pace")
        .map(|value| value.duration(Duration::from_secs(1), Duration::from_secs(3_600)));
    let hours = table.get("hours").map(|value| calendars.of(&value));
    table.finish();
    let hundredths = |open: u64| u32::try_from(open * 100).unwrap_or(u32::MAX);
    let rules = AgentRules {
        skills: skills.unwrap_or_else(|| Some(BTreeMap::new()))?,
        languages: languages.unwrap_or_else(|| Some(Vec::new()))?,
        capacity: given(capacity)?.map(hundredths),
        ramp: given(ramp)?,
        share: given(part)?.and_then(|part| u32::try_from(part).ok()),
        pace: given(pace)?.and_then(|pace| i64::try_from(pace.as_secs()).ok()),
        hours: given(hours)?,
    };
    Some((name?, rules))
}

/// Reads what a `[[queue]]` says of giving its tickets out; `None` if it says something wrong.
pub(super) fn assignment(
    table: &Section<'_>,
    agents: &BTreeMap<Name, AgentRules>,
    calendars: &Calendars<'_>,
) -> Option<Assignment> {
    let mode = table.get("assign").map(|value| value.one_of(&Mode::ALL));
    let members = table.get("members").map(|value| {
        let names = value.labels()?;
        if names.is_empty() {
            return value.wrong("is empty", "name accounts, or leave it out");
        }
        Some(names.iter().map(|name| Name::from(name.as_str())).collect())
    });
    let needs = table.get("skills").map(|value| skills(&value, agents));
    let cap = table.get("cap").map(|value| value.whole(1, CARRIES_MOST));
    let on_leave = table.get("on_leave").map(|value| value.one_of(&OnLeave::ALL));
    let wrap_up = table
        .get("wrap_up")
        .map(|value| value.duration(Duration::from_secs(1), Duration::from_secs(3_600)));
    let hours = table.get("hours").map(|value| calendars.of(&value));
    let offer = offer(table, mode);
    Some(Assignment {
        on_leave: on_leave.unwrap_or(Some(OnLeave::Keep))?,
        wrap_up: given(wrap_up)?.map(|span| i64::try_from(span.as_secs()).unwrap_or(i64::MAX)),
        hours: given(hours)?,
        offer: offer?,
        mode: mode.unwrap_or(Some(Mode::Manual))?,
        members: members.unwrap_or_else(|| Some(Vec::new()))?,
        skills: needs.unwrap_or_else(|| Some(BTreeMap::new()))?,
        cap: given(cap)?.and_then(|open| u32::try_from(open * 100).ok()),
    })
}

/// Reads for how many seconds a `[[queue]]` offers its tickets before it is the next one's turn; nothing if it gives
/// them at once.
#[expect(clippy::option_option, reason = "wrong, left out, or there")]
fn offer(table: &Section<'_>, mode: Option<Option<Mode>>) -> Option<Option<i64>> {
    let (offers, timeout) = (table.get("offer"), table.get("offer_timeout"));
    let on = offers.as_ref().map_or(Some(false), Value::flag)?;
    if let (Some(value), true, None | Some(Some(Mode::Manual))) = (&offers, on, mode) {
        return value.wrong(
            "says nothing where people take tickets themselves",
            "add assign = \"round_robin\", or leave it out",
        );
    }
    if let (Some(value), false) = (&timeout, on) {
        return value.wrong("says nothing without an offer", "add offer = true, or leave it out");
    }
    let (least, most) = (Duration::from_secs(5), Duration::from_secs(600));
    let span = given(timeout.map(|value| value.duration(least, most)))?;
    let seconds = span.map_or(Some(OFFER_SECONDS), |span| i64::try_from(span.as_secs()).ok());
    Some(seconds.filter(|_| on))
}

/// Reads one `[[route]]`. The fingerprints of its labels are filled in by who has the key.
fn route(table: Section<'_>, known: &Known<'_>) -> Option<Route> {
    let name = table.need("name", "what people call the rule").and_then(|name| name.label());
    let lines = table.get("lines").map(|value| {
        let read: Vec<_> = value.items()?.iter().map(|item| of(item, known.line, "line")).collect();
        read.into_iter().collect::<Option<Vec<_>>>()
    });
    let words = table.get("words").map(|value| by_language(&value, phrase));
    let patterns = table.get("patterns").map(|value| by_language(&value, pattern));
    let referrals = table.get("referrals").map(|value| texts(&value));
    let buttons = table.get("buttons").map(|value| texts(&value));
    let contact = table
        .get("contact")
        .map(|value| value.one_of(&[("new", Acquaintance::New), ("known", Acquaintance::Known)]));
    let calendar = table.get("calendar").map(|value| known.calendars.of(&value));
    let closed = table.get("during").map(|value| {
        if calendar.is_none() {
            return value.wrong("says nothing without a calendar", "add calendar = \"NAME\"");
        }
        value.one_of(&[("open", false), ("closed", true)])
    });
    let closed = closed.unwrap_or(Some(false));
    let queue = table.get("queue").map(|value| of(&value, known.queue, "queue"));
    let priority = table
        .get("priority")
        .map(|value| value.one_of(&Priority::ALL.map(|priority| (priority.word(), priority))));
    let tags = table.get("tags").map(|value| value.labels());
    let needs = table.get("skills").map(|value| skills(&value, known.agents));
    if queue.is_none() && priority.is_none() && tags.is_none() && needs.is_none() {
        table.need("queue", "or priority, tags or skills: a rule that sets nothing is of no use");
    }
    table.finish();
    let tag = |name: &String| Tag { name: Name::from(name.as_str()), key: TagKey(0) };
    Some(Route {
        name: Name::from(name?.as_str()),
        lines: lines.unwrap_or_else(|| Some(Vec::new()))?,
        words: words.unwrap_or_else(|| Some(BTreeMap::new()))?,
        patterns: patterns.unwrap_or_else(|| Some(BTreeMap::new()))?,
        referrals: referrals.unwrap_or_else(|| Some(Vec::new()))?,
        buttons: buttons.unwrap_or_else(|| Some(Vec::new()))?,
        contact: given(contact)?,
        during: match given(calendar)? {
            Some(calendar) => Some(During { calendar, closed: closed? }),
            None => None,
        },
        queue: given(queue)?,
        priority: given(priority)?,
        tags: tags.unwrap_or_else(|| Some(Vec::new()))?.iter().map(tag).collect(),
        skills: needs.unwrap_or_else(|| Some(BTreeMap::new()))?,
    })
}

/// What may be left out, and is nothing then; `None` if it is there and wrong.
#[expect(clippy::option_option, reason = "wrong, left out, or there")]
pub(super) fn given<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(read) => Some(Some(read?)),
        None => Some(None),
    }
}

/// A name of something that the files describe.
pub(super) fn of(value: &Value<'_>, known: &dyn Fn(&str) -> bool, what: &str) -> Option<Name> {
    let name = value.label()?;
    if known(&name) {
        return Some(Name::from(name.as_str()));
    }
    let hint = format!("add a [[{what}]] table, or correct the name");
    value.wrong(&format!("names the unknown {what} \"{name}\""), &hint)
}

/// Skills with their levels.
fn levels(value: &Value<'_>) -> Option<BTreeMap<Name, u8>> {
    let entries = value.section()?.entries();
    let read = entries.into_iter().map(|(skill, level)| {
        let level = level.whole(1, LEVEL_MOST)?;
        Some((Name::from(skill), u8::try_from(level).ok()?))
    });
    read.collect::<Vec<_>>().into_iter().collect()
}

fn languages(value: &Value<'_>) -> Option<Vec<Name>> {
    let read: Vec<_> = value.items()?.iter().map(language).collect();
    read.into_iter().collect()
}

fn language(value: &Value<'_>) -> Option<Name> {
    let code = value.text()?;
    if is_language(code) {
        return Some(Name::from(code));
    }
    value.wrong("is no language", "a code such as en, it, pt_BR")
}

fn texts(value: &Value<'_>) -> Option<Vec<String>> {
    let items = value.items()?;
    if items.is_empty() {
        return value.wrong("is empty", "list something, or leave it out");
    }
    let read: Vec<_> = items.iter().map(|item| item.text().map(str::to_owned)).collect();
    read.into_iter().collect()
}

/// `{ it = [...], any = [...] }`, or a list that is in no particular language.
fn by_language<T>(
    value: &Value<'_>,
    read: impl Fn(&Value<'_>) -> Option<T>,
) -> Option<BTreeMap<Name, Vec<T>>> {
    let list = |value: &Value<'_>| {
        let items = value.items()?;
        if items.is_empty() {
            return value.wrong("is empty", "list something, or leave it out");
        }
        let all: Vec<_> = items.iter().map(&read).collect();
        all.into_iter().collect::<Option<Vec<T>>>()
    };
    if !value.is_table() {
        return Some(BTreeMap::from([(Name::from(ANY), list(value)?)]));
    }
    let entries = value.section()?.entries();
    let of = entries.into_iter().map(|(code, value)| {
        let said = list(&value);
        if code != ANY && !is_language(&code) {
            return value.wrong("is no language", "a code such as en, it, pt_BR, or any");
        }
        Some((Name::from(code), said?))
    });
    of.collect::<Vec<_>>().into_iter().collect()
}

fn phrase(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    if folded(text).chars().any(char::is_alphanumeric) {
        return Some(text.to_owned());
    }
    value.wrong("has no letter and no digit", "write a word, or use `patterns`")
}

fn pattern(value: &Value<'_>) -> Option<Pattern> {
    match Pattern::new(value.text()?) {
        Ok(pattern) => Some(pattern),
        Err(why) => {
            let hint = "single quotes keep backslashes as they are";
            value.wrong(&format!("is no regular expression: {why}"), hint)
        }
    }
}

/// A share of what somebody carries.
fn share(value: &Value<'_>) -> Option<u8> {
    let number = value.text()?.strip_suffix('%').and_then(|number| number.parse().ok());
    match number {
        Some(percent @ 1..=100) => Some(percent),
        _ => value.wrong("is no share", "\"1%\" to \"100%\""),
    }
}

#[cfg(test)]
mod tests;
