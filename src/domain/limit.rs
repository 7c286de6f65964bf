//! How much of something the platform takes, and the refusal that says so.

use super::refusal::Refusal;

/// From how many to how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// At least.
    pub least: usize,
    /// At most.
    pub most: usize,
}

impl Limit {
    /// From `least` to `most`, both included.
    pub const fn new(least: usize, most: usize) -> Self {
        Self { least, most }
    }

    /// Whether that many are taken.
    pub(super) fn holds(self, given: usize) -> bool {
        (self.least..=self.most).contains(&given)
    }
}

/// Refuses a text with too few or too many characters; one of nothing but blanks has none.
pub(super) fn characters(part: &str, text: &str, limit: Limit) -> Result<(), Refusal> {
    let given = if text.trim().is_empty() { 0 } else { text.chars().count() };
    within(part, "characters", given, limit)
}

/// Refuses too few or too many of something.
pub(super) fn count(
    part: &str,
    of: &'static str,
    given: usize,
    limit: Limit,
) -> Result<(), Refusal> {
    within(part, of, given, limit)
}

fn within(part: &str, of: &'static str, given: usize, limit: Limit) -> Result<(), Refusal> {
    if limit.holds(given) {
        return Ok(());
    }
    let Limit { least, most } = limit;
    Err(Refusal::Limit { part: part.to_owned(), of: of.to_owned(), given, least, most })
}

/// Refuses what is empty.
pub(super) fn filled(part: &str, text: &str) -> Result<(), Refusal> {
    match text.trim().is_empty() {
        true => Err(Refusal::Malformed { what: format!("{part} is empty") }),
        false => Ok(()),
    }
}
