//! Why something was not done, in the person's language and in one line.

use crate::console::language::{Language, fill};
use crate::console::profile::Settings;
use crate::console::thread::day::dated;
use crate::kit::Timestamp;
use crate::wire::Refused;

crate::words! {
    enum Word {
        NoTicket = ["there is no such ticket", "il ticket non esiste", "não há esse ticket", "no existe ese ticket"],
        WindowClosed = ["the 24-hour window is closed: send a template", "la finestra di 24 ore è chiusa: invia un modello", "a janela de 24 horas está fechada: envie um modelo", "la ventana de 24 horas está cerrada: envía una plantilla"],
        HeldBy = ["the ticket is {0}'s: write a note, or ask a supervisor", "il ticket è di {0}: scrivi una nota o chiedi a un supervisore", "o ticket é de {0}: escreva uma nota ou peça a um supervisor", "el ticket es de {0}: escribe una nota o pide a un supervisor"],
        NotOffered = ["the ticket is not offered to you any more", "il ticket non ti è più proposto", "o ticket não é mais oferecido a você", "el ticket ya no se te ofrece"],
        NotAssigned = ["the ticket is nobody's", "il ticket non è di nessuno", "o ticket não é de ninguém", "el ticket no es de nadie"],
        WrongState = ["the ticket is {0}", "il ticket è {0}", "o ticket está {0}", "el ticket está {0}"],
        Unsolved = ["the ticket is {0}, not solved", "il ticket è {0}, non risolto", "o ticket está {0}, não resolvido", "el ticket está {0}, no resuelto"],
        RoleMissing = ["this needs the role {0}: ask a supervisor", "serve il ruolo {0}: chiedi a un supervisore", "é preciso o papel {0}: peça a um supervisor", "hace falta el rol {0}: pide a un supervisor"],
        QueueForeign = ["not a member of the queue {0}: ask an admin", "non è nella coda {0}: chiedi a un amministratore", "não é da fila {0}: peça a um administrador", "no es de la cola {0}: pide a un administrador"],
        QueueUnknown = ["there is no queue {0}", "non c'è nessuna coda {0}", "não há fila {0}", "no hay ninguna cola {0}"],
        AgentUnknown = ["there is no active colleague {0}", "non c'è nessun collega attivo {0}", "não há colega ativo {0}", "no hay ningún colega activo {0}"],
        Empty = ["nothing is written", "non c'è scritto nulla", "nada foi escrito", "no hay nada escrito"],
        Consent = ["the customer has not consented to such messages; free text in an open window is allowed", "il cliente non ha acconsentito a questi messaggi; nella finestra aperta si può scrivere", "o cliente não consentiu essas mensagens; com a janela aberta pode escrever", "el cliente no ha consentido estos mensajes; con la ventana abierta se puede escribir"],
        MarketingCap = ["the customer gets at most {0} marketing messages a week", "il cliente riceve al massimo {0} messaggi di marketing a settimana", "o cliente recebe no máximo {0} mensagens de marketing por semana", "el cliente recibe como mucho {0} mensajes de marketing por semana"],
        Refuses = ["the customer has refused such messages since {0}; free text in an open window is allowed", "il cliente rifiuta questi messaggi dal {0}; nella finestra aperta si può scrivere", "o cliente recusa essas mensagens desde {0}; com a janela aberta pode escrever", "el cliente rechaza estos mensajes desde el {0}; con la ventana abierta se puede escribir"],
        ClosedSince = ["the 24-hour window is closed since {0}: send a template", "la finestra di 24 ore è chiusa dal {0}: invia un modello", "a janela de 24 horas está fechada desde {0}: envie um modelo", "la ventana de 24 horas está cerrada desde el {0}: envía una plantilla"],
        RoomAt = ["; there is room again at {0}", "; c'è di nuovo posto dal {0}", "; há vaga de novo em {0}", "; vuelve a haber sitio el {0}"],
        NotCarried = ["this line does not take such messages: say it in a text", "questa linea non accetta messaggi così: dillo in un testo", "esta linha não aceita mensagens assim: diga em um texto", "esta línea no acepta mensajes así: dilo en un texto"],
        NotInGroups = ["groups do not take such messages: say it in a text", "i gruppi non accettano messaggi così: dillo in un testo", "grupos não aceitam mensagens assim: diga em um texto", "los grupos no aceptan mensajes así: dilo en un texto"],
        MessageIs = ["the message is already {0}", "il messaggio è già {0}", "a mensagem já está {0}", "el mensaje ya está {0}"],
        NotEscalated = ["nothing of the ticket has escalated", "nulla del ticket è in escalation", "nada do ticket foi escalonado", "nada del ticket ha escalado"],
        NoMessage = ["there is no such message any more", "il messaggio non c'è più", "essa mensagem não existe mais", "ese mensaje ya no existe"],
        NotFuture = ["that time is past", "l'ora è già passata", "essa hora já passou", "esa hora ya pasó"],
        Erased = ["the contact was erased", "il contatto è stato cancellato", "o contato foi apagado", "el contacto fue borrado"],
        Retry = ["the ticket changed meanwhile: try again", "intanto il ticket è cambiato: riprova", "o ticket mudou enquanto isso: tente de novo", "el ticket cambió mientras tanto: inténtalo otra vez"],
        Unavailable = ["the relay cannot write at the moment: try again in a minute", "il relay non può scrivere ora: riprova tra un minuto", "o relay não pode gravar agora: tente em um minuto", "el relay no puede escribir ahora: inténtalo en un minuto"],
        New = ["new", "nuovo", "novo", "nuevo"],
        Open = ["open", "aperto", "aberto", "abierto"],
        Pending = ["waiting for the customer", "in attesa del cliente", "à espera do cliente", "en espera del cliente"],
        OnHold = ["on hold", "in attesa di terzi", "à espera de terceiros", "en espera de un tercero"],
        Snoozed = ["asleep", "rimandato", "adiado", "pospuesto"],
        Solved = ["solved: reopen it first", "risolto: prima riaprilo", "resolvido: reabra antes", "resuelto: reábrelo antes"],
        Closed = ["closed: wait until the customer writes", "chiuso: attendi che il cliente scriva", "fechado: espere o cliente escrever", "cerrado: espera a que el cliente escriba"],
    }
}

