//! The command line on the last row, with what it may go on with above it.

use crate::console::canvas::{Canvas, width};
use crate::console::model::Model;
use crate::console::model::command_line::CommandLine;
use crate::console::theme::Role;
use ratatui::layout::Rect;

/// So many completions are seen at once.
const SEEN: u16 = 10;

/// Draws it. `area` is the whole screen.
pub fn view(model: &Model, line: &CommandLine, canvas: &mut Canvas<'_>, area: Rect) {
    let style = |role| model.theme.style(Role::Overlay).patch(model.theme.style(role));
    let row = Rect { y: area.bottom() - 1, height: 1, ..area };
    canvas.fill(row, style(Role::Input));
    let after = canvas.put(row.x, row.y, 1, ":", style(Role::HintKey));
    let most = row.right().saturating_sub(after);
    let text = line.editor.text();
    let before = width(&text[..line.editor.cursor()]) as u16;
    canvas.put(after, row.y, most, text, style(Role::Input));
    canvas.point(after + before.min(most.saturating_sub(1)), row.y);
    let completions = line.completions(model);
    if let Some(fault) = &line.fault {
        let at = Rect { y: row.y - 1, ..row };
        canvas.fill(at, style(Role::Error));
        canvas.clip(at.x + 1, at.y, at.width.saturating_sub(1), fault, style(Role::Error));
        return;
    }
    let height = SEEN.min(area.height.saturating_sub(3)).min(completions.len() as u16);
    let chosen = line.chosen.unwrap_or(0);
    let first = (chosen + 1).saturating_sub(usize::from(height));
    let words = completions.iter().map(|one| width(&one.word)).max().unwrap_or(0) as u16;
    for (place, one) in completions.iter().enumerate().skip(first).take(usize::from(height)) {
        let y = row.y - height + (place - first) as u16;
        let at = Rect { y, height: 1, ..area };
        let role = if line.chosen == Some(place) { Role::OverlayCursor } else { Role::Overlay };
        canvas.fill(at, style(role));
        canvas.clip(at.x + 1, y, words.min(at.width - 1), &one.word, style(role));
        let x = at.x + words + 3;
        let dim = if line.chosen == Some(place) { Role::OverlayCursor } else { Role::Dim };
        canvas.clip(x, y, at.right().saturating_sub(x), &one.about, style(dim));
    }
}
