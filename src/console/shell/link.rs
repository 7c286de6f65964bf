//! The connection to the relay: a thread of its own, which greets, passes frames on both ways, and comes back
//! after a loss.

mod errands;

use super::files::Wanted;
use super::mailbox::{Gone, Teller};
use super::preview::Turn;
use super::request::deepest;
use crate::console::effect::{HandIn, PreviewAsk};
use crate::console::msg::{Link as News, Msg};
use crate::domain::id::{ContactId, TicketNumber};
use crate::kit::Secret;
use crate::kit::backoff::Backoff;
use crate::wire::{
    ClientFrame, ConsentRequest, LoggedIn, Login, Refused, RelayFrame, TicketFilter, VERSION,
};
use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, Url};
use std::cell::OnceCell;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

const BACKOFF: Backoff =
    Backoff { first: Duration::from_millis(500), most: Duration::from_secs(30), factor: 2 };

/// How long a relay may take to let a console in.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a connection for files is kept for the next one: no longer than any relay would.
const IDLE: Duration = Duration::from_secs(5);

/// After this silence a sign of life is asked for; after twice as much the relay is taken for lost.
const SILENCE: Duration = Duration::from_secs(15);

/// The longest frame that is read, in bytes.
const FRAME_MOST: usize = 16 << 20;

/// How long the console's end waits until the relay has read what was said last.
const FAREWELL: Duration = Duration::from_secs(1);

/// What may wait to be said. A person cannot fill it; a relay that reads nothing for so long is lost.
const WAITING_MOST: usize = 1024;

/// Which relay, and as whom.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its address for consoles, `http` or `https`.
    pub base: Url,
    /// The account's token; without one a person logs in.
    pub token: Option<Secret>,
    /// Where a token that a login gave is kept for the next start; only in memory without one.
    pub keep: Option<PathBuf>,
    /// Certificates, in PEM, of who may sign for the relay, instead of the public ones.
    pub authorities: Option<Vec<u8>>,
}

/// The connection's thread. It ends when this is dropped.
#[derive(Debug)]
pub struct Link {
    orders: mpsc::Sender<Order>,
    /// Hangs up when the thread has ended.
    ended: std::sync::mpsc::Receiver<()>,
}

#[derive(Debug)]
enum Order {
    Say(Box<ClientFrame>),
    Login(Login),
    Reconnect,
    Fetch(Box<Wanted>),
    Preview(PreviewAsk),
    HandIn(HandIn),
    Raw(TicketNumber, String),
    Why(TicketNumber),
    Spread,
    TakeAlerts,
    AllOf(Box<TicketFilter>),
    Consents(ContactId, Option<ConsentRequest>),
}

impl Link {
    /// Starts the thread. Whatever it has to tell comes as [`Msg::Link`].
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start(target: Target, to: impl Into<Teller>) -> std::io::Result<Self> {
        let (orders, heard) = mpsc::channel(WAITING_MOST);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let connection = Connection {
            target,
            to: to.into(),
            orders: heard,
            failures: 0,
            turn: Turn::default(),
            client: OnceCell::new(),
        };
        let (living, ended) = std::sync::mpsc::channel();
        std::thread::Builder::new().name("link".into()).spawn(move || {
            runtime.block_on(connection.run());
            drop(living);
        })?;
        Ok(Self { orders, ended })
    }

    /// Ends the connection once the relay has read what was said, or does not read.
    pub fn close(self) {
        drop(self.orders);
        let _ = self.ended.recv_timeout(FAREWELL);
    }

    /// Says something to the relay. Without a connection it is dropped.
    pub fn say(&self, frame: ClientFrame) {
        self.order(Order::Say(Box::new(frame)));
    }

    /// Asks for a token and connects with it.
    pub fn login(&self, login: Login) {
        self.order(Order::Login(login));
    }

    /// Connects now.
    pub fn reconnect(&self) {
        self.order(Order::Reconnect);
    }

    /// Fetches a file; what came of it comes as [`Msg::Told`].
    pub(super) fn fetch(&self, wanted: Wanted) {
        self.order(Order::Fetch(Box::new(wanted)));
    }

