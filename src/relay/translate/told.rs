//! What the platform tells of a conversation without a message: who holds it, what the customer chose. It stands in
//! the thread like one. The platform gives it no id: who, what and when tell one from the other.

use super::Translator;
use crate::domain::command::Arrival;
use crate::domain::details::{Change, Details, GroupChange, LISTED_MOST, Member};
use crate::domain::message::{Inbound, Kind, Source};
use crate::domain::name::Name;
use crate::kit::Timestamp;
use crate::whatsapp::webhook::{Customer, GroupUpdate, Handover, Preference, UserPreference};

/// What the platform calls the messages of which customers choose in its menu.
const MARKETING: &str = "marketing_messages";

/// Who holds the conversation from now on.
pub(super) fn handed(
    of: &Translator<'_>,
    line: &Name,
    handover: &Handover,
    customer: &Customer,
    raw: &str,
) -> Arrival {
    let at = handover.timestamp.unwrap_or(of.now);
    let (kind, text) = match is_ours(handover) {
        true => (Kind::HandedOver, "the platform's agent passes the conversation to the desk"),
        false => (Kind::TakenOver, "the platform's agent holds the conversation"),
    };
    let change = Change {
        what: handover.kind.clone(),
        from: handover.previous_owner.clone(),
        to: handover.new_owner.clone(),
    };
    let body = Inbound {
        id: id("handover", customer, &handover.kind, at),
        text: text.to_owned(),
        details: Some(Box::new(Details { change: Some(change), ..Details::default() })),
        raw: Some(raw.to_owned()),
        ..Inbound::default()
    };
    arrival(of, line, at, kind, body)
}

/// Whether the desk holds the conversation after a handover. The roles of the platform's own agent are `ai_agent` and
/// `meta_business_agent`; all others are people's. Where no new owner is named, the word itself tells.
fn is_ours(handover: &Handover) -> bool {
    const AGENT: [&str; 3] = ["ai_agent", "business_agent", "meta"];
    match handover.new_owner.as_ref().map(|owner| owner.to_lowercase()) {
        Some(owner) => !AGENT.iter().any(|word| owner.contains(word)),
        None => handover.kind == "control_passed",
    }
}

/// What the ledger learns from a choice. Of what the platform calls otherwise, and of who signs up through a link of
/// which nobody knows here what it promised, nothing.
pub(super) fn granted(preference: &UserPreference) -> Option<bool> {
    match preference.choice {
        _ if !matches!(preference.category.as_str(), MARKETING | "") => None,
        Preference::Stop => Some(false),
        Preference::Resume => Some(true),
        Preference::Signup | Preference::Other(_) => None,
    }
}

/// What the customer chose in the platform's menu.
pub(super) fn chosen(
    of: &Translator<'_>,
    line: &Name,
    preference: &UserPreference,
    customer: &Customer,
    raw: &str,
) -> Arrival {
    let what = match &preference.choice {
        Preference::Stop => "stop",
        Preference::Resume => "resume",
        Preference::Signup => "signup",
        Preference::Other(word) => word,
    };
    let category = Some(preference.category.as_str()).filter(|category| !category.is_empty());
    let category = category.unwrap_or(MARKETING).replace('_', " ");
    let text = match &preference.choice {
        Preference::Stop => format!("wants no {category} any more"),
        Preference::Resume => format!("wants {category} again"),
        Preference::Signup => format!("signed up for {category}"),
        Preference::Other(word) => format!("{category}: {word}"),
    };
    let change = Change { what: what.to_owned(), from: None, to: None };
    let body = Inbound {
        id: id(
            "preference",
            customer,
            &format!("{}:{what}", preference.category),
            preference.timestamp,
        ),
        text,
        details: Some(Box::new(Details { change: Some(change), ..Details::default() })),
        raw: Some(raw.to_owned()),
        ..Inbound::default()
    };
    arrival(of, line, preference.timestamp, Kind::Preference, body)
}

/// What happened to a group.
pub(super) fn grouped(
    of: &Translator<'_>,
    line: &Name,
    update: &GroupUpdate,
    raw: &str,
) -> Arrival {
    let at = update.timestamp.unwrap_or(of.now);
    let people = |all: &[Customer]| -> Vec<_> {
        all.iter().take(LISTED_MOST).map(super::details::member).collect()
    };
    let change = GroupChange {
        what: update.kind.clone(),
        subject: update.subject.clone(),
        joined: people(&update.added),
        left: people(&update.removed),
        error: update.error.clone(),
    };
    let text = change.words();
    // Several people come and go in one second.
    let who = change.joined.iter().chain(&change.left).map(Member::known_as);
    let which = who.chain(change.subject.clone()).collect::<Vec<_>>().join(",");
    let which = of.vault.fingerprint("group", which.as_bytes()) as u64;
    let body = Inbound {
        id: format!("group:{}:{}:{which:x}:{}", update.id, update.kind, at.secs()),
        text,
        details: Some(Box::new(Details { group: Some(Box::new(change)), ..Details::default() })),
        raw: Some(raw.to_owned()),
        ..Inbound::default()
    };
    arrival(of, line, at, Kind::Group, body)
}

fn id(what: &str, customer: &Customer, which: &str, at: Timestamp) -> String {
    let who = customer.user_id.as_ref().or(customer.phone.as_ref()).or(customer.wa_id.as_ref());
    format!("{what}:{}:{which}:{}", who.map_or("", String::as_str), at.secs())
}

fn arrival(of: &Translator<'_>, line: &Name, at: Timestamp, kind: Kind, body: Inbound) -> Arrival {
    let key = of.message_key(line, &body.id);
    Arrival { at, key, kind, source: Source::Messages, outgoing: false, undated: false, body }
}
