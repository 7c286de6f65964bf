//! A relay in memory for tests: a journal that is gone with it, one line, and short words for what happens.

mod stand_in;

use super::Relay;
use super::config::Config;
use super::core::Core;
use super::disk::Disk;
use super::fact::{Fact, What, Who};
use super::lines::Lines;
use super::translate::{known, message_key};
use crate::domain::command::{Action, Arrival};
use crate::domain::desk::DeskEvent;
use crate::domain::id::{SendId, TicketNumber};
use crate::domain::identity::IdentityKind;
use crate::domain::message::{Inbound, Kind, Source};
use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Member, Role};
use crate::domain::status::Status;
use crate::journal::MemoryJournal;
use crate::kit::{Clock, Timestamp};
use crate::relay::desk::Reply;
use crate::vault::{MasterKey, Vault};
pub use stand_in::StandIn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// The line's phone number id.
pub const LINE: &str = "1";
/// The line's account.
pub const ACCOUNT: &str = "2";
/// Where a manual clock is set to stand by [`Rig::manual`].
pub const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);

/// See the module.
pub struct Rig {
    /// What the parts share.
    pub relay: Relay,
    core: Core,
    messages: AtomicU64,
    _dir: TempDir,
    _still: Option<oneshot::Sender<()>>,
}

impl Rig {
    /// A relay whose undo delay is zero.
    pub async fn new(clock: Clock) -> Self {
        Self::with(clock, "undo_delay = \"0s\"").await
    }

    /// A relay at [`NOW`].
    pub async fn manual() -> Self {
        Self::new(Clock::manual(NOW)).await
    }

    /// A relay with these lines in its `[relay]` table, and two lines, [`LINE`] and `9`.
    pub async fn with(clock: Clock, knobs: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["app_secret", "access_token", "verify_token"] {
            std::fs::write(dir.path().join(name), name).expect("a secret is written");
        }
        let line = |name: &str, number: &str| {
            format!(
                "[[line]]\nname = \"{name}\"\nphone_number_id = \"{number}\"\nwaba_id = \"{ACCOUNT}\"\n\
                 api_url = \"http://127.0.0.1:9\"\naccess_token = {{ file = \"access_token\" }}\n\
                 app_secrets = [{{ file = \"app_secret\" }}]\nverify_token = {{ file = \"verify_token\" }}\n\
                 queue = \"support\"\n"
            )
        };
        let text = format!(
            "data_dir = \"data\"\n[listen]\nwebhooks = \"127.0.0.1:0\"\nconsoles = \"127.0.0.1:0\"\n[relay]\n{knobs}\n\
             {}{}[[sla]]\nname = \"standard\"\nqueues = [\"support\"]\ncalendar = \"24x7\"\n\
             [sla.first_reply]\nnormal = \"60m\"\n",
            line("support", LINE),
            line("other", "9"),
        );
        let path = dir.path().join("relay.toml");
        std::fs::write(&path, text).expect("the file is written");
        let config = Config::load(&path).expect("the configuration is sound");
        let vault = Vault::open(&dir.path().join("keys"), MasterKey::generate()).expect("a vault");
        let disk = Arc::new(Disk::with_probe(0, || Ok(u64::MAX)));
        let lines = Lines::of(&config).expect("secrets");
        let journal = Box::new(MemoryJournal::new());
        let core = Core::with(&config, clock, journal, vault, disk, lines).await.expect("a core");
        let relay = core.relay.clone();
        Self { relay, core, messages: AtomicU64::new(0), _dir: dir, _still: None }
    }

    /// Keeps a paused tokio clock from moving by itself while the desk's threads work; a test then moves it.
    pub fn still(mut self) -> Self {
        let (end, ended) = oneshot::channel::<()>();
        tokio::task::spawn_blocking(move || ended.blocking_recv());
        self._still = Some(end);
        self
    }

    /// A customer writes, now; the ticket on which it stands.
    pub async fn customer_writes(&self, phone: &str, text: &str) -> TicketNumber {
        self.customer_writes_to(LINE, phone, text, self.relay.clock.now()).await
    }

