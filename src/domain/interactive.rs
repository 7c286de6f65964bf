//! Messages that the customer answers by a touch: buttons, a list, a link, a form, a request for his place or his
//! number. With the platform's limits. Source: page "cloud-api/reference/messages", interactive object, and its
//! published schema.

use super::limit::{Limit, characters, count, filled};
use super::message::Kind;
use super::refusal::Refusal;
use super::template::Handed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Characters of the text.
pub const BODY: Limit = Limit::new(1, 1024);
/// Characters of the line above it.
pub const HEADER: Limit = Limit::new(1, 60);
/// Characters of the line below it.
pub const FOOTER: Limit = Limit::new(1, 60);
/// Buttons of one message.
pub const BUTTONS: Limit = Limit::new(1, 3);
/// Characters on a button, on the button that opens a list, on a link.
pub const TITLE: Limit = Limit::new(1, 20);
/// Characters of a button's id.
pub const BUTTON_ID: Limit = Limit::new(1, 256);
/// Sections of a list.
pub const SECTIONS: Limit = Limit::new(1, 10);
/// Rows of a list, those of all sections together.
pub const ROWS: Limit = Limit::new(1, 10);
/// Characters of a section's title.
pub const SECTION_TITLE: Limit = Limit::new(1, 24);
/// Characters of a row's title.
pub const ROW_TITLE: Limit = Limit::new(1, 24);
/// Characters of a row's id.
pub const ROW_ID: Limit = Limit::new(1, 200);
/// Characters of a row's smaller words.
pub const ROW_DESCRIPTION: Limit = Limit::new(1, 72);
/// Characters on the button that opens a form.
pub const FLOW_TITLE: Limit = Limit::new(1, 30);
/// Characters of an address.
pub const URL: Limit = Limit::new(1, 2000);

/// A message that is answered by a touch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interactive {
    /// What stands above the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The text; see [`BODY`].
    pub body: String,
    /// The small print; see [`FOOTER`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// What the customer can do.
    pub action: Touch,
}

/// What stands above the text of an interactive message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// A line of text; see [`HEADER`].
    Text(String),
    /// A picture.
    Image(File),
    /// A film.
    Video(File),
    /// A document.
    Document(File),
}

/// A file that the platform has or can fetch, or one that was handed in to the relay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum File {
    /// The platform's id of an uploaded file, or what names one that was handed in; see
    /// [`Handed`].
    Id(String),
    /// A public `https` address that the platform reads.
    Link(String),
}

impl Header {
    /// One of that kind with a file; nothing for a kind that stands above no text.
    pub fn of(kind: Kind, file: File) -> Option<Self> {
        match kind {
            Kind::Image => Some(Self::Image(file)),
            Kind::Video => Some(Self::Video(file)),
            Kind::Document => Some(Self::Document(file)),
            _ => None,
        }
    }

    /// Its file and of which kind that is.
    pub fn file(&mut self) -> Option<(Kind, &mut File)> {
        match self {
            Self::Text(_) => None,
            Self::Image(file) => Some((Kind::Image, file)),
            Self::Video(file) => Some((Kind::Video, file)),
            Self::Document(file) => Some((Kind::Document, file)),
        }
    }
}

/// What the customer can do with an interactive message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Touch {
    /// Press one of up to three buttons.
    Buttons(Vec<Button>),
    /// Choose a row of a list.
    List {
        /// The words on the button that opens it; see [`TITLE`].
        button: String,
        /// Its parts.
        sections: Vec<Section>,
    },
    /// Open a page.
    Link {
        /// The words on the button; see [`TITLE`].
        title: String,
        /// The page.
        url: String,
    },
    /// Fill in a form that is published at the platform.
    Flow {
        /// The form's id there.
        id: String,
        /// The words on the button; see [`FLOW_TITLE`].
        title: String,
        /// The screen that it begins with; its first one if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        screen: Option<String>,
        /// What that screen is given; only with a screen.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        data: BTreeMap<String, String>,
    },
    /// Send a place.
    LocationRequest,
    /// Send his phone number, where we know him only by an id.
    ContactRequest,
}

