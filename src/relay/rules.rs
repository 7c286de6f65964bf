//! From the operator's file to the rules that the core decides by.

use super::config::{self, Config};
use crate::domain::id::TagKey;
use crate::domain::name::Name;
use crate::domain::policy::{Carries, Confirm, LineRules, Policy, QueueRules, Threading};
use crate::domain::routing::Route;
use crate::vault::Vault;
use std::collections::BTreeMap;
use std::time::Duration;

/// Warn this long before the window closes while the customer waits: 4 h, 1 h, 15 min.
const WINDOW_WARNINGS: [i64; 3] = [4 * 3600, 3600, 15 * 60];

/// The policy that a configuration describes.
pub fn policy(config: &Config, vault: &Vault) -> Policy {
    let consent = &config.policy.consent;
    let (mut opt_out_words, mut opt_in_words) = Policy::default_words();
    opt_out_words.extend(consent.opt_out_words.iter().cloned());
    opt_in_words.extend(consent.opt_in_words.iter().cloned());
    // A word that is to mean the other thing does.
    opt_out_words.retain(|word| !consent.opt_in_words.contains(word));
    opt_in_words.retain(|word| !consent.opt_out_words.contains(word));
    let confirm = consent.confirm.clone();
    let line = |line: &config::Line| {
        let rules = LineRules {
            name: Name::from(line.name.as_str()),
            queue: Name::from(line.queue.as_str()),
            portfolio: Name::from(line.portfolio.as_deref().unwrap_or("default")),
            account: Name::from(line.waba_id.as_str()),
            carries: line.provider.limits.as_ref().map(|limits| Carries {
                by: Name::from(line.provider.name),
                text: limits.text,
                file: limits.file,
                lacks: limits.lacks.iter().map(|kind| Name::from(*kind)).collect(),
                quotes: limits.quotes,
            }),
        };
        (Name::from(line.phone_number_id.as_str()), rules)
    };
    Policy {
        lines: config.lines.iter().map(line).collect(),
        queues: queues(&config.policy),
        sla: config.policy.slas.clone(),
        undo_delay_ms: i64::try_from(config.relay.undo_delay.as_millis()).unwrap_or(0),
        window_warnings: WINDOW_WARNINGS.to_vec(),
        opt_out_words,
        opt_in_words,
        marketing_per_week: consent.marketing_per_week,
        confirm: confirm.map(|(template, language)| Confirm { template, language }),
        canned: config.policy.canned.clone(),
        templates: config.policy.templates.clone(),
        agents: config.policy.routing.agents.clone(),
        routes: routes(config, vault),
        views: config.policy.views.clone(),
        fields: config.policy.fields.clone(),
        alerts: config.policy.alerts.clone(),
        ..Policy::default()
    }
}

/// The rules for new tickets, with the fingerprints of their labels.
fn routes(config: &Config, vault: &Vault) -> Vec<Route> {
    let mut routes = config.policy.routing.routes.clone();
    for tag in routes.iter_mut().flat_map(|route| &mut route.tags) {
        tag.key = tag_key(vault, &tag.name);
    }
    routes
}

/// The fingerprint of a label.
pub fn tag_key(vault: &Vault, name: &Name) -> TagKey {
    TagKey(vault.fingerprint("tag", name.as_str().as_bytes()) as u64)
}

fn seconds(span: Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}

/// What a configuration says of queues, by name.
pub fn queues(policy: &config::Policy) -> BTreeMap<Name, QueueRules> {
    let rules = |queue: &config::Queue| {
        let threading = match queue.threading.interval() {
            Some(interval) => Threading::Seconds(seconds(interval)),
            None => Threading::Any,
        };
        let (receipts, typing) = (queue.receipts, queue.typing);
        let (suggest, assignment) = (queue.suggest.clone(), queue.assignment.clone());
        let rules = QueueRules { threading, suggest, receipts, typing, assignment };
        (Name::from(queue.name.as_str()), rules)
    };
    policy.queues.iter().map(rules).collect()
}
