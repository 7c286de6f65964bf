//! The composer below the thread.

use crate::console::action::Action;
use crate::console::canvas::{Canvas, width};
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::attachment::{Attachment, captioned};
use crate::console::model::composer::TEXT_MOST;
use crate::console::theme::Role;
use crate::console::thread::row::tint_row;
use crate::console::thread::{format, kind};
use crate::console::update::composer::{conflict, may_reply, may_send};
use crate::console::wrap;
use crate::domain::refusal::Refusal;
use crate::kit::text::one_line;
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
        Caption = ["CAPTION of {0}", "DIDASCALIA di {0}", "LEGENDA de {0}", "PIE de {0}"],
        Bare = ["no link preview", "senza anteprima del link", "sem prévia do link", "sin vista previa del enlace"],
        After = ["REPLY after the files", "RISPOSTA dopo i file", "RESPOSTA depois dos arquivos", "RESPUESTA tras los archivos"],
        With = ["write what goes with it, or send it so", "scrivi cosa lo accompagna, o invia così", "escreva o que vai junto, ou envie assim", "escribe lo que lo acompaña, o envía así"],
        Going = ["{0} % of {1}", "{0} % di {1}", "{0} % de {1}", "{0} % de {1}"],
        Waits = ["{0} files wait", "{0} file in attesa", "{0} arquivos esperando", "{0} archivos en espera"],
        MoreFiles = ["and {0} more", "e altri {0}", "e mais {0}", "y {0} más"],
        Invite = ["write an answer", "scrivi una risposta", "escreva uma resposta", "escribe una respuesta"],
        Quoting = ["answers {0}: {1}", "risponde a {0}: {1}", "responde a {0}: {1}", "responde a {0}: {1}"],
        Whisper = ["{0} proposes ({1} takes it): {2}", "{0} propone ({1} lo prende): {2}", "{0} propõe ({1} aceita): {2}", "{0} propone ({1} lo toma): {2}"],
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
    let label = match (note, closed) {
        (true, _) => Word::Note.say(language).to_owned(),
        (false, true) => Word::Template.say(language).to_owned(),
        // What goes below a file has no preview.
        (false, false) if composer.bare && composer.files.is_empty() => {
            format!("{} · {}", reply(model), Word::Bare.say(language))
        }
        (false, false) => reply(model),
    };
    frame(model, canvas, area, border);
    let label = format!(" {label} ");
    let mut x = canvas.clip(area.x + 2, area.y, area.width - 4, &label, border);
    if let Some(conflict) = conflict(model) {
        let told = format!("{} ", conflict.say(model.desk_now(), language));
        let room = area.right().saturating_sub(x + 2);
        x = canvas.clip(x, area.y, room, &told, theme.style(Role::Warning));
    } else if composer.taken_over.is_some() {
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
    if let Some(whisper) = composer.whisper().filter(|_| inner.height > 1) {
        let keys = model.key_of(Action::TakeWhisper).unwrap_or_default();
        let text = one_line(&whisper.text, 400);
        let said = fill(Word::Whisper.say(language), &[&whisper.by, &keys, &text]);
        canvas.clip(inner.x, inner.y, inner.width, &said, theme.style(Role::Note));
        inner = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    }
    if let Some(quoted) = composer.quote.as_ref().filter(|_| inner.height > 1) {
        let line = fill(Word::Quoting.say(language), &[&quoted.author, &quoted.line]);
        canvas.clip(inner.x, inner.y, inner.width, &line, theme.style(Role::Quote));
        inner = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    }
    let rows = composer.file_rows().min(usize::from(inner.height.saturating_sub(1))) as u16;
    files(model, canvas, Rect { height: rows, ..inner });
    inner = Rect { y: inner.y + rows, height: inner.height - rows, ..inner };
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

/// What the text will be.
fn reply(model: &Model) -> String {
    let (composer, language) = (&model.composer, model.settings.language);
    let text = composer.editor.text().trim_end();
    match captioned(&composer.files, text).and_then(|at| composer.files.get(at)) {
        Some(file) => fill(Word::Caption.say(language), &[&one_line(&file.name, 40)]),
        None if composer.files.is_empty() || text.is_empty() => {
            Word::Reply.say(language).to_owned()
        }
        None => Word::After.say(language).to_owned(),
    }
}

/// The files that are on their way, and how far; those that wait to be sent.
fn files(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let (composer, language) = (&model.composer, model.settings.language);
    let up = if model.settings.unicode { "↑" } else { "^" };
    let named = |file: &Attachment| {
        format!("[{}] {}", kind::named(file.kind, language), one_line(&file.name, 80))
    };
    let going = composer.going().map(|parcel| {
        let (percent, rest) = (parcel.percent().to_string(), parcel.files.len().saturating_sub(1));
        let mut told = String::new();
        if let Some(file) = parcel.files.front() {
            let far = fill(Word::Going.say(language), &[&percent, &kind::size(file.bytes)]);
            told = format!("{up} {} {far}", named(file));
        }
        if rest > 0 {
            told = format!("{told}, {}", fill(Word::Waits.say(language), &[&rest.to_string()]));
        }
        (Role::Success, told)
    });
    let waiting = composer
        .files
        .iter()
        .map(|file| (Role::Link, format!("+ {} {}", named(file), kind::size(file.bytes))));
    let lines: Vec<_> = going.chain(waiting).collect();
    let room = usize::from(area.height);
    let whole = if lines.len() > room { room.saturating_sub(1) } else { room };
    let more = (lines.len() > room).then(|| {
        let more = (lines.len() - whole).to_string();
        (Role::Dim, fill(Word::MoreFiles.say(language), &[&more]))
    });
    for ((role, line), y) in lines.into_iter().take(whole).chain(more).zip(area.y..area.bottom()) {
        canvas.clip(area.x, y, area.width, &line, model.theme.style(role));
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
            let word = if model.composer.files.is_empty() { Word::Invite } else { Word::With };
            let invite = word.say(model.settings.language);
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
    // A note is for colleagues, and what is too long is not sent.
    let reply = !model.composer.note && whole.len() <= 4 * TEXT_MOST;
    let faces = if reply { format::faces(whole) } else { Vec::new() };
    for (row, y) in rows.iter().zip(area.y..area.bottom()) {
        part(canvas, area, y, whole, row, &selection, [style, model.theme.style(Role::Selection)]);
        tint_row(canvas, &model.theme, (area.x, y, area.width), (whole, row), &faces);
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
