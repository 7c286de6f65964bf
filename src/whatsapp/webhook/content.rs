//! What a message says: one variant for each kind that the platform names, and one for those to come.

/// The content of a message (page "webhooks/reference/messages").
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Plain text.
    Text(String),
    /// A picture.
    Image(Media),
    /// A film.
    Video(Media),
    /// Sound; `voice` is true for a voice note.
    Audio {
        /// The file.
        media: Media,
        /// Recorded in the chat, not attached.
        voice: bool,
    },
    /// A file.
    Document(Media),
    /// A sticker.
    Sticker(Media),
    /// A place.
    Location(Location),
    /// Business cards.
    Contacts(Vec<Card>),
    /// A reaction to a message; without an emoji it takes the reaction back.
    Reaction {
        /// The message reacted to.
        message_id: String,
        /// The emoji; `None` removes the earlier one.
        emoji: Option<String>,
    },
    /// A press on a reply button.
    ButtonReply(Choice),
    /// A choice from a list.
    ListReply(Choice),
    /// A finished flow or address form.
    FlowReply {
        /// `flow`, `address_message`, ...
        name: String,
        /// What the customer sees as his answer.
        body: String,
        /// The answers, a JSON object as text.
        response: String,
    },
    /// The answer to a request to be called.
    CallPermissionReply {
        /// Whether calling was allowed.
        accepted: bool,
    },
    /// A press on a template's quick-reply button.
    Button {
        /// What the template's sender put behind the button.
        payload: String,
        /// The button's words.
        text: String,
    },
    /// An order from the catalogue.
    Order(Order),
    /// A notice of the platform about the customer.
    System(System),
    /// New content for an earlier message.
    Edit {
        /// The message that changes.
        original_id: String,
        /// What it says now.
        content: Box<Content>,
    },
    /// An earlier message was deleted for everyone.
    Revoke {
        /// The message that goes.
        original_id: String,
    },
    /// The customer opened the chat for the first time.
    RequestWelcome,
    /// A picture or file in the imported history, whose content comes separately.
    MediaPlaceholder,
    /// Something that the platform itself cannot pass on.
    Unsupported {
        /// What it was, where the platform says (poll, view_once, ...).
        what: Option<String>,
    },
    /// A kind, or a shape of a known kind, that this version does not know.
    Unknown {
        /// The kind as the platform names it; empty if it names none.
        kind: String,
    },
}

/// A file at the platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// The platform's id of the file, valid for 7 days; absent when the platform failed to fetch it.
    pub id: Option<String>,
    /// The MIME type, with parameters (`audio/ogg; codecs=opus`).
    pub mime_type: Option<String>,
    /// The digest, base64 or hexadecimal.
    pub sha256: Option<String>,
    /// The words under it.
    pub caption: Option<String>,
    /// The name of a document.
    pub filename: Option<String>,
    /// A short-lived address; the line's token is needed to read it.
    pub url: Option<String>,
    /// Whether a sticker moves.
    pub animated: bool,
}

/// A place on earth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Location {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// What it is called.
    pub name: Option<String>,
    /// Where it is.
    pub address: Option<String>,
    /// A page about it.
    pub url: Option<String>,
}

/// Where somebody lives or works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub street: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// Country, or its code.
    pub country: Option<String>,
}

/// A business card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// The whole name.
    pub name: Option<String>,
    /// The numbers as written on it.
    pub phones: Vec<String>,
    /// The e-mail addresses.
    pub emails: Vec<String>,
    /// The company.
    pub company: Option<String>,
    /// The part of the company.
    pub department: Option<String>,
    /// What the person is there.
    pub title: Option<String>,
    /// Where the person lives or works.
    pub addresses: Vec<Address>,
    /// Pages.
    pub urls: Vec<String>,
    /// Day of birth, as written on it.
    pub birthday: Option<String>,
    /// The whole card as a vCard, where the platform passes that on.
    pub vcard: Option<String>,
    /// The numbers of which the platform says that they are on it.
    pub wa_ids: Vec<String>,
    /// True when the customer shared his own card because he was asked for it.
    pub requested: bool,
}

/// What was chosen of an interactive message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The id that the message's sender gave to it.
    pub id: String,
    /// Its words.
    pub title: String,
    /// The smaller words of a list row.
    pub description: Option<String>,
}

/// An order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Order {
    /// The catalogue.
    pub catalog_id: Option<String>,
    /// What the customer wrote with it.
    pub text: Option<String>,
    /// What he ordered.
    pub items: Vec<OrderItem>,
}

/// One line of an order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrderItem {
    /// The product's id at the retailer.
    pub product: String,
    /// How many.
    pub quantity: i64,
    /// What is said of how many, where that is no number of things; then `quantity` is 0.
    pub odd_quantity: Option<String>,
    /// The price of one, in units of the currency.
    pub price: Option<f64>,
    /// What is said of the price, where that is no amount of money; then there is no `price`.
    pub odd_price: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
}

/// A notice about the customer himself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct System {
    /// `user_changed_number`, `user_changed_user_id`, `customer_identity_changed`, or something new.
    pub kind: String,
    /// The notice in words.
    pub body: String,
    /// The customer's new number.
    pub wa_id: Option<String>,
    /// The customer's new user id.
    pub user_id: Option<String>,
    /// The customer's new user id across portfolios.
    pub parent_user_id: Option<String>,
}

impl Content {
    /// The words of it that a person can read: text, caption, title. None where there are none.
    pub fn text(&self) -> Option<&str> {
        match self {
            Content::Text(text) | Content::Button { text, .. } => Some(text),
            Content::Image(media)
            | Content::Video(media)
            | Content::Audio { media, .. }
            | Content::Document(media)
            | Content::Sticker(media) => media.caption.as_deref(),
            Content::ButtonReply(choice) | Content::ListReply(choice) => Some(&choice.title),
            Content::FlowReply { body, .. } => Some(body),
            Content::Order(order) => order.text.as_deref(),
            Content::System(system) => Some(&system.body),
            Content::Edit { content, .. } => content.text(),
            Content::Location(place) => place.name.as_deref().or(place.address.as_deref()),
            Content::Contacts(cards) => cards.first().and_then(|card| card.name.as_deref()),
            Content::Reaction { emoji, .. } => emoji.as_deref(),
            Content::CallPermissionReply { .. }
            | Content::Revoke { .. }
            | Content::RequestWelcome
            | Content::MediaPlaceholder
            | Content::Unsupported { .. }
            | Content::Unknown { .. } => None,
        }
    }
}
