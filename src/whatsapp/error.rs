//! What the platform's error codes mean: how the outbox must act, a sentence for people, the next step.
//!
//! Built on the code alone: the platform promises neither its titles nor its HTTP status
//! (page "support/error-codes").

use super::lenient::{Obj, Scalar, mended};
use crate::kit::text::one_line;
use serde::Deserialize;

/// What an error asks of whoever sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Account or credential: stop this number and alert the operator.
    Account,
    /// Wait and try again, with the whole queue of the line.
    Wait,
    /// Wait and try again, only for this recipient.
    Pair,
    /// Wait and try again, only this message: what it holds is not ready.
    Message,
    /// Never again as it is.
    Never,
    /// The template is at fault: stop using it.
    Template,
    /// It may or may not have been accepted: unconfirmed, never sent again by itself.
    Unknown,
}

/// One code explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// How to act on it.
    pub class: Class,
    /// What happened, one sentence.
    pub title: &'static str,
    /// What to do next, one sentence.
    pub hint: &'static str,
}

/// The platform's "invalid parameter".
const INVALID: u32 = 100;
/// What is wrong with a template that is made or changed, told beside [`INVALID`].
const TEMPLATES: std::ops::RangeInclusive<u32> = 2_388_000..=2_388_999;

fn row_of(code: u32) -> Option<&'static Row> {
    let nth = TABLE.partition_point(|row| row.last < code);
    TABLE.get(nth).filter(|row| row.first <= code)
}

/// Explains an error code. A code that is not in the table gets an honest general answer.
pub fn explain(code: u32) -> Explanation {
    match row_of(code) {
        Some(row) => row.explanation,
        None => Explanation {
            class: Class::Never,
            title: "The platform refused with a code that this version does not know.",
            hint: "Read the details, look the code up in the platform's error list, and do not send the same again.",
        },
    }
}

/// "Generic parameter error", and what becomes of a held message that is dropped.
pub const DROPPED: u32 = 135_000;

/// The same of a message that the platform had taken and held: a failure with [`DROPPED`] is then its judgement of the
/// account's templates, and says nothing against the message. Source: templates/template-pacing.
pub fn explain_held(code: u32) -> Explanation {
    match code {
        DROPPED => Explanation {
            class: Class::Account,
            title: "The platform held the message back to judge the template's quality, and dropped it.",
            hint: "Look at the quality of the template and the account, and send it again later.",
        },
        _ => explain(code),
    }
}

/// Columns of the platform's own words about an error: it names no bound.
const WORDS: usize = 500;

/// What the platform itself says of an error, for people, on one line: its title, and what exactly was wrong.
/// Nothing if it says nothing. Text of strangers, which may name the customer.
pub fn words(title: &str, details: Option<&str>) -> Option<String> {
    let (title, details) = (title.trim(), details.unwrap_or_default().trim());
    let whole = match (title, details) {
        (title, "") => title.to_owned(),
        (title, details) if details.starts_with(title) => details.to_owned(),
        (title, details) => format!("{title}: {details}"),
    };
    Some(one_line(&whole, WORDS)).filter(|words| !words.trim().is_empty())
}

struct Row {
    first: u32,
    last: u32,
    explanation: Explanation,
}

const fn row(first: u32, last: u32, class: Class, title: &'static str, hint: &'static str) -> Row {
    Row { first, last, explanation: Explanation { class, title, hint } }
}

use Class::{Account, Message, Never, Pair, Template, Unknown, Wait};

const TOKEN: &str = "Make a new access token, put it in the line's access_token and reload.";
const RIGHTS: &str = "Give the token's system user the whatsapp_business_messaging and whatsapp_business_management rights.";
const FIX: &str = "Read the details, correct the message and send it again.";
const FIX_TEMPLATE: &str = "Read the details and correct the template's text.";
const LATER: &str = "It is tried again by itself.";
const NO_CALLS: &str = "Calls are not made from here; look at the number's call settings.";

