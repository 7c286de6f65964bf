//! New templates as contents, whose variables are numbered through all of their parts: twilio.com/docs/content, text
//! and whatsapp/card.

use super::super::template::{New, NewButton, NewHeader, normal};
use super::rich::{OURS, Rich};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The content of a new template. Its name is made of all that is in it: one whose making was not answered is found
/// again.
///
/// # Errors
/// The part that contents do not have, or that cannot be made from here.
pub(super) fn content(new: &New) -> Result<Rich, &'static str> {
    if new.offer.is_some() {
        return Err("offer for a limited time");
    }
    if !new.cards.is_empty() {
        return Err("carousel");
    }
    let mut examples = Vec::new();
    let mut object = json!({});
    match &new.header {
        Some(NewHeader::Text(text, example)) => {
            object["header_text"] = numbered(text, example.as_slice(), &mut examples).into();
        }
        Some(NewHeader::File(..)) => return Err("file above the text"),
        Some(NewHeader::Place) => return Err("place above the text"),
        None => {}
    }
    object["body"] = numbered(&new.body, &new.examples, &mut examples).into();
    if let Some(footer) = &new.footer {
        object["footer"] = footer.as_str().into();
    }
    let actions: Result<Vec<_>, _> =
        new.buttons.iter().map(|button| action(button, &mut examples)).collect();
    let actions = actions?;
    if !actions.is_empty() {
        object["actions"] = actions.into();
    }
    let plain = object.as_object().is_some_and(|object| object.len() == 1);
    let kind = if plain { "twilio/text" } else { "whatsapp/card" };
    let variables: Map<_, _> =
        (1..).zip(examples).map(|(nth, of)| (nth.to_string(), Value::from(of))).collect();
    let mut body = json!({
        "language": new.language, "variables": variables, "types": { (kind): object },
    });
    let digest = Sha256::digest(body.to_string().as_bytes());
    let digest: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let short: String = new.name.chars().take(32).collect();
    let name = format!("{OURS}{short}_{digest}");
    body["friendly_name"] = name.as_str().into();
    Ok(Rich { name, body })
}

/// A text whose variables go on from those before it.
fn numbered(text: &str, given: &[(String, String)], examples: &mut Vec<String>) -> String {
    let before = examples.len();
    examples.extend(given.iter().map(|(_, example)| example.clone()));
    // From the last on, so that no number is met twice.
    let all = given.iter().enumerate().rev();
    all.fold(normal(text), |text, (at, (name, _))| {
        text.replace(&format!("{{{{{name}}}}}"), &format!("{{{{{}}}}}", before + at + 1))
    })
}

fn action(button: &NewButton, examples: &mut Vec<String>) -> Result<Value, &'static str> {
    Ok(match button {
        NewButton::Reply(text) => json!({ "type": "QUICK_REPLY", "title": text, "id": text }),
        NewButton::Url(text, url, example) => {
            let before = url.split("{{").next().unwrap_or_default();
            let example = example.as_deref().map(|whole| {
                let end = whole.strip_prefix(before).filter(|end| !end.is_empty());
                ("1".to_owned(), end.unwrap_or(whole).to_owned())
            });
            let url = numbered(url, example.as_slice(), examples);
            json!({ "type": "URL", "title": text, "url": url })
        }
        NewButton::Phone(text, phone) => {
            json!({ "type": "PHONE_NUMBER", "title": text, "phone": phone })
        }
        NewButton::Code(_) => return Err("code to copy"),
        NewButton::Flow(..) => return Err("form"),
        NewButton::Call(_) => return Err("call"),
        NewButton::Catalog(_) | NewButton::Products(_) => return Err("catalogue"),
        NewButton::ContactRequest => return Err("request for a number"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, example: &str) -> (String, String) {
        (name.into(), example.into())
    }

    #[test]
    fn variables_are_numbered_through_all_parts() {
        let new = New {
            name: "order_ready".into(),
            language: "it".into(),
            header: Some(NewHeader::Text("Ordine {{1}}".into(), Some(pair("1", "A-17")))),
            body: "Ciao {{1}}, il {{2}} per te, {{1}}.".into(),
            examples: vec![pair("1", "Anna"), pair("2", "pacco")],
            footer: Some("Bottega".into()),
            buttons: vec![
                NewButton::Reply("Grazie".into()),
                NewButton::Url(
                    "Segui".into(),
                    "https://x.example/{{1}}".into(),
                    Some("https://x.example/17".into()),
                ),
                NewButton::Phone("Chiama".into(), "+390212345678".into()),
            ],
            ..New::default()
        };
        let made = content(&new).expect("a content");
        assert_eq!(
            made.body["types"],
            json!({ "whatsapp/card": {
                "header_text": "Ordine {{1}}", "body": "Ciao {{2}}, il {{3}} per te, {{2}}.",
                "footer": "Bottega",
                "actions": [
                    { "type": "QUICK_REPLY", "title": "Grazie", "id": "Grazie" },
                    { "type": "URL", "title": "Segui", "url": "https://x.example/{{4}}" },
                    { "type": "PHONE_NUMBER", "title": "Chiama", "phone": "+390212345678" },
                ],
            } })
        );
        let wanted = json!({ "1": "A-17", "2": "Anna", "3": "pacco", "4": "17" });
        assert_eq!((&made.body["variables"], &made.body["language"]), (&wanted, &json!("it")));
        assert_eq!(made.body["friendly_name"], made.name.as_str());
        assert_eq!(content(&new).expect("a content"), made, "the same again is the same");

        let named = New {
            body: "Ciao {{first_name}} e {{order}}.".into(),
            examples: vec![pair("first_name", "Anna"), pair("order", "A-17")],
            named: true,
            ..New::default()
        };
        let made = content(&named).expect("a content");
        let wanted = json!({ "twilio/text": { "body": "Ciao {{1}} e {{2}}." } });
        assert_eq!(made.body["types"], wanted);
    }

    #[test]
    fn what_cannot_be_made_from_here_is_named() {
        let with = |header| content(&New { header: Some(header), ..New::default() }).err();
        assert_eq!(with(NewHeader::Place), Some("place above the text"));
        let button = |button| content(&New { buttons: vec![button], ..New::default() }).err();
        for (one, lacks) in [
            (NewButton::Code("X".into()), "code to copy"),
            (NewButton::Flow("x".into(), "1".into(), None), "form"),
            (NewButton::ContactRequest, "request for a number"),
        ] {
            assert_eq!(button(one), Some(lacks));
        }
        let offer = New { offer: Some(("x".into(), false)), ..New::default() };
        assert_eq!(content(&offer).err(), Some("offer for a limited time"));
    }
}
