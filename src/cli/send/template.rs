//! A template from a script: with a file for its header, and told of when it is ill received.

use super::{Args, told, weighed};
use crate::cli::remote::Remote;
use crate::cli::{Failure, shell};
use crate::domain::message::Kind;
use crate::domain::template::{Handed, SlotKind};
use crate::kit::text::one_line;
use crate::wire::{ActionRequest, TemplateView, TicketView, Trouble};
use std::collections::BTreeMap;

/// The slot of a header that is a file.
const HEADER: &str = "header";

/// Sends it. What speaks against that is told, but it is for the relay to refuse.
pub(super) fn send(args: &Args, name: &str, language: &str) -> Result<(), Failure> {
    let remote = args.relay.remote()?;
    let acted = shell::runtime()?.block_on(async {
        let none: [(&str, &str); 0] = [];
        let all: Vec<TemplateView> = remote.get("templates", &none).await?;
        let template = chosen(args, &remote, &all, name, language).await?;
        if let Some(told) = template.and_then(|template| warning(template, &all)) {
            eprintln!("{told}");
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
        let (name, language) = (name.to_owned(), language.to_owned());
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

/// What speaks against sending it now, and what may go in its place.
pub(in crate::cli) fn warning(template: &TemplateView, all: &[TemplateView]) -> Option<String> {
    let called = format!("{} ({})", template.name, template.language);
    let told = match template.trouble()? {
        Trouble::Stopped(status) => format!("{called} is {status}"),
        Trouble::Falling(quality) => {
            format!("{called} has the quality {quality}: WhatsApp may pause it")
        }
    };
    let instead = template.alternative(all.iter());
    let instead = instead.map(|one| format!("; {} ({}) may go instead", one.name, one.language));
    Some(one_line(&format!("{told}{}", instead.unwrap_or_default()), 300))
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
                    "news (it) has the quality RED: WhatsApp may pause it; plain (it_IT) may go instead",
                ),
            ),
            (
                "PAUSED",
                Some("RED"),
                Some("plain"),
                Some("news (it) is PAUSED; plain (it_IT) may go instead"),
            ),
            ("DISABLED", None, None, Some("news (it) is DISABLED")),
        ] {
            let mut news = template("news", "it", status);
            (news.quality, news.instead) = (quality.map(str::to_owned), instead.map(str::to_owned));
            assert_eq!(warning(&news, &all).as_deref(), told, "{status} {quality:?}");
        }
        let bad = template("a\u{1b}[2J", "it", "PAUSED\u{202e}");
        let told = warning(&bad, &all).expect("told");
        assert!(!told.chars().any(crate::kit::text::is_hostile), "{told:?}");
    }
}
