//! What is to be sent, from the options of the command line.

use crate::cli::Failure;
use crate::domain::content::Content;
use crate::domain::details::{Card, Location};
use crate::domain::interactive::{Button, Header, Interactive, Section, Touch};
use crate::domain::message::Kind;
use crate::wire::ActionRequest;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// One kind of message at most; without one it is text.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
pub(super) struct Compose {
    /// The text; `-` reads it from standard input
    text: Option<String>,
    /// The platform's id of a message to quote
    #[arg(long, value_name = "ID", conflicts_with = "react")]
    quote: Option<String>,
    /// Show no preview of a link in the text
    #[arg(long, conflicts_with = "kind", requires = "text")]
    no_preview: bool,
    /// React with this emoji; \"\" takes the reaction back
    #[arg(group = "kind", long, value_name = "EMOJI", requires = "to", conflicts_with = "text")]
    react: Option<String>,
    /// The platform's id of the message to react to
    #[arg(long, value_name = "ID", requires = "react")]
    to: Option<String>,
    /// A place
    #[arg(group = "kind", long, value_name = "LAT,LON", allow_hyphen_values = true, value_parser = place, conflicts_with = "text")]
    location: Option<(f64, f64)>,
    /// What the place is called
    #[arg(long, requires = "location")]
    name: Option<String>,
    /// Where the place is
    #[arg(long, requires = "location")]
    address: Option<String>,
    /// A contact card (repeatable)
    #[arg(group = "kind", long = "contact", value_name = "NAME,PHONE", value_parser = card, conflicts_with = "text")]
    contacts: Vec<Card>,
    /// A button below the text, with the id that comes back before a `=` (repeatable, at most 3)
    #[arg(group = "kind", long = "button", value_name = "[ID=]TITLE", requires = "text", value_parser = button)]
    buttons: Vec<Button>,
    /// A list of choices behind a button
    #[arg(group = "kind", long, value_name = "FILE", requires = "text")]
    list: Option<PathBuf>,
    /// A button that opens this address
    #[arg(group = "kind", long, value_name = "URL", requires_all = ["text", "label"])]
    link: Option<String>,
    /// A form that is published at the platform, by its id
    #[arg(group = "kind", long, value_name = "ID", requires_all = ["text", "label"])]
    flow: Option<String>,
    /// The screen on which the form begins
    #[arg(long, value_name = "NAME", requires = "flow")]
    screen: Option<String>,
    /// What that screen is given (repeatable)
    #[arg(long = "data", value_name = "NAME=VALUE", requires = "screen", value_parser = super::param)]
    data: Vec<(String, String)>,
    /// The words on the button of --link or --flow
    #[arg(long, value_name = "TITLE")]
    label: Option<String>,
    /// Ask for the customer's place or phone number with a button
    #[arg(group = "kind", long, value_enum, requires = "text")]
    ask: Option<Asked>,
    /// A line above the text of buttons, a list, a link or a form
    #[arg(long)]
    header: Option<String>,
    /// A small line below it
    #[arg(long)]
    footer: Option<String>,
    /// A file, sent as what it is: image, video, audio, sticker or document
    #[arg(group = "kind", long, value_name = "PATH", conflicts_with = "text")]
    pub(super) file: Option<PathBuf>,
    /// Words under the file, of images, videos and documents
    #[arg(long, requires = "file")]
    pub(super) caption: Option<String>,
    /// Send the file as this: image, video, audio, voice, sticker or document
    #[arg(long = "as", value_name = "KIND", requires = "file", value_parser = kind)]
    pub(super) sent_as: Option<Kind>,
    /// The message as JSON, as the API takes it in `content`; `-` reads standard input
    #[arg(group = "kind", long, value_name = "FILE", conflicts_with = "text")]
    content: Option<PathBuf>,
}

/// What a customer can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Asked {
    Location,
    Contact,
}

fn kind(text: &str) -> Result<Kind, String> {
    use Kind::{Audio, Document, Image, Sticker, Video, Voice};
    let known = [Image, Video, Audio, Voice, Sticker, Document];
    let found = known.into_iter().find(|kind| kind.word() == text);
    found.ok_or_else(|| "write image, video, audio, voice, sticker or document".to_owned())
}

/// A list in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    button: String,
    sections: Vec<Section>,
}

impl Compose {
    /// The message that is quoted.
    pub(super) fn quoted(&self) -> Option<String> {
        self.quote.clone()
    }

    /// What the relay is asked; it checks the limits.
    pub(super) fn action(&self) -> Result<ActionRequest, Failure> {
        let content = self.content()?;
        let about = self.to.clone().or_else(|| self.quote.clone());
        Ok(match content {
            Content::Text { body, preview: None } => {
                ActionRequest::Reply { text: body, quote: about }
            }
            content => ActionRequest::Send { content, about },
        })
    }