/// Says a refusal, with the instant since or until which it stands. What is not known by its code is told in the
/// relay's own words.
pub fn say(refused: &Refused, settings: &Settings) -> String {
    let language = settings.language;
    let when = |at: Timestamp| dated(at, &settings.zone, language);
    let since = match (refused.code.as_str(), refused.since) {
        ("consent_missing", Some(since)) => Some((Word::Refuses, since)),
        ("window_closed", Some(since)) => Some((Word::ClosedSince, since)),
        _ => None,
    };
    if let Some((word, since)) = since {
        return fill(word.say(language), &[&when(since)]);
    }
    let mut said = plainly(refused, language);
    if let Some(until) = refused.until {
        said.push_str(&fill(Word::RoomAt.say(language), &[&when(until)]));
    }
    said
}

fn plainly(refused: &Refused, language: Language) -> String {
    let part = part(refused);
    let word = match refused.code.as_str() {
        "no_ticket" => Word::NoTicket,
        "window_closed" => Word::WindowClosed,
        "held_by" if !part.is_empty() => Word::HeldBy,
        "not_offered" => Word::NotOffered,
        "not_assigned" => Word::NotAssigned,
        "wrong_state" => match state(part) {
            None => return refused.to_string(),
            Some(state @ (Word::Solved | Word::Closed)) => {
                return fill(Word::WrongState.say(language), &[state.say(language)]);
            }
            Some(state) => return fill(Word::Unsolved.say(language), &[state.say(language)]),
        },
        "role_missing" if !part.is_empty() => Word::RoleMissing,
        "queue_foreign" if !part.is_empty() => Word::QueueForeign,
        "queue_unknown" if !part.is_empty() => Word::QueueUnknown,
        "agent_unknown" if !part.is_empty() => Word::AgentUnknown,
        "empty" => Word::Empty,
        "consent_missing" => Word::Consent,
        "marketing_cap" if !part.is_empty() => Word::MarketingCap,
        "not_carried" => Word::NotCarried,
        "not_in_groups" => Word::NotInGroups,
        "message_is" if !part.is_empty() => Word::MessageIs,
        "no_message" => Word::NoMessage,
        "not_escalated" => Word::NotEscalated,
        "not_future" => Word::NotFuture,
        "erased" => Word::Erased,
        "retry" => Word::Retry,
        "unavailable" => Word::Unavailable,
        _ => return refused.to_string(),
    };
    fill(word.say(language), &[part])
}

