//! What a console is started with: the person's folder, the environment and the command line together.

use super::file::{Account, Profile, ThemeChoice, with};
use super::{Saved, Settings};
use crate::console::fault::{Fault, Library, Source, suggest};
use crate::console::keymap::Keymap;
use crate::console::language::Language;
use crate::console::preview::Way;
use crate::console::theme::{Depth, Theme};
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};

/// What the command line says; it counts more than the file.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--theme`.
    pub theme: Option<String>,
    /// `--keymap`.
    pub keymap: Option<String>,
    /// `--lang`, two letters.
    pub language: Option<String>,
    /// `--no-mouse` is `Some(false)`.
    pub mouse: Option<bool>,
    /// `--color`, one of [`Depth::CHOICES`].
    pub color: Option<String>,
}

/// What a console is started with.
#[derive(Debug)]
pub struct Opened {
    /// The settings.
    pub settings: Settings,
    /// The keys.
    pub keymap: Keymap,
    /// The looks, as the terminal can show them.
    pub theme: Theme,
    /// Which relay, and as whom, if the file says so.
    pub account: Option<Account>,
    /// What is wrong in the person's files. It is to be told, and nothing else depends on it.
    pub faults: Vec<Fault>,
}

/// Where a person's `console.toml`, themes and keymaps lie: `$XDG_CONFIG_HOME/guichet`, or `~/.config/guichet`.
/// <https://specifications.freedesktop.org/basedir-spec/latest/>
pub fn folder(variable: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let absolute = |path: &PathBuf| path.is_absolute();
    let own = variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(absolute);
    let home = || variable("HOME").map(|home| PathBuf::from(home).join(".config"));
    own.or_else(home).map(|config| config.join("guichet"))
}

/// Reads the person's folder, if there is one, and puts everything together. The system's time zone is looked up.
///
/// # Errors
/// The command line names a profile, theme, keymap or language that there is not; one line.
pub fn open(
    folder: Option<&Path>,
    choice: &Choice,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Opened, String> {
    let mut faults = Vec::new();
    let (source, profile, library) = read(folder, &mut faults);
    let depth = Depth::of(choice.color.as_deref(), variable);
    let account = account(&profile, choice)?;
    let language = language(&profile, choice, variable)?;
    let theme = match &choice.theme {
        Some(name) => Theme::load(name, &library, depth)?,
        None => {
            let light = variable("COLORFGBG").is_some_and(|value| is_light(&value));
            let (name, at) = theme_name(&profile, depth, light);
            Theme::load(&name, &library, depth).or_else(|why| {
                faults.push(source.fault(at, why, ""));
                Theme::load("dark", &library, depth)
            })?
        }
    };
    let keymap = match (&choice.keymap, &profile.keymap) {
        (Some(name), _) => Keymap::load(name, &library)?,
        (None, Some((name, at))) => Keymap::load(name, &library).or_else(|why| {
            faults.push(source.fault(*at, why, ""));
            Keymap::load("default", &library)
        })?,
        (None, None) => Keymap::load("default", &library)?,
    };
    faults.extend(theme.1.into_iter().chain(keymap.1));
    let defaults = Settings::default();
    let settings = Settings {
        language,
        mouse: choice.mouse.or(profile.mouse).unwrap_or(defaults.mouse),
        unicode: profile.unicode.unwrap_or_else(|| shows_unicode(variable)),
        previews: profile.previews.unwrap_or_default(),
        best: Way::of(variable),
        cell: None,
        notify: !profile.do_not_disturb.unwrap_or(false),
        notify_text: profile.notification_text.unwrap_or(false),
        viewer: profile.viewer.clone().unwrap_or_else(|| super::OPENER.into()),
        player: profile.player.clone().unwrap_or_else(|| super::OPENER.into()),
        notifications: profile.notifications.unwrap_or_default(),
        zone: TimeZone::system(),
        depth,
        library,
        file: folder.map(|folder| folder.join("console.toml")),
        views: profile.views.clone(),
        join: None,
    };
    Ok(Opened { settings, keymap: keymap.0, theme: theme.0, account, faults })
}

fn read(folder: Option<&Path>, faults: &mut Vec<Fault>) -> (Source, Profile, Library) {
    let Some(folder) = folder else {
        return (Source::new("", ""), Profile::default(), Library::default());
    };
    let path = folder.join("console.toml");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(why) => {
            if why.kind() != std::io::ErrorKind::NotFound {
                let message = format!("cannot be read: {why}");
                faults.push(Source::new(&path, "").fault(0, message, ""));
            }
            String::new()
        }
    };
    let source = Source::new(path, text);
    let profile = Profile::parse(&source, faults);
    (source, profile, Library::read(folder, faults))
}

