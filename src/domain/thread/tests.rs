use super::*;
use proptest::prelude::*;

fn entry(at: i64, key: u64, sort: Sort) -> Entry {
    Entry::new(Timestamp(at), MessageKey(key), sort, Place::new(7, 3))
}

#[test]
fn an_entry_keeps_what_it_is_given() {
    let mut entry = entry(-5, u64::MAX, Sort::Event);
    entry.set_seen(Seen::default().with(Status::Played).with(Status::Queued));
    let entry = Entry::from_bytes(&entry.to_bytes());
    assert_eq!((entry.at(), entry.key().0), (Timestamp(-5), u64::MAX));
    assert_eq!(entry.place(), Place::new(7, 3));
    assert_eq!((entry.sort(), entry.status()), (Sort::Event, Status::Played));
}

proptest! {
    #[test]
    fn any_order_of_insertion_gives_the_same_thread(
        mut keys in proptest::collection::hash_set((0i64..60, 1u64..1000), 1..600)
            .prop_map(|keys| keys.into_iter().collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut thread = Thread::default();
        for (at, key) in &keys {
            thread.insert(entry(*at, *key, Sort::Asks));
        }
        keys.sort_unstable();
        let got: Vec<_> = thread.iter().map(|e| (e.at().0, e.key().0)).collect();
        prop_assert_eq!(&got, &keys);
        prop_assert!(thread.blocks.iter().all(|block| block.entries.len() <= BLOCK_MOST));
        for (at, key) in &keys {
            prop_assert!(thread.message(Timestamp(*at), MessageKey(*key)).is_some());
        }
        prop_assert!(thread.message(Timestamp(61), MessageKey(1)).is_none());
        let middle = keys[keys.len() / 2].0;
        let after = thread.after(Timestamp(middle)).count();
        prop_assert_eq!(after, keys.iter().filter(|(at, _)| *at > middle).count());
        let blocks = thread.take_dirty().iter().map(|block| Block::clone(block)).collect();
        let again = Thread::from_blocks(blocks);
        prop_assert!(again.iter().eq(thread.iter()));
        prop_assert!(thread.take_dirty().is_empty());
    }
}

proptest! {
    /// Messages of ours come in any order and are named in any order; each is found by its name then, and
    /// also once the blocks were saved and read back.
    #[test]
    fn a_message_of_ours_is_found_by_its_name(
        order in Just((0i64..700).collect::<Vec<_>>()).prop_shuffle(),
        salt in 1u64..,
        named_at_once in any::<u8>(),
    ) {
        let key = |at: i64| MessageKey((at as u64 + 1).wrapping_mul(salt | 1).rotate_left(31));
        let mut thread = Thread::default();
        for at in &order {
            thread.insert(entry(*at, 0, Sort::Reply));
            if *at as u8 > named_at_once {
                thread.update(OutboxId(*at), Some(key(*at)), |seen| seen);
            }
        }
        for at in order.iter().rev() {
            thread.update(OutboxId(*at), Some(key(*at)), |seen| seen);
        }
        let blocks = thread.take_dirty().iter().map(|block| Block::clone(block)).collect();
        for thread in [&thread, &Thread::from_blocks(blocks)] {
            for at in &order {
                prop_assert_eq!(thread.outbox_by_key(key(*at)), Some(OutboxId(*at)));
            }
            prop_assert_eq!(thread.outbox_by_key(MessageKey(!key(3).0)), None);
        }
    }
}

#[test]
fn few_blocks_are_looked_through_for_a_name() {
    let mut thread = Thread::default();
    for at in 0..20_000 {
        let key = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        thread.insert(entry(at, key, if at % 2 == 0 { Sort::Reply } else { Sort::Asks }));
    }
    let looked = |key| thread.blocks.iter().filter(|block| block.may_name(key)).count();
    let strange = (1..1_000u64).map(|n| looked(MessageKey(n.wrapping_mul(0xd1b5_4a32_d192_ed03))));
    let (looked, blocks) = (strange.sum::<usize>(), 999 * thread.blocks.len());
    assert!(looked * 10 < blocks, "{looked} of {blocks}");
}

#[test]
fn an_outbox_message_is_found_after_the_platform_named_it() {
    let mut thread = Thread::default();
    for at in 0..300 {
        let sort = if at % 3 == 0 { Sort::Reply } else { Sort::Asks };
        thread.insert(entry(at, if at % 3 == 0 { 0 } else { at as u64 }, sort));
    }
    for at in (0..300).step_by(3) {
        thread.update(OutboxId(at), Some(MessageKey(9000 + at as u64)), |seen| {
            seen.with(Status::Accepted)
        });
    }
    assert_eq!(thread.len(), 300);
    assert_eq!(thread.outbox_by_key(MessageKey(9150)), Some(OutboxId(150)));
    assert_eq!(thread.outbox(OutboxId(150)).map(Entry::status), Some(Status::Accepted));
}
