//! What was used in templates while this console runs, to be offered again.

use std::collections::BTreeMap;

/// So many values used before are offered for a slot.
const RECENT: usize = 5;

/// What was used while this console runs.
#[derive(Clone, Debug, Default)]
pub struct Recent {
    /// Values, by template and slot.
    values: Vec<(String, String, String)>,
    /// How often each text was taken, by name.
    uses: BTreeMap<String, u32>,
}

impl Recent {
    /// Remembers a value.
    pub fn used(&mut self, template: &str, slot: &str, value: &str) {
        let entry = (template.to_owned(), slot.to_owned(), value.to_owned());
        self.values.retain(|known| *known != entry);
        self.values.push(entry);
        if self.values.len() > 200 {
            self.values.remove(0);
        }
    }

    /// A text was taken.
    pub fn took(&mut self, name: &str) {
        *self.uses.entry(name.to_owned()).or_default() += 1;
    }

    /// How often it was.
    pub fn uses(&self, name: &str) -> u32 {
        self.uses.get(name).copied().unwrap_or_default()
    }

    /// The values used last for a slot, latest first.
    pub(super) fn of<'a>(
        &'a self,
        template: &'a str,
        slot: &'a str,
    ) -> impl Iterator<Item = &'a str> {
        let fits = move |entry: &&(String, String, String)| entry.0 == template && entry.1 == slot;
        self.values.iter().rev().filter(fits).map(|entry| entry.2.as_str()).take(RECENT)
    }
}
