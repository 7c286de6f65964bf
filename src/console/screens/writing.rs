//! A thread, what is written in it, and templates.

use super::Play;
use crate::console::model::mirror::watch;
use crate::console::rig::{Rig, START};
use crate::console::sample::relay::{NUMBER, Relay, entry};
use crate::console::sample::{eight, frame, rig, rows, whole};
use crate::domain::canned::Fit;
use crate::domain::id::{ConversationId, OutboxId, SendId};
use crate::domain::message::Kind;
use crate::domain::template::Purpose;
use crate::domain::ticket::State;
use crate::wire::{
    CannedView, ConsentEntry, Cost, EntryKind, ErrorView, Fresh, ReactionView, SlotView, StatusAt,
    TemplateView, ThreadEntry, Window,
};

pub(super) const SCREENS: &[(&str, Play)] = &[
    ("thread", |columns, high| thread(columns, high).0),
    ("thread_entry", entry_selected),
    ("thread_beside_the_list", beside_the_list),
    ("composer_reply", reply),
    ("composer_selection", selection),
    ("composer_too_long", too_long),
    ("composer_quote", quote),
    ("composer_note", note),
    ("react", react),
    ("composer_files", files),
    ("insert", |columns, high| insert(columns, high, "")),
    ("insert_buttons", buttons),
    ("insert_list_fault", list_fault),
    ("consents", consents),
    ("composer_closed", closed),
    ("composer_blocked", blocked),
    ("library", library),
    ("picker", picker),
    ("picker_form", form),
    ("picker_form_fault", form_fault),
];

fn sent(key: usize, status: &str, text: &str) -> ThreadEntry {
    let mut sent = entry(key, EntryKind::Message, "anna", text);
    sent.entry.status = Some(status.into());
    let outbox = OutboxId(key as i64);
    sent.entry.outbox = Some(SendId { conversation: ConversationId(1), outbox });
    sent.entry.statuses = vec![StatusAt { status: status.into(), at: sent.entry.at.plus_secs(61) }];
    sent
}

/// A day and a night of a conversation: every sender, every way that a message may have gone.
fn conversation() -> Vec<ThreadEntry> {
    let customer = |key, text: &str| entry(key, EntryKind::Message, "customer", text);
    let mut note = entry(4, EntryKind::Note, "bruno", "@anna the warehouse has it, label printed");
    note.entry.mentions = vec!["anna".into()];
    let mut failed = sent(1_301, "failed", "Here is the invoice.");
    failed.entry.error = Some(ErrorView {
        code: 131_026,
        title: "The message could not be delivered.".into(),
        hint: "Call the customer.".into(),
        details: Some("Message undeliverable: \u{1b}[2Jno account.".into()),
        held: false,
    });
    let mut late = customer(1_302, "written yesterday, come today");
    late.entry.late = true;
    vec![
        entry(1, EntryKind::Event, "system", "ticket 4711 opened in billing"),
        customer(2, "Good morning, my order A-1042 should have come yesterday. \u{1b}[31mWhy?"),
        sent(3, "read", "Good morning! I am asking the warehouse, one moment."),
        note,
        sent(5, "delivered", "It left this morning: https://example.com/track/1042"),
        sent(1_300, "unconfirmed", "And the invoice?"),
        failed,
        late,
        customer(1_303, "日本語も👍🏽"),
        sent(1_304, "queued", "One moment."),
    ]
}

fn thread(columns: u16, high: u16) -> (Rig, Relay) {
    let mut rig = Rig::new(columns, high);
    let mut relay = Relay::new(conversation());
    relay.opened(&mut rig);
    (rig, relay)
}

/// The unconfirmed message is under the cursor.
fn entry_selected(columns: u16, high: u16) -> Rig {
    let (mut rig, mut relay) = thread(columns, high);
    for _ in 0..5 {
        rig.ask("up");
        relay.settle(&mut rig);
    }
    rig
}

fn beside_the_list(columns: u16, high: u16) -> Rig {
    let (mut rig, _) = thread(columns, high);
    let watch = rig.model.inbox.watch;
    rig.hears(frame(watch, rows(8, 0, eight())));
    rig
}

fn writing(columns: u16, high: u16, text: &str) -> Rig {
    let (mut rig, _) = thread(columns, high);
    rig.ask("reply").types(text);
    rig
}

pub(super) fn reply(columns: u16, high: u16) -> Rig {
    writing(columns, high, "You are welcome!\nThe parcel will be with you tomorrow, before noon.")
}

