//! How the lines fare, for the wall, the status line and the metrics.

use super::Worker;
use crate::domain::name::Name;
use crate::relay::outbox::limit::Waiters;
use crate::relay::outbox::schedule::Held;
use crate::whatsapp::error::explain;
use crate::wire::Health;
use std::collections::BTreeMap;
use std::ops::Add;

impl<F> Worker<F> {
    /// Tells how far the limits are used up; `waiting` are the people who wait to be written to, `paced` the
    /// conversations that wait for the pace of one customer, by line.
    pub(super) fn tell_budgets(
        &mut self,
        waiting: &BTreeMap<Name, Waiters>,
        paced: &BTreeMap<Name, usize>,
    ) {
        let now = self.relay.clock.now();
        let lines: Vec<_> = self.ways.values().map(|way| &way.line).cloned().collect();
        for line in &lines {
            let of = lines.iter().filter(|other| other.portfolio == line.portfolio);
            let wait = of.filter_map(|other| waiting.get(&other.phone_number_id).copied());
            let wait = wait.fold(Waiters::default(), Add::add);
            let id = &line.phone_number_id;
            if let Some((rate, limit)) = self.schedule.budget(id, wait, now) {
                let paced = paced.get(id).copied().unwrap_or_default();
                self.relay.floor.fares.budget(id, rate, limit, paced);
            }
        }
    }

    pub(super) fn tell_fares(&self) {
        let held: BTreeMap<_, _> = self.schedule.held(self.started.elapsed()).collect();
        let now = self.relay.clock.now();
        for line in self.ways.keys() {
            let (health, reason) = match held.get(line) {
                None => (Health::Ok, None),
                Some(Held::Waiting) => {
                    (Health::Throttled, Some("the platform takes no more for now".to_owned()))
                }
                Some(Held::Doubt) => {
                    (Health::Probing, Some("the platform cannot be reached".to_owned()))
                }
                Some(Held::Stopped(code)) => (Health::Held, Some(explain(*code).title.to_owned())),
            };
            self.relay.floor.fares.fare(line, health, reason, now);
        }
    }

    pub(super) fn show_held(&self) {
        let held = self.schedule.held(self.started.elapsed()).map(|(line, why): (_, Held)| {
            let name = self.ways.get(line).map_or(line, |way| &way.line.name);
            (name.as_str(), why.word(), 1)
        });
        self.relay.metrics.set_lines_held(held);
        self.tell_fares();
    }
}
