//! The words of the four languages, without accents and in small letters. No word means two things.

use jiff::civil::Weekday;

/// The text in small letters without accents, each space one blank.
pub(super) fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        ',' => ' ',
        other => other,
    };
    let small = text.to_lowercase().chars().map(plain).collect::<String>();
    small.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// "When the customer writes".
pub(super) const NEXT_MESSAGE: &[&str] = &[
    "next message",
    "message",
    "next msg",
    "prossimo messaggio",
    "al prossimo messaggio",
    "messaggio",
    "proxima mensagem",
    "na proxima mensagem",
    "mensagem",
    "proximo mensaje",
    "el proximo mensaje",
    "mensaje",
];

/// Days of several words.
pub(super) const PHRASES: &[(&str, &str)] = &[
    ("day after tomorrow", "dopodomani"),
    ("depois de amanha", "dopodomani"),
    ("pasado manana", "dopodomani"),
];

/// Words that say that a time of day follows.
pub(super) const AT: &[&str] = &["at", "alle", "ore", "as", "a", "las"];

/// Words that say nothing.
pub(super) const FILLERS: &[&str] = &[
    "at", "alle", "ore", "as", "a", "las", "in", "tra", "fra", "em", "en", "dentro", "daqui", "de",
    "di", "on", "the", "el", "il", "la", "o", "no", "na", "until", "till", "fino", "ate", "hasta",
    "next", "prossimo", "prossima", "proximo", "proxima", "and", "e", "y",
];

/// Days from today.
pub(super) fn ahead(word: &str) -> Option<i64> {
    Some(match word {
        "today" | "oggi" | "hoje" | "hoy" => 0,
        "tomorrow" | "tom" | "tmr" | "domani" | "amanha" | "manana" => 1,
        "dopodomani" => 2,
        _ => return None,
    })
}

const WEEKDAYS: [[&str; 4]; 7] = [
    ["monday", "lunedi", "segunda", "lunes"],
    ["tuesday", "martedi", "terca", "martes"],
    ["wednesday", "mercoledi", "quarta", "miercoles"],
    ["thursday", "giovedi", "quinta", "jueves"],
    ["friday", "venerdi", "sexta", "viernes"],
    ["saturday", "sabato", "sabado", "sabado"],
    ["sunday", "domenica", "domingo", "domingo"],
];

/// The day of the week that a word of three letters or more begins to name.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    let word = word.strip_suffix("-feira").unwrap_or(word).trim_end_matches('.');
    if word.len() < 3 {
        return None;
    }
    let named = |names: &[&str; 4]| names.iter().any(|name| name.starts_with(word));
    let mut found = (0i8..7).filter(|day| named(&WEEKDAYS[*day as usize]));
    match (found.next(), found.next()) {
        (Some(day), None) => Weekday::from_monday_zero_offset(day).ok(),
        _ => None,
    }
}

/// How long a unit is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
}

/// The unit of a word.
pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "m" | "min" | "mins" | "minute" | "minutes" | "minuto" | "minuti" | "minutos" => {
            Unit::Minute
        }
        "h" | "hr" | "hrs" | "hour" | "hours" | "ora" | "ore" | "hora" | "horas" => Unit::Hour,
        "d" | "g" | "gg" | "day" | "days" | "giorno" | "giorni" | "dia" | "dias" => Unit::Day,
        "w" | "week" | "weeks" | "sett" | "settimana" | "settimane" | "sem" | "semana"
        | "semanas" => Unit::Week,
        _ => return None,
    })
}

/// A time of day with a name.
pub(super) fn named_time(word: &str) -> Option<(i8, i8)> {
    matches!(word, "noon" | "mezzogiorno" | "meio-dia" | "mediodia").then_some((12, 0))
}
