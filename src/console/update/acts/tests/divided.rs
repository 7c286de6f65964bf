//! A ticket is split at the message that is selected.

use super::*;
use crate::console::sample::relay::{Relay, entry};
use crate::wire::EntryKind;

#[test]
fn a_split_is_asked_about_first_at_a_message_of_the_customer_and_undone_with_one_key() {
    let mut rig = crate::console::rig::Rig::new(100, 30);
    let mut relay = Relay::new(vec![
        entry(1, EntryKind::Message, "customer", "il pacco"),
        entry(2, EntryKind::Message, "customer", "e la fattura?"),
        entry(3, EntryKind::Note, "anna", "due cose"),
    ]);
    relay.opened(&mut rig);
    let number = rig.model.open_ticket().expect("a ticket");
    rig.ask("up");
    assert!(asked(&mut rig, "split-ticket").is_empty());
    assert!(told(&rig).starts_with("select the customer's message"), "{}", told(&rig));
    rig.ask("up");
    assert!(asked(&mut rig, "split-ticket").is_empty());
    let screen = rig.screen();
    assert!(screen.contains(&format!("split #{number} at “e la fattura?”?")), "{screen}");
    assert!(screen.contains("its clocks count"), "{screen}");
    rig.keys("y");
    let said = commands(&mut rig);
    assert_eq!(json(&said[0].2), r#"{"do":"split_ticket","at":"wamid.2"}"#);
    done(&mut rig, said[0].0);
    assert!(told(&rig).starts_with(&format!("#{number} split")), "{}", told(&rig));
    let said = asked(&mut rig, "undo");
    assert_eq!((said[0].1, json(&said[0].2)), (number.0, r#"{"do":"unsplit_ticket"}"#.to_owned()));
}
