//! What a console is sent, and what that costs, is bounded, whatever is written and whatever it asks for.

use crate::rig::{Rig, config, text, webhook};
use crate::sessions::{Console, inbox, thread};
use guichet::domain::id::TicketNumber;
use guichet::domain::name::Name;
use guichet::domain::roster::{Member, Role};
use guichet::journal::{JournalError, Position, Reader, Record, Snapshot, StreamId};
use guichet::kit::{Clock, Timestamp};
use guichet::relay::opened::Opener;
use guichet::relay::reading::{Range, Reading};
use guichet::relay::views::{Store, load};
use guichet::wire::Watch;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const NOW: i64 = 1_795_000_000;
/// Bytes that one frame may have: what fits into one, its last entry, and what is told besides.
const FRAME: usize = 64 * 1024;

async fn rig(dir: &tempfile::TempDir) -> Rig {
    Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_silent_console_one_frame_waits_whatever_it_asks_for_and_whatever_comes() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let long = "x".repeat(4_000);
    for n in 0..300 {
        let from = format!("39333{:07}", if n < 200 { n } else { 0 });
        rig.hears(&from, &format!("wamid.{n}"), NOW - 900 + n, &long).await;
    }
    let mut silent = Console::open(&rig, &anna).await;
    let mut good = Console::open(&rig, &anna).await;
    for console in [&silent, &good] {
        console.watch(1, inbox(200)).await;
        console.watch(2, thread(1, 500)).await;
        console.watch(3, Watch::Counts).await;
    }
    assert!(silent.take().await);
    for n in 0..40 {
        rig.hears("393330000000", &format!("wamid.more.{n}"), NOW - 500 + n, &long).await;
        // By then either console could have been told.
        let head = rig.daemon.relay.store.read().position.0;
        good.until(|good| good.position >= head).await;
    }
    assert!(good.taken > 5 * FRAME, "{} bytes", good.taken);
    let waits = silent.largest + silent.unread();
    assert!(waits < FRAME, "{waits} bytes wait");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_is_too_long_for_a_frame_a_console_gets_the_beginning() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let from = "393330000000";
    let texts = [
        "ciao ".repeat(400_000),
        "\u{1}".repeat(300_000),
        format!("ciao e{}", "\u{301}".repeat(900_000)),
        "ciao".to_owned(),
    ];
    for (n, text) in texts.iter().enumerate() {
        rig.hears(from, &format!("wamid.{n}"), NOW - 900 + n as i64, text).await;
    }
    let cards: Vec<_> = (0..200)
        .map(|n| json!({"name": {"formatted_name": format!("{n}{}", "x".repeat(5_000))}}))
        .collect();
    let at = (NOW - 800).to_string();
    let message = json!({"from": from, "id": "wamid.cards", "timestamp": at, "type": "contacts", "contacts": cards,
        "context": {"from": from, "id": "wamid.2"}});
    assert_eq!(rig.post(webhook("1", &[message.to_string()], &[])).await, 200);
    let edited = json!({"type": "text", "text": {"body": "breve"}});
    let edit = json!({"from": from, "id": "wamid.edit", "timestamp": (NOW - 700).to_string(), "type": "edit",
        "edit": {"original_message_id": "wamid.1", "message": edited}});
    assert_eq!(rig.post(webhook("1", &[edit.to_string()], &[])).await, 200);

    let mut console = Console::open(&rig, &anna).await;
    console.watch(2, thread(1, 500)).await;
    let (_, whole) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
    let whole = whole["entries"].as_array().expect("entries");
    console.settle().await;
    assert_eq!(console.thread.len(), whole.len(), "all entries came");
    assert!(console.largest < FRAME, "{} bytes in a frame", console.largest);
    let said: Vec<_> = console
        .thread
        .iter()
        .map(|shown| &shown.entry)
        .filter(|of| of.direction.is_some())
        .collect();
    let told: Vec<_> = whole.iter().filter(|of| !of["direction"].is_null()).collect();
    for (shown, whole) in said.iter().zip(&told) {
        assert_eq!(shown.id, whole["id"]);
        assert!(whole["text"].as_str().expect("a text").starts_with(&shown.text), "{}", shown.id);
        assert_eq!(whole.get("cut"), None, "REST has it whole");
    }
    let of = |id: &str| said.iter().find(|of| of.id == id).expect("is shown");
    assert_eq!(of("wamid.0").text.len(), 16 * 1024 / 5 * 5 + 4);
    assert!(of("wamid.0").cut.is_some_and(|bytes| bytes > 2_000_000), "{:?}", of("wamid.0").cut);
    assert_eq!((of("wamid.1").text.as_str(), of("wamid.1").cut), ("breve", None));
    let before: Vec<_> = of("wamid.1").earlier.iter().map(|of| of.text.clone()).collect();
    assert_eq!(before, [format!("{}…", "\u{1}".repeat(1_024 / 6))], "the beginning of it");
    assert_eq!(of("wamid.2").text, "ciao ");
    assert_eq!((of("wamid.3").text.as_str(), of("wamid.3").cut), ("ciao", None));
    let cards = &of("wamid.cards").details.cards;
    assert!(!cards.is_empty() && of("wamid.cards").cut.is_some(), "{} cards", cards.len());
    rig.daemon.stop().await.expect("a clean stop");
}

