//! Choosing a template, and filling it in.

use crate::console::editor::Editor;
use crate::domain::id::TicketNumber;
use crate::domain::template::{Purpose, SlotKind};
use crate::wire::{Shown, TemplateView};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::cmp::Reverse;

/// So many values used before are offered for a slot.
const RECENT: usize = 5;

/// Choosing a template for a ticket.
#[derive(Clone, Debug)]
pub struct Picker {
    /// The ticket.
    pub ticket: TicketNumber,
    /// The line that it would go out on.
    pub line: String,
    /// The language that comes first: the contact's, as far as it is known.
    pub preferred: Option<String>,
    /// What is looked for.
    pub search: Editor,
    /// Only those of a language.
    pub language: Option<String>,
    /// Only those of a category.
    pub category: Option<Purpose>,
    /// Which of those found is marked.
    pub chosen: usize,
    /// What was written in the composer.
    pub written: String,
    /// The template being filled in.
    pub form: Option<Form>,
}

/// A template being filled in.
#[derive(Clone, Debug)]
pub struct Form {
    /// Which.
    pub template: TemplateView,
    /// A value for each of its slots.
    pub fields: Vec<Editor>,
    /// What is offered for each.
    pub offers: Vec<Vec<String>>,
    /// The field that is typed into.
    pub at: usize,
    /// What is wrong with which field, once it was tried.
    pub fault: Option<(usize, Wrong)>,
}

/// What may be wrong with a value. Source: the platform refuses these with 132012.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is empty.
    Empty,
    /// It has a line end or a tab.
    Lines,
    /// It has more than four spaces in a row.
    Spaces,
    /// It is longer than [`VALUE_MOST`].
    Long,
    /// It is no address and no id of a file.
    File,
    /// It is no number of degrees.
    Degrees,
    /// It is longer than a code may be.
    Code,
    /// It is no time.
    Until,
}

/// The longest value, in characters. Source: template components.
pub const VALUE_MOST: usize = 1024;

/// Values that were used in templates while this console runs, by template and slot.
#[derive(Clone, Debug, Default)]
pub struct Recent(Vec<(String, String, String)>);

impl Recent {
    /// Remembers a value.
    pub fn used(&mut self, template: &str, slot: &str, value: &str) {
        let entry = (template.to_owned(), slot.to_owned(), value.to_owned());
        self.0.retain(|known| *known != entry);
        self.0.push(entry);
        if self.0.len() > 200 {
            self.0.remove(0);
        }
    }

    /// The values used last for a slot, latest first.
    fn of<'a>(&'a self, template: &'a str, slot: &'a str) -> impl Iterator<Item = &'a str> {
        let fits = move |entry: &&(String, String, String)| entry.0 == template && entry.1 == slot;
        self.0.iter().rev().filter(fits).map(|entry| entry.2.as_str()).take(RECENT)
    }
}

impl Picker {
    /// The templates of the line that fit what is looked for: sendable ones first, then the preferred language,
    /// then the best match.
    pub fn found<'a>(&self, catalogue: &'a Shown<TemplateView>) -> Vec<&'a TemplateView> {
        let pattern =
            Pattern::parse(self.search.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut found: Vec<_> = catalogue
            .iter()
            .filter(|template| template.lines.is_empty() || template.lines.contains(&self.line))
            .filter(|template| {
                self.language.as_ref().is_none_or(|only| same(only, &template.language))
            })
            .filter(|template| self.category.is_none_or(|only| template.purpose == only))
            .filter_map(|template| {
                let text = format!("{} {} {}", template.name, template.language, template.body);
                let score = pattern.score(Utf32Str::new(&text, &mut letters), &mut matcher)?;
                let preferred =
                    self.preferred.as_ref().is_some_and(|one| same(one, &template.language));
                Some(((!template.sendable, !preferred, Reverse(score), &template.name), template))
            })
            .collect();
        found.sort_by_key(|(order, _)| *order);
        found.into_iter().map(|(_, template)| template).collect()
    }
}

/// Whether two language codes mean the same language: `pt` and `pt_BR` do.
fn same(a: &str, b: &str) -> bool {
    let short = |code: &str| code.split(['_', '-']).next().unwrap_or_default().to_lowercase();
    short(a) == short(b)
}

