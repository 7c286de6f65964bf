//! What always holds, whatever is asked and in whatever order.

use crate::world::World;
use guichet::domain::command::{Action, Arrival, Command, Outcome, Track};
use guichet::domain::content::Content;
use guichet::domain::conversation::{Conversation, Head, Rare};
use guichet::domain::effect::{next_deadline, pending};
use guichet::domain::event::{
    Acknowledged, Alerted, Escalated, Event, FieldSet, Followed, Linked, MentionsSeen, OfferEnded,
    Offered, TicketSplit, TicketTook, TodoAdded, TodoDue, TodoSettled, Unmerged,
};
use guichet::domain::file::{Lost, Of};
use guichet::domain::id::{ContactId, ConversationId, MessageKey, OutboxId, TagKey, TicketNumber};
use guichet::domain::message::{Author, Inbound, Kind, Outbound, Source};
use guichet::domain::name::Name;
use guichet::domain::offer::Unaccepted;
use guichet::domain::private::Private;
use guichet::domain::roster::Actor;
use guichet::domain::sla::{Metric, Promise};
use guichet::domain::status::{Seen, Status};
use guichet::domain::template::Purpose;
use guichet::domain::thread::{BLOCK_MOST, Place, Sort};
use guichet::domain::ticket::{Priority, State};
use guichet::domain::took::{Before, Brought, Counted};
use guichet::kit::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;

const KINDS: [Kind; 4] = [Kind::Text, Kind::Voice, Kind::Reaction, Kind::Edit];
const SOURCES: [Source; 4] = [Source::Messages, Source::Standby, Source::History, Source::Echo];
const STATUSES: [Status; 10] = [
    Status::Queued,
    Status::Attempting,
    Status::Unconfirmed,
    Status::Cancelled,
    Status::Accepted,
    Status::Sent,
    Status::Failed,
    Status::Delivered,
    Status::Read,
    Status::Played,
];
const STATES: [State; 5] = [State::New, State::Open, State::Pending, State::OnHold, State::Snoozed];
const PEOPLE: [&str; 5] = ["anna", "bruno", "carla", "dario", "zoe"];

/// Small numbers from which a command is made, and how long after the one before it is given.
type Seed = (u8, usize, usize, i64);

fn tag(name: &str) -> guichet::domain::ticket::Tag {
    let key = TagKey::of_clear(&format!("{name} with a key"));
    guichet::domain::ticket::Tag { name: Name::from(name), key }
}

fn seeds(most: usize) -> impl Strategy<Value = Vec<Seed>> {
    // Seconds mostly, sometimes hours: windows, sleeps and threading intervals end.
    let pause = prop_oneof![4 => 0i64..90_000, 2 => 0i64..7_200_000, 1 => 0i64..100_000_000];
    proptest::collection::vec((0u8..37, 0usize..40, 0usize..40, pause), 1..most)
}

fn arrival(world: &World, a: usize, b: usize) -> Command {
    let late = [0, 0, 0, 1_000, 60_000, 3_600_000, 90_000_000][a % 7];
    Command::Receive(Arrival {
        at: Timestamp(world.now.plus_millis(-late).0 / 1000 * 1000),
        key: MessageKey(1 + b as u64),
        kind: KINDS[b % 4],
        source: SOURCES[b / 4 % 4],
        outgoing: b / 4 % 4 == 3,
        undated: false,
        body: Inbound::default(),
    })
}

fn outbox(world: &World, a: usize) -> OutboxId {
    let head = &world.conversation.head;
    match a % 3 {
        0 => head.sends.first().map_or(head.last_outbox, |send| send.outbox),
        1 => head.last_outbox,
        _ => {
            let ours = world.conversation.thread.iter().filter(|entry| entry.sort().is_outbox());
            let ours: Vec<_> = ours.map(|entry| entry.outbox()).collect();
            ours.get(a % ours.len().max(1)).copied().unwrap_or(OutboxId(7))
        }
    }
}

