//! `console.toml`: read, checked, and changed without touching what else is in it.

use super::{Notifications, Saved};
use crate::console::fault::{Entry, Fault, Source, Value, nearest, suggest};
use crate::console::language::Language;
use crate::console::preview::PreviewMode;
use crate::domain::query::{Known, SavedView, parse};
use std::collections::BTreeMap;
use std::path::PathBuf;

const KEYS: [&str; 14] = [
    "theme",
    "keymap",
    "language",
    "mouse",
    "glyphs",
    "previews",
    "notifications",
    "notification_text",
    "do_not_disturb",
    "viewer",
    "player",
    "default_profile",
    "profile",
    "view",
];

const VIEW_KEYS: [&str; 2] = ["name", "query"];

const ACCOUNT_KEYS: [&str; 4] = ["relay", "token_file", "account", "ca_file"];

/// Which relay, and as whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// The relay's address.
    pub relay: String,
    /// Where the account's token lies; a login keeps it there.
    pub token_file: Option<PathBuf>,
    /// The account's name, filled in at the login.
    pub account: Option<String>,
    /// Certificates of who may sign for the relay, in PEM.
    pub ca_file: Option<PathBuf>,
}

/// Which theme: one, or one for each ground of the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ThemeChoice {
    /// Always this one.
    One(String),
    /// By the terminal's ground.
    ByGround {
        /// On a light one.
        light: String,
        /// On a dark one.
        dark: String,
    },
}

/// What stands in `console.toml`. What is not set is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Which theme, and the byte where it is said.
    pub theme: Option<(ThemeChoice, usize)>,
    /// The keymap's name, and the byte where it is said.
    pub keymap: Option<(String, usize)>,
    /// The language of the interface.
    pub language: Option<Language>,
    /// Whether the mouse is used.
    pub mouse: Option<bool>,
    /// Whether glyphs beyond ASCII are drawn.
    pub unicode: Option<bool>,
    /// Whether pictures are shown in threads.
    pub previews: Option<PreviewMode>,
    /// How notifications are made.
    pub notifications: Option<Notifications>,
    /// Whether they may carry what a customer wrote.
    pub notification_text: Option<bool>,
    /// What opens files.
    pub viewer: Option<String>,
    /// What plays sound.
    pub player: Option<String>,
    /// Whether none are made.
    pub do_not_disturb: Option<bool>,
    /// The profile that is taken where none is named, and the byte where it is said.
    pub default_profile: Option<(String, usize)>,
    /// The person's own saved views, in their order.
    pub views: Vec<SavedView>,
    /// The profiles by name.
    pub accounts: BTreeMap<String, Account>,
}

impl Profile {
    /// Reads a file. What is wrong goes to `faults`; the rest holds.
    pub fn parse(source: &Source, faults: &mut Vec<Fault>) -> Self {
        let mut profile = Self::default();
        let mut reader = Reader { source, faults };
        for entry in source.entries(reader.faults) {
            profile.entry(&entry, &mut reader);
        }
        if let Some((name, at)) = &profile.default_profile
            && !profile.accounts.contains_key(name)
        {
            let hint = suggest(name, profile.accounts.keys().map(String::as_str));
            reader.fault(*at, format!("there is no profile {name:?}"), hint);
        }
        profile
    }

    fn entry(&mut self, entry: &Entry, reader: &mut Reader<'_>) {
        match entry.key.as_str() {
            "theme" => {
                let choice = reader.theme(entry);
                self.theme = choice.map(|choice| (choice, entry.span.start));
            }
            "keymap" => self.keymap = reader.text(entry).map(|name| (name, entry.span.start)),
            "default_profile" => {
                self.default_profile = reader.text(entry).map(|name| (name, entry.span.start));
            }
            "language" => {
                self.language = reader.one_of(entry, &Language::ALL.map(|one| (one.code(), one)));
            }
            "notifications" => {
                let all = Notifications::ALL.map(|one| (one.word(), one));
                self.notifications = reader.one_of(entry, &all);
            }
            "glyphs" => {
                self.unicode = reader.one_of(entry, &[("unicode", true), ("ascii", false)]);
            }
            "previews" => {
                self.previews =
                    reader.one_of(entry, &PreviewMode::ALL.map(|one| (one.word(), one)));
            }
            "viewer" => self.viewer = reader.text(entry),
            "player" => self.player = reader.text(entry),
            "mouse" => self.mouse = reader.switch(entry),
            "notification_text" => self.notification_text = reader.switch(entry),
            "do_not_disturb" => self.do_not_disturb = reader.switch(entry),
            "view" => match &entry.value {
                Value::Array(items) => {
                    self.views = items.iter().filter_map(|item| reader.view(item)).collect();
                }
                _ => reader.fault(entry.at, "`view` must be an array of tables", "write [[view]]"),
            },
            "profile" => match entry.value.table() {
                Some(profiles) => {
                    for profile in profiles {
                        if let Some(account) = reader.account(profile) {
                            self.accounts.insert(profile.key.clone(), account);
                        }
                    }
                }
                None => reader.fault(
                    entry.at,
                    "`profile` must be a table",
                    "write [profile.work]; default_profile = \"work\" chooses one",
                ),
            },
            other => reader.fault(entry.at, format!("unknown key `{other}`"), suggest(other, KEYS)),
        }
    }
}

