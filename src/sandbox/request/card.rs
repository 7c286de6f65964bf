//! Contact cards (page messages/contacts-messages).

use super::{Refusal, missing};
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Card {
    name: Option<Name>,
    #[serde(default)]
    phones: Vec<Phone>,
    #[serde(default)]
    emails: Vec<Email>,
    #[serde(default, rename = "addresses")]
    _addresses: Vec<IgnoredAny>,
    #[serde(default)]
    urls: Vec<Address>,
    #[serde(rename = "org")]
    _org: Option<Org>,
    #[serde(rename = "birthday")]
    _birthday: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    formatted_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    middle_name: Option<String>,
    suffix: Option<String>,
    prefix: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phone {
    phone: String,
    #[serde(rename = "type")]
    _kind: Option<String>,
    #[serde(rename = "wa_id")]
    _wa_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Email {
    email: String,
    #[serde(rename = "type")]
    _kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    url: String,
    #[serde(rename = "type")]
    _kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Org {
    #[serde(rename = "company")]
    _company: Option<String>,
    #[serde(rename = "department")]
    _department: Option<String>,
    #[serde(rename = "title")]
    _title: Option<String>,
}

impl Card {
    /// The whole name and at least one part of it are needed; nothing that is given may be empty.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let name = self.name.as_ref().ok_or_else(|| missing("contacts.name"))?;
        let filled = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
        if !filled(&name.formatted_name) {
            return Err(missing("contacts.name.formatted_name"));
        }
        let parts =
            [&name.first_name, &name.last_name, &name.middle_name, &name.suffix, &name.prefix];
        if !parts.into_iter().any(filled) {
            return Err(missing("contacts.name.first_name"));
        }
        let phones = self.phones.iter().map(|phone| &phone.phone);
        let emails = self.emails.iter().map(|email| &email.email);
        let urls = self.urls.iter().map(|address| &address.url);
        match phones.chain(emails).chain(urls).any(String::is_empty) {
            true => Err(missing("contacts: phone, email or url")),
            false => Ok(()),
        }
    }
}
