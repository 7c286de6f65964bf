//! A relay for tests: it answers watches of one thread as the real one does, in frames that hold little.

use crate::console::effect::Effect;
use crate::console::model::mirror::watch;
use crate::console::rig::{Rig, START};
use crate::domain::id::{ContactId, TicketNumber};
use crate::domain::ticket::{Priority, State};
use crate::kit::Timestamp;
use crate::wire::*;

pub(in crate::console) const NUMBER: TicketNumber = TicketNumber(4711);

/// One thread at the relay.
pub(in crate::console) struct Relay {
    pub(in crate::console) entries: Vec<ThreadEntry>,
    pub(in crate::console) ticket: TicketView,
    pub(in crate::console) first_unread: Option<String>,
    pub(in crate::console) contact: Option<ContactView>,
    /// Who else looks at it.
    pub(in crate::console) here: Vec<HereView>,
    /// Every watch of the thread that was asked for.
    pub(in crate::console) asked: Vec<(Option<String>, usize, usize)>,
    /// Entries in a frame at most.
    pub(in crate::console) room: usize,
    watched: Option<(Option<String>, usize, usize)>,
    sent: Vec<ThreadEntry>,
    ticket_sent: Option<TicketView>,
    seq: u64,
}

pub(in crate::console) fn ticket() -> TicketView {
    TicketView {
        number: NUMBER,
        line: "support".into(),
        queue: "billing".into(),
        state: State::Open,
        priority: Priority::High,
        assignee: Some("anna".into()),
        tags: vec!["vip".into(), "refund".into()],
        contact: ContactBrief {
            id: ContactId(9),
            name: Some("Marco Rossi".into()),
            phone: Some("393331234567".into()),
            user_id: None,
            username: Some("@marco".into()),
        },
        unread: 0,
        last_message: None,
        window: Window { until: Some(START.plus_secs(3 * 3600 + 7 * 60)), open: true },
        next_due: Some(Due {
            metric: "first_reply".into(),
            at: START.plus_secs(725),
            breached: false,
        }),
        clocks: Clocks::default(),
        opened_at: START.plus_secs(-86_400),
        waiting_since: Some(START.plus_secs(-600)),
        snoozed_until: None,
        solved_at: None,
        aside: None,
    }
}

pub(in crate::console) fn entry(
    key: usize,
    kind: EntryKind,
    author: &str,
    text: &str,
) -> ThreadEntry {
    let direction = match (kind, author) {
        (EntryKind::Message, "customer") => Some(Direction::In),
        (EntryKind::Message, _) => Some(Direction::Out),
        _ => None,
    };
    let entry = EntryView {
        kind,
        id: format!("wamid.{key}"),
        at: START.plus_secs(key as i64 * 60 - 80_000),
        direction,
        author: author.into(),
        source: None,
        kind_word: if kind == EntryKind::Note { "note" } else { "text" }.into(),
        text: text.into(),
        media: None,
        details: Default::default(),
        forwarded: false,
        reply_to: None,
        status: None,
        error: None,
        raw_kept: false,
        outbox: None,
        late: false,
        quote: None,
        statuses: Vec::new(),
        hold_ms: 0,
        mentions: Vec::new(),
        ticket: None,
        reactions: Vec::new(),
        earlier: Vec::new(),
        edited_at: None,
        deleted_at: None,
        folded: false,
        cut: None,
    };
    ThreadEntry { key: format!("{key}.0"), entry }
}

impl Relay {
    pub(in crate::console) fn new(entries: Vec<ThreadEntry>) -> Self {
        Self {
            entries,
            ticket: ticket(),
            first_unread: None,
            contact: None,
            here: Vec::new(),
            asked: Vec::new(),
            room: 90,
            watched: None,
            sent: Vec::new(),
            ticket_sent: None,
            seq: 0,
        }
    }

