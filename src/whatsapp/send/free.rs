//! What may be sent while the window is open, beside text and files, in the platform's shape.
//! Source: page "cloud-api/reference/messages" and the platform's published schema.

use super::File;
use serde::Serialize;
use serde_json::Value;

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Location {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A contact card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
    /// The name in its parts.
    pub name: CardName,
    /// Numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<CardPhone>,
    /// Addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<CardEmail>,
    /// Where the person works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org: Option<CardCompany>,
    /// Where the person lives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<CardAddress>,
    /// Pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<CardUrl>,
    /// Day of birth, `2000-12-31`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<String>,
}

/// A place on a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardAddress {
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State or province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A page on a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardUrl {
    /// Its address.
    pub url: String,
}

/// The name on a card: the whole of it and at least one part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardName {
    /// The whole.
    pub formatted_name: String,
    /// Its first word.
    pub first_name: String,
    /// The rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
}

/// A number on a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardPhone {
    /// As it is to be read.
    pub phone: String,
}

/// An address on a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardEmail {
    /// As it is to be read.
    pub email: String,
}

/// A company on a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardCompany {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// What the person is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Card {
    /// A card with this name, which must not be empty.
    pub fn new(name: &str) -> Self {
        let mut words = name.split_whitespace();
        let first_name = words.next().unwrap_or_default().to_owned();
        let last_name = Some(words.collect::<Vec<_>>().join(" ")).filter(|rest| !rest.is_empty());
        let name = CardName { formatted_name: name.to_owned(), first_name, last_name };
        Self {
            name,
            phones: Vec::new(),
            emails: Vec::new(),
            org: None,
            addresses: Vec::new(),
            urls: Vec::new(),
            birthday: None,
        }
    }
}

/// A message that is answered by a touch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Interactive {
    /// `button`, `list`, `cta_url`, `flow`, `location_request_message`, `request_contact_info`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What stands above the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The text.
    pub body: Words,
    /// The small print.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<Words>,
    /// What can be touched.
    pub action: Action,
}

/// Words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    /// The words.
    pub text: String,
}

/// What stands above the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Header {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// A picture.
    Image {
        /// Which.
        image: File,
    },
    /// A film.
    Video {
        /// Which.
        video: File,
    },
    /// A document.
    Document {
        /// Which.
        document: File,
    },
}

/// What can be touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Action {
    /// Buttons below the text.
    Buttons {
        /// In order.
        buttons: Vec<Button>,
    },
    /// A list behind a button.
    List {
        /// The button's words.
        button: String,
        /// The list's parts.
        sections: Vec<Section>,
    },
    /// Anything else, by name: `cta_url`, `flow`, `send_location`, `request_contact_info`.
    Named {
        /// Its name.
        name: &'static str,
        /// What it needs.
        #[serde(skip_serializing_if = "Option::is_none")]
        parameters: Option<Value>,
    },
}

/// A button that answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Button {
    /// The only kind that there is.
    Reply {
        /// What it says and sends back.
        reply: Reply,
    },
}

/// What a button says and sends back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// What comes back.
    pub id: String,
    /// Its words.
    pub title: String,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What comes back.
    pub id: String,
    /// Its words.
    pub title: String,
    /// Smaller words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
