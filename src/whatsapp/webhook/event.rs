//! What is neither a message nor a status: calls, preferences, changed ids, templates, the account.
//!
//! These are rare, so they are read through a tree of JSON values instead of structures of their own.

use super::contact::{Contact, Customer, Named, customer};
use crate::kit::Timestamp;
use serde_json::Value;
use std::borrow::Cow;

/// A call that began, ended or was made (field `calls`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The platform's id (`wacid...`).
    pub id: String,
    /// `connect`, `terminate`, `call_created`.
    pub event: String,
    /// When.
    pub timestamp: Timestamp,
    /// Whether the customer called; it opens the customer service window.
    pub by_customer: bool,
    /// The person at the other end.
    pub customer: Option<Customer>,
    /// How it ended: `COMPLETED` or `FAILED`.
    pub status: Option<String>,
    /// Seconds of talk.
    pub duration: Option<u64>,
}

/// What became of a call that the business made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallStatus {
    /// The platform's id (`wacid...`).
    pub id: String,
    /// `RINGING`, `ACCEPTED`, `REJECTED`.
    pub status: String,
    /// When.
    pub timestamp: Timestamp,
    /// Who was called.
    pub customer: Option<Customer>,
    /// The echo of what the request carried.
    pub callback: Option<String>,
}

/// What a customer chose about marketing messages (field `user_preferences`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPreference {
    /// Who.
    pub customer: Option<Customer>,
    /// About what: `marketing_messages`.
    pub category: String,
    /// What he chose.
    pub choice: Preference,
    /// The platform's words for it.
    pub detail: Option<String>,
    /// When.
    pub timestamp: Timestamp,
}

/// The choice of a [`UserPreference`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preference {
    /// No more of it.
    Stop,
    /// It is welcome again.
    Resume,
    /// Signed up through a link.
    Signup,
    /// A word that this version does not know.
    Other(String),
}

/// A customer has another business-scoped id (field `user_id_update`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserIdUpdate {
    /// His phone, where it is known.
    pub wa_id: Option<String>,
    /// The id until now.
    pub previous: Option<String>,
    /// The id from now on.
    pub current: String,
    /// The id across portfolios until now.
    pub parent_previous: Option<String>,
    /// The id across portfolios from now on.
    pub parent_current: Option<String>,
    /// When, where the platform says.
    pub timestamp: Option<Timestamp>,
}

/// Which template an event is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateRef {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its language with `_`, as the template list writes it (the webhook may write `en-US`).
    pub language: String,
}

/// A template's status changed (field `message_template_status_update`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateStatusUpdate {
    /// Which.
    pub template: TemplateRef,
    /// `APPROVED`, `REJECTED`, `PAUSED`, `DISABLED`, ...
    pub event: String,
    /// Its category.
    pub category: Option<String>,
    /// Why, where a reason is given (never `NONE`).
    pub reason: Option<String>,
    /// More about a pause: `FIRST_PAUSE`, `UNPAUSE`, ..., or the explanation of a rejection.
    pub details: Option<String>,
}

/// A template's quality changed (field `message_template_quality_update`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateQualityUpdate {
    /// Which.
    pub template: TemplateRef,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub previous: Option<String>,
    /// The same, now.
    pub current: String,
}

/// A template's category changed or will change (field `template_category_update`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateCategoryUpdate {
    /// Which.
    pub template: TemplateRef,
    /// The category before.
    pub previous: Option<String>,
    /// `MARKETING`, `UTILITY`, `AUTHENTICATION`.
    pub current: String,
    /// What it will be, where that is told beforehand.
    pub coming: Option<String>,
}

/// Something about the account, the number, flows, groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountEvent {
    /// What happened in the platform's word (`ACCOUNT_RESTRICTION`, `THROUGHPUT_UPGRADE`, ...); the field's
    /// name where the platform gives no word.
    pub event: String,
    /// The messaging limit from now on: `TIER_250`, `TIER_2K`, ...
    pub limit: Option<String>,
    /// What the account may not do, and until when.
    pub restrictions: Vec<(String, Option<Timestamp>)>,
    /// `DISABLE`, `REINSTATE`, `SCHEDULE_FOR_DISABLE`, and the date as text.
    pub ban: Option<(String, Option<String>)>,
    /// `CRITICAL`, `WARNING`, `INFORMATIONAL`.
    pub severity: Option<String>,
    /// The name that is asked for; of payments, that of the configuration.
    pub name: Option<String>,
    /// Of a form: its id, and its state from now on.
    pub flow: Option<(Option<String>, Option<String>)>,
    /// What else the value has, by name: the settings that changed.
    pub members: Vec<String>,
    /// More about it: a broken rule, an alert's text, a reason.
    pub details: Option<String>,
}

