//! What Twilio posts: forms, signed over the address and every field
//! (twilio.com/docs/messaging/guides/webhook-request and usage/webhooks/webhooks-security).

use crate::kit::Secret;
use crate::sandbox::update::{Update, What};
use base64::Engine as _;
use ring::hmac;
use serde_json::Value;

/// One POST.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Letter {
    /// Where to.
    pub(in crate::sandbox) url: String,
    /// Its type.
    pub(in crate::sandbox) content_type: &'static str,
    /// The header that proves who posts, with its value.
    pub(in crate::sandbox) proof: (&'static str, String),
    /// The body.
    pub(in crate::sandbox) body: Vec<u8>,
}

/// Twilio's number for a code of the world's; Twilio's own stay as they are.
pub(super) fn number(code: i32) -> i32 {
    match code {
        131_047 => 63_016,
        131_026 => 63_024,
        131_050 => 21_610,
        131_053 => 63_019,
        130_429 | 131_056 => 63_018,
        131_009 => 21_211,
        132_001 => 63_027,
        132_000 => 63_028,
        132_005 | 132_012 | 132_018 => 63_029,
        132_015 => 63_041,
        132_016 => 63_042,
        other => other,
    }
}

/// The POST of an update; nothing for what Twilio does not tell, or whose address nobody gave.
pub(in crate::sandbox) fn letter(
    update: &Update,
    (webhook, account, number): (&str, &str, &str),
    api: &str,
    token: &Secret,
) -> Option<Letter> {
    let mut form = vec![
        ("AccountSid".to_owned(), account.to_owned()),
        ("ApiVersion".to_owned(), super::VERSION.to_owned()),
    ];
    let ours = format!("whatsapp:+{number}");
    let url = match &update.what {
        What::Message { id, .. } => {
            form.push(("To".into(), ours));
            form.extend(message(update, id, api, account));
            webhook.to_owned()
        }
        What::Status { id, status } => {
            form.push(("From".into(), ours));
            form.extend(status_of(&update.body, id, status));
            update.body["status_to"].as_str()?.to_owned()
        }
        What::Preference | What::Whole(_) => return None,
    };
    let mut sorted = form.clone();
    sorted.sort();
    let signed = sorted.iter().fold(url.clone(), |text, (name, value)| text + name + value);
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.expose().as_bytes());
    let signature =
        base64::engine::general_purpose::STANDARD.encode(hmac::sign(&key, signed.as_bytes()));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&form).finish();
    Some(Letter {
        url,
        content_type: "application/x-www-form-urlencoded",
        proof: ("x-twilio-signature", signature),
        body: body.into_bytes(),
    })
}

/// An address: a phone with its `+`, or a user id.
fn address(phone: &Value, user_id: &Value) -> Option<String> {
    let phone = phone.as_str().map(|phone| format!("whatsapp:+{phone}"));
    phone.or_else(|| Some(format!("whatsapp:{}", user_id.as_str()?)))
}

pub(super) fn message(
    update: &Update,
    id: &str,
    api: &str,
    account: &str,
) -> Vec<(String, String)> {
    let body = &update.body;
    let kind = body["type"].as_str().unwrap_or_default();
    let object = &body[kind];
    let mut form: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        form.extend(value.map(|value| (name.to_owned(), value)));
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    for name in ["MessageSid", "SmsSid", "SmsMessageSid"] {
        add(name, Some(id.to_owned()));
    }
    add("SmsStatus", Some("received".into()));
    add("From", address(&body["from"], &body["from_user_id"]));
    add("WaId", text(&body["from"]));
    add("ExternalUserId", text(&body["from_user_id"]).map(|id| format!("whatsapp:{id}")));
    let contact = update.contact.as_ref();
    add("ProfileName", contact.and_then(|contact| text(&contact["profile"]["name"])));
    add("OriginalRepliedMessageSid", text(&body["context"]["id"]));
    let file = matches!(kind, "image" | "audio" | "video" | "document" | "sticker");
    add("NumMedia", Some(u8::from(file).to_string()));
    add("NumSegments", Some("1".into()));
    let told = if kind == "interactive" || kind == "button" { "button" } else { kind };
    add("MessageType", Some(told.to_owned()));
    let chosen = [&object["button_reply"], &object["list_reply"]];
    let chosen = chosen.into_iter().find(|chosen| chosen.is_object()).unwrap_or(&Value::Null);
    let words = match kind {
        "interactive" => text(&chosen["title"]),
        "text" => text(&object["body"]),
        "button" => text(&object["text"]),
        "document" => text(&object["filename"]),
        _ if file => text(&object["caption"]),
        _ => None,
    };
    add("Body", Some(words.unwrap_or_default()));
    if let Some(file) = text(&object["id"]).filter(|_| file) {
        add("MediaUrl0", Some(format!("{api}/Accounts/{account}/Messages/{id}/Media/{file}")));
        let mime = text(&object["mime_type"]).unwrap_or_default();
        add("MediaContentType0", mime.split(';').next().map(str::to_owned));
    }
    let number = |value: &Value| value.as_f64().map(|number| number.to_string());
    add("Latitude", number(&object["latitude"]));
    add("Longitude", number(&object["longitude"]));
    if kind == "interactive" {
        let list = object["list_reply"].is_object();
        let (id, title) =
            if list { ("ListId", "ListTitle") } else { ("ButtonPayload", "ButtonText") };
        add(id, text(&chosen["id"]));
        add(title, text(&chosen["title"]));
    }
    if kind == "button" {
        add("ButtonText", text(&object["text"]));
        add("ButtonPayload", text(&object["payload"]));
    }
    form
}

fn status_of(body: &Value, id: &str, status: &str) -> Vec<(String, String)> {
    let status = if status == "failed" { "undelivered" } else { status };
    let mut form = vec![
        ("MessageSid".to_owned(), id.to_owned()),
        ("SmsSid".to_owned(), id.to_owned()),
        ("MessageStatus".to_owned(), status.to_owned()),
        ("SmsStatus".to_owned(), status.to_owned()),
        ("ChannelPrefix".to_owned(), "whatsapp".to_owned()),
        ("EventType".to_owned(), status.to_uppercase()),
    ];
    let to = address(&body["recipient_id"], &body["recipient_user_id"]);
    form.extend(to.map(|to| ("To".to_owned(), to)));
    if let Some(code) = body["errors"][0]["code"].as_i64() {
        let code = number(i32::try_from(code).unwrap_or(0)).to_string();
        form.push(("ErrorCode".to_owned(), code));
        form.push(("ChannelStatusMessage".to_owned(), "It was not delivered.".to_owned()));
    }
    form
}
