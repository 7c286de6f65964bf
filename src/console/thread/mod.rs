//! A thread as rows: what the entries of a conversation look like at a width, made once for each entry and kept.
//!
//! ```text
//!  entries ─▶ block (rules, name, quote, text, ticks, what to do) ─▶ lines (prefix sums) ─▶ view draws what is seen
//! ```

pub mod block;
pub mod day;
pub mod details;
pub mod event;
pub mod failure;
pub mod format;
pub mod kind;
pub mod lines;
pub mod look;
pub mod media;
pub mod row;
pub mod tick;
pub mod vcard;
pub mod words;

use ratatui::layout::Rect;

/// How many rows of a thread's pane its heading takes. Where there is no card beside it, it says more.
pub fn heading_rows(pane: Rect, card: bool) -> u16 {
    match pane.height {
        0..9 => pane.height.min(1),
        9..14 => 2,
        _ => 4 - u16::from(card),
    }
}

/// The heading of a thread's pane, and where its entries are.
pub fn parts(pane: Rect, card: bool) -> (Rect, Rect) {
    let rows = heading_rows(pane, card);
    let heading = Rect { height: rows, ..pane };
    (heading, Rect { y: pane.y + rows, height: pane.height - rows, ..pane })
}
