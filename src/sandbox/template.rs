//! The sandbox's templates: how they are listed, and whether a send fits one
//! (page templates/template-management).

use super::refusal::Refusal;
use super::request::{Component, Parameter, Template as Asked};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The templates a page of the listing holds at most, whatever `limit` asks for: small, so that a client
/// which forgets to follow `next` is found out.
pub(super) const PAGE: usize = 15;

/// One template in one language.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) name: String,
    pub(super) language: String,
    pub(super) category: String,
    status: String,
    rejected_reason: Option<String>,
    named: bool,
    url: Option<String>,
    example: Option<toml::Value>,
    text: Words,
    id: String,
}

/// All of them.
#[derive(Clone, Debug)]
pub(super) struct Catalogue(Vec<Template>);

#[derive(Clone, Debug, Deserialize)]
struct Words {
    header: Option<String>,
    body: String,
    footer: Option<String>,
    url_text: Option<String>,
    #[serde(default)]
    buttons: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    template: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    category: String,
    status: Option<String>,
    rejected_reason: Option<String>,
    format: Option<String>,
    url: Option<String>,
    example: Option<toml::Value>,
    #[serde(flatten)]
    words: BTreeMap<String, Words>,
}

impl Catalogue {
    /// The templates that the sandbox ships.
    pub(super) fn shipped() -> Self {
        let file: File = toml::from_str(include_str!("templates.toml"))
            .expect("the shipped templates are read by a test");
        let mut all = Vec::new();
        for row in file.template {
            for (language, text) in row.words {
                all.push(Template {
                    name: row.name.clone(),
                    language,
                    category: row.category.clone(),
                    status: row.status.clone().unwrap_or_else(|| "APPROVED".into()),
                    rejected_reason: row.rejected_reason.clone(),
                    named: row.format.as_deref() == Some("NAMED"),
                    url: text.url_text.as_ref().and(row.url.clone()),
                    example: row.example.clone(),
                    text,
                    id: (1_590_000_000_000_000_u64 + all.len() as u64 * 7_919).to_string(),
                });
            }
        }
        Self(all)
    }

    /// The template that a request names, if it can be sent: 132001, 132015, 132016 otherwise.
    pub(super) fn find(&self, name: &str, language: &str) -> Result<&Template, Refusal> {
        let found = self.0.iter().find(|one| one.name == name && one.language == language);
        let unknown = || {
            let details = format!("template name ({name}) does not exist in {language}");
            Refusal::new(132_001, details)
        };
        let template = found.ok_or_else(unknown)?;
        match template.status.as_str() {
            "APPROVED" => Ok(template),
            "PAUSED" => Err(Refusal::new(132_015, "This template is paused for low quality.")),
            "DISABLED" => Err(Refusal::new(132_016, "This template is disabled.")),
            _ => Err(unknown()),
        }
    }

    /// One page of the listing after `after`, and the cursors, as the platform writes them. `link` makes the
    /// URL of the next page from its cursor.
    pub(super) fn page(
        &self,
        keep: impl Fn(&Template) -> bool,
        after: Option<&str>,
        limit: usize,
        link: impl Fn(&str) -> String,
    ) -> Result<Value, Refusal> {
        let kept: Vec<&Template> = self.0.iter().filter(|one| keep(one)).collect();
        let start = match after {
            None => 0,
            Some(cursor) => {
                let position = kept.iter().position(|one| one.cursor() == cursor);
                position.ok_or_else(|| Refusal::new(100, "Invalid cursor"))? + 1
            }
        };
        let rows: Vec<&&Template> = kept.iter().skip(start).take(limit.clamp(1, PAGE)).collect();
        let mut page = json!({ "data": rows.iter().map(|one| one.listed()).collect::<Vec<_>>() });
        if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
            page["paging"] =
                json!({ "cursors": { "before": first.cursor(), "after": last.cursor() } });
            if start + rows.len() < kept.len() {
                page["paging"]["next"] = link(&last.cursor()).into();
            }
        }
        Ok(page)
    }
}

