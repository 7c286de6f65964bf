//! From the platform's words to the desk's facts: the last place that knows Meta's vocabulary.

mod account;
mod details;
mod template;
mod told;

use super::fact::{Fact, What, Who, Whose};
use crate::domain::command::{Arrival, Track};
use crate::domain::details::{CallEnd, Details};
use crate::domain::id::{ConversationId, IdentityKey, MessageKey, OutboxId, SendId};
use crate::domain::identity::{Identity, IdentityKind, Known, phone_variants};
use crate::domain::line::{News, Told};
use crate::domain::message::{Inbound, Kind, Media, Source};
use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::status::Status;
use crate::domain::template::Purpose;
use crate::kit::Timestamp;
use crate::kit::text::one_line;
use crate::vault::Vault;
use crate::whatsapp::error::PlatformError;
use crate::whatsapp::webhook::{self, Content, Customer, Item, State};
use std::collections::BTreeSet;

/// Turns the items of a webhook into facts. Needs the vault for fingerprints, and the lines whose secret
/// signed the body: an item for another line is put away, whatever it says.
pub struct Translator<'a> {
    /// Makes the fingerprints.
    pub vault: &'a Vault,
    /// The rules in force, for the lines' portfolios.
    pub policy: &'a Policy,
    /// Phone number ids of the lines that the signature vouches for.
    pub lines: &'a BTreeSet<Name>,
    /// WhatsApp Business accounts of those lines.
    pub accounts: &'a BTreeSet<Name>,
    /// Desk time, for what the platform puts no time to.
    pub now: Timestamp,
}