fn selection(columns: u16, high: u16) -> Rig {
    let mut rig = writing(columns, high, "You are welcome!");
    for _ in 0.."welcome!".len() {
        rig.ask("select-left");
    }
    rig
}

fn too_long(columns: u16, high: u16) -> Rig {
    let mut rig = writing(columns, high, "");
    rig.msg(crate::console::msg::Msg::Paste("Guten Tag. ".repeat(400)));
    rig
}

fn quote(columns: u16, high: u16) -> Rig {
    let (mut rig, mut relay) = thread(columns, high);
    rig.ask("up").ask("up");
    relay.settle(&mut rig);
    rig.ask("quote").types("Yes");
    rig
}

fn note(columns: u16, high: u16) -> Rig {
    let (mut rig, _) = thread(columns, high);
    rig.ask("note").types("@bruno where is the invoice?");
    rig
}

/// Two files wait to be sent, a third is on its way.
fn files(columns: u16, high: u16) -> Rig {
    use crate::console::model::attachment::Attachment;
    use crate::console::msg::{HandedIn, Msg, Weighed};
    let mut rig = writing(columns, high, "");
    let weighed = |names: &[(&str, Kind, u64)]| {
        let file = |(name, kind, bytes): &(&str, Kind, u64)| Attachment {
            path: format!("/home/anna/{name}").into(),
            name: (*name).into(),
            kind: *kind,
            bytes: *bytes,
        };
        let files = names.iter().map(file).collect();
        Msg::Weighed(Weighed { ticket: NUMBER, files, unfit: Vec::new(), pasted: None })
    };
    rig.msg(weighed(&[("film.mp4", Kind::Video, 12_000_000)])).ask("send");
    let id = rig.model.composer.parcels[0].id.expect("it goes up");
    rig.msg(Msg::HandedIn(id, HandedIn::Up(5_400_000)));
    let [sound, bill] = [("note.ogg", Kind::Voice, 18_000), ("bill.pdf", Kind::Document, 120_000)];
    rig.msg(weighed(&[sound, bill])).types("As promised.");
    rig
}

fn insert(columns: u16, high: u16, form: &str) -> Rig {
    let (mut rig, mut relay) = thread(columns, high);
    relay.settle(&mut rig);
    rig.ask(format!("insert {form}").trim());
    rig
}

/// Two buttons to a text of two lines.
fn buttons(columns: u16, high: u16) -> Rig {
    let mut rig = insert(columns, high, "buttons");
    rig.types("Where shall we bring it?").ask("newline").types("Both cost nothing.");
    rig.ask("next-field").types("Home").ask("next-field").types("The shop");
    rig
}

/// A row of a list is too long.
fn list_fault(columns: u16, high: u16) -> Rig {
    let mut rig = insert(columns, high, "list");
    rig.types("When?").ask("next-field").types("Choose").ask("next-field");
    rig.types("Tomorrow | before noon").ask("next-field").types("The day after tomorrow, late");
    rig.ask("accept");
    rig
}

/// A ledger of three entries; a fourth is being written down.
fn consents(columns: u16, high: u16) -> Rig {
    use crate::console::msg::{Ledger, Msg};
    use crate::domain::consent::{Said, Source};
    let (mut rig, relay) = thread(columns, high);
    let entry = |said, source, by: Option<&str>, proof: &str, days: i64, counts| ConsentEntry {
        purpose: Purpose::Marketing,
        said,
        at: START.plus_secs(-86_400 * days),
        source,
        entered_at: START,
        by: by.map(str::to_owned),
        proof: Some(proof.into()),
        counts,
    };
    let entries = vec![
        entry(Said::Agreed, Source::Import, None, "form of the shop, 2025", 200, false),
        entry(Said::Refused, Source::Message, None, "STOP", 30, false),
        entry(Said::Agreed, Source::Agent, Some("bruno"), "signed at the desk, folder 12", 2, true),
    ];
    rig.ask("consents");
    let contact = relay.ticket.contact.id;
    let entries = Some(Ok(entries));
    rig.msg(Msg::Ledger(Ledger { contact, written: None, entries }));
    rig.ask("next-field").ask("char-right").ask("next-field").types("said so on the telephone");
    rig
}

/// A reaction is chosen for the customer's last message, which carries one already.
fn react(columns: u16, high: u16) -> Rig {
    let (mut rig, mut relay) = thread(columns, high);
    for of in &mut relay.entries {
        if of.entry.author == "customer" {
            let (author, emoji) = ("bruno".into(), "🙏".into());
            of.entry.reactions = vec![ReactionView { author, emoji, at: of.entry.at }];
        }
    }
    relay.settle(&mut rig);
    rig.ask("react");
    rig
}

