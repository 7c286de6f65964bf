//! What lies over the screen.

use super::command_line::CommandLine;
use super::confirm::Confirm;
use super::consents::Consents;
use super::finder::Finder;
use super::insert::Insert;
use super::login::LoginForm;
use super::picker::Picker;
use super::prompt::Prompt;
use super::raw::Raw;
use crate::console::context::Context;
use crate::console::editor::Editor;

/// What lies over the screen; the last one has the focus.
// Hardly ever more than two lie there, so their size does not matter.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug)]
pub enum Overlay {
    /// Keys that work here.
    Help(Finder),
    /// Every action, found by typing.
    Palette(Finder),
    /// An action that is typed.
    Command(CommandLine),
    /// What was told before; how many of the newest lines are passed over.
    Messages(usize),
    /// A message as the platform posted it.
    Raw(Raw),
    /// Choosing a template.
    Picker(Box<Picker>),
    /// Putting a message together.
    Insert(Box<Insert>),
    /// What a contact has said about messages.
    Consents(Box<Consents>),
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
            Self::Help(_) | Self::Messages(_) | Self::Raw(_) => Context::Help,
            Self::Palette(_) => Context::Palette,
            Self::Command(_) => Context::Prompt,
            Self::Picker(_) | Self::Insert(_) | Self::Consents(_) => Context::Picker,
            Self::Login(_) => Context::Login,
            Self::Search(_) => Context::Prompt,
            Self::Confirm(_) => Context::Confirm,
            Self::Prompt(_) => Context::Prompt,
        }
    }
}
