//! Templates and canned replies.

use super::{object, reference};
use serde_json::{Value, json};

/// Their schemas, by name.
pub(super) fn schemas() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let time = json!({ "type": "string", "format": "date-time" });
    let maybe_time = json!({ "type": ["string", "null"], "format": "date-time" });
    let (whole, truth) = (json!({ "type": "integer" }), json!({ "type": "boolean" }));
    let texts = json!({ "type": "array", "items": text });
    let list = |name: &str| json!({ "type": "array", "items": reference(name) });
    let examples = json!({ "type": "object", "additionalProperties": text });
    let file = object(json!({ "image": text, "video": text, "document": text }));
    let button = object(json!({
        "reply": text, "code": text, "call": text, "catalog": text, "products": text,
        "url": object(json!({ "text": text, "url": text, "example": maybe })),
        "phone": object(json!({ "text": text, "phone": text })),
        "flow": object(json!({ "text": text, "flow": text, "screen": maybe })),
    }));
    let button = json!({ "anyOf": [button, { "enum": ["contact_request"] }] });
    let buttons = json!({ "type": "array", "items": button });
    json!({
        "Template": object(json!({
            "name": text, "language": text, "status": text, "purpose": text, "lines": texts,
            "header": maybe, "body": text, "footer": maybe,
            "parameters": { "type": "array", "items": object(json!({
                "name": text, "example": maybe, "optional": truth,
                "kind": { "enum": [
                    "text", "image", "video", "document", "place", "payload", "code", "until",
                    "flow", "product",
                ] },
            })) },
            "sendable": truth, "reason": maybe, "fetched_at": time, "buttons": texts,
            "quality": text, "cost": text, "offer": text, "uses": whole, "suggested_in": texts,
            "fit": object(json!({ "tags": texts, "states": texts })),
            "cards": { "type": "array", "items": object(json!({ "body": text, "buttons": texts })) },
        })),
        "Templates": list("Template"),
        "TemplateSync": object(json!({
            "account": text, "lines": texts, "templates": whole, "checked_at": maybe_time,
            "fault": maybe,
        })),
        "TemplateWish": object(json!({
            "line": maybe,
            "template": object(json!({
                "name": text, "language": text, "purpose": { "enum": ["utility", "marketing"] },
                "header": maybe, "file": file, "place": truth, "body": text, "footer": maybe,
                "offer": object(json!({ "text": text, "ends": truth })),
                "cards": { "type": "array", "items": object(json!({
                    "image": text, "video": text, "body": text, "buttons": buttons,
                    "examples": examples,
                })) },
                "buttons": buttons, "examples": examples,
            })),
        })),
        "TemplateFile": object(json!({ "handle": text })),
        "TemplateSubmitted": object(json!({
            "name": text, "language": text, "id": maybe, "status": text, "category": maybe,
        })),
        "TemplateAudit": object(json!({
            "name": text, "language": text, "purpose": text, "by": text, "sent": whole,
            "recipients": whole, "held": whole, "delivered": whole, "read": whole,
            "failed": { "type": "object", "additionalProperties": whole },
            "cost": { "type": "object", "additionalProperties": whole },
            "answered": whole, "solved": whole,
        })),
        "TemplateAudits": list("TemplateAudit"),
        "TemplateSyncs": list("TemplateSync"),
        "CannedReply": object(json!({
            "name": text, "language": text, "text": text, "queues": texts, "template": text,
            "fit": object(json!({ "tags": texts, "states": texts })), "suggested_in": texts,
        })),
        "CannedReplies": list("CannedReply"),
    })
}
