//! What one console watches, and how it gets from what it has to what there is.

use super::around;
use super::excerpt::rendered;
use super::part::{InboxOut, MissingOut, PartOut, TemplatesOut, ThreadOut};
use super::shown::{Difference, Item, Listed, Room};
use super::tallies::Tallies;
use super::walled::Walled;
use crate::domain::id::{ContactId, TicketNumber};
use crate::domain::roster::Member;
use crate::journal::{JournalError, Position};
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::relay::floor::Eye;
use crate::relay::reading::{
    Begin, Found, MATCHES_MOST, Range, ReadError, Reading, Search, place_of, print_of,
};
use crate::relay::views::InboxKey;
use crate::wire::{InboxView, Keyed, Refused, Sort, ThreadNews, TicketFilter, Watch};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

#[cfg(test)]
mod tests;

const ROWS_MOST: usize = 200;
const ENTRIES_MOST: usize = 500;
/// How long what many things change is left as it was told.
const SELDOM: Duration = Duration::from_millis(500);

/// One watch.
pub(super) struct Watching {
    what: What,
    /// The fingerprint of what was sent whole: a ticket, a contact, counts, that it is missing.
    whole: Option<u64>,
    /// The state that the last frame was made from, where it is known to be the same again.
    seen: Option<(u64, u64)>,
    /// What was last sent with the entries of a thread.
    about: Option<ThreadNews>,
    /// Not worked out again before then.
    not_before: Option<Instant>,
}

enum What {
    Inbox {
        filter: TicketFilter,
        begin: Begin,
        kept: Option<InboxKey>,
        rows: usize,
        listed: Listed<TicketNumber>,
        search: Option<Box<Search>>,
    },
    Thread {
        ticket: TicketNumber,
        range: Range,
        listed: Listed<String>,
        /// Tells colleagues that somebody looks at it.
        eye: Option<Eye>,
    },
    Contact(ContactId),
    Counts,
    Tallies(Tallies),
    Wall(Box<Walled>),
    Roster(Listed<String>),
    Templates(Listed<String>),
    Canned(Listed<String>),
    Notices(Listed<u64>),
}

impl What {
    /// Whether many things change it.
    fn is_seldom(&self) -> bool {
        matches!(self, Self::Counts | Self::Tallies(_) | Self::Wall(_) | Self::Roster(_))
    }
}

/// What goes into a frame.
pub(super) struct News {
    /// By watch, ready to be written.
    pub(super) parts: Vec<Box<RawValue>>,
    /// There is more, for which this frame had no room.
    pub(super) cut: bool,
    /// There may be more in a while.
    pub(super) later: bool,
    /// Everything up to here is in it.
    pub(super) position: Position,
}

impl Watching {
    /// Begins to watch.
    ///
    /// # Errors
    /// What this relay cannot show, in words.
    pub(super) fn new(what: Watch, reading: &Reading) -> Result<Self, Refused> {
        let unknown = |why: &str| Err(Refused::new("unknown", why, ""));
        let what = match what {
            Watch::Inbox { sort: Sort::Unknown, .. } => {
                return unknown("this relay does not know that order");
            }
            Watch::Inbox { filter, sort: Sort::Urgency, anchor, before, place, rows } => {
                let settled = filter.state.is_some_and(|state| !state.is_unsolved());
                if settled && filter.view != Some(InboxView::Solved) {
                    return unknown(
                        "only unsolved tickets stand in the inbox; see the view solved",
                    );
                }
                let rows = rows.clamp(1, ROWS_MOST);
                let before = before.min(rows - 1);
                let listed = Listed::default();
                let search = reading.search_of(&filter, MATCHES_MOST)?.map(Box::new);
                let begin = Begin { anchor, before, place };
                What::Inbox { filter, begin, kept: None, rows, listed, search }
            }
            Watch::Thread { ticket, all, until, anchor, before, rows } => {
                let rows = rows.clamp(1, ENTRIES_MOST);
                let anchor = anchor.as_deref().and_then(place_of);
                let range = Range { all, until, anchor, before: before.min(rows - 1), rows };
                What::Thread { ticket, range, listed: Listed::default(), eye: None }
            }
            Watch::Contact { contact } => What::Contact(contact),
            Watch::Counts => What::Counts,
            Watch::Tallies { queries } => What::Tallies(Tallies::new(queries, reading)),
            Watch::Wall => What::Wall(Box::default()),
            Watch::Roster => What::Roster(Listed::default()),
            Watch::Templates => What::Templates(Listed::default()),
            Watch::Canned => What::Canned(Listed::default()),
            Watch::Notices => What::Notices(Listed::default()),
            Watch::Unknown => return unknown("this relay cannot show that"),
        };
        Ok(Self { what, whole: None, seen: None, about: None, not_before: None })
    }

