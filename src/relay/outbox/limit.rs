//! How many people a portfolio may write to first: unique recipients outside windows in 24 hours.
//!
//! Source: messaging limits. The limit belongs to the portfolio and is read from any of its numbers. Who was
//! written to stands in the committed conversations, so it survives a restart.

use crate::domain::id::ContactId;
use crate::kit::Timestamp;
use std::collections::{BTreeSet, HashMap};

/// The span over which recipients are counted, in seconds of desk time.
const SPAN: i64 = 86_400;
/// The least that the platform allows anybody; in force until it has told.
const LEAST: usize = 250;
/// The part of the limit that campaigns leave to people, as one in so many.
const RESERVED: usize = 10;

/// The recipients that go with the platform's word: `None` where there is no limit of ours, also where the
/// platform names none. Its refusal has the last word.
pub fn recipients(tier: Option<&str>) -> Option<usize> {
    let number = tier?.strip_prefix("TIER_")?;
    let (digits, thousands) = match number.strip_suffix('K') {
        Some(digits) => (digits, 1_000),
        None => (number, 1),
    };
    digits.parse::<usize>().ok()?.checked_mul(thousands)
}

/// The limit of one portfolio and whom it was used for.
#[derive(Clone, Debug)]
pub struct Limit {
    most: Option<usize>,
    last: HashMap<ContactId, Timestamp>,
    order: BTreeSet<(Timestamp, ContactId)>,
}

impl Default for Limit {
    fn default() -> Self {
        Self { most: Some(LEAST), last: HashMap::new(), order: BTreeSet::new() }
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
        let most = if campaign { most - most / RESERVED } else { most };
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
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: i64 = 3_600;

    fn hour(hour: i64) -> Timestamp {
        Timestamp::from_secs(1_800_000_000 + hour * HOUR)
    }

    #[test]
    fn the_platform_names_the_limit() {
        for (tier, most) in [
            (Some("TIER_250"), Some(250)),
            (Some("TIER_2K"), Some(2_000)),
            (Some("TIER_100K"), Some(100_000)),
            (Some("TIER_UNLIMITED"), None),
            (Some("TIER_NOT_SET"), None),
            (Some("GOLD"), None),
            (None, None),
        ] {
            assert_eq!(recipients(tier), most, "{tier:?}");
        }
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
