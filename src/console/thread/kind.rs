//! Every kind of message by a readable line.

use super::details::words::{self as of_details, unsupported};
use super::words::Word;
use crate::console::language::Language;
use crate::domain::details::CallEnd;
use crate::domain::message::Kind;
use crate::kit::text::one_line;
use crate::wire::{EntryView, LastMessage, MediaView};
use std::borrow::Cow;

/// What is written before the text of a message, in brackets; nothing for plain text.
pub fn label(entry: &EntryView, language: Language) -> Option<String> {
    let word = word(&entry.kind_word)?;
    let mut label = format!("[{}", word.say(language));
    if let Some(media) = &entry.media {
        more(&mut label, media);
        if let Some(state) = super::media::state(media, language) {
            label.push_str(", ");
            label.push_str(&state);
        }
    }
    if let Some(what) = &entry.details.unsupported {
        label.push_str(": ");
        label.push_str(&one_line(&unsupported(what, language), 60));
    }
    label.push(']');
    Some(label)
}

/// What a message says, without what the relay puts where there are no words.
pub fn text(entry: &EntryView) -> &str {
    let placeholder = entry.text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if placeholder == Some(entry.kind_word.as_str()) { "" } else { &entry.text }
}

/// What a message says beside its label: its text, or what its details come to in few words.
pub fn says(entry: &EntryView, language: Language) -> Cow<'_, str> {
    use of_details::Word::{Granted, Missed, Refused};
    let details = &entry.details;
    if let Some(word) = handed(&entry.kind_word) {
        return word.say(language).into();
    }
    match entry.kind_word.as_str() {
        "group" => {
            if let Some(change) = &details.group {
                return of_details::happened(change, language).into();
            }
        }
        "template" => return templated(text(entry), language).into(),
        "preference" => {
            if let Some(word) = of_details::chosen(&entry.text) {
                return word.say(language).into();
            }
        }
        _ => {}
    }
    match (details.call, details.may_call) {
        (Some(CallEnd { seconds: Some(seconds), .. }), _) => minutes(seconds).into(),
        (Some(CallEnd { answered: false, .. }), _) => Missed.say(language).into(),
        (_, Some(may)) => (if may { Granted } else { Refused }).say(language).into(),
        // The cards tell the names.
        _ if !details.cards.is_empty() => "".into(),
        _ => text(entry).into(),
    }
}

/// The latest message of a ticket in few words: its own, or in the person's language what kind of message it is.
pub fn preview(last: &LastMessage, language: Language) -> Cow<'_, str> {
    brief(&last.kind_word, &last.preview, language)
}

/// The beginning of a message of some kind: its own words, or in the person's language those of the platform, and
/// what kind of message it is where there are none.
pub fn brief<'a>(of: &str, text: &'a str, language: Language) -> Cow<'a, str> {
    if let Some(word) = handed(of) {
        return word.say(language).into();
    }
    let told = match of {
        "preference" => of_details::chosen(text).map(|word| word.say(language).to_owned()),
        "group" => of_details::told(text, language),
        "template" if !text.is_empty() && text != "[template]" => Some(templated(text, language)),
        _ => None,
    };
    if let Some(told) = told {
        return told.into();
    }
    let kind = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match word(of).filter(|_| kind == Some(of) || text.is_empty()) {
        Some(word) => format!("[{}]", word.say(language)).into(),
        None => text.into(),
    }
}

/// What a template says, with what the relay calls its files and its place in the person's language: they stand at
/// its beginning, and at that of its numbered cards.
fn templated(text: &str, language: Language) -> String {
    let words = [
        ("[image]", Word::Image),
        ("[video]", Word::Video),
        ("[document]", Word::Document),
        ("[place]", Word::Location),
    ];
    let line = |(nth, line): (usize, &str)| {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let card = digits > 0 && line[digits..].starts_with(". ");
        let (number, rest) = line.split_at(if card { digits + 2 } else { 0 });
        let mut known = words.iter().filter(|_| card || nth == 0);
        let found = known.find_map(|(told, word)| Some((word, rest.strip_prefix(told)?)));
        match found {
            Some((word, rest)) => format!("{number}[{}]{rest}", word.say(language)),
            None => line.to_owned(),
        }
    };
    text.split('\n').enumerate().map(line).collect::<Vec<_>>().join("\n")
}

/// Who holds the conversation from here on.
fn handed(kind: &str) -> Option<Word> {
    match kind {
        "handed_over" => Some(Word::HandedOver),
        "taken_over" => Some(Word::TakenOver),
        _ => None,
    }
}

/// What a kind of message is called.
pub fn named(kind: Kind, language: Language) -> &'static str {
    word(kind.word()).map_or(kind.word(), |word| word.say(language))
}

fn word(kind: &str) -> Option<Word> {
    Some(match kind {
        "text" | "note" => return None,
        "image" => Word::Image,
        "video" => Word::Video,
        "audio" => Word::Audio,
        "voice" => Word::Voice,
        "document" => Word::Document,
        "sticker" => Word::Sticker,
        "location" => Word::Location,
        "contacts" => Word::Contacts,
        "reaction" => Word::Reaction,
        "button" => Word::Button,
        "list" => Word::List,
        "flow" => Word::Flow,
        "call_permission" => Word::CallPermission,
        "order" => Word::Order,
        "system" | "handed_over" | "taken_over" | "preference" | "group" => Word::Platform,
        "call" | "call_end" => Word::Call,
        "edit" => Word::Edit,
        "revoke" => Word::Revoke,
        "welcome" => Word::Welcome,
        "template" => Word::Template,
        "interactive" => Word::Question,
        "unsupported" => Word::Unsupported,
        _ => Word::UnknownKind,
    })
}

