//! How a command ends when it does not end well.

use crate::kit::text::one_line;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

/// The longest error that is shown, in characters.
const LONGEST: usize = 2_000;

/// Why a command ends without success.
#[derive(Debug)]
pub enum Failure {
    /// The thing asked for failed: 1.
    Failed(String),
    /// It was asked wrongly: 2.
    Usage(String),
    /// It failed and everything has been said already: 1.
    Told,
    /// Nobody reads what it prints any more: 0, without a word.
    Pipe,
}

impl Failure {
    /// The thing asked for failed, for this reason.
    pub fn failed(why: impl Display) -> Self {
        Self::Failed(why.to_string())
    }

    /// It was asked wrongly.
    pub fn usage(why: impl Display) -> Self {
        Self::Usage(why.to_string())
    }

    /// What cannot be read or written, and why.
    pub fn file(path: &std::path::Path, error: &std::io::Error, hint: &str) -> Self {
        Self::Failed(format!("{}: {error}; {hint}", path.display()))
    }

    /// Says it on stderr, in one line, and gives the exit status.
    pub(super) fn report(&self) -> ExitCode {
        let (text, code) = match self {
            Self::Failed(text) => (text, 1),
            Self::Usage(text) => (text, 2),
            Self::Told => return ExitCode::from(1),
            Self::Pipe => return ExitCode::SUCCESS,
        };
        let _ = writeln!(std::io::stderr(), "guichet: {}", one_line(text, LONGEST));
        ExitCode::from(code)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Pipe,
            _ => Self::Failed(format!("the output cannot be written: {error}")),
        }
    }
}
