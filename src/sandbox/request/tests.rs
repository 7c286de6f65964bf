use super::*;
use serde_json::{Value, json};

fn read(mut body: Value) -> Result<Request, i32> {
    let object = body.as_object_mut().expect("an object");
    object.entry("messaging_product").or_insert("whatsapp".into());
    if !object.contains_key("status") {
        object.entry("to").or_insert("+393331234567".into());
    }
    Request::read(body.to_string().as_bytes()).map_err(|refusal| refusal.code)
}

fn interactive(kind: &str, action: Value) -> Value {
    json!({"type": "interactive", "interactive": {"type": kind, "body": {"text": "Choose"}, "action": action}})
}

#[test]
fn every_type_is_taken() {
    let reply = |id: &str| json!({"type": "reply", "reply": {"id": id, "title": "Yes"}});
    let good = [
        json!({"type": "text", "text": {"body": "x".repeat(4096), "preview_url": false}}),
        json!({"text": {"body": "no type means text"}}),
        json!({"type": "image", "image": {"id": "1", "caption": "a"}}),
        json!({"type": "video", "video": {"link": "https://shop.example/v.mp4"}}),
        json!({"type": "audio", "audio": {"id": "1", "voice": true}}),
        json!({"type": "document", "document": {"id": "1", "filename": "a.pdf"}}),
        json!({"type": "sticker", "sticker": {"id": "1"}}),
        json!({"type": "location", "location": {"latitude": 45.0, "longitude": 7.6}}),
        json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "A", "first_name": "A"},
            "phones": [{"phone": "+1", "type": "CELL"}], "org": {"company": "C"}}]}),
        json!({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": ""}}),
        interactive("button", json!({"buttons": [reply("a"), reply("b"), reply("c")]})),
        interactive(
            "list",
            json!({"button": "Open", "sections": [{"rows": [{"id": "1", "title": "One"}]}]}),
        ),
        interactive(
            "cta_url",
            json!({"name": "cta_url", "parameters": {"display_text": "Go", "url": "https://shop.example"}}),
        ),
        interactive(
            "flow",
            json!({"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "1", "flow_cta": "Go", "flow_token": "t"}}),
        ),
        interactive("location_request_message", json!({"name": "send_location"})),
        interactive("request_contact_info", json!({"name": "request_contact_info"})),
        json!({"type": "template", "template": {"name": "hello", "language": {"code": "it"}}}),
        json!({"status": "read", "message_id": "wamid.x"}),
        json!({"status": "read", "message_id": "wamid.x", "typing_indicator": {"type": "text"}}),
        json!({"type": "text", "text": {"body": "a"}, "recipient": "US.123", "recipient_type": "individual",
               "context": {"message_id": "wamid.x"}, "biz_opaque_callback_data": "1.2"}),
        json!({"type": "text", "text": {"body": "a"}, "to": "HBgMGroup1=", "recipient_type": "group"}),
        json!({"type": "image", "image": {"id": "1"}, "to": "HBgMGroup1=", "recipient_type": "group"}),
    ];
    for body in good {
        assert!(read(body.clone()).is_ok(), "{body}");
    }
}

#[test]
fn every_mistake_has_its_code() {
    let reply = |id: &str| json!({"type": "reply", "reply": {"id": id, "title": "Yes"}});
    let row = |n: usize| json!({"id": n.to_string(), "title": "Row"});
    let bad = [
        (json!({"type": "text", "text": {"body": "x".repeat(4097)}}), 100),
        (json!({"type": "text", "text": {"body": "a", "color": "red"}}), 100),
        (json!({"type": "text", "text": {"body": "a"}, "surprise": 1}), 100),
        (json!({"type": "text", "text": {"body": "a"}, "image": {"id": "1"}}), 100),
        (json!({"type": "text", "text": {"body": "a"}, "messaging_product": "sms"}), 100),
        (
            json!({"type": "text", "text": {"body": "a"}, "biz_opaque_callback_data": "x".repeat(513)}),
            100,
        ),
        (json!({"type": "text", "text": {"body": ""}}), 131_008),
        (json!({"type": "text"}), 131_008),
        (json!({"type": "telegram"}), 131_051),
        (json!({"type": "image", "image": {"caption": "a"}}), 131_008),
        (json!({"type": "image", "image": {"id": "1", "link": "https://a.example"}}), 131_008),
        (json!({"type": "image", "image": {"id": "1", "caption": "x".repeat(1025)}}), 100),
        (json!({"type": "video", "video": {"link": "file:///etc/passwd"}}), 131_009),
        (json!({"type": "location", "location": {"latitude": 91.0, "longitude": 0.0}}), 131_009),
        (json!({"type": "contacts", "contacts": []}), 131_009),
        (json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "A"}}]}), 131_008),
        (json!({"type": "contacts", "contacts": [{"name": {"first_name": "A"}}]}), 131_008),
        (
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "A", "first_name": "A"}, "fax": "1"}]}),
            100,
        ),
        (
            json!({"type": "location", "location": {"latitude": 1.0, "longitude": 0.0, "name": ""}}),
            131_009,
        ),
        (json!({"type": "reaction", "reaction": {"message_id": "17.1", "emoji": "👍"}}), 131_009),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "ok"}}),
            131_009,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}, "context": {"message_id": "wamid.x"}}),
            100,
        ),
        (
            interactive(
                "location_request_message",
                json!({"name": "send_location", "parameters": {}}),
            ),
            100,
        ),
        (interactive("contact_request", json!({"name": "request_contact_info"})), 131_051),
        (
            interactive(
                "cta_url",
                json!({"name": "cta_url", "parameters": {"display_text": "Go", "url": "shop"}}),
            ),
            131_009,
        ),
        (
            json!({"type": "interactive", "interactive": {"type": "button", "body": {"text": "x".repeat(1025)}, "action": {"buttons": [reply("a")]}}}),
            100,
        ),
        (
            json!({"type": "interactive", "interactive": {"type": "list", "header": {"type": "image", "image": {"id": "1"}},
                "body": {"text": "x"}, "action": {"button": "Open", "sections": [{"rows": [row(1)]}]}}}),
            131_009,
        ),
        (
            json!({"type": "interactive", "interactive": {"type": "location_request_message", "footer": {"text": "x"},
                "body": {"text": "x"}, "action": {"name": "send_location"}}}),
            100,
        ),
        (json!({"type": "text", "text": {"body": "a"}, "recipient_type": "channel"}), 131_009),
        (
            json!({"type": "text", "text": {"body": "a"}, "recipient": "US.1", "recipient_type": "group"}),
            100,
        ),
        (
            json!({"type": "location", "location": {"latitude": 45.0, "longitude": 7.6}, "recipient_type": "group"}),
            131_009,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": ""}, "recipient_type": "group"}),
            131_009,
        ),
        (interactive("button", json!({"buttons": []})), 131_009),
        (
            interactive(
                "button",
                json!({"buttons": [reply("a"), reply("b"), reply("c"), reply("d")]}),
            ),
            131_009,
        ),
        (interactive("button", json!({"buttons": [reply("a"), reply("a")]})), 131_009),
        (
            interactive(
                "list",
                json!({"button": "Open", "sections": [{"rows": (0..11).map(row).collect::<Vec<_>>()}]}),
            ),
            131_009,
        ),
        (
            interactive(
                "flow",
                json!({"name": "flow", "parameters": {"flow_message_version": "3"}}),
            ),
            131_009,
        ),
        (interactive("carousel", json!({})), 131_051),
        (json!({"status": "delivered", "message_id": "wamid.x"}), 131_009),
        (json!({"status": "read"}), 131_008),
        (
            json!({"type": "template", "template": {"name": "a", "language": {"code": "it", "policy": "fallback"}}}),
            131_009,
        ),
    ];
    for (body, code) in bad {
        assert_eq!(read(body.clone()).map(|_| ()), Err(code), "{body}");
    }
    let nobody = br#"{"messaging_product":"whatsapp","type":"text","text":{"body":"a"}}"#;
    assert_eq!(Request::read(nobody).map(|_| ()).map_err(|refusal| refusal.code), Err(131_008));
    assert_eq!(Request::read(b"{").map(|_| ()).map_err(|refusal| refusal.code), Err(100));
}
