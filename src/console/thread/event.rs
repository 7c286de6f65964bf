//! What happened to a ticket, in the language of the interface. The relay tells it in English: what is known is
//! translated, the rest is shown as it came.

use super::day::moment;
use super::look::Look;
use super::words;
use crate::console::language::{Language, fill};
use crate::kit::Timestamp;

/// English, Italian, Portuguese, Spanish. The English text is the pattern; the first that fits counts.
const EVENTS: &[[&str; 4]] = &[
    [
        "ticket {0} opened in {1}, after ticket {2}",
        "ticket {0} aperto in {1}, dopo il ticket {2}",
        "ticket {0} aberto em {1}, depois do ticket {2}",
        "ticket {0} abierto en {1}, después del ticket {2}",
    ],
    [
        "ticket {0} opened in {1}",
        "ticket {0} aperto in {1}",
        "ticket {0} aberto em {1}",
        "ticket {0} abierto en {1}",
    ],
    [
        "reopened by the customer",
        "riaperto dal cliente",
        "reaberto pelo cliente",
        "reabierto por el cliente",
    ],
    ["reopened by {0}", "riaperto da {0}", "reaberto por {0}", "reabierto por {0}"],
    ["taken by {0}", "preso da {0}", "assumido por {0}", "tomado por {0}"],
    ["offered to {0}", "proposto a {0}", "oferecido a {0}", "ofrecido a {0}"],
    ["declined by {0}", "rifiutato da {0}", "recusado por {0}", "rechazado por {0}"],
    [
        "{0} did not answer the offer",
        "{0} non ha risposto alla proposta",
        "{0} não respondeu à oferta",
        "{0} no respondió a la oferta",
    ],
    [
        "taken back from {0}, who went",
        "ripreso a {0}, che è andato via",
        "retirado de {0}, que saiu",
        "retirado a {0}, que se fue",
    ],
    [
        "given to {0} by the rules",
        "dato a {0} dalle regole",
        "passado a {0} pelas regras",
        "pasado a {0} por las reglas",
    ],
    [
        "given back to its queue: who had it was not there",
        "rimesso in coda: chi l'aveva non era presente",
        "devolvido à fila: quem o tinha não estava presente",
        "devuelto a la cola: quien lo tenía no estaba",
    ],
    [
        "given to {0}: it escalates",
        "dato a {0}: è in escalation",
        "passado a {0}: está em escalonamento",
        "pasado a {0}: escala",
    ],
    [
        "given back to its queue: it escalates",
        "rimesso in coda: è in escalation",
        "devolvido à fila: está em escalonamento",
        "devuelto a la cola: escala",
    ],
    [
        "moved to {0}: it escalates",
        "spostato in {0}: è in escalation",
        "movido para {0}: está em escalonamento",
        "movido a {0}: escala",
    ],
    [
        "priority now {0}: it escalates",
        "urgenza ora {0}: è in escalation",
        "urgência agora {0}: está em escalonamento",
        "urgencia ahora {0}: escala",
    ],
    [
        "{0} escalates: level {1}",
        "{0} in escalation: livello {1}",
        "{0} em escalonamento: nível {1}",
        "{0} escala: nivel {1}",
    ],
    [
        "{0} takes care of it: nothing escalates until {1}",
        "se ne occupa {0}: nessuna escalation fino a {1}",
        "{0} cuida disso: nenhum escalonamento até {1}",
        "se encarga {0}: nada escala hasta {1}",
    ],
    [
        "an alert could not be delivered",
        "un avviso non è stato consegnato",
        "um aviso não pôde ser entregue",
        "un aviso no se pudo entregar",
    ],
    ["given to {0} by {1}", "dato a {0} da {1}", "passado a {0} por {1}", "pasado a {0} por {1}"],
    [
        "given back to its queue by {0}",
        "rimesso in coda da {0}",
        "devolvido à fila por {0}",
        "devuelto a la cola por {0}",
    ],
    [
        "moved to {0} by {1}",
        "spostato in {0} da {1}",
        "movido para {0} por {1}",
        "movido a {0} por {1}",
    ],
    ["now {0}, by {1}", "ora {0}, da {1}", "agora {0}, por {1}", "ahora {0}, por {1}"],
    [
        "asleep until the customer writes, by {0}",
        "rimandato al prossimo messaggio, da {0}",
        "adiado até o cliente escrever, por {0}",
        "pospuesto hasta que el cliente escriba, por {0}",
    ],
    [
        "asleep until {0}, by {1}",
        "rimandato a {0}, da {1}",
        "adiado até {0}, por {1}",
        "pospuesto hasta {0}, por {1}",
    ],
    ["solved by {0}", "risolto da {0}", "resolvido por {0}", "resuelto por {0}"],
    ["closed", "chiuso", "fechado", "cerrado"],
    [
        "goes on as ticket {0}, by {1}",
        "continua nel ticket {0}, da {1}",
        "continua no ticket {0}, por {1}",
        "continúa en el ticket {0}, por {1}",
    ],
    [
        "parted from another person, by {0}",
        "separato da un'altra persona, da {0}",
        "separado de outra pessoa, por {0}",
        "separado de otra persona, por {0}",
    ],
    [
        "goes on for ticket {0} too, by {1}",
        "continua anche per il ticket {0}, da {1}",
        "continua também pelo ticket {0}, por {1}",
        "continúa también por el ticket {0}, por {1}",
    ],
    [
        "priority now {0}, by {1}",
        "urgenza ora {0}, da {1}",
        "urgência agora {0}, por {1}",
        "urgencia ahora {0}, por {1}",
    ],
    [
        "ticket {0} stands by itself again, by {1}",
        "il ticket {0} è di nuovo a sé, da {1}",
        "o ticket {0} está de novo à parte, por {1}",
        "el ticket {0} vuelve a estar aparte, por {1}",
    ],
    [
        "ticket {0} begins here, split from ticket {1} by {2}",
        "il ticket {0} comincia qui, diviso dal ticket {1} da {2}",
        "o ticket {0} começa aqui, dividido do ticket {1} por {2}",
        "el ticket {0} empieza aquí, dividido del ticket {1} por {2}",
    ],
    [
        "ticket {0} comes after one that was merged into {1}",
        "il ticket {0} viene dopo uno unito al {1}",
        "o ticket {0} vem depois de um unido ao {1}",
        "el ticket {0} viene después de uno unido al {1}",
    ],
    [
        "ticket {0} is about the same matter as {1}, says {2}",
        "il ticket {0} riguarda la stessa cosa del {1}, dice {2}",
        "o ticket {0} é sobre o mesmo assunto do {1}, diz {2}",
        "el ticket {0} trata del mismo asunto que el {1}, dice {2}",
    ],
    [
        "ticket {0} is not about the same matter as {1}, says {2}",
        "il ticket {0} non riguarda la stessa cosa del {1}, dice {2}",
        "o ticket {0} não é sobre o mesmo assunto do {1}, diz {2}",
        "el ticket {0} no trata del mismo asunto que el {1}, dice {2}",
    ],
    [
        "to do {0} taken up again by {1}",
        "da fare {0} ripreso da {1}",
        "a fazer {0} retomado por {1}",
        "por hacer {0} retomado por {1}",
    ],
    [
        "to do {0} done by {1}",
        "da fare {0} fatto da {1}",
        "a fazer {0} feito por {1}",
        "por hacer {0} hecho por {1}",
    ],
    [
        "to do {0} is due",
        "da fare {0}: è ora",
        "a fazer {0}: chegou a hora",
        "por hacer {0}: llegó la hora",
    ],
    [
        "to do {0} for {1}, by {2}, until {3}: {4}",
        "da fare {0} per {1}, da {2}, entro {3}: {4}",
        "a fazer {0} para {1}, por {2}, até {3}: {4}",
        "por hacer {0} para {1}, por {2}, hasta {3}: {4}",
    ],
    [
        "to do {0}, by {1}, until {2}: {3}",
        "da fare {0}, da {1}, entro {2}: {3}",
        "a fazer {0}, por {1}, até {2}: {3}",
        "por hacer {0}, por {1}, hasta {2}: {3}",
    ],
    [
        "to do {0} for {1}, by {2}: {3}",
        "da fare {0} per {1}, da {2}: {3}",
        "a fazer {0} para {1}, por {2}: {3}",
        "por hacer {0} para {1}, por {2}: {3}",
    ],
    [
        "to do {0}, by {1}: {2}",
        "da fare {0}, da {1}: {2}",
        "a fazer {0}, por {1}: {2}",
        "por hacer {0}, por {1}: {2}",
    ],
    ["tags {0} by {1}", "etichette {0} da {1}", "etiquetas {0} por {1}", "etiquetas {0} por {1}"],
    [
        "the window closes soon",
        "la finestra si chiude presto",
        "a janela fecha em breve",
        "la ventana se cierra pronto",
    ],
    [
        "the platform says that the window is closed",
        "la piattaforma dice che la finestra è chiusa",
        "a plataforma diz que a janela está fechada",
        "la plataforma dice que la ventana está cerrada",
    ],
    [
        "the window closed while the customer waited",
        "la finestra si è chiusa mentre il cliente aspettava",
        "a janela fechou enquanto o cliente esperava",
        "la ventana se cerró mientras el cliente esperaba",
    ],
    ["the window closed", "la finestra si è chiusa", "a janela fechou", "la ventana se cerró"],
    ["{0} is nearly due", "{0}: scade presto", "{0}: vence em breve", "{0}: vence pronto"],
    ["{0} was missed", "{0}: scaduta", "{0}: perdida", "{0}: incumplida"],
    ["begins at {0}", "comincia il {0}", "começa em {0}", "empieza el {0}"],
    ["begins on {0}", "comincia su {0}", "começa em {0}", "empieza en {0}"],
    [
        "cancelled by {0}",
        "messaggio ritirato da {0}",
        "mensagem retirada por {0}",
        "mensaje retirado por {0}",
    ],
    [
        "confirmed by {0}",
        "messaggio confermato da {0}",
        "mensagem confirmada por {0}",
        "mensaje confirmado por {0}",
    ],
    [
        "{0} is told of a message that was not sent from here",
        "{0}: di un messaggio non inviato da qui",
        "{0}: de uma mensagem não enviada daqui",
        "{0}: de un mensaje no enviado desde aquí",
    ],
];

