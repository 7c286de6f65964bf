//! Ten tasks of every day, played with the keys that the README tells, by default keys. What is typed as text does
//! not count; every other key does.

use crate::seat::Seat;
use crate::stage::Stage;
use guichet::console::context::Context;
use guichet::domain::id::TicketNumber;
use guichet::domain::roster::Role;
use guichet::domain::ticket::State;
use guichet::wire::{EntryKind, ThreadEntry, TicketView};
use std::time::Duration;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const DAY: Duration = Duration::from_secs(86_400);

const ANSWER: &str = "answer the most urgent customer";
const ANSWER_SOLVE: &str = "take a ticket, answer it and solve it";
const TEMPLATE: &str = "send a template after the window has closed";
const ASSIGN: &str = "give a ticket to a named colleague";
const SNOOZE: &str = "put a ticket to sleep for two hours";
const MENTION: &str = "leave a note that names a colleague";
const TAG: &str = "tag a ticket";
const FIND: &str = "find a customer by name and open his ticket";
const NEXT: &str = "go to the next ticket that needs me";
const UNDO: &str = "undo a solve";

const TASKS: [&str; 10] =
    [ANSWER, ANSWER_SOLVE, TEMPLATE, ASSIGN, SNOOZE, MENTION, TAG, FIND, NEXT, UNDO];

/// A row of the README's table.
struct Row {
    task: String,
    /// Keys in back-quotes, text between asterisks.
    steps: Vec<String>,
    keys: usize,
}

/// The table whose first column is called "task".
fn table() -> Vec<Row> {
    let readme = std::fs::read_to_string(README).expect("a README");
    let from = readme.find("\n| task | keys |").expect("the README has a table of tasks");
    let rows = readme[from + 1..].lines().take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [task, steps, keys] = cells[..] else { panic!("{line}") };
        Row {
            task: task.to_owned(),
            steps: steps.split(' ').map(str::to_owned).collect(),
            keys: keys.parse().expect("a number of keys"),
        }
    })
    .collect()
}

#[test]
fn the_readme_tells_of_these_tasks_and_counts_their_keys() {
    let rows = table();
    assert_eq!(rows.iter().map(|row| row.task.as_str()).collect::<Vec<_>>(), TASKS);
    for row in rows {
        let keys = row.steps.iter().filter(|step| step.starts_with('`')).count();
        assert_eq!(keys, row.keys, "{}", row.task);
        let text = |step: &&String| step.len() > 2 && step.starts_with('*') && step.ends_with('*');
        assert_eq!(keys + row.steps.iter().filter(text).count(), row.steps.len(), "{}", row.task);
    }
}

/// Presses what the README says for a task, and types these texts where it says so.
#[track_caller]
fn play(seat: &mut Seat, task: &str, texts: &[&str]) {
    let rows = table();
    let row = rows.iter().find(|row| row.task == task).expect("a task of the README");
    let mut texts = texts.iter();
    for step in &row.steps {
        if step.starts_with('`') {
            seat.keys(step.trim_matches('`'));
        } else {
            seat.types(texts.next().expect("a text for each"));
            // He looks at what a search found before he accepts it.
            seat.until("what was looked for", |rig| {
                let inbox = &rig.model.inbox;
                inbox.is_answered() && !inbox.searching
            });
        }
    }
    assert_eq!(texts.next(), None, "{task}");
}

/// Goes to the inbox and to a ticket there of which something is so, from the most urgent on.
#[track_caller]
fn stand(seat: &mut Seat, so: impl Fn(&TicketView) -> bool) -> TicketNumber {
    while seat.rig.model.context() != Context::Inbox {
        seat.keys("esc");
    }
    seat.keys("g a g g").until("the list", |rig| {
        let inbox = &rig.model.inbox;
        inbox.is_answered() && inbox.place == 0 && inbox.shown.iter().any(&so)
    });
    while !seat.rig.model.subject().is_some_and(&so) {
        let before = seat.rig.model.inbox.place;
        seat.keys("j");
        assert_ne!(seat.rig.model.inbox.place, before, "{}", seat.rig.screen());
    }
    seat.rig.model.subject_number().expect("a ticket")
}

/// Nobody's, and may be answered.
fn fresh(ticket: &TicketView) -> bool {
    ticket.assignee.is_none() && ticket.window.open && ticket.tags.is_empty()
}

/// Waits until something is so of a ticket, wherever it is shown.
#[track_caller]
fn until_ticket(seat: &mut Seat, number: TicketNumber, so: impl Fn(&TicketView) -> bool) {
    seat.until("a change of the ticket", |rig| {
        let model = &rig.model;
        let open = model.thread.as_ref().filter(|thread| thread.number == number);
        let open = open.and_then(|thread| thread.ticket.as_ref());
        open.or_else(|| model.inbox.shown.get(&number)).is_some_and(&so)
    });
}

