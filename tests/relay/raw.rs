//! The raw form of a message: as the platform posted it, for who may see the message.

use crate::rig::{Rig, config, webhook};
use guichet::domain::id::ContactId;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::admin;
use guichet::relay::admin::AdminRequest;
use serde_json::Value;

const NOW: i64 = 1_795_000_000;
const ANNA: &str = "393331234567";

/// A poll, with what a parser would change: the order of members, a number's digits, escapes, spaces.
const POLL: &str = r#"{"type":"unsupported", "from":"393331234567","id":"wamid.A/b+c=","timestamp":"1794999900","weight":1.50,"errors":[{"code":131051,"title":"perch\u00e9 \u001b[2J"}],"unsupported":{"type":"poll"}}"#;

async fn raw(rig: &Rig, token: &Secret, entry: &str) -> (u16, String) {
    let mut url = reqwest::Url::parse(&rig.api("/api/v1/tickets/1/raw")).expect("an address");
    url.path_segments_mut().expect("a path").push(entry);
    let answer = rig.http.get(url).bearer_auth(token.expose()).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_given_as_it_was_posted_to_who_may_see_the_thread() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig =
        Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await;
    assert_eq!(rig.post(webhook("1", &[POLL.to_owned()], &[])).await, 200);
    rig.hears(ANNA, "wamid.text", NOW - 50, "ciao").await;
    let gone = |id: &str, kind: &str, object: &str| {
        format!(
            r#"{{"from":"{ANNA}","id":"{id}","timestamp":"{NOW}","type":"{kind}","{kind}":{object}}}"#
        )
    };
    let place = gone("wamid.place", "location", r#"{"latitude":1,"longitude":2}"#);
    let edit = gone(
        "wamid.edit",
        "edit",
        r#"{"original_message_id":"wamid.place","message":{"type":"location","location":{"latitude":3,"longitude":4}}}"#,
    );
    let revoke = gone("wamid.revoke", "revoke", r#"{"original_message_id":"wamid.place"}"#);
    assert_eq!(rig.post(webhook("1", &[place], &[])).await, 200);
    assert_eq!(rig.post(webhook("1", std::slice::from_ref(&edit), &[])).await, 200);
    let agent = rig.account("anna", Role::Agent, &["support"]).await;
    assert_eq!(raw(&rig, &agent, "wamid.edit").await, (200, edit), "before it is taken back");
    assert_eq!(rig.post(webhook("1", std::slice::from_ref(&revoke), &[])).await, 200);
    let (_, thread) = rig.read(&agent, "/api/v1/tickets/1/thread").await;
    let kept = thread["entries"].as_array().expect("entries").iter();
    let kept: Vec<_> = kept.filter(|of| of["raw_kept"] == true).map(|of| &of["id"]).collect();
    assert!(kept.contains(&&Value::from("wamid.A/b+c=")), "{thread}");
    assert_eq!(raw(&rig, &agent, "wamid.A/b+c=").await, (200, POLL.to_owned()));
    assert_eq!(raw(&rig, &agent, "wamid.revoke").await, (200, revoke));
    for (entry, status, code) in [
        ("wamid.text", 404, "no_raw"),
        ("wamid.nothing", 404, "no_entry"),
        ("wamid.place", 410, "deleted"),
        ("wamid.edit", 410, "deleted"),
    ] {
        let (got, answer) = raw(&rig, &agent, entry).await;
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!((got, &answer["code"]), (status, &Value::from(code)), "{entry}");
    }
    let other = rig.account("bruno", Role::Agent, &["sales"]).await;
    let (status, answer) = raw(&rig, &other, "wamid.A/b+c=").await;
    assert!(status == 404 && answer.contains("no_ticket"), "{answer}");
    assert!(rig.audited().iter().any(|(who, what, _)| who == "bruno" && what == "ticket 1 raw"));
    let erase = AdminRequest::ContactErase { contact: ContactId(1) };
    let socket = dir.path().join("data/admin.sock");
    admin::call(&socket, &erase, &mut |_| Ok(())).await.expect("erased");
    let (status, answer) = raw(&rig, &agent, "wamid.A/b+c=").await;
    assert!(status == 410 && answer.contains("erased"), "{answer}");
    rig.daemon.stop().await.expect("a clean stop");
}
