//! The rules that the operator writes, as the core reads them.

use super::alert::AlertRules;
use super::canned::{Canned, TemplateRules};
use super::content::Content;
use super::field::FieldRules;
use super::name::Name;
use super::query::SavedView;
use super::refusal::Refusal;
use super::roster::Member;
use super::routing::{AgentRules, Assignment, Route};
use super::sla::SlaPolicy;
use super::template::Catalogue;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long after solving a message reopens the ticket rather than opening a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Threading {
    /// That many seconds; 0 means never.
    Seconds(i64),
    /// However long.
    Any,
}

impl Default for Threading {
    fn default() -> Self {
        Self::Seconds(24 * 3600)
    }
}

/// One line's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRules {
    /// The operator's name for it.
    pub name: Name,
    /// Where its new tickets wait.
    pub queue: Name,
    /// Lines of one portfolio share ids and limits.
    pub portfolio: Name,
    /// The WhatsApp Business account, whose templates the line may send.
    pub account: Name,
    /// What its provider carries, where that is less than WhatsApp has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carries: Option<Carries>,
}

/// What a provider carries, where that is less than WhatsApp has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carries {
    /// Who, in the word of the configuration.
    pub by: Name,
    /// The most characters of a text.
    pub text: usize,
    /// The most bytes of a file.
    pub file: u64,
    /// The kinds of messages that it cannot send, and parts of those that are answered by a touch.
    pub lacks: Vec<Name>,
    /// A message can quote another.
    pub quotes: bool,
}

impl Carries {
    /// Whether it can send this.
    ///
    /// # Errors
    /// What it cannot, with its limit where there is one.
    pub fn check(&self, content: &Content, quotes: bool) -> Result<(), Refusal> {
        let kind = content.kind().word();
        let lacking =
            |what: &str| Refusal::NotCarried { what: what.to_owned(), by: self.by.clone() };
        if self.lacks.iter().any(|lacking| lacking.as_str() == kind) {
            return Err(lacking(kind));
        }
        if quotes && !self.quotes {
            return Err(lacking("quote"));
        }
        if let Content::Interactive(said) = content {
            let lacks = |part: &&str| self.lacks.iter().any(|lacking| lacking.as_str() == *part);
            if let Some(part) = said.parts().into_iter().find(lacks) {
                return Err(lacking(part));
            }
        }
        match content {
            Content::Text { body, .. } if body.chars().count() > self.text => {
                Err(Refusal::TooLong { length: body.chars().count(), most: self.text })
            }
            Content::File(file) if file.bytes > self.file => {
                let (part, of) = ("the file".to_owned(), "bytes".to_owned());
                let given = usize::try_from(file.bytes).unwrap_or(usize::MAX);
                let most = usize::try_from(self.file).unwrap_or(usize::MAX);
                Err(Refusal::Limit { part, of, given, least: 0, most })
            }
            _ => Ok(()),
        }
    }
}

/// One queue's rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRules {
    /// When a message reopens.
    pub threading: Threading,
    /// Canned replies and templates that are suggested first here, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggest: Vec<String>,
    /// When customers are told that their messages were read.
    #[serde(default, skip_serializing_if = "is_default")]
    pub receipts: Receipt,
    /// Whether they are told that somebody writes an answer. It marks as read, so never without receipts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub typing: bool,
    /// How its tickets are given to agents.
    #[serde(default, skip_serializing_if = "is_default")]
    pub assignment: Assignment,
}

/// When a customer is told that his messages were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// When an agent has looked at them.
    OnOpen,
    /// When an answer has been sent, or is being written where that is told.
    OnReply,
    /// Not at all.
    #[default]
    Never,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// All of it, with the facts of the desk that decisions are judged by. One value at a time is in force;
