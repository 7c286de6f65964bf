//! The public door: what is taken, what is refused, and what becomes of it.

use crate::rig::{Rig, config, text, webhook};
use guichet::kit::{Clock, Timestamp};

const NOW: i64 = 1_795_000_000;

async fn rig(dir: &tempfile::TempDir) -> Rig {
    Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handshake_gives_the_challenge_back_as_it_came() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    for (token, status, body) in [("v", 200, "11582%2001444x"), ("w", 403, "")] {
        let url = format!(
            "{}?hub.mode=subscribe&hub.challenge=11582%2001444x&hub.verify_token={token}",
            rig.url()
        );
        let answer = rig.http.get(url).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status);
        if status == 200 {
            assert_eq!(answer.text().await.expect("text"), body.replace("%20", " "));
        }
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn size_and_signature_are_judged_before_anything_else() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let body = webhook("1", &[text("393331234567", "wamid.A", NOW, "ciao")], &[]);
    assert_eq!(rig.post_signed(body.clone().into_bytes(), None).await, 401);
    assert_eq!(rig.post_signed(body.clone().into_bytes(), Some("sha256=00")).await, 401);
    assert_eq!(rig.daemon.relay.store.read().unsolved(), 0);
    assert_eq!(rig.post(body).await, 200);
    assert_eq!(rig.daemon.relay.store.read().unsolved(), 1);

    let most = 3_145_728;
    let frame = webhook("1", &[text("393331234567", "wamid.B", NOW + 1, "")], &[]).len();
    let fits =
        webhook("1", &[text("393331234567", "wamid.B", NOW + 1, &"a".repeat(most - frame))], &[]);
    assert_eq!(fits.len(), most);
    assert_eq!(rig.post(fits.clone() + " ").await, 413);
    assert_eq!(rig.post(fits).await, 200);
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ours_is_kept_and_answered_200() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let unknown_line = webhook("999", &[text("393331234567", "wamid.A", NOW, "ciao")], &[]);
    let unknown_field =
        webhook("1", &[], &[]).replace("\"messages\",\"value\"", "\"novelty\",\"value\"");
    for body in [unknown_line.as_str(), &unknown_field, "no json", "{}", "[1]"] {
        assert_eq!(rig.post(body).await, 200, "{body}");
    }
    let desk = rig.daemon.relay.store.read().desk().clone();
    let reasons: Vec<_> = desk.dead_letters.iter().map(|letter| letter.reason.as_str()).collect();
    assert_eq!(reasons.len(), 5, "{reasons:?}");
    assert!(reasons[0].starts_with("line:"), "{reasons:?}");
    assert!(reasons[1].starts_with("unknown:"), "{reasons:?}");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_concerns_nobody_here_is_kept_as_a_notice() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    for (field, value) in [
        ("partner_solutions", r#"{"event":"SOLUTION_CREATED","solution_id":"7"}"#),
        ("business_username_update", r#"{"username":"shop","status":"approved"}"#),
        ("automatic_events", r#"{"automatic_events":[{"id":"7","event_name":"LeadSubmitted"}]}"#),
        (
            "messages",
            r#"{"metadata":{"phone_number_id":"1"},"statuses":[{"id":"wamid.X","status":"deleted","timestamp":"5","recipient_id":"39333"}]}"#,
        ),
        (
            "messages",
            r#"{"metadata":{"phone_number_id":"1"},"statuses":[{"id":"wamid.X","status":"warning","timestamp":"6","recipient_id":"39333"}]}"#,
        ),
        (
            "calls",
            r#"{"metadata":{"phone_number_id":"1"},"statuses":[{"type":"call","id":"wacid.1","status":"RINGING","timestamp":"5","recipient_id":"39333"}]}"#,
        ),
    ] {
        let before = rig.daemon.relay.store.reader().head();
        let body = format!(
            r#"{{"entry":[{{"id":"2","changes":[{{"field":"{field}","value":{value}}}]}}]}}"#
        );
        assert_eq!(rig.post(body).await, 200, "{field}");
        assert!(rig.daemon.relay.store.reader().head() > before, "{field} is in the journal");
        let views = rig.daemon.relay.store.read();
        let nobody = (views.desk().dead_letters.len(), views.conversations().count());
        assert_eq!((nobody, views.live().heard().count()), ((0, 0), 0), "{field}");
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_a_new_customer_makes_one_ticket_and_no_double() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = std::sync::Arc::new(rig(&dir).await);
    let mut posts = tokio::task::JoinSet::new();
    for nth in 0..40 {
        let body =
            webhook("1", &[text("5511987654321", &format!("wamid.{nth}"), NOW + nth, "oi")], &[]);
        for _ in 0..2 {
            let (rig, body) = (rig.clone(), body.clone());
            posts.spawn(async move { rig.post(body).await });
        }
    }
    while let Some(status) = posts.join_next().await {
        assert_eq!(status.expect("no panic"), 200);
    }
    // The same person, written without the ninth digit.
    assert_eq!(
        rig.post(webhook("1", &[text("551187654321", "wamid.X", NOW, "oi")], &[])).await,
        200
    );
    {
        let views = rig.daemon.relay.store.read();
        assert_eq!(views.unsolved(), 1);
        assert_eq!(views.contacts().count(), 1);
        let conversation = views.conversations().next().expect("one").clone();
        let messages = conversation.thread.iter().filter(|entry| entry.sort().is_message());
        assert_eq!(messages.count(), 41);
        assert_eq!(conversation.unsolved().expect("open").unread, 41);
    }
    let rig = std::sync::Arc::into_inner(rig).expect("the only one");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_finds_everything_as_it_was() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut seen = Vec::new();
    for round in 0..3 {
        let rig = rig(&dir).await;
        let tickets = |rig: &Rig| {
            let views = rig.daemon.relay.store.read();
            let rows =
                views.inbox().map(|(key, state)| (key, state.head.clone(), state.thread.len()));
            rows.collect::<Vec<_>>()
        };
        assert_eq!(tickets(&rig), seen, "round {round}");
        for customer in 0..50 {
            let phone = format!("39333{customer:07}");
            let id = format!("wamid.{round}.{customer}");
            let body = webhook("1", &[text(&phone, &id, NOW + round * 60 + customer, "ciao")], &[]);
            assert_eq!(rig.post(body).await, 200);
        }
        // One of them writes more than one block of a thread holds.
        let many: Vec<_> = (0..150)
            .map(|nth| text("393330000000", &format!("wamid.{round}.m{nth}"), NOW + nth, "e poi"))
            .collect();
        assert_eq!(rig.post(webhook("1", &many, &[])).await, 200);
        seen = tickets(&rig);
        assert_eq!(seen.len(), 50);
        rig.daemon.stop().await.expect("a clean stop");
    }
}

/// One person, whom his user id names, with two telephones.
#[tokio::test(flavor = "multi_thread")]
async fn answers_go_to_the_number_that_the_customer_wrote_from_last() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let (one, two) = ("393331234567", "393337654321");
    for (nth, (from, at, goes)) in [
        (one, 10, one),
        (two, 20, two),
        (one, 30, one),
        (two, 15, one), // late: he has written from the other one since
        (one, 40, one),
        (two, 50, two),
        ("393330000000", 5, two), // late, and not known before
        (two, 60, two),
    ]
    .into_iter()
    .enumerate()
    {
        let said = text(from, &format!("wamid.{nth}"), NOW - 100 + at, "ciao");
        let said = said.replacen('{', r#"{"from_user_id":"IT.1","#, 1);
        assert_eq!(rig.post(webhook("1", &[said], &[])).await, 200);
        let relay = &rig.daemon.relay;
        let contact = {
            let views = relay.store.read();
            assert_eq!(views.contacts().count(), 1, "{nth}");
            views.contacts().next().expect("a contact").clone()
        };
        let address = relay.opener.address(&contact).expect("it opens").expect("known");
        assert_eq!(address.value, goes, "{nth}");
    }
    rig.daemon.stop().await.expect("a clean stop");
}