/// Sorted by code, without overlaps.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    row(0, 0, Account, "The platform could not recognise the access token.", TOKEN),
    row(1, 1, Unknown, "The platform failed, or took the request for invalid; it does not say which.", "Check with the customer or wait for a delivery status before sending it again."),
    row(2, 2, Wait, "The platform is down or overloaded for the moment.", LATER),
    row(3, 3, Account, "The app lacks a capability or right for this.", RIGHTS),
    row(4, 4, Wait, "The app has made too many API calls.", "It is tried again by itself, more slowly."),
    row(10, 10, Account, "A right was never given or has been taken away.", RIGHTS),
    row(33, 33, Account, "The business phone number has been deleted.", "Check phone_number_id of the line in the configuration."),
    row(100, 100, Never, "The platform did not accept a part of the request.", FIX),
    row(190, 190, Account, "The access token is not valid any more: it has expired or was taken back.", TOKEN),
    row(200, 299, Account, "A right is missing, or no token was sent.", RIGHTS),
    row(368, 368, Account, "The business account is restricted or disabled for breaking a policy.", "Open the account's quality page at the platform and appeal there."),
    row(613, 613, Never, "Too many calls were made.", NO_CALLS),
    row(80007, 80007, Wait, "The business account has reached its rate limit.", "It is tried again by itself, more slowly."),
    row(130403, 130403, Never, "You have blocked this customer.", "Unblock the customer first."),
    row(130429, 130429, Wait, "The number sends faster than the platform allows.", "It is tried again by itself, more slowly."),
    row(130472, 130472, Never, "The customer is part of a platform experiment and gets no marketing messages.", "Reach the customer another way, or wait until he writes."),
    row(130497, 130497, Never, "This business may not message people in this country.", "Reach the customer another way."),
    row(131000, 131000, Unknown, "The platform failed without saying why.", "Check with the customer or wait for a delivery status before sending it again."),
    row(131005, 131005, Account, "Access was denied.", RIGHTS),
    row(131008, 131008, Never, "A required part of the message is missing.", FIX),
    row(131009, 131009, Never, "A value in the message is not valid.", FIX),
    row(131016, 131016, Wait, "A service of the platform is not available for the moment.", LATER),
    row(131020, 131020, Never, "The group has a single member.", "Write to the customer directly."),
    row(131021, 131021, Never, "The recipient is the sending number itself.", "Choose another recipient."),
    row(131026, 131026, Never, "The message cannot be delivered: the number may not be on WhatsApp, or the app is too old.", "Reach the customer another way."),
    row(131030, 131030, Never, "A test number may write only to the recipients on its list.", "Add the recipient to the test number's list at the platform."),
    row(131031, 131031, Account, "The business account is locked.", "Open the account's quality page at the platform, or check the two-step PIN."),
    row(131037, 131037, Account, "The number has no approved display name.", "Ask for a display name at the platform."),
    row(131041, 131041, Never, "The platform does not know this group.", "Write to the customer directly."),
    row(131042, 131042, Account, "There is a problem with the payment method; replies may be stopped by it too.", "Mend the payment method of the business account at the platform."),
    row(131044, 131044, Account, "There is a problem with the payment method for calls.", "Mend the payment method of the business account at the platform."),
    row(131045, 131045, Account, "The number is not correctly registered.", "Register the number again at the platform."),
    row(131047, 131047, Never, "More than 24 hours have passed since the customer last wrote.", "Send a template instead."),
    row(131048, 131048, Wait, "Too many messages of this number were reported or blocked; the platform holds it back.", "Stop templates on this line for some hours and look at its quality rating."),
    row(131049, 131049, Never, "The platform held the message back to keep marketing bearable for this customer.", "Wait a day or more before another marketing message to him."),
    row(131050, 131050, Never, "The customer has stopped marketing messages from you.", "Send no marketing to him; replies and service messages are not affected."),
    row(131051, 131051, Never, "This type of message is not supported.", "Ask the customer to send it in another form."),
    row(131052, 131052, Never, "The platform could not fetch the customer's file, or it is too large.", "Ask the customer to send it again, smaller or in another form."),
    row(131053, 131053, Never, "The file could not be uploaded.", "Check the kind and the size of the file and send it again."),
    row(131055, 131055, Never, "This method is not allowed for this kind of message.", FIX),
    row(131056, 131056, Pair, "Too many messages to this customer in a short time.", "It is tried again by itself, after a pause for this customer."),
    row(131057, 131057, Wait, "The account is in maintenance, usually for a minute.", LATER),
    row(131059, 131059, Never, "The place in a list of groups is no longer valid.", "Start the list from its first page."),
    row(131062, 131062, Never, "This message cannot go to a customer whose phone number is not known.", "Ask the customer for the phone number first."),
    row(131063, 131063, Never, "Marketing messages are switched off for this account on this API.", "Switch them on again at the platform."),
    row(131064, 131064, Template, "The account is limited because templates were given the wrong category.", "Correct the category of the templates at the platform."),
    row(131201, 131207, Never, "The platform refused it for this group.", FIX),
    row(131208, 131208, Wait, "Too many requests for groups.", LATER),
    row(131209, 131215, Never, "The platform refused it for this group.", FIX),
    row(132000, 132000, Template, "The template needs another number of parameters.", "Fetch the templates again and fill in every parameter."),
    row(132001, 132001, Template, "The template does not exist in this language, or is not approved.", "Fetch the templates again and choose an approved one."),
    row(132005, 132005, Never, "The template with its parameters is too long.", "Shorten the parameters."),
    row(132007, 132007, Template, "The template breaks a content policy.", "Change the template at the platform."),
    row(132008, 132008, Never, "A template parameter has the wrong form.", "Correct the parameters and send it again."),
    row(132012, 132012, Never, "A template parameter is of the wrong kind.", "Correct the parameters and send it again."),
    row(132015, 132015, Template, "The template is paused for low quality.", "Use another template until this one is released."),
    row(132016, 132016, Template, "The template is disabled for good, for low quality.", "Use another template."),
    row(132018, 132018, Never, "The template's parameters are not valid.", "Correct the parameters and send it again."),
    row(132068, 132068, Never, "The flow is blocked.", "Mend the flow at the platform."),
    row(132069, 132069, Message, "The flow is slowed down: ten messages an hour.", "It is tried again by itself; mend the flow at the platform."),
    row(133000, 133000, Account, "An earlier removal of the number did not finish.", "Remove the registration of the number again, then register it."),
    row(133004, 133004, Wait, "The registration server is not available for the moment.", LATER),
    row(133005, 133005, Account, "The two-step PIN is wrong.", "Check the PIN, or set a new one at the platform."),
    row(133006, 133006, Account, "The number must be verified first.", "Verify the number at the platform."),
    row(133008, 133009, Wait, "The two-step PIN was tried too often or too fast.", "Wait for the time named in the details."),
    row(133010, 133010, Account, "The number is not registered.", "Register the number at the platform."),
    row(133015, 133015, Wait, "The number was deleted a moment ago.", "Wait five minutes."),
    row(133016, 133016, Wait, "The number was registered and removed too often.", "Wait up to three days before registering it again."),
    row(134011, 134011, Account, "The terms of payments have not been accepted.", "Accept them at the platform."),
    row(134100, 134100, Never, "Only marketing templates may be sent this way.", "Choose a marketing template."),
    row(134101, 134101, Message, "The template is still being copied, which takes up to ten minutes.", LATER),
    row(134102, 134102, Account, "The template cannot be used with the marketing API.", "Check the marketing API's set-up at the platform."),
    row(135000, 135000, Never, "The platform did not accept a parameter, or dropped a held message.", "Read the details, and look at the template's and the portfolio's quality."),
    row(137000, 137000, Never, "The customer's identity has changed since it was last checked.", "Make sure who it is, then confirm the new identity."),
    row(138000, 138018, Never, "The platform refused something about calls.", NO_CALLS),
    row(139100, 139102, Never, "The platform refused to block or unblock this customer.", FIX),
    row(139103, 139103, Wait, "Blocking failed inside the platform.", LATER),
    row(147001, 147005, Never, "The platform refused something about the business username.", "Check the username at the platform."),
    row(2388019, 2388019, Never, "The account has reached its number of templates.", "Delete templates that nobody uses."),
    row(2388024, 2388024, Never, "A template of this name and language is there already.", "Choose another name, or edit the one that is there."),
    row(2388039, 2388039, Never, "The platform refused to make or change the template.", FIX_TEMPLATE),
    row(2388040, 2388040, Never, "A part of the template is too long.", FIX_TEMPLATE),
    row(2388047, 2388047, Never, "The template's header has the wrong form.", FIX_TEMPLATE),
    row(2388072, 2388072, Never, "The template's body has the wrong form.", FIX_TEMPLATE),
    row(2388073, 2388073, Never, "The template's footer has the wrong form.", FIX_TEMPLATE),
    row(2388293, 2388293, Never, "The template has too many variables for so few words.", "Write more words around the variables."),
    row(2388299, 2388299, Never, "The template begins or ends with a variable.", "Write words before the first variable and after the last."),
    row(2494055, 2494055, Wait, "The number sends faster than the platform allows.", "It is tried again by itself, more slowly."),
    row(2593107, 2593107, Never, "The phone app's data was synchronised too often.", "Wait before the next synchronisation."),
    row(2593108, 2593108, Never, "The phone app's data can be synchronised only in the first 24 hours.", "Connect the number again to start anew."),
    // Ours: see `OVER_CAP` in domain/decide/send.rs.
    row(900_000_001, 900_000_001, Never, "The customer has had as much marketing this week as the desk allows.", "Send it when the week is over, or allow more in the desk's configuration."),
    row(900_000_002, 900_000_002, Never, "The person has this message of the campaign already, as another of his contacts.", "Nothing is to be done."),
];