impl Template {
    /// Its status on the platform.
    pub(super) fn status(&self) -> &str {
        &self.status
    }

    /// The texts of its quick replies, with their index among all buttons.
    pub(super) fn quick_replies(&self) -> impl Iterator<Item = (usize, &str)> {
        let first = usize::from(self.url.is_some());
        self.text.buttons.iter().enumerate().map(move |(n, text)| (first + n, text.as_str()))
    }

    fn cursor(&self) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&self.id)
    }

    fn listed(&self) -> Value {
        let mut components = Vec::new();
        if let Some(header) = &self.text.header {
            let mut part = json!({ "type": "HEADER", "format": "TEXT", "text": header });
            if !slots(header).is_empty() {
                part["example"] = json!({ "header_text": self.examples(slots(header).len()) });
            }
            components.push(part);
        }
        let mut body = json!({ "type": "BODY", "text": self.text.body });
        let wanted = slots(&self.text.body);
        if !wanted.is_empty() {
            body["example"] = if self.named {
                let example = |name: &&str| {
                    let text = self.example.as_ref().and_then(|all| all.get(*name)?.as_str());
                    json!({ "param_name": name, "example": text })
                };
                json!({ "body_text_named_params": wanted.iter().map(example).collect::<Vec<_>>() })
            } else {
                json!({ "body_text": [self.examples(wanted.len())] })
            };
        }
        components.push(body);
        if let Some(footer) = &self.text.footer {
            components.push(json!({ "type": "FOOTER", "text": footer }));
        }
        let mut buttons = Vec::new();
        if let (Some(url), Some(text)) = (&self.url, &self.text.url_text) {
            let mut button = json!({ "type": "URL", "text": text, "url": url });
            if !slots(url).is_empty() {
                button["example"] = json!([url.replace("{{1}}", "A-1042")]);
            }
            buttons.push(button);
        }
        buttons.extend(
            self.text.buttons.iter().map(|text| json!({ "type": "QUICK_REPLY", "text": text })),
        );
        if !buttons.is_empty() {
            components.push(json!({ "type": "BUTTONS", "buttons": buttons }));
        }
        let mut listed = json!({
            "name": self.name,
            "parameter_format": if self.named { "NAMED" } else { "POSITIONAL" },
            "components": components,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "quality_score": { "score": if self.status == "PAUSED" { "RED" } else { "GREEN" } },
            "id": self.id,
        });
        if let Some(reason) = &self.rejected_reason {
            listed["rejected_reason"] = reason.as_str().into();
        }
        listed
    }

    fn examples(&self, count: usize) -> Vec<String> {
        let known = self.example.as_ref().and_then(toml::Value::as_array);
        let text =
            |n: usize| known.and_then(|all| all.get(n)?.as_str()).unwrap_or("example").to_owned();
        (0..count).map(text).collect()
    }

    /// The text that the customer reads, or why the values do not fit: 132000 for their number, 132012 for
    /// their format, 132005 for their length, 131008 and 132018 for buttons.
    pub(super) fn fill(&self, asked: &Asked) -> Result<String, Refusal> {
        let mut header = None;
        let mut body = None;
        let mut url_given = false;
        for component in &asked.components {
            match component.kind.as_str() {
                "header" => once(&mut header, component)?,
                "body" => once(&mut body, component)?,
                "button" => url_given |= self.button(component)?,
                other => {
                    let details = format!("the template has no component {other}");
                    return Err(Refusal::new(132_018, details));
                }
            }
        }
        if self.url.as_deref().is_some_and(|url| !slots(url).is_empty()) && !url_given {
            let details = "buttons: Button at index 0 of type Url requires a parameter";
            return Err(Refusal::new(131_008, details));
        }
        if self.text.header.is_none() && header.is_some() {
            return Err(Refusal::new(132_018, "the template has no header"));
        }
        if let Some(text) = &self.text.header {
            self.hydrate("header", text, values(header), 60)?;
        }
        self.hydrate("body", &self.text.body, values(body), 1024)
    }

    fn hydrate(
        &self,
        part: &str,
        text: &str,
        given: &[Parameter],
        most: usize,
    ) -> Result<String, Refusal> {
        let wanted = slots(text);
        if wanted.len() != given.len() {
            let (given, wanted) = (given.len(), wanted.len());
            let details = format!(
                "{part}: number of localizable_params ({given}) does not match the expected number of params ({wanted})"
            );
            return Err(Refusal::new(132_000, details));
        }
        let mismatch = |details: String| Refusal::new(132_012, format!("{part}: {details}"));
        let mut full = text.to_owned();
        for (n, slot) in wanted.iter().enumerate() {
            let value = if self.named {
                let find = |one: &&Parameter| one.parameter_name.as_deref() == Some(slot);
                let found = given.iter().find(find);
                found.ok_or_else(|| mismatch(format!("Parameter name {slot} is missing")))?
            } else {
                &given[n]
            };
            if !self.named && value.parameter_name.is_some() {
                return Err(mismatch("a positional template takes no parameter_name".into()));
            }
            let value = match (value.kind.as_str(), &value.text, &value.payload) {
                ("text", Some(value), None) if !value.trim().is_empty() => value,
                ("text", _, None) => return Err(Refusal::new(131_008, "Parameter text is empty.")),
                _ => return Err(mismatch(format!("expected TEXT, received {}", value.kind))),
            };
            if value.contains(['\n', '\r', '\t']) || value.contains("     ") {
                let details = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
                return Err(Refusal::new(132_018, details));
            }
            full = full.replace(&format!("{{{{{slot}}}}}"), value);
        }
        if full.chars().count() > most {
            let details = format!("{part}: the translated text is longer than {most}");
            return Err(Refusal::new(132_005, details));
        }
        Ok(full)
    }

    /// Whether the component fills the URL button; refused if there is no such button.
    fn button(&self, component: &Component) -> Result<bool, Refusal> {
        let index = component.index.as_deref().and_then(|index| index.parse::<usize>().ok());
        let index = index.ok_or_else(|| Refusal::new(131_008, "A button needs its index."))?;
        let none = || Refusal::new(132_018, format!("the template has no such button at {index}"));
        match component.sub_type.as_deref() {
            Some("url") => {
                let takes = self.url.as_deref().is_some_and(|url| !slots(url).is_empty());
                if index != 0 || !takes {
                    return Err(none());
                }
                match component.parameters.as_slice() {
                    [Parameter { kind, text: Some(text), .. }]
                        if kind == "text" && !text.is_empty() =>
                    {
                        Ok(true)
                    }
                    _ => Err(Refusal::new(132_012, "buttons: a URL takes one text parameter")),
                }
            }
            Some("quick_reply") => {
                self.quick_replies().find(|(n, _)| *n == index).ok_or_else(none)?;
                match component.parameters.as_slice() {
                    [Parameter { kind, payload: Some(_), .. }] if kind == "payload" => Ok(false),
                    _ => Err(Refusal::new(132_012, "buttons: a quick reply takes one payload")),
                }
            }
            _ => Err(none()),
        }
    }
}

fn values(part: Option<&Component>) -> &[Parameter] {
    part.map_or(&[], |part| &part.parameters)
}

fn once<'a>(place: &mut Option<&'a Component>, component: &'a Component) -> Result<(), Refusal> {
    if component.sub_type.is_some() || component.index.is_some() {
        return Err(Refusal::new(132_018, "only a button has sub_type and index"));
    }
    match place.replace(component) {
        None => Ok(()),
        Some(_) => Err(Refusal::new(132_018, "a component is given twice")),
    }
}

/// The names between `{{` and `}}`, in order, each once.
fn slots(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for piece in text.split("{{").skip(1) {
        if let Some((name, _)) = piece.split_once("}}")
            && !found.contains(&name)
        {
            found.push(name);
        }
    }
    found
}

#[cfg(test)]
mod tests;
