//! A relay somewhere, spoken to over its REST API.

use super::Failure;
use crate::domain::content::Attached;
use crate::domain::id::TicketNumber;
use crate::kit::Secret;
use crate::wire::{Act, Acted, ActionRequest, Refused, TemplateFile};
use bytes::Bytes;
use reqwest::{Client, Method, Response, Url, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use uuid::Uuid;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a command waits for a relay that says nothing, all tries together.
const PATIENCE: Duration = Duration::from_secs(30);

/// Which relay, and as whom.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct RelayArgs {
    /// The relay: ws://, wss://, http:// or https://, all the same
    #[arg(
        long,
        value_name = "URL",
        env = "GUICHET_RELAY",
        hide_env_values = true,
        default_value = "http://127.0.0.1:7420"
    )]
    relay: String,
    /// File with the account's token; without it GUICHET_TOKEN
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Let the token travel in the clear to a relay beyond this machine
    #[arg(long)]
    plain: bool,
}

/// A relay and the account that asks.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    base: Url,
    token: Secret,
    client: Client,
}

/// A file on its way from the relay.
#[derive(Debug)]
pub(super) struct Download {
    answer: Response,
    /// Read already, to see what it is.
    held: Option<Bytes>,
    remote: Remote,
}

impl Download {
    /// The first bytes; they come once more with [`Download::next`].
    pub(super) async fn head(&mut self) -> Result<Bytes, Fault> {
        if self.held.is_none() {
            self.held = self.piece().await?;
        }
        Ok(self.held.clone().unwrap_or_default())
    }

    /// The next bytes; nothing at the end. A file that is cut off is an error.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        match self.held.take() {
            Some(held) => Ok(Some(held)),
            None => self.piece().await,
        }
    }

    async fn piece(&mut self) -> Result<Option<Bytes>, Fault> {
        self.answer.chunk().await.map_err(|error| self.remote.unreachable(&error))
    }
}

/// Why a relay did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// It says why not.
    #[error("{0}")]
    Refused(Refused),
    /// It could not be asked, or its answer did not come.
    #[error("{0}")]
    Unreachable(String),
    /// What answers is no relay, or another version of it.
    #[error("{0}")]
    Garbled(String),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::failed(fault)
    }
}

impl RelayArgs {
    /// Reads the token; asks nobody anything.
    pub(super) fn remote(&self) -> Result<Remote, Failure> {
        let base = guarded(&self.relay, self.plain)?;
        Remote::new(base, token(self.token_file.as_deref())?)
    }
}

