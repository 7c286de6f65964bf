//! What can be undone, the latest last.

use super::acts::Asked;
use crate::domain::id::{SendId, TicketNumber};
use crate::kit::Timestamp;
use crate::wire::ActionRequest;
use std::collections::VecDeque;

/// Something that was done here.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// It can be undone.
    Reversible {
        /// What was told of it.
        told: String,
        /// What leads back, for each ticket.
        steps: Vec<(TicketNumber, Vec<ActionRequest>)>,
    },
    /// A message that waits a while before it goes.
    Sent {
        /// As it was asked for.
        asked: Box<Asked>,
        /// Which.
        outbox: SendId,
        /// The real instant at which it goes.
        until: Timestamp,
    },
    /// A note, which stays.
    Note,
    /// A template, which goes at once.
    Template,
}

const KEPT: usize = 50;

/// What can be undone, the latest last. Also what cannot is kept, so that "undo" never reaches past it unseen.
#[derive(Clone, Debug, Default)]
pub struct Undo {
    deeds: VecDeque<Deed>,
}

impl Undo {
    /// Something was done.
    pub fn push(&mut self, deed: Deed) {
        self.deeds.push_back(deed);
        if self.deeds.len() > KEPT {
            self.deeds.pop_front();
        }
    }

    /// The latest, which is forgotten.
    pub fn pop(&mut self) -> Option<Deed> {
        self.deeds.pop_back()
    }

    /// The latest.
    pub fn last(&self) -> Option<&Deed> {
        self.deeds.back()
    }

    /// Whether the person has given a ticket to somebody: who did may take it back.
    pub fn gave_away(&self, number: TicketNumber) -> bool {
        self.deeds.iter().any(|deed| match deed {
            Deed::Reversible { steps, .. } => steps.iter().any(|(ticket, back)| {
                *ticket == number && matches!(back[..], [ActionRequest::Assign { .. }])
            }),
            _ => false,
        })
    }

    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        self.deeds.is_empty()
    }
}
