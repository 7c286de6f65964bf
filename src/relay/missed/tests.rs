//! What is asked for and taken, with a list that is kept in memory.

use super::*;
use crate::domain::command::{Action, Outcome};
use crate::domain::id::SendId;
use crate::domain::roster::Role;
use crate::domain::status::Status;
use crate::kit::Clock;
use crate::relay::rig::{ACCOUNT, LINE, NOW, Rig, StandIn};
use crate::whatsapp::archive::{Page, Sent};
use crate::whatsapp::platform::Asked;
use serde_json::json;
use std::sync::Mutex;

/// Messages on a page.
const PAGE: usize = 5;
const CUSTOMER: &str = "393330000001";

#[derive(Default)]
struct List {
    messages: Vec<Kept>,
    /// What the line sent.
    sent: Vec<Sent>,
    /// Every span that was asked for from its beginning.
    asked: Mutex<Vec<Span>>,
    /// Every message that was asked for as a webhook.
    fetched: Mutex<Vec<String>>,
    /// From then on it does not answer.
    silent_from: Option<Timestamp>,
}

fn kept(id: usize, at: Timestamp) -> Kept {
    let from = Recipient::Phone(format!("39333000{:04}", id % 3));
    Kept { id: format!("SM{id}"), from, at, files: 0, fields: BTreeMap::new() }
}

impl Archive for List {
    fn told<'a>(&'a self, _: Span, page: Option<&'a str>) -> Asked<'a, Result<Page<Sent>, Fault>> {
        let first = page.map_or(0, |page| page.parse().expect("ours"));
        let next = (first + PAGE < self.sent.len()).then(|| (first + PAGE).to_string());
        let messages = self.sent.iter().skip(first).take(PAGE).cloned().collect();
        Box::pin(async { Ok(Page { messages, next }) })
    }

    fn written<'a>(
        &'a self,
        span: Span,
        page: Option<&'a str>,
    ) -> Asked<'a, Result<Page<Kept>, Fault>> {
        Box::pin(async move {
            if self.silent_from.is_some_and(|from| span.until > from) {
                return Err(Fault::Silent { reason: "no answer".into() });
            }
            if page.is_none() {
                self.asked.lock().expect("sound").push(span);
            }
            let mut found: Vec<_> = self.messages.clone();
            found.retain(|kept| (span.since..=span.until).contains(&kept.at));
            found.sort_by_key(|kept| std::cmp::Reverse(kept.at));
            let first = page.map_or(0, |page| page.parse().expect("ours"));
            let next = (first + PAGE < found.len()).then(|| (first + PAGE).to_string());
            Ok(Page { messages: found.into_iter().skip(first).take(PAGE).collect(), next })
        })
    }

    fn sent<'a>(&'a self, _: &'a Recipient, _: Span) -> Asked<'a, Result<Vec<Sent>, Fault>> {
        Box::pin(async { Ok(self.sent.clone()) })
    }

    fn webhook<'a>(&'a self, kept: &'a Kept) -> Asked<'a, Result<Vec<u8>, Fault>> {
        self.fetched.lock().expect("sound").push(kept.id.clone());
        let Recipient::Phone(from) = &kept.from else { panic!("a phone") };
        let message = json!({
            "id": kept.id, "from": from, "timestamp": kept.at.secs().to_string(), "type": "text",
            "text": { "body": "ciao" },
        });
        let body = webhook("messages", &message);
        Box::pin(async move { Ok(body) })
    }
}

fn webhook(member: &str, item: &serde_json::Value) -> Vec<u8> {
    let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": ACCOUNT,
        "changes": [{ "field": "messages", "value": {
            "messaging_product": "whatsapp", member: [item],
            "metadata": { "phone_number_id": LINE, "display_phone_number": "1" },
        } }] }] });
    body.to_string().into_bytes()
}

