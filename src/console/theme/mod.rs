//! How things look: a style for each role, read from TOML.
//!
//! ```toml
//! inherits = "dark"
//! grounds = ["#000000", "#2e3440"]    # what the terminal's own ground may be; contrast is held against all
//!
//! [palette]
//! amber = "#ffb454"
//!
//! [roles]
//! heading = { fg = "amber", bold = true }
//! "urgency.late" = { fg = "bright-white", bg = "#a01010" }
//! dim = "bright-black"
//! ```
//!
//! What a style leaves out is the terminal's own: few bytes, and the person's own ground.

pub mod colour;
pub mod file;
pub mod role;

pub use colour::Depth;
pub use role::Role;

use colour::Rgb;
use ratatui::style::{Color, Modifier, Style};

/// The least contrast of letters on their ground (WCAG 2.2, success criterion 1.4.3).
pub const CONTRAST: f64 = 4.5;

/// A style for each role.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    styles: Vec<Style>,
    grounds: Vec<Rgb>,
}

impl Theme {
    /// A theme in which everything looks the same.
    pub fn plain() -> Self {
        let styles = vec![Style::new(); Role::ALL.len()];
        Self { name: "plain".into(), styles, grounds: Vec::new() }
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// The same for a terminal of fewer colours. Without any, a ground becomes reverse letters.
    #[must_use]
    pub fn lowered(mut self, depth: Depth) -> Self {
        let grounds = self.grounds.clone();
        for style in &mut self.styles {
            *style = lowered(*style, depth, &grounds);
        }
        self
    }

    /// Roles whose letters are not read well enough on their ground, with the least contrast of each.
    pub fn faint(&self) -> Vec<(Role, f64)> {
        let ground = self.style(Role::Text).bg;
        let letters = self.style(Role::Text).fg;
        let contrast = |role: &Role| {
            let style = self.style(*role);
            // Reversed letters have the same contrast.
            let (fg, bg) = (style.fg.or(letters), style.bg.or(ground));
            let colours = |colour: Option<Color>| colour.and_then(colour::rgb);
            let least = match (colours(fg), colours(bg)) {
                (Some(fg), Some(bg)) => Some(colour::contrast(fg, bg)),
                // The terminal's own letters are taken to be readable on its own ground alone.
                (None, Some(_)) => Some(0.0),
                (Some(fg), None) => {
                    let all = self.grounds.iter().map(|ground| colour::contrast(fg, *ground));
                    all.min_by(f64::total_cmp)
                }
                (None, None) => None,
            };
            least.filter(|least| *least < CONTRAST).map(|least| (*role, least))
        };
        Role::ALL.iter().filter_map(contrast).collect()
    }
}

fn lowered(mut style: Style, depth: Depth, grounds: &[Rgb]) -> Style {
    if depth == Depth::None {
        let ground = style.bg.is_some_and(|bg| bg != Color::Reset);
        (style.fg, style.bg) = (None, None);
        if ground {
            style.add_modifier ^= Modifier::REVERSED;
        }
        return style;
    }
    style.bg = style.bg.map(|bg| colour::lowered(bg, depth, &[]));
    let own = style.bg.and_then(colour::rgb);
    let under = own.map_or(grounds.to_vec(), |ground| vec![ground]);
    style.fg = style.fg.map(|fg| colour::lowered(fg, depth, &under));
    style
}
