//! What the Graph API says about how the line is set up: its token, its app, its account.

use super::graph::{self, Answer};
use super::reach;
use super::refusal::Refusal;
use super::state::State;
use super::world::DISPLAY;
use super::wrong::Wrong;
use serde_json::{Value, json};

/// The app that the line's token belongs to.
pub(super) const APP: &str = "670843887433847";
/// Its name.
const APP_NAME: &str = "Guichet";
/// The rights that a line needs, in the order in which they are asked for.
const SCOPES: [&str; 3] =
    ["whatsapp_business_management", "whatsapp_business_messaging", "public_profile"];

/// The webhook fields that an app can subscribe to, the one that was there first in front. Source: webhooks/overview.
pub const FIELDS: [&str; 30] = [
    "messages",
    "account_alerts",
    "account_review_update",
    "account_settings_update",
    "account_update",
    "automatic_events",
    "business_capability_update",
    "business_username_update",
    "calls",
    "flows",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "history",
    "message_template_components_update",
    "message_template_quality_update",
    "message_template_status_update",
    "messaging_handovers",
    "partner_solutions",
    "payment_configuration_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "smb_app_state_sync",
    "smb_message_echoes",
    "standby",
    "template_category_update",
    "user_id_update",
    "user_preferences",
];

/// `GET debug_token` of a token that may be another than the one that asks.
pub(super) fn token(state: &State, input: &str) -> Answer {
    let scopes = if state.is(Wrong::Scope) { &SCOPES[2..] } else { &SCOPES[..] };
    let data = match state.authorise(Some(&format!("Bearer {input}"))) {
        Ok(()) => json!({
            "app_id": APP, "type": "SYSTEM_USER", "application": APP_NAME, "is_valid": true,
            "data_access_expires_at": 0, "expires_at": 0, "scopes": scopes,
        }),
        Err(refusal) => json!({
            "is_valid": false, "scopes": [],
            "error": { "code": refusal.code, "message": refusal.details },
        }),
    };
    graph::json_answer(&json!({ "data": data }))
}

/// `GET {app}/subscriptions`, which the app itself must ask for.
pub(super) fn subscriptions(
    state: &State,
    app: &str,
    bearer: Option<&str>,
) -> Result<Answer, Refusal> {
    state.authorise_app(APP, bearer)?;
    if app != APP {
        return Err(graph::unknown(app));
    }
    let fields = if state.is(Wrong::Fields) { &FIELDS[..1] } else { &FIELDS[..] };
    let fields: Vec<_> =
        fields.iter().map(|name| json!({ "name": name, "version": "v25.0" })).collect();
    let data: Vec<Value> = state
        .callback()
        .iter()
        .map(|url| {
            json!({
                "object": "whatsapp_business_account", "callback_url": url, "active": true,
                "fields": fields,
            })
        })
        .collect();
    Ok(graph::json_answer(&json!({ "data": data })))
}

/// `GET {account}/subscribed_apps`.
pub(super) fn apps(state: &State, account: &str) -> Result<Answer, Refusal> {
    state.check_account(account)?;
    let link = "https://www.facebook.com/games/?app_id=".to_owned() + APP;
    let app = json!({
        "whatsapp_business_api_data": { "id": APP, "name": APP_NAME, "link": link },
    });
    let data = if state.is(Wrong::Subscription) { vec![] } else { vec![app] };
    Ok(graph::json_answer(&json!({ "data": data })))
}

/// `GET {account}/phone_numbers`.
pub(super) fn numbers(state: &State, account: &str) -> Result<Answer, Refusal> {
    state.check_account(account)?;
    let mut one = number(state, state.line().number());
    if let Some(one) = one.as_object_mut() {
        one.remove("webhook_configuration");
    }
    Ok(graph::json_answer(&json!({ "data": [one] })))
}

/// All that is known of a number.
pub(super) fn number(state: &State, id: &str) -> Value {
    let test = state.is(Wrong::AllowList);
    let mut urls = json!({});
    if let Some(url) = state.callback() {
        urls["application"] = url.into();
    }
    json!({
        "id": id, "verified_name": if test { "Test Number" } else { "Bottega Guichet" },
        "display_phone_number": DISPLAY,
        "quality_rating": "GREEN", "status": "CONNECTED", "name_status": "APPROVED",
        "code_verification_status": "VERIFIED", "platform_type": "CLOUD_API",
        "throughput": { "level": "STANDARD" },
        "whatsapp_business_manager_messaging_limit": reach::tier(state.limit()),
        "account_mode": if test { "SANDBOX" } else { "LIVE" },
        "webhook_configuration": urls,
    })
}

/// Refuses what the token has no right to.
pub(super) fn permit(state: &State, segments: &[&str]) -> Result<(), Refusal> {
    if !state.is(Wrong::Scope) {
        return Ok(());
    }
    let code = if segments.last() == Some(&"messages") { 10 } else { 200 };
    Err(Refusal::new(code, "The token's system user lacks the permission for this."))
}
