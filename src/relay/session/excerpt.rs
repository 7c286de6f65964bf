//! Entries too long for a frame: a console gets the beginning, and how long the whole is. REST has it whole.

use super::watching::raw;
use crate::journal::JournalError;
use crate::wire::ThreadEntry;
use serde_json::Value;
use serde_json::value::RawValue;
use unicode_segmentation::UnicodeSegmentation;

/// Bytes of an entry's text that a console gets.
const TEXT_MOST: usize = 16 * 1024;
/// Bytes of all else in an entry.
const REST_MOST: usize = 8 * 1024;
/// Bytes of each text that a message had before it was edited, and how many of them.
const EARLIER_MOST: usize = 1_024;
/// See [`EARLIER_MOST`].
const EARLIER_TEXTS: usize = 4;
/// Bytes that every text keeps: ids and the words of the protocol are shorter.
const WORD: usize = 256;

/// An entry as a console gets it.
pub(super) fn rendered(entry: &ThreadEntry) -> Result<Box<RawValue>, JournalError> {
    let brief = with_brief_past(entry);
    let entry = brief.as_ref().unwrap_or(entry);
    let json = raw(entry)?;
    let whole = json.get().len();
    if whole <= TEXT_MOST + REST_MOST {
        return Ok(json);
    }
    let mut short: Value = serde_json::to_value(entry).unwrap_or_default();
    short["text"] = Value::Null;
    shorten(&mut short, &mut { REST_MOST });
    short["text"] = beginning(&entry.entry.text, TEXT_MOST).into();
    short["cut"] = whole.into();
    raw(&short)
}

/// The entry with the beginnings of what it said before, the latest of it, if that is long: what it says now is
/// whole all the same.
fn with_brief_past(entry: &ThreadEntry) -> Option<ThreadEntry> {
    let past = &entry.entry.earlier;
    let is_long = |text: &str| beginning(text, EARLIER_MOST).len() < text.len();
    if past.len() <= EARLIER_TEXTS && !past.iter().any(|version| is_long(&version.text)) {
        return None;
    }
    let mut entry = entry.clone();
    let past = &mut entry.entry.earlier;
    past.drain(..past.len().saturating_sub(EARLIER_TEXTS));
    for version in past.iter_mut().filter(|version| is_long(&version.text)) {
        version.text.truncate(beginning(&version.text, EARLIER_MOST).len());
        version.text.push('…');
    }
    Some(entry)
}

/// Shortens texts and lists until they fit into `room` bytes, or nearly.
fn shorten(value: &mut Value, room: &mut usize) {
    match value {
        Value::String(text) => {
            text.truncate(beginning(text, (*room).max(WORD)).len());
            *room = room.saturating_sub(text.len());
        }
        Value::Array(all) => all.retain_mut(|one| {
            let fits = *room > 0;
            if fits {
                shorten(one, room);
            }
            fits
        }),
        Value::Object(fields) => {
            for (name, value) in fields {
                *room = room.saturating_sub(name.len());
                shorten(value, room);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => *room = room.saturating_sub(8),
    }
}

/// As many whole graphemes as take at most so many bytes in JSON.
fn beginning(text: &str, most: usize) -> &str {
    let (mut bytes, mut end) = (0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        bytes += grapheme.chars().map(written).sum::<usize>();
        if bytes > most {
            break;
        }
        end = at + grapheme.len();
    }
    &text[..end]
}

/// Bytes of a character in JSON.
fn written(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        '\0'..' ' => 6,
        _ => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_a_text_is_whole_graphemes_that_fit_as_they_are_written() {
        for (text, most, begins) in [
            ("ciao", 4, "ciao"),
            ("ciao", 3, "cia"),
            ("nonna 👩‍👩‍👧", 23, "nonna "),
            ("nonna 👩‍👩‍👧", 24, "nonna 👩‍👩‍👧"),
            ("e\u{301}e\u{301}", 5, "e\u{301}"),
            ("\u{1}\u{1}", 11, "\u{1}"),
            ("\"\"\n", 5, "\"\""),
            ("", 0, ""),
        ] {
            assert_eq!(beginning(text, most), begins, "{text} {most}");
            let json = serde_json::to_string(begins).expect("JSON");
            assert!(json.len() - 2 <= most, "{json}");
        }
    }
}
