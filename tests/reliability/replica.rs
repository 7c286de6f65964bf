//! Another relay over the same journal writes first: the desk says `retry`, folds again and goes on, with nothing
//! lost and nothing doubled.

use crate::inside::{Inside, check};
use crate::setup::{ACCOUNT, LINE, NOW, Setup, text, webhook};
use guichet::domain::command::Action;
use guichet::domain::contact::ContactEvent;
use guichet::domain::desk::DeskEvent;
use guichet::domain::event::Event;
use guichet::domain::id::{ContactId, ConversationId, TagKey, TicketNumber};
use guichet::domain::name::Name;
use guichet::domain::private::Private;
use guichet::domain::refusal::Refusal;
use guichet::domain::roster::{Member, Role};
use guichet::journal::codec::{StreamEvent, encode};
use guichet::journal::{
    Appended, Checkpoint, Commit, Journal, JournalError, MemoryJournal, Part, Reader, StreamId,
};
use guichet::kit::{Clock, Timestamp};
use guichet::relay::desk::{Answered, Reply};
use guichet::vault::{MasterKey, Vault};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// What the other relay will write ahead of our next batch.
type Ahead = Arc<Mutex<Vec<Commit>>>;

/// A ticket gets this label.
fn labelled(tag: &str) -> Event {
    Event::Tagged {
        at: Timestamp::from_secs(NOW),
        add: vec![TagKey::of_clear(tag)],
        remove: Vec::new(),
        body: Private::default(),
    }
}

/// A journal that another relay writes to as well.
struct Shared {
    journal: MemoryJournal,
    ahead: Ahead,
}

impl Journal for Shared {
    fn append(
        &mut self,
        batch: &[Commit],
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Appended>, JournalError> {
        let theirs = std::mem::take(&mut *self.ahead.lock().expect("not poisoned"));
        if !theirs.is_empty() {
            let written = self.journal.append(&theirs, &Checkpoint::default())?;
            assert!(written.iter().all(|one| matches!(one, Appended::At(_))), "{written:?}");
        }
        self.journal.append(batch, checkpoint)
    }

    fn reset(&mut self, stream: StreamId) {
        self.journal.reset(stream);
    }

    fn reader(&self) -> Arc<dyn Reader> {
        self.journal.reader()
    }
}

struct World {
    relay: Inside,
    ahead: Ahead,
    _dir: TempDir,
}

impl World {
    async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let config = Setup::default().load(dir.path());
        let vault = Vault::open(&dir.path().join("keys"), MasterKey::generate()).expect("a vault");
        let ahead = Ahead::default();
        let journal = Shared { journal: MemoryJournal::new(), ahead: ahead.clone() };
        let clock = Clock::manual(Timestamp::from_secs(NOW));
        let relay = Inside::over(&config, clock, vault, Box::new(journal)).await;
        Self { relay, ahead, _dir: dir }
    }

    fn version(&self, stream: StreamId) -> u64 {
        let views = self.relay.core.relay.store.read();
        match stream {
            StreamId::Desk => views.desk().version,
            StreamId::Contact(id) => views.contact(ContactId(id)).map_or(0, |of| of.version),
            StreamId::Conversation(id) => {
                views.conversation(ConversationId(id)).map_or(0, |of| of.head.version)
            }
        }
    }

    /// The other relay writes this ahead of whatever the desk writes next.
    fn ahead(&self, id: Option<[u8; 16]>, parts: Vec<(StreamId, StreamEvent)>) {
        let parts = parts.into_iter().map(|(stream, event)| {
            let vault = &self.relay.core.relay.vault;
            let expected = self.version(stream);
            encode(vault, stream, None, expected, &[event]).expect("it can be written")
        });
        let parts: Vec<Part> = parts.collect();
        let at = Timestamp::from_secs(NOW);
        let commit = Commit { id, at, actor: "-replica".into(), parts };
        self.ahead.lock().expect("not poisoned").push(commit);
    }

    fn tagged(&self, conversation: u64, tag: &str) {
        let stream = StreamId::Conversation(conversation);
        self.ahead(None, vec![(stream, StreamEvent::Conversation(labelled(tag)))]);
    }