    /// Whether it may read differently when nothing but time has passed.
    pub(super) fn ages(&self) -> bool {
        match &self.what {
            What::Inbox { filter, search, .. } => {
                matches!(filter.view, Some(InboxView::Breaching | InboxView::Breached))
                    || search.as_ref().is_some_and(|search| search.ages())
            }
            What::Counts | What::Tallies(_) | What::Wall(_) => true,
            // Who writes has stopped after a while.
            What::Thread { .. } => {
                self.about.as_ref().is_some_and(|about| about.here.iter().any(|of| of.writes))
            }
            _ => false,
        }
    }

    /// Whether it is too soon to work it out again; what many things change is told twice a second.
    fn rests(&mut self, look: &mut Look<'_>) -> bool {
        let now = Instant::now();
        let rests = self.not_before.is_some_and(|at| now < at);
        if rests {
            look.later = true;
        } else {
            self.not_before = Some(now + SELDOM);
        }
        rests
    }

    /// Rights have changed: nothing is taken for known.
    pub(super) fn look_again(&mut self) {
        self.seen = None;
        match &mut self.what {
            What::Inbox { search: Some(search), .. } => search.restart(),
            What::Tallies(tallies) => tallies.restart(),
            _ => {}
        }
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
                    What::Thread { listed, eye, .. } => {
                        (*listed, *eye) = (Listed::default(), None);
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
        let (relay, reading, member, now) = (look.relay, look.reading, look.member, look.now);
        if self.what.is_seldom() && self.rests(look) {
            return Ok(None);
        }
        match &mut self.what {
            What::Inbox { filter, begin, kept, rows, listed, search } => {
                let page = match search {
                    Some(search) => reading.search(search, member, filter, *begin, *rows, now)?,
                    None => {
                        let page = reading.page(member, filter, *begin, *kept, *rows, now)?;
                        *kept = page.anchor;
                        Found::from(page)
                    }
                };
                look.at(page.position);
                look.later |= page.searching;
                let items = page.rows.iter().map(|row| Item {
                    key: row.view.number,
                    print: row.print,
                    json: &row.json,
                });
                let items: Vec<_> = items.collect();
                let (difference, more) = listed.advance(&items, &mut look.room, false);
                look.cut |= more;
                // The first frame of a watch says also that there is nothing.
                let Found { total, first, searching, beyond, .. } = page;
                let print = print_of(&format!("{total} {first} {searching} {beyond}"));
                let told = self.whole.replace(print) == Some(print);
                let difference = difference.or_else(|| (!told).then(Difference::nothing));
                let Some(Difference { splice, items }) = difference else { return Ok(None) };
                let inbox = Some(InboxOut { total, first, searching, beyond, splice, items });
                Ok(Some(raw(&PartOut { watch, more, inbox, ..PartOut::default() })?))
            }
            What::Thread { ticket, range, listed, eye } => {
                let versions = reading.versions(*ticket);
                if let (Some(_), true, Some(about)) = (versions, versions == self.seen, &self.about)
                {
                    // Only what is being typed may have changed, and who is there.
                    let Some(id) = reading.conversation_id(*ticket) else { return Ok(None) };
                    let draft = relay.floor.drafts.of(&member.name, id);
                    let whisper = around::whisper(relay, &member.name, id);
                    let here = around::here(relay, id, &member.name);
                    if draft == about.draft && whisper == about.whisper && here == about.here {
                        return Ok(None);
                    }
                    let about = ThreadNews { draft, whisper, here, ..about.clone() };
                    let out =
                        ThreadOut { ticket: None, about: &about, splice: None, items: vec![] };
                    let part = raw(&PartOut { watch, thread: Some(out), ..PartOut::default() })?;
                    self.about = Some(about);
                    return Ok(Some(part));
                }
                let part = reading.thread_part(member, *ticket, *range, now)?;
                look.at(part.position);
                let looking = &relay.floor.looking;
                eye.get_or_insert_with(|| looking.enter(part.conversation, &member.name));
                let rendered = part.entries.iter().map(rendered).collect::<Result<Vec<_>, _>>()?;
                let items = part.entries.iter().zip(&rendered);
                let items = items.map(|(entry, json)| Item {
                    key: entry.key.clone(),
                    print: print_of(json.get()),
                    json,
                });
                let items: Vec<_> = items.collect();
                let (difference, more) = listed.advance(&items, &mut look.room, true);
                look.cut |= more;
                self.seen = versions.filter(|_| !more);
                let ticket = self.changed(&part.ticket)?;
                let about = ThreadNews {
                    earlier: part.earlier,
                    later: part.later,
                    first_unread: part.first_unread,
                    draft: relay.floor.drafts.of(&member.name, part.conversation),
                    whisper: around::whisper(relay, &member.name, part.conversation),
                    here: around::here(relay, part.conversation, &member.name),
                };
                let told = self.about.as_ref() == Some(&about);
                if ticket.is_none() && difference.is_none() && told {
                    return Ok(None);
                }
                let about = &*self.about.insert(about);
                let entries = difference.unwrap_or_else(Difference::nothing);
                let Difference { splice, items } = entries;
                let thread = Some(ThreadOut { ticket, about, splice, items });
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
                let (position, mut counts) = reading.counts(member, now);
                counts.lines = around::marks(relay, now);
                look.at(position);
                let Some(json) = self.changed(&counts)? else { return Ok(None) };
                let part = PartOut { watch, counts: Some(json), ..PartOut::default() };
                Ok(Some(raw(&part)?))
            }
            What::Tallies(tallies) => {
                let (counts, more, position) = tallies.count(reading, member, now)?;
                look.at(position);
                look.later |= more;
                let Some(json) = self.changed(&counts)? else { return Ok(None) };
                let part = PartOut { watch, tallies: Some(json), ..PartOut::default() };
                Ok(Some(raw(&part)?))
            }
            What::Wall(walled) => {
                look.at(reading.position());
                let wall = around::wall(relay, member, now);
                let (part, more) = walled.tell(watch, &wall, &mut look.room)?;
                look.cut |= more;
                Ok(part)
            }
            What::Roster(listed) => {
                look.at(reading.position());
                let first = self.whole.replace(0).is_none();
                look.list(listed, &around::roster(relay), first, |roster, more| {
                    raw(&PartOut { watch, more, roster: Some(roster), ..PartOut::default() })
                })
            }
            What::Templates(listed) => {
                look.at(reading.position());
                let checked_at = around::checked(relay);
                let print = checked_at.map_or(0, |at| at.millis().unsigned_abs());
                let told = self.whole.replace(print) == Some(print);
                let desk = reading.desk_version();
                if told && self.seen == Some((desk, 0)) {
                    return Ok(None);
                }
                let all = reading.templates(&relay.lines, &relay.floor.catalogues);
                let part = look.list(listed, &all, !told, |templates, more| {
                    let templates = Some(TemplatesOut { checked_at, templates });
                    raw(&PartOut { watch, more, templates, ..PartOut::default() })
                })?;
                self.seen = (!look.cut).then_some((desk, 0));
                Ok(part)
            }
            What::Canned(listed) => {
                look.at(reading.position());
                let first = self.whole.replace(0).is_none();
                let desk = reading.desk_version();
                if self.seen == Some((desk, 0)) {
                    return Ok(None);
                }
                let part = look.list(listed, &reading.canned(), first, |of, more| {
                    raw(&PartOut { watch, more, canned: Some(of), ..PartOut::default() })
                })?;
                self.seen = (!look.cut).then_some((desk, 0));
                Ok(part)
            }
            What::Notices(listed) => {
                look.at(reading.position());
                let first = self.whole.replace(0).is_none();
                let mut notices = reading.notices(member)?;
                notices.splice(..0, around::proposed(relay, &member.name));
                look.list(listed, &notices, first, |notices, more| {
                    raw(&PartOut { watch, more, notices: Some(notices), ..PartOut::default() })
                })
            }
        }
    }
}

/// One look at everything that a console watches.
struct Look<'a> {
    relay: &'a Relay,
    reading: &'a Reading,
    member: &'a Member,
    now: Timestamp,
    room: Room,
    cut: bool,
    later: bool,
    position: Position,
}