    /// Lets the console connect and open the thread.
    pub(in crate::console) fn opened(&mut self, rig: &mut Rig) {
        rig.hears(RelayFrame::Welcome {
            version: VERSION,
            you: You {
                name: "anna".into(),
                role: crate::domain::roster::Role::Agent,
                queues: vec!["billing".into()],
            },
            desk: Desk {
                lines: vec!["support".into()],
                queues: vec!["billing".into()],
                undo_ms: 3000,
                simulated: false,
                views: Vec::new(),
                fields: Vec::new(),
            },
            position: 1,
            server_time: rig.now,
            rate: 1.0,
        });
        let (model, effects) = (&mut rig.model, &mut rig.effects);
        crate::console::update::thread::open(model, NUMBER, effects);
        self.settle(rig);
    }

    /// Takes what was asked and answers until there is nothing more to say.
    pub(in crate::console) fn settle(&mut self, rig: &mut Rig) {
        for _ in 0..400 {
            self.listen(rig);
            if !self.tell(rig) {
                rig.draw();
                return;
            }
        }
        panic!("the console and the relay never come to rest");
    }

    fn listen(&mut self, rig: &mut Rig) {
        for effect in rig.effects() {
            match effect {
                Effect::Say(ClientFrame::Watch {
                    watch: watch::THREAD,
                    what: Watch::Thread { ticket, anchor, before, rows, .. },
                }) => {
                    assert_eq!(ticket, NUMBER);
                    assert!(rows <= 500);
                    self.asked.push((anchor.clone(), before, rows));
                    self.watched = Some((anchor, before, rows));
                    self.sent = Vec::new();
                    self.ticket_sent = None;
                }
                Effect::Say(ClientFrame::Watch { watch: watch::CONTACT, .. }) => {
                    if let Some(contact) = self.contact.clone() {
                        let fresh = Fresh::Contact(contact);
                        self.say(rig, Part { watch: watch::CONTACT, more: false, fresh });
                    }
                }
                Effect::Say(ClientFrame::Command { action: ActionRequest::MarkRead, .. }) => {
                    self.ticket.unread = 0;
                    self.first_unread = None;
                }
                _ => {}
            }
        }
    }

    /// One frame, if there is something to say.
    fn tell(&mut self, rig: &mut Rig) -> bool {
        let Some((anchor, before, rows)) = self.watched.clone() else { return false };
        let at = anchor.and_then(|key| self.entries.iter().position(|of| of.key == key));
        let start = match at {
            Some(at) => at.saturating_sub(before),
            None => self.entries.len().saturating_sub(rows),
        };
        let end = (start + rows).min(self.entries.len());
        let wanted = &self.entries[start..end];
        let mut room = self.room;
        let mut now = Vec::new();
        let mut items = Vec::new();
        let mut more = false;
        for entry in wanted.iter().rev() {
            if self.sent.contains(entry) {
                now.push(entry.clone());
            } else if room > 0 {
                room -= 1;
                items.push(entry.clone());
                now.push(entry.clone());
            } else {
                more = true;
            }
        }
        now.reverse();
        let keys = |of: &[ThreadEntry]| of.iter().map(|of| of.key.clone()).collect::<Vec<_>>();
        let splice = Splice::between(&keys(&self.sent), &keys(&now));
        let ticket = (self.ticket_sent.as_ref() != Some(&self.ticket)).then(|| self.ticket.clone());
        if splice.is_none() && items.is_empty() && ticket.is_none() {
            return false;
        }
        self.sent = now;
        self.ticket_sent = Some(self.ticket.clone());
        let about = ThreadNews {
            whisper: None,
            earlier: start > 0,
            later: end < self.entries.len(),
            first_unread: self.first_unread.clone(),
            draft: None,
            here: self.here.clone(),
        };
        let entries = Change { splice, items };
        let fresh = Fresh::Thread { ticket: ticket.map(Box::new), about, entries };
        self.say(rig, Part { watch: watch::THREAD, more, fresh });
        true
    }

    fn say(&mut self, rig: &mut Rig, part: Part) {
        self.seq += 1;
        let server_time: Timestamp = rig.now;
        let frame =
            RelayFrame::Frame { seq: self.seq, position: self.seq, server_time, parts: vec![part] };
        rig.hears(frame);
    }
}
