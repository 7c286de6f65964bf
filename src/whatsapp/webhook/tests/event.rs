//! Statuses, echoes and whatever else is no message of a customer.

use super::*;

#[test]
fn a_status_has_its_price_its_errors_and_our_id() {
    let body = payload(
        "messages",
        json!({"statuses": [
        {"id": "w1", "status": "delivered", "timestamp": 1794819600, "recipient_id": 393331234567_i64,
         "biz_opaque_callback_data": "7.9", "conversation": {"id": "c", "origin": {"type": "service"}},
         "pricing": {"billable": "false", "pricing_model": "PMP", "type": "regular", "category": "authentication-international"}},
        {"id": "w2", "status": "failed", "timestamp": "1794819600", "recipient_user_id": "IT.77",
         "errors": [{"code": "131047", "title": "T", "message": "T", "error_data": {"details": "D"}}, {"title": "no code"}, 3]},
        {"id": "w3", "status": "levitated", "timestamp": "1794819600"},
        {"id": "w4", "status": "read", "timestamp": "1794819600", "recipient_id": "G1", "recipient_type": "group",
         "recipient_participant_id": "39333"}]}),
    );
    let statuses: Vec<Status> = items(&body)
        .into_iter()
        .map(|item| match item.fact {
            Fact::Status(status) => *status,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(statuses[0].state, State::Delivered);
    assert_eq!(statuses[0].callback.as_deref(), Some("7.9"));
    assert_eq!(statuses[0].conversation_origin.as_deref(), Some("service"));
    let pricing = statuses[0].pricing.as_ref().expect("a price");
    assert_eq!(pricing.category.as_deref(), Some("authentication_international"));
    assert_eq!(pricing.billable, Some(false));
    assert_eq!(statuses[0].customer.as_ref().and_then(|who| who.name.as_deref()), Some("Anna"));
    assert_eq!(statuses[1].errors.len(), 1);
    assert_eq!(
        (statuses[1].errors[0].code, statuses[1].errors[0].details.as_deref()),
        (131047, Some("D"))
    );
    assert_eq!(
        statuses[1].customer.as_ref().and_then(|who| who.wa_id.as_deref()),
        Some("393331234567")
    );
    assert_eq!(statuses[2].state, State::Other("levitated".into()));
    assert_eq!((statuses[3].participant.as_deref(), &statuses[3].customer), (Some("39333"), &None));
}

#[test]
fn echoes_standby_and_history_are_flattened() {
    let said = |body: &str| -> Vec<(String, Source, Option<String>)> {
        let kinds = items(body).into_iter().map(|item| {
            let who = match &item.fact {
                Fact::Message(message) | Fact::Echo(message) => message.customer.clone(),
                _ => None,
            };
            (item.fact.kind().to_owned(), item.origin.source, who.and_then(|who| who.phone))
        });
        kinds.collect()
    };
    let anna = Some("393331234567".to_owned());
    let line = |id: &str, from: &str, to: Value| json!({"id": id, "from": from, "to": to, "timestamp": "1", "type": "text", "text": {"body": "x"}});
    let echoes = json!({"message_echoes": [
        line("w1", "390612345678", json!("393331234567")),
        line("w2", "393331234567", json!("390612345678"))]});
    let echo = ("echo".to_owned(), Source::Live, anna.clone());
    assert_eq!(said(&payload("smb_message_echoes", echoes)), [echo.clone(), echo]);
    let standby = json!({"standby": {"messages": [line("w1", "393331234567", json!(null))],
        "statuses": [{"id": "w0", "status": "read", "timestamp": "1"}], "message_echoes": 5}});
    let kinds: Vec<_> = said(&payload("standby", standby))
        .into_iter()
        .map(|(kind, source, _)| (kind, source))
        .collect();
    assert_eq!(
        kinds,
        [("bad", Source::Standby), ("message", Source::Standby), ("status", Source::Standby)]
            .map(|(kind, source)| (kind.to_owned(), source))
    );
    let history = json!({"contacts": null, "history": [
        {"metadata": {"phase": 0, "chunk_order": 1, "progress": 5}, "threads": [{"id": "393331234567", "messages": [
            line("w1", "393331234567", json!(null)),
            line("w2", "390612345678", json!("393331234567")),
            line("w3", "39 06 1234 5678", json!(null)),
            {"id": "w4", "timestamp": "1", "type": "media_placeholder", "history_context": {"status": "READ"}}]}]},
        {"metadata": {"progress": 100}},
        {"errors": [{"code": 2593109, "title": "History sync is off"}]}]});
    let history = payload("history", history);
    let from_past =
        |kind: &str, who: &Option<String>| (kind.to_owned(), Source::History, who.clone());
    assert_eq!(
        said(&history),
        [
            from_past("message", &anna),
            from_past("echo", &anna),
            from_past("echo", &anna),
            from_past("message", &anna),
            from_past("progress", &None),
            from_past("progress", &None),
            from_past("error", &None)
        ]
    );
    let Fact::Message(last) = &items(&history)[3].fact else { panic!() };
    assert_eq!(
        (last.history_status.as_deref(), &last.content),
        (Some("read"), &Content::MediaPlaceholder)
    );
}

#[test]
fn events_are_read() {
    let one = |field: &str, value: Value| -> (Fact, Origin) {
        let body = json!({"entry": [{"id": 5, "time": 1794819600, "changes": [{"field": field, "value": value}]}]}).to_string();
        let item = items(&body).remove(0);
        assert_eq!(item.origin.entry_time, Some(Timestamp::from_secs(1_794_819_600)));
        (item.fact, (*item.origin).clone())
    };
    let template =
        || TemplateRef { id: Some("12".into()), name: "hello".into(), language: "en_US".into() };
    let about = |mut value: Value| {
        value["message_template_id"] = json!(12);
        value["message_template_name"] = json!("hello");
        value["message_template_language"] = json!("en-US");
        value
    };
    let (fact, _) = one(
        "message_template_status_update",
        about(json!({"event": "PAUSED", "reason": "NONE", "other_info": {"title": "FIRST_PAUSE"}})),
    );
    assert_eq!(
        fact,
        Fact::TemplateStatus(Box::new(TemplateStatusUpdate {
            template: template(),
            event: "PAUSED".into(),
            category: None,
            reason: None,
            details: Some("FIRST_PAUSE".into())
        }))
    );
    let (fact, _) = one(
        "message_template_quality_update",
        about(json!({"previous_quality_score": "GREEN", "new_quality_score": "RED"})),
    );
    assert_eq!(
        fact,
        Fact::TemplateQuality(TemplateQualityUpdate {
            template: template(),
            previous: Some("GREEN".into()),
            current: "RED".into()
        })
    );
    for (value, coming) in [
        (json!({"new_category": "MARKETING"}), None),
        (
            json!({"new_category": "MARKETING", "correct_category": "UTILITY"}),
            Some("UTILITY".to_owned()),
        ),
    ] {
        let (fact, _) = one("template_category_update", about(value));
        let (template, current) = (template(), "MARKETING".into());
        assert_eq!(
            fact,
            Fact::TemplateCategory(TemplateCategoryUpdate {
                template,
                previous: None,
                current,
                coming
            })
        );
    }
    assert_eq!(
        one("message_template_components_update", about(json!({}))).0,
        Fact::TemplateComponents(template())
    );
    for (field, value, event) in [
        ("account_update", json!({"event": "ACCOUNT_RESTRICTION"}), "ACCOUNT_RESTRICTION"),
        ("account_alerts", json!({"alert_info": {"alert_type": "OBA_APPROVED"}}), "OBA_APPROVED"),
        ("account_review_update", json!({"decision": "APPROVED"}), "APPROVED"),
        (
            "phone_number_quality_update",
            json!({"event": "THROUGHPUT_UPGRADE"}),
            "THROUGHPUT_UPGRADE",
        ),
        (
            "business_capability_update",
            json!({"max_phone_numbers_per_waba": 20}),
            "business_capability_update",
        ),
        ("security", json!({"event": "PIN_CHANGED"}), "PIN_CHANGED"),
        ("flows", json!({"event": "FLOW_STATUS_CHANGE"}), "FLOW_STATUS_CHANGE"),
        ("group_lifecycle_update", json!({"groups": []}), "group_lifecycle_update"),
    ] {
        assert_eq!(
            one(field, value).0,
            Fact::Account(AccountEvent { event: event.into(), ..AccountEvent::default() }),
            "{field}"
        );
    }
    let told = |field: &str, value| match one(field, value).0 {
        Fact::Account(event) => event,
        other => panic!("{other:?}"),
    };
    let event = told(
        "account_update",
        json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": [
            {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": "1641330498"},
            {"restriction_type": "RESTRICTED_UTILITY_TEMPLATES"}]}),
    );
    let until = Some(Timestamp::from_secs(1_641_330_498));
    assert_eq!(
        event.restrictions,
        [
            ("RESTRICTED_BIZ_INITIATED_MESSAGING".to_owned(), until),
            ("RESTRICTED_UTILITY_TEMPLATES".to_owned(), None)
        ]
    );
    for (value, limit) in [
        (json!({"max_daily_conversations_per_business": "TIER_2K"}), "TIER_2K"),
        (json!({"event": "UPGRADE", "current_limit": "TIER_10K"}), "TIER_10K"),
        (json!({"max_daily_conversation_per_phone": 250}), "TIER_250"),
    ] {
        let event = told("business_capability_update", value);
        assert_eq!(event.limit.as_deref(), Some(limit));
    }
    let (fact, _) = one(
        "group_participants_update",
        json!({"metadata": {"phone_number_id": "1"}, "groups": [{"timestamp": "5", "group_id": "G", "request_id": "r",
            "type": "group_participants_add", "added_participants": [{"wa_id": "39333"}, {"user_id": "IT.1"}, {}],
            "removed_participants": [{"input": "+39 334"}]}]}),
    );
    let Fact::Group(group) = fact else { panic!("{fact:?}") };
    assert_eq!((group.id.as_str(), group.kind.as_str()), ("G", "group_participants_add"));
    assert_eq!((group.added.len(), group.removed.len()), (2, 1));
    let (fact, _) = one(
        "group_lifecycle_update",
        json!({"groups": [{"group_id": "G", "type": "group_create", "subject": "Staff",
            "errors": [{"code": 131201, "message": "no"}]}]}),
    );
    let Fact::Group(group) = fact else { panic!("{fact:?}") };
    assert_eq!((group.subject, group.error.as_deref()), (None, Some("no")));
    let (fact, origin) = one(
        "messaging_handovers",
        json!({"sender": {"phone_number": "39333"}, "timestamp": "5",
        "recipient": {"phone_number_id": "1001", "display_phone_number": "3906"}, "type": "control_taken",
        "control_taken": {"previous_owner_role": "escalation", "new_owner_app_role": "meta_business_agent"}}),
    );
    let Fact::Handover(handover) = fact else { panic!("{fact:?}") };
    assert_eq!(origin.phone_number_id.as_deref(), Some("1001"));
    assert_eq!(
        (handover.previous_owner.as_deref(), handover.new_owner.as_deref()),
        (Some("escalation"), Some("meta_business_agent"))
    );
    let (fact, _) = one(
        "user_id_update",
        json!({"user_id_update": [{"wa_id": 39333, "timestamp": 7, "user_id": {"previous": "IT.1", "current": "IT.2"}}]}),
    );
    let Fact::UserIdUpdate(update) = fact else { panic!("{fact:?}") };
    assert_eq!((update.previous.as_deref(), update.current.as_str()), (Some("IT.1"), "IT.2"));
    let (fact, _) =
        one("user_id_update", json!({"user_id": {"previous": "IT.1", "current": "IT.2"}}));
    assert!(matches!(fact, Fact::UserIdUpdate(_)), "{fact:?}");
    let (fact, _) = one(
        "user_preferences",
        json!({"user_preferences": [{"user_id": "IT.1", "category": "marketing_messages", "value": "stop", "timestamp": 7}]}),
    );
    let Fact::UserPreference(preference) = fact else { panic!("{fact:?}") };
    assert_eq!(preference.choice, Preference::Stop);
    let (fact, _) = one(
        "calls",
        json!({"calls": [{"id": "wacid.1", "from": "39333", "to": "3906", "event": "connect", "timestamp": "5", "direction": "USER_INITIATED", "duration": "12"}]}),
    );
    let Fact::Call(call) = fact else { panic!("{fact:?}") };
    assert!(call.by_customer && call.duration == Some(12));
    let (fact, _) = one(
        "calls",
        json!({"statuses": [{"id": "wacid.1", "status": "RINGING", "timestamp": "5", "recipient_id": "39333"}]}),
    );
    assert!(matches!(fact, Fact::CallStatus(_)), "{fact:?}");
    let (fact, _) =
        one("messages", json!({"errors": [{"code": 130429, "title": "Rate limit hit"}]}));
    assert!(matches!(fact, Fact::Error(error) if error.code == 130429));
    let (fact, _) = one("telepathy", json!([1]));
    assert!(matches!(fact, Fact::Unknown { .. }), "{fact:?}");
}
