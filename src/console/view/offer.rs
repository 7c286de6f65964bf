//! What is offered to the person: in the row of the hints, with the time that is left and the keys that answer.

use crate::console::action::Action;
use crate::console::canvas::{Canvas, width};
use crate::console::countdown;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::wire::{NoticeKind, OfferView};
use ratatui::layout::Rect;

crate::words! {
    enum Word {
        Offered = ["offered to you", "proposto a te", "oferecido a você", "se te ofrece"],
        Accept = ["accept", "accetta", "aceitar", "aceptar"],
        Decline = ["decline", "rifiuta", "recusar", "rechazar"],
        More = ["+{0}", "+{0}", "+{0}", "+{0}"],
    }
}

/// Cells that are left to what was told, where both are shown.
const TOLD: u16 = 30;

/// The pieces of the row, the most important first; what does not fit is left out from the end.
fn pieces(model: &Model, offer: &OfferView, more: usize) -> Vec<(Role, String)> {
    let language = model.settings.language;
    let glyph = if model.settings.unicode { "▶" } else { ">" };
    let left = countdown::left(offer.until, model.desk_now());
    let mut pieces = vec![(Role::Warning, format!("{glyph} #{} {left}", offer.ticket))];
    for (action, word) in
        [(Action::AcceptOffer, Word::Accept), (Action::DeclineOffer, Word::Decline)]
    {
        if let Some(key) = model.key_of(action) {
            pieces.push((Role::HintKey, key));
        }
        pieces.push((Role::Hint, word.say(language).to_owned()));
    }
    if more > 0 {
        pieces.push((Role::Dim, fill(Word::More.say(language), &[&more.to_string()])));
    }
    pieces.push((Role::Text, Word::Offered.say(language).to_owned()));
    let notices = model.mirror.notices.iter();
    let about = notices.filter(|of| of.kind == NoticeKind::Offered && of.ticket == offer.ticket);
    if let Some(notice) = about.last().filter(|notice| !notice.excerpt.is_empty()) {
        pieces.push((Role::Dim, notice.excerpt.clone()));
    }
    pieces
}

/// Draws it at the left of the row, and gives what is left of the row for what was told; all of it where nothing is
/// offered.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) -> Rect {
    let mut offers = model.offers();
    let Some(offer) = offers.next() else { return area };
    let told = model.told.current(model.now).is_some();
    let room = if told { area.width.saturating_sub(TOLD) } else { area.width };
    let end = area.x + room.max(area.width.min(40));
    canvas.fill(area, model.theme.style(Role::Text));
    let mut x = area.x;
    for (nth, (role, text)) in pieces(model, offer, offers.count()).into_iter().enumerate() {
        let left = end.saturating_sub(x);
        let whole = width(&text) <= usize::from(left);
        // Of what the customer wrote also a beginning is of use.
        if !whole && (role != Role::Dim || left < 12) && nth > 0 {
            break;
        }
        x = canvas.clip(x, area.y, left, &text, model.theme.style(role)) + 1;
    }
    Rect { x: x.min(area.right()), width: area.right().saturating_sub(x), ..area }
}
