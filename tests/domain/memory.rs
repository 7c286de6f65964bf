//! How much room an open conversation takes: many thousand are in memory at a time.

use crate::world::World;
use guichet::domain::command::{Arrival, Command};
use guichet::domain::conversation::{Conversation, Send};
use guichet::domain::id::MessageKey;
use guichet::domain::message::{Inbound, Kind, Source};
use guichet::domain::roster::Actor;
use guichet::domain::sla::Clock;
use guichet::domain::thread::{Block, Entry};
use guichet::domain::ticket::{Label, Reply, Ticket};
use guichet::kit::Timestamp;
use std::sync::Arc;

/// Bytes of one conversation with all that it points to. Names are shared between conversations and count
/// only as the pointer to them.
fn bytes(state: &Conversation) -> usize {
    fn list<T>(items: &Vec<T>) -> usize {
        items.capacity() * size_of::<T>()
    }
    let head = &state.head;
    let mut sum = size_of::<Conversation>();
    sum += list::<Send>(&head.sends);
    assert!(head.rare.is_none(), "few have it");
    if let Some(ticket) = &head.ticket {
        sum += list::<Label>(&ticket.tags) + list::<Reply>(&ticket.replies);
        sum += list::<Clock>(&ticket.clocks);
    }
    for block in state.thread.clone().take_dirty() {
        // The pointer in the list, the two counts of the shared block, the block, its entries.
        sum += size_of::<Arc<Block>>() + 2 * size_of::<usize>() + size_of::<Block>();
        sum += list::<Entry>(&block.entries);
    }
    sum
}

#[test]
fn an_open_conversation_of_ten_entries_is_small() {
    let mut world = World::new();
    world.promise([600; 4]);
    for key in 1..10 {
        world.now = Timestamp::from_secs(key * 60);
        let arrival = Arrival {
            at: world.now,
            key: MessageKey(key as u64),
            kind: Kind::Text,
            source: Source::Messages,
            outgoing: false,
            undated: false,
            body: Inbound::default(),
        };
        world.command(&Actor::Platform, &Command::Receive(arrival)).expect("never refused");
    }
    let state = &world.conversation;
    assert_eq!(state.thread.len(), 10);
    let bytes = bytes(state);
    println!(
        "an open conversation of ten entries: {bytes} bytes \
         (conversation {}, ticket {}, clock {}, entry {})",
        size_of::<Conversation>(),
        size_of::<Ticket>(),
        size_of::<Clock>(),
        size_of::<Entry>(),
    );
    assert!(bytes <= 832, "{bytes} bytes");
}
