//! The open thread.

use super::acts::command;
use super::composer;
use super::preview;
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::layout::Screen;
use crate::console::model::Model;
use crate::console::model::composer::Quoted;
use crate::console::model::mirror::watch;
use crate::console::model::thread::Thread;
use crate::console::model::told::Gravity;
use crate::console::thread::look::Look;
use crate::console::thread::words::Word;
use crate::console::thread::{block, kind, parts};
use crate::domain::id::{SendId, TicketNumber};
use crate::kit::text::{one_line, printable};
use crate::wire::{ActionRequest, ClientFrame, EntryKind, Fresh, Part, ThreadEntry, Watch};

/// Opens a ticket's thread at its end, and shows it. The composer turns to it.
pub fn open(model: &mut Model, number: TicketNumber, effects: &mut Vec<Effect>) {
    model.screen = Screen::Thread;
    model.composer.turn_to(number);
    if model.thread.as_ref().is_some_and(|thread| thread.number == number) {
        settle(model, effects);
        return;
    }
    let thread = Thread::new(number);
    say(watch::THREAD, thread.watch(), effects);
    model.thread = Some(thread);
    settle(model, effects);
}

/// Forgets the open thread: the relay tells no more of it.
pub fn close(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.thread.take().is_some() {
        for watch in [watch::THREAD, watch::CONTACT] {
            effects.push(Effect::Say(ClientFrame::Unwatch { watch }));
        }
    }
}

fn say(watch: u32, what: Watch, effects: &mut Vec<Effect>) {
    effects.push(Effect::Say(ClientFrame::Watch { watch, what }));
}

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    if model.screen != Screen::Thread {
        return false;
    }
    let Some(thread) = &mut model.thread else { return false };
    match asked.action {
        Action::Down => thread.step(true),
        Action::Up => thread.step(false),
        Action::PageDown => thread.page(true, 1),
        Action::PageUp => thread.page(false, 1),
        Action::HalfDown => thread.page(true, 2),
        Action::HalfUp => thread.page(false, 2),
        Action::Top => thread.go_top(),
        Action::Bottom => thread.go_bottom(),
        Action::FirstUnread => first_unread(model),
        Action::WholeConversation => turn(model, effects),
        Action::Quote => quote(model),
        Action::React => super::reaction::react(model, asked, effects),
        Action::SplitTicket => super::splitting::ask(model),
        Action::CopyMessage => copy_message(model, effects),
        Action::CopyNumber => copy_number(model, effects),
        Action::OpenFile | Action::SaveFile => super::file::fetch(model, asked, effects),
        Action::Raw => super::overlays::raw::ask(model, effects),
        Action::Retry => decide(model, &Decision::AGAIN, effects),
        Action::GiveUp => decide(model, &Decision::GIVE_UP, effects),
        Action::Arrived => decide(model, &Decision::ARRIVED, effects),
        _ => return false,
    }
    settle(model, effects);
    true
}

/// Moves the thread by rows, as the wheel of a mouse does: down, or up where negative.
pub fn scroll(model: &mut Model, rows: isize, effects: &mut Vec<Effect>) {
    if let Some(thread) = &mut model.thread {
        thread.scroll(rows);
        settle(model, effects);
    }
}

/// Selects the entry in a row of the screen.
pub fn click(model: &mut Model, y: u16) {
    let panes = model.panes();
    let (_, body) = parts(panes.thread, !panes.card.is_empty());
    if let (Some(thread), true) = (&mut model.thread, (body.top()..body.bottom()).contains(&y)) {
        thread.click(usize::from(y - body.y));
    }
}

/// Brings the thread into step with the screen and with what is loaded; asks the relay for what is missing, and
/// says what was read.
pub fn settle(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(mut thread) = model.thread.take() else { return };
    if model.screen == Screen::Thread {
        let panes = model.panes();
        let (_, body) = parts(panes.thread, !panes.card.is_empty());
        if !body.is_empty() {
            let contact = thread.ticket.as_ref().map(|ticket| &ticket.contact);
            let look = Look::of(model, body.width, contact, thread.lines().look());
            thread.settle(look, usize::from(body.height), &model.previews);
            if let Some(range) = thread.slide() {
                say(watch::THREAD, range, effects);
            }
            preview::look(model, &thread, effects);
        }
    }
    model.thread = Some(thread);
    mark_read(model, effects);
}

