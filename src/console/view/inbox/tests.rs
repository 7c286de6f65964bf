use crate::console::language::Language;
use crate::console::rig::{Rig, START};
use crate::console::sample::relay::Relay;
use crate::console::sample::{rig, ticket};
use crate::console::snooze::brief;
use crate::domain::ticket::State;
use crate::wire::{Clocks, Due, Held, Hours, Span, TicketView};

/// Due in a day, of which half an hour counts, from three quarters of an hour before it on.
fn by_hours() -> TicketView {
    let at = START.plus_secs(86_400);
    let open = vec![Span { from: at.plus_secs(-1_800), to: at }];
    let mut row = ticket(7, "Rossi");
    row.next_due = Some(Due { metric: "first_reply".into(), at, breached: false });
    let hours = Some(Hours { open, beyond_s: 0 });
    row.clocks = Clocks { hours, window_dies_first: true, ..Clocks::default() };
    row
}

fn held() -> TicketView {
    let mut row = ticket(8, "Bianchi");
    (row.next_due, row.waiting_since, row.state) = (None, None, State::Pending);
    let held = Some(Held { metric: "requester_wait".into(), left_s: 7_800 });
    row.clocks = Clocks { held, ..Clocks::default() };
    row
}

fn wall(rig: &Rig) -> String {
    let settings = &rig.model.settings;
    brief(START.plus_secs(86_400), START, &settings.zone, settings.language)
}

#[test]
fn a_promise_in_open_hours_shows_what_is_left_of_them_and_the_time_on_the_wall() {
    let rig = rig(160, 24, vec![by_hours(), held()]);
    let (screen, wall) = (rig.screen(), wall(&rig));
    let row = screen.lines().find(|line| line.contains("Rossi")).expect("its row");
    assert!(row.contains(&format!("30:00 {wall}")), "{screen}");
    assert!(row.contains('▲'), "the window closes first: {screen}");
    let row = screen.lines().find(|line| line.contains("Bianchi")).expect("its row");
    assert!(row.contains("‖ 2h10"), "{screen}");
}

#[test]
fn where_there_is_no_room_for_the_wall_what_is_left_is_shown() {
    let mut rig = rig(80, 24, vec![by_hours()]);
    assert!(rig.screen().contains("30:00"), "{}", rig.screen());
    assert_eq!(
        rig.model.next_tick().since(rig.model.now),
        60_000,
        "outside of open hours nothing runs"
    );
    rig.pass(85_000_000);
    assert!(rig.screen().contains("23:20"), "{}", rig.screen());
    assert_eq!(rig.model.next_tick().since(rig.model.now), 1_000);
}

#[test]
fn the_heading_of_the_thread_says_the_same() {
    for (columns, words) in [(80, false), (160, true)] {
        let mut rig = rig(columns, 30, vec![by_hours()]);
        let mut relay = Relay::new(Vec::new());
        let known = by_hours();
        (relay.ticket.next_due, relay.ticket.clocks) = (known.next_due, known.clocks);
        relay.opened(&mut rig);
        let (screen, wall) = (rig.screen(), wall(&rig));
        assert!(screen.contains(&format!("30:00 {wall}")), "{screen}");
        assert!(screen.contains("▲ the window closes before the answer is due"), "{screen}");
        assert_eq!(screen.contains("first reply 30:00"), words, "{screen}");
    }
}

#[test]
fn on_80_columns_the_list_has_its_headings_and_the_latest_message_in_each_language() {
    for (language, window, latest) in [
        (Language::En, "window", "latest"),
        (Language::It, "finestra", "ultimo"),
        (Language::Pt, "janela", "última"),
        (Language::Es, "ventana", "último"),
    ] {
        let mut rig = rig(80, 24, vec![ticket(7, "Rossi")]);
        rig.model.settings.language = language;
        rig.draw();
        let screen = rig.screen();
        for word in [window, latest] {
            assert!(screen.contains(&format!(" {word} ")), "{word}: {screen}");
        }
    }
}
