//! A journal as simple as can be, and random work that must end the same on it and on an adapter.

use super::conformance::{commit, state};
use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::{HashMap, HashSet};

/// A commit to be: an id or none, then streams with how far their expected version is off, and how many
/// events.
type Draft = (Option<u8>, Vec<(usize, u64, usize)>);

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<Draft>),
    Reset(usize),
    Checkpoint,
    Reopen,
}

const STREAMS: [StreamId; 4] =
    [StreamId::Desk, StreamId::Contact(1), StreamId::Conversation(1), StreamId::Conversation(2)];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let part = (0..STREAMS.len(), prop_oneof![9 => Just(0u64), 1 => 1..3u64], 0..4usize);
    let id = prop_oneof![3 => Just(None), 1 => (0..12u8).prop_map(Some)];
    let append = proptest::collection::vec((id, proptest::collection::vec(part, 0..3)), 0..6);
    let step = prop_oneof![
        8 => append.prop_map(Step::Append),
        2 => (0..STREAMS.len()).prop_map(Step::Reset),
        1 => Just(Step::Checkpoint),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 0..30)
}

#[derive(Default)]
struct Model {
    records: Vec<Record>,
    versions: HashMap<StreamId, u64>,
    failed: HashSet<StreamId>,
    ids: HashMap<[u8; 16], Position>,
}

impl Model {
    fn append(&mut self, commit: &Commit) -> Appended {
        if let Some(position) = commit.id.and_then(|id| self.ids.get(&id)) {
            return Appended::Duplicate(*position);
        }
        let mut after = self.versions.clone();
        for part in &commit.parts {
            let version = after.entry(part.stream).or_insert(0);
            if self.failed.contains(&part.stream) || *version != part.expected {
                self.failed.extend(commit.parts.iter().map(|part| part.stream));
                return Appended::Conflict(part.stream);
            }
            *version += part.events.len() as u64;
        }
        self.versions = after;
        let position = Position(self.records.len() as u64 + 1);
        self.records.push(Record { position, commit: commit.clone() });
        self.ids.extend(commit.id.map(|id| (id, position)));
        Appended::At(position)
    }
}

/// Plays random work on the journal that each `make` opens and on the model.
pub(super) fn check<F: FnMut() -> Option<Box<dyn Journal>>>(make: impl Fn() -> F) {
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    runner
        .run(&steps(), |steps| play(&mut make(), steps))
        .unwrap_or_else(|error| panic!("{error}"));
}

fn play(
    open: &mut dyn FnMut() -> Option<Box<dyn Journal>>,
    steps: Vec<Step>,
) -> Result<(), TestCaseError> {
    let mut journal = open().expect("opens");
    let mut outlives = true;
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Append(commits) => {
                let mut batch = Vec::new();
                let mut expected = Vec::new();
                for (id, parts) in commits {
                    let mut versions = model.versions.clone();
                    let parts: Vec<_> = parts
                        .into_iter()
                        .map(|(stream, off, count)| {
                            let version = versions.entry(STREAMS[stream]).or_insert(0);
                            let at = *version + off;
                            *version += count as u64;
                            (STREAMS[stream], at, count)
                        })
                        .collect();
                    let commit = Commit { id: id.map(|n| [n; 16]), ..commit(&parts) };
                    expected.push(model.append(&commit));
                    batch.push(commit);
                }
                let outcomes = journal.append(&batch, &Checkpoint::default()).expect("ok");
                prop_assert_eq!(outcomes, expected);
            }
            Step::Reset(stream) => {
                journal.reset(STREAMS[stream]);
                model.failed.remove(&STREAMS[stream]);
            }
            Step::Checkpoint => {
                let snapshots =
                    model.versions.iter().map(|(stream, version)| state(*stream, *version, b"x"));
                let low_water = Some(Position(model.records.len() as u64));
                let checkpoint = Checkpoint { snapshots: snapshots.collect(), low_water };
                journal.append(&[], &checkpoint).expect("ok");
            }
            Step::Reopen if outlives => {
                let reader = journal.reader();
                drop(journal);
                drop(reader);
                match open() {
                    Some(reopened) => {
                        journal = reopened;
                        model.failed.clear();
                    }
                    None => {
                        outlives = false;
                        journal = Box::new(MemoryJournal::new());
                        for record in &model.records {
                            journal
                                .append(
                                    std::slice::from_ref(&record.commit),
                                    &Checkpoint::default(),
                                )
                                .expect("ok");
                        }
                        model.failed.clear();
                    }
                }
            }
            Step::Reopen => {}
        }
        let reader = journal.reader();
        prop_assert_eq!(reader.head(), Position(model.records.len() as u64));
    }
    let reader = journal.reader();
    prop_assert_eq!(reader.scan(Position::START, usize::MAX).expect("reads"), model.records);
    prop_assert!(verify(&*reader).expect("walks").is_sound());
    Ok(())
}
