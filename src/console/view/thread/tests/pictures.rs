//! What a thread looks like.

use crate::console::keymap::Keymap;
use crate::console::language::Language;
use crate::console::profile::Settings;
use crate::console::rig::{Rig, START};
use crate::console::sample::relay::{Relay, entry};
use crate::console::theme::Theme;
use crate::domain::id::{ConversationId, OutboxId, SendId, TicketNumber};
use crate::domain::template::Purpose;
use crate::domain::ticket::State;
use crate::wire::*;

fn media(name: Option<&str>, mime: &str, size: u64, seconds: Option<u32>) -> Option<MediaView> {
    Some(MediaView {
        mime_type: Some(mime.into()),
        filename: name.map(str::to_owned),
        size: Some(size),
        seconds,
        ..MediaView::default()
    })
}

fn out(key: usize, author: &str, status: &str, text: &str) -> ThreadEntry {
    let mut out = entry(key, EntryKind::Message, author, text);
    out.entry.status = Some(status.into());
    let outbox = OutboxId(key as i64);
    out.entry.outbox = Some(SendId { conversation: ConversationId(1), outbox });
    out.entry.statuses = vec![StatusAt { status: status.into(), at: out.entry.at.plus_secs(61) }];
    out
}

/// Every kind, every status, and text that means harm.
fn rich() -> Vec<ThreadEntry> {
    let mut all: Vec<ThreadEntry> = Vec::new();
    let message = |key, text: &str| entry(key, EntryKind::Message, "customer", text);
    let event = |key, text: &str| entry(key, EntryKind::Event, "system", text);
    all.push(event(1, "ticket 4711 opened in billing, after ticket 88"));
    all.push(message(2, "Buongiorno, la fattura 2026/118 è sbagliata: l'importo è doppio. Potete guardare https://example.com/f/118 e correggere?"));
    all.push(message(3, "Grazie!"));
    all.push(event(4, "taken by anna"));
    let mut note =
        entry(5, EntryKind::Note, "bruno", "@anna controlla con @carla la fattura\ndi marzo");
    note.entry.mentions = vec!["anna".into(), "carla".into()];
    all.push(note);
    let statuses = [
        "queued",
        "attempting",
        "accepted",
        "sent",
        "delivered",
        "read",
        "played",
        "cancelled",
        "unconfirmed",
        "failed",
    ];
    for (nth, status) in statuses.into_iter().enumerate() {
        all.push(out(
            6 + nth,
            if nth % 2 == 0 { "anna" } else { "bruno" },
            status,
            "Guardo subito.",
        ));
    }
    if let Some(last) = all.last_mut() {
        last.entry.error = Some(ErrorView {
            code: 131047,
            title: "The 24-hour window is closed.".into(),
            hint: "Send a template.".into(),
            details: None,
            held: false,
        });
    }
    let mut reply = message(20, "Questa non l'ho capita");
    reply.entry.reply_to = Some("wamid.6".into());
    reply.entry.quote = Some(QuoteView {
        kind_word: "text".into(),
        key: "6.0".into(),
        author: "anna".into(),
        text: "Guardo subito.".into(),
    });
    all.push(reply);
    let kinds = [
        ("image", "il danno", media(None, "image/jpeg", 240_400, None)),
        ("video", "[video]", media(None, "video/mp4", 3_260_000, Some(75))),
        ("voice", "[voice]", media(None, "audio/ogg; codecs=opus", 18_000, Some(14))),
        ("audio", "", media(None, "audio/mpeg", 1_200_000, Some(200))),
        ("document", "", media(Some("contratto\u{202e}fdp.exe"), "application/pdf", 90_000, None)),
        ("sticker", "[sticker]", media(None, "image/webp", 30_000, None)),
        ("location", "Piazza del Duomo, Milano", None),
        ("contacts", "Carla Bianchi", None),
        ("button", "Sì, confermo", None),
        ("list", "Consegna a domicilio", None),
        ("flow", "[flow]", None),
        ("order", "2 x tazza", None),
        ("call", "missed", None),
        ("edit", "l'importo è triplo", None),
        ("unsupported", "[unsupported]", None),
        ("poll_2027", "[poll_2027]", None),
    ];
    for (nth, (kind, text, media)) in kinds.into_iter().enumerate() {
        let mut sent = message(21 + nth, text);
        sent.entry.kind_word = kind.into();
        sent.entry.media = media;
        all.push(sent);
    }
    for (key, kind, text) in [(40, "reaction", "❤️"), (41, "reaction", ""), (42, "revoke", "")]
    {
        let mut sent = message(key, text);
        sent.entry.kind_word = kind.into();
        sent.entry.reply_to = Some("wamid.6".into());
        sent.entry.quote = (key == 40).then(|| QuoteView {
            kind_word: "text".into(),
            key: "6.0".into(),
            author: "anna".into(),
            text: "Guardo subito.".into(),
        });
        all.push(sent);
    }
    let mut late = message(43, "scritto ieri, arrivato oggi");
    late.entry.late = true;
    all.push(late);
    all.push(out(44, "bot", "read", "Sono il bot."));
    let mut template = out(45, "anna", "delivered", "Gentile Marco, la Sua pratica è pronta.");
    template.entry.kind_word = "template".into();
    all.push(template);
    all.push(message(1300, "\u{1b}]52;c;Zm9v\u{7}\u{9b}31m rosso? \u{202e}abc\u{2066}"));
    all.push(message(1301, "مرحبا بالعالم، كيف حالك؟"));
    all.push(message(1302, "👩‍👩‍👧‍👦 👍🏽 🇮🇹 日本語のテキスト"));
    all.push(message(1303, &format!("a{}b", "\u{301}".repeat(2_000))));
    all.push(event(1304, "first_reply is nearly due"));
    all.push(message(1305, "Ci siete?"));
    all
}