fn more(label: &mut String, media: &MediaView) {
    if let Some(name) = &media.filename {
        label.push(' ');
        label.extend(name.chars().filter(|c| *c != '\n').take(80));
    } else if let Some(kind) = media.mime_type.as_deref().and_then(|mime| mime.split('/').nth(1)) {
        let kind = kind.split(';').next().unwrap_or(kind);
        if kind.len() <= 5 {
            label.push(' ');
            label.push_str(kind);
        }
    }
    if let Some((across, down)) = media.pixels {
        label.push_str(&format!(" {across}×{down}"));
    }
    if let Some(seconds) = media.seconds {
        label.push_str(&format!(" {}", minutes(seconds.into())));
    }
    if let Some(bytes) = media.size {
        label.push(' ');
        label.push_str(&size(bytes));
    }
}

/// How long something takes, in minutes and seconds; what nobody sits through, as it was told.
fn minutes(seconds: u64) -> String {
    match seconds {
        0..1_000_000 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{seconds} s"),
    }
}

/// A number of bytes in few cells.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_become_of_a_file_is_told() {
        let mut entry = crate::console::sample::relay::entry(
            1,
            crate::wire::EntryKind::Message,
            "customer",
            "",
        )
        .entry;
        entry.kind_word = "image".into();
        let media = |state: &str, why: Option<&str>| MediaView {
            mime_type: Some("image/png".into()),
            state: Some(state.into()),
            why: why.map(str::to_owned),
            ..MediaView::default()
        };
        let stored =
            MediaView { size: Some(231_000), pixels: Some((1280, 720)), ..media("stored", None) };
        for (media, english, italian) in [
            (stored, "[image png 1280×720 231 kB]", "[immagine png 1280×720 231 kB]"),
            (media("waiting", None), "[image png, is being fetched]", "[immagine png, in arrivo]"),
            (
                media("failed", Some("damaged")),
                "[image png, not available: it came damaged]",
                "[immagine png, non disponibile: è arrivato danneggiato]",
            ),
            (
                media("failed", Some("something new")),
                "[image png, not available: WhatsApp has it no longer]",
                "[immagine png, non disponibile: WhatsApp non ce l'ha più]",
            ),
            (
                media("expired", None),
                "[image png, kept long enough, removed]",
                "[immagine png, scaduto, rimosso]",
            ),
        ] {
            entry.media = Some(media);
            assert_eq!(label(&entry, Language::En).as_deref(), Some(english));
            assert_eq!(label(&entry, Language::It).as_deref(), Some(italian));
        }
    }

    #[test]
    fn the_latest_message_is_told_in_the_persons_language() {
        for (kind, preview, english, italian) in [
            ("text", "[image]", "[image]", "[image]"),
            ("image", "[image]", "[image]", "[immagine]"),
            ("image", "the shelf", "the shelf", "the shelf"),
            ("call_end", "[call_end]", "[call]", "[chiamata]"),
            ("template", "[template]", "[template]", "[modello]"),
            ("template", "[image] a.jpg", "[image] a.jpg", "[immagine] a.jpg"),
            (
                "template",
                "[document] a.pdf\nciao [image]\n[image] b\n1. [place]\n2. x [video]",
                "[document] a.pdf\nciao [image]\n[image] b\n1. [place]\n2. x [video]",
                "[documento] a.pdf\nciao [image]\n[image] b\n1. [luogo]\n2. x [video]",
            ),
            ("revoke", "[revoke]", "[taken back]", "[eliminato]"),
            ("voice", "", "[voice]", "[vocale]"),
            ("text", "", "", ""),
            (
                "preference",
                "wants no marketing messages any more",
                "wants no marketing messages any more",
                "non vuole più messaggi promozionali",
            ),
            ("preference", "marketing: newer", "marketing: newer", "marketing: newer"),
            ("group", "group create", "the group was made", "il gruppo è stato creato"),
            ("group", "joined: Anna; Bo", "Anna; Bo joined", "Anna; Bo nel gruppo"),
            ("group", "called A, joined: Bo", "called A, joined: Bo", "called A, joined: Bo"),
            (
                "taken_over",
                "whatever the relay says",
                "the platform's agent holds the conversation",
                "la conversazione è dell'agente della piattaforma",
            ),
        ] {
            let last = LastMessage {
                at: crate::kit::Timestamp(0),
                direction: crate::wire::Direction::In,
                kind_word: kind.into(),
                preview: preview.into(),
            };
            let told = [Language::En, Language::It].map(|language| super::preview(&last, language));
            assert_eq!(told, [english, italian], "{kind} {preview}");
        }
    }

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [(12, "12 B"), (240_400, "240 kB"), (3_260_000, "3.2 MB")] {
            assert_eq!(size(bytes), text);
        }
    }
}
