//! The sandbox's templates: how they are listed, and whether a send fits one
//! (page templates/template-management).

mod fill;
mod review;

pub(super) use review::{Change, News};

use super::refusal::Refusal;
use super::request::Template as Asked;
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
    /// As they are listed.
    components: Vec<Value>,
    /// How it is received, where that was said.
    quality: Option<String>,
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

/// A template in the platform's own words: with files, places, codes, an offer or cards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rich {
    name: String,
    language: String,
    category: String,
    #[serde(default)]
    named: bool,
    components: Vec<Value>,
}

impl Catalogue {
    /// The templates that the sandbox ships.
    pub(super) fn shipped() -> Self {
        let file: File = toml::from_str(include_str!("templates.toml"))
            .expect("the shipped templates are read by a test");
        let rich: Vec<Rich> = serde_json::from_str(include_str!("templates.json"))
            .expect("the shipped templates are read by a test");
        let plain = file.template.into_iter().flat_map(|mut row| {
            let words = std::mem::take(&mut row.words);
            words.into_iter().map(move |(language, words)| Template {
                name: row.name.clone(),
                language,
                category: row.category.clone(),
                status: row.status.clone().unwrap_or_else(|| "APPROVED".into()),
                rejected_reason: row.rejected_reason.clone(),
                named: row.format.as_deref() == Some("NAMED"),
                components: row.components(&words),
                quality: None,
                id: String::new(),
            })
        });
        let rich = rich.into_iter().map(|rich| Template {
            name: rich.name,
            language: rich.language,
            category: rich.category,
            status: "APPROVED".into(),
            rejected_reason: None,
            named: rich.named,
            components: rich.components,
            quality: None,
            id: String::new(),
        });
        let mut all: Vec<_> = plain.chain(rich).collect();
        for (template, nth) in all.iter_mut().zip(0..) {
            template.id = (1_590_000_000_000_000_u64 + nth * 7_919).to_string();
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

impl Catalogue {
    /// All of them.
    pub(super) fn all(&self) -> &[Template] {
        &self.0
    }
}

impl Template {
    /// Its id on the platform.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Its parts, as the platform lists them.
    pub(super) fn components(&self) -> &[Value] {
        &self.components
    }

    /// Whether its variables have names.
    pub(super) fn named(&self) -> bool {
        self.named
    }

    /// Its status on the platform.
    pub(super) fn status(&self) -> &str {
        &self.status
    }

    /// Its quick replies, those of its cards too, in order: what is sent back for a press, and the words.
    pub(super) fn quick_replies(&self, asked: &Asked) -> Vec<(String, String)> {
        let mut found = fill::quick_replies(&self.components, &asked.components);
        for (nth, card) in fill::cards(&self.components).iter().enumerate() {
            let all = asked.components.iter().flat_map(|one| &one.cards);
            let given = all.into_iter().find(|card| card.card_index == nth);
            let given = given.map_or(&[][..], |card| &card.components);
            found.extend(fill::quick_replies(card, given));
        }
        found
    }

    /// With what the answer of its form comes back.
    pub(super) fn form_token(&self, asked: &Asked) -> Option<String> {
        let values = asked.components.iter().flat_map(|part| &part.parameters);
        values.filter_map(|value| value.action.as_ref()?.flow_token.clone()).next()
    }

    fn cursor(&self) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&self.id)
    }

    fn listed(&self) -> Value {
        let quality = match (&self.quality, self.status.as_str()) {
            (Some(quality), _) => quality,
            (None, "PAUSED") => "RED",
            (None, "PENDING") => "UNKNOWN",
            (None, _) => "GREEN",
        };
        let mut listed = json!({
            "name": self.name,
            "parameter_format": if self.named { "NAMED" } else { "POSITIONAL" },
            "components": self.components,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "quality_score": { "score": quality },
            "id": self.id,
        });
        if let Some(reason) = &self.rejected_reason {
            listed["rejected_reason"] = reason.as_str().into();
        }
        listed
    }

    /// The text that the customer reads, or why the values do not fit.
    pub(super) fn fill(&self, asked: &Asked) -> Result<String, Refusal> {
        fill::fill(&self.components, &asked.components, self.named)
    }
}

impl Row {
    /// As the platform lists them.
    fn components(&self, text: &Words) -> Vec<Value> {
        let named = self.format.as_deref() == Some("NAMED");
        let mut components = Vec::new();
        if let Some(header) = &text.header {
            let mut part = json!({ "type": "HEADER", "format": "TEXT", "text": header });
            if !slots(header).is_empty() {
                part["example"] = json!({ "header_text": self.examples(slots(header).len()) });
            }
            components.push(part);
        }
        let mut body = json!({ "type": "BODY", "text": text.body });
        let wanted = slots(&text.body);
        if !wanted.is_empty() {
            body["example"] = if named {
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
        if let Some(footer) = &text.footer {
            components.push(json!({ "type": "FOOTER", "text": footer }));
        }
        let mut buttons = Vec::new();
        if let (Some(url), Some(text)) = (&self.url, &text.url_text) {
            let mut button = json!({ "type": "URL", "text": text, "url": url });
            if !slots(url).is_empty() {
                button["example"] = json!([url.replace("{{1}}", "A-1042")]);
            }
            buttons.push(button);
        }
        buttons
            .extend(text.buttons.iter().map(|text| json!({ "type": "QUICK_REPLY", "text": text })));
        if !buttons.is_empty() {
            components.push(json!({ "type": "BUTTONS", "buttons": buttons }));
        }
        components
    }

    fn examples(&self, count: usize) -> Vec<String> {
        let known = self.example.as_ref().and_then(toml::Value::as_array);
        let text =
            |n: usize| known.and_then(|all| all.get(n)?.as_str()).unwrap_or("example").to_owned();
        (0..count).map(text).collect()
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
