//! What the platform answers when it is asked: pages of templates, the status of a number.

use super::lenient::{Scalar, mended};
use super::platform::{FilePlace, Posting};
use super::template::{Button, Card, FileKind, Header, Offer, Status, Template, variables};
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value;

/// One page of templates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplatePage {
    /// The templates that have a name and a language.
    pub templates: Vec<Template>,
    /// Where the next page begins; `None` on the last.
    pub after: Option<String>,
}

impl TemplatePage {
    /// Reads a page; `None` if the text is no such answer.
    pub fn from_json(json: &str) -> Option<Self> {
        let page: Value = mended(json, |json| serde_json::from_str(json)).ok()?;
        let paging = &page["paging"];
        Some(Self {
            templates: page["data"].as_array()?.iter().filter_map(template).collect(),
            // The cursor also stands on the last page; only `next` tells that there is more.
            after: paging["next"].is_string().then(|| word(&paging["cursors"]["after"])).flatten(),
        })
    }
}

/// What the platform says about one of our numbers (page "messaging-limits"); every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberStatus {
    /// The number as people write it.
    pub display_phone_number: Option<String>,
    /// The name that customers see.
    pub verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub quality_rating: Option<String>,
    /// `STANDARD` (80 messages a second), `HIGH` (1,000), `NOT_APPLICABLE`.
    pub throughput: Option<String>,
    /// New recipients outside windows in 24 hours, for the whole portfolio: `TIER_250`, `TIER_2K`, ...
    pub messaging_limit: Option<String>,
    /// `VERIFIED`, `NOT_VERIFIED`, `EXPIRED`.
    pub code_verification_status: Option<String>,
    /// Whether the number's name is approved.
    pub name_status: Option<String>,
    /// Whether the number works at all: `CONNECTED`, `PENDING`, `BANNED`, ...
    pub status: Option<String>,
}

/// The fields to ask for.
pub(super) const NUMBER_FIELDS: &str = "display_phone_number,verified_name,quality_rating,throughput,whatsapp_business_manager_messaging_limit,code_verification_status,name_status,status";
/// The fields to ask for.
pub(super) const TEMPLATE_FIELDS: &str =
    "id,name,language,status,category,parameter_format,components,quality_score,rejected_reason";

impl NumberStatus {
    /// Reads the answer; `None` if the text is no object.
    pub fn from_json(json: &str) -> Option<Self> {
        let number: Value = mended(json, |json| serde_json::from_str(json)).ok()?;
        number.is_object().then(|| Self {
            display_phone_number: word(&number["display_phone_number"]),
            verified_name: word(&number["verified_name"]),
            quality_rating: word(&number["quality_rating"]),
            throughput: word(&number["throughput"]["level"])
                .or_else(|| word(&number["throughput"])),
            messaging_limit: word(&number["whatsapp_business_manager_messaging_limit"]),
            code_verification_status: word(&number["code_verification_status"]),
            name_status: word(&number["name_status"]),
            status: word(&number["status"]),
        })
    }
}

/// Where a file lies. Its size comes as a number or as text.
pub(super) fn file_place(json: &str) -> Option<FilePlace> {
    let answer: Value = mended(json, |json| serde_json::from_str(json)).ok()?;
    let size = &answer["file_size"];
    Some(FilePlace {
        url: word(&answer["url"])?,
        mime_type: word(&answer["mime_type"]),
        sha256: word(&answer["sha256"]),
        bytes: size.as_u64().or_else(|| size.as_str()?.parse().ok()),
    })
}

/// How webhooks are posted; nothing if nowhere.
pub(super) fn posting(json: &str) -> Option<Posting> {
    let setup: Value = serde_json::from_str(json).ok()?;
    let header = |(name, value): (&String, &Value)| -> Option<(HeaderName, HeaderValue)> {
        Some((name.parse().ok()?, value.as_str()?.parse().ok()?))
    };
    let headers = setup["headers"].as_object();
    let headers = headers.map(|headers| headers.iter().filter_map(header).collect());
    Some(Posting { url: word(&setup["url"])?, headers })
}

/// The id of a file that was handed in.
pub(super) fn file_id(json: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(json).ok()?;
    let id = &answer["id"];
    word(id).or_else(|| id.as_u64().map(|id| id.to_string()))
}

/// The id of an accepted message, and its `message_status` where there is one.
pub(super) fn accepted(json: &str) -> Option<(String, Option<String>)> {
    let answer: Value = serde_json::from_str(json).ok()?;
    let message = answer["messages"].as_array()?.first()?;
    Some((word(&message["id"])?, word(&message["message_status"])))
}

