//! What is wrong in a file that a person wrote, and where; and reading such files key by key.

pub use crate::kit::Fault;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is called: its name without the ending.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
}

impl Source {
    /// A file's text.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let path = path.into();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, path, text: text.into() }
    }

    /// A fault at a byte of the text.
    pub fn fault(&self, at: usize, message: impl Into<String>, hint: impl Into<String>) -> Fault {
        let before = &self.text[..self.text.floor_char_boundary(at)];
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        Fault {
            file: self.path.clone(),
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// The entries of the root table, in the file's order. What is no TOML at all is a fault, and then there are
    /// none.
    pub fn entries(&self, faults: &mut Vec<Fault>) -> Vec<Entry> {
        let (root, errors) = DeTable::parse_recoverable(&self.text);
        if errors.is_empty() {
            return entries(root.get_ref());
        }
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            faults.push(self.fault(at, error.message().replace('\n', " "), ""));
        }
        Vec::new()
    }
}

/// One key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The byte where the key stands; for an item of an array, where the item stands.
    pub at: usize,
    /// The bytes of the value.
    pub span: Range<usize>,
    /// What it is.
    pub value: Value,
}

/// What stands beside a key.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Value {
    Text(String),
    Number(i64),
    Bool(bool),
    Table(Vec<Entry>),
    Array(Vec<Entry>),
    /// What no setting is: dates and decimal numbers.
    Other,
}

impl Value {
    /// The text that it is.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The switch that it is.
    pub fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(on) => Some(*on),
            _ => None,
        }
    }

    /// The entries of the table that it is.
    pub fn table(&self) -> Option<&[Entry]> {
        match self {
            Self::Table(entries) => Some(entries),
            _ => None,
        }
    }
}

fn entries(table: &DeTable<'_>) -> Vec<Entry> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            at: key.span().start,
            span: value.span(),
            value: read(value.get_ref()),
        })
        .collect();
    entries.sort_by_key(|entry| entry.at);
    entries
}

fn read(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Other, Value::Number)
        }
        DeValue::Boolean(on) => Value::Bool(*on),
        DeValue::Table(table) => Value::Table(entries(table)),
        DeValue::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| Entry {
                    key: String::new(),
                    at: item.span().start,
                    span: item.span(),
                    value: read(item.get_ref()),
                })
                .collect(),
        ),
        DeValue::Float(_) | DeValue::Datetime(_) => Value::Other,
    }
}

/// The known word that a mistyped one is most like.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(word, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().min(word.len()) / 3)
        .min()
        .map(|(_, name)| name)
}

/// The hint for a word that nobody knows: the nearest known one, or all of them.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("do you mean `{near}`?"),
        None => format!("known: {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

/// What is at hand beside what is built in: the person's own themes and keymaps, as they were read at the start.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// `themes/*.toml` of the person's folder.
    pub themes: Vec<Source>,
    /// `keymaps/*.toml` of the person's folder.
    pub keymaps: Vec<Source>,
}

impl Library {
    /// The person's own themes and keymaps in a folder. Files that cannot be read are faults.
    pub fn read(folder: &Path, faults: &mut Vec<Fault>) -> Self {
        Self {
            themes: read_all(&folder.join("themes"), faults),
            keymaps: read_all(&folder.join("keymaps"), faults),
        }
    }
}

fn read_all(folder: &Path, faults: &mut Vec<Fault>) -> Vec<Source> {
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let read = |path: PathBuf| match std::fs::read_to_string(&path) {
        Ok(text) => Some(Source::new(path, text)),
        Err(why) => {
            let fault = Source::new(path, "").fault(0, format!("cannot be read: {why}"), "");
            faults.push(fault);
            None
        }
    };
    paths.into_iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_have_line_and_column() {
        let source = Source::new("x/a.toml", "a = 1\nb = [true, \"x\"]\n[t]\n\"k k\" = 2\n");
        let mut faults = Vec::new();
        let entries = source.entries(&mut faults);
        assert!(faults.is_empty());
        assert_eq!(entries.iter().map(|e| e.key.as_str()).collect::<Vec<_>>(), ["a", "b", "t"]);
        let inner = &entries[2].value.table().expect("a table")[0];
        let told = source.fault(inner.at, "no such key", "look").to_string();
        assert_eq!(told, "x/a.toml:4:1: no such key (look)");
        let broken = Source::new("b.toml", "a = \n");
        assert!(broken.entries(&mut faults).is_empty() && faults[0].line == 1, "{faults:?}");
    }

    #[test]
    fn the_nearest_word_is_suggested() {
        assert_eq!(suggest("thme", ["theme", "keymap"]), "do you mean `theme`?");
        assert_eq!(suggest("zzz", ["theme", "keymap"]), "known: theme, keymap");
    }
}
