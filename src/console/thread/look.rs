//! What the rows of a thread depend on besides its entries.

use crate::console::action::Action;
use crate::console::context::{Context, Invocation};
use crate::console::keymap::Keymap;
use crate::console::language::Language;
use crate::console::model::Model;
use crate::console::preview::Size;
use crate::wire::ContactBrief;
use jiff::tz::TimeZone;

use super::details::Sheet;
use super::words::Word;

/// Text is not wrapped beyond so many cells: longer lines are hard to read.
const WIDEST: usize = 110;

/// What the rows of a thread depend on besides its entries.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Columns of the pane.
    pub columns: u16,
    /// The language of the interface.
    pub language: Language,
    /// Whether glyphs beyond ASCII are drawn.
    pub unicode: bool,
    /// The person's time zone.
    pub zone: TimeZone,
    /// The account.
    pub me: String,
    /// The customer, as he is called here.
    pub customer: String,
    /// The most cells that a picture may take; nothing where none is shown.
    pub picture: Option<Size>,
    /// The keys by which a message is sent again, given up, said to have arrived.
    pub keys: [String; 3],
    keymap: String,
}

impl Look {
    /// How things look now. `before` is how they looked; what is costly to find is taken from there.
    pub fn of(
        model: &Model,
        columns: u16,
        contact: Option<&ContactBrief>,
        before: Option<&Self>,
    ) -> Self {
        let settings = &model.settings;
        let language = settings.language;
        let keymap = &model.keymap;
        let keys = match before.filter(|before| before.keymap == keymap.name) {
            Some(before) => before.keys.clone(),
            None => [Action::Retry, Action::GiveUp, Action::Arrived].map(|act| key(keymap, act)),
        };
        Self {
            columns,
            language,
            unicode: settings.unicode,
            zone: settings.zone.clone(),
            me: model.mirror.me().unwrap_or_default().to_owned(),
            customer: contact.map_or_else(
                || Word::Customer.say(language).to_owned(),
                |contact| customer(contact, language),
            ),
            picture: Size::most(columns, model.size.1).filter(|_| settings.way().is_some()),
            keys,
            keymap: keymap.name.clone(),
        }
    }

    /// How the rows of a message's details are made.
    pub fn sheet(&self) -> Sheet {
        Sheet { language: self.language, unicode: self.unicode, cells: self.cells() }
    }

    /// Cells for text, beside the mark of the selected entry.
    pub fn cells(&self) -> usize {
        usize::from(self.columns).saturating_sub(2).clamp(2, WIDEST)
    }
}

/// What a customer is called: his name, or what else is known of him.
pub fn customer(contact: &ContactBrief, language: Language) -> String {
    let phone = || contact.phone.as_ref().map(|digits| format!("+{digits}"));
    let names = contact.name.clone().filter(|name| !name.trim().is_empty());
    let names = names.or_else(|| contact.username.clone()).or_else(phone);
    names.unwrap_or_else(|| Word::Customer.say(language).to_owned())
}

/// The shortest keys for an action in a thread, or how it is typed.
fn key(keymap: &Keymap, action: Action) -> String {
    let chords = keymap.chords(Context::Thread, &Invocation::bare(action));
    match chords.first() {
        Some(chord) => chord.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        None => format!(":{}", action.id()),
    }
}

#[cfg(test)]
impl Look {
    /// A look for tests.
    pub(crate) fn plain(columns: u16) -> Self {
        Self {
            columns,
            language: Language::En,
            unicode: true,
            zone: TimeZone::UTC,
            me: "anna".into(),
            customer: "Marco".into(),
            picture: None,
            keys: ["r".into(), "x".into(), "a".into()],
            keymap: String::new(),
        }
    }
}
