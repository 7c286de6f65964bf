//! The platform's words: what WhatsApp's Cloud API says and wants to hear, for the relay alone.
//!
//! ```text
//! signature   who sent a webhook: the HMAC over its raw bytes, and the GET handshake
//! webhook     a body, leniently read and split into items (message, status, echo, event, ...)
//! send        bodies of what we send: text, template, quoted reply, mark as read; checked before they leave
//! template    a template: the parameters it needs, whether given ones fit, how it looks filled in
//! listing     answers to questions: pages of templates, the status of a number
//! setup       how a line is set up: its token, its app, its callback URL
//! platform    the trait that the relay speaks to, and what can come of a send
//! archive     the messages that a provider keeps: what its webhooks lost
//! provider    who carries a line: a file each with all that is different (cloud, dialog360, twilio)
//! client      that trait over the Cloud API
//! exchange    one request over HTTPS, and how far it came
//! error       the table of error codes: how to act, a sentence for people, the next step
//! lenient     reading JSON that mixes its kinds (private)
//! ```
//!
//! Nothing here knows our own events: the relay translates. Nothing here reads a clock or a file, or writes a log.
//! Texts in its structures are strangers': show them through [`crate::kit::text`], never log them.

pub mod archive;
pub mod client;
mod cloud;
mod dialog360;
pub mod error;
pub mod exchange;
pub mod field;
mod lenient;
pub mod listing;
pub mod platform;
pub mod provider;
pub mod send;
pub mod setup;
pub mod signature;
pub mod template;
mod twilio;
pub mod webhook;

pub use client::GraphClient;
pub use error::{Class, PlatformError, explain};
pub use exchange::Timeouts;
pub use platform::{Platform, SendOutcome};
pub use send::{Body, MarkRead, Recipient, SendRequest, SentFile};
pub use template::Template;
