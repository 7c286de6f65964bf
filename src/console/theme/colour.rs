//! Colours: how they are written, how far apart they are, and what a terminal of fewer colours shows instead.

use ratatui::style::Color;

/// A colour by its red, green and blue.
pub type Rgb = (u8, u8, u8);

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: only bold, underline and the like.
    None,
    /// The 16 of the terminal's own palette.
    Sixteen,
    /// 256.
    Many,
    /// As many as there are.
    #[default]
    True,
}

impl Depth {
    /// What `--color` may say.
    pub const CHOICES: [&str; 6] = ["auto", "never", "always", "16", "256", "truecolor"];

    /// What the environment says, `NO_COLOR` before all; `wish` is `--color`, one of [`Depth::CHOICES`], and
    /// counts more than the environment. <https://no-color.org>, <https://bixense.com/clicolors/>
    pub fn of(wish: Option<&str>, variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let is = |name: &str| variable(name).filter(|value| !value.is_empty());
        match wish {
            Some("never") => return Self::None,
            Some("16") => return Self::Sixteen,
            Some("256") => return Self::Many,
            Some("truecolor") => return Self::True,
            Some("always") => return Self::terminal(&is).max(Self::Sixteen),
            _ => {}
        }
        if is("NO_COLOR").is_some() {
            return Self::None;
        }
        match (is("CLICOLOR_FORCE").as_deref(), is("CLICOLOR").as_deref()) {
            (Some(force), _) if force != "0" => Self::terminal(&is).max(Self::Sixteen),
            (_, Some("0")) => Self::None,
            _ => Self::terminal(&is),
        }
    }

    fn terminal(is: &dyn Fn(&str) -> Option<String>) -> Self {
        let terminal = is("TERM").unwrap_or_default();
        if is("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit") {
            return Self::True;
        }
        let known = ["kitty", "alacritty", "foot", "ghostty", "wezterm", "direct"];
        if known.iter().any(|name| terminal.contains(name)) {
            Self::True
        } else if terminal.contains("256color") {
            Self::Many
        } else if terminal.is_empty()
            || terminal == "dumb"
            || terminal.starts_with("vt1")
            || terminal.starts_with("vt2")
            || terminal.ends_with("-m")
            || terminal.ends_with("-mono")
        {
            Self::None
        } else {
            Self::Sixteen
        }
    }
}

/// The 16 as xterm shows them; terminals differ.
const SIXTEEN: [Rgb; 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];

