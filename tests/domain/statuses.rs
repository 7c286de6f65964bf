//! What becomes of one reply when its statuses come in any order, some of them twice, some before the platform's
//! own answer: the ticket and its clock end as if they had come once and in order.

use crate::world::World;
use guichet::domain::command::{Action, Arrival, Command, Outcome, Track};
use guichet::domain::event::Event;
use guichet::domain::id::{MessageKey, OutboxId};
use guichet::domain::message::{Inbound, Kind, Source};
use guichet::domain::roster::Actor;
use guichet::domain::status::Status;
use guichet::kit::Timestamp;
use proptest::prelude::*;

const ID: MessageKey = MessageKey(500);
const ASKED: Timestamp = Timestamp(1_000_000_000);
/// Minutes until a first reply is due.
const DUE: i64 = 10;

/// What the platform says of the reply: its answer to the call, or a status.
#[derive(Clone, Copy, Debug, PartialEq)]
enum News {
    Answer,
    Status(Status),
}

const NEWS: [News; 6] = [
    News::Answer,
    News::Status(Status::Sent),
    News::Status(Status::Failed),
    News::Status(Status::Delivered),
    News::Status(Status::Read),
    News::Status(Status::Played),
];

fn status(news: News) -> Status {
    match news {
        News::Answer => Status::Accepted,
        News::Status(status) => status,
    }
}

/// Anna has answered within five minutes and the platform is being told.
fn attempted() -> (World, OutboxId) {
    let mut world = World::new();
    world.promise([DUE * 60; 4]);
    world.now = ASKED;
    let asks = Arrival {
        at: ASKED,
        key: MessageKey(1),
        kind: Kind::Text,
        source: Source::Messages,
        outgoing: false,
        undated: false,
        body: Inbound::default(),
    };
    world.command(&Actor::Platform, &Command::Receive(asks)).expect("never refused");
    world.now = ASKED.plus_secs(300);
    let anna = world.person("anna");
    let reply = Action::Reply { text: "eccomi".into(), quote: None };
    world.command(&anna, &Command::Act(reply)).expect("allowed");
    let outbox = world.conversation.head.last_outbox;
    world.command(&Actor::Relay, &Command::Attempt { outbox, twice: false }).expect("allowed");
    (world, outbox)
}

fn tell(world: &mut World, outbox: OutboxId, news: News, echoed: bool, minute: i64) -> Vec<Event> {
    let at = ASKED.plus_secs(minute * 60);
    world.now = world.now.max(at);
    let (actor, command) = match news {
        News::Answer => {
            let outcome = Outcome::Accepted { key: ID, id: "wamid.500".into(), held: None };
            (Actor::Relay, Command::Settle { outbox, outcome })
        }
        News::Status(status) => {
            let track = Track {
                outbox: echoed.then_some(outbox),
                key: ID,
                id: "wamid.500".into(),
                status,
                at,
                error: (status == Status::Failed).then_some(131_026),
                cost: None,
                said: None,
            };
            (Actor::Platform, Command::Track(track))
        }
    };
    world.command(&actor, &command).expect("never refused")
}

/// Which news, in which order, and whether each carries our own id.
fn story() -> impl Strategy<Value = Vec<(News, bool)>> {
    let some = proptest::sample::subsequence(NEWS.to_vec(), 1..=NEWS.len());
    some.prop_flat_map(|some| {
        let again = proptest::collection::vec(proptest::sample::select(some.clone()), 0..6);
        again.prop_flat_map(move |again| {
            let mut all = [some.clone(), again].concat();
            // The platform always answers in the end, so that its id is known.
            if !all.contains(&News::Answer) {
                all.push(News::Answer);
            }
            let echoes = proptest::collection::vec(any::<bool>(), all.len());
            (Just(all).prop_shuffle(), echoes)
                .prop_map(|(all, echoes)| all.into_iter().zip(echoes).collect())
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_any_order_and_however_often_they_end_alike(story in story()) {
        let (mut world, outbox) = attempted();
        for (nth, (news, echoed)) in story.iter().enumerate() {
            let before = world.conversation.thread.outbox(outbox).expect("it is there").status();
            tell(&mut world, outbox, *news, *echoed, 6 + nth as i64 / 8);
            let after = world.conversation.thread.outbox(outbox).expect("it is there").status();
            prop_assert!(after >= before, "{after:?} after {before:?}");
        }
        let greatest = story.iter().map(|(news, _)| status(*news)).max().expect("some");
        let entry = world.conversation.thread.outbox(outbox).expect("it is there");
        prop_assert_eq!(entry.status(), greatest);
        prop_assert!(world.conversation.head.sends.is_empty(), "it is settled");
        prop_assert!(world.conversation.head.strays().is_empty(), "nothing is left over");
        let ticket = world.conversation.unsolved().expect("nobody solved it");
        let clock = ticket.clocks.first().expect("it was started");
        prop_assert_eq!(clock.start, ASKED);
        prop_assert_eq!(clock.breached(), None);
        let answered = greatest != Status::Failed;
        prop_assert_eq!(clock.met().is_some(), answered, "{:?}", clock);
        prop_assert_eq!(ticket.waiting_since, (!answered).then_some(ASKED));
        // The same once more changes nothing.
        let head = world.conversation.head.clone();
        for (news, echoed) in &story {
            prop_assert_eq!(tell(&mut world, outbox, *news, *echoed, 8), vec![]);
        }
        prop_assert_eq!(&head, &world.conversation.head);
        // When the promise falls due it is broken exactly if the customer has no answer.
        world.now = ASKED.plus_secs(DUE * 60 + 1);
        world.command(&Actor::Relay, &Command::Tick).expect("never refused");
        let breached = world.conversation.unsolved().expect("still").clocks[0].breached();
        prop_assert_eq!(breached, (!answered).then_some(ASKED.plus_secs(DUE * 60)));
    }

    #[test]
    fn a_failure_after_the_promise_fell_due_breaks_it_at_its_own_instant(story in story(), late in 11i64..5_000) {
        let (mut world, outbox) = attempted();
        let early: Vec<_> = story.iter().filter(|(news, _)| status(*news) < Status::Failed).collect();
        for (news, echoed) in &early {
            tell(&mut world, outbox, *news, *echoed, 6);
        }
        prop_assume!(!early.is_empty());
        world.now = ASKED.plus_secs(late * 60);
        world.command(&Actor::Relay, &Command::Tick).expect("never refused");
        prop_assert_eq!(world.conversation.unsolved().expect("open").clocks[0].breached(), None);
        tell(&mut world, outbox, News::Status(Status::Failed), true, late);
        let clock = world.conversation.unsolved().expect("open").clocks[0].clone();
        prop_assert_eq!(clock.met(), None);
        world.command(&Actor::Relay, &Command::Tick).expect("never refused");
        let clock = world.conversation.unsolved().expect("open").clocks[0].clone();
        prop_assert_eq!(clock.breached(), Some(ASKED.plus_secs(DUE * 60)));
        // The customer has it all the same: the answer holds again, and what was broken stays on record.
        tell(&mut world, outbox, News::Status(Status::Delivered), true, late);
        let ticket = world.conversation.unsolved().expect("open");
        prop_assert!(ticket.clocks[0].met().is_some() && ticket.waiting_since.is_none());
        prop_assert_eq!(ticket.clocks[0].breached(), Some(ASKED.plus_secs(DUE * 60)));
    }
}
