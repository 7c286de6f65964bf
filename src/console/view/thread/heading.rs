//! The heading of a thread: who writes, whose it is, and how long there is time.

use crate::console::canvas::{Canvas, width};
use crate::console::countdown::{held as held_for, left};
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::thread::Thread;
use crate::console::snooze::brief;
use crate::console::theme::Role;
use crate::console::thread::event::metric;
use crate::console::thread::look::customer;
use crate::console::thread::words::{self, Word, own};
use crate::console::update;
use crate::console::view::inbox;
use crate::domain::ticket::Priority;
use crate::kit::Timestamp;
use crate::kit::text::one_line;
use crate::wire::{ContactView, HereView, TicketView};
use ratatui::layout::Rect;

type Piece = (Role, String);

const MINUTE: i64 = 60_000;

/// Draws it. `card`: the card stands beside the thread, so that the heading need not say what is known of the
/// customer.
pub(super) fn view(
    model: &Model,
    thread: &Thread,
    canvas: &mut Canvas<'_>,
    area: Rect,
    card: bool,
) {
    if area.is_empty() {
        return;
    }
    let language = model.settings.language;
    let Some(ticket) = &thread.ticket else {
        let title = format!("#{}", thread.number);
        canvas.put(area.x, area.y, area.width, &title, model.theme.style(Role::Heading));
        return;
    };
    let narrow = area.width < 60;
    let cells = |time: &[Piece]| time.iter().map(|(_, text)| width(text)).sum::<usize>() as u16;
    let mut time = clocks(model, ticket, narrow);
    // The time on the wall is worth more than the names of the clocks.
    if ticket.clocks.hours.is_some() && cells(&time) > area.width / 2 {
        time = clocks(model, ticket, true);
    }
    let takes = cells(&time).min(area.width / 2);
    let mut who = vec![
        (Role::Dim, format!("#{} ", ticket.number)),
        (Role::Heading, one_line(&customer(&ticket.contact, language), 60)),
    ];
    who.extend(here(model, thread));
    if !narrow {
        who.extend(addresses(ticket).into_iter().map(|text| (Role::Dim, format!("  {text}"))));
    }
    line(model, canvas, area.x, area.y, area.width.saturating_sub(takes + 1), &who);
    line(model, canvas, area.right() - takes, area.y, takes, &time);
    let mut y = area.y + 1;
    if y < area.bottom() {
        line(model, canvas, area.x, y, area.width, &facts(model, ticket));
        y += 1;
    }
    if !card && y + 1 < area.bottom() {
        let brief = match known(model, ticket) {
            Some(contact) => in_brief(model, contact, ticket),
            None => Vec::new(),
        };
        line(model, canvas, area.x, y, area.width, &brief);
        y += 1;
    }
    if y < area.bottom() {
        bottom(model, thread, canvas, Rect { y, height: 1, ..area });
    }
}

/// Who else looks at it, and who writes.
fn here(model: &Model, thread: &Thread) -> Vec<Piece> {
    let language = model.settings.language;
    let one = |of: &HereView| {
        let (role, word) = match of.writes {
            true => (Role::Warning, Word::Writes),
            false => (Role::SenderAgent, Word::Here),
        };
        (role, format!("  {}", fill(word.say(language), &[&one_line(&of.name, 24)])))
    };
    // Who writes matters more, where there is no room for all.
    let mut all: Vec<_> = thread.about.here.iter().collect();
    all.sort_by_key(|of| !of.writes);
    all.into_iter().map(one).collect()
}

/// The rule under the heading says what lies beyond the screen.
fn bottom(model: &Model, thread: &Thread, canvas: &mut Canvas<'_>, area: Rect) {
    let language = model.settings.language;
    let glyph = if model.settings.unicode { "─" } else { "-" };
    canvas.rule(area.x, area.y, area.width, glyph, model.theme.style(Role::Border));
    let mut words = Vec::new();
    if thread.first_row() == 0 && thread.about.earlier {
        words.push((Role::Dim, Word::Earlier.say(language).to_owned()));
    }
    if let Some(below) = update::thread::below(thread, language) {
        words.push((Role::Unread, below));
    }
    let mut right = area.right().saturating_sub(1);
    for (role, text) in words {
        let text = format!(" {text} ");
        let cells = (width(&text) as u16).min(right.saturating_sub(area.x));
        canvas.put_right(right, area.y, cells, &text, model.theme.style(role));
        right = right.saturating_sub(cells + 1);
    }
}

