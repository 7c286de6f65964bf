//! The words of a thread.

use super::day::moment;
use crate::console::language::Language;
use crate::domain::ticket::{Priority, State};
use crate::wire::{Direction, EntryView, LinkView};
use jiff::tz::TimeZone;

crate::words! {
    /// Words in a thread, its heading and its card.
    pub enum Word {
        Customer = ["customer", "cliente", "cliente", "cliente"],
        You = ["you", "tu", "você", "tú"],
        Here = ["{0} is here", "{0} è qui", "{0} está aqui", "{0} está aquí"],
        Writes = ["{0} writes", "{0} scrive", "{0} escreve", "{0} escribe"],
        Bot = ["bot", "bot", "bot", "bot"],
        Desk = ["desk", "sistema", "sistema", "sistema"],
        Phone = ["phone app", "app sul telefono", "app do celular", "app del móvil"],
        Agent = ["platform's agent", "agente della piattaforma", "agente da plataforma", "agente de la plataforma"],
        Survey = ["survey", "sondaggio", "pesquisa", "encuesta"],
        Note = ["NOTE", "NOTA", "NOTA", "NOTA"],
        Late = ["arrived late", "arrivato in ritardo", "chegou atrasada", "llegó tarde"],
        Standby = ["to the platform's agent", "all'agente della piattaforma", "ao agente da plataforma", "al agente de la plataforma"],
        Imported = ["imported from the phone", "importato dal telefono", "importada do celular", "importado del móvil"],
        New = ["{0} new", "{0} nuovi", "{0} novas", "{0} nuevos"],
        Below = ["{0} new below", "{0} nuovi sotto", "{0} novas abaixo", "{0} nuevos abajo"],
        Earlier = ["earlier ones are coming", "arrivano i precedenti", "anteriores a caminho", "llegan los anteriores"],
        Today = ["today", "oggi", "hoje", "hoy"],
        Yesterday = ["yesterday", "ieri", "ontem", "ayer"],
        Loading = ["loading", "carico", "carregando", "cargando"],
        Empty = ["nothing here yet", "ancora nulla", "nada ainda", "nada todavía"],
        Gone = ["there is no such ticket, or not for you", "questo ticket non c'è, o non per te", "esse ticket não existe, ou não para você", "ese ticket no existe, o no para ti"],
        EarlierMessage = ["an earlier message", "un messaggio precedente", "uma mensagem anterior", "un mensaje anterior"],

        Queued = ["waits", "in attesa", "espera", "espera"],
        Attempting = ["sending", "in invio", "enviando", "enviando"],
        Accepted = ["accepted", "accettato", "aceita", "aceptado"],
        Held = ["held by WhatsApp", "trattenuto da WhatsApp", "retida pelo WhatsApp", "retenido por WhatsApp"],
        Sent = ["sent", "inviato", "enviada", "enviado"],
        Delivered = ["delivered", "consegnato", "entregue", "entregado"],
        Read = ["read", "letto", "lida", "leído"],
        Played = ["played", "ascoltato", "ouvida", "escuchado"],
        Failed = ["not sent", "non inviato", "não enviada", "no enviado"],
        Unconfirmed = ["unconfirmed", "incerto", "incerta", "incierto"],
        Cancelled = ["given up", "ritirato", "retirada", "retirado"],
        Unknown = ["unknown", "sconosciuto", "desconhecido", "desconocido"],
        NotKnown = ["not known whether it arrived", "non si sa se è arrivato", "não se sabe se chegou", "no se sabe si llegó"],
        ItArrived = ["it arrived", "è arrivato", "chegou", "llegó"],
        SendAgain = ["send again", "invia di nuovo", "enviar de novo", "enviar otra vez"],
        GiveUp = ["give up", "rinuncia", "desistir", "desistir"],

        Image = ["image", "immagine", "imagem", "imagen"],
        Video = ["video", "video", "vídeo", "vídeo"],
        Audio = ["audio", "audio", "áudio", "audio"],
        Voice = ["voice", "vocale", "voz", "voz"],
        Document = ["document", "documento", "documento", "documento"],
        Sticker = ["sticker", "adesivo", "figurinha", "sticker"],
        Location = ["place", "luogo", "local", "lugar"],
        Contacts = ["contact card", "contatto", "contato", "contacto"],
        Reaction = ["reaction", "reazione", "reação", "reacción"],
        Button = ["button", "pulsante", "botão", "botón"],
        List = ["choice", "scelta", "escolha", "elección"],
        Flow = ["form", "modulo", "formulário", "formulario"],
        CallPermission = ["call permission", "permesso di chiamata", "permissão de chamada", "permiso de llamada"],
        Order = ["order", "ordine", "pedido", "pedido"],
        Platform = ["WhatsApp", "WhatsApp", "WhatsApp", "WhatsApp"],
        Call = ["call", "chiamata", "chamada", "llamada"],
        Edit = ["edited", "modificato", "editada", "editado"],
        Revoke = ["taken back", "eliminato", "apagada", "eliminado"],
        Welcome = ["opened the chat", "ha aperto la chat", "abriu a conversa", "abrió el chat"],
        Template = ["template", "modello", "modelo", "plantilla"],
        Question = ["question", "domanda", "pergunta", "pregunta"],
        HandedOver = ["the platform's agent passes the conversation to the desk", "l'agente della piattaforma passa la conversazione al desk", "o agente da plataforma passa a conversa ao atendimento", "el agente de la plataforma pasa la conversación al equipo"],
        TakenOver = ["the platform's agent holds the conversation", "la conversazione è dell'agente della piattaforma", "a conversa está com o agente da plataforma", "la conversación la tiene el agente de la plataforma"],
        Unsupported = ["WhatsApp cannot pass this on", "WhatsApp non può trasmetterlo", "o WhatsApp não consegue repassar", "WhatsApp no puede transmitirlo"],
        UnknownKind = ["a kind not known here", "tipo sconosciuto", "tipo desconhecido", "tipo desconocido"],
        InAll = ["{0} in all; `guichet thread {1} --json` has it whole", "{0} in tutto; `guichet thread {1} --json` lo dà intero", "{0} ao todo; `guichet thread {1} --json` traz tudo", "{0} en total; `guichet thread {1} --json` lo da entero"],
        Deleted = ["deleted by {0}", "eliminato da {0}", "apagada por {0}", "eliminado por {0}"],
        ReactionGone = ["took a reaction back", "ha tolto una reazione", "retirou uma reação", "quitó una reacción"],
        Reacted = ["reacted to", "ha reagito a", "reagiu a", "reaccionó a"],

        Window = ["window", "finestra", "janela", "ventana"],
        WindowClosed = ["closed", "chiusa", "fechada", "cerrada"],
        DiesFirst = ["the window closes before the answer is due", "la finestra si chiude prima che scada la risposta", "a janela fecha antes do prazo da resposta", "la ventana se cierra antes de que venza la respuesta"],
        NeverWrote = ["never wrote", "mai scritto", "nunca escreveu", "nunca escribió"],
        Overdue = ["LATE", "SCADUTO", "VENCIDO", "VENCIDO"],
        Offered = ["offered to {0}, {1}", "proposto a {0}, {1}", "oferecido a {0}, {1}", "ofrecido a {0}, {1}"],
        Nobody = ["nobody's", "di nessuno", "de ninguém", "de nadie"],
        Mine = ["mine", "mio", "meu", "mío"],
        Contact = ["Customer", "Cliente", "Cliente", "Cliente"],
        Ticket = ["Ticket", "Ticket", "Ticket", "Ticket"],
        Clocks = ["Clocks", "Scadenze", "Prazos", "Plazos"],
        Consents = ["Consents", "Consensi", "Consentimentos", "Consentimientos"],
        Conversations = ["Lines and tickets", "Linee e ticket", "Linhas e tickets", "Líneas y tickets"],
        None = ["none known", "nessuno noto", "nenhum conhecido", "ninguno conocido"],
        Yes = ["yes", "sì", "sim", "sí"],
        No = ["no", "no", "não", "no"],
        Followers = ["followed by", "seguito da", "seguido por", "seguido por"],
        Opened = ["opened", "aperto", "aberto", "abierto"],
        Solved = ["solved", "risolto", "resolvido", "resuelto"],
        Waits = ["waits for", "attende da", "espera há", "espera desde hace"],
        Until = ["until", "fino a", "até", "hasta"],
        WholeNow = ["the whole conversation", "tutta la conversazione", "toda a conversa", "toda la conversación"],
        TicketNow = ["this ticket only", "solo questo ticket", "só este ticket", "solo este ticket"],
        Copied = ["copied", "copiato", "copiado", "copiado"],
        NothingToCopy = ["there is nothing to copy", "non c'è nulla da copiare", "nada para copiar", "nada que copiar"],
        NoQuote = ["only a message of the customer, or one that was sent, can be quoted", "si può citare solo un messaggio del cliente o uno inviato", "só se pode citar uma mensagem do cliente ou uma enviada", "solo se puede citar un mensaje del cliente o uno enviado"],
        NoneFailed = ["no failed or unconfirmed message is in sight: choose one", "nessun messaggio fallito o incerto in vista: sceglilo", "nenhuma mensagem falhada ou incerta à vista: escolha uma", "ningún mensaje fallido o incierto a la vista: elige uno"],
        NoUnread = ["nothing is unread", "nulla di non letto", "nada por ler", "nada sin leer"],
        Erased = ["erased", "cancellato", "apagado", "borrado"],
    }
}