impl Remote {
    /// The relay at `base`, an `http` or `https` URL.
    pub(super) fn new(base: Url, token: Secret) -> Result<Self, Failure> {
        let mut client = Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(PATIENCE)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("guichet/", env!("CARGO_PKG_VERSION")));
        if is_near(&base) {
            client = client.no_proxy();
        }
        let client = client.build();
        let client =
            client.map_err(|error| Failure::Failed(format!("there is no HTTP client: {error}")))?;
        Ok(Self { base, token, client })
    }

    /// Reads `/api/v1/{path}`.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &(impl Serialize + ?Sized),
    ) -> Result<T, Fault> {
        let request = self.client.request(Method::GET, self.url(path)).query(query);
        self.answer(request.timeout(PATIENCE)).await
    }

    /// The same for what may be long: it may take its time, as long as it goes on coming.
    pub(super) async fn get_long<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &(impl Serialize + ?Sized),
    ) -> Result<T, Fault> {
        self.answer(self.client.request(Method::GET, self.url(path)).query(query)).await
    }

    /// The file of a message.
    pub(super) async fn file(&self, ticket: TicketNumber, entry: &str) -> Result<Download, Fault> {
        let request = self.client.request(Method::GET, self.of_entry(ticket, "media", entry));
        let sent = request.bearer_auth(self.token.expose()).send().await;
        let answer = sent.map_err(|error| self.unreachable(&error))?;
        if answer.status().is_success() {
            return Ok(Download { answer, held: None, remote: self.clone() });
        }
        Err(self.refusal(answer).await)
    }

    /// A customer's message as the platform posted it.
    pub(super) async fn raw(
        &self,
        ticket: TicketNumber,
        entry: &str,
    ) -> Result<Box<RawValue>, Fault> {
        let request = self.client.request(Method::GET, self.of_entry(ticket, "raw", entry));
        self.answer(request.timeout(PATIENCE)).await
    }

    /// Hands a file in, to be sent; what the relay found it to be.
    pub(super) async fn hand_in(
        &self,
        ticket: TicketNumber,
        path: &Path,
        what: &Attached,
    ) -> Result<Attached, Failure> {
        let mut query = vec![("kind", what.kind.word())];
        query.extend(what.name.as_deref().map(|name| ("name", name)));
        self.upload(&format!("tickets/{ticket}/media"), &query, path).await
    }

    /// Hands an example in for a new template; the platform's handle of it.
    pub(super) async fn example(
        &self,
        path: &Path,
        kind: &str,
        line: Option<&str>,
    ) -> Result<String, Failure> {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let mut query = vec![("kind", kind), ("name", &*name)];
        query.extend(line.map(|line| ("line", line)));
        let taken: TemplateFile = self.upload("templates/files", &query, path).await?;
        Ok(taken.handle)
    }

    async fn upload<T: DeserializeOwned>(
        &self,
        to: &str,
        query: &[(&str, &str)],
        path: &Path,
    ) -> Result<T, Failure> {
        let file = tokio::fs::File::open(path).await;
        let file =
            file.map_err(|error| Failure::file(path, &error, "name a file that you may read"))?;
        let pieces = futures_util::stream::unfold(file, |mut file| async move {
            let mut piece = Vec::with_capacity(64 * 1024);
            match (&mut file).take(64 * 1024).read_to_end(&mut piece).await {
                Ok(0) => None,
                Ok(_) => Some((Ok(piece), file)),
                Err(error) => Some((Err(error), file)),
            }
        });
        // Nothing is read while a large file goes up.
        let mut client = Client::builder().connect_timeout(CONNECT);
        if is_near(&self.base) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(Failure::failed)?;
        let request = client.post(self.url(to)).query(query);
        Ok(self.answer(request.body(reqwest::Body::wrap_stream(pieces))).await?)
    }

    /// Acts on a ticket. The action carries an id, so that it may be sent again when no answer came. Both tries
    /// together take no longer than a read.
    pub(super) async fn act(
        &self,
        ticket: TicketNumber,
        action: ActionRequest,
    ) -> Result<Acted, Fault> {
        let act = Act { id: Some(Uuid::new_v4()), action };
        let url = self.url(&format!("tickets/{ticket}/actions"));
        let send = || {
            let request = self.client.request(Method::POST, url.clone()).json(&act);
            self.answer(request.timeout(PATIENCE / 2))
        };
        match send().await {
            Err(Fault::Unreachable(_)) => send().await,
            answered => answered,
        }
    }

    /// Says something that may be said twice.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Fault> {
        let request = self.client.request(Method::POST, self.url(path)).json(body);
        self.answer(request.timeout(PATIENCE)).await
    }

    /// Where something of an entry is; its id may hold anything.
    fn of_entry(&self, ticket: TicketNumber, what: &str, entry: &str) -> Url {
        let mut url = self.url(&format!("tickets/{ticket}/{what}"));
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(entry);
        }
        url
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let root = self.base.path().trim_end_matches('/');
        url.set_path(&format!("{root}/api/v1/{path}"));
        url
    }

    async fn answer<T: DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<T, Fault> {
        let sent = request.bearer_auth(self.token.expose()).send().await;
        let answer = sent.map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        if status.is_success() {
            return self.read(answer).await;
        }
        Err(self.refusal(answer).await)
    }

    /// What an answer that is no success says.
    async fn refusal(&self, answer: Response) -> Fault {
        let status = answer.status();
        match self.read(answer).await {
            Ok(refused) => Fault::Refused(refused),
            Err(_) => Fault::Garbled(format!(
                "{} answers {status}; is it a relay's address for consoles?",
                self.base
            )),
        }
    }

    async fn read<T: DeserializeOwned>(&self, answer: Response) -> Result<T, Fault> {
        let body = answer.bytes().await.map_err(|error| self.unreachable(&error))?;
        serde_json::from_slice(&body).map_err(|_| {
            let base = &self.base;
            Fault::Garbled(format!(
                "{base} does not answer like a relay of this version; name its address for consoles"
            ))
        })
    }

    fn unreachable(&self, error: &reqwest::Error) -> Fault {
        let mut cause: &dyn std::error::Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let what = if error.is_timeout() { "does not answer" } else { "cannot be reached" };
        let hint = "is the relay running, and is this its address for consoles?";
        Fault::Unreachable(format!("{} {what}: {cause}; {hint}", self.base))
    }
}

