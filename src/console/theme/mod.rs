//! How things look: a style for each role, read from TOML.

pub mod role;

pub use role::Role;

use ratatui::style::Style;

/// A style for each role.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    styles: Vec<Style>,
}

impl Theme {
    /// A theme in which everything looks the same.
    pub fn plain() -> Self {
        Self { name: "plain".into(), styles: vec![Style::new(); Role::ALL.len()] }
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }
}
