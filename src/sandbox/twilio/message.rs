//! What `POST Messages.json` takes.

use super::content;
use crate::sandbox::media::{self, File};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::request::{Content, Send};
use crate::sandbox::state::State;
use std::collections::BTreeMap;
use std::time::Duration;

/// The longest text.
const BODY_MOST: usize = 1_600;
/// How long a file may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A form that kept every rule which can be judged from it alone.
#[derive(Debug, PartialEq)]
pub(super) struct Asked {
    to: String,
    status_callback: Option<String>,
    body: Option<String>,
    media: Option<String>,
    place: Option<String>,
    content: Option<(String, BTreeMap<String, String>)>,
}

fn bad(what: impl Into<String>) -> Refusal {
    Refusal::new(20_001, what)
}

/// Reads a form.
pub(super) fn read(bytes: &[u8], number: &str) -> Result<Asked, Refusal> {
    const KNOWN: [&str; 9] = [
        "From",
        "To",
        "Body",
        "MediaUrl",
        "ContentSid",
        "ContentVariables",
        "StatusCallback",
        "PersistentAction",
        "ValidityPeriod",
    ];
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(bytes).into_owned() {
        if !KNOWN.contains(&name.as_str()) {
            return Err(bad(format!("Unknown parameter {name}")));
        }
        if fields.insert(name.clone(), value).is_some() {
            return Err(bad(format!("{name} stands twice")));
        }
    }
    let mut take = |name: &str| fields.remove(name);
    match take("From").as_deref().map(|from| from.strip_prefix("whatsapp:+")) {
        None => return Err(Refusal::new(21_603, "A 'From' phone number is required.")),
        Some(Some(from)) if from == number => {}
        Some(_) => {
            let told = "Twilio could not find a Channel with the specified From address";
            return Err(Refusal::new(63_007, told));
        }
    }
    let to = take("To").ok_or_else(|| Refusal::new(21_604, "A 'To' phone number is required."))?;
    let to = to.strip_prefix("whatsapp:").map(str::to_owned);
    let right = |to: &String| match to.strip_prefix('+') {
        Some(digits) => {
            (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        None => to.split_once('.').is_some_and(|(country, rest)| {
            country.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }),
    };
    let to = to.filter(right).ok_or_else(|| Refusal::new(21_211, "Invalid 'To' Phone Number"))?;
    let status_callback = take("StatusCallback");
    if status_callback.as_ref().is_some_and(|url| reqwest::Url::parse(url).is_err()) {
        return Err(Refusal::new(21_609, "The StatusCallback URL is not a valid URL."));
    }
    let (body, media, place) = (take("Body"), take("MediaUrl"), take("PersistentAction"));
    let (sid, variables) = (take("ContentSid"), take("ContentVariables"));
    let content = match (sid, variables) {
        (None, Some(_)) => return Err(bad("ContentVariables without ContentSid")),
        (None, None) => None,
        (Some(_), _) if body.is_some() || media.is_some() || place.is_some() => {
            return Err(bad("A content has neither body nor media"));
        }
        (Some(sid), variables) => {
            let invalid = |_| Refusal::new(21_656, "The ContentVariables Parameter is invalid");
            let variables = variables.map(|json| serde_json::from_str(&json)).transpose();
            Some((sid, variables.map_err(invalid)?.unwrap_or_default()))
        }
    };
    if body.is_none() && media.is_none() && content.is_none() {
        return Err(Refusal::new(21_619, "A message body, media URL or content SID is required."));
    }
    if body.as_ref().is_some_and(|body| body.chars().count() > BODY_MOST) {
        return Err(Refusal::new(21_617, "The concatenated message body exceeds the limit"));
    }
    if place.as_ref().is_some_and(|place| !is_place(place)) {
        return Err(bad("PersistentAction is no geo:LATITUDE,LONGITUDE|LABEL"));
    }
    if place.is_some() && body.as_deref().unwrap_or_default().is_empty() {
        return Err(Refusal::new(21_619, "A location needs a body."));
    }
    Ok(Asked { to, status_callback, body, media, place, content })
}

fn is_place(text: &str) -> bool {
    let place = text.strip_prefix("geo:").and_then(|text| text.split_once('|'));
    let pair =
        place.and_then(|(place, label)| (!label.is_empty()).then(|| place.split_once(','))?);
    pair.is_some_and(|(latitude, longitude)| {
        let within = |text: &str, most: f64| {
            text.parse::<f64>().is_ok_and(|degrees| (-most..=most).contains(&degrees))
        };
        within(latitude, 90.0) && within(longitude, 180.0)
    })
}

impl Asked {
    /// The same as the world takes it, and the number with which it will fail after it was taken: Twilio looks at
    /// files only then.
    pub(super) async fn into_send(self, state: &State) -> Result<(Send, Option<i32>), Refusal> {
        let mut later = None;
        let text = self.body.unwrap_or_default();
        let free =
            |kind, media| Content::Free { kind, text: text.clone(), deeds: Vec::new(), media };
        let content = match (self.content, self.media) {
            (Some((sid, variables)), _) => match content::made(state, &sid, &variables)? {
                Some(made) => made,
                None => Content::Template(content::asked(state, &sid, &variables)?),
            },
            (None, Some(url)) => match fetch(&url).await {
                Some(file) if media::judge(&file).is_ok() => {
                    let kind = media::carried_by(&file.mime).unwrap_or("document");
                    let id = state.with_world(|world| {
                        let id = world.ids.number().to_string();
                        world.media.keep(id.clone(), file);
                        id
                    });
                    state.note(|record| record.requests.uploads += 1);
                    free(kind, Some(id))
                }
                _ => {
                    later = Some(63_019);
                    free("document", None)
                }
            },
            (None, None) if self.place.is_some() => free("location", None),
            (None, None) => free("text", None),
        };
        let phone = self.to.starts_with('+');
        let callback = self.status_callback.as_deref().and_then(outbox);
        let send = Send {
            group: false,
            to: phone.then(|| self.to.clone()),
            recipient: (!phone).then_some(self.to),
            callback,
            status_to: self.status_callback,
            context: None,
            content,
            template: None,
        };
        Ok((send, later))
    }
}

/// What the business wants to find its message by: the last value in the address of its statuses.
fn outbox(url: &str) -> Option<String> {
    let url = reqwest::Url::parse(url).ok()?;
    url.query_pairs().last().map(|(_, value)| value.into_owned())
}

/// Fetches a file as anybody may.
async fn fetch(url: &str) -> Option<File> {
    // A second provider is refused, and the one already there is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().ok()?;
    let answer = http.get(url).send().await.ok()?.error_for_status().ok()?;
    let mime = answer.headers().get("content-type")?.to_str().ok()?.to_owned();
    Some(File { mime, bytes: answer.bytes().await.ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(form: &[(&str, &str)]) -> Option<i32> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        read(form.as_bytes(), "14155238886").err().map(|refusal| refusal.code)
    }

    #[test]
    fn only_what_twilio_takes_is_taken() {
        let (from, to) = (("From", "whatsapp:+14155238886"), ("To", "whatsapp:+393331234567"));
        let long = "x".repeat(1_601);
        for (form, code) in [
            (vec![from, to, ("Body", "ciao")], None),
            (vec![from, ("To", "whatsapp:BR.123"), ("Body", "ciao")], None),
            (vec![from, to, ("MediaUrl", "https://a.example/x")], None),
            (vec![from, to, ("PersistentAction", "geo:45.5,9.2|Shop"), ("Body", "Shop")], None),
            (vec![from, to, ("ContentSid", "HX1"), ("ContentVariables", r#"{"1":"a"}"#)], None),
            (vec![to, ("Body", "ciao")], Some(21_603)),
            (vec![("From", "+14155238886"), to, ("Body", "ciao")], Some(63_007)),
            (vec![("From", "whatsapp:+1"), to, ("Body", "ciao")], Some(63_007)),
            (vec![from, ("Body", "ciao")], Some(21_604)),
            (vec![from, ("To", "+393331234567"), ("Body", "ciao")], Some(21_211)),
            (vec![from, ("To", "whatsapp:393331234567"), ("Body", "ciao")], Some(21_211)),
            (vec![from, to], Some(21_619)),
            (vec![from, to, ("Body", &long)], Some(21_617)),
            (vec![from, to, ("Body", "a"), ("Body", "b")], Some(20_001)),
            (vec![from, to, ("Body", "a"), ("body", "b")], Some(20_001)),
            (vec![from, to, ("Body", "a"), ("ContentSid", "HX1")], Some(20_001)),
            (vec![from, to, ("ContentSid", "HX1"), ("ContentVariables", "[]")], Some(21_656)),
            (vec![from, to, ("Body", "a"), ("ContentVariables", "{}")], Some(20_001)),
            (vec![from, to, ("Body", "a"), ("StatusCallback", "/x")], Some(21_609)),
            (vec![from, to, ("PersistentAction", "geo:95,9|Shop"), ("Body", "x")], Some(20_001)),
            (vec![from, to, ("PersistentAction", "geo:45,9|Shop")], Some(21_619)),
        ] {
            assert_eq!(judged(&form), code, "{form:?}");
        }
    }
}
