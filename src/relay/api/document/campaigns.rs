//! Lines and campaigns in the words of OpenAPI.

use super::{object, reference};
use serde_json::{Value, json};

/// The schemas, by name.
pub(super) fn schemas() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let time = json!({ "type": "string", "format": "date-time" });
    let whole = json!({ "type": "integer" });
    let array = |of: Value| json!({ "type": "array", "items": of });
    let by_word = |of: &Value| json!({ "type": "object", "additionalProperties": of });
    let row = object(json!({ "phone": maybe, "user_id": maybe, "parameters": by_word(&text) }));
    let failed = object(json!({ "code": whole, "title": text, "count": whole }));
    let turned = object(json!({ "row": whole, "code": text, "message": text }));
    let counts = object(json!({
        "sent": whole, "held": whole, "delivered": whole, "read": whole, "answered": whole,
        "unconfirmed": whole, "cancelled": whole,
        "failed": array(failed), "turned": array(turned),
    }));
    let restriction = object(json!({ "kind": text, "until": maybe }));
    let told = object(json!({
        "at": time, "text": text,
        "news": { "type": "object", "required": ["what"], "properties": { "what": text } },
    }));
    let limit = object(json!({
        "most": whole, "used": whole, "full_at": time, "frees_at": time,
    }));
    json!({
        "Lines": array(reference("Line")),
        "Line": object(json!({
            "name": text, "health": { "enum": ["ok", "probing", "held", "throttled"] },
            "reason": text, "since": time, "quality": text, "phone": text, "per_second": whole, "paced": whole,
            "limit": limit, "restrictions": array(restriction),
            "disabled": { "type": "boolean" }, "told": array(told),
        })),
        "CampaignRequest": object(json!({
            "name": text, "line": maybe, "template": text, "language": text, "digest": text,
        })),
        "CampaignRows": object(json!({
            "from": whole, "rows": { "type": "array", "maxItems": 200, "items": row },
        })),
        "CampaignFilled": object(json!({ "rows": whole })),
        "CampaignAct": object(json!({
            "do": { "enum": ["start", "pause", "resume", "cancel"] },
        })),
        "Campaigns": array(reference("Campaign")),
        "Campaign": object(json!({
            "name": text, "line": text, "template": text, "language": text,
            "state": { "enum": ["preparing", "running", "paused", "cancelled"] },
            "by": text, "at": time, "rows": whole, "waiting": whole, "refused": by_word(&whole),
        })),
        "CampaignReport": { "allOf": [reference("Campaign"), counts] },
    })
}
