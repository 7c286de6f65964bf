//! The library: canned replies and templates.

use super::window::window;
use crate::console::action::Action;
use crate::console::canvas::{Canvas, width};
use crate::console::countdown;
use crate::console::language::{Language, fill};
use crate::console::model::Model;
use crate::console::model::picker::{BadValue, Choice, Picker, TemplateForm, VALUE_MOST};
use crate::console::theme::Role;
use crate::console::thread::row::tint_row;
use crate::console::thread::{format, kind, words};
use crate::console::update::overlays::picker::{alternative, is_open, value, why_not};
use crate::console::wrap::{around, wrap};
use crate::domain::canned;
use crate::domain::template::{Purpose, SlotKind, fill as filled};
use crate::wire::{Cost, TemplateView};
use ratatui::layout::Rect;

crate::words! {
    enum Word {
        Library = ["Replies and templates", "Risposte e modelli", "Respostas e modelos", "Respuestas y plantillas"],
        Reply = ["reply", "risposta", "resposta", "respuesta"],
        Into = ["into the text", "nel testo", "no texto", "en el texto"],
        Closed = ["window closed", "finestra chiusa", "janela fechada", "ventana cerrada"],
        Title = ["Templates", "Modelli", "Modelos", "Plantillas"],
        Search = ["find: ", "cerca: ", "procurar: ", "buscar: "],
        Nothing = ["nothing fits", "non si trova nulla", "nada encontrado", "no se encuentra nada"],
        AllLanguages = ["all languages", "tutte le lingue", "todos os idiomas", "todos los idiomas"],
        AllCategories = ["all categories", "tutte le categorie", "todas as categorias", "todas las categorías"],
        Checked = ["checked {0} ago", "confrontati {0} fa", "conferidos há {0}", "comprobadas hace {0}"],
        Checking = ["checking ...", "confronto ...", "conferindo ...", "comprobando ..."],
        Falling = ["quality {0}", "qualità {0}", "qualidade {0}", "calidad {0}"],
        FallingInstead = ["quality {0} · {1}: {2}", "qualità {0} · {1}: {2}", "qualidade {0} · {1}: {2}", "calidad {0} · {1}: {2}"],
        Charged = ["charged", "a pagamento", "pago", "de pago"],
        FreeInWindow = ["free now", "gratis ora", "grátis agora", "gratis ahora"],
        Empty = ["a value is missing", "manca un valore", "falta um valor", "falta un valor"],
        Lines = ["no line ends, no tabs", "niente a capo né tabulazioni", "sem quebras de linha nem tabulações", "sin saltos de línea ni tabuladores"],
        Spaces = ["at most four spaces in a row", "al massimo quattro spazi di fila", "no máximo quatro espaços seguidos", "como mucho cuatro espacios seguidos"],
        Long = ["at most 1024 characters", "al massimo 1024 caratteri", "no máximo 1024 caracteres", "como mucho 1024 caracteres"],
        File = ["a path, an https:// address or the id of a file", "un percorso, un indirizzo https:// o l'id di un file", "um caminho, um endereço https:// ou o id de um arquivo", "una ruta, una dirección https:// o el id de un archivo"],
        Going = ["going up: {0}", "in invio: {0}", "enviando: {0}", "subiendo: {0}"],
        Degrees = ["a number of degrees", "un numero di gradi", "um número de graus", "un número de grados"],
        Code = ["at most 15 characters", "al massimo 15 caratteri", "no máximo 15 caracteres", "como mucho 15 caracteres"],
        Until = ["a time like 2026-12-24T18:00:00Z", "un'ora come 2026-12-24T18:00:00Z", "uma hora como 2026-12-24T18:00:00Z", "una hora como 2026-12-24T18:00:00Z"],
        Optional = ["may stay empty", "può restare vuoto", "pode ficar vazio", "puede quedar vacío"],
        Offered = ["{0} fills in: {1}", "{0} inserisce: {1}", "{0} preenche: {1}", "{0} rellena: {1}"],
        Ready = ["enter sends it", "invio lo spedisce", "enter envia", "intro la envía"],
    }
}

/// What sending it would cost now.
fn cost(model: &Model, picker: &Picker, template: &TemplateView) -> &'static str {
    let language = model.settings.language;
    match template.cost {
        Cost::FreeInWindow if is_open(model, picker) => Word::FreeInWindow.say(language),
        Cost::FreeInWindow | Cost::Charged | Cost::Unknown => Word::Charged.say(language),
    }
}

