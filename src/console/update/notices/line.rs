//! What the platform says of lines, told to supervisors in their language.

use super::template;
use crate::console::effect::{Effect, Notice};
use crate::console::language::{Language, fill, grouped};
use crate::console::model::Model;
use crate::console::model::told::Gravity;
use crate::domain::line::{News, Restriction, Weight, recipients};
use crate::kit::text::one_line;
use crate::wire::LineNews;

crate::words! {
    enum Word {
        Quality = ["the quality is {0}", "la qualità è {0}", "a qualidade é {0}", "la calidad es {0}"],
        Limit = ["up to {0} people a day may be written to first", "si può scrivere per primi a {0} persone al giorno", "pode-se escrever primeiro a {0} pessoas por dia", "se puede escribir primero a {0} personas al día"],
        NoLimit = ["no limit of people who may be written to first", "nessun limite di persone a cui scrivere per primi", "sem limite de pessoas a quem escrever primeiro", "sin límite de personas a quienes escribir primero"],
        Fast = ["up to 1,000 messages a second may be sent", "si possono inviare fino a 1.000 messaggi al secondo", "podem ser enviadas até 1.000 mensagens por segundo", "se pueden enviar hasta 1.000 mensajes por segundo"],
        Slow = ["up to 80 messages a second may be sent", "si possono inviare fino a 80 messaggi al secondo", "podem ser enviadas até 80 mensagens por segundo", "se pueden enviar hasta 80 mensajes por segundo"],
        Lifted = ["nothing is restricted any more", "nessuna restrizione più", "sem mais restrições", "ya no hay restricciones"],
        Restricted = ["restricted: {0}", "limitata: {0}", "restrita: {0}", "restringida: {0}"],
        Disabled = ["the account is disabled", "l'account è disattivato", "a conta está desativada", "la cuenta está desactivada"],
        WillBe = ["the account will be disabled: {0}", "l'account sarà disattivato: {0}", "a conta será desativada: {0}", "la cuenta será desactivada: {0}"],
        Again = ["the account works again", "l'account funziona di nuovo", "a conta voltou a funcionar", "la cuenta vuelve a funcionar"],
        Violation = ["the account broke a rule: {0}", "l'account ha violato una regola: {0}", "a conta violou uma regra: {0}", "la cuenta infringió una regla: {0}"],
        Named = ["the name {0} was judged: {1}", "il nome {0} è stato valutato: {1}", "o nome {0} foi avaliado: {1}", "el nombre {0} fue evaluado: {1}"],
        Fault = ["WhatsApp reports the error {0}: {1}", "WhatsApp segnala l'errore {0}: {1}", "o WhatsApp relata o erro {0}: {1}", "WhatsApp informa del error {0}: {1}"],
        Form = ["the form {0}: {1}", "il modulo {0}: {1}", "o formulário {0}: {1}", "el formulario {0}: {1}"],
        Imports = ["the past of the phone is being imported: {0} %", "il passato del telefono viene importato: {0} %", "o passado do celular está sendo importado: {0} %", "se importa el pasado del móvil: {0} %"],
        Imported = ["the past of the phone is imported", "il passato del telefono è importato", "o passado do celular foi importado", "el pasado del móvil está importado"],
        Says = ["WhatsApp says: {0}", "WhatsApp dice: {0}", "o WhatsApp diz: {0}", "WhatsApp dice: {0}"],
    }
}

