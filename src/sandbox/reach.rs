//! The messaging limit: how many people a business may write to outside their windows in 24 hours of desk time
//! (page messaging-limits).

use crate::kit::Timestamp;
use std::collections::HashMap;

const DAY_MS: i64 = 86_400_000;

/// Who was written to, and when last.
#[derive(Debug)]
pub(super) struct Reach {
    most: usize,
    last: HashMap<usize, Timestamp>,
}

impl Reach {
    /// Nobody yet, of so many.
    pub(super) fn new(most: usize) -> Self {
        Self { most, last: HashMap::new() }
    }

    /// Writes to somebody, or says no.
    pub(super) fn take(&mut self, who: usize, now: Timestamp) -> bool {
        self.last.retain(|_, at| now.since(*at) < DAY_MS);
        if self.last.len() >= self.most && !self.last.contains_key(&who) {
            return false;
        }
        self.last.insert(who, now);
        true
    }
}

/// The platform's word for a limit.
pub(super) fn tier(most: usize) -> String {
    match most {
        most if most >= 1_000 && most % 1_000 == 0 => format!("TIER_{}K", most / 1_000),
        most => format!("TIER_{most}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_count_once_and_for_a_day() {
        let at = |hours: i64| Timestamp::from_secs(hours * 3_600);
        let mut reach = Reach::new(2);
        for (who, hours, may) in [
            (1, 0, true),
            (1, 1, true),
            (2, 2, true),
            (3, 3, false),
            (3, 24, false),
            (3, 25, true),
            (1, 25, false),
        ] {
            assert_eq!(reach.take(who, at(hours)), may, "{who} at {hours}");
        }
    }

    #[test]
    fn limits_have_the_platforms_words() {
        for (most, word) in [(250, "TIER_250"), (2_000, "TIER_2K"), (100_000, "TIER_100K")] {
            assert_eq!(tier(most), word);
        }
    }
}
