//! What was understood, said back.

use super::{Fault, Wake};
use crate::console::countdown;
use crate::console::language::{Language, fill};
use crate::kit::Timestamp;
use jiff::tz::TimeZone;

crate::words! {
    enum Word {
        NextMessage = ["the next message", "al prossimo messaggio", "a próxima mensagem", "el próximo mensaje"],
        In = ["{0}, in {1}", "{0}, tra {1}", "{0}, em {1}", "{0}, en {1}"],
        Empty = [
            "until when? 2h, 3d, tomorrow 9, mon 14:30, next message",
            "fino a quando? 2h, 3g, domani 9, lun 14:30, prossimo messaggio",
            "até quando? 2h, 3d, amanhã 9, seg 14:30, próxima mensagem",
            "¿hasta cuándo? 2h, 3d, mañana 9, lun 14:30, próximo mensaje"
        ],
        Unknown = [
            "{0:?}: write 2h, 3d, tomorrow 9, mon 14:30 or next message",
            "{0:?}: scrivi 2h, 3g, domani 9, lun 14:30 o prossimo messaggio",
            "{0:?}: escreva 2h, 3d, amanhã 9, seg 14:30 ou próxima mensagem",
            "{0:?}: escribe 2h, 3d, mañana 9, lun 14:30 o próximo mensaje"
        ],
        Bare = [
            "{0} what? write {0}h, {0}d or {0}:00",
            "{0} che cosa? scrivi {0}h, {0}g o {0}:00",
            "{0} o quê? escreva {0}h, {0}d ou {0}:00",
            "¿{0} qué? escribe {0}h, {0}d o {0}:00"
        ],
        Past = ["{0} is past", "{0} è passato", "{0} já passou", "{0} ya pasó"],
        TooFar = [
            "more than a year from now",
            "oltre un anno da oggi",
            "mais de um ano a partir de hoje",
            "más de un año desde hoy"
        ],
    }
}

const WEEKDAYS: [[&str; 7]; 4] = [
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    ["lun", "mar", "mer", "gio", "ven", "sab", "dom"],
    ["seg", "ter", "qua", "qui", "sex", "sáb", "dom"],
    ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"],
];

const MONTHS: [[&str; 12]; 4] = [
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"],
    ["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"],
    ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
];

/// An instant on the person's calendar: `Tue 24 Nov 09:00`.
pub fn instant(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let here = at.to_jiff().to_zoned(zone.clone());
    let weekday = WEEKDAYS[language as usize][here.weekday().to_monday_zero_offset() as usize];
    let month = MONTHS[language as usize][here.month() as usize - 1];
    format!("{weekday} {} {month} {:02}:{:02}", here.day(), here.hour(), here.minute())
}

/// An instant that is not far, in at most eleven cells: `14:30` on the same day, `Tue 09:00` within a week,
/// `24 Nov` after that.
pub fn brief(at: Timestamp, now: Timestamp, zone: &TimeZone, language: Language) -> String {
    let there = at.to_jiff().to_zoned(zone.clone());
    let today = now.to_jiff().to_zoned(zone.clone()).date();
    let days = today.duration_until(there.date()).as_hours() / 24;
    let clock = format!("{:02}:{:02}", there.hour(), there.minute());
    match days {
        0 => clock,
        1..7 => {
            let weekday = there.weekday().to_monday_zero_offset() as usize;
            format!("{} {clock}", WEEKDAYS[language as usize][weekday])
        }
        _ => format!("{} {}", there.day(), MONTHS[language as usize][there.month() as usize - 1]),
    }
}

impl Wake {
    /// In a few words, with how far away it is: `Tue 24 Nov 09:00, in 20h15`.
    pub fn say(self, now: Timestamp, zone: &TimeZone, language: Language) -> String {
        match self {
            Self::NextMessage => Word::NextMessage.say(language).to_owned(),
            Self::At(at) => {
                let (at, far) = (instant(at, zone, language), countdown::span(at.since(now)));
                fill(Word::In.say(language), &[&at, &far])
            }
        }
    }
}

impl Fault {
    /// What is wrong and what to write instead, in one line.
    pub fn say(&self, zone: &TimeZone, language: Language) -> String {
        match self {
            Self::Empty => Word::Empty.say(language).to_owned(),
            Self::Unknown(part) => {
                Word::Unknown.say(language).replace("{0:?}", &format!("\u{201c}{part}\u{201d}"))
            }
            Self::Bare(number) => fill(Word::Bare.say(language), &[number]),
            Self::Past(at) => fill(Word::Past.say(language), &[&instant(*at, zone, language)]),
            Self::TooFar => Word::TooFar.say(language).to_owned(),
        }
    }
}
