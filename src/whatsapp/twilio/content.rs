//! Twilio's contents: templates under ids, whose variables are numbered through all of their parts.
//!
//! Source: twilio.com/docs/content, and the published schema `twilio_content_v1`. A content may be written for
//! several channels; the richest of its kinds is what WhatsApp shows.

use super::super::listing::word;
use super::super::send::{Component, File, NamedFile, Parameter};
use super::super::template::{Button, Card, FileKind, Header, Status, Template, variables};
use super::is_sid;
use super::rich::OURS;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The kinds that can be sent, the richest first.
const KINDS: &[&str] = &[
    "whatsapp/card",
    "twilio/card",
    "twilio/carousel",
    "whatsapp/authentication",
    "twilio/call-to-action",
    "twilio/quick-reply",
    "twilio/media",
    "twilio/text",
];

/// A content that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Content {
    /// Its id, by which it is sent.
    pub(super) sid: String,
    /// The same as everybody else sees it.
    pub(super) template: Template,
    /// The variables of each place, by part, button (from 0) and card (from 0).
    places: BTreeMap<Place, Vec<Variable>>,
}

/// A place that parameters fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    card: Option<usize>,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Header,
    Body,
    Button(usize),
}

/// A variable, and the fixed words before it where it is the end of an address.
#[derive(Clone, Debug, PartialEq)]
struct Variable {
    name: String,
    before: String,
}

/// One page of the list: its contents, and the address of the next page.
pub(super) fn page(json: &str) -> Option<(Vec<Content>, Option<String>)> {
    let page: Value = serde_json::from_str(json).ok()?;
    let contents = page["contents"].as_array()?.iter().filter_map(content).collect();
    Some((contents, word(&page["meta"]["next_page_url"])))
}

/// The name of a content of ours, and its id.
type Ours = (String, String);

/// Our own contents on one page of the list, by name with their ids, and the address of the next page.
pub(super) fn ours(json: &str) -> Option<(Vec<Ours>, Option<String>)> {
    let page: Value = serde_json::from_str(json).ok()?;
    let ours = page["contents"].as_array()?.iter().filter_map(|value| {
        let name = word(&value["friendly_name"]).filter(|name| name.starts_with(OURS))?;
        Some((name, word(&value["sid"]).filter(|sid| is_sid("HX", sid))?))
    });
    Some((ours.collect(), word(&page["meta"]["next_page_url"])))
}

fn content(value: &Value) -> Option<Content> {
    let approval = &value["approval_requests"];
    let ours = word(&value["friendly_name"]).is_some_and(|name| name.starts_with(OURS));
    if ours && word(&approval["name"]).is_none() {
        // It is what an agent sent, and no template.
        return None;
    }
    let mut template = Template {
        id: word(&value["sid"]),
        name: word(&approval["name"]).or_else(|| word(&value["friendly_name"]))?,
        language: word(&value["language"])?,
        status: status(&word(&approval["status"]).unwrap_or_default()),
        category: word(&approval["category"]).unwrap_or_default(),
        rejected_reason: word(&approval["rejection_reason"]),
        ..Template::default()
    };
    let types = value["types"].as_object()?;
    let mut places = BTreeMap::new();
    let known = KINDS.iter().find_map(|kind| Some((*kind, types.get(*kind)?)));
    match known {
        Some((kind, object)) => {
            fill_in(&mut template, &mut places, kind, object, &value["variables"]);
        }
        None => template.other_parts.extend(types.keys().cloned()),
    }
    let named = |one: &Variable| !one.name.bytes().all(|byte| byte.is_ascii_digit());
    template.named = places.values().flatten().any(named);
    Some(Content { sid: template.id.clone()?, template, places })
}

/// The Cloud API's word for a state of approval.
pub(super) fn status(word: &str) -> Status {
    match word {
        "received" => Status::Pending,
        other => Status::from_word(&other.to_uppercase()),
    }
}

fn fill_in(
    template: &mut Template,
    places: &mut BTreeMap<Place, Vec<Variable>>,
    kind: &str,
    object: &Value,
    examples: &Value,
) {
    let text = |name: &str| word(&object[name]).unwrap_or_default();
    let place = |part| Place { card: None, part };
    let body = match kind {
        "twilio/card" => text("title"),
        "whatsapp/authentication" => "{{1}}".to_owned(),
        _ => text("body"),
    };
    let names = |text: &str| variables(text).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let plain = |text: &str| -> Vec<Variable> {
        names(text).into_iter().map(|name| Variable { name, before: String::new() }).collect()
    };
    places.insert(place(Part::Body), plain(&body));
    let example = |name: &String| word(&examples[name]).unwrap_or_default();
    template.body_examples = names(&body).iter().map(example).collect();
    template.body = body;
    template.footer = match kind {
        "twilio/card" => word(&object["subtitle"]),
        _ => word(&object["footer"]),
    };
    if let Some(title) = word(&object["header_text"]) {
        places.insert(place(Part::Header), plain(&title));
        let example = names(&title).first().map(example);
        template.header = Some(Header::Text { text: title, example });
    } else if let Some((kind, variable)) = file(object) {
        places.insert(place(Part::Header), vec![variable]);
        template.header = Some(Header::File(kind));
    }
    template.buttons = buttons(object, places, None);
    for (at, card) in object["cards"].as_array().into_iter().flatten().enumerate() {
        let parts = ["title", "body"].iter().filter_map(|name| word(&card[*name]));
        let body = parts.collect::<Vec<_>>().join("\n");
        places.insert(Place { card: Some(at), part: Part::Body }, plain(&body));
        let header = file(card).map(|(kind, variable)| {
            places.insert(Place { card: Some(at), part: Part::Header }, vec![variable]);
            kind
        });
        let body_examples = names(&body).iter().map(example).collect();
        let buttons = buttons(card, places, Some(at));
        template.cards.push(Card { header, body, body_examples, buttons });
    }
}