/// A conversation passed between the platform's own agent and us (field `messaging_handovers`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The customer.
    pub customer: Option<Customer>,
    /// `control_passed`, `control_taken`, or something new.
    pub kind: String,
    /// Who had it.
    pub previous_owner: Option<String>,
    /// Who has it.
    pub new_owner: Option<String>,
    /// When, where the platform says.
    pub timestamp: Option<Timestamp>,
}

/// A group was made, changed or left (fields `group_*`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupUpdate {
    /// The group's id.
    pub id: String,
    /// What happened: `group_create`, `group_participants_add`, `group_settings_update` ...
    pub kind: String,
    /// What it is called from now on, where that is told.
    pub subject: Option<String>,
    /// Who is in it from now on.
    pub added: Vec<Customer>,
    /// Who is in it no longer.
    pub removed: Vec<Customer>,
    /// Why a request about it was not carried out.
    pub error: Option<String>,
    /// When, where the platform says.
    pub timestamp: Option<Timestamp>,
}

/// The member at `path` as text; numbers are written out, empty text is none.
pub(super) fn word(value: &Value, path: &[&str]) -> Option<String> {
    match at(value, path)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, member| value.get(member))
}

/// The member at `path` as an instant; an error if it is there and is none.
pub(super) fn instant(value: &Value, path: &[&str]) -> Result<Option<Timestamp>, String> {
    match at(value, path) {
        None | Some(Value::Null) => Ok(None),
        Some(found) => {
            let scalar = match found {
                Value::String(text) => super::Scalar::Text(Cow::Borrowed(text)),
                other => other.as_i64().map_or(super::Scalar::Nothing, super::Scalar::Int),
            };
            scalar.instant().map(Some).ok_or_else(|| "its timestamp is no time".to_owned())
        }
    }
}

fn required(value: &Value, member: &str) -> Result<String, String> {
    word(value, &[member]).ok_or_else(|| format!("it has no {member}"))
}

fn named(phone: Option<String>, user_id: Option<String>) -> Named {
    Named { phone, user_id, parent_user_id: None }
}

pub(super) fn call(value: &Value, contacts: &[Contact]) -> Result<Call, String> {
    let by_customer = word(value, &["direction"]).as_deref() != Some("BUSINESS_INITIATED");
    let (phone, user_id) =
        if by_customer { ("from", "from_user_id") } else { ("to", "to_user_id") };
    Ok(Call {
        id: required(value, "id")?,
        event: word(value, &["event"]).unwrap_or_default(),
        timestamp: instant(value, &["timestamp"])?.ok_or("it has no timestamp")?,
        by_customer,
        customer: customer(named(word(value, &[phone]), word(value, &[user_id])), contacts),
        status: word(value, &["status"]),
        duration: word(value, &["duration"]).and_then(|seconds| seconds.parse().ok()),
    })
}

pub(super) fn call_status(value: &Value, contacts: &[Contact]) -> Result<CallStatus, String> {
    let recipient = named(word(value, &["recipient_id"]), word(value, &["recipient_user_id"]));
    Ok(CallStatus {
        id: required(value, "id")?,
        status: required(value, "status")?,
        timestamp: instant(value, &["timestamp"])?.ok_or("it has no timestamp")?,
        customer: customer(recipient, contacts),
        callback: word(value, &["biz_opaque_callback_data"]),
    })
}

pub(super) fn preference(value: &Value, contacts: &[Contact]) -> Result<UserPreference, String> {
    let choice = required(value, "value")?;
    Ok(UserPreference {
        customer: customer(named(word(value, &["wa_id"]), word(value, &["user_id"])), contacts),
        category: word(value, &["category"]).unwrap_or_default(),
        choice: match choice.as_str() {
            "stop" => Preference::Stop,
            "resume" => Preference::Resume,
            "signup" => Preference::Signup,
            _ => Preference::Other(choice),
        },
        detail: word(value, &["detail"]),
        timestamp: instant(value, &["timestamp"])?.ok_or("it has no timestamp")?,
    })
}

pub(super) fn user_id_update(value: &Value) -> Result<UserIdUpdate, String> {
    Ok(UserIdUpdate {
        wa_id: word(value, &["wa_id"]),
        previous: word(value, &["user_id", "previous"]),
        current: word(value, &["user_id", "current"]).ok_or("it names no current user id")?,
        parent_previous: word(value, &["parent_user_id", "previous"]),
        parent_current: word(value, &["parent_user_id", "current"]),
        timestamp: instant(value, &["timestamp"])?,
    })
}

pub(super) fn template(value: &Value) -> Result<TemplateRef, String> {
    Ok(TemplateRef {
        id: word(value, &["message_template_id"]),
        name: required(value, "message_template_name")?,
        language: required(value, "message_template_language")?.replace('-', "_"),
    })
}

pub(super) fn template_status(value: &Value) -> Result<TemplateStatusUpdate, String> {
    let details =
        [["other_info", "title"], ["rejection_info", "reason"], ["disable_info", "disable_date"]];
    Ok(TemplateStatusUpdate {
        template: template(value)?,
        event: required(value, "event")?,
        category: word(value, &["message_template_category"]),
        reason: word(value, &["reason"]).filter(|reason| reason != "NONE"),
        details: details.iter().find_map(|path| word(value, path)),
    })
}

