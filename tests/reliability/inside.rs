//! A relay in this process whose journal can be held back or broken; and a look into a store.

use crate::setup::{LINE, sign};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use guichet::domain::name::Name;
use guichet::journal::{Gate, Held, Journal, JournalError};
use guichet::kit::{Clock, Timestamp};
use guichet::relay::config::Config;
use guichet::relay::core::{Core, CoreError};
use guichet::relay::disk::Disk;
use guichet::relay::lines::Lines;
use guichet::relay::store::{Folder, OpenError};
use guichet::relay::{ingress, translate};
use guichet::vault::{Vault, VaultError};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use tower::ServiceExt;

/// See the module.
pub(crate) struct Inside {
    pub(crate) core: Core,
    pub(crate) gate: Gate,
    router: Router,
}

impl Inside {
    pub(crate) async fn start(config: &Config, clock: Clock) -> Self {
        let folder = Folder::make(&config.data_dir).expect("a folder");
        let (vault, journal) = folder.open(config).expect("the store opens");
        Self::over(config, clock, vault, Box::new(journal)).await
    }

    /// The same over any journal.
    pub(crate) async fn over(
        config: &Config,
        clock: Clock,
        vault: Vault,
        journal: Box<dyn Journal>,
    ) -> Self {
        let (held, gate) = Held::new(journal);
        let disk = Arc::new(Disk::with_probe(0, || Ok(u64::MAX)));
        let lines = Lines::of(config).expect("there are secrets");
        let core = Core::with(config, clock, Box::new(held), vault, disk, lines).await;
        let core = core.expect("the core starts");
        let router = ingress::router(core.relay.clone());
        Self { core, gate, router }
    }

    /// Posts a signed body; the status.
    pub(crate) fn post<B: Into<Vec<u8>>>(
        &self,
        body: B,
    ) -> impl Future<Output = u16> + Send + use<B> {
        let body = body.into();
        let signature = sign(&body);
        self.post_signed(body, &signature)
    }

    pub(crate) fn post_signed(
        &self,
        body: Vec<u8>,
        signature: &str,
    ) -> impl Future<Output = u16> + Send + use<> {
        let request = Request::post("/webhooks/whatsapp")
            .header("x-hub-signature-256", signature)
            .body(Body::from(body))
            .expect("a request");
        let router = self.router.clone();
        async move { router.oneshot(request).await.expect("an answer").status().as_u16() }
    }

    /// Returns when the held journal has something to write.
    pub(crate) async fn journal_waits(&self) {
        let gate = self.gate.clone();
        tokio::task::spawn_blocking(move || gate.wait_for_append()).await.expect("no panic");
    }

    /// Closes it, and lets go of everything that holds the store.
    pub(crate) async fn close(self) -> Result<(), CoreError> {
        drop(self.router);
        self.core.close().await
    }

    /// How often each message is in a thread.
    pub(crate) fn messages(&self) -> Messages {
        Messages::of(&self.core)
    }
}

/// How often each message of the line is in a thread, by its fingerprint.
pub(crate) struct Messages {
    times: HashMap<u64, usize>,
    /// How many stand more than once in one thread.
    repeated: usize,
    vault: Arc<Vault>,
}

impl Messages {
    fn of(core: &Core) -> Self {
        let mut times = HashMap::new();
        let mut repeated = 0;
        let views = core.relay.store.read();
        for conversation in views.conversations() {
            let messages = conversation.thread.iter().filter(|entry| entry.sort().is_message());
            let mut here = HashSet::new();
            for entry in messages {
                *times.entry(entry.key().0).or_default() += 1;
                repeated += usize::from(!here.insert(entry.key().0));
            }
        }
        Self { times, repeated, vault: core.relay.vault.clone() }
    }

    /// How often this one is there.
    pub(crate) fn of_id(&self, id: &str) -> usize {
        let key = translate::message_key(&self.vault, &Name::from(LINE), id);
        self.times.get(&key.0).copied().unwrap_or(0)
    }

    /// How many different ones there are.
    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }

    /// How many stand more than once in one thread. Where ids are made up, two people may have one id.
    pub(crate) fn repeated(&self) -> usize {
        self.repeated
    }

    /// How many are there more than once.
    pub(crate) fn doubles(&self) -> usize {
        self.times.values().filter(|times| **times > 1).count()
    }
}

/// The messages in the store that lies in `data_dir`, which nobody else has open; leaves it closed.
pub(crate) async fn stored(config: &Config, data_dir: &Path) -> Messages {
    let config = Config { data_dir: data_dir.to_owned(), ..config.clone() };
    let clock = Clock::manual(Timestamp::from_secs(crate::setup::NOW));
    let core = opened(&config, clock).await;
    let report = guichet::journal::verify(&**core.relay.store.reader()).expect("the journal reads");
    assert!(report.is_sound(), "{:?}", report.problems);
    let messages = Messages::of(&core);
    core.close().await.expect("it closes");
    messages
}

/// Opens a store as soon as the threads of the one before have let go of it.
pub(crate) async fn opened(config: &Config, clock: Clock) -> Core {
    for _ in 0..10_000 {
        match Core::open(config, clock.clone()).await {
            Err(CoreError::Open(
                OpenError::Journal(JournalError::Locked { .. })
                | OpenError::Vault(VaultError::Locked { .. }),
            )) => tokio::task::yield_now().await,
            opened => return opened.expect("the store opens"),
        }
    }
    panic!("{} stays locked", config.data_dir.display())
}

/// Every acknowledged message is there once, and none is there twice.
pub(crate) fn check<'a>(
    messages: &Messages,
    acknowledged: impl IntoIterator<Item = &'a str>,
    what: &str,
) {
    for id in acknowledged {
        assert_eq!(messages.of_id(id), 1, "{what}: {id}");
    }
    assert_eq!(messages.doubles(), 0, "{what}");
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("creates");
    for entry in std::fs::read_dir(from).expect("is there").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().expect("has a type");
        if kind.is_dir() {
            copy(&from, &to);
        } else if kind.is_file() {
            std::fs::copy(&from, &to).expect("copies");
        }
    }
}
