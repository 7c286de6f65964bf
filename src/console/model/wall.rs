//! The desk at a glance.

use crate::wire::WallView;

/// A row of the wall, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A queue.
    Queue(String),
    /// A colleague.
    Agent(String),
    /// A line.
    Line(String),
}

/// The desk at a glance.
#[derive(Clone, Debug, Default)]
pub struct Wall {
    /// As the relay told it last; nothing before.
    pub view: Option<WallView>,
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
        queues.chain(agents).chain(lines).collect()
    }

    /// Folds in a new state; the cursor stays with its row, or goes to the first one.
    pub fn take(&mut self, view: WallView) {
        self.view = Some(view);
        self.step(0);
    }

    /// Moves the cursor by so many rows.
    pub fn step(&mut self, by: isize) {
        let spots = self.spots();
        let at = spots.iter().position(|spot| Some(spot) == self.cursor.as_ref()).unwrap_or(0);
        let to = at.saturating_add_signed(by).min(spots.len().saturating_sub(1));
        self.cursor = spots.into_iter().nth(to);
    }
}
