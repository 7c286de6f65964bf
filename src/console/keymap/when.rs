//! Under which circumstances a key means something: `mine && !(typed || note)`.

use crate::console::context::{Flag, Flags};
use crate::console::fault::suggest;

/// A condition over [`Flags`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// A flag is up.
    Is(Flag),
    /// It is not so.
    Not(Box<When>),
    /// Both are so.
    Both(Box<When>, Box<When>),
    /// One of them is so.
    Either(Box<When>, Box<When>),
}

impl When {
    /// Whether it is so.
    pub fn holds(&self, flags: Flags) -> bool {
        match self {
            Self::Is(flag) => flags.has(*flag),
            Self::Not(one) => !one.holds(flags),
            Self::Both(one, other) => one.holds(flags) && other.holds(flags),
            Self::Either(one, other) => one.holds(flags) || other.holds(flags),
        }
    }
}

impl std::str::FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut rest = Tokens(text);
        let when = either(&mut rest, 0)?;
        match rest.next() {
            "" => Ok(when),
            more => Err(format!("there is something after the condition: {more:?}")),
        }
    }
}

/// Conditions may lie so deep in one another, and no deeper.
const DEEPEST: usize = 16;

struct Tokens<'a>(&'a str);

impl<'a> Tokens<'a> {
    fn peek(&self) -> &'a str {
        let text = self.0.trim_start();
        let word = text.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(text.len());
        match word {
            0 if text.starts_with("&&") || text.starts_with("||") => &text[..2],
            0 => &text[..text.chars().next().map_or(0, char::len_utf8)],
            end => &text[..end],
        }
    }

    fn next(&mut self) -> &'a str {
        let token = self.peek();
        self.0 = &self.0.trim_start()[token.len()..];
        token
    }
}

fn either(rest: &mut Tokens<'_>, depth: usize) -> Result<When, String> {
    let mut when = both(rest, depth)?;
    while rest.peek() == "||" {
        rest.next();
        when = When::Either(Box::new(when), Box::new(both(rest, depth)?));
    }
    Ok(when)
}

fn both(rest: &mut Tokens<'_>, depth: usize) -> Result<When, String> {
    let mut when = one(rest, depth)?;
    while rest.peek() == "&&" {
        rest.next();
        when = When::Both(Box::new(when), Box::new(one(rest, depth)?));
    }
    Ok(when)
}

fn one(rest: &mut Tokens<'_>, depth: usize) -> Result<When, String> {
    if depth > DEEPEST {
        return Err("it is too deep".into());
    }
    match rest.next() {
        "!" => Ok(When::Not(Box::new(one(rest, depth + 1)?))),
        "(" => {
            let when = either(rest, depth + 1)?;
            if rest.next() == ")" { Ok(when) } else { Err("a ) is missing".into()) }
        }
        "" => Err("a condition is missing".into()),
        word => match Flag::ALL.into_iter().find(|flag| flag.id() == word) {
            Some(flag) => Ok(When::Is(flag)),
            None => {
                let hint = suggest(word, Flag::ALL.iter().map(|flag| flag.id()));
                Err(format!("there is no condition {word:?}; {hint}"))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_or_not() {
        let flags = Flags::default().with(Flag::Mine, true).with(Flag::WindowOpen, true);
        for (text, so) in [
            ("mine", true),
            ("!mine", false),
            ("mine && typed", false),
            ("mine && !typed", true),
            ("typed || window-open && mine", true),
            ("!(mine && window-open)", false),
            ("!!mine", true),
        ] {
            assert_eq!(text.parse::<When>().map(|when| when.holds(flags)), Ok(so), "{text}");
        }
    }

    #[test]
    fn faults_are_told() {
        for (text, told) in [
            ("", "a condition is missing"),
            ("mine &&", "a condition is missing"),
            ("(mine", "a ) is missing"),
            ("mine typed", "there is something after the condition: \"typed\""),
            ("mien", "there is no condition \"mien\"; do you mean `mine`?"),
            ("mine & typed", "there is something after the condition: \"&\""),
        ] {
            assert_eq!(text.parse::<When>(), Err(told.into()), "{text}");
        }
        assert!("(".repeat(1_000).parse::<When>().is_err());
    }
}