/// The token files that the profiles of a folder name.
pub fn token_files(folder: &Path) -> Vec<PathBuf> {
    let (_, profile, _) = read(Some(folder), &mut Vec::new());
    profile.accounts.into_values().filter_map(|account| account.token_file).collect()
}

/// Every fault of a person's `console.toml`, themes and keymaps.
pub fn check(folder: &Path) -> Vec<Fault> {
    let mut faults = Vec::new();
    let (source, profile, library) = read(Some(folder), &mut faults);
    let mut named = |known: Vec<String>, what: &str, name: &str, at: usize| {
        if !known.iter().any(|one| one == name) {
            let hint = suggest(name, known.iter().map(String::as_str));
            faults.push(source.fault(at, format!("there is no {what} {name:?}"), hint));
        }
    };
    if let Some((name, at)) = &profile.keymap {
        named(Keymap::names(&library), "keymap", name, *at);
    }
    match &profile.theme {
        Some((ThemeChoice::One(name), at)) => named(Theme::names(&library), "theme", name, *at),
        Some((ThemeChoice::ByGround { light, dark }, at)) => {
            named(Theme::names(&library), "theme", light, *at);
            named(Theme::names(&library), "theme", dark, *at);
        }
        None => {}
    }
    faults.extend(Theme::check(&library));
    faults.extend(Keymap::check(&library));
    faults.sort();
    faults.dedup();
    faults
}

/// Writes what was changed into the person's `console.toml`, which is made if there is none.
///
/// # Errors
/// It cannot be read or written, or is no TOML; one line.
pub fn save(path: &Path, saved: &Saved) -> Result<(), String> {
    let told = |why: std::io::Error| format!("{} cannot be written: {why}", path.display());
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(why) => return Err(told(why)),
    };
    let text = with(&text, saved).map_err(|fault| fault.to_string())?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(told)?;
    }
    // A crash in the middle must not cost what the person wrote.
    let fresh = path.with_extension("toml.new");
    std::fs::write(&fresh, text).map_err(told)?;
    std::fs::rename(&fresh, path).map_err(told)
}

fn account(profile: &Profile, choice: &Choice) -> Result<Option<Account>, String> {
    let names = || profile.accounts.keys().map(String::as_str);
    let wanted = choice.profile.as_deref();
    let Some(name) = wanted.or(profile.default_profile.as_ref().map(|(name, _)| name.as_str()))
    else {
        return Ok(match profile.accounts.len() {
            1 => profile.accounts.values().next().cloned(),
            _ => None,
        });
    };
    match profile.accounts.get(name) {
        Some(account) => Ok(Some(account.clone())),
        None if wanted.is_none() => Ok(None),
        None if profile.accounts.is_empty() => {
            Err(format!("there is no profile {name:?}: console.toml has none"))
        }
        None => Err(format!("there is no profile {name:?}; {}", suggest(name, names()))),
    }
}

fn language(
    profile: &Profile,
    choice: &Choice,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Language, String> {
    if let Some(name) = &choice.language {
        return Language::of_locale(name).ok_or_else(|| {
            let hint = suggest(name, Language::ALL.iter().map(|language| language.code()));
            format!("there is no language {name:?}; {hint}")
        });
    }
    Ok(profile.language.or_else(|| Language::of_locale(&locale(variable)?)).unwrap_or_default())
}

/// The locale of texts: the first of these that is set.
fn locale(variable: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| variable(name).filter(|it| !it.is_empty()))
}

/// Whether the terminal shows glyphs beyond ASCII, by the variables of the environment.
pub fn shows_unicode(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(set);
    // The console of Linux itself has a font of 512 glyphs.
    variable("TERM").as_deref() != Some("linux")
        && locale.is_none_or(|name| {
            let name = name.to_lowercase();
            name.contains("utf-8") || name.contains("utf8")
        })
}

/// `COLORFGBG` is `foreground;background` or has a word between them; 7 and 15 are light grounds.
fn is_light(value: &str) -> bool {
    matches!(value.rsplit(';').next(), Some("7" | "15"))
}

