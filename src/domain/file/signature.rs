//! What a file is by its first bytes, and whether that is what was announced.

use crate::domain::message::Kind;

/// How the bytes of a kind of file begin: from which byte on, with which, and what it is.
const SIGNATURES: &[(usize, &[u8], &str)] = &[
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftyphevc", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypmsf1", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"ID3", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
    (0, b"fLaC", "audio/flac"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"MZ", "application/x-executable"),
    (0, b"#!/", "application/x-executable"),
];

/// What the bytes say that they are, in the word of MIME; nothing where they do not say.
pub fn signature(head: &[u8]) -> Option<&'static str> {
    let known = SIGNATURES
        .iter()
        .find(|(from, bytes, _)| head.get(*from..).is_some_and(|rest| rest.starts_with(bytes)));
    match (known, head) {
        (Some((_, _, mime)), _) => Some(mime),
        // Sound without a container begins with a frame: MPEG layer 3 or ADTS.
        (None, [0xff, 0xf1 | 0xf9, ..]) => Some("audio/aac"),
        // With FE it is the beginning of UTF-16 text.
        (None, [0xff, second, ..]) if *second != 0xfe && second & 0xe0 == 0xe0 => {
            Some("audio/mpeg")
        }
        _ => None,
    }
}

/// Whether bytes that begin so may be what a message of this kind announced. Strict about pictures, films and
/// sound, whose programs are easily fooled; a document is refused only where its bytes say that it is something else.
pub fn agrees(kind: Kind, announced: Option<&str>, head: &[u8]) -> bool {
    let is = signature(head);
    let family = |family: &str| is.is_some_and(|mime| mime.starts_with(family));
    match kind {
        Kind::Image | Kind::Sticker => family("image/"),
        Kind::Video => family("video/"),
        // Sound in the container of a film is sound.
        Kind::Audio | Kind::Voice => family("audio/") || is == Some("video/mp4"),
        _ => !is.is_some_and(|is| contradicts(is, announced.unwrap_or_default(), head)),
    }
}

/// Whether a document that begins so, as a file of the kind `is` does, cannot be of the type that was announced.
fn contradicts(is: &str, announced: &str, head: &[u8]) -> bool {
    let announced = announced.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match announced.as_str() {
        // Some programs put a few lines before it.
        "application/pdf" => !head[..head.len().min(1_024)].windows(5).any(|five| five == b"%PDF-"),
        // A text may begin with the letters of any signature, and scripts are text.
        other if other.starts_with("text/") => head.contains(&0),
        other if other.starts_with("image/") => !is.starts_with("image/"),
        other if other.starts_with("application/vnd.openxmlformats") => {
            is != "application/zip" && is != "application/x-ole-storage"
        }
        other => is == "application/x-executable" && OFFICE.contains(&other),
    }
}

/// Documents that people open without a thought.
const OFFICE: [&str; 3] =
    ["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell() {
        for (head, mime) in [
            (&b"\x89PNG\r\n\x1a\n\0\0"[..], Some("image/png")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"\0\0\0\x18ftypisom", Some("video/mp4")),
            (b"\0\0\0\x18ftyp3gp5", Some("video/3gpp")),
            (b"OggS\0\x02", Some("audio/ogg")),
            (b"\xff\xf1\x50\x80", Some("audio/aac")),
            (b"\xff\xfb\x90\x64", Some("audio/mpeg")),
            (b"%PDF-1.7", Some("application/pdf")),
            (b"\0\0\0\x18ftypheix", Some("image/heic")),
            (b"\0\0\0\x18ftyphevc", Some("image/heic")),
            (b"\0\0\0\x18ftypmsf1", Some("image/heic")),
            (b"\xff\xfea\0", None),
            (b"\xfe\xff\0a", None),
            (b"hello", None),
            (b"", None),
        ] {
            assert_eq!(signature(head), mime, "{head:?}");
        }
    }

    #[test]
    fn what_was_announced_must_be_what_came() {
        let (png, ogg, elf) = (&b"\x89PNG\r\n\x1a\n"[..], &b"OggS\0\x02"[..], &b"\x7fELF\x02"[..]);
        for (kind, announced, head, agree) in [
            (Kind::Image, Some("image/png"), png, true),
            (Kind::Image, Some("image/jpeg"), png, true),
            (Kind::Image, Some("image/png"), ogg, false),
            (Kind::Image, Some("image/png"), b"<svg>", false),
            (Kind::Sticker, Some("image/webp"), elf, false),
            (Kind::Voice, Some("audio/ogg; codecs=opus"), ogg, true),
            (Kind::Audio, Some("audio/mp4"), b"\0\0\0\x18ftypisom", true),
            (Kind::Audio, Some("audio/mpeg"), png, false),
            (Kind::Video, Some("video/mp4"), ogg, false),
            (Kind::Document, Some("application/pdf"), b"\n\n%PDF-1.4", true),
            (Kind::Document, Some("application/pdf"), elf, false),
            (Kind::Document, Some("application/pdf; x=y"), png, false),
            (Kind::Document, Some("application/pdf"), b"", true),
            (Kind::Document, Some("text/plain"), b"a,b", true),
            (Kind::Document, Some("text/plain"), b"BMW;1", true),
            (Kind::Document, Some("text/plain"), b"\xff\xfea\0;\0", true),
            (Kind::Document, Some("text/csv"), b"\xfe\xff\0a\0;", true),
            (Kind::Document, Some("text/plain"), b"MZ\x90\0", false),
            (Kind::Document, Some("text/plain"), b"\x7fELF\x02\0", false),
            (Kind::Document, Some("image/svg+xml"), b"<svg>", true),
            (Kind::Document, Some("image/vnd.dwg"), b"AC1032\0", true),
            (Kind::Document, Some("image/vnd.adobe.photoshop"), b"8BPS\0\x01", true),
            (Kind::Document, Some("image/heic"), b"\0\0\0\x18ftypheix", true),
            (Kind::Document, Some("application/vnd.openxmlformats-x"), b"PK\x03\x04", true),
            (Kind::Document, Some("application/vnd.openxmlformats-x"), elf, false),
            (Kind::Image, Some("image/heic"), b"\0\0\0\x18ftypmsf1", true),
            (Kind::Video, Some("video/mp4"), b"\0\0\0\x18ftyphevc", false),
            (Kind::Document, Some("application/msword"), elf, false),
            (Kind::Document, Some("application/octet-stream"), elf, true),
            (Kind::Document, None, b"anything", true),
            (Kind::Document, Some("image/png"), elf, false),
        ] {
            assert_eq!(agrees(kind, announced, head), agree, "{kind:?} {announced:?} {head:?}");
        }
    }
}