fn command(world: &World, (which, a, b, _): Seed) -> (Actor, Command) {
    let person = world.person(PEOPLE[a % 5]);
    let act = |action| (person.clone(), Command::Act(action));
    let settle = |outcome| (Actor::Relay, Command::Settle { outbox: outbox(world, a), outcome });
    let text = |text: &str| Content::text(text);
    match which {
        0..=4 => (Actor::Platform, arrival(world, a, b)),
        5 | 6 => (Actor::Relay, Command::Tick),
        7..=9 => (Actor::Relay, Command::Attempt { outbox: outbox(world, a), twice: b % 8 == 0 }),
        10 | 11 => settle(Outcome::Accepted {
            key: MessageKey(500 + b as u64),
            id: "w".into(),
            held: None,
        }),
        12 => settle(Outcome::Deferred { error: Some(130_429), said: Some("later".into()) }),
        13 => settle(Outcome::Refused {
            error: if b % 2 == 0 { 131_047 } else { 131_026 },
            said: Some("no".into()),
        }),
        14 => settle(Outcome::Unknown),
        15 | 16 => {
            let status = STATUSES[4 + b % 6];
            let track = Track {
                outbox: (b % 2 == 0).then(|| outbox(world, a)),
                key: MessageKey(500 + a as u64),
                id: format!("w{a}"),
                status,
                at: world.now.plus_millis(-(a as i64) * 500),
                error: (status == Status::Failed).then_some(131_047),
                cost: None,
                said: None,
            };
            (Actor::Platform, Command::Track(track))
        }
        17 => {
            let (author, purpose) = (Author::Bot, Purpose::Service);
            (Actor::Relay, Command::Say { author, content: text("beep"), purpose })
        }
        18..=20 => act(Action::Reply { text: "x".repeat(b * 110), quote: None }),
        21 => {
            let name = ["promo", "order_ready", "none"][b % 3].into();
            let parameters = vec![("1".to_owned(), "x".to_owned()); b % 2];
            act(Action::Template { name, language: "it".into(), parameters })
        }
        22 => act(Action::Take),
        23 => act(Action::Assign { to: Some(Name::from(PEOPLE[b % 5])), given: None }),
        24 => act(Action::Release),
        25 => act(Action::Solve),
        26 => act(Action::Reopen { state: None, keep: b.is_multiple_of(2) }),
        27 => act([Action::Pend, Action::Hold, Action::Open, Action::MarkRead][b % 4].clone()),
        28 => {
            let until = world.now.plus_millis(b as i64 * 60_000 - 60_000);
            act(Action::Snooze { until: (b % 3 > 0).then_some(until) })
        }
        29 => act(Action::Prioritise { priority: Priority::ALL[b % 4] }),
        30 => act(Action::Tag { add: vec![tag(PEOPLE[a % 5])], remove: vec![tag(PEOPLE[b % 5])] }),
        31 => act(Action::Note { text: "n".repeat(b) }),
        34 => act(Action::Link { to: TicketNumber(b as u64 % 4), on: a % 3 > 0 }),
        35 => {
            let past = world.conversation.head.past().last().map(|past| past.number);
            let with = past.unwrap_or(TicketNumber(b as u64 % 4));
            let took = world.conversation.head.took().map(|took| took.ticket);
            let tags = vec![tag(PEOPLE[a % 5])];
            let todos = vec![("call".to_owned(), None, (b % 2 == 0).then_some(world.now))];
            let followers = vec![Name::from(PEOPLE[b % 5])];
            let brought = Brought { tags, todos, followers, fields: Vec::new() };
            act(match took.filter(|_| b % 3 > 0) {
                Some(with) => Action::UnmergeTicket { with },
                None => Action::MergeTicket { with, brought: Box::new(brought) },
            })
        }
        36 => {
            let asked = world.conversation.thread.iter().filter(|of| of.sort() == Sort::Asks);
            let keys: Vec<_> = asked.map(|entry| entry.key()).collect();
            let message = keys.get(b % keys.len().max(1)).copied().unwrap_or(MessageKey(0));
            act(Action::SplitTicket { message })
        }
        32 => act(Action::Cancel { outbox: outbox(world, b) }),
        _ => {
            let again = || Outbound { content: text("again"), about: None };
            let (outbox, said) = (outbox(world, b), (b % 5 > 0).then(again));
            if b % 2 == 0 {
                act(Action::Resend { outbox, said })
            } else {
                act(Action::Confirm { outbox })
            }
        }
    }
}

fn busy_world() -> World {
    let mut world = World::new();
    world.promise([14_400, 600, 300, 60]);
    world.policy.undo_delay_ms = 5_000;
    world.now = Timestamp(1_000_000_000);
    world
}

/// The thread is in order and its blocks are bounded.
fn check_thread(state: &Conversation) {
    assert!(state.thread.iter().map(|entry| entry.at()).is_sorted());
    let blocks = state.thread.clone().take_dirty();
    assert!(blocks.iter().all(|block| (1..=BLOCK_MOST).contains(&block.entries.len())));
    let entries = blocks.iter().map(|block| block.entries.len()).sum::<usize>();
    assert_eq!(entries, state.thread.len(), "all blocks are new");
}

