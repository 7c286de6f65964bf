use super::*;
use crate::console::language::Language;

const ROME: &str = "Europe/Rome";

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone of the bundled database")
}

/// What a text means at an instant in a zone, as local time.
fn read_at(text: &str, now: &str, name: &str) -> String {
    let zone = zone(name);
    match parse(text, now.parse().expect("an instant"), &zone) {
        Ok(Wake::NextMessage) => "message".to_owned(),
        Ok(Wake::At(at)) => {
            at.to_jiff().to_zoned(zone).strftime("%a %Y-%m-%d %H:%M%:z").to_string()
        }
        Err(fault) => format!("{fault:?}"),
    }
}

#[test]
fn people_write_it_in_their_language() {
    // A Thursday, 10:30 in Rome.
    for (text, meant) in [
        ("2h", "Thu 2026-11-19 12:30+01:00"),
        ("30m", "Thu 2026-11-19 11:00+01:00"),
        ("1h30", "Thu 2026-11-19 12:00+01:00"),
        ("1 h 30 min", "Thu 2026-11-19 12:00+01:00"),
        ("1.5h", "Thu 2026-11-19 12:00+01:00"),
        ("in 2 hours", "Thu 2026-11-19 12:30+01:00"),
        ("tra 2 ore", "Thu 2026-11-19 12:30+01:00"),
        ("em 2 horas e 15 minutos", "Thu 2026-11-19 12:45+01:00"),
        ("3d", "Sun 2026-11-22 10:30+01:00"),
        ("3 giorni", "Sun 2026-11-22 10:30+01:00"),
        ("1w", "Thu 2026-11-26 10:30+01:00"),
        ("2 semanas", "Thu 2026-12-03 10:30+01:00"),
        ("tomorrow 9", "Fri 2026-11-20 09:00+01:00"),
        ("tomorrow", "Fri 2026-11-20 09:00+01:00"),
        ("domani alle 9", "Fri 2026-11-20 09:00+01:00"),
        ("domani ore 9.30", "Fri 2026-11-20 09:30+01:00"),
        ("amanhã às 9h", "Fri 2026-11-20 09:00+01:00"),
        ("mañana a las 9h30", "Fri 2026-11-20 09:30+01:00"),
        ("Tomorrow at 9:30 pm", "Fri 2026-11-20 21:30+01:00"),
        ("tomorrow 12am", "Fri 2026-11-20 00:00+01:00"),
        ("dopodomani", "Sat 2026-11-21 09:00+01:00"),
        ("depois de amanhã 8", "Sat 2026-11-21 08:00+01:00"),
        ("pasado mañana", "Sat 2026-11-21 09:00+01:00"),
        ("day after tomorrow noon", "Sat 2026-11-21 12:00+01:00"),
        ("mon 14:30", "Mon 2026-11-23 14:30+01:00"),
        ("next monday", "Mon 2026-11-23 09:00+01:00"),
        ("lunedì 14:30", "Mon 2026-11-23 14:30+01:00"),
        ("segunda-feira 14h30", "Mon 2026-11-23 14:30+01:00"),
        ("lun", "Mon 2026-11-23 09:00+01:00"),
        ("mié 8:00", "Wed 2026-11-25 08:00+01:00"),
        ("domingo", "Sun 2026-11-22 09:00+01:00"),
        ("thu 18:00", "Thu 2026-11-19 18:00+01:00"),
        ("thu 9:00", "Thu 2026-11-26 09:00+01:00"),
        ("18:00", "Thu 2026-11-19 18:00+01:00"),
        ("9:00", "Fri 2026-11-20 09:00+01:00"),
        ("at 18", "Thu 2026-11-19 18:00+01:00"),
        ("alle 18", "Thu 2026-11-19 18:00+01:00"),
        ("às 9h", "Fri 2026-11-20 09:00+01:00"),
        ("9h", "Thu 2026-11-19 19:30+01:00"),
        ("6pm", "Thu 2026-11-19 18:00+01:00"),
        ("24/12", "Thu 2026-12-24 09:00+01:00"),
        ("24/12 15:00", "Thu 2026-12-24 15:00+01:00"),
        ("7/1", "Thu 2027-01-07 09:00+01:00"),
        ("2026-12-01 8:15", "Tue 2026-12-01 08:15+01:00"),
        ("2026-12-01t08:15", "Tue 2026-12-01 08:15+01:00"),
        ("next message", "message"),
        ("Prossimo messaggio", "message"),
        ("próxima mensagem", "message"),
        ("próximo mensaje", "message"),
    ] {
        assert_eq!(read_at(text, "2026-11-19T09:30:00Z", ROME), meant, "{text}");
    }
}

