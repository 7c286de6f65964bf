//! What people ask the list of tickets for: `queue:billing due<30m tag:vip -assignee:me maria`.
//!
//! Words are looked for in the text; conditions are `key:value`, several values with commas between them (any of
//! them will do), or `key<value` and `key>value`. A minus before a word or a condition turns it round. Everything
//! must hold at once. What has blanks in it, or would be read as something else, stands in quotes. One parser reads
//! it for the console, the command line and the API.

mod judge;
mod parse;
#[cfg(test)]
mod tests;

pub use judge::{Asking, Judge, Subject};
pub use parse::{KEYS, Known, parse};

use super::field::CATEGORY;
use super::ticket::{Priority, State};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most characters of a query.
pub const LONGEST: usize = 500;

/// A query that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// All of them must hold.
    pub terms: Vec<Term>,
    /// In which order what is found is shown; nothing leaves it to who asks.
    pub sort: Option<Order>,
}

/// One part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// It must not hold.
    pub not: bool,
    /// What.
    pub wants: Wants,
}

/// What a ticket must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wants {
    /// These words, one after the other, are found in it.
    Text(String),
    /// It waits in one of these.
    Queue(Vec<String>),
    /// It came in on one of these.
    Line(Vec<String>),
    /// It is one of these people's.
    Assignee(Vec<Who>),
    /// It stands in one of these, in the order of [`State`].
    State(Vec<State>),
    /// It has one of these labels; an empty name stands for having none.
    Tag(Vec<Option<String>>),
    /// It is one of these, from low to urgent.
    Priority(Vec<Priority>),
    /// A field has one of these values; nothing stands for having none.
    Field(String, Vec<Option<String>>),
    /// It concerns one of these people in this way.
    Concern(Concern, Vec<Whom>),
    /// A length of time lies within a bound.
    Measure(Measure, Bound),
}

/// Whose a ticket is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Who asks.
    Me,
    /// Nobody.
    Nobody,
    /// The account of that name.
    Named(String),
}

/// How a ticket concerns somebody whose it need not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// A note names him.
    Mention,
    /// Something in it is his to do and not done.
    Todo,
    /// He follows it.
    Follow,
}

/// Whom a ticket concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Who asks, and he has not looked at it since.
    New,
    /// Anybody.
    Any,
    /// Somebody, or nobody at all.
    Who(Who),
}

impl Concern {
    /// All.
    pub const ALL: [Self; 3] = [Self::Mention, Self::Todo, Self::Follow];

    /// Its key.
    pub fn word(self) -> &'static str {
        ["mention", "todo", "follow"][self as usize]
    }
}

/// A length of time that changes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Until the next promise breaks; below nothing if one is broken that still runs.
    Due,
    /// Until the window closes, while it is open.
    Window,
    /// Since the customer waits for an answer.
    Waiting,
    /// Since the ticket began.
    Age,
}

/// Which lengths of time will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Shorter than so many seconds.
    Under(i64),
    /// So many seconds or longer.
    Over(i64),
    /// Any: there is something to measure.
    Some,
    /// There is nothing to measure.
    None,
}

/// The order of what is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Customers who wait first, then by the instant at which it becomes bad.
    #[default]
    Urgency,
    /// By the next promise.
    Due,
    /// By when the window closes; those last where it has.
    Window,
    /// Who waits longest first.
    Waiting,
    /// The ticket that began last first.
    Newest,
    /// The ticket that began first.
    Oldest,
}

impl Order {
    /// All, as they are listed.
    pub const ALL: [Self; 6] =
        [Self::Urgency, Self::Due, Self::Window, Self::Waiting, Self::Newest, Self::Oldest];

    /// Its word.
    pub fn word(self) -> &'static str {
        ["urgency", "due", "window", "waiting", "newest", "oldest"][self as usize]
    }
}

impl Measure {
    /// All.
    pub const ALL: [Self; 4] = [Self::Due, Self::Window, Self::Waiting, Self::Age];

    /// Its key.
    pub fn word(self) -> &'static str {
        ["due", "window", "waiting", "age"][self as usize]
    }

    /// What may stand behind its colon.
    pub fn words(self) -> &'static [(&'static str, Bound)] {
        match self {
            Self::Due => &[("late", Bound::Under(0)), ("any", Bound::Some), ("none", Bound::None)],
            Self::Window => &[("open", Bound::Some), ("closed", Bound::None)],
            Self::Waiting => &[("yes", Bound::Some), ("no", Bound::None)],
            Self::Age => &[],
        }
    }
}

/// A query that was given a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// What people call it.
    pub name: String,
    /// The query, with its order.
    pub query: String,
}

/// What is wrong in a query, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The character at which it is, from 1.
    pub column: usize,
    /// What.
    pub wrong: Wrong,
}

/// See [`Fault`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is no such condition.
    Key(String),
    /// The condition does not know that value.
    Value {
        /// Which condition.
        key: String,
        /// What stands there.
        given: String,
        /// What it knows.
        known: Vec<String>,
    },
    /// Nothing stands behind a condition.
    Missing(String),
    /// A length of time is expected.
    Span(String),
    /// That condition knows no `<` and no `>`.
    Compared(String),
    /// Nothing lies beyond that priority.
    Beyond(String),
    /// A quote is not closed.
    Quote,
    /// It is longer than [`LONGEST`].
    Long,
}