impl Translator<'_> {
    /// The facts of one webhook, oldest first by the platform's own timestamps.
    pub fn facts(&self, items: &[Item<'_>]) -> Vec<Fact> {
        let mut facts: Vec<_> = items.iter().map(|item| self.fact(item)).collect();
        facts.sort_by_key(|fact| match &fact.what {
            What::Message(arrival) => arrival.at,
            What::Status(_, track) => track.at,
            What::Preference { at, .. } => *at,
            _ => Timestamp(i64::MIN),
        });
        facts
    }

    fn fact(&self, item: &Item<'_>) -> Fact {
        let fact = self.read(item);
        match fact.what {
            What::Message(_) if fact.who.identities.is_empty() => {
                dead(item, fact.line, "sender: a message without a sender's id".into())
            }
            _ => fact,
        }
    }

    fn read(&self, item: &Item<'_>) -> Fact {
        let origin = &item.origin;
        let number = origin.phone_number_id.as_deref().unwrap_or_default();
        let line = self.lines.get(number).cloned().unwrap_or_else(|| Name::from(number));
        let dead = |reason: String| dead(item, line.clone(), reason);
        let of_line = origin.phone_number_id.is_some();
        let account = origin.waba_id.as_deref().unwrap_or_default();
        if of_line && !self.lines.contains(&line) {
            return dead(
                "line: for a number that is not configured with the secret that signed it".into(),
            );
        }
        if !of_line && !self.accounts.contains(account) {
            return dead(
                "account: for an account that is not configured with the secret that signed it"
                    .into(),
            );
        }
        let noticed = || Fact {
            line: line.clone(),
            who: Who::default(),
            what: What::Noticed {
                what: format!("{}: {}", origin.field, item.fact.kind()),
                raw: item.raw.to_owned(),
            },
        };
        let told = |news: Vec<News>| {
            if news.is_empty() {
                return noticed();
            }
            let at = origin.entry_time.unwrap_or(self.now);
            let news = news.into_iter().map(|news| Told { at, news }).collect();
            let (number, account) = (origin.display_number.clone(), Name::from(account));
            let whose = match of_line {
                true => Whose::Line(line.clone()),
                false => Whose::Account { account, number },
            };
            let what = format!("{}: {}", origin.field, item.fact.kind());
            let what = What::Told { whose, news, what, raw: item.raw.to_owned() };
            Fact { line: line.clone(), who: Who::default(), what }
        };
        // What has no time of its own has that of its entry, so that it is the same one when it comes again.
        let dated = Translator { now: origin.entry_time.unwrap_or(self.now), ..*self };
        let about = |customer: &Customer, at, what| Fact {
            who: self.who(&line, customer, at),
            line: line.clone(),
            what,
        };
        match &item.fact {
            webhook::Fact::Message(message) => match &message.customer {
                Some(customer) => self.message(item, &line, message, customer, false),
                None => dead("sender: a message without a sender's id".into()),
            },
            webhook::Fact::Echo(message) => match &message.customer {
                Some(customer) => self.message(item, &line, message, customer, true),
                None => dead("recipient: an echo without a recipient's id".into()),
            },
            webhook::Fact::Status(status) => self.status(&line, status).unwrap_or_else(noticed),
            webhook::Fact::Call(call) => match (&call.customer, called(call, item.raw)) {
                (Some(customer), Some((kind, body))) => {
                    let arrival = Arrival {
                        at: call.timestamp,
                        key: self.message_key(&line, &body.id),
                        kind,
                        source: source(origin.source, false),
                        outgoing: false,
                        undated: false,
                        body,
                    };
                    about(customer, call.timestamp, What::Message(Box::new(arrival)))
                }
                _ => noticed(),
            },
            webhook::Fact::UserPreference(preference) => match &preference.customer {
                Some(customer) => {
                    let at = preference.timestamp;
                    let entry = of_line.then(|| {
                        Box::new(told::chosen(self, &line, preference, customer, item.raw))
                    });
                    match (told::granted(preference), entry) {
                        (Some(granted), entry) => {
                            about(customer, at, What::Preference { granted, at, entry })
                        }
                        (None, Some(entry)) => about(customer, at, What::Message(entry)),
                        (None, None) => noticed(),
                    }
                }
                None => dead("sender: a preference without a customer's id".into()),
            },
            webhook::Fact::UserIdUpdate(update) => {
                let before = Customer {
                    user_id: update.previous.clone(),
                    wa_id: update.wa_id.clone(),
                    ..Customer::default()
                };
                let at = update.timestamp.unwrap_or(Timestamp(0));
                let now = self.known(&line, IdentityKind::UserId, &update.current);
                about(&before, at, What::Renamed(vec![now]))
            }
            webhook::Fact::Unknown { reason } => dead(format!("unknown: {reason}")),
            webhook::Fact::Bad { reason } => dead(format!("malformed: {reason}")),
            webhook::Fact::Account(event) => told(account::news(&origin.field, event)),
            webhook::Fact::TemplateStatus(update) => told(template::status(update)),
            webhook::Fact::TemplateQuality(update) => told(template::quality(update)),
            webhook::Fact::TemplateCategory(update) => told(template::category(update)),
            webhook::Fact::Handover(handover) => match &handover.customer {
                Some(customer) => {
                    let arrival = told::handed(&dated, &line, handover, customer, item.raw);
                    about(customer, arrival.at, What::Message(Box::new(arrival)))
                }
                None => dead("sender: a handover without a customer's id".into()),
            },
            webhook::Fact::Group(update) if !of_line => dead(format!(
                "line: of the group {}, without the number of the line",
                one_line(&update.kind, 40)
            )),
            webhook::Fact::Group(update) => {
                let arrival = told::grouped(&dated, &line, update, item.raw);
                let mut who = self.group(&line, &update.id);
                if let Some(subject) = &update.subject {
                    let key = self.vault.fingerprint("name", subject.as_bytes()) as u64;
                    who.name = Some((subject.clone(), MessageKey(key)));
                    who.makeshift = false;
                }
                Fact { line: line.clone(), who, what: What::Message(Box::new(arrival)) }
            }
            webhook::Fact::CallStatus(_) | webhook::Fact::TemplateComponents(_) => noticed(),
            webhook::Fact::Progress(progress) => {
                told(vec![News::History { percent: progress.percent }])
            }
            webhook::Fact::BookEntry(entry) => match &entry.customer {
                Some(customer) => {
                    let mut who = self.who(&line, customer, self.now);
                    let name = entry.name.as_deref().unwrap_or_default();
                    let key = self.vault.fingerprint("name", name.as_bytes()) as u64;
                    who.name = Some((name.to_owned(), MessageKey(key)));
                    let at = entry.timestamp.unwrap_or(self.now);
                    Fact { line: line.clone(), who, what: What::Booked { at } }
                }
                None => dead("sender: a contact of the phone without an id".into()),
            },
            webhook::Fact::Error(error) => told(vec![account::fault(error)]),
        }
    }

    fn message(
        &self,
        item: &Item<'_>,
        line: &Name,
        message: &webhook::Message,
        customer: &Customer,
        outgoing: bool,
    ) -> Fact {
        let (kind, media, about) = shape(&message.content);
        let quoted = message.context.as_ref().and_then(|context| context.id.clone());
        let text = message.content.text().unwrap_or_default();
        let group = message.group_id.as_deref();
        let plain = kind == Kind::Text
            && message.referral.is_none()
            && message.errors.is_empty()
            && group.is_none();
        let mut details = details::of(message);
        if group.is_some() && !outgoing {
            details.member = Some(details::member(customer));
        }
        let body = Inbound {
            id: message.id.clone(),
            text: text.to_owned(),
            media,
            about: about.or(quoted),
            details: Some(details).filter(|of| !of.is_empty()).map(Box::new),
            forwarded: message
                .context
                .as_ref()
                .is_some_and(|context| context.forwarded || context.frequently_forwarded),
            raw: (!plain).then(|| item.raw.to_owned()),
        };
        let arrival = Arrival {
            at: message.timestamp,
            key: self.message_key(line, &message.id),
            kind,
            source: source(item.origin.source, outgoing),
            outgoing,
            undated: false,
            body,
        };
        let mut who = match group {
            Some(id) => self.group(line, id),
            None => self.who(line, customer, message.timestamp),
        };
        // A changed number or id makes the same person known by one more identity.
        if let (Content::System(system), None) = (&message.content, group) {
            let new = |kind, value: &Option<String>| {
                value.as_deref().map(|value| self.known(line, kind, value))
            };
            who.identities.extend(new(IdentityKind::UserId, &system.user_id));
            who.identities.extend(new(IdentityKind::Phone, &system.wa_id));
        }
        if !outgoing && group.is_none() && arrival.source.is_live() {
            let number = own_number(message);
            who.shared = number.map(|number| self.known(line, IdentityKind::Phone, number));
        }
        Fact { line: line.clone(), who, what: What::Message(Box::new(arrival)) }
    }

    fn status(&self, line: &Name, status: &webhook::Status) -> Option<Fact> {
        let state = match status.state {
            State::Sent => Status::Sent,
            State::Delivered => Status::Delivered,
            State::Read => Status::Read,
            State::Played => Status::Played,
            // It came to the others.
            State::Failed if status.participant.is_some() => return None,
            State::Failed => Status::Failed,
            State::Deleted | State::Warning | State::Other(_) => return None,
        };
        let ours: Option<SendId> = status.callback.as_deref().and_then(|id| id.parse().ok());
        let track = Track {
            outbox: ours.map(|send| -> OutboxId { send.outbox }),
            key: self.message_key(line, &status.id),
            id: status.id.clone(),
            status: state,
            at: status.timestamp,
            error: status.errors.first().map(|error| error.code),
            said: status.errors.first().and_then(PlatformError::words),
            cost: status.pricing.as_ref().and_then(|pricing| purpose(pricing.category.as_deref()?)),
        };
        let customer = Customer {
            phone: status.recipient_id.clone(),
            user_id: status.recipient_user_id.clone(),
            ..status.customer.clone().unwrap_or_default()
        };
        let conversation = ours.map(|send| -> ConversationId { send.conversation });
        let who = match &status.recipient_id {
            Some(id) if status.to_group => self.group(line, id),
            _ => self.who(line, &customer, status.timestamp),
        };
        Some(Fact { line: line.clone(), who, what: What::Status(conversation, track) })
    }

    /// The fingerprint of a platform's message id, unique by line.
    pub fn message_key(&self, line: &Name, id: &str) -> MessageKey {
        message_key(self.vault, line, id)
    }

    fn who(&self, line: &Name, customer: &Customer, _at: Timestamp) -> Who {
        let mut identities: Vec<Known> = Vec::with_capacity(2);
        let mut add = |kind, value: &Option<String>| {
            let value = value.as_deref().filter(|value| !value.is_empty());
            if let Some(value) = value {
                // A masked number is nobody's: it must not make one person of many.
                if kind == IdentityKind::Phone && !value.contains(char::is_alphanumeric) {
                    return;
                }
                let known = self.known(line, kind, value);
                if !identities.iter().any(|other| other.keys[0] == known.keys[0]) {
                    identities.push(known);
                }
            }
        };
        add(IdentityKind::UserId, &customer.user_id);
        add(IdentityKind::Phone, &customer.wa_id);
        add(IdentityKind::Phone, &customer.phone);
        add(IdentityKind::Username, &customer.username);
        let name = customer.name.as_ref().filter(|name| !name.trim().is_empty()).map(|name| {
            let key = self.vault.fingerprint("name", name.as_bytes()) as u64;
            (name.clone(), MessageKey(key))
        });
        Who { identities, name, ..Who::default() }
    }

    /// A group, which is a contact of its own: what is said in it is nobody's private conversation.
    fn group(&self, line: &Name, id: &str) -> Who {
        let name = format!("Group {id}");
        let key = MessageKey(self.vault.fingerprint("name", name.as_bytes()) as u64);
        let identities = vec![self.known(line, IdentityKind::Group, id)];
        Who { identities, name: Some((name, key)), makeshift: true, shared: None }
    }

    fn known(&self, line: &Name, kind: IdentityKind, value: &str) -> Known {
        let portfolio = self.policy.lines.get(line).map_or("", |rules| rules.portfolio.as_str());
        known(self.vault, portfolio, kind, value)
    }
}