/// Waits until an entry is in the open thread, which must be this ticket's.
#[track_caller]
fn until_entry(seat: &mut Seat, of: TicketNumber, so: impl Fn(&ThreadEntry) -> bool) {
    seat.until("an entry of the thread", |rig| {
        let thread = rig.model.thread.as_ref();
        thread.is_some_and(|open| open.number == of && open.shown.iter().any(&so))
    });
}

fn open(seat: &Seat) -> Option<TicketNumber> {
    seat.rig.model.thread.as_ref().map(|thread| thread.number)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_task_takes_the_keys_that_the_readme_tells() {
    let stage = Stage::open(1.0, &[DAY + DAY / 24], 8).await;
    let tokens = [stage.hire("anna", Role::Agent).await, stage.hire("bruno", Role::Agent).await];
    let [mut anna, mut bruno] = tokens.map(|token| Seat::take(stage.consoles, &token));
    bruno.until("the tickets", |rig| rig.model.inbox.shown.len() >= 8);
    anna.until("tickets, colleagues and templates", |rig| {
        let model = &rig.model;
        let templates = model.mirror.templates.iter().next().is_some();
        model.inbox.shown.len() >= 8 && model.mirror.roster.len() >= 2 && templates
    });

    let top = stand(&mut anna, fresh);
    play(&mut anna, ANSWER, &["I am looking into it."]);
    until_entry(&mut anna, top, |of| {
        of.entry.text == "I am looking into it." && of.entry.outbox.is_some()
    });
    assert!(table()[0].keys <= 2, "this is done all day");

    let number = stand(&mut anna, fresh);
    play(&mut anna, ANSWER_SOLVE, &["It is on its way."]);
    until_entry(&mut anna, number, |of| of.entry.text == "It is on its way.");
    until_ticket(&mut anna, number, |ticket| {
        ticket.state == State::Solved && ticket.assignee.as_deref() == Some("anna")
    });

    let number = stand(&mut anna, |ticket| !ticket.window.open);
    play(&mut anna, TEMPLATE, &["continue_conv", "the missing parcel"]);
    anna.keys("enter");
    until_entry(&mut anna, number, |of| {
        of.entry.kind_word == "template" && of.entry.text.contains("the missing parcel")
    });

    let number = stand(&mut anna, fresh);
    play(&mut anna, ASSIGN, &["bru"]);
    until_ticket(&mut anna, number, |ticket| ticket.assignee.as_deref() == Some("bruno"));

    let (number, before) = (stand(&mut anna, fresh), anna.rig.model.desk_now());
    play(&mut anna, SNOOZE, &["2h"]);
    anna.keys("g z");
    until_ticket(&mut anna, number, |ticket| {
        let asleep = ticket.snoozed_until.map_or(0, |until| until.since(before));
        ticket.state == State::Snoozed && (7_140_000..=7_260_000).contains(&asleep)
    });

    let number = stand(&mut anna, fresh);
    play(&mut anna, MENTION, &["@bruno do you know this one?"]);
    until_entry(&mut anna, number, |of| {
        of.entry.kind == EntryKind::Note && of.entry.mentions == ["bruno"]
    });
    bruno.until("the mention", |rig| {
        rig.model.notices.marks().iter().any(|mark| mark.ticket == number)
    });
    // First to the one that was given to him, then to this one.
    bruno.keys("tab tab");
    assert_eq!(open(&bruno), Some(number));

    let number = stand(&mut anna, fresh);
    play(&mut anna, TAG, &["vip"]);
    until_ticket(&mut anna, number, |ticket| ticket.tags == ["vip"]);

    stand(&mut anna, fresh);
    let simple = |name: &str| name.chars().all(|c| c.is_alphabetic() || c == ' ');
    let named = anna.rig.model.inbox.shown.iter().filter_map(|ticket| {
        let name = ticket.contact.name.clone().filter(|name| simple(name))?;
        Some((ticket.number, name))
    });
    let (number, name) = named.last().expect("a name");
    play(&mut anna, FIND, &[&name]);
    assert_eq!(open(&anna), Some(number));

    let number = stand(&mut anna, fresh);
    anna.keys("i").until("a ticket of her own", |rig| rig.model.mirror.mine.get(&number).is_some());
    stand(&mut anna, |_| true);
    play(&mut anna, NEXT, &[]);
    let number = open(&anna).expect("a thread");
    until_ticket(&mut anna, number, |ticket| {
        ticket.assignee.as_deref() == Some("anna") && ticket.waiting_since.is_some()
    });

    anna.keys("e");
    until_ticket(&mut anna, number, |ticket| ticket.state == State::Solved);
    anna.until("the answer", |rig| rig.model.in_flight.waiting().is_empty());
    play(&mut anna, UNDO, &[]);
    until_ticket(&mut anna, number, |ticket| {
        let waits = ticket.waiting_since.is_some() && ticket.next_due.is_some();
        waits && ticket.assignee.as_deref() == Some("anna")
    });
    assert_eq!(stage.close().await, Vec::<String>::new());
}
