//! A business number.

use super::secret::SecretSource;
use super::section::{Section, Value};
use std::net::IpAddr;

/// `[[line]]`: one business number and how the relay speaks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What people call it; unique.
    pub name: String,
    /// Who carries it.
    pub provider: Provider,
    /// Lines of one business portfolio share customer ids and messaging limits; without one, all lines that
    /// name none are one portfolio.
    pub portfolio: Option<String>,
    /// The platform's id of the number; unique.
    pub phone_number_id: String,
    /// The platform's id of the business account, whose templates the line uses.
    pub waba_id: String,
    /// The Graph API with its version, without a slash at the end.
    pub api_url: String,
    /// The token for the Graph API.
    pub access_token: SecretSource,
    /// The app secrets that may have signed a webhook; several while one is being replaced, never none.
    pub app_secrets: Vec<SecretSource>,
    /// The word of the verification handshake.
    pub verify_token: SecretSource,
    /// The queue of its new tickets; the line's own name if it says none.
    pub queue: String,
}

/// Who carries a line's messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Provider {
    /// Meta's own Cloud API.
    #[default]
    Cloud,
}

const CLOUD_API: &str = "https://graph.facebook.com/v25.0";

impl Line {
    pub(super) fn read(table: Section<'_>) -> Option<Self> {
        let name = table.need("name", "what people call the line").and_then(|name| name.label());
        let provider = table.get("provider").map(|value| provider(&value));
        let portfolio = table.get("portfolio").map(|value| value.label());
        let phone_number_id = table
            .need("phone_number_id", "the number's id in the WhatsApp manager")
            .and_then(|value| platform_id(&value));
        let waba_id = table
            .need("waba_id", "the WhatsApp Business account's id")
            .and_then(|value| platform_id(&value));
        let api = table.get("api_url").map(|value| api_url(&value));
        let access_token = table
            .need("access_token", "write { file = \"...\" } or { env = \"NAME\" }")
            .and_then(|value| SecretSource::read(&value));
        let app_secrets = table
            .need("app_secrets", "write [{ file = \"...\" }]")
            .and_then(|value| secrets(&value));
        let verify_token = table
            .need("verify_token", "write { file = \"...\" } or { env = \"NAME\" }")
            .and_then(|value| SecretSource::read(&value));
        let queue = table.get("queue").map(|value| value.label());
        table.finish();
        Some(Self {
            provider: provider.unwrap_or(Some(Provider::Cloud))?,
            portfolio: match portfolio {
                Some(portfolio) => Some(portfolio?),
                None => None,
            },
            phone_number_id: phone_number_id?,
            waba_id: waba_id?,
            api_url: api.unwrap_or_else(|| Some(CLOUD_API.to_owned()))?,
            access_token: access_token?,
            app_secrets: app_secrets?,
            verify_token: verify_token?,
            queue: queue.unwrap_or_else(|| name.clone())?,
            name: name?,
        })
    }
}

fn provider(value: &Value<'_>) -> Option<Provider> {
    match value.text()? {
        "cloud" => Some(Provider::Cloud),
        _ => value.wrong("names a provider that is not there", "only \"cloud\" for now"),
    }
}

/// The platform's ids stand in URLs.
fn platform_id(value: &Value<'_>) -> Option<String> {
    let id = value.text()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if id.len() > 64 || !id.chars().all(plain) {
        return value
            .wrong("is no id of the platform", "digits, as the WhatsApp manager shows them");
    }
    Some(id.to_owned())
}

fn api_url(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    let hint = "such as \"https://graph.facebook.com/v25.0\"";
    let Ok(url) = reqwest::Url::parse(text) else {
        return value.wrong("is no URL", hint);
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return value.wrong("is no web address", hint);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return value.wrong("must not hold a password", "the token is sent in a header");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return value.wrong("must end with its path", hint);
    }
    if url.scheme() == "http" && !is_near(url.host_str().unwrap_or_default()) {
        return value.wrong("would send the access token in the clear", "use https");
    }
    Some(text.trim_end_matches('/').to_owned())
}

/// Whether a host is this machine.
fn is_near(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn secrets(value: &Value<'_>) -> Option<Vec<SecretSource>> {
    let items = value.items()?;
    if items.is_empty() {
        return value.wrong("is empty", "without an app secret no webhook can be trusted");
    }
    let read: Vec<_> = items.iter().map(SecretSource::read).collect();
    read.into_iter().collect()
}
