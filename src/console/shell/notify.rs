//! Tells a person who looks elsewhere: on the desktop, by an escape sequence of his terminal, or by the bell.

use super::clipboard::Between;
use super::mailbox::Teller;
use crate::console::effect::Notice;
use crate::console::msg::Msg;
use crate::kit::text::one_line;
use crate::kit::{Clock, Timestamp};
use std::collections::HashMap;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// The longest title or body, in characters.
const LONGEST: usize = 200;

/// How long a desktop may take, in milliseconds; after it the terminal's way is taken.
const PATIENCE: i64 = 3_000;

/// How notifications are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// On the desktop if there is one here, else as the terminal can.
    #[default]
    Auto,
    /// On the desktop.
    Desktop,
    /// By the terminal: an escape sequence if it is known to have one, else the bell.
    Escape,
    /// By the bell.
    Bell,
    /// Not at all.
    Off,
}

/// What a terminal understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    /// OSC 99: kitty.
    Kitty,
    /// OSC 777: urxvt, foot.
    Urxvt,
    /// OSC 9: iTerm2, WezTerm, Windows Terminal, ghostty.
    Iterm,
    /// The bell: every one.
    Bell,
}

/// Makes notifications.
#[derive(Debug)]
pub(super) struct Notifier {
    desktop: Option<Desktop>,
    words: Option<Words>,
    between: Between,
    clock: Clock,
}

impl Notifier {
    /// One that follows the environment. `to` is woken when a desktop has failed.
    pub(super) fn start(way: Way, to: Teller, clock: Clock) -> Self {
        let known = |name: &str| std::env::var(name).unwrap_or_default();
        let (desktop, words) = chosen(way, &known);
        let between = Between::of(&|name| !known(name).is_empty());
        let desktop = desktop.then(|| Desktop::start(to, clock.clone())).flatten();
        Self { desktop, words, between, clock }
    }

    /// Makes one; what it returns is to be written to the terminal.
    pub(super) fn tell(&self, notice: &Notice) -> String {
        match &self.desktop {
            Some(desktop) if desktop.takes(notice, self.clock.now()) => String::new(),
            _ => self.words.map(|words| sequence(words, notice, self.between)).unwrap_or_default(),
        }
    }

    /// What is to be written to the terminal for those that a desktop did not take.
    pub(super) fn undelivered(&self) -> String {
        let Some(desktop) = &self.desktop else { return String::new() };
        let failed = std::mem::take(&mut lock(&desktop.state).undelivered);
        let words = self.words.unwrap_or(Words::Bell);
        failed.iter().map(|notice| sequence(words, notice, self.between)).collect()
    }
}

/// Whether the desktop is to be tried, and what the terminal is told otherwise.
fn chosen(way: Way, known: &dyn Fn(&str) -> String) -> (bool, Option<Words>) {
    let is = |name: &str| !known(name).is_empty();
    let far = is("SSH_CONNECTION") || is("SSH_TTY") || is("SSH_CLIENT");
    let here = cfg!(target_os = "macos")
        || is("DISPLAY")
        || is("WAYLAND_DISPLAY")
        || is("DBUS_SESSION_BUS_ADDRESS");
    match way {
        Way::Auto => (here && !far, Some(words(known))),
        Way::Desktop => (true, Some(words(known))),
        Way::Escape => (false, Some(words(known))),
        Way::Bell => (false, Some(Words::Bell)),
        Way::Off => (false, None),
    }
}

fn words(known: &dyn Fn(&str) -> String) -> Words {
    let (term, program) = (known("TERM"), known("TERM_PROGRAM"));
    let is = |name: &str| !known(name).is_empty();
    if term == "xterm-kitty" || is("KITTY_WINDOW_ID") {
        Words::Kitty
    } else if ["foot", "rxvt", "contour"].iter().any(|name| term.starts_with(name)) {
        Words::Urxvt
    } else if ["iTerm.app", "WezTerm", "ghostty"].contains(&program.as_str())
        || term == "xterm-ghostty"
        || term == "wezterm"
        || known("LC_TERMINAL") == "iTerm2"
        || is("WT_SESSION")
    {
        Words::Iterm
    } else {
        Words::Bell
    }
}

/// A notification in a terminal's words. Only printable text is in it.
fn sequence(words: Words, notice: &Notice, between: Between) -> String {
    let clean = |text: &str| one_line(text, LONGEST);
    let (title, body) = (clean(&notice.title), clean(&notice.body));
    let sequence = match words {
        Words::Bell => return "\x07".into(),
        Words::Kitty => {
            let about: String =
                notice.about.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
            let urgency = if notice.urgent { 2 } else { 1 };
            format!(
                "\x1b]99;i=guichet{about}:d=0:u={urgency};{title}\x07\
                 \x1b]99;i=guichet{about}:p=body;{body}\x07"
            )
        }
        Words::Urxvt => format!("\x1b]777;notify;{};{body}\x07", title.replace(';', ",")),
        // A number in front would mean something else.
        Words::Iterm => format!("\x1b]9;Guichet: {title} {body}\x07"),
    };
    between.pass(&sequence)
}

