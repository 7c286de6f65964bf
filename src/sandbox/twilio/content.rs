//! The sandbox's templates as Twilio lists them: contents, whose variables are numbered through all parts.

use super::account;
use crate::sandbox::graph::{Answer, json_answer};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::request::{Content as Sent, Template as Asked};
use crate::sandbox::state::State;
use crate::sandbox::template::Template;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Contents on a page.
const PAGE: usize = 12;
/// What stands before the variable of a file.
const FILES: &str = "https://a.example/";

/// A content: its kind with its object, and the values that the platform's template takes for its variables.
struct Content {
    kind: &'static str,
    object: Value,
    /// The component of each variable, in their order: the variable 1 is the first.
    fills: Vec<Fill>,
}

#[derive(Clone, Debug, PartialEq)]
enum Fill {
    Header,
    File(&'static str),
    Body,
    Url(usize),
}

fn sid(template: &Template) -> String {
    format!("HX{:0>32}", template.id())
}

/// The same template as a content; nothing for one that Twilio does not have so.
fn content(template: &Template) -> Option<Content> {
    let mut fills = Vec::new();
    let mut object = json!({});
    let part = |kind: &str| template.components().iter().find(|part| part["type"] == kind);
    let known = ["HEADER", "BODY", "FOOTER", "BUTTONS"];
    if template.named()
        || template.components().iter().any(|part| !known.iter().any(|kind| part["type"] == *kind))
    {
        return None;
    }
    let renumbered = |text: &str, first: usize| {
        // From the highest on, so that no number is met twice.
        let count = text.matches("{{").count();
        (1..=count).rev().fold(text.to_owned(), |text, n| {
            text.replace(&format!("{{{{{n}}}}}"), &format!("{{{{{}}}}}", first + n))
        })
    };
    if let Some(header) = part("HEADER") {
        match header["format"].as_str()? {
            "TEXT" => {
                let text = header["text"].as_str()?;
                object["header_text"] = renumbered(text, fills.len()).into();
                fills.extend(text.matches("{{").map(|_| Fill::Header));
            }
            kind @ ("IMAGE" | "VIDEO" | "DOCUMENT") => {
                let (kind, end) = match kind {
                    "IMAGE" => ("image", ""),
                    "VIDEO" => ("video", ".mp4"),
                    _ => ("document", ".pdf"),
                };
                object["media"] = json!([format!("{FILES}{{{{{}}}}}{end}", fills.len() + 1)]);
                fills.push(Fill::File(kind));
            }
            _ => return None,
        }
    }
    let body = part("BODY")?["text"].as_str()?;
    object["body"] = renumbered(body, fills.len()).into();
    fills.extend(body.matches("{{").map(|_| Fill::Body));
    if let Some(footer) = part("FOOTER") {
        object["footer"] = footer["text"].clone();
    }
    let buttons = part("BUTTONS").and_then(|part| part["buttons"].as_array());
    let mut actions = Vec::new();
    for (at, button) in buttons.into_iter().flatten().enumerate() {
        let title = &button["text"];
        actions.push(match button["type"].as_str()? {
            "QUICK_REPLY" => json!({ "type": "QUICK_REPLY", "title": title, "id": title }),
            "URL" => {
                let url = button["url"].as_str()?;
                let shown = renumbered(url, fills.len());
                fills.extend(url.matches("{{").map(|_| Fill::Url(at)));
                json!({ "type": "URL", "title": title, "url": shown })
            }
            "PHONE_NUMBER" => {
                json!({ "type": "PHONE_NUMBER", "title": title, "phone": button["phone_number"] })
            }
            _ => return None,
        });
    }
    let rich = object.as_object().is_some_and(|object| object.len() > 1);
    let kind = match (rich, actions.is_empty()) {
        (false, true) => "twilio/text",
        _ => "whatsapp/card",
    };
    if !actions.is_empty() {
        object["actions"] = actions.into();
    }
    Some(Content { kind, object, fills })
}

/// `GET /v1/ContentAndApprovals`.
pub(super) fn list(state: &State, query: &str) -> Answer {
    let page: usize = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "Page")
        .and_then(|(_, page)| page.parse().ok())
        .unwrap_or(0);
    let mut all: Vec<Value> = state.with_world(|world| {
        let listed = |template: &Template| {
            let content = content(template)?;
            let example = |at: usize| ((at + 1).to_string(), Value::from("example"));
            let variables: Map<_, _> = (0..content.fills.len()).map(example).collect();
            Some(json!({
                "sid": sid(template), "account_sid": account(state),
                "friendly_name": format!("{} ({})", template.name, template.language),
                "language": template.language, "variables": variables,
                "types": { (content.kind): content.object },
                "approval_requests": {
                    "name": template.name, "category": template.category, "content_type": content.kind,
                    "status": template.status().to_lowercase(), "rejection_reason": "",
                },
            }))
        };
        world.catalogue.all().iter().filter_map(listed).collect()
    });
    all.extend(state.with_log(|log| {
        log.made.iter().map(|made| made.listed(account(state))).collect::<Vec<_>>()
    }));
    let contents: Vec<&Value> = all.iter().skip(page * PAGE).take(PAGE).collect();
    let more = (page + 1) * PAGE < all.len();
    let next = format!("{}/v1/ContentAndApprovals?PageSize={PAGE}&Page={}", state.base, page + 1);
    json_answer(&json!({
        "contents": contents,
        "meta": { "page": page, "page_size": PAGE, "next_page_url": more.then_some(next), "key": "contents" },
    }))
}

