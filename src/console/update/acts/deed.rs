//! What was done, told in one line.

use crate::console::language::{Language, fill};
use crate::console::model::Model;
use crate::console::snooze;
use crate::domain::content::Content;
use crate::domain::ticket::Priority;
use crate::wire::ActionRequest;

crate::words! {
    pub(super) enum Word {
        Take = ["taken", "preso", "assumido", "tomado"],
        Decline = ["declined", "rifiutato", "recusado", "rechazado"],
        Assign = ["given to {0}", "dato a {0}", "passado a {0}", "pasado a {0}"],
        Moved = ["moved", "spostato", "movido", "movido"],
        Move = ["moved to {0}", "spostato in {0}", "movido para {0}", "movido a {0}"],
        HandOver = ["handed over to {0}", "passato a {0}", "repassado a {0}", "traspasado a {0}"],
        Release = ["given back to the queue", "rimesso in coda", "devolvido à fila", "devuelto a la cola"],
        Solve = ["solved", "risolto", "resolvido", "resuelto"],
        Reopen = ["open again", "riaperto", "reaberto", "reabierto"],
        Pend = ["waiting for the customer", "messo in attesa del cliente", "posto à espera do cliente", "puesto en espera del cliente"],
        Hold = ["waiting for a third party", "messo in attesa di terzi", "posto à espera de terceiros", "puesto en espera de un tercero"],
        Open = ["open", "aperto", "aberto", "abierto"],
        Snooze = ["asleep until {0}", "rimandato a {0}", "adiado até {0}", "pospuesto hasta {0}"],
        SnoozeMessage = ["asleep until the next message", "rimandato al prossimo messaggio", "adiado até a próxima mensagem", "pospuesto hasta el próximo mensaje"],
        Prioritise = ["now {0}", "ora: {0}", "agora: {0}", "ahora: {0}"],
        Tag = ["tagged {0}", "etichettato {0}", "etiquetado {0}", "etiquetado {0}"],
        Merged = ["merged", "unito", "unido", "unido"],
        Split = ["split", "separato", "separado", "separado"],
        Acknowledged = ["taken care of", "preso in cura", "assumido", "atendido"],
        Followed = ["followed", "seguito", "seguido", "seguido"],
        Unfollowed = ["followed no longer", "non più seguito", "não mais seguido", "ya no seguido"],
        Took = ["goes on for #{0} too", "continua anche per #{0}", "continua também por #{0}", "continúa también por #{0}"],
        Unmerged = ["is no longer one with #{0}", "non è più uno con #{0}", "já não é um só com #{0}", "ya no es uno con #{0}"],
        Linked = ["linked with #{0}", "collegato con #{0}", "ligado a #{0}", "enlazado con #{0}"],
        Unlinked = ["linked with #{0} no longer", "non più collegato con #{0}", "não mais ligado a #{0}", "ya no enlazado con #{0}"],
        Field = ["{0}", "{0}", "{0}", "{0}"],
        Todo = ["something to do was noted", "annotato cosa fare", "anotado o que fazer", "anotado qué hacer"],
        Done = ["to do {0}: done", "da fare {0}: fatto", "a fazer {0}: feito", "por hacer {0}: hecho"],
        Undone = ["to do {0}: to be done again", "da fare {0}: di nuovo da fare", "a fazer {0}: de novo a fazer", "por hacer {0}: otra vez por hacer"],
        Read = ["marked as read", "segnato come letto", "marcado como lido", "marcado como leído"],
        Reacted = ["reacted with {0}", "ha la reazione {0}", "recebeu a reação {0}", "tiene la reacción {0}"],
        Unreacted = ["reaction taken back", "reazione tolta", "reação tirada", "reacción quitada"],
        Whispered = ["has your proposal", "ha la tua proposta", "tem a sua proposta", "tiene tu propuesta"],
        Noted = ["noted", "annotato", "anotado", "anotado"],
        Low = ["low", "bassa", "baixa", "baja"],
        Normal = ["normal", "normale", "normal", "normal"],
        High = ["high", "alta", "alta", "alta"],
        Urgent = ["urgent", "urgente", "urgente", "urgente"],
    }
}

/// A priority in the person's language.
pub(crate) fn priority(priority: Priority, language: Language) -> &'static str {
    [Word::Low, Word::Normal, Word::High, Word::Urgent][priority as usize].say(language)
}

