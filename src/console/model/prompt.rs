//! What an action wants beside it, asked for in one line.

use crate::console::action::Action;
use crate::console::editor::Editor;
use crate::domain::id::TicketNumber;

/// What an action wants beside it, asked for in one line with choices below it.
#[derive(Clone, Debug, Default)]
pub struct Prompt {
    /// The action; nothing while it is none.
    pub action: Option<Action>,
    /// The tickets that it is about.
    pub about: Vec<TicketNumber>,
    /// What is typed.
    pub editor: Editor,
    /// What is wrong with it, once it was tried.
    pub fault: Option<String>,
    /// The choice that is marked, from 0 on.
    pub chosen: usize,
}