/// A member as text, unless it is empty, absent or no scalar.
pub(super) fn word(value: &Value) -> Option<String> {
    <Scalar<'_> as serde::Deserialize>::deserialize(value).ok()?.filled()
}

fn template(value: &Value) -> Option<Template> {
    let mut template = Template {
        id: word(&value["id"]),
        name: word(&value["name"])?,
        language: word(&value["language"])?,
        status: Status::from_word(&word(&value["status"]).unwrap_or_default()),
        category: word(&value["category"]).unwrap_or_default(),
        named: value["parameter_format"]
            .as_str()
            .is_some_and(|format| format.eq_ignore_ascii_case("named")),
        quality: word(&value["quality_score"]["score"]).or_else(|| word(&value["quality_score"])),
        rejected_reason: word(&value["rejected_reason"]).filter(|reason| reason != "NONE"),
        ..Template::default()
    };
    for part in value["components"].as_array().into_iter().flatten() {
        let kind = word(&part["type"]).unwrap_or_default().to_uppercase();
        let text = || word(&part["text"]).unwrap_or_default();
        match kind.as_str() {
            "HEADER" => template.header = Some(header(part, text())),
            "BODY" => {
                template.body = text();
                template.body_examples = body_examples(part, &template.body);
            }
            "FOOTER" => template.footer = word(&part["text"]),
            "BUTTONS" => {
                let buttons = part["buttons"].as_array().into_iter().flatten();
                template.buttons = buttons.map(button).collect();
            }
            "LIMITED_TIME_OFFER" => {
                let offer = &part["limited_time_offer"];
                let ends = offer["has_expiration"].as_bool().unwrap_or_default();
                template.offer =
                    Some(Offer { text: word(&offer["text"]).unwrap_or_default(), ends });
            }
            "CAROUSEL" if part["cards"].is_array() => {
                let cards = part["cards"].as_array().into_iter().flatten();
                for read in cards.map(card) {
                    match read {
                        Ok(card) => template.cards.push(card),
                        Err(kind) => template.other_parts.push(kind),
                    }
                }
            }
            _ => template.other_parts.push(kind),
        }
    }
    Some(template)
}

fn header(part: &Value, text: String) -> Header {
    let example = &part["example"];
    match word(&part["format"]).unwrap_or_else(|| "TEXT".to_owned()).to_uppercase().as_str() {
        "TEXT" => Header::Text {
            text,
            example: word(&example["header_text"][0])
                .or_else(|| word(&example["header_text_named_params"][0]["example"])),
        },
        "IMAGE" => Header::File(FileKind::Image),
        "VIDEO" => Header::File(FileKind::Video),
        "DOCUMENT" => Header::File(FileKind::Document),
        "LOCATION" => Header::Place,
        other => Header::Other(other.to_owned()),
    }
}

/// A card of a carousel; the kind of what it has that cannot be filled in here.
fn card(value: &Value) -> Result<Card, String> {
    let mut card = Card::default();
    for part in value["components"].as_array().into_iter().flatten() {
        let kind = word(&part["type"]).unwrap_or_default().to_uppercase();
        match kind.as_str() {
            "HEADER" => match header(part, String::new()) {
                Header::File(kind) => card.header = Some(kind),
                Header::Other(kind) => return Err(kind),
                Header::Text { .. } | Header::Place => return Err(kind),
            },
            "BODY" => {
                card.body = word(&part["text"]).unwrap_or_default();
                card.body_examples = body_examples(part, &card.body);
            }
            "BUTTONS" => {
                let buttons = part["buttons"].as_array().into_iter().flatten();
                card.buttons = buttons.map(button).collect();
            }
            _ => return Err(kind),
        }
    }
    Ok(card)
}

fn body_examples(part: &Value, body: &str) -> Vec<String> {
    let named = part["example"]["body_text_named_params"].as_array();
    match named {
        Some(named) => {
            let example = |name: &str| {
                let found = named.iter().find(|example| example["param_name"] == *name);
                found.and_then(|example| word(&example["example"])).unwrap_or_default()
            };
            variables(body).into_iter().map(example).collect()
        }
        None => {
            let numbered = part["example"]["body_text"][0].as_array().into_iter().flatten();
            numbered.map(|example| word(example).unwrap_or_default()).collect()
        }
    }
}

