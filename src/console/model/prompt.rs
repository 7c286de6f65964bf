//! What an action wants beside it, asked for in one line.

use crate::console::action::Action;
use crate::console::editor::Editor;
use crate::console::model::composer::Quoted;
use crate::domain::id::TicketNumber;

/// What an action wants beside it, asked for in one line with choices below it.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// The action.
    pub action: Action,
    /// The tickets that it is about.
    pub about: Vec<TicketNumber>,
    /// The message that it is about.
    pub on: Option<Quoted>,
    /// What is typed.
    pub editor: Editor,
    /// What is wrong with it, once it was tried.
    pub fault: Option<String>,
    /// The choice that the person has gone to, from 0 on.
    pub chosen: Option<usize>,
}

/// Something that can be taken instead of typing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it stands for, as it would be typed.
    pub value: String,
    /// How it is shown.
    pub label: String,
    /// What else is to be known of it.
    pub detail: String,
    /// Why it cannot be taken.
    pub why_not: Option<String>,
}
