//! What customers agree to and refuse, and what may be sent after.

use crate::rig::{Rig, config, webhook};
use guichet::domain::desk::DeskEvent;
use guichet::domain::name::Name;
use guichet::domain::roster::Role;
use guichet::domain::template::{Catalogue, Purpose, Template};
use guichet::kit::{Clock, Secret, Timestamp};
use serde_json::{Value, json};

const NOW: i64 = 1_795_000_000;
const RULES: &str = "[consent]
opt_in_words = [\"eccomi\"]
opt_out_words = [\"lasciami stare\", \"start\"]
marketing_per_week = 1
";
const CONFIRM: &str = "[consent.confirm]
template = \"really\"
language = \"it\"
";

/// A relay with these rules of consent, and its agent anna.
async fn desk(dir: &tempfile::TempDir, rules: &str) -> (Rig, Secret) {
    std::fs::create_dir(dir.path().join("relay.d")).expect("a folder");
    std::fs::write(dir.path().join("relay.d/consent.toml"), rules).expect("written");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let template = |name: &str, purpose, buttons: &[&str]| Template {
        name: name.into(),
        language: "it".into(),
        status: "APPROVED".into(),
        purpose,
        header: None,
        body: "testo".into(),
        footer: None,
        slots: Vec::new(),
        unsendable: None,
        buttons: buttons.iter().map(|button| (*button).to_owned()).collect(),
        quality: None,
        offer: None,
        cards: Vec::new(),
        rejected: None,
    };
    let templates = vec![
        template("promo", Purpose::Marketing, &[]),
        template("really", Purpose::Utility, &["Sì, grazie", "No"]),
    ];
    let fetched = DeskEvent::TemplatesFetched {
        at: Timestamp::from_secs(NOW),
        account: Name::from("2"),
        catalogue: Box::new(Catalogue { templates }),
    };
    rig.daemon.relay.desk.record("-test", vec![fetched]).await.expect("recorded");
    (rig, anna)
}

/// The ledger in a line each: purpose, what is said, from where, the proof, and whether it counts.
async fn ledger(rig: &Rig, anna: &Secret) -> Vec<String> {
    let (status, entries) = rig.read(anna, "/api/v1/contacts/1/consents").await;
    assert_eq!(status, 200, "{entries}");
    let entries = entries.as_array().expect("an array").iter().map(|entry| {
        let word = |key: &str| entry[key].as_str().unwrap_or("-").to_owned();
        let counts = if entry["counts"] == true { " now" } else { "" };
        let by = entry["by"].as_str().map(|by| format!(" by {by}")).unwrap_or_default();
        let (said, source) = (word("said"), word("source"));
        format!("{} {said} {source}{by} {:?}{counts}", word("purpose"), word("proof"))
    });
    entries.collect()
}

async fn promo(rig: &Rig, anna: &Secret) -> Value {
    let template = json!({ "do": "template", "name": "promo", "language": "it", "parameters": {} });
    let (status, answer) = rig.act(anna, 1, template).await;
    if status == 200 { Value::Null } else { answer }
}

async fn sends_promo(rig: &Rig, anna: &Secret) -> Value {
    promo(rig, anna).await["code"].clone()
}

/// The customer presses a button of the message that the platform knows by `about`.
async fn presses(rig: &Rig, about: &str, at: i64, text: &str) {
    let button = format!(
        r#"{{"from":"393331234567","id":"wamid.3","timestamp":"{at}","type":"button","context":{{"id":"{about}"}},"button":{{"payload":"{text}","text":"{text}"}}}}"#
    );
    assert_eq!(rig.post(webhook("1", &[button], &[])).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_the_customer_and_of_colleagues_stand_in_the_ledger_with_their_proof() {
    let dir = tempfile::tempdir().expect("a folder");
    let (rig, anna) = desk(&dir, RULES).await;
    rig.hears("393331234567", "wamid.1", NOW - 90, "buongiorno").await;
    assert_eq!(sends_promo(&rig, &anna).await, "consent_missing");
    rig.hears("393331234567", "wamid.2", NOW - 80, "Eccomi!").await;
    rig.hears("393331234567", "wamid.2", NOW - 80, "Eccomi!").await;
    rig.hears("393331234567", "wamid.3", NOW - 70, "START").await;
    assert_eq!(
        ledger(&rig, &anna).await,
        [
            r#"utility agreed message "Eccomi!""#,
            r#"marketing agreed message "Eccomi!""#,
            r#"utility refused message "START" now"#,
            r#"marketing refused message "START" now"#,
        ],
        "what the operator calls a refusal is one"
    );
    let refused = promo(&rig, &anna).await;
    let since = json!(Timestamp::from_secs(NOW - 70).to_string());
    assert_eq!((&refused["code"], &refused["since"]), (&json!("consent_missing"), &since));
    let path = "/api/v1/contacts/1/consents";
    let entry = |why: &str, at: i64| {
        let at = Timestamp::from_secs(at).to_string();
        json!({ "purpose": "marketing", "granted": true, "why": why, "at": at })
    };
    for (body, code) in [
        (entry(" ", NOW), "malformed"),
        (entry("tomorrow", NOW + 60), "malformed"),
        (entry(&"x".repeat(501), NOW), "too_long"),
    ] {
        let (status, answer) = rig.ask(Some(&anna), path, body).await;
        assert_eq!((status == 200, &answer["code"]), (false, &json!(code)), "{answer}");
    }
    let (status, answer) = rig.ask(Some(&anna), path, entry("form 12", NOW - 75)).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(sends_promo(&rig, &anna).await, "consent_missing", "he refused later");
    let (status, _) = rig.ask(Some(&anna), path, entry("form 13", NOW - 10)).await;
    assert_eq!(status, 200);
    assert_eq!(
        ledger(&rig, &anna).await[3..],
        [
            r#"utility refused message "START" now"#.to_owned(),
            r#"marketing refused message "START""#.to_owned(),
            r#"marketing agreed agent by anna "form 13" now"#.to_owned(),
        ]
    );
    assert_eq!(sends_promo(&rig, &anna).await, Value::Null);
    assert_eq!(sends_promo(&rig, &anna).await, "marketing_cap");
    let stranger = rig.account("zoe", Role::Agent, &["sales"]).await;
    assert_eq!(rig.read(&stranger, path).await.0, 404);
    assert_eq!(rig.ask(Some(&stranger), path, entry("mine", NOW)).await.0, 404);
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agrees_to_marketing_by_a_word_is_asked_to_confirm_it() {
    for (about, pressed, at, counts) in [
        ("wamid.ask", "Sì, grazie", NOW, r#"marketing agreed confirmed "-" now"#),
        ("wamid.ask", "No", NOW, r#"marketing refused confirmed "-" now"#),
        ("wamid.ask", "Sì, grazie", NOW + 8 * 86_400, ""),
        ("wamid.ask", "perhaps", NOW, ""),
        ("wamid.other", "Sì, grazie", NOW, ""),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let (rig, anna) = desk(&dir, CONFIRM).await;
        rig.hears("393331234567", "wamid.1", NOW - 90, "iscrivimi").await;
        rig.hears("393331234567", "wamid.2", NOW - 80, "iscrivimi").await;
        assert_eq!(sends_promo(&rig, &anna).await, "consent_missing");
        let (_, thread) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
        let asked = thread["entries"].as_array().expect("entries").iter();
        let asked = asked.filter(|entry| entry["type"] == "template").collect::<Vec<_>>();
        assert_eq!((asked.len(), &asked[0]["author"]), (1, &json!("system")), "asked once");
        let outbox = asked[0]["outbox"].as_str().expect("its id");
        let status = format!(
            r#"{{"id":"wamid.ask","status":"sent","timestamp":"{NOW}","recipient_id":"393331234567","biz_opaque_callback_data":"{outbox}"}}"#
        );
        assert_eq!(rig.post(webhook("1", &[], &[status])).await, 200);
        presses(&rig, about, at, pressed).await;
        let ledger = ledger(&rig, &anna).await;
        let asked = r#"marketing asked message "iscrivimi""#.to_owned();
        assert!(ledger.contains(&asked), "{ledger:?}");
        let last =
            ledger.iter().find(|line| line.starts_with("marketing") && line.ends_with("now"));
        assert_eq!(
            last.map(String::as_str).unwrap_or_default(),
            counts.replace("\"-\"", "\"{}\"").replace("{}", pressed),
            "{ledger:?}"
        );
        rig.daemon.stop().await.expect("a clean stop");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_writes_for_known_and_unknown_people_once_and_tells_what_is_wrong_by_row() {
    let dir = tempfile::tempdir().expect("a folder");
    let (rig, anna) = desk(&dir, RULES).await;
    let berta = rig.account("berta", Role::Supervisor, &["support"]).await;
    rig.hears("393331234567", "wamid.1", NOW - 90, "buongiorno").await;
    let row = |phone: &str, granted: bool, at: i64, why: &str| {
        let at = Timestamp::from_secs(at).to_string();
        json!({ "phone": phone, "purpose": "marketing", "granted": granted, "at": at, "why": why })
    };
    let rows = json!({ "rows": [
        row("+39 333 123-4567", true, NOW - 80, "newsletter form"),
        row("34612345678", true, NOW - 80, "newsletter form"),
        row("0333 1234567", true, NOW - 80, "newsletter form"),
        row("+39 333 1234567", true, NOW + 80, "newsletter form"),
        row("+39 333 1234567", true, NOW - 80, ""),
        row("five", true, NOW - 80, "newsletter form"),
    ]});
    let path = "/api/v1/consents";
    assert_eq!(rig.ask(Some(&anna), path, rows.clone()).await.1["code"], "role_missing");
    for _ in 0..2 {
        let (status, answer) = rig.ask(Some(&berta), path, rows.clone()).await;
        assert_eq!((status, &answer["entered"]), (200, &json!(2)), "{answer}");
        let refused = answer["refused"].as_array().expect("an array");
        let places: Vec<_> = refused.iter().map(|refused| refused[0].clone()).collect();
        assert_eq!(places, [2, 3, 4, 5]);
    }
    assert_eq!(
        ledger(&rig, &anna).await,
        [r#"marketing agreed import by berta "newsletter form" now"#]
    );
    assert_eq!(sends_promo(&rig, &anna).await, Value::Null);
    rig.hears("34612345678", "wamid.2", NOW - 10, "hola").await;
    let (_, contacts) = rig.read(&berta, "/api/v1/contacts").await;
    assert_eq!(contacts.as_array().map(Vec::len), Some(2), "who was imported is who wrote");
    let elsewhere = json!({ "line": "shop", "rows": [] });
    assert_eq!(rig.ask(Some(&berta), path, elsewhere).await.1["code"], "malformed");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_in_the_platforms_menu_stands_in_ledger_and_thread() {
    let dir = tempfile::tempdir().expect("a folder");
    let (rig, anna) = desk(&dir, RULES).await;
    rig.hears("393331234567", "wamid.1", NOW - 90, "Eccomi!").await;
    let chooses = |value: &str, category: &str, at: i64| {
        let one = json!({"wa_id": "393331234567", "detail": "x", "category": category, "value": value, "timestamp": at});
        let metadata = json!({"display_phone_number": "390000", "phone_number_id": "1"});
        let value = json!({"metadata": metadata, "user_preferences": [one]});
        json!({"entry": [{"id": "2", "changes": [{"field": "user_preferences", "value": value}]}]})
            .to_string()
    };
    let counting = async || {
        let all = ledger(&rig, &anna).await;
        let counts =
            all.into_iter().filter(|of| of.starts_with("marketing") && of.ends_with("now"));
        counts.collect::<Vec<_>>().join(", ")
    };
    let (word, menu) = (r#"marketing agreed message "Eccomi!" now"#, "preference \"-\" now");
    let (no, yes) = (format!("marketing refused {menu}"), format!("marketing agreed {menu}"));
    for (value, category, at, counts) in [
        ("signup", "marketing_messages", NOW - 60, word),
        ("stop", "news_of_tomorrow", NOW - 55, word),
        ("stop", "marketing_messages", NOW - 50, no.as_str()),
        // Twice, as the platform does.
        ("stop", "marketing_messages", NOW - 50, no.as_str()),
        ("signup", "marketing_messages", NOW - 40, no.as_str()),
        ("resume", "marketing_messages", NOW - 30, yes.as_str()),
    ] {
        assert_eq!(rig.post(chooses(value, category, at)).await, 200);
        assert_eq!(counting().await, counts, "{value} {category}");
    }
    let (_, thread) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
    let entries = thread["entries"].as_array().expect("entries").iter();
    let told = entries.filter(|entry| entry["type"] == "preference");
    let told: Vec<_> = told.map(|entry| entry["text"].as_str().expect("text")).collect();
    assert_eq!(
        told,
        [
            "signed up for marketing messages",
            "wants no news of tomorrow any more",
            "wants no marketing messages any more",
            "signed up for marketing messages",
            "wants marketing messages again",
        ]
    );
    // Nobody waits for an answer because of it.
    let (_, ticket) = rig.read(&anna, "/api/v1/tickets/1").await;
    assert_eq!(ticket["unread"], 1, "{ticket}");
    rig.daemon.stop().await.expect("a clean stop");
}
