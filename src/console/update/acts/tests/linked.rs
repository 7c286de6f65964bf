//! Tickets that have to do with the one that is shown.

use super::*;
use crate::kit::Timestamp;
use crate::wire::{AsideView, Link as Kin, LinkView};

fn with(links: &[(u64, Kin)]) -> TicketView {
    let opened_at = Timestamp::from_secs(1_772_442_000);
    let link = |(number, is): &(u64, Kin)| {
        let (ticket, is) = (TicketNumber(*number), *is);
        LinkView { ticket, is, opened_at }
    };
    let links = links.iter().map(link).collect();
    TicketView { aside: Some(Box::new(AsideView { links, ..AsideView::default() })), ..mine(7) }
}

fn open(rig: &Rig) -> Option<u64> {
    rig.model.open_ticket().map(|number| number.0)
}

#[test]
fn one_key_goes_to_the_linked_ticket_and_one_back() {
    let mut rig = rig(vec![with(&[(5, Kin::Earlier)])]);
    rig.keys("L");
    assert_eq!(open(&rig), Some(5));
    rig.keys(",");
    assert_eq!(open(&rig), None);
    rig.ask("linked #9");
    assert_eq!(open(&rig), Some(9));
}

#[test]
fn of_several_one_is_chosen_and_none_is_said() {
    let mut rig = rig(vec![with(&[(5, Kin::Earlier), (9, Kin::SameMatter)])]);
    rig.keys("L");
    assert_eq!(open(&rig), None);
    let screen = rig.screen();
    assert!(screen.contains("same matter, 2 Mar"), "{screen}");
    rig.keys("down enter");
    assert_eq!(open(&rig), Some(9));
    assert!(rig.model.overlays.is_empty());

    let mut rig = super::rig(vec![mine(7)]);
    rig.keys("L");
    assert_eq!(told(&rig), "no other ticket has to do with it");
}

#[test]
fn what_was_linked_already_is_not_undone() {
    let mut rig = rig(vec![with(&[(9, Kin::SameMatter)])]);
    let said = asked(&mut rig, "link 9");
    done(&mut rig, said[0].0);
    assert!(asked(&mut rig, "undo").is_empty());
    let said = asked(&mut rig, "link -9");
    done(&mut rig, said[0].0);
    assert_eq!(json(&asked(&mut rig, "undo")[0].2), r#"{"do":"link","to":9}"#);
}

#[test]
fn a_merge_is_asked_about_first_and_undone_with_one_key() {
    let mut rig = rig(vec![with(&[(5, Kin::Earlier)])]);
    assert!(asked(&mut rig, "merge-ticket 5").is_empty());
    let screen = rig.screen();
    assert!(screen.contains("merge #5 into #7?"), "{screen}");
    assert!(screen.contains("#7 goes on for both"), "{screen}");
    rig.keys("y");
    let said = commands(&mut rig);
    assert_eq!(json(&said[0].2), r#"{"do":"merge_ticket","with":5}"#);
    done(&mut rig, said[0].0);
    assert!(told(&rig).starts_with("#7 goes on for #5 too"), "{}", told(&rig));
    let said = asked(&mut rig, "undo");
    assert_eq!(json(&said[0].2), r#"{"do":"unmerge_ticket","with":5}"#);
}
