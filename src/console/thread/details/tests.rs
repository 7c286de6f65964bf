use crate::console::language::Language;
use crate::console::model::previews::Previews;
use crate::console::sample::relay::entry;
use crate::console::thread::block::{Before, Block};
use crate::console::thread::lines::Lines;
use crate::console::thread::look::Look;
use crate::domain::id::TicketNumber;
use crate::kit::text::is_hostile;
use crate::wire::{EntryKind, EntryView, QuoteView};
use serde_json::{Value, json};

/// A message of the customer with these details.
fn sent(kind: &str, text: &str, details: Value) -> EntryView {
    let mut sent = entry(1, EntryKind::Message, "customer", text).entry;
    sent.kind_word = kind.into();
    sent.details = serde_json::from_value(details).expect("details");
    sent
}

/// Its rows as they are read.
fn read(entry: &EntryView, look: &Look) -> Vec<String> {
    let block = Block::build(entry, Before::default(), None, look);
    let row = |row: &crate::console::thread::row::Row| {
        row.pieces.iter().map(|(_, text)| text.as_str()).collect::<String>().trim_end().to_owned()
    };
    block.rows.iter().map(row).collect()
}

#[test]
fn every_kind_is_told_in_rows() {
    let look = Look::plain(62);
    let place = json!({"location": {"latitude": 45.4642, "longitude": 9.19, "name": "Bar Sport", "address": "Via Roma 1", "url": "https://bar.it"}});
    let unnamed = json!({"location": {"latitude": -33.0, "longitude": 151.25}});
    let cards = json!({"cards": [
        {"name": "Carla Bianchi", "phones": ["+39 333 1", "+39 02 2"], "emails": ["c@b.it"], "company": "Acme", "title": "CEO",
            "urls": ["https://b.it"], "addresses": [{"street": "Via Roma 1", "city": "Lecce"}], "birthday": "1970-01-01"},
        {"phones": ["+1 555"]}], "left_out": 3});
    let order = json!({"order": {"catalog": "c", "items": [
        {"product": "TAZZA-BLU", "quantity": 12, "price": 9.99, "currency": "EUR"},
        {"product": "PIATTO", "quantity": 1, "price": 20, "currency": "EUR"},
        {"product": "MUG", "quantity": 2}],
        "sums": [{"amount": 139.88, "currency": "EUR"}]}});
    let form = json!({"answers": [{"name": "rating", "value": "4"}, {"name": "comment", "value": "very\ngood"}, {"name": "", "value": "x"}]});
    let ad = json!({"referral": {"source": "ad", "headline": "Sconti", "body": "Solo oggi", "url": "https://fb.me/1", "media": "image", "media_url": "https://i"}});
    let changed =
        json!({"change": {"what": "user_changed_number", "from": "39333", "to": "39444"}});
    let map = "https://www.openstreetmap.org/?mlat=45.4642&mlon=9.19";
    for (kind, text, details, rows) in [
        (
            "location",
            "Bar Sport",
            place,
            vec!["[place] Bar Sport", "Via Roma 1", "45.4642, 9.19", map, "https://bar.it"],
        ),
        (
            "location",
            "[location]",
            unnamed,
            vec!["[place]", "-33, 151.25", "https://www.openstreetmap.org/?mlat=-33&mlon=151.25"],
        ),
        (
            "contacts",
            "Carla Bianchi",
            cards,
            vec![
                "[contact card]",
                "• Carla Bianchi · +39 333 1 · +39 02 2 · c@b.it · CEO · Acme",
                "· https://b.it · Via Roma 1, Lecce · 1970-01-01",
                "• without a name · +1 555",
                "and 3 more",
            ],
        ),
        (
            "order",
            "Quick please",
            order,
            vec![
                "[order] Quick please",
                "12 × TAZZA-BLU  9.99 EUR  119.88 EUR",
                " 1 × PIATTO       20 EUR      20 EUR",
                " 2 × MUG",
                "     total                139.88 EUR",
            ],
        ),
        ("flow", "Sent", form, vec!["[form] Sent", "rating: 4", "comment: very good", "x"]),
        (
            "text",
            "Quanto costa?",
            ad,
            vec![
                "from the ad Sconti: Solo oggi",
                "https://fb.me/1",
                "image https://i",
                "Quanto costa?",
            ],
        ),
        (
            "text",
            "ciao a tutti",
            json!({"member": {"name": "Carla", "phone": "393331", "user_id": "IT.1"}}),
            vec!["from Carla, +393331", "ciao a tutti"],
        ),
        ("text", "ciao", json!({"member": {"user_id": "IT.1"}}), vec!["from IT.1", "ciao"]),
        ("text", "ciao", json!({"often_forwarded": true}), vec!["↪ forwarded many times", "ciao"]),
        (
            "text",
            "ciao",
            json!({"product": {"product": "SKU"}}),
            vec!["about the product SKU", "ciao"],
        ),
        (
            "list",
            "Domicilio",
            json!({"choice": {"id": "d", "title": "Domicilio", "description": "entro sera"}}),
            vec!["[choice] Domicilio", "entro sera"],
        ),
        (
            "interactive",
            "Which one?",
            json!({"interactive": {"header": {"text": "Delivery"}, "body": "Which one?", "footer": "Free",
                "action": {"buttons": [{"id": "y", "title": "Home"}, {"title": "Shop"}]}}}),
            vec!["Delivery", "[question] Which one?", "Free", "[Home]", "[Shop]"],
        ),
        (
            "interactive",
            "Which one?",
            json!({"interactive": {"header": {"image": {"link": "https://a.it/b.png"}}, "body": "Which one?",
                "action": {"list": {"button": "Open", "sections": [{"title": "Soon", "rows":
                    [{"title": "Express", "description": "next day"}, {"title": "Plain"}]}]}}}}),
            vec![
                "[image] https://a.it/b.png",
                "[question] Which one?",
                "[Open]",
                "Soon",
                "• Express: next day",
                "• Plain",
            ],
        ),
        (
            "interactive",
            "Book?",
            json!({"interactive": {"body": "Book?", "action": {"link": {"title": "Go", "url": "https://a.it"}}}}),
            vec!["[question] Book?", "[Go] https://a.it"],
        ),
        (
            "interactive",
            "Book?",
            json!({"interactive": {"body": "Book?", "action": {"flow": {"id": "77", "title": "Go"}}}}),
            vec!["[question] Book?", "[Go] 77"],
        ),
        (
            "interactive",
            "Where?",
            json!({"interactive": {"body": "Where?", "action": "location_request"}}),
            vec!["[question] Where?", "[send a place]"],
        ),
        (
            "interactive",
            "Your number?",
            json!({"interactive": {"body": "Your number?", "action": "contact_request"}}),
            vec!["[question] Your number?", "[share the number]"],
        ),
        (
            "call_permission",
            "[call_permission]",
            json!({"may_call": false}),
            vec!["[call permission] refused"],
        ),
        ("call", "[call]", json!({}), vec!["[call]"]),
        ("call", "[call]", json!({"call": {"answered": false}}), vec!["[call] missed"]),
        (
            "call_end",
            "[call_end]",
            json!({"call": {"answered": true, "seconds": 125}}),
            vec!["[call] 2:05"],
        ),
        (
            "call_end",
            "[call_end]",
            json!({"call": {"answered": true, "seconds": u64::MAX}}),
            vec!["[call] 18446744073709551615 s"],
        ),
        (
            "location",
            "[location]",
            json!({"location": {"latitude": 1e300, "longitude": 9.19}}),
            vec!["[place]", "1e300, 9.19"],
        ),
        (
            "order",
            "[order]",
            json!({"order": {"items": [
                {"product": "CUP", "quantity": 0, "odd_quantity": "9223372036854775808", "price": 9.5, "currency": "EUR"},
                {"product": "MUG", "quantity": 2, "odd_price": "1e308", "currency": "EUR"}]}}),
            vec![
                "[order]",
                "9223372036854775808 × CUP       9.50 EUR",
                "                  2 × MUG          1e308",
            ],
        ),
        ("system", "Marco moved", changed, vec!["[WhatsApp] Marco moved", "39333 → 39444"]),
        (
            "handed_over",
            "the platform's agent passes the conversation to the desk",
            json!({"change": {"what": "control_passed", "from": "ai_agent", "to": "escalation"}}),
            vec![
                "[WhatsApp] the platform's agent passes the conversation to",
                "the desk",
                "ai_agent → escalation",
            ],
        ),
        (
            "taken_over",
            "the platform's agent holds the conversation",
            json!({"change": {"what": "control_taken"}}),
            vec!["[WhatsApp] the platform's agent holds the conversation"],
        ),
        (
            "preference",
            "wants no marketing messages any more",
            json!({"change": {"what": "stop"}}),
            vec!["[WhatsApp] wants no marketing messages any more"],
        ),
        (
            "group",
            "called Staff, joined: +39333",
            json!({"group": {"what": "group_create", "subject": "Staff", "joined": [{"phone": "39333"}]}}),
            vec!["[WhatsApp] the group was made, the group is called Staff,", "+39333 joined"],
        ),
        (
            "group",
            "group suspend",
            json!({"group": {"what": "group_suspend"}}),
            vec!["[WhatsApp] group suspend"],
        ),
        (
            "preference",
            "news of tomorrow: stop",
            json!({"change": {"what": "stop"}}),
            vec!["[WhatsApp] news of tomorrow: stop"],
        ),
        (
            "unsupported",
            "[unsupported]",
            json!({"unsupported": "poll", "fault": {"code": 131_051, "title": "Unsupported"}}),
            vec!["[WhatsApp cannot pass this on: poll]", "131051: Unsupported"],
        ),
        (
            "unsupported",
            "[unsupported]",
            json!({"unsupported": "new_thing"}),
            vec!["[WhatsApp cannot pass this on: new thing]"],
        ),
        (
            "hologram",
            "[hologram]",
            json!({"unsupported": "hologram"}),
            vec!["[a kind not known here: hologram]"],
        ),
        (
            "image",
            "",
            json!({"fault": {"code": 131_052, "title": "Too big"}}),
            vec!["[image]", "131052: Too big"],
        ),
    ] {
        assert_eq!(read(&sent(kind, text, details), &look), rows, "{kind}");
    }
}

