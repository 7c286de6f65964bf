//! What lies over the screen.

use super::Play;
use crate::console::model::mirror::watch;
use crate::console::model::told::Gravity;
use crate::console::msg::Msg;
use crate::console::rig::Rig;
use crate::console::sample::relay::{NUMBER, Relay, entry};
use crate::console::sample::{eight, frame, rig, rows, tickets, whole};
use crate::domain::roster::Role;
use crate::wire::{ColleagueView, EntryKind, Fresh, Presence};

pub(super) const SCREENS: &[(&str, Play)] = &[
    ("help", |columns, high| keys(columns, high, "?")),
    ("palette", |columns, high| keys(columns, high, "ctrl-p s o l v e")),
    ("whichkey", |columns, high| keys(columns, high, "g")),
    ("command", |columns, high| keys(columns, high, ": t")),
    ("command_fault", |columns, high| keys(columns, high, ": t h m e enter")),
    ("assign", assign),
    ("snooze", |columns, high| asked(columns, high, "snooze", "tomorrow 14:30")),
    ("snooze_fault", snooze_fault),
    ("priority", |columns, high| asked(columns, high, "priority", "")),
    ("tag", |columns, high| asked(columns, high, "tag", "inv")),
    ("confirm_many", confirm_many),
    ("quit", quit),
    ("messages", messages),
    ("raw", raw),
];

fn keys(columns: u16, high: u16, keys: &str) -> Rig {
    let mut rig = rig(columns, high, eight());
    rig.keys(keys);
    rig
}

fn asked(columns: u16, high: u16, action: &str, typed: &str) -> Rig {
    let mut rig = rig(columns, high, eight());
    rig.ask(action).types(typed);
    rig
}

fn assign(columns: u16, high: u16) -> Rig {
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
    let items = vec![
        one("anna", Presence::Online, 3, &["support"]),
        one("bruno", Presence::Offline, 0, &["support"]),
        one("luca", Presence::Online, 1, &["sales"]),
        one("lucia", Presence::Online, 12, &["support"]),
    ];
    let mut rig = rig(columns, high, eight());
    rig.hears(frame(watch::ROSTER, Fresh::Roster(whole(items))));
    rig.ask("assign").types("lu");
    rig
}

fn snooze_fault(columns: u16, high: u16) -> Rig {
    let mut rig = asked(columns, high, "snooze", "9");
    rig.ask("accept");
    rig
}

fn confirm_many(columns: u16, high: u16) -> Rig {
    let many = tickets(30);
    let mut rig = rig(columns, high, eight());
    let watch = rig.model.inbox.watch;
    rig.hears(frame(watch, rows(many.len(), 0, many)));
    rig.ask("mark-all").ask("solve");
    rig
}

/// Leaving with a text that was not sent.
fn quit(columns: u16, high: u16) -> Rig {
    let mut rig = rig(columns, high, eight());
    rig.ask("reply").types("Your parcel").ask("quit");
    rig
}

fn messages(columns: u16, high: u16) -> Rig {
    let mut rig = rig(columns, high, eight());
    let now = rig.now;
    for (gravity, text) in [
        (Gravity::Good, "#311 solved"),
        (
            Gravity::Plain,
            "another console of yours: guichet console --relay ws://127.0.0.1:7420 --token-file demo-data/token",
        ),
        (Gravity::Warning, "the window has closed"),
        (Gravity::Error, "#42: the ticket is solved: reopen it first"),
    ] {
        rig.model.told.tell(now, gravity, text);
    }
    rig.ask("messages");
    rig
}

/// A poll, which the platform does not pass on, as it was posted.
fn raw(columns: u16, high: u16) -> Rig {
    let mut poll = entry(1, EntryKind::Message, "customer", "[unsupported]");
    poll.entry.kind_word = "unsupported".into();
    poll.entry.raw_kept = true;
    let mut rig = Rig::new(columns, high);
    Relay::new(vec![poll]).opened(&mut rig);
    let json = r#"{"from":"393331234567","id":"wamid.HBgMMzkzMzMx","timestamp":"1772441000","errors":[{"code":131051,"title":"Message type unknown","error_data":{"details":"Message type is currently not supported."}}],"type":"unsupported","unsupported":{"type":"poll"}}"#;
    rig.msg(Msg::Raw(NUMBER, Ok(json.into())));
    rig
}
