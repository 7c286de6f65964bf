//! Files of messages: where the platform keeps one, its bytes, and handing one in.

use super::{GraphClient, ask, chain, is_loopback};
use crate::whatsapp::listing;
use crate::whatsapp::platform::{Fault, FileFault, FilePlace, Incoming, Upload};
use futures_util::StreamExt;
use reqwest::multipart::{Form, Part};
use reqwest::{StatusCode, Url};
use std::time::Duration;

/// How long a file may take as a whole: 100 MB at 2 Mbit/s.
const WHOLE: Duration = Duration::from_secs(420);
/// The hosts from which the platform gives files out. Source: page "media".
const HOSTS: [&str; 3] = ["fbsbx.com", "facebook.com", "whatsapp.net"];

impl GraphClient {
    /// Whether a file's address may be shown the token: the API's own, or one of the platform's.
    fn trusts(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let same = url.scheme() == self.base.scheme()
            && url.host_str() == self.base.host_str()
            && url.port_or_known_default() == self.base.port_or_known_default();
        let theirs = |known: &&str| {
            host == *known || host.strip_suffix(*known).is_some_and(|rest| rest.ends_with('.'))
        };
        same || url.scheme() == "https" && !is_loopback(url) && HOSTS.iter().any(theirs)
    }

    pub(super) async fn place_of_file(
        &self,
        phone_number_id: &str,
        id: &str,
    ) -> Result<FilePlace, Fault> {
        let json = ask(self.get(&[id], &[("phone_number_id", phone_number_id)])).await?;
        listing::file_place(&json)
            .ok_or_else(|| Fault::Strange { reason: "it is no place of a file".to_owned() })
    }

    pub(super) async fn open_file(&self, url: &str) -> Result<Incoming, FileFault> {
        let untrusted = || FileFault::Silent { reason: "the address is not the platform's".into() };
        let url = Url::parse(url).ok().filter(|url| self.trusts(url)).ok_or_else(untrusted)?;
        let request = self.http.get(url).bearer_auth(self.token.expose()).timeout(WHOLE);
        let silent =
            |error: reqwest::Error| FileFault::Silent { reason: chain(&error.without_url()) };
        let response = request.send().await.map_err(silent)?;
        match response.status() {
            status if status.is_success() => {}
            // The address is good for minutes only; what is over is answered in any of these ways.
            StatusCode::NOT_FOUND
            | StatusCode::GONE
            | StatusCode::FORBIDDEN
            | StatusCode::UNAUTHORIZED => return Err(FileFault::Stale),
            status => {
                let reason = format!("it answered {}", status.as_u16());
                return Err(FileFault::Silent { reason });
            }
        }
        let bytes = response.content_length();
        let pieces = response.bytes_stream().map(move |piece| piece.map_err(silent));
        Ok(Incoming { bytes, pieces: pieces.boxed() })
    }

    pub(super) async fn hand_in(
        &self,
        phone_number_id: &str,
        upload: Upload,
    ) -> Result<String, Fault> {
        let url = self.url(&[phone_number_id, "media"]);
        let body = reqwest::Body::wrap_stream(upload.pieces);
        let part = Part::stream_with_length(body, upload.bytes).file_name(upload.name);
        let part = part.mime_str(&upload.mime).map_err(|error| Fault::Strange {
            reason: format!("the file's type cannot be told: {}", error.without_url()),
        })?;
        let form = Form::new()
            .text("messaging_product", "whatsapp")
            .text("type", upload.mime)
            .part("file", part);
        let request = self.http.post(url).bearer_auth(self.token.expose());
        let json = ask(request.multipart(form).timeout(WHOLE)).await?;
        listing::file_id(&json)
            .ok_or_else(|| Fault::Strange { reason: "it is no file's id".to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Secret;
    use crate::whatsapp::client::Timeouts;

    #[test]
    fn the_token_is_shown_to_the_platform_only() {
        rustls::crypto::ring::default_provider().install_default().ok();
        let client =
            |base| GraphClient::new(base, Secret::new("t"), Timeouts::default()).expect("a client");
        for (base, url, trusted) in [
            ("https://graph.facebook.com/v25.0", "https://lookaside.fbsbx.com/x?mid=1", true),
            ("https://graph.facebook.com/v25.0", "https://graph.facebook.com/1", true),
            ("https://graph.facebook.com/v25.0", "http://lookaside.fbsbx.com/x", false),
            ("https://graph.facebook.com/v25.0", "https://evilfbsbx.com/x", false),
            ("https://graph.facebook.com/v25.0", "https://fbsbx.com.evil.org/x", false),
            ("https://graph.facebook.com/v25.0", "https://evil.org/fbsbx.com", false),
            ("http://127.0.0.1:8480/v25.0", "http://127.0.0.1:8480/_media/1", true),
            ("http://127.0.0.1:8480/v25.0", "http://127.0.0.1:8481/_media/1", false),
            ("https://waba-v2.360dialog.io", "https://waba-v2.360dialog.io/x", true),
        ] {
            let url = Url::parse(url).expect("an address");
            assert_eq!(client(base).trusts(&url), trusted, "{base} {url}");
        }
    }
}
