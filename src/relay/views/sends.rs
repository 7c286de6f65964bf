//! Which conversations owe the platform a message that may be tried now. Those of campaigns stand apart and in
//! order: there may be a hundred thousand of them, of which a look takes the first few.

use crate::domain::conversation::Conversation;
use crate::domain::effect;
use crate::domain::id::{ConversationId, OutboxId};
use crate::domain::message::Author;
use crate::domain::name::Name;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Bound;

/// The message of a conversation that is tried next.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// There is none.
    None,
    /// One that nobody made for many.
    Own,
    /// A campaign's.
    Campaign(Name, OutboxId),
}

impl Next {
    pub(super) fn of(conversation: &Conversation) -> Self {
        match effect::pending(conversation) {
            None => Self::None,
            Some(send) => match &send.author {
                Author::Campaign(name) => Self::Campaign(name.clone(), send.outbox),
                _ => Self::Own,
            },
        }
    }
}

/// See the module.
#[derive(Default)]
pub(super) struct Sends {
    own: HashSet<ConversationId>,
    campaigns: BTreeMap<Name, BTreeSet<(OutboxId, ConversationId)>>,
}

impl Sends {
    pub(super) fn insert(&mut self, id: ConversationId, next: &Next) {
        match next {
            Next::None => {}
            Next::Own => drop(self.own.insert(id)),
            Next::Campaign(name, outbox) => {
                self.campaigns.entry(name.clone()).or_default().insert((*outbox, id));
            }
        }
    }

    pub(super) fn remove(&mut self, id: ConversationId, next: &Next) {
        match next {
            Next::None => {}
            Next::Own => drop(self.own.remove(&id)),
            Next::Campaign(name, outbox) => {
                let Some(of) = self.campaigns.get_mut(name) else { return };
                of.remove(&(*outbox, id));
                if of.is_empty() {
                    self.campaigns.remove(name);
                }
            }
        }
    }

    pub(super) fn own(&self) -> impl Iterator<Item = ConversationId> {
        self.own.iter().copied()
    }

    /// Those of a campaign that follow, the first queued first.
    pub(super) fn campaign(
        &self,
        name: &Name,
        after: Option<(OutboxId, ConversationId)>,
    ) -> impl Iterator<Item = (OutboxId, ConversationId)> + use<'_> {
        let from = (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        self.campaigns.get(name).into_iter().flat_map(move |of| of.range(from)).copied()
    }

    /// The campaigns that have any, and how many.
    pub(super) fn campaigns(&self) -> impl Iterator<Item = (&Name, usize)> {
        self.campaigns.iter().map(|(name, of)| (name, of.len()))
    }
}
