//! What the platform says about how a line is set up: its token, its app, its account, its callback URL.

use super::lenient::{Scalar, mended};
use super::listing::word;
use crate::kit::Timestamp;
use serde_json::Value;

/// An access token as the platform sees it (page "graph-api/reference/debug_token").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenStatus {
    /// The app that it was made for.
    pub app_id: Option<String>,
    /// That app's name.
    pub app_name: Option<String>,
    /// Whether it is taken at all.
    pub valid: bool,
    /// When it ends; `None` if it never does.
    pub expires: Option<Timestamp>,
    /// The rights that it has.
    pub scopes: Vec<String>,
}

impl TokenStatus {
    /// Reads the answer; `None` if the text is no such answer.
    pub fn from_json(json: &str) -> Option<Self> {
        let answer = object(json)?;
        let data = &answer["data"];
        data.is_object().then(|| Self {
            app_id: word(&data["app_id"]),
            app_name: word(&data["application"]),
            valid: scalar(&data["is_valid"]).and_then(|valid| valid.flag()).unwrap_or(false),
            expires: scalar(&data["expires_at"])
                .and_then(|at| at.instant())
                .filter(|at| at.millis() > 0),
            scopes: words(&data["scopes"]),
        })
    }
}

/// A subscription of the app to webhooks (page "graph-api/reference/app/subscriptions").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscription {
    /// What it is about; ours is `whatsapp_business_account`.
    pub object: String,
    /// Where webhooks are posted, unless the account or the number says otherwise.
    pub callback_url: Option<String>,
    /// Whether it is in force.
    pub active: bool,
    /// The webhook fields that are posted.
    pub fields: Vec<String>,
}

impl Subscription {
    /// Reads all of the answer; `None` if the text is no such answer.
    pub fn list_from_json(json: &str) -> Option<Vec<Self>> {
        let answer = object(json)?;
        let one = |value: &Value| {
            let fields = value["fields"].as_array().into_iter().flatten();
            Some(Self {
                object: word(&value["object"])?,
                callback_url: word(&value["callback_url"]),
                active: scalar(&value["active"]).and_then(|active| active.flag()).unwrap_or(true),
                // Older versions of the interface give a word in place of each object.
                fields: fields
                    .filter_map(|field| word(&field["name"]).or_else(|| word(field)))
                    .collect(),
            })
        };
        Some(answer["data"].as_array()?.iter().filter_map(one).collect())
    }
}

/// An id and what people call it: a subscribed app with its name, a number as people write it.
pub type Named = (String, Option<String>);

/// The apps that get an account's webhooks; `None` if the text is no such answer.
pub(super) fn apps(json: &str) -> Option<Vec<Named>> {
    let answer = object(json)?;
    let one = |value: &Value| {
        let app = &value["whatsapp_business_api_data"];
        Some((word(&app["id"])?, word(&app["name"])))
    };
    Some(answer["data"].as_array()?.iter().filter_map(one).collect())
}

/// The numbers of an account; `None` if the text is no such answer.
pub(super) fn numbers(json: &str) -> Option<Vec<Named>> {
    let answer = object(json)?;
    let one = |value: &Value| Some((word(&value["id"])?, word(&value["display_phone_number"])));
    Some(answer["data"].as_array()?.iter().filter_map(one).collect())
}

/// Where a number's webhooks go, and whether it is a test number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberSetup {
    /// The callback URL in force: the number's own, else the account's, else the app's.
    pub callback_url: Option<String>,
    /// Whether it may write only to the recipients on its list.
    pub test_number: bool,
}

/// The fields to ask for.
pub(super) const SETUP_FIELDS: &str = "webhook_configuration,account_mode";

impl NumberSetup {
    /// Reads the answer; `None` if the text is no object.
    pub fn from_json(json: &str) -> Option<Self> {
        let number = object(json)?;
        let urls = &number["webhook_configuration"];
        let callback_url = ["phone_number", "whatsapp_business_account", "application"]
            .iter()
            .find_map(|of| word(&urls[*of]));
        let test_number =
            word(&number["account_mode"]).is_some_and(|mode| mode.eq_ignore_ascii_case("SANDBOX"));
        Some(Self { callback_url, test_number })
    }
}

fn object(json: &str) -> Option<Value> {
    let value: Value = mended(json, |json| serde_json::from_str(json)).ok()?;
    value.is_object().then_some(value)
}

fn scalar(value: &Value) -> Option<Scalar<'_>> {
    <Scalar<'_> as serde::Deserialize>::deserialize(value).ok()
}

fn words(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_with_its_end_and_its_rights() {
        let token = TokenStatus::from_json(
            r#"{"data":{"app_id":670,"application":"Shop","is_valid":true,"expires_at":1800000000,
                "scopes":["whatsapp_business_messaging",null,"public_profile"]}}"#,
        )
        .expect("a token");
        assert_eq!((token.app_id.as_deref(), token.valid), (Some("670"), true));
        assert_eq!(token.expires, Some(Timestamp::from_secs(1_800_000_000)));
        assert_eq!(token.scopes, ["whatsapp_business_messaging", "public_profile"]);
        let endless = TokenStatus::from_json(r#"{"data":{"is_valid":true,"expires_at":0}}"#);
        assert_eq!(endless.map(|token| token.expires), Some(None));
        assert_eq!(TokenStatus::from_json(r#"{"data":[]}"#), None);
    }

    #[test]
    fn subscriptions_are_read_in_both_forms() {
        let all = Subscription::list_from_json(
            r#"{"data":[{"object":"page"},{"object":"whatsapp_business_account","active":false,
                "callback_url":"https://desk.example/","fields":[{"name":"messages","version":"v25.0"},"flows"]}]}"#,
        )
        .expect("a list");
        let [page, ours] = &all[..] else { panic!("{all:?}") };
        assert!(page.active && page.fields.is_empty());
        assert!(!ours.active);
        assert_eq!(ours.fields, ["messages", "flows"]);
        assert_eq!(Subscription::list_from_json("[]"), None);
    }

    #[test]
    fn the_nearest_callback_url_is_in_force() {
        for (urls, wanted) in [
            (
                r#"{"application":"a","whatsapp_business_account":"w","phone_number":"p"}"#,
                Some("p"),
            ),
            (r#"{"application":"a","whatsapp_business_account":"w"}"#, Some("w")),
            (r#"{"application":"a","phone_number":""}"#, Some("a")),
            ("{}", None),
            ("null", None),
        ] {
            let json = format!(r#"{{"id":"1","webhook_configuration":{urls}}}"#);
            let setup = NumberSetup::from_json(&json).expect("a number");
            assert_eq!(setup.callback_url.as_deref(), wanted, "{urls}");
            assert!(!setup.test_number);
        }
        let test = NumberSetup::from_json(r#"{"account_mode":"SANDBOX"}"#).expect("a number");
        assert!(test.test_number);
    }

    #[test]
    fn apps_and_numbers_have_ids_and_names() {
        let all = apps(r#"{"data":[{"whatsapp_business_api_data":{"id":"6","name":"Shop"}},{}]}"#);
        assert_eq!(all, Some(vec![("6".to_owned(), Some("Shop".to_owned()))]));
        let all = numbers(r#"{"data":[{"id":1,"display_phone_number":"+1 555"},{"id":"2"}]}"#);
        let wanted = vec![("1".to_owned(), Some("+1 555".to_owned())), ("2".to_owned(), None)];
        assert_eq!(all, Some(wanted));
        assert_eq!((apps("{}"), numbers("no")), (None, None));
    }
}
