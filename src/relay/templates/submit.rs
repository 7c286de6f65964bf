//! New templates on their way to the platform.

use crate::domain::name::Name;
use crate::domain::template::{Draft, DraftButton, DraftFile, Purpose};
use crate::whatsapp::platform::{Fault, Upload};
use crate::whatsapp::template::{FileKind, New, NewButton, NewCard, NewHeader, Submitted};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot;

/// What waits for the worker.
pub struct Submission {
    /// The WhatsApp Business account.
    pub account: Name,
    /// What is handed in.
    pub what: Submitting,
}

/// What is handed in, with who waits for the platform's answer.
pub enum Submitting {
    /// A new template.
    Template(Box<New>, oneshot::Sender<Result<Submitted, Fault>>),
    /// An example of a file for one; its handle is answered.
    Example(Upload, oneshot::Sender<Result<String, Fault>>),
}

/// Those that wait.
#[derive(Default)]
pub struct Submissions(Mutex<Vec<Submission>>);

impl Submissions {
    /// Puts one in; the worker must be woken.
    pub fn put(&self, submission: Submission) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(submission);
    }

    /// Takes all out.
    pub fn take(&self) -> Vec<Submission> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A sound draft in the platform's words.
pub fn new(draft: &Draft) -> New {
    let header_example = draft.header_example();
    let header_example =
        header_example.map(|(name, example)| (name.to_owned(), example.unwrap_or_default().into()));
    let header = match (&draft.header, &draft.file) {
        (Some(text), _) => Some(NewHeader::Text(text.clone(), header_example)),
        (None, Some(of)) => Some(NewHeader::File(kind(of), of.example().to_owned())),
        (None, None) => draft.place.then_some(NewHeader::Place),
    };
    let cards = draft.cards.iter().map(|card| NewCard {
        file: (kind(&card.file), card.file.example().to_owned()),
        body: card.body.clone(),
        examples: examples(&card.variables(), &card.examples),
        buttons: card.buttons.iter().map(button).collect(),
    });
    New {
        name: draft.name.clone(),
        language: draft.language.clone(),
        category: match draft.purpose {
            Purpose::Marketing => "MARKETING",
            _ => "UTILITY",
        },
        named: draft.is_named(),
        header,
        body: draft.body.clone(),
        examples: examples(&draft.variables(), &draft.examples),
        footer: draft.footer.clone(),
        offer: draft.offer.as_ref().map(|offer| (offer.text.clone(), offer.ends)),
        cards: cards.collect(),
        buttons: draft.buttons.iter().map(button).collect(),
    }
}

fn kind(file: &DraftFile) -> FileKind {
    match file {
        DraftFile::Image(_) => FileKind::Image,
        DraftFile::Video(_) => FileKind::Video,
        DraftFile::Document(_) => FileKind::Document,
    }
}

fn examples(names: &[&str], given: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let example = |name: &&str| {
        let example = given.get(*name).cloned().unwrap_or_default();
        ((*name).to_owned(), example)
    };
    names.iter().map(example).collect()
}

fn button(button: &DraftButton) -> NewButton {
    match button.clone() {
        DraftButton::Reply(text) => NewButton::Reply(text),
        DraftButton::Url { text, url, example } => NewButton::Url(text, url, example),
        DraftButton::Phone { text, phone } => NewButton::Phone(text, phone),
        DraftButton::Code(example) => NewButton::Code(example),
        DraftButton::Flow { text, flow, screen } => NewButton::Flow(text, flow, screen),
        DraftButton::Call(text) => NewButton::Call(text),
        DraftButton::Catalog(text) => NewButton::Catalog(text),
        DraftButton::Products(text) => NewButton::Products(text),
        DraftButton::ContactRequest => NewButton::ContactRequest,
    }
}
