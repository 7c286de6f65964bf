//! What a message holds beyond its text, from the platform's words.

use crate::domain::details::{
    Address, Answer, Card, Change, Choice, Details, Fault, LISTED_MOST, Location, Member, Order,
    OrderItem, Product, Referral,
};
use crate::whatsapp::webhook::{self, Content, Customer};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// What a form sends along for the one who made it, and no customer has filled in.
const TOKEN: &str = "flow_token";
/// Bytes of a vCard that is kept; a longer one stands in the raw form only.
const VCARD_MOST: usize = 16_384;

/// What a message holds beyond its text.
pub(super) fn of(message: &webhook::Message) -> Details {
    let mut details = content(&message.content, message.customer.as_ref());
    details.fault = message.errors.first().map(|error| Fault {
        code: error.code,
        title: error.details.clone().unwrap_or_else(|| error.title.clone()),
    });
    details.referral = message.referral.as_deref().map(|from| Referral {
        source: from.source_type.clone(),
        id: from.source_id.clone(),
        url: from.source_url.clone(),
        headline: from.headline.clone(),
        body: from.body.clone(),
        media: from.media_type.clone(),
        media_url: from.media_url.clone(),
    });
    if let Some(context) = &message.context {
        details.often_forwarded = context.frequently_forwarded;
        details.product = context.product.as_ref().map(|product| Product {
            catalog: product.catalog_id.clone(),
            product: product.retailer_id.clone(),
        });
    }
    details
}

fn content(content: &Content, customer: Option<&Customer>) -> Details {
    let mut details = Details::default();
    match content {
        Content::Location(place) => {
            details.location = Some(Location {
                latitude: place.latitude,
                longitude: place.longitude,
                name: place.name.clone(),
                address: place.address.clone(),
                url: place.url.clone(),
            });
        }
        Content::Contacts(cards) => {
            details.cards = listed(cards.iter().map(card).collect(), &mut details.left_out);
        }
        Content::ButtonReply(choice) | Content::ListReply(choice) => {
            details.choice = Some(Choice {
                id: choice.id.clone(),
                title: choice.title.clone(),
                description: choice.description.clone(),
            });
        }
        Content::Button { payload, text } => {
            details.choice =
                Some(Choice { id: payload.clone(), title: text.clone(), description: None });
        }
        Content::FlowReply { response, .. } => {
            details.answers = listed(answers(response), &mut details.left_out);
        }
        Content::CallPermissionReply { accepted } => details.may_call = Some(*accepted),
        Content::Order(order) => {
            details.left_out = order.items.len().saturating_sub(LISTED_MOST);
            let items = order.items.iter().map(|item| OrderItem {
                product: item.product.clone(),
                quantity: item.quantity,
                odd_quantity: item.odd_quantity.clone(),
                price: item.price,
                odd_price: item.odd_price.clone(),
                currency: item.currency.clone(),
            });
            details.order = Some(Order::of(order.catalog_id.clone(), items.collect()));
        }
        Content::System(system) => details.change = Some(change(system, customer)),
        Content::Unsupported { what } => {
            details.unsupported = Some(what.clone().unwrap_or_default());
        }
        Content::MediaPlaceholder => details.unsupported = Some("media_placeholder".to_owned()),
        Content::Unknown { kind } => details.unsupported = Some(kind.clone()),
        Content::Edit { content: inner, .. } => return self::content(inner, customer),
        Content::Text(_)
        | Content::Image(_)
        | Content::Video(_)
        | Content::Audio { .. }
        | Content::Document(_)
        | Content::Sticker(_)
        | Content::Reaction { .. }
        | Content::Revoke { .. }
        | Content::RequestWelcome => {}
    }
    details.unsupported = details.unsupported.filter(|what| !what.is_empty());
    details
}

/// No more of a list than is kept.
fn listed<T>(mut list: Vec<T>, left_out: &mut usize) -> Vec<T> {
    *left_out = list.len().saturating_sub(LISTED_MOST);
    list.truncate(LISTED_MOST);
    list
}

/// Who of a group wrote a message.
pub(super) fn member(customer: &Customer) -> Member {
    Member {
        name: customer.name.clone(),
        phone: customer.phone.clone().or_else(|| customer.wa_id.clone()),
        user_id: customer.user_id.clone(),
    }
}

fn card(card: &webhook::Card) -> Card {
    let few = |list: &[String]| list.iter().take(LISTED_MOST).cloned().collect();
    Card {
        name: card.name.clone(),
        phones: few(&card.phones),
        emails: few(&card.emails),
        company: card.company.clone(),
        department: card.department.clone(),
        title: card.title.clone(),
        addresses: card.addresses.iter().take(LISTED_MOST).map(address).collect(),
        urls: few(&card.urls),
        birthday: card.birthday.clone(),
        vcard: card.vcard.clone().filter(|vcard| vcard.len() <= VCARD_MOST),
    }
}

