//! Whom a message goes to, and what of it can be judged without asking the platform.

use super::Invalid;

/// The fewest and the most digits of a phone number (ITU-T E.164 has no fewest; shorter ones are services).
pub const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 6..=15;
/// The most characters of a business-scoped user id: country, `.`, `ENT.` and 128.
const USER_ID_MOST: usize = 2 + 1 + 4 + 128;

/// Whom a message goes to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// A phone number or `wa_id`, with or without `+`. It is always sent with `+`: without, the platform
    /// reads it as local to the sending number's country, and it may reach a stranger.
    Phone(String),
    /// A business-scoped user id, sent whole and unchanged.
    UserId(String),
    /// A group's id, sent whole and unchanged.
    Group(String),
}

impl Recipient {
    /// The phone as `+` and digits, or the id unchanged.
    pub fn address(&self) -> Result<String, Invalid> {
        match self {
            Recipient::Phone(phone) => {
                let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
                let only_marks = phone
                    .chars()
                    .all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')'));
                if only_marks && PHONE_DIGITS.contains(&digits.len()) {
                    Ok(format!("+{digits}"))
                } else {
                    Err(Invalid::Phone { digits: digits.len() })
                }
            }
            Recipient::UserId(id) => {
                let fits = id.len() <= USER_ID_MOST
                    && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
                    && id
                        .split_once('.')
                        .is_some_and(|(land, rest)| land.len() == 2 && !rest.is_empty());
                if fits { Ok(id.clone()) } else { Err(Invalid::UserId) }
            }
            Recipient::Group(id) if id.is_empty() => Err(Invalid::Group),
            Recipient::Group(id) => Ok(id.clone()),
        }
    }
}
