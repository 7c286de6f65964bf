//! Which pane lies where: shared by the views, which draw there, and by the mouse, which clicks there.

use ratatui::layout::Rect;

/// Below this many columns or rows nothing can be worked with.
pub const SMALLEST: (u16, u16) = (40, 10);

/// How much fits side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// Below 80 columns: one pane.
    Narrow,
    /// Below 120 columns: one pane with more columns.
    Middle,
    /// From 120 columns on: several panes.
    Wide,
}

/// The panes of a screen. A pane that is not there is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panes {
    /// The first row: where we are, and the state of the connection.
    pub title: Rect,
    /// Views with their counts, at the left; on narrow screens one row.
    pub views: Rect,
    /// The tickets.
    pub inbox: Rect,
    /// The thread with its heading.
    pub thread: Rect,
    /// The composer, below the thread.
    pub composer: Rect,
    /// What is known of ticket and customer, at the right.
    pub card: Rect,
    /// The wall.
    pub wall: Rect,
    /// The last row: the keys that help here; for a while what was told last.
    pub hints: Rect,
}

/// What fills the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// The list of tickets.
    #[default]
    Inbox,
    /// A thread.
    Thread,
    /// Queues, agents, lines.
    Wall,
}

/// How much fits into `columns`.
pub fn breadth(columns: u16) -> Breadth {
    match columns {
        0..80 => Breadth::Narrow,
        80..120 => Breadth::Middle,
        _ => Breadth::Wide,
    }
}

/// Whether a screen is too small to work with.
pub fn too_small(area: Rect) -> bool {
    area.width < SMALLEST.0 || area.height < SMALLEST.1
}

/// How many rows of the list's pane are its heading.
pub const HEADING: u16 = 1;

/// From this height on the columns of the list have names.
pub const NAMED: u16 = 16;

/// Where the tickets lie in the list's pane.
pub fn rows(inbox: Rect) -> Rect {
    let above = if inbox.height >= NAMED { HEADING + 1 } else { HEADING }.min(inbox.height);
    Rect { y: inbox.y + above, height: inbox.height - above, ..inbox }
}

/// Takes a screen apart. `writing` is how many rows the composer wants, without its border.
pub fn panes(area: Rect, screen: Screen, writing: u16) -> Panes {
    if too_small(area) {
        return Panes::default();
    }
    let broad = breadth(area.width);
    let title = Rect { height: 1, ..area };
    let hints = Rect { y: area.bottom() - 1, height: 1, ..area };
    let body = Rect { y: area.y + 1, height: area.height - 2, ..area };
    let mut panes = Panes { title, hints, ..Panes::default() };
    match screen {
        Screen::Wall => panes.wall = body,
        Screen::Inbox if broad == Breadth::Wide => {
            panes.views = Rect { width: 20, ..body };
            panes.inbox = Rect { x: body.x + 21, width: body.width - 21, ..body };
        }
        Screen::Inbox => {
            panes.views = Rect { height: 1, ..body };
            panes.inbox = Rect { y: body.y + 1, height: body.height - 1, ..body };
        }
        Screen::Thread => {
            let mut middle = body;
            if broad == Breadth::Wide {
                panes.inbox = Rect { width: 36, ..body };
                middle = Rect { x: body.x + 37, width: body.width - 37, ..body };
                if area.width >= 150 {
                    panes.card = Rect { x: middle.right() - 32, width: 32, ..middle };
                    middle.width -= 33;
                }
            }
            // On a low screen the text may have half of it, up to three rows.
            let most = (middle.height / 3).max((middle.height / 2).min(5));
            let composer = (writing + 2).clamp(3, most);
            panes.thread = Rect { height: middle.height - composer, ..middle };
            panes.composer = Rect { y: middle.bottom() - composer, height: composer, ..middle };
        }
    }
    panes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panes_lie_inside_whatever_the_size() {
        for (columns, rows) in
            [(1, 1), (40, 10), (40, 12), (79, 24), (80, 24), (120, 36), (160, 48), (300, 100)]
        {
            for screen in [Screen::Inbox, Screen::Thread, Screen::Wall] {
                for writing in [1, 5, 400] {
                    let area = Rect::new(0, 0, columns, rows);
                    let panes = panes(area, screen, writing);
                    for pane in [
                        panes.title,
                        panes.views,
                        panes.inbox,
                        panes.thread,
                        panes.composer,
                        panes.card,
                        panes.wall,
                        panes.hints,
                    ] {
                        assert_eq!(pane.intersection(area), pane, "{columns}x{rows} {screen:?}");
                    }
                }
            }
        }
    }
}