/// An event in words.
pub fn in_words(text: &str, look: &Look) -> String {
    let known = EVENTS.iter().find_map(|row| Some((row, taken_apart(row[0], text)?)));
    match known {
        Some((row, values)) => {
            let values: Vec<_> = values.into_iter().map(|value| said(value, look)).collect();
            let values: Vec<_> = values.iter().map(String::as_str).collect();
            fill(row[look.language as usize], &values)
        }
        None => text.to_owned(),
    }
}

/// A value inside an event: words that the relay knows in the language, instants in the person's zone.
fn said(value: &str, look: &Look) -> String {
    if let Some(word) = words::known(value, look.language) {
        return word.to_owned();
    }
    match value.parse::<jiff::Timestamp>() {
        Ok(at) => moment(Timestamp::from(at), &look.zone, look.language),
        Err(_) => value.to_owned(),
    }
}

/// The name of what is measured.
pub fn metric(word: &str, language: Language) -> String {
    words::known(word, language).map_or_else(|| word.replace('_', " "), str::to_owned)
}

/// What stands in a text at the places of a pattern; nothing if it does not fit.
fn taken_apart<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split(['{', '}']);
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut values = Vec::new();
    while pieces.next().is_some() {
        let after = pieces.next()?;
        let end = if after.is_empty() { rest.len() } else { rest.find(after)? };
        values.push(&rest[..end]);
        rest = &rest[end + after.len()..];
    }
    // What people wrote stands last, behind a colon: nothing before it reaches into it.
    let named = values.iter().rev().skip(1).all(|value| !value.contains(": "));
    let filled = rest.is_empty() && named && values.iter().all(|value| !value.is_empty());
    filled.then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_told_in_the_language() {
        let look = |language| {
            let mut look = Look::plain(80);
            look.language = language;
            look
        };
        for (text, language, told) in [
            ("taken by anna", Language::It, "preso da anna"),
            ("now on_hold, by bo", Language::Es, "ahora en espera de terceros, por bo"),
            ("ticket 7 opened in vendite", Language::En, "ticket 7 opened in vendite"),
            (
                "ticket 7 opened in a, after ticket 3",
                Language::Pt,
                "ticket 7 aberto em a, depois do ticket 3",
            ),
            (
                "asleep until 2026-03-03T09:00:00Z, by bo",
                Language::It,
                "rimandato a 3 mar 09:00, da bo",
            ),
            ("first_reply was missed", Language::It, "prima risposta: scaduta"),
            (
                "to do 1 for anna, by bo, until 2026-03-03T09:00:00Z: call: at 9",
                Language::It,
                "da fare 1 per anna, da bo, entro 3 mar 09:00: call: at 9",
            ),
            (
                "to do 2, by bo, until 2026-03-03T09:00:00Z: call, by phone",
                Language::En,
                "to do 2, by bo, until 3 Mar 09:00: call, by phone",
            ),
            ("to do 3, by bo: call", Language::Es, "por hacer 3, por bo: call"),
            (
                "to do 3, by bo: it is done by ann",
                Language::It,
                "da fare 3, da bo: it is done by ann",
            ),
            (
                "to do 3, by bo: not, until I: say",
                Language::It,
                "da fare 3, da bo: not, until I: say",
            ),
            ("something newer", Language::It, "something newer"),
            ("closed", Language::Es, "cerrado"),
            ("taken by ", Language::It, "taken by "),
        ] {
            assert_eq!(in_words(text, &look(language)), told);
        }
    }
}
