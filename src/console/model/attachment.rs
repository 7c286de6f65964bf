//! Files that go with what is written, and those that are on their way up to the relay.

use super::composer::Quoted;
use super::insert::Form;
use super::picker::Picker;
use crate::domain::file::{CAPTION_MOST, has_caption};
use crate::domain::id::TicketNumber;
use crate::domain::message::Kind;
use std::collections::VecDeque;
use std::path::PathBuf;
use uuid::Uuid;

/// A file of this machine that the platform would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name, which the customer sees of documents.
    pub name: String,
    /// What it is sent as.
    pub kind: Kind,
    /// Its size.
    pub bytes: u64,
}

/// Which of these files a text stands under: the first that may have one, unless the text is too long. Nothing: it
/// is a message of its own, after them.
pub fn captioned(files: &[Attachment], text: &str) -> Option<usize> {
    let fits = !text.is_empty() && text.chars().count() <= CAPTION_MOST;
    files.iter().position(|file| has_caption(file.kind)).filter(|_| fits)
}

/// Files on their way, with what was written to them: they go up one after the other, and each is sent as soon as
/// the relay has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// The id under which its first file is going up; nothing while it waits for another one.
    pub id: Option<Uuid>,
    /// To whom.
    pub ticket: TicketNumber,
    /// What has not gone yet; the first of them is going up.
    pub files: VecDeque<Attachment>,
    /// How many have gone.
    pub gone: usize,
    /// How many bytes of the first have gone up.
    pub up: u64,
    /// What was written: the caption of one of them, or a message of its own after them. Empty once it has gone.
    pub text: String,
    /// Which of the files that are left has it as its caption.
    pub captioned: Option<usize>,
    /// What the first of it quotes, until it has gone.
    pub quote: Option<Quoted>,
    /// The ticket is solved after it.
    pub solve: bool,
}

impl Parcel {
    /// How far its first file is, in hundredths.
    pub fn percent(&self) -> u64 {
        let bytes = self.files.front().map_or(0, |file| file.bytes);
        (self.up.min(bytes) * 100).checked_div(bytes).unwrap_or(0)
    }
}

/// What a message was made of, where its request alone does not tell: it goes back there when the message is refused
/// or taken back.
#[derive(Clone, Debug, PartialEq)]
pub enum Made {
    /// Of a file of this machine.
    File(Attachment),
    /// In a form.
    Form(Box<Form>),
    /// Of a template.
    Template(Box<Picker>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_under_the_first_file_that_may_have_one() {
        let file = |kind| Attachment { path: "/a".into(), name: "a".into(), kind, bytes: 1 };
        let long = "x".repeat(CAPTION_MOST + 1);
        for (kinds, text, wanted) in [
            (&[Kind::Voice, Kind::Image, Kind::Document][..], "here", Some(1)),
            (&[Kind::Voice], "here", None),
            (&[Kind::Image], "", None),
            (&[Kind::Image], &long[1..], Some(0)),
            (&[Kind::Image], &long, None),
        ] {
            let files: Vec<_> = kinds.iter().map(|kind| file(*kind)).collect();
            assert_eq!(captioned(&files, text), wanted, "{kinds:?}");
        }
    }
}
