//! Days and instants as people write them.

use super::words::Word;
use crate::console::language::{Language, fill};
use crate::kit::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

const WEEKDAYS: [[&str; 7]; 4] = [
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
    [
        "segunda-feira",
        "terça-feira",
        "quarta-feira",
        "quinta-feira",
        "sexta-feira",
        "sábado",
        "domingo",
    ],
    ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
];

const MONTHS: [[&str; 12]; 4] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
    [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
];

/// The day on which an instant lies.
pub fn date(at: Timestamp, zone: &TimeZone) -> Date {
    at.to_jiff().to_zoned(zone.clone()).date()
}

/// A day in words; the year only where it is another one.
pub fn day(of: Date, today: Date, language: Language) -> String {
    if of == today {
        return Word::Today.say(language).to_owned();
    }
    if today.yesterday().is_ok_and(|yesterday| yesterday == of) {
        return Word::Yesterday.say(language).to_owned();
    }
    let weekday = WEEKDAYS[language as usize][of.weekday().to_monday_zero_offset() as usize];
    let month = MONTHS[language as usize][of.month() as usize - 1];
    let shape = match language {
        Language::En | Language::It => "{0} {1} {2}",
        Language::Pt => "{0}, {1} de {2}",
        Language::Es => "{0} {1} de {2}",
    };
    let text = fill(shape, &[weekday, &of.day().to_string(), month]);
    if of.year() == today.year() { text } else { format!("{text} {}", of.year()) }
}

/// The time of day, `09:14`.
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_jiff().to_zoned(zone.clone());
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// A day and a time in few cells, `2 Mar 09:14`.
pub fn moment(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let local = at.to_jiff().to_zoned(zone.clone());
    let month: String =
        MONTHS[language as usize][local.month() as usize - 1].chars().take(3).collect();
    format!("{} {month} {:02}:{:02}", local.day(), local.hour(), local.minute())
}

/// A day of any year and a time in few cells, `2 Mar 2026 09:14`.
pub fn dated(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let day = date(at, zone);
    let month: String =
        MONTHS[language as usize][day.month() as usize - 1].chars().take(3).collect();
    format!("{} {month} {} {}", day.day(), day.year(), clock(at, zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_said_as_people_say_them() {
        let today = Date::constant(2026, 3, 2);
        for (of, language, text) in [
            (today, Language::En, "today"),
            (Date::constant(2026, 3, 1), Language::It, "ieri"),
            (Date::constant(2026, 2, 3), Language::En, "Tuesday 3 February"),
            (Date::constant(2026, 2, 3), Language::Pt, "terça-feira, 3 de fevereiro"),
            (Date::constant(2025, 12, 31), Language::Es, "miércoles 31 de diciembre 2025"),
        ] {
            assert_eq!(day(of, today, language), text);
        }
    }

    #[test]
    fn the_zone_decides_on_which_day_it_was() {
        let rome = TimeZone::fixed(jiff::tz::offset(1));
        let at = Timestamp::from_secs(1_772_406_000); // 2026-03-01 23:00 UTC
        assert_eq!(date(at, &TimeZone::UTC), Date::constant(2026, 3, 1));
        assert_eq!(date(at, &rome), Date::constant(2026, 3, 2));
        assert_eq!(moment(at, &rome, Language::It), "2 mar 00:00");
    }
}
