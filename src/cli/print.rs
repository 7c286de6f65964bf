//! What goes to stdout. A reader that goes away is no fault.

use super::Failure;
use serde::Serialize;
use std::io::Write;

/// Prints text as it is, with a line end if it lacks one.
pub(super) fn text(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Prints one JSON value, indented.
pub(super) fn json<T: Serialize>(value: &T) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).map_err(Failure::failed)?;
    text(&json)
}
