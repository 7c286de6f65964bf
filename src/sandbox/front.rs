//! A proxy that ends TLS before the webhook, with a certificate that nobody trusts and that soon ends.

use super::StartError;
use crate::kit::Timestamp;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// How long the certificate is good for.
const GOOD: Duration = Duration::from_secs(3 * 86_400);

/// Has its address, but serves nobody yet.
pub(super) struct Front {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    behind: String,
    url: String,
}

impl Front {
    /// Takes a free port of this machine, for what answers at `webhook` in the clear.
    pub(super) fn bind(webhook: &reqwest::Url, now: Timestamp) -> Result<Self, StartError> {
        let fault = StartError::Front;
        let (Some(host), Some(port)) = (webhook.host_str(), webhook.port_or_known_default()) else {
            return Err(StartError::Webhook(webhook.to_string()));
        };
        let listener = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .and_then(TcpListener::from_std)
            .map_err(|error| fault(error.to_string()))?;
        let at = listener.local_addr().map_err(|error| fault(error.to_string()))?;
        let config = config(now).map_err(|error| fault(error.to_string()))?;
        Ok(Self {
            behind: format!("{host}:{port}"),
            url: format!("https://localhost:{}{}", at.port(), webhook.path()),
            acceptor: Arc::new(config).into(),
            listener,
        })
    }

    /// Where the webhook is found now.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Passes on what comes, until it is dropped.
    pub(super) async fn serve(self) {
        loop {
            let Ok((outer, _)) = self.listener.accept().await else { return };
            let (acceptor, behind) = (self.acceptor.clone(), self.behind.clone());
            tokio::spawn(async move {
                let Ok(mut outer) = acceptor.accept(outer).await else { return };
                let Ok(mut inner) = TcpStream::connect(behind).await else { return };
                let _ = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
            });
        }
    }
}

fn config(now: Timestamp) -> anyhow::Result<rustls::ServerConfig> {
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?;
    let day = |at: Timestamp| {
        let day = at.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).date();
        rcgen::date_time_ymd(day.year().into(), day.month() as u8, day.day() as u8)
    };
    (params.not_before, params.not_after) = (day(now - GOOD), day(now + GOOD));
    let key = rcgen::KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok(config)
}
