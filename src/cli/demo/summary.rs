//! What a run came to: the sandbox's record and the journal held against each other.

use super::tally::Tally;
use crate::domain::id::{MessageKey, SendId};
use crate::domain::status::Status;
use crate::sandbox::{Record, Requests, Webhooks};
use serde::Serialize;
use std::collections::BTreeMap;

/// The summary of `guichet demo`: one JSON object.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Summary {
    /// Messages of customers in the journal.
    messages_in: u64,
    /// Messages to customers, by how far they have come.
    messages_out: BTreeMap<&'static str, u64>,
    /// Windows that closed on an unsolved ticket.
    windows_closed: u64,
    /// Promises broken.
    clocks_breached: u64,
    /// Commands of agents that the desk refused.
    refusals: u64,
    /// Messages and statuses that came more than once and were taken once.
    duplicates: u64,
    /// Messages to customers of which nobody knows whether they arrived.
    unconfirmed: u64,
    /// What must never be: see [`Lost`].
    pub(super) lost: u64,
    /// What must never be: messages that the platform accepted more than once.
    pub(super) sent_twice: u64,
    lost_by: Lost,
    /// The refusals by code.
    refused: BTreeMap<String, u64>,
    /// What agents did, by kind.
    actions: BTreeMap<&'static str, u64>,
    tickets_opened: u64,
    tickets_solved: u64,
    windows_closed_waiting: u64,
    /// How the sandbox's webhooks went.
    webhooks: Webhooks,
    /// How requests to the sandbox went.
    requests: Requests,
    /// Sends that the sandbox refused, by code.
    rejected: BTreeMap<i32, u64>,
    seed: u64,
    speed: f64,
    /// How long the run took, without its drain, in real seconds.
    seconds: f64,
}

/// `lost` taken apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Lost {
    /// Messages for which the sandbox got a 200 and which the journal lacks.
    inbound: u64,
    /// Messages that the journal holds as accepted and the sandbox lacks.
    accepted: u64,
    /// Messages that are neither settled, unconfirmed nor cancelled.
    unsettled: u64,
}

/// What the agents have to say of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Work {
    /// Commands carried out, by kind.
    pub(super) done: BTreeMap<&'static str, u64>,
    /// Commands refused, by code.
    pub(super) refused: BTreeMap<String, u64>,
}

/// How the run was set up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Setting {
    /// What chance was thrown with.
    pub(super) seed: u64,
    /// Desk seconds a real second.
    pub(super) speed: f64,
    /// Real seconds.
    pub(super) seconds: f64,
    /// Updates that the relay recognised as known.
    pub(super) duplicates: u64,
}

impl Summary {
    /// Judges a run. `key` is the fingerprint of the platform's id of a message.
    pub(super) fn of(
        tally: &Tally,
        record: &Record,
        key: impl Fn(&str) -> MessageKey,
        work: &Work,
        setting: Setting,
    ) -> Self {
        let lacks = |id: &SendId| !record.accepted.contains_key(&id.to_string());
        let lost_by = Lost {
            inbound: count(record.acknowledged().filter(|id| !tally.inbound.contains(&key(id)))),
            accepted: count(tally.sends.iter().filter(|(id, sent)| sent.accepted && lacks(id))),
            unsettled: count(tally.open()),
        };
        let messages_out = tally.by_status();
        Self {
            messages_in: tally.received,
            windows_closed: tally.windows_closed,
            clocks_breached: tally.clocks_breached,
            refusals: work.refused.values().sum(),
            duplicates: setting.duplicates,
            unconfirmed: messages_out.get(Status::Unconfirmed.word()).copied().unwrap_or(0),
            messages_out,
            lost: lost_by.inbound + lost_by.accepted + lost_by.unsettled,
            sent_twice: count(record.sent_twice()),
            lost_by,
            refused: work.refused.clone(),
            actions: work.done.clone(),
            tickets_opened: tally.tickets_opened,
            tickets_solved: tally.solved,
            windows_closed_waiting: tally.windows_closed_waiting,
            webhooks: record.webhooks.clone(),
            requests: record.requests.clone(),
            rejected: record.rejected.clone(),
            seed: setting.seed,
            speed: setting.speed,
            seconds: (setting.seconds * 10.0).round() / 10.0,
        }
    }
}

fn count(items: impl Iterator) -> u64 {
    items.count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Timestamp;
    use crate::sandbox::Inbound;

    #[test]
    fn what_the_sandbox_got_a_200_for_and_the_journal_lacks_is_lost() {
        let inbound = |acknowledged| Inbound {
            customer: "giulia".into(),
            kind: "text".into(),
            timestamp: 1,
            acknowledged,
        };
        let mut record = Record::default();
        record.inbound.insert("a".into(), inbound(Some(Timestamp(1))));
        record.inbound.insert("b".into(), inbound(None));
        let judge = |tally: &Tally, record: &Record| {
            let key = |id: &str| MessageKey(u64::from(id.as_bytes()[0]));
            Summary::of(tally, record, key, &Work::default(), Setting::default())
        };
        let mut tally = Tally::default();
        assert_eq!(judge(&tally, &record).lost, 1);
        tally.inbound.insert(MessageKey(u64::from(b'a')));
        assert_eq!(judge(&tally, &record).lost, 0);
        record.accepted.insert("1.5".into(), vec!["x".into(), "y".into()]);
        assert_eq!(judge(&tally, &record).sent_twice, 1);
    }
}
