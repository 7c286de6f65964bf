//! Templates as the desk knows them: what may be sent, and with which values.

mod draft;
mod handed;
mod news;
mod slot;

pub use draft::{Draft, DraftButton, DraftCard, DraftFault, DraftFile, DraftOffer, is_language};
pub use handed::Handed;
pub use news::{TemplateChange, TemplateNews};
pub use slot::SlotKind;

use super::limit::characters;
use super::message::TemplateUse;
use super::refusal::Refusal;
use serde::{Deserialize, Serialize};
use slot::{BODY, HEADER};

/// What a message is about, by which consent and price are judged.
/// Source: pricing; marketing messages need the customer's opt-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Free text inside the window.
    Service,
    /// About something that the customer has under way.
    Utility,
    /// Codes.
    Authentication,
    /// All else.
    Marketing,
}

impl Purpose {
    /// The word for people and metrics.
    pub fn word(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Utility => "utility",
            Self::Authentication => "authentication",
            Self::Marketing => "marketing",
        }
    }
}

/// One template in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name at the platform.
    pub name: String,
    /// Its exact language code, `en_US`.
    pub language: String,
    /// The platform's word: `APPROVED`, `PAUSED` ... Only the first can be sent.
    pub status: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The header's text, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The text with its `{{slots}}`.
    pub body: String,
    /// The small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// The values it asks for, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Slot>,
    /// Why this desk cannot send it yet, though the platform would: a header with a picture, a carousel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsendable: Option<String>,
    /// What its buttons say, in order. Not kept before version 2 of the event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<String>,
    /// The platform's word for how it is received: `GREEN`, `YELLOW`, `RED`, where known. Not kept before
    /// version 2 of the event. Source: template-quality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// What its offer for a limited time is called. Not kept before version 3 of the event, nor are cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
    /// The cards of its carousel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<TemplateCard>,
    /// The platform's word for why its review refused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
}

/// A card of a template's carousel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateCard {
    /// Its text with its `{{slots}}`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// What its buttons say, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<String>,
}

/// One value that a template asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// `1`, `2` ... or a name for the body; `header`, `header.shop`, `header.latitude` for the header; `button.1` for
    /// the first button; `offer.until`; the same after `card.1.` for the first card of a carousel.
    pub name: String,
    /// The example given at approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// What fills it. Before version 3 of the event all were text.
    #[serde(default, skip_serializing_if = "SlotKind::is_text")]
    pub kind: SlotKind,
    /// The template can be sent without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

impl Template {
    /// Whether it has parts that version 2 of the event did not know.
    pub fn has_parts(&self) -> bool {
        let new = |slot: &Slot| slot.kind != SlotKind::Text || slot.optional;
        self.offer.is_some() || !self.cards.is_empty() || self.slots.iter().any(new)
    }
}

/// Whether two language codes mean the same language: `pt` and `pt_BR` do.
pub fn same_language(a: &str, b: &str) -> bool {
    let short = |code: &str| code.split(['_', '-']).next().unwrap_or_default().to_lowercase();
    short(a) == short(b)
}

/// The templates of one line's account, as last fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// In the platform's order.
    pub templates: Vec<Template>,
}

impl Catalogue {
    /// The template with exactly that name and language.
    pub fn find(&self, name: &str, language: &str) -> Option<&Template> {
        self.templates.iter().find(|t| t.name == name && t.language == language)
    }

    /// The template with that name and language, if it can be sent from here.
    ///
    /// # Errors
    /// When it is unknown in that language (with those there are), not approved, or of a shape that is not sent.
    pub fn sendable(&self, name: &str, language: &str) -> Result<&Template, Refusal> {
        let Some(template) = self.find(name, language) else {
            let languages = self.templates.iter().filter(|t| t.name == name);
            return Err(Refusal::TemplateUnknown {
                name: name.to_owned(),
                language: language.to_owned(),
                languages: languages.map(|t| t.language.clone()).collect(),
            });
        };
        if template.status != "APPROVED" {
            return Err(Refusal::TemplateNotApproved {
                name: name.to_owned(),
                status: template.status.clone(),
            });
        }
        if let Some(reason) = &template.unsendable {
            return Err(Refusal::TemplateUnsendable {
                name: name.to_owned(),
                reason: reason.clone(),
            });
        }
        Ok(template)
    }

    /// Fills in a template, or says what is wrong: unknown in that language (with those there are), not
    /// approved, too few or too many values, an empty value.
    pub fn fill(
        &self,
        name: &str,
        language: &str,
        parameters: &[(String, String)],
    ) -> Result<(TemplateUse, Purpose), Refusal> {
        let template = self.sendable(name, language)?;
        let wrong = || Refusal::ParametersWrong {
            expected: template.slots.iter().map(Slot::asked).collect(),
            given: parameters.iter().map(|(name, _)| name.clone()).collect(),
        };
        let mut filled = Vec::with_capacity(parameters.len());
        let mut kinds = Vec::with_capacity(parameters.len());
        for slot in &template.slots {
            let mut values = parameters.iter().filter(|(name, _)| *name == slot.name);
            let value = match (values.next(), values.next()) {
                (Some((_, value)), None) if !(slot.optional && value.trim().is_empty()) => value,
                // The platform wants a form's button said even where nothing is said about it.
                (Some(_) | None, None) if slot.optional && slot.kind == SlotKind::Flow => {
                    filled.push((slot.name.clone(), String::new()));
                    kinds.push(slot.kind);
                    continue;
                }
                (Some(_) | None, None) if slot.optional => continue,
                _ => return Err(wrong()),
            };
            slot.kind.check(&slot.name, value)?;
            filled.push((slot.name.clone(), value.clone()));
            kinds.push(slot.kind);
        }
        let known = |name: &String| template.slots.iter().any(|slot| slot.name == *name);
        if !parameters.iter().all(|(name, _)| known(name)) {
            return Err(wrong());
        }
        if let Some(header) = &template.header {
            characters("the header, filled in,", &fill(header, &filled, "header"), HEADER)?;
        }
        characters("the text, filled in,", &fill(&template.body, &filled, ""), BODY)?;
        if kinds.iter().all(|kind| kind.is_text()) {
            kinds.clear();
        }
        let chosen = TemplateUse {
            name: name.to_owned(),
            language: language.to_owned(),
            preview: template.preview(&filled),
            parameters: filled,
            kinds,
        };
        Ok((chosen, template.purpose))
    }
}

