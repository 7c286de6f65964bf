//! What is being written in the open thread, and what was begun in others.

use super::attachment::{Attachment, Parcel};
use crate::console::editor::Editor;
use crate::console::wrap;
use crate::domain::id::TicketNumber;
use crate::kit::Timestamp;
use crate::wire::WhisperView;
use std::collections::BTreeMap;

/// The longest text that the platform takes, in characters. Source: text messages.
pub const TEXT_MOST: usize = 4096;

/// So many files are told by name.
pub const FILES_SHOWN: usize = 4;

/// A message that is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// The platform's id.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// Its beginning.
    pub line: String,
}

/// What is being written to one ticket.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// The text.
    pub editor: Editor,
    /// Whether it is for colleagues.
    pub note: bool,
    /// What it answers.
    pub quote: Option<Quoted>,
    /// What goes with it.
    pub files: Vec<Attachment>,
    /// A link in it is sent without a preview.
    pub bare: bool,
    /// When it was begun, desk time.
    pub begun: Option<Timestamp>,
}

/// What is being written in the open thread. What was begun in other threads waits here until they are opened
/// again; the relay keeps it as well.
#[derive(Clone, Debug, Default)]
pub struct Composer {
    /// The ticket that it belongs to.
    pub ticket: Option<TicketNumber>,
    /// The text.
    pub editor: Editor,
    /// Whether it is for colleagues.
    pub note: bool,
    /// It was asked once to make a reply of a note with text.
    pub turning: bool,
    /// It was told that the note calls somebody whom nobody knows.
    pub strange: bool,
    /// What it answers.
    pub quote: Option<Quoted>,
    /// Files that go with the next reply.
    pub files: Vec<Attachment>,
    /// A link in the text is sent without a preview.
    pub bare: bool,
    /// When the text was begun, desk time.
    pub begun: Option<Timestamp>,
    /// What a colleague did at this instant was told, and asked whether to send all the same.
    pub warned: Option<Timestamp>,
    /// Files on their way, of every ticket, in the order in which they were sent.
    pub parcels: Vec<Parcel>,
    /// The real instant of the first change that the relay does not know.
    pub unsaid_since: Option<Timestamp>,
    /// The real instant of the last change made here.
    pub touched_at: Option<Timestamp>,
    /// A text of another console that stands here unchanged.
    pub taken_over: Option<String>,
    /// Whether free text could be sent to this ticket when it was looked at last: the moment of closing is told once.
    pub was_open: Option<bool>,
    /// Texts sent by this console, oldest first.
    pub sent: Vec<String>,
    /// How far back the recall of sent texts has gone.
    pub recalled: Option<usize>,
    others: BTreeMap<TicketNumber, Written>,
    /// What a supervisor proposes to write, and to which ticket.
    pub proposed: Option<(TicketNumber, WhisperView)>,
}

impl Composer {
    /// Turns to another ticket; what was begun here waits.
    pub fn turn_to(&mut self, ticket: TicketNumber) {
        if self.ticket == Some(ticket) {
            return;
        }
        let next = self.others.remove(&ticket).unwrap_or_default();
        let last = Written {
            editor: std::mem::replace(&mut self.editor, next.editor),
            note: std::mem::replace(&mut self.note, next.note),
            quote: std::mem::replace(&mut self.quote, next.quote),
            files: std::mem::replace(&mut self.files, next.files),
            bare: std::mem::replace(&mut self.bare, next.bare),
            begun: std::mem::replace(&mut self.begun, next.begun),
        };
        if let Some(left) = self.ticket.replace(ticket)
            && last != Written::default()
        {
            self.others.insert(left, last);
        }
        self.taken_over = None;
        self.recalled = None;
        self.touched_at = None;
        self.was_open = None;
        self.turning = false;
        self.strange = false;
    }

    /// What was begun for a ticket that is not the open one, made if there is nothing.
    pub fn other(&mut self, ticket: TicketNumber) -> &mut Written {
        self.others.entry(ticket).or_default()
    }

    /// Tickets with text or files that were not sent.
    pub fn unsent(&self) -> impl Iterator<Item = TicketNumber> {
        let here = self.ticket.filter(|_| !self.editor.is_empty() || !self.files.is_empty());
        let unsent = |of: &Written| !of.editor.is_empty() || !of.files.is_empty();
        let others = self.others.iter().filter(move |(_, written)| unsent(written));
        let going = self.parcels.iter().map(|parcel| parcel.ticket);
        here.into_iter().chain(others.map(|(ticket, _)| *ticket)).chain(going)
    }

    /// The files that go with the next reply to a ticket.
    pub fn files_of(&mut self, ticket: TicketNumber) -> &mut Vec<Attachment> {
        if self.ticket == Some(ticket) { &mut self.files } else { &mut self.other(ticket).files }
    }

    /// Whether a link in the next reply to a ticket is sent without a preview.
    pub fn bare_of(&mut self, ticket: TicketNumber) -> &mut bool {
        if self.ticket == Some(ticket) { &mut self.bare } else { &mut self.other(ticket).bare }
    }

    /// Files of the open ticket that are on their way.
    pub fn going(&self) -> impl Iterator<Item = &Parcel> {
        self.parcels.iter().filter(|parcel| Some(parcel.ticket) == self.ticket)
    }

    /// How many rows its files take.
    pub fn file_rows(&self) -> usize {
        (self.going().count() + self.files.len()).min(FILES_SHOWN)
    }

    /// What a supervisor proposes for the open ticket.
    pub fn whisper(&self) -> Option<&WhisperView> {
        let proposed = self.proposed.as_ref().filter(|(ticket, _)| Some(*ticket) == self.ticket);
        proposed.map(|(_, whisper)| whisper)
    }

    /// Empties it after it was sent.
    pub fn clear(&mut self) {
        self.editor.clear();
        self.quote = None;
        self.bare = false;
        self.begun = None;
        self.unsaid_since = None;
        self.taken_over = None;
        self.recalled = None;
    }

    /// How many characters are written.
    pub fn length(&self) -> usize {
        self.editor.text().chars().count()
    }

    /// How many rows the text wants at a width, a quoted line and files included; it stops counting at a screen's height.
    pub fn rows(&self, columns: usize) -> u16 {
        let text = wrap::rows_upto(self.editor.text(), columns.saturating_sub(4), 100);
        let lines = usize::from(self.quote.is_some()) + usize::from(self.whisper().is_some());
        (text + lines + self.file_rows()) as u16
    }
}