/// Draws the picker: a list, beside the marked one as the customer will see it; then the values.
pub fn view(model: &Model, picker: &Picker, canvas: &mut Canvas<'_>, area: Rect) {
    let title = if picker.canned { Word::Library } else { Word::Title };
    let title = title.say(model.settings.language);
    let (columns, rows) =
        (area.width.saturating_sub(8).min(130), area.height.saturating_sub(4).min(30));
    let inside = match area.width < 80 || area.height < 16 {
        true => window(model, canvas, area, (area.width, area.height), title),
        false => window(model, canvas, area, (columns, rows), title),
    };
    if inside.width < 20 || inside.height < 3 {
        return;
    }
    let wide = inside.width >= 90;
    let list = match wide {
        true => Rect { width: inside.width / 2 - 1, ..inside },
        false => inside,
    };
    let beside = Rect {
        x: list.right() + 2,
        width: inside.right().saturating_sub(list.right() + 2),
        ..inside
    };
    match &picker.form {
        Some(form) => {
            let below = fields(model, picker, form, canvas, list);
            let left = list.bottom().saturating_sub(below);
            let at = if wide { beside } else { Rect { y: below, height: left, ..list } };
            preview(model, &form.template, Some(form), canvas, at);
        }
        None => {
            let found = picker.found(&model.mirror, &model.recent, is_open(model, picker));
            let space = if wide || list.height < 14 { 0 } else { 8 };
            let rows = Rect { height: list.height - space, ..list };
            listed(model, picker, &found, canvas, rows);
            let at = match wide {
                true => beside,
                false => Rect { y: rows.bottom(), height: space, ..list },
            };
            match found.get(picker.chosen) {
                Some(Choice::Template(template)) => preview(model, template, None, canvas, at),
                Some(Choice::Canned(canned)) => {
                    let (text, _) = canned::fill(&canned.text, |of| value(model, of));
                    shown(model, &[(Role::Text, text)], canvas, at);
                }
                None => {}
            }
        }
    }
}

fn listed(
    model: &Model,
    picker: &Picker,
    found: &[Choice<'_>],
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let (theme, language) = (&model.theme, model.settings.language);
    let over = |role| theme.style(Role::Overlay).patch(theme.style(role));
    let label = Word::Search.say(language);
    let x = canvas.put(area.x, area.y, area.width, label, over(Role::Dim));
    let text = picker.search.text();
    let end = canvas.clip(x, area.y, area.right().saturating_sub(x), text, over(Role::Input));
    canvas.point(end.min(area.right() - 1), area.y);
    let mut only = format!(
        "{} · {} · {}",
        picker.language.as_deref().unwrap_or(Word::AllLanguages.say(language)),
        picker.category.map_or(Word::AllCategories.say(language), Purpose::word),
        found.len()
    );
    let told = match (model.mirror.templates_asked, model.mirror.templates_checked) {
        (Some(_), _) => Some(Word::Checking.say(language).to_owned()),
        (None, Some(at)) => {
            let age = countdown::span(model.desk_now().since(at).max(0));
            Some(fill(Word::Checked.say(language), &[&age]))
        }
        (None, None) => None,
    };
    only.extend(told.iter().flat_map(|told| [" · ", told]));
    canvas.clip(area.x, area.y + 1, area.width, &only, over(Role::Dim));
    let rows = Rect { y: area.y + 2, height: area.height - 2, ..area };
    if found.is_empty() {
        canvas.clip(rows.x, rows.y, rows.width, Word::Nothing.say(language), over(Role::Dim));
    }
    let height = rows.height as usize;
    let first = (picker.chosen + 1).saturating_sub(height);
    let kind = |of: &Choice<'_>| match of {
        Choice::Canned(_) => Word::Reply.say(language),
        Choice::Template(template) => template.purpose.word(),
    };
    let cells = |text: &dyn Fn(&Choice<'_>) -> usize, most: u16| {
        let shown = found.iter().skip(first).take(height);
        shown.map(|of| text(of) as u16).max().unwrap_or(0).min(most)
    };
    // Name, language and, where there is room, category: each as wide as what is shown of it.
    let columns = [
        cells(&|of| width(of.name()), rows.width * 2 / 5),
        cells(&|of| width(of.language()), 6),
        if rows.width >= 50 { cells(&|of| width(kind(of)), 14) } else { 0 },
    ];
    let open = is_open(model, picker);
    for (place, y) in (first..found.len()).zip(rows.y..rows.bottom()) {
        let one = found[place];
        let (chosen, usable) = (place == picker.chosen, picker.is_usable(one, open, &model.mirror));
        let role = match (chosen, usable) {
            (true, _) => Role::OverlayCursor,
            (false, true) => Role::Text,
            (false, false) => Role::Disabled,
        };
        let mark = if chosen { if model.settings.unicode { "▌" } else { ">" } } else { " " };
        let mut x = canvas.put(rows.x, y, 1, mark, over(role));
        let texts = [one.name(), one.language(), kind(&one)];
        for (text, cells) in texts.into_iter().zip(columns).filter(|(_, cells)| *cells > 0) {
            canvas.clip(x, y, cells, text, over(role));
            x += cells + 2;
        }
        let told = match one {
            Choice::Template(template) if usable => cost(model, picker, template).to_owned(),
            Choice::Template(of) => why_not(model, picker, of),
            Choice::Canned(_) if open => Word::Into.say(language).to_owned(),
            Choice::Canned(canned) => match &canned.template {
                Some(template) => template.clone(),
                None => Word::Closed.say(language).to_owned(),
            },
        };
        let role = if usable { Role::Dim } else { Role::Warning };
        canvas.clip(x, y, rows.right().saturating_sub(x), &told, over(role));
    }
}

