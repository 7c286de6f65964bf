//! Which parts of a new template may stand beside each other.

use super::fault::Faults;
use super::{Draft, DraftButton, DraftFile, card};
use crate::domain::limit::Limit;
use crate::domain::template::Purpose;

/// Characters of the text of an offer's template.
pub(super) const OFFER_BODY: Limit = Limit::new(1, 600);
/// Characters of what an offer is called.
const OFFER: Limit = Limit::new(1, 16);

impl Draft {
    pub(super) fn shape_faults(&self, faults: &mut Faults) {
        let headers = [
            ("header", self.header.is_some()),
            ("file", self.file.is_some()),
            ("place", self.place),
        ];
        let mut headers = headers.into_iter().filter(|(_, there)| *there).map(|(part, _)| part);
        headers.next();
        if let Some(second) = headers.next() {
            faults.add(second, "is a second header", "a template has one header");
        }
        if self.file.as_ref().is_some_and(|file| file.example().trim().is_empty()) {
            faults.add("file", "has no file", "name one: the review looks at an example");
        }
        self.offer_faults(faults);
        if !self.cards.is_empty() {
            self.carousel_faults(faults);
        }
    }

    fn offer_faults(&self, faults: &mut Faults) {
        let Some(offer) = &self.offer else { return };
        faults.length("offer", &offer.text, OFFER);
        if self.purpose != Purpose::Marketing {
            faults.add("offer", "is not for this category", "write category = \"marketing\"");
        }
        if self.footer.is_some() {
            faults.add("footer", "stands beside an offer", "leave it out");
        }
        let picture = matches!(self.file, None | Some(DraftFile::Image(_) | DraftFile::Video(_)));
        if self.header.is_some() || self.place || !picture {
            faults.add("offer", "has another header", "an image, a video, or none");
        }
        let kinds: Vec<_> = self.buttons.iter().map(DraftButton::word).collect();
        if !matches!(kinds[..], ["url"] | ["code", "url"]) {
            let hint = "a button with an address, and before it a code if there is one";
            faults.add("buttons", "do not fit an offer", hint);
        }
    }

    fn carousel_faults(&self, faults: &mut Faults) {
        if self.purpose != Purpose::Marketing {
            faults.add("cards", "are not for this category", "write category = \"marketing\"");
        }
        let beside = [
            ("header", self.header.is_some()),
            ("file", self.file.is_some()),
            ("place", self.place),
            ("footer", self.footer.is_some()),
            ("offer", self.offer.is_some()),
            ("buttons", !self.buttons.is_empty()),
        ];
        for (part, _) in beside.into_iter().filter(|(_, there)| *there) {
            faults.add(part, "stands beside cards", "a carousel has a text and cards only");
        }
        card::all_faults(&self.cards, self.is_named(), faults);
    }
}
