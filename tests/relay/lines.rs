//! What the platform says of lines acts on what is known of them, and supervisors are told.

use crate::rig::{Rig, config};
use guichet::domain::roster::{Member, Role};
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::reading::Reading;
use serde_json::{Value, json};

const NOW: i64 = 1_795_000_000;

/// A webhook of the account.
fn told(field: &str, value: &Value) -> String {
    json!({ "object": "whatsapp_business_account", "entry": [
        { "id": "2", "time": NOW - 5, "changes": [{ "field": field, "value": value }] }
    ] })
    .to_string()
}

async fn line(rig: &Rig, who: &Secret) -> Value {
    let (status, lines) = rig.read(who, "/api/v1/lines").await;
    assert_eq!(status, 200, "{lines}");
    lines[0].clone()
}

/// What a person is told beside his tickets.
fn heard(rig: &Rig, name: &str, role: Role) -> Vec<String> {
    let member = Member { name: name.into(), role, queues: vec!["support".into()] };
    let relay = &rig.daemon.relay;
    let reading = Reading::new(relay.store.clone(), relay.opener.clone());
    let notices = reading.notices(&member).expect("readable");
    notices.into_iter().map(|notice| notice.excerpt).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_says_of_an_account_stands_at_its_lines() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock.clone()).await;
    let ada = rig.account("ada", Role::Supervisor, &["support"]).await;
    rig.account("anna", Role::Agent, &["support"]).await;
    let until = NOW + 3_600;
    let restricted = json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": [
        { "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": until }] });
    let disabled = json!({ "event": "DISABLED_UPDATE",
        "ban_info": { "waba_ban_state": "DISABLE", "waba_ban_date": "today" } });
    let again =
        json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": "REINSTATE" } });
    for (field, value, path, wanted) in [
        (
            "business_capability_update",
            json!({ "max_daily_conversations_per_business": "TIER_2K" }),
            "/limit/most",
            json!(2_000),
        ),
        (
            "phone_number_quality_update",
            json!({ "display_phone_number": "1", "event": "THROUGHPUT_UPGRADE" }),
            "/per_second",
            json!(1_000),
        ),
        (
            "account_update",
            restricted,
            "/restrictions/0/kind",
            json!("RESTRICTED_BIZ_INITIATED_MESSAGING"),
        ),
        ("account_update", disabled.clone(), "/disabled", json!(true)),
        ("account_update", disabled, "/disabled", json!(true)),
        ("account_update", again, "/disabled", Value::Null),
        (
            "account_alerts",
            json!({ "alert_info": { "alert_type": "OBA_REJECTED", "alert_description": "look" } }),
            "/told/5/text",
            json!("oba rejected: look"),
        ),
    ] {
        assert_eq!(rig.post(told(field, &value)).await, 200);
        let mut found = Value::Null;
        // What the outbox makes of it comes a moment later.
        for _ in 0..1_000 {
            found = line(&rig, &ada).await;
            if found.pointer(path).unwrap_or(&Value::Null) == &wanted {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(found.pointer(path).unwrap_or(&Value::Null), &wanted, "{field}: {found}");
    }
    let found = line(&rig, &ada).await;
    let texts: Vec<_> = found["told"].as_array().expect("a list").iter().collect();
    assert_eq!(texts.len(), 6, "what is repeated is told once: {found}");

    let notices = heard(&rig, "ada", Role::Supervisor);
    assert_eq!(notices.len(), 6);
    assert_eq!(notices[3], "support: the account is disabled: today");
    assert!(heard(&rig, "anna", Role::Agent).is_empty(), "supervisors are told");

    clock.set(Timestamp::from_secs(until + 1));
    assert_eq!(line(&rig, &ada).await.get("restrictions"), None, "it is over");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_beside_messages_is_told_to_supervisors() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let of_line = |mut value: Value| {
        value["metadata"] = json!({ "display_phone_number": "390000", "phone_number_id": "1" });
        value
    };
    let error = |code: u32, details: &str| json!([{ "code": code, "title": "Title", "message": "Title", "error_data": { "details": details } }]);
    let limited = of_line(json!({ "errors": error(130_429, "Too fast\u{1b}[31m") }));
    let past =
        json!({ "history": [{ "errors": error(2_593_109, "The owner shares no history") }] });
    let flow = json!({ "event": "FLOW_STATUS_CHANGE", "flow_id": "7", "old_status": "PUBLISHED",
        "new_status": "BLOCKED", "message": "Endpoint down" });
    let payments = json!({ "configuration_name": "shop", "provider_name": "razorpay", "status": "Needs_Testing" });
    let settings = json!({ "type": "phone_number_settings", "timestamp": "1",
        "phone_number_settings": { "phone_number_id": "1" } });
    for (field, value) in [
        ("messages", limited.clone()),
        // Within the hour it is the same one.
        ("messages", limited),
        ("history", of_line(past)),
        ("flows", flow.clone()),
        ("flows", flow),
        ("payment_configuration_update", payments),
        ("account_settings_update", settings),
        ("partner_solutions", json!({ "event": "SOLUTION_CREATED" })),
    ] {
        assert_eq!(rig.post(told(field, &value)).await, 200);
    }
    assert_eq!(
        heard(&rig, "ada", Role::Supervisor),
        [
            "support: the platform reports the error 130429: Too fast\u{fffd}[31m",
            "support: the platform reports the error 2593109: The owner shares no history",
            "support: the form 7 is blocked: Endpoint down",
            "support: payment configuration: shop: Needs_Testing",
            "support: account settings changed: phone number settings",
        ]
    );
    assert_eq!(rig.daemon.relay.store.read().desk().dead_letters.len(), 0);
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn supervisors_see_an_import_begin_go_on_and_end() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let chunk = |order: u32, progress: u32| {
        json!({ "metadata": { "display_phone_number": "390000", "phone_number_id": "1" }, "history": [
            { "metadata": { "phase": 0, "chunk_order": order, "progress": progress }, "threads": [] }] })
    };
    // In no order, and one twice.
    for (order, progress) in [(1, 4), (3, 55), (2, 30), (4, 60), (4, 60), (6, 100), (5, 90)] {
        assert_eq!(rig.post(told("history", &chunk(order, progress))).await, 200);
    }
    assert_eq!(
        heard(&rig, "ada", Role::Supervisor),
        [
            "support: the past of the phone is being imported: 4 %",
            "support: the past of the phone is being imported: 55 %",
            "support: the past of the phone is imported",
        ]
    );
    rig.daemon.stop().await.expect("a clean stop");
}
