//! What one console watches, and how it gets from what it has to what there is.

use super::shown::{Difference, Item, Listed, Room};
use crate::domain::id::{ContactId, TicketNumber};
use crate::domain::roster::Member;
use crate::journal::{JournalError, Position};
use crate::kit::Timestamp;
use crate::relay::reading::{Range, ReadError, Reading, print_of};
use crate::relay::views::InboxKey;
use crate::wire::{Sort, Splice, TicketFilter, Watch};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;

const ROWS_MOST: usize = 200;
const ENTRIES_MOST: usize = 500;

/// One watch.
pub(super) struct Watching {
    what: What,
    /// The fingerprint of what was sent whole: a ticket, a contact, counts, that it is missing.
    whole: Option<u64>,
    /// The state that the last frame was made from, where it is known to be the same again.
    seen: Option<(u64, u64)>,
}

enum What {
    Inbox {
        filter: TicketFilter,
        anchor: Option<TicketNumber>,
        kept: Option<InboxKey>,
        before: usize,
        rows: usize,
        listed: Listed<TicketNumber>,
    },
    Thread {
        ticket: TicketNumber,
        range: Range,
        listed: Listed<String>,
    },
    Contact(ContactId),
    Counts,
}

/// What goes into a frame.
pub(super) struct News {
    /// By watch, ready to be written.
    pub(super) parts: Vec<Box<RawValue>>,
    /// There is more, for the next frame.
    pub(super) more: bool,
    /// Tickets that were looked at.
    pub(super) walked: usize,
    /// Everything up to here is in it.
    pub(super) position: Position,
}

#[derive(Default, Serialize)]
struct PartOut<'a> {
    watch: u32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    inbox: Option<Difference<'a, TicketNumber>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread: Option<ThreadOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<MissingOut>,
}

#[derive(Serialize)]
struct ThreadOut<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    splice: Option<Splice<String>>,
    items: Vec<&'a RawValue>,
}

#[derive(Serialize)]
struct MissingOut {
    code: &'static str,
}

