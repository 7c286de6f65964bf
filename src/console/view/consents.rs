//! A contact's ledger.

use super::window::window;
use crate::console::canvas::{Canvas, width};
use crate::console::language::Language;
use crate::console::model::Model;
use crate::console::model::consents::{Consents, Field};
use crate::console::theme::Role;
use crate::console::thread::day::moment;
use crate::console::thread::words::known;
use crate::console::wrap::around;
use crate::domain::consent::{Said, Source};
use crate::domain::template::Purpose;
use crate::kit::text::one_line;
use crate::wire::ConsentEntry;
use ratatui::layout::Rect;

/// So many entries are seen at most; the newest.
const SEEN: u16 = 10;

crate::words! {
    enum Word {
        Title = ["Consents of {0}", "Consensi di {0}", "Consentimentos de {0}", "Consentimientos de {0}"],
        Coming = ["asking the relay …", "chiedo al relay …", "perguntando ao relay …", "preguntando al relay …"],
        None = ["nothing is written down: all but marketing is allowed", "niente di annotato: tutto è permesso tranne il marketing", "nada anotado: tudo é permitido menos marketing", "nada anotado: todo está permitido menos el marketing"],
        Agrees = ["agrees", "acconsente", "concorda", "acepta"],
        Refuses = ["refuses", "rifiuta", "recusa", "rechaza"],
        Asked = ["was asked", "gli è stato chiesto", "foi perguntado", "se le preguntó"],
        Counts = ["now", "ora", "agora", "ahora"],
        Message = ["message", "messaggio", "mensagem", "mensaje"],
        Preference = ["WhatsApp's menu", "menu di WhatsApp", "menu do WhatsApp", "menú de WhatsApp"],
        Platform = ["refused by WhatsApp", "rifiuto di WhatsApp", "recusa do WhatsApp", "rechazo de WhatsApp"],
        Confirmed = ["confirmed", "confermato", "confirmado", "confirmado"],
        Agent = ["colleague", "collega", "colega", "colega"],
        Import = ["import", "importazione", "importação", "importación"],
        New = ["write down", "annota", "anotar", "anotar"],
        About = ["about", "riguarda", "sobre", "sobre"],
        Says = ["he", "lui", "ele", "él"],
        Why = ["proof", "prova", "prova", "prueba"],
        Choose = ["← → choose", "← → sceglie", "← → escolhe", "← → elige"],
        WhyMissing = ["say how, or where the proof lies", "di' come, o dov'è la prova", "diga como, ou onde está a prova", "di cómo, o dónde está la prueba"],
        SaysMissing = ["agrees or refuses?", "acconsente o rifiuta?", "concorda ou recusa?", "¿acepta o rechaza?"],
        Ready = ["enter writes it down", "invio lo annota", "enter anota", "intro lo anota"],
        Writing = ["writing …", "annoto …", "anotando …", "anotando …"],
    }
}

/// Draws the entries, and the fields of a new one.
pub fn view(model: &Model, shown: &Consents, canvas: &mut Canvas<'_>, area: Rect) {
    let language = model.settings.language;
    let called = one_line(&shown.called, 60);
    let title = crate::console::language::fill(Word::Title.say(language), &[&called]);
    let count = match &shown.entries {
        Some(Ok(entries)) => entries.len().max(1) as u16,
        _ => 1,
    };
    let columns = area.width.saturating_sub(6).min(90);
    let inner = window(model, canvas, area, (columns, count.min(SEEN) + 6), &title);
    if inner.height < 5 {
        return;
    }
    let above = Rect { height: inner.height - 5, ..inner };
    ledger(model, shown, canvas, above);
    let below = Rect { y: above.bottom(), height: 5, ..inner };
    fields(model, shown, canvas, below);
}

fn ledger(model: &Model, shown: &Consents, canvas: &mut Canvas<'_>, area: Rect) {
    let (theme, language) = (&model.theme, model.settings.language);
    let over = |role| theme.style(Role::Overlay).patch(theme.style(role));
    let entries = match &shown.entries {
        None => {
            canvas.clip(area.x, area.y, area.width, Word::Coming.say(language), over(Role::Dim));
            return;
        }
        Some(Err(why)) => {
            canvas.clip(area.x, area.y, area.width, &one_line(why, 200), over(Role::Error));
            return;
        }
        Some(Ok(entries)) if entries.is_empty() => {
            canvas.clip(area.x, area.y, area.width, Word::None.say(language), over(Role::Dim));
            return;
        }
        Some(Ok(entries)) => entries,
    };
    let passed = entries.len().saturating_sub(usize::from(area.height));
    for (entry, y) in entries.iter().skip(passed).zip(area.y..area.bottom()) {
        let mut x = area.x;
        for (role, text) in line(model, entry, language) {
            let most = area.right().saturating_sub(x);
            x = canvas.clip(x, y, most, &text, over(role));
        }
    }
}

