//! The business sends: the platform's rules, and the statuses that follow
//! (pages messages/send-messages, webhooks/reference/messages/status, about-the-platform).

use super::{Event, World};
use crate::kit::Timestamp;
use crate::sandbox::actor::{Actor, Heard};
use crate::sandbox::budget::Budget;
use crate::sandbox::fault::Hold;
use crate::sandbox::media;
use crate::sandbox::options::Strangers;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::request::{Content, Send, Template as Asked};
use crate::sandbox::script::{Deed, is_phone};
use crate::sandbox::update::{Update, What};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a customer may be answered freely after the last message.
const WINDOW_MS: i64 = 86_400_000;
/// Messages to one customer that may be borrowed from the future, and how fast they come back (desk time).
const PAIR: (u32, f64) = (45, 6_000.0);
/// Messages a second and number (real time).
const THROUGHPUT: (u32, f64) = (80, 1_000.0 / 80.0);

/// How long a template is held.
const HELD: Duration = Duration::from_secs(600);

/// What becomes of a message after it was accepted.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sandbox) struct Later {
    /// It fails with this code.
    pub(in crate::sandbox) fails: Option<i32>,
    /// It is held first.
    pub(in crate::sandbox) held: Option<Hold>,
}

/// A send that the platform took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Accepted {
    /// The message's id.
    pub(in crate::sandbox) id: String,
    /// The customer, by the script's name.
    pub(in crate::sandbox) customer: String,
    /// The platform's word for what was sent.
    pub(in crate::sandbox) kind: String,
    input: String,
    group: bool,
    wa_id: Option<String>,
    user_id: Option<String>,
    held: Option<Hold>,
}

impl Accepted {
    /// The body of the answer.
    pub(in crate::sandbox) fn body(&self) -> Value {
        let mut contact = json!({ "input": self.input });
        if let Some(wa_id) = &self.wa_id {
            contact["wa_id"] = wa_id.as_str().into();
        }
        if let Some(user_id) = &self.user_id {
            contact["user_id"] = user_id.as_str().into();
        }
        let mut message = json!({ "id": self.id });
        if self.group {
            message["group_id"] = self.input.as_str().into();
        }
        if self.kind == "template" {
            message["message_status"] = self.held.map_or("accepted", Hold::word).into();
        }
        json!({ "messaging_product": "whatsapp", "contacts": [contact], "messages": [message] })
    }
}

