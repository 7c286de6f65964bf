//! What the relay sends, judged by the platform's own record.

use crate::rig::{Rig, SECRET, config};
use guichet::domain::command::Action;
use guichet::domain::desk::DeskEvent;
use guichet::domain::id::{SendId, TicketNumber};
use guichet::domain::name::Name;
use guichet::domain::refusal::Refusal;
use guichet::domain::roster::{Member, Role};
use guichet::domain::status::Status;
use guichet::domain::template::{Slot, SlotKind};
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::config::Config;
use guichet::relay::desk::Reply;
use guichet::sandbox::{Faults, Handle, Line, Options, Outage, Record, Sandbox};
use std::collections::BTreeMap;
use std::time::Duration;

/// A relay and the platform it sends to, both on one clock that runs 600 times as fast.
pub(crate) struct Scene {
    pub(crate) rig: Rig,
    pub(crate) sandbox: Handle,
    ada: Member,
    _dir: tempfile::TempDir,
}

impl Scene {
    pub(crate) async fn new(faults: Faults) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = Clock::scaled(Timestamp::from_secs(1_795_000_000), 600.0);
        let bound = Sandbox::bind(([127, 0, 0, 1], 0).into()).await.expect("a port");
        config(dir.path(), "1", "2");
        let path = dir.path().join("relay.toml");
        let text = std::fs::read_to_string(&path).expect("the file is there");
        let text = text
            .replace("http://127.0.0.1:9", &format!("http://{}/v25.0", bound.addr()))
            .replace("undo_delay = \"0s\"", "undo_delay = \"0s\"\nsend_timeout = \"1s\"");
        std::fs::write(&path, text).expect("the file is written");
        let rig = Rig::start(Config::load(&path).expect("sound"), clock.clone()).await;
        let options = Options {
            webhook: Some(rig.url()),
            line: Line {
                phone_number_id: Some("1".into()),
                waba_id: Some("2".into()),
                app_secret: Some(Secret::new(SECRET)),
                access_token: Some(Secret::new("token")),
                verify_token: None,
            },
            faults,
            seed: 7,
            silent: true,
            waiting: 0,
            every: Duration::ZERO,
            ..Options::default()
        };
        let sandbox = bound.start(options, clock).expect("a sandbox");
        let ada = Member {
            name: Name::from("ada"),
            role: Role::Supervisor,
            queues: vec![Name::from("support")],
        };
        let set = DeskEvent::AccountSet {
            at: rig.daemon.relay.clock.now(),
            name: ada.name.clone(),
            role: ada.role,
            queues: ada.queues.clone(),
            password: String::new(),
        };
        rig.daemon.relay.desk.record("-test", vec![set]).await.expect("recorded");
        Self { rig, sandbox, ada, _dir: dir }
    }

    /// So many customers write; their tickets, once they are there.
    pub(crate) async fn customers(&self, many: usize) -> Vec<TicketNumber> {
        for nth in 0..many {
            self.sandbox.say(&format!("39333000{nth:04}"), "ciao").expect("a customer");
        }
        let mut position = self.rig.daemon.relay.position.clone();
        loop {
            {
                let views = self.rig.daemon.relay.store.read();
                if views.unsolved() == many {
                    return views.inbox().map(|(key, _)| key.number).collect();
                }
            }
            position.changed().await.expect("the journal is open");
        }
    }

    pub(crate) async fn act(&self, ticket: TicketNumber, action: Action) -> Option<SendId> {
        let desk = &self.rig.daemon.relay.desk;
        match desk.act(self.ada.clone(), ticket, action, None).await.expect("allowed").reply {
            Reply::Acted(send) => send,
            reply => panic!("{reply:?}"),
        }
    }

    async fn replies(&self, tickets: &[TicketNumber], each: usize) -> Vec<SendId> {
        let mut sends = Vec::new();
        for nth in 0..each {
            for ticket in tickets {
                let text = format!("answer {nth}");
                let send = self.act(*ticket, Action::Reply { text, quote: None }).await;
                sends.push(send.expect("a message"));
            }
        }
        sends
    }

    pub(crate) fn status(&self, send: SendId) -> Status {
        let state = self.rig.daemon.relay.store.conversation(send.conversation);
        let state = state.expect("readable").expect("a conversation");
        state.thread.outbox(send.outbox).expect("a message").status()
    }

    /// Waits until every message has come to an end. What stays unconfirmed although the platform has told all
    /// that it knows is given up by the agent; gives those.
    pub(crate) async fn settled(&self, sends: &[SendId]) -> Vec<SendId> {
        let mut position = self.rig.daemon.relay.position.clone();
        let mut given_up = Vec::new();
        loop {
            let open: Vec<_> = sends
                .iter()
                .filter(|send| {
                    use Status::{Attempting, Queued, Unconfirmed};
                    matches!(self.status(**send), Queued | Attempting | Unconfirmed)
                })
                .collect();
            if open.is_empty() {
                return given_up;
            }
            let moved = tokio::time::timeout(Duration::from_secs(3), position.changed()).await;
            if moved.is_err() {
                assert!(self.sandbox.drain(Duration::from_secs(5)).await, "the webhooks are taken");
                for send in open.into_iter().filter(|s| self.status(**s) == Status::Unconfirmed) {
                    let ticket = {
                        let views = self.rig.daemon.relay.store.read();
                        let state = views.conversation(send.conversation).expect("in memory");
                        state.unsolved().expect("a ticket").number
                    };
                    let give_up = Action::Cancel { outbox: send.outbox };
                    let desk = &self.rig.daemon.relay.desk;
                    match desk.act(self.ada.clone(), ticket, give_up, None).await {
                        Ok(_) => given_up.push(*send),
                        // It was told of in that moment.
                        Err(Refusal::MessageIs { .. }) => {}
                        Err(refusal) => panic!("{refusal:?}"),
                    }
                }
            }
        }
    }

    pub(crate) async fn end(self) -> Record {
        let record = self.sandbox.stop().await;
        self.rig.daemon.stop().await.expect("a clean stop");
        record
    }
}