/// States, priorities, metrics, purposes and statuses as the relay writes them, then in the four languages.
const KNOWN: &[(&str, [&str; 4])] = &[
    ("new", ["new", "nuovo", "novo", "nuevo"]),
    ("open", ["open", "aperto", "aberto", "abierto"]),
    ("pending", ["pending", "in attesa del cliente", "esperando o cliente", "espera al cliente"]),
    ("on_hold", ["on hold", "in attesa di terzi", "esperando terceiros", "en espera de terceros"]),
    ("snoozed", ["snoozed", "rimandato", "adiado", "pospuesto"]),
    ("solved", ["solved", "risolto", "resolvido", "resuelto"]),
    ("closed", ["closed", "chiuso", "fechado", "cerrado"]),
    ("low", ["low", "bassa", "baixa", "baja"]),
    ("normal", ["normal", "normale", "normal", "normal"]),
    ("high", ["high", "alta", "alta", "alta"]),
    ("urgent", ["urgent", "urgente", "urgente", "urgente"]),
    ("first_reply", ["first reply", "prima risposta", "primeira resposta", "primera respuesta"]),
    ("next_reply", ["next reply", "prossima risposta", "próxima resposta", "próxima respuesta"]),
    (
        "requester_wait",
        ["customer's wait", "attesa del cliente", "espera do cliente", "espera del cliente"],
    ),
    ("agent_work", ["work", "lavoro", "trabalho", "trabajo"]),
    ("total_resolution", ["resolution", "risoluzione", "resolução", "resolución"]),
    ("handoff_wait", ["handoff", "passaggio", "transferência", "traspaso"]),
    ("service", ["service", "servizio", "serviço", "servicio"]),
    ("utility", ["utility", "utilità", "utilidade", "utilidad"]),
    ("authentication", ["codes", "codici", "códigos", "códigos"]),
    ("marketing", ["marketing", "marketing", "marketing", "marketing"]),
    ("earlier", ["earlier", "precedente", "anterior", "anterior"]),
    ("later", ["later", "successivo", "posterior", "posterior"]),
    ("same_matter", ["same matter", "stessa cosa", "mesmo assunto", "mismo asunto"]),
    ("merged", ["merged into it", "unito a questo", "unido a este", "unido a este"]),
    ("into", ["goes on there", "continua là", "continua lá", "continúa allí"]),
    ("system", ["desk", "sistema", "sistema", "sistema"]),
    ("customer", ["customer", "cliente", "cliente", "cliente"]),
];