impl World {
    /// Takes or refuses one message from `number`. `real` is the real time since the start, for the throughput;
    /// `later` is what becomes of it after it was accepted.
    pub(in crate::sandbox) fn send(
        &mut self,
        number: &str,
        send: &Send,
        now: Timestamp,
        real: Duration,
        mut later: Later,
    ) -> Result<Accepted, Refusal> {
        let actor = self.recipient(send)?;
        let (kind, heard, category) = match &send.content {
            Content::Template(asked) => {
                let (heard, category) = self.template(actor, asked)?;
                ("template", heard, category)
            }
            Content::Free { kind, text, deeds, media } => {
                match self.window(actor, now) {
                    // It is told later.
                    Err(refusal) if self.late => later.fails = later.fails.or(Some(refusal.code)),
                    judged => judged?,
                }
                if let Some(id) = media {
                    let Some(file) = self.media.get(id) else {
                        let details = format!("Media id {id} does not exist.");
                        return Err(Refusal::new(131_009, details));
                    };
                    // Anything may be sent as a document; above a text it has its own kind.
                    if !matches!(*kind, "document" | "interactive")
                        && media::carried_by(&file.mime) != Some(*kind)
                    {
                        let details = format!("A file of type {} is no {kind}.", file.mime);
                        return Err(Refusal::new(131_053, details));
                    }
                }
                let heard = Heard { id: String::new(), text: text.clone(), deeds: deeds.clone() };
                (*kind, heard, "service".to_owned())
            }
        };
        let real_ms = i64::try_from(real.as_millis()).unwrap_or(i64::MAX);
        let fresh = || Budget::new(THROUGHPUT.0, THROUGHPUT.1, real_ms);
        if !self.throughput.entry(number.to_owned()).or_insert_with(fresh).take(real_ms) {
            let details = "Message failed to send because there were too many messages sent from this phone number in a short period of time";
            return Err(Refusal::new(130_429, details).subcode(2_494_055));
        }
        let fresh = || Budget::new(PAIR.0, PAIR.1, now.millis());
        if !self.pair.entry(actor).or_insert_with(fresh).take(now.millis()) {
            let details = "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.";
            return Err(Refusal::new(131_056, details));
        }
        let wrote = self.actors[actor].wrote;
        let outside = wrote.is_none_or(|wrote| now.since(wrote) >= WINDOW_MS);
        if kind == "template" && outside && !self.reach.take(actor, now) {
            let details = "Message failed to send because there are restrictions on how many messages can be sent from this phone number.";
            return Err(Refusal::new(131_048, details));
        }
        let one = &self.actors[actor];
        let who = one.phone.as_ref().or(one.user_id.as_ref()).unwrap_or(&one.id).clone();
        let accepted = Accepted {
            id: self.ids.message(&who, false),
            customer: one.id.clone(),
            kind: kind.into(),
            group: send.group,
            input: send.to.clone().or_else(|| send.recipient.clone()).unwrap_or_default(),
            wa_id: one.phone.clone(),
            user_id: one.user_id.clone(),
            held: later.held,
        };
        later.fails = later.fails.or((!one.reachable).then_some(131_026));
        let course = Course { number, actor, send, category: &category, now };
        self.follow(&course, Heard { id: accepted.id.clone(), ..heard }, later);
        Ok(accepted)
    }

    fn recipient(&mut self, send: &Send) -> Result<usize, Refusal> {
        let bad = |what: String| Refusal::new(131_009, what);
        if send.group {
            return self.group_of(send.to.as_deref().unwrap_or_default());
        }
        if let Some(to) = &send.to {
            let digits: String =
                to.chars().filter(|c| !matches!(c, '+' | ' ' | '-' | '(' | ')')).collect();
            if !to.starts_with('+') {
                let says = "to lacks its leading +: without it the number would be read as local";
                return Err(bad(says.into()));
            }
            if !is_phone(&digits) {
                return Err(bad("to is no international phone number".into()));
            }
            return self.known(&digits, || Actor::stranger(Some(&digits), None, 0));
        }
        let user_id = send.recipient.as_deref().unwrap_or_default();
        let shaped = user_id.split_once('.').is_some_and(|(country, rest)| {
            country.len() == 2
                && country.bytes().all(|byte| byte.is_ascii_uppercase())
                && !rest.is_empty()
                && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        });
        if !shaped {
            return Err(bad("recipient is no business-scoped user id".into()));
        }
        self.known(user_id, || Actor::stranger(None, Some(user_id), 0))
    }

    fn known(&mut self, key: &str, stranger: impl Fn() -> Actor) -> Result<usize, Refusal> {
        match (self.index.get(key), self.strangers) {
            (Some(actor), _) => Ok(*actor),
            (None, Strangers::Accept) => Ok(self.enter(stranger())),
            (None, Strangers::Refuse) => Err(Refusal::new(
                131_026,
                "Message Undeliverable: the recipient is not on WhatsApp.",
            )),
        }
    }

    fn window(&self, actor: usize, now: Timestamp) -> Result<(), Refusal> {
        let one = &self.actors[actor];
        let open = match one.wrote {
            Some(wrote) => now.since(wrote) < WINDOW_MS,
            None => one.stranger,
        };
        if open {
            return Ok(());
        }
        let details = "Message failed to send because more than 24 hours have passed since the customer last replied to this number.";
        Err(Refusal::new(131_047, details))
    }

