//! Messages that are put together in a form: buttons, a list, a link, a place, a card ...

mod field;
mod sort;

pub use field::{Field, Part};
pub use sort::Sort;

use super::composer::Quoted;
use crate::console::editor::Editor;
use crate::console::language::Language;
use crate::domain::content::Content;
use crate::domain::details::{Card, Location};
use crate::domain::id::TicketNumber;
use crate::domain::interactive::{self, Button, Choice, File, Header, Interactive, Section, Touch};
use crate::domain::message::Kind;
use field::cut;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Lines of a list at most: ten rows, and a title for each section.
const LINES: usize = 20;

/// What may be wrong with what is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is empty.
    Empty,
    /// It has more characters than the platform takes.
    Long(usize, usize),
    /// They are no two numbers.
    Degrees,
    /// They are no place on earth.
    Earth,
    /// It is no web address.
    Address,
    /// It is the first row of a list beyond so many.
    Rows(usize),
    /// It is the title of a section without rows.
    NoRows,
    /// It stands before the first title of a list that has titles.
    Untitled,
    /// They are no names with values.
    Pairs,
    /// The desk says so, in English: nothing that is known comes to that.
    Said(String),
}

/// A message being put together.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// What it will be.
    pub sort: Sort,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The field that is typed into.
    pub at: usize,
    /// What is wrong with which field, once it was tried.
    pub fault: Option<(usize, Wrong)>,
    /// What stood in the composer and is the text now.
    pub written: String,
    /// What it quotes.
    pub quote: Option<Quoted>,
    /// Under which id the file above the text is on its way to the relay, and what was typed for it.
    pub going: Option<(Uuid, String)>,
    /// What was typed for the file that the relay has, and what names it there.
    pub there: Option<(String, String)>,
}

/// Choosing what to put together, and doing it.
#[derive(Clone, Debug)]
pub struct Insert {
    /// For which ticket.
    pub ticket: TicketNumber,
    /// What is looked for among the sorts.
    pub search: Editor,
    /// Which of those found is marked.
    pub chosen: usize,
    /// What is put together.
    pub form: Option<Form>,
}

impl Insert {
    /// The sorts that fit what is looked for, the best first; without a word all, those that are wanted most first.
    pub fn found(&self, language: Language) -> Vec<Sort> {
        let typed = self.search.text();
        let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
        let (mut matcher, mut letters) = (Matcher::new(Config::DEFAULT), Vec::new());
        let mut score = |sort: Sort| {
            let text = format!("{} {}", sort.id(), sort.named(language));
            pattern.score(Utf32Str::new(&text, &mut letters), &mut matcher)
        };
        let scored = Sort::ALL.into_iter().filter_map(|sort| Some((Reverse(score(sort)?), sort)));
        let mut found: Vec<_> = scored.collect();
        found.sort_by_key(|(score, _)| *score);
        found.into_iter().map(|(_, sort)| sort).collect()
    }
}

impl Form {
    /// An empty form, with what was written as its text.
    pub fn new(sort: Sort, written: &str, quote: Option<Quoted>) -> Self {
        let field = |part: &Part| Field { part: *part, editor: Editor::default() };
        let mut fields: Vec<_> = sort.parts().iter().map(field).collect();
        let body = fields.iter_mut().find(|field| field.part == Part::Body);
        let takes = body.is_some() && !written.trim().is_empty();
        if let Some(body) = body.filter(|_| takes) {
            body.editor = Editor::of(written);
        }
        let written = if takes { written.to_owned() } else { String::new() };
        Self {
            sort,
            fields,
            at: usize::from(takes && sort.parts().len() > 1),
            fault: None,
            written,
            quote,
            going: None,
            there: None,
        }
    }

    /// Whether nothing is typed but what stood in the composer.
    pub fn is_untouched(&self) -> bool {
        let same = |field: &Field| {
            field.editor.is_empty()
                || field.part == Part::Body && field.editor.text() == self.written
        };
        self.fields.iter().all(same)
    }

