//! The platform takes a message long after it was queued, and tells of it long after that: the message is found, and
//! its thread shows the platform's id.

use crate::inside::Inside;
use crate::setup::{ACCOUNT, LINE, NOW, Setup, text, webhook};
use guichet::domain::command::{Action, Outcome};
use guichet::domain::conversation::NEAR_RECORDS;
use guichet::domain::desk::DeskEvent;
use guichet::domain::id::{SendId, TicketNumber};
use guichet::domain::name::Name;
use guichet::domain::roster::{Member, Role};
use guichet::domain::status::Status;
use guichet::kit::{Clock, Timestamp};
use guichet::relay::desk::Reply;
use guichet::relay::reading::Reading;
use guichet::relay::translate::message_key;
use guichet::wire::EntryView;

fn status(id: &str, word: &str, ours: Option<SendId>) -> String {
    let ours = ours.map(|ours| format!(r#","biz_opaque_callback_data":"{ours}""#));
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{ACCOUNT}","changes":[{{"field":"messages","value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"390000","phone_number_id":"{LINE}"}},"statuses":[{{"id":"{id}","status":"{word}","timestamp":"{NOW}","recipient_id":"393331234567"{}}}]}}}}]}}]}}"#,
        ours.unwrap_or_default()
    )
}

/// Our message as people see it.
fn shown(relay: &Inside, anna: &Member) -> EntryView {
    let relay = &relay.core.relay;
    let reading = Reading::new(relay.store.clone(), relay.opener.clone());
    let now = relay.clock.now();
    let plan = reading.thread(anna, TicketNumber(1), false, now).expect("a thread");
    let (entries, _) = reading.thread_piece(&plan, Timestamp(0), 100).expect("it reads");
    entries.into_iter().find(|entry| entry.outbox.is_some()).expect("our message")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_late_and_told_of_later_is_found() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let relay = Inside::start(&config, clock.clone()).await;
    let anna =
        Member { name: Name::from("anna"), role: Role::Agent, queues: vec![Name::from("support")] };
    let set = DeskEvent::AccountSet {
        at: Timestamp::from_secs(NOW),
        name: anna.name.clone(),
        role: anna.role,
        queues: anna.queues.clone(),
        password: String::new(),
    };
    relay.core.relay.desk.record("-test", vec![set]).await.expect("recorded");
    let hello = webhook(&[text("393331234567", "wamid.in", NOW, "ciao")]);
    assert_eq!(relay.post(hello).await, 200);
    let reply = Action::Reply { text: "eccomi".into(), quote: None };
    let desk = relay.core.relay.desk.clone();
    let answered = desk.act(anna.clone(), TicketNumber(1), reply, None).await.expect("allowed");
    let Reply::Acted(Some(send)) = answered.reply else { panic!("{answered:?}") };
    // The desk goes on with other things, and only then is the platform there again.
    let mut others = tokio::task::JoinSet::new();
    for nth in 0..NEAR_RECORDS {
        let id = format!("wamid.other{nth}");
        others.spawn(relay.post(webhook(&[text("393330000001", &id, NOW, "e poi")])));
    }
    while let Some(status) = others.join_next().await {
        assert_eq!(status.expect("no panic"), 200);
    }
    assert_eq!(desk.attempt(send).await.expect("next").reply, Reply::Go);
    let key = message_key(&relay.core.relay.vault, &Name::from(LINE), "wamid.OUT");
    let accepted = Outcome::Accepted { key, id: "wamid.OUT".into(), held: None };
    desk.settle(send, accepted).await.expect("settled");
    drop(desk);
    relay.close().await.expect("it closes");

    // A relay that has nothing of it in memory.
    let relay = Inside::start(&config, clock).await;
    assert_eq!(shown(&relay, &anna).id, "wamid.OUT");
    // With our id, and without it: by the recipient, then by the conversation's ids.
    for (word, ours, now) in
        [("delivered", Some(send), Status::Delivered), ("read", None, Status::Read)]
    {
        assert_eq!(relay.post(status("wamid.OUT", word, ours)).await, 200);
        let state = relay.core.relay.store.conversation(send.conversation);
        let state = state.expect("it reads").expect("it is there");
        assert_eq!(state.thread.outbox(send.outbox).expect("ours").status(), now, "{word}");
    }
    let seen = shown(&relay, &anna);
    assert_eq!((seen.id.as_str(), seen.status.as_deref()), ("wamid.OUT", Some("read")));
    relay.close().await.expect("it closes");
}
