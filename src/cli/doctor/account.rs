//! What the platform says about a line's token, number, account and app.

use super::line::{Examination, day};
use super::webhook::{Known, is_ours};
use crate::kit::Secret;
use crate::relay::config::{Line, SecretError, SecretSource};
use crate::whatsapp::explain;
use crate::whatsapp::field::{self, Field};
use crate::whatsapp::platform::{Fault, Platform};
use crate::whatsapp::setup::{Subscription, TokenStatus};
use crate::whatsapp::template::Status;
use std::time::Duration;

/// The rights that a line needs.
const SCOPES: [&str; 2] = ["whatsapp_business_messaging", "whatsapp_business_management"];
/// A token that ends sooner is told of.
const TOKEN_SOON: Duration = Duration::from_secs(7 * 86_400);

impl Examination<'_> {
    /// What the platform says about the token; `None` if nothing can be asked with it.
    pub(super) async fn token(&mut self) -> Option<TokenStatus> {
        let mend = explain(190).hint;
        match self.client.token_status().await {
            Ok(status) if status.valid => {
                let app = status.app_name.as_deref().or(status.app_id.as_deref());
                let of = app.map(|app| format!(", of the app {app}")).unwrap_or_default();
                let now = self.clock.now();
                match status.expires {
                    Some(at) if at < now + TOKEN_SOON => {
                        self.report.wrong(
                            "token",
                            format!("ends on {}{of}", day(at)),
                            "make a token of a system user, which does not end, put it where \
                             access_token says and reload",
                        );
                    }
                    Some(at) => self.report.ok("token", format!("good until {}{of}", day(at))),
                    None => self.report.ok("token", format!("good without an end{of}")),
                }
                Some(status)
            }
            Ok(_) => {
                self.report.wrong("token", explain(190).title, mend);
                None
            }
            Err(Fault::Refused(error)) if matches!(error.code, 0 | 190) => {
                self.report.wrong("token", error.explain().title, mend);
                None
            }
            Err(Fault::Refused(error)) => {
                let says = format!("the platform does not tell about it (code {})", error.code);
                self.report.skipped("token", says);
                Some(TokenStatus { valid: true, ..TokenStatus::default() })
            }
            Err(fault) => {
                self.report.wrong(
                    "token",
                    format!("it cannot be tried at {}: {fault}", self.line.api_url),
                    "check api_url of the line, the name service and the firewall's way out",
                );
                None
            }
        }
    }

    /// Whether it has the rights.
    pub(super) fn scope(&mut self, token: &TokenStatus) -> bool {
        let scopes = &token.scopes;
        if scopes.is_empty() {
            self.report.skipped("scope", "the platform does not tell which rights the token has");
            return true;
        }
        let lacks = |scope: &&str| !scopes.iter().any(|has| has == scope);
        let lacking: Vec<_> = SCOPES.into_iter().filter(lacks).collect();
        if lacking.is_empty() {
            self.report.ok("scope", SCOPES.join(", "));
            return true;
        }
        self.report.wrong(
            "scope",
            format!("the token lacks {}", lacking.join(" and ")),
            "give the system user these rights, make a new token with them, put it where \
             access_token says and reload",
        );
        false
    }

    pub(super) async fn number(&mut self) {
        let Line { phone_number_id, waba_id, .. } = self.line;
        let status = self.client.number_status(phone_number_id).await;
        let numbers = self.client.numbers(waba_id).await;
        let listed = numbers.as_ref().map(|all| {
            let shown = all.iter().map(|(id, shown)| match shown {
                Some(shown) => format!("{id} ({shown})"),
                None => id.clone(),
            });
            shown.collect::<Vec<_>>().join(", ")
        });
        match (status, listed) {
            (Err(Fault::Refused(error)), Ok(listed)) if is_unknown(error.code) => {
                self.report.wrong(
                    "number",
                    format!(
                        "the account {waba_id} has no number {phone_number_id}; it has: {listed}"
                    ),
                    "write the right one into phone_number_id of the line",
                )
            }
            (Err(Fault::Refused(error)), Err(_)) if is_unknown(error.code) => self.report.wrong(
                "number",
                format!(
                    "neither the number {phone_number_id} nor the account {waba_id} is there for \
                     this token"
                ),
                "correct phone_number_id and waba_id of the line, or give the token's system user \
                 access to the account",
            ),
            (Err(fault), _) => self.told("number", &fault),
            (Ok(_), Ok(listed))
                if !numbers.iter().flatten().any(|(id, _)| id == phone_number_id) =>
            {
                self.report.wrong(
                    "number",
                    format!("it belongs to another account than {waba_id}, which has: {listed}"),
                    "correct waba_id of the line",
                );
            }
            (Ok(status), _) => match status.status.as_deref() {
                None | Some("CONNECTED") => {
                    let parts = [
                        status.display_phone_number,
                        status.verified_name,
                        status.quality_rating.map(|quality| format!("quality {quality}")),
                        status.messaging_limit.map(|limit| format!("limit {limit}")),
                    ];
                    let parts: Vec<_> = parts.into_iter().flatten().collect();
                    self.report.ok("number", parts.join(", "));
                }
                Some(state) => self.report.wrong(
                    "number",
                    format!("its state is {state}"),
                    "register the number in the WhatsApp manager, or see there what holds it up",
                ),
            },
        }
    }

    pub(super) async fn templates(&mut self) {
        match self.client.templates(&self.line.waba_id).await {
            Ok(all) => {
                let good = all.iter().filter(|one| one.status == Status::Approved).count();
                self.report.ok("templates", format!("{} are there, {good} approved", all.len()));
            }
            Err(fault) => self.told("templates", &fault),
        }
    }

    /// The app secrets that can be read, in their order.
    pub(super) fn secrets(&self) -> Result<Vec<Secret>, SecretError> {
        self.line.app_secrets.iter().map(SecretSource::resolve).collect()
    }

    /// What the app subscribed to, asked with each secret until one is taken.
    pub(super) async fn subscriptions(
        &self,
        app: Option<&str>,
        secrets: &Result<Vec<Secret>, SecretError>,
    ) -> (Option<Vec<Subscription>>, Option<Known>) {
        let (Some(app), Ok(secrets)) = (app, secrets) else { return (None, None) };
        let mut known = None;
        for (nth, secret) in secrets.iter().enumerate() {
            match self.client.subscriptions(app, secret).await {
                Ok(all) => return (Some(all), Some(Known::Yes(nth))),
                Err(Fault::Refused(error)) if matches!(error.code, 1 | 101 | 190) => {
                    known = Some(Known::No(app.to_owned()));
                }
                Err(_) => return (None, None),
            }
        }
        (None, known)
    }

    pub(super) async fn subscription(
        &mut self,
        app: Option<&str>,
        subscriptions: Option<&[Subscription]>,
    ) {
        let Line { waba_id, api_url, .. } = self.line;
        let apps = match self.client.subscribed_apps(waba_id).await {
            Ok(apps) => apps,
            Err(fault) => return self.told("subscription", &fault),
        };
        if !apps.iter().any(|(id, _)| app.is_none_or(|app| app == id)) {
            return self.report.wrong(
                "subscription",
                format!("the app does not get the webhooks of the account {waba_id}"),
                format!("POST {api_url}/{waba_id}/subscribed_apps with the line's token, once"),
            );
        }
        let ours = subscriptions.and_then(|all| all.iter().find(|one| is_ours(one)));
        match ours {
            Some(ours) => self.fields(ours),
            None => self.report.ok("subscription", "the app gets the account's webhooks"),
        }
    }

    /// Whether it is subscribed to every webhook field without which something is lost.
    fn fields(&mut self, ours: &Subscription) {
        const WHERE: &str = "under WhatsApp, Configuration in the app dashboard";
        if !ours.active {
            return self.report.wrong(
                "subscription",
                "the app's webhooks are switched off",
                format!("switch them on {WHERE}"),
            );
        }
        let (every, special): (Vec<_>, Vec<_>) =
            field::missing(&ours.fields).partition(|field| field.only.is_none());
        let lost = |of: &[&Field]| {
            let of = of.iter().map(|field| match field.only {
                Some(whom) => format!("{} (for {whom}: {})", field.name, field.lost),
                None => format!("{} ({})", field.name, field.lost),
            });
            of.collect::<Vec<_>>().join("; ")
        };
        if every.is_empty() {
            let has = ours.fields.join(", ");
            let says = match special.is_empty() {
                true => has,
                false => format!("{has}; where it is used, also: {}", lost(&special)),
            };
            return self.report.ok("subscription", says);
        }
        let names: Vec<_> = every.iter().map(|field| field.name).collect();
        self.report.wrong(
            "subscription",
            format!("the app lacks webhook fields: {}", lost(&every)),
            format!("subscribe to {} {WHERE}", names.join(", ")),
        );
    }

    /// A question about the account that was not answered.
    fn told(&mut self, check: &'static str, fault: &Fault) {
        match fault {
            Fault::Refused(error) => {
                let explained = error.explain();
                let says = format!("{} (code {})", explained.title, error.code);
                let mend = match is_unknown(error.code) {
                    true => "correct waba_id and phone_number_id of the line",
                    false => explained.hint,
                };
                self.report.wrong(check, says, mend);
            }
            fault => self.report.wrong(check, fault.to_string(), "try again in a while"),
        }
    }
}

/// Whether a code may mean that an id is not there: 33 stands as a code of its own and as a subcode of 100.
fn is_unknown(code: u32) -> bool {
    matches!(code, 33 | 100)
}
