//! Why a message of ours did not go out, in the person's language: what happened, and what to do next.
//!
//! The relay explains each of the platform's codes in English. What agents meet most is told here in the other
//! languages one by one, the rest by its sort.

use crate::console::language::{Language, fill};
use crate::wire::ErrorView;

crate::words! {
    enum Word {
        Undeliverable = [
            "",
            "Il messaggio non si può consegnare: forse il numero non è su WhatsApp, o l'app è troppo vecchia. Contatta il cliente in un altro modo.",
            "A mensagem não pode ser entregue: talvez o número não esteja no WhatsApp, ou o app seja antigo demais. Fale com o cliente de outro modo.",
            "El mensaje no se puede entregar: quizá el número no está en WhatsApp, o la app es demasiado antigua. Contacta con el cliente de otro modo."
        ],
        WindowClosed = [
            "",
            "Sono passate più di 24 ore da quando il cliente ha scritto. Invia un modello.",
            "Passaram mais de 24 horas desde que o cliente escreveu. Envie um modelo.",
            "Pasaron más de 24 horas desde que el cliente escribió. Envía una plantilla."
        ],
        HeldBack = [
            "",
            "WhatsApp ha trattenuto il messaggio per non stancare il cliente con la pubblicità. Aspetta un giorno o più.",
            "O WhatsApp reteve a mensagem para não cansar o cliente com publicidade. Espere um dia ou mais.",
            "WhatsApp retuvo el mensaje para no cansar al cliente con publicidad. Espera un día o más."
        ],
        Stopped = [
            "",
            "Il cliente non vuole più la vostra pubblicità. Non mandarne; le risposte non ne risentono.",
            "O cliente não quer mais publicidade de vocês. Não envie; as respostas não são afetadas.",
            "El cliente ya no quiere vuestra publicidad. No envíes más; las respuestas no se ven afectadas."
        ],
        Blocked = [
            "",
            "Questo cliente è bloccato. Prima sbloccalo.",
            "Este cliente está bloqueado. Desbloqueie antes.",
            "Este cliente está bloqueado. Desbloquéalo antes."
        ],
        NotListed = [
            "",
            "Un numero di prova scrive solo ai destinatari della sua lista. Aggiungi il destinatario.",
            "Um número de teste só escreve aos destinatários da sua lista. Adicione o destinatário.",
            "Un número de prueba solo escribe a los destinatarios de su lista. Añade al destinatario."
        ],
        Paused = [
            "",
            "Il modello è fermo per la sua scarsa qualità. Usane un altro.",
            "O modelo está parado pela baixa qualidade. Use outro.",
            "La plantilla está detenida por su baja calidad. Usa otra."
        ],
        Dropped = [
            "",
            "WhatsApp aveva trattenuto il messaggio per giudicare il modello, e non lo ha inviato. Invialo di nuovo più tardi.",
            "O WhatsApp reteve a mensagem para avaliar o modelo e não a enviou. Envie de novo mais tarde.",
            "WhatsApp retuvo el mensaje para evaluar la plantilla y no lo envió. Envíalo otra vez más tarde."
        ],
        Template = [
            "",
            "WhatsApp non accetta il modello o i suoi valori. Correggi i valori o scegli un altro modello.",
            "O WhatsApp não aceita o modelo ou os seus valores. Corrija os valores ou escolha outro modelo.",
            "WhatsApp no acepta la plantilla o sus valores. Corrige los valores o elige otra plantilla."
        ],
        Pair = [
            "",
            "Troppi messaggi a questo cliente in poco tempo. Aspetta un po' prima del prossimo.",
            "Mensagens demais a este cliente em pouco tempo. Espere um pouco antes da próxima.",
            "Demasiados mensajes a este cliente en poco tiempo. Espera un poco antes del próximo."
        ],
        Busy = [
            "",
            "WhatsApp per ora non prende altri messaggi. Riprova più tardi.",
            "Por ora o WhatsApp não recebe mais mensagens. Tente mais tarde.",
            "Por ahora WhatsApp no recibe más mensajes. Inténtalo más tarde."
        ],
        Account = [
            "",
            "C'è un problema con l'accesso, il numero o l'account dell'azienda presso WhatsApp. Avvisa chi amministra Guichet.",
            "Há um problema com o acesso, o número ou a conta da empresa no WhatsApp. Avise quem administra o Guichet.",
            "Hay un problema con el acceso, el número o la cuenta de la empresa en WhatsApp. Avisa a quien administra Guichet."
        ],
        Unknown = [
            "",
            "WhatsApp non ha detto perché. Chiedi al cliente se è arrivato, prima di inviarlo di nuovo.",
            "O WhatsApp não disse por quê. Pergunte ao cliente se chegou, antes de enviar de novo.",
            "WhatsApp no dijo por qué. Pregunta al cliente si llegó, antes de enviarlo otra vez."
        ],
        Again = [
            "",
            "WhatsApp non l'ha ancora preso ({0}). Si riprova da sé.",
            "O WhatsApp ainda não o recebeu ({0}). Tenta-se de novo por si.",
            "WhatsApp aún no lo tomó ({0}). Se reintenta por sí solo."
        ],
        Ours = [
            "",
            "Guichet non l'ha inviato ({0}).",
            "O Guichet não o enviou ({0}).",
            "Guichet no lo envió ({0})."
        ],
        Told = [
            "The platform says: {0}",
            "La piattaforma dice: {0}",
            "A plataforma diz: {0}",
            "La plataforma dice: {0}"
        ],
        Refused = [
            "",
            "WhatsApp ha rifiutato il messaggio ({0}). Correggilo e invialo di nuovo, o contatta il cliente in un altro modo.",
            "O WhatsApp recusou a mensagem ({0}). Corrija e envie de novo, ou fale com o cliente de outro modo.",
            "WhatsApp rechazó el mensaje ({0}). Corrígelo y envíalo otra vez, o contacta con el cliente de otro modo."
        ],
    }
}