/// What has become of `count` tickets, or of the one called `object`: `#1042 solved`, `12 solved`; nothing for
/// what shows itself in the thread.
pub(super) fn told(
    model: &Model,
    action: &ActionRequest,
    object: &str,
    count: usize,
) -> Option<String> {
    let language = model.settings.language;
    let word = match action {
        ActionRequest::Take | ActionRequest::Accept => Word::Take,
        ActionRequest::Decline => Word::Decline,
        ActionRequest::Assign { to: Some(_) } => Word::Assign,
        ActionRequest::Shift { .. } if count > 1 => Word::Moved,
        ActionRequest::Shift { .. } => Word::Assign,
        ActionRequest::Assign { to: None } | ActionRequest::Release => Word::Release,
        ActionRequest::Move { .. } => Word::Move,
        ActionRequest::HandOver { .. } => Word::HandOver,
        ActionRequest::Solve => Word::Solve,
        ActionRequest::Reopen { .. } => Word::Reopen,
        ActionRequest::Pend => Word::Pend,
        ActionRequest::Hold => Word::Hold,
        ActionRequest::Open => Word::Open,
        ActionRequest::Snooze { until: Some(_) } => Word::Snooze,
        ActionRequest::Snooze { until: None } => Word::SnoozeMessage,
        ActionRequest::Prioritise { .. } => Word::Prioritise,
        ActionRequest::Tag { .. } => Word::Tag,
        ActionRequest::Send { content: Content::Reaction { emoji }, .. } => {
            match emoji.is_empty() {
                true => Word::Unreacted,
                false => Word::Reacted,
            }
        }
        ActionRequest::Merge { .. } => Word::Merged,
        ActionRequest::Split => Word::Split,
        ActionRequest::Acknowledge => Word::Acknowledged,
        ActionRequest::Follow => Word::Followed,
        ActionRequest::Unfollow => Word::Unfollowed,
        ActionRequest::Link { .. } => Word::Linked,
        ActionRequest::Unlink { .. } => Word::Unlinked,
        ActionRequest::MergeTicket { .. } => Word::Took,
        ActionRequest::UnmergeTicket { .. } => Word::Unmerged,
        ActionRequest::SplitTicket { .. } => Word::Split,
        ActionRequest::UnsplitTicket => Word::Merged,
        ActionRequest::Todo { .. } => Word::Todo,
        ActionRequest::SetField { .. } => Word::Field,
        ActionRequest::TodoDone { done: true, .. } => Word::Done,
        ActionRequest::TodoDone { .. } => Word::Undone,
        ActionRequest::MarkRead if count > 1 => Word::Read,
        ActionRequest::Note { .. } if count > 1 => Word::Noted,
        ActionRequest::Whisper { text } if !text.is_empty() => Word::Whispered,
        _ => return None,
    };
    let value = match action {
        ActionRequest::Assign { to } => to.clone().unwrap_or_default(),
        ActionRequest::Shift { to, .. } => to.clone(),
        ActionRequest::Move { queue } => queue.clone(),
        ActionRequest::HandOver { to, queue, .. } => {
            [to, queue].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
        }
        ActionRequest::SetField { field, value } => {
            format!("{field}: {}", value.as_deref().unwrap_or("-"))
        }
        ActionRequest::Link { to } | ActionRequest::Unlink { to } => to.to_string(),
        ActionRequest::MergeTicket { with } | ActionRequest::UnmergeTicket { with } => {
            with.to_string()
        }
        ActionRequest::TodoDone { id, .. } => id.to_string(),
        ActionRequest::Snooze { until: Some(at) } => {
            snooze::instant(*at, &model.settings.zone, language)
        }
        ActionRequest::Prioritise { priority: to } => priority(*to, language).to_owned(),
        ActionRequest::Send { content: Content::Reaction { emoji }, .. } => emoji.clone(),
        ActionRequest::Tag { add, remove } => {
            let gone = remove.iter().map(|tag| format!("-{tag}"));
            add.iter().cloned().chain(gone).collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    };
    let text = word.say(language);
    let text = if count > 1 { plural(text, language) } else { text.to_owned() };
    Some(format!("{object} {}", fill(&text, &[&value])))
}

/// The first word of a participle, for several tickets.
fn plural(text: &str, language: Language) -> String {
    let (first, rest) = match text.find(' ') {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    match (first.strip_suffix('o'), language) {
        (Some(stem), Language::It) if first != "ora:" => format!("{stem}i{rest}"),
        (Some(stem), Language::Pt | Language::Es) => format!("{stem}os{rest}"),
        _ => text.to_owned(),
    }
}