/// Says what happened.
fn say(news: &News, language: Language) -> String {
    let plain = |word: &str| one_line(&word.replace('_', " ").to_lowercase(), 80);
    let or = |text: &Option<String>| one_line(text.as_deref().unwrap_or("?"), 120);
    let with = |word: Word, value: &str| fill(word.say(language), &[value]);
    match news {
        News::Quality { quality } => with(Word::Quality, &one_line(quality, 20)),
        News::Limit { tier } => match recipients(Some(tier)) {
            Some(most) => with(Word::Limit, &grouped(most, language)),
            None => Word::NoLimit.say(language).to_owned(),
        },
        News::Throughput { level } if level == "HIGH" => Word::Fast.say(language).to_owned(),
        News::Throughput { .. } => Word::Slow.say(language).to_owned(),
        News::Restricted { restrictions } if restrictions.is_empty() => {
            Word::Lifted.say(language).to_owned()
        }
        News::Restricted { restrictions } => {
            let kinds: Vec<_> =
                restrictions.iter().map(|one: &Restriction| plain(&one.kind)).collect();
            with(Word::Restricted, &kinds.join(", "))
        }
        News::Ban { state, date } => match state.as_str() {
            "DISABLE" => Word::Disabled.say(language).to_owned(),
            "REINSTATE" => Word::Again.say(language).to_owned(),
            _ => with(Word::WillBe, &or(date)),
        },
        News::Violation { rule } => with(Word::Violation, &or(rule)),
        News::Named { decision, name, .. } => {
            fill(Word::Named.say(language), &[&or(name), &plain(decision)])
        }
        News::Account { event, details } | News::Alert { alert: event, details, .. } => {
            let more = details.as_ref().map(|more| format!(": {}", one_line(more, 120)));
            with(Word::Says, &format!("{}{}", plain(event), more.unwrap_or_default()))
        }
        News::History { percent: 100.. } => Word::Imported.say(language).to_owned(),
        News::History { percent } => with(Word::Imports, &percent.to_string()),
        News::Phone { phone } => one_line(phone, 40),
        News::Template(news) => template::say(news, language),
        News::Fault { code, details } => {
            fill(Word::Fault.say(language), &[&code.to_string(), &one_line(details, 120)])
        }
        News::Flow { flow, event, status, details } => {
            let more = details.as_ref().map(|more| format!(": {}", one_line(more, 120)));
            let what = plain(status.as_ref().unwrap_or(event));
            fill(
                Word::Form.say(language),
                &[&or(flow), &format!("{what}{}", more.unwrap_or_default())],
            )
        }
    }
}

/// Tells it by a line below and, unless he wants no disturbance, a notification.
pub(super) fn tell(model: &mut Model, heard: &LineNews, effects: &mut Vec<Effect>) {
    let grave = heard.news.weight() == Weight::Grave;
    let lines = heard.lines.join(", ");
    let title = format!("{lines}: {}", say(&heard.news, model.settings.language));
    let gravity = if grave { Gravity::Error } else { Gravity::Warning };
    model.told.tell(model.now, gravity, title.clone());
    if model.settings.notify {
        let about = match &heard.news {
            News::Template(news) => format!("template-{}", news.called()),
            _ => format!("line-{lines}"),
        };
        effects.push(Effect::Notify(Notice { title, body: String::new(), about, urgent: grave }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_told_of_a_line_is_told_in_every_language() {
        let word = || "SOME_WORD".to_owned();
        let more = || Some("more of it {1}".to_owned());
        let ban = |state: &str| News::Ban { state: state.into(), date: more() };
        let level = |level: &str| News::Throughput { level: level.into() };
        let limit = |tier: &str| News::Limit { tier: tier.into() };
        let restricted = |restrictions| News::Restricted { restrictions };
        for (news, values) in [
            (News::History { percent: 25 }, &["25"][..]),
            (News::History { percent: 100 }, &[]),
            (News::Quality { quality: "RED".into() }, &["RED"]),
            (limit("TIER_10K"), &["000"]),
            (limit("TIER_UNLIMITED"), &[]),
            (level("HIGH"), &["000"]),
            (level("STANDARD"), &["80"]),
            (restricted(Vec::new()), &[]),
            (restricted(vec![Restriction { kind: word(), until: None }]), &["some word"]),
            (ban("DISABLE"), &[]),
            (ban("SCHEDULE_FOR_DISABLE"), &["more of it {1}"]),
            (ban("REINSTATE"), &[]),
            (News::Violation { rule: more() }, &["more of it {1}"]),
            (
                News::Named { decision: word(), name: more(), details: None },
                &["more of it {1}", "some word"],
            ),
            (News::Fault { code: 131_000, details: word() }, &["131000", "SOME_WORD"]),
            (
                News::Flow { flow: Some("7".into()), event: word(), status: None, details: more() },
                &["7", "some word", "more of it {1}"],
            ),
            (News::Account { event: word(), details: more() }, &["some word", "more of it {1}"]),
            (
                News::Alert { alert: word(), severity: None, details: more() },
                &["some word", "more of it {1}"],
            ),
        ] {
            let told = Language::ALL.map(|language| say(&news, language));
            for text in &told {
                assert!(values.iter().all(|value| text.contains(value)), "{text}");
                assert!(!text.replace("{1}", "").contains('{'), "{text}");
            }
            assert!(told[1..].iter().all(|text| *text != told[0]), "{told:?}");
        }
    }
}
