//! The checks of one line, in the order in which one rests on another.

use super::carried;
use super::finding::{Finding, Report};
use super::tally::Tally;
use super::webhook;
use crate::kit::{Clock, Timestamp};
use crate::relay::config::{Endpoint, Line, SecretError};
use crate::whatsapp::setup::NumberSetup;
use crate::whatsapp::{GraphClient, Timeouts, exchange, explain};
use reqwest::Url;
use std::time::Duration;

/// All checks, in the order in which they are told.
pub(super) const CHECKS: [&str; 11] = [
    "token",
    "scope",
    "number",
    "templates",
    "subscription",
    "url",
    "certificate",
    "verify",
    "signature",
    "clock",
    "allow-list",
];
/// Why nothing more is asked with a token that is wrong.
pub(super) const FIRST: &str = "the token must be mended first";
/// How far the two clocks may be apart, in milliseconds: the platform's has whole seconds, and the answer
/// takes its time.
const SKEW: i64 = 30_000;
/// How long one answer of the platform may take.
pub(super) const PATIENCE: Timeouts =
    Timeouts { connect: Duration::from_secs(5), whole: Duration::from_secs(15) };

/// What one line is examined with.
pub(super) struct Examination<'a> {
    pub(super) line: &'a Line,
    pub(super) client: GraphClient,
    pub(super) clock: &'a Clock,
    pub(super) report: Report,
}

/// All checks of a line. `given` is the public URL by word of the operator.
pub(super) async fn examine(
    line: &Line,
    consoles: &Endpoint,
    given: Option<&Url>,
    clock: &Clock,
) -> Vec<Finding> {
    if let Some(hook) = &line.provider.hook {
        return carried::examine(line, hook, given, clock).await;
    }
    let mut report = Report::of(&line.name);
    let client = match line.access_token.resolve() {
        Ok(token) => GraphClient::new(&line.api_url, token, PATIENCE)
            .map_err(|error| (error.to_string(), "correct api_url of the line".to_owned())),
        Err(error) => Err(cause(&error)),
    };
    let client = match client {
        Ok(client) => client,
        Err((says, mend)) => {
            report.wrong("token", says, mend);
            CHECKS[1..].iter().for_each(|check| report.skipped(check, FIRST));
            return report.findings;
        }
    };
    let mut this = Examination { line, client, clock, report };
    let token = this.token().await;
    let usable = match &token {
        Some(token) => this.scope(token),
        None => {
            this.report.skipped("scope", FIRST);
            false
        }
    };
    let app = token.and_then(|token| token.app_id);
    let secrets = this.secrets();
    let mut setup = None;
    let mut subscriptions = None;
    let mut known = None;
    if usable {
        this.number().await;
        this.templates().await;
        setup = this.client.number_setup(&line.phone_number_id).await.ok();
        (subscriptions, known) = this.subscriptions(app.as_deref(), &secrets).await;
        this.subscription(app.as_deref(), subscriptions.as_deref()).await;
    } else {
        CHECKS[2..5].iter().for_each(|check| this.report.skipped(check, FIRST));
    }
    let tally = Tally::of(consoles).await;
    let place = webhook::place(setup.as_ref(), subscriptions.as_deref(), given);
    this.callback(place, known, &secrets, tally.as_ref()).await;
    told_time(&mut this.report, clock, &line.api_url).await;
    this.allow_list(setup.as_ref(), tally.as_ref());
    this.report.findings
}

impl Examination<'_> {
    fn allow_list(&mut self, setup: Option<&NumberSetup>, tally: Option<&Tally>) {
        let refused = tally.map_or(0, |tally| tally.sends(&self.line.name, 131_030));
        let explained = explain(131_030);
        let told = match refused {
            0 => String::new(),
            n => format!(" The platform has refused {n} messages for it since the relay's start."),
        };
        match setup {
            Some(setup) if setup.test_number => self.report.wrong(
                "allow-list",
                format!("it is a test number. {}{told}", explained.title),
                format!("{} Or use a number of your own.", explained.hint),
            ),
            _ if refused > 0 => {
                self.report.wrong("allow-list", explained.title.to_owned() + &told, explained.hint);
            }
            Some(_) => self.report.ok("allow-list", "no test number: it may write to anybody"),
            None => self.report.skipped("allow-list", "the number could not be asked about"),
        }
    }

    /// Whether there is a finding of this check already.
    pub(super) fn has(&self, check: &str) -> bool {
        self.report.findings.iter().any(|finding| finding.check == check)
    }
}

/// The row of the clock: this machine's beside the platform's, whose answers all carry a date.
pub(super) async fn told_time(report: &mut Report, clock: &Clock, api_url: &str) {
    let before = clock.now();
    let date = exchange::date(api_url, PATIENCE).await;
    let now = clock.now();
    let Ok(date) = date else {
        return report.skipped("clock", "the platform told no time");
    };
    // The answer was dated while it was waited for.
    let behind = match () {
        () if date.plus_millis(999) < before => date.since(before),
        () if date > now => date.since(now),
        () => 0,
    };
    if behind.abs() <= SKEW {
        return report.ok("clock", "that of the platform");
    }
    let side = if behind > 0 { "behind" } else { "ahead of" };
    report.wrong(
        "clock",
        format!("this machine is {} s {side} the platform", behind.abs() / 1000),
        "switch on the synchronisation of time: timedatectl set-ntp true",
    );
}

/// A secret that cannot be read, as cause and mend.
pub(super) fn cause(error: &SecretError) -> (String, String) {
    let text = error.to_string();
    let (says, mend) = text.rsplit_once("; ").unwrap_or((&text, "see the configuration"));
    (says.to_owned(), mend.to_owned())
}

/// The day of an instant, in UTC.
pub(super) fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
