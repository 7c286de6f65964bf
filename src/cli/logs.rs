//! Logs: to stderr, plain where journald reads them.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Begins to log what is as grave as `default` or graver, unless `GUICHET_LOG` or `RUST_LOG` say otherwise.
/// Under journald there is no colour and no time: it has both.
pub(super) fn start(default: &str) {
    let said = ["GUICHET_LOG", "RUST_LOG"].into_iter().find_map(|name| std::env::var(name).ok());
    let filter = said.and_then(|text| EnvFilter::try_new(text).ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new(default));
    let journald = std::env::var_os("JOURNAL_STREAM").is_some();
    let colour = !journald && std::env::var_os("NO_COLOR").is_none();
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        // A reader of stderr that goes away is no fault: without this it would be one.
        .log_internal_errors(false)
        .with_ansi(colour && std::io::stderr().is_terminal());
    // A second subscriber is refused; the first one stays.
    let _ = if journald { logs.without_time().try_init() } else { logs.try_init() };
}
