//! What an action wants beside it.

use super::*;

fn roster() -> Vec<ColleagueView> {
    let one = |name: &str, presence, load, queues: &[&str]| ColleagueView {
        carried: 0,
        carries: 0,
        latest: None,
        replies: 0,
        shift_ends: None,
        offers: Vec::new(),
        name: name.into(),
        role: Role::Agent,
        queues: queues.iter().map(|queue| (*queue).to_owned()).collect(),
        presence,
        reason: None,
        since: None,
        load,
        waiting: load / 2,
    };
    vec![
        one("ada", Presence::Online, 3, &["support"]),
        one("bruno", Presence::Offline, 0, &["support"]),
        one("lucia", Presence::Online, 12, &["support"]),
        one("luca", Presence::Online, 1, &["sales"]),
    ]
}

fn typed(rig: &mut Rig, text: &str) {
    let mut effects = Vec::new();
    assert!(overlays::typed(&mut rig.model, text, &mut effects));
    rig.draw();
}

#[test]
fn a_colleague_is_found_by_a_few_letters() {
    let mut rig = rig(vec![mine(7)]);
    rig.model.mirror.roster.apply(whole(roster())).expect("fits");
    asked(&mut rig, "assign");
    typed(&mut rig, "lu");
    // Luca is better by letters, but cannot have it.
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"assign","to":"lucia"}"#);
    assert!(rig.model.overlays.is_empty());

    asked(&mut rig, "assign");
    typed(&mut rig, "luca");
    assert!(asked(&mut rig, "accept").is_empty());
    assert!(rig.screen().contains("not in the queue support"), "{}", rig.screen());
    asked(&mut rig, "back");
    asked(&mut rig, "assign luci");
    assert_eq!(rig.model.in_flight.waiting().len(), 2);
    asked(&mut rig, "assign zoe");
    assert_eq!(told(&rig), "there is no colleague zoe");
}

#[test]
fn an_instant_is_shown_back_before_it_is_accepted() {
    let mut rig = rig(vec![mine(7)]);
    asked(&mut rig, "snooze");
    typed(&mut rig, "tomorrow 14:30");
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"snooze","until":"2026-03-03T14:30:00Z"}"#);

    asked(&mut rig, "snooze");
    typed(&mut rig, "9");
    assert!(asked(&mut rig, "accept").is_empty());
    assert!(rig.screen().contains("9 what? write 9h, 9d or 9:00"), "{}", rig.screen());
    typed(&mut rig, "d");
    assert!(!rig.screen().contains("9 what?"), "{}", rig.screen());
    asked(&mut rig, "back");
    asked(&mut rig, "snooze");
    asked(&mut rig, "down");
    asked(&mut rig, "down");
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"snooze","until":"2026-03-02T11:00:00Z"}"#);
}

#[test]
fn labels_that_were_seen_are_offered() {
    let tagged = |number, tags: &[&str]| TicketView {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..mine(number)
    };
    let mut rig =
        rig(vec![tagged(7, &["old"]), tagged(8, &["vip", "refund"]), tagged(9, &["vip"])]);
    asked(&mut rig, "tag");
    typed(&mut rig, "re");
    asked(&mut rig, "complete");
    typed(&mut rig, " -o");
    asked(&mut rig, "complete");
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"tag","add":["refund"],"remove":["old"]}"#);
    asked(&mut rig, "tag");
    // The most frequent comes first; what is typed counts as it is.
    asked(&mut rig, "down");
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"tag","add":["vip"],"remove":[]}"#);
    asked(&mut rig, "tag");
    typed(&mut rig, "vi");
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"tag","add":["vi"],"remove":[]}"#);
}

#[test]
fn the_rows_of_a_prompt_fit_everywhere() {
    for (columns, rows) in [(1, 1), (40, 10), (40, 12), (160, 48)] {
        let mut rig = rig(vec![mine(7)]);
        rig.model.mirror.roster.apply(whole(roster())).expect("fits");
        rig.msg(Msg::Resize(columns, rows));
        for text in ["assign", "snooze", "tag", "priority"] {
            rig.ask(text);
            typed(
                &mut rig,
                "日本語 \u{202e}\x1b[2J a long line that goes on and on beyond the edge",
            );
            for asked in ["down", "bottom", "page-up", "char-left", "back"] {
                rig.ask(asked);
            }
        }
        assert!(rig.model.overlays.is_empty());
    }
}

#[test]
fn keys_lead_through_it() {
    let mut rig = rig((1..=3).map(mine).collect());
    rig.keys("z").types("2h").keys("enter");
    let said = commands(&mut rig);
    assert_eq!(json(&said[0].2), r#"{"do":"snooze","until":"2026-03-02T11:00:00Z"}"#);
    done(&mut rig, said[0].0);
    assert_eq!(told(&rig), "#1 asleep until Mon 2 Mar 11:00 \u{b7} u undoes it");
    rig.keys("u");
    let said = commands(&mut rig);
    assert_eq!(json(&said[0].2), r#"{"do":"open"}"#);
    done(&mut rig, said[0].0);
    rig.keys("!").types("ur").keys("enter");
    assert_eq!(json(&commands(&mut rig)[0].2), r#"{"do":"prioritise","priority":"urgent"}"#);
    rig.keys("z esc e");
    assert_eq!(json(&commands(&mut rig)[0].2), r#"{"do":"solve"}"#);
}
