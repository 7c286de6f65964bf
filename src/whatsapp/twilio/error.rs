//! Twilio's error numbers, as the Cloud API's codes for the same: so everybody after us knows one vocabulary.
//!
//! Source: twilio.com/docs/api/errors. A number without a counterpart stays as it is; those of both never meet.

use super::super::error::PlatformError;
use reqwest::StatusCode;
use serde_json::Value;

/// Twilio's numbers, and the Cloud API's code.
const TABLE: &[(&[u32], u32)] = &[
    // Wrong credentials, an account that is not active, and a sender that is not ours.
    (&[20_003, 20_008, 63_001], 190),
    (&[20_004, 20_006, 20_403], 10),
    (&[20_005, 30_002, 63_020, 63_051], 131_031),
    (&[21_212, 21_603, 21_606, 21_659, 63_002, 63_007, 63_008], 133_010),
    (&[63_022], 131_037),
    // Too much, too fast.
    (&[20_429, 63_018, 63_017], 130_429),
    (&[21_611, 30_001], 130_429),
    (&[63_038], 80_007),
    (&[63_009, 63_012], 131_016),
    // Nobody knows what became of it.
    (&[20_500, 20_503], 1),
    (&[30_008, 63_010], 131_000),
    // The recipient.
    (&[21_211, 21_614, 30_003, 30_004, 30_005, 30_006, 63_003, 63_024, 63_036], 131_026),
    (&[63_015], 131_030),
    (&[63_031, 21_266], 131_021),
    (&[21_408, 63_043], 130_497),
    (&[21_610], 131_050),
    (&[63_032], 130_472),
    (&[63_049], 131_049),
    (&[63_016], 131_047),
    // The message.
    (&[21_602, 21_604, 21_619], 131_008),
    (&[21_617, 21_605], 131_009),
    (&[20_001, 20_422, 63_005, 63_006, 63_021], 100),
    (&[12_300, 21_620, 21_628, 63_019, 63_035], 131_053),
    // The template.
    (&[21_655, 21_703, 63_027, 63_040], 132_001),
    (&[63_028], 132_000),
    (&[21_656, 21_658, 63_029, 63_030], 132_012),
    (&[63_013], 132_007),
    (&[63_041], 132_015),
    (&[63_042], 132_016),
];

/// The Cloud API's code for one of Twilio's.
pub(super) fn code(twilio: u32) -> u32 {
    let row = TABLE.iter().find(|(numbers, _)| numbers.contains(&twilio));
    row.map_or(twilio, |(_, code)| *code)
}

/// Reads a refusal, `{"code": 21211, "message": "..."}`; an answer without a number only if its status alone says
/// that we may not.
pub(super) fn refusal(status: StatusCode, body: &[u8]) -> Option<PlatformError> {
    if status.is_success() {
        return None;
    }
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let number = json["code"].as_u64().and_then(|number| u32::try_from(number).ok());
    let code = match (number, status.as_u16()) {
        // What went wrong inside may have been done all the same.
        (Some(_), 500..) => 1,
        (Some(number), _) => code(number),
        (None, 401) => 190,
        (None, 403) => 10,
        (None, _) => return None,
    };
    let message = json["message"].as_str().unwrap_or_default();
    let title = match number {
        Some(number) => format!("Twilio {number}: {message}"),
        None => message.to_owned(),
    };
    Some(PlatformError { code, title, ..PlatformError::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whatsapp::error::{Class, explain};
    use std::collections::BTreeSet;

    #[test]
    fn each_number_has_one_counterpart_that_is_explained() {
        let mut seen = BTreeSet::new();
        for (numbers, code) in TABLE {
            assert!(!explain(*code).title.contains("does not know"), "{code}");
            for number in *numbers {
                assert!(seen.insert(*number), "{number} stands twice");
                assert!(explain(*number).title.contains("does not know"), "{number} is Meta's too");
            }
        }
        assert_eq!(code(99_999), 99_999);
    }

    #[test]
    fn the_classes_are_those_of_the_reference() {
        for (number, class) in [
            (20_003, Class::Account),
            (63_007, Class::Account),
            (63_018, Class::Wait),
            (63_038, Class::Wait),
            (20_500, Class::Unknown),
            (63_016, Class::Never),
            (63_024, Class::Never),
            (63_032, Class::Never),
            (63_041, Class::Template),
            (99_999, Class::Never),
        ] {
            assert_eq!(explain(code(number)).class, class, "{number}");
        }
    }

    #[test]
    fn an_answer_is_a_refusal_if_it_says_so() {
        let status = |code| StatusCode::from_u16(code).expect("a status");
        let body = br#"{"code":21211,"message":"Invalid 'To'","more_info":"x","status":400}"#;
        for (code, body, read) in [
            (400, &body[..], Some(131_026)),
            (401, b"{}", Some(190)),
            (403, b"<html>", Some(10)),
            (400, b"<html>", None),
            (500, br#"{"code":20500}"#, Some(1)),
            (503, br#"{"code":20003}"#, Some(1)),
            (502, b"<html>", None),
            (201, br#"{"sid":"SM","code":21211}"#, None),
        ] {
            let read_so = refusal(status(code), body).map(|error| error.code);
            assert_eq!(read_so, read, "{code} {}", String::from_utf8_lossy(body));
        }
        let title = refusal(status(400), body).expect("a refusal").title;
        assert_eq!(title, "Twilio 21211: Invalid 'To'");
    }
}
