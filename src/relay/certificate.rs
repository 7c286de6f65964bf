//! A listener's certificate, which can be replaced while connections are being made.

use super::config::Tls;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// The certificate that new connections are shown. Shared by the listener and by whoever reloads it.
#[derive(Debug)]
pub struct Certificate {
    files: Tls,
    current: RwLock<Arc<CertifiedKey>>,
}

/// Why a certificate cannot be used. No message holds anything of the key.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read, or holds no PEM of the kind that is wanted.
    #[error("{what} {path} cannot be read: {why}; give a PEM file that the relay may read", path = path.display())]
    Read {
        /// The certificate or the key.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        why: String,
    },
    /// The key does not belong to the certificate, or is of an unknown kind.
    #[error("certificate {cert} and key {key} do not work together: {why}; give the key that it was made for", cert = cert.display(), key = key.display())]
    Pair {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// The reason.
        why: rustls::Error,
    },
    /// TLS cannot be set up at all.
    #[error("tls cannot be set up: {0}")]
    Setup(rustls::Error),
}

impl Certificate {
    /// Reads the certificate and its key.
    ///
    /// # Errors
    /// If a file cannot be read or the two do not belong together.
    pub fn load(files: &Tls) -> Result<Arc<Self>, CertificateError> {
        let current = RwLock::new(read(files)?);
        Ok(Arc::new(Self { files: files.clone(), current }))
    }

    /// Reads the files again. Connections that are open keep what they were shown; if anything is wrong, so
    /// does everyone else.
    ///
    /// # Errors
    /// As [`Certificate::load`]; the old certificate stays in use.
    pub fn reload(&self) -> Result<(), CertificateError> {
        let fresh = read(&self.files)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// What a TLS acceptor needs: TLS 1.2 and 1.3, HTTP/1.1, sessions resumed by tickets.
    ///
    /// # Errors
    /// If the cryptography at hand cannot do that.
    pub fn server_config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, CertificateError> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(CertificateError::Setup)?
            .with_no_client_auth()
            .with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.ticketer = ring::Ticketer::new().map_err(CertificateError::Setup)?;
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn read(files: &Tls) -> Result<Arc<CertifiedKey>, CertificateError> {
    let fault = |what, path: &Path, why: String| {
        Err(CertificateError::Read { what, path: path.to_owned(), why })
    };
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(&files.cert).and_then(|certs| certs.collect());
    let chain = match chain {
        Ok(chain) if chain.is_empty() => {
            return fault("certificate", &files.cert, "there is none in it".to_owned());
        }
        Ok(chain) => chain,
        Err(why) => return fault("certificate", &files.cert, why.to_string()),
    };
    let key = match PrivateKeyDer::from_pem_file(&files.key) {
        Ok(key) => key,
        Err(why) => return fault("key", &files.key, why.to_string()),
    };
    CertifiedKey::from_der(chain, key, &ring::default_provider()).map(Arc::new).map_err(|why| {
        CertificateError::Pair { cert: files.cert.clone(), key: files.key.clone(), why }
    })
}
