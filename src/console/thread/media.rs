//! What has become of a message's file, in words.

use crate::console::language::{Language, fill};
use crate::wire::MediaView;

crate::words! {
    /// Words about files.
    pub(in crate::console) enum Word {
        NoFile = ["no message with a file here", "qui nessun messaggio con un file", "nenhuma mensagem com arquivo aqui", "aquí no hay mensaje con archivo"],
        NotKept = ["the relay never fetched it", "il relay non l'ha mai scaricato", "o relay nunca o buscou", "el relay nunca lo descargó"],
        Coming = ["fetching the file", "scarico il file", "buscando o arquivo", "descargando el archivo"],
        Waiting = ["is being fetched", "in arrivo", "sendo buscado", "en camino"],
        Expired = ["kept long enough, removed", "scaduto, rimosso", "prazo vencido, removido", "vencido, eliminado"],
        Failed = ["not available: {0}", "non disponibile: {0}", "indisponível: {0}", "no disponible: {0}"],
        Gone = ["WhatsApp has it no longer", "WhatsApp non ce l'ha più", "o WhatsApp não o tem mais", "WhatsApp ya no lo tiene"],
        Unreachable = ["WhatsApp could not be asked", "WhatsApp non era raggiungibile", "o WhatsApp não respondeu", "WhatsApp no respondió"],
        TooLarge = ["larger than 100 MB", "più di 100 MB", "mais de 100 MB", "más de 100 MB"],
        Damaged = ["it came damaged", "è arrivato danneggiato", "chegou danificado", "llegó dañado"],
        WrongType = ["it is not what it says", "non è ciò che dice", "não é o que diz ser", "no es lo que dice"],
        Erased = ["the person was erased", "la persona è stata cancellata", "a pessoa foi apagada", "la persona fue borrada"],
        Missing = ["not on the relay's disk", "non è sul disco del relay", "não está no disco do relay", "no está en el disco del relay"],
        Broken = ["changed on the relay's disk", "alterato sul disco del relay", "alterado no disco do relay", "alterado en el disco del relay"],
        Unreadable = ["the relay cannot read it", "il relay non lo legge", "o relay não o lê", "el relay no lo lee"],
    }
}

/// Whether it can be opened and saved.
pub fn is_here(media: &MediaView) -> bool {
    media.state.as_deref() == Some("stored")
}

/// What is said of a file that is not there; nothing of one that is, or of which nothing is known.
pub fn state(media: &MediaView, language: Language) -> Option<String> {
    match media.state.as_deref()? {
        "waiting" => Some(Word::Waiting.say(language).to_owned()),
        "expired" => Some(Word::Expired.say(language).to_owned()),
        "failed" => {
            let why = match media.why.as_deref().unwrap_or_default() {
                "unreachable" => Word::Unreachable,
                "too_large" => Word::TooLarge,
                "damaged" => Word::Damaged,
                "wrong_type" => Word::WrongType,
                "erased" => Word::Erased,
                "missing" => Word::Missing,
                "broken" => Word::Broken,
                "unreadable" => Word::Unreadable,
                _ => Word::Gone,
            };
            Some(fill(Word::Failed.say(language), &[why.say(language)]))
        }
        _ => None,
    }
}
