//! The form in which a message is put together.

use super::window::window;
use crate::console::canvas::{Canvas, width};
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::insert::{Field, Form, Insert, Part, Sort, Wrong};
use crate::console::theme::Role;
use crate::console::wrap::{around, wrap};
use ratatui::layout::Rect;

crate::words! {
    enum Word {
        Title = ["Insert", "Inserisci", "Inserir", "Insertar"],
        Text = ["text", "testo", "texto", "texto"],
        Line = ["line above", "riga sopra", "linha acima", "línea de arriba"],
        Header = ["line or file above", "riga o file sopra", "linha ou arquivo acima", "línea o archivo de arriba"],
        Footer = ["line below", "riga sotto", "linha abaixo", "línea de abajo"],
        Button = ["button", "pulsante", "botão", "botón"],
        Row = ["row", "riga", "linha", "fila"],
        Address = ["address", "indirizzo", "endereço", "dirección"],
        Page = ["page", "pagina", "página", "página"],
        FormId = ["form's id", "id del modulo", "id do formulário", "id del formulario"],
        Screen = ["first screen", "prima schermata", "primeira tela", "primera pantalla"],
        Data = ["given to it", "le si dà", "dados para ela", "se le da"],
        Degrees = ["degrees", "gradi", "graus", "grados"],
        Name = ["name", "nome", "nome", "nombre"],
        Phones = ["numbers", "numeri", "números", "números"],
        Emails = ["e-mail", "e-mail", "e-mail", "e-mail"],
        Company = ["company", "azienda", "empresa", "empresa"],
        Optional = ["may stay empty", "può restare vuoto", "pode ficar vazio", "puede quedar vacío"],
        LineHint = ["title | smaller words; # begins a section", "titolo | parole più piccole; # apre una sezione", "título | palavras menores; # abre uma seção", "título | palabras menores; # abre una sección"],
        DegreesHint = ["north, east: 45.4642, 9.19", "nord, est: 45.4642, 9.19", "norte, leste: 45.4642, 9.19", "norte, este: 45.4642, 9.19"],
        SeveralHint = ["several with commas between", "più d'uno con virgole", "vários com vírgulas", "varios con comas"],
        PairsHint = ["name = value; other = value; may stay empty", "nome = valore; altro = valore; può restare vuoto", "nome = valor; outro = valor; pode ficar vazio", "nombre = valor; otro = valor; puede quedar vacío"],
        Pairs = ["names with values: day = Friday; place = shop", "nomi con valori: day = Friday; place = shop", "nomes com valores: day = Friday; place = shop", "nombres con valores: day = Friday; place = shop"],
        Empty = ["a value is missing", "manca un valore", "falta um valor", "falta un valor"],
        Long = ["at most {0} characters", "al massimo {0} caratteri", "no máximo {0} caracteres", "como mucho {0} caracteres"],
        Quoting = ["answers {0}: {1}", "risponde a {0}: {1}", "responde a {0}: {1}", "responde a {0}: {1}"],
        Earth = ["no place on earth: north -90 to 90, east -180 to 180", "nessun luogo sulla terra: nord da -90 a 90, est da -180 a 180", "nenhum lugar na Terra: norte de -90 a 90, leste de -180 a 180", "ningún lugar de la Tierra: norte de -90 a 90, este de -180 a 180"],
        NoAddress = ["no web address: it begins with https://", "non è un indirizzo web: comincia con https://", "não é um endereço web: começa com https://", "no es una dirección web: empieza con https://"],
        Rows = ["a list has at most {0} rows", "una lista ha al massimo {0} righe", "uma lista tem no máximo {0} linhas", "una lista tiene como mucho {0} filas"],
        NoRows = ["a section needs rows", "una sezione vuole righe", "uma seção precisa de linhas", "una sección necesita filas"],
        Untitled = ["where one section has a title, each has: # and the title above", "se una sezione ha un titolo, l'hanno tutte: # e il titolo sopra", "se uma seção tem título, todas têm: # e o título acima", "si una sección tiene título, todas lo tienen: # y el título encima"],
        Search = ["find: ", "cerca: ", "procurar: ", "buscar: "],
        Nothing = ["nothing fits", "non si trova nulla", "nada encontrado", "no se encuentra nada"],
        Ready = ["enter sends it", "invio lo spedisce", "enter envia", "intro lo envía"],
    }
}