/// Watches the open thread again, after a connection was made.
pub fn watch_again(model: &mut Model, effects: &mut Vec<Effect>) {
    model.previews.again();
    let Some(thread) = &mut model.thread else { return };
    thread.touch();
    thread.asked_anew();
    say(watch::THREAD, thread.watch(), effects);
    if let Some(ticket) = &thread.ticket {
        say(watch::CONTACT, Watch::Contact { contact: ticket.contact.id }, effects);
    }
}

/// Folds in a part of a frame that is about this.
pub fn heard(model: &mut Model, part: Part, effects: &mut Vec<Effect>) {
    let Some(thread) = &mut model.thread else { return };
    match part.fresh {
        Fresh::Thread { ticket, about, entries } => {
            let before = thread.ticket.as_ref().map(|ticket| ticket.contact.id);
            if thread.take(ticket.map(|ticket| *ticket), about, entries, part.more).is_err() {
                thread.asked_anew();
                say(watch::THREAD, thread.watch(), effects);
                return;
            }
            let contact = thread.ticket.as_ref().map(|ticket| ticket.contact.id);
            if let Some(contact) = contact.filter(|_| contact != before) {
                say(watch::CONTACT, Watch::Contact { contact }, effects);
            }
            let (number, draft) = (thread.number, thread.about.draft.clone());
            model.composer.proposed = thread.about.whisper.clone().map(|of| (number, of));
            composer::heard(model, number, draft.as_ref());
        }
        Fresh::Missing { .. } if part.watch == watch::THREAD => thread.missing = true,
        _ => {}
    }
    settle(model, effects);
}

/// The customer's messages count as read once the end was on the screen of who works the ticket, in a window
/// that has the focus.
fn mark_read(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(thread) = &model.thread else { return };
    let Some(ticket) = &thread.ticket else { return };
    let mine = ticket.assignee.is_none() || ticket.assignee.as_deref() == model.mirror.me();
    let last = thread.lines().keys().last();
    let seen = model.screen == Screen::Thread && thread.sees_end() && !model.notices.away;
    let aside = ticket.aside.as_deref();
    let me = model.mirror.me();
    let called = aside.is_some_and(|of| of.mentioned.iter().any(|name| Some(&**name) == me));
    let unread = mine && ticket.unread > 0;
    if !seen || !(unread || called) || !model.link.is_online() {
        return;
    }
    if thread.read_to.as_ref() == last {
        return;
    }
    let (number, last) = (thread.number, last.cloned());
    command(model, number, ActionRequest::MarkRead, effects);
    if let Some(thread) = &mut model.thread {
        thread.read_to = last;
    }
}

fn tell(model: &mut Model, gravity: Gravity, word: Word) {
    let text = word.say(model.settings.language);
    model.told.tell(model.now, gravity, text);
}

fn first_unread(model: &mut Model) {
    let Some(thread) = &mut model.thread else { return };
    let from = thread.unread().map(|new| new.from.clone());
    match from.or_else(|| thread.about.first_unread.clone()) {
        Some(key) => thread.go_to(&key),
        None => tell(model, Gravity::Plain, Word::NoUnread),
    }
}

fn turn(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(thread) = &mut model.thread else { return };
    say(watch::THREAD, thread.turn(), effects);
    let word = if thread.whole { Word::WholeNow } else { Word::TicketNow };
    tell(model, Gravity::Plain, word);
}

/// The selected entry, or the last message that is seen.
pub(super) fn chosen(model: &Model) -> Option<&ThreadEntry> {
    let thread = model.thread.as_ref()?;
    thread.selected().or_else(|| seen(thread, |of| of.entry.kind == EntryKind::Message))
}

/// The last entry on the screen of which something is so.
pub(super) fn seen(thread: &Thread, wanted: impl Fn(&ThreadEntry) -> bool) -> Option<&ThreadEntry> {
    let (first, last) = thread.seen();
    let keys = thread.lines().keys().get(first..=last)?;
    keys.iter().rev().filter_map(|key| thread.shown.get(key)).find(|entry| wanted(entry))
}

