//! Pictures, voice notes and documents, kept in memory while the sandbox runs.

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

/// The smallest PNG: one grey pixel.
const PICTURE: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, b'I', b'E',
    b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// What customers send, by the platform's word for it.
pub(super) fn sample(kind: &str) -> File {
    let (mime, bytes): (&str, &'static [u8]) = match kind {
        "image" => ("image/png", PICTURE),
        "audio" => ("audio/ogg; codecs=opus", b"OggS\0\x02sandbox voice note"),
        "sticker" => (
            "image/webp",
            b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0",
        ),
        _ => (
            "application/pdf",
            b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        ),
    };
    File { mime: mime.into(), bytes: axum::body::Bytes::from_static(bytes) }
}

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
    fn digests() {
        let file = sample("image");
        assert_eq!(file.sha256_hex().len(), 64);
        assert_eq!(file.sha256_base64().len(), 44);
    }
}