impl Wrong {
    /// What to do about it.
    pub fn hint(&self) -> String {
        let nearest = |given: &str, known: &[&str]| crate::kit::text::nearest(given, known);
        match self {
            Self::Key(given) => {
                let near = nearest(given, &KEYS);
                format!("{near}; in quotes it is looked for as text")
            }
            Self::Value { given, known, .. } => {
                let known: Vec<_> = known.iter().map(String::as_str).collect();
                nearest(given, &known)
            }
            Self::Missing(_) => "write a value behind it, without a blank between".to_owned(),
            Self::Span(_) => "such as 45s, 30m, 2h, 1h30m, 3d".to_owned(),
            Self::Compared(key) => format!("write {key}:value"),
            Self::Beyond(given) => format!("write priority:{given}"),
            Self::Quote => "write \" behind the last word".to_owned(),
            Self::Long => format!("{LONGEST} characters are the most"),
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| crate::kit::text::one_line(text, 40);
        match self {
            Self::Key(given) => write!(out, "there is no condition `{}`", shown(given)),
            Self::Value { key, given, .. } => {
                write!(out, "`{key}` does not know `{}`", shown(given))
            }
            Self::Missing(key) => write!(out, "`{key}` has no value"),
            Self::Span(given) => write!(out, "`{}` is no length of time", shown(given)),
            Self::Compared(key) => write!(out, "`{key}` cannot be compared"),
            Self::Beyond(given) => write!(out, "no priority lies beyond `{}`", shown(given)),
            Self::Quote => write!(out, "a quote is not closed"),
            Self::Long => write!(out, "the query is too long"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "column {}: {}", self.column, self.wrong)
    }
}

/// In quotes, with what would end them made harmless.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A value as it can be read again: bare where that is possible. `words` mean something else where they are bare.
fn value(text: &str, words: &[&str]) -> String {
    let bare = text.chars().all(|c| !c.is_whitespace() && !matches!(c, ',' | '"' | '\\'));
    if bare && !text.is_empty() && !words.contains(&text) { text.to_owned() } else { quoted(text) }
}

fn values<T>(all: &[T], one: impl Fn(&T) -> String) -> String {
    all.iter().map(one).collect::<Vec<_>>().join(",")
}

fn span(seconds: i64) -> String {
    let mut left = seconds;
    let mut text = String::new();
    for (unit, length) in parse::UNITS {
        if left >= length {
            text.push_str(&format!("{}{unit}", left / length));
            left %= length;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

impl fmt::Display for Wants {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => {
                let plain = |c: char| c.is_alphanumeric() || matches!(c, '@' | '+' | '#' | '.');
                let bare = !text.is_empty() && text.chars().all(plain);
                out.write_str(&if bare { text.clone() } else { quoted(text) })
            }
            Self::Queue(names) => write!(out, "queue:{}", values(names, |name| value(name, &[]))),
            Self::Line(names) => write!(out, "line:{}", values(names, |name| value(name, &[]))),
            Self::Assignee(people) => {
                let one = |who: &Who| match who {
                    Who::Me => "me".to_owned(),
                    Who::Nobody => "none".to_owned(),
                    Who::Named(name) => value(name, &["me", "none"]),
                };
                write!(out, "assignee:{}", values(people, one))
            }
            Self::State(states) => {
                let unsolved = states.iter().all(|state| state.is_unsolved());
                match states.len() {
                    7 => out.write_str("state:any"),
                    5 if unsolved => out.write_str("state:unsolved"),
                    _ => write!(out, "state:{}", values(states, |state| state.word().to_owned())),
                }
            }
            Self::Tag(tags) => {
                let one = |tag: &Option<String>| {
                    tag.as_ref().map_or_else(|| "none".to_owned(), |name| value(name, &["none"]))
                };
                write!(out, "tag:{}", values(tags, one))
            }
            Self::Priority(all) => {
                write!(out, "priority:{}", values(all, |priority| priority.word().to_owned()))
            }
            Self::Field(name, all) => {
                let one = |of: &Option<String>| {
                    of.as_ref().map_or_else(|| "none".to_owned(), |of| value(of, &["none"]))
                };
                let field = if name == CATEGORY { "" } else { "field." };
                write!(out, "{field}{name}:{}", values(all, one))
            }
            Self::Concern(concern, people) => {
                let one = |whom: &Whom| match whom {
                    Whom::New => "new".to_owned(),
                    Whom::Any => "any".to_owned(),
                    Whom::Who(Who::Me) => "me".to_owned(),
                    Whom::Who(Who::Nobody) => "none".to_owned(),
                    Whom::Who(Who::Named(name)) => value(name, &["new", "any", "me", "none"]),
                };
                write!(out, "{}:{}", concern.word(), values(people, one))
            }
            Self::Measure(measure, bound) => {
                let word = measure.words().iter().find(|(_, meant)| meant == bound);
                let (sign, seconds) = match bound {
                    Bound::Under(seconds) => ('<', *seconds),
                    Bound::Over(seconds) => ('>', *seconds),
                    Bound::Some => ('>', 0),
                    Bound::None => ('<', 0),
                };
                match word {
                    Some((word, _)) => write!(out, "{}:{word}", measure.word()),
                    None => write!(out, "{}{sign}{}", measure.word(), span(seconds)),
                }
            }
        }
    }
}

impl Query {
    /// Both at once; the other's order counts more.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.terms.extend(other.terms);
        self.sort = other.sort.or(self.sort);
        self
    }
}

impl fmt::Display for Query {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<_> = self
            .terms
            .iter()
            .map(|term| format!("{}{}", if term.not { "-" } else { "" }, term.wants))
            .collect();
        parts.extend(self.sort.map(|order| format!("sort:{}", order.word())));
        out.write_str(&parts.join(" "))
    }
}
