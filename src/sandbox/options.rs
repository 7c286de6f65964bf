//! What a sandbox is told: its line, its customers, its faults.

use super::fault::Faults;
use super::script::{Lang, Script};
use super::world::{DISPLAY, NUMBER, WABA};
use super::wrong::Wrong;
use crate::kit::Secret;
use std::net::SocketAddr;
use std::time::Duration;

/// Whose API and webhooks the sandbox plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Carrier {
    /// Meta's own.
    #[default]
    Cloud,
    /// 360dialog's.
    #[value(name = "360dialog")]
    Dialog360,
    /// Twilio's.
    Twilio,
}

/// The business number that the sandbox plays the platform for, and its secrets.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Who carries it.
    pub carrier: Carrier,
    /// The number's id. Without one, customers write to `106540352242922` and every id is taken in requests;
    /// with one, any other is refused with code 100, subcode 33. At Twilio the digits of the sender.
    pub phone_number_id: Option<String>,
    /// The account's id; without one `102290129340398`, and every id is taken. At Twilio the Account SID.
    pub waba_id: Option<String>,
    /// Signs webhooks, or is sent with them. Needed where there is a webhook.
    pub app_secret: Option<Secret>,
    /// The token or key that requests must carry (else 190); without one any is good.
    pub access_token: Option<Secret>,
    /// With it the webhook is verified by a handshake before anything is posted to it.
    pub verify_token: Option<Secret>,
}

impl Line {
    /// The number's id; without one of its own that of the sandbox.
    pub(super) fn number(&self) -> &str {
        let own = match self.carrier {
            Carrier::Cloud | Carrier::Dialog360 => NUMBER,
            Carrier::Twilio => DISPLAY,
        };
        self.phone_number_id.as_deref().unwrap_or(own)
    }

    /// The account's id; without one of its own that of the sandbox.
    pub(super) fn account(&self) -> &str {
        let own = match self.carrier {
            Carrier::Cloud | Carrier::Dialog360 => WABA,
            Carrier::Twilio => SID,
        };
        self.waba_id.as_deref().unwrap_or(own)
    }
}

/// The account when the options name none, at Twilio.
const SID: &str = "AC00000000000000000000000000000001";

/// What happens to sends whose recipient is no customer of the sandbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Strangers {
    /// They are delivered and read, and their window counts as open: their messages may have reached the
    /// relay by another way.
    #[default]
    Accept,
    /// They are refused with 131026.
    Refuse,
}

/// The messaging limit of a verified business.
pub(super) const LIMIT: usize = 2_000;

/// Everything that a sandbox is told at its start.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the Graph API listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where webhooks are posted, `http://` or `https://`; without one nothing is posted.
    pub webhook: Option<String>,
    /// The line.
    pub line: Line,
    /// The customers; without one the shipped ones.
    pub script: Option<Script>,
    /// What chance is thrown with.
    pub seed: u64,
    /// The language of most customers; without one all four alike.
    pub lang: Option<Lang>,
    /// What goes wrong.
    pub faults: Faults,
    /// What is set up wrongly.
    pub wrong: Vec<Wrong>,
    /// No customer writes by itself.
    pub silent: bool,
    /// How many customers have written when it starts.
    pub waiting: usize,
    /// How long ago the first of those wrote (desk time): one of them for each span.
    pub aged: Vec<Duration>,
    /// The mean time between new customers (desk time); zero: none but those of the script.
    pub every: Duration,
    /// What happens to sends to strangers.
    pub strangers: Strangers,
    /// How many people may be written to outside their windows in 24 hours of desk time.
    pub limit: usize,
    /// The run's number, which keeps message ids apart; without one the wall clock's milliseconds.
    pub run: Option<u64>,
}

impl Default for Options {
    /// A loopback sandbox on a free port with eight waiting customers and no webhook.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            webhook: None,
            line: Line::default(),
            script: None,
            seed: 1,
            lang: None,
            faults: Faults::default(),
            wrong: Vec::new(),
            silent: false,
            waiting: 8,
            aged: Vec::new(),
            every: Duration::from_secs(300),
            strangers: Strangers::Accept,
            limit: LIMIT,
            run: None,
        }
    }
}