fn line(model: &Model, canvas: &mut Canvas<'_>, x: u16, y: u16, cells: u16, pieces: &[Piece]) {
    let (mut x, end) = (x, x.saturating_add(cells));
    for (role, text) in pieces {
        let most = end.saturating_sub(x);
        x = canvas.clip(x, y, most, text, model.theme.style(*role));
    }
}

/// The customer, where the relay has told him.
pub(in crate::console::view) fn known<'a>(
    model: &'a Model,
    ticket: &TicketView,
) -> Option<&'a ContactView> {
    model.mirror.contact.as_ref().filter(|contact| contact.id == ticket.contact.id)
}

fn addresses(ticket: &TicketView) -> Vec<String> {
    let contact = &ticket.contact;
    let phone = contact.phone.as_ref().map(|digits| format!("+{digits}"));
    let shown = customer(contact, crate::console::language::Language::En);
    // The platform's own id says nothing to people; it is shown where there is nothing else.
    let known: Vec<_> = [phone, contact.username.clone()].into_iter().flatten().collect();
    let all = if known.is_empty() { contact.user_id.clone().into_iter().collect() } else { known };
    all.into_iter().filter(|text| *text != shown).collect()
}

/// How much time there is: window, then the next promise, each by glyph, word and colour.
pub(in crate::console::view) fn clocks(
    model: &Model,
    ticket: &TicketView,
    narrow: bool,
) -> Vec<Piece> {
    let language = model.settings.language;
    let now = model.desk_now();
    let mut pieces = Vec::new();
    let word = Word::Window.say(language);
    let (role, glyph, rest) = match ticket.window.until {
        None => (
            Role::UrgencyLate,
            urgency(model, None, now, 0).1,
            Word::NeverWrote.say(language).to_owned(),
        ),
        Some(until) if until <= now => (
            Role::UrgencyLate,
            urgency(model, Some(until), now, 0).1,
            Word::WindowClosed.say(language).to_owned(),
        ),
        Some(until) => {
            let (role, glyph) = urgency(model, Some(until), now, 60 * MINUTE);
            (role, glyph, left(until, now))
        }
    };
    let window = if narrow { format!("{glyph} {rest}") } else { format!("{glyph} {word} {rest}") };
    pieces.push((role, window));
    if let Some(sleep) = inbox::sleep(model, ticket, now) {
        let role = inbox::due(model, ticket, now).role;
        pieces.push((role, format!("  {sleep}")));
    } else if let Some(due) = &ticket.next_due {
        let (role, glyph) = urgency(model, Some(due.at), now, 15 * MINUTE);
        let mut text = format!("  {glyph} ");
        if !narrow {
            text.push_str(&format!("{} ", metric(&due.metric, language)));
        }
        text.push_str(&inbox::promised(ticket, due.at, now));
        if due.at <= now && !narrow {
            text.push_str(&format!(" {}", Word::Overdue.say(language)));
        }
        if ticket.clocks.hours.is_some() && due.at > now {
            let wall = brief(due.at, now, &model.settings.zone, language);
            text.push_str(&format!(" {wall}"));
        }
        pieces.push((role, text));
    } else if let Some(held) = &ticket.clocks.held {
        let left = held_for(held.left_s, model.settings.unicode);
        let name = metric(&held.metric, language);
        let text = if narrow { format!("  {left}") } else { format!("  {name} {left}") };
        pieces.push((Role::Dim, text));
    }
    pieces
}

/// The window for free text closes before the answer that is promised is due.
pub(in crate::console::view) fn dies_first(model: &Model, ticket: &TicketView) -> Option<Piece> {
    let glyph = if model.settings.unicode { "▲" } else { "!" };
    let said = Word::DiesFirst.say(model.settings.language);
    ticket.clocks.window_dies_first.then(|| (Role::UrgencySoon, format!("{glyph} {said}")))
}

