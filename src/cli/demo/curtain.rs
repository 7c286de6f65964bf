//! What stands between a demo and the console that shows it.

use crate::console::shell::link::Target;
use crate::kit::Secret;
use reqwest::Url;
use std::path::Path;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// A demo that can be looked at.
#[derive(Debug)]
pub(super) struct Opened {
    /// Where its relay serves consoles.
    pub(super) base: Url,
    /// The token of the person who looks on.
    pub(super) token: Secret,
    /// The command that joins another console.
    pub(super) join: String,
}

impl Opened {
    /// The relay, as a console is told of it.
    pub(super) fn target(&self) -> Target {
        Target {
            base: self.base.clone(),
            token: Some(self.token.clone()),
            keep: None,
            authorities: None,
        }
    }
}

/// The demo's side: says when there is something to see, and hears when nobody looks any more.
#[derive(Debug)]
pub(super) struct Curtain {
    opens: Option<oneshot::Sender<Opened>>,
    falls: CancellationToken,
}

impl Curtain {
    /// For a demo that prints status lines.
    pub(super) fn none() -> Self {
        Self { opens: None, falls: CancellationToken::new() }
    }

    /// For a demo that a console shows: what comes when it is ready, and what ends it.
    pub(super) fn new() -> (Self, oneshot::Receiver<Opened>, CancellationToken) {
        let (opens, opened) = oneshot::channel();
        let falls = CancellationToken::new();
        (Self { opens: Some(opens), falls: falls.clone() }, opened, falls)
    }

    /// Whether a console shows the demo: then nothing else may be printed.
    pub(super) fn is_there(&self) -> bool {
        self.opens.is_some()
    }

    /// There is something to see.
    pub(super) fn open(&mut self, opened: Opened) {
        if let Some(opens) = self.opens.take() {
            let _ = opens.send(opened);
        }
    }

    /// Waits until nobody looks any more.
    pub(super) async fn fallen(&self) {
        self.falls.cancelled().await;
    }
}

/// The command that joins a console to a demo.
pub(super) fn join(base: &Url, token_file: &Path) -> String {
    let relay = base.as_str().replacen("http", "ws", 1);
    format!(
        "guichet console --relay {} --token-file {}",
        relay.trim_end_matches('/'),
        token_file.display()
    )
}
