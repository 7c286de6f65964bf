//! What Twilio keeps of every message, and lists: twilio.com/docs/messaging/api/message-resource. Read strictly: an
//! unknown parameter or a date in another form is refused.

use super::rich::Made;
use super::{VERSION, account, hook, number};
use crate::kit::Timestamp;
use crate::sandbox::graph::{Answer, json_answer};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::request::{Content, Send};
use crate::sandbox::state::State;
use crate::sandbox::update::{Update, What};
use serde_json::{Value, json};

/// Messages on a page, however many are asked for: a list may always give fewer.
const PAGE: usize = 12;

/// Every message, in the order in which they were, and every content that the business made.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Log {
    entries: Vec<Entry>,
    pub(super) made: Vec<Made>,
}

#[derive(Debug)]
struct Entry {
    sid: String,
    at: Timestamp,
    /// Since when its status is what it is.
    updated: Timestamp,
    from: String,
    to: String,
    body: String,
    status: String,
    error: Option<i32>,
    /// The id and the type of its file.
    file: Option<(String, String)>,
    /// Of a customer's: its webhook.
    update: Option<Update>,
}

impl Log {
    /// Notes what is about to be posted.
    pub(in crate::sandbox) fn told(&mut self, update: &Update, number: &str) {
        match &update.what {
            What::Message { id, .. } => {
                let form = hook::message(update, id, "", "");
                let field = |wanted: &str| {
                    let found = form.iter().find(|(name, _)| name == wanted);
                    found.map(|(_, value)| value.clone()).unwrap_or_default()
                };
                let at = at(update);
                let file = field("MediaUrl0").rsplit_once('/').map(|(_, id)| id.to_owned());
                self.entries.push(Entry {
                    sid: id.clone(),
                    at,
                    updated: at,
                    from: field("From"),
                    to: format!("whatsapp:+{number}"),
                    body: field("Body"),
                    status: "received".to_owned(),
                    error: None,
                    file: file.map(|id| (id, field("MediaContentType0"))),
                    update: Some(update.clone()),
                });
            }
            What::Status { id, status } => {
                if let Some(entry) = self.entries.iter_mut().find(|entry| entry.sid == *id) {
                    let word = if *status == "failed" { "undelivered" } else { status };
                    entry.status = word.to_owned();
                    entry.updated = at(update);
                    let code = update.body["errors"][0]["code"].as_i64();
                    entry.error = code.map(|code| hook::number(i32::try_from(code).unwrap_or(0)));
                }
            }
            What::Preference | What::Whole(_) => {}
        }
    }

    /// Notes what was taken to be sent.
    pub(in crate::sandbox) fn sent(&mut self, sid: &str, number: &str, send: &Send, at: Timestamp) {
        let body = match &send.content {
            Content::Free { text, .. } => text.clone(),
            Content::Template(_) => String::new(),
        };
        let to = send.to.as_ref().or(send.recipient.as_ref()).cloned().unwrap_or_default();
        self.entries.push(Entry {
            sid: sid.to_owned(),
            at,
            updated: at,
            from: format!("whatsapp:+{number}"),
            to: format!("whatsapp:{to}"),
            body,
            status: "queued".to_owned(),
            error: None,
            file: None,
            update: None,
        });
    }

    /// The webhook of a customer's message.
    pub(in crate::sandbox) fn webhook(&self, sid: &str) -> Option<Update> {
        self.entries.iter().find(|entry| entry.sid == sid)?.update.clone()
    }
}

/// Platform time of what is told.
fn at(update: &Update) -> Timestamp {
    let at = update.body["timestamp"].as_str().and_then(|text| text.parse().ok());
    Timestamp::from_secs(at.unwrap_or_default())
}

impl Entry {
    fn listed(&self, account: &str) -> Value {
        let date = |at: Timestamp| at.to_jiff().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let uri = format!("/{VERSION}/Accounts/{account}/Messages/{}", self.sid);
        json!({
            "sid": self.sid, "account_sid": account, "api_version": VERSION, "from": self.from,
            "to": self.to, "body": self.body, "status": self.status, "error_code": self.error,
            "error_message": null, "price": null, "price_unit": "USD", "num_segments": "1",
            "messaging_service_sid": null,
            "direction": if self.update.is_some() { "inbound" } else { "outbound-api" },
            "num_media": u8::from(self.file.is_some()).to_string(),
            "date_created": date(self.at), "date_sent": date(self.at),
            "date_updated": date(self.updated),
            "uri": format!("{uri}.json"), "subresource_uris": { "media": format!("{uri}/Media.json") },
        })
    }
}

