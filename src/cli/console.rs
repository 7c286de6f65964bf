//! `guichet console`: the terminal program of agents and supervisors.

use super::Failure;
use super::remote::{base, is_near};
use crate::console::fault::Library;
use crate::console::keymap::Keymap;
use crate::console::language::Language;
use crate::console::profile::Settings;
use crate::console::shell::link::Target;
use crate::console::shell::{self, Way};
use crate::console::theme::{Depth, Theme};
use crate::kit::Secret;
use etcetera::BaseStrategy;
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};

/// How the console looks and listens; what is not said here is as the person's console.toml has it.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Looks {
    /// dark, light, term16, mono, colour-blind, or one of your own
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// default, vim, emacs, or one of your own
    #[arg(long, value_name = "NAME")]
    keymap: Option<String>,
    /// auto, never, always, 16, 256 or truecolor
    #[arg(long, value_name = "WHEN", value_parser = Depth::CHOICES)]
    color: Option<String>,
    /// Leave the mouse to the terminal
    #[arg(long)]
    no_mouse: bool,
}

/// Work the desk from the keyboard
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without a token a person logs in with name and password. Press ? for the keys that work where you are.

Examples:
  guichet console --relay wss://desk.example.org:7420
  guichet console --relay ws://127.0.0.1:7420 --token-file token --keymap vim")]
pub(super) struct Args {
    /// The relay: ws://, wss://, http:// or https://, all the same
    #[arg(
        long,
        value_name = "URL",
        env = "GUICHET_RELAY",
        hide_env_values = true,
        default_value = "http://127.0.0.1:7420"
    )]
    relay: String,
    /// File with the account's token; without it GUICHET_TOKEN, else a person logs in
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// File with the certificates, in PEM, of who signs for the relay
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Let the token travel in the clear beyond this machine
    #[arg(long)]
    plain: bool,
    /// en, it, pt or es
    #[arg(long, value_name = "LANGUAGE", value_parser = language)]
    lang: Option<Language>,
    #[command(flatten)]
    looks: Looks,
}

fn language(text: &str) -> Result<Language, String> {
    let known = Language::ALL.into_iter().find(|language| language.code() == text);
    known.ok_or_else(|| "write en, it, pt or es".to_owned())
}

/// A console that has everything but a relay.
pub(super) struct Prepared {
    settings: Settings,
    keymap: Keymap,
    theme: Theme,
    notices: Way,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let target = target(args)?;
    prepare(&args.looks, args.lang)?.show(target, None)
}

fn target(args: &Args) -> Result<Target, Failure> {
    let base = base(&args.relay)?;
    if base.scheme() == "http" && !is_near(&base) && !args.plain {
        return Err(Failure::Usage(format!(
            "--relay {} would send the token in the clear: write wss:// or https://, or add --plain where the \
             network is trusted and the relay allows it",
            args.relay
        )));
    }
    let token = match (&args.token_file, std::env::var("GUICHET_TOKEN")) {
        (Some(path), _) => Some(read(path)?.trim().to_owned()),
        (None, Ok(token)) => Some(token),
        (None, Err(_)) => None,
    };
    if token
        .as_ref()
        .is_some_and(|token| token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()))
    {
        return Err(Failure::failed(
            "the token is empty or no token; `guichet admin token NAME` prints one",
        ));
    }
    let authorities = args.ca.as_deref().map(read).transpose()?.map(String::into_bytes);
    Ok(Target { base, token: token.map(Secret::new), keep: None, authorities })
}

fn read(path: &Path) -> Result<String, Failure> {
    let hint = "name a file that you may read";
    std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error, hint))
}

/// Reads what the person has set. What is wrong is told before the terminal is taken.
pub(super) fn prepare(looks: &Looks, lang: Option<Language>) -> Result<Prepared, Failure> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let folder = etcetera::choose_base_strategy().map(|dirs| dirs.config_dir().join("guichet"));
    let mut faults = Vec::new();
    let library =
        folder.map_or_else(|_| Library::default(), |folder| Library::read(&folder, &mut faults));
    let depth = Depth::of(looks.color.as_deref(), &variable);
    let theme = looks.theme.as_deref().unwrap_or("dark");
    let (theme, of_theme) = Theme::load(theme, &library, depth).map_err(Failure::Usage)?;
    let keymap = looks.keymap.as_deref().unwrap_or("default");
    let (keymap, of_keymap) = Keymap::load(keymap, &library).map_err(Failure::Usage)?;
    faults.extend(of_theme);
    faults.extend(of_keymap);
    if let Some(fault) = faults.first() {
        return Err(Failure::Failed(format!("{fault}; `guichet check` lists every fault")));
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable);
    let spoken = locale.as_deref().and_then(Language::of_locale);
    let settings = Settings {
        language: lang.or(spoken).unwrap_or_default(),
        mouse: !looks.no_mouse,
        unicode: locale
            .as_deref()
            .is_none_or(|name| name.to_lowercase().replace('-', "").contains("utf8")),
        zone: TimeZone::system(),
        ..Settings::default()
    };
    Ok(Prepared { settings, keymap, theme, notices: Way::Auto })
}

impl Prepared {
    /// Shows the console until the person leaves it; `join` is the command that joins another one to it.
    pub(super) fn show(self, target: Target, join: Option<String>) -> Result<(), Failure> {
        let Self { mut settings, keymap, theme, notices } = self;
        settings.join = join;
        shell::run(shell::Options { settings, keymap, theme, target, notices })
            .map_err(Failure::failed)
    }
}
