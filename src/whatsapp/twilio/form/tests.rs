//! Forms as Twilio posts them, and what they say.

use super::*;
use crate::whatsapp::webhook::{Content, Fact, Item, State, parse};
use reqwest::header::HeaderMap;

const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);

fn body(target: &str, form: &[(&str, &str)]) -> Vec<u8> {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let headers = HeaderMap::new();
    let post = Post { target, headers: &headers, body: form.as_bytes() };
    envelope(&super::super::access(), &post, NOW).into_owned()
}

/// A message of a customer with these fields more.
fn message<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("AccountSid", "AC00000000000000000000000000000001"),
        ("MessageSid", "SM1"),
        ("SmsSid", "SM1"),
        ("SmsStatus", "received"),
        ("From", "whatsapp:+393331234567"),
        ("To", "whatsapp:+14155238886"),
        ("ProfileName", "Anna è"),
        ("WaId", "393331234567"),
        ("ExternalUserId", "whatsapp:IT.123"),
        ("NumMedia", "0"),
        ("ApiVersion", "2010-04-01"),
    ];
    form.extend(more);
    form
}

fn facts(body: &[u8]) -> Vec<Fact> {
    let items: Vec<Item<'_>> = parse(body).expect("a webhook");
    items
        .into_iter()
        .map(|item| {
            assert_eq!(item.origin.phone_number_id.as_deref(), Some("14155238886"));
            item.fact
        })
        .collect()
}

fn content(more: &[(&str, &str)]) -> Content {
    let body = body("/webhooks/twilio/shop", &message(more));
    let facts = facts(&body);
    let [Fact::Message(message)] = &facts[..] else { panic!("{more:?}") };
    message.content.clone()
}

#[test]
fn a_message_has_its_sender_and_what_it_answers() {
    let form = message(&[
        ("Body", "Ciao & così, 100%+1"),
        ("OriginalRepliedMessageSid", "SM0"),
        ("OriginalRepliedMessageSender", "whatsapp:+14155238886"),
        ("Forwarded", "true"),
        ("ReferralSourceType", "ad"),
        ("ReferralHeadline", "Shoes"),
        ("ReferralCtwaClid", "c1"),
    ]);
    let body = body("/webhooks/twilio/shop", &form);
    let facts = facts(&body);
    let [Fact::Message(message)] = &facts[..] else { panic!("a message") };
    assert_eq!((message.id.as_str(), message.timestamp), ("SM1", NOW));
    assert_eq!(message.content, Content::Text("Ciao & così, 100%+1".into()));
    let customer = message.customer.clone().expect("a customer");
    assert_eq!(customer.phone.as_deref(), Some("393331234567"));
    assert_eq!(customer.user_id.as_deref(), Some("IT.123"));
    assert_eq!(customer.name.as_deref(), Some("Anna è"));
    let context = message.context.as_deref().expect("a context");
    assert_eq!((context.id.as_deref(), context.forwarded), (Some("SM0"), true));
    let referral = message.referral.as_deref().expect("a referral");
    assert_eq!(referral.headline.as_deref(), Some("Shoes"));
    assert_eq!(referral.click_id.as_deref(), Some("c1"));
}

#[test]
fn a_customer_without_a_number_has_his_user_id() {
    let mut form = message(&[("Body", "x")]);
    form.retain(|(name, _)| !matches!(*name, "WaId" | "ExternalUserId" | "From"));
    form.push(("From", "whatsapp:BR.999"));
    let body = body("/webhooks/twilio/shop", &form);
    let facts = facts(&body);
    let [Fact::Message(message)] = &facts[..] else { panic!("a message") };
    let customer = message.customer.clone().expect("a customer");
    assert_eq!((customer.phone, customer.user_id.as_deref()), (None, Some("BR.999")));
}

