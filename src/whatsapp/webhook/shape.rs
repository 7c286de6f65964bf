//! The JSON shapes of a message's content, and how each becomes a [`Content`].

use super::super::lenient::{List, Obj, Scalar};
use super::content::{Address, Card, Choice, Content, Location, Media, Order, OrderItem, System};
use super::message::RawMessage;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Nobody orders more of one thing.
const ITEMS_MOST: i64 = 1_000_000_000;
/// Nothing costs more, in any currency.
const PRICE_MOST: f64 = 1e12;
/// Characters that are kept of what is no number.
const ODD_MOST: usize = 40;

/// Reads the object that the message's kind names. `whole` is false inside an edit, which holds no other.
pub(super) fn read(message: &mut RawMessage<'_>, whole: bool) -> serde_json::Result<Content> {
    let kind = std::mem::take(&mut message.kind).owned().unwrap_or_default();
    let unknown = |kind: &str| Content::Unknown { kind: kind.to_owned() };
    let text = message.text.0.take().and_then(|text| text.body.owned());
    Ok(match kind.as_str() {
        "text" | "" => text.map_or_else(|| unknown(&kind), Content::Text),
        "image" => Content::Image(media(message.image)?),
        "video" => Content::Video(media(message.video)?),
        "audio" => {
            let voice = object::<RawVoice<'_>>(message.audio)?.voice.flag().unwrap_or(false);
            Content::Audio { media: media(message.audio)?, voice }
        }
        "document" => Content::Document(media(message.document)?),
        "sticker" => Content::Sticker(media(message.sticker)?),
        "location" => location(object(message.location)?).unwrap_or_else(|| unknown(&kind)),
        "contacts" => Content::Contacts(cards(message.contacts)?),
        "reaction" => reaction(object(message.reaction)?).unwrap_or_else(|| unknown(&kind)),
        "interactive" => interactive(message.interactive)?,
        "button" => {
            let raw: RawButton<'_> = object(message.button)?;
            Content::Button {
                payload: raw.payload.owned().unwrap_or_default(),
                text: raw.text.owned().unwrap_or_default(),
            }
        }
        "order" => Content::Order(order(object(message.order)?)),
        "system" => Content::System(system(object(message.system)?)),
        "edit" if whole => edit(message.edit)?,
        "revoke" => match object::<RawRevoke<'_>>(message.revoke)?.original_message_id.filled() {
            Some(original_id) => Content::Revoke { original_id },
            None => unknown(&kind),
        },
        "request_welcome" => Content::RequestWelcome,
        "media_placeholder" => Content::MediaPlaceholder,
        "unsupported" | "unknown" => {
            let raw: RawKind<'_> = object(message.unsupported)?;
            Content::Unsupported { what: raw.kind.filled() }
        }
        _ => unknown(&kind),
    })
}

/// The object behind a member; its default where the member is absent or no object.
fn object<'a, T: Deserialize<'a> + Default>(raw: Option<&'a RawValue>) -> serde_json::Result<T> {
    match raw {
        Some(raw) => {
            let Obj(object) = serde_json::from_str(raw.get())?;
            Ok(object.unwrap_or_default())
        }
        None => Ok(T::default()),
    }
}

fn media(raw: Option<&RawValue>) -> serde_json::Result<Media> {
    let raw: RawMedia<'_> = object(raw)?;
    Ok(Media {
        id: raw.id.filled(),
        mime_type: raw.mime_type.filled(),
        sha256: raw.sha256.filled(),
        caption: raw.caption.filled(),
        filename: raw.filename.filled(),
        url: raw.url.filled(),
        animated: raw.animated.flag().unwrap_or(false),
    })
}

fn location(raw: RawLocation<'_>) -> Option<Content> {
    Some(Content::Location(Location {
        latitude: raw.latitude.float()?,
        longitude: raw.longitude.float()?,
        name: raw.name.filled(),
        address: raw.address.filled(),
        url: raw.url.filled(),
    }))
}

fn reaction(raw: RawReaction<'_>) -> Option<Content> {
    Some(Content::Reaction { message_id: raw.message_id.filled()?, emoji: raw.emoji.filled() })
}