/// A content that the business made for what it sends inside the window; nothing if it is none of these.
pub(super) fn made(
    state: &State,
    wanted: &str,
    variables: &BTreeMap<String, String>,
) -> Result<Option<Sent>, Refusal> {
    let made = state.with_log(|log| {
        log.made.iter().find(|made| made.sid == wanted).map(super::rich::Made::content)
    });
    if made.is_some() && !variables.is_empty() {
        return Err(Refusal::new(63_028, "Number of parameters provided does not match"));
    }
    Ok(made)
}

/// The template that a content is, with the values of its variables: 21655 for an unknown one, 63028 for other
/// variables than it has.
pub(super) fn asked(
    state: &State,
    wanted: &str,
    variables: &BTreeMap<String, String>,
) -> Result<Asked, Refusal> {
    let unknown = || Refusal::new(21_655, "The ContentSid is invalid");
    let (name, language, content) = state
        .with_world(|world| {
            let template = world.catalogue.all().iter().find(|one| sid(one) == wanted)?;
            Some((template.name.clone(), template.language.clone(), content(template)?))
        })
        .ok_or_else(unknown)?;
    let mismatch = || Refusal::new(63_028, "Number of parameters provided does not match");
    if variables.len() != content.fills.len() {
        return Err(mismatch());
    }
    let mut components: Vec<Value> = Vec::new();
    let mut add = |kind: &str, url: Option<usize>, parameter: Value| {
        let index = url.map(|at| at.to_string());
        let known = components
            .iter_mut()
            .find(|one| one["type"] == kind && one["index"].as_str() == index.as_deref());
        if let Some(known) = known
            && let Some(parameters) = known["parameters"].as_array_mut()
        {
            return parameters.push(parameter);
        }
        let mut component = json!({ "type": kind, "parameters": [parameter] });
        if let Some(index) = index {
            component["index"] = index.into();
            component["sub_type"] = "url".into();
        }
        components.push(component);
    };
    for (fill, at) in content.fills.iter().zip(1..) {
        let value = variables.get(&at.to_string()).ok_or_else(mismatch)?;
        let text = json!({ "type": "text", "text": value });
        match fill {
            Fill::Header => add("header", None, text),
            Fill::Body => add("body", None, text),
            Fill::Url(button) => add("button", Some(*button), text),
            Fill::File(kind) => {
                let link = json!({ "link": format!("{FILES}{value}") });
                add("header", None, json!({ "type": kind, (*kind): link }));
            }
        }
    }
    let asked = json!({ "name": name, "language": { "code": language }, "components": components });
    serde_json::from_value(asked).map_err(|_| mismatch())
}
