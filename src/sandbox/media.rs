//! Pictures, voice notes and documents, kept in memory while the sandbox runs.
//!
//! Limits and kinds: page "media".

use super::refusal::Refusal;
use crate::kit::Timestamp;
use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;

/// A file under a media id.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Its type.
    pub(super) mime: String,
    /// Its content.
    pub(super) bytes: axum::body::Bytes,
}

/// All files by media id.
#[derive(Debug, Default)]
pub(super) struct Media(HashMap<String, File>);

impl Media {
    /// Keeps a file under an id.
    pub(super) fn keep(&mut self, id: String, file: File) {
        self.0.insert(id, file);
    }

    /// The file, if it is there.
    pub(super) fn get(&self, id: &str) -> Option<&File> {
        self.0.get(id)
    }

    /// Forgets a file; whether there was one.
    pub(super) fn remove(&mut self, id: &str) -> bool {
        self.0.remove(id).is_some()
    }
}

impl File {
    /// The digest as webhooks carry it: base64.
    pub(super) fn sha256_base64(&self) -> String {
        base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&self.bytes))
    }

    /// The digest as the media endpoint carries it: hex.
    pub(super) fn sha256_hex(&self) -> String {
        Sha256::digest(&self.bytes).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// For how long an address is good, in desk milliseconds.
const ADDRESS_MS: i64 = 300_000;

/// The address of a file, as given out at an instant.
pub(super) fn address(base: &str, id: &str, at: Timestamp) -> String {
    format!("{base}/_media/{id}?at={}", at.0)
}

/// Whether an address that was given out at `at` is over.
pub(super) fn is_over(at: Option<&str>, now: Timestamp) -> bool {
    let at = at.and_then(|at| at.parse().ok()).map(Timestamp);
    at.is_none_or(|at| now.since(at) > ADDRESS_MS)
}

/// Bytes that such a file has, and from which byte on.
type Begins = (usize, &'static [u8]);

/// What may be handed in: type, the message's kind that carries it, bytes at most, how such bytes begin.
const KINDS: &[(&str, &str, usize, &[Begins])] = &[
    ("image/jpeg", "image", 5 << 20, &[(0, b"\xff\xd8\xff")]),
    ("image/png", "image", 5 << 20, &[(0, b"\x89PNG\r\n\x1a\n")]),
    ("image/webp", "sticker", 500 << 10, &[(8, b"WEBP")]),
    ("video/mp4", "video", 16 << 20, &[(4, b"ftyp")]),
    ("video/3gpp", "video", 16 << 20, &[(4, b"ftyp")]),
    ("audio/aac", "audio", 16 << 20, &[(0, b"\xff\xf1"), (0, b"\xff\xf9")]),
    ("audio/amr", "audio", 16 << 20, &[(0, b"#!AMR")]),
    (
        "audio/mpeg",
        "audio",
        16 << 20,
        &[(0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2")],
    ),
    ("audio/mp4", "audio", 16 << 20, &[(4, b"ftyp")]),
    ("audio/ogg", "audio", 16 << 20, &[(28, b"OpusHead")]),
    ("application/pdf", "document", 100 << 20, &[(0, b"%PDF-")]),
    ("text/plain", "document", 100 << 20, &[]),
];
/// The types of office documents.
const OFFICE: [&str; 7] = [
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/octet-stream",
];

/// The kind of message that may carry files of a type.
pub(super) fn carried_by(mime: &str) -> Option<&'static str> {
    let mime = mime.split(';').next().unwrap_or_default().trim();
    let known = KINDS.iter().find(|(known, ..)| *known == mime).map(|(_, kind, ..)| *kind);
    known.or_else(|| OFFICE.contains(&mime).then_some("document"))
}

/// Refuses what the platform refuses when it is handed in.
pub(super) fn judge(file: &File) -> Result<(), Refusal> {
    let mime = file.mime.split(';').next().unwrap_or_default().trim();
    if carried_by(mime).is_none() {
        let known: Vec<_> = KINDS.iter().map(|(known, ..)| *known).chain(OFFICE).collect();
        let known = known.join(", ");
        return Err(Refusal::new(
            100,
            format!(
                "Param file must be a file with one of the following types: {known}. Received file of type '{mime}'."
            ),
        ));
    }
    let (most, begins) = KINDS
        .iter()
        .find(|(known, ..)| *known == mime)
        .map_or((100 << 20, &[][..]), |(_, _, most, begins)| (*most, *begins));
    if file.bytes.is_empty() || file.bytes.len() > most {
        return Err(Refusal::new(
            131_053,
            format!("The file has {} bytes; {mime} may have 1 to {most}.", file.bytes.len()),
        ));
    }
    let fits = |(from, bytes): &(usize, &[u8])| {
        file.bytes.get(*from..).is_some_and(|rest| rest.starts_with(bytes))
    };
    if !begins.is_empty() && !begins.iter().any(fits) {
        let told = format!("The file's content is not {mime}, which it was said to be.");
        return Err(Refusal::new(131_053, told));
    }
    Ok(())
}

/// Whether a multipart body says for which product it is.
pub(super) fn is_for_whatsapp(body: &[u8]) -> bool {
    find(body, b"name=\"messaging_product\"\r\n\r\nwhatsapp\r\n").is_some()
}

/// The first file of a multipart body: its type and content (RFC 7578, as far as uploads need it).
pub(super) fn upload(content_type: &str, body: &[u8]) -> Option<File> {
    let boundary = content_type.split(';').find_map(|part| {
        part.trim().strip_prefix("boundary=").map(|text| text.trim_matches('"').to_owned())
    })?;
    let mark = format!("--{boundary}");
    let mut rest = body;
    while let Some(at) = find(rest, mark.as_bytes()) {
        let part = &rest[at + mark.len()..];
        let end = find(part, mark.as_bytes())?;
        let split = find(part, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&part[..split.min(end)]).to_lowercase();
        if head.contains("filename") {
            let mime = head.lines().find_map(|line| line.strip_prefix("content-type:"));
            let content = part.get(split + 4..end)?.strip_suffix(b"\r\n")?;
            return Some(File {
                mime: mime.unwrap_or("application/octet-stream").trim().into(),
                bytes: content.to_vec().into(),
            });
        }
        rest = &part[end..];
    }
    None
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|piece| piece == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_taken_apart() {
        let body = b"--xx\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\r\n!\r\n--xx--\r\n";
        let file = upload("multipart/form-data; boundary=xx", body).expect("a file");
        assert_eq!(file.mime, "image/png");
        assert_eq!(&file.bytes[..], b"\x89PNG\r\n\r\n!");
        assert!(upload("multipart/form-data; boundary=yy", body).is_none());
        assert!(upload("application/json", body).is_none());
        assert!(upload("multipart/form-data; boundary=xx", b"--xx").is_none());
    }

    #[test]
    fn only_what_the_platform_takes_is_taken() {
        for (mime, bytes, code) in [
            ("image/png", &b"\x89PNG\r\n\x1a\nabc"[..], None),
            ("image/png", b"\xff\xd8\xff", Some(131_053)),
            ("image/png", b"", Some(131_053)),
            ("image/gif", b"GIF89a", Some(100)),
            ("text/plain; charset=utf-8", b"hello", None),
            ("application/octet-stream", b"\x7fELF", None),
        ] {
            let file = File { mime: mime.into(), bytes: bytes.to_vec().into() };
            assert_eq!(judge(&file).err().map(|refusal| refusal.code), code, "{mime}");
        }
        let large = vec![0xff; (5 << 20) + 1];
        let file = File { mime: "image/jpeg".into(), bytes: large.into() };
        assert_eq!(judge(&file).err().map(|refusal| refusal.code), Some(131_053));
    }

    #[test]
    fn digests() {
        let file = crate::sandbox::sample::sample("image");
        assert_eq!(file.sha256_hex().len(), 64);
        assert_eq!(file.sha256_base64().len(), 44);
    }
}
