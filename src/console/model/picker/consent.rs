//! Whether the customer agreed to what a template is for.

use super::{Choice, Picker};
use crate::console::model::mirror::Mirror;
use crate::domain::consent::Said;
use crate::domain::template::Purpose;
use crate::kit::Timestamp;
use crate::wire::{ConsentEntry, ConsentView, TemplateView};

impl Picker {
    /// Takes what the relay knows of what the customer has said.
    pub fn learn(&mut self, entries: &[ConsentEntry]) {
        let counts = entries.iter().filter(|entry| entry.counts);
        let said = counts.map(|entry| ConsentView {
            purpose: entry.purpose,
            granted: entry.said == Said::Agreed,
            at: entry.at,
        });
        self.said = Some(said.collect());
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
        let purpose = template.purpose;
        match consents.iter().find(|consent| consent.purpose == purpose) {
            Some(consent) if consent.granted => Ok(()),
            Some(consent) => Err(Some(consent.at)),
            None if purpose == Purpose::Marketing || self.open_until.is_none() => Err(None),
            None => Ok(()),
        }
    }

    /// Whether something could come of choosing it; `open` says whether free text may be sent.
    pub fn is_usable(&self, one: Choice<'_>, open: bool, mirror: &Mirror) -> bool {
        match one {
            Choice::Canned(canned) => open || canned.template.is_some(),
            Choice::Template(of) => of.sendable && self.agreed(of, mirror).is_ok(),
        }
    }
}