fn contact() -> ContactView {
    let brief = |ticket, state| ConversationBrief {
        line: "support".into(),
        ticket: Some(TicketNumber(ticket)),
        state: Some(state),
    };
    ContactView {
        same: Vec::new(),
        id: crate::domain::id::ContactId(9),
        name: Some("Marco Rossi".into()),
        phone: Some("393331234567".into()),
        user_id: Some("IT.1234".into()),
        username: Some("@marco".into()),
        conversations: vec![brief(4711, State::Open), brief(88, State::Solved)],
        consents: vec![
            ConsentView { purpose: Purpose::Service, granted: true, at: START.plus_secs(-90_000) },
            ConsentView { purpose: Purpose::Marketing, granted: false, at: START },
        ],
        erased_at: None,
    }
}

fn shown(columns: u16, rows: u16, settings: Settings) -> (Rig, Relay) {
    let mut rig = Rig::with(columns, rows, settings, Keymap::default(), Theme::plain());
    let mut relay = Relay::new(rich());
    relay.contact = Some(contact());
    relay.opened(&mut rig);
    (rig, relay)
}

/// Every page, from the end to the top.
fn pages(rig: &mut Rig, relay: &mut Relay) -> String {
    let mut pages = vec![rig.screen()];
    loop {
        rig.ask("page-up");
        relay.settle(rig);
        let page = rig.screen();
        if pages.last() == Some(&page) || pages.len() > 60 {
            return pages.join("\n= = =\n");
        }
        pages.push(page);
    }
}

#[test]
fn every_kind_and_status_at_80x24() {
    let (mut rig, mut relay) = shown(80, 24, Settings::default());
    insta::assert_snapshot!(pages(&mut rig, &mut relay));
}

#[test]
fn every_kind_and_status_at_40x12_in_ascii_and_italian() {
    let settings = Settings { unicode: false, language: Language::It, ..Settings::default() };
    let (mut rig, mut relay) = shown(40, 12, settings);
    insta::assert_snapshot!(pages(&mut rig, &mut relay));
}

#[test]
fn every_kind_and_status_at_160x48_with_the_card() {
    let settings = Settings { language: Language::Es, ..Settings::default() };
    let (mut rig, mut relay) = shown(160, 48, settings);
    insta::assert_snapshot!(pages(&mut rig, &mut relay));
}

#[test]
fn nothing_but_printable_cells_is_drawn() {
    for (columns, rows) in [(40, 12), (80, 24), (160, 48), (300, 100), (41, 10), (1, 1)] {
        let (mut rig, mut relay) = shown(columns, rows, Settings::default());
        for page in pages(&mut rig, &mut relay).lines() {
            assert!(!page.chars().any(crate::kit::text::is_hostile), "{page:?}");
        }
    }
}

#[test]
fn what_is_unread_begins_with_a_rule() {
    let many = |count: usize| {
        (0..count)
            .map(|key| entry(key, EntryKind::Message, "customer", &format!("messaggio {key}")))
    };
    let mut rig = Rig::new(80, 24);
    let mut relay = Relay::new(many(60).collect());
    (relay.ticket.unread, relay.first_unread) = (30, Some("30.0".into()));
    relay.opened(&mut rig);
    insta::assert_snapshot!("unread_fills_more_than_the_screen", rig.screen());
    assert_eq!(relay.ticket.unread, 30, "the end was not seen");
    rig.ask("bottom");
    relay.settle(&mut rig);
    assert_eq!(relay.ticket.unread, 0);
    rig.ask("first-unread");
    assert!(rig.screen().contains("30 new"), "the rule stays:\n{}", rig.screen());
}

#[test]
fn picture_of_a_thread() {
    let message = |key, text: &str| entry(key, EntryKind::Message, "customer", text);
    let mut note = entry(4, EntryKind::Note, "bruno", "@anna the warehouse has it, label printed");
    note.entry.mentions = vec!["anna".into()];
    let answer = "It left this morning and will be with you tomorrow before noon.";
    let mut relay = Relay::new(vec![
        entry(1, EntryKind::Event, "system", "ticket 4711 opened in billing"),
        message(2, "Good morning, my order A-1042 should have come yesterday."),
        out(3, "anna", "read", "Good morning! I am asking the warehouse, one moment."),
        note,
        out(5, "anna", "delivered", answer),
        message(6, "Wonderful, thank you"),
    ]);
    let mut rig = Rig::new(120, 24);
    relay.opened(&mut rig);
    rig.model.composing = true;
    rig.types("You are welcome!");
    crate::console::sample::pictured("thread", &mut rig);
}
