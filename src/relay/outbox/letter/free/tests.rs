use crate::domain::message::Outbound;
use crate::relay::outbox::letter::said;
use crate::whatsapp::send::{Recipient, SendRequest};
use serde_json::{Value, json};

/// The request's JSON for what an agent sends, without what is the same in all of them.
fn sent(outbound: Value) -> Value {
    let Outbound { content, about } = serde_json::from_value(outbound).expect("content");
    content.check().expect("within the limits");
    let (body, reply_to) = said(content, about, "7.9", &[]);
    let request = SendRequest {
        phone_number_id: "1".into(),
        to: Recipient::Phone("393331234567".into()),
        body,
        reply_to,
        callback: None,
    };
    let mut json = request.to_json().expect("a request");
    let object = json.as_object_mut().expect("an object");
    assert_eq!(object.remove("messaging_product"), Some(json!("whatsapp")));
    assert_eq!(object.remove("recipient_type"), Some(json!("individual")));
    assert_eq!(object.remove("to"), Some(json!("+393331234567")));
    json
}

fn interactive(action: Value) -> Value {
    json!({"content": {"interactive": {"body": "B", "action": action}}})
}

#[test]
fn every_kind_has_the_platforms_shape() {
    for (outbound, wanted) in [
        (
            json!({"content": {"text": {"body": "see https://a.example"}}}),
            json!({"type": "text", "text": {"body": "see https://a.example", "preview_url": true}}),
        ),
        (
            json!({"content": {"text": {"body": "see https://a.example", "preview": false}}, "about": "wamid.1"}),
            json!({"type": "text", "text": {"body": "see https://a.example", "preview_url": false},
                "context": {"message_id": "wamid.1"}}),
        ),
        (
            json!({"content": {"reaction": {"emoji": "👍"}}, "about": "wamid.1"}),
            json!({"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "👍"}}),
        ),
        (
            json!({"content": {"reaction": {"emoji": ""}}, "about": "wamid.1"}),
            json!({"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": ""}}),
        ),
        (
            json!({"content": {"location": {"latitude": 37.44216, "longitude": -122.16153, "name": "Philz Coffee", "address": "101 Forest Ave"}}}),
            json!({"type": "location", "location": {"latitude": 37.44216, "longitude": -122.16153, "name": "Philz Coffee", "address": "101 Forest Ave"}}),
        ),
        (
            json!({"content": {"contacts": [{"name": "Bo", "title": "CEO", "urls": ["https://a.example"],
                "addresses": [{"street": "S", "zip": "9"}], "birthday": "1970-01-01"}]}}),
            json!({"type": "contacts", "contacts": [{
                "name": {"formatted_name": "Bo", "first_name": "Bo"}, "org": {"title": "CEO"},
                "addresses": [{"street": "S", "zip": "9"}], "urls": [{"url": "https://a.example"}],
                "birthday": "1970-01-01"}]}),
        ),
        (
            json!({"content": {"contacts": [{"name": "Barbara J. Johnson", "phones": ["+1 650 555 9999"], "emails": ["b@shop.example"], "company": "Lucky"}]}}),
            json!({"type": "contacts", "contacts": [{
                "name": {"formatted_name": "Barbara J. Johnson", "first_name": "Barbara", "last_name": "J. Johnson"},
                "phones": [{"phone": "+1 650 555 9999"}], "emails": [{"email": "b@shop.example"}],
                "org": {"company": "Lucky"}}]}),
        ),
        (
            json!({"content": {"interactive": {"header": {"text": "H"}, "body": "B", "footer": "F",
                "action": {"buttons": [{"id": "yes", "title": "Yes"}, {"title": "No"}]}}}, "about": "wamid.1"}),
            json!({"type": "interactive", "context": {"message_id": "wamid.1"}, "interactive": {"type": "button",
                "header": {"type": "text", "text": "H"}, "body": {"text": "B"}, "footer": {"text": "F"},
                "action": {"buttons": [{"type": "reply", "reply": {"id": "yes", "title": "Yes"}},
                    {"type": "reply", "reply": {"id": "2", "title": "No"}}]}}}),
        ),
        (
            interactive(json!({"list": {"button": "Open", "sections": [
                {"title": "Soon", "rows": [{"id": "a", "title": "Express", "description": "Next day"}]},
                {"title": "Later", "rows": [{"title": "Plain"}]}]}})),
            json!({"type": "interactive", "interactive": {"type": "list", "body": {"text": "B"},
                "action": {"button": "Open", "sections": [
                    {"title": "Soon", "rows": [{"id": "a", "title": "Express", "description": "Next day"}]},
                    {"title": "Later", "rows": [{"id": "2", "title": "Plain"}]}]}}}),
        ),
        (
            json!({"content": {"interactive": {"header": {"image": {"link": "https://a.example/b.png"}}, "body": "B",
                "action": {"link": {"title": "See dates", "url": "https://a.example/dates"}}}}}),
            json!({"type": "interactive", "interactive": {"type": "cta_url",
                "header": {"type": "image", "image": {"link": "https://a.example/b.png"}}, "body": {"text": "B"},
                "action": {"name": "cta_url", "parameters": {"display_text": "See dates", "url": "https://a.example/dates"}}}}),
        ),
        (
            interactive(json!({"flow": {"id": "123", "title": "Book!"}})),
            json!({"type": "interactive", "interactive": {"type": "flow", "body": {"text": "B"},
                "action": {"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "123",
                    "flow_cta": "Book!", "flow_token": "7.9", "flow_action": "navigate"}}}}),
        ),
        (
            interactive(
                json!({"flow": {"id": "123", "title": "Book!", "screen": "FIRST", "data": {"name": "Anna"}}}),
            ),
            json!({"type": "interactive", "interactive": {"type": "flow", "body": {"text": "B"},
                "action": {"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "123",
                    "flow_cta": "Book!", "flow_token": "7.9", "flow_action": "navigate",
                    "flow_action_payload": {"screen": "FIRST", "data": {"name": "Anna"}}}}}}),
        ),
        (
            interactive(json!("location_request")),
            json!({"type": "interactive", "interactive": {"type": "location_request_message",
                "body": {"text": "B"}, "action": {"name": "send_location"}}}),
        ),
        (
            interactive(json!("contact_request")),
            json!({"type": "interactive", "interactive": {"type": "request_contact_info",
                "body": {"text": "B"}, "action": {"name": "request_contact_info"}}}),
        ),
    ] {
        assert_eq!(sent(outbound.clone()), wanted, "{outbound}");
    }
}
