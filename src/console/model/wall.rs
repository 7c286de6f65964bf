//! The desk at a glance.

use crate::domain::id::TicketNumber;
use crate::wire::{WallShown, WallView};

/// A row of the wall, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A queue.
    Queue(String),
    /// A colleague.
    Agent(String),
    /// A line.
    Line(String),
    /// A ticket whose window closes soon.
    Window(TicketNumber),
}

/// The desk at a glance.
#[derive(Clone, Debug, Default)]
pub struct Wall {
    /// As the relay told it last; nothing before.
    pub view: Option<WallView>,
    /// What the relay told of it, piece by piece.
    pub shown: WallShown,
    /// Where the cursor is.
    pub cursor: Option<Spot>,
    /// It is watched.
    pub watched: bool,
}

impl Wall {
    /// Every row that the cursor can stand on, in order.
    pub fn spots(&self) -> Vec<Spot> {
        let Some(view) = &self.view else { return Vec::new() };
        let queues = view.queues.iter().map(|queue| Spot::Queue(queue.name.clone()));
        let agents = view.agents.iter().map(|agent| Spot::Agent(agent.name.clone()));
        let lines = view.lines.iter().map(|line| Spot::Line(line.name.clone()));
        let windows = view.windows.iter().map(|window| Spot::Window(window.number));
        queues.chain(windows).chain(lines).chain(agents).collect()
    }

    /// Takes a new state; the cursor stays with its row, or where that has gone, at its place.
    pub fn take(&mut self, view: WallView) {
        let place = |spots: &[Spot]| spots.iter().position(|of| Some(of) == self.cursor.as_ref());
        let before = place(&self.spots());
        self.view = Some(view);
        let spots = self.spots();
        if place(&spots).is_none() {
            let last = spots.len().saturating_sub(1);
            self.cursor = spots.into_iter().nth(before.unwrap_or(0).min(last));
        }
    }

    /// Moves the cursor by so many rows.
    pub fn step(&mut self, by: isize) {
        let spots = self.spots();
        let at = spots.iter().position(|spot| Some(spot) == self.cursor.as_ref()).unwrap_or(0);
        let to = at.saturating_add_signed(by).min(spots.len().saturating_sub(1));
        self.cursor = spots.into_iter().nth(to);
    }
}
