//! What a console was told of the wall.

use super::part::{PartOut, WallOut};
use super::shown::{Difference, Item, Listed, Room};
use super::watching::raw;
use crate::domain::id::TicketNumber;
use crate::journal::JournalError;
use crate::relay::reading::print_of;
use crate::wire::{AlertView, Keyed, OutboxView, WallView};
use serde::Serialize;
use serde_json::value::RawValue;

/// How many windows close, why a changed file was refused, what is on its way, and alerts.
type Whole = (usize, Option<String>, Option<OutboxView>, Vec<AlertView>);

/// See the module.
#[derive(Default)]
pub(super) struct Walled {
    queues: Listed<String>,
    agents: Listed<String>,
    lines: Listed<String>,
    windows: Listed<TicketNumber>,
    /// What is always told whole; nothing before the first frame.
    whole: Option<Whole>,
}

type Rendered<K> = Vec<(K, Box<RawValue>)>;

fn rendered<V: Keyed + Serialize>(list: &[V]) -> Result<Rendered<V::Key>, JournalError> {
    list.iter().map(|one| Ok((one.key(), raw(one)?))).collect()
}

fn difference<'a, K: Clone + Eq + std::hash::Hash>(
    listed: &mut Listed<K>,
    rendered: &'a Rendered<K>,
    room: &mut Room,
    more: &mut bool,
) -> Option<Difference<'a, K>> {
    let item = |(key, json): &'a (K, Box<RawValue>)| Item {
        key: key.clone(),
        print: print_of(json.get()),
        json,
    };
    let items: Vec<_> = rendered.iter().map(item).collect();
    let (difference, left) = listed.advance(&items, room, false);
    *more |= left;
    difference
}

impl Walled {
    /// What leads from the wall as it was told to the wall as it is, as far as there is room, or nothing if it is the
    /// same; and whether something is left.
    pub(super) fn tell(
        &mut self,
        watch: u32,
        wall: &WallView,
        room: &mut Room,
    ) -> Result<(Option<Box<RawValue>>, bool), JournalError> {
        let queues = rendered(&wall.queues)?;
        let agents = rendered(&wall.agents)?;
        let lines = rendered(&wall.lines)?;
        let windows = rendered(&wall.windows)?;
        let mut more = false;
        let (dying, outbox) = (wall.dying, wall.outbox);
        let out = WallOut {
            queues: difference(&mut self.queues, &queues, room, &mut more),
            windows: difference(&mut self.windows, &windows, room, &mut more),
            lines: difference(&mut self.lines, &lines, room, &mut more),
            agents: difference(&mut self.agents, &agents, room, &mut more),
            dying,
            refused: wall.refused.as_deref(),
            alerts: &wall.alerts,
            outbox,
        };
        let beside = (dying, wall.refused.clone(), outbox, wall.alerts.clone());
        let told = self.whole.as_ref() == Some(&beside);
        self.whole = Some(beside);
        if told && out.is_nothing() {
            return Ok((None, more));
        }
        Ok((Some(raw(&PartOut { watch, more, wall: Some(out), ..PartOut::default() })?), more))
    }
}
