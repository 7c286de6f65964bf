//! Templates.

use super::Reading;
use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::template::{Purpose, Template};
use crate::kit::Timestamp;
use crate::relay::floor::Catalogues;
use crate::relay::lines::Lines;
use crate::wire::{Cost, SlotView, TemplateView};

fn view(
    template: &Template,
    lines: Vec<String>,
    fetched_at: Timestamp,
    (policy, known): (&Policy, &Catalogues),
) -> TemplateView {
    let reason = if template.status == "APPROVED" {
        template.unsendable.clone()
    } else {
        let why = template.rejected.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
        Some(format!("it is {}{why}, not APPROVED", template.status))
    };
    let parameters = template.slots.iter();
    let rules = policy.templates.get(&template.name).cloned().unwrap_or_default();
    TemplateView {
        name: template.name.clone(),
        language: template.language.clone(),
        status: template.status.clone(),
        purpose: template.purpose,
        lines,
        header: template.header.clone(),
        body: template.body.clone(),
        footer: template.footer.clone(),
        parameters: parameters
            .map(|slot| SlotView {
                name: slot.name.clone(),
                example: slot.example.clone(),
                kind: slot.kind,
                optional: slot.optional,
            })
            .collect(),
        sendable: reason.is_none(),
        reason,
        fetched_at,
        buttons: template.buttons.clone(),
        quality: template.quality.clone(),
        cost: match template.purpose {
            Purpose::Utility => Cost::FreeInWindow,
            _ => Cost::Charged,
        },
        offer: template.offer.clone(),
        cards: template.cards.clone(),
        fit: rules.fit,
        instead: rules.instead,
        suggested_in: policy.suggested_in(&template.name),
        uses: known.uses(&template.name, &template.language),
    }
}

impl Reading {
    /// The templates of all accounts that a line has, in the platform's order.
    pub fn templates(&self, lines: &Lines, known: &Catalogues) -> Vec<TemplateView> {
        let desk = self.store.read().desk().clone();
        let (lines, policy) = (lines.now(), self.policy());
        let policy = &policy;
        let of = |account: &Name| {
            let lines = lines.values().filter(|line| line.account == *account);
            lines.map(|line| line.name.to_string()).collect::<Vec<_>>()
        };
        let catalogues = desk.templates.iter().filter(|(account, _)| !of(account).is_empty());
        catalogues
            .flat_map(|(account, (at, catalogue))| {
                catalogue
                    .templates
                    .iter()
                    .map(move |template| view(template, of(account), *at, (policy, known)))
            })
            .collect()
    }
}
