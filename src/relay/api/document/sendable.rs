//! What can be sent, for other programs, with the platform's limits.

use super::{object, reference};
use crate::domain::content::{CARDS, EMOJI, TEXT_MOST};
use crate::domain::file::CAPTION_MOST;
use crate::domain::interactive::{
    BODY, BUTTON_ID, BUTTONS, FLOW_TITLE, FOOTER, HEADER, ROW_DESCRIPTION, ROW_ID, ROW_TITLE, ROWS,
    SECTION_TITLE, SECTIONS, TITLE, URL,
};
use crate::domain::limit::Limit;
use serde_json::{Value, json};

fn text(limit: Limit) -> Value {
    json!({ "type": "string", "minLength": limit.least, "maxLength": limit.most })
}

fn list(limit: Limit, of: &Value) -> Value {
    json!({ "type": "array", "minItems": limit.least, "maxItems": limit.most, "items": of })
}

fn needs(mut schema: Value, members: &[&str]) -> Value {
    schema["required"] = json!(members);
    schema
}

/// One member of these, and no other.
fn one_of(members: Value) -> Value {
    let mut schema = object(members);
    schema["minProperties"] = 1.into();
    schema["maxProperties"] = 1.into();
    schema
}

/// `content` of the action `send`.
pub(super) fn content() -> Value {
    let word = json!({ "type": "string" });
    let words = json!({ "type": "array", "items": word });
    let card = object(json!({ "name": word, "phones": words, "emails": words, "company": word }));
    let degrees = |most: i32| json!({ "type": "number", "minimum": -most, "maximum": most });
    one_of(json!({
        "text": needs(
            object(json!({
                "body": text(Limit::new(1, TEXT_MOST)),
                "preview": { "type": "boolean", "description": "of the first link; unless given, where there is one" },
            })),
            &["body"],
        ),
        "reaction": needs(object(json!({ "emoji": text(EMOJI) })), &["emoji"]),
        "location": needs(
            object(json!({
                "latitude": degrees(90), "longitude": degrees(180), "name": word, "address": word,
            })),
            &["latitude", "longitude"],
        ),
        "contacts": list(CARDS, &needs(card, &["name"])),
        "interactive": reference("Interactive"),
        "file": reference("Attached"),
    }))
}

/// A file that was handed in; what the relay found of it may be left as it came.
pub(super) fn attached() -> Value {
    let word = json!({ "type": "string" });
    needs(
        object(json!({
            "upload": { "type": "string", "format": "uuid" },
            "kind": { "enum": ["image", "video", "audio", "voice", "sticker", "document"] },
            "mime": word, "bytes": { "type": "integer" }, "name": word,
            "caption": text(Limit::new(0, CAPTION_MOST)),
        })),
        &["upload", "kind", "mime", "bytes"],
    )
}

/// A message that is answered by a touch.
pub(super) fn interactive() -> Value {
    let word = json!({ "type": "string" });
    let file = one_of(json!({ "id": word, "link": text(URL) }));
    let header = one_of(json!({
        "text": text(HEADER), "image": file, "video": file, "document": file,
    }));
    let button = object(json!({ "id": text(BUTTON_ID), "title": text(TITLE) }));
    let row = object(json!({
        "id": text(ROW_ID), "title": text(ROW_TITLE), "description": text(ROW_DESCRIPTION),
    }));
    let rows = list(ROWS, &needs(row, &["title"]));
    let section = object(json!({ "title": text(SECTION_TITLE), "rows": rows }));
    let action = json!({ "oneOf": [
        { "enum": ["location_request", "contact_request"] },
        one_of(json!({
            "buttons": list(BUTTONS, &needs(button, &["title"])),
            "list": needs(
                object(json!({
                    "button": text(TITLE), "sections": list(SECTIONS, &needs(section, &["rows"])),
                })),
                &["button", "sections"],
            ),
            "link": needs(
                object(json!({ "title": text(TITLE), "url": text(URL) })),
                &["title", "url"],
            ),
            "flow": needs(
                object(json!({
                    "id": word, "title": text(FLOW_TITLE), "screen": word,
                    "data": { "type": "object", "additionalProperties": word },
                })),
                &["id", "title"],
            ),
        })),
    ] });
    needs(
        object(json!({
            "header": header, "body": text(BODY), "footer": text(FOOTER), "action": action,
        })),
        &["body", "action"],
    )
}
