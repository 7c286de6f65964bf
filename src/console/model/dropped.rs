//! Paths as terminals paste them when files are dropped, and as file managers copy them.

use std::path::PathBuf;

/// So many paths at most are read from one paste.
const MOST: usize = 30;

/// The paths that a text consists of: quoted or escaped for a shell, as addresses `file://`, or one to a line as they
/// are. Nothing if there is anything else in it. Whether such files exist is not known here.
pub fn dropped(text: &str) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words = words(line).unwrap_or_default();
        let read: Option<Vec<_>> = words.iter().map(|word| path(word)).collect();
        match read.filter(|read| !read.is_empty()) {
            Some(read) => paths.extend(read),
            // A file manager copies a path with its blanks as they are.
            None => match path(line) {
                Some(path) => paths.push(path),
                None => return Vec::new(),
            },
        }
        if paths.len() > MOST {
            return Vec::new();
        }
    }
    paths
}

/// The path that is typed beside a command: as it is, blanks and all, or as a terminal would paste it.
pub fn typed(text: &str) -> Vec<PathBuf> {
    let text = text.trim();
    let written = text.starts_with(['\'', '"']) || text.starts_with("file://");
    if written || text.contains('\\') {
        let read = dropped(text);
        if !read.is_empty() {
            return read;
        }
    }
    if text.is_empty() { Vec::new() } else { vec![PathBuf::from(text)] }
}

/// A path that says where it begins.
fn path(word: &str) -> Option<PathBuf> {
    if let Some(rest) = word.strip_prefix("file://") {
        let path = &rest[rest.find('/')?..];
        return Some(PathBuf::from(unescaped(path)?));
    }
    let absolute = word.starts_with('/') || word.starts_with("~/");
    (absolute && word.len() > 1 && !word.contains('\0')).then(|| PathBuf::from(word))
}

/// `%20` and the like.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                bytes.push((digit(high)? * 16 + digit(low)?) as u8);
                rest = after;
            }
            (b'%', _) => return None,
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok().filter(|path| !path.contains('\0'))
}

/// The words of a line as a shell reads them; nothing if a quote is not closed.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' => words.extend(word.take()),
            '\'' => {
                let into = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        c => into.push(c),
                    }
                }
            }
            '"' => {
                let into = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => into.push(chars.next()?),
                        c => into.push(c),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(chars.next()?),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(paths: &[PathBuf]) -> Vec<&str> {
        paths.iter().map(|path| path.to_str().expect("text")).collect()
    }

    #[test]
    fn paths_are_read_as_terminals_paste_them() {
        for (text, wanted) in [
            ("'/home/a/My file.pdf' ", &["/home/a/My file.pdf"][..]),
            ("/home/a/My\\ file.pdf", &["/home/a/My file.pdf"]),
            ("\"/home/a/My \\\"file\\\".pdf\"", &["/home/a/My \"file\".pdf"]),
            ("'/a/it'\\''s.png'", &["/a/it's.png"]),
            ("'/a/1.png' '/a/2.png'", &["/a/1.png", "/a/2.png"]),
            ("file:///a/My%20file%20%C3%A8.pdf\r\nfile://localhost/b", &["/a/My file è.pdf", "/b"]),
            ("/a/My file.pdf\n/b/c.png\n", &["/a/My file.pdf", "/b/c.png"]),
            ("~/a.png", &["~/a.png"]),
            ("/", &[]),
            ("look at /a/b.png", &[]),
            ("/a/b.png\nand more", &[]),
            ("it's fine", &[]),
            ("file:///a/%zz", &[]),
            ("file://host", &[]),
            ("", &[]),
            ("3/4", &[]),
        ] {
            assert_eq!(told(&dropped(text)), wanted, "{text:?}");
        }
        assert!(dropped(&"/a\n".repeat(31)).is_empty());
    }

    #[test]
    fn a_typed_path_is_taken_as_it_is() {
        for (text, wanted) in [
            (" a b.png ", &["a b.png"][..]),
            ("~/My file.pdf", &["~/My file.pdf"]),
            ("'/a/My file.pdf'", &["/a/My file.pdf"]),
            ("/a/My\\ file.pdf", &["/a/My file.pdf"]),
            ("odd\\name", &["odd\\name"]),
            ("it's.png", &["it's.png"]),
            ("", &[]),
        ] {
            assert_eq!(told(&typed(text)), wanted, "{text:?}");
        }
    }
}