impl Look<'_> {
    fn at(&mut self, position: Position) {
        self.position = self.position.min(position);
    }

    /// What has changed in a list, if anything has, or if it was never told.
    fn list<V: Keyed + Serialize>(
        &mut self,
        listed: &mut Listed<V::Key>,
        list: &[V],
        first: bool,
        part: impl FnOnce(Difference<'_, V::Key>, bool) -> Result<Box<RawValue>, JournalError>,
    ) -> Result<Option<Box<RawValue>>, ReadError> {
        let (part, more) = told(listed, list, &mut self.room, first, part)?;
        self.cut |= more;
        Ok(part)
    }
}

/// What leads from the list as it was told to the list as it is, as far as there is room, or nothing if it is
/// the same and not told for the first time; and whether something is left.
fn told<V: Keyed + Serialize>(
    listed: &mut Listed<V::Key>,
    list: &[V],
    room: &mut Room,
    first: bool,
    part: impl FnOnce(Difference<'_, V::Key>, bool) -> Result<Box<RawValue>, JournalError>,
) -> Result<(Option<Box<RawValue>>, bool), JournalError> {
    let rendered = list.iter().map(raw).collect::<Result<Vec<_>, _>>()?;
    let items = list.iter().zip(&rendered);
    let items: Vec<_> = items
        .map(|(one, json)| Item { key: one.key(), print: print_of(json.get()), json })
        .collect();
    let (difference, more) = listed.advance(&items, room, false);
    let difference = difference.or_else(|| first.then(Difference::nothing));
    Ok((difference.map(|difference| part(difference, more)).transpose()?, more))
}

pub(super) fn raw(value: &impl Serialize) -> Result<Box<RawValue>, JournalError> {
    to_raw_value(value)
        .map_err(|error| JournalError::Fatal { what: format!("a view is no JSON: {error}") })
}

/// Works out what is new for all watches, within `most` bytes or a little more.
pub(super) fn news(
    watches: &mut BTreeMap<u32, Watching>,
    relay: &Relay,
    reading: &Reading,
    member: &Member,
    now: Timestamp,
    most: usize,
) -> Result<News, JournalError> {
    let mut look = Look {
        relay,
        reading,
        member,
        now,
        room: Room::new(most),
        cut: false,
        later: false,
        position: reading.position(),
    };
    let mut parts = Vec::new();
    for (watch, watching) in watches.iter_mut() {
        parts.extend(watching.part(*watch, &mut look)?);
    }
    Ok(News { parts, cut: look.cut, later: look.later, position: look.position })
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