    /// Makes a preview of a picture; what came of it comes as [`Msg::Previewed`].
    pub fn preview(&self, ask: PreviewAsk) {
        self.order(Order::Preview(ask));
    }

    /// Hands a file in; how it goes comes as [`Msg::HandedIn`].
    pub fn hand_in(&self, file: HandIn) {
        self.order(Order::HandIn(file));
    }

    /// Asks for the raw form of a message; the answer comes as [`Msg::Raw`].
    pub fn raw(&self, ticket: TicketNumber, entry: String) {
        self.order(Order::Raw(ticket, entry));
    }

    /// Asks why a ticket is where it is; the answer comes as [`Msg::Why`].
    pub fn why(&self, ticket: TicketNumber) {
        self.order(Order::Why(ticket));
    }

    /// Asks what would even out who has how much; the answer comes as [`Msg::Spread`].
    pub fn spread(&self) {
        self.order(Order::Spread);
    }

    /// Says that the person takes care of the alerts; the answer comes as [`Msg::AlertsTaken`].
    pub fn take_alerts(&self) {
        self.order(Order::TakeAlerts);
    }

    /// Asks for all tickets of a list; the answer comes as [`Msg::AllOf`].
    pub fn all_of(&self, filter: Box<TicketFilter>) {
        self.order(Order::AllOf(filter));
    }

    /// Writes into the ledger of a contact, if there is something to be written, and reads it; the answer comes as
    /// [`Msg::Ledger`].
    pub fn consents(&self, contact: ContactId, write: Option<ConsentRequest>) {
        self.order(Order::Consents(contact, write));
    }

    /// A full queue means a relay that reads nothing: the connection will be lost and all is asked anew.
    fn order(&self, order: Order) {
        let _ = self.orders.try_send(order);
    }
}

struct Connection {
    target: Target,
    to: Teller,
    orders: mpsc::Receiver<Order>,
    failures: u32,
    /// Whose turn among previews it is.
    turn: Turn,
    /// What speaks HTTP, once it was needed.
    client: OnceCell<Client>,
}

/// How a connection ended.
enum End {
    Lost(String),
    Login(String),
    Again,
    Gone,
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl Connection {
    async fn run(mut self) {
        loop {
            let end = match self.target.token.clone() {
                None => End::Login(String::new()),
                Some(token) => match self.connection(&token).await {
                    Ok(never) => match never {},
                    Err(end) => end,
                },
            };
            let waited = match end {
                End::Gone => return,
                End::Again => Ok(()),
                End::Login(why) => self.logged_in(why).await,
                End::Lost(why) => self.lost(why).await,
            };
            if waited.is_err() {
                return;
            }
        }
    }

    fn tell(&self, news: News) -> Result<(), Gone> {
        self.to.send(Msg::Link(news))
    }

    /// Waits for the next try, or until a person is impatient.
    async fn lost(&mut self, why: String) -> Result<(), Gone> {
        self.failures = self.failures.saturating_add(1);
        let wait = BACKOFF.wait(self.failures, rand::random());
        self.tell(News::Lost { why, retry_ms: Some(wait.as_millis() as u64) })?;
        let until = Instant::now() + wait;
        loop {
            tokio::select! {
                () = sleep_until(until) => return Ok(()),
                order = self.orders.recv() => match order.ok_or(Gone)? {
                    Order::Reconnect => return Ok(()),
                    order => self.refuse(order)?,
                },
            }
        }
    }

    /// Waits until a person has logged in.
    async fn logged_in(&mut self, why: String) -> Result<(), Gone> {
        self.target.token = None;
        self.tell(News::LoginNeeded { why })?;
        loop {
            let login = match self.orders.recv().await.ok_or(Gone)? {
                Order::Login(login) => login,
                order => {
                    self.refuse(order)?;
                    continue;
                }
            };
            match self.login(&login).await {
                Ok(logged) => {
                    let token = Secret::new(&*logged.token);
                    if let Some(path) = &self.target.keep
                        && let Err(error) = keep(path, &token)
                    {
                        let why =
                            format!("the token cannot be kept in {}: {error}", path.display());
                        self.to.send(Msg::Told(why))?;
                    }
                    self.target.token = Some(token);
                    return self.tell(News::LoggedIn(logged));
                }
                Err(why) => self.tell(News::LoginNeeded { why })?,
            }
        }
    }

    /// What speaks HTTP with the relay. It is built once: that reads all certificates, on the thread that reads
    /// frames.
    fn client(&self) -> Result<Client, String> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let mut client = Client::builder()
            .connect_timeout(PATIENCE)
            .pool_idle_timeout(IDLE)
            .redirect(reqwest::redirect::Policy::none());
        if let Some(pem) = &self.target.authorities {
            let known =
                reqwest::Certificate::from_pem_bundle(pem).map_err(|error| error.to_string())?;
            client = client.tls_certs_only(known);
        }
        let client = client.build().map_err(|error| error.to_string())?;
        Ok(self.client.get_or_init(|| client).clone())
    }

