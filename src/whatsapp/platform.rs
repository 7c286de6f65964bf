//! What the relay asks of a platform, and what can come of it.

use super::error::{Class, PlatformError};
use super::listing::NumberStatus;
use super::send::{MarkRead, SendRequest};
use super::template::{New, Submitted, Template};
use bytes::Bytes;
use futures_util::stream::BoxStream;
use std::time::Duration;

/// A messaging platform that speaks for one line. Each call is one attempt: nothing is sent twice by itself.
pub trait Platform: Send + Sync {
    /// Sends a message.
    fn send(&self, request: &SendRequest) -> impl Future<Output = SendOutcome> + Send;

    /// Marks a customer's message as read.
    fn mark_read(&self, read: &MarkRead) -> impl Future<Output = Result<(), Fault>> + Send;

    /// All templates of a business account.
    fn templates(&self, waba_id: &str)
    -> impl Future<Output = Result<Vec<Template>, Fault>> + Send;

    /// Submits a new template for review. It may be done again: the platform takes one name in one language once.
    fn submit_template(
        &self,
        _waba_id: &str,
        _template: &New,
    ) -> impl Future<Output = Result<Submitted, Fault>> + Send {
        let reason = "templates of this provider are submitted in its own console".to_owned();
        std::future::ready(Err(Fault::Strange { reason }))
    }

    /// What the platform says about one of our numbers.
    fn number_status(
        &self,
        phone_number_id: &str,
    ) -> impl Future<Output = Result<NumberStatus, Fault>> + Send;

    /// Whether the platform answers: a cheap question after an unknown outcome. A refusal for the account's
    /// or the token's sake is an answer too; an overloaded platform is not.
    fn probe(&self, phone_number_id: &str) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Where the bytes of a message's file can be had, for some minutes.
    fn file_place(
        &self,
        phone_number_id: &str,
        id: &str,
    ) -> impl Future<Output = Result<FilePlace, Fault>> + Send;

    /// The bytes at an address that the platform named.
    fn file(&self, url: &str) -> impl Future<Output = Result<Incoming, FileFault>> + Send;

    /// Hands a file in, to be sent by the id that comes back. May be done again: nothing is sent by it.
    fn upload(
        &self,
        phone_number_id: &str,
        upload: Upload,
    ) -> impl Future<Output = Result<String, Fault>> + Send;
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