fn label(part: Part) -> Word {
    match part {
        Part::Body => Word::Text,
        Part::Heading => Word::Line,
        Part::Header => Word::Header,
        Part::Footer => Word::Footer,
        Part::Button | Part::OtherButton | Part::ListButton | Part::Label | Part::FlowLabel => {
            Word::Button
        }
        Part::Line => Word::Row,
        Part::Url => Word::Page,
        Part::FlowId => Word::FormId,
        Part::Screen => Word::Screen,
        Part::Data => Word::Data,
        Part::Degrees => Word::Degrees,
        Part::PlaceName | Part::Name => Word::Name,
        Part::Address => Word::Address,
        Part::Phones => Word::Phones,
        Part::Emails => Word::Emails,
        Part::Company => Word::Company,
    }
}

/// What is to be known of an empty field.
fn hint(part: Part) -> Option<Word> {
    match part {
        Part::Line => Some(Word::LineHint),
        Part::Degrees => Some(Word::DegreesHint),
        Part::Phones => Some(Word::SeveralHint),
        Part::Data => Some(Word::PairsHint),
        Part::Header
        | Part::Heading
        | Part::Footer
        | Part::OtherButton
        | Part::Screen
        | Part::PlaceName
        | Part::Address
        | Part::Emails
        | Part::Company => Some(Word::Optional),
        _ => None,
    }
}

/// Draws the choice of forms, or the form.
pub fn view(model: &Model, insert: &Insert, canvas: &mut Canvas<'_>, area: Rect) {
    let language = model.settings.language;
    let title = match &insert.form {
        Some(form) => format!("#{}: {}", insert.ticket, form.sort.named(language)),
        None => format!("#{}: {}", insert.ticket, Word::Title.say(language)),
    };
    let columns = area.width.saturating_sub(6).min(76);
    let rows = match &insert.form {
        Some(form) => form.fields.len() as u16 + 6,
        None => Sort::ALL.len() as u16 + 1,
    };
    let inner = window(model, canvas, area, (columns, rows), &title);
    if inner.is_empty() {
        return;
    }
    match &insert.form {
        Some(form) => fields(model, form, canvas, inner),
        None => list(model, insert, canvas, inner),
    }
}

fn list(model: &Model, insert: &Insert, canvas: &mut Canvas<'_>, area: Rect) {
    let ground = model.theme.style(Role::Overlay);
    let language = model.settings.language;
    let dim = ground.patch(model.theme.style(Role::Dim));
    let x = canvas.put(area.x, area.y, area.width, Word::Search.say(language), dim);
    let input = ground.patch(model.theme.style(Role::Input));
    let most = area.right().saturating_sub(x);
    let end = canvas.clip(x, area.y, most, insert.search.text(), input);
    canvas.point(end.min(area.right() - 1), area.y);
    let area = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let found = insert.found(language);
    if found.is_empty() {
        canvas.clip(area.x, area.y, area.width, Word::Nothing.say(language), dim);
    }
    let first = (insert.chosen + 1).saturating_sub(usize::from(area.height));
    for ((place, sort), y) in found.iter().enumerate().skip(first).zip(area.y..area.bottom()) {
        let chosen = place == insert.chosen;
        let style = if chosen { model.theme.style(Role::OverlayCursor) } else { ground };
        canvas.put(area.x, y, 2, if chosen { ">" } else { " " }, style);
        let kept = model.forms.iter().any(|(of, form)| *of == insert.ticket && form.sort == *sort);
        let text =
            format!("{}{}", sort.named(model.settings.language), if kept { " …" } else { "" });
        canvas.clip(area.x + 2, y, area.width.saturating_sub(16), &text, style);
        let dim = if chosen { style } else { ground.patch(model.theme.style(Role::Dim)) };
        canvas.put_right(area.right(), y, 12, sort.id(), dim);
    }
}