const NAMED: [(&str, Color); 16] = [
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

/// A colour as a theme writes it: `#rrggbb`, `red`, `bright-red`, `default`, or a number of the 256.
pub fn parse(text: &str) -> Option<Color> {
    if let Some(digits) = text.strip_prefix('#') {
        let whole = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = whole.then(|| u32::from_str_radix(digits, 16).ok()).flatten()?;
        return Some(Color::Rgb((number >> 16) as u8, (number >> 8) as u8, number as u8));
    }
    if text == "default" {
        return Some(Color::Reset);
    }
    let named = NAMED.iter().find(|(name, _)| *name == text).map(|(_, colour)| *colour);
    named.or_else(|| text.parse().ok().map(Color::Indexed))
}

/// The names of the 16.
pub fn names<'a>() -> impl Iterator<Item = &'a str> {
    NAMED.iter().map(|(name, _)| *name)
}

/// What it looks like; nothing where that is the terminal's affair.
pub fn rgb(colour: Color) -> Option<Rgb> {
    match colour {
        Color::Reset => None,
        Color::Rgb(red, green, blue) => Some((red, green, blue)),
        Color::Indexed(number) => Some(indexed(number)),
        named => NAMED.iter().position(|(_, known)| *known == named).map(|place| SIXTEEN[place]),
    }
}

fn indexed(number: u8) -> Rgb {
    let level = |step: u8| if step == 0 { 0 } else { 55 + step * 40 };
    match number {
        0..16 => SIXTEEN[number as usize],
        16..232 => {
            let cube = number - 16;
            (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
        _ => {
            let grey = 8 + (number - 232) * 10;
            (grey, grey, grey)
        }
    }
}

/// How well one colour is read on another, from 1 to 21 (WCAG 2.2, contrast ratio).
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance((red, green, blue): Rgb) -> f64 {
    let linear = |value: u8| match f64::from(value) / 255.0 {
        low if low <= 0.04045 => low / 12.92,
        high => ((high + 0.055) / 1.055).powf(2.4),
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/// The colour that a terminal of fewer colours shows instead. A colour of letters stays readable on each of the
/// `grounds`; those of grounds have none.
pub fn lowered(colour: Color, depth: Depth, grounds: &[Rgb]) -> Color {
    let Some(wanted) = rgb(colour) else { return colour };
    let candidates: Box<dyn Iterator<Item = Color>> = match (depth, colour) {
        (Depth::Many, Color::Rgb(..)) => Box::new((16..=255).map(Color::Indexed)),
        (Depth::Sixteen, Color::Rgb(..) | Color::Indexed(_)) => {
            Box::new(NAMED.iter().map(|(_, colour)| *colour))
        }
        _ => return colour,
    };
    let readable = |candidate: &Color| {
        let on = |rgb| grounds.iter().all(|ground| contrast(rgb, *ground) >= super::CONTRAST);
        rgb(*candidate).is_some_and(on)
    };
    let far = |candidate: &Color| rgb(*candidate).map_or(i32::MAX, |rgb| distance(wanted, rgb));
    candidates.filter(readable).min_by_key(far).unwrap_or(Color::Reset)
}

/// How different two colours look, roughly ("redmean").
fn distance(one: Rgb, other: Rgb) -> i32 {
    let mean = (i32::from(one.0) + i32::from(other.0)) / 2;
    let by = |one: u8, other: u8| (i32::from(one) - i32::from(other)).pow(2);
    (((512 + mean) * by(one.0, other.0)) >> 8)
        + 4 * by(one.1, other.1)
        + (((767 - mean) * by(one.2, other.2)) >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_says_how_many_colours() {
        for (wish, environment, depth) in [
            (None, "TERM=xterm-256color", Depth::Many),
            (None, "TERM=xterm-256color COLORTERM=truecolor", Depth::True),
            (None, "TERM=xterm-256color COLORTERM=truecolor NO_COLOR=1", Depth::None),
            (None, "TERM=xterm NO_COLOR=", Depth::Sixteen),
            (Some("always"), "TERM=xterm-256color NO_COLOR=1", Depth::Many),
            (Some("truecolor"), "TERM=dumb", Depth::True),
            (Some("never"), "TERM=xterm-kitty", Depth::None),
            (None, "TERM=xterm-kitty", Depth::True),
            (None, "TERM=screen CLICOLOR=0", Depth::None),
            (None, "TERM=dumb CLICOLOR_FORCE=1", Depth::Sixteen),
            (None, "TERM=linux", Depth::Sixteen),
            (None, "TERM=vt220", Depth::None),
            (None, "", Depth::None),
        ] {
            let variable = |name: &str| {
                let mut pairs = environment.split(' ').filter_map(|pair| pair.split_once('='));
                pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
            };
            assert_eq!(Depth::of(wish, &variable), depth, "{wish:?} {environment}");
        }
    }

    #[test]
    fn colours_are_written_and_lowered() {
        assert_eq!(parse("#ff8000"), Some(Color::Rgb(255, 128, 0)));
        assert_eq!(parse("bright-black"), Some(Color::DarkGray));
        assert_eq!(parse("208"), Some(Color::Indexed(208)));
        for wrong in ["#ff80", "#ff80zz", "256", "pink", "", "#+ff800"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        let black = [(0, 0, 0)];
        assert_eq!(lowered(Color::Rgb(255, 135, 0), Depth::Many, &black), Color::Indexed(208));
        assert_eq!(lowered(Color::Rgb(250, 10, 10), Depth::Sixteen, &black), Color::LightRed);
        assert_eq!(lowered(Color::Red, Depth::Sixteen, &black), Color::Red);
        assert_eq!(lowered(Color::Reset, Depth::Sixteen, &black), Color::Reset);
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((contrast((255, 255, 255), (0, 0, 0)) - 21.0).abs() < 0.001);
        assert!((contrast((119, 119, 119), (255, 255, 255)) - 4.478).abs() < 0.01);
    }
}
