//! A text being written, with a cursor.

/// A text being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Editor {
    text: String,
    cursor: usize,
}

impl Editor {
    /// A text with the cursor at its end.
    pub fn of(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    /// What is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte before which the cursor stands.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Types at the cursor.
    pub fn insert(&mut self, typed: &str) {
        self.text.insert_str(self.cursor, typed);
        self.cursor += typed.len();
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}
