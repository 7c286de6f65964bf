//! What an answer of the platform means: for the message, and for the line that it went over.

use crate::domain::command::Outcome;
use crate::domain::id::MessageKey;
use crate::domain::status::Hold;
use crate::kit::backoff::Backoff;
use crate::whatsapp::error::{Class, words};
use crate::whatsapp::platform::SendOutcome;
use std::time::Duration;

/// The code that stands for a message that cannot be sent as it is: the platform's "invalid parameter".
pub const INVALID: u32 = 100;
/// The platform holds a number back because people reported it; templates stop, replies need not.
/// Source: support/error-codes.
const REPORTED: u32 = 131_048;

/// The wait of one message, or of a line that is to send more slowly, after so many failures.
pub const WAIT: Backoff =
    Backoff { first: Duration::from_secs(1), most: Duration::from_secs(60), factor: 2 };
/// The wait for one recipient: 4 to the power of the failures, in seconds. Source: about-the-platform.
pub const PAIR: Backoff =
    Backoff { first: Duration::from_secs(1), most: Duration::from_secs(256), factor: 4 };
/// The wait of one message that holds something that is not ready: a template that is copied takes up to ten minutes,
/// a flow that is slowed down takes ten messages an hour.
pub const MESSAGE: Backoff =
    Backoff { first: Duration::from_secs(60), most: Duration::from_secs(900), factor: 2 };
/// The wait of a line whose account or credential is at fault; people must mend it.
pub const ACCOUNT: Backoff =
    Backoff { first: Duration::from_secs(60), most: Duration::from_secs(900), factor: 2 };
/// The wait between two questions to a platform that does not answer.
pub const PROBE: Backoff =
    Backoff { first: Duration::from_millis(500), most: Duration::from_secs(30), factor: 2 };

/// What follows for the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The platform answers: all is well with the line.
    Well,
    /// Nothing is told: the message never left us for a reason of its own.
    Nothing,
    /// The recipient must wait, so long at least.
    Recipient(Option<Duration>),
    /// This message must wait, so long at least.
    Message(Option<Duration>),
    /// The line must wait, so long at least.
    Line(Option<Duration>),
    /// The line's templates must wait, so long at least.
    Templates(Option<Duration>),
    /// The line is stopped until people have mended something.
    Stopped(u32),
    /// Nobody knows whether the platform is there: ask it before anything else is sent.
    Doubt,
}

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// For the message.
    pub outcome: Outcome,
    /// For the line.
    pub after: After,
    /// The template is at fault: fetch them anew.
    pub template: bool,
}

impl Verdict {
    fn of(outcome: Outcome, after: After) -> Self {
        Self { outcome, after, template: false }
    }

    /// The word under which it is counted.
    pub fn label(&self) -> String {
        match self.outcome {
            Outcome::Accepted { .. } => "accepted".to_owned(),
            Outcome::Unknown => "unconfirmed".to_owned(),
            Outcome::Deferred { error: None, .. } => "not_reached".to_owned(),
            Outcome::Deferred { error: Some(code), .. } | Outcome::Refused { error: code, .. } => {
                code.to_string()
            }
        }
    }
}

/// Whether the platform holds what it took. Source: messages/send-messages.
fn held(message_status: Option<&str>) -> Option<Hold> {
    match message_status {
        Some("held_for_quality_assessment") => Some(Hold::Quality),
        Some("paused") => Some(Hold::Paused),
        _ => None,
    }
}

