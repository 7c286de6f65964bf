//! Logs: to stderr, plain where journald reads them.

use super::Failure;
use std::io::IsTerminal;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use tracing_subscriber::EnvFilter;

/// As [`start`], into a file: while the console has the terminal nothing else may write to it.
pub(super) fn start_in(path: &Path, default: &str) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    let file = options.create(true).append(true).mode(0o600).open(path);
    let file = file.map_err(|error| Failure::file(path, &error, "is there room on the disk?"))?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter(default))
        .with_writer(std::sync::Mutex::new(file))
        .with_target(false)
        .log_internal_errors(false)
        .with_ansi(false);
    let _ = logs.try_init();
    Ok(())
}

/// Begins to log what is as grave as `default` or graver, unless `GUICHET_LOG` or `RUST_LOG` say otherwise.
/// Under journald there is no colour and no time: it has both.
pub(super) fn start(default: &str) {
    let journald = std::env::var_os("JOURNAL_STREAM").is_some();
    let colour = !journald && std::env::var_os("NO_COLOR").is_none();
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter(default))
        .with_writer(std::io::stderr)
        .with_target(false)
        // A reader of stderr that goes away is no fault: without this it would be one.
        .log_internal_errors(false)
        .with_ansi(colour && std::io::stderr().is_terminal());
    // A second subscriber is refused; the first one stays.
    let _ = if journald { logs.without_time().try_init() } else { logs.try_init() };
}

fn filter(default: &str) -> EnvFilter {
    let said = ["GUICHET_LOG", "RUST_LOG"].into_iter().find_map(|name| std::env::var(name).ok());
    let filter = said.and_then(|text| EnvFilter::try_new(text).ok());
    filter.unwrap_or_else(|| EnvFilter::new(default))
}
