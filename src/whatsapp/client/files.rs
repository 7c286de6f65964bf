//! Files of messages: where the platform keeps one, its bytes, and handing one in.

use super::GraphClient;
use crate::whatsapp::exchange::{chain, is_loopback, strange};
use crate::whatsapp::listing;
use crate::whatsapp::platform::{Fault, FileFault, FilePlace, Incoming, Upload};
use futures_util::StreamExt;
use reqwest::multipart::{Form, Part};
use reqwest::{StatusCode, Url};
use std::time::Duration;

/// How long a file may take as a whole: 100 MB at 2 Mbit/s.
pub(super) const WHOLE: Duration = Duration::from_secs(420);
/// The hosts from which the platform gives files out. Source: page "media".
const HOSTS: [&str; 3] = ["fbsbx.com", "facebook.com", "whatsapp.net"];

impl GraphClient {
    /// The address at which a file is asked for. Another door than the platform's own gives files out itself,
    /// and the address that the platform named is good there.
    fn asked_at(&self, url: &str) -> Option<Url> {
        let mut url = Url::parse(url).ok()?;
        let host = url.host_str().unwrap_or_default();
        let known = |known: &&str| {
            host == *known || host.strip_suffix(*known).is_some_and(|rest| rest.ends_with('.'))
        };
        let theirs = url.scheme() == "https" && !is_loopback(&url) && HOSTS.iter().any(known);
        if theirs && self.door.without_ids {
            let path = url.path().to_owned();
            let query = url.query().map(str::to_owned);
            url = self.server.base.clone();
            url.set_path(&path);
            url.set_query(query.as_deref());
            return Some(url);
        }
        // Whoever is asked is shown the token.
        (theirs || self.server.has(&url)).then_some(url)
    }

    pub(super) async fn place_of_file(&self, number: &str, id: &str) -> Result<FilePlace, Fault> {
        let query: &[_] = if self.door.without_ids { &[] } else { &[("phone_number_id", number)] };
        let json = self.ask(self.get(self.server.url(&[id]), query)).await?;
        listing::file_place(&json).ok_or_else(|| strange("it is no place of a file"))
    }

    pub(super) async fn open_file(&self, url: &str) -> Result<Incoming, FileFault> {
        let untrusted = || FileFault::Silent { reason: "the address is not the platform's".into() };
        let url = self.asked_at(url).ok_or_else(untrusted)?;
        let request = self.get(url, &[]).timeout(WHOLE);
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

    pub(super) async fn hand_in(&self, number: &str, upload: Upload) -> Result<String, Fault> {
        let url = self.of(number, "media");
        let body = reqwest::Body::wrap_stream(upload.pieces);
        let part = Part::stream_with_length(body, upload.bytes).file_name(upload.name);
        let part = part.mime_str(&upload.mime).map_err(|error| Fault::Strange {
            reason: format!("the file's type cannot be told: {}", error.without_url()),
        })?;
        let form = Form::new()
            .text("messaging_product", "whatsapp")
            .text("type", upload.mime)
            .part("file", part);
        let request = self.authorised(self.server.http.post(url));
        let json = self.ask(request.multipart(form).timeout(WHOLE)).await?;
        listing::file_id(&json).ok_or_else(|| strange("it is no file's id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Secret;
    use crate::whatsapp::dialog360::DOOR;
    use crate::whatsapp::exchange::Timeouts;

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
        ] {
            let asked = client(base).asked_at(url).map(String::from);
            assert_eq!(asked.as_deref(), trusted.then_some(url), "{base} {url}");
        }
    }

    #[test]
    fn another_door_gives_files_out_itself() {
        rustls::crypto::ring::default_provider().install_default().ok();
        let base = "https://waba-v2.360dialog.io";
        let key = Secret::new("k");
        let client = GraphClient::through(DOOR, base, key, Timeouts::default()).expect("a client");
        for (url, asked) in [
            (
                "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2",
                Some("https://waba-v2.360dialog.io/whatsapp_business/attachments/?mid=1&ext=2"),
            ),
            ("https://waba-v2.360dialog.io/x", Some("https://waba-v2.360dialog.io/x")),
            ("http://lookaside.fbsbx.com/x", None),
            ("https://evilfbsbx.com/x", None),
            ("https://waba-v2.360dialog.io.evil.org/x", None),
        ] {
            assert_eq!(client.asked_at(url).map(String::from).as_deref(), asked, "{url}");
        }
    }
}
