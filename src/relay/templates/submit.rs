//! New templates on their way to the platform.

use crate::domain::name::Name;
use crate::domain::template::{Draft, DraftButton, Purpose};
use crate::whatsapp::platform::Fault;
use crate::whatsapp::template::{New, NewButton, Submitted};
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot;

/// One that waits for the worker.
pub struct Submission {
    /// The WhatsApp Business account.
    pub account: Name,
    /// What is submitted.
    pub new: New,
    /// Who waits for the platform's answer.
    pub answer: oneshot::Sender<Result<Submitted, Fault>>,
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
    let examples = draft.variables().into_iter().map(|name| {
        let example = draft.examples.get(name).cloned().unwrap_or_default();
        (name.to_owned(), example)
    });
    let header_example = draft.header_example();
    let header_example =
        header_example.map(|(name, example)| (name.to_owned(), example.unwrap_or_default().into()));
    let button = |button: &DraftButton| match button.clone() {
        DraftButton::Reply(text) => NewButton::Reply(text),
        DraftButton::Url { text, url, example } => NewButton::Url(text, url, example),
        DraftButton::Phone { text, phone } => NewButton::Phone(text, phone),
        DraftButton::Code(example) => NewButton::Code(example),
    };
    New {
        name: draft.name.clone(),
        language: draft.language.clone(),
        category: match draft.purpose {
            Purpose::Marketing => "MARKETING",
            _ => "UTILITY",
        },
        named: draft.is_named(),
        header: draft.header.clone().map(|header| (header, header_example)),
        body: draft.body.clone(),
        examples: examples.collect(),
        footer: draft.footer.clone(),
        buttons: draft.buttons.iter().map(button).collect(),
    }
}
