//! Campaigns, and what became of their messages: read from the conversations in which those stand.

use super::{ReadError, Reading, line_name};
use crate::domain::campaign::{Addressed, Campaign, Turned};
use crate::domain::conversation::Conversation;
use crate::domain::desk::DeskEvent;
use crate::domain::id::SendId;
use crate::domain::message::Author;
use crate::domain::name::Name;
use crate::domain::status::Status;
use crate::domain::thread::{Entry, Place, Sort};
use crate::journal::JournalError;
use crate::journal::codec::StreamEvent;
use crate::kit::Timestamp;
use crate::relay::opened::Closed;
use crate::whatsapp::error::{explain, explain_held};
use crate::wire::{CampaignReport, CampaignView, FailedBy, TurnedRow};
use std::collections::{BTreeMap, HashMap};

/// How long after a message of a campaign a customer's message counts as its answer: a week.
const ANSWERS_WITHIN: i64 = 7 * 86_400;

/// What rows of one commit became: messages, and those that were refused.
type Piece = (Vec<Addressed>, Vec<Turned>);

/// How many failed, by the code and whether the platform had held them.
type Failed = BTreeMap<(u32, bool), u32>;

impl Reading {
    /// All campaigns, the latest first.
    pub fn campaigns(&self) -> Vec<CampaignView> {
        let (desk, waiting) = {
            let views = self.store.read();
            let mut waiting: HashMap<Name, u32> = HashMap::new();
            for send in views.unsettled().flat_map(|state| &state.head.sends) {
                if let Author::Campaign(name) = &send.author {
                    *waiting.entry(name.clone()).or_default() += 1;
                }
            }
            (views.desk().clone(), waiting)
        };
        let view = |(name, campaign): (&Name, &Campaign)| {
            self.campaign_view(name, campaign, waiting.get(name).copied().unwrap_or(0))
        };
        let mut all: Vec<_> = desk.campaigns.iter().map(view).collect();
        all.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.name.cmp(&b.name)));
        all
    }

    fn campaign_view(&self, name: &Name, campaign: &Campaign, waiting: u32) -> CampaignView {
        CampaignView {
            name: name.to_string(),
            line: line_name(&campaign.plan.line, &self.policy()),
            template: campaign.plan.template.clone(),
            language: campaign.plan.language.clone(),
            state: campaign.stage,
            by: campaign.by.to_string(),
            at: campaign.at,
            rows: campaign.rows,
            refused: campaign.refused.clone(),
            waiting,
        }
    }

    /// What became of a campaign's messages so far.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn campaign(&self, name: &str) -> Result<CampaignReport, ReadError> {
        let known = self
            .store
            .read()
            .desk()
            .campaigns
            .get_key_value(name)
            .map(|(name, campaign)| (name.clone(), campaign.clone()));
        let (name, campaign) = known.ok_or(ReadError::Missing)?;
        let mut report = CampaignReport {
            campaign: self.campaign_view(&name, &campaign, 0),
            sent: 0,
            held: 0,
            delivered: 0,
            read: 0,
            answered: 0,
            unconfirmed: 0,
            cancelled: 0,
            failed: Vec::new(),
            turned: Vec::new(),
        };
        let mut failed = Failed::new();
        for place in &campaign.pieces {
            let Some((addressed, turned)) = self.piece(*place)? else { continue };
            for one in addressed {
                let Some(state) = self.store.conversation(one.conversation)? else { continue };
                if let Some(entry) = state.thread.outbox(one.outbox) {
                    self.count(&state, entry, &mut report, &mut failed);
                }
            }
            let turned = turned.into_iter().map(|turned| TurnedRow {
                row: turned.row + 1,
                code: turned.why.code().to_owned(),
                message: turned.why.to_string(),
            });
            report.turned.extend(turned);
        }
        let failed = failed.into_iter();
        report.failed = failed
            .map(|((code, held), count)| {
                let explained = if held { explain_held(code) } else { explain(code) };
                FailedBy { code, title: explained.title.to_owned(), count }
            })
            .collect();
        Ok(report)
    }

    fn piece(&self, place: Place) -> Result<Option<Piece>, JournalError> {
        match self.opener.found(place) {
            Ok(found) => Ok(match found.event {
                StreamEvent::Desk(DeskEvent::CampaignFilled { addressed, turned, .. }) => {
                    Some((addressed, turned))
                }
                _ => None,
            }),
            Err(Closed::Journal(error)) => Err(error),
            Err(Closed::Erased | Closed::Unreadable) => Ok(None),
        }
    }

    fn count(
        &self,
        state: &Conversation,
        entry: &Entry,
        report: &mut CampaignReport,
        failed: &mut Failed,
    ) {
        let (seen, status) = (entry.seen(), entry.status());
        let taken = seen.has(Status::Accepted) || seen.has(Status::Sent);
        if taken || status >= Status::Delivered {
            report.sent += 1;
            report.answered += u32::from(answered(state, self.taken_at(state, entry)));
        }
        match status {
            Status::Queued | Status::Attempting => report.campaign.waiting += 1,
            Status::Unconfirmed => {
                report.campaign.waiting += 1;
                report.unconfirmed += 1;
            }
            Status::Cancelled => report.cancelled += 1,
            Status::Failed => {
                let failure = state.head.failure(entry.outbox());
                let code = failure.map_or(0, |failure| failure.error);
                *failed.entry((code, entry.was_held())).or_default() += 1;
            }
            Status::Delivered => report.delivered += 1,
            Status::Read | Status::Played => {
                report.delivered += 1;
                report.read += 1;
            }
            Status::Accepted => report.held += u32::from(entry.was_held()),
            Status::Sent => {}
        }
    }

    /// When the platform took a message, as far as it is known; else when it was put into the outbox.
    fn taken_at(&self, state: &Conversation, entry: &Entry) -> Timestamp {
        let send = SendId { conversation: state.id, outbox: entry.outbox() };
        let lately = {
            let views = self.store.read();
            let states = views.live().trail(send).map(|trail| trail.states.clone());
            let states = states.unwrap_or_default();
            states.iter().find(|(of, _)| *of == Status::Accepted).map(|(_, at)| *at)
        };
        let late = || {
            let (_, place) = state.head.late().iter().find(|(of, _)| *of == entry.outbox())?;
            self.opener.found(*place).ok().map(|found| found.at)
        };
        lately.or_else(late).unwrap_or(entry.at())
    }
}

/// Whether the customer wrote within a week after `sent`. The platform's times are whole seconds.
fn answered(state: &Conversation, sent: Timestamp) -> bool {
    let mut later = state.thread.after(sent.plus_millis(-1_000));
    later.any(|entry| entry.sort() == Sort::Asks && entry.at() <= sent.plus_secs(ANSWERS_WITHIN))
}
