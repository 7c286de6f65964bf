//! What a number that is also used in the phone app brings with it: how far the import of its past is, and the
//! contacts of its book (fields `history` and `smb_app_state_sync`).

use super::contact::{Customer, Named, customer};
use super::event::{instant, word};
use crate::kit::Timestamp;
use serde_json::Value;

/// How far the import of the phone's past is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Parts of a hundred that have come, of the whole.
    pub percent: u8,
}

/// A contact in the book of the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookEntry {
    /// Who.
    pub customer: Option<Customer>,
    /// What the book calls him from now on; nothing where he was taken out of it.
    pub name: Option<String>,
    /// When, where the platform says.
    pub timestamp: Option<Timestamp>,
}

/// Nothing where a piece of history does not say how far it is.
pub(super) fn progress(metadata: &Value) -> Option<Progress> {
    let percent = word(metadata, &["progress"])?.parse::<f64>().ok()?;
    Some(Progress { percent: percent.clamp(0.0, 100.0) as u8 })
}

pub(super) fn book_entry(value: &Value) -> Result<BookEntry, String> {
    if word(value, &["type"]).is_some_and(|kind| kind != "contact") {
        return Err("it is no contact".to_owned());
    }
    let of = |member: &str| word(value, &["contact", member]);
    let (phone, user_id) = (of("phone_number"), of("user_id"));
    let name = of("full_name").or_else(|| of("first_name"));
    let name = name.filter(|name| !name.trim().is_empty());
    Ok(BookEntry {
        customer: customer(Named { phone, user_id, parent_user_id: None }, &[]),
        name: match word(value, &["action"]).as_deref() {
            Some("remove") => None,
            _ => Some(name.ok_or("it has no name")?),
        },
        timestamp: instant(value, &["metadata", "timestamp"])?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn how_far_an_import_is_is_read_leniently() {
        for (metadata, percent) in [
            (json!({"phase": 1, "chunk_order": 3, "progress": 55}), Some(55)),
            (json!({"progress": "7"}), Some(7)),
            (json!({"progress": 99.9}), Some(99)),
            (json!({"progress": 1e300}), Some(100)),
            (json!({"progress": -3}), Some(0)),
            (json!({"progress": "soon"}), None),
            (json!({"progress": "NaN"}), Some(0)),
            (json!({"phase": 0}), None),
            (json!(null), None),
        ] {
            assert_eq!(progress(&metadata).map(|of| of.percent), percent, "{metadata}");
        }
    }

    #[test]
    fn a_contact_of_the_book_has_a_name_or_was_taken_out() {
        let entry = |action: &str, contact: Value| json!({"type": "contact", "contact": contact, "action": action, "metadata": {"timestamp": "7"}});
        for (value, name) in [
            (
                entry(
                    "add",
                    json!({"full_name": "Bo Li", "first_name": "Bo", "phone_number": "+39 333 1"}),
                ),
                Ok(Some("Bo Li")),
            ),
            (entry("edit", json!({"first_name": "Bo", "phone_number": 393331})), Ok(Some("Bo"))),
            (entry("remove", json!({"phone_number": "393331"})), Ok(None)),
            (
                entry("add", json!({"full_name": " ", "phone_number": "393331"})),
                Err("it has no name"),
            ),
            (json!({"type": "label"}), Err("it is no contact")),
        ] {
            let read = book_entry(&value);
            let read = read.as_ref().map(|entry| entry.name.as_deref()).map_err(String::as_str);
            assert_eq!(read, name, "{value}");
        }
    }
}