/// A dead letter of one item, in an envelope of its own: alone, an echo or a piece of history looks like a live
/// message of a customer.
fn dead(item: &Item<'_>, line: Name, reason: String) -> Fact {
    Fact { line, who: Who::default(), what: What::Dead { reason, raw: item.envelope() } }
}

/// The fingerprint of a platform's message id, unique by line. Never zero, which means that there is none.
pub fn message_key(vault: &Vault, line: &Name, id: &str) -> MessageKey {
    let bytes = [line.as_str().as_bytes(), b"\0", id.as_bytes()].concat();
    MessageKey((vault.fingerprint("message", &bytes) as u64).max(1))
}

/// An identity with its fingerprints, inside one portfolio.
pub fn known(vault: &Vault, portfolio: &str, kind: IdentityKind, value: &str) -> Known {
    let value = match kind {
        // What stands for a phone and has no digit is taken by the letter, never as nothing at all.
        IdentityKind::Phone if value.contains(|c: char| c.is_ascii_digit()) => {
            value.chars().filter(char::is_ascii_digit).collect()
        }
        _ => value.to_owned(),
    };
    let spellings = match kind {
        IdentityKind::Phone => phone_variants(&value),
        _ => vec![value.clone()],
    };
    let domain = match kind {
        IdentityKind::Phone => "phone",
        IdentityKind::UserId => "user_id",
        IdentityKind::Username => "username",
        IdentityKind::Group => "group",
    };
    let key = |spelling: &String| {
        let bytes = [portfolio.as_bytes(), b"\0", spelling.as_bytes()].concat();
        IdentityKey::new(vault.fingerprint(domain, &bytes))
    };
    Known { keys: spellings.iter().map(key).collect(), identity: Identity { kind, value } }
}

