//! A colleague was quicker: he has answered, or has taken the ticket, since the text was begun.

use crate::console::countdown;
use crate::console::language::{Language, fill};
use crate::console::model::Model;
use crate::kit::Timestamp;
use crate::wire::{Direction, EntryKind, EntryView};

crate::words! {
    enum Word {
        Answered = ["{0} answered {1} ago", "{0} ha risposto {1} fa", "{0} respondeu há {1}", "{0} respondió hace {1}"],
        Took = ["{0} took it {1} ago", "{0} l'ha preso {1} fa", "{0} assumiu há {1}", "{0} lo tomó hace {1}"],
        Seconds = ["{0} s", "{0} s", "{0} s", "{0} s"],
        Minutes = ["{0} min", "{0} min", "{0} min", "{0} min"],
    }
}

/// What came between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Who was quicker.
    pub who: String,
    /// When, desk time.
    pub at: Timestamp,
    /// He took the ticket; else he answered.
    pub took: bool,
}

/// What a colleague has done to the open ticket since the reply in the composer was begun: the latest of it.
pub fn conflict(model: &Model) -> Option<Conflict> {
    let begun = model.composer.begun.filter(|_| !model.composer.note)?;
    let thread = model.thread.as_ref().filter(|of| Some(of.number) == model.composer.ticket)?;
    let me = model.mirror.me();
    let holder = thread.ticket.as_ref().and_then(|ticket| ticket.assignee.as_deref());
    let colleague = |name: &str| model.mirror.roster.iter().any(|other| other.name == name);
    let of = |entry: &EntryView| {
        let answered = entry.kind == EntryKind::Message
            && entry.direction == Some(Direction::Out)
            && !matches!(entry.status.as_deref(), Some("cancelled" | "failed"))
            && (colleague(&entry.author) || entry.author == "phone");
        let took = entry.kind == EntryKind::Event && entry.kind_word == "assigned";
        let who = if took { holder? } else { entry.author.as_str() };
        let other = (answered || took) && Some(who) != me;
        other.then(|| Conflict { who: who.to_owned(), at: entry.at, took })
    };
    let since = thread.shown.iter().filter(|of| of.entry.at > begun);
    since.filter_map(|entry| of(&entry.entry)).max_by_key(|conflict| (conflict.at, !conflict.took))
}

impl Conflict {
    /// It in words: "bruno answered 4 s ago".
    pub fn say(&self, now: Timestamp, language: Language) -> String {
        let passed = now.since(self.at).max(0);
        let span = match passed / 1_000 {
            seconds @ 0..60 => fill(Word::Seconds.say(language), &[&seconds.to_string()]),
            seconds @ 60..3_600 => {
                fill(Word::Minutes.say(language), &[&(seconds / 60).to_string()])
            }
            _ => countdown::span(passed),
        };
        let word = if self.took { Word::Took } else { Word::Answered };
        fill(word.say(language), &[&self.who, &span])
    }
}