/// Nothing twice, nothing lost, every conversation in order.
fn judge(record: &Record, sends: &[SendId], given_up: &[SendId], failed: &[SendId]) {
    assert_eq!(record.sent_twice().collect::<Vec<_>>(), Vec::<&str>::new());
    let mut last = BTreeMap::new();
    for send in sends {
        let ids = record.accepted.get(&send.to_string());
        if given_up.contains(send) || failed.contains(send) {
            continue;
        }
        let id =
            ids.and_then(|ids| ids.first()).expect("the platform has what we hold as accepted");
        let at = record.sends[id].at;
        let before = last.insert(send.conversation, at);
        assert!(before.is_none_or(|before| before <= at), "{send} is in order");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_delays_and_loses_nothing() {
    let outage = Outage { lasts: Duration::from_secs(3), after: Some(Duration::from_millis(500)) };
    let scene = Scene::new(Faults { outage: Some(outage), ..Faults::default() }).await;
    let tickets = scene.customers(20).await;
    // Sent while nobody can be reached. Only the first, which goes alone, may have used a connection that was
    // still open when the outage began.
    tokio::time::timeout(Duration::from_secs(5), async {
        while reqwest::get(scene.sandbox.api_url()).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the outage begins");
    let sends = scene.replies(&tickets, 3).await;
    assert!(sends.iter().all(|send| scene.status(*send) < Status::Accepted));
    // The webhook side does not notice.
    assert_eq!(scene.rig.daemon.relay.store.read().unsolved(), 20);
    let given_up = scene.settled(&sends).await;
    assert!(given_up.len() <= 1, "{given_up:?}");
    let metrics = scene.rig.daemon.relay.metrics.render();
    let attempts = metrics.lines().filter(|line| line.contains("not_reached")).count();
    assert!(attempts <= 1, "{metrics}");
    judge(&scene.end().await, &sends, &given_up, &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_breaks_nothing_is_sent_twice_and_the_order_is_kept() {
    let faults = Faults {
        cut: 0.1,
        http_5xx: 0.1,
        slow: Some((Duration::from_millis(1_500), 0.05)),
        fail: vec![(130_429, 0.1), (131_026, 0.02), (131_000, 0.05)],
        duplicate: 0.2,
        reorder: 0.2,
        drop_status: 0.05,
        ..Faults::default()
    };
    let scene = Scene::new(faults).await;
    let tickets = scene.customers(25).await;
    let sends = scene.replies(&tickets, 3).await;
    let given_up = scene.settled(&sends).await;
    let failed: Vec<_> =
        sends.iter().filter(|send| scene.status(**send) == Status::Failed).copied().collect();
    let record = scene.end().await;
    println!(
        "{} sends: {} given up, {} failed, {} requests, rejected {:?}",
        sends.len(),
        given_up.len(),
        failed.len(),
        record.requests.messages,
        record.rejected
    );
    judge(&record, &sends, &given_up, &failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_fetched_and_sent_as_the_platform_wants_them() {
    let scene = Scene::new(Faults::default()).await;
    let mut position = scene.rig.daemon.relay.position.clone();
    let catalogue = loop {
        let known = scene.rig.daemon.relay.store.read().desk().templates.get("2").cloned();
        match known {
            Some((_, catalogue)) => break catalogue,
            None => position.changed().await.expect("the journal is open"),
        }
    };
    let tickets = scene.customers(1).await;
    // Who turned marketing messages on may be sent all of them.
    let at = scene.rig.daemon.relay.clock.now().secs();
    let wants = format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"2","changes":[{{"field":"user_preferences","value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"390000","phone_number_id":"1"}},"user_preferences":[{{"wa_id":"393330000000","category":"marketing_messages","value":"resume","detail":"User requested","timestamp":{at}}}]}}}}]}}]}}"#
    );
    assert_eq!(scene.rig.post(wants).await, 200);
    let sendable: Vec<_> = catalogue
        .templates
        .iter()
        .filter(|one| one.status == "APPROVED" && one.unsendable.is_none())
        .collect();
    assert!(sendable.len() > 30, "{}", catalogue.templates.len());
    let mut sends = Vec::new();
    for template in sendable {
        let value = |slot: &Slot| {
            let value = match (slot.kind, slot.name.as_str()) {
                (SlotKind::Image | SlotKind::Video | SlotKind::Document, _) => {
                    "https://a.example/b"
                }
                (_, "header.latitude" | "header.longitude") => "45.5",
                (SlotKind::Until, _) => "2026-12-24T18:00:00Z",
                _ => "valore",
            };
            (slot.name.clone(), value.to_owned())
        };
        let parameters = template.slots.iter().map(value).collect();
        let (name, language) = (template.name.clone(), template.language.clone());
        let action = Action::Template { name, language, parameters };
        sends.push(scene.act(tickets[0], action).await.expect("a message"));
    }
    scene.settled(&sends).await;
    for send in &sends {
        assert_ne!(scene.status(*send), Status::Failed);
    }
    let record = scene.end().await;
    assert_eq!(record.rejected, BTreeMap::new());
    judge(&record, &sends, &[], &[]);
}
