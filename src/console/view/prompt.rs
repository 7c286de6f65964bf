//! Asking for what an action wants beside it.

use super::window::window;
use crate::console::canvas::{Canvas, width};
use crate::console::model::Model;
use crate::console::model::composer::Quoted;
use crate::console::model::prompt::Prompt;
use crate::console::theme::Role;
use crate::console::update::overlays::choices::{choices, first_is_marked, meaning};
use crate::console::wrap::wrap;
use ratatui::layout::Rect;

/// Draws the line that is typed, what it means or what is wrong with it, and the choices below.
pub fn view(model: &Model, prompt: &Prompt, canvas: &mut Canvas<'_>, area: Rect) {
    let list = choices(model, prompt);
    let (said, role) = match (&prompt.fault, meaning(model, prompt)) {
        (Some(fault), _) => (fault.clone(), Role::Error),
        (None, Some(Ok(means))) => (format!("= {means}"), Role::Success),
        // Half a word is no mistake yet.
        (None, Some(Err(_)) | None) => (String::new(), Role::Dim),
    };
    let cells = 60.min(area.width.saturating_sub(4));
    let told = wrap(&said, usize::from(cells).max(1));
    let told = &told[..told.len().min(3)];
    let above = 1 + (told.len() as u16).max(1);
    let rows = (list.len() as u16).min(8) + above;
    let about = prompt.action.about(model.settings.language);
    let object = match prompt.about[..] {
        [] => about.to_owned(),
        [one] => match &prompt.on {
            Some(Quoted { author, line, .. }) => format!("#{one}: {author}: {line}"),
            None => format!("#{one}: {about}"),
        },
        _ => format!("{}: {about}", prompt.about.len()),
    };
    let inner = window(model, canvas, area, (cells, rows.max(4)), &object);
    if inner.is_empty() {
        return;
    }
    line(model, prompt, canvas, inner);
    let ground = model.theme.style(Role::Overlay);
    let style = ground.patch(model.theme.style(role));
    for (range, y) in told.iter().zip(inner.y + 1..inner.bottom()) {
        canvas.put(inner.x, y, inner.width, &said[range.clone()], style);
    }
    let marked = prompt.chosen.or_else(|| first_is_marked(prompt).then_some(0));
    let rows = inner.height.saturating_sub(above) as usize;
    let first = marked.map_or(0, |at| at.saturating_sub(rows.saturating_sub(1)));
    let names = list.iter().map(|choice| width(&choice.label)).max().unwrap_or(0);
    let names = (names as u16).min(inner.width / 2);
    for (place, choice) in list.iter().enumerate().skip(first).take(rows) {
        let y = inner.y + above + (place - first) as u16;
        let chosen = marked == Some(place);
        let style = match (chosen, &choice.why_not) {
            (true, _) => model.theme.style(Role::OverlayCursor),
            (false, Some(_)) => ground.patch(model.theme.style(Role::Disabled)),
            (false, None) => ground,
        };
        canvas.put(inner.x, y, 2, if chosen { ">" } else { " " }, style);
        canvas.clip(inner.x + 2, y, names, &choice.label, style);
        let detail = choice.why_not.as_ref().unwrap_or(&choice.detail);
        let dim = if chosen { style } else { ground.patch(model.theme.style(Role::Dim)) };
        let x = inner.x + 4 + names;
        canvas.clip(x, y, inner.right().saturating_sub(x), detail, dim);
    }
}

fn line(model: &Model, prompt: &Prompt, canvas: &mut Canvas<'_>, inner: Rect) {
    let style = model.theme.style(Role::Overlay).patch(model.theme.style(Role::Input));
    let room = inner.width.saturating_sub(3) as usize;
    let text = prompt.editor.text();
    let cursor = prompt.editor.cursor();
    // A line that is too long is shown from where the cursor still fits.
    let fits = |at: &usize| width(&text[*at..cursor]) <= room;
    let from = text.char_indices().map(|(at, _)| at).find(fits).unwrap_or(cursor).min(cursor);
    canvas.put(inner.x, inner.y, 2, ">", style);
    canvas.put(inner.x + 2, inner.y, inner.width.saturating_sub(2), &text[from..], style);
    canvas.point(inner.x + 2 + width(&text[from..cursor]) as u16, inner.y);
}
