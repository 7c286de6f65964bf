//! What the store keeps does not read back: a saved state is folded anew, and a conversation that is lost holds up
//! nobody else.

use crate::inside::{Inside, check};
use crate::setup::{NOW, Setup, text, webhook};
use guichet::domain::id::{ContactId, ConversationId};
use guichet::domain::name::Name;
use guichet::domain::roster::{Member, Role};
use guichet::journal::{
    Appended, Checkpoint, Commit, Journal, JournalError, Position, Reader, Record, Snapshot,
    StreamId,
};
use guichet::kit::{Clock, Timestamp};
use guichet::relay::config::Config;
use guichet::relay::ingress;
use guichet::relay::reading::Reading;
use guichet::relay::store::Folder;
use guichet::relay::views::load;
use std::sync::Arc;
use tokio::sync::watch;

/// Which saved states do not read back.
#[derive(Clone, Copy)]
enum Broken {
    All,
    Of(StreamId),
}

impl Broken {
    fn hits(self, stream: StreamId) -> bool {
        match self {
            Self::All => true,
            Self::Of(of) => of == stream,
        }
    }
}

/// A store of which some places cannot be read.
struct Damaged<T> {
    inner: T,
    state: Broken,
    record: Option<Position>,
}

impl Journal for Damaged<Box<dyn Journal>> {
    fn append(
        &mut self,
        batch: &[Commit],
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Appended>, JournalError> {
        self.inner.append(batch, checkpoint)
    }

    fn reset(&mut self, stream: StreamId) {
        self.inner.reset(stream);
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::new(Damaged { inner: self.inner.reader(), state: self.state, record: self.record })
    }
}

fn broken(stream: StreamId) -> JournalError {
    JournalError::CorruptSnapshot { stream, block: 0, why: "its checksum is wrong".to_owned() }
}

impl Reader for Damaged<Arc<dyn Reader>> {
    fn head(&self) -> Position {
        self.inner.head()
    }

    fn low_water(&self) -> Position {
        self.inner.low_water()
    }

    fn get(&self, position: Position) -> Result<Option<Record>, JournalError> {
        Ok(self.scan(Position(position.0 - 1), 1)?.pop())
    }

    fn scan(&self, after: Position, limit: usize) -> Result<Vec<Record>, JournalError> {
        let reach = after.0.saturating_add(limit as u64);
        match self.record {
            Some(position) if after < position && position.0 <= reach => {
                Err(JournalError::Corrupt { position, why: "its checksum is wrong".into() })
            }
            _ => self.inner.scan(after, limit),
        }
    }

    fn command(&self, id: &[u8; 16]) -> Result<Option<Position>, JournalError> {
        self.inner.command(id)
    }

    fn snapshot(&self, stream: StreamId, block: u32) -> Result<Option<Snapshot>, JournalError> {
        if self.state.hits(stream) {
            return Err(broken(stream));
        }
        self.inner.snapshot(stream, block)
    }

    fn each_state(
        &self,
        nth: u64,
        of: u64,
        visit: &mut dyn FnMut(Result<Snapshot, JournalError>),
    ) -> Result<(), JournalError> {
        self.inner.each_state(nth, of, &mut |state| {
            let hit = state.as_ref().ok().map(|state| state.stream);
            let hit = hit.filter(|stream| self.state.hits(*stream));
            visit(hit.map_or(state, |stream| Err(broken(stream))));
        })
    }

    fn each_snapshot(&self, visit: &mut dyn FnMut(Snapshot)) -> Result<(), JournalError> {
        self.inner.each_snapshot(visit)
    }

    fn watch(&self) -> watch::Receiver<Position> {
        self.inner.watch()
    }

