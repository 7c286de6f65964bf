//! A fault of ours must not leave the person with a broken terminal and a page of addresses.

use super::terminal;
use crate::kit::Clock;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The threads without which there is no console.
const OURS: [&str; 4] = ["main", "keys", "signals", "link"];

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// While this lives, a panic gives the terminal back, leaves a report, says one line and ends the process. On
/// threads of others, of a relay in the same process for one, it only leaves the report.
pub(super) struct Watch {
    before: Arc<Hook>,
}

impl Watch {
    pub(super) fn start() -> Self {
        let before: Arc<Hook> = std::panic::take_hook().into();
        std::panic::set_hook(Box::new(|fault| {
            let report = leave(fault);
            let thread = std::thread::current();
            if !thread.name().is_some_and(|name| OURS.contains(&name)) {
                return;
            }
            terminal::give_back();
            let place = match fault.location() {
                Some(place) => format!(" at {}:{}", place.file(), place.line()),
                None => String::new(),
            };
            let told = match report {
                Some(path) => format!("a report lies in {}, please send it", path.display()),
                None => "please report it".into(),
            };
            let _ = writeln!(std::io::stderr(), "guichet: internal fault{place}; {told}");
            std::process::exit(1);
        }));
        Self { before }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let before = self.before.clone();
            std::panic::set_hook(Box::new(move |fault| before(fault)));
        }
    }
}

/// Writes the report: where it happened, and how it came there. What a fault says may hold words of customers,
/// so only texts that stand in the program are kept.
fn leave(fault: &PanicHookInfo<'_>) -> Option<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/state"));
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).or(home);
    let folders =
        state.map(|state| state.join("guichet")).into_iter().chain([std::env::temp_dir()]);
    let now = Clock::system().now();
    for folder in folders {
        let path = folder.join(format!("fault-{}-{}.txt", now.millis(), std::process::id()));
        let _ = std::fs::create_dir_all(&folder);
        let mut options = std::fs::OpenOptions::new();
        let Ok(mut file) = options.write(true).create_new(true).mode(0o600).open(&path) else {
            continue;
        };
        let text = fault.payload().downcast_ref::<&str>().copied().unwrap_or("(not kept)");
        let written = writeln!(
            file,
            "guichet {} on {}\n{now} in thread {:?}\nat {}\n{text}\n\n{}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::thread::current().name().unwrap_or("?"),
            fault.location().map(ToString::to_string).unwrap_or_default(),
            std::backtrace::Backtrace::force_capture(),
        );
        if written.is_ok() {
            return Some(path);
        }
    }
    None
}
