//! How many people a portfolio may write to first: unique recipients outside windows in 24 hours.
//!
//! Source: messaging limits. The limit belongs to the portfolio and is read from any of its numbers. Who was
//! written to stands in the committed conversations, so it survives a restart.

use crate::domain::id::ContactId;
use crate::kit::Timestamp;
use crate::wire::LimitView;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The span over which recipients are counted, in seconds of desk time.
const SPAN: i64 = 86_400;
/// The least that the platform allows anybody; in force until it has told.
const LEAST: usize = 250;
/// A forecast goes by what happened in the last hour, and tells the time to five minutes.
const HOUR: i64 = 3_600;
/// See [`HOUR`].
const STEP: i64 = 300;
/// The part of the limit that campaigns leave to people, as one in so many.
const RESERVED: usize = 10;

/// How many people wait to be written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiters {
    /// By agents and all else.
    pub others: usize,
    /// By campaigns, which leave a tenth of the limit.
    pub campaigns: usize,
}

impl std::ops::Add for Waiters {
    type Output = Self;
    fn add(self, more: Self) -> Self {
        Self { others: self.others + more.others, campaigns: self.campaigns + more.campaigns }
    }
}

/// The limit of one portfolio and whom it was used for.
#[derive(Clone, Debug)]
pub struct Limit {
    most: Option<usize>,
    last: HashMap<ContactId, Timestamp>,
    order: BTreeSet<(Timestamp, ContactId)>,
    /// Those of them whom a campaign wrote to, as far as is known: they say nothing of how it goes on.
    campaigned: HashSet<ContactId>,
}

impl Default for Limit {
    fn default() -> Self {
        Self {
            most: Some(LEAST),
            last: HashMap::new(),
            order: BTreeSet::new(),
            campaigned: HashSet::new(),
        }
    }
}

impl Limit {
    /// From now on so many; `None` is no limit.
    pub fn set(&mut self, most: Option<usize>) {
        self.most = most;
    }

    /// Whether a message outside a window may go to `contact` at `now`. Campaigns leave a tenth of the limit to
    /// people, who would else find it used up.
    ///
    /// # Errors
    /// The desk time at which there may be room again.
    pub fn admits(
        &mut self,
        contact: ContactId,
        campaign: bool,
        now: Timestamp,
    ) -> Result<(), Timestamp> {
        self.forget(now);
        let Some(most) = self.most else { return Ok(()) };
        let most = if campaign { campaigns(most) } else { most };
        match self.order.first() {
            Some((first, _)) if self.last.len() >= most && !self.last.contains_key(&contact) => {
                Err(first.plus_secs(SPAN))
            }
            _ => Ok(()),
        }
    }

    /// Forgets who was written to more than a day ago.
    fn forget(&mut self, now: Timestamp) {
        while let Some((at, who)) = self.order.first().copied()
            && at.plus_secs(SPAN) <= now
        {
            self.order.pop_first();
            self.last.remove(&who);
            self.campaigned.remove(&who);
        }
    }

    /// How far it is used up at `now`, and what comes of that if so many people `wait` to be written to and the
    /// rest goes on as in the last hour. Campaigns alone never use it up.
    pub fn budget(&mut self, wait: Waiters, now: Timestamp) -> LimitView {
        self.forget(now);
        let used = self.last.len();
        let mut view = LimitView { most: self.most, used, full_at: None, frees_at: None };
        let Some(most) = self.most else { return view };
        if used >= campaigns(most) {
            view.frees_at = self.order.first().map(|(at, _)| at.plus_secs(SPAN));
        }
        if used >= most {
            return view;
        }
        let lately = self.order.iter().rev().take_while(|(at, _)| now.since(*at) <= HOUR * 1_000);
        let pace = lately.filter(|(_, who)| !self.campaigned.contains(who)).count() as i64;
        let mut leaving = self.order.iter().map(|(at, _)| at.plus_secs(SPAN)).peekable();
        let taken = used + wait.others;
        let mut left = taken + wait.campaigns.min(campaigns(most).saturating_sub(taken));
        view.full_at = (1..=SPAN / STEP).find_map(|step| {
            let at = Timestamp::from_secs((now.secs() / STEP + step) * STEP);
            while leaving.next_if(|end| *end <= at).is_some() {
                left = left.saturating_sub(1);
            }
            let came = (pace * step * STEP / HOUR) as usize;
            (left + came >= most).then_some(at)
        });
        view
    }

    /// A campaign's message outside a window goes to `contact` at `at`.
    pub fn campaigned(&mut self, contact: ContactId, at: Timestamp) {
        self.note(contact, at);
        self.campaigned.insert(contact);
    }

    /// A message outside a window went to `contact` at `at`.
    pub fn note(&mut self, contact: ContactId, at: Timestamp) {
        let known = self.last.get(&contact).copied();
        if known.is_some_and(|known| known >= at) {
            return;
        }
        if let Some(known) = known {
            self.order.remove(&(known, contact));
        }
        self.last.insert(contact, at);
        self.order.insert((at, contact));
    }
}