/// What is checkpointed is read back as it was.
fn check_head(head: &Head) {
    let json = serde_json::to_string(head).expect("heads can be written");
    assert_eq!(&serde_json::from_str::<Head>(&json).expect("and read"), head);
    let bytes = postcard::to_extend(head, Vec::new()).expect("heads can be written");
    assert_eq!(&postcard::from_bytes::<Head>(&bytes).expect("and read"), head);
}

fn without_bodies(event: &Event) -> Event {
    let json = serde_json::to_string(event).expect("events can be written");
    serde_json::from_str(&json).expect("and read")
}

/// Without where things are written: that depends on how many records came before.
fn placeless(head: &Head) -> Head {
    let mut head = head.clone();
    for send in &mut head.sends {
        (send.place, send.deferred) = (Place::default(), 0);
    }
    if let Some(rare) = &mut head.rare {
        rare.late.clear();
        rare.failures.iter_mut().for_each(|failure| failure.after = 0);
        rare.files.clear();
        let todos = rare.aside.iter_mut().flat_map(|aside| &mut aside.todos);
        todos.for_each(|todo| todo.place = Place::default());
    }
    head.rare = head.rare.filter(|rare| **rare != Rare::default());
    let tags = head.ticket.iter_mut().flat_map(|ticket| &mut ticket.tags);
    tags.for_each(|label| label.place = Place::default());
    head
}

/// What a tick must not change by coming more often: warnings that were skipped for being late may be given.
fn lasting(head: &Head) -> Head {
    let mut head = Head { version: 0, ..placeless(head) };
    if let Some(ticket) = &mut head.ticket {
        ticket.window_warned = 0;
        ticket.clocks.iter_mut().for_each(|clock| clock.warned(None));
    }
    head
}

fn lasting_events(events: &[Event]) -> impl Iterator<Item = Event> {
    let warns =
        |event: &&Event| matches!(event, Event::ClockWarned { .. } | Event::WindowWarned { .. });
    events.iter().filter(move |event| !warns(event)).cloned()
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn whatever_is_asked_the_state_stays_sound(seeds in seeds(80)) {
        let mut world = busy_world();
        let mut log = Vec::new();
        for seed in seeds {
            world.now = world.now.plus_millis(seed.3);
            let had = world.conversation.unsolved().is_some();
            let (actor, command) = command(&world, seed);
            match world.command(&actor, &command) {
                Ok(events) => {
                    let opened = events.iter().filter(|event| event.word() == "opened").count();
                    prop_assert!(opened + usize::from(had) <= 1, "two unsolved tickets");
                    log.extend(events);
                }
                Err(refusal) => prop_assert!(!refusal.to_string().trim().is_empty()),
            }
            let head = &world.conversation.head;
            let trying = head.sends.iter().filter(|send| send.attempting).count();
            prop_assert!(trying <= 1, "two messages at once");
            prop_assert!(pending(&world.conversation).is_none_or(|send| !send.attempting));
            let breaches = |events: &[Event]| {
                events.iter().filter(|event| event.word() == "clock_breached").count()
            };
            let opened = log.iter().filter(|event| event.begins().is_some()).count();
            // What was late only by a merge may be late once more when that is taken back.
            let again = log.iter().filter(|event| event.word() == "unmerged").count();
            prop_assert!(breaches(&log) <= opened + again, "a promise was broken twice");
        }
        check_thread(&world.conversation);
        check_head(&world.conversation.head);
        // The log as it lies on disk, without the words, folds to the same state; places play no part.
        let mut again = World::new().conversation;
        for event in &log {
            again.evolve(&without_bodies(event), Place::default());
        }
        prop_assert_eq!(again.head, placeless(&world.conversation.head));
    }

    #[test]
    fn ticks_do_each_thing_once_however_often_they_come(
        seeds in seeds(40),
        extra in proptest::collection::vec(0i64..1000, 40),
    ) {
        let (mut rarely, mut often) = (busy_world(), busy_world());
        let (mut few, mut many) = (Vec::new(), Vec::new());
        for (seed, extra) in seeds.into_iter().zip(extra) {
            let before = rarely.now;
            for step in 1..4 {
                often.now = before.plus_millis(seed.3 * extra * step / 4000);
                many.extend(often.command(&Actor::Relay, &Command::Tick).expect("never refused"));
                let nothing = often.decide(&Actor::Relay, &Command::Tick).expect("never refused");
                prop_assert_eq!(nothing, vec![]);
                let next = next_deadline(&often.conversation, &often.policy);
                prop_assert!(next.is_none_or(|next| next > often.now), "{next:?} is past");
            }
            for (world, log) in [(&mut rarely, &mut few), (&mut often, &mut many)] {
                world.now = before.plus_millis(seed.3);
                log.extend(world.command(&Actor::Relay, &Command::Tick).expect("never refused"));
                let (actor, command) = command(world, seed);
                log.extend(world.command(&actor, &command).unwrap_or_default());
            }
        }
        prop_assert_eq!(lasting(&rarely.conversation.head), lasting(&often.conversation.head));
        prop_assert!(lasting_events(&few).eq(lasting_events(&many)));
    }

    #[test]
    fn folding_is_total(events in proptest::collection::vec(any_event(), 0..400)) {
        let mut state = Conversation::new(ConversationId(1));
        for (nth, event) in events.iter().enumerate() {
            prop_assert_eq!(&without_bodies(event), event);
            state.evolve(event, Place::new(nth as u64, 0));
            let policy = &busy_world().policy;
            let _ = (next_deadline(&state, policy), pending(&state), state.last_message());
        }
        check_thread(&state);
        check_head(&state.head);
    }

    #[test]
    fn news_of_a_message_only_ever_raise_its_state(news in proptest::collection::vec(0usize..10, 0..20)) {
        let mut seen = Seen::default();
        for status in news {
            let before = seen.status();
            seen = seen.with(STATUSES[status]);
            prop_assert!(seen.status() >= before && seen.status() >= STATUSES[status]);
        }
    }
}

