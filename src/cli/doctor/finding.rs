//! What a check found.

use serde::Serialize;

/// One check of one line, as `--json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// The line's name.
    pub(super) line: String,
    /// What was looked at.
    pub(super) check: &'static str,
    /// How it is.
    pub(super) state: State,
    /// What was found; of what is wrong, the cause.
    pub(super) says: String,
    /// What to do about it; only where something is wrong.
    pub(super) mend: Option<String>,
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// At fault.
    Wrong,
    /// Not looked at: it does not apply, or something else must be mended first.
    Skipped,
}

/// Gathers the findings of one line.
#[derive(Debug)]
pub(super) struct Report {
    line: String,
    pub(super) findings: Vec<Finding>,
}

impl Report {
    pub(super) fn of(line: &str) -> Self {
        Self { line: line.to_owned(), findings: Vec::new() }
    }

    pub(super) fn ok(&mut self, check: &'static str, says: impl Into<String>) {
        self.add(check, State::Ok, says.into(), None);
    }

    pub(super) fn wrong(
        &mut self,
        check: &'static str,
        says: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.add(check, State::Wrong, says.into(), Some(mend.into()));
    }

    /// Whether a check has found a fault.
    pub(super) fn is_wrong(&self, check: &str) -> bool {
        let mut of = self.findings.iter().filter(|finding| finding.check == check);
        of.any(|finding| finding.state == State::Wrong)
    }

    pub(super) fn skipped(&mut self, check: &'static str, says: impl Into<String>) {
        self.add(check, State::Skipped, says.into(), None);
    }

    fn add(&mut self, check: &'static str, state: State, says: String, mend: Option<String>) {
        self.findings.push(Finding { line: self.line.clone(), check, state, says, mend });
    }
}
