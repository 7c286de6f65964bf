//! Accepts connections, plain or TLS, and serves a router on them until it is told to stop.
//!
//! It does what `axum::serve` does and bounds what that leaves open: how many connections there are, how long
//! a handshake and a request's head may take, how much is buffered, how long a stop may last.

#[cfg(test)]
mod tests;

use super::certificate::{Certificate, CertificateError};
use super::config::Endpoint;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

/// What a listener allows its peers; all times are real time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once, those that became WebSockets among them. Over it a peer reads 503.
    pub connections: usize,
    /// The longest TLS handshake.
    pub handshake: Duration,
    /// The longest wait for a request's whole head, and for the next request on an idle connection.
    pub head: Duration,
    /// The longest wait for requests under way when the listener stops; then they are cut.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            drain: Duration::from_secs(20),
        }
    }
}

/// Why a listener cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address cannot be had.
    #[error("cannot listen on {addr}: {why}; stop what holds the port, or change [listen]")]
    Bind {
        /// The address that was asked for.
        addr: SocketAddr,
        /// The system's reason.
        why: io::Error,
    },
    /// The certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// An address that is being listened on.
#[derive(Debug)]
pub struct Listener {
    tcp: TcpListener,
    local: SocketAddr,
    tls: Option<(Arc<Certificate>, Arc<rustls::ServerConfig>)>,
    limits: Limits,
}

/// The bytes of one connection that hyper may hold unread.
const BUFFER: usize = 64 * 1024;

impl Listener {
    /// Takes the address and loads the certificate. Peers may connect from now on; they are answered when
    /// [`Listener::serve`] runs.
    ///
    /// # Errors
    /// If the address is taken or the certificate cannot be used.
    pub async fn bind(endpoint: &Endpoint, limits: Limits) -> Result<Self, ListenError> {
        let tls = match &endpoint.tls {
            Some(files) => {
                let certificate = Certificate::load(files)?;
                let config = certificate.server_config()?;
                Some((certificate, config))
            }
            None => None,
        };
        let fault = |why| ListenError::Bind { addr: endpoint.addr, why };
        let tcp = TcpListener::bind(endpoint.addr).await.map_err(fault)?;
        let local = tcp.local_addr().map_err(fault)?;
        Ok(Self { tcp, local, tls, limits })
    }

    /// The address with the port that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// The certificate, to reload it while this serves.
    pub fn certificate(&self) -> Option<Arc<Certificate>> {
        self.tls.as_ref().map(|(certificate, _)| certificate.clone())
    }

    /// Serves `router` until `stop` is cancelled; then takes no more connections, lets requests under way
    /// finish within the limit, and returns. The peer's address is in each request's extensions as
    /// `ConnectInfo<SocketAddr>`. WebSockets outlive the return: they belong to whoever upgraded them.
    pub async fn serve(self, router: Router, stop: CancellationToken) {
        let acceptor = self.tls.as_ref().map(|(_, config)| TlsAcceptor::from(config.clone()));
        let slots = Arc::new(Semaphore::new(self.limits.connections));
        let open = TaskTracker::new();
        let cut = CancellationToken::new();
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.limits.head).max_buf_size(BUFFER);
        loop {
            let accepted = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                accepted = self.tcp.accept() => accepted,
            };
            let (tcp, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(why) => {
                    self.rest_after(&why).await;
                    continue;
                }
            };
            let Ok(slot) = slots.clone().try_acquire_owned() else {
                turn_away(&tcp, acceptor.is_some());
                continue;
            };
            let connection = Connection {
                http: http.clone(),
                router: router.clone(),
                peer,
                stop: stop.clone(),
                cut: cut.clone(),
            };
            let (acceptor, patience) = (acceptor.clone(), self.limits.handshake);
            open.spawn(async move {
                // Without it an answer can wait 40 ms for the peer's acknowledgement.
                let _ = tcp.set_nodelay(true);
                let Some(acceptor) = acceptor else {
                    return connection.run(Held { io: tcp, _slot: slot }).await;
                };
                let shaken = tokio::select! {
                    shaken = tokio::time::timeout(patience, acceptor.accept(tcp)) => shaken,
                    () = connection.stop.cancelled() => return,
                };
                if let Ok(Ok(io)) = shaken {
                    connection.run(Held { io, _slot: slot }).await;
                }
            });
        }
        drop(self.tcp);
        open.close();
        if tokio::time::timeout(self.limits.drain, open.wait()).await.is_err() {
            tracing::warn!(left = open.len(), "connections were cut at the end of the drain");
            cut.cancel();
            open.wait().await;
        }
    }

    /// An error of one peer concerns nobody else; when the process is out of files, trying again at once
    /// would only burn the processor.
    async fn rest_after(&self, why: &io::Error) {
        use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
        if !matches!(why.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
            tracing::error!(addr = %self.local, %why, "cannot accept connections; trying again in a second");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// Tells a peer for whom there is no room to try again; one that expects TLS can only be dropped.
fn turn_away(tcp: &TcpStream, tls: bool) {
    if !tls {
        let _ = tcp.try_write(
            b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        );
    }
}

/// What serves one peer.
struct Connection {
    http: http1::Builder,
    router: Router,
    peer: SocketAddr,
    stop: CancellationToken,
    cut: CancellationToken,
}

impl Connection {
    async fn run<S>(self, io: Held<S>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { http, router, peer, stop, cut } = self;
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().call(request)
        });
        let mut connection = pin!(http.serve_connection(TokioIo::new(io), service).with_upgrades());
        // What goes wrong here is the peer's leaving, or his garbage: nothing that an operator could mend.
        tokio::select! {
            _ = connection.as_mut() => return,
            () = stop.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        tokio::select! {
            _ = connection => {}
            () = cut.cancelled() => {}
        }
    }
}

/// A connection with its place among those allowed, which it keeps also as a WebSocket.
struct Held<S> {
    io: S,
    _slot: OwnedSemaphorePermit,
}

impl<S: AsyncRead + Unpin> AsyncRead for Held<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Held<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