/// Judges an answer. `key` makes the fingerprint of the platform's id.
pub fn judge(answer: SendOutcome, key: impl FnOnce(&str) -> MessageKey) -> Verdict {
    match answer {
        SendOutcome::Accepted { wamid, message_status } => {
            let key = key(&wamid);
            let held = held(message_status.as_deref());
            Verdict::of(Outcome::Accepted { key, id: wamid, held }, After::Well)
        }
        SendOutcome::Rejected { code, class, title, details, retry_after } => {
            let said = words(&title, details.as_deref());
            let error = code.unwrap_or(INVALID);
            let (deferred, refused) = (
                Outcome::Deferred { error: code, said: said.clone() },
                Outcome::Refused { error, said },
            );
            match class {
                Class::Wait if code == Some(REPORTED) => {
                    Verdict::of(deferred, After::Templates(retry_after))
                }
                Class::Wait => Verdict::of(deferred, After::Line(retry_after)),
                Class::Message => Verdict::of(deferred, After::Message(retry_after)),
                Class::Pair => Verdict::of(deferred, After::Recipient(retry_after)),
                Class::Account => Verdict::of(deferred, After::Stopped(error)),
                Class::Never => Verdict::of(refused, After::Well),
                Class::Template => Verdict { outcome: refused, after: After::Well, template: true },
                Class::Unknown => Verdict::of(Outcome::Unknown, After::Doubt),
            }
        }
        SendOutcome::NotSent { retry: true, .. } => {
            Verdict::of(Outcome::Deferred { error: None, said: None }, After::Doubt)
        }
        SendOutcome::NotSent { reason, retry: false } => {
            let said = words(&reason, None);
            Verdict::of(Outcome::Refused { error: INVALID, said }, After::Nothing)
        }
        SendOutcome::Unknown { .. } => Verdict::of(Outcome::Unknown, After::Doubt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whatsapp::error::explain;

    fn rejected(code: Option<u32>, class: Class) -> SendOutcome {
        SendOutcome::Rejected {
            code,
            class,
            title: "Title".to_owned(),
            details: Some("what".to_owned()),
            retry_after: Some(Duration::from_secs(7)),
        }
    }

    #[test]
    fn what_the_platform_holds_is_known_by_its_word() {
        for (word, hold) in [
            (Some("accepted"), None),
            (Some("held_for_quality_assessment"), Some(Hold::Quality)),
            (Some("paused"), Some(Hold::Paused)),
            (None, None),
        ] {
            let message_status = word.map(str::to_owned);
            let answer = SendOutcome::Accepted { wamid: "w".into(), message_status };
            let id = "w".to_owned();
            let outcome = Outcome::Accepted { key: MessageKey(1), id, held: hold };
            assert_eq!(judge(answer, |_| MessageKey(1)).outcome, outcome, "{word:?}");
        }
    }

    #[test]
    fn every_class_has_its_consequence() {
        let seven = Some(Duration::from_secs(7));
        let said = || Some("Title: what".to_owned());
        let deferred = |code| Outcome::Deferred { error: Some(code), said: said() };
        let refused = |error| Outcome::Refused { error, said: said() };
        for (code, outcome, after, template) in [
            (130_429, deferred(130_429), After::Line(seven), false),
            (131_048, deferred(131_048), After::Templates(seven), false),
            (131_056, deferred(131_056), After::Recipient(seven), false),
            (132_069, deferred(132_069), After::Message(seven), false),
            (134_101, deferred(134_101), After::Message(seven), false),
            (190, deferred(190), After::Stopped(190), false),
            (131_047, refused(131_047), After::Well, false),
            (999_999, refused(999_999), After::Well, false),
            (132_001, refused(132_001), After::Well, true),
            (1, Outcome::Unknown, After::Doubt, false),
            (131_000, Outcome::Unknown, After::Doubt, false),
        ] {
            let said = judge(rejected(Some(code), explain(code).class), |_| MessageKey(1));
            assert_eq!(said, Verdict { outcome, after, template }, "{code}");
        }
    }

    #[test]
    fn what_is_not_known_is_never_tried_again_by_itself() {
        let reason = String::new;
        let key = |id: &str| MessageKey(id.len() as u64);
        let cases = [
            (SendOutcome::Unknown { reason: reason() }, "unconfirmed", After::Doubt),
            (SendOutcome::NotSent { reason: reason(), retry: true }, "not_reached", After::Doubt),
            (SendOutcome::NotSent { reason: reason(), retry: false }, "100", After::Nothing),
            (
                SendOutcome::Accepted { wamid: "wamid.1".into(), message_status: None },
                "accepted",
                After::Well,
            ),
        ];
        for (answer, label, after) in cases {
            let said = judge(answer, key);
            assert_eq!((said.label().as_str(), said.after), (label, after));
        }
        assert_eq!(
            judge(rejected(None, Class::Wait), key).outcome,
            Outcome::Deferred { error: None, said: Some("Title: what".to_owned()) }
        );
    }
}
