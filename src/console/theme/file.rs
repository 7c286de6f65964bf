//! Themes as files: the shipped ones, the person's own over them, and what is wrong in these.

use super::{Depth, Role, Theme, colour};
use crate::console::fault::{Entry, Fault, Library, Source, Value, suggest};
use ratatui::style::{Color, Modifier, Style};
use std::collections::BTreeMap;

/// The themes in the binary.
const SHIPPED: [(&str, &str); 5] = [
    ("dark", include_str!("../../../themes/dark.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    ("term16", include_str!("../../../themes/term16.toml")),
    ("mono", include_str!("../../../themes/mono.toml")),
    ("colour-blind", include_str!("../../../themes/colour-blind.toml")),
];

const MODIFIERS: [(&str, Modifier); 6] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
    ("strike", Modifier::CROSSED_OUT),
];

impl Theme {
    /// The names of all themes: the shipped ones, then the person's own.
    pub fn names(library: &Library) -> Vec<String> {
        let own = library.themes.iter().map(|source| source.name.clone());
        let mut names: Vec<_> = SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect();
        names.extend(own.filter(|name| SHIPPED.iter().all(|(shipped, _)| shipped != name)));
        names
    }

    /// The theme of a name for a terminal, and what is wrong with it: faulty roles are left out, the rest works.
    /// A file of the person with the name of a shipped one lies over it.
    ///
    /// # Errors
    /// There is none of that name; says which it may be.
    pub fn load(name: &str, library: &Library, depth: Depth) -> Result<(Self, Vec<Fault>), String> {
        if !Self::names(library).iter().any(|known| known == name) {
            return Err(unknown(name, library));
        }
        let mut loading = Loading {
            library,
            palette: BTreeMap::new(),
            set: [false; Role::ALL.len()],
            theme: Self::plain(),
            faults: Vec::new(),
        };
        loading.named(name, &mut Vec::new());
        loading.missing(name);
        loading.theme.name = name.to_owned();
        Ok((loading.theme.lowered(depth), loading.faults))
    }

    /// Every fault of the person's own themes, also letters that can hardly be read.
    pub fn check(library: &Library) -> Vec<Fault> {
        let mut found = Vec::new();
        for source in &library.themes {
            let Ok((theme, faults)) = Self::load(&source.name, library, Depth::True) else {
                continue;
            };
            found.extend(faults);
            found.extend(theme.faint().into_iter().map(|(role, contrast)| {
                let at = source.text.find(role.id()).unwrap_or(0);
                let message = format!("`{}` has a contrast of {contrast:.1}", role.id());
                source.fault(at, message, format!("at least {} is readable", super::CONTRAST))
            }));
        }
        found
    }
}

fn unknown(name: &str, library: &Library) -> String {
    let names = Theme::names(library);
    let hint = suggest(name, names.iter().map(String::as_str));
    format!("there is no theme {name:?}; {hint}")
}

struct Loading<'a> {
    library: &'a Library,
    palette: BTreeMap<String, Color>,
    set: [bool; Role::ALL.len()],
    theme: Theme,
    faults: Vec<Fault>,
}