impl Form {
    /// A template to be filled in: what was written goes into the first slot of the body that is not the
    /// contact's name, the name where a slot asks for one.
    pub fn new(
        template: &TemplateView,
        name: Option<&str>,
        written: &str,
        recent: &Recent,
    ) -> Self {
        let written = one_line(written);
        let first_free = template
            .parameters
            .iter()
            .position(|slot| is_body(&slot.name) && !wants_name(&slot.name))
            .filter(|place| {
                // Where slots have only numbers the first one mostly greets.
                let numbered = template.parameters[*place].name.chars().all(|c| c.is_ascii_digit());
                !numbered || *place > 0 || template.parameters.len() == 1 || name.is_none()
            })
            .or_else(|| template.parameters.iter().rposition(|slot| is_body(&slot.name)));
        let mut fields = Vec::new();
        let mut offers = Vec::new();
        for (place, slot) in template.parameters.iter().enumerate() {
            let mut offered = Vec::new();
            let takes = Some(place) == first_free && !written.is_empty();
            if takes {
                offered.push(written.clone());
            }
            let words = is_body(&slot.name) || slot.name.starts_with("header");
            if words && slot.kind == SlotKind::Text {
                offered.extend(name.map(str::to_owned));
            }
            offered.extend(recent.of(&template.name, &slot.name).map(str::to_owned));
            let mut seen = std::collections::HashSet::new();
            offered.retain(|offer| seen.insert(offer.clone()));
            let named = name.filter(|_| wants_name(&slot.name));
            let typed = if takes { written.as_str() } else { named.unwrap_or_default() };
            fields.push(Editor::of(typed));
            offers.push(offered);
        }
        let asked = template.parameters.iter().map(|slot| !slot.optional);
        let mut empty = fields.iter().zip(asked).map(|(field, asked)| asked && field.is_empty());
        let at = empty.position(|empty| empty).unwrap_or(0);
        Self { template: template.clone(), fields, offers, at, fault: None }
    }

    /// The first thing that is wrong, and where.
    pub fn wrong(&self) -> Option<(usize, Wrong)> {
        self.fields.iter().enumerate().find_map(|(place, field)| {
            let (text, slot) = (field.text(), self.template.parameters.get(place)?);
            let wrong = match slot.kind {
                _ if slot.optional && text.trim().is_empty() => return None,
                _ if text.trim().is_empty() => Wrong::Empty,
                _ if text.contains(['\n', '\t', '\r']) => Wrong::Lines,
                _ if text.contains("     ") => Wrong::Spaces,
                _ if slot.kind.check(&slot.name, text).is_ok() => return None,
                SlotKind::Image | SlotKind::Video | SlotKind::Document => Wrong::File,
                SlotKind::Place => Wrong::Degrees,
                SlotKind::Code => Wrong::Code,
                SlotKind::Until => Wrong::Until,
                SlotKind::Text | SlotKind::Payload | SlotKind::Unknown => Wrong::Long,
            };
            Some((place, wrong))
        })
    }

    /// The values that there are, by slot.
    pub fn values(&self) -> Vec<(String, String)> {
        let slots = self.template.parameters.iter().zip(&self.fields);
        let filled = slots.filter(|(_, field)| !field.text().trim().is_empty());
        filled.map(|(slot, field)| (slot.name.clone(), field.text().to_owned())).collect()
    }
}

fn is_body(slot: &str) -> bool {
    !slot.starts_with("header") && !slot.contains('.') && !slot.starts_with("button")
}

/// Whether a slot asks for the contact's name, by its own.
fn wants_name(slot: &str) -> bool {
    let slot = slot.trim_start_matches("header.").to_lowercase();
    ["name", "nome", "nombre", "first_name", "customer_name", "cliente"].contains(&slot.as_str())
}

