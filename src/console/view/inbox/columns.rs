//! Which columns the list has at a width.

use super::row::{WALL_CELLS, late_cells, tags_word};
use crate::console::canvas::Canvas;
use crate::console::layout::Screen;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::words;
use ratatui::layout::Rect;

words! {
    enum Head {
        Contact = ["contact", "contatto", "contato", "contacto"],
        Queue = ["queue", "coda", "fila", "cola"],
        Assignee = ["agent", "agente", "agente", "agente"],
        Preview = ["latest", "ultimo", "última", "último"],
        Window = ["window", "finestra", "janela", "ventana"],
        Due = ["answer in", "risposta in", "responder em", "responder en"],
    }
}

/// A column of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The cursor, and the mark of the ticket.
    Mark,
    /// How urgent it is.
    Urgency,
    /// Its number.
    Number,
    /// The customer.
    Contact,
    /// Where it waits.
    Queue,
    /// Whose it is.
    Assignee,
    /// The latest message.
    Preview,
    /// How many messages nobody has looked at.
    Unread,
    /// Its labels.
    Tags,
    /// How long free text may still be sent.
    Window,
    /// How long the promise still holds.
    Due,
}

/// From so many free cells on they are shared by the customer's name and the latest message: on 80 columns that is so
/// in each language.
const BOTH: u16 = 30;

/// A column and where it lies: its first cell and how many cells.
pub(super) type Placed = (Column, u16, u16);

/// The columns at the width of the list, from left to right, with one blank between them.
pub(super) fn columns(model: &Model, rows: Rect) -> Vec<Placed> {
    let by_hours = model.inbox.shown.iter().any(|ticket| ticket.clocks.hours.is_some());
    let due = late_cells(model.settings.language);
    let due = if by_hours && rows.width >= 110 { due.max(WALL_CELLS) } else { due };
    let wide = |from: u16, cells: u16| if rows.width >= from { cells } else { 0 };
    let compact = model.screen == Screen::Thread;
    let number = if rows.width >= 80 { 7 } else { 6 };
    let mut cells = vec![
        (Column::Mark, 1),
        (Column::Urgency, 3),
        (Column::Number, number),
        (Column::Contact, 0),
        (Column::Queue, wide(110, 12)),
        (Column::Assignee, wide(72, if rows.width >= 110 { 12 } else { 9 })),
        (Column::Preview, 0),
        (Column::Unread, wide(50, 3)),
        (Column::Tags, wide(96, if rows.width >= 130 { 18 } else { 12 })),
        (Column::Window, if compact { 0 } else { 7 }),
        (Column::Due, due),
    ];
    let used: u16 = cells.iter().filter(|(_, cells)| *cells > 0).map(|(_, cells)| cells + 1).sum();
    // Neither the mark nor the last column has a blank after it.
    let free = (rows.width + 2).saturating_sub(used);
    let contact = if free < BOTH { free.saturating_sub(1) } else { (free / 3).clamp(16, 26) };
    let preview = free.saturating_sub(contact + 2);
    for (column, cells) in &mut cells {
        match column {
            Column::Contact => *cells = contact,
            Column::Preview if free >= BOTH => *cells = preview,
            _ => {}
        }
    }
    let mut x = rows.x;
    let mut placed = Vec::with_capacity(cells.len());
    for (column, cells) in cells {
        if cells > 0 {
            placed.push((column, x, cells));
            x += cells + u16::from(column != Column::Mark);
        }
    }
    placed
}

/// The names of the columns.
pub(super) fn names(model: &Model, canvas: &mut Canvas<'_>, columns: &[Placed], y: u16) {
    let language = model.settings.language;
    for (column, x, cells) in columns {
        let name = match column {
            Column::Contact => Head::Contact.say(language),
            Column::Queue => Head::Queue.say(language),
            Column::Assignee => Head::Assignee.say(language),
            Column::Preview => Head::Preview.say(language),
            Column::Window => Head::Window.say(language),
            Column::Due => Head::Due.say(language),
            Column::Tags => tags_word(language),
            Column::Number => "#",
            Column::Mark | Column::Urgency | Column::Unread => continue,
        };
        let style = model.theme.style(Role::Dim);
        if matches!(column, Column::Number | Column::Window) {
            // A long word may take the blank before the column.
            canvas.put_right(x + cells, y, cells + 1, name, style);
        } else {
            canvas.clip(*x, y, *cells, name, style);
        }
    }
}
