//! A file's name on somebody's own disk. What the customer called it is text of a stranger.

use super::signature::signature;

/// Characters of a name at most, without its ending.
const MOST: usize = 60;

/// Endings by what the bytes are: a program that opens a file by its ending gets what it expects.
const ENDINGS: &[(&str, &[&str])] = &[
    ("image/jpeg", &["jpg", "jpeg", "jpe"]),
    ("image/png", &["png"]),
    ("image/gif", &["gif"]),
    ("image/webp", &["webp"]),
    ("image/bmp", &["bmp"]),
    ("image/tiff", &["tif", "tiff"]),
    ("image/heic", &["heic", "heif"]),
    ("image/avif", &["avif"]),
    ("video/mp4", &["mp4", "m4v", "m4a"]),
    ("video/3gpp", &["3gp", "3g2"]),
    ("video/quicktime", &["mov", "qt"]),
    ("video/webm", &["webm", "mkv"]),
    ("video/x-msvideo", &["avi"]),
    ("audio/ogg", &["ogg", "oga", "opus"]),
    ("audio/mp4", &["m4a", "mp4"]),
    ("audio/mpeg", &["mp3"]),
    ("audio/aac", &["aac"]),
    ("audio/amr", &["amr"]),
    ("audio/wav", &["wav"]),
    ("audio/flac", &["flac"]),
    ("application/pdf", &["pdf"]),
    ("application/zip", &["zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub"]),
    ("application/x-ole-storage", &["doc", "xls", "ppt", "msg"]),
];

/// Endings that bytes without a beginning of their own may have. Nothing that a program would run, and no XML, which
/// a browser shows as a page with its scripts.
const PLAIN: &[&str] = &["txt", "csv", "tsv", "md", "json", "ics", "vcf", "log", "rtf", "eml"];

/// A name for a file that begins with `head`: without folders, control characters and anything that a shell or a
/// program reads as more than a name; with an ending that fits the bytes, or `bin`.
pub fn file_name(called: Option<&str>, fallback: &str, head: &[u8]) -> String {
    let called = called.unwrap_or_default();
    let (stem, ending) = called.rsplit_once('.').unwrap_or((called, ""));
    let ending = ending.to_ascii_lowercase();
    let is = signature(head);
    let fitting = ENDINGS.iter().find(|(mime, _)| Some(*mime) == is).map(|(_, endings)| *endings);
    let ending = match (is, fitting) {
        (_, Some(endings)) => endings.iter().find(|of| **of == ending).unwrap_or(&endings[0]),
        (None, None) => PLAIN.iter().find(|of| **of == ending).unwrap_or(&"bin"),
        (Some(_), None) => &"bin",
    };
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '(' | ')');
    let stem: String = stem.chars().map(|c| if fits(c) { c } else { '_' }).take(MOST).collect();
    let stem = stem.trim_matches(|c: char| c == '.' || c == '-' || c.is_whitespace());
    let stem = if stem.chars().all(|c| c == '_') { fallback } else { stem };
    format!("{stem}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_name_and_nothing_else() {
        let (png, pdf, elf) = (&b"\x89PNG\r\n\x1a\n"[..], &b"%PDF-1.4"[..], &b"\x7fELF"[..]);
        for (called, head, name) in [
            (Some("fattura marzo.pdf"), pdf, "fattura marzo.pdf"),
            (Some("../../.bashrc"), pdf, "_.._.pdf"),
            (Some("-rf.pdf"), pdf, "rf.pdf"),
            (Some("a\u{1b}[31m\n;rm $x`.pdf"), pdf, "a__31m__rm _x_.pdf"),
            (Some("photo.jpg"), png, "photo.png"),
            (Some("photo.JPG"), b"\xff\xd8\xff", "photo.jpg"),
            (Some("report.desktop"), b"[Desktop Entry]", "report.bin"),
            (Some("run.sh"), b"#!/bin/sh", "run.bin"),
            (Some("game.pdf"), elf, "game.bin"),
            (Some("list.csv"), b"a;b", "list.csv"),
            (Some("page.xml"), b"<?xml version='1.0'?>", "page.bin"),
            (Some("book.docx"), b"PK\x03\x04", "book.docx"),
            (Some("..."), png, "image.png"),
            (None, png, "image.png"),
            (None, b"", "image.bin"),
        ] {
            assert_eq!(file_name(called, "image", head), name, "{called:?}");
        }
        assert!(file_name(Some(&"ü".repeat(500)), "x", pdf).chars().count() <= MOST + 4);
    }
}