    /// Keeps an empty line below those of a list, as long as there may be more.
    pub fn grow(&mut self) {
        let line = |field: &Field| field.part == Part::Line;
        let Some(last) = self.fields.iter().rposition(line) else { return };
        let full = self.fields.iter().filter(|field| line(field)).count() == LINES;
        if !full && !self.fields[last].editor.is_empty() {
            self.fields.insert(last + 1, Field { part: Part::Line, editor: Editor::default() });
        }
    }

    fn all(&self, part: Part) -> impl Iterator<Item = &str> {
        let of = self.fields.iter().filter(move |field| field.part == part);
        of.map(|field| field.editor.text().trim()).filter(|text| !text.is_empty())
    }

    fn text(&self, part: Part) -> String {
        self.all(part).next().unwrap_or_default().to_owned()
    }

    fn optional(&self, part: Part) -> Option<String> {
        self.all(part).next().map(str::to_owned)
    }

    /// The message.
    ///
    /// # Errors
    /// The first field that is wrong, and how.
    pub fn content(&self) -> Result<Content, (usize, Wrong)> {
        for (place, field) in self.fields.iter().enumerate() {
            let first_line = field.part == Part::Line && self.all(Part::Line).next().is_none();
            let empty = field.editor.text().trim().is_empty();
            if empty && (!field.part.may_be_empty() || first_line) {
                return Err((place, Wrong::Empty));
            }
            if let Some((given, most)) = field.count().filter(|(given, most)| given > most) {
                return Err((place, Wrong::Long(given, most)));
            }
        }
        if let Some(wrong) =
            self.wrong_list().or_else(|| self.wrong_address()).or_else(|| self.wrong_data())
        {
            return Err(wrong);
        }
        let content = match self.sort {
            Sort::Place => Content::Location(self.place()?),
            Sort::Card => Content::Contacts(vec![self.card()]),
            sort => Content::Interactive(Box::new(Interactive {
                header: self.above(),
                body: self.text(Part::Body),
                footer: self.optional(Part::Footer),
                action: self.touch(sort),
            })),
        };
        let said = |refusal: crate::domain::refusal::Refusal| Wrong::Said(refusal.to_string());
        content.check().map_err(|refusal| (self.at, said(refusal)))?;
        Ok(content)
    }

    /// What stands above the text: a line of its own, or a file.
    fn above(&self) -> Option<Header> {
        let line = self.optional(Part::Heading).map(Header::Text);
        line.or_else(|| self.optional(Part::Header).and_then(|text| self.header(text)))
    }

    fn header(&self, text: String) -> Option<Header> {
        if !field::is_file(&text) {
            return Some(Header::Text(text));
        }
        let there = self.there.as_ref().filter(|(typed, _)| *typed == text);
        let file = match there {
            Some((_, named)) => File::Id(named.clone()),
            None if text.starts_with("https://") => File::Link(text.clone()),
            None => File::Id(text.clone()),
        };
        Header::of(field::kind(&text), file)
    }

    /// The file of this machine that the relay is to have before the message can go: its field, what is typed there,
    /// and what it is.
    pub fn to_hand_in(&self) -> Option<(usize, String, Kind)> {
        let place = self.fields.iter().position(|field| field.part == Part::Header)?;
        let text = self.optional(Part::Header)?;
        let there = self.there.as_ref().is_some_and(|(typed, _)| *typed == text);
        let wanted = field::is_file(&text) && !text.starts_with("https://") && !there;
        wanted.then(|| (place, text.clone(), field::kind(&text)))
    }

    fn touch(&self, sort: Sort) -> Touch {
        match sort {
            Sort::List => {
                Touch::List { button: self.text(Part::ListButton), sections: self.list() }
            }
            Sort::Link => Touch::Link { title: self.text(Part::Label), url: self.text(Part::Url) },
            Sort::Flow => Touch::Flow {
                id: self.text(Part::FlowId),
                title: self.text(Part::FlowLabel),
                screen: self.optional(Part::Screen),
                data: self.data().unwrap_or_default(),
            },
            Sort::AskPlace => Touch::LocationRequest,
            Sort::AskNumber => Touch::ContactRequest,
            _ => {
                let titles = self.all(Part::Button).chain(self.all(Part::OtherButton));
                let button = |title: &str| Button { id: String::new(), title: title.to_owned() };
                Touch::Buttons(titles.map(button).collect())
            }
        }
    }