/// The number that a customer gives because he was asked for it: the platform says so, on a single card with a single
/// account. A card that he forwards, or sends of himself, may be anybody's.
fn own_number(message: &webhook::Message) -> Option<&str> {
    let Content::Contacts(cards) = &message.content else { return None };
    let passed_on = |of: &webhook::Context| of.forwarded || of.frequently_forwarded;
    match &cards[..] {
        [card] if card.requested && !message.context.as_deref().is_some_and(passed_on) => {
            match &card.wa_ids[..] {
                [id] if card.phones.len() == 1 => Some(id),
                _ => None,
            }
        }
        _ => None,
    }
}

/// What a call of the customer is in the thread: that he calls, or how it ended. Other calls stand in none.
fn called(call: &webhook::Call, raw: &str) -> Option<(Kind, Inbound)> {
    let raw = Some(raw.to_owned());
    match call.event.as_str() {
        _ if !call.by_customer => None,
        "connect" => {
            let body = Inbound { id: call.id.clone(), raw, ..Inbound::default() };
            Some((Kind::Call, body))
        }
        "terminate" => {
            let seconds = call.duration.filter(|seconds| *seconds > 0);
            let end = CallEnd { answered: seconds.is_some(), seconds };
            let details = Some(Box::new(Details { call: Some(end), ..Details::default() }));
            // The platform gives one id to both; in the thread they are two entries.
            let (id, about) = (format!("{}:end", call.id), Some(call.id.clone()));
            Some((Kind::CallEnd, Inbound { id, about, details, raw, ..Inbound::default() }))
        }
        _ => None,
    }
}

