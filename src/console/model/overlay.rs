//! What lies over the screen.

use super::confirm::Confirm;
use super::login::LoginForm;
use super::picker::Picker;
use super::prompt::Prompt;
use crate::console::context::Context;
use crate::console::editor::Editor;

/// What lies over the screen; the last one has the focus.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// Keys that work here.
    Help,
    /// Choosing a template.
    Picker(Box<Picker>),
    /// Who is at the console; nothing else can be done meanwhile.
    Login(Box<LoginForm>),
    /// What the inbox is searched for, typed into its heading.
    Search(Editor),
    /// A question before something grave.
    Confirm(Confirm),
    /// What an action wants beside it.
    Prompt(Prompt),
}

impl Overlay {
    /// Where keys go while it is the last one.
    pub fn context(&self) -> Context {
        match self {
            Self::Help => Context::Help,
            Self::Picker(_) => Context::Picker,
            Self::Login(_) => Context::Login,
            Self::Search(_) => Context::Prompt,
            Self::Confirm(_) => Context::Confirm,
            Self::Prompt(_) => Context::Prompt,
        }
    }
}
