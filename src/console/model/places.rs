//! Where the person was before.

use super::inbox::{Tab, Which};
use crate::domain::id::TicketNumber;
use crate::wire::InboxView;

const KEPT: usize = 100;

/// Somewhere in the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Some tickets, with the cursor on one of them.
    Inbox {
        /// Which tickets.
        which: Which,
        /// The one under the cursor.
        cursor: Option<TicketNumber>,
    },
    /// A thread.
    Thread(TicketNumber),
    /// The wall.
    Wall,
}

impl Place {
    /// A view of the inbox from its top.
    pub fn of_view(view: InboxView) -> Self {
        Self::Inbox { which: Which { view, ..Which::default() }, cursor: None }
    }

    /// A view of the list of views from its top.
    pub fn of_tab(tab: Tab) -> Self {
        match tab {
            Tab::Always(view) => Self::of_view(view),
            Tab::Saved(saved) => {
                let which = Which { saved: Some(saved), ..Which::default() };
                Self::Inbox { which, cursor: None }
            }
        }
    }

    /// Whether two are the same place, wherever the cursor was.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Inbox { which, .. }, Self::Inbox { which: other, .. }) => which == other,
            _ => self == other,
        }
    }
}

/// Where the person was before, and, after going back, from where.
#[derive(Clone, Debug, Default)]
pub struct Places {
    back: Vec<Place>,
    forward: Vec<Place>,
}

impl Places {
    /// The person leaves a place for another one.
    pub fn leave(&mut self, here: Place) {
        self.forward.clear();
        self.back.retain(|place| !place.is(&here));
        self.back.push(here);
        if self.back.len() > KEPT {
            self.back.remove(0);
        }
    }

    /// Whether the person came here from a place.
    pub fn came_from(&self, place: &Place) -> bool {
        self.back.last().is_some_and(|last| last.is(place))
    }

    /// The place before `here`.
    pub fn back(&mut self, here: Place) -> Option<Place> {
        Self::step(&mut self.back, &mut self.forward, here)
    }

    /// The place from which the person went back to `here`.
    pub fn forward(&mut self, here: Place) -> Option<Place> {
        Self::step(&mut self.forward, &mut self.back, here)
    }

    fn step(from: &mut Vec<Place>, to: &mut Vec<Place>, here: Place) -> Option<Place> {
        loop {
            let place = from.pop()?;
            if !place.is(&here) {
                to.push(here);
                return Some(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_and_forward_lead_through_the_same_places() {
        let ticket = |n| Place::Thread(TicketNumber(n));
        let mut places = Places::default();
        for n in 1..=3 {
            places.leave(ticket(n));
        }
        assert_eq!(places.back(ticket(4)), Some(ticket(3)));
        assert_eq!(places.back(ticket(3)), Some(ticket(2)));
        assert_eq!(places.forward(ticket(2)), Some(ticket(3)));
        assert_eq!(places.forward(ticket(3)), Some(ticket(4)));
        assert_eq!(places.forward(ticket(4)), None);
        places.leave(ticket(4));
        assert_eq!(places.back(Place::Wall), Some(ticket(4)));
    }
}
