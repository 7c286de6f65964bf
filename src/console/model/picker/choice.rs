//! What may be chosen: canned replies and templates, in one library.

use super::{Picker, Recent};
use crate::console::model::mirror::Mirror;
use crate::domain::template::same_language;
use crate::wire::{CannedView, TemplateView};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::cmp::Reverse;

/// A text that may be chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Choice<'a> {
    /// Goes into the composer, to be changed and sent.
    Canned(&'a CannedView),
    /// Is filled in and sent.
    Template(&'a TemplateView),
}

impl<'a> Choice<'a> {
    /// What it is called.
    pub fn name(self) -> &'a str {
        match self {
            Self::Canned(canned) => &canned.name,
            Self::Template(template) => &template.name,
        }
    }

    /// Its language.
    pub fn language(self) -> &'a str {
        match self {
            Self::Canned(canned) => &canned.language,
            Self::Template(template) => &template.language,
        }
    }

    fn text(self) -> &'a str {
        match self {
            Self::Canned(canned) => &canned.text,
            Self::Template(template) => &template.body,
        }
    }
}

impl Picker {
    /// What fits the ticket and what is looked for: what can be used first, then the kind that was asked for, then
    /// the preferred language, then the best match, then what suits the ticket, then
    /// what is used most.
    pub fn found<'a>(&self, mirror: &'a Mirror, recent: &Recent, open: bool) -> Vec<Choice<'a>> {
        let pattern =
            Pattern::parse(self.search.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let canned = mirror.canned.iter().filter(|canned| {
            let here = canned.queues.is_empty() || canned.queues.contains(&self.queue);
            self.canned && here && self.category.is_none()
        });
        let templates = mirror.templates.iter().filter(|template| {
            let here = template.lines.is_empty() || template.lines.contains(&self.line);
            here && self.category.is_none_or(|only| template.purpose == only)
        });
        let all = canned.map(Choice::Canned).chain(templates.map(Choice::Template));
        let mut found: Vec<_> = all
            .filter(|one| {
                self.language.as_ref().is_none_or(|only| same_language(only, one.language()))
            })
            .filter_map(|one| {
                let text = format!("{} {} {}", one.name(), one.language(), one.text());
                let score = pattern.score(Utf32Str::new(&text, &mut letters), &mut matcher)?;
                let preferred = self
                    .preferred
                    .as_ref()
                    .is_some_and(|first| same_language(first, one.language()));
                let other = matches!(one, Choice::Canned(_)) != self.slash;
                let usable = self.is_usable(one, open, mirror);
                let uses = match one {
                    Choice::Canned(_) => 0,
                    Choice::Template(template) => template.uses,
                };
                let uses = Reverse(uses + recent.uses(one.name()));
                let suits = Reverse(self.suits(one));
                let order = (!usable, other, !preferred, Reverse(score), suits, uses, one.name());
                Some((order, one))
            })
            .collect();
        found.sort_by_key(|(order, _)| *order);
        found.into_iter().map(|(_, one)| one).collect()
    }

    /// How much it suits the ticket: its tags say more than its queue, and that more than its state.
    fn suits(&self, one: Choice<'_>) -> u8 {
        let (fit, queues) = match one {
            Choice::Canned(canned) => (&canned.fit, &canned.suggested_in),
            Choice::Template(template) => (&template.fit, &template.suggested_in),
        };
        let tagged = fit.tags.iter().any(|tag| self.tags.contains(tag));
        let first = queues.contains(&self.queue);
        4 * u8::from(tagged) + 2 * u8::from(first) + u8::from(fit.states.contains(&self.state))
    }
}
