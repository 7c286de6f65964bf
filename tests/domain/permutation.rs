//! The platform delivers late, twice and in any order: the desk must end in the same state.

use guichet::domain::calendar::Calendar;
use guichet::domain::command::{Arrival, Command, Track};
use guichet::domain::contact::Contact;
use guichet::domain::conversation::{Conversation, Head};
use guichet::domain::decide::decide;
use guichet::domain::id::{ContactId, ConversationId, MessageKey, TicketNumber};
use guichet::domain::message::{Inbound, Kind, Source};
use guichet::domain::name::Name;
use guichet::domain::policy::{Ctx, Policy};
use guichet::domain::roster::Actor;
use guichet::domain::sla::{SlaPolicy, Targets};
use guichet::domain::status::Status;
use guichet::domain::template::Catalogue;
use guichet::domain::thread::{Place, Sort};
use guichet::kit::Timestamp;
use proptest::prelude::*;

const KINDS: [Kind; 10] = [
    Kind::Text,
    Kind::Image,
    Kind::Reaction,
    Kind::Edit,
    Kind::Sticker,
    Kind::System,
    Kind::Call,
    Kind::Unknown,
    Kind::HandedOver,
    Kind::TakenOver,
];
const INCOMING: [Source; 3] = [Source::Messages, Source::Standby, Source::History];
const OUTGOING: [Source; 3] = [Source::Echo, Source::Standby, Source::History];
const STATUSES: [Status; 4] = [Status::Sent, Status::Delivered, Status::Read, Status::Failed];

/// One webhook item: its platform time and what it asks of the desk.
type Item = (Timestamp, Command);

fn message(key: u64, minute: i64, outgoing: bool, kind: usize, source: usize) -> Item {
    let at = Timestamp::from_secs(minute * 60);
    let source = if outgoing { OUTGOING[source] } else { INCOMING[source] };
    let arrival = Arrival {
        at,
        key: MessageKey(key),
        kind: KINDS[kind],
        source,
        outgoing,
        undated: false,
        body: Inbound::default(),
    };
    (at, Command::Receive(arrival))
}

fn status(key: u64, minute: i64, status: usize) -> Item {
    let at = Timestamp::from_secs(minute * 60);
    let status = STATUSES[status];
    let error = (status == Status::Failed).then_some(131_047);
    let key = MessageKey(10_000 + key);
    (
        at,
        Command::Track(Track {
            outbox: None,
            key,
            id: String::new(),
            status,
            at,
            error,
            cost: None,
            said: None,
        }),
    )
}

/// What the platform tells of one conversation over three days: messages of many kinds, each by one or more
/// ways, and statuses of messages that are not the desk's.
fn items() -> impl Strategy<Value = Vec<Item>> {
    let ways = proptest::collection::hash_set(0usize..3, 1..4);
    let said = (0i64..4000, any::<bool>(), 0..KINDS.len(), ways);
    // Few instants, so that some coincide.
    let close = (0i64..12, any::<bool>(), 0..KINDS.len(), 0usize..3);
    let said = proptest::collection::vec(said, 0..12);
    let close = proptest::collection::vec(close, 0..8);
    // One status of one message has one time.
    let told = proptest::collection::hash_map((0u64..6, 0..STATUSES.len()), 0i64..4000, 0..8);
    (said, close, told).prop_map(|(said, close, told)| {
        let mut items = Vec::new();
        for (key, (minute, outgoing, kind, ways)) in said.into_iter().enumerate() {
            items.extend(
                ways.iter().map(|way| message(key as u64 + 1, minute, outgoing, kind, *way)),
            );
        }
        for (key, (minute, outgoing, kind, way)) in close.into_iter().enumerate() {
            items.push(message(key as u64 + 100, minute, outgoing, kind, way));
        }
        items.extend(told.into_iter().map(|((key, of), minute)| status(key, minute, of)));
        items
    })
}

/// The same items in another order, some of them twice, in batches: the platform sorts nothing, the relay
/// sorts within a batch.
fn shuffled(items: Vec<Item>) -> impl Strategy<Value = Vec<Vec<Item>>> {
    let count = items.len().max(1);
    let again = proptest::collection::vec(any::<prop::sample::Index>(), 0..count);
    let cuts = proptest::collection::vec(any::<bool>(), count * 2);
    (again, cuts).prop_flat_map(move |(again, cuts)| {
        let mut all = items.clone();
        if !items.is_empty() {
            all.extend(again.iter().map(|index| index.get(&items).clone()));
        }
        Just(all).prop_shuffle().prop_map(move |all| {
            let mut batches = vec![Vec::new()];
            for (item, cut) in all.into_iter().zip(cuts.iter().cycle()) {
                if *cut {
                    batches.push(Vec::new());
                }
                batches.last_mut().expect("there is one").push(item);
            }
            for batch in &mut batches {
                batch.sort_by_key(|(at, _)| *at);
            }
            batches
        })
    })
}

fn policy() -> Policy {
    let targets = Targets { seconds: [Some(600); 4], warn_percent: Some(75), ..Targets::default() };
    let sla = SlaPolicy {
        name: "all".into(),
        queues: vec![Name::from("line")],
        calendar: Calendar::Always,
        first_reply: targets,
        ..SlaPolicy::default()
    };
    Policy { sla: vec![sla], window_warnings: vec![14_400, 3_600, 900], ..Policy::default() }
}

type Seen = (i64, u64, Sort, u16);

/// Everything but versions and places.
fn projection(state: &Conversation) -> (Head, Vec<Seen>) {
    let head = Head { version: 0, ..state.head.clone() };
    let thread = state.thread.iter();
    let entry = |e: &guichet::domain::thread::Entry| (e.at().0, e.key().0, e.sort(), e.seen().0);
    (head, thread.map(entry).collect())
}

fn told(batches: &[Vec<Item>], policy: &Policy) -> Conversation {
    let mut state = Conversation::new(ConversationId(1));
    let contact = Contact::new(ContactId(1));
    let started =
        guichet::domain::event::Event::Started { contact: contact.id, line: Name::from("line") };
    state.evolve(&started, Place::default());
    let mut next_ticket = TicketNumber(1);
    for (nth, batch) in batches.iter().enumerate() {
        for (index, (_, command)) in batch.iter().enumerate() {
            let ctx = Ctx {
                now: Timestamp::from_secs(4000 * 60 + nth as i64 * 7),
                actor: &Actor::Platform,
                policy,
                contact: &contact,
                templates: &Catalogue::default(),
                members: &[],
                next_ticket,
            };
            for event in decide(&state, command, &ctx).expect("webhooks are never refused") {
                if event.word() == "opened" {
                    next_ticket.0 += 1;
                }
                let place = Place::new(nth as u64 + 1, index as u8);
                state.evolve(&event, place);
            }
        }
    }
    state
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_order_any_repetition_any_batches_end_in_the_same_state(
        (items, batches) in items().prop_flat_map(|items| (Just(items.clone()), shuffled(items))),
    ) {
        let policy = policy();
        let plain: Vec<Vec<Item>> = items.into_iter().map(|item| vec![item]).collect();
        let (one, other) = (told(&plain, &policy), told(&batches, &policy));
        prop_assert_eq!(projection(&one), projection(&other));
    }
}