    async fn login(&self, login: &Login) -> Result<LoggedIn, String> {
        let request = self.client()?.post(self.url("api/v1/login")).timeout(PATIENCE);
        let answer = request.json(login).send().await;
        let answer = answer.map_err(|error| deepest(&error))?;
        let fine = answer.status().is_success();
        let body = answer.bytes().await.map_err(|error| deepest(&error))?;
        if fine {
            return serde_json::from_slice(&body).map_err(|_| self.stranger());
        }
        let refused: Refused = serde_json::from_slice(&body).map_err(|_| self.stranger())?;
        Err(refused.to_string())
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.target.base.clone();
        let root = self.target.base.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{root}/{path}"));
        url
    }

    fn stranger(&self) -> String {
        format!(
            "{} does not answer like a relay; is it its address for consoles?",
            self.target.base
        )
    }

    async fn connection(&mut self, token: &Secret) -> Result<std::convert::Infallible, End> {
        self.tell(News::Connecting)?;
        let mut socket = match timeout(PATIENCE, self.open(token)).await {
            Ok(opened) => opened?,
            Err(_) => return Err(End::Lost(format!("{} does not answer", self.target.base))),
        };
        let client = concat!("guichet/", env!("CARGO_PKG_VERSION")).to_owned();
        say(&mut socket, &ClientFrame::Hello { version: VERSION, client }).await?;
        // What was said while there was no connection was said to nobody.
        while let Ok(order) = self.orders.try_recv() {
            self.refuse(order)?;
        }
        let mut heard_at = Instant::now();
        let mut asked = false;
        loop {
            let patience = heard_at + if asked { SILENCE * 2 } else { SILENCE };
            tokio::select! {
                message = socket.next() => {
                    heard_at = Instant::now();
                    asked = false;
                    self.heard(message)?;
                }
                order = self.orders.recv() => match order {
                    Some(Order::Say(frame)) => say(&mut socket, &frame).await?,
                    Some(Order::Reconnect) => return Err(End::Again),
                    Some(Order::Login(_)) => {}
                    Some(Order::Fetch(wanted)) => self.fetch(*wanted, token),
                    Some(Order::Preview(ask)) => self.preview(ask, token),
                    Some(Order::HandIn(file)) => self.hand_in(file, token),
                    Some(Order::Raw(ticket, entry)) => self.raw(ticket, &entry, token),
                    Some(Order::Why(ticket)) => self.why(ticket, token),
                    Some(Order::Spread) => self.spread(token),
                    Some(Order::TakeAlerts) => self.take_alerts(token),
                    Some(Order::AllOf(filter)) => self.all_of(filter, token),
                    Some(Order::Consents(contact, write)) => self.ledger(contact, write, token),
                    None => {
                        farewell(&mut socket).await;
                        return Err(End::Gone);
                    }
                },
                () = sleep_until(patience) => {
                    if asked {
                        return Err(End::Lost("the relay is silent".into()));
                    }
                    asked = true;
                    say(&mut socket, &ClientFrame::Ping).await?;
                }
            }
        }
    }