fn source(source: webhook::Source, echo: bool) -> Source {
    match source {
        webhook::Source::Live if echo => Source::Echo,
        webhook::Source::Live => Source::Messages,
        webhook::Source::Standby => Source::Standby,
        webhook::Source::History => Source::History,
    }
}

/// What a message is, its file, and the message that it changes or reacts to.
fn shape(content: &Content) -> (Kind, Option<Media>, Option<String>) {
    let file = |kind, media: &webhook::Media| {
        let media = Media {
            id: media.id.clone(),
            mime_type: media.mime_type.clone(),
            sha256: media.sha256.clone(),
            filename: media.filename.clone(),
            url: media.url.clone(),
        };
        (kind, Some(media), None)
    };
    let plain = |kind| (kind, None, None);
    match content {
        Content::Text(_) => plain(Kind::Text),
        Content::Image(media) => file(Kind::Image, media),
        Content::Video(media) => file(Kind::Video, media),
        Content::Audio { media, voice: true } => file(Kind::Voice, media),
        Content::Audio { media, .. } => file(Kind::Audio, media),
        Content::Document(media) => file(Kind::Document, media),
        Content::Sticker(media) => file(Kind::Sticker, media),
        Content::Location(_) => plain(Kind::Location),
        Content::Contacts(_) => plain(Kind::Contacts),
        Content::Reaction { message_id, .. } => (Kind::Reaction, None, Some(message_id.clone())),
        Content::ButtonReply(_) | Content::Button { .. } => plain(Kind::Button),
        Content::ListReply(_) => plain(Kind::List),
        Content::FlowReply { .. } => plain(Kind::Flow),
        Content::CallPermissionReply { .. } => plain(Kind::CallPermission),
        Content::Order(_) => plain(Kind::Order),
        Content::System(_) => plain(Kind::System),
        Content::Edit { original_id, .. } => (Kind::Edit, None, Some(original_id.clone())),
        Content::Revoke { original_id } => (Kind::Revoke, None, Some(original_id.clone())),
        Content::RequestWelcome => plain(Kind::Welcome),
        Content::MediaPlaceholder | Content::Unsupported { .. } => plain(Kind::Unsupported),
        Content::Unknown { .. } => plain(Kind::Unknown),
    }
}

/// The platform's categories of price. Source: pricing.
fn purpose(category: &str) -> Option<Purpose> {
    Some(match category {
        "service" | "referral_conversion" | "group_service" => Purpose::Service,
        "utility" | "group_utility" => Purpose::Utility,
        "marketing" | "marketing_lite" | "group_marketing" => Purpose::Marketing,
        word if word.starts_with("authentication") => Purpose::Authentication,
        _ => return None,
    })
}
