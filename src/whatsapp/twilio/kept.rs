//! Twilio's list of messages, in the words of its webhooks: twilio.com/docs/messaging/api/message-resource.
//!
//! It tells less than a webhook: of a place, a quoted message, a button's payload and the customer's name there is
//! nothing.

use super::super::archive::{Kept, Page};
use super::super::listing::word;
use super::super::send::Recipient;
use super::is_sid;
use crate::kit::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// One page of the list; nothing if it is none. What is no message of a customer's over WhatsApp is left out.
pub(super) fn page(json: &str) -> Option<Page<Kept>> {
    let page: Value = serde_json::from_str(json).ok()?;
    let messages = page["messages"].as_array()?.iter().filter_map(kept).collect();
    Some(Page { messages, next: word(&page["next_page_uri"]) })
}

fn kept(message: &Value) -> Option<Kept> {
    let text = |name: &str| word(&message[name]);
    let id = text("sid").filter(|sid| is_sid("SM", sid) || is_sid("MM", sid))?;
    if text("direction")? != "inbound" {
        return None;
    }
    let address = text("from")?;
    let from = address.strip_prefix("whatsapp:")?;
    let from = match from.strip_prefix('+') {
        Some(digits) => Recipient::Phone(digits.to_owned()),
        None => Recipient::UserId(from.to_owned()),
    };
    let at = date(&text("date_sent").or_else(|| text("date_created"))?)?;
    let files = &message["num_media"];
    let files = files.as_u64().or_else(|| files.as_str()?.trim().parse().ok()).unwrap_or(0);
    let names = [
        ("AccountSid", "account_sid"),
        ("MessageSid", "sid"),
        ("From", "from"),
        ("To", "to"),
        ("Body", "body"),
    ];
    let fields = names.into_iter().filter_map(|(name, told)| Some((name.to_owned(), text(told)?)));
    let mut fields: BTreeMap<_, _> = fields.collect();
    fields.insert("SmsStatus".to_owned(), "received".to_owned());
    Some(Kept { id, from, at, files: usize::try_from(files).unwrap_or(usize::MAX), fields })
}

/// How far a message that was sent is.
pub(super) struct Told {
    /// The fields of a status.
    pub(super) fields: BTreeMap<String, String>,
    /// When the message was taken.
    pub(super) at: Timestamp,
    /// Since when it is so far.
    pub(super) since: Timestamp,
    /// Its words.
    pub(super) text: String,
}

/// What of one page of the list was sent over WhatsApp; nothing if it is no page.
pub(super) fn sent(json: &str) -> Option<Page<Told>> {
    let page: Value = serde_json::from_str(json).ok()?;
    let messages = page["messages"].as_array()?;
    let sent = messages.iter().filter_map(|message| {
        let text = |name: &str| word(&message[name]);
        let sid = text("sid")?;
        let ours = is_sid("SM", &sid) || is_sid("MM", &sid);
        if !ours || !text("direction")?.starts_with("outbound") {
            return None;
        }
        let at = date(&text("date_created")?)?;
        let names = [
            ("AccountSid", "account_sid"),
            ("MessageSid", "sid"),
            ("MessageStatus", "status"),
            ("From", "from"),
            ("To", "to"),
            ("ChannelStatusMessage", "error_message"),
        ];
        let told = names.into_iter();
        let told = told.filter_map(|(name, of)| Some((name.to_owned(), text(of)?)));
        let mut fields: BTreeMap<_, _> = told.collect();
        if let Some(code) = message["error_code"].as_u64() {
            fields.insert("ErrorCode".to_owned(), code.to_string());
        }
        let since = text("date_updated").and_then(|text| date(&text)).unwrap_or(at);
        Some(Told { fields, at, since, text: text("body").unwrap_or_default() })
    });
    Some(Page { messages: sent.collect(), next: word(&page["next_page_uri"]) })
}

/// The files of a message, as their webhook names them: address and type. `root` makes an address of a path.
pub(super) fn files(
    json: &str,
    root: impl Fn(&str) -> Option<String>,
) -> Option<Vec<(String, String)>> {
    let page: Value = serde_json::from_str(json).ok()?;
    let files = page["media_list"].as_array()?.iter().filter_map(|file| {
        let uri = word(&file["uri"])?;
        let url = root(uri.strip_suffix(".json").unwrap_or(&uri))?;
        Some((url, word(&file["content_type"]).unwrap_or_default()))
    });
    Some(files.collect())
}

/// A date as the API writes it, such as `Thu, 24 Aug 2023 05:01:45 +0000`.
fn date(text: &str) -> Option<Timestamp> {
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp().into())
}

