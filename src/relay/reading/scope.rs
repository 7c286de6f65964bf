//! Where is searched: what a query, a filter and the rights of who asks leave of all tickets.

use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::query::Judge;
use crate::domain::roster::Member;
use crate::kit::Timestamp;
use crate::relay::views::{Facet, InboxKey, Views};
use crate::wire::{InboxView, TicketFilter};
use std::sync::Arc;

/// Seconds ahead for which is known what time will turn.
pub(super) const HORIZON: i64 = 15 * 60;

/// Among which tickets is searched, and by which rules.
pub(super) struct Scope<'a> {
    pub(super) member: &'a Member,
    pub(super) filter: &'a TicketFilter,
    pub(super) facet: Facet,
    pub(super) judge: Arc<Judge>,
    pub(super) policy: Arc<Policy>,
    pub(super) now: Timestamp,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        member: &'a Member,
        filter: &'a TicketFilter,
        (judge, policy): (Arc<Judge>, Arc<Policy>),
        now: Timestamp,
    ) -> Self {
        let facet = super::inbox::facet(filter, member, now).0;
        Self { member, filter, facet, judge, policy, now }
    }

    /// Whether also tickets will do that are solved or closed. Words look for customers, whatever became of
    /// their ticket; without words that must be asked for.
    pub(super) fn takes_solved(&self) -> bool {
        let TicketFilter { view, state, assignee, .. } = self.filter;
        let open = view.is_none() && state.is_none() && assignee.is_none();
        match &self.judge.states {
            _ if self.facet == Facet::Solved => true,
            Some(states) => open && states.iter().any(|state| !state.is_unsolved()),
            None => open && self.judge.has_words(),
        }
    }

    pub(super) fn wants_queue(&self, queue: &Name) -> bool {
        self.member.sees(queue)
            && self.filter.queue.as_ref().is_none_or(|of| *queue == **of)
            && (self.filter.view != Some(InboxView::MyQueues) || self.member.queues.contains(queue))
    }

    /// The tickets of the shelf with the fewest on which all stand that may fit, the next one to be looked at
    /// last. Of solved ones these are the newest of each queue.
    pub(super) fn narrowest<'v>(&self, views: &'v Views) -> Vec<InboxKey> {
        let shelves = views.shelves();
        let judge = &self.judge;
        let bound = |queue: &&Name| judge.queues.as_ref().is_none_or(|of| of.contains(queue));
        let queues: Vec<&'v Name> =
            shelves.queues().filter(|queue| self.wants_queue(queue)).filter(bound).collect();
        let row = |facet: &Facet| shelves.row(queues.iter().copied(), facet);
        let one_state = match judge.states.as_deref() {
            Some([only]) if only.is_unsolved() => Some(Facet::In(*only)),
            _ => None,
        };
        let until = |seconds| self.now.plus_secs(seconds).plus_secs(HORIZON);
        let also = [
            judge.holder.clone().map(Facet::Of),
            one_state,
            judge.waiting.then_some(Facet::Waiting),
            judge.due_under.map(|seconds| Facet::Due(until(seconds))),
        ];
        let own = match &self.facet {
            Facet::Solved | Facet::Due(_) => Facet::Unsolved,
            other => other.clone(),
        };
        let facets = std::iter::once(own).chain(also.into_iter().flatten());
        let only_solved = self.facet == Facet::Solved
            || judge.states.as_ref().is_some_and(|of| of.iter().all(|state| !state.is_unsolved()));
        let narrowest = facets.filter(|_| !only_solved).min_by_key(|facet| row(facet).len());
        let solved = self.takes_solved().then(|| row(&Facet::Solved).from(None, usize::MAX));
        let mut keys: Vec<_> = solved.into_iter().flatten().rev().collect();
        let unsolved = narrowest.map(|facet| row(&facet).from(None, usize::MAX));
        keys.extend(unsolved.into_iter().flatten().rev());
        keys
    }
}