#[test]
fn what_was_asked_stands_above_the_answer() {
    let mut pressed = sent("button", "Yes", json!({"choice": {"id": "y", "title": "Yes"}}));
    pressed.reply_to = Some("wamid.6".into());
    pressed.quote = Some(QuoteView {
        kind_word: "text".into(),
        key: "6.0".into(),
        author: "anna".into(),
        text: "May we call?".into(),
    });
    pressed.forwarded = true;
    let rows = read(&pressed, &Look::plain(62));
    assert_eq!(rows, ["↪ forwarded", "▏anna (you): May we call?", "[button] Yes"]);
}

#[test]
fn an_order_fits_a_narrow_pane() {
    let order = json!({"order": {"items": [{"product": "A-VERY-LONG-PRODUCT-NUMBER-0001", "quantity": 3, "price": 5, "currency": "EUR"}],
        "sums": [{"amount": 15, "currency": "EUR"}]}});
    let mut look = Look::plain(32);
    (look.language, look.unicode) = (Language::It, false);
    let rows = read(&sent("order", "[order]", order), &look);
    assert_eq!(
        rows,
        ["[ordine]", "3 x A-VERY-LONG-PRODU~  15 EUR", "    totale              15 EUR"]
    );
}

#[test]
fn hostile_values_stay_on_their_row_and_harmless() {
    let evil = "a\u{1b}]52;c;Zm9v\u{7}\n\u{202e}b";
    let details = json!({
        "location": {"latitude": 1, "longitude": 2, "name": evil, "address": evil, "url": evil},
        "cards": [{"name": evil, "phones": [evil], "emails": [evil], "company": evil}],
        "choice": {"id": evil, "title": evil, "description": evil},
        "answers": [{"name": evil, "value": evil}],
        "order": {"catalog": evil, "items": [{"product": evil, "quantity": -3, "price": 1e300, "currency": evil}],
            "sums": [{"amount": -1e300, "currency": evil}]},
        "change": {"what": evil, "from": evil, "to": evil},
        "unsupported": evil,
        "fault": {"code": 1, "title": evil},
        "referral": {"source": evil, "headline": evil, "body": evil, "url": evil, "media": evil, "media_url": evil},
        "product": {"product": evil},
        "member": {"name": evil, "phone": evil, "user_id": evil},
    });
    for columns in [3, 12, 80, 300] {
        for kind in ["location", "unsupported", "order", "hologram", evil] {
            let rows = read(&sent(kind, "", details.clone()), &Look::plain(columns));
            assert!(rows.len() > 10);
            for row in rows {
                assert!(!row.chars().any(|c| is_hostile(c) || c == '\n'), "{row:?}");
            }
        }
    }
}