    /// The message with a file above its text, and what it quotes.
    pub(super) fn headed(
        &self,
        header: Header,
    ) -> Result<(Box<Interactive>, Option<String>), Failure> {
        let Content::Interactive(mut interactive) = self.content()? else {
            return Err(Failure::usage(
                "--header-file goes with a template, buttons, a link or a form",
            ));
        };
        if interactive.header.replace(header).is_some() {
            return Err(Failure::usage("give --header or --header-file, not both"));
        }
        Ok((interactive, self.quote.clone()))
    }

    fn content(&self) -> Result<Content, Failure> {
        let action = self.touch()?;
        if action.is_none() && (self.header.is_some() || self.footer.is_some()) {
            return Err(Failure::usage(
                "--header and --footer go with buttons, a list, a link or a form",
            ));
        }
        if let Some(file) = &self.content {
            let text = read(file)?;
            return serde_json::from_str(&text).map_err(|error| {
                Failure::usage(format!("{}: {error}; see /api/v1/openapi.json", file.display()))
            });
        }
        if let Some(emoji) = &self.react {
            return Ok(Content::Reaction { emoji: emoji.clone() });
        }
        if let Some((latitude, longitude)) = self.location {
            let (name, address) = (self.name.clone(), self.address.clone());
            return Ok(Content::Location(Location {
                latitude,
                longitude,
                name,
                address,
                url: None,
            }));
        }
        if !self.contacts.is_empty() {
            return Ok(Content::Contacts(self.contacts.clone()));
        }
        let body = match self.text.as_deref() {
            Some("-") => read(Path::new("-"))?.trim_end().to_owned(),
            Some(text) => text.to_owned(),
            None => {
                return Err(Failure::usage(
                    "give a text, or another kind of message; see `guichet send --help`",
                ));
            }
        };
        Ok(match action {
            None => Content::Text { body, preview: self.no_preview.then_some(false) },
            Some(action) => Content::Interactive(Box::new(Interactive {
                header: self.header.clone().map(Header::Text),
                body,
                footer: self.footer.clone(),
                action,
            })),
        })
    }

    fn touch(&self) -> Result<Option<Touch>, Failure> {
        let title = || self.label.clone().unwrap_or_default();
        if self.label.is_some() && self.link.is_none() && self.flow.is_none() {
            return Err(Failure::usage("--label goes with --link or --flow"));
        }
        Ok(if !self.buttons.is_empty() {
            Some(Touch::Buttons(self.buttons.clone()))
        } else if let Some(file) = &self.list {
            let List { button, sections } = toml::from_str(&read(file)?).map_err(|error| {
                Failure::usage(format!("{}: {}", file.display(), error.message()))
            })?;
            Some(Touch::List { button, sections })
        } else if let Some(url) = &self.link {
            Some(Touch::Link { title: title(), url: url.clone() })
        } else if let Some(id) = &self.flow {
            let (id, screen) = (id.clone(), self.screen.clone());
            let data: BTreeMap<_, _> = self.data.iter().cloned().collect();
            Some(Touch::Flow { id, title: title(), screen, data })
        } else {
            self.ask.map(|asked| match asked {
                Asked::Location => Touch::LocationRequest,
                Asked::Contact => Touch::ContactRequest,
            })
        })
    }
}

/// A file, or standard input where it is `-`.
fn read(path: &Path) -> Result<String, Failure> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|error| Failure::failed(format!("{}: {error}", path.display())))
}

fn place(text: &str) -> Result<(f64, f64), String> {
    let degrees = |part: &str| part.trim().parse::<f64>().ok();
    let read =
        text.split_once(',').and_then(|(north, east)| Some((degrees(north)?, degrees(east)?)));
    read.ok_or_else(|| format!("`{text}` is no place: write it like 45.4642,9.19"))
}

fn card(text: &str) -> Result<Card, String> {
    let mut parts = text.split(',').map(|part| part.trim().to_owned());
    let name = parts.next().filter(|name| !name.is_empty());
    let phones: Vec<_> = parts.filter(|phone| !phone.is_empty()).collect();
    if name.is_none() || phones.is_empty() {
        return Err(format!("`{text}` is no card: write it like \"Anna Rossi,+39 333 1234567\""));
    }
    Ok(Card { name, phones, ..Card::default() })
}

fn button(text: &str) -> Result<Button, std::convert::Infallible> {
    Ok(match text.split_once('=') {
        Some((id, title)) => Button { id: id.to_owned(), title: title.to_owned() },
        None => Button { id: String::new(), title: text.to_owned() },
    })
}

#[cfg(test)]
mod tests;
