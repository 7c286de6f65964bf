//! A table of the configuration as it is being read: it remembers which keys it was asked for, so that what
//! is left over can be called unknown, and it may be spread over several files.

use super::fault::{Faults, Place};
use crate::kit::secret::exposed;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::de::{DeTable, DeValue};

/// A value with the place where it stands and the dotted name by which messages call it.
#[derive(Clone, Debug)]
pub(super) struct Value<'a> {
    pub(super) at: Place,
    pub(super) name: String,
    raw: &'a DeValue<'a>,
    faults: &'a Faults<'a>,
}

/// A table, in as many parts as there are files that add to it.
#[derive(Debug)]
pub(super) struct Section<'a> {
    pub(super) at: Place,
    name: String,
    parts: Vec<(usize, &'a DeTable<'a>)>,
    known: RefCell<Vec<&'static str>>,
    faults: &'a Faults<'a>,
}

impl<'a> Section<'a> {
    /// The root of all files together.
    pub(super) fn root(files: &'a [DeTable<'a>], faults: &'a Faults<'a>) -> Self {
        Self {
            at: Place { file: 0, offset: 0 },
            name: String::new(),
            parts: files.iter().enumerate().collect(),
            known: RefCell::default(),
            faults,
        }
    }

    /// Every value under `key`, one a file at most.
    fn all(&self, key: &'static str) -> Vec<Value<'a>> {
        self.known.borrow_mut().push(key);
        let entry = |(file, table): &(usize, &'a DeTable<'a>)| {
            let (name, value) = table.get_key_value(key)?;
            let raw = value.get_ref();
            // A table's own span is its header; any other value is best pointed at by its key.
            let span = if raw.is_table() { value.span() } else { name.span() };
            let at = Place { file: *file, offset: span.start };
            Some(Value { at, name: self.dotted(key), raw, faults: self.faults })
        };
        self.parts.iter().filter_map(entry).collect()
    }

    /// The value under `key`, if it is set; twice is a fault.
    pub(super) fn get(&self, key: &'static str) -> Option<Value<'a>> {
        let mut values = self.all(key).into_iter();
        let first = values.next()?;
        for again in values {
            let hint = format!("it is already set at {}; keep one", self.faults.show(first.at));
            again.wrong::<()>("is set twice", &hint);
        }
        Some(first)
    }

    /// The value under `key`; that it is missing is a fault.
    pub(super) fn need(&self, key: &'static str, hint: &str) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            self.faults.add(self.at, format!("`{}` is missing", self.dotted(key)), hint);
        }
        value
    }

    /// The table under `key`, joined from all files.
    pub(super) fn section(&self, key: &'static str) -> Option<Section<'a>> {
        let mut tables = self.all(key).into_iter().filter_map(|value| value.section());
        let mut first = tables.next()?;
        first.parts.extend(tables.flat_map(|table| table.parts));
        Some(first)
    }

    /// The array of tables under `key`, those of later files after those of earlier ones.
    pub(super) fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        self.all(key)
            .into_iter()
            .flat_map(|value| match value.raw {
                DeValue::Array(_) => value.items().unwrap_or_default(),
                _ => {
                    value.mistyped::<()>("an array of tables", &format!("write `[[{key}]]`"));
                    Vec::new()
                }
            })
            .filter_map(|item| item.section())
            .collect()
    }

    /// Every key with its value, whatever the keys are; those of later files after those of earlier ones.
    pub(super) fn entries(&self) -> Vec<(String, Value<'a>)> {
        let parts = self.parts.iter().flat_map(|(file, table)| {
            table.iter().map(move |(key, value)| {
                let word = key.get_ref().as_ref();
                let at = Place { file: *file, offset: key.span().start };
                let name = self.dotted(&crate::kit::text::one_line(word, 60));
                (word.to_owned(), Value { at, name, raw: value.get_ref(), faults: self.faults })
            })
        });
        parts.collect()
    }

    /// Notes that something about this table should be looked at.
    pub(super) fn warn(&self, message: &str, hint: &str) {
        self.faults.warn(self.at, message, hint);
    }

    /// Ends the reading where nothing can be told about the keys that were not asked for.
    pub(super) fn leave(self) {}

    /// Says which keys nobody asked for.
    pub(super) fn finish(self) {
        let known = self.known.take();
        for (file, table) in &self.parts {
            for key in table.keys() {
                if !known.contains(&key.get_ref().as_ref()) {
                    let at = Place { file: *file, offset: key.span().start };
                    let name = self.dotted(&crate::kit::text::one_line(key.get_ref(), 60));
                    self.faults.add(
                        at,
                        format!("unknown key `{name}`"),
                        crate::kit::text::nearest(key.get_ref(), &known),
                    );
                }
            }
        }
    }

    fn dotted(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

impl<'a> Value<'a> {
    /// Notes that this value is wrong; gives `None` so that a reader can end with it.
    pub(super) fn wrong<T>(&self, message: &str, hint: &str) -> Option<T> {
        self.faults.add(self.at, format!("`{}` {message}", self.name), hint);
        None
    }

    /// Notes that something about this value should be looked at.
    pub(super) fn warn(&self, message: &str, hint: &str) {
        self.faults.warn(self.at, format!("`{}` {message}", self.name), hint);
    }

    /// Warns if others may read the file of a secret that this value names.
    pub(super) fn guard(&self, path: &Path) {
        if let Some(mode) = exposed(path) {
            let path = path.display();
            self.warn(
                &format!(
                    "is for the relay alone, and others may read it: {path} has mode {mode:04o}"
                ),
                &format!("chmod 600 {path}"),
            );
        }
    }

    fn mistyped<T>(&self, wanted: &str, hint: &str) -> Option<T> {
        let message = format!("must be {wanted}, not {}", article(self.raw));
        self.wrong(&message, hint)
    }

    /// Text that is not blank.
    pub(super) fn text(&self) -> Option<&'a str> {
        match self.raw {
            DeValue::String(text) if text.trim().is_empty() => {
                self.wrong("is empty", "give it a value")
            }
            DeValue::String(text) => Some(text),
            DeValue::Integer(_) => self.mistyped("text", "put it in quotes"),
            _ => self.mistyped("text", ""),
        }
    }

    /// Whether it is text at all, which decides between two forms of the same key.
    pub(super) fn is_text(&self) -> bool {
        self.raw.is_str()
    }

    /// Whether it is a table, which decides between two forms of the same key.
    pub(super) fn is_table(&self) -> bool {
        self.raw.is_table()
    }

    /// A name for people, URLs and labels: 1 to 64 printable characters without `/`.
    pub(super) fn label(&self) -> Option<String> {
        let text = self.text()?;
        if text.trim() != text || text.chars().count() > 64 || text.contains('/') {
            return self.wrong("is no name", "1 to 64 characters, no `/`, no blank at either end");
        }
        if text.chars().any(|c| c.is_control() || crate::kit::text::is_hostile(c)) {
            return self.wrong("is no name", "leave out control characters");
        }
        Some(text.to_owned())
    }

    /// An array of names.
    pub(super) fn labels(&self) -> Option<Vec<String>> {
        let read: Vec<_> = self.items()?.iter().map(Value::label).collect();
        read.into_iter().collect()
    }

    /// One of the listed words.
    pub(super) fn one_of<T: Copy>(&self, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text()?;
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, meaning)) => Some(*meaning),
            None => {
                let listed: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
                self.wrong("has an unknown value", &format!("one of {}", listed.join(", ")))
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&self) -> Option<bool> {
        match self.raw {
            DeValue::Boolean(flag) => Some(*flag),
            _ => self.mistyped("true or false", ""),
        }
    }

    /// A whole number from `least` to `most`.
    pub(super) fn whole(&self, least: u64, most: u64) -> Option<u64> {
        let DeValue::Integer(number) = self.raw else {
            return self.mistyped("a whole number", "");
        };
        match u64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) if (least..=most).contains(&number) => Some(number),
            _ => self.wrong("is out of range", &format!("{least} to {most}")),
        }
    }

    /// A length of time from `least` to `most`, such as "90s" or "1h30m".
    pub(super) fn duration(&self, least: Duration, most: Duration) -> Option<Duration> {
        match self.raw {
            DeValue::String(text) => self.span(text, least, most),
            _ => self.mistyped("a duration in quotes", SPANS),
        }
    }

    /// The length of time that a part of this value says.
    pub(super) fn span(&self, text: &str, least: Duration, most: Duration) -> Option<Duration> {
        match duration(text) {
            None => self.wrong("is no duration", SPANS),
            Some(span) if span < least => {
                self.wrong("is too short", &format!("at least {}", show(least)))
            }
            Some(span) if span > most => {
                self.wrong("is too long", &format!("at most {}", show(most)))
            }
            span => span,
        }
    }

    /// A path; a relative one starts at the folder of the file that names it.
    pub(super) fn path(&self) -> Option<PathBuf> {
        Some(self.faults.folder(self.at).join(self.text()?))
    }

    /// The table that it is.
    pub(super) fn section(&self) -> Option<Section<'a>> {
        match self.raw {
            DeValue::Table(table) => Some(Section {
                at: self.at,
                name: self.name.clone(),
                parts: vec![(self.at.file, table)],
                known: RefCell::default(),
                faults: self.faults,
            }),
            _ => self.mistyped("a table", ""),
        }
    }

    /// The items of the array that it is.
    pub(super) fn items(&self) -> Option<Vec<Value<'a>>> {
        let DeValue::Array(items) = self.raw else {
            return self.mistyped("an array", &format!("write `{} = [...]`", self.name));
        };
        let item = |value: &'a toml::Spanned<DeValue<'a>>| Value {
            at: Place { file: self.at.file, offset: value.span().start },
            raw: value.get_ref(),
            ..self.clone()
        };
        Some(items.iter().map(item).collect())
    }
}

/// How a length of time is written.
const SPANS: &str = "a number with ms, s, m, h or d, such as \"90s\", \"10m\", \"24h\"";

/// "90s", "10m", "24h", "2d", "250ms", "1h30m", "0".
fn duration(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let (mut rest, mut sum) = (text, 0_u64);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest[..digits].parse().ok()?;
        let unit_end =
            rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |n| digits + n);
        let millis = match &rest[digits..unit_end] {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        sum = sum.checked_add(number.checked_mul(millis)?)?;
        rest = &rest[unit_end..];
    }
    (!text.is_empty()).then_some(Duration::from_millis(sum))
}

/// A duration in its largest whole unit.
fn show(span: Duration) -> String {
    let millis = span.as_millis();
    for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] {
        if millis >= length && millis.is_multiple_of(length) {
            return format!("{}{unit}", millis / length);
        }
    }
    format!("{millis}ms")
}

fn article(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
