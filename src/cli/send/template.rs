//! A template from a script: with a file for its header, and told of when it is ill received.

use super::{Args, told, weighed};
use crate::cli::remote::Remote;
use crate::cli::{Failure, shell};
use crate::domain::message::Kind;
use crate::domain::refusal::Refusal;
use crate::domain::template::{Handed, SlotKind};
use crate::kit::text::one_line;
use crate::wire::{ActionRequest, ConsentEntry, ConsentView, TemplateView, TicketView, Trouble};
use std::collections::BTreeMap;

/// The slot of a header that is a file.
const HEADER: &str = "header";

/// Sends it. What speaks against that is told, but it is for the relay to refuse.
pub(super) fn send(args: &Args, name: &str, language: &str) -> Result<(), Failure> {
    let remote = args.relay.remote()?;
    let acted = shell::runtime()?.block_on(async {
        let none: [(&str, &str); 0] = [];
        let all: Vec<TemplateView> = remote.get("templates", &none).await?;
        let mut template = chosen(args, &remote, &all, name, language).await?;
        if let Some((meant, trouble)) = template.and_then(|one| Some((one, trouble(one)?))) {
            match meant.alternative(all.iter()) {
                Some(other) => {
                    let consent = consent(args, &remote, other).await?;
                    let accepted = args.accept_alternative && consent.is_ok();
                    eprintln!("{}", advice(&trouble, other, consent, accepted));
                    if accepted {
                        template = Some(other);
                    }
                }
                None => eprintln!("{}", one_line(&trouble, 300)),
            }
        }
        let mut parameters: BTreeMap<_, _> = args.params.iter().cloned().collect();
        if let Some(path) = &args.header_file {
            if parameters.contains_key(HEADER) {
                return Err(Failure::usage("give --header-file or --param header=, not both"));
            }
            let kind = template.and_then(header).ok_or_else(|| {
                let hint = "`guichet templates --json` tells what each asks for";
                Failure::usage(format!("{name} in {language} has no file above it; {hint}"))
            })?;
            let file = weighed(path, Some(kind), None)?;
            let taken = remote.hand_in(args.ticket, path, &file).await?;
            parameters.insert(HEADER.to_owned(), Handed::from(&taken).to_string());
        }
        let (name, language) = match template {
            Some(one) => (one.name.clone(), one.language.clone()),
            None => (name.to_owned(), language.to_owned()),
        };
        let action = ActionRequest::Template { name, language, parameters };
        Ok::<_, Failure>(remote.act(args.ticket, action).await?)
    })?;
    told(args, &acted)
}

/// The template that is meant: where several lines have one of that name, the one of the ticket's line.
async fn chosen<'a>(
    args: &Args,
    remote: &Remote,
    all: &'a [TemplateView],
    name: &str,
    language: &str,
) -> Result<Option<&'a TemplateView>, Failure> {
    let named = |one: &&TemplateView| one.name == name && one.language == language;
    let mut found: Vec<_> = all.iter().filter(named).collect();
    if found.len() > 1 {
        let none: [(&str, &str); 0] = [];
        let ticket: TicketView = remote.get(&format!("tickets/{}", args.ticket), &none).await?;
        found.retain(|one| one.lines.contains(&ticket.line));
    }
    Ok(found.into_iter().next())
}

/// What a header's file must be; nothing for a template without one.
fn header(template: &TemplateView) -> Option<Kind> {
    let slot = template.parameters.iter().find(|slot| slot.name == HEADER)?;
    match slot.kind {
        SlotKind::Image => Some(Kind::Image),
        SlotKind::Video => Some(Kind::Video),
        SlotKind::Document => Some(Kind::Document),
        _ => None,
    }
}

/// Whether the customer of the ticket agreed to what a template is for.
async fn consent(
    args: &Args,
    remote: &Remote,
    template: &TemplateView,
) -> Result<Result<String, String>, Failure> {
    let none: [(&str, &str); 0] = [];
    let ticket: TicketView = remote.get(&format!("tickets/{}", args.ticket), &none).await?;
    let path = format!("contacts/{}/consents", ticket.contact.id);
    let ledger: Vec<ConsentEntry> = remote.get(&path, &none).await?;
    let (purpose, said) = (template.purpose, ConsentView::counting(&ledger));
    let allowed = ConsentView::allow(&said, purpose, ticket.window.until.is_some());
    Ok(match allowed {
        Ok(()) => Ok(format!("the customer gets {} messages", purpose.word())),
        Err(since) => Err(Refusal::ConsentMissing { purpose, since }.to_string()),
    })
}

