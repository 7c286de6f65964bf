//! Examples of files for new templates: handed in once, and named by a handle. Source: page "resumable upload".

use super::GraphClient;
use crate::whatsapp::exchange::{Answer, exchange, strange, told};
use crate::whatsapp::listing::word;
use crate::whatsapp::platform::{Fault, Upload};
use reqwest::Url;
use reqwest::header::AUTHORIZATION;
use serde_json::Value;

impl GraphClient {
    /// Hands an example in: a session of the app that the token belongs to, and then all of the file in one piece.
    pub(super) async fn hand_in_example(&self, upload: Upload) -> Result<String, Fault> {
        if self.door.without_ids {
            return Err(strange("this provider takes files of templates in its own console"));
        }
        let app = self.token_status().await?.app_id;
        let app = app.ok_or_else(|| strange("it does not say to which app the token belongs"))?;
        let length = upload.bytes.to_string();
        let query =
            [("file_name", &upload.name), ("file_length", &length), ("file_type", &upload.mime)];
        let begin = self.server.http.post(self.server.url(&[&app, "uploads"])).query(&query);
        let session = self.ask(self.authorised(begin)).await?;
        let session = member(&session, "id").and_then(|id| self.session(&id));
        let session = session.ok_or_else(|| strange("it is no session of an upload"))?;
        let body = reqwest::Body::wrap_stream(upload.pieces);
        let request = self.server.http.post(session).timeout(super::files::WHOLE);
        let token = format!("OAuth {}", self.token.expose());
        let request = request.header(AUTHORIZATION, token).header("file_offset", "0").body(body);
        let handed = told(exchange(request).await, |answer: &Answer| self.error(answer))?;
        member(&handed, "h").ok_or_else(|| strange("it is no handle of a file"))
    }

    /// Where a session's bytes go. Its id has a query of its own.
    fn session(&self, id: &str) -> Option<Url> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b":?=&-_%.".contains(&byte);
        if !id.starts_with("upload:") || !id.bytes().all(plain) {
            return None;
        }
        let (path, query) = id.split_once('?').map_or((id, None), |(path, of)| (path, Some(of)));
        let mut url = self.server.url(&[path]);
        url.set_query(query);
        Some(url)
    }
}

fn member(json: &str, name: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(json).ok()?;
    word(&answer[name])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Secret;
    use crate::whatsapp::exchange::Timeouts;

    #[test]
    fn a_session_is_an_address_of_the_platforms() {
        rustls::crypto::ring::default_provider().install_default().ok();
        let base = "https://graph.facebook.com/v25.0";
        let client =
            GraphClient::new(base, Secret::new("t"), Timeouts::default()).expect("a client");
        for (id, url) in [
            ("upload:MTph==", Some("upload:MTph==")),
            ("upload:MTph?sig=AR-z_1", Some("upload:MTph?sig=AR-z_1")),
            ("upload:a/../../b", None),
            ("https://evil.org/", None),
        ] {
            let asked = client.session(id).map(String::from);
            assert_eq!(asked, url.map(|path| format!("{base}/{path}")), "{id}");
        }
    }
}