impl Loading<'_> {
    fn sources(&self, name: &str) -> Vec<Source> {
        let shipped = SHIPPED.iter().find(|(shipped, _)| *shipped == name);
        let shipped = shipped.map(|(name, text)| Source::new(format!("{name}.toml"), *text));
        let own = self.library.themes.iter().find(|source| source.name == name).cloned();
        shipped.into_iter().chain(own).collect()
    }

    /// Loads the shipped and the person's file of a name; `above` are the names that inherit it.
    fn named(&mut self, name: &str, above: &mut Vec<String>) {
        above.push(name.to_owned());
        for source in self.sources(name) {
            let entries = source.entries(&mut self.faults);
            for entry in entries.iter().filter(|entry| entry.key == "inherits") {
                self.inherit(&source, entry, above);
            }
            // A colour of the palette may stand below the roles that use it.
            for key in ["palette", "grounds", "roles"] {
                for entry in entries.iter().filter(|entry| entry.key == key) {
                    self.part(&source, entry);
                }
            }
            let known = ["inherits", "palette", "grounds", "roles"];
            for entry in entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
                let message = format!("unknown key `{}`", entry.key);
                self.faults.push(source.fault(entry.at, message, suggest(&entry.key, known)));
            }
        }
        above.pop();
    }

    fn inherit(&mut self, source: &Source, entry: &Entry, above: &mut Vec<String>) {
        let at = entry.span.start;
        let message = match entry.value.text() {
            None => "`inherits` must be the name of a theme".to_owned(),
            Some(name) if above.last().is_some_and(|own| own == name) => return,
            Some(name) if above.iter().any(|known| known == name) => {
                format!("`inherits` leads back to {name:?}")
            }
            Some(name) if Theme::names(self.library).iter().any(|known| known == name) => {
                return self.named(name, above);
            }
            Some(name) => unknown(name, self.library),
        };
        self.faults.push(source.fault(at, message, ""));
    }

    fn part(&mut self, source: &Source, entry: &Entry) {
        match (entry.key.as_str(), &entry.value) {
            ("grounds", Value::Array(items)) => {
                let colours = items.iter().filter_map(|item| self.colour(source, item));
                self.theme.grounds =
                    colours.collect::<Vec<_>>().into_iter().filter_map(colour::rgb).collect();
            }
            ("palette", Value::Table(entries)) => {
                for entry in entries {
                    if let Some(colour) = self.colour(source, entry) {
                        self.palette.insert(entry.key.clone(), colour);
                    }
                }
            }
            ("roles", Value::Table(entries)) => {
                for entry in entries {
                    self.role(source, entry);
                }
            }
            (key, _) => {
                let wanted = if key == "grounds" { "an array of colours" } else { "a table" };
                self.faults.push(source.fault(entry.at, format!("`{key}` must be {wanted}"), ""));
            }
        }
    }

    fn role(&mut self, source: &Source, entry: &Entry) {
        let Some(role) = Role::ALL.iter().find(|role| role.id() == entry.key) else {
            let hint = suggest(&entry.key, Role::ALL.iter().map(|role| role.id()));
            let message = format!("there is no role `{}`", entry.key);
            self.faults.push(source.fault(entry.at, message, hint));
            return;
        };
        let mut style = Style::new();
        match &entry.value {
            Value::Table(parts) => {
                for part in parts {
                    match (part.key.as_str(), &part.value) {
                        ("fg", _) => style.fg = self.colour(source, part),
                        ("bg", _) => style.bg = self.colour(source, part),
                        (name, Value::Bool(on)) if modifier(name).is_some() => {
                            style.add_modifier.set(modifier(name).unwrap_or_default(), *on);
                        }
                        (name, _) if modifier(name).is_some() => {
                            let message = format!("`{name}` must be true or false");
                            self.faults.push(source.fault(part.span.start, message, ""));
                        }
                        (name, _) => {
                            let known = MODIFIERS.iter().map(|(name, _)| *name);
                            let hint = suggest(name, known.chain(["fg", "bg"]));
                            let message = format!("unknown key `{name}`");
                            self.faults.push(source.fault(part.at, message, hint));
                        }
                    }
                }
            }
            _ => style.fg = self.colour(source, entry),
        }
        self.theme.styles[*role as usize] = style;
        self.set[*role as usize] = true;
    }

    fn colour(&mut self, source: &Source, entry: &Entry) -> Option<Color> {
        let colour = match &entry.value {
            Value::Text(text) => self.palette.get(text).copied().or_else(|| colour::parse(text)),
            Value::Number(number) => u8::try_from(*number).ok().map(Color::Indexed),
            _ => None,
        };
        if colour.is_none() {
            let hint = match &entry.value {
                Value::Text(text) if !text.starts_with('#') => {
                    let own = self.palette.keys().map(String::as_str);
                    crate::console::fault::nearest(text, own.chain(colour::names()))
                        .map(|near| format!("do you mean `{near}`?"))
                }
                _ => None,
            };
            let hint = hint.unwrap_or_else(|| {
                "write \"#rrggbb\", a name of [palette], a name such as \"bright-red\", or 0 to 255".into()
            });
            self.faults.push(source.fault(entry.span.start, "this is no colour", hint));
        }
        colour
    }

    /// A theme of one's own that inherits nothing must say everything.
    fn missing(&mut self, name: &str) {
        let left: Vec<_> = Role::ALL.iter().filter(|role| !self.set[**role as usize]).collect();
        if let (Some(first), Some(source)) = (left.first(), self.sources(name).pop()) {
            let message = format!("{} roles are not set, such as `{}`", left.len(), first.id());
            self.faults.push(source.fault(0, message, "add inherits = \"dark\" at the top"));
        }
    }
}

