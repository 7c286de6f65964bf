//! Which contacts are one person.
//!
//! A person may be several contacts: two telephones, or one account that was heard of by its number first and by its
//! user id later. Joining them moves nothing: each keeps its conversations, the identities that it was known by and
//! its key. So what was joined can be parted again.

use super::id::ContactId;
use serde::{Deserialize, Serialize};

/// Contacts that one person may be at most.
pub const JOINED_MOST: usize = 16;

/// What is known of one contact's sameness with others. Nearly all are nobody else, and then it takes a word of
/// memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ties(Option<Box<Kept>>);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// The same person, in order.
    same: Vec<ContactId>,
    /// Parted by somebody: not to be joined by itself.
    apart: Vec<ContactId>,
    /// What was last done, which can be taken back.
    last: Option<Last>,
}

/// The latest change of a contact's ties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// Joined, not parted.
    pub joined: bool,
    /// The whole other side.
    pub with: Vec<ContactId>,
}

impl Ties {
    /// The other contacts of the same person: all of them, each is tied to each.
    pub fn same(&self) -> &[ContactId] {
        self.0.as_ref().map_or(&[], |kept| &kept.same)
    }

    /// Whether somebody has said that they are two persons.
    pub fn apart(&self, other: ContactId) -> bool {
        self.0.as_ref().is_some_and(|kept| kept.apart.contains(&other))
    }

    /// What can be taken back.
    pub fn last(&self) -> Option<&Last> {
        self.0.as_ref()?.last.as_ref()
    }

    pub(super) fn joined(&mut self, with: &[ContactId]) {
        let kept = self.0.get_or_insert_default();
        kept.same.extend(with);
        kept.same.sort_unstable();
        kept.same.dedup();
        kept.apart.retain(|other| !with.contains(other));
        kept.last = Some(Last { joined: true, with: with.to_vec() });
    }

    pub(super) fn parted(&mut self, with: &[ContactId]) {
        let kept = self.0.get_or_insert_default();
        kept.same.retain(|other| !with.contains(other));
        kept.apart.extend(with);
        kept.apart.sort_unstable();
        kept.apart.dedup();
        kept.last = Some(Last { joined: false, with: with.to_vec() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_last_can_be_taken_back() {
        let ids = |ids: &[u64]| ids.iter().copied().map(ContactId).collect::<Vec<_>>();
        let mut ties = Ties::default();
        assert_eq!((ties.same(), ties.last()), (&[][..], None));
        ties.joined(&ids(&[7, 3]));
        ties.joined(&ids(&[3, 5]));
        assert_eq!(ties.same(), ids(&[3, 5, 7]));
        ties.parted(&ids(&[3]));
        assert_eq!(ties.same(), ids(&[5, 7]));
        assert!(ties.apart(ContactId(3)) && !ties.apart(ContactId(5)));
        assert_eq!(ties.last(), Some(&Last { joined: false, with: ids(&[3]) }));
        ties.joined(&ids(&[3]));
        assert!(!ties.apart(ContactId(3)));
    }
}