/// Any event at all, also with instants at the ends of time.
fn any_event() -> impl Strategy<Value = Event> {
    let instant = prop_oneof![8 => 0i64..50, 1 => Just(i64::MIN), 1 => Just(i64::MAX)];
    (0u8..59, instant.clone(), instant, 0usize..40).prop_map(|(which, at, other, n)| {
        let (at, other) = (Timestamp(at), Timestamp(other));
        let (outbox, key) = (OutboxId(at.0), MessageKey(n as u64 % 8));
        let name = Name::from(PEOPLE[n % 5]);
        let some = n % 2 == 0;
        let metric = if n % 5 == 0 { Metric::RequesterWait } else { Metric::FirstReply };
        let promise = some.then_some(Promise { target: 5, due: Some(other), warn: Some(at) });
        let (kind, source) = (KINDS[n % 4], SOURCES[n / 4 % 4]);
        match which {
            0 => Event::Started { contact: ContactId(1), line: name },
            1 | 2 => {
                Event::Received { at, key, kind, source, file: some, body: Private::default() }
            }
            3 => Event::Echoed { at, key, kind, source, file: some, body: Private::default() },
            33 => Event::FileCame {
                of: Of { at, key },
                kind,
                source,
                outgoing: some,
                body: Private::default(),
            },
            34 => Event::FileStored { at, of: Of { at: other, key }, bytes: 1 },
            35 => Event::FileLost { at, of: Of { at: other, key }, why: Lost::Gone },
            36 => Event::FileExpired { at, of: Of { at: other, key } },
            37 => Event::TicketMerged { at, into: TicketNumber(n as u64) },
            38 => Event::TicketTook(TicketTook {
                at,
                ticket: TicketNumber(n as u64),
                before: some.then(|| {
                    Box::new(Before {
                        opened_at: other,
                        tags: vec![TagKey(n as u64)],
                        todos: vec![n as u32],
                        followers: vec![name],
                        clocks: vec![Counted {
                            metric,
                            start: other,
                            more: at.0,
                            late: n % 3 == 0,
                        }],
                        other: (n % 3 == 0).then_some((State::Pending, None)),
                        ..Before::default()
                    })
                }),
            }),
            55 => Event::Unmerged(Unmerged { at, by: name, ticket: TicketNumber(n as u64) }),
            56 => Event::TicketSplit(TicketSplit {
                at,
                by: name,
                from: TicketNumber(n as u64),
                number: TicketNumber(n as u64 + 1),
                start: other,
            }),
            39 => Event::Parted { at },
            4 => Event::SeenAgain { at, key, kind, source },
            5 => Event::StatusSeen {
                outbox: some.then_some(outbox),
                key,
                status: STATUSES[n % 10],
                at: other,
                error: some.then_some(n as u32),
                cost: some.then_some(Purpose::Utility),
                body: Private::default(),
            },
            6 => Event::TicketOpened {
                number: TicketNumber(n as u64),
                at,
                queue: name.clone(),
                priority: Priority::ALL[n % 4],
                assignee: some.then_some(name),
                previous: some.then_some(TicketNumber(1)),
                routed: None,
            },
            7 => Event::TicketBackdated { at },
            8 => Event::TicketReopened {
                at,
                since: some.then_some(other),
                assignee: some.then_some(name),
                undone: n.is_multiple_of(3),
            },
            9 => Event::Assigned { at, to: some.then(|| name.clone()), by: name, table: None },
            10 => Event::StateChanged { at, state: STATES[n % 5] },
            11 => Event::Snoozed { at, until: some.then_some(other) },
            12 => Event::Solved { at, close_at: some.then_some(other), by: name },
            13 => Event::Closed { at },
            14 => Event::PriorityChanged {
                at,
                priority: Priority::ALL[n % 4],
                by: some.then_some(name),
            },
            15 => Event::Tagged {
                at,
                add: vec![TagKey(n as u64)],
                remove: vec![TagKey(n as u64 / 2)],
                body: Private::default(),
            },
            16 => Event::MarkedRead { at },
            17 => Event::Noted {
                at,
                by: name.clone(),
                mentions: some.then_some(name).into_iter().collect(),
                body: Private::default(),
            },
            18 | 19 => Event::Queued {
                outbox,
                author: if some { Author::Agent(name) } else { Author::Campaign(name) },
                kind: Kind::Text,
                purpose: Purpose::Service,
                hold_ms: n as i64,
                again: None,
                answers: (n % 3 > 0).then_some(other),
                body: Private::default(),
            },
            20 => Event::Attempted { outbox, at: other, n: n as u32 },
            21 | 22 => {
                Event::Accepted { outbox, at: other, key, held: None, body: Private::default() }
            }
            23 => Event::Deferred {
                outbox,
                at: other,
                error: some.then_some(1),
                body: Private::default(),
            },
            24 => Event::Failed { outbox, at: other, error: 131_047, body: Private::default() },
            25 => Event::Unconfirmed { outbox, at: other },
            26 => Event::Cancelled { outbox, at: other, by: name },
            27 => Event::Confirmed { outbox, at: other, by: name },
            28 => Event::WindowWarned { at, index: n as u8 },
            29 => Event::WindowClosed { at, waiting: some, refused: n % 3 == 0 },
            30 => Event::ClockStarted { metric, start: at, promise },
            31 => Event::ClockMoved { metric, start: at, promise },
            32 => Event::ClockPaused { metric, at },
            42 => Event::Moved { at, queue: name.clone(), by: name },
            43 => Event::Acknowledged(Acknowledged { at, by: name, until: other }),
            44 => Event::Alerted(Alerted { at, of: n as u64, to: (n % 40) as u8, lost: some }),
            45 => Event::Escalated(Box::new(Escalated {
                at,
                metric,
                level: n as u8,
                due: other,
                levels: BTreeMap::from([(metric, n as u32)]),
                notify: vec![name.clone()],
                mail: vec![name.clone(); n % 40],
                hooks: vec![name; n % 3],
            })),
            49 => Event::Followed(Followed { at, who: name, on: some }),
            50 => Event::TodoAdded(TodoAdded {
                at,
                id: n as u32,
                by: name.clone(),
                owner: some.then_some(name),
                due: (n % 3 > 0).then_some(other),
                body: Private::default(),
            }),
            51 => Event::TodoSettled(TodoSettled { at, id: n as u32, by: name, done: some }),
            52 => Event::TodoDue(TodoDue { at, id: n as u32 }),
            54 => Event::Linked(Linked {
                at,
                by: name,
                ticket: TicketNumber(n as u64 / 2),
                to: TicketNumber(n as u64 % 4),
                on: some,
            }),
            53 => Event::MentionsSeen(MentionsSeen { at, who: name }),
            57 => Event::Offered(Box::new(Offered { at, to: name, until: other, table: None })),
            58 => Event::OfferEnded(OfferEnded {
                at,
                to: name,
                how: [Unaccepted::Declined, Unaccepted::Missed, Unaccepted::Gone][n % 3],
            }),
            48 => Event::FieldSet(FieldSet {
                at,
                by: name.clone(),
                field: name,
                key: some.then_some(TagKey(n as u64)),
                body: Private::default(),
            }),
            41 => Event::ClocksRuled { version: n as u32 },
            40 => Event::ClockEnded { metric, at, void: some },
            _ if some => Event::ClockWarned { metric, at, next: (n % 3 == 0).then_some(other) },
            _ => Event::ClockBreached { metric, at, retarget: n % 3 == 0 },
        }
    })
}
