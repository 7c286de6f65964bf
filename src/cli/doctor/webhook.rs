//! The way of a webhook: where the platform posts, and whether what it posts would be taken there.

use super::callback::{self, Callback, Shaken};
use super::certificate;
use super::finding::Report;
use super::line::{Examination, cause, day};
use super::tally::Tally;
use crate::kit::{Clock, Secret};
use crate::relay::config::{SecretError, SecretSource};
use crate::whatsapp::setup::{NumberSetup, Subscription};
use reqwest::Url;
use std::time::Duration;

/// A certificate that ends sooner should have been renewed by itself.
const CERTIFICATE_SOON: Duration = Duration::from_secs(14 * 86_400);

/// What is known of the callback URL.
pub(super) enum Place {
    /// Where to try it, and another that the operator named.
    At(Url, Option<Url>),
    /// The platform has none.
    Nowhere(Option<Url>),
    /// The platform could not be asked, or names what is no URL.
    Untold,
}

/// What is known of it; `given` is what the operator says.
pub(super) fn place(
    setup: Option<&NumberSetup>,
    subscriptions: Option<&[Subscription]>,
    given: Option<&Url>,
) -> Place {
    let ours = subscriptions.and_then(|all| all.iter().find(|one| is_ours(one)));
    let url = setup.and_then(|setup| setup.callback_url.as_deref());
    let url = url.or_else(|| ours.and_then(|one| one.callback_url.as_deref()));
    match (url.map(Url::parse), given.cloned()) {
        (Some(Ok(url)), given) => {
            let other = given.filter(|given| *given != url);
            Place::At(url, other)
        }
        (None, given) if subscriptions.is_some() => Place::Nowhere(given),
        (_, Some(given)) => Place::At(given, None),
        (_, None) => Place::Untold,
    }
}

/// Whether it is about WhatsApp.
pub(super) fn is_ours(subscription: &Subscription) -> bool {
    subscription.object == "whatsapp_business_account"
}

/// Whether the platform signs with a secret that the line names.
pub(super) enum Known {
    /// It does, with the one of this index.
    Yes(usize),
    /// The app, by its id, has another.
    No(String),
}

