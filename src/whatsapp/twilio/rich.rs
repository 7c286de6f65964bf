//! Messages that are answered by a touch, as contents: twilio.com/docs/content, quick-reply, list-picker and
//! call-to-action. Inside the window they are sent without anybody's approval.
//!
//! A content lies with Twilio under a name, which we make of all that is in it: so the same words are the same
//! content, and one whose making was not answered is found again.

use super::super::send::{Action, Button, Interactive};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// How the names of our own contents begin.
pub(super) const OURS: &str = "guichet_";

/// A content that is to be made.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rich {
    /// Its name.
    pub(super) name: String,
    /// The body of the request that makes it.
    pub(super) body: Value,
}

/// The content of a message; nothing for one that Twilio has no kind for.
pub(super) fn rich(said: &Interactive) -> Option<Rich> {
    if said.header.is_some() || said.footer.is_some() {
        return None;
    }
    let body = &said.body.text;
    let (kind, object) = match &said.action {
        Action::Buttons { buttons } => {
            let action = |Button::Reply { reply }: &Button| json!({ "type": "QUICK_REPLY", "title": reply.title, "id": reply.id });
            let actions: Vec<_> = buttons.iter().map(action).collect();
            ("twilio/quick-reply", json!({ "body": body, "actions": actions }))
        }
        Action::List { button, sections } => {
            let [section] = &sections[..] else { return None };
            let item = |row: &super::super::send::Row| {
                let mut item = json!({ "item": row.title, "id": row.id });
                if let Some(description) = &row.description {
                    item["description"] = description.as_str().into();
                }
                item
            };
            let items: Vec<_> = section.rows.iter().map(item).collect();
            if section.title.is_some() {
                return None;
            }
            ("twilio/list-picker", json!({ "body": body, "button": button, "items": items }))
        }
        Action::Named { name: "cta_url", parameters: Some(link) } => {
            let action =
                json!({ "type": "URL", "title": link["display_text"], "url": link["url"] });
            ("twilio/call-to-action", json!({ "body": body, "actions": [action] }))
        }
        Action::Named { .. } => return None,
    };
    let types = json!({ (kind): object });
    let whole = types.to_string();
    if whole.contains("{{") {
        // It would be a variable.
        return None;
    }
    let digest = Sha256::digest(whole.as_bytes());
    let name: String = digest.iter().take(20).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("{OURS}{name}");
    let body = json!({ "friendly_name": name, "language": "en", "variables": {}, "types": types });
    Some(Rich { name, body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whatsapp::send::{Header, Reply, Row, Section, Words};

    fn said(action: Action) -> Interactive {
        let body = Words { text: "Which?".into() };
        Interactive { kind: "button", header: None, body, footer: None, action }
    }

    fn buttons(titles: &[&str]) -> Action {
        let button = |title: &&str| Button::Reply {
            reply: Reply { id: title.to_lowercase(), title: (*title).to_owned() },
        };
        Action::Buttons { buttons: titles.iter().map(button).collect() }
    }

    fn list(titles: &[Option<&str>]) -> Action {
        let row = |description: Option<&str>| Row {
            id: "b".into(),
            title: "Blue".into(),
            description: description.map(str::to_owned),
        };
        let section = |title: &Option<&str>| Section {
            title: title.map(str::to_owned),
            rows: vec![row(None), row(Some("dark"))],
        };
        Action::List { button: "Open".into(), sections: titles.iter().map(section).collect() }
    }

    fn named(name: &'static str) -> Action {
        let link = json!({ "display_text": "Look", "url": "https://a.example/x" });
        Action::Named { name, parameters: Some(link) }
    }

    #[test]
    fn each_kind_has_its_content() {
        for (action, types) in [
            (
                buttons(&["Yes", "No"]),
                json!({ "twilio/quick-reply": { "body": "Which?", "actions": [
                    { "type": "QUICK_REPLY", "title": "Yes", "id": "yes" },
                    { "type": "QUICK_REPLY", "title": "No", "id": "no" },
                ] } }),
            ),
            (
                list(&[None]),
                json!({ "twilio/list-picker": { "body": "Which?", "button": "Open", "items": [
                    { "item": "Blue", "id": "b" },
                    { "item": "Blue", "id": "b", "description": "dark" },
                ] } }),
            ),
            (
                named("cta_url"),
                json!({ "twilio/call-to-action": { "body": "Which?", "actions": [
                    { "type": "URL", "title": "Look", "url": "https://a.example/x" },
                ] } }),
            ),
        ] {
            let rich = rich(&said(action)).expect("it has one");
            assert_eq!(rich.body["types"], types);
            assert_eq!(rich.body["friendly_name"], rich.name.as_str());
            assert!(rich.name.starts_with(OURS) && rich.name.len() == 48, "{}", rich.name);
        }
    }

    #[test]
    fn the_same_words_are_the_same_content_and_others_are_another() {
        let name = |titles: &[&str]| rich(&said(buttons(titles))).expect("it has one").name;
        assert_eq!(name(&["Yes", "No"]), name(&["Yes", "No"]));
        assert_ne!(name(&["Yes", "No"]), name(&["No", "Yes"]));
    }

    #[test]
    fn what_twilio_has_no_kind_for_has_none() {
        let words = || Words { text: "x".into() };
        let header = Some(Header::Text { text: "x".into() });
        for said in [
            Interactive { header, ..said(buttons(&["Yes"])) },
            Interactive { footer: Some(words()), ..said(buttons(&["Yes"])) },
            said(buttons(&["{{1}}"])),
            said(list(&[None, None])),
            said(list(&[Some("Colours")])),
            said(named("flow")),
            said(Action::Named { name: "send_location", parameters: None }),
        ] {
            assert_eq!(rich(&said), None, "{said:?}");
        }
    }
}