    fn template(&self, actor: usize, asked: &Asked) -> Result<(Heard, String), Refusal> {
        let template = self.catalogue.find(&asked.name, &asked.language.code)?;
        let text = template.fill(asked)?;
        if template.category == "MARKETING" && self.actors[actor].no_marketing {
            let details = "The user has stopped marketing messages from your business.";
            return Err(Refusal::new(131_050, details));
        }
        let press = |(payload, text): (String, String)| Deed::Press { payload, text };
        let presses = template.quick_replies(asked).into_iter().map(press);
        let form = template.form_token(asked).map(|token| Deed::Fill { token });
        let deeds = presses.chain(form).collect();
        let heard = Heard { id: String::new(), text, deeds };
        Ok((heard, template.category.to_lowercase()))
    }

    /// Plans what follows an accepted message: sent, delivered, read, an answer; or failed.
    fn follow(&mut self, course: &Course<'_>, heard: Heard, later: Later) {
        let Course { actor, now, .. } = *course;
        let waits = self.actors[actor].heard.is_none();
        let dice = &mut self.actors[actor].dice;
        let seconds = Duration::from_secs_f64;
        let held = later.held.map_or(Duration::ZERO, |_| HELD);
        let sent = now + held + dice.between(seconds(0.3), seconds(1.5));
        let dropped = later.held == Some(Hold::Drop);
        if let Some(code) = later.fails.or(dropped.then_some(135_000)) {
            let at = sent + dice.between(seconds(0.5), seconds(3.0));
            self.report(course, &heard.id, ("failed", at), Some(code));
            return;
        }
        // Who waits for a first answer has the phone at hand.
        let offline = dice.chance(0.08) && !waits;
        let away = if offline { seconds(1_800.0) } else { seconds(2.0) };
        let delivered = sent + dice.around(away);
        let reading = dice.around(seconds(25.0));
        let read = delivered + reading.max(seconds(1.0));
        let reads = self.actors[actor].reads;
        self.report(course, &heard.id, ("sent", sent), None);
        self.report(course, &heard.id, ("delivered", delivered), None);
        if reads {
            self.report(course, &heard.id, ("read", read), None);
        }
        // A reaction is seen, and asks for nothing; in a group nobody feels asked.
        let reaction = matches!(course.send.content, Content::Free { kind: "reaction", .. });
        if !reaction && !course.send.group {
            self.later(read, Event::Hear { actor, heard });
        }
    }

    fn report(
        &mut self,
        course: &Course<'_>,
        id: &str,
        (status, at): (&'static str, Timestamp),
        code: Option<i32>,
    ) {
        let one = &self.actors[course.actor];
        let failed = status == "failed";
        let mut body = json!({ "id": id, "status": status, "timestamp": at.secs().to_string() });
        if let Some(phone) = &one.phone {
            body["recipient_id"] = phone.as_str().into();
        }
        let to_phone = course.send.to.is_some();
        if let (Some(user_id), false) = (&one.user_id, failed && to_phone) {
            body["recipient_user_id"] = user_id.as_str().into();
        }
        if let Some(callback) = &course.send.callback {
            body["biz_opaque_callback_data"] = callback.as_str().into();
        }
        if let Some(url) = &course.send.status_to {
            body["status_to"] = url.as_str().into();
        }
        if matches!(status, "sent" | "delivered") {
            body["pricing"] = json!({
                "billable": true, "pricing_model": "PMP", "type": "regular", "category": if course.send.group { format!("group_{}", course.category) } else { course.category.to_owned() },
            });
        }
        if let Some(code) = code {
            body["errors"] = json!([Refusal::injected(code, self.says.as_deref()).in_status()]);
        }
        let contact = (!failed && !course.send.group).then(|| one.contact(status != "sent"));
        let what = What::Status { id: id.into(), status };
        let update = Update { number: course.number.into(), contact, what, body };
        let told = match &course.send.to {
            Some(id) if course.send.group => self.told_of(id, update),
            _ => vec![update],
        };
        for update in told {
            self.later(at, Event::Report(Box::new(update)));
        }
    }
}

/// What the statuses of one message have in common.
struct Course<'a> {
    number: &'a str,
    actor: usize,
    send: &'a Send,
    category: &'a str,
    now: Timestamp,
}