    fn list(&self) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        for line in self.all(Part::Line) {
            if let Some(title) = line.strip_prefix('#') {
                let title = Some(title.trim().to_owned());
                sections.push(Section { title, rows: Vec::new() });
                continue;
            }
            let (title, small) = cut(line);
            let row = Choice { id: String::new(), title: title.to_owned(), description: small };
            match sections.last_mut() {
                Some(section) => section.rows.push(row),
                None => sections.push(Section { title: None, rows: vec![row] }),
            }
        }
        sections
    }

    /// The first line of a list that the platform would not take where it stands.
    fn wrong_list(&self) -> Option<(usize, Wrong)> {
        let fields = self.fields.iter().enumerate().filter(|(_, field)| field.part == Part::Line);
        let lines = fields.map(|(place, field)| (place, field.editor.text().trim()));
        let lines: Vec<_> = lines.filter(|(_, line)| !line.is_empty()).collect();
        let titled = lines.iter().any(|(_, line)| line.starts_with('#'));
        let (mut rows, mut sections, mut without_rows) = (0, 0, None);
        for (place, line) in lines {
            let title = line.strip_prefix('#').map(str::trim);
            match (title, without_rows) {
                (Some(_), Some(open)) => return Some((open, Wrong::NoRows)),
                (Some(title), None) => {
                    (sections, without_rows) = (sections + 1, Some(place));
                    if title.is_empty() {
                        return Some((place, Wrong::Empty));
                    }
                }
                (None, _) => {
                    (rows, without_rows) = (rows + 1, None);
                    if cut(line).0.is_empty() {
                        return Some((place, Wrong::Empty));
                    }
                    if titled && sections == 0 {
                        return Some((place, Wrong::Untitled));
                    }
                    if rows > interactive::ROWS.most {
                        return Some((place, Wrong::Rows(interactive::ROWS.most)));
                    }
                }
            }
        }
        without_rows.map(|open| (open, Wrong::NoRows))
    }

    /// What a form's first screen is given; nothing where that is not said as names with values.
    fn data(&self) -> Option<BTreeMap<String, String>> {
        let text = self.text(Part::Data);
        let pairs = text.split(';').map(str::trim).filter(|pair| !pair.is_empty());
        let read = pairs.map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let name = name.trim();
            (!name.is_empty()).then(|| (name.to_owned(), value.trim().to_owned()))
        });
        read.collect()
    }

    fn wrong_data(&self) -> Option<(usize, Wrong)> {
        let place = |part| self.fields.iter().position(|field| field.part == part);
        match self.data() {
            None => Some((place(Part::Data)?, Wrong::Pairs)),
            // Only a screen that is named can be given something.
            Some(data) if !data.is_empty() && self.optional(Part::Screen).is_none() => {
                Some((place(Part::Screen)?, Wrong::Empty))
            }
            Some(_) => None,
        }
    }

    fn wrong_address(&self) -> Option<(usize, Wrong)> {
        let place = self.fields.iter().position(|field| field.part == Part::Url)?;
        let wrong = interactive::address("", &self.text(Part::Url)).is_err();
        wrong.then_some((place, Wrong::Address))
    }

    fn place(&self) -> Result<Location, (usize, Wrong)> {
        let text = self.text(Part::Degrees);
        let number = |part: &str| part.trim().parse::<f64>().ok();
        let read = text.split_once(',').and_then(|(a, b)| Some((number(a)?, number(b)?)));
        let (latitude, longitude) = read.ok_or((0, Wrong::Degrees))?;
        let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        if !on_earth {
            return Err((0, Wrong::Earth));
        }
        let (name, address) = (self.optional(Part::PlaceName), self.optional(Part::Address));
        Ok(Location { latitude, longitude, name, address, url: None })
    }

    fn card(&self) -> Card {
        let several = |part| {
            let text = self.text(part);
            let each = text.split(',').map(|one| one.trim().to_owned());
            each.filter(|one| !one.is_empty()).collect()
        };
        Card {
            name: self.optional(Part::Name),
            phones: several(Part::Phones),
            emails: several(Part::Emails),
            company: self.optional(Part::Company),
            ..Card::default()
        }
    }
}

#[cfg(test)]
mod tests;
