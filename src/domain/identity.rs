//! By what a contact is known, and which spellings of a phone are one phone.

use super::id::IdentityKey;
use serde::{Deserialize, Serialize};

/// One way of naming a person. The business-scoped user id comes first: it is always there and never shared.
/// Source: business-scoped user ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// `US.1349...`, scoped to a business portfolio.
    UserId,
    /// Digits of the phone as the platform writes them.
    Phone,
    /// `@name`; it can pass to another person, so it never identifies by itself.
    Username,
    /// A group's id. It stands for all who write there: nobody in it is known by it.
    Group,
}

/// An identity in the clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// What it is.
    pub kind: IdentityKind,
    /// Its text: digits only, for a phone.
    pub value: String,
}

/// An identity with the fingerprints under which it is found: one, or as many as a phone has spellings, the
/// one as given first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The identity in the clear.
    pub identity: Identity,
    /// Fingerprints, as given first.
    pub keys: Vec<IdentityKey>,
}

/// The spellings under which one phone may be written, as given first: Brazilian mobiles with and without the
/// ninth digit, Argentina with and without the 9, Mexico with and without the 1. Landlines are left alone.
/// `digits` has no `+`. Source: messages/send-messages, on phone number formats.
pub fn phone_variants(digits: &str) -> Vec<String> {
    let mut variants = vec![digits.to_owned()];
    if !digits.is_ascii() {
        return variants;
    }
    if let Some(rest) = digits.strip_prefix("55") {
        // Area code of two digits, then 9 + eight digits, or eight digits that begin with 6 to 9.
        match rest.len() {
            11 if rest.as_bytes()[2] == b'9' && matches!(rest.as_bytes()[3], b'6'..=b'9') => {
                variants.push(format!("55{}{}", &rest[..2], &rest[3..]));
            }
            10 if matches!(rest.as_bytes()[2], b'6'..=b'9') => {
                variants.push(format!("55{}9{}", &rest[..2], &rest[2..]));
            }
            _ => {}
        }
    } else if let Some(rest) = digits.strip_prefix("549").filter(|rest| rest.len() == 10) {
        variants.push(format!("54{rest}"));
    } else if let Some(rest) = digits.strip_prefix("54").filter(|rest| rest.len() == 10) {
        variants.push(format!("549{rest}"));
    } else if let Some(rest) = digits.strip_prefix("521").filter(|rest| rest.len() == 10) {
        variants.push(format!("52{rest}"));
    } else if let Some(rest) = digits.strip_prefix("52").filter(|rest| rest.len() == 10) {
        variants.push(format!("521{rest}"));
    }
    variants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_phone() {
        for (given, other) in [
            ("5511987654321", Some("551187654321")),
            ("551187654321", Some("5511987654321")),
            ("551133334444", None), // a landline in São Paulo
            ("5491123456789", Some("541123456789")),
            ("541123456789", Some("5491123456789")),
            ("5215512345678", Some("525512345678")),
            ("525512345678", Some("5215512345678")),
            ("393331234567", None),
            ("12025550123", None),
            ("55", None),
            ("", None),
        ] {
            let variants = phone_variants(given);
            assert_eq!(variants[0], given);
            assert_eq!(variants.get(1).map(String::as_str), other, "{given}");
        }
    }

    #[test]
    fn variants_are_mutual() {
        for phone in ["5511987654321", "541123456789", "525512345678"] {
            for variant in phone_variants(phone) {
                let mut back = phone_variants(&variant);
                back.sort();
                let mut forth = phone_variants(phone);
                forth.sort();
                assert_eq!(back, forth);
            }
        }
    }
}
