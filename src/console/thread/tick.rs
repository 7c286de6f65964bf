//! How far a message of ours has come, in a few cells.

use super::words::Word;
use crate::console::theme::Role;

/// The glyph, the role and the word of a status as the wire writes it. What is only queued never looks sent.
pub fn tick(status: &str, unicode: bool) -> (&'static str, Role, Word) {
    let (glyph, ascii, role, word) = match status {
        "queued" => ("…", ".", Role::TickWaiting, Word::Queued),
        "attempting" => ("…", ".", Role::TickWaiting, Word::Attempting),
        "held" => ("…", ".", Role::TickWaiting, Word::Held),
        "accepted" => ("✓", "+", Role::TickSent, Word::Accepted),
        "sent" => ("✓", "+", Role::TickSent, Word::Sent),
        "delivered" => ("✓✓", "++", Role::TickDelivered, Word::Delivered),
        "read" => ("✓✓", "++r", Role::TickRead, Word::Read),
        "played" => ("✓✓", "++r", Role::TickRead, Word::Played),
        "failed" => ("✗", "x", Role::Failed, Word::Failed),
        "unconfirmed" => ("?", "?", Role::Unconfirmed, Word::Unconfirmed),
        "cancelled" => ("⊘", "-", Role::Dim, Word::Cancelled),
        _ => ("·", ".", Role::Dim, Word::Unknown),
    };
    (if unicode { glyph } else { ascii }, role, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_sent_does_not_look_sent() {
        for unicode in [true, false] {
            let glyph = |status| tick(status, unicode).0;
            for waiting in
                ["queued", "attempting", "held", "unconfirmed", "failed", "cancelled", "later"]
            {
                for sent in ["accepted", "sent", "delivered", "read", "played"] {
                    assert_ne!(glyph(waiting), glyph(sent), "{waiting} {sent}");
                }
            }
        }
        assert_eq!(tick("read", false).0, "++r");
    }
}