/// How urgent an instant is: in time, soon, past.
fn urgency(
    model: &Model,
    until: Option<Timestamp>,
    now: Timestamp,
    soon: i64,
) -> (Role, &'static str) {
    let (role, glyph, ascii) = match until.map_or(-1, |until| until.since(now)) {
        ..=0 => (Role::UrgencyLate, "■", "X"),
        left if left <= soon => (Role::UrgencySoon, "▲", "!"),
        _ => (Role::UrgencyOk, "●", "o"),
    };
    (role, if model.settings.unicode { glyph } else { ascii })
}

fn facts(model: &Model, ticket: &TicketView) -> Vec<Piece> {
    let language = model.settings.language;
    let dot = if model.settings.unicode { " · " } else { " - " };
    let offer = ticket.aside.as_ref().and_then(|aside| aside.offer.as_ref());
    let holder = match (ticket.assignee.as_deref(), offer) {
        (None, Some(offer)) => {
            let left = left(offer.until, model.desk_now());
            let said = fill(Word::Offered.say(language), &[&offer.to, &left]);
            (Role::Warning, said)
        }
        (None, None) => (Role::Warning, Word::Nobody.say(language).to_owned()),
        (Some(name), _) if Some(name) == model.mirror.me() => (Role::SenderMe, own(name, language)),
        (Some(name), _) => (Role::SenderAgent, name.to_owned()),
    };
    let pressing = match ticket.priority {
        Priority::Urgent => Role::UrgencyLate,
        Priority::High => Role::UrgencySoon,
        Priority::Normal | Priority::Low => Role::Dim,
    };
    let warning = dies_first(model, ticket).into_iter();
    let mut pieces: Vec<_> =
        warning.flat_map(|piece| [piece, (Role::Dim, dot.to_owned())]).collect();
    pieces.extend([
        (Role::Text, words::state(ticket.state, language).to_owned()),
        (Role::Dim, dot.to_owned()),
        holder,
        (Role::Dim, dot.to_owned()),
        (pressing, words::priority(ticket.priority, language).to_owned()),
        (Role::Dim, format!("{dot}{}", ticket.queue)),
    ]);
    if ticket.line != ticket.queue {
        pieces.push((Role::Dim, format!(" / {}", ticket.line)));
    }
    pieces.extend(tags(ticket));
    let todos = ticket.aside.iter().flat_map(|aside| &aside.todos);
    let open = todos.filter(|todo| !todo.done).count();
    if open > 0 {
        pieces.push((Role::Warning, format!(" [ ] {open}")));
    }
    pieces
}

/// The labels of a ticket.
pub(in crate::console::view) fn tags(ticket: &TicketView) -> Vec<Piece> {
    ticket.tags.iter().map(|tag| (Role::Tag, format!(" #{tag}"))).collect()
}

/// The card in one line.
fn in_brief(model: &Model, contact: &ContactView, ticket: &TicketView) -> Vec<Piece> {
    let language = model.settings.language;
    let mut pieces = Vec::new();
    if contact.erased_at.is_some() {
        pieces.push((Role::Warning, format!("{}  ", Word::Erased.say(language))));
    }
    for consent in &contact.consents {
        let (role, glyph) = match (consent.granted, model.settings.unicode) {
            (true, true) => (Role::Dim, "✓"),
            (true, false) => (Role::Dim, "+"),
            (false, true) => (Role::Warning, "✗"),
            (false, false) => (Role::Warning, "x"),
        };
        let word = words::known(consent.purpose.word(), language).unwrap_or(consent.purpose.word());
        pieces.push((role, format!("{glyph} {word}  ")));
    }
    for other in &contact.conversations {
        if let Some(number) = other.ticket.filter(|number| *number != ticket.number) {
            let state = other.state.map_or("", |state| words::state(state, language));
            pieces.push((Role::Dim, format!("#{number} {state} {}  ", other.line)));
        }
    }
    pieces
}