fn modifier(name: &str) -> Option<Modifier> {
    MODIFIERS.iter().find(|(known, _)| *known == name).map(|(_, modifier)| *modifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(files: &[(&str, &str)]) -> Library {
        let source = |(name, text): &(&str, &str)| Source::new(format!("{name}.toml"), *text);
        Library { themes: files.iter().map(source).collect(), ..Library::default() }
    }

    #[test]
    fn shipped_themes_are_complete_and_readable_at_every_depth() {
        for (name, _) in SHIPPED {
            for depth in [Depth::True, Depth::Many, Depth::Sixteen] {
                let (theme, faults) =
                    Theme::load(name, &Library::default(), depth).expect("shipped");
                assert_eq!(faults, [], "{name}");
                assert_eq!(theme.faint(), [], "{name} {depth:?}");
                assert!(name == "mono" || !theme.grounds.is_empty(), "{name}");
            }
        }
    }

    #[test]
    fn mono_has_no_colours_and_without_colours_all_have_none() {
        let load = |name, depth| Theme::load(name, &Library::default(), depth).expect("there").0;
        assert_eq!(load("mono", Depth::True).styles, load("mono", Depth::None).styles);
        for (name, _) in SHIPPED {
            let theme = load(name, Depth::None);
            assert!(theme.styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
        }
    }

    #[test]
    fn themes_lie_over_one_another() {
        let library = library(&[
            ("dark", "[roles]\ndim = 'red'"),
            (
                "mine",
                "inherits = 'dark'\n[palette]\nsun = '#ffff00'\n[roles]\ntext = { fg = 'sun', bg = '#000000', bold = true }",
            ),
        ]);
        let (theme, faults) = Theme::load("mine", &library, Depth::True).expect("there");
        assert_eq!(faults, []);
        assert_eq!(theme.style(Role::Dim).fg, Some(Color::Red));
        assert_eq!(theme.style(Role::Text).fg, Some(Color::Rgb(255, 255, 0)));
        assert!(theme.style(Role::Text).add_modifier.contains(Modifier::BOLD));
        assert_eq!(Theme::names(&library).len(), 6);
    }

    #[test]
    fn faults_have_file_line_and_hint() {
        for (text, told) in [
            (
                "inherits = 'drak'",
                "mine.toml:1:12: there is no theme \"drak\"; do you mean `dark`?",
            ),
            (
                "inherits = 'dark'\n[role]",
                "mine.toml:2:2: unknown key `role` (do you mean `roles`?)",
            ),
            (
                "inherits = 'dark'\n[roles]\ntxt = 'red'",
                "mine.toml:3:1: there is no role `txt` (do you mean `text`?)",
            ),
            (
                "inherits = 'dark'\n[roles]\ntext = 'redd'",
                "mine.toml:3:8: this is no colour (do you mean `red`?)",
            ),
            (
                "inherits = 'dark'\n[roles]\ntext = { fgg = 'red' }",
                "mine.toml:3:10: unknown key `fgg` (do you mean `fg`?)",
            ),
            (
                "inherits = 'dark'\n[roles]\ntext = { bold = 1 }",
                "mine.toml:3:17: `bold` must be true or false",
            ),
            (
                "inherits = 'dark'\n[roles]\ntext = 256",
                "mine.toml:3:8: this is no colour (write \"#rrggbb\", a name of [palette], a name such as \"bright-red\", or 0 to 255)",
            ),
        ] {
            let (_, faults) =
                Theme::load("mine", &library(&[("mine", text)]), Depth::True).expect("there");
            let first = faults.first().map(ToString::to_string);
            assert_eq!(first.as_deref(), Some(told), "{text}");
        }
        let circle = library(&[("a", "inherits = 'b'"), ("b", "inherits = 'a'")]);
        let (_, faults) = Theme::load("a", &circle, Depth::True).expect("there");
        assert_eq!(faults[0].to_string(), "b.toml:1:12: `inherits` leads back to \"a\"");
        let faint = library(&[("f", "inherits = 'dark'\n[roles]\ntext = '#333333'")]);
        assert!(
            Theme::check(&faint)[0]
                .to_string()
                .starts_with("f.toml:3:1: `text` has a contrast of 1")
        );
    }
}
