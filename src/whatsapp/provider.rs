//! Who carries a line's messages: Meta itself, or a solution provider.
//!
//! All that is different between them stands in one file each: the keys of a `[[line]]`, the way to the
//! platform, who posted a webhook, and what it says. A webhook of any of them is read as one of the Cloud API's:
//! whoever brings another shape writes it in that one first. To add a provider, write such a file and put its
//! table into [`ALL`].

use super::exchange::{ClientError, Timeouts};
use super::platform::Platform;
use super::{cloud, dialog360, twilio};
use crate::kit::{Secret, Timestamp};
use reqwest::header::HeaderMap;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// All of them; the first is who carries a line that names none.
pub static ALL: [&Provider; 3] = [&cloud::PROVIDER, &dialog360::PROVIDER, &twilio::PROVIDER];

/// Who carries a line's messages.
pub struct Provider {
    /// Its word in the configuration, and in the path of its webhooks.
    pub name: &'static str,
    /// Where its API is found, unless a line says otherwise.
    pub api_url: &'static str,
    /// How the keys of its `[[line]]` are called.
    pub keys: Keys,
    /// How its webhooks are taken; without it they come as those of Meta's own app.
    pub hook: Option<Hook>,
    /// What it carries, where that is less than WhatsApp has.
    pub limits: Option<Limits>,
    /// The way to it for one line.
    pub connect: fn(&Access, Timeouts) -> Connected,
}

/// What a provider carries, where that is less than WhatsApp has.
pub struct Limits {
    /// The most characters of a text.
    pub text: usize,
    /// The most bytes of a file.
    pub file: u64,
    /// The kinds of messages that it cannot send, as the thread calls them; and what messages that are answered by
    /// a touch cannot have, in the domain's words.
    pub lacks: &'static [&'static str],
    /// A message can quote another.
    pub quotes: bool,
}

/// A way to a provider, if there is one.
pub type Connected = Result<Arc<dyn Platform>, ClientError>;

/// The keys of a `[[line]]`.
pub struct Keys {
    /// The business number, as webhooks name it.
    pub number: Key,
    /// The account, whose templates the line uses.
    pub account: Key,
    /// The secret that opens the API; without a key of its own the first of `secrets`.
    pub token: Option<&'static str>,
    /// The secrets that prove webhooks.
    pub secrets: &'static str,
    /// The word of the verification handshake.
    pub verify: Option<&'static str>,
    /// The relay's address as the provider sees it, where it must be known.
    pub public: Option<&'static str>,
}

/// A key whose value is text.
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What stands there, for people.
    pub what: &'static str,
    /// What its value must look like, for people.
    pub shape: &'static str,
    /// The value as it is used; nothing for one that cannot be right.
    pub read: fn(&str) -> Option<String>,
}

/// How webhooks of a provider are taken.
pub struct Hook {
    /// The header that proves who posted, in lower case.
    pub proof: &'static str,
    /// Whether the provider posted this, for this line.
    pub vouches: fn(&Access, &Post<'_>) -> bool,
    /// The same as a webhook of the Cloud API's. The instant is that of arrival.
    pub envelope: for<'a> fn(&Access, &Post<'a>, Timestamp) -> Cow<'a, [u8]>,
    /// It tells when things happened; otherwise the instant of arrival stands for it, and the same message may
    /// come again with another.
    pub dated: bool,
    /// A post to the URL that says nothing, with what proves it: it leaves no trace.
    pub probe: fn(&Access, &str) -> Probe,
}

/// What was posted.
pub struct Post<'a> {
    /// Path and query, exactly as they came.
    pub target: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body.
    pub body: &'a [u8],
}

/// A post that says nothing.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Its headers.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: &'static [u8],
}

/// What a line is spoken for with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The number, as webhooks name it.
    pub number: String,
    /// The account.
    pub account: String,
    /// Where requests go.
    pub api_url: String,
    /// Opens the API.
    pub token: Secret,
    /// Any of them may prove a webhook.
    pub secrets: Vec<Secret>,
    /// The relay's address as the provider sees it, without a slash at the end.
    pub public_url: Option<String>,
    /// The path of the line's own webhooks.
    pub path: String,
}

impl Access {
    /// Where the line's webhooks are posted, if the relay's public address is known.
    pub fn webhook(&self) -> Option<String> {
        Some(format!("{}{}", self.public_url.as_deref()?, self.path))
    }
}

impl Provider {
    /// The provider of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.into_iter().find(|one| one.name == name)
    }
}

impl PartialEq for Provider {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Provider {}

impl fmt::Debug for Provider {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.name)
    }
}

/// An id that stands in URLs, as Meta gives them out.
pub(super) fn plain_id(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (text.len() <= 64 && text.chars().all(plain)).then(|| text.to_owned())
}

/// What such an id looks like.
pub(super) const PLAIN_ID: &str = "digits, as the WhatsApp manager shows them";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_has_a_word_of_its_own() {
        let names: BTreeSet<_> = ALL.iter().map(|one| one.name).collect();
        assert_eq!(names.len(), ALL.len());
        for one in ALL {
            assert_eq!(Provider::named(one.name), Some(one));
            // Both stand in one path, `/webhooks/whatsapp` is Meta's.
            assert!(one.name != "whatsapp" && plain_id(one.name).is_some(), "{one:?}");
            assert!(one.api_url.starts_with("https://") && !one.api_url.ends_with('/'), "{one:?}");
        }
        assert_eq!(Provider::named("pigeon"), None);
    }
}
