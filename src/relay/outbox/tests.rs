//! The worker with a platform that answers what the test says.

use super::*;
use crate::domain::command::{Action, Outcome};
use crate::domain::desk::DeskEvent;
use crate::domain::id::MessageKey;
use crate::domain::roster::{Member, Role};
use crate::domain::status::Status;
use crate::domain::template::{Catalogue, Slot, Template};
use crate::kit::Clock;
use crate::relay::rig::{ACCOUNT, NOW, Rig, StandIn};
use crate::whatsapp::error::Class;
use crate::whatsapp::listing::NumberStatus;
use crate::whatsapp::platform::{Asked, SendOutcome};
use crate::whatsapp::send::{Body, SendRequest};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::advance;

/// A send that waits for the test's answer.
struct Call {
    request: SendRequest,
    answer: oneshot::Sender<SendOutcome>,
}

impl Call {
    fn text(&self) -> &str {
        match &self.request.body {
            Body::Text { text, .. } => text,
            Body::Template(template) => &template.name,
            other => panic!("{other:?}"),
        }
    }

    fn accept(self) {
        let wamid = format!("wamid.{}", self.request.callback.clone().unwrap_or_default());
        self.answer(SendOutcome::Accepted { wamid, message_status: None });
    }

    fn reject(self, code: u32, class: Class) {
        let (title, details, retry_after) = (String::new(), None, None);
        self.answer(SendOutcome::Rejected { code: Some(code), class, title, details, retry_after });
    }

    fn lose(self) {
        self.answer(SendOutcome::Unknown { reason: "cut".into() });
    }

    fn answer(self, outcome: SendOutcome) {
        self.answer.send(outcome).expect("the outbox waits");
    }
}

/// A relay, an outbox, a platform, and an agent.
struct Scene {
    rig: Rig,
    ada: Member,
    calls: mpsc::UnboundedReceiver<Call>,
    fake: StandIn,
    up: Arc<AtomicBool>,
    probes: Arc<AtomicUsize>,
    outbox: Option<JoinHandle<()>>,
}

impl Scene {
    async fn new() -> Self {
        Self::on(Rig::manual().await).await
    }