fn theme_name(profile: &Profile, depth: Depth, light: bool) -> (String, usize) {
    match (&profile.theme, depth) {
        (Some((ThemeChoice::One(name), at)), _) => (name.clone(), *at),
        (Some((ThemeChoice::ByGround { light: name, .. }, at)), _) if light => (name.clone(), *at),
        (Some((ThemeChoice::ByGround { dark, .. }, at)), _) => (dark.clone(), *at),
        (None, Depth::None) => ("mono".into(), 0),
        (None, Depth::Sixteen) if !light => ("term16".into(), 0),
        (None, _) if light => ("light".into(), 0),
        (None, _) => ("dark".into(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::preview::PreviewMode;

    fn environment(text: &'static str) -> impl Fn(&str) -> Option<String> {
        move |name| {
            let mut pairs = text.split(' ').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        }
    }

    #[test]
    fn the_command_line_counts_more_than_the_file_and_that_more_than_the_environment() {
        let folder = tempfile::tempdir().expect("a folder");
        let told = |text: &str, choice: &Choice, variables| {
            std::fs::write(folder.path().join("console.toml"), text).expect("written");
            let opened = open(Some(folder.path()), choice, &environment(variables));
            opened.map(|it| {
                format!(
                    "{} {} {} {}",
                    it.theme.name,
                    it.keymap.name,
                    it.settings.language.code(),
                    it.account.map_or("-".into(), |account| account.name)
                )
            })
        };
        let none = Choice::default();
        let all =
            "theme = 'colour-blind'\nkeymap = 'vim'\nlanguage = 'es'\n[profile.a]\nrelay = 'x'\n";
        for (text, choice, variables, expected) in [
            ("", none.clone(), "TERM=xterm-256color LANG=it_IT.UTF-8", Ok("dark default it -")),
            ("", none.clone(), "TERM=xterm-256color COLORFGBG=0;15", Ok("light default en -")),
            ("", none.clone(), "TERM=linux", Ok("term16 default en -")),
            ("", none.clone(), "TERM=xterm NO_COLOR=1", Ok("mono default en -")),
            (all, none.clone(), "TERM=xterm LANG=it_IT", Ok("colour-blind vim es a")),
            (
                all,
                Choice {
                    theme: Some("light".into()),
                    keymap: Some("emacs".into()),
                    language: Some("pt".into()),
                    ..none.clone()
                },
                "TERM=xterm",
                Ok("light emacs pt a"),
            ),
            (
                all,
                Choice { theme: Some("lihgt".into()), ..none.clone() },
                "",
                Err("there is no theme \"lihgt\"; do you mean `light`?"),
            ),
            (
                all,
                Choice { profile: Some("b".into()), ..none.clone() },
                "",
                Err("there is no profile \"b\"; do you mean `a`?"),
            ),
            (
                "theme = 'lihgt'\nkeymap = 'vi'",
                none.clone(),
                "TERM=xterm-256color",
                Ok("dark default en -"),
            ),
        ] {
            let found = told(text, &choice, variables);
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{text} {variables}");
        }
    }

    #[test]
    fn every_file_of_the_person_is_checked() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(check(folder.path()), []);
        for (name, text) in [
            ("console.toml", "keymap = 'mine'\ntheme = 'min'\nmous = true"),
            ("keymaps/mine.toml", "inherits = 'default'\n[inbox]\nj = 'dwn'"),
            ("themes/mine.toml", "inherits = 'dark'\n[roles]\ntxt = 'red'"),
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        let root = format!("{}/", folder.path().display());
        let faults: Vec<_> =
            check(folder.path()).iter().map(|fault| fault.to_string().replace(&root, "")).collect();
        assert_eq!(
            faults,
            [
                "console.toml:2:9: there is no theme \"min\" (do you mean `mine`?)",
                "console.toml:3:1: unknown key `mous` (do you mean `mouse`?)",
                "keymaps/mine.toml:3:5: there is no action \"dwn\"; do you mean \"down\"?",
                "themes/mine.toml:3:1: there is no role `txt` (do you mean `text`?)",
            ]
        );
    }

    #[test]
    fn what_was_changed_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/console.toml");
        let saved = Saved {
            theme: "mono".into(),
            keymap: "vim".into(),
            language: Language::It,
            mouse: false,
            previews: PreviewMode::Off,
        };
        save(&path, &saved).expect("saved");
        let opened = open(path.parent(), &Choice::default(), &|_| None).expect("opened");
        assert_eq!((opened.theme.name.as_str(), opened.settings.mouse), ("mono", false));
        assert_eq!(opened.settings.previews, PreviewMode::Off);
        assert_eq!(opened.faults, []);
    }
}
