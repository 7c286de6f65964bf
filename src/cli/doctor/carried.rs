//! The checks of a line that a solution provider carries. What only Meta's own app has is skipped, and says so.

use super::callback::{Callback, Shaken};
use super::finding::{Finding, Report};
use super::line::{CHECKS, FIRST, PATIENCE, cause, told_time};
use super::webhook::certified;
use crate::kit::Clock;
use crate::relay::config::Line;
use crate::whatsapp::error::Class;
use crate::whatsapp::platform::{Fault, Platform, Posting};
use crate::whatsapp::provider::{Access, Hook, Post};
use crate::whatsapp::template::Status;
use reqwest::Url;

/// All checks of such a line. `given` is the public URL by word of the operator.
pub(super) async fn examine(
    line: &Line,
    hook: &Hook,
    given: Option<&Url>,
    clock: &Clock,
) -> Vec<Finding> {
    let mut report = Report::of(&line.name);
    let name = line.provider.name;
    let ready = line.access().map_err(|error| cause(&error)).and_then(|access| {
        let platform = (line.provider.connect)(&access, PATIENCE);
        let platform = platform
            .map_err(|error| (error.to_string(), "correct api_url of the line".to_owned()))?;
        Ok((access, platform))
    });
    let (access, platform) = match ready {
        Ok(ready) => ready,
        Err((says, mend)) => {
            report.wrong("token", says, mend);
            CHECKS[1..].iter().for_each(|check| report.skipped(check, FIRST));
            return report.findings;
        }
    };
    let opens = token(&mut report, line, &access, &*platform).await;
    report.skipped("scope", format!("{name} gives a key all rights"));
    let mut place = None;
    if opens {
        number(&mut report, name, &access, &*platform).await;
        templates(&mut report, &access, &*platform).await;
        report.skipped("subscription", format!("{name} subscribes by itself"));
        place = platform.callback().await.ok().flatten();
    } else {
        CHECKS[2..5].iter().for_each(|check| report.skipped(check, FIRST));
    }
    webhook(&mut report, line, hook, &access, (place, given), clock).await;
    told_time(&mut report, clock, &access.api_url).await;
    report.skipped("allow-list", format!("{name} knows no list of recipients"));
    report.findings
}

/// Whether the API opens.
async fn token(report: &mut Report, line: &Line, access: &Access, platform: &dyn Platform) -> bool {
    let keys = &line.provider.keys;
    let key = keys.token.unwrap_or(keys.secrets);
    match platform.number_status(&access.number).await {
        Ok(_) => {
            report.ok("token", format!("{} takes it", access.api_url));
            true
        }
        Err(Fault::Refused(error)) if error.explain().class == Class::Account => {
            let says = format!("{} (code {})", error.explain().title, error.code);
            let mend = format!(
                "put the right one where {key} says and reload; see at {} whether the account is \
                 in order",
                line.provider.name
            );
            report.wrong("token", says, mend);
            false
        }
        Err(Fault::Refused(error)) => {
            let explained = error.explain();
            let says = format!("{} (code {})", explained.title, error.code);
            report.wrong("token", says, explained.hint);
            false
        }
        Err(fault) => {
            report.wrong(
                "token",
                format!("it cannot be tried at {}: {fault}", access.api_url),
                "check api_url of the line, the name service and the firewall's way out",
            );
            false
        }
    }
}

async fn number(report: &mut Report, name: &str, access: &Access, platform: &dyn Platform) {
    match platform.number_status(&access.number).await {
        Ok(status) => match status.status.as_deref() {
            Some("CONNECTED") => {
                let shown = status.display_phone_number.unwrap_or_else(|| access.number.clone());
                report.ok("number", shown);
            }
            Some(state) => report.wrong(
                "number",
                format!("its state is {state}"),
                format!("see at {name} what holds the account or the number up"),
            ),
            None => report.skipped("number", format!("{name} tells nothing about it here")),
        },
        Err(fault) => report.wrong("number", fault.to_string(), "try again in a while"),
    }
}

