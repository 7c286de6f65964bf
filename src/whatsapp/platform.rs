//! What the relay asks of a platform, and what can come of it.

use super::archive::Archive;
use super::error::{Class, PlatformError};
use super::listing::NumberStatus;
use super::send::{MarkRead, SendRequest};
use super::template::{New, Submitted, Template};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use reqwest::header::HeaderMap;
use std::time::Duration;

/// What is asked of a platform, on its way.
pub type Asked<'a, T> = BoxFuture<'a, T>;

/// A messaging platform that speaks for one line, whoever carries its messages: see
/// [`super::provider::Provider`]. Each call is one attempt: nothing is sent twice by itself.
pub trait Platform: Send + Sync {
    /// Sends a message.
    fn send<'a>(&'a self, request: &'a SendRequest) -> Asked<'a, SendOutcome>;

    /// Marks a customer's message as read.
    fn mark_read<'a>(&'a self, read: &'a MarkRead) -> Asked<'a, Result<(), Fault>>;

    /// All templates of a business account.
    fn templates<'a>(&'a self, account: &'a str) -> Asked<'a, Result<Vec<Template>, Fault>>;

    /// Submits a new template for review. It may be done again: the platform takes one name in one language once.
    fn submit_template<'a>(
        &'a self,
        _account: &'a str,
        _template: &'a New,
    ) -> Asked<'a, Result<Submitted, Fault>> {
        let reason = "templates of this provider are submitted in its own console".to_owned();
        Box::pin(async { Err(Fault::Strange { reason }) })
    }

    /// Hands in an example of a file for a new template's header; its handle is answered.
    fn example(&self, _upload: Upload) -> Asked<'_, Result<String, Fault>> {
        let reason =
            "files of this provider's templates are handed in in its own console".to_owned();
        Box::pin(async { Err(Fault::Strange { reason }) })
    }

    /// What the platform says about one of our numbers.
    fn number_status<'a>(&'a self, number: &'a str) -> Asked<'a, Result<NumberStatus, Fault>>;

    /// Where the platform posts the line's webhooks, if it tells.
    fn callback(&self) -> Asked<'_, Result<Option<Posting>, Fault>> {
        Box::pin(async { Ok(None) })
    }

    /// The messages that it keeps, where a webhook is posted once and then given up.
    fn archive(&self) -> Option<&dyn Archive> {
        None
    }

    /// Whether the platform answers: a cheap question after an unknown outcome. A refusal for the account's
    /// or the token's sake is an answer too; an overloaded platform is not.
    fn probe<'a>(&'a self, number: &'a str) -> Asked<'a, Result<(), Fault>>;

    /// Where the bytes of a message's file can be had, for some minutes.
    fn file_place<'a>(
        &'a self,
        number: &'a str,
        id: &'a str,
    ) -> Asked<'a, Result<FilePlace, Fault>>;

    /// The bytes at an address that the platform named.
    fn file<'a>(&'a self, url: &'a str) -> Asked<'a, Result<Incoming, FileFault>>;

    /// Hands a file in, to be sent by the id that comes back. May be done again: nothing is sent by it.
    fn upload<'a>(&'a self, number: &'a str, upload: Upload) -> Asked<'a, Result<String, Fault>>;
}

/// How webhooks are posted, as the platform was told.
#[derive(Clone, Debug)]
pub struct Posting {
    /// To where.
    pub url: String,
    /// With these headers more, if it tells them.
    pub headers: Option<HeaderMap>,
}

/// Where a file lies, and what the platform says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilePlace {
    /// Its address; it wants the token.
    pub url: String,
    /// MIME type.
    pub mime_type: Option<String>,
    /// Digest, in base64 or in hexadecimal digits.
    pub sha256: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
}

/// A file that comes in.
pub struct Incoming {
    /// Its size, if it is told before.
    pub bytes: Option<u64>,
    /// Its bytes as they come.
    pub pieces: BoxStream<'static, Result<Bytes, FileFault>>,
}

/// A file that goes out.
pub struct Upload {
    /// Its name, as the platform wants one in the form; the customer does not see it.
    pub name: String,
    /// MIME type.
    pub mime: String,
    /// Its size.
    pub bytes: u64,
    /// Where the platform may fetch it for some hours, if the relay's public address is known.
    pub address: Option<String>,
    /// Its bytes.
    pub pieces: BoxStream<'static, std::io::Result<Bytes>>,
}

/// Why a file's bytes did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// There is nothing at the address, or nothing any more: ask for another.
    #[error("the address is over")]
    Stale,
    /// The platform did not answer, or not to the end.
    #[error("the platform does not answer: {reason}")]
    Silent {
        /// Why.
        reason: String,
    },
}

/// What came of an attempt to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The platform has taken the message over; delivery is told later.
    Accepted {
        /// The platform's id of the message.
        wamid: String,
        /// For templates: `accepted`, `held_for_quality_assessment`, `paused`.
        message_status: Option<String>,
    },
    /// The platform refused it: known not accepted.
    Rejected {
        /// The code; `None` for a 429 without one.
        code: Option<u32>,
        /// How to act on it.
        class: Class,
        /// The platform's title.
        title: String,
        /// What exactly was wrong.
        details: Option<String>,
        /// How long the platform asks to wait.
        retry_after: Option<Duration>,
    },
    /// Nothing has left us: the request is invalid, or the connection failed before its first byte. Known
    /// not accepted.
    NotSent {
        /// Why.
        reason: String,
        /// Whether another attempt may do better: true for the network, false for an invalid request.
        retry: bool,
    },
    /// It may or may not have been accepted.
    Unknown {
        /// Why it is not known.
        reason: String,
    },
}

/// Why a question was not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The platform refused.
    #[error("the platform refused with code {}: {}", .0.code, .0.title)]
    Refused(PlatformError),
    /// The platform did not answer, or not usably.
    #[error("the platform does not answer: {reason}")]
    Silent {
        /// Why.
        reason: String,
    },
    /// The platform's answer is not what was asked for.
    #[error("the platform's answer is not understood: {reason}")]
    Strange {
        /// What is strange.
        reason: String,
    },
}
