//! Who of a queue can serve what is sent there: a warning where nobody can.

use super::Queue;
use super::fault::{Faults, Place};
use crate::domain::name::Name;
use crate::domain::routing::{AgentRules, Assignment, Route};
use std::collections::BTreeMap;

/// What a ticket asks of who takes it.
struct Asked<'a> {
    skills: BTreeMap<&'a Name, u8>,
    language: Option<&'a Name>,
}

impl Asked<'_> {
    fn is_met(&self, rules: Option<&AgentRules>) -> bool {
        let none = AgentRules::default();
        let rules = rules.unwrap_or(&none);
        let knows = |(skill, level): (&&Name, &u8)| {
            rules.skills.get(*skill).is_some_and(|has| has >= level)
        };
        let speaks =
            |language: &&Name| rules.languages.is_empty() || rules.languages.contains(language);
        self.skills.iter().all(knows) && self.language.as_ref().is_none_or(speaks)
    }

    fn words(&self) -> String {
        let skills = self.skills.iter().map(|(skill, level)| format!("{skill} {level}"));
        let language = self.language.map(ToString::to_string);
        skills.chain(language).collect::<Vec<_>>().join(", ")
    }
}

/// Whether some of the people whom a queue names can take it; also where it names nobody, which is told by accounts.
fn is_served(queue: &Assignment, agents: &BTreeMap<Name, AgentRules>, asked: &Asked<'_>) -> bool {
    queue.members.is_empty() || queue.members.iter().any(|name| asked.is_met(agents.get(name)))
}

/// Warns of queues and rules whose tickets find nobody.
pub(super) fn warn(
    queues: &[(&Queue, Place)],
    routes: &[(&Route, Place)],
    agents: &BTreeMap<Name, AgentRules>,
    faults: &Faults<'_>,
) {
    let hint = "name somebody who can in `members`, or give it to an [[agent]] of them";
    let own = |queue: &'_ Queue| queue.assignment.skills.clone();
    for (queue, at) in queues {
        let needs = own(queue);
        let asked = Asked { skills: needs.iter().map(|(k, v)| (k, *v)).collect(), language: None };
        if !is_served(&queue.assignment, agents, &asked) {
            let (name, what) = (&queue.name, asked.words());
            let message = format!(
                "no human exit for 10 minutes: nobody of the members of \"{name}\" has {what}"
            );
            faults.warn(*at, message, hint);
        }
    }
    for (route, at) in routes {
        let Some(to) = &route.queue else { continue };
        let find = |(queue, _): &&(&Queue, Place)| queue.name == *to.as_str();
        let Some((queue, _)) = queues.iter().find(find) else { continue };
        let mut needs = own(queue);
        for (skill, level) in &route.skills {
            let known = needs.entry(skill.clone()).or_default();
            *known = (*known).max(*level);
        }
        let languages = route.words.keys().chain(route.patterns.keys());
        let mut languages: Vec<_> = languages.filter(|code| code.as_str() != "any").collect();
        languages.sort();
        languages.dedup();
        let each: Vec<_> = match languages.is_empty() {
            true => vec![None],
            false => languages.into_iter().map(Some).collect(),
        };
        for language in each {
            let asked = Asked { skills: needs.iter().map(|(k, v)| (k, *v)).collect(), language };
            if !is_served(&queue.assignment, agents, &asked) {
                let (name, what) = (&queue.name, asked.words());
                let message = format!(
                    "no human exit for 10 minutes: this [[route]] sends to \"{name}\", of whose members nobody has {what}"
                );
                faults.warn(*at, message, hint);
            }
        }
    }
}
