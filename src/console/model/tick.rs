//! When something on the screen changes by itself.

use super::Model;
use super::link::Standing;
use super::told::SHOWN_MS;
use crate::console::layout::Screen;
use crate::console::update::composer;
use crate::kit::Timestamp;
use crate::wire::TicketView;

/// Ticks are never nearer, in real milliseconds: two wake-ups a second at most.
const NEAREST: i64 = 500;

/// Countdowns below this are shown to the second, in desk milliseconds.
const BY_SECOND: i64 = 3_600_000;

impl Model {
    /// The real instant at which a tick is due: when the next second of a countdown begins, or the next minute,
    /// or when something told has been shown long enough, or a draft is to be kept, or leaving takes too long. Always later than [`Model::now`].
    pub fn next_tick(&self) -> Timestamp {
        let desk = self.desk_now();
        let rate =
            if self.link.clock.is_some() && self.link.rate > 0.0 { self.link.rate } else { 1.0 };
        let step = if self.counts_seconds(desk) { 1_000 } else { 60_000 };
        let left = (step - desk.0.rem_euclid(step)) as f64 / rate;
        let mut next = self.now.plus_millis(left.ceil() as i64);
        if let Standing::Offline { retry_at: Some(_), .. } = self.link.standing {
            next = next.min(self.now.plus_millis(1_000 - self.now.0.rem_euclid(1_000)));
        }
        if let Some(told) = self.told.current(self.now) {
            next = next.min(told.at.plus_millis(SHOWN_MS));
        }
        if let Some(until) = self.in_flight.rests_until() {
            next = next.min(until);
        }
        if let Some(leaving) = self.leaving {
            next = next.min(leaving.until());
        }
        let next = next.max(self.now.plus_millis(NEAREST));
        match composer::due_at(&self.composer) {
            // One that is past waits for something else: for a connection.
            Some(draft) if draft > self.now => next.min(draft),
            _ => next,
        }
    }

    /// Whether a countdown that is loaded, or a wait on the wall, is shown to the second.
    fn counts_seconds(&self, desk: Timestamp) -> bool {
        let near = |at: Timestamp| at.since(desk).abs() < BY_SECOND;
        if self.offers().next().is_some() {
            return true;
        }
        if self.screen == Screen::Wall {
            let mut queues = self.wall.view.iter().flat_map(|view| &view.queues);
            return queues.any(|queue| {
                queue.next_breach.is_some_and(near) || queue.oldest_wait.is_some_and(near)
            }) || self
                .wall
                .view
                .iter()
                .flat_map(|view| &view.windows)
                .any(|of| near(of.until))
                || self
                    .wall
                    .view
                    .iter()
                    .flat_map(|view| &view.agents)
                    .any(|of| !of.offers.is_empty());
        }
        let ticks = |ticket: &TicketView| {
            ticket.aside.as_ref().is_some_and(|aside| aside.offer.is_some())
                || ticket.window.until.is_some_and(near)
                || ticket.next_due.as_ref().is_some_and(|due| match &ticket.clocks.hours {
                    Some(hours) if desk <= due.at => {
                        hours.run(desk) && near(desk.plus_millis(hours.left(desk)))
                    }
                    _ => near(due.at),
                })
        };
        composer::conflict(self).is_some_and(|conflict| near(conflict.at))
            || self.inbox.shown.iter().any(ticks)
            || self.thread.as_ref().and_then(|thread| thread.ticket.as_ref()).is_some_and(ticks)
    }
}

#[cfg(test)]
mod tests {
    use crate::console::layout::Screen;
    use crate::console::model::link::Standing;
    use crate::console::model::told::Gravity;
    use crate::console::rig::{Rig, START};
    use crate::kit::Timestamp;
    use crate::wire::{QueueView, WallView};

    #[test]
    fn an_idle_console_wakes_when_something_changes() {
        let mut model = Rig::new(80, 24).model;
        let due = |model: &super::Model| model.next_tick().since(model.now);
        assert_eq!(due(&model), 60_000);
        model.now = START.plus_millis(59_900);
        assert_eq!(due(&model), 500, "two wake-ups a second at most");
        model.now = START;
        model.told.tell(START, Gravity::Plain, "done");
        assert_eq!(due(&model), 6_000);
        model.link.standing = Standing::Offline { why: "gone".into(), retry_at: Some(START) };
        assert_eq!(due(&model), 1_000);
        model.link.standing = Standing::Online;
        model.link.clock = Some((Timestamp::from_secs(0), START));
        model.link.rate = 600.0;
        assert_eq!(due(&model), 500);
    }

    #[test]
    fn the_countdowns_of_the_wall_go_on() {
        let hour = 3_600;
        for (next_breach, oldest_wait, due) in [
            (None, None, 60_000),
            (Some(hour + 60), Some(-hour - 60), 60_000),
            (Some(hour - 60), None, 1_000),
            (Some(-5), None, 1_000),
            (None, Some(-59), 1_000),
        ] {
            let mut model = Rig::new(80, 24).model;
            let at = |seconds: Option<i64>| seconds.map(|seconds| START.plus_secs(seconds));
            let queue = QueueView {
                name: "support".into(),
                unsolved: 1,
                unassigned: 0,
                waiting: 1,
                oldest_wait: at(oldest_wait),
                breached: 0,
                breaching: 0,
                next_breach: at(next_breach),
                arrivals: Vec::new(),
            };
            model.wall.view = Some(WallView { queues: vec![queue], ..WallView::default() });
            assert_eq!(model.next_tick().since(model.now), 60_000, "it is not shown");
            model.screen = Screen::Wall;
            assert_eq!(model.next_tick().since(model.now), due);
        }
    }
}
