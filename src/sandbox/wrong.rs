//! How the platform can be set up wrongly: what `guichet doctor` must tell.

use super::StartError;
use super::front::Front;
use super::options::Options;
use crate::kit::{Clock, Secret};
use std::time::Duration;

/// One thing that is wrong between the platform and the relay. The sandbox behaves as the platform does then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Wrong {
    /// The access token is not taken any more
    Token,
    /// The token has no rights for WhatsApp
    Scope,
    /// The account has another number than the line's
    Number,
    /// The app gets no webhooks of the account
    Subscription,
    /// The app is subscribed to the webhook field messages alone
    Fields,
    /// Somebody typed another verify token
    Verify,
    /// Webhooks are signed with another app's secret
    Signature,
    /// The callback URL leads nowhere
    Url,
    /// The platform's clock runs ten minutes ahead of this machine's
    Clock,
    /// The callback URL has a certificate of its own making that ends in three days
    Certificate,
    /// The number is a test number, and nobody is on its list
    AllowList,
}

/// How far the platform's clock is ahead.
const AHEAD: Duration = Duration::from_secs(600);
/// A port on which nobody listens.
const NOBODY: u16 = 1;
/// The number that the account has instead.
const OTHER_NUMBER: &str = "106540352242999";

/// What differs in a sandbox that was told to be wrong.
pub(super) struct Changed {
    pub(super) clock: Clock,
    /// Ends TLS before the webhook.
    pub(super) front: Option<Front>,
}

impl Wrong {
    /// Changes what a sandbox is told, so that it is wrong in each of the ways that `options` name. What no
    /// option expresses, the Graph API looks up.
    pub(super) fn set_up(options: &mut Options, clock: Clock) -> Result<Changed, StartError> {
        let mut changed = Changed { clock, front: None };
        for wrong in options.wrong.clone() {
            let line = &mut options.line;
            match wrong {
                Self::Token => line.access_token = Some(Secret::new("a token that nobody has")),
                Self::Number => line.phone_number_id = Some(OTHER_NUMBER.into()),
                Self::Verify => line.verify_token = Some(Secret::new("a word that nobody chose")),
                Self::Signature => line.app_secret = Some(Secret::new("another app's secret")),
                Self::Clock => {
                    let clock = &changed.clock;
                    changed.clock = Clock::scaled(clock.now() + AHEAD, clock.rate());
                }
                // The URL was good when it was saved: there is no handshake any more.
                Self::Url => {
                    line.verify_token = None;
                    options.webhook = options.webhook.as_deref().map(elsewhere).transpose()?;
                }
                Self::Certificate => {
                    line.verify_token = None;
                    if let Some(url) = &mut options.webhook {
                        let front = Front::bind(&parsed(url)?, changed.clock.now())?;
                        *url = front.url().to_owned();
                        changed.front = Some(front);
                    }
                }
                Self::Scope | Self::Subscription | Self::Fields | Self::AllowList => {}
            }
        }
        Ok(changed)
    }
}

fn parsed(url: &str) -> Result<reqwest::Url, StartError> {
    reqwest::Url::parse(url).map_err(|_| StartError::Webhook(url.to_owned()))
}

/// The same path where nobody listens.
fn elsewhere(url: &str) -> Result<String, StartError> {
    let mut url = parsed(url)?;
    let _ = url.set_port(Some(NOBODY));
    Ok(url.into())
}