/// A text as a template's value may be: on one line, without runs of spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Timestamp;
    use crate::wire::{Change, SlotView, Splice};

    fn template(name: &str, language: &str, slots: &[&str], sendable: bool) -> TemplateView {
        TemplateView {
            name: name.into(),
            language: language.into(),
            status: "APPROVED".into(),
            purpose: Purpose::Utility,
            lines: vec!["support".into()],
            header: None,
            body: format!(
                "Hi {}",
                slots.iter().map(|slot| format!("{{{{{slot}}}}} ")).collect::<String>()
            ),
            footer: None,
            parameters: slots
                .iter()
                .map(|slot| SlotView { name: (*slot).into(), ..SlotView::default() })
                .collect(),
            sendable,
            reason: None,
            fetched_at: Timestamp(0),
            buttons: Vec::new(),
            quality: None,
            cost: crate::wire::Cost::Charged,
            offer: None,
            cards: Vec::new(),
        }
    }

    #[test]
    fn sendable_ones_of_the_contacts_language_come_first() {
        let all = vec![
            template("order_update", "en_US", &["1"], true),
            template("order_update", "it", &["1"], true),
            template("order_ready", "it", &[], false),
            template("hello", "pt_BR", &[], true),
        ];
        let mut shown = Shown::default();
        let keys = all.iter().map(crate::wire::Keyed::key).collect();
        let change = Change { splice: Some(Splice { first: 0, keys, last: 0 }), items: all };
        shown.apply(change).expect("fits");
        let mut picker = Picker {
            ticket: TicketNumber(1),
            line: "support".into(),
            preferred: Some("it".into()),
            search: Editor::default(),
            language: None,
            category: None,
            chosen: 0,
            written: String::new(),
            form: None,
        };
        let names = |picker: &Picker| -> Vec<String> {
            let found = picker.found(&shown);
            found.iter().map(|one| format!("{}/{}", one.name, one.language)).collect()
        };
        let all = ["order_update/it", "hello/pt_BR", "order_update/en_US", "order_ready/it"];
        assert_eq!(names(&picker), all);
        picker.search = Editor::of("ordr");
        assert_eq!(names(&picker), ["order_update/it", "order_update/en_US", "order_ready/it"]);
        picker.language = Some("pt".into());
        picker.search.clear();
        assert_eq!(names(&picker), ["hello/pt_BR"]);
    }

    #[test]
    fn what_was_written_and_the_name_are_offered() {
        let recent = Recent::default();
        for (slots, written, wanted) in [
            (&["1"][..], "tomorrow at 9", &["tomorrow at 9"][..]),
            (&["1", "2"], "tomorrow\nat 9", &["", "tomorrow at 9"]),
            (&["name", "day"], "tomorrow", &["Anna", "tomorrow"]),
            (&["header", "1"], "x", &["", "x"]),
            (&["day", "place"], "at nine", &["at nine", ""]),
            (&["1", "2"], "", &["", ""]),
        ] {
            let form = Form::new(&template("t", "it", slots, true), Some("Anna"), written, &recent);
            let typed: Vec<_> = form.fields.iter().map(Editor::text).collect();
            assert_eq!(typed, wanted, "{slots:?}");
            assert!(form.offers[0].iter().any(|offer| offer == "Anna"), "{slots:?}");
        }
    }

    #[test]
    fn what_the_platform_refuses_is_found_before() {
        let mut form = Form::new(&template("t", "it", &["1"], true), None, "", &Recent::default());
        for (value, wrong) in [
            (" ", Some(Wrong::Empty)),
            ("a\nb", Some(Wrong::Lines)),
            ("a     b", Some(Wrong::Spaces)),
            (&*"x".repeat(1025), Some(Wrong::Long)),
            ("fine    so", None),
        ] {
            form.fields[0] = Editor::of(value);
            assert_eq!(form.wrong().map(|(_, wrong)| wrong), wrong);
        }
        assert_eq!(form.values(), [("1".to_owned(), "fine    so".to_owned())]);
        for (kind, value, wrong) in [
            (SlotKind::Image, "photo.png", Some(Wrong::File)),
            (SlotKind::Image, "https://a.example/b.png", None),
            (SlotKind::Code, "0123456789abcdef", Some(Wrong::Code)),
            (SlotKind::Until, "tomorrow", Some(Wrong::Until)),
        ] {
            form.template.parameters[0].kind = kind;
            form.fields[0] = Editor::of(value);
            assert_eq!(form.wrong().map(|(_, wrong)| wrong), wrong, "{value}");
        }
        form.template.parameters[0].optional = true;
        form.fields[0] = Editor::of(" ");
        assert_eq!((form.wrong(), form.values()), (None, Vec::new()));
    }
}
