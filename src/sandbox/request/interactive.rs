//! Interactive messages: buttons, lists, links, flows, requests for a place or a number.

use super::{Content, File, Refusal, bad, invalid, missing, most};
use crate::sandbox::script::Deed;
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Interactive {
    #[serde(rename = "type")]
    kind: String,
    header: Option<Header>,
    body: Option<Part>,
    footer: Option<Part>,
    action: Action,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
    #[serde(rename = "sub_text")]
    _sub_text: Option<String>,
    image: Option<File>,
    video: Option<File>,
    document: Option<File>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Action {
    name: Option<String>,
    button: Option<String>,
    buttons: Option<Vec<Button>>,
    sections: Option<Vec<Section>>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Button {
    #[serde(rename = "type")]
    kind: String,
    reply: Reply,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    id: String,
    title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    title: Option<String>,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    title: String,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    display_text: Option<String>,
    url: Option<String>,
    flow_message_version: Option<String>,
    flow_id: Option<String>,
    flow_name: Option<String>,
    flow_cta: Option<String>,
    flow_token: Option<String>,
    #[serde(rename = "mode")]
    _mode: Option<String>,
    flow_action: Option<String>,
    #[serde(rename = "flow_action_payload")]
    _flow_action_payload: Option<IgnoredAny>,
}

impl Interactive {
    pub(super) fn check(self) -> Result<Content, Refusal> {
        let kind = self.kind.as_str();
        if let Some(header) = &self.header {
            header.check()?;
            if kind == "list" && header.kind != "text" {
                return Err(bad("the header of a list must be text"));
            }
        }
        let bare = matches!(kind, "location_request_message" | "request_contact_info");
        if bare && (self.header.is_some() || self.footer.is_some()) {
            return Err(invalid("Unexpected key \"header\" or \"footer\""));
        }
        most("interactive.footer.text", self.footer.as_ref().map(|part| part.text.as_str()), 60)?;
        let body = self.body.ok_or_else(|| missing("interactive.body"))?.text;
        if body.is_empty() {
            return Err(missing("interactive.body.text"));
        }
        most("interactive.body.text", Some(&body), 1024)?;
        let action = self.action;
        action.only(kind)?;
        let chosen = |list| move |(id, title): (String, String)| Deed::Choose { id, title, list };
        let deeds = match kind {
            "button" => replies(action.buttons.unwrap_or_default())?
                .into_iter()
                .map(chosen(false))
                .collect(),
            "list" => {
                most("interactive.action.button", action.button.as_deref(), 20)?;
                if action.button.as_deref().unwrap_or_default().is_empty() {
                    return Err(missing("interactive.action.button"));
                }
                rows(action.sections.unwrap_or_default())?.into_iter().map(chosen(true)).collect()
            }
            "cta_url" => {
                named(action.name.as_deref(), "cta_url")?;
                action.parameters.ok_or_else(|| missing("parameters"))?.check_link()?;
                Vec::new()
            }
            "flow" => {
                named(action.name.as_deref(), "flow")?;
                let form = action.parameters.ok_or_else(|| missing("parameters"))?;
                form.check_flow()?;
                vec![Deed::Fill { token: form.flow_token.unwrap_or_default() }]
            }
            "location_request_message" => {
                named(action.name.as_deref(), "send_location")?;
                vec![Deed::Place(45.4642, 9.19)]
            }
            "request_contact_info" => {
                named(action.name.as_deref(), "request_contact_info")?;
                vec![Deed::Number]
            }
            other => {
                let details = format!("interactive type {other} is not supported.");
                return Err(Refusal::new(131_051, details));
            }
        };
        let media = self.header.and_then(Header::media);
        Ok(Content::Free { kind: "interactive", text: body, deeds, media })
    }
}

impl Action {
    /// Refuses what another kind of action has.
    fn only(&self, kind: &str) -> Result<(), Refusal> {
        let given = [
            ("name", self.name.is_some()),
            ("button", self.button.is_some()),
            ("buttons", self.buttons.is_some()),
            ("sections", self.sections.is_some()),
            ("parameters", self.parameters.is_some()),
        ];
        let taken: &[&str] = match kind {
            "button" => &["buttons"],
            "list" => &["button", "sections"],
            "cta_url" | "flow" => &["name", "parameters"],
            "location_request_message" | "request_contact_info" => &["name"],
            _ => return Ok(()),
        };
        match given.iter().find(|(name, there)| *there && !taken.contains(name)) {
            Some((name, _)) => Err(invalid(format!("Unexpected key \"{name}\" for {kind}"))),
            None => Ok(()),
        }
    }
}

impl Header {
    /// The id of its file.
    fn media(self) -> Option<String> {
        self.image.or(self.video).or(self.document)?.id
    }

    fn check(&self) -> Result<(), Refusal> {
        let file = match self.kind.as_str() {
            "text" => None,
            "image" => Some(&self.image),
            "video" => Some(&self.video),
            "document" => Some(&self.document),
            other => return Err(bad(format!("interactive.header.type {other} is not supported"))),
        };
        match file {
            Some(Some(file)) => file.check("the header's file")?,
            None if self.text.as_deref().is_some_and(|text| !text.is_empty()) => {}
            _ => return Err(missing("the header's content")),
        }
        most("interactive.header.text", self.text.as_deref(), 60)
    }
}

impl Parameters {
    fn check_link(&self) -> Result<(), Refusal> {
        let flow = self.flow_id.is_some() || self.flow_name.is_some() || self.flow_cta.is_some();
        if flow || self.flow_token.is_some() || self.flow_message_version.is_some() {
            return Err(invalid("Unexpected key for cta_url"));
        }
        let (Some(text), Some(url)) = (&self.display_text, &self.url) else {
            return Err(missing("display_text and url"));
        };
        if text.is_empty() || !(url.starts_with("https://") || url.starts_with("http://")) {
            return Err(bad("display_text is empty or url is no URL"));
        }
        most("display_text", Some(text), 20)?;
        most("url", Some(url), 2000)
    }

    fn check_flow(&self) -> Result<(), Refusal> {
        if self.flow_message_version.as_deref() != Some("3") {
            return Err(bad("flow_message_version must be 3"));
        }
        if self.flow_id.is_some() == self.flow_name.is_some() {
            return Err(bad("exactly one of flow_id and flow_name is needed"));
        }
        if self.flow_cta.is_none() || self.flow_token.is_none() {
            return Err(missing("flow_cta and flow_token"));
        }
        if !matches!(self.flow_action.as_deref(), None | Some("navigate" | "data_exchange")) {
            return Err(bad("flow_action must be navigate or data_exchange"));
        }
        most("flow_cta", self.flow_cta.as_deref(), 30)
    }
}

fn named(name: Option<&str>, wanted: &str) -> Result<(), Refusal> {
    if name == Some(wanted) { Ok(()) } else { Err(bad(format!("action.name must be {wanted}"))) }
}

fn replies(buttons: Vec<Button>) -> Result<Vec<(String, String)>, Refusal> {
    if !(1..=3).contains(&buttons.len()) {
        return Err(bad("interactive.action.buttons must be 1 to 3"));
    }
    let mut taken = Vec::new();
    for Button { kind, reply } in buttons {
        if kind != "reply" {
            return Err(bad("a button's type must be reply"));
        }
        take(&mut taken, reply.id, reply.title, 256, 20)?;
    }
    Ok(taken)
}

fn rows(sections: Vec<Section>) -> Result<Vec<(String, String)>, Refusal> {
    if !(1..=10).contains(&sections.len()) {
        return Err(bad("interactive.action.sections must be 1 to 10"));
    }
    let several = sections.len() > 1;
    let mut taken = Vec::new();
    for section in sections {
        if several && section.title.is_none() {
            return Err(missing("section.title"));
        }
        most("section.title", section.title.as_deref(), 24)?;
        for row in section.rows {
            most("row.description", row.description.as_deref(), 72)?;
            take(&mut taken, row.id, row.title, 200, 24)?;
        }
    }
    if (1..=10).contains(&taken.len()) {
        Ok(taken)
    } else {
        Err(bad("rows must be 1 to 10 in all"))
    }
}

fn take(
    taken: &mut Vec<(String, String)>,
    id: String,
    title: String,
    id_most: usize,
    title_most: usize,
) -> Result<(), Refusal> {
    most("id", Some(&id), id_most)?;
    most("title", Some(&title), title_most)?;
    if id.is_empty() || title.is_empty() {
        return Err(missing("id and title"));
    }
    if taken.iter().any(|(other, _)| *other == id) {
        return Err(bad("ids must be unique"));
    }
    taken.push((id, title));
    Ok(())
}