impl Slot {
    /// Its name as it is told to people: what may be left out stands in brackets.
    fn asked(&self) -> String {
        if self.optional { format!("({})", self.name) } else { self.name.clone() }
    }
}

/// A part's text with its values. `part` is `header`, `card.1` and so on; empty for the body.
pub fn fill(text: &str, parameters: &[(String, String)], part: &str) -> String {
    let mut text = text.to_owned();
    for (name, value) in parameters {
        let slot = match name.strip_prefix(part) {
            Some("") if part == "header" => "1",
            Some(rest) if !part.is_empty() => match rest.strip_prefix('.') {
                Some(slot) => slot,
                None => continue,
            },
            Some(name) if part.is_empty() => name,
            _ => continue,
        };
        text = text.replace(&format!("{{{{{slot}}}}}"), value);
    }
    text
}

impl Template {
    /// The text as the customer will read it; slots without a value stay as they are.
    pub fn preview(&self, parameters: &[(String, String)]) -> String {
        let value = |name: &str| {
            let found = parameters.iter().find(|(given, _)| given == name);
            found.map(|(_, value)| value.as_str())
        };
        let file = |part: &str| {
            let name = format!("{part}header");
            let slot = self.slots.iter().find(|slot| slot.name == name)?;
            let label = slot.kind.file()?;
            let value = value(&name).unwrap_or_default();
            let value = match Handed::read(value) {
                Some(handed) => handed.name.unwrap_or_default(),
                None => value.to_owned(),
            };
            Some(format!("[{label}] {value}").trim_end().to_owned())
        };
        let mut parts = Vec::new();
        parts.extend(self.header.as_deref().map(|header| fill(header, parameters, "header")));
        parts.extend(file(""));
        let place = [value("header.name"), value("header.address")].into_iter().flatten();
        let place = place.collect::<Vec<_>>().join(", ");
        if self.slots.iter().any(|slot| slot.kind == SlotKind::Place) {
            parts.push(format!("[place] {place}").trim_end().to_owned());
        }
        parts.push(fill(&self.body, parameters, ""));
        if let Some(offer) = &self.offer {
            let until = value("offer.until").map(|until| format!(" ({until})"));
            parts.push(format!("{offer}{}", until.unwrap_or_default()));
        }
        parts.extend(self.footer.clone());
        for (card, at) in self.cards.iter().zip(1..) {
            let told = file(&format!("card.{at}.")).into_iter();
            let told = told.chain([fill(&card.body, parameters, &format!("card.{at}"))]);
            let told: Vec<_> = told.filter(|text| !text.is_empty()).collect();
            parts.push(format!("{at}. {}", told.join(" ")));
        }
        parts.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        let slot = |name: &str| Slot { name: name.into(), ..Slot::default() };
        let template = Template {
            name: "order_ready".into(),
            language: "it".into(),
            status: "APPROVED".into(),
            purpose: Purpose::Utility,
            header: Some("Ordine {{1}}".into()),
            body: "Ciao {{1}}, il tuo ordine {{2}} è pronto.".into(),
            footer: None,
            slots: vec![slot("header"), slot("1"), slot("2")],
            unsendable: None,
            buttons: Vec::new(),
            quality: None,
            offer: None,
            cards: Vec::new(),
            rejected: None,
        };
        let paused = Template { name: "promo".into(), status: "PAUSED".into(), ..template.clone() };
        Catalogue { templates: vec![template, paused] }
    }

    fn fill(name: &str, language: &str, values: &[(&str, &str)]) -> String {
        let values: Vec<_> = values.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
        match catalogue().fill(name, language, &values) {
            Ok((chosen, _)) => chosen.preview,
            Err(refusal) => format!("refused: {refusal}"),
        }
    }

    #[test]
    fn filled_or_refused_with_the_reason() {
        let good = [("1", "Anna"), ("2", "A-17"), ("header", "A-17")];
        assert_eq!(
            fill("order_ready", "it", &good),
            "Ordine A-17\nCiao Anna, il tuo ordine A-17 è pronto."
        );
        for (name, language, values, says) in [
            ("order_ready", "en", &good[..], "there is it"),
            ("nothing", "it", &good[..], "no template"),
            ("promo", "it", &good[..], "PAUSED"),
            ("order_ready", "it", &good[..2], "header, 1, 2"),
            ("order_ready", "it", &[("1", "a"), ("1", "b"), ("2", "c")][..], "header, 1, 2"),
            ("order_ready", "it", &[("1", "a\nb"), ("2", "c"), ("header", "d")][..], "line end"),
        ] {
            let answer = fill(name, language, values);
            assert!(answer.starts_with("refused") && answer.contains(says), "{answer}");
        }
    }
}
