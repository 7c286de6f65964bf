//! Text for the terminal's clipboard (OSC 52). It is only ever written, never asked for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest text that terminals take, in bytes: xterm's limit is 100,000 of its encoded form.
const MOST: usize = 74_000;

/// What lies between the program and the terminal, and eats sequences that are not for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Between {
    Nothing,
    Tmux,
    Screen,
}

impl Between {
    /// By the environment.
    pub(super) fn of(known: &dyn Fn(&str) -> bool) -> Self {
        if known("TMUX") {
            Self::Tmux
        } else if known("STY") {
            Self::Screen
        } else {
            Self::Nothing
        }
    }

    /// A sequence such that it comes through.
    pub(super) fn pass(self, sequence: &str) -> String {
        match self {
            Self::Nothing => sequence.to_owned(),
            Self::Tmux => format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
            Self::Screen => format!("\x1bP{sequence}\x1b\\"),
        }
    }
}

/// The bytes that put a text into the clipboard; nothing if it is too long.
pub(super) fn copy(text: &str, between: Between) -> Option<String> {
    if text.len() > MOST {
        return None;
    }
    // The bell ends it: GNU screen would end its own passage at the other end mark.
    let sequence = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    Some(match between {
        Between::Nothing => sequence,
        // tmux may take it itself, or let it pass: as it is set.
        Between::Tmux => format!("{sequence}{}", between.pass(&sequence)),
        Between::Screen => between.pass(&sequence),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_for_what_lies_between() {
        assert_eq!(copy("ciao\x1b", Between::Nothing).as_deref(), Some("\x1b]52;c;Y2lhbxs=\x07"));
        assert_eq!(
            copy("a", Between::Tmux).as_deref(),
            Some("\x1b]52;c;YQ==\x07\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\")
        );
        assert_eq!(copy("a", Between::Screen).as_deref(), Some("\x1bP\x1b]52;c;YQ==\x07\x1b\\"));
        assert_eq!(copy(&"x".repeat(MOST + 1), Between::Nothing), None);
    }
}