/// A word of the relay in a language; nothing if it is not one.
pub fn known(word: &str, language: Language) -> Option<&'static str> {
    let (_, texts) = KNOWN.iter().find(|(known, _)| *known == word)?;
    Some(texts[language as usize])
}

/// How a message came, where that is to be told: what the platform's agent writes says so by its author.
pub fn source(entry: &EntryView) -> Option<Word> {
    match (entry.source.as_deref()?, entry.direction) {
        ("standby", Some(Direction::In)) => Some(Word::Standby),
        ("history", _) => Some(Word::Imported),
        _ => None,
    }
}

/// One's own name, and that it is one's own.
pub fn own(name: &str, language: Language) -> String {
    match Word::You.say(language) {
        you if you == name => name.to_owned(),
        you => format!("{name} ({you})"),
    }
}

/// Where a ticket stands.
pub fn state(state: State, language: Language) -> &'static str {
    known(state.word(), language).unwrap_or(state.word())
}

/// What a ticket has to do with another, and of when it is.
pub fn link_in_words(link: &LinkView, zone: &TimeZone, language: Language) -> String {
    let word = known(link.is.word(), language).unwrap_or(link.is.word());
    format!("{word}, {}", moment(link.opened_at, zone, language))
}

/// How urgent a ticket is.
pub fn priority(priority: Priority, language: Language) -> &'static str {
    known(priority.word(), language).unwrap_or(priority.word())
}
