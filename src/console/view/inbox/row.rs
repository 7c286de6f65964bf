//! One ticket of the list.

use super::columns::{Column, Placed};
use crate::console::canvas::{Canvas, width};
use crate::console::countdown;
use crate::console::language::Language;
use crate::console::layout::Screen;
use crate::console::model::Model;
use crate::console::snooze;
use crate::console::theme::Role;
use crate::console::thread::kind::preview;
use crate::domain::ticket::{Priority, State};
use crate::kit::Timestamp;
use crate::wire::{ContactBrief, Direction, TicketView};
use crate::words;

words! {
    enum Word {
        Late = ["LATE", "TARDI", "ATRASO", "TARDE"],
        Soon = ["soon", "presto", "logo", "pronto"],
        Closed = ["closed", "chiusa", "fechada", "cerrada"],
        Tags = ["tags", "etichette", "etiquetas", "etiquetas"],
        Urgent = ["urgent", "urgente", "urgente", "urgente"],
        High = ["high", "alta", "alta", "alta"],
        Erased = ["erased", "cancellato", "apagado", "borrado"],
        Pending = ["pending", "in attesa", "pendente", "pendiente"],
        OnHold = ["on hold", "fermo", "parado", "detenido"],
        Snoozed = ["asleep", "rimandato", "adiado", "pospuesto"],
        Solved = ["solved", "risolto", "resolvido", "resuelto"],
        Shut = ["closed", "chiuso", "fechado", "cerrado"],
    }
}

/// What the relay calls a customer who was erased.
const ERASED: &str = "erased";

/// A promise or a window is soon at its end, in milliseconds.
const DUE_SOON: i64 = crate::wire::BREACHING_SECONDS * 1000;
const WINDOW_SOON: i64 = 2 * 3_600_000;

/// How many cells the countdown of a promise takes.
pub(super) fn late_cells(language: Language) -> u16 {
    let words = [Word::Late, Word::Soon].map(|word| width(word.say(language)));
    (7 + words[0].max(words[1].saturating_sub(1))) as u16
}

/// How many it takes with the time on the wall.
pub(super) const WALL_CELLS: u16 = 20;

/// The word for labels.
pub(super) fn tags_word(language: Language) -> &'static str {
    Word::Tags.say(language)
}

/// A countdown as it is shown: by glyph, text and look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// One cell.
    pub glyph: &'static str,
    /// `12:05 soon`, `+3h07 LATE`, `closed`, `z Tue 09:00`, `‖ 2h10`.
    pub text: String,
    /// When it is due by the clock on the wall, where the text counts open hours only.
    pub wall: Option<String>,
    /// Its look.
    pub role: Role,
}

/// The promise of a ticket at an instant of the desk.
pub fn due(model: &Model, ticket: &TicketView, now: Timestamp) -> Countdown {
    let language = model.settings.language;
    let glyphs = if model.settings.unicode {
        ["■", "▲", "●", "○", "·"]
    } else {
        ["X", "^", "o", "-", "."]
    };
    let asleep = sleep(model, ticket, now);
    let Some(due) = &ticket.next_due else {
        let text = match ticket.state {
            State::Pending => Word::Pending.say(language).to_owned(),
            State::OnHold => Word::OnHold.say(language).to_owned(),
            State::Snoozed => asleep.unwrap_or_default(),
            State::Solved => Word::Solved.say(language).to_owned(),
            State::Closed => Word::Shut.say(language).to_owned(),
            State::New | State::Open => String::new(),
        };
        let held = ticket.clocks.held.as_ref().filter(|_| ticket.state != State::Snoozed);
        let held = held.map(|held| countdown::held(held.left_s, model.settings.unicode));
        let waits = ticket.waiting_since.is_some();
        let role = if waits { Role::Text } else { Role::Dim };
        let (glyph, text) = (glyphs[if waits { 3 } else { 4 }], held.unwrap_or(text));
        return Countdown { glyph, text, wall: None, role };
    };
    let left = promised(ticket, due.at, now);
    let wall = ticket.clocks.hours.as_ref().filter(|_| now <= due.at && asleep.is_none());
    let wall = wall.map(|_| snooze::brief(due.at, now, &model.settings.zone, language));
    let (nth, text, role) = match due.at.since(now) {
        ..0 => (0, format!("{left} {}", Word::Late.say(language)), Role::UrgencyLate),
        0..=DUE_SOON => (1, format!("{left} {}", Word::Soon.say(language)), Role::UrgencySoon),
        _ => (2, left, Role::UrgencyOk),
    };
    // A promise runs on while a ticket sleeps: glyph and colour still tell of it.
    Countdown { glyph: glyphs[nth], text: asleep.unwrap_or(text), wall, role }
}