/// A button that answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What comes back when it is pressed; empty: its number from 1. See [`BUTTON_ID`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Its words; see [`TITLE`].
    pub title: String,
}

/// A part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its title, needed where there is more than one; see [`SECTION_TITLE`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What can be chosen; see [`ROWS`].
    pub rows: Vec<Choice>,
}

/// A row of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What comes back when it is chosen; empty: its number from 1, counted through all sections. See [`ROW_ID`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Its words; see [`ROW_TITLE`].
    pub title: String,
    /// Smaller words; see [`ROW_DESCRIPTION`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The id, or the number of its place where there is none.
fn numbered(id: &str, at: usize) -> String {
    if id.is_empty() { (at + 1).to_string() } else { id.to_owned() }
}

impl Touch {
    /// Gives buttons and rows without an id the number of their place.
    #[must_use]
    pub fn with_ids(mut self) -> Self {
        match &mut self {
            Self::Buttons(buttons) => {
                for (at, button) in buttons.iter_mut().enumerate() {
                    button.id = numbered(&button.id, at);
                }
            }
            Self::List { sections, .. } => {
                let rows = sections.iter_mut().flat_map(|section| &mut section.rows);
                for (at, row) in rows.enumerate() {
                    row.id = numbered(&row.id, at);
                }
            }
            _ => {}
        }
        self
    }
}

