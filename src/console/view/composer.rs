//! The composer below the thread.

use crate::console::canvas::{Canvas, width};
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::composer::TEXT_MOST;
use crate::console::theme::Role;
use crate::console::update::composer::{may_reply, may_send};
use crate::console::wrap;
use crate::domain::refusal::Refusal;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::ops::Range;

/// From so many characters on they are counted.
const COUNTED: usize = 200;

crate::words! {
    enum Word {
        Reply = ["REPLY", "RISPOSTA", "RESPOSTA", "RESPUESTA"],
        Note = ["NOTE for colleagues", "NOTA ai colleghi", "NOTA aos colegas", "NOTA a los colegas"],
        Template = ["TEMPLATES ONLY", "SOLO MODELLI", "SÓ MODELOS", "SOLO PLANTILLAS"],
        Closed = [
            "The window is closed: enter opens the templates. What you typed is kept.",
            "La finestra è chiusa: invio apre i modelli. Quel che hai scritto resta.",
            "A janela está fechada: enter abre os modelos. O que você escreveu fica.",
            "La ventana está cerrada: intro abre las plantillas. Lo escrito se conserva."
        ],
        Invite = ["write an answer", "scrivi una risposta", "escreva uma resposta", "escribe una respuesta"],
        Quoting = ["answers {0}: {1}", "risponde a {0}: {1}", "responde a {0}: {1}", "responde a {0}: {1}"],
        Draft = [
            "begun on your other console",
            "iniziata sull'altra console",
            "começada no outro console",
            "empezada en la otra consola"
        ],
    }
}

/// Draws the composer.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    if area.width < 8 || area.height < 2 {
        return;
    }
    let theme = &model.theme;
    let composer = &model.composer;
    let (language, note) = (model.settings.language, composer.note);
    let refusal = may_send(model).err();
    let closed = !note && matches!(refusal, Some(Refusal::WindowClosed { .. }));
    let border = theme.style(match (note, model.composing) {
        (true, _) => Role::Note,
        (false, true) => Role::BorderFocus,
        (false, false) => Role::Border,
    });
    let word = match (note, closed) {
        (true, _) => Word::Note,
        (false, true) => Word::Template,
        (false, false) => Word::Reply,
    };
    frame(model, canvas, area, border);
    let label = format!(" {} ", word.say(language));
    let mut x = canvas.clip(area.x + 2, area.y, area.width - 4, &label, border);
    if composer.taken_over.is_some() {
        let told = format!("{} ", Word::Draft.say(language));
        x = canvas.clip(
            x,
            area.y,
            area.right().saturating_sub(x + 2),
            &told,
            theme.style(Role::Dim),
        );
    }
    top_right(model, canvas, Rect { x, width: area.right() - x, ..area });

    let mut inner =
        Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 };
    if let Some(quoted) = composer.quote.as_ref().filter(|_| inner.height > 1) {
        let line = fill(Word::Quoting.say(language), &[&quoted.author, &quoted.line]);
        canvas.clip(inner.x, inner.y, inner.width, &line, theme.style(Role::Quote));
        inner = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    }
    let reason = match refusal {
        Some(Refusal::WindowClosed { .. }) if closed => Some(Word::Closed.say(language).to_owned()),
        Some(other) if !note => Some(other.to_string()),
        _ => None,
    };
    match reason {
        Some(reason) if composer.editor.is_empty() || inner.height > 1 => {
            canvas.clip(inner.x, inner.y, inner.width, &reason, theme.style(Role::Warning));
            if !composer.editor.is_empty() {
                inner = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
                text(model, canvas, inner, theme.style(Role::Disabled));
            } else if model.composing {
                canvas.point(inner.x, inner.y);
            }
        }
        _ => text(model, canvas, inner, theme.style(Role::Input)),
    }
}

fn frame(model: &Model, canvas: &mut Canvas<'_>, area: Rect, style: Style) {
    let glyphs = if model.settings.unicode {
        ["─", "│", "╭", "╮", "╰", "╯"]
    } else {
        ["-", "|", "+", "+", "+", "+"]
    };
    let [level, side, top_left, top_right, low_left, low_right] = glyphs;
    let (left, right, low) = (area.x, area.right() - 1, area.bottom() - 1);
    canvas.rule(left + 1, area.y, area.width - 2, level, style);
    canvas.rule(left + 1, low, area.width - 2, level, style);
    for y in area.y + 1..low {
        canvas.put(left, y, 1, side, style);
        canvas.put(right, y, 1, side, style);
    }
    for (x, y, glyph) in [
        (left, area.y, top_left),
        (right, area.y, top_right),
        (left, low, low_left),
        (right, low, low_right),
    ] {
        canvas.put(x, y, 1, glyph, style);
    }
}

/// How many characters, and how long the window is open.
fn top_right(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let length = model.composer.length();
    let role = match length {
        0..COUNTED => return,
        _ if length > TEXT_MOST => Role::Failed,
        _ if length * 10 > TEXT_MOST * 9 => Role::Warning,
        _ => Role::Dim,
    };
    let count = format!(" {length}/{TEXT_MOST} ");
    let most = area.width.saturating_sub(2);
    canvas.put_right(area.right() - 2, area.y, most, &count, model.theme.style(role));
}

fn text(model: &Model, canvas: &mut Canvas<'_>, area: Rect, style: Style) {
    let editor = &model.composer.editor;
    if editor.is_empty() {
        if !model.composer.note && may_reply(model).is_ok() {
            let invite = Word::Invite.say(model.settings.language);
            canvas.clip(area.x, area.y, area.width, invite, model.theme.style(Role::Dim));
        }
        if model.composing {
            canvas.point(area.x, area.y);
        }
        return;
    }
    let whole = editor.text();
    let (rows, holds) =
        wrap::around(whole, area.width as usize, editor.cursor(), area.height as usize);
    let selection = editor.selection().unwrap_or(0..0);
    for (row, y) in rows.iter().zip(area.y..area.bottom()) {
        part(canvas, area, y, whole, row, &selection, [style, model.theme.style(Role::Selection)]);
    }
    if let Some(row) = rows.get(holds).filter(|_| model.composing) {
        let before = width(&whole[row.start..editor.cursor().clamp(row.start, row.end)]) as u16;
        canvas.point((area.x + before).min(area.right()), area.y + holds as u16);
    }
}

/// One row, of which a part may be selected.
fn part(
    canvas: &mut Canvas<'_>,
    area: Rect,
    y: u16,
    whole: &str,
    row: &Range<usize>,
    selection: &Range<usize>,
    [plain, selected]: [Style; 2],
) {
    let from = selection.start.clamp(row.start, row.end);
    let to = selection.end.clamp(row.start, row.end);
    let mut x = area.x;
    for (range, style) in [(row.start..from, plain), (from..to, selected), (to..row.end, plain)] {
        x = canvas.put(x, y, area.right().saturating_sub(x), &whole[range], style);
    }
}