/// What is left of a promise due at `at`, of its own time: `0:30` on a Friday evening, of one due on Monday at 9:30.
pub fn promised(ticket: &TicketView, at: Timestamp, now: Timestamp) -> String {
    let left = ticket.clocks.left(at, now);
    countdown::left(now.plus_millis(left), now)
}

/// Until when a ticket sleeps: `z 14:30`, `z Tue 09:00`, `z 24 Nov`; nothing if it is awake.
pub fn sleep(model: &Model, ticket: &TicketView, now: Timestamp) -> Option<String> {
    let (zone, language) = (&model.settings.zone, model.settings.language);
    (ticket.state == State::Snoozed).then(|| match ticket.snoozed_until {
        Some(until) => format!("z {}", snooze::brief(until, now, zone, language)),
        None => format!("z {}", Word::Snoozed.say(language)),
    })
}

/// The window of a ticket at an instant of the desk.
pub fn window(model: &Model, ticket: &TicketView, now: Timestamp) -> Countdown {
    let glyphs =
        if model.settings.unicode { ["■", "▲", " ", "–"] } else { ["X", "^", " ", "-"] };
    let Some(until) = ticket.window.until else {
        return Countdown { glyph: " ", text: glyphs[3].into(), wall: None, role: Role::Dim };
    };
    let left = countdown::left(until, now);
    match until.since(now) {
        ..=0 => {
            let text = Word::Closed.say(model.settings.language).into();
            Countdown { glyph: " ", text, wall: None, role: Role::UrgencyLate }
        }
        1..=WINDOW_SOON => {
            Countdown { glyph: glyphs[1], text: left, wall: None, role: Role::UrgencySoon }
        }
        // What is promised is due when it has closed: that is told at once.
        _ if ticket.clocks.window_dies_first => {
            Countdown { glyph: glyphs[1], text: left, wall: None, role: Role::UrgencySoon }
        }
        _ => Countdown { glyph: glyphs[2], text: left, wall: None, role: Role::UrgencyOk },
    }
}

/// Who the customer is, in one line, and whether he was erased.
fn contact(model: &Model, contact: &ContactBrief) -> (String, bool) {
    let nobody = contact.phone.is_none() && contact.user_id.is_none();
    match &contact.name {
        Some(name) if name == ERASED && nobody => {
            (Word::Erased.say(model.settings.language).to_owned(), true)
        }
        Some(name) if !name.trim().is_empty() => (name.clone(), false),
        _ => {
            let phone = contact.phone.as_ref().map(|phone| format!("+{phone}"));
            let named = phone.or_else(|| contact.username.clone());
            (
                named.or_else(|| contact.user_id.clone()).unwrap_or_else(|| contact.id.to_string()),
                false,
            )
        }
    }
}

