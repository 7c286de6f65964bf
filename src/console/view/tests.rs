//! Screens as people see them.

use crate::console::msg::Msg;
use crate::console::rig::START;
use crate::console::sample::{eight, frame, rig, rows, ticket};

#[test]
fn without_glyphs_beyond_ascii() {
    let mut rig = rig(80, 24, eight());
    rig.model.settings.unicode = false;
    rig.draw();
    insta::assert_snapshot!(rig.screen());
}

#[test]
fn in_italian() {
    let mut rig = rig(80, 24, eight());
    rig.model.settings.language = crate::console::language::Language::It;
    rig.draw();
    insta::assert_snapshot!(rig.screen());
}

#[test]
fn an_empty_list_says_what_to_do() {
    for (asked, words) in [
        ("view mine", "no ticket is yours: I takes the most urgent"),
        ("view breaching", "nothing here: well done"),
        ("search zzz", "nothing found: esc shows all again"),
    ] {
        let mut rig = rig(80, 24, eight());
        rig.ask("view solved").ask(asked);
        assert!(rig.screen().contains("loading"), "{}", rig.screen());
        let watch = rig.model.inbox.watch;
        rig.hears(frame(watch, rows(0, 0, Vec::new())));
        assert!(rig.screen().contains(words), "{asked}: {}", rig.screen());
    }
}

#[test]
fn a_terminal_too_small_is_told_so() {
    for size in [(1, 1), (39, 24), (80, 9)] {
        let mut rig = rig(80, 24, eight());
        rig.msg(Msg::Resize(size.0, size.1));
        assert!("too small".starts_with(rig.screen().trim()), "{}", rig.screen());
    }
}

#[test]
fn a_step_of_the_cursor_and_a_tick_change_few_cells() {
    // Rows as different from each other as those of a busy desk.
    let names = ["Rossi", "Maria dos Santos", "日本太郎", "Zoë Ångström", "García"];
    let busy = (1..=200).map(|n| {
        let mut row = ticket(n * 7_919 % 100_000, names[n as usize % 5]);
        row.unread = (n % 13) as u32;
        row.assignee = (n % 3 == 0).then(|| ["anna", "bruno", "carla"][n as usize % 3].into());
        row.tags = if n % 4 == 0 { vec![format!("tag-{}", n % 11)] } else { Vec::new() };
        if let (Some(due), Some(last)) = (&mut row.next_due, &mut row.last_message) {
            due.at = START.plus_secs((n as i64 - 40) * 211);
            last.preview = format!("order {} has not come, what now?", n * 104_729);
        }
        row
    });
    let mut rig = rig(160, 48, busy.collect());
    rig.ask("down");
    let step = rig.bytes.len();
    rig.pass(60_000);
    for _ in 0..44 {
        rig.ask("down");
    }
    let edge = rig.bytes.len();
    rig.ask("page-down");
    let page = rig.bytes.len();
    println!("bytes: a step {step}, at the edge {edge}, a page {page}");
    assert!(step <= 400 && edge <= 2_500 && page <= 5_000, "{step} {edge} {page}");
}