    /// A customer has written to a line at `at`.
    pub async fn customer_writes_to(
        &self,
        line: &str,
        phone: &str,
        text: &str,
        at: Timestamp,
    ) -> TicketNumber {
        self.writes(line, (IdentityKind::Phone, phone), text, at).await
    }

    /// Somebody, or a group, has written to a line at `at`.
    pub async fn writes(
        &self,
        line: &str,
        (kind, value): (IdentityKind, &str),
        text: &str,
        at: Timestamp,
    ) -> TicketNumber {
        let nth = self.messages.fetch_add(1, Ordering::Relaxed);
        let line = Name::from(line);
        let id = format!("wamid.IN{nth}");
        let person = known(&self.relay.vault, "default", kind, value);
        let key = person.keys[0];
        let arrival = Arrival {
            at,
            key: message_key(&self.relay.vault, &line, &id),
            kind: Kind::Text,
            source: Source::Messages,
            outgoing: false,
            undated: false,
            body: Inbound { id, text: text.to_owned(), ..Inbound::default() },
        };
        let fact = Fact {
            line: line.clone(),
            who: Who { identities: vec![person], ..Who::default() },
            what: What::Message(Box::new(arrival)),
        };
        self.relay.desk.facts(vec![fact]).await.expect("room");
        let views = self.relay.store.read();
        let mut contacts = views.contacts();
        let contact = contacts.find(|one| one.identities.iter().any(|(_, of, _)| *of == key));
        let conversation = contact.and_then(|one| one.conversation(&line)).expect("a conversation");
        let state = views.conversation(conversation).expect("in memory");
        state.unsolved().expect("a ticket").number
    }

    /// Makes an account that works the queue `support`.
    pub async fn account(&self, name: &str, role: Role) -> Member {
        let member = Member { name: Name::from(name), role, queues: vec![Name::from("support")] };
        let set = DeskEvent::AccountSet {
            at: self.relay.clock.now(),
            name: member.name.clone(),
            role,
            queues: member.queues.clone(),
            password: String::new(),
        };
        self.relay.desk.record("-test", vec![set]).await.expect("recorded");
        member
    }

    /// Changes the rules in force.
    pub async fn rule(&self, change: impl FnOnce(&mut Policy)) {
        let mut policy = self.relay.store.read().policy().as_ref().clone();
        change(&mut policy);
        let at = self.relay.clock.now();
        let changed = DeskEvent::PolicyChanged { at, policy: Box::new(policy) };
        self.relay.desk.record("-test", vec![changed]).await.expect("recorded");
    }

    /// Somebody does something.
    pub async fn act(
        &self,
        member: &Member,
        ticket: TicketNumber,
        action: Action,
    ) -> Result<Option<SendId>, Refusal> {
        let answered = self.relay.desk.act(member.clone(), ticket, action, None).await?;
        match answered.reply {
            Reply::Acted(send) => Ok(send),
            reply => panic!("{reply:?}"),
        }
    }

    /// Somebody answers.
    pub async fn reply(&self, member: &Member, ticket: TicketNumber, text: &str) -> SendId {
        let reply = Action::Reply { text: text.to_owned(), quote: None };
        self.act(member, ticket, reply).await.expect("allowed").expect("a message")
    }

    /// How far a message of ours is.
    pub fn status(&self, send: SendId) -> Status {
        let state = self.relay.store.conversation(send.conversation).expect("readable");
        let state = state.expect("a conversation");
        state.thread.outbox(send.outbox).expect("a message").status()
    }

    /// Waits until a message is that far.
    pub async fn until(&self, send: SendId, status: Status) {
        let mut position = self.relay.position.clone();
        while self.status(send) != status {
            position.changed().await.expect("the journal is open");
        }
    }

    /// Ends the relay in order.
    pub async fn close(self) {
        drop(self._still);
        self.core.close().await.expect("a clean end");
    }
}