fn address(of: &webhook::Address) -> Address {
    Address {
        street: of.street.clone(),
        city: of.city.clone(),
        state: of.state.clone(),
        zip: of.zip.clone(),
        country: of.country.clone(),
    }
}

fn change(system: &webhook::System, customer: Option<&Customer>) -> Change {
    let customer = customer.cloned().unwrap_or_default();
    let (from, to) = match system.kind.as_str() {
        "user_changed_user_id" => (customer.user_id, system.user_id.clone()),
        "customer_identity_changed" => (None, None),
        _ => (customer.phone.filter(|_| system.wa_id.is_some()), system.wa_id.clone()),
    };
    Change { what: system.kind.clone(), from, to }
}

/// The answers of a form in the order in which they came. What is no object is one answer without a name.
fn answers(response: &str) -> Vec<Answer> {
    if response.trim().is_empty() {
        return Vec::new();
    }
    let Ok(Pairs(pairs)) = serde_json::from_str(response) else {
        return vec![Answer { name: String::new(), value: response.to_owned() }];
    };
    let answers = pairs.into_iter().filter(|(name, _)| name != TOKEN);
    answers.flat_map(|(name, value)| parts(name, value)).collect()
}

/// An answer; one that has parts, as an address has, as these.
fn parts(name: String, value: Value) -> Vec<Answer> {
    match value {
        Value::Object(parts) if !parts.is_empty() => {
            let part =
                |(part, value)| Answer { name: format!("{name}.{part}"), value: said(value) };
            parts.into_iter().map(part).collect()
        }
        value => vec![Answer { name, value: said(value) }],
    }
}