/// events carry what was stamped from it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Lines by the platform's phone number id.
    pub lines: BTreeMap<Name, LineRules>,
    /// Queues by name; one that is not here has defaults.
    pub queues: BTreeMap<Name, QueueRules>,
    /// Tried in order.
    pub sla: Vec<SlaPolicy>,
    /// How many times the service levels were changed while the desk ran.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sla_version: u32,
    /// The service levels before the last of these changes: what clocks have run by until then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sla_before: Vec<SlaPolicy>,
    /// Real milliseconds between queueing and sending in which an agent may take a reply back.
    pub undo_delay_ms: i64,
    /// Seconds before the window's end at which to warn while the customer waits, longest first; at most 8.
    pub window_warnings: Vec<i64>,
    /// Messages that mean: write to me no more. Lower case, whole messages.
    pub opt_out_words: Vec<String>,
    /// Messages that mean: you may write again.
    pub opt_in_words: Vec<String>,
    /// Marketing messages that a contact may get in a week; nothing sets no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketing_per_week: Option<usize>,
    /// Who agrees to marketing by a word is asked to confirm it with this template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<Confirm>,
    /// The texts that agents take instead of typing them, in the order of the files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub canned: Vec<Canned>,
    /// What is said of templates, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub templates: BTreeMap<String, TemplateRules>,
    /// What is said of agents, by account.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub agents: BTreeMap<Name, AgentRules>,
    /// Where new tickets belong; tried in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// Queries that everybody finds under a name, in the order of the files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<SavedView>,
    /// What tickets have beside the rest, in the order of the files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldRules>,
    /// What supervisors are told of, in the order of the files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<AlertRules>,
}

/// The template that asks whether the customer really wants marketing messages. Its first button says yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirm {
    /// Its name.
    pub template: String,
    /// Its language.
    pub language: String,
}

impl Policy {
    /// The words by which customers refuse and agree, in the four languages.
    pub fn default_words() -> (Vec<String>, Vec<String>) {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        (
            words(&[
                "stop",
                "unsubscribe",
                "cancella",
                "cancellami",
                "basta",
                "sair",
                "parar",
                "cancelar",
                "baja",
                "alto",
                "stopall",
                "descadastrar",
            ]),
            words(&["start", "iscrivimi", "voltar", "alta", "unstop"]),
        )
    }

    /// The threading interval of a queue.
    pub fn threading(&self, queue: &Name) -> Threading {
        self.queues.get(queue).map(|rules| rules.threading).unwrap_or_default()
    }

    /// The queues in which a text of this name is suggested first.
    pub fn suggested_in(&self, name: &str) -> Vec<String> {
        let queues = self.queues.iter().filter(|(_, of)| of.suggest.iter().any(|one| one == name));
        queues.map(|(queue, _)| queue.to_string()).collect()
    }

    /// These rules as they follow others: what of the service levels was changed is remembered.
    pub fn following(self, before: &Self) -> Self {
        let (sla_version, sla_before) = match self.sla == before.sla {
            true => (before.sla_version, before.sla_before.clone()),
            false => (before.sla_version.wrapping_add(1), before.sla.clone()),
        };
        Self { sla_version, sla_before, ..self }
    }

    /// The policy that rules tickets of a queue.
    pub fn sla_for(&self, queue: &Name) -> Option<&SlaPolicy> {
        ruling(&self.sla, queue)
    }

    /// The policy that ruled tickets of a queue before the last change of the service levels.
    pub fn sla_before_for(&self, queue: &Name) -> Option<&SlaPolicy> {
        ruling(&self.sla_before, queue)
    }

    /// Whether there is a queue of this name: lines put tickets into it, or it has rules of its own.
    pub fn has_queue(&self, queue: &Name) -> bool {
        self.queues.contains_key(queue) || self.lines.values().any(|line| line.queue == *queue)
    }

    /// The queue of a line; lines that are no longer configured keep their tickets in a queue named after them.
    pub fn queue_of(&self, line: &Name) -> Name {
        self.lines.get(line).map_or_else(|| line.clone(), |rules| rules.queue.clone())
    }
}

fn ruling<'a>(policies: &'a [SlaPolicy], queue: &Name) -> Option<&'a SlaPolicy> {
    policies.iter().find(|policy| policy.queues.contains(queue))
}

/// The facts beside a conversation's own state that a decision is judged by.
#[derive(Clone, Copy)]
pub struct Ctx<'a> {
    /// Desk time.
    pub now: crate::kit::Timestamp,
    /// Who asks.
    pub actor: &'a super::roster::Actor,
    /// The rules in force.
    pub policy: &'a Policy,
    /// The contact of the conversation.
    pub contact: &'a super::contact::Contact,
    /// The templates of the line's account.
    pub templates: &'a Catalogue,
    /// Active accounts.
    pub members: &'a [Member],
    /// The number that a new ticket would get.
    pub next_ticket: super::id::TicketNumber,
}