impl Examination<'_> {
    /// The public URL: whether it is there, its certificate, its verify token, its signature.
    pub(super) async fn callback(
        &mut self,
        place: Place,
        known: Option<Known>,
        secrets: &Result<Vec<Secret>, SecretError>,
        tally: Option<&Tally>,
    ) {
        let (url, saved) = match place {
            Place::At(url, None) => (Some(url), true),
            Place::At(url, Some(other)) => {
                let (url, other) = (callback::shown(&url), callback::shown(&other));
                self.report.wrong(
                    "url",
                    format!("the platform posts to {url}, not to {other}"),
                    "save the right callback URL under WhatsApp, Configuration in the app dashboard",
                );
                (None, true)
            }
            Place::Nowhere(given) => (given, false),
            Place::Untold => (None, true),
        };
        let mut trusted = false;
        let callback = url.map(Callback::new);
        match &callback {
            Some(Ok(callback)) => {
                trusted = self.shaken(callback, tally, saved).await;
            }
            Some(Err(why)) => self.report.wrong("url", why, "give another with --url"),
            None => {
                if !self.has("url") {
                    let why = if saved { "could not be asked for it" } else { "has none" };
                    let says = format!("the platform {why}; give yours with --url");
                    self.report.skipped("url", says);
                }
                self.report.skipped("certificate", "no URL to look at");
                match saved {
                    true => self.report.skipped("verify", "no URL to try it with"),
                    false => self.unsaved(tally),
                }
            }
        }
        let callback = callback.and_then(Result::ok).filter(|_| trusted);
        self.signature(callback.as_ref(), known, secrets).await;
    }

    /// The rows of URL, certificate and verify token; whether a signed body can be posted.
    async fn shaken(&mut self, callback: &Callback, tally: Option<&Tally>, saved: bool) -> bool {
        let url = callback.shown();
        if callback.is_plain() && !callback.is_near() {
            self.report.wrong(
                "url",
                format!("{url}: the platform posts to https only"),
                "give the listener or the proxy before it a certificate, and save the https URL",
            );
        }
        let token = self.line.verify_token.as_ref().map(SecretSource::resolve);
        let token = match token {
            None => return true,
            Some(Ok(token)) => token,
            Some(Err(error)) => {
                for check in ["url", "certificate"] {
                    self.report.skipped(check, "it is tried with the verify token");
                }
                let (says, mend) = cause(&error);
                self.report.wrong("verify", says, mend);
                return true;
            }
        };
        let shaken = callback.shake(&token).await;
        let reached = match &shaken {
            Shaken::Unreached(why) => {
                self.report.wrong(
                    "url",
                    format!("{url} is not reached: {why}"),
                    "let the relay, or the proxy before it, listen there; check the name service \
                     and the firewall; or save the right callback URL in the app dashboard",
                );
                false
            }
            Shaken::Strange(status) => {
                self.report.wrong(
                    "url",
                    format!("{url} answers {status}, which is no relay's answer"),
                    "let the path be /webhooks/whatsapp and the proxy pass it on to [listen] webhooks",
                );
                false
            }
            Shaken::Yes | Shaken::No | Shaken::Distrusted(_) => {
                if !self.has("url") {
                    self.report.ok("url", url);
                }
                true
            }
        };
        self.certificate(callback, &shaken, reached).await;
        match shaken {
            Shaken::Yes if !saved => self.unsaved(tally),
            Shaken::Yes => self.report.ok("verify", "the challenge came back"),
            Shaken::No => self.report.wrong(
                "verify",
                "what answers there does not take the verify token of this configuration",
                format!(
                    "reload the relay, so that it reads {} again; or let the URL lead to this relay",
                    self.verify_token()
                ),
            ),
            Shaken::Distrusted(_) => {
                self.report.skipped("verify", "the certificate must be mended first");
                return false;
            }
            Shaken::Strange(_) | Shaken::Unreached(_) => {
                self.report.skipped("verify", "the URL must be mended first");
                return false;
            }
        }
        true
    }

    /// Where the verify token is.
    fn verify_token(&self) -> String {
        self.line.verify_token.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    /// The platform has no callback URL: it saves one only after a handshake.
    fn unsaved(&mut self, tally: Option<&Tally>) {
        let refused = tally.map_or(0, Tally::handshakes_refused);
        let mend = format!(
            "save the callback URL with the verify token of {} under WhatsApp, Configuration in \
             the app dashboard",
            self.verify_token()
        );
        let says = match refused {
            0 => "the platform has no callback URL: no handshake has succeeded".to_owned(),
            n => format!(
                "the platform has no callback URL: since its start the relay has refused {n} \
                 handshakes, which came with another verify token"
            ),
        };
        self.report.wrong("verify", says, mend);
    }

    async fn certificate(&mut self, callback: &Callback, shaken: &Shaken, reached: bool) {
        if !reached && !callback.is_plain() && matches!(shaken, Shaken::Unreached(_)) {
            return self.report.skipped("certificate", "the URL must be mended first");
        }
        let distrusted = match shaken {
            Shaken::Distrusted(why) => Some(why.as_str()),
            _ => None,
        };
        certified(&mut self.report, self.clock, callback, distrusted).await;
    }

    async fn signature(
        &mut self,
        callback: Option<&Callback>,
        known: Option<Known>,
        secrets: &Result<Vec<Secret>, SecretError>,
    ) {
        let secrets = match secrets {
            Ok(secrets) => secrets,
            Err(error) => {
                let (says, mend) = cause(error);
                return self.report.wrong("signature", says, mend);
            }
        };
        let (nth, agreed) = match known {
            Some(Known::No(app)) => {
                return self.report.wrong(
                    "signature",
                    format!("the platform signs with another secret: app_secrets has none of the app {app}"),
                    "copy the app secret from App settings, Basic in the app dashboard to where \
                     app_secrets says and reload",
                );
            }
            Some(Known::Yes(nth)) => (nth, true),
            None => (0, false),
        };
        let posted = match (callback, secrets.get(nth)) {
            (Some(callback), Some(secret)) => Some(callback.post(secret).await),
            _ => None,
        };
        match (posted, agreed) {
            (Some(Ok(200)), _) => self.report.ok("signature", "a signed body was taken"),
            (Some(Ok(401)), _) => self.report.wrong(
                "signature",
                "a body signed with the app secret was refused",
                "reload the relay, so that it reads app_secrets again; and let no proxy change a body",
            ),
            (Some(Ok(status)), _) => self.report.wrong(
                "signature",
                format!("a signed body was answered {status}, not 200"),
                "see the relay's log, and let the proxy pass on POST with bodies of 3 MB",
            ),
            (Some(Err(why)), _) => self.report.wrong(
                "signature",
                format!("a signed body was not answered: {why}"),
                "see the relay's log and that of the proxy before it",
            ),
            (None, true) => self
                .report
                .skipped("signature", "the platform signs with app_secrets; the URL was not tried"),
            (None, false) => self.report.skipped("signature", "no URL to try it with"),
        }
    }
}

/// The row of the certificate of a URL; `distrusted` tells why it was not taken.
pub(super) async fn certified(
    report: &mut Report,
    clock: &Clock,
    callback: &Callback,
    distrusted: Option<&str>,
) {
    if callback.is_plain() {
        return report.skipped("certificate", "the URL has none");
    }
    let url = &callback.url;
    let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default());
    let end = certificate::end(host, port.unwrap_or(443)).await;
    let now = clock.now();
    let renew = "renew it, then reload the relay or the proxy before it";
    match (end, distrusted) {
        (Ok(end), _) if end <= now => {
            report.wrong("certificate", format!("it ended on {}", day(end)), renew);
        }
        (Ok(end), _) if end < now + CERTIFICATE_SOON => {
            let days = end.since(now) / 86_400_000;
            let says = format!("it ends on {}, in {days} days", day(end));
            report.wrong("certificate", says, renew);
        }
        (_, Some(why)) => report.wrong(
            "certificate",
            format!("it is not trusted: {why}"),
            "get one from a public authority, and let the file hold its whole chain",
        ),
        (Ok(end), _) => report.ok("certificate", format!("good until {}", day(end))),
        (Err(why), _) => {
            report.skipped("certificate", format!("it could not be looked at: {why}"));
        }
    }
}
