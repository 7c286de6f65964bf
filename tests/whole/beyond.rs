//! What is sent beyond text.

use crate::seat::Seat;
use crate::stage::Stage;
use guichet::console::rig::Rig;
use guichet::domain::roster::Role;
use guichet::wire::{Direction, ThreadEntry};
use serde_json::json;

/// Anna, with the thread of a customer who may be answered open before her.
async fn seated(stage: &Stage) -> Seat {
    let token = stage.hire("anna", Role::Agent).await;
    let mut anna = Seat::take(stage.consoles, &token);
    anna.until("a ticket", |rig| {
        rig.model.subject().is_some_and(|ticket| ticket.window.open && ticket.assignee.is_none())
    });
    let number = anna.rig.model.subject_number().expect("a ticket");
    anna.goes_to(number).keys("enter").until("the thread", |rig| {
        entries(rig).any(|of| of.entry.direction == Some(Direction::In))
    });
    anna
}

fn entries(rig: &Rig) -> impl Iterator<Item = &ThreadEntry> {
    rig.model.thread.iter().flat_map(|thread| thread.shown.iter())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reaction_stands_at_the_customers_message_and_is_taken_back() {
    let stage = Stage::open(1.0, &[], 1).await;
    let mut anna = seated(&stage).await;
    let emoji = |rig: &Rig| {
        let all = entries(rig).flat_map(|of| &of.entry.reactions);
        all.filter(|of| of.author == "anna").map(|of| of.emoji.clone()).collect::<Vec<_>>()
    };
    anna.keys("+").types("parcel").keys("enter");
    anna.until("the reaction", |rig| emoji(rig) == ["📦"]);
    anna.keys("+").types("🦄").keys("enter").until("another", |rig| emoji(rig) == ["🦄"]);
    // What stands there is the first that is offered.
    anna.keys("+ enter").until("it to be gone", |rig| emoji(rig).is_empty());
    anna.until("the answer", |rig| rig.model.in_flight.waiting().is_empty());
    anna.keys("u").until("it to be there again", |rig| emoji(rig) == ["🦄"]);
    assert_eq!(stage.close().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_named_by_their_paths_are_sent_one_after_the_other() {
    let stage = Stage::open(1.0, &[], 1).await;
    let mut anna = seated(&stage).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.display().to_string()
    };
    let opus = b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01";
    let voice = file("a note.ogg", opus);
    let document = file("bill.pdf", b"%PDF-1.4 a bill");
    anna.keys(":").types(&format!("attach {voice}")).keys("enter");
    anna.keys("alt-p").types(&document).keys("enter");
    anna.sees("+ [voice] a note.ogg").sees("+ [document] bill.pdf");
    anna.types("the bill, and how to read it").keys("enter");
    let kinds = |rig: &Rig| {
        let ours = entries(rig).filter(|of| of.entry.outbox.is_some());
        let told = |of: &ThreadEntry| (of.entry.kind_word.clone(), of.entry.text.clone());
        ours.map(told).collect::<Vec<_>>()
    };
    anna.until("both in the thread", |rig| kinds(rig).len() == 2);
    let kinds = kinds(&anna.rig);
    assert_eq!((kinds[0].0.as_str(), kinds[1].0.as_str()), ("voice", "document"), "{kinds:?}");
    assert_eq!(kinds[1].1, "the bill, and how to read it");
    anna.until("both at the platform", |rig| {
        let sent = |of: &&ThreadEntry| {
            matches!(of.entry.status.as_deref(), Some("sent" | "delivered" | "read" | "played"))
        };
        entries(rig).filter(sent).count() == 2
    });
    assert!(anna.rig.model.composer.parcels.is_empty());
    assert!(anna.rig.model.composer.files.is_empty() && anna.rig.model.composer.editor.is_empty());
    assert_eq!(stage.close().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_seen_in_the_thread_and_what_only_says_that_it_is_one_is_not() {
    let stage = Stage::open(1.0, &[], 1).await;
    let token = stage.hire("anna", Role::Agent).await;
    let mut anna = Seat::take(stage.consoles, &token);
    anna.until("the relay", |rig| rig.model.link.is_online());
    let sandbox = stage.sandbox.as_ref().expect("it plays");
    let phone = "393330007788";
    for step in [json!({"image": "look"}), json!({"disguise": true})] {
        sandbox.act(phone, step).expect("sent");
    }
    let of = |rig: &Rig| {
        let mut shown = rig.model.inbox.shown.iter();
        shown.find(|of| of.contact.phone.as_deref() == Some(phone)).map(|of| of.number)
    };
    anna.until("the ticket", |rig| of(rig).is_some());
    let number = of(&anna.rig).expect("it is shown");
    anna.goes_to(number).keys("enter").sees("look").sees("it is not what it says");
    anna.until("the picture", |rig| rig.screen().contains('▀'));
    let blocks = anna.rig.screen().matches('▀').count();
    assert!(blocks > 100, "it is 40 cells wide:\n{}", anna.rig.screen());
    assert_eq!(stage.close().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_together_in_a_form_is_sent() {
    let stage = Stage::open(1.0, &[], 1).await;
    let mut anna = seated(&stage).await;
    for (form, typed) in [
        ("buttons", &["Home or shop?", "Home", "Shop"][..]),
        ("list", &["When?", "Choose", "Nine | before ten", "Noon"]),
        ("link", &["Book a time", "Book", "https://shop.example/book"]),
        ("place", &["45.4642, 9.19", "Our shop"]),
        ("card", &["Anna Rossi", "+39 333 1234567"]),
        ("ask-place", &["Where are you?"]),
        ("ask-number", &["Which is your number?"]),
        ("flow", &["Book", "Open", "1234567890"]),
    ] {
        anna.keys(":").types(&format!("insert {form}")).keys("enter");
        for (place, text) in typed.iter().enumerate() {
            if place > 0 {
                anna.keys("tab");
            }
            anna.types(text);
        }
        let sent = |rig: &Rig| entries(rig).filter(|of| of.entry.outbox.is_some()).count();
        let before = sent(&anna.rig);
        anna.keys("enter").until(&format!("{form} in the thread"), |rig| sent(rig) > before);
    }
    anna.until("all at the platform", |rig| {
        let went = |of: &&ThreadEntry| {
            matches!(of.entry.status.as_deref(), Some("sent" | "delivered" | "read" | "played"))
        };
        entries(rig).filter(went).count() == 8
    });
    assert_eq!(stage.close().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_written_down_and_stands_in_the_ledger() {
    let stage = Stage::open(1.0, &[], 1).await;
    let mut anna = seated(&stage).await;
    anna.keys("g p").sees("nothing is written down");
    anna.keys("tab right tab").types("signed at the desk, folder 12").keys("enter");
    anna.sees("written down").sees("agrees marketing (now)").sees("anna: signed at the desk");
    anna.keys("esc").until("the card to know it", |rig| {
        let contact = rig.model.mirror.contact.as_ref();
        contact.is_some_and(|of| of.consents.iter().any(|consent| consent.granted))
    });
    assert_eq!(stage.close().await, Vec::<String>::new());
}