/// Draws a ticket into a row.
pub(super) fn view(
    model: &Model,
    canvas: &mut Canvas<'_>,
    columns: &[Placed],
    y: u16,
    ticket: &TicketView,
) {
    let (theme, settings, now) = (&model.theme, &model.settings, model.desk_now());
    let current = match (&model.thread, model.screen) {
        (Some(thread), Screen::Thread) => thread.number == ticket.number,
        _ => model.inbox.cursor == Some(ticket.number),
    };
    let marked = model.inbox.marked.contains(&ticket.number);
    let promise = due(model, ticket, now);
    let text = theme.style(Role::Text);
    let lead = match (current, marked) {
        (true, _) => theme.style(Role::Cursor),
        (_, true) => theme.style(Role::Marked),
        _ => text,
    };
    for &(column, x, cells) in columns {
        match column {
            Column::Mark => {
                let mark = match (current, marked, settings.unicode) {
                    (true, true, true) => "▶",
                    (true, false, true) => "▸",
                    (false, true, true) => "✓",
                    (true, true, false) => "#",
                    (true, false, false) => ">",
                    (false, true, false) => "*",
                    (false, false, _) => " ",
                };
                canvas.put(x, y, 1, mark, lead);
            }
            Column::Urgency => {
                canvas.put(x, y, 1, promise.glyph, theme.style(promise.role));
                let priority = match ticket.priority {
                    Priority::Urgent => "!!",
                    Priority::High => "!",
                    Priority::Normal => "",
                    Priority::Low => "-",
                };
                canvas.put(x + 1, y, 2, priority, theme.style(Role::Warning));
            }
            Column::Number => {
                let number = ticket.number.to_string();
                canvas.put_right(x + cells, y, cells, &number, lead);
            }
            Column::Contact => {
                let (name, erased) = contact(model, &ticket.contact);
                let role = if erased { Role::Dim } else { Role::SenderCustomer };
                canvas.clip(x, y, cells, &name, theme.style(role));
            }
            Column::Queue => drop(canvas.clip(x, y, cells, &ticket.queue, theme.style(Role::Dim))),
            Column::Assignee => {
                if let Some(offer) = ticket.aside.as_ref().and_then(|aside| aside.offer.as_ref()) {
                    let text = format!("{} {}?", countdown::left(offer.until, now), offer.to);
                    canvas.clip(x, y, cells, &text, theme.style(Role::Warning));
                    continue;
                }
                let Some(assignee) = &ticket.assignee else { continue };
                let mine = model.mirror.me() == Some(assignee);
                let role = if mine { Role::SenderMe } else { Role::SenderAgent };
                canvas.clip(x, y, cells, assignee, theme.style(role));
            }
            Column::Preview => {
                let Some(last) = &ticket.last_message else { continue };
                let style = theme.style(Role::Dim);
                let ours = last.direction == Direction::Out;
                let mark = if settings.unicode { "↩ " } else { "< " };
                let from = if ours { canvas.put(x, y, cells, mark, style) } else { x };
                canvas.clip(
                    from,
                    y,
                    (x + cells).saturating_sub(from),
                    &preview(last, settings.language),
                    style,
                );
            }
            Column::Unread if ticket.unread > 0 => {
                let count = ticket.unread.min(999).to_string();
                canvas.put_right(x + cells, y, cells, &count, theme.style(Role::Unread));
            }
            Column::Unread => {}
            Column::Tags => {
                let word = match ticket.priority {
                    Priority::Urgent => Some(Word::Urgent),
                    Priority::High => Some(Word::High),
                    Priority::Normal | Priority::Low => None,
                };
                let word = word.map(|word| word.say(settings.language)).into_iter();
                let tags: Vec<_> = word.chain(ticket.tags.iter().map(String::as_str)).collect();
                canvas.clip(x, y, cells, &tags.join(" "), theme.style(Role::Tag));
            }
            Column::Window => {
                let window = window(model, ticket, now);
                let text = format!("{}{}", window.glyph.trim(), window.text);
                canvas.put_right(x + cells, y, cells, &text, theme.style(window.role));
            }
            Column::Due => {
                let whole = promise.wall.as_ref().map(|wall| format!("{} {wall}", promise.text));
                let fits = whole.filter(|text| width(text) <= usize::from(cells));
                let text = fits.as_ref().unwrap_or(&promise.text);
                canvas.put(x, y, cells, text, theme.style(promise.role));
            }
        }
    }
}
