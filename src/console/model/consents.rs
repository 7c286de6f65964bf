//! What a contact has said about messages: his ledger, and what is being written down in it.

use crate::console::editor::Editor;
use crate::domain::id::ContactId;
use crate::domain::template::Purpose;
use crate::wire::{ConsentEntry, ConsentRequest};

/// What a person can be asked about.
pub const PURPOSES: [Purpose; 3] = [Purpose::Marketing, Purpose::Utility, Purpose::Authentication];

/// The ledger of a contact, and an entry in the making.
#[derive(Clone, Debug)]
pub struct Consents {
    /// Whose.
    pub contact: ContactId,
    /// What he is called.
    pub called: String,
    /// The entries, the oldest first, or why they are not known, in one line; nothing until the relay has answered.
    pub entries: Option<Result<Vec<ConsentEntry>, String>>,
    /// What the new entry is about.
    pub purpose: Purpose,
    /// Whether he agrees; nothing until that is chosen.
    pub granted: Option<bool>,
    /// How he said so, or where the proof lies.
    pub why: Editor,
    /// The field that has the focus.
    pub at: Field,
    /// The field that is not filled in, once it was tried.
    pub missing: Option<Field>,
    /// The relay has not answered yet whether it is written down.
    pub writing: bool,
}

/// A field of the new entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Field {
    Purpose,
    Says,
    Why,
}

impl Field {
    /// The next one, or the one before; the ends stay.
    #[must_use]
    pub fn step(self, forward: bool) -> Self {
        match (self, forward) {
            (Self::Purpose, true) | (Self::Why, false) => Self::Says,
            (Self::Says | Self::Why, true) => Self::Why,
            (Self::Says | Self::Purpose, false) => Self::Purpose,
        }
    }
}

impl Consents {
    /// The ledger of a contact, which is still to come.
    pub fn of(contact: ContactId, called: String) -> Self {
        Self {
            contact,
            called,
            entries: None,
            purpose: Purpose::Marketing,
            granted: None,
            why: Editor::default(),
            at: Field::Purpose,
            missing: None,
            writing: false,
        }
    }

    /// What would be written down.
    ///
    /// # Errors
    /// The first field that is not filled in.
    pub fn request(&self) -> Result<ConsentRequest, Field> {
        let granted = self.granted.ok_or(Field::Says)?;
        let why = self.why.text().trim().to_owned();
        if why.is_empty() {
            return Err(Field::Why);
        }
        Ok(ConsentRequest { purpose: self.purpose, granted, why, at: None })
    }
}