/// As [`base`], but refuses what would send the token in the clear beyond this machine, unless `plain` allows it.
pub(super) fn guarded(relay: &str, plain: bool) -> Result<Url, Failure> {
    let base = base(relay)?;
    if base.scheme() == "http" && !is_near(&base) && !plain {
        return Err(Failure::Usage(format!(
            "--relay {relay} would send the token in the clear: write wss:// or https://, or add --plain where the \
             network is trusted and the relay allows it"
        )));
    }
    Ok(base)
}

/// The `http` or `https` URL of a relay.
pub(super) fn base(text: &str) -> Result<Url, Failure> {
    let wrong = |why: &str| {
        let hint = "write it like wss://desk.example.org:7420";
        Failure::Usage(format!("--relay {text} {why}; {hint}"))
    };
    let plain = match text.split_once("://") {
        Some(("ws", rest)) => format!("http://{rest}"),
        Some(("wss", rest)) => format!("https://{rest}"),
        Some(("http" | "https", _)) => text.to_owned(),
        _ => return Err(wrong("is no address of a relay")),
    };
    let url = Url::parse(&plain).map_err(|_| wrong("is no URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::usage(
            "--relay must not hold a name or password; give --token-file instead",
        ));
    }
    Ok(url)
}

/// Whether the relay is on this machine.
fn is_near(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn token(file: Option<&Path>) -> Result<Secret, Failure> {
    let hint = "`guichet admin token NAME` prints one";
    let text = match file {
        Some(path) => {
            std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error, hint))?
        }
        None => std::env::var("GUICHET_TOKEN").map_err(|_| {
            Failure::Usage(format!("no token: give --token-file FILE or set GUICHET_TOKEN; {hint}"))
        })?,
    };
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Failure::Failed(format!("the token is empty or no token; {hint}")));
    }
    Ok(Secret::new(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_schemes_mean_the_same() {
        for (text, wanted) in [
            ("ws://127.0.0.1:7420", Some("http://127.0.0.1:7420/")),
            ("wss://desk.example.org", Some("https://desk.example.org/")),
            ("http://[::1]:7420", Some("http://[::1]:7420/")),
            ("https://desk.example.org/guichet", Some("https://desk.example.org/guichet")),
            ("desk.example.org:7420", None),
            ("ftp://desk.example.org", None),
            ("https://me:secret@desk.example.org", None),
        ] {
            assert_eq!(base(text).ok().map(String::from).as_deref(), wanted, "{text}");
        }
    }

    fn args(relay: &str, plain: bool) -> RelayArgs {
        RelayArgs { relay: relay.to_owned(), token_file: Some("/nowhere/token".into()), plain }
    }

    #[test]
    fn a_token_goes_in_the_clear_only_to_this_machine_or_where_it_is_said() {
        for (relay, plain, refused) in [
            ("ws://127.0.0.1:7420", false, false),
            ("http://localhost:7420", false, false),
            ("wss://desk.example.org", false, false),
            ("ws://desk.example.org", false, true),
            ("http://10.0.0.1:7420", false, true),
            ("http://10.0.0.1:7420", true, false),
        ] {
            // Whatever is not refused goes on to the token, which is not there.
            let why = args(relay, plain).remote().expect_err("no token");
            assert_eq!(matches!(why, Failure::Usage(_)), refused, "{relay}: {why:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_relay_that_hangs_is_given_up_after_half_a_minute() {
        rustls::crypto::ring::default_provider().install_default().ok();
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let addr = silent.local_addr().expect("its number");
        let base = base(&format!("http://{addr}")).expect("an address");
        let remote = Remote::new(base, Secret::new("gui_x")).expect("a client");
        let none: [(&str, &str); 0] = [];
        let begun = tokio::time::Instant::now();
        let told = remote.get::<Vec<u8>>("tickets", &none).await.expect_err("nobody answers");
        assert!(told.to_string().contains("does not answer"), "{told}");
        assert!(begun.elapsed() <= PATIENCE + Duration::from_secs(1));
        let begun = tokio::time::Instant::now();
        let told = remote.act(TicketNumber(1), ActionRequest::Take).await.expect_err("nobody");
        assert!(told.to_string().contains("does not answer"), "{told}");
        assert!(begun.elapsed() <= PATIENCE + Duration::from_secs(1));
    }

    #[test]
    fn only_this_machine_is_near() {
        for (text, near) in [
            ("http://127.0.0.1:1", true),
            ("http://[::1]:1", true),
            ("http://localhost:1", true),
            ("http://10.0.0.1:1", false),
            ("http://localhost.example.org", false),
        ] {
            assert_eq!(base(text).as_ref().is_ok_and(is_near), near, "{text}");
        }
    }
}