/// The name or word inside the relay's sentence.
fn part(refused: &Refused) -> &str {
    const SHAPES: &[(&str, &str)] = &[
        ("the ticket is ", "'s"),
        ("the ticket is ", ""),
        ("this needs the role ", ""),
        ("you are not a member of the queue ", ""),
        ("there is no active agent ", ""),
        ("there is no queue ", ""),
        ("the message is already ", ""),
        ("the customer gets at most ", " marketing messages a week"),
    ];
    let cut = |&(before, after): &(&str, &str)| {
        // What follows, as an instant, is told apart.
        Some(refused.message.strip_prefix(before)?.rsplit_once(after)?.0)
    };
    SHAPES.iter().find_map(cut).unwrap_or("")
}

fn state(word: &str) -> Option<Word> {
    Some(match word {
        "new" => Word::New,
        "open" => Word::Open,
        "pending" => Word::Pending,
        "on_hold" => Word::OnHold,
        "snoozed" => Word::Snoozed,
        "solved" => Word::Solved,
        "closed" => Word::Closed,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refusal::Refusal;
    use crate::domain::roster::Role;
    use crate::domain::template::Purpose;
    use crate::domain::ticket::State;

    #[test]
    fn refusals_are_told_in_the_language_with_their_names() {
        let said = |refusal: &Refusal, language| {
            say(&Refused::from(refusal), &Settings { language, ..Settings::default() })
        };
        let cap = Refusal::MarketingCap { most: 2, until: None };
        assert_eq!(
            said(&cap, Language::It),
            "il cliente riceve al massimo 2 messaggi di marketing a settimana"
        );
        let at = Some(Timestamp::from_secs(1_772_442_840));
        let cap = Refusal::MarketingCap { most: 2, until: at };
        let refuses = Refusal::ConsentMissing { purpose: Purpose::Marketing, since: at };
        let closed = Refusal::WindowClosed { since: at };
        for (refusal, language, text) in [
            (
                &cap,
                Language::En,
                "the customer gets at most 2 marketing messages a week; there is room again at 2 Mar 2026 09:14",
            ),
            (
                &cap,
                Language::Es,
                "el cliente recibe como mucho 2 mensajes de marketing por semana; vuelve a haber sitio el 2 mar 2026 09:14",
            ),
            (
                &refuses,
                Language::En,
                "the customer has refused such messages since 2 Mar 2026 09:14; free text in an open window is allowed",
            ),
            (
                &refuses,
                Language::It,
                "il cliente rifiuta questi messaggi dal 2 mar 2026 09:14; nella finestra aperta si può scrivere",
            ),
            (
                &closed,
                Language::En,
                "the 24-hour window is closed since 2 Mar 2026 09:14: send a template",
            ),
            (
                &closed,
                Language::Pt,
                "a janela de 24 horas está fechada desde 2 mar 2026 09:14: envie um modelo",
            ),
        ] {
            assert_eq!(said(refusal, language), text);
        }
        let never = Refusal::ConsentMissing { purpose: Purpose::Marketing, since: None };
        assert!(said(&never, Language::En).starts_with("the customer has not consented"));
        let held = Refusal::HeldBy { holder: "lucia".into() };
        assert_eq!(
            said(&held, Language::En),
            "the ticket is lucia's: write a note, or ask a supervisor"
        );
        assert_eq!(
            said(&held, Language::It),
            "il ticket è di lucia: scrivi una nota o chiedi a un supervisore"
        );
        let solved = Refusal::WrongState { state: State::Solved };
        assert_eq!(said(&solved, Language::Es), "el ticket está resuelto: reábrelo antes");
        let open = Refusal::WrongState { state: State::OnHold };
        assert_eq!(said(&open, Language::En), "the ticket is on hold, not solved");
        let role = Refusal::RoleMissing { needed: Role::Supervisor };
        assert_eq!(said(&role, Language::Pt), "é preciso o papel supervisor: peça a um supervisor");
        let lacking = Refusal::NotCarried { what: "reaction".into(), by: "twilio".into() };
        assert_eq!(
            said(&lacking, Language::Es),
            "esta línea no acepta mensajes así: dilo en un texto"
        );
        let other = Refusal::Malformed { what: "a tag has 1 to 64 bytes".into() };
        assert_eq!(said(&other, Language::It), "a tag has 1 to 64 bytes");
    }
}