fn purpose(purpose: Purpose, language: Language) -> &'static str {
    known(purpose.word(), language).unwrap_or(purpose.word())
}

fn line(model: &Model, entry: &ConsentEntry, language: Language) -> Vec<(Role, String)> {
    let (role, said) = match entry.said {
        Said::Agreed => (Role::Success, Word::Agrees),
        Said::Refused => (Role::Warning, Word::Refuses),
        Said::Asked => (Role::Dim, Word::Asked),
    };
    let source = match entry.source {
        Source::Message => Word::Message,
        Source::Preference => Word::Preference,
        Source::Platform => Word::Platform,
        Source::Confirmed => Word::Confirmed,
        Source::Agent => Word::Agent,
        Source::Import => Word::Import,
    };
    let from = match &entry.by {
        Some(by) => one_line(by, 40),
        None => source.say(language).to_owned(),
    };
    let at = moment(entry.at, &model.settings.zone, language);
    let mut line = vec![
        (Role::Dim, format!("{at}  ")),
        (role, format!("{} ", said.say(language))),
        (Role::Text, purpose(entry.purpose, language).to_owned()),
    ];
    if entry.counts {
        line.push((Role::Heading, format!(" ({})", Word::Counts.say(language))));
    }
    line.push((Role::Dim, format!("  {from}")));
    let proof = entry.proof.as_deref().map(|proof| format!(": {}", one_line(proof, 200)));
    line.extend(proof.map(|proof| (Role::Quote, proof)));
    line
}

fn fields(model: &Model, shown: &Consents, canvas: &mut Canvas<'_>, area: Rect) {
    let (theme, language) = (&model.theme, model.settings.language);
    let over = |role| theme.style(Role::Overlay).patch(theme.style(role));
    let heading = Word::New.say(language);
    canvas.clip(area.x, area.y, area.width, heading, over(Role::Heading));
    let labels = [Word::About, Word::Says, Word::Why].map(|word| word.say(language));
    let wide = labels.iter().map(|label| width(label)).max().unwrap_or(0) as u16 + 2;
    let says = match shown.granted {
        Some(true) => Word::Agrees.say(language),
        Some(false) => Word::Refuses.say(language),
        None => "…",
    };
    let texts = [purpose(shown.purpose, language), says, shown.why.text()];
    let all = [Field::Purpose, Field::Says, Field::Why];
    for (((field, label), text), y) in all.into_iter().zip(labels).zip(texts).zip(area.y + 1..) {
        let here = shown.at == field;
        let role = if here { Role::HintKey } else { Role::Dim };
        canvas.clip(area.x, y, wide - 1, label, over(role));
        let (x, most) = (area.x + wide, area.width.saturating_sub(wide));
        if field == Field::Why && here {
            let (rows, holds) = around(text, usize::from(most).max(1), shown.why.cursor(), 1);
            let row = rows.get(holds).cloned().unwrap_or(0..0);
            let before = width(&text[row.start..shown.why.cursor().clamp(row.start, row.end)]);
            canvas.put(x, y, most, &text[row], over(Role::Input));
            canvas.point((x + before as u16).min(area.right() - 1), y);
        } else {
            let style = over(if here { Role::Input } else { Role::Text });
            let after = canvas.clip(x, y, most, text, style);
            if here {
                let most = area.right().saturating_sub(after + 2);
                canvas.clip(after + 2, y, most, Word::Choose.say(language), over(Role::Hint));
                canvas.point(x, y);
            }
        }
    }
    let (role, word) = match shown.missing {
        Some(Field::Why) => (Role::Error, Word::WhyMissing),
        Some(_) => (Role::Error, Word::SaysMissing),
        None if shown.writing => (Role::Dim, Word::Writing),
        None if shown.request().is_ok() => (Role::Success, Word::Ready),
        None => return,
    };
    canvas.clip(area.x, area.y + 4, area.width, word.say(language), over(role));
}
