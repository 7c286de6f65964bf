//! What is being written in the open thread.

use crate::console::editor::Editor;

/// What is being written in the open thread.
#[derive(Clone, Debug, Default)]
pub struct Composer {
    /// The text.
    pub editor: Editor,
    /// Whether it is for colleagues.
    pub note: bool,
    /// The key of the entry that is quoted.
    pub quote: Option<String>,
}

impl Composer {
    /// How many rows the text takes at a width.
    pub fn rows(&self, columns: usize) -> u16 {
        crate::console::wrap::wrap(self.editor.text(), columns.saturating_sub(4)).len().min(200)
            as u16
    }
}
