//! Who is at the console.

use crate::console::canvas::{Canvas, width};
use crate::console::editor::Editor;
use crate::console::model::Model;
use crate::console::model::login::{Field, LoginForm};
use crate::console::theme::Role;
use crate::words;
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

words! {
    enum Word {
        Title = ["log in", "accedi", "entrar", "entrar"],
        Name = ["name", "nome", "nome", "nombre"],
        Password = ["password", "password", "senha", "contraseña"],
        Code = ["code", "codice", "código", "código"],
        Asking = ["asking the relay …", "chiedo al relay …", "consultando o relay …", "consultando al relay …"],
        How = ["enter: log in · tab: next field", "invio: accedi · tab: campo dopo", "enter: entrar · tab: próximo campo", "intro: entrar · tab: campo siguiente"],
    }
}

/// Draws it over the whole screen below the title.
pub fn view(model: &Model, form: &LoginForm, canvas: &mut Canvas<'_>, area: Rect) {
    let (language, theme) = (model.settings.language, &model.theme);
    let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    canvas.fill(below, theme.style(Role::Text));
    let cells = below.width.saturating_sub(4).min(56);
    let x = below.x + (below.width - cells) / 2;
    let mut y = below.y + below.height.saturating_sub(10) / 2;
    canvas.put(
        x,
        y,
        cells,
        &format!("Guichet · {}", Word::Title.say(language)),
        theme.style(Role::Heading),
    );
    y += 2;
    let names = [Word::Name, Word::Password, Word::Code].map(|word| word.say(language));
    let column = names.iter().map(|name| width(name)).max().unwrap_or(0) as u16 + 2;
    let fields = [
        (Field::Name, names[0], &form.name, true),
        (Field::Password, names[1], &form.password, true),
        (Field::Code, names[2], &form.code, form.wants_code),
    ];
    for (field, name, editor, shown) in fields {
        if !shown {
            continue;
        }
        let current = form.field == field;
        let mark = if model.settings.unicode { "▸" } else { ">" };
        let look = theme.style(if current { Role::Heading } else { Role::Dim });
        if current {
            canvas.put(x.saturating_sub(2), y, 1, mark, look);
        }
        canvas.put(x, y, column, name, look);
        let at = Rect { x: x + column, y, width: cells.saturating_sub(column), height: 1 };
        input(model, canvas, at, editor, field == Field::Password, current);
        y += 1;
    }
    y += 1;
    let (text, role) = match (form.asked, form.why.is_empty()) {
        (true, _) => (Word::Asking.say(language), Role::Dim),
        (_, false) => (form.why.as_str(), Role::Error),
        _ => ("", Role::Text),
    };
    let rows = crate::console::wrap::wrap(text, usize::from(cells));
    for range in rows.into_iter().take(3) {
        canvas.put(x, y, cells, &text[range], theme.style(role));
        y += 1;
    }
    canvas.clip(x, y + 1, cells, Word::How.say(language), theme.style(Role::Hint));
}

fn input(
    model: &Model,
    canvas: &mut Canvas<'_>,
    at: Rect,
    editor: &Editor,
    masked: bool,
    current: bool,
) {
    let style = model.theme.style(Role::Input);
    canvas.rule(
        at.x,
        at.y,
        at.width,
        if model.settings.unicode { "·" } else { "." },
        model.theme.style(Role::Dim),
    );
    let (before, after) = editor.text().split_at(editor.cursor());
    let masked_as = |text: &str| match masked {
        true => "*".repeat(text.graphemes(true).count()),
        false => text.to_owned(),
    };
    let (before, after) = (masked_as(before), masked_as(after));
    let room = usize::from(at.width.saturating_sub(1));
    let mut from = 0;
    while width(&before[from..]) > room {
        from += before[from..].chars().next().map_or(1, char::len_utf8);
    }
    let x = canvas.put(at.x, at.y, at.width, &before[from..], style);
    canvas.put(x, at.y, at.right().saturating_sub(x), &after, style);
    if current {
        canvas.point(x, at.y);
    }
}
