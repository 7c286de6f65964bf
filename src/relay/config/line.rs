//! A business number.

use super::secret::{SecretError, SecretSource};
use super::section::{Section, Value};
use crate::whatsapp::provider::{self, Access, Key, Provider};
use reqwest::Url;
use std::net::IpAddr;

/// `[[line]]`: one business number and how the relay speaks for it. Each provider calls the keys as people find
/// them there: [`Provider::keys`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What people call it; unique.
    pub name: String,
    /// Who carries it.
    pub provider: &'static Provider,
    /// Lines of one business portfolio share customer ids and messaging limits; without one, all lines that
    /// name none are one portfolio.
    pub portfolio: Option<String>,
    /// The number, as the provider's webhooks name it; unique.
    pub phone_number_id: String,
    /// The account, whose templates the line uses.
    pub waba_id: String,
    /// The provider's API, without a slash at the end; the Graph API with its version.
    pub api_url: String,
    /// The secret that opens the API.
    pub access_token: SecretSource,
    /// The secrets that prove webhooks; several while one is being replaced, never none.
    pub app_secrets: Vec<SecretSource>,
    /// The word of the verification handshake, where there is one.
    pub verify_token: Option<SecretSource>,
    /// The relay's address as the provider sees it, without a slash at the end, where it must be known.
    pub public_url: Option<String>,
    /// The queue of its new tickets; the line's own name if it says none.
    pub queue: String,
}

const SECRET: &str = "write { file = \"...\" } or { env = \"NAME\" }";

impl Line {
    pub(super) fn read(table: Section<'_>) -> Option<Self> {
        let name = table.need("name", "what people call the line").and_then(|name| name.label());
        let known = table.get("provider").map(|value| provider(&value));
        // With an unknown provider nothing can be said about the other keys.
        let Some(provider) = known.unwrap_or(Some(provider::ALL[0])) else {
            table.leave();
            return None;
        };
        let keys = &provider.keys;
        let portfolio = table.get("portfolio").map(|value| value.label());
        let number = id(&table, &keys.number);
        let account = id(&table, &keys.account);
        let api = table.get("api_url").map(|value| web_address(&value, provider.api_url));
        let token = keys
            .token
            .map(|key| table.need(key, SECRET).and_then(|value| SecretSource::read(&value)));
        let several = table.need(keys.secrets, "write [{ file = \"...\" }]");
        let several = several.and_then(|value| secrets(&value, provider));
        let verify = keys
            .verify
            .map(|key| table.need(key, SECRET).and_then(|value| SecretSource::read(&value)));
        let public = keys.public.map(|key| {
            let hint = format!("where {} reaches this relay, such as \"{PUBLIC}\"", provider.name);
            table.need(key, &hint).and_then(|value| web_address(&value, PUBLIC))
        });
        let queue = table.get("queue").map(|value| value.label());
        table.finish();
        let app_secrets = several?;
        Some(Self {
            provider,
            portfolio: whole(portfolio)?,
            phone_number_id: number?,
            waba_id: account?,
            api_url: api.unwrap_or_else(|| Some(provider.api_url.to_owned()))?,
            access_token: match token {
                Some(token) => token?,
                None => app_secrets.first()?.clone(),
            },
            app_secrets,
            verify_token: whole(verify)?,
            public_url: whole(public)?,
            queue: queue.unwrap_or_else(|| name.clone())?,
            name: name?,
        })
    }

    /// What the line is spoken for with.
    ///
    /// # Errors
    /// The secret that cannot be read.
    pub fn access(&self) -> Result<Access, SecretError> {
        let secrets = self.app_secrets.iter().map(SecretSource::resolve);
        Ok(Access {
            number: self.phone_number_id.clone(),
            account: self.waba_id.clone(),
            api_url: self.api_url.clone(),
            token: self.access_token.resolve()?,
            secrets: secrets.collect::<Result<_, _>>()?,
            public_url: self.public_url.clone(),
            path: self.path(),
        })
    }

    /// The path of the line's webhooks, as it stands in a URL.
    pub fn path(&self) -> String {
        if self.provider.hook.is_none() {
            return "/webhooks/whatsapp".to_owned();
        }
        let mut url = Url::parse("https://desk.example").expect("it is one");
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(["webhooks", self.provider.name, &self.name]);
        }
        url.path().to_owned()
    }
}

/// What was read of a key that may be left out: nothing if it was read in vain.
fn whole<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(read) => read.map(Some),
        None => Some(None),
    }
}

fn provider(value: &Value<'_>) -> Option<&'static Provider> {
    let known = Provider::named(value.text()?);
    if known.is_none() {
        let names: Vec<_> = provider::ALL.iter().map(|one| format!("\"{}\"", one.name)).collect();
        let hint = format!("one of {}", names.join(", "));
        return value.wrong("names a provider that is not there", &hint);
    }
    known
}

/// The platform's ids stand in URLs.
fn id(table: &Section<'_>, key: &Key) -> Option<String> {
    let value = table.need(key.name, key.what)?;
    let read = (key.read)(value.text()?);
    match read {
        Some(id) => Some(id),
        None => value.wrong("is no id of the platform", key.shape),
    }
}

/// The relay's own address, for a hint.
const PUBLIC: &str = "https://desk.example";

fn web_address(value: &Value<'_>, example: &str) -> Option<String> {
    let text = value.text()?;
    let hint = format!("such as \"{example}\"");
    let Ok(url) = Url::parse(text) else {
        return value.wrong("is no URL", &hint);
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return value.wrong("is no web address", &hint);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return value.wrong("must not hold a password", "the token is sent in a header");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return value.wrong("must end with its path", &hint);
    }
    if url.scheme() == "http" && !is_near(url.host_str().unwrap_or_default()) {
        let what = if example == PUBLIC {
            "would have customers' messages sent in the clear"
        } else {
            "would send the access token in the clear"
        };
        return value.wrong(what, "use https");
    }
    Some(text.trim_end_matches('/').to_owned())
}

/// Whether a host is this machine.
pub(super) fn is_near(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn secrets(value: &Value<'_>, provider: &Provider) -> Option<Vec<SecretSource>> {
    let items = value.items()?;
    if items.is_empty() {
        let what = if provider.hook.is_none() { "an app secret" } else { "a secret" };
        let hint = format!("without {what} no webhook can be trusted");
        return value.wrong("is empty", &hint);
    }
    let read: Vec<_> = items.iter().map(SecretSource::read).collect();
    read.into_iter().collect()
}
