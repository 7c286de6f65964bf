//! What is wrong in a file that a person wrote, and where.

use std::fmt;
use std::path::PathBuf;

/// One fault of a file: where it is, what is wrong, and what to do about it. It never quotes a value that may be
/// a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file as it was named.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
}

/// `file:line:column: message (hint)`, the form that editors and compilers share.
impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, message, hint } = self;
        write!(out, "{}:{line}:{column}: {message}", file.display())?;
        if hint.is_empty() { Ok(()) } else { write!(out, " ({hint})") }
    }
}
