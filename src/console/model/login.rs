//! Who is at the console.

use crate::console::editor::Editor;
use std::fmt;

/// What is asked of a person whom the relay does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Field {
    /// The account.
    #[default]
    Name,
    /// Its password.
    Password,
    /// The code of the second factor.
    Code,
}

/// What is asked of a person whom the relay does not know.
#[derive(Clone, Default)]
pub struct LoginForm {
    /// The account.
    pub name: Editor,
    /// Its password, shown to nobody.
    pub password: Editor,
    /// The code of the second factor.
    pub code: Editor,
    /// Whether the relay wants a code.
    pub wants_code: bool,
    /// Where it is typed.
    pub field: Field,
    /// Why it is asked again; empty at the first time.
    pub why: String,
    /// The relay was asked and has not answered.
    pub asked: bool,
}

impl LoginForm {
    /// The field that is typed into.
    pub fn editor(&mut self) -> &mut Editor {
        match self.field {
            Field::Name => &mut self.name,
            Field::Password => &mut self.password,
            Field::Code => &mut self.code,
        }
    }

    /// The first field with nothing in it, the one that is typed into before the others.
    pub fn next_empty(&self) -> Option<Field> {
        let mut empty = Vec::new();
        for (field, editor) in [
            (Field::Name, &self.name),
            (Field::Password, &self.password),
            (Field::Code, &self.code),
        ] {
            if editor.is_empty() && (field != Field::Code || self.wants_code) {
                empty.push(field);
            }
        }
        empty.first().copied()
    }

    /// The relay did not let the person in.
    pub fn refused(&mut self, why: String) {
        let why_small = why.to_lowercase();
        let about_code =
            ["code", "totp", "second factor"].iter().any(|word| why_small.contains(word));
        self.wants_code |= about_code;
        self.code.clear();
        if about_code {
            self.field = Field::Code;
        } else {
            self.password.clear();
            self.field = Field::Password;
        }
        self.why = why;
    }

    /// Goes to the field after this one, or before it; from the last one to the first.
    pub fn step(&mut self, back: bool) {
        let fields: &[Field] = match self.wants_code {
            true => &[Field::Name, Field::Password, Field::Code],
            false => &[Field::Name, Field::Password],
        };
        let at = fields.iter().position(|field| *field == self.field).unwrap_or(0);
        let by = if back { fields.len() - 1 } else { 1 };
        self.field = fields[(at + by) % fields.len()];
    }
}

impl fmt::Debug for LoginForm {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("LoginForm").field("field", &self.field).finish_non_exhaustive()
    }
}
