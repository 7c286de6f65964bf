//! Fields of tickets that the operator describes: what may stand in each, and how it is written.

use super::id::TagKey;
use super::name::Name;
use super::thread::Place;
use serde::{Deserialize, Serialize};

/// The field that `category:` in a query means.
pub const CATEGORY: &str = "category";

/// The most characters of a text.
const TEXT_MOST: usize = 200;
/// The most digits of a number.
const DIGITS_MOST: usize = 30;

/// What may stand in a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Up to 200 characters on one line.
    Text,
    /// A number with or without a fraction.
    Number,
    /// A day, `2026-11-24`.
    Date,
    /// One of these.
    Choice(Vec<String>),
    /// Yes or no.
    YesNo,
}

/// A field, as the operator describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRules {
    /// Its name.
    pub name: Name,
    /// What may stand in it.
    pub kind: FieldKind,
    /// The queues whose tickets have it; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<Name>,
    /// A ticket without it is not solved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
}

/// A field that a ticket has: told from others by a fingerprint, and where its value is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// The fingerprint of name and value.
    pub key: TagKey,
    /// Where the value is written.
    pub place: Place,
}

impl FieldRules {
    /// Whether tickets of a queue have it.
    pub fn is_of(&self, queue: &Name) -> bool {
        self.queues.is_empty() || self.queues.contains(queue)
    }
}

impl FieldKind {
    /// Its word in the configuration.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Choice(_) => "choice",
            Self::YesNo => "yes_no",
        }
    }

    /// A value as it is kept: what means the same is written the same.
    ///
    /// # Errors
    /// What may stand there instead.
    pub fn read(&self, given: &str) -> Result<String, String> {
        let given = given.trim();
        match self {
            Self::Text => {
                let fits = (1..=TEXT_MOST).contains(&given.chars().count());
                if fits && !given.chars().any(char::is_control) {
                    return Ok(given.to_owned());
                }
                Err(format!("1 to {TEXT_MOST} characters on one line"))
            }
            Self::Number => number(given).ok_or_else(|| "a number, such as 12 or 12.50".to_owned()),
            Self::Date => match given.parse::<jiff::civil::Date>() {
                Ok(day) => Ok(day.to_string()),
                Err(_) => Err("a day, such as 2026-11-24".to_owned()),
            },
            Self::Choice(all) => {
                let small = given.to_lowercase();
                let meant = all.iter().find(|one| one.to_lowercase() == small);
                meant.cloned().ok_or_else(|| format!("one of {}", all.join(", ")))
            }
            Self::YesNo => match given.to_lowercase().as_str() {
                "yes" | "y" | "true" | "1" | "s\u{ec}" | "si" | "s\u{ed}" | "sim" => {
                    Ok("yes".to_owned())
                }
                "no" | "n" | "false" | "0" | "n\u{e3}o" | "nao" => Ok("no".to_owned()),
                _ => Err("yes or no".to_owned()),
            },
        }
    }
}

/// A number without what does not change it: `+007.50` is `7.5`.
fn number(given: &str) -> Option<String> {
    let (sign, digits) = match given.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", given.strip_prefix('+').unwrap_or(given)),
    };
    let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let all = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let some = !whole.is_empty() && (digits.len() == whole.len() || !part.is_empty());
    if !some || !all(whole) || !all(part) || digits.len() > DIGITS_MOST {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = part.trim_end_matches('0');
    let sign = if whole == "0" && part.is_empty() { "" } else { sign };
    let dot = if part.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{dot}{part}"))
}

/// What the fingerprint of a value is made of.
pub fn printed(field: &Name, value: &str) -> String {
    format!("{field}\u{1}{value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_stand_in_a_field_and_how_it_is_written() {
        let choice = FieldKind::Choice(vec!["Refund".into(), "Lost parcel".into()]);
        for (kind, given, wanted) in [
            (&FieldKind::Text, "  AB 12 ", Ok("AB 12")),
            (&FieldKind::Text, "a\nb", Err("1 to 200 characters on one line")),
            (&FieldKind::Text, " ", Err("1 to 200 characters on one line")),
            (&FieldKind::Number, "+007.50", Ok("7.5")),
            (&FieldKind::Number, "1,5", Ok("1.5")),
            (&FieldKind::Number, "-0.0", Ok("0")),
            (&FieldKind::Number, "-12", Ok("-12")),
            (&FieldKind::Number, "1.", Err("a number, such as 12 or 12.50")),
            (&FieldKind::Number, "1e9", Err("a number, such as 12 or 12.50")),
            (&FieldKind::Number, "", Err("a number, such as 12 or 12.50")),
            (&FieldKind::Date, "2026-11-24", Ok("2026-11-24")),
            (&FieldKind::Date, "2026-02-30", Err("a day, such as 2026-11-24")),
            (&choice, "refund", Ok("Refund")),
            (&choice, "LOST PARCEL", Ok("Lost parcel")),
            (&choice, "other", Err("one of Refund, Lost parcel")),
            (&FieldKind::YesNo, "S\u{ec}", Ok("yes")),
            (&FieldKind::YesNo, "nao", Ok("no")),
            (&FieldKind::YesNo, "maybe", Err("yes or no")),
        ] {
            let read = kind.read(given);
            assert_eq!(read.as_deref().map_err(String::as_str), wanted, "{given:?}");
            // What is kept is read as itself.
            if let Ok(kept) = &read {
                assert_eq!(kind.read(kept).as_ref(), Ok(kept), "{given:?}");
            }
        }
    }
}