#[test]
fn where_only_a_beginning_came_it_is_told_how_much_there_is_and_how_to_get_it() {
    let mut long = sent("text", "Dear friends", json!({}));
    (long.cut, long.ticket) = (Some(2_960_000), Some(TicketNumber(17)));
    for (language, more) in [
        (Language::En, "… 2.9 MB in all; `guichet thread 17 --json` has it whole"),
        (Language::It, "… 2.9 MB in tutto; `guichet thread 17 --json` lo dà intero"),
        (Language::Pt, "… 2.9 MB ao todo; `guichet thread 17 --json` traz tudo"),
        (Language::Es, "… 2.9 MB en total; `guichet thread 17 --json` lo da entero"),
    ] {
        let mut look = Look::plain(80);
        look.language = language;
        assert_eq!(read(&long, &look), ["Dear friends", more]);
    }
    let note = EntryView { kind: EntryKind::Note, cut: Some(20_000), ..long };
    let rows = read(&note, &Look::plain(80));
    assert_eq!(
        rows.last().map(String::as_str),
        Some("… 20 kB in all; `guichet thread 17 --json` has it whole")
    );
}

#[test]
fn how_a_message_came_stands_beside_who_sent_it() {
    let head = |source: Option<&str>, author: &str| {
        let mut sent = entry(1, EntryKind::Message, author, "ciao").entry;
        sent.source = source.map(str::to_owned);
        let before = Before { head: true, ..Before::default() };
        let mut look = Look::plain(80);
        look.language = Language::It;
        let block = Block::build(&sent, before, None, &look);
        block.rows[0].pieces.iter().map(|(_, text)| text.as_str()).collect::<String>()
    };
    for (source, author, words) in [
        (Some("standby"), "customer", "all'agente della piattaforma"),
        (Some("history"), "customer", "importato dal telefono"),
        (Some("history"), "phone", "importato dal telefono"),
        // His name says it.
        (Some("standby"), "platform", ""),
        (Some("of tomorrow"), "customer", ""),
        (None, "customer", ""),
    ] {
        let said = head(source, author);
        let (_, rest) = said.split_once(':').expect("the time");
        assert_eq!(rest[2..].trim(), words, "{source:?} {author}");
    }
}

#[test]
fn a_message_that_came_otherwise_begins_with_its_sender() {
    let said = |key, source: Option<&str>| {
        let mut sent = entry(key, EntryKind::Message, "customer", "ciao");
        sent.entry.source = source.map(str::to_owned);
        sent
    };
    let all = [said(1, None), said(2, None), said(3, Some("standby")), said(4, Some("standby"))];
    let mut lines = Lines::default();
    lines.lay(&Look::plain(80), all.iter(), None, &Previews::default());
    let heads: Vec<_> = (0..4).map(|nth| lines.block(nth).expect("a block").before.head).collect();
    assert_eq!(heads, [true, false, true, false]);
}
