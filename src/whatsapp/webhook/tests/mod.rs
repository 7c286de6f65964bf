//! Whole payloads and what is read from them.

mod broken;
mod envelope;
mod event;
mod message;

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

fn items(body: &str) -> Vec<Item<'_>> {
    parse(body.as_bytes()).expect("a webhook")
}

/// A payload of one change, with metadata and one contact.
fn payload(field: &str, members: Value) -> String {
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "390612345678", "phone_number_id": "1001"},
        "contacts": [{"profile": {"name": "Anna", "username": "anna.b"}, "wa_id": "393331234567", "user_id": "IT.77"}],
    });
    for (name, member) in members.as_object().expect("members") {
        value[name] = member.clone();
    }
    json!({"object": "whatsapp_business_account", "entry": [{"id": "2002", "changes": [{"field": field, "value": value}]}]})
        .to_string()
}

fn text(text: &str) -> Content {
    Content::Text(text.into())
}