/// An error as the platform sends it: in an answer, in a status, or in a webhook out of band. The texts are
/// the platform's own and may name the customer: show them to agents, never log them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlatformError {
    /// The code: what everything is built on.
    pub code: u32,
    /// The platform's title, without the `(#code)` that answers put before it.
    pub title: String,
    /// A longer message, where it differs from the title.
    pub message: Option<String>,
    /// What exactly was wrong.
    pub details: Option<String>,
    /// The subcode, where there is one.
    pub subcode: Option<u32>,
    /// The platform's trace id, for its support.
    pub trace: Option<String>,
}

impl PlatformError {
    /// Reads the body of a refused request, `{"error": {...}}`; `None` if it is no such body or names no code.
    pub fn from_body(body: &[u8]) -> Option<Self> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Body<'a> {
            #[serde(borrow)]
            error: Obj<RawError<'a>>,
        }
        let read = |json: &str| {
            let body: Obj<Body<'_>> = serde_json::from_str(json)?;
            Ok(body.0.and_then(|body| body.error.0).and_then(RawError::read))
        };
        mended(std::str::from_utf8(body).ok()?, read).ok()?
    }

    /// What the platform says of it: see [`words`].
    pub fn words(&self) -> Option<String> {
        words(&self.title, self.details.as_deref().or(self.message.as_deref()))
    }

    /// The explanation of its code; as exactly as the subcode tells where a token is refused
    /// (page "graph-api/guides/error-handling"), or a template: there the code says no more than that a parameter is
    /// not valid.
    pub fn explain(&self) -> Explanation {
        let known = explain(self.code);
        let subcode = self.subcode.filter(|of| self.code == INVALID && TEMPLATES.contains(of));
        if let Some(told) = subcode.and_then(row_of) {
            return told.explanation;
        }
        let title = match (self.code, self.subcode) {
            (190, Some(458)) => {
                "The person or system user of the access token has removed the app."
            }
            (190, Some(459)) => {
                "The access token's user is held up at a security check of the platform."
            }
            (190, Some(460)) => "The access token ended because its user's password was changed.",
            (190, Some(463)) => "The access token has expired.",
            (190, Some(464)) => "The access token's user is not confirmed.",
            (190, Some(467)) => "The access token is not valid: it was taken back or is cut short.",
            _ => known.title,
        };
        Explanation { title, ..known }
    }
}

