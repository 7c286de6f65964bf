//! `guichet console`: the terminal program of agents and supervisors.

use super::Failure;
use super::remote::guarded;
use crate::console::language::Language;
use crate::console::profile::{self, Account, Choice, Notifications, Opened};
use crate::console::shell::link::Target;
use crate::console::shell::{self, Way};
use crate::console::theme::Depth;
use crate::kit::Secret;
use std::path::{Path, PathBuf};

/// The relay of who has said nothing.
const HERE: &str = "http://127.0.0.1:7420";

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
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Without a token a person logs in with name and password. Press ? for the keys that work where you are.

Examples:
  guichet console --relay wss://desk.example.org:7420
  guichet console --relay ws://127.0.0.1:7420 --token-file token --keymap vim")]
pub(super) struct Args {
    /// The relay: ws://, wss://, http:// or https://, all the same; else that of the profile, else this machine's
    #[arg(long, value_name = "URL", env = "GUICHET_RELAY", hide_env_values = true)]
    relay: Option<String>,
    /// A [profile.NAME] of console.toml; else its default_profile, or the only one
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
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
pub(super) struct Prepared(Opened);

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let prepared = with_profile(&args.looks, args.lang, args.profile.clone())?;
    let account = prepared.0.account.clone().unwrap_or_default();
    prepared.show(target(args, &account)?, None)
}

/// As `guichet console`, for who has said in console.toml which relay; nothing for who has not.
pub(super) fn by_profile() -> Option<Result<(), Failure>> {
    let prepared = with_profile(&Looks::default(), None, None).ok()?;
    prepared.0.account.is_some().then(|| run(&Args::default()))
}

fn target(args: &Args, account: &Account) -> Result<Target, Failure> {
    let of_profile = Some(account.relay.as_str()).filter(|relay| !relay.is_empty());
    let relay = args.relay.as_deref().or(of_profile).unwrap_or(HERE);
    // A token goes to the relay that it is for.
    let own = args.relay.is_none() || args.profile.is_some();
    let account = if own { account.clone() } else { Account::default() };
    let base = guarded(relay, args.plain)?;
    let token = match (&args.token_file, std::env::var("GUICHET_TOKEN"), &account.token_file) {
        (Some(path), _, _) => Some(read(path)?.trim().to_owned()),
        (None, Ok(token), _) => Some(token),
        // There is none before the first login, which keeps it there.
        (None, Err(_), Some(path)) if path.exists() => Some(read(path)?.trim().to_owned()),
        (None, Err(_), _) => None,
    };
    if token
        .as_ref()
        .is_some_and(|token| token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()))
    {
        return Err(Failure::failed(
            "the token is empty or no token; `guichet admin token NAME` prints one",
        ));
    }
    let authorities = args.ca.as_deref().or(account.ca_file.as_deref()).map(read).transpose()?;
    let authorities = authorities.map(String::into_bytes);
    Ok(Target { base, token: token.map(Secret::new), keep: account.token_file, authorities })
}

fn read(path: &Path) -> Result<String, Failure> {
    let hint = "name a file that you may read";
    std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error, hint))
}

/// Reads what the person has set. Faults of his files are told in the console and by `guichet check`: nobody is
/// kept from work by a key that is not known.
pub(super) fn prepare(looks: &Looks, lang: Option<Language>) -> Result<Prepared, Failure> {
    with_profile(looks, lang, None)
}

fn with_profile(
    looks: &Looks,
    lang: Option<Language>,
    profile: Option<String>,
) -> Result<Prepared, Failure> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let choice = Choice {
        profile,
        theme: looks.theme.clone(),
        keymap: looks.keymap.clone(),
        language: lang.map(|language| language.code().to_owned()),
        mouse: looks.no_mouse.then_some(false),
        color: looks.color.clone(),
    };
    let folder = profile::folder(&variable);
    profile::open(folder.as_deref(), &choice, &variable).map(Prepared).map_err(Failure::Usage)
}

impl Prepared {
    /// Shows the console until the person leaves it; `join` is the command that joins another one to it.
    pub(super) fn show(self, target: Target, join: Option<String>) -> Result<(), Failure> {
        let Opened { mut settings, keymap, theme, faults, .. } = self.0;
        settings.join = join;
        let notices = match settings.notifications {
            Notifications::Auto => Way::Auto,
            Notifications::Desktop => Way::Desktop,
            Notifications::Osc => Way::Escape,
            Notifications::Bell => Way::Bell,
            Notifications::Off => Way::Off,
        };
        shell::run(shell::Options { settings, keymap, theme, target, notices, faults })
            .map_err(Failure::failed)
    }
}
