//! Whether the customer agreed to what a template is for.

use super::{Choice, Picker};
use crate::console::model::mirror::Mirror;
use crate::kit::Timestamp;
use crate::wire::{ConsentEntry, ConsentView, TemplateView};

impl Picker {
    /// Takes what the relay knows of what the customer has said.
    pub fn learn(&mut self, entries: &[ConsentEntry]) {
        self.said = Some(ConsentView::counting(entries));
    }

    /// Whether what the customer has said is known without asking the relay.
    pub fn knows(&self, mirror: &Mirror) -> bool {
        self.consents(mirror).is_some()
    }

    fn consents<'a>(&'a self, mirror: &'a Mirror) -> Option<&'a [ConsentView]> {
        let watched = mirror.contact.as_ref().filter(|contact| contact.id == self.whose);
        watched.map(|contact| contact.consents.as_slice()).or(self.said.as_deref())
    }

    /// Whether the relay would take a template for the customer, as far as it is known here what he has said.
    ///
    /// # Errors
    /// Since when he refuses what it is for; nothing if he never agreed to it.
    pub fn agreed(
        &self,
        template: &TemplateView,
        mirror: &Mirror,
    ) -> Result<(), Option<Timestamp>> {
        let Some(consents) = self.consents(mirror) else { return Ok(()) };
        ConsentView::allow(consents, template.purpose, self.open_until.is_some())
    }

    /// Whether something could come of choosing it; `open` says whether free text may be sent.
    pub fn is_usable(&self, one: Choice<'_>, open: bool, mirror: &Mirror) -> bool {
        match one {
            Choice::Canned(canned) => open || canned.template.is_some(),
            Choice::Template(of) => of.sendable && self.agreed(of, mirror).is_ok(),
        }
    }
}
