//! The platform's words: what WhatsApp's Cloud API says and wants to hear, for the relay alone.
//!
//! ```text
//! signature   who sent a webhook: the HMAC over its raw bytes, and the GET handshake
//! webhook     a body, leniently read and split into items (message, status, echo, event, ...)
//! error       the table of error codes: how to act, a sentence for people, the next step
//! lenient     reading JSON that mixes its kinds (private)
//! ```
//!
//! Nothing here knows our own events: the relay translates. Nothing here reads a clock, a file or a log.
//! Texts in its structures are strangers': show them through [`crate::kit::text`], never log them.

pub mod error;
mod lenient;
pub mod signature;
pub mod webhook;
