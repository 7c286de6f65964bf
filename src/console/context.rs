//! Where the keyboard's focus is, and what is so there: what a key may depend on.

use super::action::Action;

/// Where keys go. A keymap has a table for each; what is not found there is looked for in `global`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Context {
    Global,
    Inbox,
    Thread,
    Composer,
    Picker,
    Prompt,
    Palette,
    Help,
    Wall,
    Confirm,
    Login,
}

impl Context {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Global,
        Self::Inbox,
        Self::Thread,
        Self::Composer,
        Self::Picker,
        Self::Prompt,
        Self::Palette,
        Self::Help,
        Self::Wall,
        Self::Confirm,
        Self::Login,
    ];

    /// Its name in keymaps.
    pub fn id(self) -> &'static str {
        const IDS: [&str; 11] = [
            "global", "inbox", "thread", "composer", "picker", "prompt", "palette", "help", "wall",
            "confirm", "login",
        ];
        IDS[self as usize]
    }

    /// Whether characters are typed here: then a key that only types a character never acts.
    pub fn types(self) -> bool {
        matches!(
            self,
            Self::Composer | Self::Picker | Self::Prompt | Self::Palette | Self::Help | Self::Login
        )
    }
}

/// What a `when` may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Flag {
    /// The relay is there.
    Online,
    /// There is a ticket under the cursor or open.
    Ticket,
    /// It is the agent's own.
    Mine,
    /// It is nobody's.
    Unassigned,
    /// It is solved or closed.
    Solved,
    /// Free text may be sent.
    WindowOpen,
    /// Several tickets are marked.
    Marked,
    /// Something is typed.
    Typed,
    /// Text is selected in the composer.
    Selection,
    /// The composer writes a note.
    Note,
    /// An entry of the thread is selected.
    Entry,
    /// A search narrows the inbox.
    Searching,
    /// There is something to undo.
    Undoable,
    /// The account is a supervisor's or an administrator's.
    Supervisor,
    /// Two panes or more are on the screen.
    Wide,
}

impl Flag {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Online,
        Self::Ticket,
        Self::Mine,
        Self::Unassigned,
        Self::Solved,
        Self::WindowOpen,
        Self::Marked,
        Self::Typed,
        Self::Selection,
        Self::Note,
        Self::Entry,
        Self::Searching,
        Self::Undoable,
        Self::Supervisor,
        Self::Wide,
    ];

    /// Its name in a `when`.
    pub fn id(self) -> &'static str {
        const IDS: [&str; 15] = [
            "online",
            "ticket",
            "mine",
            "unassigned",
            "solved",
            "window-open",
            "marked",
            "typed",
            "selection",
            "note",
            "entry",
            "searching",
            "undoable",
            "supervisor",
            "wide",
        ];
        IDS[self as usize]
    }
}

/// What is so at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u32);

impl Flags {
    /// Says that a flag is up, where `so`.
    #[must_use]
    pub fn with(self, flag: Flag, so: bool) -> Self {
        if so { Self(self.0 | 1 << flag as u32) } else { self }
    }

    /// Whether it is up.
    pub fn has(self, flag: Flag) -> bool {
        self.0 & 1 << flag as u32 != 0
    }
}

/// An action with what was said beside it: `snooze 2h`. The form in which keys, the palette and the command line
/// ask for something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Invocation {
    /// What.
    pub action: Action,
    /// What was written after its id; empty if nothing.
    pub argument: String,
}

impl Invocation {
    /// An action with nothing beside it.
    pub fn bare(action: Action) -> Self {
        Self { action, argument: String::new() }
    }
}

impl std::str::FromStr for Invocation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (id, argument) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let action = Action::of(id).ok_or_else(|| match Action::nearest(id) {
            Some(near) => format!("there is no action {id:?}; do you mean {:?}?", near.id()),
            None => format!("there is no action {id:?}; press ? to see them all"),
        })?;
        Ok(Self { action, argument: argument.trim().to_owned() })
    }
}

impl std::fmt::Display for Invocation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.action.id())?;
        if self.argument.is_empty() { Ok(()) } else { write!(out, " {}", self.argument) }
    }
}
