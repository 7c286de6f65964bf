//! Whether a colleague is there and takes new tickets, in words.

use super::language::Language;
use crate::wire::Presence;

crate::words! {
    enum Word {
        Online = ["here", "presente", "presente", "presente"],
        Busy = ["busy", "occupato", "ocupado", "ocupado"],
        Away = ["idle", "inattivo", "inativo", "inactivo"],
        WrapUp = ["wrapping", "conclude", "conclui", "concluye"],
        Break = ["break", "pausa", "pausa", "pausa"],
        Offline = ["away", "assente", "ausente", "ausente"],
        Unknown = ["?", "?", "?", "?"],
    }
}

/// The word for it, at most 9 characters.
pub fn word(presence: Presence, language: Language) -> &'static str {
    let word = match presence {
        Presence::Online => Word::Online,
        Presence::Busy => Word::Busy,
        Presence::Away => Word::Away,
        Presence::WrapUp => Word::WrapUp,
        Presence::Break => Word::Break,
        Presence::Offline => Word::Offline,
        Presence::Unknown => Word::Unknown,
    };
    word.say(language)
}
