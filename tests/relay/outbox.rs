//! What the relay sends, judged by the platform's own record.

use crate::carried::{CLOUD, Carried};
use crate::rig::Rig;
use guichet::domain::command::Action;
use guichet::domain::desk::DeskEvent;
use guichet::domain::id::{SendId, TicketNumber};
use guichet::domain::name::Name;
use guichet::domain::refusal::Refusal;
use guichet::domain::roster::{Member, Role};
use guichet::domain::status::Status;
use guichet::kit::{Clock, Timestamp};
use guichet::relay::desk::Reply;
use guichet::sandbox::{Faults, Handle, Options, Outage, Record, Sandbox};
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
        Self::of(&CLOUD, faults, 600.0).await
    }

    /// The same with a line that a provider carries, on a clock that runs so much faster.
    pub(crate) async fn of(carried: &'static Carried, faults: Faults, rate: f64) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = Clock::scaled(Timestamp::from_secs(1_795_000_000), rate);
        let bound = Sandbox::bind(([127, 0, 0, 1], 0).into()).await.expect("a port");
        let configured = |public: &str| carried.config(dir.path(), bound.addr(), public);
        let mut rig = Rig::start(configured("http://127.0.0.1:9"), clock.clone()).await;
        // The relay's own address is known only now.
        let public = format!("http://{}", rig.daemon.webhooks);
        rig.daemon.reload(configured(&public)).await.expect("taken over");
        let options = Options {
            webhook: Some(format!("{public}{}", carried.path)),
            line: carried.line(),
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

    /// The relay stops, something happens meanwhile, and another one takes up its folder. The sandbox posts where it
    /// did.
    pub(crate) async fn away(
        self,
        carried: &'static Carried,
        meanwhile: impl AsyncFnOnce(&Handle),
    ) -> Self {
        let Self { rig, sandbox, ada, _dir: dir } = self;
        let clock = rig.daemon.relay.clock.clone();
        rig.daemon.stop().await.expect("a clean stop");
        meanwhile(&sandbox).await;
        let configured = |public: &str| carried.config(dir.path(), sandbox.addr(), public);
        let mut rig = Rig::start(configured("http://127.0.0.1:9"), clock).await;
        let public = format!("http://{}", rig.daemon.webhooks);
        rig.daemon.reload(configured(&public)).await.expect("taken over");
        Self { rig, sandbox, ada, _dir: dir }
    }

    /// So many customers write; their tickets, once they are there.
    pub(crate) async fn customers(&self, many: usize) -> Vec<TicketNumber> {
        for nth in 0..many {
            self.sandbox.say(&format!("39333000{nth:04}"), "ciao").expect("a customer");
        }
        self.tickets(many).await
    }

    /// So many unsolved tickets, once they are there.
    pub(crate) async fn tickets(&self, many: usize) -> Vec<TicketNumber> {
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

    pub(crate) async fn replies(&self, tickets: &[TicketNumber], each: usize) -> Vec<SendId> {
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
pub(crate) fn judge(record: &Record, sends: &[SendId], given_up: &[SendId], failed: &[SendId]) {
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