    fn size_on_disk(&self) -> Result<u64, JournalError> {
        self.inner.size_on_disk()
    }
}

fn still() -> Clock {
    Clock::manual(Timestamp::from_secs(NOW))
}

async fn damaged(config: &Config, state: StreamId, record: Option<Position>) -> Inside {
    let folder = Folder::make(&config.data_dir).expect("a folder");
    let (vault, journal) = folder.open(config).expect("the store opens");
    let journal: Box<dyn Journal> = Box::new(journal);
    let state = Broken::Of(state);
    Inside::over(config, still(), vault, Box::new(Damaged { inner: journal, state, record })).await
}

fn from(customer: u32, id: &str) -> String {
    text(&format!("39333000000{customer}"), id, NOW, "ciao")
}

/// Handles all dead letters once more; nothing is struck from their list.
async fn again(relay: &Inside) -> Vec<Result<(), String>> {
    let relay = &relay.core.relay;
    let letters = relay.store.read().desk().dead_letters.clone();
    let mut told = Vec::new();
    for letter in letters {
        let found = relay.opener.found(letter.place()).expect("it is there");
        let raw: String = relay.opener.body_of_day(letter.day, &found).expect("it opens");
        told.push(ingress::retry(relay, &letter.reason, &raw).await);
    }
    told
}

/// Everybody is listed, also who has a conversation that cannot be read, and he can be handed over.
fn people(relay: &Inside, many: usize) {
    let reading = Reading::new(relay.core.relay.store.clone(), relay.core.relay.opener.clone());
    let name = Name::from("sara");
    let sara = Member { name, role: Role::Supervisor, queues: Vec::new() };
    let ids = reading.contact_ids(None);
    let (listed, looked) = reading.contacts(&sara, None, &ids, usize::MAX).expect("it is read");
    assert_eq!((listed.len(), looked), (many, many));
    let mut pieces = Vec::new();
    let count = reading.export_contact(ContactId(1), &mut |piece| pieces.push(piece.to_string()));
    let lost = pieces.iter().any(|piece| piece.contains("\"unreadable\""));
    assert_eq!(lost, count.expect("it is read") == 0, "{pieces:?}");
}

/// Three customers write, two of them twice; the first one's second message is the last record.
async fn three(config: &Config) {
    let relay = Inside::start(config, still()).await;
    for (customer, id) in [(1, "a1"), (2, "b1"), (3, "c1"), (2, "b2"), (1, "a2")] {
        assert_eq!(relay.post(webhook(&[from(customer, id)])).await, 200);
    }
    relay.close().await.expect("it closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_state_that_does_not_read_back_is_folded_anew() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    three(&config).await;
    for state in [StreamId::Conversation(1), StreamId::Contact(2), StreamId::Desk] {
        let relay = damaged(&config, state, None).await;
        check(&relay.messages(), ["a1", "a2", "b1", "b2", "c1"], "folded anew");
        assert_eq!(relay.core.relay.store.read().unreadable(), 0);
        relay.close().await.expect("it closes");
    }
    // What was folded anew was saved, and takes more.
    let relay = Inside::start(&config, still()).await;
    let batch = webhook(&[from(1, "a3"), from(2, "b3")]);
    assert_eq!(relay.post(batch).await, 200);
    check(&relay.messages(), ["a1", "a2", "a3", "b1", "b2", "b3", "c1"], "after that");
    assert_eq!(relay.core.relay.store.read().contacts().count(), 3);
    relay.close().await.expect("it closes");
}

/// As after a change of what a saved state looks like: everything is folded anew and saved piece by piece.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_anew_in_pieces_may_be_cut_off_after_any_of_them() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    three(&config).await;
    let mut whole = 0;
    for cut in 1.. {
        let folder = Folder::make(&config.data_dir).expect("a folder");
        let (vault, journal) = folder.open(&config).expect("the store opens");
        let mut journal: Box<dyn Journal> = Box::new(journal);
        let reader = Damaged { inner: journal.reader(), state: Broken::All, record: None };
        let mut views = load(&reader).expect("it is folded anew");
        let mut pieces = 0;
        while pieces < cut
            && let Some(piece) = views.repaired(1)
        {
            assert_eq!(piece.snapshots.len(), 1, "a state at a time");
            journal.append(&[], &piece).expect("it is saved");
            pieces += 1;
        }
        drop((reader, journal, vault));
        let relay = Inside::start(&config, still()).await;
        check(&relay.messages(), ["a1", "a2", "b1", "b2", "c1"], "after the cut");
        relay.close().await.expect("it closes");
        if pieces < cut {
            whole = pieces;
            break;
        }
    }
    assert_eq!(whole, 7, "the desk, three contacts, three conversations");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unreadable_conversation_holds_up_nobody_else() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    three(&config).await;
    // The state is broken, and so is the record in which the conversation begins.
    let begins = {
        let relay = Inside::start(&config, still()).await;
        let records = relay.core.relay.store.reader().scan(Position::START, 100).expect("reads");
        let of = |record: &&Record| {
            record.commit.parts.iter().any(|part| part.stream == StreamId::Conversation(1))
        };
        let position = records.iter().find(of).expect("it begins").position;
        relay.close().await.expect("it closes");
        position
    };
    let relay = damaged(&config, StreamId::Conversation(1), Some(begins)).await;
    assert_eq!(relay.core.relay.store.read().unreadable(), 1);
    assert!(relay.core.relay.store.conversation(ConversationId(1)).is_err());
    let metrics = relay.core.relay.metrics.render();
    assert!(metrics.contains("guichet_conversations_unreadable 1"), "the operator is told");
    check(&relay.messages(), ["b1", "b2", "c1"], "the others are there");

    let batch = webhook(&[from(2, "b3"), from(1, "a3"), from(4, "d1")]);
    assert_eq!(relay.post(batch).await, 200, "the batch is taken");
    check(&relay.messages(), ["b1", "b2", "b3", "c1", "d1"], "all but one");
    {
        let views = relay.core.relay.store.read();
        let letters = &views.desk().dead_letters;
        assert_eq!(letters.len(), 1);
        assert!(letters.iter().all(|letter| letter.reason.starts_with("unreadable:")));
    }
    people(&relay, 4);
    let told = again(&relay).await;
    assert_eq!(told.len(), 1, "nothing has changed: {told:?}");
    assert!(told[0].as_ref().is_err_and(|why| why.contains("cannot be read")), "{told:?}");
    assert_eq!(relay.core.relay.store.read().desk().dead_letters.len(), 1);
    relay.close().await.expect("it closes");

    // From a sound store all of it is there again: nothing was written over the conversation's records.
    let relay = Inside::start(&config, still()).await;
    check(&relay.messages(), ["a1", "a2", "b3", "d1"], "from the sound store");
    assert_eq!(relay.messages().of_id("a3"), 0, "it waits among the dead letters");
    assert_eq!(again(&relay).await, [Ok(())]);
    check(&relay.messages(), ["a1", "a2", "a3", "b3", "d1"], "the dead letter was taken");
    people(&relay, 4);
    relay.close().await.expect("it closes");
}