impl Watching {
    /// Begins to watch.
    ///
    /// # Errors
    /// What this relay cannot show, in words.
    pub(super) fn new(what: Watch) -> Result<Self, &'static str> {
        let what = match what {
            Watch::Inbox { sort: Sort::Unknown, .. } => {
                return Err("this relay does not know that order");
            }
            Watch::Inbox { filter, sort: Sort::Urgency, anchor, before, rows } => {
                if filter.state.is_some_and(|state| !state.is_unsolved()) {
                    return Err("only unsolved tickets stand in the inbox");
                }
                let rows = rows.clamp(1, ROWS_MOST);
                let before = before.min(rows - 1);
                let listed = Listed::default();
                What::Inbox { filter, anchor, kept: None, before, rows, listed }
            }
            Watch::Thread { ticket, all, until, rows, .. } => {
                let range = Range { all, until, rows: rows.clamp(1, ENTRIES_MOST) };
                What::Thread { ticket, range, listed: Listed::default() }
            }
            Watch::Contact { contact } => What::Contact(contact),
            Watch::Counts => What::Counts,
            Watch::Wall | Watch::Roster | Watch::Templates | Watch::Notices | Watch::Unknown => {
                return Err("this relay cannot show that");
            }
        };
        Ok(Self { what, whole: None, seen: None })
    }

    /// Rights have changed: nothing is taken for known.
    pub(super) fn look_again(&mut self) {
        self.seen = None;
    }

    /// `value` as JSON, if it is not what was sent before.
    fn changed(&mut self, value: &impl Serialize) -> Result<Option<Box<RawValue>>, JournalError> {
        let json = raw(value)?;
        let print = print_of(json.get());
        Ok((self.whole.replace(print) != Some(print)).then_some(json))
    }

    fn part(
        &mut self,
        watch: u32,
        look: &mut Look<'_>,
    ) -> Result<Option<Box<RawValue>>, JournalError> {
        let part = match self.look(watch, look) {
            Ok(part) => part,
            Err(ReadError::Journal(error)) => return Err(error),
            Err(ReadError::Missing | ReadError::Foreign { .. }) => {
                self.seen = None;
                let code = match &mut self.what {
                    What::Thread { listed, .. } => {
                        *listed = Listed::default();
                        "no_ticket"
                    }
                    _ => "no_contact",
                };
                return match self.changed(&code)? {
                    Some(_) => {
                        let missing = Some(MissingOut { code });
                        raw(&PartOut { watch, missing, ..PartOut::default() }).map(Some)
                    }
                    None => Ok(None),
                };
            }
        };
        Ok(part)
    }

    fn look(
        &mut self,
        watch: u32,
        look: &mut Look<'_>,
    ) -> Result<Option<Box<RawValue>>, ReadError> {
        let (reading, member, now) = (look.reading, look.member, look.now);
        match &mut self.what {
            What::Inbox { filter, anchor, kept, before, rows, listed } => {
                let page = reading.page(member, filter, *anchor, *kept, *before, *rows, now)?;
                *kept = page.anchor;
                look.at(page.position);
                look.walked += page.walked;
                let items = page.rows.iter().map(|row| Item {
                    key: row.view.number,
                    print: row.print,
                    json: &row.json,
                });
                let items: Vec<_> = items.collect();
                let (difference, more) = listed.advance(&items, &mut look.room, false);
                look.more |= more;
                // The first frame of a watch says also that there is nothing.
                let first = self.whole.replace(0).is_none();
                let difference = difference.or_else(|| first.then(Difference::nothing));
                let Some(inbox) = difference else { return Ok(None) };
                let part = PartOut { watch, more, inbox: Some(inbox), ..PartOut::default() };
                Ok(Some(raw(&part)?))
            }
            What::Thread { ticket, range, listed } => {
                let versions = reading.versions(*ticket);
                if versions.is_some() && versions == self.seen {
                    return Ok(None);
                }
                let part = reading.thread_part(member, *ticket, *range, now)?;
                look.at(part.position);
                let rendered = part.entries.iter().map(raw).collect::<Result<Vec<_>, _>>()?;
                let items = part.entries.iter().zip(&rendered);
                let items = items.map(|(entry, json)| Item {
                    key: entry.key.clone(),
                    print: print_of(json.get()),
                    json,
                });
                let items: Vec<_> = items.collect();
                let (difference, more) = listed.advance(&items, &mut look.room, true);
                look.more |= more;
                self.seen = versions.filter(|_| !more);
                let ticket = self.changed(&part.ticket)?;
                if ticket.is_none() && difference.is_none() {
                    return Ok(None);
                }
                let entries = difference.unwrap_or_else(Difference::nothing);
                let Difference { splice, items } = entries;
                let thread = Some(ThreadOut { ticket, splice, items });
                Ok(Some(raw(&PartOut { watch, more, thread, ..PartOut::default() })?))
            }
            What::Contact(contact) => {
                look.at(reading.position());
                let view = reading.contact_for(member, *contact)?;
                let Some(json) = self.changed(&view)? else { return Ok(None) };
                let part = PartOut { watch, contact: Some(json), ..PartOut::default() };
                Ok(Some(raw(&part)?))
            }
            What::Counts => {
                let (position, counts, walked) = reading.counts(member, now);
                look.at(position);
                look.walked += walked;
                let Some(json) = self.changed(&counts)? else { return Ok(None) };
                let part = PartOut { watch, counts: Some(json), ..PartOut::default() };
                Ok(Some(raw(&part)?))
            }
        }
    }
}

/// One look at everything that a console watches.
struct Look<'a> {
    reading: &'a Reading,
    member: &'a Member,
    now: Timestamp,
    room: Room,
    more: bool,
    walked: usize,
    position: Position,
}

impl Look<'_> {
    fn at(&mut self, position: Position) {
        self.position = self.position.min(position);
    }
}

fn raw(value: &impl Serialize) -> Result<Box<RawValue>, JournalError> {
    to_raw_value(value)
        .map_err(|error| JournalError::Fatal { what: format!("a view is no JSON: {error}") })
}

/// Works out what is new for all watches, within `most` bytes or a little more.
pub(super) fn news(
    watches: &mut BTreeMap<u32, Watching>,
    reading: &Reading,
    member: &Member,
    now: Timestamp,
    most: usize,
) -> Result<News, JournalError> {
    let mut look = Look {
        reading,
        member,
        now,
        room: Room::new(most),
        more: false,
        walked: 0,
        position: reading.position(),
    };
    let mut parts = Vec::new();
    for (watch, watching) in watches.iter_mut() {
        parts.extend(watching.part(*watch, &mut look)?);
    }
    Ok(News { parts, more: look.more, walked: look.walked, position: look.position })
}

/// A frame as it is sent.
pub(super) fn frame(
    seq: u64,
    position: Position,
    now: Timestamp,
    parts: &[Box<RawValue>],
) -> String {
    #[derive(Serialize)]
    struct Frame<'a> {
        kind: &'static str,
        seq: u64,
        position: Position,
        #[serde(with = "crate::kit::timestamp::rfc3339")]
        server_time: Timestamp,
        parts: &'a [Box<RawValue>],
    }
    let frame = Frame { kind: "frame", seq, position, server_time: now, parts };
    serde_json::to_string(&frame).unwrap_or_default()
}