/// A message to the customer as the list has it.
fn listed(id: &str, text: &str, status: &str, at: Timestamp) -> Sent {
    let errors =
        if status == "failed" { json!([{ "code": 131_026, "title": "no" }]) } else { json!([]) };
    let told = json!({ "id": id, "status": status, "timestamp": at.secs().to_string(),
        "recipient_id": CUSTOMER, "errors": errors });
    Sent { id: id.into(), at, text: text.into(), webhook: webhook("statuses", &told) }
}

/// The platform took it under that id.
async fn taken(rig: &Rig, send: SendId, id: &str) {
    let key = message_key(&rig.relay.vault, &Name::from(LINE), id);
    let outcome = Outcome::Accepted { key, id: id.to_owned(), held: None };
    rig.relay.desk.settle(send, outcome).await.expect("settled");
}

fn line(rig: &Rig) -> Line {
    rig.relay.lines.now()[&Name::from(LINE)].clone()
}

fn mark(rig: &Rig) -> Option<Timestamp> {
    rig.relay.floor.marks.of(&Name::from(LINE))
}

/// The ids of the customers' messages that stand in the conversations.
fn stand(rig: &Rig, list: &List) -> Vec<usize> {
    let missing = missing(&rig.relay, &line(rig), list.messages.clone());
    let stands = |nth: &usize| !missing.iter().any(|kept| kept.id == list.messages[*nth].id);
    (0..list.messages.len()).filter(stands).collect()
}