/// Draws the values; gives back the row below them.
fn fields(
    model: &Model,
    picker: &Picker,
    form: &TemplateForm,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> u16 {
    let (theme, language) = (&model.theme, model.settings.language);
    let over = |role| theme.style(Role::Overlay).patch(theme.style(role));
    let heading = format!(
        "{} [{}] · {} · {}",
        form.template.name,
        form.template.language,
        form.template.purpose.word(),
        cost(model, picker, &form.template)
    );
    canvas.clip(area.x, area.y, area.width, &heading, over(Role::Heading));
    let mut y = area.y + 1;
    if let Some(quality) = form.falling() {
        let instead = alternative(model, picker, &form.template);
        let told = match (instead, model.key_of(Action::TemplateInstead)) {
            (Some(other), Some(key)) => {
                fill(Word::FallingInstead.say(language), &[quality, &key, &other.name])
            }
            _ => fill(Word::Falling.say(language), &[quality]),
        };
        canvas.clip(area.x, y, area.width, &told, over(Role::Warning));
        y += 1;
    }
    let first = (form.at + 2).saturating_sub((area.height as usize / 2).max(2));
    for (place, (slot, field)) in
        form.template.parameters.iter().zip(&form.fields).enumerate().skip(first)
    {
        if y >= area.bottom() {
            break;
        }
        let here = place == form.at;
        let label = format!("{}: ", slot.name);
        let role = if here { Role::HintKey } else { Role::Dim };
        let x = canvas.clip(area.x, y, area.width, &label, over(role));
        let most = area.right().saturating_sub(x);
        if field.is_empty() {
            let optional = slot.optional.then(|| Word::Optional.say(language));
            let file = slot.kind.file().map(|_| Word::File.say(language));
            let example = file.or(slot.example.as_deref()).or(optional).unwrap_or("…");
            canvas.clip(x, y, most, example, over(Role::Disabled));
            if here {
                canvas.point(x, y);
            }
        } else {
            // The one that is written is shown round the cursor, the others from their beginning.
            let (text, cursor) = (field.text(), field.cursor());
            let at = if here { cursor } else { 0 };
            let left = usize::from(area.bottom() - y).saturating_sub(1).max(1);
            let (rows, holds) = around(text, most as usize, at, if here { left.min(3) } else { 1 });
            if !here {
                canvas.clip(x, y, most, text, over(Role::Input));
            }
            for (nth, row) in rows.iter().enumerate().filter(|_| here) {
                canvas.put(x, y + nth as u16, most, &text[row.clone()], over(Role::Input));
                if nth == holds {
                    let before = width(&text[row.start..cursor.clamp(row.start, row.end)]) as u16;
                    canvas.point((x + before).min(area.right() - 1), y + nth as u16);
                }
            }
            y += (rows.len() as u16).saturating_sub(1);
        }
        y += 1;
        let going = form.going.as_ref().filter(|going| going.place == place);
        let told = match &form.fault {
            Some((at, wrong)) if *at == place => {
                Some((Role::Error, format!("  {}: {}", slot.name, wrong.say(language))))
            }
            _ if going.is_some() => {
                let up = kind::size(going.map_or(0, |going| going.up));
                Some((Role::Hint, format!("  {}", fill(Word::Going.say(language), &[&up]))))
            }
            _ if here && !form.offers[place].is_empty() => {
                let offers = form.offers[place].join(" · ");
                let key = model.key_of(Action::Complete).or_else(|| model.key_of(Action::PageDown));
                let key = key.unwrap_or_else(|| Action::Complete.id().to_owned());
                Some((
                    Role::Hint,
                    format!("  {}", fill(Word::Offered.say(language), &[&key, &offers])),
                ))
            }
            _ => None,
        };
        if let Some((role, text)) = told.filter(|_| y < area.bottom()) {
            canvas.clip(area.x, y, area.width, &text, over(role));
            y += 1;
        }
    }
    if form.wrong().is_none() && y < area.bottom() {
        canvas.clip(area.x, y, area.width, Word::Ready.say(language), over(Role::Success));
        y += 1;
    }
    y.min(area.bottom())
}

impl BadValue {
    fn say(&self, language: Language) -> &str {
        debug_assert_eq!(VALUE_MOST, 1024);
        match self {
            Self::Empty => Word::Empty,
            Self::Lines => Word::Lines,
            Self::Spaces => Word::Spaces,
            Self::Long => Word::Long,
            Self::File => Word::File,
            Self::Degrees => Word::Degrees,
            Self::Code => Word::Code,
            Self::Until => Word::Until,
            Self::Said(why) => return why,
        }
        .say(language)
    }
}

/// A template as the customer will see it.
fn preview(
    model: &Model,
    template: &TemplateView,
    form: Option<&TemplateForm>,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let values = form.map(TemplateForm::values).unwrap_or_default();
    let given = |name: &str| {
        let found = values.iter().find(|(slot, _)| slot == name);
        found.map_or_else(|| format!("{{{{{name}}}}}"), |(_, value)| value.clone())
    };
    let file = |part: &str| {
        let name = format!("{part}header");
        let slot = template.parameters.iter().find(|slot| slot.name == name)?;
        let word = match slot.kind {
            SlotKind::Image => words::Word::Image,
            SlotKind::Video => words::Word::Video,
            SlotKind::Document => words::Word::Document,
            _ => return None,
        };
        Some(format!("[{}] {}", word.say(model.settings.language), given(&name)))
    };
    let mut parts: Vec<(Role, String)> = Vec::new();
    let header = template.header.as_ref();
    parts.extend(header.map(|header| (Role::Heading, filled(header, &values, "header"))));
    parts.extend(file("").map(|file| (Role::Link, file)));
    if template.parameters.iter().any(|slot| slot.kind == SlotKind::Place) {
        let members = ["name", "address", "latitude", "longitude"];
        let place = members.map(|member| given(&format!("header.{member}"))).join(", ");
        let word = words::Word::Location.say(model.settings.language);
        parts.push((Role::Link, format!("[{word}] {place}")));
    }
    if let Some(offer) = &template.offer {
        let ends = template.parameters.iter().any(|slot| slot.kind == SlotKind::Until);
        let until = if ends { format!(" · {}", given("offer.until")) } else { String::new() };
        parts.push((Role::Heading, format!("{offer}{until}")));
    }
    parts.push((Role::Text, filled(&template.body, &values, "")));
    parts.extend(template.footer.as_ref().map(|footer| (Role::Dim, footer.clone())));
    let button = |button: &String| (Role::Link, format!("[ {button} ]"));
    parts.extend(template.buttons.iter().map(button));
    for (card, at) in template.cards.iter().zip(1..) {
        parts.push((Role::Dim, format!("{at}.")));
        parts.extend(file(&format!("card.{at}.")).map(|file| (Role::Link, file)));
        let text = filled(&card.body, &values, &format!("card.{at}"));
        parts.extend((!text.is_empty()).then_some((Role::Text, text)));
        parts.extend(card.buttons.iter().map(button));
    }
    shown(model, &parts, canvas, area);
}

/// Draws a text as the customer will see it.
fn shown(model: &Model, parts: &[(Role, String)], canvas: &mut Canvas<'_>, area: Rect) {
    let theme = &model.theme;
    let over = |role| theme.style(Role::Overlay).patch(theme.style(role));
    let bar = if model.settings.unicode { "│" } else { "|" };
    let mut y = area.y;
    let cells = area.width.saturating_sub(2);
    if cells < 4 {
        return;
    }
    for (role, text) in parts {
        let faces = if *role == Role::Text { format::faces(text) } else { Vec::new() };
        for row in wrap(text, cells as usize) {
            if y >= area.bottom() {
                return;
            }
            canvas.put(area.x, y, 1, bar, over(Role::Border));
            canvas.put(area.x + 2, y, cells, &text[row.clone()], over(*role));
            tint_row(canvas, theme, (area.x + 2, y, cells), (text, &row), &faces);
            y += 1;
        }
    }
}
