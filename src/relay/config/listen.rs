//! The two listeners.

use super::section::{Section, Value};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// `[listen]`: where the relay is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Public: webhooks and nothing else.
    pub webhooks: Endpoint,
    /// Private: WebSocket, REST, health, metrics.
    pub consoles: Endpoint,
}

/// One address: `"127.0.0.1:8443"`, or a table with `addr` and `tls` or `plain`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The address and port; port 0 takes a free one.
    pub addr: SocketAddr,
    /// The certificate, if TLS ends here.
    pub tls: Option<Tls>,
    /// Plain although beyond loopback: a proxy in front ends TLS.
    pub plain: bool,
}

/// The PEM files of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The chain, the server's own certificate first.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Listen {
    pub(super) fn read(root: &Section<'_>) -> Option<Self> {
        let Some(table) = root.section("listen") else {
            root.need("listen", "add [listen] with `webhooks` and `consoles`");
            return None;
        };
        let webhooks = table.need("webhooks", "such as webhooks = \"127.0.0.1:8443\"");
        let consoles = table.need("consoles", "such as consoles = \"127.0.0.1:7420\"");
        table.finish();
        let (read_webhooks, read_consoles) = (
            webhooks.as_ref().and_then(Endpoint::read),
            consoles.as_ref().and_then(Endpoint::read),
        );
        let (listen, consoles) =
            (Self { webhooks: read_webhooks?, consoles: read_consoles? }, consoles?);
        if listen.webhooks.addr == listen.consoles.addr && listen.consoles.addr.port() != 0 {
            return consoles.wrong("is the address of `listen.webhooks`", "give each its own port");
        }
        Some(listen)
    }
}

impl Endpoint {
    fn read(value: &Value<'_>) -> Option<Self> {
        if value.is_text() {
            return Self { addr: address(value)?, tls: None, plain: false }.guarded(value);
        }
        let table = value.section()?;
        let addr = table.need("addr", "such as addr = \"0.0.0.0:443\"");
        let (tls_value, plain_value) = (table.get("tls"), table.get("plain"));
        let tls = tls_value.as_ref().and_then(Tls::read);
        let plain = plain_value.as_ref().and_then(Value::flag);
        table.finish();
        let addr = addr.as_ref().and_then(address);
        if tls_value.is_some() && plain == Some(true) {
            return value.wrong("has both `tls` and `plain = true`", "keep one");
        }
        if tls_value.is_some() != tls.is_some() || plain_value.is_some() != plain.is_some() {
            return None;
        }
        Self { addr: addr?, tls, plain: plain.unwrap_or(false) }.guarded(value)
    }

    /// Refuses to speak in the clear with other machines unless that is said.
    fn guarded(self, value: &Value<'_>) -> Option<Self> {
        if self.addr.ip().is_loopback() || self.tls.is_some() || self.plain {
            return Some(self);
        }
        let hint = format!(
            "write {} = {{ addr = \"{}\", tls = {{ cert = \"...\", key = \"...\" }} }}, or plain = true behind a proxy that ends TLS",
            value.name.trim_start_matches("listen."),
            self.addr
        );
        value.wrong("would be reached in the clear beyond this machine", &hint)
    }
}

impl Tls {
    fn read(value: &Value<'_>) -> Option<Self> {
        let table = value.section()?;
        let cert = table.need("cert", "the PEM file with the certificate chain");
        let key = table.need("key", "the PEM file with the private key");
        table.finish();
        let (cert, key) = (cert.and_then(|cert| cert.path()), key.and_then(|key| key.path()));
        Some(Self { cert: cert?, key: key? })
    }
}

fn address(value: &Value<'_>) -> Option<SocketAddr> {
    let text = value.text()?;
    if let Some(port) = text.strip_prefix("localhost:").and_then(|port| port.parse().ok()) {
        return Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    }
    match text.parse() {
        Ok(addr) => Some(addr),
        Err(_) => value.wrong(
            "is no address",
            "an IP address and a port, such as \"127.0.0.1:8443\" or \"[::]:443\"",
        ),
    }
}