/// What is asked for.
#[derive(Default)]
struct Wanted {
    to: Option<String>,
    from: Option<String>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    size: usize,
    /// After this one.
    token: Option<String>,
}

impl Wanted {
    fn read(query: &str) -> Result<Self, Refusal> {
        let bad = |what: String| Refusal::new(20_001, what);
        let mut wanted = Self { size: 50, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
            let date = || {
                let text = value.strip_suffix('Z').filter(|text| text.len() == 19);
                let text = text.ok_or_else(|| bad(format!("{value} is no date in UTC")))?;
                let at = format!("{text}Z").parse::<jiff::Timestamp>();
                at.map(Timestamp::from).map_err(|_| bad(format!("{value} is no date")))
            };
            match name.as_str() {
                "To" => wanted.to = Some(value),
                "From" => wanted.from = Some(value),
                "DateSent>" => wanted.since = Some(date()?),
                "DateSent<" => wanted.until = Some(date()?),
                "PageSize" => {
                    let size = value.parse().ok().filter(|size| (1..=1_000).contains(size));
                    wanted.size = size.ok_or_else(|| bad("PageSize is 1 to 1000".to_owned()))?;
                }
                "Page" => {}
                "PageToken" => wanted.token = value.strip_prefix("PA").map(str::to_owned),
                _ => return Err(bad(format!("Unknown parameter {name}"))),
            }
        }
        Ok(wanted)
    }

    fn has(&self, entry: &Entry) -> bool {
        self.to.as_ref().is_none_or(|to| *to == entry.to)
            && self.from.as_ref().is_none_or(|from| *from == entry.from)
            && self.since.is_none_or(|since| since.secs() <= entry.at.secs())
            && self.until.is_none_or(|until| entry.at.secs() <= until.secs())
    }
}

/// `GET Messages.json`: the latest first.
pub(super) fn list(state: &State, query: &str) -> Result<Answer, Refusal> {
    let wanted = Wanted::read(query)?;
    let account = account(state);
    let size = wanted.size.min(PAGE);
    let (listed, last, more) = state.with_log(|log| {
        let mut found: Vec<_> = log.entries.iter().filter(|entry| wanted.has(entry)).collect();
        found.sort_by_key(|entry| entry.at.secs());
        found.reverse();
        let first = wanted.token.as_ref().map_or(0, |token| {
            found.iter().position(|entry| entry.sid == *token).map_or(found.len(), |at| at + 1)
        });
        let page: Vec<_> = found.iter().skip(first).take(size).collect();
        let last = page.last().map(|entry| entry.sid.clone());
        let listed: Vec<_> = page.iter().map(|entry| entry.listed(account)).collect();
        (listed, last, first + size < found.len())
    });
    let next = last.filter(|_| more).map(|last| {
        let kept = form_urlencoded::parse(query.as_bytes())
            .filter(|(name, _)| name != "PageToken" && name != "Page");
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .append_pair("Page", "1")
            .append_pair("PageToken", &format!("PA{last}"))
            .finish();
        format!("/{VERSION}/Accounts/{account}/Messages.json?{query}")
    });
    Ok(json_answer(&json!({ "messages": listed, "page_size": size, "next_page_uri": next })))
}

/// `GET Messages/{sid}/Media.json`.
pub(super) fn files(state: &State, sid: &str) -> Result<Answer, Refusal> {
    let account = account(state);
    let there = state.with_log(|log| {
        let entry = log.entries.iter().find(|entry| entry.sid == sid)?;
        let file = entry.file.as_ref().map(|(id, mime)| {
            let uri = format!("/{VERSION}/Accounts/{account}/Messages/{sid}/Media/{id}.json");
            json!({ "sid": id, "parent_sid": sid, "content_type": mime, "uri": uri })
        });
        Some(file.into_iter().collect::<Vec<_>>())
    });
    let there =
        there.ok_or_else(|| Refusal::new(20_404, "The requested resource was not found"))?;
    Ok(json_answer(&json!({ "media_list": there, "next_page_uri": null })))
}

/// Notes an update in the log of whoever keeps one.
pub(in crate::sandbox) fn note(state: &State, update: &Update) {
    state.with_log(|log| log.told(update, number(state)));
}