    fn tags(&self, conversation: u64) -> Vec<TagKey> {
        let state = self.relay.core.relay.store.conversation(ConversationId(conversation));
        let state = state.expect("it reads").expect("it is there");
        state.unsolved().expect("a ticket").tags.iter().map(|label| label.key).collect()
    }

    async fn hire(&self) -> Member {
        let anna = Member {
            name: Name::from("anna"),
            role: Role::Agent,
            queues: vec![Name::from("support")],
        };
        let set = DeskEvent::AccountSet {
            at: Timestamp::from_secs(NOW),
            name: anna.name.clone(),
            role: anna.role,
            queues: anna.queues.clone(),
            password: String::new(),
        };
        self.relay.core.relay.desk.record("-test", vec![set]).await.expect("recorded");
        anna
    }

    async fn reply(&self, who: &Member, id: [u8; 16]) -> Result<Answered, Refusal> {
        let action = Action::Reply { text: "subito".into(), quote: None };
        let desk = self.relay.core.relay.desk.clone();
        desk.act(who.clone(), TicketNumber(1), action, Some(id)).await
    }

    /// Messages of ours in the first conversation.
    fn replies(&self) -> usize {
        let state = self.relay.core.relay.store.conversation(ConversationId(1));
        let state = state.expect("it reads").expect("it is there");
        state.thread.iter().filter(|entry| entry.sort().is_outbox()).count()
    }

    async fn close(self) {
        let reader = self.relay.core.relay.store.reader().clone();
        self.relay.close().await.expect("it closes");
        let report = guichet::journal::verify(&*reader).expect("the journal reads");
        assert!(report.is_sound(), "{:?}", report.problems);
        // Folded again from what was written, all is as it was.
        guichet::relay::views::load(&*reader).expect("it folds");
    }
}