/// A desktop, behind a thread of its own: it may hang.
#[derive(Debug)]
struct Desktop {
    orders: SyncSender<Notice>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    busy_since: Option<Timestamp>,
    broken: bool,
    undelivered: Vec<Notice>,
}

impl Desktop {
    fn start(to: Teller, clock: Clock) -> Option<Self> {
        let (orders, heard) = sync_channel::<Notice>(16);
        let state = Arc::new(Mutex::new(State::default()));
        let desktop = Self { orders, state: state.clone() };
        let run = move || {
            let mut ids: HashMap<String, u32> = HashMap::new();
            for notice in heard {
                lock(&state).busy_since = Some(clock.now());
                let told = show(&notice, ids.get(&notice.about).copied());
                lock(&state).busy_since = None;
                match told {
                    Some(id) => {
                        if ids.len() > 1_000 {
                            ids.clear();
                        }
                        ids.insert(notice.about, id);
                    }
                    None => {
                        let mut state = lock(&state);
                        state.broken = true;
                        state.undelivered.push(notice);
                        drop(state);
                        let _ = to.send(Msg::Tick);
                    }
                }
            }
        };
        std::thread::Builder::new().name("desktop".into()).spawn(run).ok()?;
        Some(desktop)
    }

    /// Hands one over, unless the desktop has failed or hangs.
    fn takes(&self, notice: &Notice, now: Timestamp) -> bool {
        let state = lock(&self.state);
        let hangs = state.busy_since.is_some_and(|since| now.since(since) > PATIENCE);
        if state.broken || hangs {
            return false;
        }
        drop(state);
        match self.orders.try_send(notice.clone()) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        }
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows one; returns its id, with which a later one can take its place.
fn show(notice: &Notice, instead_of: Option<u32>) -> Option<u32> {
    let mut made = notify_rust::Notification::new();
    made.appname("Guichet")
        .summary(&one_line(&notice.title, LONGEST))
        .body(&plain(&one_line(&notice.body, LONGEST)));
    #[cfg(all(unix, not(target_os = "macos")))]
    {
        if let Some(id) = instead_of {
            made.id(id);
        }
        made.urgency(if notice.urgent {
            notify_rust::Urgency::Critical
        } else {
            notify_rust::Urgency::Normal
        });
        made.show().ok().map(|handle| handle.id())
    }
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    {
        let _ = instead_of;
        made.show().ok().map(|_| 0)
    }
}

/// Desktops read a body as markup.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_follows_the_environment() {
        for (environment, way, expected) in [
            ("", Way::Auto, (false, Some(Words::Bell))),
            ("DISPLAY=:0", Way::Auto, (true, Some(Words::Bell))),
            ("WAYLAND_DISPLAY=w TERM=foot", Way::Auto, (true, Some(Words::Urxvt))),
            (
                "DISPLAY=:0 SSH_TTY=/dev/pts/1 TERM=xterm-kitty",
                Way::Auto,
                (false, Some(Words::Kitty)),
            ),
            ("SSH_CONNECTION=a TERM=foot", Way::Auto, (false, Some(Words::Urxvt))),
            ("TERM=rxvt-unicode-256color", Way::Escape, (false, Some(Words::Urxvt))),
            ("LC_TERMINAL=iTerm2 TERM=xterm-256color", Way::Escape, (false, Some(Words::Iterm))),
            ("TERM_PROGRAM=WezTerm", Way::Auto, (false, Some(Words::Iterm))),
            ("WT_SESSION=x", Way::Auto, (false, Some(Words::Iterm))),
            ("TERM=xterm-kitty DISPLAY=:0", Way::Bell, (false, Some(Words::Bell))),
            ("DISPLAY=:0", Way::Off, (false, None)),
            ("TERM=xterm", Way::Desktop, (true, Some(Words::Bell))),
        ] {
            let known = |name: &str| {
                let found = environment
                    .split(' ')
                    .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
                found.unwrap_or_default().to_owned()
            };
            assert_eq!(chosen(way, &known), expected, "{environment} {way:?}");
        }
    }

    #[test]
    fn hostile_text_does_nothing() {
        let notice = Notice {
            title: "Ana\x1b]0;x\x07; you".into(),
            body: "a\u{9b}2J\nb\u{202e}".into(),
            about: "T-7\x1b".into(),
            urgent: true,
        };
        for words in [Words::Kitty, Words::Urxvt, Words::Iterm, Words::Bell] {
            let written = sequence(words, &notice, Between::Nothing);
            let ends = written.matches('\x07').count();
            assert_eq!(ends, if words == Words::Kitty { 2 } else { 1 }, "{written:?}");
            assert_eq!(
                written.matches('\x1b').count(),
                if words == Words::Bell { 0 } else { ends }
            );
            assert!(!written.contains(['\u{9b}', '\n', '\u{202e}']), "{written:?}");
        }
    }
}
