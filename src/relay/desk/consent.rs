//! What customers and colleagues say about messages of ours, written into the ledger.

use super::input::Answer;
use super::{Desk, Gone, Reply};
use crate::domain::command::{Arrival, Command};
use crate::domain::consent::{Said, Source, is_word};
use crate::domain::contact::ContactEvent;
use crate::domain::content::Content;
use crate::domain::event::Event;
use crate::domain::id::{ContactId, ConversationId, MessageKey};
use crate::domain::message::{Author, Kind};
use crate::domain::name::Name;
use crate::domain::policy::Confirm;
use crate::domain::private::Private;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Actor;
use crate::domain::template::Purpose;
use crate::journal::codec::StreamEvent;
use crate::kit::Timestamp;
use crate::relay::fact::Who;
use crate::relay::translate::message_key;
use crate::relay::views::Change;

/// The code under which the platform refuses a customer who stopped marketing.
/// Source: support/error-codes, 131050.
const STOPPED: u32 = 131_050;

/// What a message of the customer says about consent.
pub(super) enum Says {
    /// The whole of it is a word that means no, or yes.
    Word(bool),
    /// It answers the question whether he really wants marketing.
    Confirms(bool),
}

/// What somebody writes into a ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Entered {
    /// About which messages.
    pub purpose: Purpose,
    /// He agrees, or refuses.
    pub granted: bool,
    /// Since when.
    pub at: Timestamp,
    /// A colleague's word or an import.
    pub source: Source,
    /// How the customer said so, or where the proof lies.
    pub why: String,
}

impl Desk {
    /// What a message says, if it says anything about consent.
    pub(super) fn what_is_said(
        &mut self,
        id: ContactId,
        line: &Name,
        arrival: &Arrival,
    ) -> Option<Says> {
        if arrival.outgoing || !arrival.source.is_live() {
            return None;
        }
        // Nobody speaks for a group.
        if arrival.body.details.as_ref().is_some_and(|details| details.member.is_some()) {
            return None;
        }
        if !matches!(arrival.kind, Kind::Text | Kind::Button) {
            return None;
        }
        let (policy, desk, _) = self.cache.desk(&self.store);
        let text = &arrival.body.text;
        if is_word(text, &policy.opt_out_words) {
            return Some(Says::Word(false));
        }
        if is_word(text, &policy.opt_in_words) {
            return Some(Says::Word(true));
        }
        if arrival.kind != Kind::Button {
            return None;
        }
        let contact = self.cache.contact(id, &self.store);
        let asked = contact.consent.awaits(Purpose::Marketing, arrival.at)?;
        let conversation = contact.conversation(line)?;
        // Another message may have buttons that say the same. Question and entry were written together.
        let question = message_key(&self.vault, line, arrival.body.about.as_deref()?);
        let state = self.cache.conversation(conversation, &self.store).ok()??;
        let mut sent = state.thread.iter().rev();
        let question = sent.find(|entry| entry.key() == question)?;
        if question.place().position() != asked.position() {
            return None;
        }
        let confirm = policy.confirm.as_ref()?;
        let (_, catalogue) = desk.templates.get(&policy.lines.get(line)?.account)?;
        let template = catalogue.find(&confirm.template, &confirm.language)?;
        let nth = template.buttons.iter().position(|button| button == text)?;
        Some(Says::Confirms(nth == 0))
    }

    /// Writes down what a message says, and asks back where that is the rule.
    pub(super) fn consents(
        &mut self,
        id: ContactId,
        conversation: ConversationId,
        says: Says,
        (at, proof): (Timestamp, MessageKey),
        changes: &mut Vec<Change>,
    ) {
        let body = Private::default();
        let both = vec![Purpose::Utility, Purpose::Marketing];
        let confirm = self.cache.desk(&self.store).0.confirm.clone();
        let event = match (says, confirm) {
            (Says::Word(false), _) => {
                ContactEvent::OptedOut { purposes: both, at, proof, source: None, body }
            }
            (Says::Word(true), None) => {
                ContactEvent::OptedIn { purposes: both, at, proof, source: None, body }
            }
            (Says::Word(true), Some(confirm)) => {
                return self.ask_back(id, conversation, &confirm, (at, proof), changes);
            }
            (Says::Confirms(yes), _) => {
                let (purposes, source) = (vec![Purpose::Marketing], Some(Source::Confirmed));
                match yes {
                    true => ContactEvent::OptedIn { purposes, at, proof, source, body },
                    false => ContactEvent::OptedOut { purposes, at, proof, source, body },
                }
            }
        };
        self.contact_event(id, event, changes);
    }