/// A message with its sender's name: touches the contact and the conversation when the name is new.
fn named(id: &str, second: i64, name: &str) -> String {
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{ACCOUNT}","changes":[{{"field":"messages","value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"390000","phone_number_id":"{LINE}"}},"contacts":[{{"profile":{{"name":"{name}"}},"wa_id":"393331234567"}}],"messages":[{}]}}}}]}}]}}"#,
        text("393331234567", id, NOW + second, "ciao")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_wrote_first_costs_a_retry_and_nothing_else() {
    let world = World::new().await;
    assert_eq!(world.relay.post(named("wamid.1", 0, "Ada")).await, 200);
    // One commit over the contact and the conversation; only the conversation has moved on.
    world.tagged(1, "theirs");
    assert_eq!(world.relay.post(named("wamid.2", 1, "Ada L.")).await, 503);
    assert_eq!(world.tags(1), [TagKey::of_clear("theirs")], "what the other wrote is seen at once");
    assert_eq!(world.relay.post(named("wamid.2", 1, "Ada L.")).await, 200);
    // Both streams take more: nothing was left behind in a failed state.
    assert_eq!(world.relay.post(named("wamid.3", 2, "Ada Lovelace")).await, 200);
    let messages = world.relay.messages();
    check(&messages, ["wamid.1", "wamid.2", "wamid.3"], "after the conflict");
    assert_eq!(messages.len(), 3);
    {
        let views = world.relay.core.relay.store.read();
        let contact = views.contact(ContactId(1)).expect("the only one");
        let opener = &world.relay.core.relay.opener;
        assert_eq!(opener.name(contact).expect("opens").as_deref(), Some("Ada Lovelace"));
        assert_eq!(views.contacts().count(), 1);
        assert_eq!(views.unsolved(), 1);
    }
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_on_its_way_when_a_replica_wrote_first_is_judged_again() {
    let world = World::new().await;
    assert_eq!(world.relay.post(named("wamid.1", 0, "Ada")).await, 200);
    world.relay.gate.hold();
    let waiting = tokio::spawn(world.relay.post(named("wamid.0", 0, "Ada")));
    world.relay.journal_waits().await;
    world.tagged(1, "theirs");
    // The batch that waits is written first; the next one meets what the other wrote.
    let other = webhook(&[text("393330000001", "wamid.other", NOW, "salve")]);
    let mut posts = vec![
        tokio::spawn(world.relay.post(named("wamid.2", 1, "Ada"))),
        tokio::spawn(world.relay.post(named("wamid.2", 1, "Ada"))),
        tokio::spawn(world.relay.post(named("wamid.3", 2, "Ada"))),
        tokio::spawn(world.relay.post(other.clone())),
    ];
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    world.relay.gate.release();
    let mut statuses = vec![waiting.await.expect("no panic")];
    for post in &mut posts {
        statuses.push(post.await.expect("no panic"));
    }
    assert!(statuses.contains(&503), "somebody met the conflict: {statuses:?}");
    // A 200 is a promise: what got one is there. What did not is sent again by the platform.
    let held = world.relay.messages();
    let ids = ["wamid.0", "wamid.2", "wamid.2", "wamid.3", "wamid.other"];
    for (id, status) in ids.iter().zip(&statuses) {
        assert!(*status != 200 || held.of_id(id) == 1, "{id} was acknowledged and is not there");
    }
    for body in
        [named("wamid.0", 0, "Ada"), named("wamid.2", 1, "Ada"), named("wamid.3", 2, "Ada"), other]
    {
        let mut status = 503;
        for _ in 0..20 {
            status = world.relay.post(body.clone()).await;
            if status == 200 {
                break;
            }
        }
        assert_eq!(status, 200);
    }
    check(&world.relay.messages(), ids.into_iter().chain(["wamid.1"]), "sent again");
    assert_eq!(world.relay.messages().len(), 5);
    assert_eq!(world.tags(1), [TagKey::of_clear("theirs")]);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_met_a_conflict_is_sent_once_under_its_id() {
    let world = World::new().await;
    assert_eq!(world.relay.post(named("wamid.1", 0, "Ada")).await, 200);
    let anna = world.hire().await;
    world.tagged(1, "theirs");
    assert_eq!(world.reply(&anna, [7; 16]).await, Err(Refusal::Retry));
    assert_eq!(world.replies(), 0, "nothing was written");
    let done = world.reply(&anna, [7; 16]).await.expect("carried out this time");
    let Reply::Acted(Some(send)) = done.reply else { panic!("{done:?}") };
    let again = world.reply(&anna, [7; 16]).await.expect("known");
    assert_eq!(again.reply, Reply::Acted(Some(send)), "answered alike");
    assert_eq!(world.replies(), 1);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_a_replica_carried_out_is_not_carried_out_again() {
    let world = World::new().await;
    assert_eq!(world.relay.post(named("wamid.1", 0, "Ada")).await, 200);
    let anna = world.hire().await;
    // The same command reached the other relay, which wrote another note of it on another conversation.
    assert_eq!(world.relay.post(webhook(&[text("393330000001", "wamid.2", NOW, "x")])).await, 200);
    let stream = StreamId::Conversation(2);
    let tagged = StreamEvent::Conversation(labelled("theirs"));
    world.ahead(Some([9; 16]), vec![(stream, tagged)]);
    assert_eq!(world.reply(&anna, [9; 16]).await, Err(Refusal::Retry));
    assert_eq!(world.replies(), 0);
    let done = world.reply(&anna, [9; 16]).await.expect("it was carried out, there");
    assert_eq!(done.reply, Reply::Acted(None));
    assert_eq!(world.replies(), 0, "and not here as well");
    // The conversation that was not written goes on.
    assert!(world.reply(&anna, [10; 16]).await.is_ok());
    assert_eq!(world.replies(), 1);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_customer_keeps_a_contact_of_his_own() {
    let world = World::new().await;
    let created = ContactEvent::Created { at: Timestamp::from_secs(NOW) };
    world.ahead(None, vec![(StreamId::Contact(1), StreamEvent::Contact(created))]);
    assert_eq!(world.relay.post(named("wamid.1", 0, "Ada")).await, 503);
    assert_eq!(world.relay.post(named("wamid.1", 0, "Ada")).await, 200);
    assert_eq!(world.relay.post(named("wamid.2", 1, "Ada")).await, 200);
    {
        let views = world.relay.core.relay.store.read();
        assert_eq!(views.contacts().count(), 2);
        let theirs = views.contact(ContactId(1)).expect("the other relay's");
        assert!(theirs.identities.is_empty(), "nothing of ours stuck to it");
        assert_eq!(views.contact(ContactId(2)).expect("ours").conversations.len(), 1);
    }
    check(&world.relay.messages(), ["wamid.1", "wamid.2"], "a new customer");
    world.close().await;
}