async fn templates(report: &mut Report, access: &Access, platform: &dyn Platform) {
    match platform.templates(&access.account).await {
        Ok(all) => {
            let good = all.iter().filter(|one| one.status == Status::Approved).count();
            report.ok("templates", format!("{} are there, {good} approved", all.len()));
        }
        Err(Fault::Refused(error)) => {
            let explained = error.explain();
            let says = format!("{} (code {})", explained.title, error.code);
            report.wrong("templates", says, explained.hint);
        }
        Err(fault) => report.wrong("templates", fault.to_string(), "try again in a while"),
    }
}

/// Where the provider posts, by its own word, the operator's or the configuration's; and whether a post would be
/// taken there.
async fn webhook(
    report: &mut Report,
    line: &Line,
    hook: &Hook,
    access: &Access,
    (place, given): (Option<Posting>, Option<&Url>),
    clock: &Clock,
) {
    let name = line.provider.name;
    // What it sends beside the body, where it tells.
    let other_secret =
        place.as_ref().and_then(|place| place.headers.as_ref()).is_some_and(|headers| {
            !(hook.vouches)(access, &Post { target: &access.path, headers, body: b"" })
        });
    let known = place.map(|place| place.url).or_else(|| access.webhook());
    let url = known.as_deref().and_then(|url| Url::parse(url).ok()).or_else(|| given.cloned());
    let Some(url) = url else {
        match report.is_wrong("token") {
            true => report.skipped("url", FIRST),
            false => report.wrong(
                "url",
                format!("{name} has no webhook for this line"),
                format!("set https://HOST{} there; the README says how", access.path),
            ),
        }
        for check in ["certificate", "verify", "signature"] {
            report.skipped(check, "no URL to look at");
        }
        return;
    };
    let callback = match Callback::new(url) {
        Ok(callback) => callback,
        Err(why) => {
            report.wrong("url", why, "give another with --url");
            for check in ["certificate", "verify", "signature"] {
                report.skipped(check, "the URL must be mended first");
            }
            return;
        }
    };
    let shown = callback.shown();
    let posted = callback.probe(&(hook.probe)(access, callback.url.as_str())).await;
    let distrusted = match &posted {
        Err(Shaken::Distrusted(why)) => Some(why.clone()),
        _ => None,
    };
    let reached = match &posted {
        _ if callback.is_plain() && !callback.is_near() => {
            report.wrong(
                "url",
                format!("{shown}: {name} must post to https"),
                "give the listener or the proxy before it a certificate, and set the https URL",
            );
            true
        }
        _ if callback.url.path() != access.path => {
            report.wrong(
                "url",
                format!("{name} posts to {shown}, which is not this line's path"),
                format!("set https://HOST{} there", access.path),
            );
            false
        }
        Ok(_) | Err(Shaken::Distrusted(_)) => {
            report.ok("url", shown);
            true
        }
        Err(Shaken::Unreached(why)) => {
            report.wrong(
                "url",
                format!("{shown} is not reached: {why}"),
                "let the relay, or the proxy before it, listen there; check the name service and \
                 the firewall",
            );
            false
        }
        Err(_) => false,
    };
    match reached {
        true => certified(report, clock, &callback, distrusted.as_deref()).await,
        false => report.skipped("certificate", "the URL must be mended first"),
    }
    report.skipped("verify", format!("{name} makes no handshake"));
    match posted {
        _ if other_secret => report.wrong(
            "signature",
            format!("{name} posts without the line's secret, or with another"),
            format!(
                "set the header {} there with a secret of {}; the README says how",
                hook.proof, line.provider.keys.secrets
            ),
        ),
        _ if !reached => report.skipped("signature", "the URL must be mended first"),
        Ok(200) => report.ok("signature", "a post with the line's secret was taken"),
        Ok(401) => report.wrong(
            "signature",
            "a post with the line's secret was refused",
            format!(
                "reload the relay, so that it reads {} again; let no proxy change a body, a path \
                 or a header",
                line.provider.keys.secrets
            ),
        ),
        Ok(status) => report.wrong(
            "signature",
            format!("a post with the line's secret was answered {status}, not 200"),
            "let the proxy pass /webhooks/ on to [listen] webhooks, and see the relay's log",
        ),
        Err(_) => report.skipped("signature", "the certificate must be mended first"),
    }
}