/// A value as a person reads it: of a list, the values with commas between them.
fn said(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(values)
            if values.iter().all(|value| !value.is_array() && !value.is_object()) =>
        {
            values.into_iter().map(said).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// The members of an object in their order.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Pairs;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        from.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whatsapp::webhook::Fact;
    use serde_json::json;

    /// The details of one message with these members, as JSON.
    fn details(members: Value) -> Value {
        let mut message = json!({"from": "393331234567", "id": "w", "timestamp": "1", "type": "text", "text": {"body": "x"}});
        for (name, member) in members.as_object().expect("members") {
            message[name] = member.clone();
        }
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "2", "changes": [{"field": "messages", "value": {
            "metadata": {"phone_number_id": "1"}, "messages": [message]}}]}]})
        .to_string();
        let items = webhook::parse(body.as_bytes()).expect("an envelope");
        let Fact::Message(message) = &items[0].fact else { panic!("{:?}", items[0]) };
        serde_json::to_value(of(message)).expect("JSON")
    }

    #[test]
    fn each_kind_has_its_details() {
        for (members, told) in [
            (json!({}), json!({})),
            (json!({"type": "image", "image": {"id": "i", "caption": "c"}}), json!({})),
            (
                json!({"type": "location", "location": {"latitude": 45.5, "longitude": "9.25", "name": "Bar", "address": "Via 1", "url": "https://x.y"}}),
                json!({"location": {"latitude": 45.5, "longitude": 9.25, "name": "Bar", "address": "Via 1", "url": "https://x.y"}}),
            ),
            (
                json!({"type": "location", "location": {"latitude": 1e308, "longitude": 0}}),
                json!({"location": {"latitude": 1e308, "longitude": 0.0}}),
            ),
            (
                json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Bo"}, "phones": [{"phone": "+1"}, {"wa_id": "2"}],
                    "emails": [{"email": "b@o"}], "org": {"company": "Acme"}}, {}]}),
                json!({"cards": [{"name": "Bo", "phones": ["+1", "2"], "emails": ["b@o"], "company": "Acme"}, {}]}),
            ),
            (
                json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "r1", "title": "One", "description": "first"}}}),
                json!({"choice": {"id": "r1", "title": "One", "description": "first"}}),
            ),
            (
                json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "y", "title": "Yes"}}}),
                json!({"choice": {"id": "y", "title": "Yes"}}),
            ),
            (
                json!({"type": "button", "button": {"payload": "P", "text": "T"}}),
                json!({"choice": {"id": "P", "title": "T"}}),
            ),
            (
                json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent",
                    "response_json": r#"{"z":"last","flow_token":"t","a":[1,"b"],"n":null,"o":{"k":true}}"#}}}),
                json!({"answers": [{"name": "z", "value": "last"}, {"name": "a", "value": "1, b"},
                    {"name": "n", "value": ""}, {"name": "o.k", "value": "true"}]}),
            ),
            (
                json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{broken"}}}),
                json!({"answers": [{"name": "", "value": "{broken"}]}),
            ),
            (
                json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {}}}),
                json!({}),
            ),
            (
                json!({"type": "interactive", "interactive": {"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}}}),
                json!({"may_call": true}),
            ),
            (
                json!({"type": "order", "order": {"catalog_id": "c", "product_items": [
                    {"product_retailer_id": "A", "quantity": "3", "item_price": 0.1, "currency": "EUR"},
                    {"product_retailer_id": "B", "item_price": "0.2", "currency": "EUR"}, {"product_retailer_id": "C", "quantity": 2}]}}),
                json!({"order": {"catalog": "c", "items": [
                    {"product": "A", "quantity": 3, "price": 0.1, "currency": "EUR"},
                    {"product": "B", "quantity": 1, "price": 0.2, "currency": "EUR"}, {"product": "C", "quantity": 2}],
                    "sums": [{"amount": 0.5, "currency": "EUR"}]}}),
            ),
            (
                json!({"type": "system", "system": {"type": "user_changed_number", "body": "b", "wa_id": "39444"}}),
                json!({"change": {"what": "user_changed_number", "from": "393331234567", "to": "39444"}}),
            ),
            // What nobody can reckon with is told as it was said, and there is no sum.
            (
                json!({"type": "order", "order": {"product_items": [
                    {"product_retailer_id": "A", "quantity": 9_223_372_036_854_775_808_u64, "item_price": 1, "currency": "EUR"},
                    {"product_retailer_id": "B", "quantity": 1e30, "item_price": 1, "currency": "EUR"},
                    {"product_retailer_id": "C", "quantity": "-3", "item_price": "12,50", "currency": "EUR"},
                    {"product_retailer_id": "D", "quantity": "9".repeat(400), "item_price": 1e308, "currency": "EUR"},
                    {"product_retailer_id": "E", "quantity": "", "item_price": "", "currency": "USD"},
                    {"product_retailer_id": "F", "quantity": 2, "item_price": 0.5, "currency": "USD"}]}}),
                json!({"order": {"items": [
                    {"product": "A", "quantity": 0, "odd_quantity": "9223372036854775808", "price": 1.0, "currency": "EUR"},
                    {"product": "B", "quantity": 0, "odd_quantity": "1e30", "price": 1.0, "currency": "EUR"},
                    {"product": "C", "quantity": 0, "odd_quantity": "-3", "odd_price": "12,50", "currency": "EUR"},
                    {"product": "D", "quantity": 0, "odd_quantity": "9".repeat(40), "odd_price": "1e308", "currency": "EUR"},
                    {"product": "E", "quantity": 1, "currency": "USD"},
                    {"product": "F", "quantity": 2, "price": 0.5, "currency": "USD"}],
                    "sums": [{"amount": 1.0, "currency": "USD"}]}}),
            ),
            (
                json!({"type": "system", "from_user_id": "IT.1", "system": {"type": "user_changed_user_id", "user_id": "IT.2"}}),
                json!({"change": {"what": "user_changed_user_id", "from": "IT.1", "to": "IT.2"}}),
            ),
            (
                json!({"type": "system", "system": {"type": "customer_identity_changed"}}),
                json!({"change": {"what": "customer_identity_changed"}}),
            ),
            (
                json!({"type": "unsupported", "unsupported": {"type": "poll"}, "errors": [{"code": 131051, "title": "T", "error_data": {"details": "D"}}]}),
                json!({"unsupported": "poll", "fault": {"code": 131_051, "title": "D"}}),
            ),
            (json!({"type": "unsupported"}), json!({})),
            (json!({"type": "hologram"}), json!({"unsupported": "hologram"})),
            (
                json!({"referral": {"source_type": "ad", "source_id": 5, "source_url": "https://fb.me/1", "headline": "H", "body": "B",
                    "media_type": "video", "video_url": "https://v", "thumbnail_url": "https://t"}}),
                json!({"referral": {"source": "ad", "id": "5", "url": "https://fb.me/1", "headline": "H", "body": "B",
                    "media": "video", "media_url": "https://v"}}),
            ),
            (json!({"context": {"frequently_forwarded": true}}), json!({"often_forwarded": true})),
            (
                json!({"context": {"referred_product": {"catalog_id": "c", "product_retailer_id": "p"}}}),
                json!({"product": {"catalog": "c", "product": "p"}}),
            ),
            (
                json!({"type": "edit", "edit": {"original_message_id": "o", "message": {"type": "text", "text": {"body": "new"}}}}),
                json!({}),
            ),
        ] {
            assert_eq!(details(members.clone()), told, "{members}");
        }
    }

    #[test]
    fn what_is_too_much_is_counted() {
        let cards = vec![json!({"name": {"formatted_name": "Bo"}}); 300];
        let told = details(json!({"type": "contacts", "contacts": cards}));
        assert_eq!(
            (told["cards"].as_array().map(Vec::len), &told["left_out"]),
            (Some(257), &json!(43))
        );
        let items = vec![
            json!({"product_retailer_id": "A", "quantity": 1, "item_price": 1, "currency": "EUR"});
            300
        ];
        let told = details(json!({"type": "order", "order": {"product_items": items}}));
        assert_eq!(
            (&told["order"]["sums"][0]["amount"], &told["left_out"]),
            (&json!(300.0), &json!(43))
        );
    }
}
