//! Whole lists: what a console puts together from the parts is what there is.

use super::*;
use crate::domain::canned::Fit;
use crate::domain::roster::Role;
use crate::domain::template::Purpose;
use crate::wire::{
    Change, ColleagueView, Cost, Fresh, NoticeKind, NoticeView, Part, Presence, Shown, TemplateView,
};
use proptest::prelude::*;
use std::fmt::Debug;

/// A thing of a list: its number, a text, a number that changes, a switch.
type Seed = (u8, String, usize, bool);

fn states() -> impl Strategy<Value = Vec<Vec<Seed>>> {
    let rest = ("[a-c]{0,40}", 0usize..3, any::<bool>());
    let state = prop::collection::hash_map(0u8..16, rest, 0..10).prop_flat_map(|state| {
        let things = state.into_iter().map(|(key, (text, n, on))| (key, text, n, on));
        Just(things.collect::<Vec<_>>()).prop_shuffle()
    });
    prop::collection::vec(state, 1..16)
}

fn colleague((key, text, load, on): &Seed) -> ColleagueView {
    ColleagueView {
        carried: 0,
        carries: 0,
        latest: None,
        replies: 0,
        shift_ends: None,
        offers: Vec::new(),
        name: format!("agent {key}"),
        role: if *on { Role::Supervisor } else { Role::Agent },
        queues: vec![text.clone()],
        presence: if *on { Presence::Online } else { Presence::Offline },
        reason: None,
        since: on.then_some(Timestamp(1_000)),
        load: *load,
        waiting: load / 2,
    }
}

/// One name stands in several languages and on several lines.
fn template((key, text, n, on): &Seed) -> TemplateView {
    TemplateView {
        name: format!("template {}", key / 4),
        language: ["it", "en"][usize::from(key % 2)].to_owned(),
        status: if *on { "APPROVED" } else { "PAUSED" }.to_owned(),
        purpose: Purpose::Utility,
        lines: vec![["one", "two"][usize::from(key / 2 % 2)].to_owned()],
        header: None,
        body: text.clone(),
        footer: on.then(|| text.clone()),
        parameters: Vec::new(),
        sendable: *on,
        reason: None,
        fetched_at: Timestamp(*n as i64),
        buttons: vec![text.clone(); *n],
        quality: on.then(|| "GREEN".to_owned()),
        cost: Cost::FreeInWindow,

        offer: None,
        cards: Vec::new(),
        fit: Fit::default(),
        suggested_in: Vec::new(),
        instead: None,
        uses: *n as u32,
    }
}

fn notice((key, text, n, on): &Seed) -> NoticeView {
    NoticeView {
        id: u64::from(*key),
        at: Timestamp(1_000),
        kind: if *on { NoticeKind::Mentioned } else { NoticeKind::Assigned },
        line: None,
        alert: None,
        ticket: TicketNumber(*n as u64 + 1),
        by: "anna".to_owned(),
        excerpt: text.clone(),
        excerpt_type: None,
    }
}

/// Tells each state to a console in parts, with `room` bytes in a frame, and compares.
fn told_in_parts<V>(
    states: &[Vec<Seed>],
    room: usize,
    thing: fn(&Seed) -> V,
    part: for<'a> fn(PartOut<'a>, Difference<'a, V::Key>) -> PartOut<'a>,
    change: fn(Fresh) -> Option<Change<V::Key, V>>,
) -> Result<(), TestCaseError>
where
    V: Keyed + Serialize + Clone + PartialEq + Debug,
{
    let mut listed = Listed::default();
    let mut shown = Shown::<V>::default();
    let mut first = true;
    for state in states {
        let list: Vec<_> = state.iter().map(thing).collect();
        for frame in 0.. {
            prop_assert!(frame <= list.len(), "each frame brings something");
            let write = |difference: Difference<'_, V::Key>, more| {
                raw(&part(PartOut { watch: 7, more, ..PartOut::default() }, difference))
            };
            let (json, more) =
                told(&mut listed, &list, &mut Room::new(room), first, write).expect("JSON");
            prop_assert!(
                json.is_some() || !first,
                "the first frame says also that there is nothing"
            );
            first = false;
            if let Some(json) = json {
                let part: Part = serde_json::from_str(json.get()).expect("a part of a frame");
                prop_assert_eq!((part.watch, part.more), (7, more));
                let change = change(part.fresh).expect("of that list");
                prop_assert!(shown.apply(change).is_ok());
            }
            if !more {
                break;
            }
        }
        let seen: Vec<_> = shown.iter().cloned().collect();
        prop_assert_eq!(&seen, &list);
        prop_assert_eq!(shown.len(), list.len());
    }
    Ok(())
}

proptest! {
    #[test]
    fn colleagues_end_as_they_are(states in states(), room in 1usize..600) {
        told_in_parts(
            &states, room, colleague,
            |part, roster| PartOut { roster: Some(roster), ..part },
            |fresh| match fresh { Fresh::Roster(change) => Some(change), _ => None },
        )?;
    }

    #[test]
    fn templates_end_as_they_are(states in states(), room in 1usize..1_000) {
        told_in_parts(
            &states, room, template,
            |part, templates| {
                let templates = Some(TemplatesOut { checked_at: None, templates });
                PartOut { templates, ..part }
            },
            |fresh| match fresh { Fresh::Templates { templates, .. } => Some(templates), _ => None },
        )?;
    }

    #[test]
    fn notices_end_as_they_are(states in states(), room in 1usize..600) {
        told_in_parts(
            &states, room, notice,
            |part, notices| PartOut { notices: Some(notices), ..part },
            |fresh| match fresh { Fresh::Notices(change) => Some(change), _ => None },
        )?;
    }
}