impl Interactive {
    /// What it has that not every provider takes, in words for people.
    pub fn parts(&self) -> Vec<&'static str> {
        let (titled, long) = match &self.action {
            Touch::List { sections, .. } => {
                (sections.len() > 1 || sections.iter().any(|one| one.title.is_some()), false)
            }
            Touch::Buttons(buttons) => {
                (false, buttons.iter().any(|button| button.id.chars().count() > 200))
            }
            _ => (false, false),
        };
        [
            (self.header.is_some(), "header"),
            (self.footer.is_some(), "footer"),
            (titled, "sections of a list"),
            (matches!(self.action, Touch::Flow { .. }), "form"),
            (matches!(self.action, Touch::LocationRequest), "request for a place"),
            (matches!(self.action, Touch::ContactRequest), "request for a number"),
            (long, "id of more than 200 characters"),
            (self.texts().any(|text| text.contains("{{")), "text with {{"),
        ]
        .into_iter()
        .filter_map(|(has, part)| has.then_some(part))
        .collect()
    }

    /// Its text, and what stands on and behind what can be touched.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let mut texts = vec![self.body.as_str()];
        match &self.action {
            Touch::Buttons(buttons) => {
                texts.extend(buttons.iter().flat_map(|button| [&*button.id, &*button.title]));
            }
            Touch::List { button, sections } => {
                texts.push(button);
                let rows = sections.iter().flat_map(|section| &section.rows);
                texts.extend(rows.flat_map(|row| {
                    let description = row.description.as_deref().unwrap_or_default();
                    [&*row.id, &*row.title, description]
                }));
            }
            Touch::Link { title, url } => texts.extend([&**title, &**url]),
            Touch::Flow { .. } | Touch::LocationRequest | Touch::ContactRequest => {}
        }
        texts.into_iter()
    }

    /// Checks it against the platform's limits.
    ///
    /// # Errors
    /// The first part that is empty, too long or too many, with the limit.
    pub fn check(&self) -> Result<(), Refusal> {
        characters("the text", &self.body, BODY)?;
        match &self.header {
            Some(Header::Text(text)) => characters("the header", text, HEADER)?,
            Some(Header::Image(file) | Header::Video(file) | Header::Document(file)) => {
                file.check("the header's file")?;
            }
            None => {}
        }
        if let Some(footer) = &self.footer {
            characters("the footer", footer, FOOTER)?;
        }
        let framed = self.header.is_some() || self.footer.is_some();
        match self.action.clone().with_ids() {
            Touch::Buttons(buttons) => {
                count("the message", "buttons", buttons.len(), BUTTONS)?;
                for (button, n) in buttons.iter().zip(1..) {
                    characters(&format!("button {n}"), &button.title, TITLE)?;
                    characters(&format!("the id of button {n}"), &button.id, BUTTON_ID)?;
                }
                once(buttons.iter().map(|button| button.id.as_str()))
            }
            Touch::List { button, sections } => self.check_list(&button, &sections),
            Touch::Link { title, url } => {
                characters("the link's button", &title, TITLE)?;
                address("the link", &url)
            }
            Touch::Flow { id, title, screen, data } => {
                filled("the form's id", &id)?;
                characters("the form's button", &title, FLOW_TITLE)?;
                if screen.is_none() && !data.is_empty() {
                    return Err(malformed("a form is given data only together with a screen"));
                }
                Ok(())
            }
            Touch::LocationRequest | Touch::ContactRequest if framed => {
                Err(malformed("a request for a place or a number has neither header nor footer"))
            }
            Touch::LocationRequest | Touch::ContactRequest => Ok(()),
        }
    }

    fn check_list(&self, button: &str, sections: &[Section]) -> Result<(), Refusal> {
        if !matches!(self.header, None | Some(Header::Text(_))) {
            return Err(malformed("the header of a list is text"));
        }
        characters("the list's button", button, TITLE)?;
        count("the list", "sections", sections.len(), SECTIONS)?;
        let rows: Vec<_> = sections.iter().flat_map(|section| &section.rows).collect();
        count("the list", "rows in all", rows.len(), ROWS)?;
        for (section, n) in sections.iter().zip(1..) {
            match &section.title {
                Some(title) => characters(&format!("section {n}"), title, SECTION_TITLE)?,
                None if sections.len() > 1 => {
                    characters(&format!("section {n}"), "", SECTION_TITLE)?;
                }
                None => {}
            }
            count(&format!("section {n}"), "rows", section.rows.len(), ROWS)?;
        }
        for (row, n) in rows.iter().zip(1..) {
            characters(&format!("row {n}"), &row.title, ROW_TITLE)?;
            characters(&format!("the id of row {n}"), &row.id, ROW_ID)?;
            if let Some(description) = &row.description {
                let part = format!("the description of row {n}");
                characters(&part, description, ROW_DESCRIPTION)?;
            }
        }
        once(rows.iter().map(|row| row.id.as_str()))
    }
}

impl File {
    /// The one that was handed in.
    pub fn handed(&self) -> Option<Handed> {
        match self {
            Self::Id(id) => Handed::read(id),
            Self::Link(_) => None,
        }
    }

    /// Whether it is an id or an address that the platform can read.
    ///
    /// # Errors
    /// What is wrong with it; `part` names it.
    pub fn check(&self, part: &str) -> Result<(), Refusal> {
        match self {
            Self::Id(id) => filled(part, id),
            Self::Link(link) => address(part, link),
        }
    }
}

fn malformed(what: &str) -> Refusal {
    Refusal::Malformed { what: what.to_owned() }
}

/// Each id at most once: a customer's answer must tell which one he chose.
fn once<'a>(ids: impl Iterator<Item = &'a str>) -> Result<(), Refusal> {
    let mut seen = std::collections::BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(malformed(&format!("the id {id} is given twice")));
        }
    }
    Ok(())
}

/// Whether a text is a web address.
///
/// # Errors
/// That it is none, or too long; `part` names it.
pub fn address(part: &str, url: &str) -> Result<(), Refusal> {
    characters(part, url, URL)?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if host.is_empty() || url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(malformed(&format!("{part} is no web address: it begins with https://")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