/// The window closes while something is typed.
fn closed(columns: u16, high: u16) -> Rig {
    let (mut rig, mut relay) = thread(columns, high);
    relay.ticket.window = Window { until: Some(START.plus_secs(60)), open: true };
    relay.settle(&mut rig);
    rig.pass(1).ask("reply").types("Your parcel").pass(61_000);
    rig
}

fn blocked(columns: u16, high: u16) -> Rig {
    let (mut rig, mut relay) = thread(columns, high);
    (relay.ticket.state, relay.ticket.solved_at) = (State::Solved, Some(START.plus_secs(-5)));
    relay.settle(&mut rig);
    rig.ask("reply");
    rig
}

fn templates() -> Vec<TemplateView> {
    let template = |name: &str, language: &str, body: &str, slots: &[&str]| TemplateView {
        name: name.into(),
        language: language.into(),
        status: "APPROVED".into(),
        purpose: Purpose::Utility,
        lines: Vec::new(),
        header: Some("Your order".into()),
        body: body.into(),
        footer: Some("Guichet Shop".into()),
        parameters: slots
            .iter()
            .map(|slot| SlotView {
                name: (*slot).into(),
                example: Some("Friday".into()),
                ..SlotView::default()
            })
            .collect(),
        sendable: name != "season_sale",
        reason: (name == "season_sale").then(|| "PAUSED".into()),
        fetched_at: START,
        buttons: vec!["Fine".into(), "Another day".into()],
        quality: Some("GREEN".into()),
        cost: Cost::FreeInWindow,

        offer: None,
        cards: Vec::new(),
        fit: Fit::default(),
        suggested_in: Vec::new(),
        instead: None,
        uses: 0,
    };
    let body = "Hi {{name}}, your order arrives on {{day}}.";
    vec![
        template("delivery_day", "en", body, &["name", "day"]),
        template("opening_hours", "en", "We are open {{1}}.", &["1"]),
        template("season_sale", "en", "It is on: {{1}}.", &["1"]),
    ]
}

fn picker(columns: u16, high: u16) -> Rig {
    let items = templates();
    let mut rig = rig(columns, high, eight());
    rig.hears(frame(watch::TEMPLATES, templates_as(items)));
    rig.ask("template");
    rig
}

/// Templates that were compared with the platform seven minutes ago.
fn templates_as(items: Vec<TemplateView>) -> Fresh {
    Fresh::Templates { checked_at: Some(START.plus_secs(-425)), templates: whole(items) }
}

/// Canned replies beside templates, opened from an empty reply.
fn library(columns: u16, high: u16) -> Rig {
    let mut rig = picker(columns, high);
    let canned = |name: &str, language: &str, text: &str| CannedView {
        name: name.into(),
        language: language.into(),
        text: text.into(),
        ..CannedView::default()
    };
    let all = vec![
        canned("greeting", "en", "Hello {{first_name|there}}, this is {{agent}}."),
        canned("greeting", "it", "Buongiorno {{first_name|a lei}}, sono {{agent}}."),
        canned("where_is_it", "en", "Your parcel {{ticket}} is on its way."),
    ];
    rig.hears(frame(watch::CANNED, Fresh::Canned(whole(all))));
    rig.ask("back").ask("reply").types("/");
    rig
}

/// A template half filled in.
pub(super) fn form(columns: u16, high: u16) -> Rig {
    let mut rig = picker(columns, high);
    rig.ask("accept").types("Friday");
    rig
}

fn form_fault(columns: u16, high: u16) -> Rig {
    let mut rig = picker(columns, high);
    rig.ask("accept").ask("next-field").types("a     b").ask("accept");
    rig
}

#[test]
fn the_window_of_another_ticket_is_no_news() {
    let (mut rig, mut relay) = thread(80, 24);
    rig.ask("reply").pass(1_000);
    relay.ticket.window = Window { until: Some(START.plus_secs(60)), open: true };
    relay.settle(&mut rig);
    rig.pass(60_000);
    assert_eq!(rig.model.told.lines().count(), 1, "its own is told once");
    let watch = rig.model.inbox.watch;
    rig.hears(frame(watch, rows(8, 0, eight())));
    rig.ask("back").ask("inbox").ask("top").ask("reply").types("hello").pass(1_000);
    assert_eq!(rig.model.told.lines().count(), 1, "{}", rig.screen());
}
