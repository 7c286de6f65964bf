//! What an alert by rule tells, in the person's language.

use super::countdown;
use super::language::{Language, fill, grouped};
use crate::domain::alert::Watched;
use crate::kit::text::one_line;
use crate::wire::AlertView;

crate::words! {
    enum Word {
        Waiting = ["customers who wait: {0}", "clienti che attendono: {0}", "clientes que esperam: {0}", "clientes que esperan: {0}"],
        Unassigned = ["nobody's tickets: {0}", "ticket di nessuno: {0}", "tickets de ninguém: {0}", "tickets de nadie: {0}"],
        Unanswered = ["a customer waits for {0}", "un cliente attende da {0}", "um cliente espera há {0}", "un cliente espera desde hace {0}"],
        Breaching = ["promises that break within 15 minutes: {0}", "scadenze entro 15 minuti: {0}", "prazos que vencem em 15 minutos: {0}", "plazos que vencen en 15 minutos: {0}"],
        Breached = ["broken promises: {0}", "scadenze mancate: {0}", "prazos vencidos: {0}", "plazos vencidos: {0}"],
        Windows = ["windows about to close: {0}", "finestre che stanno per chiudersi: {0}", "janelas prestes a fechar: {0}", "ventanas a punto de cerrarse: {0}"],
        Outbox = ["a message waits to be sent for {0}", "un messaggio attende l'invio da {0}", "uma mensagem espera o envio há {0}", "un mensaje espera el envío desde hace {0}"],
        Red = ["the quality is RED", "la qualità è RED", "a qualidade é RED", "la calidad es RED"],
        Yellow = ["the quality is YELLOW", "la qualità è YELLOW", "a qualidade é YELLOW", "la calidad es YELLOW"],
        Limit = ["{0} % of the messaging limit", "{0} % del limite di messaggi", "{0} % do limite de mensagens", "{0} % del límite de mensajes"],
        Down = ["nothing goes out", "non parte nulla", "nada sai", "no sale nada"],
        Cleared = ["cleared", "rientrato", "encerrado", "resuelta"],
    }
}

/// Its name, where, and what is the matter; of one that is over, that.
pub fn say(alert: &AlertView, language: Language) -> String {
    let number = grouped(usize::try_from(alert.measured).unwrap_or(0), language);
    let span = || countdown::span(alert.measured.saturating_mul(1_000));
    let with = |word: Word, value: &str| fill(word.say(language), &[value]);
    let what = match Watched::of(&alert.watch) {
        _ if alert.until.is_some() => Word::Cleared.say(language).to_owned(),
        Some(Watched::Waiting) => with(Word::Waiting, &number),
        Some(Watched::Unassigned) => with(Word::Unassigned, &number),
        Some(Watched::Unanswered) => with(Word::Unanswered, &span()),
        Some(Watched::Breaching) => with(Word::Breaching, &number),
        Some(Watched::Breached) => with(Word::Breached, &number),
        Some(Watched::Windows) => with(Word::Windows, &number),
        Some(Watched::Outbox) => with(Word::Outbox, &span()),
        Some(Watched::Quality) if alert.measured > 1 => Word::Red.say(language).to_owned(),
        Some(Watched::Quality) => Word::Yellow.say(language).to_owned(),
        Some(Watched::Limit) => with(Word::Limit, &number),
        Some(Watched::Down) => Word::Down.say(language).to_owned(),
        // A newer relay watches more.
        None => alert.text.clone(),
    };
    let place: Vec<_> = alert.queue.iter().chain(&alert.line).map(String::as_str).collect();
    let parts = [alert.name.as_str()].into_iter().chain(place).chain([what.as_str()]);
    one_line(&parts.collect::<Vec<_>>().join(" · "), 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_watched_is_told_in_every_language() {
        for watched in Watched::ALL {
            let alert = AlertView {
                name: "mine".into(),
                watch: watched.word().into(),
                measured: 75,
                queue: Some("support".into()),
                ..AlertView::default()
            };
            let told = Language::ALL.map(|language| say(&alert, language));
            for text in &told {
                assert!(text.starts_with("mine · support · ") && !text.contains('{'), "{text}");
            }
            assert!(told[1..].iter().all(|text| *text != told[0]), "{told:?}");
        }
        let newer =
            AlertView { watch: "moods".into(), text: "all are sad".into(), ..Default::default() };
        assert!(say(&newer, Language::It).ends_with("all are sad"));
    }
}
