//! On the way out.

use crate::kit::Timestamp;

/// How long the relay's answers are waited for, in real milliseconds.
const PATIENCE: i64 = 3_000;

/// The console is ended as soon as what was asked of the relay is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Since when; real time.
    pub since: Timestamp,
    /// Whatever the answers are: the system or the person said so.
    pub regardless: bool,
}

impl Leaving {
    /// When the answers are waited for no longer.
    pub fn until(self) -> Timestamp {
        self.since.plus_millis(PATIENCE)
    }
}
