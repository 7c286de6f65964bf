//! What the platform takes from us, by kind: types and sizes. Source: page "media".

use super::signature::signature;
use crate::domain::message::Kind;
use crate::domain::refusal::Refusal;

/// The most characters under a file. Source: page "messages/image-messages".
pub const CAPTION_MOST: usize = 1_024;

/// Types and the most bytes of a kind.
struct Taken {
    kind: Kind,
    called: &'static str,
    mimes: &'static [&'static str],
    most: u64,
}

const SOUNDS: &[&str] = &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"];

/// Of documents any type is taken.
const TAKEN: &[Taken] = &[
    Taken {
        kind: Kind::Image,
        called: "an image",
        mimes: &["image/jpeg", "image/png"],
        most: 5 << 20,
    },
    Taken {
        kind: Kind::Video,
        called: "a video",
        mimes: &["video/mp4", "video/3gpp"],
        most: 16 << 20,
    },
    Taken { kind: Kind::Audio, called: "an audio file", mimes: SOUNDS, most: 16 << 20 },
    Taken { kind: Kind::Voice, called: "a voice note", mimes: &["audio/ogg"], most: 16 << 20 },
    Taken { kind: Kind::Sticker, called: "a sticker", mimes: &["image/webp"], most: 500 << 10 },
    Taken { kind: Kind::Document, called: "a document", mimes: &[], most: 100 << 20 },
];

/// Types of documents by their ending.
const DOCUMENTS: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("csv", "text/plain"),
    ("doc", "application/msword"),
    ("xls", "application/vnd.ms-excel"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

/// A number of bytes as people read it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} KB", bytes.div_ceil(1_024)),
        _ => format!("{}.{} MB", bytes >> 20, ((bytes % (1 << 20)) * 10) >> 20),
    }
}

fn refused(what: String) -> Refusal {
    Refusal::Malformed { what }
}

/// The most bytes of a kind; of what carries no file, none.
pub fn most(kind: Kind) -> u64 {
    TAKEN.iter().find(|taken| taken.kind == kind).map_or(0, |taken| taken.most)
}

/// What a file is sent as that begins so, has this name and so many bytes: as `asked`, or else as what its bytes are,
/// or as a document. And its type.
///
/// # Errors
/// That the platform does not take it, with the limit.
pub fn sendable(
    asked: Option<Kind>,
    name: Option<&str>,
    head: &[u8],
    bytes: u64,
) -> Result<(Kind, String), Refusal> {
    let mime = mime(name, head);
    // A sound in Ogg that is not Opus is none to the platform.
    let strange =
        mime == "audio/ogg" && !head.get(28..).is_some_and(|of| of.starts_with(b"OpusHead"));
    let fits = |taken: &&Taken| {
        !strange && (taken.mimes.is_empty() || taken.mimes.contains(&mime.as_str()))
    };
    let taken = match asked {
        Some(kind) => TAKEN.iter().find(|taken| taken.kind == kind),
        None => TAKEN.iter().find(|taken| fits(taken) && bytes <= taken.most).or(TAKEN.last()),
    };
    let Some(Taken { kind, called, mimes, most }) = taken else {
        return Err(refused(
            "a file is sent as image, video, audio, voice, sticker or document".into(),
        ));
    };
    if bytes == 0 {
        return Err(refused("the file is empty".to_owned()));
    }
    if bytes > *most {
        return Err(refused(format!(
            "{called} may have {} at most; this one has {}",
            size(*most),
            size(bytes)
        )));
    }
    if !mimes.is_empty() && (strange || !mimes.contains(&mime.as_str())) {
        let known = mimes.join(", ");
        let opus = if mimes.contains(&"audio/ogg") { " (Ogg with Opus)" } else { "" };
        return Err(refused(format!("{called} must be {known}{opus}; this file is {mime}")));
    }
    Ok((*kind, mime))
}

fn mime(name: Option<&str>, head: &[u8]) -> String {
    let ending = name.and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    let ending = ending.unwrap_or_default().to_ascii_lowercase();
    let listed = DOCUMENTS.iter().find(|(known, _)| *known == ending).map(|(_, mime)| *mime);
    match signature(head) {
        // Office files are archives, and older ones a box of streams: only the ending tells which.
        Some("application/zip" | "application/x-ole-storage") | None => {
            let text = ending != "pdf" && (listed != Some("text/plain") || !head.contains(&0));
            listed.filter(|_| text).unwrap_or("application/octet-stream").to_owned()
        }
        Some("application/x-executable") => "application/octet-stream".to_owned(),
        Some(mime) => mime.to_owned(),
    }
}

/// Whether a kind of file may have words under it.
pub fn has_caption(kind: Kind) -> bool {
    matches!(kind, Kind::Image | Kind::Video | Kind::Document)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
    const OPUS: &[u8] = b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01";

    #[test]
    fn a_file_is_sent_as_what_it_is() {
        for (asked, name, head, bytes, kind, mime) in [
            (None, "a.png", PNG, 1_000, Kind::Image, "image/png"),
            (None, "a.png", PNG, 6 << 20, Kind::Document, "image/png"),
            (Some(Kind::Document), "a.png", PNG, 1_000, Kind::Document, "image/png"),
            (None, "a.ogg", OPUS, 1_000, Kind::Audio, "audio/ogg"),
            (Some(Kind::Voice), "a.ogg", OPUS, 1_000, Kind::Voice, "audio/ogg"),
            (None, "a.ogg", b"OggS\0\x02", 1_000, Kind::Document, "audio/ogg"),
            (None, "a.pdf", b"%PDF-1.4", 1_000, Kind::Document, "application/pdf"),
            (None, "a.docx", b"PK\x03\x04", 9, Kind::Document, DOCUMENTS[6].1),
            (None, "a.zip", b"PK\x03\x04", 9, Kind::Document, "application/octet-stream"),
            (None, "a.txt", b"ciao", 4, Kind::Document, "text/plain"),
            (None, "a.txt", b"a\0b", 3, Kind::Document, "application/octet-stream"),
            (None, "run", b"\x7fELF", 9, Kind::Document, "application/octet-stream"),
        ] {
            let sent = sendable(asked, Some(name), head, bytes);
            assert_eq!(sent, Ok((kind, mime.to_owned())), "{asked:?} {name}");
        }
    }

    #[test]
    fn what_the_platform_would_refuse_names_its_limit() {
        for (asked, head, bytes, told) in [
            (None, PNG, 0, "the file is empty"),
            (
                Some(Kind::Image),
                PNG,
                (5 << 20) + 1,
                "an image may have 5.0 MB at most; this one has 5.0 MB",
            ),
            (
                Some(Kind::Image),
                b"GIF89a",
                9,
                "an image must be image/jpeg, image/png; this file is image/gif",
            ),
            (
                Some(Kind::Sticker),
                b"RIFF\0\0\0\0WEBP",
                600 << 10,
                "a sticker may have 500 KB at most; this one has 600 KB",
            ),
            (
                Some(Kind::Voice),
                b"OggS\0\x02",
                9,
                "a voice note must be audio/ogg (Ogg with Opus); this file is audio/ogg",
            ),
            (None, b"x", 101 << 20, "a document may have 100.0 MB at most; this one has 101.0 MB"),
            (
                Some(Kind::Text),
                b"x",
                1,
                "a file is sent as image, video, audio, voice, sticker or document",
            ),
        ] {
            let refusal = sendable(asked, None, head, bytes).expect_err(told);
            assert_eq!(refusal.to_string(), told);
        }
    }
}