fn quote(model: &mut Model) {
    let quoted = chosen(model).and_then(|ThreadEntry { entry, .. }| {
        let ours = entry.outbox.is_some_and(|outbox| outbox.to_string() == entry.id);
        let sent = entry.kind == EntryKind::Message && !ours && !entry.id.starts_with("message-");
        let look = model.thread.as_ref()?.lines().look()?;
        sent.then(|| Quoted {
            id: entry.id.clone(),
            author: block::called(&entry.author, look),
            line: one_line(&kind::brief(&entry.kind_word, &entry.text, look.language), 120),
        })
    });
    match quoted {
        Some(quoted) => composer::quote(model, quoted),
        None => tell(model, Gravity::Warning, Word::NoQuote),
    }
}

fn copy(model: &mut Model, text: Option<String>, effects: &mut Vec<Effect>) {
    match text.filter(|text| !text.is_empty()) {
        Some(text) => {
            effects.push(Effect::Copy(text));
            tell(model, Gravity::Good, Word::Copied);
        }
        None => tell(model, Gravity::Warning, Word::NothingToCopy),
    }
}

fn copy_message(model: &mut Model, effects: &mut Vec<Effect>) {
    let text = chosen(model).map(|of| printable(&of.entry.text).into_owned());
    copy(model, text, effects);
}

fn copy_number(model: &mut Model, effects: &mut Vec<Effect>) {
    let contact = model.subject().map(|ticket| &ticket.contact);
    let number = contact.and_then(|contact| {
        let phone = contact.phone.as_ref().map(|digits| format!("+{digits}"));
        phone.or_else(|| contact.username.clone()).or_else(|| contact.user_id.clone())
    });
    copy(model, number.map(|text| printable(&text).into_owned()), effects);
}

/// What is decided about a message of ours, and in which states it can be.
struct Decision {
    states: &'static [&'static str],
    action: fn(SendId) -> ActionRequest,
}

impl Decision {
    const AGAIN: Self = Self {
        states: &["failed", "unconfirmed", "cancelled"],
        action: |outbox| ActionRequest::Resend { outbox },
    };
    const GIVE_UP: Self = Self {
        states: &["unconfirmed", "queued"],
        action: |outbox| ActionRequest::Cancel { outbox },
    };
    const ARRIVED: Self =
        Self { states: &["unconfirmed"], action: |outbox| ActionRequest::Confirm { outbox } };

    fn fits(&self, of: &ThreadEntry) -> bool {
        let status = of.entry.status.as_deref().unwrap_or_default();
        of.entry.outbox.is_some() && self.states.contains(&status)
    }
}

/// The message that an action decides about: the selected one; where that is another sort of entry, the last one
/// on the screen that asks for it.
fn undecided(model: &Model, decision: &Decision) -> Option<SendId> {
    let thread = model.thread.as_ref()?;
    let selected = thread.selected().filter(|of| decision.fits(of));
    let asks = |of: &ThreadEntry| {
        decision.fits(of) && matches!(of.entry.status.as_deref(), Some("failed" | "unconfirmed"))
    };
    selected.or_else(|| seen(thread, asks)).and_then(|of| of.entry.outbox)
}

/// Whether there is a message here that is to be sent again, given up or said to have arrived.
pub(super) fn is_undecided(model: &Model, action: Action) -> bool {
    let decision = match action {
        Action::Retry => &Decision::AGAIN,
        Action::GiveUp => &Decision::GIVE_UP,
        Action::Arrived => &Decision::ARRIVED,
        _ => return false,
    };
    undecided(model, decision).is_some()
}

fn decide(model: &mut Model, decision: &Decision, effects: &mut Vec<Effect>) {
    let Some(number) = model.thread.as_ref().map(|thread| thread.number) else { return };
    let outbox = undecided(model, decision);
    match outbox {
        Some(outbox) => {
            command(model, number, (decision.action)(outbox), effects);
        }
        None => tell(model, Gravity::Warning, Word::NoneFailed),
    }
}

/// How many messages are new below the screen, in words; nothing if there are none.
pub fn below(thread: &Thread, language: crate::console::language::Language) -> Option<String> {
    let unread = thread.ticket.as_ref().map_or(0, |ticket| ticket.unread);
    (unread > 0 && !thread.sees_end())
        .then(|| fill(Word::Below.say(language), &[&unread.to_string()]))
}