    async fn on(rig: Rig) -> Self {
        let rig = rig.still();
        let ada = rig.account("ada", Role::Agent).await;
        let (sender, calls) = mpsc::unbounded_channel();
        let (up, probes) = (Arc::new(AtomicBool::new(true)), Arc::<AtomicUsize>::default());
        let sends = move |request: SendRequest| -> Asked<'static, SendOutcome> {
            let sender = sender.clone();
            Box::pin(async move {
                let (answer, answered) = oneshot::channel();
                sender.send(Call { request, answer }).ok();
                answered.await.unwrap_or(SendOutcome::Unknown { reason: "dropped".into() })
            })
        };
        let (is_up, probed) = (up.clone(), probes.clone());
        let asks = move |()| {
            probed.fetch_add(1, Ordering::Relaxed);
            if is_up.load(Ordering::Relaxed) { Ok(()) } else { Err(StandIn::silent()) }
        };
        let limit = Some("TIER_1".into());
        let fake = StandIn {
            sends: Some(Arc::new(sends)),
            reads: Some(Arc::new(|_| Ok(()))),
            probes: Some(Arc::new(asks)),
            number: Some(NumberStatus { messaging_limit: limit, ..NumberStatus::default() }),
            archive: None,
        };
        Self { rig, ada, calls, fake, up, probes, outbox: None }
    }

    fn start(mut self) -> Self {
        let fake = self.fake.clone();
        let relay = self.rig.relay.clone();
        self.outbox = Some(tokio::spawn(run(relay, move |_| Ok(Arc::new(fake.clone())))));
        self
    }

    async fn says(&self, phone: &str, text: &str) -> SendId {
        let ticket = self.rig.customer_writes(phone, "ciao").await;
        self.rig.reply(&self.ada, ticket, text).await
    }

    /// The next send, however long the outbox waits with it.
    async fn call(&mut self) -> Call {
        loop {
            // The desk answers from a thread of its own: the clock moves no faster than that.
            tokio::select! {
                biased;
                call = self.calls.recv() => return call.expect("the outbox runs"),
                _ = tokio::task::spawn_blocking(|| ()) => advance(Duration::from_millis(20)).await,
            }
        }
    }

    /// Lets the outbox do whatever it can do without the desk, and checks that it asks nothing.
    async fn quiet(&mut self) {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        assert!(self.calls.try_recv().is_err(), "nothing is sent");
    }

    /// The first message of a line goes alone; this is it.
    async fn warm(&mut self) {
        let first = self.says("390000000001", "first").await;
        self.call().await.accept();
        self.rig.until(first, Status::Accepted).await;
    }

    /// Waits until the metrics tell this.
    async fn shows(&self, text: &str) {
        while !self.rig.relay.metrics.render().contains(text) {
            tokio::task::spawn_blocking(|| ()).await.expect("no panic");
        }
    }

    async fn template(&self, phone: &str) -> SendId {
        // He wrote two days ago: no window is open.
        let at = NOW.plus_secs(-2 * 86_400);
        let ticket = self.rig.customer_writes_to("1", phone, "ciao", at).await;
        let template = Action::Template {
            name: "order".into(),
            language: "it".into(),
            parameters: vec![("1".into(), "Anna".into())],
        };
        let sent = self.rig.act(&self.ada, ticket, template).await;
        sent.expect("allowed").expect("a message")
    }

    async fn stop(self) {
        self.rig.relay.stopping.cancel();
        if let Some(outbox) = self.outbox {
            outbox.await.expect("no panic");
        }
        self.rig.close().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_on_disk_before_the_platform_hears_of_it() {
    let mut scene = Scene::new().await.start();
    let send = scene.says("393331234567", "eccomi").await;
    let call = scene.call().await;
    assert_eq!(scene.rig.status(send), Status::Attempting);
    assert_eq!(call.request.to.address().as_deref(), Ok("+393331234567"));
    assert_eq!((call.text(), call.request.callback.clone()), ("eccomi", Some(send.to_string())));
    call.accept();
    scene.rig.until(send, Status::Accepted).await;
    scene.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_can_be_taken_back_in_real_time() {
    let rig = Rig::with(Clock::manual(NOW), "undo_delay = \"5s\"").await;
    let mut scene = Scene::on(rig).await.start();
    scene.quiet().await;
    let ticket = scene.rig.customer_writes("393331234567", "ciao").await;
    let one = scene.rig.reply(&scene.ada, ticket, "one").await;
    let two = scene.rig.reply(&scene.ada, ticket, "two").await;
    advance(Duration::from_millis(4_900)).await;
    scene.quiet().await;
    let cancel = Action::Cancel { outbox: one.outbox };
    scene.rig.act(&scene.ada, ticket, cancel).await.expect("in time");
    advance(Duration::from_millis(5_000)).await;
    let call = scene.call().await;
    assert_eq!(call.text(), "two");
    call.accept();
    scene.rig.until(two, Status::Accepted).await;
    assert_eq!(scene.rig.status(one), Status::Cancelled);
    scene.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_under_way_at_a_restart_is_unconfirmed_and_holds_the_rest() {
    let scene = Scene::new().await;
    let ticket = scene.rig.customer_writes("393331234567", "ciao").await;
    let one = scene.rig.reply(&scene.ada, ticket, "one").await;
    let two = scene.rig.reply(&scene.ada, ticket, "two").await;
    scene.rig.relay.desk.attempt(one).await.expect("the next one");
    let mut scene = scene.start();
    scene.rig.until(one, Status::Unconfirmed).await;
    scene.quiet().await;
    let confirm = Action::Confirm { outbox: one.outbox };
    scene.rig.act(&scene.ada, ticket, confirm).await.expect("hers");
    let call = scene.call().await;
    assert_eq!(call.text(), "two");
    call.accept();
    scene.rig.until(two, Status::Accepted).await;
    scene.stop().await;
}

#[tokio::test(start_paused = true)]
async fn after_an_unknown_outcome_nothing_is_sent_until_the_platform_answers() {
    let mut scene = Scene::new().await.start();
    scene.warm().await;
    scene.up.store(false, Ordering::Relaxed);
    let lost = scene.says("390000000002", "lost").await;
    scene.call().await.lose();
    scene.rig.until(lost, Status::Unconfirmed).await;
    let next = scene.says("390000000003", "next").await;
    for _ in 0..20 {
        advance(Duration::from_secs(10)).await;
        scene.quiet().await;
    }
    let probes = scene.probes.load(Ordering::Relaxed);
    assert!((5..20).contains(&probes), "it asks with pauses: {probes}");
    assert!(scene.rig.relay.metrics.render().contains("reason=\"unreachable\"} 1"));

    // The other line was not touched by it.
    let at = scene.rig.relay.clock.now();
    let ticket = scene.rig.customer_writes_to("9", "390000000004", "ciao", at).await;
    let other = scene.rig.reply(&scene.ada, ticket, "other").await;
    scene.call().await.accept();
    scene.rig.until(other, Status::Accepted).await;

    scene.up.store(true, Ordering::Relaxed);
    advance(Duration::from_secs(30)).await;
    let call = scene.call().await;
    assert_eq!(call.text(), "next");
    call.accept();
    scene.rig.until(next, Status::Accepted).await;
    assert_eq!(scene.rig.status(lost), Status::Unconfirmed, "never sent again by itself");
    scene.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_full_line_is_tried_again_and_the_order_is_kept() {
    let mut scene = Scene::new().await.start();
    scene.warm().await;
    let ticket = scene.rig.customer_writes("390000000002", "ciao").await;
    let mut sends = Vec::new();
    for text in ["one", "two", "three"] {
        sends.push(scene.rig.reply(&scene.ada, ticket, text).await);
    }
    let mut heard = Vec::new();
    for (nth, code) in [130_429, 131_056, 0, 0, 0].into_iter().enumerate() {
        let call = scene.call().await;
        heard.push(call.text().to_owned());
        match code {
            130_429 => call.reject(code, Class::Wait),
            131_056 => call.reject(code, Class::Pair),
            _ => call.accept(),
        }
        if nth < 2 {
            scene.rig.until(sends[0], Status::Queued).await;
            scene.quiet().await;
        }
        advance(Duration::from_secs(20)).await;
    }
    assert_eq!(heard, ["one", "one", "one", "two", "three"]);
    for send in sends {
        scene.rig.until(send, Status::Accepted).await;
    }
    scene.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_refused_message_fails_with_its_code_and_lets_the_next_one_go() {
    let mut scene = Scene::new().await.start();
    let ticket = scene.rig.customer_writes("390000000002", "ciao").await;
    let one = scene.rig.reply(&scene.ada, ticket, "one").await;
    let two = scene.rig.reply(&scene.ada, ticket, "two").await;
    scene.call().await.reject(131_026, Class::Never);
    scene.rig.until(one, Status::Failed).await;
    let state = scene.rig.relay.store.conversation(one.conversation).expect("readable");
    assert_eq!(
        state
            .expect("there")
            .head
            .failures()
            .iter()
            .map(|of| (of.outbox, of.error))
            .collect::<Vec<_>>(),
        [(one.outbox, 131_026)]
    );
    advance(Duration::from_secs(1)).await;
    scene.call().await.accept();
    scene.rig.until(two, Status::Accepted).await;
    scene.shows("guichet_sends_total{line=\"support\",result=\"131026\"} 1").await;
    scene.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_stops_the_line_until_it_is_tried_again() {
    let mut scene = Scene::new().await.start();
    let send = scene.says("390000000002", "one").await;
    scene.call().await.reject(190, Class::Account);
    scene.rig.until(send, Status::Queued).await;
    scene.quiet().await;
    scene.shows("reason=\"stopped\"} 1").await;
    advance(Duration::from_secs(20)).await;
    scene.quiet().await;
    advance(Duration::from_secs(60)).await;
    scene.call().await.accept();
    scene.rig.until(send, Status::Accepted).await;
    scene.shows("reason=\"stopped\"} 0").await;
    scene.stop().await;
}

#[tokio::test(start_paused = true)]
async fn stopping_waits_for_what_is_on_its_way_and_starts_nothing() {
    let mut scene = Scene::new().await.start();
    scene.warm().await;
    let one = scene.says("390000000002", "one").await;
    let call = scene.call().await;
    scene.rig.relay.stopping.cancel();
    let two = scene.says("390000000003", "two").await;
    scene.quiet().await;
    call.accept();
    scene.outbox.take().expect("running").await.expect("no panic");
    assert_eq!(scene.rig.status(one), Status::Accepted);
    assert_eq!(scene.rig.status(two), Status::Queued);
    scene.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_in_the_drain_time_is_unconfirmed() {
    let mut scene = Scene::new().await.start();
    let send = scene.says("390000000002", "one").await;
    let _unanswered = scene.call().await;
    scene.rig.relay.stopping.cancel();
    scene.quiet().await;
    advance(Duration::from_secs(21)).await;
    scene.outbox.take().expect("running").await.expect("no panic");
    assert_eq!(scene.rig.status(send), Status::Unconfirmed);
    scene.stop().await;
}

fn approved() -> DeskEvent {
    let template = Template {
        name: "order".into(),
        language: "it".into(),
        status: "APPROVED".into(),
        purpose: Purpose::Utility,
        header: None,
        body: "Ciao {{1}}".into(),
        footer: None,
        slots: vec![Slot { name: "1".into(), ..Slot::default() }],
        unsendable: None,
        buttons: Vec::new(),
        quality: None,
        offer: None,
        cards: Vec::new(),
        rejected: None,
    };
    let catalogue = Box::new(Catalogue { templates: vec![template] });
    DeskEvent::TemplatesFetched { at: NOW, account: ACCOUNT.into(), catalogue }
}

#[tokio::test(start_paused = true)]
async fn the_messaging_limit_survives_a_restart() {
    let scene = Scene::new().await;
    scene.rig.relay.desk.record("-test", vec![approved()]).await.expect("recorded");
    // One went out before the restart. The platform allows one new person a day.
    let first = scene.template("390000000002").await;
    scene.rig.relay.desk.attempt(first).await.expect("the next one");
    let accepted = Outcome::Accepted { key: MessageKey(7), id: "wamid.7".into(), held: None };
    scene.rig.relay.desk.settle(first, accepted).await.expect("settled");

    let mut scene = scene.start();
    scene.quiet().await;
    let second = scene.template("390000000003").await;
    for _ in 0..10 {
        advance(Duration::from_secs(60)).await;
        scene.quiet().await;
    }
    scene.rig.relay.clock.set(NOW.plus_secs(86_401));
    advance(Duration::from_secs(86_400)).await;
    let call = scene.call().await;
    assert_eq!(call.text(), "order");
    call.accept();
    scene.rig.until(second, Status::Accepted).await;
    scene.stop().await;
}
