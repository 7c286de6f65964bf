//! How often somebody may try to log in as an account.

use crate::kit::Timestamp;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Tries an account has in any minute, right or wrong.
pub const TRIES: usize = 5;

const MINUTE: i64 = 60_000;
const CELLS: usize = 4096;

/// Counts login tries by account: five in any minute of real time, each right or wrong. A refused try does
/// not count, so that nobody is shut out for longer than a minute after the last that was let through.
///
/// An account has a count of its own, so that nothing that is tried elsewhere shuts it out. Memory is bounded
/// all the same: names that are no account's fall into cells by a keyed hash that nobody outside can predict,
/// and those of one cell share its tries.
#[derive(Clone, Debug)]
pub struct Attempts {
    accounts: HashMap<String, Tries>,
    strangers: Box<[Tries]>,
    hasher: RandomState,
}

type Tries = [Option<Timestamp>; TRIES];

impl Default for Attempts {
    fn default() -> Self {
        Self {
            accounts: HashMap::new(),
            strangers: vec![[None; TRIES]; CELLS].into(),
            hasher: RandomState::new(),
        }
    }
}

impl Attempts {
    /// Counts a try for `name` at `now` (real time). `known`: it is an account's.
    ///
    /// # Errors
    /// If there were five in the last minute: how long until the next is let through.
    pub fn admit(&mut self, name: &str, known: bool, now: Timestamp) -> Result<(), Duration> {
        let tries = if known {
            self.accounts.entry(name.to_owned()).or_default()
        } else {
            &mut self.strangers[self.hasher.hash_one(name) as usize % CELLS]
        };
        for at in tries.iter_mut() {
            // One that lies ahead by more than a minute is from before the clock was set back.
            *at = at.filter(|at| now.since(*at).abs() < MINUTE);
        }
        let oldest = tries.iter().min().copied().flatten();
        match (tries.iter_mut().find(|at| at.is_none()), oldest) {
            (Some(free), _) => {
                *free = Some(now);
                Ok(())
            }
            (None, oldest) => {
                let passed = oldest.map_or(0, |oldest| now.since(oldest));
                Err(Duration::from_millis((MINUTE - passed).clamp(1, MINUTE) as u64))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(1_800_000_000 + seconds)
    }

    #[test]
    fn the_sixth_in_a_minute_waits_for_the_first_to_pass() {
        let mut attempts = Attempts::default();
        for second in 0..5 {
            assert_eq!(attempts.admit("anna", true, at(second)), Ok(()));
        }
        assert_eq!(attempts.admit("anna", true, at(10)), Err(Duration::from_secs(50)));
        assert_eq!(
            attempts.admit("bruno", true, at(10)),
            Ok(()),
            "another account is not concerned"
        );
        assert_eq!(attempts.admit("anna", true, at(59)), Err(Duration::from_secs(1)));
        assert_eq!(attempts.admit("anna", true, at(60)), Ok(()));
        assert_eq!(attempts.admit("anna", true, at(60)), Err(Duration::from_secs(1)));
    }

    #[test]
    fn a_flood_of_names_neither_frees_a_try_of_an_account_nor_takes_one() {
        let mut attempts = Attempts::default();
        for _ in 0..TRIES {
            assert!(attempts.admit("anna", true, at(0)).is_ok());
        }
        let flood = (0..100_000).map(|n: i32| attempts.admit(&n.to_string(), false, at(1)));
        assert_eq!(flood.filter(Result::is_ok).count(), CELLS * TRIES);
        assert!(attempts.admit("anna", true, at(2)).is_err());
        assert!(attempts.admit("bruno", true, at(2)).is_ok());
    }

    #[test]
    fn a_clock_set_back_shuts_nobody_out() {
        let mut attempts = Attempts::default();
        for _ in 0..TRIES {
            assert!(attempts.admit("anna", true, at(3600)).is_ok());
        }
        assert_eq!(attempts.admit("anna", true, at(0)), Ok(()));
    }

    proptest! {
        /// Whatever the rhythm, no minute holds more than five.
        #[test]
        fn never_more_than_five_in_any_minute(
            known in any::<bool>(),
            steps in prop::collection::vec(0_i64..30_000, 1..200)) {
            let mut attempts = Attempts::default();
            let (mut now, mut let_through) = (at(0), Vec::new());
            for step in steps {
                now = now.plus_millis(step);
                if attempts.admit("anna", known, now).is_ok() {
                    let_through.push(now);
                }
            }
            for six in let_through.windows(TRIES + 1) {
                prop_assert!(six[TRIES].since(six[0]) >= MINUTE);
            }
        }
    }
}