fn cards(raw: Option<&RawValue>) -> serde_json::Result<Vec<Card>> {
    let Some(raw) = raw else { return Ok(Vec::new()) };
    let List(cards) = serde_json::from_str::<List<RawCard<'_>>>(raw.get())?;
    Ok(cards
        .into_iter()
        .map(|card| {
            let name = card.name.0.unwrap_or_default();
            let words = [name.first_name.filled(), name.last_name.filled()];
            let joined = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let org = card.org.0.unwrap_or_default();
            Card {
                wa_ids: card
                    .phones
                    .0
                    .iter()
                    .filter_map(|phone| phone.wa_id.clone().filled())
                    .collect(),
                addresses: card.addresses.0.into_iter().map(address).collect(),
                urls: card.urls.0.into_iter().filter_map(|url| url.url.filled()).collect(),
                birthday: card.birthday.filled(),
                department: org.department.filled(),
                title: org.title.filled(),
                vcard: card.vcard.filled(),
                name: name.formatted_name.filled().or(Some(joined).filter(|name| !name.is_empty())),
                phones: card
                    .phones
                    .0
                    .into_iter()
                    .filter_map(|phone| phone.phone.filled().or_else(|| phone.wa_id.filled()))
                    .collect(),
                emails: card
                    .emails
                    .0
                    .into_iter()
                    .filter_map(|email| email.email.filled())
                    .collect(),
                company: org.company.filled(),
                requested: card.origin.text().as_deref() == Some("contact_request"),
            }
        })
        .collect())
}

fn address(raw: RawAddress<'_>) -> Address {
    Address {
        street: raw.street.filled(),
        city: raw.city.filled(),
        state: raw.state.filled(),
        zip: raw.zip.filled(),
        country: raw.country.filled().or_else(|| raw.country_code.filled()),
    }
}

fn interactive(raw: Option<&RawValue>) -> serde_json::Result<Content> {
    let raw: RawInteractive<'_> = object(raw)?;
    let kind = raw.kind.text().unwrap_or_default();
    let choice = |choice: Obj<RawChoice<'_>>| {
        let choice = choice.0.unwrap_or_default();
        Choice {
            id: choice.id.owned().unwrap_or_default(),
            title: choice.title.owned().unwrap_or_default(),
            description: choice.description.filled(),
        }
    };
    Ok(match kind.as_ref() {
        "button_reply" => Content::ButtonReply(choice(raw.button_reply)),
        "list_reply" => Content::ListReply(choice(raw.list_reply)),
        "nfm_reply" => {
            let reply = raw.nfm_reply.0.unwrap_or_default();
            Content::FlowReply {
                name: reply.name.owned().unwrap_or_default(),
                body: reply.body.owned().unwrap_or_default(),
                response: reply.response_json.owned().unwrap_or_default(),
            }
        }
        "call_permission_reply" => {
            let reply = raw.call_permission_reply.0.unwrap_or_default();
            Content::CallPermissionReply {
                accepted: reply.response.text().as_deref() == Some("accept"),
            }
        }
        "" => Content::Unknown { kind: "interactive".to_owned() },
        other => Content::Unknown { kind: format!("interactive.{other}") },
    })
}

/// What stands where a number of this size should, unless it is one, or nothing.
fn odd(said: Scalar<'_>, is_number: bool) -> Option<String> {
    let said = match said {
        Scalar::Float(number) if number.abs() >= 1e15 => Some(format!("{number:e}")),
        said => said.filled(),
    };
    said.filter(|_| !is_number).map(|said| said.chars().take(ODD_MOST).collect())
}

fn order(raw: RawOrder<'_>) -> Order {
    let items = raw.product_items.0.into_iter().map(|item| {
        let quantity = item.quantity.int().filter(|number| (0..=ITEMS_MOST).contains(number));
        let odd_quantity = odd(item.quantity, quantity.is_some());
        let price = item.item_price.float().filter(|price| price.abs() <= PRICE_MOST);
        OrderItem {
            // Who does not say how many wants one.
            quantity: quantity.unwrap_or(i64::from(odd_quantity.is_none())),
            odd_quantity,
            odd_price: odd(item.item_price, price.is_some()),
            price,
            product: item.product_retailer_id.owned().unwrap_or_default(),
            currency: item.currency.filled(),
        }
    });
    Order { items: items.collect(), catalog_id: raw.catalog_id.filled(), text: raw.text.filled() }
}

