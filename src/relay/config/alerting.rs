//! `[smtp]` and `[[webhook]]`: how those are told who are not at a console.

use super::Unique;
use super::fault::Faults;
use super::line::is_near;
use super::routing::given;
use super::secret::SecretSource;
use super::section::{Section, Value};
use crate::domain::name::Name;
use reqwest::Url;
use std::collections::BTreeMap;
use std::time::Duration;

/// Ways out of the desk, without their secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alerting {
    /// The mail server; without it no mail is sent.
    pub smtp: Option<Smtp>,
    /// What is called, by name.
    pub hooks: BTreeMap<Name, Hook>,
}

/// `[smtp]`: a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from others.
    pub tls: MailTls,
    /// Who logs in, and where the password is.
    pub login: Option<(String, SecretSource)>,
    /// From whom mails come.
    pub from: Name,
    /// `most`: mails that one address gets within [`Smtp::within`]; what comes beyond waits and is sent as one.
    pub most: usize,
    /// See [`Smtp::most`]; real time.
    pub within: Duration,
    /// `customer_words`: mails tell what the customer wrote last.
    pub customer_words: bool,
}

/// How a mail server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// TLS from the first byte.
    Whole,
    /// TLS after a word in the clear.
    Start,
    /// None: only on this machine.
    None,
}

/// `[[webhook]]`: something that is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Where.
    pub url: String,
    /// What the calls are signed with.
    pub secret: Option<SecretSource>,
}

impl Alerting {
    pub(super) fn read(root: &Section<'_>, faults: &Faults<'_>) -> Self {
        let smtp = root.section("smtp").and_then(smtp);
        let mut names = Unique::new("webhook", "name", faults);
        let mut hooks = BTreeMap::new();
        for table in root.sections("webhook") {
            let at = table.at;
            if let Some((name, hook)) = hook(table) {
                names.add(&name, at);
                hooks.insert(Name::from(name), hook);
            }
        }
        Self { smtp, hooks }
    }
}

fn smtp(table: Section<'_>) -> Option<Smtp> {
    let host = table.need("host", "such as host = \"mail.example.org\"");
    let host = host.and_then(|value| {
        let text = value.text()?;
        let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_');
        if text.len() > 253 || !text.chars().all(sound) {
            return value.wrong("is no name of a machine", "such as \"mail.example.org\"");
        }
        Some(text.to_owned())
    });
    let words = [("tls", MailTls::Whole), ("starttls", MailTls::Start), ("none", MailTls::None)];
    let tls = table.get("tls").map(|value| {
        let tls = value.one_of(&words)?;
        let far = host.as_deref().is_some_and(|host| !is_near(host));
        if tls == MailTls::None && far {
            return value.wrong("would send mails in the clear", "\"starttls\" or \"tls\"");
        }
        Some(tls)
    });
    let tls = tls.unwrap_or(Some(MailTls::Start));
    let port = given(table.get("port").map(|value| value.whole(1, 65_535)));
    let user = given(table.get("user").map(|value| value.text().map(str::to_owned)));
    let password = given(table.get("password").map(|value| SecretSource::read(&value)));
    let from = table.need("from", "the address from which mails come").and_then(|v| address(&v));
    let most = given(table.get("most").map(|value| value.whole(1, 1_000)));
    let span = (Duration::from_secs(1), Duration::from_secs(86_400));
    let within = given(table.get("within").map(|value| value.duration(span.0, span.1)));
    let words = given(table.get("customer_words").map(|value| value.flag()));
    let login = match (user?, password?) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        (Some(_), None) => {
            table.need("password", "password = { file = \"...\" }");
            None
        }
        (None, Some(_)) => {
            table.need("user", "who logs in with that password");
            None
        }
    };
    table.finish();
    let (tls, from) = (tls?, from?);
    let usual = match tls {
        MailTls::Whole => 465,
        MailTls::Start => 587,
        MailTls::None => 25,
    };
    Some(Smtp {
        host: host?,
        port: port?.and_then(|port| u16::try_from(port).ok()).unwrap_or(usual),
        tls,
        login,
        from,
        most: most?.map_or(5, |most| most as usize),
        within: within?.unwrap_or(Duration::from_secs(600)),
        customer_words: words?.unwrap_or(false),
    })
}

/// A mail address.
pub(super) fn address(value: &Value<'_>) -> Option<Name> {
    let text = value.text()?;
    match text.parse::<lettre::Address>() {
        Ok(_) if text.len() <= 254 => Some(Name::from(text)),
        _ => value.wrong("is no mail address", "such as \"desk@example.org\""),
    }
}

fn hook(table: Section<'_>) -> Option<(String, Hook)> {
    let name = table.need("name", "how levels and alerts name it").and_then(|name| name.label());
    let url = table.need("url", "what is called, such as \"https://hooks.example.org/desk\"");
    let url = url.and_then(|value| {
        let hint = "such as \"https://hooks.example.org/desk\"";
        let Ok(url) = Url::parse(value.text()?) else { return value.wrong("is no URL", hint) };
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return value.wrong("is no web address", hint);
        }
        if url.scheme() == "http" && !is_near(url.host_str().unwrap_or_default()) {
            return value.wrong("would be called in the clear", "use https");
        }
        Some(url.to_string())
    });
    let secret = given(table.get("secret").map(|value| SecretSource::read(&value)));
    if secret.as_ref().is_some_and(Option::is_none) {
        let hint = "add secret = { file = \"...\" }, so that the other side knows them";
        table.warn("the calls of this [[webhook]] are not signed", hint);
    }
    table.finish();
    Some((name?, Hook { url: url?, secret: secret? }))
}