#[test]
fn each_kind_is_told_apart() {
    let place = content(&[
        ("Latitude", "45.5"),
        ("Longitude", "-9.25"),
        ("Label", "Shop"),
        ("Address", "Via Roma 1"),
    ]);
    let Content::Location(place) = place else { panic!("{place:?}") };
    assert_eq!((place.latitude, place.longitude), (45.5, -9.25));
    assert_eq!(place.name.as_deref(), Some("Shop"));
    assert_eq!(
        content(&[("Body", "Yes"), ("ButtonText", "Yes"), ("ButtonPayload", "yes-1")]),
        Content::Button { payload: "yes-1".into(), text: "Yes".into() }
    );
    let chosen = content(&[("Body", "Blue"), ("ListId", "b"), ("ListTitle", "Blue")]);
    assert!(matches!(&chosen, Content::ListReply(choice) if choice.id == "b"), "{chosen:?}");
    let other = content(&[("MessageType", "reaction")]);
    assert_eq!(other, Content::Unsupported { what: Some("reaction".into()) });
    for (mime, told, kind) in [
        ("image/jpeg", "image", "image"),
        ("image/webp", "sticker", "sticker"),
        ("video/mp4", "video", "video"),
        ("audio/ogg", "audio", "voice"),
        ("audio/mpeg", "audio", "audio"),
        ("application/pdf", "document", "document"),
        ("image/png", "document", "document"),
        ("text/vcard", "contacts", "document"),
        ("", "", "document"),
    ] {
        let said = content(&[
            ("Body", "words"),
            ("NumMedia", "1"),
            ("MediaUrl0", "https://api.twilio.com/x"),
            ("MediaContentType0", mime),
            ("MessageType", told),
        ]);
        let (was, media) = match &said {
            Content::Image(media) => ("image", media),
            Content::Video(media) => ("video", media),
            Content::Audio { media, voice } => (if *voice { "voice" } else { "audio" }, media),
            Content::Document(media) => ("document", media),
            Content::Sticker(media) => ("sticker", media),
            other => panic!("{other:?}"),
        };
        assert_eq!((was, media.url.as_deref()), (kind, Some("https://api.twilio.com/x")));
        let words = if kind == "document" { &media.filename } else { &media.caption };
        assert_eq!((words.as_deref(), &media.id), (Some("words"), &None));
    }
}

#[test]
fn each_further_file_is_a_message_of_its_own() {
    let form = message(&[
        ("Body", "words"),
        ("NumMedia", "2"),
        ("MediaUrl0", "https://api.twilio.com/a"),
        ("MediaContentType0", "image/png"),
        ("MediaUrl1", "https://api.twilio.com/b"),
        ("MediaContentType1", "image/png"),
    ]);
    let facts = facts(&body("/webhooks/twilio/shop", &form));
    let [Fact::Message(one), Fact::Message(two)] = &facts[..] else { panic!("{facts:?}") };
    assert_eq!((one.id.as_str(), two.id.as_str()), ("SM1", "SM1:1"));
    assert_eq!((one.content.text(), two.content.text()), (Some("words"), None));
}

#[test]
fn files_are_those_whose_addresses_are_there() {
    let (a, b) = ("https://api.twilio.com/a", "https://api.twilio.com/b");
    for (fields, urls) in [
        // What is said of their number counts for nothing: absent, too small, too large, no number.
        (vec![("MediaUrl0", a)], vec![a]),
        (vec![("NumMedia", "0"), ("MediaUrl0", a)], vec![a]),
        (vec![("NumMedia", "1.0"), ("MediaUrl0", a)], vec![a]),
        (vec![("NumMedia", "9"), ("MediaUrl0", a), ("MediaUrl1", b)], vec![a, b]),
        (vec![("NumMedia", "two"), ("MediaUrl0", a), ("MediaUrl1", b)], vec![a, b]),
        // The second without the first.
        (vec![("NumMedia", "1"), ("MediaUrl1", b)], vec![b]),
        (vec![("NumMedia", "2"), ("MediaUrl0", ""), ("MediaUrl1", b)], vec![b]),
    ] {
        let mut form = message(&[("Body", "words")]);
        form.retain(|(name, _)| *name != "NumMedia");
        form.extend(&fields);
        let facts = facts(&body("/webhooks/twilio/shop", &form));
        let said: Vec<_> = facts
            .iter()
            .map(|fact| match fact {
                Fact::Message(message) => {
                    let Content::Document(of) = &message.content else { panic!("{message:?}") };
                    let url = of.url.as_deref().unwrap_or_default();
                    (message.id.as_str(), url, of.filename.as_deref())
                }
                other => panic!("{fields:?}: {other:?}"),
            })
            .collect();
        let wanted = [("SM1", Some("words")), ("SM1:1", None)];
        let wanted: Vec<_> =
            urls.iter().zip(wanted).map(|(url, (id, words))| (id, *url, words)).collect();
        assert_eq!(said, wanted, "{fields:?}");
    }
    // A file that is counted and has no address: what was said beside it is not lost.
    assert_eq!(content(&[("NumMedia", "1"), ("Body", "ciao")]), Content::Text("ciao".into()));
}