pub(super) fn template_quality(value: &Value) -> Result<TemplateQualityUpdate, String> {
    Ok(TemplateQualityUpdate {
        template: template(value)?,
        previous: word(value, &["previous_quality_score"]),
        current: required(value, "new_quality_score")?,
    })
}

pub(super) fn template_category(value: &Value) -> Result<TemplateCategoryUpdate, String> {
    Ok(TemplateCategoryUpdate {
        template: template(value)?,
        previous: word(value, &["previous_category"]),
        current: required(value, "new_category")?,
        coming: word(value, &["correct_category"]),
    })
}

pub(super) fn account(field: &str, value: &Value) -> AccountEvent {
    const WORDS: [&[&str]; 6] = [
        &["event"],
        &["decision"],
        &["alert_info", "alert_type"],
        &["alert_type"],
        &["type"],
        &["status"],
    ];
    const MORE: [&[&str]; 6] = [
        &["violation_info", "violation_type"],
        &["alert_info", "alert_description"],
        &["alert_description"],
        &["rejection_reason"],
        &["reason"],
        &["message"],
    ];
    let first = |paths: &[&[&str]]| paths.iter().find_map(|path| word(value, path));
    let restriction = |one: &Value| {
        Some((word(one, &["restriction_type"])?, instant(one, &["expiration"]).ok().flatten()))
    };
    let restrictions = at(value, &["restriction_info"]).and_then(Value::as_array);
    let ban = word(value, &["ban_info", "waba_ban_state"]);
    // Until v23 the limit was a number, and of each phone.
    let number = word(value, &["max_daily_conversation_per_phone"]);
    let limit = first(&[&["max_daily_conversations_per_business"], &["current_limit"]]);
    AccountEvent {
        event: first(&WORDS).unwrap_or_else(|| field.to_owned()),
        limit: limit.or_else(|| number.map(|most| format!("TIER_{most}"))),
        restrictions: restrictions.into_iter().flatten().filter_map(restriction).collect(),
        ban: ban.map(|state| (state, word(value, &["ban_info", "waba_ban_date"]))),
        severity: first(&[&["alert_info", "alert_severity"], &["alert_severity"]]),
        name: first(&[&["requested_verified_name"], &["configuration_name"]]),
        flow: Some((word(value, &["flow_id"]), word(value, &["new_status"])))
            .filter(|(id, status)| id.is_some() || status.is_some()),
        members: match (field, value.as_object()) {
            ("account_settings_update", Some(all)) => {
                let parts = all.iter().filter(|(_, part)| part.is_object() || part.is_array());
                parts.map(|(name, _)| name.clone()).collect()
            }
            _ => Vec::new(),
        },
        details: first(&MORE).filter(|more| more != "NONE"),
    }
}

pub(super) fn group(value: &Value) -> Result<GroupUpdate, String> {
    let people = |member: &str| -> Vec<Customer> {
        let all = at(value, &[member]).and_then(Value::as_array).into_iter().flatten();
        let one = |of: &Value| {
            let phone = ["wa_id", "phone_number", "input"].iter().find_map(|key| word(of, &[*key]));
            let phone = phone.or_else(|| of.as_str().map(str::to_owned));
            customer(named(phone, word(of, &["user_id"])), &[])
        };
        all.filter_map(one).collect()
    };
    let errors = at(value, &["errors"]).and_then(Value::as_array);
    let error = errors.into_iter().flatten().find_map(|error| {
        [&["error_data", "details"][..], &["message"], &["title"]]
            .iter()
            .find_map(|path| word(error, path))
    });
    // A change of settings says of each whether it was made.
    let subject = word(value, &["subject"])
        .or_else(|| word(value, &["group_subject", "text"]))
        .or_else(|| word(value, &["subject", "text"]));
    Ok(GroupUpdate {
        id: required(value, "group_id")?,
        kind: word(value, &["type"]).unwrap_or_default(),
        subject: subject.filter(|_| error.is_none()),
        added: people("added_participants"),
        removed: people("removed_participants"),
        error,
        timestamp: instant(value, &["timestamp"])?,
    })
}

pub(super) fn handover(value: &Value) -> Result<Handover, String> {
    let kind = required(value, "type")?;
    let owner = |which: &str| {
        ["role", "app_role"].iter().find_map(|what| {
            let member = format!("{which}_owner_{what}");
            word(value, &[&kind, &member]).or_else(|| word(value, &[&member]))
        })
    };
    Ok(Handover {
        customer: customer(
            named(word(value, &["sender", "phone_number"]), word(value, &["sender", "user_id"])),
            &[],
        ),
        previous_owner: owner("previous"),
        new_owner: owner("new"),
        timestamp: instant(value, &["timestamp"])?,
        kind,
    })
}
