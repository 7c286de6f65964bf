//! The platform's errors, in the platform's own shape (page support/error-codes).

use serde_json::{Value, json};

/// A request that the Graph API refuses, or a delivery that failed: code and what it says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The code that clients build on.
    pub(super) code: i32,
    /// A subcode, where Meta has one.
    pub(super) subcode: Option<i32>,
    /// `error_data.details`.
    pub(super) details: String,
}

/// Each code with its HTTP status and title. The HTTP column is what is observed: the page does not say.
const TABLE: &[(i32, u16, &str)] = &[
    (0, 401, "AuthException"),
    (1, 400, "API Unknown"),
    (2, 503, "API Service"),
    (3, 500, "API Method"),
    (4, 400, "API Too Many Calls"),
    (10, 403, "Permission Denied"),
    (33, 400, "Parameter value is not valid"),
    (100, 400, "Invalid parameter"),
    (190, 401, "Access token has expired"),
    (200, 403, "API Permission"),
    (368, 403, "Temporarily blocked for policies violations"),
    (80007, 400, "Rate limit issues"),
    (130429, 429, "Rate limit hit"),
    (130472, 400, "User's number is part of an experiment"),
    (130497, 403, "Business account is restricted from messaging users in this country"),
    (131000, 500, "Something went wrong"),
    (131005, 403, "Access denied"),
    (131008, 400, "Required parameter is missing"),
    (131009, 400, "Parameter value is not valid"),
    (131016, 500, "Service unavailable"),
    (131021, 400, "Recipient cannot be sender"),
    (131026, 400, "Message undeliverable"),
    (131030, 400, "Recipient phone number not in allowed list"),
    (131031, 403, "Account has been locked"),
    (131042, 400, "Business eligibility payment issue"),
    (131047, 400, "Re-engagement message"),
    (131048, 400, "Spam rate limit hit"),
    (131049, 400, "Meta chose not to deliver"),
    (131050, 400, "User has stopped marketing messages from your business"),
    (131051, 400, "Unsupported message type"),
    (131052, 400, "Media download error"),
    (131053, 400, "Media upload error"),
    (131056, 400, "(Business Account, Consumer Account) pair rate limit hit"),
    (131057, 400, "Account in maintenance mode"),
    (131062, 400, "Recipient is not supported for this message"),
    (132000, 400, "Template param count mismatch"),
    (132001, 404, "Template does not exist"),
    (132005, 400, "Template hydrated text too long"),
    (132007, 400, "Template format character policy violated"),
    (132012, 400, "Template parameter format mismatch"),
    (132015, 400, "Template is paused"),
    (132016, 400, "Template is disabled"),
    (132018, 400, "There is an issue with the parameters in your template"),
    (133004, 503, "Server temporarily unavailable"),
    (133010, 400, "Phone number not registered"),
    (135000, 400, "Generic user error"),
];

impl Refusal {
    /// A refusal with its details.
    pub(super) fn new(code: i32, details: impl Into<String>) -> Self {
        Self { code, subcode: None, details: details.into() }
    }

    /// The same with a subcode.
    pub(super) fn subcode(self, subcode: i32) -> Self {
        Self { subcode: Some(subcode), ..self }
    }

    /// A fault that was asked for with `--fail`, and what it says.
    pub(super) fn injected(code: i32, says: Option<&str>) -> Self {
        Self::new(code, says.unwrap_or("The sandbox was told to fail with this code."))
    }

    /// The HTTP status it is answered with; 400 for codes that the table does not know.
    pub(super) fn http(&self) -> u16 {
        self.row().map_or(400, |row| row.1)
    }

    fn row(&self) -> Option<&'static (i32, u16, &'static str)> {
        TABLE.iter().find(|row| row.0 == self.code)
    }

    fn title(&self) -> &'static str {
        self.row().map_or("Unknown error", |row| row.2)
    }

    /// Whether the platform reports this code in a `failed` status after it accepted the message, rather
    /// than in its answer: what concerns this recipient or the delivery.
    pub(super) fn comes_later(code: i32) -> bool {
        matches!(
            code,
            // Twilio's are told so but for these.
            30_000..=30_999 | 63_000..=63_006 | 63_008..=63_017 | 63_019..=63_037 | 63_039..=63_999
            | 130_472 | 130_497 | 131_026 | 131_042 | 131_048..=131_053 | 131_062 | 135_000
        )
    }

    /// Whether the platform may have done what it was asked although it answers with this code.
    pub(super) fn is_ambiguous(code: i32) -> bool {
        matches!(code, 1 | 20_500 | 131_000)
    }

    /// The body of the answer.
    pub(super) fn body(&self, trace: &str) -> Value {
        let mut error = json!({
            "message": format!("(#{}) {}", self.code, self.title()),
            "type": "OAuthException",
            "code": self.code,
            "error_data": { "messaging_product": "whatsapp", "details": self.details },
            "fbtrace_id": trace,
        });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = subcode.into();
        }
        json!({ "error": error })
    }

    /// The entry in a failed status' `errors`.
    pub(super) fn in_status(&self) -> Value {
        json!({
            "code": self.code,
            "title": self.title(),
            "message": self.title(),
            "error_data": { "details": self.details },
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_platforms_shape() {
        let body = Refusal::new(131_047, "More than 24 hours have passed.").body("AbC");
        assert_eq!(body["error"]["message"], "(#131047) Re-engagement message");
        assert_eq!(body["error"]["type"], "OAuthException");
        assert_eq!(body["error"]["code"], 131_047);
        assert_eq!(body["error"]["error_data"]["messaging_product"], "whatsapp");
        assert_eq!(body["error"]["error_data"]["details"], "More than 24 hours have passed.");
        assert_eq!(body["error"]["fbtrace_id"], "AbC");
    }

    #[test]
    fn status_by_code() {
        let cases =
            [(190, 401), (132_001, 404), (130_429, 429), (131_016, 500), (100, 400), (999, 400)];
        for (code, http) in cases {
            assert_eq!(Refusal::injected(code, None).http(), http, "{code}");
        }
    }
}
