//! Until when the certificate of a web address is good.

use crate::kit::Timestamp;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long the connection and the handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The end of the certificate that `host` shows on `port`. Nothing is sent to whoever shows it, so it need not
/// be trusted.
pub(super) async fn end(host: &str, port: u16) -> io::Result<Timestamp> {
    let shown = tokio::time::timeout(PATIENCE, shown(host, port));
    let shown = shown.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    not_after(&shown).ok_or_else(|| io::Error::other("its certificate cannot be read"))
}

async fn shown(host: &str, port: u16) -> io::Result<CertificateDer<'static>> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Whoever(provider)))
        .with_no_client_auth();
    let host = host.trim_matches(['[', ']']);
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let tcp = TcpStream::connect((host, port)).await?;
    let tls = TlsConnector::from(Arc::new(config)).connect(name, tcp).await?;
    let chain = tls.get_ref().1.peer_certificates();
    let first = chain.and_then(<[_]>::first).ok_or_else(|| io::Error::other("no certificate"))?;
    Ok(first.clone().into_owned())
}

/// Takes any certificate: what is wrong with it is what we want to see.
#[derive(Debug)]
struct Whoever(Arc<CryptoProvider>);

impl ServerCertVerifier for Whoever {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// `notAfter` of a certificate in DER (RFC 5280, 4.1): the second time in its validity, which follows version,
/// serial number, algorithm and issuer.
fn not_after(der: &[u8]) -> Option<Timestamp> {
    const VERSION: u8 = 0xa0;
    let (_, certificate, _) = element(der)?;
    let (_, mut rest, _) = element(certificate)?;
    if let (VERSION, _, after) = element(rest)? {
        rest = after;
    }
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (_, validity, _) = element(rest)?;
    let (_, _, rest) = element(validity)?;
    let (tag, text, _) = element(rest)?;
    instant(tag, std::str::from_utf8(text).ok()?)
}

/// The first element of `der`: its tag, its content, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..0x80 => (usize::from(first), rest),
        _ => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            if bytes.len() > 4 {
                return None;
            }
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `YYMMDDHHMMSSZ` (until 2049) or `YYYYMMDDHHMMSSZ`.
fn instant(tag: u8, text: &str) -> Option<Timestamp> {
    const UTC_TIME: u8 = 0x17;
    let full = match (tag, text.get(..2)?) {
        (UTC_TIME, year) if year < "50" => format!("20{text}"),
        (UTC_TIME, _) => format!("19{text}"),
        _ => text.to_owned(),
    };
    if full.len() != 15 || !full.is_ascii() {
        return None;
    }
    let (date, time) = full.split_at(8);
    let rfc3339 = format!(
        "{}-{}-{}T{}:{}:{}",
        &date[..4],
        &date[4..6],
        &date[6..],
        &time[..2],
        &time[2..4],
        &time[4..]
    );
    rfc3339.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_certificate_is_read() {
        for (year, month, day) in [(2027, 1, 31), (2049, 12, 31), (2050, 1, 1), (1999, 2, 3)] {
            let mut params =
                rcgen::CertificateParams::new(vec!["desk.example".into()]).expect("a name");
            params.not_after = rcgen::date_time_ymd(year, month, day);
            let key = rcgen::KeyPair::generate().expect("a key");
            let made = params.self_signed(&key).expect("a certificate");
            let wanted = format!("{year}-{month:02}-{day:02}T00:00:00Z");
            assert_eq!(not_after(made.der()).map(|at| at.to_string()), Some(wanted));
        }
    }

    #[test]
    fn a_broken_one_is_not() {
        let made = rcgen::generate_simple_self_signed(vec!["desk.example".into()]).expect("made");
        let whole = made.cert.der();
        for length in 0..whole.len() / 2 {
            assert_eq!(not_after(&whole[..length]), None, "{length}");
        }
        for (tag, text) in
            [(0x17, ""), (0x17, "2701"), (0x18, "20270131000000+"), (0x17, "éééééé0")]
        {
            assert_eq!(instant(tag, text), None, "{text}");
        }
    }
}