    /// He may be written to again, and is asked whether he wants marketing as well.
    fn ask_back(
        &mut self,
        id: ContactId,
        conversation: ConversationId,
        confirm: &Confirm,
        (at, proof): (Timestamp, MessageKey),
        changes: &mut Vec<Change>,
    ) {
        let utility = ContactEvent::OptedIn {
            purposes: vec![Purpose::Utility],
            at,
            proof,
            source: None,
            body: Private::default(),
        };
        self.contact_event(id, utility, changes);
        let ledger = &self.cache.contact(id, &self.store).consent;
        if ledger.awaits(Purpose::Marketing, at).is_some()
            || ledger.was_asked(Purpose::Marketing, at)
        {
            return;
        }
        let (policy, desk, _) = self.cache.desk(&self.store);
        let line = self.cache.conversation(conversation, &self.store).ok().flatten();
        let line = line.and_then(|state| policy.lines.get(&state.head.line));
        let catalogue = line.and_then(|line| desk.templates.get(&line.account));
        let filled = catalogue
            .ok_or(Refusal::TemplateUnknown {
                name: confirm.template.clone(),
                language: confirm.language.clone(),
                languages: Vec::new(),
            })
            .and_then(|(_, all)| all.fill(&confirm.template, &confirm.language, &[]));
        let asked = filled.and_then(|(chosen, purpose)| {
            let content = Content::Template(chosen);
            let command = Command::Say { author: Author::System, content, purpose };
            self.decided(conversation, &command, &Actor::Relay)
        });
        match asked {
            Ok((more, _)) => {
                *changes = super::merged(std::mem::take(changes), more);
                let purposes = vec![Purpose::Marketing];
                self.contact_event(id, ContactEvent::Asked { purposes, at, proof }, changes);
            }
            Err(refusal) => {
                tracing::error!(%refusal, "a customer who wants marketing could not be asked to confirm it");
            }
        }
    }

    /// The customer refused or allowed marketing in the platform's own menu.
    pub(super) fn preference(&mut self, who: &Who, granted: bool, at: Timestamp) -> Vec<Change> {
        let before = self.address(who);
        let (id, mut changes) = self.introduce(who, at);
        self.answer_to(id, before, at, &mut changes);
        let known = self.cache.contact(id, &self.store).consent.last(Purpose::Marketing);
        let differs = |said: Said| (said == Said::Agreed) != granted;
        if known.is_none_or(|known| known.at < at || known.at == at && differs(known.said)) {
            let entered = Entered {
                purpose: Purpose::Marketing,
                granted,
                at,
                source: Source::Preference,
                why: String::new(),
            };
            self.contact_event(id, entered.event(), &mut changes);
        }
        changes
    }

    /// What follows for the ledger from what happened to messages: the platform took one that is marketing, or
    /// refused one since the customer stopped them.
    pub(super) fn note_marketing(
        &mut self,
        id: ContactId,
        marketing: &[crate::domain::id::OutboxId],
        at: Timestamp,
        changes: &mut Vec<Change>,
    ) {
        let (mut taken, mut stopped) = (0, false);
        for event in changes.iter().flat_map(|change| &change.events) {
            let StreamEvent::Conversation(event) = event else { continue };
            match event {
                Event::Accepted { outbox, .. } | Event::Confirmed { outbox, .. }
                    if marketing.contains(outbox) =>
                {
                    taken += 1
                }
                Event::Failed { error: STOPPED, .. }
                | Event::StatusSeen { error: Some(STOPPED), .. } => stopped = true,
                _ => {}
            }
        }
        for _ in 0..taken {
            self.contact_event(id, ContactEvent::Marketed { at }, changes);
        }
        let known = self.cache.contact(id, &self.store).consent.last(Purpose::Marketing);
        if stopped && known.is_none_or(|known| known.said == Said::Agreed) {
            let entered = Entered {
                purpose: Purpose::Marketing,
                granted: false,
                at,
                source: Source::Platform,
                why: String::new(),
            };
            self.contact_event(id, entered.event(), changes);
        }
    }

    /// Somebody writes into a person's ledger, after these `changes`. What stands there already is not repeated.
    pub(super) fn enter(
        &mut self,
        actor: &str,
        id: ContactId,
        entered: &Entered,
        mut changes: Vec<Change>,
        answer: Answer,
    ) -> Result<(), Gone> {
        let contact = self.cache.contact(id, &self.store);
        let refusal = if contact.version == 0 {
            Some(Refusal::Malformed { what: "there is no such contact".into() })
        } else {
            contact.erased.map(|_| Refusal::Erased)
        };
        if let Some(refusal) = refusal {
            return self.commit(None, actor, Vec::new(), Some((answer, Err(refusal))), None);
        }
        let said = if entered.granted { Said::Agreed } else { Said::Refused };
        if !contact.consent.holds(entered.purpose, said, entered.at) {
            self.contact_event(id, entered.event(), &mut changes);
        }
        self.commit(None, actor, changes, Some((answer, Ok(Reply::Done))), None)
    }
}

impl Entered {
    fn event(&self) -> ContactEvent {
        let (purposes, at, proof) = (vec![self.purpose], self.at, MessageKey(0));
        let source = Some(self.source);
        let body = match self.why.as_str() {
            "" => Private::default(),
            why => Private::clear(why.to_owned()),
        };
        match self.granted {
            true => ContactEvent::OptedIn { purposes, at, proof, source, body },
            false => ContactEvent::OptedOut { purposes, at, proof, source, body },
        }
    }
}