fn system(raw: RawSystem<'_>) -> System {
    System {
        kind: raw.kind.owned().unwrap_or_default(),
        body: raw.body.owned().unwrap_or_default(),
        // Older versions call the new number new_wa_id.
        wa_id: raw.wa_id.filled().or_else(|| raw.new_wa_id.filled()),
        user_id: raw.user_id.filled(),
        parent_user_id: raw.parent_user_id.filled(),
    }
}

fn edit(raw: Option<&RawValue>) -> serde_json::Result<Content> {
    let raw: RawEdit<'_> = object(raw)?;
    Ok(match (raw.original_message_id.filled(), raw.message.0) {
        (Some(original_id), Some(mut message)) => {
            Content::Edit { original_id, content: Box::new(read(&mut message, false)?) }
        }
        _ => Content::Unknown { kind: "edit".to_owned() },
    })
}

/// The raw objects: every member a lenient scalar, absent ones read as nothing.
macro_rules! raw {
    ($($name:ident { $($(#[$how:meta])* $member:ident: $kind:ty),* $(,)? })*) => {$(
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, bound(deserialize = "'de: 'a"))]
        pub(super) struct $name<'a> {
            $($(#[$how])* pub(super) $member: $kind,)*
        }
    )*};
}

raw! {
    RawText { body: Scalar<'a> }
    RawKind { #[serde(rename = "type")] kind: Scalar<'a> }
    RawVoice { voice: Scalar<'a> }
    RawMedia { id: Scalar<'a>, mime_type: Scalar<'a>, sha256: Scalar<'a>, caption: Scalar<'a>,
        filename: Scalar<'a>, url: Scalar<'a>, animated: Scalar<'a> }
    RawLocation { latitude: Scalar<'a>, longitude: Scalar<'a>, name: Scalar<'a>, address: Scalar<'a>, url: Scalar<'a> }
    RawReaction { message_id: Scalar<'a>, emoji: Scalar<'a> }
    RawName { formatted_name: Scalar<'a>, first_name: Scalar<'a>, last_name: Scalar<'a> }
    RawPhone { phone: Scalar<'a>, wa_id: Scalar<'a> }
    RawEmail { email: Scalar<'a> }
    RawOrg { company: Scalar<'a>, department: Scalar<'a>, title: Scalar<'a> }
    RawAddress { street: Scalar<'a>, city: Scalar<'a>, state: Scalar<'a>, zip: Scalar<'a>, country: Scalar<'a>,
        country_code: Scalar<'a> }
    RawUrl { url: Scalar<'a> }
    RawCard { name: Obj<RawName<'a>>, phones: List<RawPhone<'a>>, emails: List<RawEmail<'a>>,
        addresses: List<RawAddress<'a>>, urls: List<RawUrl<'a>>, birthday: Scalar<'a>, vcard: Scalar<'a>,
        org: Obj<RawOrg<'a>>, origin: Scalar<'a> }
    RawChoice { id: Scalar<'a>, title: Scalar<'a>, description: Scalar<'a> }
    RawFlow { name: Scalar<'a>, body: Scalar<'a>, response_json: Scalar<'a> }
    RawPermission { response: Scalar<'a> }
    RawInteractive { #[serde(rename = "type")] kind: Scalar<'a>, button_reply: Obj<RawChoice<'a>>,
        list_reply: Obj<RawChoice<'a>>, nfm_reply: Obj<RawFlow<'a>>, call_permission_reply: Obj<RawPermission<'a>> }
    RawButton { payload: Scalar<'a>, text: Scalar<'a> }
    RawItem { product_retailer_id: Scalar<'a>, quantity: Scalar<'a>, item_price: Scalar<'a>, currency: Scalar<'a> }
    RawOrder { catalog_id: Scalar<'a>, text: Scalar<'a>, product_items: List<RawItem<'a>> }
    RawSystem { #[serde(rename = "type")] kind: Scalar<'a>, body: Scalar<'a>, wa_id: Scalar<'a>, new_wa_id: Scalar<'a>,
        user_id: Scalar<'a>, parent_user_id: Scalar<'a> }
    RawRevoke { original_message_id: Scalar<'a> }
    RawEdit { original_message_id: Scalar<'a>, message: Obj<RawMessage<'a>> }
}
