//! Lines as people see them: how sending on them goes, and what the platform says of them.

use super::Line;
use crate::domain::line::LineState;
use crate::domain::name::Name;
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::wire::{LineReport, LineView, ToldView};

/// All lines, by name.
pub fn views(relay: &Relay, now: Timestamp) -> Vec<LineView> {
    known(relay).iter().map(|(id, line, state)| view(relay, (id, line, state), now)).collect()
}

/// The same with what the platform said of them.
pub fn reports(relay: &Relay, now: Timestamp) -> Vec<LineReport> {
    let report = |(id, line, state): &(Name, Line, LineState)| LineReport {
        line: view(relay, (id, line, state), now),
        told: state
            .told
            .iter()
            .map(|told| ToldView { at: told.at, text: told.news.words(), news: told.news.clone() })
            .collect(),
    };
    known(relay).iter().map(report).collect()
}

fn known(relay: &Relay) -> Vec<(Name, Line, LineState)> {
    let lines = relay.lines.now();
    let views = relay.store.read();
    let states = &views.desk().lines;
    let state = |id: &Name| states.get(id).cloned().unwrap_or_default();
    let mut all: Vec<_> =
        lines.iter().map(|(id, line)| (id.clone(), line.clone(), state(id))).collect();
    all.sort_by(|a, b| a.1.name.cmp(&b.1.name));
    all
}

fn view(relay: &Relay, (id, line, state): (&Name, &Line, &LineState), now: Timestamp) -> LineView {
    let facts = relay.floor.fares.of(id);
    LineView {
        name: line.name.to_string(),
        health: facts.health,
        reason: facts.reason,
        since: facts.since,
        quality: state.quality.clone(),
        phone: state.phone.clone(),
        per_second: facts.per_second,
        paced: facts.paced,
        limit: facts.limit,
        restrictions: state.restricted(now).cloned().collect(),
        disabled: state.disabled.is_some(),
    }
}
