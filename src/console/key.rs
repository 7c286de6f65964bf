//! One key press, and its name in keymaps: `j`, `G`, `enter`, `ctrl-p`, `alt-enter`, `space`, `f1`.

use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A key with its modifiers. A letter carries its shift in itself: `G`, never `shift-g`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Key {
    /// Which.
    pub code: Code,
    /// With control.
    pub ctrl: bool,
    /// With alt.
    pub alt: bool,
    /// With shift; never for characters.
    pub shift: bool,
}

/// A key without modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[allow(missing_docs)]
pub enum Code {
    /// What it types.
    Char(char),
    /// `f1` to `f24`.
    F(u8),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

const NAMES: &[(&str, Code)] = &[
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("insert", Code::Insert),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pageup", Code::PageUp),
    ("pagedown", Code::PageDown),
    ("space", Code::Char(' ')),
    ("minus", Code::Char('-')),
];

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// What it types into a text: a character without control or alt.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// Why a keymap must not rely on it: terminals send something else for it, or keyboards type with it.
    pub fn trouble(self) -> Option<&'static str> {
        match self.code {
            Code::Char('i') if self.ctrl && !self.alt => Some("terminals send ctrl-i as tab"),
            Code::Char('m') if self.ctrl && !self.alt => Some("terminals send ctrl-m as enter"),
            Code::Char('[') if self.ctrl => Some("terminals send ctrl-[ as esc"),
            Code::Char(c) if self.ctrl && c.is_uppercase() => {
                Some("terminals cannot tell ctrl with shift from ctrl")
            }
            Code::Char('@' | '#' | '[' | ']' | '{' | '}' | '\\' | '|' | '~' | '€') if self.alt => {
                Some("keyboards of many countries type this character with AltGr, which is alt")
            }
            Code::Char('`' | '^' | '´' | '¨' | '~') if !self.ctrl && !self.alt => {
                Some("it is a dead key on keyboards of many countries")
            }
            _ => None,
        }
    }

    /// The keys of a chord, written with spaces between: `g g`.
    ///
    /// # Errors
    /// What is the matter with it.
    pub fn chord(text: &str) -> Result<Vec<Self>, String> {
        let keys: Vec<_> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        if keys.is_empty() { Err("a key is missing".into()) } else { Ok(keys) }
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut key = Self::plain(Code::Enter);
        let mut rest = text;
        while let Some((modifier, after)) =
            rest.split_once('-').filter(|(_, after)| !after.is_empty())
        {
            match modifier {
                "ctrl" => key.ctrl = true,
                "alt" => key.alt = true,
                "shift" => key.shift = true,
                _ => return Err(format!("there is no modifier {modifier:?}: ctrl, alt, shift")),
            }
            rest = after;
        }
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(one), None) => Code::Char(one),
            _ => match NAMES.iter().find(|(name, _)| *name == rest) {
                Some((_, code)) => *code,
                None => match rest.strip_prefix('f').and_then(|n| n.parse().ok()) {
                    Some(n @ 1..=24) => Code::F(n),
                    _ => return Err(format!("there is no key {rest:?}")),
                },
            },
        };
        if let Code::Char(c) = key.code
            && key.shift
        {
            return Err(format!("write {} for shift and {c}", c.to_uppercase()));
        }
        Ok(key)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (on, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if on {
                out.write_str(name)?;
            }
        }
        match self.code {
            Code::F(n) => write!(out, "f{n}"),
            code => match (NAMES.iter().find(|(_, named)| *named == code), code) {
                (Some((name, _)), _) => out.write_str(name),
                (None, Code::Char(c)) => write!(out, "{c}"),
                (None, _) => Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_there_and_back() {
        for name in [
            "j",
            "G",
            "enter",
            "ctrl-p",
            "alt-enter",
            "shift-tab",
            "space",
            "f12",
            "ctrl-alt-x",
            "minus",
        ] {
            assert_eq!(name.parse::<Key>().map(|key| key.to_string()), Ok(name.into()));
        }
        for wrong in ["", "hyper-x", "shift-g", "f25", "escape"] {
            assert!(wrong.parse::<Key>().is_err(), "{wrong}");
        }
    }
}
