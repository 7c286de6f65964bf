//! What follows from a try to fetch a file. Pure: a table.

use crate::domain::file::{KEPT_MS, Lost, News};
use crate::kit::backoff::Backoff;
use std::time::Duration;

/// The wait after a failure.
pub const AGAIN: Backoff =
    Backoff { first: Duration::from_millis(500), most: Duration::from_secs(600), factor: 3 };
/// The wait while the account or its token is refused: a person must mend that.
const ACCOUNT: Duration = Duration::from_secs(600);
/// The wait while the disk is full.
const ROOM: Duration = Duration::from_secs(5);
/// So often wrong bytes must come before they are what there is: half a day of tries. Unlike a question that is
/// answered with no, each of them may cost a hundred megabytes.
const DAMAGED: u32 = 100;

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It is on disk, so many bytes.
    Stored(u64),
    /// The platform says that there is no such file.
    Gone,
    /// More than the most.
    TooLarge,
    /// Cut short, or of another size or digest than was announced.
    Damaged,
    /// As announced, but of another kind.
    WrongType,
    /// The account or its token was refused.
    Account,
    /// The platform did not answer, or not usably; the disk did not take it.
    Failed,
    /// The disk is nearly full.
    NoRoom,
    /// The person was erased.
    Erased,
    /// The message cannot be read, so that nobody knows what to fetch.
    Unreadable,
}

/// How often it went wrong so far, and in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// In any way.
    pub all: u32,
    /// The bytes were wrong.
    pub damaged: u32,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It is settled.
    News(News),
    /// It is tried again after this real time.
    Again(Duration),
    /// Others settle it.
    Nothing,
}

/// Judges a try. `age` is how long ago the platform told of the file, in desk milliseconds; `jitter` is from 0 to 1.
pub fn judge(tried: Tried, before: Failures, age: i64, jitter: f64) -> (Then, Failures) {
    let mut after = before;
    let lost = |why| Then::News(News::Lost(why));
    let old = age > KEPT_MS;
    let then = match tried {
        Tried::Stored(bytes) => Then::News(News::Stored { bytes }),
        Tried::TooLarge => lost(Lost::TooLarge),
        Tried::WrongType => lost(Lost::WrongType),
        Tried::Unreadable => lost(Lost::Damaged),
        Tried::Erased => Then::Nothing,
        Tried::NoRoom => Then::Again(ROOM),
        Tried::Gone if old => lost(Lost::Gone),
        Tried::Damaged if old || before.damaged + 1 >= DAMAGED => lost(Lost::Damaged),
        Tried::Account | Tried::Failed if old => lost(Lost::Unreachable),
        Tried::Account => Then::Again(ACCOUNT),
        // What a platform in trouble says it has not got, it may have again in an hour.
        Tried::Gone | Tried::Damaged | Tried::Failed => {
            after.all += 1;
            after.damaged += u32::from(tried == Tried::Damaged);
            Then::Again(AGAIN.wait(after.all, jitter))
        }
    };
    (then, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_try_has_its_end() {
        let lost = |why| Then::News(News::Lost(why));
        let again = |millis| Then::Again(Duration::from_millis(millis));
        let so_far = |all, damaged| Failures { all, damaged };
        let none = Failures::default();
        let (young, old) = (60_000, KEPT_MS + 1);
        for (tried, before, age, then) in [
            (Tried::Stored(7), none, young, Then::News(News::Stored { bytes: 7 })),
            (Tried::Stored(7), so_far(9, 3), old, Then::News(News::Stored { bytes: 7 })),
            (Tried::TooLarge, none, young, lost(Lost::TooLarge)),
            (Tried::WrongType, none, young, lost(Lost::WrongType)),
            (Tried::Unreadable, none, young, lost(Lost::Damaged)),
            (Tried::Erased, none, young, Then::Nothing),
            (Tried::NoRoom, none, old, again(5_000)),
            (Tried::Gone, none, young, again(500)),
            (Tried::Gone, so_far(5, 0), young, again(121_500)),
            (Tried::Gone, so_far(999, 0), KEPT_MS, again(600_000)),
            (Tried::Gone, none, old, lost(Lost::Gone)),
            (Tried::Damaged, so_far(1, 1), young, again(1_500)),
            (Tried::Damaged, so_far(98, 98), young, again(600_000)),
            (Tried::Damaged, so_far(99, 99), young, lost(Lost::Damaged)),
            (Tried::Damaged, none, old, lost(Lost::Damaged)),
            (Tried::Account, so_far(9, 0), young, again(600_000)),
            (Tried::Account, none, old, lost(Lost::Unreachable)),
            (Tried::Failed, so_far(1, 0), young, again(1_500)),
            (Tried::Failed, so_far(99, 0), young, again(600_000)),
            (Tried::Failed, none, old, lost(Lost::Unreachable)),
        ] {
            assert_eq!(judge(tried, before, age, 1.0).0, then, "{tried:?} {before:?} {age}");
        }
    }

    /// A bad hour of the platform's costs no file; a week does.
    #[test]
    fn a_file_that_never_comes_is_given_up_when_it_is_old() {
        for (tried, jitter, hours) in [
            (Tried::Gone, 0.0, 168..=169),
            (Tried::Gone, 1.0, 168..=169),
            (Tried::Failed, 1.0, 168..=169),
            (Tried::Account, 1.0, 168..=169),
            (Tried::Damaged, 0.0, 7..=16),
            (Tried::Damaged, 1.0, 7..=16),
        ] {
            let (mut failures, mut age) = (Failures::default(), 0);
            while let (Then::Again(wait), after) = judge(tried, failures, age, jitter) {
                failures = after;
                age += wait.as_millis() as i64;
            }
            assert!(hours.contains(&(age / 3_600_000)), "{tried:?} {jitter}: {age}");
        }
    }

    #[test]
    fn what_is_not_the_platforms_fault_is_not_counted() {
        for tried in [Tried::NoRoom, Tried::Account] {
            assert_eq!(judge(tried, Failures::default(), 0, 1.0).1, Failures::default());
        }
    }
}