fn fields(model: &Model, form: &Form, canvas: &mut Canvas<'_>, area: Rect) {
    let (theme, language) = (&model.theme, model.settings.language);
    let over = |role| theme.style(Role::Overlay).patch(theme.style(role));
    let labels = form.fields.iter().map(|field| width(label(field.part).say(language)));
    let labels = (labels.max().unwrap_or(0) as u16 + 2).min(area.width / 3);
    let mut y = area.y;
    if let Some(quote) = &form.quote {
        let line = fill(Word::Quoting.say(language), &[&quote.author, &quote.line]);
        canvas.clip(area.x, y, area.width, &line, over(Role::Quote));
        y += 1;
    }
    // The field that is typed into is always seen, with what is told of it.
    let room = usize::from(area.bottom().saturating_sub(y)).saturating_sub(4).max(1);
    let first = (form.at + 1).saturating_sub(room);
    for (place, field) in form.fields.iter().enumerate().skip(first) {
        if y >= area.bottom() {
            return;
        }
        let here = place == form.at;
        let role = if here { Role::HintKey } else { Role::Dim };
        canvas.clip(area.x, y, labels - 1, label(field.part).say(language), over(role));
        count(model, field, here, canvas, area, y);
        let inside = Rect {
            x: area.x + labels,
            y,
            width: area.width.saturating_sub(labels + 10),
            height: area.bottom() - y,
        };
        y += written(model, field, here, canvas, inside);
        let told =
            form.fault.as_ref().filter(|(at, _)| *at == place).map(|(_, wrong)| match wrong {
                Wrong::Empty => Word::Empty.say(language).to_owned(),
                Wrong::Long(_, most) => fill(Word::Long.say(language), &[&most.to_string()]),
                Wrong::Degrees => Word::DegreesHint.say(language).to_owned(),
                Wrong::Earth => Word::Earth.say(language).to_owned(),
                Wrong::Address => Word::NoAddress.say(language).to_owned(),
                Wrong::Rows(most) => fill(Word::Rows.say(language), &[&most.to_string()]),
                Wrong::Pairs => Word::Pairs.say(language).to_owned(),
                Wrong::NoRows => Word::NoRows.say(language).to_owned(),
                Wrong::Untitled => Word::Untitled.say(language).to_owned(),
                Wrong::Said(text) => text.clone(),
            });
        for row in told.iter().flat_map(|told| wrap(told, inside.width.max(1).into())) {
            if y < area.bottom() {
                let text = told.as_deref().unwrap_or_default();
                canvas.put(inside.x, y, inside.width, &text[row], over(Role::Error));
                y += 1;
            }
        }
    }
    if form.content().is_ok() && y < area.bottom() {
        canvas.clip(area.x, y, area.width, Word::Ready.say(language), over(Role::Success));
    }
}

/// How many characters a field has and may have: where it is typed into, and where there are too many.
fn count(model: &Model, field: &Field, here: bool, canvas: &mut Canvas<'_>, area: Rect, y: u16) {
    let Some((given, most)) = field.count() else { return };
    if !here && given <= most {
        return;
    }
    let role = if given > most { Role::Failed } else { Role::Dim };
    let style = model.theme.style(Role::Overlay).patch(model.theme.style(role));
    canvas.put_right(area.right(), y, 9, &format!("{given}/{most}"), style);
}

/// Draws what is typed; gives back how many rows it takes.
fn written(model: &Model, field: &Field, here: bool, canvas: &mut Canvas<'_>, area: Rect) -> u16 {
    let (theme, language) = (&model.theme, model.settings.language);
    let over = |role| theme.style(Role::Overlay).patch(theme.style(role));
    let editor = &field.editor;
    if editor.is_empty() {
        let text = hint(field.part).map_or("…", |word| word.say(language));
        canvas.clip(area.x, area.y, area.width, text, over(Role::Disabled));
        if here {
            canvas.point(area.x, area.y);
        }
        return 1;
    }
    let text = editor.text();
    if !here {
        let line = crate::kit::text::one_line(text, 200);
        canvas.clip(area.x, area.y, area.width, &line, over(Role::Input));
        return 1;
    }
    let high = usize::from(area.height).clamp(1, 4);
    let (rows, holds) = around(text, usize::from(area.width).max(1), editor.cursor(), high);
    for (nth, row) in rows.iter().enumerate() {
        let y = area.y + nth as u16;
        canvas.put(area.x, y, area.width, &text[row.clone()], over(Role::Input));
        if nth == holds {
            let before = width(&text[row.start..editor.cursor().clamp(row.start, row.end)]) as u16;
            canvas.point((area.x + before).min(area.right()), y);
        }
    }
    rows.len().max(1) as u16
}