/// The error object of answers and webhooks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RawError<'a> {
    #[serde(borrow)]
    code: Scalar<'a>,
    title: Scalar<'a>,
    message: Scalar<'a>,
    error_data: Obj<RawDetails<'a>>,
    error_subcode: Scalar<'a>,
    fbtrace_id: Scalar<'a>,
    error_user_msg: Scalar<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawDetails<'a> {
    #[serde(borrow)]
    details: Scalar<'a>,
}

impl RawError<'_> {
    /// The error, unless it lacks a code.
    pub(crate) fn read(self) -> Option<PlatformError> {
        let number = |scalar: &Scalar<'_>| scalar.int().and_then(|code| u32::try_from(code).ok());
        let message = self.message.filled().map(|message| without_code(&message).to_owned());
        let title = self.title.filled().or_else(|| message.clone()).unwrap_or_default();
        let details = self.error_data.0.and_then(|data| data.details.filled());
        Some(PlatformError {
            code: number(&self.code)?,
            message: message.filter(|message| *message != title),
            title,
            details: details.or_else(|| self.error_user_msg.filled()),
            subcode: number(&self.error_subcode),
            trace: self.fbtrace_id.filled(),
        })
    }
}

/// `(#131047) Re-engagement message` without its code.
fn without_code(message: &str) -> &str {
    message
        .strip_prefix("(#")
        .and_then(|rest| rest.split_once(')'))
        .filter(|(code, _)| code.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(message, |(_, rest)| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_row_speaks() {
        for pair in TABLE.windows(2) {
            assert!(pair[0].last < pair[1].first, "{} {}", pair[0].last, pair[1].first);
        }
        for row in TABLE {
            assert!(row.first <= row.last);
            for text in [row.explanation.title, row.explanation.hint] {
                assert!(text.ends_with('.') && text.len() > 10, "{text}");
            }
        }
    }

    #[test]
    fn codes_have_their_class() {
        for (class, codes) in [
            (Account, &[0, 3, 10, 33, 190, 200, 250, 299, 368, 131005, 131031, 131042, 133010][..]),
            (Wait, &[2, 4, 80007, 130429, 131016, 131048, 131057, 131208, 133004, 133009]),
            (Message, &[132069, 134101]),
            (Pair, &[131056]),
            (Never, &[100, 130472, 131026, 131047, 131049, 131050, 132012, 138005, 300, 999_999]),
            (Template, &[131064, 132000, 132001, 132007, 132015, 132016]),
            (Unknown, &[1, 131000]),
        ] {
            for code in codes {
                assert_eq!(explain(*code).class, class, "{code}");
            }
        }
        assert!(explain(u32::MAX).title.contains("does not know"));
    }

    #[test]
    fn a_refused_token_is_explained_as_exactly_as_the_platform_tells() {
        for (subcode, word) in [
            (Some(460), "password was changed"),
            (Some(463), "has expired."),
            (Some(467), "is not valid"),
            (Some(999), "or was taken back"),
            (None, "or was taken back"),
        ] {
            let error = PlatformError { code: 190, subcode, ..PlatformError::default() };
            let explained = error.explain();
            assert!(explained.title.contains(word), "{subcode:?}: {}", explained.title);
            assert_eq!((explained.class, explained.hint), (Account, TOKEN));
        }
        let other = PlatformError { code: 131_047, subcode: Some(463), ..PlatformError::default() };
        assert_eq!(other.explain(), explain(131_047));
    }

    #[test]
    fn a_refused_template_is_explained_by_its_subcode() {
        let hint = |code, subcode| {
            PlatformError { code, subcode: Some(subcode), ..PlatformError::default() }
                .explain()
                .hint
        };
        let there = "Choose another name, or edit the one that is there.";
        assert_eq!(hint(100, 2_388_024), there);
        assert_eq!(hint(100, 2_388_019), "Delete templates that nobody uses.");
        assert_eq!(hint(100, 2_388_293), "Write more words around the variables.");
        // No row, no template, and another code.
        for (code, subcode) in [(100, 2_388_500), (100, 33), (131_009, 2_388_024)] {
            assert_eq!(hint(code, subcode), explain(code).hint, "{code} {subcode}");
        }
    }

    #[test]
    fn the_platforms_own_words_are_one_bounded_line() {
        let long = "x".repeat(10_000);
        for (title, details, wanted) in [
            ("", None, None),
            (" ", Some("\n"), None),
            ("Title", None, Some("Title")),
            ("", Some("what"), Some("what")),
            ("Title", Some("what\nexactly\u{7}"), Some("Title: what exactly\u{fffd}")),
            ("Title", Some("Title: what"), Some("Title: what")),
        ] {
            assert_eq!(words(title, details).as_deref(), wanted, "{title:?} {details:?}");
        }
        assert!(words(&long, Some(&long)).expect("words").len() < WORDS + 10);
    }

    #[test]
    fn an_error_body_is_read_by_its_code() {
        let body = br##"{"error":{"message":"(#131047) Re-engagement message","type":"OAuthException","code":"131047",
            "error_data":{"messaging_product":"whatsapp","details":"More than 24 hours"},"error_subcode":2494010,"fbtrace_id":"Ab"}}"##;
        let error = PlatformError::from_body(body).expect("an error");
        assert_eq!((error.code, error.title.as_str()), (131047, "Re-engagement message"));
        assert_eq!(
            (error.message.as_deref(), error.details.as_deref()),
            (None, Some("More than 24 hours"))
        );
        assert_eq!((error.subcode, error.trace.as_deref()), (Some(2_494_010), Some("Ab")));
        assert!(error.explain().hint.contains("template"));
        for nothing in
            ["", "[]", "{}", "<html>", r#"{"error":"x"}"#, r#"{"error":{"message":"m"}}"#]
        {
            assert_eq!(PlatformError::from_body(nothing.as_bytes()), None, "{nothing}");
        }
    }
}