/// Counts what is read of a journal.
struct Counted(Arc<dyn Reader>, Arc<AtomicUsize>);

impl Reader for Counted {
    fn head(&self) -> Position {
        self.0.head()
    }

    fn low_water(&self) -> Position {
        self.0.low_water()
    }

    fn get(&self, position: Position) -> Result<Option<Record>, JournalError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.get(position)
    }

    fn scan(&self, after: Position, limit: usize) -> Result<Vec<Record>, JournalError> {
        let records = self.0.scan(after, limit)?;
        self.1.fetch_add(records.len(), Ordering::Relaxed);
        Ok(records)
    }

    fn command(&self, id: &[u8; 16]) -> Result<Option<Position>, JournalError> {
        self.0.command(id)
    }

    fn snapshot(&self, stream: StreamId, block: u32) -> Result<Option<Snapshot>, JournalError> {
        self.0.snapshot(stream, block)
    }

    fn each_state(
        &self,
        nth: u64,
        of: u64,
        visit: &mut dyn FnMut(Result<Snapshot, JournalError>),
    ) -> Result<(), JournalError> {
        self.0.each_state(nth, of, visit)
    }

    fn each_snapshot(&self, visit: &mut dyn FnMut(Snapshot)) -> Result<(), JournalError> {
        self.0.each_snapshot(visit)
    }

    fn watch(&self) -> tokio::sync::watch::Receiver<Position> {
        self.0.watch()
    }

    fn size_on_disk(&self) -> Result<u64, JournalError> {
        self.0.size_on_disk()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_quotes_reads_each_entry_once_or_twice_whatever_follows_what_is_quoted() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let from = "393330000000";
    let at = |second: i64| (NOW - 9_000 + second).to_string();
    let said = (0..200).map(|n| text(from, &format!("said{n}"), NOW - 9_000 + n, "ciao"));
    let liked = (0..255).map(|n| {
        let reaction = json!({"message_id": "said0", "emoji": "\u{1f44d}"});
        json!({"from": from, "id": format!("like{n}"), "timestamp": at(300 + n), "type": "reaction", "reaction": reaction})
            .to_string()
    });
    let gone = json!({"from": from, "id": "gone", "timestamp": at(600), "type": "revoke", "revoke": {"original_message_id": "said199"}});
    let quotes = (0..200).map(|n| {
        let context = json!({"from": "390000", "id": format!("said{n}")});
        json!({"from": from, "id": format!("quote{n}"), "timestamp": at(700 + n), "type": "text", "text": {"body": "?"}, "context": context})
            .to_string()
    });
    let all: Vec<_> = said.chain(liked).chain([gone.to_string()]).chain(quotes).collect();
    assert_eq!(rig.post(webhook("1", &all, &[])).await, 200);

    let relay = &rig.daemon.relay;
    let reads = Arc::new(AtomicUsize::new(0));
    let reader = Arc::new(Counted(relay.store.reader().clone(), reads.clone()));
    let store = Store::new(load(&*reader).expect("it loads"), reader);
    let opener = Opener::new(store.clone(), relay.vault.clone(), relay.files.clone());
    let reading = Reading::new(store, opener);
    let member = Member { name: Name::from("-test"), role: Role::Admin, queues: Vec::new() };
    let range = Range { all: true, until: None, anchor: None, before: 0, rows: 200 };
    let part = || {
        reads.store(0, Ordering::Relaxed);
        let now = Timestamp::from_secs(NOW);
        reading.thread_part(&member, TicketNumber(1), range, now).expect("a page")
    };
    let page = part();
    // The page, what it quotes, and what follows that: 31,000 before each was read once.
    let most = 200 + 200 + 256 + 50;
    let first = reads.load(Ordering::Relaxed);
    assert!((400..most).contains(&first), "{first} reads");
    let quoted: Vec<_> = page
        .entries
        .iter()
        .filter_map(|of| of.entry.quote.as_ref())
        .map(|of| of.text.as_str())
        .collect();
    let (last, others) = quoted.split_last().expect("quotes");
    assert!(others.len() > 190 && others.iter().all(|text| *text == "ciao"), "{others:?}");
    assert_eq!(*last, "", "was taken back");
    part();
    let again = reads.load(Ordering::Relaxed);
    assert!(again < 450, "{again} reads of the same page again");
    rig.daemon.stop().await.expect("a clean stop");
}