/// The file of a content or of a card, if it is another each time.
fn file(object: &Value) -> Option<(FileKind, Variable)> {
    let url = word(&object["media"][0]).or_else(|| word(&object["media"]))?;
    let variable = ending(&url)?;
    let end = url.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let kind = match end.as_str() {
        "mp4" | "3gp" => FileKind::Video,
        "pdf" | "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "txt" => FileKind::Document,
        _ => FileKind::Image,
    };
    Some((kind, variable))
}

/// The variable of an address, with what stands before it.
fn ending(text: &str) -> Option<Variable> {
    let name = (*variables(text).first()?).to_owned();
    let before = text.split("{{").next().unwrap_or_default().to_owned();
    Some(Variable { name, before })
}

fn buttons(
    object: &Value,
    places: &mut BTreeMap<Place, Vec<Variable>>,
    card: Option<usize>,
) -> Vec<Button> {
    let actions = object["actions"].as_array().into_iter().flatten().enumerate();
    let button = |(at, action): (usize, &Value)| {
        let kind = word(&action["type"]).unwrap_or_default().to_uppercase();
        let text = word(&action["title"]).or_else(|| word(&action["copy_code_text"]));
        let variable = match kind.as_str() {
            "URL" => word(&action["url"]).as_deref().and_then(ending),
            "COPY_CODE" => word(&action["code"]).as_deref().and_then(ending),
            _ => None,
        };
        let fills = variable.is_some();
        if let Some(variable) = variable {
            places.insert(Place { card, part: Part::Button(at) }, vec![variable]);
        }
        Button {
            // What a quick reply sends back is written into the content.
            kind: match kind.as_str() {
                "QUICK_REPLY" | "" => "REPLY".to_owned(),
                "COPY_CODE" if !fills => "CODE".to_owned(),
                _ => kind,
            },
            text: text.unwrap_or_default(),
            url: word(&action["url"]),
            example: None,
        }
    };
    actions.map(button).collect()
}

impl Content {
    /// The values of a template as Twilio takes them; nothing for a place that this content does not have.
    pub(super) fn filled(&self, components: &[Component]) -> Option<Map<String, Value>> {
        let mut filled = Map::new();
        for component in components {
            for card in &component.cards {
                for inner in &card.components {
                    self.fill(&mut filled, Some(card.card_index), inner)?;
                }
            }
            if component.cards.is_empty() {
                self.fill(&mut filled, None, component)?;
            }
        }
        Some(filled)
    }

    fn fill(
        &self,
        filled: &mut Map<String, Value>,
        card: Option<usize>,
        component: &Component,
    ) -> Option<()> {
        let part = match component.part {
            "header" => Part::Header,
            "body" => Part::Body,
            "button" => Part::Button(component.index.as_deref()?.parse().ok()?),
            _ => return None,
        };
        let variables = self.places.get(&Place { card, part })?;
        for (at, parameter) in component.parameters.iter().enumerate() {
            let (name, value) = match parameter {
                Parameter::Text { parameter_name: Some(name), .. } => {
                    (variables.iter().find(|one| one.name == *name)?, said(parameter)?)
                }
                _ => (variables.get(at)?, said(parameter)?),
            };
            let value = match value.strip_prefix(&name.before) {
                Some(rest) if !rest.is_empty() => rest,
                _ => value,
            };
            filled.insert(name.name.clone(), value.into());
        }
        Some(())
    }
}

fn said(parameter: &Parameter) -> Option<&str> {
    Some(match parameter {
        Parameter::Text { text, .. } => text,
        Parameter::CouponCode { coupon_code } => coupon_code,
        Parameter::Payload { payload } => payload,
        Parameter::Image { image: file }
        | Parameter::Video { video: file }
        | Parameter::Document { document: NamedFile { file, .. } } => match file {
            File::Id(url) | File::Link(url) => url,
        },
        Parameter::Location { .. }
        | Parameter::Action { .. }
        | Parameter::LimitedTimeOffer { .. } => return None,
    })
}

#[cfg(test)]
mod tests;