#[test]
fn names_and_spellings_are_taken_as_they_come() {
    let mut form = message(&[("Body", "x"), ("Forwarded", "1")]);
    form.retain(|(name, _)| !matches!(*name, "MessageSid" | "From" | "WaId"));
    // An address whose plus was not escaped.
    form.push(("From", "whatsapp: 393331234567"));
    let told = facts(&body("/webhooks/twilio/shop", &form));
    let [Fact::Message(message)] = &told[..] else { panic!("{told:?}") };
    assert_eq!(message.id, "SM1");
    let customer = message.customer.clone().expect("a customer");
    assert_eq!(customer.phone.as_deref(), Some("393331234567"));
    assert!(message.context.as_deref().expect("a context").forwarded);

    let status = |word: &str| {
        let form = [
            ("SmsSid", "SM9"),
            ("SmsStatus", word),
            ("From", "whatsapp:+14155238886"),
            ("To", "whatsapp:+393331234567"),
        ];
        facts(&body("/webhooks/twilio/shop?outbox=7.9", &form))
    };
    assert!(matches!(&status("read")[..], [Fact::Status(of)] if of.id == "SM9"));
    let novel = body(
        "/webhooks/twilio/shop",
        &[
            ("SmsSid", "SM9"),
            ("SmsStatus", "novel"),
            ("From", "whatsapp:+393331234567"),
            ("To", "whatsapp:+14155238886"),
            ("Body", "x"),
        ],
    );
    assert!(matches!(&facts(&novel)[..], [Fact::Message(_)]), "a message stays one");
}

#[test]
fn a_status_finds_its_message_by_the_address() {
    let status = |word: &str, code: &str| {
        let form = [
            ("MessageSid", "SM9"),
            ("MessageStatus", word),
            ("SmsStatus", word),
            ("From", "whatsapp:+14155238886"),
            ("To", "whatsapp:+393331234567"),
            ("ErrorCode", code),
            ("ChannelStatusMessage", "told"),
        ];
        facts(&body("/webhooks/twilio/shop?outbox=7.9", &form))
    };
    for (word, state) in [
        ("sent", State::Sent),
        ("delivered", State::Delivered),
        ("read", State::Read),
        ("failed", State::Failed),
        ("undelivered", State::Failed),
        ("canceled", State::Failed),
    ] {
        let facts = status(word, if state == State::Failed { "63016" } else { "" });
        let [Fact::Status(status)] = &facts[..] else { panic!("{facts:?}") };
        assert_eq!((&status.state, status.id.as_str()), (&state, "SM9"));
        assert_eq!(status.callback.as_deref(), Some("7.9"));
        assert_eq!(status.recipient_id.as_deref(), Some("393331234567"));
        let codes: Vec<_> = status.errors.iter().map(|error| error.code).collect();
        let wanted: &[u32] = if state == State::Failed { &[131_047] } else { &[] };
        assert_eq!(codes, wanted);
    }
    for word in ["queued", "accepted", "sending", "scheduled"] {
        assert!(status(word, "").is_empty(), "{word} tells nothing new");
    }
    let facts = status("novel", "");
    assert!(
        matches!(&facts[..], [Fact::Status(status)] if status.state == State::Other("unknown".into())),
        "{facts:?}"
    );
}

#[test]
fn what_is_no_message_of_whatsapp_is_kept_as_not_understood() {
    let form = [("MessageSid", "SM1"), ("From", "+393331234567"), ("Body", "an SMS")];
    let facts = facts(&body("/webhooks/twilio/shop", &form));
    assert!(matches!(&facts[..], [Fact::Unknown { .. }]), "{facts:?}");
    assert_eq!(body("/webhooks/twilio/shop", &[]), PROBE);
}

proptest::proptest! {
    #[test]
    fn any_form_is_a_webhook(form in proptest::collection::vec((
        proptest::sample::select(vec![
            "MessageSid", "SmsSid", "MessageStatus", "SmsStatus", "From", "To", "Body", "NumMedia",
            "MediaUrl0", "MediaUrl1", "MediaContentType0", "Latitude", "Longitude", "ErrorCode", "ListId", "Forwarded",
        ]),
        "\\PC{0,12}|whatsapp:\\+?[0-9A-Z.]{0,12}|sent|failed|63016",
    ), 0..8)) {
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = body("/webhooks/twilio/shop?outbox=1.1", &form);
        proptest::prop_assert!(parse(&body).is_ok());
    }
}
