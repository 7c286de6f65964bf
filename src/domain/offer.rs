//! A ticket that is offered to somebody before it is his.
//!
//! Where a queue says so, the rules ask an agent instead of giving him the ticket. He accepts it, declines it, or lets
//! the time run out; then the next one is asked. Nobody is asked twice about a ticket until all who could have it were,
//! and then only after a pause.

use super::name::Name;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// Seconds for which an offer stands where the queue does not say.
pub const OFFER_SECONDS: i64 = 20;
/// When all were asked, nobody is asked again for so many milliseconds.
pub const ASK_AGAIN_MS: i64 = 60_000;
/// Offers in a row that somebody lets run out before he is taken to be away.
pub const MISSED_MOST: u32 = 2;

/// What somebody was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Whom.
    pub to: Name,
    /// Until when he may accept.
    pub until: Timestamp,
}

/// Who is asked about a ticket, and who was. It ends when somebody has the ticket, when it goes to another queue, and
/// when there is nothing to do about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asking {
    /// Who is being asked.
    pub offer: Option<Offer>,
    /// Who was asked in this round and did not take it.
    pub asked: Vec<Name>,
    /// When the last of them was through.
    pub since: Option<Timestamp>,
}

/// How an offer ended that was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unaccepted {
    /// He does not want it.
    Declined,
    /// The time ran out.
    Missed,
    /// He went, and could not answer.
    Gone,
}

impl Asking {
    /// When somebody who was asked may be asked again, if nobody else can be.
    pub fn again(&self) -> Option<Timestamp> {
        self.since.map(|since| since.plus_millis(ASK_AGAIN_MS))
    }

    pub(super) fn offered(&mut self, offer: Offer) {
        // Who is asked a second time begins another round.
        if self.asked.contains(&offer.to) {
            self.asked.clear();
        }
        self.offer = Some(offer);
    }

    pub(super) fn ended(&mut self, to: &Name, at: Timestamp, how: Unaccepted) {
        self.offer = self.offer.take().filter(|offer| offer.to != *to);
        // Who had no time to answer was not asked.
        if how != Unaccepted::Gone && !self.asked.contains(to) {
            self.asked.push(to.clone());
            self.since = Some(at);
        }
    }
}