#[tokio::test(start_paused = true)]
async fn everything_is_taken_once_and_in_order_however_much_it_is() {
    let rig = Rig::new(Clock::manual(NOW)).await;
    let begun = NOW.plus_secs(-3 * 86_400);
    rig.relay.floor.marks.set(&Name::from(LINE), begun).expect("written");
    // Far more in some hours than are looked through at once, and few in the days after.
    let crowd = (0..250).map(|nth| kept(nth, begun.plus_secs(60 * nth as i64)));
    let rest = (250..260).map(|nth| kept(nth, NOW.plus_secs(-3_600 * (nth as i64 - 240))));
    let list = List { messages: crowd.chain(rest).collect(), ..List::default() };
    let found = catch_up(&rig.relay, &line(&rig), &list, NOW).await.expect("it answers");
    assert_eq!(found, 260);
    assert_eq!(stand(&rig, &list).len(), 260);
    assert_eq!(mark(&rig), Some(NOW));
    let fetched = std::mem::take(&mut *list.fetched.lock().expect("sound"));
    let at = |id: &String| list.messages.iter().find(|kept| kept.id == *id).map(|kept| kept.at);
    assert!(fetched.is_sorted_by_key(at), "the oldest first");
    let asked = std::mem::take(&mut *list.asked.lock().expect("sound"));
    assert!(asked.iter().any(|span| span.until.since(span.since) < SPAN * 1_000 / 2));

    // What is known is neither fetched nor taken again.
    let found = catch_up(&rig.relay, &line(&rig), &list, NOW).await.expect("it answers");
    assert_eq!((found, list.fetched.lock().expect("sound").len()), (0, 0));
    let asked = list.asked.lock().expect("sound");
    assert_eq!(asked[..], [Span { since: NOW.plus_secs(-OVERLAP), until: NOW }]);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_answered_is_asked_for_again() {
    let rig = Rig::new(Clock::manual(NOW)).await;
    let begun = NOW.plus_secs(-3 * 86_400);
    rig.relay.floor.marks.set(&Name::from(LINE), begun).expect("written");
    let messages = (1..6).map(|nth| kept(nth, begun.plus_secs(43_200 * nth as i64))).collect();
    let until = begun.plus_secs(SPAN);
    let mut list = List { messages, silent_from: Some(until), ..List::default() };
    let stuck = catch_up(&rig.relay, &line(&rig), &list, NOW).await;
    assert!(matches!(stuck, Err(Stuck::Platform(Fault::Silent { .. }))), "{stuck:?}");
    assert_eq!(stand(&rig, &list), [0], "the first day was answered");
    assert_eq!(mark(&rig), Some(until.plus_secs(-OVERLAP)));
    list.silent_from = None;
    assert_eq!(catch_up(&rig.relay, &line(&rig), &list, NOW).await.expect("it answers"), 4);
    assert_eq!(mark(&rig), Some(NOW));
}

#[tokio::test(start_paused = true)]
async fn what_may_be_on_its_way_as_a_webhook_is_left_to_it() {
    let rig = Rig::new(Clock::manual(NOW)).await;
    rig.relay.floor.marks.set(&Name::from(LINE), NOW.plus_secs(-600)).expect("written");
    let at = |nth: usize, ago: i64| kept(nth, NOW.plus_secs(-ago));
    let messages = vec![at(0, 300), at(1, YOUNG + 1), at(2, YOUNG - 1), at(3, 0)];
    let list = List { messages, ..List::default() };
    for (gap, wanted) in [
        (NOW.plus_secs(-600), &[0, 1][..]),
        // Webhooks were refused then: those do not come any more.
        (NOW.plus_secs(-10), &[0, 1, 2][..]),
        (NOW, &[0, 1, 2, 3][..]),
    ] {
        catch_up(&rig.relay, &line(&rig), &list, gap).await.expect("it answers");
        assert_eq!(stand(&rig, &list), wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_relay_asks_for_nothing_and_one_that_was_put_back_for_a_week() {
    let rig = Rig::new(Clock::manual(NOW)).await;
    let line = line(&rig);
    let id = Name::from(LINE);
    assert!(begin(&rig.relay, &line, NOW) >= NOW.plus_secs(-1));
    rig.customer_writes("393330000001", "ciao").await;
    assert_eq!(begin(&rig.relay, &line, NOW), NOW.plus_secs(-BACK));
    for (mark, since) in [(0, OVERLAP), (-86_400, 86_400 + OVERLAP), (-30 * 86_400, BACK)] {
        rig.relay.floor.marks.set(&id, NOW.plus_secs(mark)).expect("written");
        assert_eq!(begin(&rig.relay, &line, NOW), NOW.plus_secs(-since));
    }
    // The clock was set back.
    rig.relay.floor.marks.set(&id, NOW.plus_secs(86_400)).expect("written");
    assert_eq!(begin(&rig.relay, &line, NOW), NOW.plus_secs(-OVERLAP));
}

/// Time goes on only while nothing is being done.
#[tokio::test(start_paused = true)]
async fn the_list_is_asked_for_at_the_start_now_and_then_and_after_a_refusal() {
    let rig = Rig::new(Clock::manual(NOW)).await;
    let list = Arc::new(List::default());
    let fake = list.clone();
    let task = tokio::spawn(run(rig.relay.clone(), move |line: &Line| {
        let fake: Arc<dyn Platform> =
            Arc::new(StandIn { archive: Some(fake.clone()), ..StandIn::default() });
        let none = || ClientError::Tls { reason: "another line".into() };
        (line.phone_number_id.as_str() == LINE).then_some(fake).ok_or_else(none)
    }));
    let second = Duration::from_secs(1);
    let after = async |wait: Duration| {
        sleep(wait).await;
        (list.asked.lock().expect("sound").len(), mark(&rig))
    };
    let every = rig.relay.knobs.borrow().catch_up;
    assert_eq!(after(second).await, (1, Some(NOW)));
    rig.relay.clock.set(NOW.plus_secs(300));
    assert_eq!(after(every - 2 * second).await, (1, Some(NOW)));
    let young = Some(NOW.plus_secs(300 - YOUNG));
    assert_eq!(after(2 * second).await, (2, young));
    // Webhooks were refused: what they told does not come any more.
    rig.relay.wake.missed.notify_one();
    assert_eq!(after(SOON - second).await, (2, young));
    assert_eq!(after(2 * second).await, (3, Some(NOW.plus_secs(300))));
    rig.relay.stopping.cancel();
    task.await.expect("no panic");
    rig.close().await;
}

#[tokio::test(start_paused = true)]
async fn what_the_list_tells_of_our_messages_is_taken_where_it_is_new() {
    let rig = Rig::new(Clock::manual(NOW)).await;
    let ticket = rig.customer_writes(CUSTOMER, "ciao").await;
    let ada = rig.account("ada", Role::Agent).await;
    let mut sends = Vec::new();
    for nth in 0..8 {
        let send = rig.reply(&ada, ticket, "ecco").await;
        taken(&rig, send, &format!("SM{nth}")).await;
        sends.push(send);
    }
    let words = ["sent", "delivered", "read", "failed"];
    let sent = (0..8).map(|nth| listed(&format!("SM{nth}"), "ecco", words[nth % 4], NOW));
    // Another program sends from the number.
    let sent = sent.chain([listed("SM99", "ecco", "read", NOW)]).collect();
    let list = List { sent, ..List::default() };
    let fetched = async || statuses::fetch(&rig.relay, &line(&rig), &list, NOW).await;
    assert_eq!(fetched().await.expect("it answers"), 8);
    let wanted = [Status::Sent, Status::Delivered, Status::Read, Status::Failed];
    for (nth, send) in sends.iter().enumerate() {
        assert_eq!(rig.status(*send), wanted[nth % 4], "{nth}");
    }
    assert_eq!(fetched().await.expect("it answers"), 0, "nothing is new");
    rig.close().await;
}

/// What became of two messages to one customer, the second of which is in doubt, after the list was asked.
async fn twin(first: (&str, &str), second: &str, listed: &[Sent]) -> Status {
    let rig = Rig::new(Clock::manual(NOW)).await;
    let ticket = rig.customer_writes(CUSTOMER, "ciao").await;
    let ada = rig.account("ada", Role::Agent).await;
    let doubted = async |text: &str| {
        let send = rig.reply(&ada, ticket, text).await;
        rig.relay.desk.attempt(send).await.expect("tried");
        rig.relay.desk.settle(send, Outcome::Unknown).await.expect("settled");
        send
    };
    match first {
        (text, "given up") => {
            let send = doubted(text).await;
            let cancel = Action::Cancel { outbox: send.outbox };
            rig.act(&ada, ticket, cancel).await.expect("allowed");
        }
        (text, id) if !id.is_empty() => {
            let send = rig.reply(&ada, ticket, text).await;
            taken(&rig, send, id).await;
        }
        _ => {}
    }
    let send = doubted(second).await;
    rig.relay.clock.set(NOW.plus_secs(120));
    let list = List { sent: listed.to_vec(), ..List::default() };
    unconfirmed::settle(&rig.relay, &line(&rig), &list).await.expect("it answers");
    let status = rig.status(send);
    rig.close().await;
    status
}

#[tokio::test(start_paused = true)]
async fn of_two_messages_with_the_same_words_the_list_tells_nothing_for_certain() {
    use Status::{Sent as Known, Unconfirmed as Doubted};
    let none = ("", "");
    let sent = |id: &str, text: &str| listed(id, text, "sent", NOW);
    for (nth, (first, second, list, wanted)) in [
        (none, "ok", vec![sent("SM1", "ok")], Known),
        (none, "ok", vec![], Doubted),
        (none, "ok", vec![sent("SM1", "no")], Doubted),
        (none, "ok", vec![sent("SM1", "ok"), sent("SM2", "ok")], Doubted),
        // It may be the one that was given up.
        (("ok", "given up"), "ok", vec![sent("SM1", "ok")], Doubted),
        (("ciao", "given up"), "ok", vec![sent("SM1", "ok")], Known),
        // The other one's place in the list is known.
        (("ok", "SM1"), "ok", vec![sent("SM1", "ok")], Doubted),
        (("ok", "SM1"), "ok", vec![sent("SM1", "ok"), sent("SM2", "ok")], Known),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(twin(first, second, &list).await, wanted, "{nth}");
    }
}
