//! The entries that are seen.

use crate::console::canvas::{Canvas, width};
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::thread::Thread;
use crate::console::theme::Role;
use crate::console::thread::block::{Block, shortened};
use crate::console::thread::day::{date, day};
use crate::console::thread::row::{Row, tint};
use crate::console::thread::words::Word;
use ratatui::layout::Rect;

/// The mark of the selected entry stands before so many of its rows at most: it costs little to move.
const MARKED: usize = 6;

/// Draws the rows that are seen, and no others.
pub(super) fn view(model: &Model, thread: &Thread, canvas: &mut Canvas<'_>, area: Rect) {
    let lines = thread.lines();
    let first = thread.first_row_of(usize::from(area.height));
    let (mut place, mut within) = lines.at(first);
    let mut y = area.y;
    while y < area.bottom() {
        let Some(block) = lines.block(place) else { break };
        let chosen = lines.keys().get(place).map(String::as_str) == thread.cursor();
        for row in within..block.height() {
            if y >= area.bottom() {
                break;
            }
            let at = Rect { y, height: 1, ..area };
            match row.checked_sub(block.rules()) {
                Some(row) => {
                    let marked = chosen && row < MARKED;
                    draw(model, canvas, at, &block.rows[row], marked);
                    if let Some((nth, size)) = block.picture_row(row)
                        && let Some(key) = lines.keys().get(place)
                        && let Some(wish) = model.settings.wish(size)
                        && let Some(preview) = model.previews.get(key, wish)
                    {
                        canvas.preview(at.x + 2, y, at.width.saturating_sub(2), preview, nth);
                    }
                }
                None => rule(model, thread, canvas, at, block, row),
            }
            y += 1;
        }
        place += 1;
        within = 0;
    }
}

fn rule(
    model: &Model,
    thread: &Thread,
    canvas: &mut Canvas<'_>,
    at: Rect,
    block: &Block,
    row: usize,
) {
    let (language, unicode) = (model.settings.language, model.settings.unicode);
    let (text, role) = match block.before.day.filter(|_| row == 0) {
        Some(of) => {
            let today = date(model.desk_now(), &model.settings.zone);
            (day(of, today, language), Role::DayRule)
        }
        None => {
            let count = thread.unread().map_or(0, |new| new.count);
            (fill(Word::New.say(language), &[&count.to_string()]), Role::NewRule)
        }
    };
    let style = model.theme.style(role);
    let glyph = if unicode { "─" } else { "-" };
    canvas.rule(at.x + 2, at.y, 2, glyph, style);
    let text = format!(" {text} ");
    let after = canvas.clip(at.x + 4, at.y, at.width.saturating_sub(6), &text, style);
    canvas.rule(after, at.y, at.right().saturating_sub(after), glyph, style);
}

fn draw(model: &Model, canvas: &mut Canvas<'_>, at: Rect, row: &Row, marked: bool) {
    let theme = &model.theme;
    let unicode = model.settings.unicode;
    if marked {
        let mark = if unicode { "▌" } else { ">" };
        canvas.put(at.x, at.y, 1, mark, theme.style(Role::Cursor));
    }
    let mut x = at.x + 1;
    if row.bar {
        let bar = if unicode { "┃" } else { "|" };
        canvas.put(x, at.y, 1, bar, theme.style(Role::Note));
        x += 1;
    }
    x += 1;
    let (start, end) = (x, at.right());
    let pieces = row.pieces.len();
    for (nth, (role, text)) in row.pieces.iter().enumerate() {
        let most = end.saturating_sub(x);
        let style = theme.style(*role);
        x = match nth + 1 == pieces && *role == Role::Event {
            true => canvas.put(x, at.y, most, &shortened(text, usize::from(most), unicode), style),
            false => canvas.put(x, at.y, most, text, style),
        };
    }
    tint(canvas, theme, (start, at.y, end.saturating_sub(start)), &row.faces);
    if let Some((role, text)) = &row.right {
        let cells = width(text) as u16;
        let widest = model.thread.as_ref().and_then(|thread| thread.lines().look());
        let widest = widest.map_or(at.width, |look| look.cells() as u16 + 2);
        let right = end.min(at.x.saturating_add(widest));
        canvas.put_right(right, at.y, cells, text, theme.style(*role));
    }
}
