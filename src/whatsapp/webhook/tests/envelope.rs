//! An envelope for each item.

use super::*;

/// Each item, in an envelope of its own, is read as the same item.
fn alone(body: &str) -> usize {
    let all = items(body);
    for item in &all {
        let envelope = item.envelope();
        let found = items(&envelope);
        let [again] = &found[..] else { panic!("{} items in {envelope}", found.len()) };
        assert_eq!((&again.fact, again.raw), (&item.fact, item.raw), "{envelope}");
        let of = |item: &Item<'_>| {
            let origin = Origin { contacts: Vec::new(), ..Origin::clone(&item.origin) };
            (origin, item.origin.contacts.len() == 1)
        };
        assert_eq!(of(again).0, of(item).0, "{envelope}");
    }
    all.len()
}

#[test]
fn every_item_can_stand_in_an_envelope_of_its_own() {
    let said = |from: &str, id: &str| json!({"from": from, "id": id, "timestamp": "1794819600", "type": "text", "text": {"body": "ciao"}});
    let anna = said("393331234567", "wamid.A");
    let status = json!({"id": "wamid.S", "status": "read", "timestamp": "1", "recipient_id": "393331234567"});
    let thread = json!({"id": "393331234567", "context": {"wa_id": "393331234567", "user_id": "IT.77"},
        "messages": [anna, {"from": "390612345678", "to": "393331234567", "id": "wamid.H", "timestamp": "2",
            "type": "text", "text": {"body": "}]"}}, 5]});
    for (field, members, count) in [
        (
            "messages",
            json!({"messages": [anna, said("393330000000", "wamid.B"), "?"],
            "statuses": [status], "errors": [{"code": 130_429, "title": "x"}]}),
            5,
        ),
        ("messages", json!({"messages": {"no": "list"}, "statuses": [status]}), 2),
        ("messages", json!({}), 1),
        (
            "smb_message_echoes",
            json!({"message_echoes": [{"from": "390612345678", "to": "393331234567",
            "id": "wamid.E", "timestamp": "3", "type": "text", "text": {"body": "b"}}]}),
            1,
        ),
        ("standby", json!({"standby": {"messages": [anna], "statuses": [status], "errors": 7}}), 3),
        (
            "history",
            json!({"history": [{"threads": [thread, 5], "errors": [{"code": 1, "title": "x"}]},
            {"phase": 1}, {"metadata": {"progress": 50}}, 7]}),
            8,
        ),
        (
            "smb_app_state_sync",
            json!({"state_sync": [{"type": "contact", "action": "add",
            "contact": {"full_name": "Bo", "phone_number": "393331"}}, {"type": "label"}]}),
            2,
        ),
        (
            "calls",
            json!({"calls": [{"id": "c", "from": "393331234567", "event": "connect",
            "timestamp": "4", "direction": "USER_INITIATED"}]}),
            1,
        ),
        (
            "user_preferences",
            json!({"user_preferences": [{"wa_id": "393331234567", "value": "stop",
            "category": "marketing_messages", "timestamp": 5}]}),
            1,
        ),
        (
            "user_id_update",
            json!({"user_id_update": [{"user_id": {"previous": "IT.77", "current": "IT.78"}}]}),
            1,
        ),
        ("novelty", json!({"novelties": [1, 2]}), 1),
        (
            "message_template_status_update",
            json!({"event": "APPROVED", "message_template_id": 1,
            "message_template_name": "n", "message_template_language": "it"}),
            1,
        ),
        ("account_update", json!({"event": "VERIFIED"}), 1),
    ] {
        let body = payload(field, members);
        assert_eq!(alone(&body), count, "{body}");
        let timed = body.replacen("\"id\":\"2002\"", "\"id\":\"2002\",\"time\":1794819600", 1);
        alone(&timed);
    }
    for body in [
        r#"{"entry":[{"id":"2002","changes":5}]}"#,
        r#"{"entry":[5]}"#,
        r#"{"entry":[{"id":"2002","changes":[{"field":"messages"},{"field":5,"value":7}]}]}"#,
    ] {
        alone(body);
    }
}

#[test]
fn an_envelope_names_nobody_else() {
    let body = payload(
        "messages",
        json!({"contacts": [
                {"profile": {"name": "Anna"}, "wa_id": "393331234567", "user_id": "IT.77"},
                {"profile": {"name": "Bruno"}, "wa_id": "393337654321", "user_id": "IT.88"}],
            "messages": [
                {"from": "393331234567", "id": "wamid.A", "timestamp": "1", "type": "text", "text": {"body": "a"}},
                {"from_user_id": "IT.88", "id": "wamid.B", "timestamp": "2", "type": "text", "text": {"body": "b"}}]}),
    );
    let found = items(&body);
    for (item, (name, other)) in found.iter().zip([("Anna", "Bruno"), ("Bruno", "Anna")]) {
        let envelope = item.envelope();
        assert!(envelope.contains(name) && !envelope.contains(other), "{envelope}");
    }
    alone(&body);
}