/// A date as the API takes it in a question.
pub(super) fn asked(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SID: &str = "SM00000000000000000000000000000001";

    fn listed(more: Value) -> Value {
        let mut message = json!({
            "sid": SID, "account_sid": "AC1", "direction": "inbound", "status": "received",
            "from": "whatsapp:+393331234567", "to": "whatsapp:+14155238886", "body": "ciao",
            "num_media": "0", "date_sent": "Thu, 24 Aug 2023 05:01:45 +0000",
            "date_created": "Thu, 24 Aug 2023 05:01:44 +0000", "error_code": null,
        });
        for (name, value) in more.as_object().expect("an object") {
            message[name] = value.clone();
        }
        message
    }

    fn read(messages: &[Value]) -> Vec<Kept> {
        let json = json!({ "messages": messages, "next_page_uri": null }).to_string();
        page(&json).expect("a page").messages
    }

    #[test]
    fn a_message_is_told_in_the_words_of_its_webhook() {
        let [kept] = &read(&[listed(json!({}))])[..] else { panic!("one") };
        assert_eq!((kept.id.as_str(), kept.files), (SID, 0));
        assert_eq!(kept.from, Recipient::Phone("393331234567".into()));
        assert_eq!(kept.at, Timestamp::from_secs(1_692_853_305));
        let fields: Vec<_> =
            kept.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            fields,
            [
                ("AccountSid", "AC1"),
                ("Body", "ciao"),
                ("From", "whatsapp:+393331234567"),
                ("MessageSid", SID),
                ("SmsStatus", "received"),
                ("To", "whatsapp:+14155238886"),
            ]
        );
        assert_eq!(asked(kept.at), "2023-08-24T05:01:45Z");
    }

    #[test]
    fn only_what_customers_wrote_over_whatsapp_is_taken() {
        for (more, files) in [
            (json!({}), Some(0)),
            (json!({"num_media": "2"}), Some(2)),
            (json!({"num_media": 1}), Some(1)),
            (json!({"num_media": null}), Some(0)),
            (json!({"date_sent": null}), Some(0)),
            (json!({"from": "whatsapp:IT.123"}), Some(0)),
            (json!({"direction": "outbound-api"}), None),
            (json!({"direction": null}), None),
            (json!({"from": "+393331234567"}), None),
            (json!({"sid": "x"}), None),
            (json!({"date_sent": "yesterday"}), None),
        ] {
            let read = read(&[listed(more.clone())]);
            assert_eq!(read.first().map(|kept| kept.files), files, "{more}");
        }
        for strange in ["", "{}", "[]", r#"{"messages": 1}"#] {
            assert_eq!(page(strange), None, "{strange}");
        }
    }

    #[test]
    fn what_was_sent_is_told_as_a_status() {
        let out = |more: Value| {
            let mut message = listed(json!({
                "direction": "outbound-api", "status": "undelivered", "error_code": 63016,
                "from": "whatsapp:+14155238886", "to": "whatsapp:+393331234567",
            }));
            for (name, value) in more.as_object().expect("an object") {
                message[name] = value.clone();
            }
            message
        };
        let read = |messages: &[Value], next: Option<&str>| {
            let json = json!({ "messages": messages, "next_page_uri": next }).to_string();
            sent(&json).expect("a page")
        };
        let [Told { fields, at, since, text }] = &read(&[out(json!({}))], None).messages[..] else {
            panic!("one")
        };
        assert_eq!((text.as_str(), *at), ("ciao", Timestamp::from_secs(1_692_853_304)));
        assert_eq!(since, at);
        let later = out(json!({"date_updated": "Thu, 24 Aug 2023 05:02:44 +0000"}));
        assert_eq!(read(&[later], None).messages[0].since, at.plus_secs(60));
        for (name, value) in
            [("MessageSid", SID), ("MessageStatus", "undelivered"), ("ErrorCode", "63016")]
        {
            assert_eq!(fields.get(name).map(String::as_str), Some(value));
        }
        for (message, taken) in [
            (out(json!({"direction": "outbound-reply"})), 1),
            (out(json!({"sid": "MM00000000000000000000000000000001"})), 1),
            (out(json!({"sid": "x"})), 0),
            (out(json!({"date_created": null})), 0),
            (listed(json!({})), 0),
        ] {
            assert_eq!(
                read(std::slice::from_ref(&message), None).messages.len(),
                taken,
                "{message}"
            );
        }
        let more = read(&[out(json!({}))], Some("/more"));
        assert_eq!(more.next.as_deref(), Some("/more"), "there may be another like it");
    }

    #[test]
    fn files_have_addresses_without_the_ending() {
        let json = json!({ "media_list": [
            { "sid": "ME1", "content_type": "image/png", "uri": "/v/Media/ME1.json" },
            { "sid": "ME2", "uri": "/v/Media/ME2" }, { "sid": "ME3" },
        ] });
        let root = |path: &str| Some(format!("https://t{path}"));
        let files = files(&json.to_string(), root).expect("a list");
        let file = |url: &str, mime: &str| (url.to_owned(), mime.to_owned());
        assert_eq!(
            files,
            [file("https://t/v/Media/ME1", "image/png"), file("https://t/v/Media/ME2", "")]
        );
    }

    proptest::proptest! {
        #[test]
        fn whatever_it_says_it_is_read_or_not(json in "\\PC{0,80}") {
            let _ = page(&json);
            let _ = files(&json, |path| Some(path.to_owned()));
        }
    }
}