fn button(value: &Value) -> Button {
    Button {
        kind: word(&value["type"]).unwrap_or_default().to_uppercase(),
        text: word(&value["text"]).unwrap_or_default(),
        url: word(&value["url"]),
        example: word(&value["example"][0]).or_else(|| word(&value["example"])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_of_templates_is_read_and_a_nameless_one_left_out() {
        let page = json!({
            "data": [
                {"id": 7, "name": "order", "language": "it", "status": "APPROVED", "category": "UTILITY", "parameter_format": "NAMED",
                 "quality_score": {"score": "GREEN", "date": 1}, "rejected_reason": "NONE", "components": [
                    {"type": "HEADER", "format": "TEXT", "text": "{{shop}}", "example": {"header_text_named_params": [{"param_name": "shop", "example": "S"}]}},
                    {"type": "BODY", "text": "{{b}} {{a}}", "example": {"body_text_named_params": [{"param_name": "a", "example": "1"}, {"param_name": "b", "example": "2"}]}},
                    {"type": "FOOTER", "text": "f"},
                    {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "t", "url": "https://x.example/{{1}}", "example": ["https://x.example/7"]}]},
                    {"type": "CAROUSEL"}]},
                {"language": "it"}, 5,
                {"name": "hi", "language": "en_US", "components": [{"type": "body", "text": "{{1}}", "example": {"body_text": [["Jo"]]}},
                    {"type": "HEADER", "format": "LOCATION"},
                    {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Now", "has_expiration": true}},
                    {"type": "CAROUSEL", "cards": [
                        {"components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "{{1}}", "example": {"body_text": [["x"]]}},
                            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "t"}]}]},
                        {"components": [{"type": "HEADER", "format": "PRODUCT"}]}]}]}],
            "paging": {"cursors": {"before": "A", "after": "B"}, "next": "https://elsewhere.example/?access_token=secret"}});
        let page = TemplatePage::from_json(&page.to_string()).expect("a page");
        assert_eq!(page.after.as_deref(), Some("B"));
        let [order, hi] = &page.templates[..] else { panic!("{page:?}") };
        assert!(order.named && order.status == Status::Approved);
        assert_eq!(order.id.as_deref(), Some("7"));
        assert_eq!((order.quality.as_deref(), &order.rejected_reason), (Some("GREEN"), &None));
        assert_eq!(
            order.header,
            Some(Header::Text { text: "{{shop}}".into(), example: Some("S".into()) })
        );
        assert_eq!(order.body_examples, ["2", "1"]);
        assert_eq!(order.buttons[0].example.as_deref(), Some("https://x.example/7"));
        assert_eq!(order.other_parts, ["CAROUSEL"]);
        assert_eq!(
            (&hi.status, hi.named, &hi.body_examples[..]),
            (&Status::Missing, false, &["Jo".to_owned()][..])
        );
        assert_eq!(hi.header, Some(Header::Place));
        assert_eq!(hi.offer, Some(Offer { text: "Now".into(), ends: true }));
        let [card] = &hi.cards[..] else { panic!("{:?}", hi.cards) };
        assert_eq!(
            (card.header, &card.body_examples[..]),
            (Some(FileKind::Image), &["x".to_owned()][..])
        );
        assert_eq!((card.buttons.len(), &hi.other_parts[..]), (1, &["PRODUCT".to_owned()][..]));
        let last = r#"{"data":[],"paging":{"cursors":{"after":"B"}}}"#;
        assert_eq!(TemplatePage::from_json(last), Some(TemplatePage::default()));
        assert_eq!(TemplatePage::from_json("<html>"), None);
        assert_eq!(TemplatePage::from_json("{}"), None);
    }

    #[test]
    fn a_number_is_read_with_what_it_says() {
        let number = NumberStatus::from_json(
            r#"{"quality_rating":"GREEN","throughput":{"level":"STANDARD"},"id":"1001",
            "whatsapp_business_manager_messaging_limit":"TIER_250","verified_name":null}"#,
        )
        .expect("a number");
        assert_eq!(number.throughput.as_deref(), Some("STANDARD"));
        assert_eq!(
            (number.messaging_limit.as_deref(), number.verified_name),
            (Some("TIER_250"), None)
        );
        assert_eq!(NumberStatus::from_json("[]"), None);
    }

    #[test]
    fn an_acceptance_needs_an_id() {
        let body = r#"{"messages":[{"id":"wamid.1","message_status":"accepted"}]}"#;
        assert_eq!(accepted(body), Some(("wamid.1".into(), Some("accepted".into()))));
        for body in ["", "{}", r#"{"messages":[]}"#, r#"{"messages":[{"id":""}]}"#] {
            assert_eq!(accepted(body), None, "{body}");
        }
    }
}
