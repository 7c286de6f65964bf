//! What the platform says of templates, in the desk's words.

use crate::domain::line::{News, Weight};
use crate::domain::template::{TemplateChange, TemplateNews};
use crate::whatsapp::webhook::{
    TemplateCategoryUpdate, TemplateQualityUpdate, TemplateRef, TemplateStatusUpdate,
};

/// A status. What was taken back is approved, as the list of templates says.
pub(super) fn status(update: &TemplateStatusUpdate) -> Vec<News> {
    let status = match update.event.as_str() {
        "REINSTATED" => "APPROVED",
        event => event,
    };
    let why = [&update.reason, &update.details].into_iter().flatten();
    let why = why.map(String::as_str).collect::<Vec<_>>().join(", ");
    let reason = Some(why).filter(|why| !why.is_empty());
    news(&update.template, TemplateChange::Status { status: status.to_owned(), reason })
}

/// How it is received.
pub(super) fn quality(update: &TemplateQualityUpdate) -> Vec<News> {
    let (quality, before) = (update.current.clone(), update.previous.clone());
    news(&update.template, TemplateChange::Quality { quality, before })
}

/// What it counts as, or will.
pub(super) fn category(update: &TemplateCategoryUpdate) -> Vec<News> {
    let coming = update.coming.as_ref().filter(|coming| **coming != update.current);
    let category = coming.unwrap_or(&update.current).clone();
    news(&update.template, TemplateChange::Category { category, soon: coming.is_some() })
}

/// Nothing where nobody is told.
fn news(template: &TemplateRef, change: TemplateChange) -> Vec<News> {
    let news = TemplateNews::new(&template.name, &template.language, change);
    let told = news.weight() > Weight::Silent;
    told.then_some(News::Template(news)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_has_its_words() {
        let template =
            || TemplateRef { id: None, name: "order_update".into(), language: "it".into() };
        let judged = |event: &str, reason: Option<&str>, details: Option<&str>| {
            status(&TemplateStatusUpdate {
                template: template(),
                event: event.into(),
                category: None,
                reason: reason.map(str::to_owned),
                details: details.map(str::to_owned),
            })
        };
        let rated = |before: &str, now: &str| {
            let (previous, current) = (Some(before.to_owned()), now.to_owned());
            quality(&TemplateQualityUpdate { template: template(), previous, current })
        };
        let counted = |now: &str, coming: Option<&str>| {
            category(&TemplateCategoryUpdate {
                template: template(),
                previous: None,
                current: now.into(),
                coming: coming.map(str::to_owned),
            })
        };
        for (news, said) in [
            (judged("APPROVED", None, None), "the template order_update (it) is approved"),
            (judged("REINSTATED", None, None), "the template order_update (it) is approved"),
            (
                judged("PAUSED", None, Some("FIRST_PAUSE")),
                "the template order_update (it) is paused: first pause",
            ),
            (
                judged("REJECTED", Some("PROMOTIONAL"), Some("Too\u{1b}[31m loud")),
                "the template order_update (it) is rejected: promotional, too\u{fffd}[31m loud",
            ),
            (judged("PENDING", None, None), ""),
            (rated("GREEN", "YELLOW"), "the quality of the template order_update (it) is YELLOW"),
            (rated("UNKNOWN", "GREEN"), ""),
            (counted("MARKETING", None), "the template order_update (it) counts as marketing now"),
            (
                counted("UTILITY", Some("MARKETING")),
                "the template order_update (it) will count as marketing",
            ),
        ] {
            let words: Vec<_> = news.iter().map(News::words).collect();
            assert_eq!(words.join(" | "), said, "{news:?}");
        }
    }
}
