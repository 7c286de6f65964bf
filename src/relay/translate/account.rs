//! What the platform says of an account and its numbers, in the desk's words.

use crate::domain::line::{News, Restriction};
use crate::whatsapp::error::PlatformError;
use crate::whatsapp::webhook::AccountEvent;

/// The news in one event of a field; none where it is about nothing that the desk keeps.
pub(super) fn news(field: &str, event: &AccountEvent) -> Vec<News> {
    let word = event.event.clone();
    let limit = event.limit.clone().map(|tier| News::Limit { tier });
    let details = event.details.clone();
    match field {
        "account_update" => vec![match (word.as_str(), &event.ban) {
            ("ACCOUNT_RESTRICTION", _) => {
                let restriction =
                    |(kind, until): &(String, _)| Restriction { kind: kind.clone(), until: *until };
                News::Restricted {
                    restrictions: event.restrictions.iter().map(restriction).collect(),
                }
            }
            (_, Some((state, date))) => News::Ban { state: state.clone(), date: date.clone() },
            ("ACCOUNT_VIOLATION", None) => News::Violation { rule: details },
            _ => News::Account { event: word, details },
        }],
        "account_alerts" => {
            vec![News::Alert { alert: word, severity: event.severity.clone(), details }]
        }
        "account_review_update" => {
            vec![News::Account { event: format!("REVIEW_{word}"), details }]
        }
        "business_capability_update" => limit.into_iter().collect(),
        "phone_number_quality_update" => {
            let upgraded = word == "THROUGHPUT_UPGRADE";
            let level = upgraded.then(|| News::Throughput { level: "HIGH".to_owned() });
            let known = ["THROUGHPUT_UPGRADE", "ONBOARDING", "UPGRADE", "DOWNGRADE"];
            let other = !known.contains(&word.as_str());
            let other = other.then_some(News::Account { event: word, details });
            limit.into_iter().chain(level).chain(other).collect()
        }
        "phone_number_name_update" => {
            vec![News::Named { decision: word, name: event.name.clone(), details }]
        }
        "flows" => {
            let (flow, status) = event.flow.clone().unwrap_or_default();
            vec![News::Flow { flow, event: word, status, details }]
        }
        "payment_configuration_update" => {
            let name = event.name.iter().cloned().chain(details);
            let details = name.chain([word].into_iter().filter(|word| word != field));
            let details = Some(details.collect::<Vec<_>>().join(": "));
            vec![News::Account { event: "PAYMENT_CONFIGURATION".to_owned(), details }]
        }
        "account_settings_update" => {
            let changed = Some(event.members.join(", ").replace('_', " "));
            let details = details.or(changed).filter(|more| !more.is_empty());
            vec![News::Account { event: "ACCOUNT_SETTINGS_CHANGED".to_owned(), details }]
        }
        "security" => vec![News::Account { event: format!("SECURITY_{word}"), details }],
        _ => Vec::new(),
    }
}

/// An error that is about no message.
pub(super) fn fault(error: &PlatformError) -> News {
    let details = error.details.as_ref().unwrap_or(&error.title).clone();
    News::Fault { code: error.code, details }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Timestamp;

    #[test]
    fn each_field_has_its_news() {
        let event = |word: &str| AccountEvent { event: word.into(), ..AccountEvent::default() };
        let limited = |word: &str| AccountEvent { limit: Some("TIER_2K".into()), ..event(word) };
        for (field, event, told) in [
            (
                "business_capability_update",
                limited("x"),
                "up to 2000 people a day may be written to first",
            ),
            ("business_capability_update", event("x"), ""),
            (
                "phone_number_quality_update",
                limited("ONBOARDING"),
                "up to 2000 people a day may be written to first",
            ),
            (
                "phone_number_quality_update",
                event("THROUGHPUT_UPGRADE"),
                "up to 1,000 messages a second may be sent",
            ),
            ("phone_number_quality_update", event("FLAGGED"), "flagged"),
            (
                "account_update",
                AccountEvent {
                    restrictions: vec![("RESTRICTED_X".into(), Some(Timestamp::from_secs(0)))],
                    ..event("ACCOUNT_RESTRICTION")
                },
                "restricted x until 1970-01-01T00:00:00Z",
            ),
            (
                "account_update",
                AccountEvent {
                    ban: Some(("SCHEDULE_FOR_DISABLE".into(), Some("May 2".into()))),
                    ..event("DISABLED_UPDATE")
                },
                "the account will be disabled: May 2",
            ),
            (
                "account_update",
                AccountEvent { details: Some("ADULT".into()), ..event("ACCOUNT_VIOLATION") },
                "the account broke a rule: ADULT",
            ),
            ("account_update", event("ACCOUNT_DELETED"), "account deleted"),
            (
                "account_alerts",
                AccountEvent { details: Some("look".into()), ..event("OBA_REJECTED") },
                "oba rejected: look",
            ),
            ("account_review_update", event("REJECTED"), "review rejected"),
            (
                "phone_number_name_update",
                AccountEvent { name: Some("Shop".into()), ..event("APPROVED") },
                "the name Shop is approved",
            ),
            ("security", event("PIN_CHANGED"), "security pin changed"),
            (
                "flows",
                AccountEvent {
                    flow: Some((Some("7".into()), Some("BLOCKED".into()))),
                    ..event("FLOW_STATUS_CHANGE")
                },
                "the form 7 is blocked",
            ),
            (
                "flows",
                AccountEvent { details: Some("slow".into()), ..event("ENDPOINT_LATENCY") },
                "the form: endpoint latency: slow",
            ),
            (
                "payment_configuration_update",
                AccountEvent { name: Some("shop".into()), ..event("Needs_Testing") },
                "payment configuration: shop: Needs_Testing",
            ),
            (
                "account_settings_update",
                AccountEvent {
                    members: vec!["phone_number_settings".into()],
                    ..event("account_settings_update")
                },
                "account settings changed: phone number settings",
            ),
            ("account_settings_update", event("x"), "account settings changed"),
            ("partner_solutions", event("SOLUTION_CREATED"), ""),
        ] {
            let words: Vec<_> = news(field, &event).iter().map(News::words).collect();
            assert_eq!(words.join(" | "), told, "{field} {event:?}");
        }
    }
}