/// A template by its name and language.
fn called(template: &TemplateView) -> String {
    format!("{} ({})", template.name, template.language)
}

/// What speaks against sending it now.
pub(in crate::cli) fn trouble(template: &TemplateView) -> Option<String> {
    let called = called(template);
    Some(match template.trouble()? {
        Trouble::Stopped(status) => format!("{called} is {status}"),
        Trouble::Falling(quality) => {
            format!("{called} has the quality {quality}: WhatsApp may pause it")
        }
    })
}

/// What speaks against a template, and what of another one in its place: who agreed to it, or why it may not go.
pub(in crate::cli) fn advice(
    trouble: &str,
    other: &TemplateView,
    consent: Result<String, String>,
    accepted: bool,
) -> String {
    let called = called(other);
    let instead = match consent {
        Ok(who) if accepted => format!("{called} goes instead: {who}"),
        Ok(who) => format!("{called} may go instead with --accept-alternative: {who}"),
        Err(why) => format!("{called} may not go instead: {why}"),
    };
    one_line(&format!("{trouble}; {instead}"), 300)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_speaks_against_a_template_is_told_with_the_one_in_its_place() {
        let template = |name: &str, language: &str, status: &str| -> TemplateView {
            let view = json!({
                "name": name, "language": language, "status": status, "purpose": "utility",
                "lines": [], "header": null, "body": "", "footer": null, "parameters": [],
                "sendable": status == "APPROVED", "reason": null,
                "fetched_at": "2026-11-22T00:00:00Z",
            });
            serde_json::from_value(view).expect("a template")
        };
        let all = [
            template("plain", "en", "APPROVED"),
            template("plain", "it_IT", "APPROVED"),
            template("paused", "it", "PAUSED"),
        ];
        for (status, quality, instead, told) in [
            ("APPROVED", None, None, None),
            ("APPROVED", Some("GREEN"), Some("plain"), None),
            (
                "APPROVED",
                Some("YELLOW"),
                Some("paused"),
                Some("news (it) has the quality YELLOW: WhatsApp may pause it"),
            ),
            (
                "APPROVED",
                Some("RED"),
                Some("plain"),
                Some(
                    "news (it) has the quality RED: WhatsApp may pause it; plain (it_IT) may go instead with --accept-alternative: he agreed",
                ),
            ),
            (
                "PAUSED",
                Some("RED"),
                Some("plain"),
                Some(
                    "news (it) is PAUSED; plain (it_IT) may go instead with --accept-alternative: he agreed",
                ),
            ),
            ("DISABLED", None, None, Some("news (it) is DISABLED")),
        ] {
            let mut news = template("news", "it", status);
            (news.quality, news.instead) = (quality.map(str::to_owned), instead.map(str::to_owned));
            let said = trouble(&news).map(|trouble| match news.alternative(all.iter()) {
                Some(other) => advice(&trouble, other, Ok("he agreed".into()), false),
                None => trouble,
            });
            assert_eq!(said.as_deref(), told, "{status} {quality:?}");
        }
        for (consent, accepted, told) in [
            (Ok("he agreed"), true, "x; plain (en) goes instead: he agreed"),
            (Err("he refuses"), false, "x; plain (en) may not go instead: he refuses"),
            (Err("he refuses"), true, "x; plain (en) may not go instead: he refuses"),
        ] {
            let consent = consent.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(advice("x", &all[0], consent, accepted), told);
        }
        let bad = template("a\u{1b}[2J", "it", "PAUSED\u{202e}");
        let told = advice(&trouble(&bad).expect("told"), &bad, Ok(String::new()), false);
        assert!(!told.chars().any(crate::kit::text::is_hostile), "{told:?}");
    }
}
