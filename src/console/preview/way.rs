//! How pictures are shown.

use super::PreviewMode;

/// How pictures are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// In half blocks.
    #[default]
    Blocks,
    /// In kitty's protocol, with placeholders.
    Kitty,
    /// In iTerm2's.
    Iterm,
    /// As sixels.
    Sixel,
}

impl Way {
    /// What the terminal is known to understand, by the environment: it is never asked. Between a multiplexer and
    /// a terminal nobody knows.
    pub fn of(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let is = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let terminal = variable("TERM").unwrap_or_default();
        let begins = |names: &[&str]| names.iter().any(|name| terminal.starts_with(name));
        if ["TMUX", "STY", "ZELLIJ"].into_iter().any(is) || begins(&["tmux", "screen"]) {
            return Self::Blocks;
        }
        // A terminal that was started from within another one has the other's name here.
        let program = variable("TERM_PROGRAM").unwrap_or_default();
        if ["xterm-kitty", "xterm-ghostty"].contains(&terminal.as_str()) {
            Self::Kitty
        } else if begins(&["foot", "mlterm", "contour"])
            || terminal.contains("sixel")
            || is("MLTERM")
        {
            Self::Sixel
        } else if ["iTerm.app", "WezTerm", "mintty"].contains(&program.as_str()) {
            Self::Iterm
        } else {
            Self::Blocks
        }
    }

    /// What the person wishes, of a terminal that understands `best`.
    pub fn wished(wish: PreviewMode, best: Self) -> Option<Self> {
        match wish {
            PreviewMode::Auto => Some(best),
            PreviewMode::Blocks => Some(Self::Blocks),
            PreviewMode::Kitty => Some(Self::Kitty),
            PreviewMode::Iterm => Some(Self::Iterm),
            PreviewMode::Sixel => Some(Self::Sixel),
            PreviewMode::Off => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_says_what_the_terminal_understands() {
        for (environment, way) in [
            ("TERM=xterm-kitty KITTY_WINDOW_ID=1", Way::Kitty),
            ("TERM=xterm-ghostty TERM_PROGRAM=ghostty", Way::Kitty),
            ("TERM=xterm-kitty TMUX=/tmp/t", Way::Blocks),
            ("TERM=xterm-kitty STY=1.x", Way::Blocks),
            ("TERM=xterm-256color KITTY_WINDOW_ID=1", Way::Blocks),
            ("TERM=tmux-256color TMUX=/tmp/t", Way::Blocks),
            ("TERM=xterm-256color TERM_PROGRAM=iTerm.app", Way::Iterm),
            ("TERM=xterm-256color TERM_PROGRAM=WezTerm", Way::Iterm),
            ("TERM=xterm TERM_PROGRAM=mintty", Way::Iterm),
            ("TERM=xterm-256color TERM_PROGRAM=WezTerm TMUX=/tmp/t", Way::Blocks),
            ("TERM=xterm-256color TERM_PROGRAM=WezTerm ZELLIJ=0", Way::Blocks),
            ("TERM=xterm-256color TERM_PROGRAM=Apple_Terminal", Way::Blocks),
            ("TERM=foot", Way::Sixel),
            ("TERM=foot-extra TERM_PROGRAM=WezTerm", Way::Sixel),
            ("TERM=mlterm-256color", Way::Sixel),
            ("TERM=xterm MLTERM=3.9.0", Way::Sixel),
            ("TERM=contour", Way::Sixel),
            ("TERM=xterm-sixel", Way::Sixel),
            ("TERM=foot TMUX=/tmp/t", Way::Blocks),
            ("TERM=screen.foot", Way::Blocks),
            ("TERM=tmux-256color TERM_PROGRAM=iTerm.app", Way::Blocks),
            ("", Way::Blocks),
        ] {
            let variable = |name: &str| {
                let mut pairs = environment.split(' ').filter_map(|pair| pair.split_once('='));
                pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
            };
            assert_eq!(Way::of(&variable), way, "{environment}");
        }
    }
}
