//! Canned replies: texts that an agent takes into the composer instead of typing them, with variables for what
//! differs from one customer to the next.

use super::name::Name;
use super::ticket::State;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// A canned reply in all its languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canned {
    /// What it is called; unique.
    pub name: String,
    /// The text by language, `en` or `pt_BR`.
    pub texts: BTreeMap<String, String>,
    /// The queues in which it is offered; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<Name>,
    /// The template that says the same when the window is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The tickets that it is for.
    #[serde(default, skip_serializing_if = "Fit::is_empty")]
    pub fit: Fit,
}

/// The tickets for which a text is suggested before others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fit {
    /// Those with one of these tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Those in one of these states.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<State>,
}

impl Fit {
    /// Whether it is for no tickets in particular.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.states.is_empty()
    }
}

/// What the operator says of a template, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateRules {
    /// The tickets for which it is suggested.
    #[serde(flatten)]
    pub fit: Fit,
    /// The template that is offered in its place while it is paused or ill received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

/// What a variable of a canned reply stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// The contact's name.
    Contact,
    /// The first word of it.
    FirstName,
    /// The account that writes.
    Agent,
    /// The ticket's number.
    Ticket,
    /// The ticket's queue.
    Queue,
    /// The line.
    Line,
}

impl Variable {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Contact, Self::FirstName, Self::Agent, Self::Ticket, Self::Queue, Self::Line];

    /// How it is written between the braces.
    pub fn word(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::FirstName => "first_name",
            Self::Agent => "agent",
            Self::Ticket => "ticket",
            Self::Queue => "queue",
            Self::Line => "line",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// A part of a text.
enum Piece<'a> {
    Words(&'a str),
    /// What stands between the braces, and what to say where that is not known.
    Variable(&'a str, Option<&'a str>),
}

fn pieces(mut rest: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, behind)) = after.split_once("}}") else { break };
        found.push(Piece::Words(before));
        let (name, fallback) = match inside.split_once('|') {
            Some((name, fallback)) => (name, Some(fallback.trim())),
            None => (inside, None),
        };
        found.push(Piece::Variable(name.trim(), fallback));
        rest = behind;
    }
    found.push(Piece::Words(rest));
    found
}

/// What stands between braces in a text and is no variable.
pub fn unknown(text: &str) -> Option<&str> {
    pieces(text).into_iter().find_map(|piece| match piece {
        Piece::Variable(name, _) => Variable::of(name).is_none().then_some(name),
        Piece::Words(words) => words.contains("{{").then_some("{{"),
    })
}

/// A text with its variables filled in, and where the first one stands that could not be.
pub fn fill(
    text: &str,
    value: impl Fn(Variable) -> Option<String>,
) -> (String, Option<Range<usize>>) {
    let (mut filled, mut missing) = (String::new(), None);
    for piece in pieces(text) {
        let (name, fallback) = match piece {
            Piece::Words(words) => {
                filled.push_str(words);
                continue;
            }
            Piece::Variable(name, fallback) => (name, fallback),
        };
        let known = Variable::of(name).and_then(&value).filter(|value| !value.trim().is_empty());
        match known.or_else(|| fallback.map(str::to_owned)) {
            Some(value) => filled.push_str(&value),
            None => {
                let from = filled.len();
                filled.push_str(&format!("{{{{{name}}}}}"));
                missing.get_or_insert(from..filled.len());
            }
        }
    }
    (filled, missing)
}

/// The first variable that a written text still has: the customer would read its name.
pub fn unfilled(text: &str) -> Option<Variable> {
    pieces(text).into_iter().find_map(|piece| match piece {
        Piece::Variable(name, _) => Variable::of(name),
        Piece::Words(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(of: Variable) -> Option<String> {
        match of {
            Variable::FirstName => Some("Anna".into()),
            Variable::Ticket => Some("17".into()),
            Variable::Agent => Some(" ".into()),
            _ => None,
        }
    }

    #[test]
    fn variables_are_filled_in_or_shown_as_missing() {
        for (text, wanted, missing) in [
            ("Hi {{first_name}}, this is {{ ticket }}.", "Hi Anna, this is 17.", None),
            ("Hi {{contact|there}}!", "Hi there!", None),
            ("Hi {{contact|}}!", "Hi !", None),
            ("{{agent|the shop}}", "the shop", None),
            ("é {{contact}} {{queue}}", "é {{contact}} {{queue}}", Some(3..14)),
            ("{{order}} {{", "{{order}} {{", Some(0..9)),
            ("", "", None),
        ] {
            assert_eq!(fill(text, value), (wanted.to_owned(), missing), "{text}");
        }
    }

    #[test]
    fn what_is_no_variable_is_named() {
        for (text, wanted) in [
            ("Hi {{first_name|you}} {{queue}}", None),
            ("Hi {{firstname}}", Some("firstname")),
            ("{{1}}", Some("1")),
            ("{{contact", Some("{{")),
            ("{ } }} {contact}", None),
        ] {
            assert_eq!(unknown(text), wanted, "{text}");
        }
        assert_eq!(unfilled("see {{1}}, {{contact}}"), Some(Variable::Contact));
        assert_eq!(unfilled("see {{1}} {{"), None);
    }

    proptest::proptest! {
        #[test]
        fn text_without_braces_stays_as_it_is(text in "[^{}]{0,60}") {
            proptest::prop_assert_eq!(fill(&text, |_| None), (text.clone(), None));
        }

        #[test]
        fn what_is_missing_stands_where_it_is_said_to(text in "[{}|a-z é_]{0,60}") {
            let (filled, missing) = fill(&text, |_| None);
            if let Some(range) = missing {
                proptest::prop_assert!(filled[range].starts_with("{{"));
            }
        }
    }
}