/// The platform's own words, if it has said something.
pub fn told(error: &ErrorView, language: Language) -> Option<String> {
    let details = error.details.as_deref()?;
    Some(fill(Word::Told.say(language), &[details]))
}

/// What happened and what to do next. English is the relay's own.
pub fn say(error: &ErrorView, language: Language) -> String {
    if language == Language::En {
        return format!("{} {}", error.title, error.hint).trim_end().to_owned();
    }
    let title = error.title.trim_end_matches('.');
    let word = if error.held && error.code == 135_000 { Word::Dropped } else { word(error.code) };
    fill(word.say(language), &[title])
}

/// Why it was not taken the last time, where it is tried again by itself.
pub fn waits(error: &ErrorView, language: Language) -> String {
    match word(error.code) {
        Word::Account | Word::Pair => say(error, language),
        _ if language == Language::En => say(error, language),
        _ => fill(Word::Again.say(language), &[error.title.trim_end_matches('.')]),
    }
}

/// Source: the platform's page of error codes, in the sorts of which the relay knows what helps.
fn word(code: u32) -> Word {
    match code {
        131_026 => Word::Undeliverable,
        131_047 => Word::WindowClosed,
        131_049 | 130_472 => Word::HeldBack,
        131_050 => Word::Stopped,
        130_403 => Word::Blocked,
        131_030 => Word::NotListed,
        131_056 => Word::Pair,
        132_015 | 132_016 => Word::Paused,
        132_000..=132_018 | 131_064 => Word::Template,
        1 | 131_000 => Word::Unknown,
        900_000_001.. => Word::Ours,
        2 | 4 | 80_007 | 130_429 | 131_016 | 131_048 | 131_057 | 2_494_055 => Word::Busy,
        0
        | 3
        | 10
        | 33
        | 190
        | 200..=299
        | 368
        | 131_005
        | 131_031
        | 131_037
        | 131_042
        | 131_044
        | 131_045
        | 133_000
        | 133_005..=133_006
        | 133_010
        | 134_011 => Word::Account,
        _ => Word::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_in_the_persons_language() {
        let error = |code| ErrorView {
            code,
            title: "This type of message is not supported.".into(),
            hint: "Ask for another form.".into(),
            details: Some("Message type unknown".into()),
            held: code == 135_000,
        };
        for (code, language, begins) in [
            (131_047, Language::En, "This type of message is not supported. Ask for another form."),
            (131_047, Language::It, "Sono passate più di 24 ore"),
            (131_026, Language::Pt, "A mensagem não pode ser entregue"),
            (131_050, Language::Es, "El cliente ya no quiere"),
            (132_012, Language::It, "WhatsApp non accetta il modello"),
            (132_015, Language::It, "Il modello è fermo"),
            (
                131_051,
                Language::Es,
                "WhatsApp rechazó el mensaje (This type of message is not supported).",
            ),
            (135_000, Language::It, "WhatsApp aveva trattenuto"),
            (900_000_002, Language::It, "Guichet non l'ha inviato"),
            (190, Language::Pt, "Há um problema com o acesso"),
        ] {
            let says = say(&error(code), language);
            assert!(says.starts_with(begins), "{code}: {says}");
        }
        let again = |code, language| waits(&error(code), language);
        assert!(again(133_008, Language::En).ends_with("Ask for another form."));
        assert_eq!(
            again(133_008, Language::It),
            "WhatsApp non l'ha ancora preso (This type of message is not supported). Si riprova da sé."
        );
        assert!(again(190, Language::Pt).starts_with("Há um problema com o acesso"));
        let said = |language| told(&error(1), language).expect("something is said");
        assert_eq!(said(Language::En), "The platform says: Message type unknown");
        assert_eq!(said(Language::Pt), "A plataforma diz: Message type unknown");
        assert_eq!(told(&ErrorView { details: None, ..error(1) }, Language::En), None);
    }
}
