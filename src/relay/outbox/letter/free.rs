//! Places, cards and what is answered by a touch, from the desk's shape to the platform's.

use crate::domain::content::Attached;
use crate::domain::details;
use crate::domain::interactive::{self as ours, Touch};
use crate::domain::message::Kind;
use crate::whatsapp::send::{
    Action, Button, Card, CardAddress, CardCompany, CardEmail, CardPhone, CardUrl, File, Header,
    Interactive, Location, Reply, Row, Section, SentFile, Words,
};
use serde_json::json;

pub(super) fn location(place: details::Location) -> Location {
    let details::Location { latitude, longitude, name, address, .. } = place;
    Location { latitude, longitude, name, address }
}

pub(super) fn card(card: details::Card) -> Card {
    let details::Card { company, department, title, .. } = card;
    let works = company.is_some() || department.is_some() || title.is_some();
    let address = |details::Address { street, city, state, zip, country }| CardAddress {
        street,
        city,
        state,
        zip,
        country,
    };
    Card {
        phones: card.phones.into_iter().map(|phone| CardPhone { phone }).collect(),
        emails: card.emails.into_iter().map(|email| CardEmail { email }).collect(),
        org: works.then_some(CardCompany { company, department, title }),
        addresses: card.addresses.into_iter().map(address).collect(),
        urls: card.urls.into_iter().map(|url| CardUrl { url }).collect(),
        birthday: card.birthday,
        ..Card::new(card.name.as_deref().unwrap_or_default())
    }
}

/// `token` names the message to a form: it comes back with the answers.
pub(super) fn interactive(given: ours::Interactive, token: &str) -> Interactive {
    let (kind, action) = action(given.action.with_ids(), token);
    Interactive {
        kind,
        header: given.header.map(header),
        body: Words { text: given.body },
        footer: given.footer.map(|text| Words { text }),
        action,
    }
}

fn action(touch: Touch, token: &str) -> (&'static str, Action) {
    let named = |name, parameters| Action::Named { name, parameters };
    match touch {
        Touch::Buttons(buttons) => {
            let reply = |ours::Button { id, title }| Button::Reply { reply: Reply { id, title } };
            ("button", Action::Buttons { buttons: buttons.into_iter().map(reply).collect() })
        }
        Touch::List { button, sections } => {
            let row = |ours::Choice { id, title, description }| Row { id, title, description };
            let section = |section: ours::Section| Section {
                title: section.title,
                rows: section.rows.into_iter().map(row).collect(),
            };
            ("list", Action::List { button, sections: sections.into_iter().map(section).collect() })
        }
        Touch::Link { title, url } => {
            let parameters = json!({"display_text": title, "url": url});
            ("cta_url", named("cta_url", Some(parameters)))
        }
        Touch::Flow { id, title, screen, data } => {
            let mut parameters = json!({
                "flow_message_version": "3",
                "flow_id": id,
                "flow_cta": title,
                "flow_token": token,
                "flow_action": "navigate",
            });
            if let Some(screen) = screen {
                let mut payload = json!({"screen": screen});
                if !data.is_empty() {
                    payload["data"] = json!(data);
                }
                parameters["flow_action_payload"] = payload;
            }
            ("flow", named("flow", Some(parameters)))
        }
        Touch::LocationRequest => ("location_request_message", named("send_location", None)),
        // The platform's page calls the type `contact_request` in one place; its clients and simulators agree on
        // the action's name for both.
        Touch::ContactRequest => ("request_contact_info", named("request_contact_info", None)),
    }
}

fn header(header: ours::Header) -> Header {
    let file = |file| match file {
        ours::File::Id(id) => File::Id(id),
        ours::File::Link(link) => File::Link(link),
    };
    match header {
        ours::Header::Text(text) => Header::Text { text },
        ours::Header::Image(image) => Header::Image { image: file(image) },
        ours::Header::Video(video) => Header::Video { video: file(video) },
        ours::Header::Document(document) => Header::Document { document: file(document) },
    }
}

/// A file under the platform's id of it.
pub(super) fn file(attached: Attached, id: Option<&String>) -> SentFile {
    let kind = match attached.kind {
        Kind::Image => "image",
        Kind::Video => "video",
        Kind::Audio | Kind::Voice => "audio",
        Kind::Sticker => "sticker",
        _ => "document",
    };
    SentFile {
        kind,
        id: id.cloned().unwrap_or_default(),
        caption: attached.caption.filter(|caption| !caption.is_empty()),
        filename: attached.name.filter(|_| kind == "document"),
        voice: attached.kind == Kind::Voice,
    }
}

#[cfg(test)]
mod tests;
