//! Contact cards as a vCard file: RFC 2426, version 3.0, which every address book reads.

use crate::domain::details::Card;
use crate::domain::file::file_name;
use crate::kit::text::printable;
use std::fmt::Write;

/// Bytes of a line at most, without its end.
const LINE_MOST: usize = 75;

/// All cards in one file, one after the other. Whatever is written on them stays inside of its line.
pub fn vcard(cards: &[Card]) -> String {
    let mut file = String::new();
    for card in cards {
        if let Some(whole) = card.vcard.as_deref().and_then(whole) {
            file.push_str(&whole);
            continue;
        }
        let said = [&card.name, &card.company].into_iter().flatten();
        let mut said = said.chain(&card.phones).chain(&card.emails);
        let name = said.find(|said| !said.trim().is_empty()).map_or("?", String::as_str);
        line(&mut file, "BEGIN:", "VCARD");
        line(&mut file, "VERSION:", "3.0");
        line(&mut file, "FN:", &value(name));
        // What of it is the family's name nobody has said.
        line(&mut file, "N:", &format!(";{};;;", value(name)));
        card.phones.iter().for_each(|phone| line(&mut file, "TEL:", &value(phone)));
        card.emails.iter().for_each(|email| line(&mut file, "EMAIL:", &value(email)));
        let works: Vec<_> = [&card.company, &card.department].into_iter().flatten().collect();
        if !works.is_empty() {
            let company = value(card.company.as_deref().unwrap_or_default());
            let department = card.department.iter().map(|of| format!(";{}", value(of)));
            line(&mut file, "ORG:", &format!("{company}{}", department.collect::<String>()));
        }
        card.title.iter().for_each(|title| line(&mut file, "TITLE:", &value(title)));
        for address in &card.addresses {
            // What stands before the street is a box and a storey, which the platform does not know.
            line(&mut file, "ADR:;;", &address.parts().map(value).join(";"));
        }
        card.urls.iter().for_each(|url| line(&mut file, "URL:", &value(url)));
        card.birthday.iter().for_each(|day| line(&mut file, "BDAY:", &value(day)));
        line(&mut file, "END:", "VCARD");
    }
    file
}

/// A card that came as a vCard, as it is, if it is one card and nothing else; without what terminals obey.
fn whole(vcard: &str) -> Option<String> {
    let lines: Vec<_> = vcard.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let is = |line: &&str, word: &str| line.trim_start().eq_ignore_ascii_case(word);
    let count = |word: &str| lines.iter().filter(|line| is(line, word)).count();
    let one = count("BEGIN:VCARD") == 1 && count("END:VCARD") == 1;
    let framed = lines.first().is_some_and(|line| is(line, "BEGIN:VCARD"))
        && lines.last().is_some_and(|line| is(line, "END:VCARD"));
    let clean = lines.iter().map(|line| format!("{}\r\n", printable(line)));
    (one && framed).then(|| clean.collect())
}

/// What the file of these cards is called.
pub fn name(cards: &[Card]) -> String {
    let named = cards.iter().find_map(|card| card.name.as_deref());
    let called = named.map(|name| format!("{name}.vcf"));
    file_name(Some(called.as_deref().unwrap_or("contacts.vcf")), "contacts", b"")
}

/// A text as it stands in a line: what parts values and lines is escaped, what terminals obey is gone.
fn value(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in printable(&text.replace("\r\n", "\n")).trim().chars() {
        match c {
            '\n' => value.push_str("\\n"),
            '\\' | ',' | ';' => {
                let _ = write!(value, "\\{c}");
            }
            _ => value.push(c),
        }
    }
    value
}