struct Reader<'a> {
    source: &'a Source,
    faults: &'a mut Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, at: usize, message: impl Into<String>, hint: impl Into<String>) {
        self.faults.push(self.source.fault(at, message, hint));
    }

    fn text(&mut self, entry: &Entry) -> Option<String> {
        let text = entry.value.text().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            let message = format!("`{}` must be text", entry.key);
            self.fault(entry.span.start, message, "put it in quotes");
        }
        text.map(str::to_owned)
    }

    fn switch(&mut self, entry: &Entry) -> Option<bool> {
        let on = entry.value.bool();
        if on.is_none() {
            let message = format!("`{}` must be true or false", entry.key);
            self.fault(entry.span.start, message, "without quotes");
        }
        on
    }

    fn one_of<T: Copy>(&mut self, entry: &Entry, known: &[(&str, T)]) -> Option<T> {
        let text = self.text(entry)?;
        let found = known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let message = format!("`{}` cannot be {text:?}", entry.key);
            let hint = suggest(&text, known.iter().map(|(name, _)| *name));
            self.fault(entry.span.start, message, hint);
        }
        found
    }

    fn theme(&mut self, entry: &Entry) -> Option<ThemeChoice> {
        let Value::Table(parts) = &entry.value else {
            return self.text(entry).map(ThemeChoice::One);
        };
        let (mut light, mut dark) = (None, None);
        for part in parts {
            match part.key.as_str() {
                "light" => light = self.text(part),
                "dark" => dark = self.text(part),
                other => {
                    let hint = suggest(other, ["light", "dark"]);
                    self.fault(part.at, format!("unknown key `theme.{other}`"), hint);
                }
            }
        }
        let light = light.unwrap_or_else(|| "light".into());
        Some(ThemeChoice::ByGround { light, dark: dark.unwrap_or_else(|| "dark".into()) })
    }

    fn view(&mut self, entry: &Entry) -> Option<SavedView> {
        let (mut name, mut query) = (None, None);
        for part in entry.value.table().unwrap_or_default() {
            match part.key.as_str() {
                "name" => name = self.text(part),
                "query" => {
                    let text = self.text(part)?;
                    if let Err(fault) = parse(&text, Known::default()) {
                        let message = format!("`view.query` is wrong: {fault}");
                        self.fault(part.span.start, message, fault.wrong.hint());
                        return None;
                    }
                    query = Some(text);
                }
                other => {
                    let hint = suggest(other, VIEW_KEYS);
                    self.fault(part.at, format!("unknown key `view.{other}`"), hint);
                }
            }
        }
        if name.is_none() || query.is_none() {
            let hint = "such as name = \"night\" and query = \"tag:night\"";
            self.fault(entry.at, "a [[view]] has a name and a query", hint);
        }
        Some(SavedView { name: name?, query: query? })
    }

    fn account(&mut self, entry: &Entry) -> Option<Account> {
        let Some(parts) = entry.value.table() else {
            let message = format!("`profile.{}` must be a table", entry.key);
            // A setting that was written below a header belongs to that.
            let hint = match nearest(&entry.key, KEYS) {
                Some(key) => format!("`{key}` stands above the first [profile...]"),
                None => format!("write [profile.{}]", entry.key),
            };
            self.fault(entry.at, message, hint);
            return None;
        };
        let mut account = Account { name: entry.key.clone(), ..Account::default() };
        for part in parts {
            match part.key.as_str() {
                "relay" => account.relay = self.text(part).unwrap_or_default(),
                "token_file" => account.token_file = self.text(part).map(|path| self.path(&path)),
                "ca_file" => account.ca_file = self.text(part).map(|path| self.path(&path)),
                "account" => account.account = self.text(part),
                other => {
                    let hint = match KEYS.contains(&other) {
                        true => format!("`{other}` stands above the first [profile...]"),
                        false => suggest(other, ACCOUNT_KEYS),
                    };
                    let message = format!("unknown key `profile.{}.{other}`", entry.key);
                    self.fault(part.at, message, hint);
                }
            }
        }
        if parts.iter().all(|part| part.key != "relay") {
            let message = format!("`profile.{}.relay` is missing", entry.key);
            self.fault(entry.at, message, "such as relay = \"wss://desk.example:7420\"");
        }
        (!account.relay.is_empty()).then_some(account)
    }

    /// A path begins at the folder of the file.
    fn path(&self, path: &str) -> PathBuf {
        let home = std::env::home_dir().unwrap_or_default();
        match path.strip_prefix("~/") {
            Some(below) => home.join(below),
            None => self.source.path.parent().unwrap_or(&home).join(path),
        }
    }
}