#[test]
fn faults_say_what_is_wrong() {
    for (text, fault) in [
        ("", "Empty"),
        ("  ", "Empty"),
        ("9", "Bare(\"9\")"),
        ("soon", "Unknown(\"soon\")"),
        ("tomorrow soon", "Unknown(\"soon\")"),
        ("tomorrow 25:00", "Unknown(\"25:00\")"),
        ("mon tue", "Unknown(\"tue\")"),
        ("31/2", "Unknown(\"31/2\")"),
        ("400d", "TooFar"),
        ("99999999999h", "TooFar"),
        ("2h x", "Unknown(\"x\")"),
        ("in", "Unknown(\"in\")"),
        ("13pm", "Unknown(\"13pm\")"),
        ("-2h", "Unknown(\"-2h\")"),
        ("\u{202e}2h\x1b[2J", "Unknown(\"\\u{202e}2h\\u{1b}[2j\")"),
    ] {
        assert_eq!(read_at(text, "2026-11-19T09:30:00Z", ROME), fault, "{text:?}");
    }
    assert!(read_at("0m", "2026-11-19T09:30:00Z", ROME).starts_with("Past"));
    assert!(read_at("today 9", "2026-11-19T09:30:00Z", ROME).starts_with("Past"));
    assert!(read_at("2020-01-01", "2026-11-19T09:30:00Z", ROME).starts_with("Past"));
}

#[test]
fn an_instant_is_told_in_few_cells() {
    use super::brief;
    use crate::kit::Timestamp;
    let zone = TimeZone::get("Europe/Rome").expect("known");
    let at = |text: &str| text.parse::<jiff::Timestamp>().map(Timestamp::from).expect("an instant");
    let now = at("2026-11-20T21:00:00Z");
    for (until, language, told) in [
        ("2026-11-20T22:30:00Z", Language::En, "23:30"),
        ("2026-11-20T23:30:00Z", Language::En, "Sat 00:30"),
        ("2026-11-26T22:59:00Z", Language::It, "gio 23:59"),
        ("2026-11-26T23:00:00Z", Language::En, "27 Nov"),
        ("2027-02-01T08:00:00Z", Language::Pt, "1 fev"),
        ("2026-11-19T08:00:00Z", Language::En, "19 Nov"),
    ] {
        assert_eq!(brief(at(until), now, &zone, language), told);
    }
}

#[test]
fn zones_and_changes_of_the_clocks() {
    for (text, now, name, meant) in [
        // The night in which an hour is left out: 29 March 2026, 02:00 becomes 03:00.
        ("3h", "2026-03-28T23:00:00Z", ROME, "Sun 2026-03-29 04:00+02:00"),
        ("1d", "2026-03-28T11:00:00Z", ROME, "Sun 2026-03-29 12:00+02:00"),
        ("24h", "2026-03-28T11:00:00Z", ROME, "Sun 2026-03-29 13:00+02:00"),
        ("tomorrow 2:30", "2026-03-28T11:00:00Z", ROME, "Sun 2026-03-29 03:30+02:00"),
        // The night in which one comes twice: 25 October 2026.
        ("tomorrow 2:30", "2026-10-24T11:00:00Z", ROME, "Sun 2026-10-25 02:30+02:00"),
        ("1d", "2026-10-24T11:00:00Z", ROME, "Sun 2026-10-25 13:00+01:00"),
        // The day begins elsewhere at another instant.
        ("tomorrow 9", "2026-11-19T23:30:00Z", ROME, "Sat 2026-11-21 09:00+01:00"),
        ("tomorrow 9", "2026-11-19T23:30:00Z", "America/Sao_Paulo", "Fri 2026-11-20 09:00-03:00"),
        ("18:00", "2026-11-19T23:30:00Z", "Asia/Kolkata", "Fri 2026-11-20 18:00+05:30"),
    ] {
        assert_eq!(read_at(text, now, name), meant, "{text} in {name}");
    }
}

#[test]
fn it_is_said_back() {
    let now: Timestamp = "2026-11-19T09:30:00Z".parse().expect("an instant");
    let said = |text: &str, language| match parse(text, now, &zone(ROME)) {
        Ok(wake) => wake.say(now, &zone(ROME), language),
        Err(fault) => fault.say(&zone(ROME), language),
    };
    assert_eq!(said("tomorrow 9", Language::En), "Fri 20 Nov 09:00, in 22h30");
    assert_eq!(said("domani 9", Language::It), "ven 20 nov 09:00, tra 22h30");
    assert_eq!(said("next message", Language::Es), "el próximo mensaje");
    assert_eq!(said("9", Language::En), "9 what? write 9h, 9d or 9:00");
    assert_eq!(said("today 9", Language::Pt), "qui 19 nov 09:00 já passou");
    assert_eq!(
        said("soon", Language::En),
        "\u{201c}soon\u{201d}: write 2h, 3d, tomorrow 9, mon 14:30 or next message"
    );
}

proptest::proptest! {
    #[test]
    fn whatever_is_typed_it_is_the_future_or_a_fault(text in "\\PC{0,24}", word in "[0-9a-z:/ .]{0,16}") {
        let now = Timestamp::from_secs(1_772_442_000);
        for text in [text, word] {
            if let Ok(Wake::At(at)) = parse(&text, now, &TimeZone::UTC) {
                proptest::prop_assert!(at > now && at.since(now) <= DAYS_MOST * 86_400_000);
            }
        }
    }
}
