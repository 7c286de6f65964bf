//! Templates as the desk knows them: what may be sent, and with which values.

use super::message::TemplateUse;
use super::refusal::Refusal;
use serde::{Deserialize, Serialize};

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
}

/// One value that a template asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// `1`, `2` ... or a name for the body; `header` for the header; `button.0` for a button's suffix.
    pub name: String,
    /// The example given at approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
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

    /// Fills in a template, or says what is wrong: unknown in that language (with those there are), not
    /// approved, too few or too many values, an empty value.
    pub fn fill(
        &self,
        name: &str,
        language: &str,
        parameters: &[(String, String)],
    ) -> Result<(TemplateUse, Purpose), Refusal> {
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
        let wrong = || Refusal::ParametersWrong {
            expected: template.slots.iter().map(|slot| slot.name.clone()).collect(),
            given: parameters.iter().map(|(name, _)| name.clone()).collect(),
        };
        if parameters.len() != template.slots.len() {
            return Err(wrong());
        }
        let mut filled = Vec::with_capacity(parameters.len());
        for slot in &template.slots {
            let mut values = parameters.iter().filter(|(name, _)| *name == slot.name);
            let (Some((_, value)), None) = (values.next(), values.next()) else {
                return Err(wrong());
            };
            // The platform refuses empty values, line ends, tabs and runs of more than four spaces (132012).
            if value.trim().is_empty()
                || value.contains(['\n', '\t', '\r'])
                || value.contains("     ")
            {
                return Err(Refusal::ParameterMalformed { name: slot.name.clone() });
            }
            filled.push((slot.name.clone(), value.clone()));
        }
        let chosen = TemplateUse {
            name: name.to_owned(),
            language: language.to_owned(),
            preview: template.preview(&filled),
            parameters: filled,
        };
        Ok((chosen, template.purpose))
    }
}

impl Template {
    /// The text as the customer will read it; slots without a value stay as they are.
    pub fn preview(&self, parameters: &[(String, String)]) -> String {
        let fill = |text: &str, of_header: bool| {
            let mut text = text.to_owned();
            for (name, value) in parameters {
                let slot = match name.strip_prefix("header") {
                    Some(rest) if of_header => rest.strip_prefix('.').unwrap_or("1"),
                    None if !of_header => name,
                    _ => continue,
                };
                text = text.replace(&format!("{{{{{slot}}}}}"), value);
            }
            text
        };
        let mut parts = Vec::new();
        parts.extend(self.header.as_deref().map(|header| fill(header, true)));
        parts.push(fill(&self.body, false));
        parts.extend(self.footer.clone());
        parts.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        let slot = |name: &str| Slot { name: name.into(), example: None };
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
