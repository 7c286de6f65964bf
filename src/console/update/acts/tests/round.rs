//! One action: what is said, what is told of it, and what leads back.

use super::*;

/// What one action says to the relay, the line told after it, what its undo says, and the line after that.
fn round(text: &str, of: TicketView) -> (String, String, Vec<String>, String) {
    let mut rig = rig(vec![of]);
    let said = asked(&mut rig, text);
    assert_eq!(said.len(), 1, "{text}: {}", told(&rig));
    let (id, _, action) = said.into_iter().next().expect("one");
    done(&mut rig, id);
    let first = told(&rig);
    let mut undone = Vec::new();
    let mut next = asked(&mut rig, "undo");
    while let Some((id, _, action)) = next.pop() {
        undone.push(json(&action));
        done(&mut rig, id);
        next = commands(&mut rig);
    }
    (json(&action), first, undone, told(&rig))
}

/// What is asked, of which ticket, what is said, what is told of #7, what the undo says.
const ROUND: &str = r#"
take                | free   | {"do":"take"}                              | taken                        | {"do":"release"}
assign bo           | mine   | {"do":"assign","to":"bo"}                  | given to bo                  | {"do":"assign","to":"ada"}
move sal            | mine   | {"do":"move","queue":"sales"}              | moved to sales               | {"do":"hand_over","to":"ada","queue":"support"}
hand-over bo he pays | mine  | {"do":"hand_over","to":"bo","note":"he pays"} | handed over to bo          | {"do":"assign","to":"ada"}
hand-over sales     | mine   | {"do":"hand_over","queue":"sales"}         | handed over to sales       | {"do":"hand_over","to":"ada","queue":"support"}
hand-over bo/sales x | mine | {"do":"hand_over","to":"bo","queue":"sales","note":"x"} | handed over to bo, sales | {"do":"hand_over","to":"ada","queue":"support"}
release             | mine   | {"do":"release"}                           | given back to the queue      | {"do":"take"}
solve               | mine   | {"do":"solve"}                             | solved                       | {"do":"reopen","keep":true}
solve               | asleep | {"do":"solve"}                             | solved                       | {"do":"reopen","keep":true} {"do":"snooze"}
reopen              | solved | {"do":"reopen"}                            | open again                   | {"do":"solve"}
pending             | mine   | {"do":"pend"}                              | waiting for the customer     | {"do":"open"}
hold                | mine   | {"do":"hold"}                              | waiting for a third party    | {"do":"open"}
snooze 2h           | mine   | {"do":"snooze","until":"2026-03-02T11:00:00Z"} | asleep until Mon 2 Mar 11:00 | {"do":"open"}
snooze next message | mine   | {"do":"snooze"}                            | asleep until the next message | {"do":"open"}
priority urgent     | mine   | {"do":"prioritise","priority":"urgent"}    | now urgent                   | {"do":"prioritise","priority":"normal"}
link #9             | mine   | {"do":"link","to":9}                       | linked with #9               | {"do":"unlink","to":9}
tag vip -old        | tagged | {"do":"tag","add":["vip"],"remove":["old"]} | tagged vip -old             | {"do":"tag","add":["old"],"remove":["vip"]}
"#;

#[test]
fn each_action_is_said_told_and_undone() {
    for row in ROUND.trim().lines() {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [text, of, said, line, back] = cells[..] else { panic!("{row}") };
        let of = match of {
            "free" => ticket(7),
            "mine" => mine(7),
            "asleep" => TicketView { state: State::Snoozed, ..mine(7) },
            "solved" => TicketView { state: State::Solved, ..mine(7) },
            "tagged" => TicketView { tags: vec!["old".into()], ..mine(7) },
            _ => panic!("{row}"),
        };
        let (action, first, undone, last) = round(text, of);
        assert_eq!(action, said, "{text}");
        assert!(first.starts_with(&format!("#7 {line}")), "{text}: {first}");
        assert_eq!(undone.join(" "), back, "{text}");
        assert!(last.starts_with(&format!("undone: #7 {line}")), "{text}: {last}");
    }
}

#[test]
fn what_cannot_be_undone_says_so_and_then_the_one_before_comes() {
    let mut rig = rig(vec![mine(7)]);
    for text in ["priority high", "note hello @bo"] {
        let said = asked(&mut rig, text);
        done(&mut rig, said[0].0);
    }
    assert!(asked(&mut rig, "undo").is_empty());
    assert_eq!(told(&rig), "a note stays: it cannot be undone");
    let said = asked(&mut rig, "undo");
    assert_eq!(json(&said[0].2), r#"{"do":"prioritise","priority":"normal"}"#);
    done(&mut rig, said[0].0);
    assert!(asked(&mut rig, "undo").is_empty());
    assert_eq!(told(&rig), "nothing to undo");
}

#[test]
fn a_message_is_taken_back_while_it_waits() {
    let mut rig = rig(vec![mine(7)]);
    rig.model.composer.turn_to(TicketNumber(7));
    let reply = ActionRequest::Reply { text: "ciao".into(), quote: None };
    let outbox = SendId { conversation: ConversationId(3), outbox: OutboxId(9) };
    let answered = |rig: &mut Rig| {
        let mut effects = Vec::new();
        let id = command(&mut rig.model, TicketNumber(7), reply.clone(), &mut effects);
        let id = id.expect("connected");
        rig.hears(RelayFrame::Done { id, position: 2, outbox: Some(outbox) });
    };
    answered(&mut rig);
    assert!(told(&rig).starts_with("sent in 3 s"), "{}", told(&rig));
    rig.pass(2_000);
    let said = asked(&mut rig, "undo");
    assert_eq!(said[0].2, ActionRequest::Cancel { outbox });
    done(&mut rig, said[0].0);
    assert_eq!(rig.model.composer.editor.text(), "ciao");

    rig.model.composer.editor.clear();
    answered(&mut rig);
    rig.pass(3_000);
    assert!(asked(&mut rig, "undo").is_empty());
    assert_eq!(told(&rig), "the message is on its way: it cannot be taken back");
    assert_eq!(rig.model.composer.editor.text(), "");
}

#[test]
fn a_refused_text_is_put_back_with_the_reason() {
    let mut rig = rig(vec![mine(7)]);
    rig.model.composer.turn_to(TicketNumber(7));
    let mut effects = Vec::new();
    let reply = ActionRequest::Reply { text: "ciao".into(), quote: None };
    let id = command(&mut rig.model, TicketNumber(7), reply, &mut effects);
    refused(&mut rig, id.expect("connected"), "window_closed", "the 24-hour window is closed");
    assert_eq!(rig.model.composer.editor.text(), "ciao");
    assert_eq!(told(&rig), "#7: the 24-hour window is closed: send a template");
}

#[test]
fn the_number_of_the_customer_is_copied() {
    let mut rig = rig(vec![mine(7)]);
    rig.ask("copy-number");
    assert!(rig.effects().contains(&Effect::Copy("+5511999990000".into())));
}