/// Writes a line, folded where it is too long, between characters.
fn line(file: &mut String, property: &str, value: &str) {
    file.push_str(property);
    let mut used = property.len();
    for c in value.chars() {
        if used + c.len_utf8() > LINE_MOST {
            file.push_str("\r\n ");
            used = 1;
        }
        file.push(c);
        used += c.len_utf8();
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::details::Address;
    use proptest::prelude::*;

    fn card(name: Option<&str>, phones: &[&str], emails: &[&str], company: Option<&str>) -> Card {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Card {
            name: name.map(str::to_owned),
            phones: list(phones),
            emails: list(emails),
            company: company.map(str::to_owned),
            ..Card::default()
        }
    }

    #[test]
    fn cards_are_written_as_address_books_read_them() {
        let anna = card(
            Some("Anna Rossi; \"la\" capa, \\o/"),
            &["+39 333 123", "+39 02 1"],
            &["anna@example.org"],
            Some("Rossi, Figli"),
        );
        let nobody = card(None, &["+55 11 9"], &[], None);
        let file = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Rossi\\; \"la\" capa\\, \\\\o/\r\n\
            N:;Anna Rossi\\; \"la\" capa\\, \\\\o/;;;\r\nTEL:+39 333 123\r\nTEL:+39 02 1\r\n\
            EMAIL:anna@example.org\r\nORG:Rossi\\, Figli\r\nEND:VCARD\r\n\
            BEGIN:VCARD\r\nVERSION:3.0\r\nFN:+55 11 9\r\nN:;+55 11 9;;;\r\nTEL:+55 11 9\r\nEND:VCARD\r\n";
        assert_eq!(vcard(&[anna, nobody]), file);
    }

    #[test]
    fn all_of_a_card_is_saved() {
        let text = |text: &str| Some(text.to_owned());
        let whole = Card {
            department: text("Buying; selling"),
            title: text("Head"),
            urls: vec!["https://a.example".into()],
            birthday: text("1970-01-01"),
            addresses: vec![Address {
                street: text("Via Roma 1"),
                city: text("Lecce"),
                country: text("Italy"),
                ..Address::default()
            }],
            ..card(Some("Anna"), &["+39 1"], &[], Some("Rossi"))
        };
        let lines = "ORG:Rossi;Buying\\; selling\r\nTITLE:Head\r\nADR:;;Via Roma 1;Lecce;;;Italy\r\n\
            URL:https://a.example\r\nBDAY:1970-01-01\r\nEND:VCARD\r\n";
        assert!(vcard(&[whole]).ends_with(lines));
        let department = Card { department: text("Buying"), ..card(Some("A"), &[], &[], None) };
        assert!(vcard(&[department]).contains("\r\nORG:;Buying\r\n"));
    }

    #[test]
    fn a_card_that_came_as_a_vcard_is_saved_as_it_came_if_it_is_one() {
        let came = |text: &str| Card {
            vcard: Some(text.into()),
            ..card(Some("Anna"), &["+39 1"], &[], None)
        };
        let own = vcard(&[card(Some("Anna"), &["+39 1"], &[], None)]);
        let good = "BEGIN:VCARD\nVERSION:3.0\nN:;Anna;;;\nX-NICE:\u{1b}[2J\nEND:VCARD";
        let kept =
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:;Anna;;;\r\nX-NICE:\u{fffd}[2J\r\nEND:VCARD\r\n";
        for (text, saved) in [
            (good, kept),
            ("", own.as_str()),
            ("hello", &own),
            ("BEGIN:VCARD\nEND:VCARD\nBEGIN:VCARD\nTEL:1\nEND:VCARD", &own),
            ("BEGIN:VCARD\nTEL:1", &own),
            ("#!/bin/sh\nBEGIN:VCARD\nEND:VCARD", &own),
        ] {
            assert_eq!(vcard(&[came(text)]), saved, "{text:?}");
        }
    }

    #[test]
    fn a_hostile_card_adds_no_line() {
        let evil = card(
            Some("Eve\r\nEND:VCARD\nTEL:1\u{2028}X\u{85}\u{1b}[2J"),
            &["1\r\nNOTE:x"],
            &["\n"],
            None,
        );
        let file = vcard(&[evil]);
        let named = "Eve\\nEND:VCARD\\nTEL:1\u{fffd}X\u{fffd}\u{fffd}[2J";
        let lines: Vec<_> = file.split_terminator("\r\n").collect();
        assert_eq!(
            lines,
            [
                "BEGIN:VCARD",
                "VERSION:3.0",
                &format!("FN:{named}"),
                &format!("N:;{named};;;"),
                "TEL:1\\nNOTE:x",
                "EMAIL:",
                "END:VCARD",
            ]
        );
        assert_eq!(name(&[card(Some("../a\u{1b}\n$x"), &[], &[], None)]), "_a___x.vcf");
        assert_eq!(name(&[card(None, &["1"], &[], None)]), "contacts.vcf");
    }

    proptest! {
        #[test]
        fn lines_are_short_and_unfold_to_what_was_said(text in "(?s).{0,300}") {
            let file = vcard(&[card(Some(&text), &[], &[], None)]);
            prop_assert!(file.split("\r\n").all(|line| line.len() <= LINE_MOST && !line.contains(['\r', '\n'])));
            let unfolded = file.replace("\r\n ", "");
            let lines: Vec<_> = unfolded.split_terminator("\r\n").collect();
            prop_assert_eq!(lines.len(), 5);
            let said = if text.trim().is_empty() { "?".to_owned() } else { value(&text) };
            prop_assert_eq!(lines[2].strip_prefix("FN:"), Some(said.as_str()));
        }
    }
}
