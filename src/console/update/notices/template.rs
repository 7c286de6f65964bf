//! What the platform says of templates, told to supervisors in their language.

use crate::console::language::{Language, fill};
use crate::console::thread::words::known;
use crate::domain::template::{TemplateChange, TemplateNews};
use crate::kit::text::one_line;

crate::words! {
    enum Word {
        Approved = ["the template {0} is approved", "il modello {0} è approvato", "o modelo {0} está aprovado", "la plantilla {0} está aprobada"],
        Rejected = ["the template {0} is rejected", "il modello {0} è respinto", "o modelo {0} foi recusado", "la plantilla {0} está rechazada"],
        Paused = ["the template {0} is paused", "il modello {0} è in pausa", "o modelo {0} está em pausa", "la plantilla {0} está en pausa"],
        Disabled = ["the template {0} is disabled for good", "il modello {0} è disattivato per sempre", "o modelo {0} está desativado para sempre", "la plantilla {0} está desactivada para siempre"],
        Other = ["WhatsApp says of the template {0}: {1}", "WhatsApp dice del modello {0}: {1}", "o WhatsApp diz do modelo {0}: {1}", "WhatsApp dice de la plantilla {0}: {1}"],
        Quality = ["the quality of the template {0} is {1}", "la qualità del modello {0} è {1}", "a qualidade do modelo {0} é {1}", "la calidad de la plantilla {0} es {1}"],
        Counts = ["the template {0} counts as {1} now", "il modello {0} ora vale come {1}", "o modelo {0} agora conta como {1}", "la plantilla {0} ahora cuenta como {1}"],
        WillCount = ["the template {0} will count as {1}", "il modello {0} varrà come {1}", "o modelo {0} vai contar como {1}", "la plantilla {0} contará como {1}"],
    }
}

/// Says what happened. The platform's reason stands as it came: it is one of its words.
pub(super) fn say(news: &TemplateNews, language: Language) -> String {
    let called = news.called();
    let with = |word: Word, value: &str| fill(word.say(language), &[&called, value]);
    let plain = |word: &str| one_line(&word.replace('_', " ").to_lowercase(), 80);
    let text = match &news.change {
        TemplateChange::Status { status, .. } => match status.as_str() {
            "APPROVED" => with(Word::Approved, ""),
            "REJECTED" => with(Word::Rejected, ""),
            "PAUSED" => with(Word::Paused, ""),
            "DISABLED" => with(Word::Disabled, ""),
            other => with(Word::Other, &plain(other)),
        },
        TemplateChange::Quality { quality, .. } => with(Word::Quality, &one_line(quality, 20)),
        TemplateChange::Category { category, soon } => {
            let word = if *soon { Word::WillCount } else { Word::Counts };
            let category = plain(category);
            with(word, known(&category, language).unwrap_or(&category))
        }
    };
    match news.reason() {
        Some(why) => format!("{text}: {why}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_told_in_each_language() {
        let status = |status: &str, reason: Option<&str>| TemplateChange::Status {
            status: status.into(),
            reason: reason.map(str::to_owned),
        };
        let counts =
            |category: &str, soon| TemplateChange::Category { category: category.into(), soon };
        let red = TemplateChange::Quality { quality: "RED".into(), before: None };
        for (change, language, told) in [
            (status("APPROVED", None), Language::En, "the template news (it) is approved"),
            (
                status("REJECTED", Some("INVALID_FORMAT")),
                Language::Es,
                "la plantilla news (it) está rechazada: invalid format",
            ),
            (
                status("PAUSED", Some("FIRST_PAUSE")),
                Language::It,
                "il modello news (it) è in pausa: first pause",
            ),
            (
                status("DISABLED", None),
                Language::Pt,
                "o modelo news (it) está desativado para sempre",
            ),
            (
                status("LIMIT_EXCEEDED", None),
                Language::En,
                "WhatsApp says of the template news (it): limit exceeded",
            ),
            (red, Language::It, "la qualità del modello news (it) è RED"),
            (
                counts("UTILITY", false),
                Language::Pt,
                "o modelo news (it) agora conta como utilidade",
            ),
            (
                counts("MARKETING", true),
                Language::En,
                "the template news (it) will count as marketing",
            ),
        ] {
            let news = TemplateNews::new("news", "it", change);
            assert_eq!(say(&news, language), told);
        }
    }
}
