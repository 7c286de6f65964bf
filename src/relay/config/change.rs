//! What differs between two configurations, by the names of what they describe.

use super::{Config, Policy};
use crate::wire::PlannedChange;

fn change(what: &str, name: &str, how: &str) -> PlannedChange {
    let (name, how) = (name.to_owned(), how.to_owned());
    // A rule of routing is asked once, when a ticket begins.
    PlannedChange { new_tickets: what == "route", what: what.to_owned(), name, how }
}

fn compare<T: PartialEq>(
    what: &str,
    older: &[T],
    newer: &[T],
    name: impl Fn(&T) -> &str,
    all: &mut Vec<PlannedChange>,
) {
    let find = |list: &[T], wanted: &str| list.iter().position(|of| name(of) == wanted);
    for of in newer {
        match find(older, name(of)) {
            None => all.push(change(what, name(of), "new")),
            Some(nth) if older[nth] != *of => all.push(change(what, name(of), "changed")),
            Some(_) => {}
        }
    }
    let gone = older.iter().filter(|of| find(newer, name(of)).is_none());
    all.extend(gone.map(|of| change(what, name(of), "gone")));
    // Of what both have, the order: the first that fits rules.
    let places: Vec<_> = newer.iter().filter_map(|of| find(older, name(of))).collect();
    all.extend((!places.is_sorted()).then(|| change(what, "", "order")));
}

/// What `newer` has, has not, or has otherwise.
pub fn changes(older: &Config, newer: &Config) -> Vec<PlannedChange> {
    let mut all = Vec::new();
    let (old, new) = (&older.policy, &newer.policy);
    compare("line", &older.lines, &newer.lines, |of| &of.name, &mut all);
    compare("queue", &old.queues, &new.queues, |of| &of.name, &mut all);
    compare("calendar", &old.calendars, &new.calendars, |of| of.name(), &mut all);
    compare("sla", &old.slas, &new.slas, |of| &of.name, &mut all);
    let agents = |of: &'_ Policy| of.routing.agents.clone().into_iter().collect::<Vec<_>>();
    compare("agent", &agents(old), &agents(new), |of| of.0.as_str(), &mut all);
    compare("route", &old.routing.routes, &new.routing.routes, |of| of.name.as_str(), &mut all);
    compare("alert", &old.alerts, &new.alerts, |of| of.name.as_str(), &mut all);
    compare("canned", &old.canned, &new.canned, |of| &of.name, &mut all);
    let templates = |of: &Policy| of.templates.clone().into_iter().collect::<Vec<_>>();
    compare("template", &templates(old), &templates(new), |of| &of.0, &mut all);
    compare("view", &old.views, &new.views, |of| &of.name, &mut all);
    compare("field", &old.fields, &new.fields, |of| of.name.as_str(), &mut all);
    let hooks = |of: &Config| of.alerting.hooks.clone().into_iter().collect::<Vec<_>>();
    compare("webhook", &hooks(older), &hooks(newer), |of| of.0.as_str(), &mut all);
    let single = [
        ("smtp", older.alerting.smtp != newer.alerting.smtp),
        ("consent", old.consent != new.consent),
        ("relay", older.relay != newer.relay),
    ];
    all.extend(
        single
            .into_iter()
            .filter(|(_, differs)| *differs)
            .map(|(what, _)| change(what, "", "changed")),
    );
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_gone_changed_or_in_another_order_is_named() {
        for (older, newer, wanted) in [
            (&["a1", "b1"][..], &["a1", "b1"][..], &[][..]),
            (&["a1"], &["a2", "b1"], &["a changed", "b new"]),
            (&["a1", "b1"], &["b1"], &["a gone"]),
            (&["a1", "b1", "c1"], &["c1", "a1"], &["b gone", " order"]),
        ] {
            let mut all = Vec::new();
            compare("queue", older, newer, |of| &of[..1], &mut all);
            let told: Vec<_> = all.iter().map(|of| format!("{} {}", of.name, of.how)).collect();
            assert_eq!(told, wanted, "{older:?} {newer:?}");
        }
    }

    #[test]
    fn it_is_the_same_file_from_wherever_it_is_named() {
        let near = std::path::Path::new("packaging/relay.toml");
        let far = std::path::absolute(near).expect("a path");
        let [near, far] = [near, &far].map(|path| Config::load(path).expect("sound"));
        assert_eq!(changes(&near, &far), []);
    }
}