    async fn open(&self, token: &Secret) -> Result<Socket, End> {
        let mut url = self.url("ws");
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        // `http` and `https` can always become `ws` and `wss`.
        let _ = url.set_scheme(scheme);
        let lost =
            |error: &dyn std::fmt::Display| End::Lost(format!("{}: {error}", self.target.base));
        let mut request = url.as_str().into_client_request().map_err(|error| lost(&error))?;
        let bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose()));
        let mut bearer = bearer.map_err(|_| End::Login("the token is no token".into()))?;
        bearer.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
        let protocol = HeaderValue::from_static("guichet.v1");
        request.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
        let config = WebSocketConfig::default()
            .max_message_size(Some(FRAME_MOST))
            .max_frame_size(Some(FRAME_MOST));
        let connector = self.connector().map_err(|error| lost(&error))?;
        let opened = tokio_tungstenite::connect_async_tls_with_config(
            request,
            Some(config),
            true,
            connector,
        );
        match opened.await {
            Ok((socket, _)) => Ok(socket),
            Err(Error::Http(answer)) => Err(match answer.status() {
                StatusCode::UNAUTHORIZED => End::Login("the token is not valid any more".into()),
                StatusCode::NOT_FOUND => End::Lost(self.stranger()),
                status => match answer.body().as_deref().map(serde_json::from_slice::<Refused>) {
                    Some(Ok(refused)) => End::Lost(refused.to_string()),
                    _ => lost(&status),
                },
            }),
            Err(error) => Err(lost(&deepest(&error))),
        }
    }

    fn connector(&self) -> Result<Option<Connector>, String> {
        use rustls::pki_types::CertificateDer;
        use rustls::pki_types::pem::PemObject;
        let Some(pem) = &self.target.authorities else { return Ok(None) };
        let mut roots = rustls::RootCertStore::empty();
        for found in CertificateDer::pem_slice_iter(pem) {
            let found = found.map_err(|error| format!("the certificates of --ca: {error}"))?;
            roots.add(found).map_err(|error| format!("the certificates of --ca: {error}"))?;
        }
        let config = rustls::ClientConfig::builder().with_root_certificates(roots);
        Ok(Some(Connector::Rustls(std::sync::Arc::new(config.with_no_client_auth()))))
    }

    fn heard(&mut self, message: Option<Result<Message, Error>>) -> Result<(), End> {
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Close(why))) => {
                let why = why.map(|why| why.reason.to_string()).filter(|why| !why.is_empty());
                return Err(End::Lost(
                    why.unwrap_or_else(|| "the relay closed the connection".into()),
                ));
            }
            Some(Ok(_)) => return Ok(()),
            Some(Err(error)) => return Err(End::Lost(deepest(&error))),
            None => return Err(End::Lost("the connection broke".into())),
        };
        let frame: RelayFrame = serde_json::from_str(&text)
            .map_err(|error| End::Lost(format!("the relay speaks another language: {error}")))?;
        match &frame {
            RelayFrame::Welcome { .. } => self.failures = 0,
            RelayFrame::Goodbye { reason } if reason == "token" => {
                return Err(End::Login("the token is not valid any more".into()));
            }
            _ => {}
        }
        Ok(self.tell(News::Heard(Box::new(frame)))?)
    }
}

async fn say(socket: &mut Socket, frame: &ClientFrame) -> Result<(), End> {
    // Frames are made of what JSON can say.
    let text = serde_json::to_string(frame).unwrap_or_default();
    let said = timeout(PATIENCE, socket.send(Message::text(text))).await;
    match said {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(End::Lost(deepest(&error))),
        Err(_) => Err(End::Lost("the relay does not read".into())),
    }
}

/// Lets the relay read to the end. A socket that is closed with something unread in it would take back what was
/// said last.
async fn farewell(socket: &mut Socket) {
    let closed = async {
        if socket.close(None).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    let _ = timeout(FAREWELL, closed).await;
}

/// Writes a token into a file that only its owner can read.
fn keep(path: &std::path::Path, token: &Secret) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let fresh = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(token.expose().as_bytes())?;
    file.sync_all()?;
    std::fs::rename(fresh, path)
}