/// What campaigns may use of so many.
fn campaigns(most: usize) -> usize {
    most - most / RESERVED
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: i64 = 3_600;

    fn hour(hour: i64) -> Timestamp {
        Timestamp::from_secs(1_800_000_000 + hour * HOUR)
    }

    #[test]
    fn people_count_once_and_leave_after_a_day() {
        let mut limit = Limit::default();
        limit.set(Some(2));
        for (who, at, answer) in [
            (1, 0, Ok(())),
            (1, 1, Ok(())),
            (2, 2, Ok(())),
            (3, 3, Err(hour(25))),
            (2, 4, Ok(())),
            (3, 24, Err(hour(25))),
            (3, 25, Ok(())),
            (1, 26, Err(hour(28))),
        ] {
            let said = limit.admits(ContactId(who), false, hour(at));
            assert_eq!(said, answer, "{who} at {at}");
            if said.is_ok() {
                limit.note(ContactId(who), hour(at));
            }
        }
        limit.set(None);
        assert_eq!(limit.admits(ContactId(9), false, hour(26)), Ok(()));
    }

    #[test]
    fn a_forecast_goes_by_who_waits_and_by_the_last_hour() {
        // So many were written to each hour until now; so many wait; hours until it is full.
        for (most, each, hours, wait, full) in [
            (100, 10, 5, 0, Some(5)),
            (100, 10, 5, 40, Some(1)),
            (100, 10, 5, 50, Some(0)),
            (100, 5, 12, 0, Some(8)),
            (200, 4, 24, 0, None),
            (100, 0, 0, 0, None),
            (100, 0, 0, 100, Some(0)),
        ] {
            let mut limit = Limit::default();
            limit.set(Some(most));
            let now = hour(100);
            for nth in 0..each * hours {
                let at = hour(100 - hours + nth / each).plus_secs(1 + (nth % each) * HOUR / each);
                limit.note(ContactId(nth as u64), at);
            }
            let budget = limit.budget(Waiters { others: wait, campaigns: 0 }, now);
            assert_eq!(budget.used as i64, each * hours);
            let told = budget.full_at.map(|at| at.since(now) / (HOUR * 1_000));
            assert_eq!(told, full, "{most} {each} {hours} {wait}: {budget:?}");
            assert_eq!(budget.frees_at, None);
        }
        let mut limit = Limit::default();
        limit.set(Some(1));
        limit.note(ContactId(1), hour(0));
        let wait = Waiters { others: 5, campaigns: 0 };
        let budget = limit.budget(wait, hour(1));
        assert_eq!((budget.used, budget.frees_at, budget.full_at), (1, Some(hour(24)), None));
        limit.set(None);
        assert_eq!(limit.budget(wait, hour(1)).most, None);
    }

    #[test]
    fn a_campaign_alone_never_uses_it_up() {
        // Written to by a campaign in this hour, by others; who waits for others; hours until 100 are full.
        for (campaign, others, wait, full) in [
            (0, 0, 0, None),
            (60, 0, 0, None),
            (90, 0, 0, None),
            (60, 0, 40, Some(0)),
            (60, 5, 0, Some(2)),
            (90, 5, 0, Some(1)),
        ] {
            let mut limit = Limit::default();
            limit.set(Some(100));
            let now = hour(1);
            for who in 0..campaign {
                limit.campaigned(ContactId(who), hour(0));
            }
            for who in 0..others {
                limit.note(ContactId(1_000 + who), hour(0));
            }
            let budget = limit.budget(Waiters { others: wait, campaigns: 1_000 }, now);
            let told = budget.full_at.map(|at| at.since(now) / (HOUR * 1_000));
            assert_eq!(told, full, "{campaign} {others} {wait}: {budget:?}");
        }
    }

    #[test]
    fn campaigns_leave_a_tenth_to_people() {
        let mut limit = Limit::default();
        limit.set(Some(20));
        let (campaign, person) = (true, false);
        for who in 1..=18 {
            assert_eq!(limit.admits(ContactId(who), campaign, hour(0)), Ok(()), "{who}");
            limit.note(ContactId(who), hour(0));
        }
        assert_eq!(limit.admits(ContactId(19), campaign, hour(1)), Err(hour(24)));
        assert_eq!(limit.admits(ContactId(18), campaign, hour(1)), Ok(()), "he was counted");
        for who in 19..=20 {
            assert_eq!(limit.admits(ContactId(who), person, hour(1)), Ok(()));
            limit.note(ContactId(who), hour(1));
        }
        assert_eq!(limit.admits(ContactId(21), person, hour(1)), Err(hour(24)));
    }

    proptest! {
        #[test]
        fn never_more_people_than_the_limit_in_a_day(
            most in 1usize..6,
            tries in proptest::collection::vec((0u64..12, 0i64..6), 1..200),
        ) {
            let mut limit = Limit::default();
            limit.set(Some(most));
            let mut now = 0;
            let mut sent: Vec<(i64, u64)> = Vec::new();
            for (who, later) in tries {
                now += later;
                if limit.admits(ContactId(who), false, hour(now)).is_ok() {
                    limit.note(ContactId(who), hour(now));
                    sent.push((now, who));
                }
                let day = sent.iter().filter(|(at, _)| *at > now - 24).map(|(_, who)| *who);
                prop_assert!(day.collect::<BTreeSet<_>>().len() <= most);
            }
        }
    }
}
