//! New templates and what becomes of templates: submitted, judged, paused, rated (pages
//! templates/template-management, template-pausing and template-quality).

mod asked;

use super::{Catalogue, Template};
use crate::sandbox::refusal::Refusal;
use asked::{Component, Judge};
use serde::Deserialize;
use serde_json::{Value, json};

/// A request for a new template, read strictly.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    name: String,
    language: String,
    category: String,
    parameter_format: Option<String>,
    components: Vec<Value>,
}

/// What a test or a script makes of a template: each member that is given.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct Change {
    name: String,
    language: String,
    status: Option<String>,
    quality: Option<String>,
    category: Option<String>,
    reason: Option<String>,
}

/// A webhook about a template: its field and its value.
pub(in crate::sandbox) type News = (&'static str, Value);

fn invalid(details: impl Into<String>) -> Refusal {
    Refusal::new(100, details)
}

impl Catalogue {
    /// Takes a new template in, to be judged later. `handed` tells the type of the file under a handle.
    pub(in crate::sandbox) fn create(
        &mut self,
        body: &[u8],
        id: u64,
        handed: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Value, Refusal> {
        let asked: Asked = serde_json::from_slice(body)
            .map_err(|fault| invalid(format!("The request body is not valid: {fault}")))?;
        asked.check(handed)?;
        if self.0.iter().any(|one| one.name == asked.name && one.language == asked.language) {
            let details = format!("There is already {} content for this template", asked.language);
            return Err(invalid(details).subcode(2_388_024));
        }
        let template = Template {
            name: asked.name,
            language: asked.language,
            category: asked.category,
            status: "PENDING".into(),
            rejected_reason: None,
            named: asked.parameter_format.as_deref() == Some("NAMED"),
            components: asked.components,
            quality: None,
            id: id.to_string(),
        };
        let answer = json!({
            "id": template.id, "status": template.status, "category": template.category,
        });
        self.0.push(template);
        Ok(answer)
    }

    /// Judges the template with this id, if it still waits for it.
    pub(in crate::sandbox) fn judge(&mut self, id: &str) -> Option<News> {
        let template = self.0.iter_mut().find(|one| one.id == id && one.status == "PENDING")?;
        let body = super::fill::text(&template.components, "BODY").trim();
        // The page on rejection reasons: variables at the beginning or the end of the body.
        let hanging = body.starts_with("{{") || body.ends_with("}}");
        (template.status, template.rejected_reason) = match hanging {
            true => ("REJECTED".into(), Some("INVALID_FORMAT".into())),
            false => ("APPROVED".into(), None),
        };
        Some(template.status_news())
    }

    /// Changes a template and tells what the platform would say of it; nothing if there is no such template.
    pub(in crate::sandbox) fn change(&mut self, change: Change) -> Option<Vec<News>> {
        let named =
            |one: &&mut Template| one.name == change.name && one.language == change.language;
        let template = self.0.iter_mut().find(named)?;
        let mut news = Vec::new();
        if let Some(status) = change.status {
            (template.status, template.rejected_reason) = (status, change.reason);
            news.push(template.status_news());
        }
        if let Some(quality) = change.quality {
            let before = template.quality.replace(quality.clone());
            let mut value = template.about();
            value["previous_quality_score"] = before.unwrap_or_else(|| "GREEN".into()).into();
            value["new_quality_score"] = quality.into();
            news.push(("message_template_quality_update", value));
        }
        if let Some(category) = change.category {
            let before = std::mem::replace(&mut template.category, category.clone());
            let mut value = template.about();
            value["previous_category"] = before.into();
            value["new_category"] = category.into();
            news.push(("template_category_update", value));
        }
        Some(news)
    }
}

impl Template {
    /// Webhooks write the id as a number and the language with a hyphen.
    fn about(&self) -> Value {
        json!({
            "message_template_id": self.id.parse::<u64>().unwrap_or_default(),
            "message_template_name": self.name,
            "message_template_language": self.language.replace('_', "-"),
        })
    }

    fn status_news(&self) -> News {
        let mut value = self.about();
        value["event"] = self.status.as_str().into();
        value["message_template_category"] = self.category.as_str().into();
        value["reason"] = self.rejected_reason.as_deref().unwrap_or("NONE").into();
        ("message_template_status_update", value)
    }
}

impl Asked {
    fn check(&self, handed: &dyn Fn(&str) -> Option<String>) -> Result<(), Refusal> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.name.is_empty() || self.name.len() > 512 || !self.name.chars().all(plain) {
            return Err(invalid("name takes lower-case letters, digits and _"));
        }
        if !["MARKETING", "UTILITY", "AUTHENTICATION"].contains(&self.category.as_str()) {
            return Err(invalid(format!("category {} is unknown", self.category)));
        }
        let named = match self.parameter_format.as_deref() {
            None | Some("POSITIONAL") => false,
            Some("NAMED") => true,
            Some(other) => return Err(invalid(format!("parameter_format {other} is unknown"))),
        };
        let read = |part: &Value| serde_json::from_value::<Component>(part.clone());
        let parts: Result<Vec<_>, _> = self.components.iter().map(read).collect();
        let parts = parts.map_err(|fault| invalid(format!("A component is not valid: {fault}")))?;
        Judge { category: &self.category, named, handed }.whole(&parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(catalogue: &mut Catalogue, body: &Value) -> Result<Value, (i32, Option<i32>)> {
        let handed = |handle: &str| match handle {
            "4::picture" => Some("image/png".to_owned()),
            "4::film" => Some("video/mp4".to_owned()),
            _ => None,
        };
        let made = catalogue.create(body.to_string().as_bytes(), 77, &handed);
        made.map_err(|refusal| (refusal.code, refusal.subcode))
    }

    #[test]
    fn new_ones_are_checked_then_judged() {
        let mut all = Catalogue::shipped();
        let body = |text: &str, example: Value| {
            json!({"name": "new_one", "language": "it", "category": "UTILITY",
                "components": [{"type": "BODY", "text": text, "example": example}]})
        };
        let one = json!({"body_text": [["Anna"]]});
        for wrong in [
            body("Ciao {{1}}!", json!({})),
            body("Ciao {{name}}!", one.clone()),
            body("", json!({})),
            json!({"name": "New", "language": "it", "category": "UTILITY", "components": []}),
            json!({"name": "new_one", "language": "it", "category": "GIFT", "components": []}),
        ] {
            assert_eq!(create(&mut all, &wrong), Err((100, None)), "{wrong}");
        }
        let made = create(&mut all, &body("Ciao {{1}}!", one.clone())).expect("taken");
        assert_eq!(made, json!({"id": "77", "status": "PENDING", "category": "UTILITY"}));
        let again = create(&mut all, &body("Ciao {{1}}!", one.clone()));
        assert_eq!(again, Err((100, Some(2_388_024))));
        let (field, value) = all.judge("77").expect("judged");
        assert_eq!(
            (field, &value["event"]),
            ("message_template_status_update", &json!("APPROVED"))
        );
        assert!(all.judge("77").is_none(), "once");
        let mut hanging = body("Ciao {{1}}", one);
        hanging["name"] = "hanging".into();
        create(&mut all, &hanging).expect("taken");
        let hung = all.0.last_mut().expect("there");
        hung.id = "78".into();
        let (_, value) = all.judge("78").expect("judged");
        assert_eq!(
            (&value["event"], &value["reason"]),
            (&json!("REJECTED"), &json!("INVALID_FORMAT"))
        );
    }

    #[test]
    fn each_component_is_read_strictly() {
        let text = json!({"type": "BODY", "text": "Ciao"});
        let header = |format: &str, handle: &str| json!({"type": "HEADER", "format": format, "example": {"header_handle": [handle]}});
        let offer = json!({"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Oggi", "has_expiration": true}});
        let buttons = |all: Value| json!({"type": "BUTTONS", "buttons": all});
        let url = json!({"type": "URL", "text": "Vai", "url": "https://x.example"});
        let reply = json!({"type": "QUICK_REPLY", "text": "Sì"});
        let card = |format: &str, handle: &str| json!({"components": [header(format, handle), text, buttons(json!([reply]))]});
        let picture = || card("IMAGE", "4::picture");
        let carousel = |cards: Value| json!([text, {"type": "CAROUSEL", "cards": cards}]);
        for (category, components, good) in [
            ("UTILITY", json!([header("IMAGE", "4::picture"), text]), true),
            ("UTILITY", json!([header("VIDEO", "4::film"), text]), true),
            ("UTILITY", json!([header("IMAGE", "4::film"), text]), false),
            ("UTILITY", json!([header("IMAGE", "4::none"), text]), false),
            ("UTILITY", json!([{"type": "HEADER", "format": "IMAGE"}, text]), false),
            ("UTILITY", json!([{"type": "HEADER", "format": "LOCATION"}, text]), true),
            (
                "UTILITY",
                json!([{"type": "HEADER", "format": "LOCATION", "text": "x"}, text]),
                false,
            ),
            ("UTILITY", json!([text, text]), false),
            ("UTILITY", json!([{"type": "BODY", "text": "Ciao", "colour": "red"}]), false),
            (
                "MARKETING",
                json!([header("IMAGE", "4::picture"), text, offer, buttons(json!([url]))]),
                true,
            ),
            ("UTILITY", json!([text, offer, buttons(json!([url]))]), false),
            ("MARKETING", json!([text, offer]), false),
            ("MARKETING", carousel(json!([picture(), picture()])), true),
            ("MARKETING", carousel(json!([picture()])), false),
            ("MARKETING", carousel(json!([picture(), card("VIDEO", "4::film")])), false),
            (
                "MARKETING",
                carousel(json!([picture(), {"components": [header("IMAGE", "4::picture")]}])),
                false,
            ),
            (
                "UTILITY",
                json!([
                    text,
                    buttons(
                        json!([{"type": "FLOW", "text": "Apri", "flow_id": "7", "flow_action": "navigate", "navigate_screen": "HOME"}])
                    )
                ]),
                true,
            ),
            (
                "UTILITY",
                json!([
                    text,
                    buttons(json!([{"type": "FLOW", "text": "Apri", "flow_id": "seven"}]))
                ]),
                false,
            ),
            ("UTILITY", json!([text, buttons(json!([reply, url, reply]))]), false),
            ("UTILITY", json!([text, buttons(json!([{"type": "CATALOG", "text": "Vedi"}]))]), true),
            (
                "UTILITY",
                json!([text, buttons(json!([{"type": "CATALOG", "text": "Vedi"}, url]))]),
                false,
            ),
            (
                "UTILITY",
                json!([
                    text,
                    buttons(
                        json!([{"type": "REQUEST_CONTACT_INFO"}, {"type": "VOICE_CALL", "text": "Chiama"}])
                    )
                ]),
                true,
            ),
            ("UTILITY", json!([text, buttons(json!([{"type": "GIFT", "text": "x"}]))]), false),
        ] {
            let mut all = Catalogue::shipped();
            let asked = json!({"name": "new_one", "language": "it", "category": category, "components": components});
            assert_eq!(create(&mut all, &asked).is_ok(), good, "{asked}");
        }
    }

    #[test]
    fn each_change_is_told_in_its_field() {
        let mut all = Catalogue::shipped();
        let change = json!({"name": "order_update", "language": "pt_BR", "status": "PAUSED",
            "quality": "RED", "category": "MARKETING"});
        let news = all.change(serde_json::from_value(change).expect("read")).expect("there");
        let told: Vec<_> = news.iter().map(|(field, _)| *field).collect();
        let status = "message_template_status_update";
        let wanted = [status, "message_template_quality_update", "template_category_update"];
        assert_eq!(told, wanted);
        assert_eq!(news[0].1["message_template_language"], "pt-BR");
        assert_eq!(news[1].1["new_quality_score"], "RED");
        assert_eq!(news[2].1["previous_category"], "UTILITY");
        assert_eq!(
            all.find("order_update", "pt_BR").map(|_| ()).map_err(|no| no.code),
            Err(132_015)
        );
    }
}
