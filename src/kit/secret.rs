//! Text that must never reach a log.

use std::fmt;
use zeroize::Zeroize;

/// A token, password or key as text. Its `Debug` and `Display` say only that it is there; the memory is
/// wiped when it goes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// Takes the text; the trailing line end of a file is not part of it.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        text.truncate(text.trim_end_matches(['\n', '\r']).len());
        Self(text)
    }

    /// The text itself, for the one place that must send or compare it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(..)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn never_prints_itself() {
        let secret = Secret::new("hunter2\n");
        assert_eq!(format!("{secret:?} {secret}"), "Secret(..) (secret)");
        assert_eq!(secret.expose(), "hunter2");
    }
}
