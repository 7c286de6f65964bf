//! A file that was handed in to the relay, as the value of a template's slot.

use crate::domain::content::Attached;
use crate::domain::message::TemplateUse;
use std::fmt;
use uuid::Uuid;

/// How such a value begins.
const MARK: &str = "upload:";

/// It is written `upload:` and its number, and the file's name after a `/` where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Under which number it was handed in.
    pub upload: Uuid,
    /// Its name; the customer sees it of documents.
    pub name: Option<String>,
}

impl Handed {
    /// The one that a value names; nothing for an address or an id of the platform.
    pub fn read(value: &str) -> Option<Self> {
        let (number, name) = match value.strip_prefix(MARK)?.split_once('/') {
            Some((number, name)) => (number, Some(name.to_owned())),
            None => (value.strip_prefix(MARK)?, None),
        };
        let upload = Uuid::try_parse(number).ok()?;
        Some(Self { upload, name: name.filter(|name| !name.is_empty()) })
    }
}

impl From<&Attached> for Handed {
    fn from(file: &Attached) -> Self {
        // A value has no runs of spaces.
        let one = |name: &String| name.split_whitespace().collect::<Vec<_>>().join(" ");
        Self { upload: file.upload, name: file.name.as_ref().map(one) }
    }
}

impl fmt::Display for Handed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{MARK}{}", self.upload.simple())?;
        self.name.as_ref().map_or(Ok(()), |name| write!(out, "/{name}"))
    }
}

impl TemplateUse {
    /// The files that were handed in for it, with the places of their values, in order.
    pub fn handed(&self) -> impl Iterator<Item = (usize, Handed)> {
        let values = self.parameters.iter().zip(&self.kinds).enumerate();
        let files = values.filter(|(_, (_, kind))| kind.file().is_some());
        files.filter_map(|(at, ((_, value), _))| Some((at, Handed::read(value)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_names_an_upload_is_one() {
        let number = "67e5504410b1426f9247bb680e5fe0c8";
        let upload = Uuid::try_parse(number).expect("a number");
        let named = |name: Option<&str>| Some(Handed { upload, name: name.map(str::to_owned) });
        for (value, read) in [
            (format!("upload:{number}"), named(None)),
            (format!("upload:{upload}/"), named(None)),
            (format!("upload:{number}/a/b c.pdf"), named(Some("a/b c.pdf"))),
            (number.to_owned(), None),
            ("upload:7".to_owned(), None),
            (format!("https://a.example/upload:{number}"), None),
        ] {
            let found = Handed::read(&value);
            assert_eq!(found, read, "{value}");
            let written = found.map(|found| Handed::read(&found.to_string()));
            assert_eq!(written, read.map(Some), "{value}");
        }
    }
}