/// The text of a `console.toml` with what is to be kept in it; comments and everything else stay as they are.
///
/// # Errors
/// The text is no TOML, and so it is not touched.
pub fn with(text: &str, saved: &Saved) -> Result<String, Fault> {
    let source = Source::new("console.toml", text);
    let mut faults = Vec::new();
    let entries = source.entries(&mut faults);
    if let Some(fault) = faults.into_iter().next() {
        return Err(fault);
    }
    let quoted = |text: &str| format!("{:?}", text);
    let values = [
        ("theme", quoted(&saved.theme)),
        ("keymap", quoted(&saved.keymap)),
        ("language", quoted(saved.language.code())),
        ("mouse", saved.mouse.to_string()),
        ("previews", quoted(saved.previews.word())),
    ];
    let mut changed = text.to_owned();
    let mut fresh = String::new();
    let mut places: Vec<_> = Vec::new();
    for (key, value) in values {
        match entries.iter().find(|entry| entry.key == key) {
            Some(entry) => places.push((entry.span.clone(), value)),
            None => fresh += &format!("{key} = {value}\n"),
        }
    }
    places.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    for (span, value) in places {
        changed.replace_range(span, &value);
    }
    // Below a header a key would belong to that.
    Ok(fresh + &changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Profile, Vec<String>) {
        let mut faults = Vec::new();
        let source = Source::new("/c/console.toml", text);
        let profile = Profile::parse(&source, &mut faults);
        (profile, faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn settings_are_read() {
        let (profile, faults) = parsed(
            "theme = { light = 'light', dark = 'mono' }\nkeymap = 'vim'\nlanguage = 'pt'\nmouse = false\n\
             glyphs = 'ascii'\npreviews = 'off'\nnotifications = 'bell'\nnotification_text = true\ndo_not_disturb = true\n\
             default_profile = 'work'\n[profile.work]\nrelay = 'wss://h:1'\ntoken_file = 't'\naccount = 'anna'\n",
        );
        assert_eq!(faults, [""; 0]);
        let account = &profile.accounts["work"];
        assert_eq!(account.token_file, Some(PathBuf::from("/c/t")));
        assert_eq!(
            (account.relay.as_str(), account.account.as_deref()),
            ("wss://h:1", Some("anna"))
        );
        assert_eq!(profile.language, Some(Language::Pt));
        assert_eq!((profile.mouse, profile.unicode), (Some(false), Some(false)));
        assert_eq!(profile.notifications, Some(Notifications::Bell));
        assert_eq!(profile.previews, Some(PreviewMode::Off));
    }

    #[test]
    fn faults_have_line_and_hint() {
        for (text, told) in [
            ("thme = 'dark'", "/c/console.toml:1:1: unknown key `thme` (do you mean `theme`?)"),
            (
                "\nlanguage = 'de'",
                "/c/console.toml:2:12: `language` cannot be \"de\" (known: en, it, pt, es)",
            ),
            (
                "mouse = 'yes'",
                "/c/console.toml:1:9: `mouse` must be true or false (without quotes)",
            ),
            (
                "[profile.a]\nrely = 'x'\nrelay = 'y'",
                "/c/console.toml:2:1: unknown key `profile.a.rely` (do you mean `relay`?)",
            ),
            (
                "[profile.a]\nrelay = 'y'\ntheme = 'dark'",
                "/c/console.toml:3:1: unknown key `profile.a.theme` (`theme` stands above the first [profile...])",
            ),
            (
                "[profile.a]",
                "/c/console.toml:1:10: `profile.a.relay` is missing (such as relay = \"wss://desk.example:7420\")",
            ),
            (
                "[[view]]\nname = 'a'\nquery = 'due<30'",
                "/c/console.toml:3:9: `view.query` is wrong: column 5: `30` is no length of time (such as 45s, 30m, 2h, 1h30m, 3d)",
            ),
            (
                "[[view]]\nname = 'a'",
                "/c/console.toml:1:1: a [[view]] has a name and a query (such as name = \"night\" and query = \"tag:night\")",
            ),
            (
                "default_profile = 'b'\n[profile.a]\nrelay = 'y'",
                "/c/console.toml:1:19: there is no profile \"b\" (do you mean `a`?)",
            ),
        ] {
            assert_eq!(parsed(text).1, [told], "{text}");
        }
    }

    #[test]
    fn what_is_kept_changes_nothing_else() {
        let saved = Saved {
            theme: "light".into(),
            keymap: "vim".into(),
            language: Language::Es,
            mouse: false,
            previews: PreviewMode::Off,
        };
        let before = "# mine\ntheme = { light = 'light', dark = 'dark' } # both\nmouse = true\npreviews = 'auto'\n\n[profile.a]\nrelay = 'x'\n";
        let after = with(before, &saved).expect("TOML");
        assert_eq!(
            after,
            "keymap = \"vim\"\nlanguage = \"es\"\n# mine\ntheme = \"light\" # both\nmouse = false\npreviews = \"off\"\n\n[profile.a]\nrelay = 'x'\n"
        );
        assert!(with("x = \n", &saved).is_err());
    }
}
