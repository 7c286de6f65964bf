//! A template sent to a list of people: what is known of it beside the messages themselves.
//!
//! Each message of a campaign stands in the outbox of its own conversation from the moment at which its row was
//! taken, and is durable there. So the campaign itself needs to know little: how many rows were taken, which
//! were refused, and whether its messages may go. Who got what is read from the conversations.

use super::desk::DeskEvent;
use super::id::{ConversationId, OutboxId};
use super::name::Name;
use super::refusal::Refusal;
use super::template::Catalogue;
use super::thread::Place;
use crate::kit::Timestamp;
use crate::kit::text::is_hostile;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most characters of a campaign's name.
const NAME_MOST: usize = 64;
/// Campaigns of one desk: enough for three a day over years, and few enough to be kept in memory.
const CAMPAIGNS_MOST: usize = 4_096;

/// Where a campaign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Its rows are being taken; nothing is sent.
    Preparing,
    /// Its messages go whenever nothing else wants to.
    Running,
    /// Nothing more is sent until somebody lets it go on.
    Paused,
    /// What was not sent never will be.
    Cancelled,
}

impl Stage {
    /// The word for people and programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What a campaign says, where, and from which file its rows come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The platform's phone number id.
    pub line: Name,
    /// The template's name.
    pub template: String,
    /// Its exact language.
    pub language: String,
    /// SHA-256 of the rows as they were given, as hex: an import that broke off goes on with the same rows only.
    pub digest: String,
}

/// A row that became a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressed {
    /// Which row, from 0.
    pub row: u32,
    /// Where.
    pub conversation: ConversationId,
    /// The message.
    pub outbox: OutboxId,
}

/// A row that did not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turned {
    /// Which row, from 0.
    pub row: u32,
    /// Why.
    pub why: Refusal,
}

/// The state of one campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Campaign {
    /// What it says.
    pub plan: Plan,
    /// Who made it.
    pub by: Name,
    /// When.
    pub at: Timestamp,
    /// Where it stands.
    pub stage: Stage,
    /// Rows taken so far.
    pub rows: u32,
    /// How many of them were refused, by [`Refusal::code`].
    pub refused: BTreeMap<String, u32>,
    /// Where the rows are written.
    pub pieces: Vec<Place>,
}

impl Campaign {
    pub(super) fn new(plan: Plan, by: Name, at: Timestamp) -> Self {
        let (refused, pieces) = (BTreeMap::new(), Vec::new());
        Self { plan, by, at, stage: Stage::Preparing, rows: 0, refused, pieces }
    }

    /// Messages that its rows became.
    pub fn messages(&self) -> u32 {
        self.rows.saturating_sub(self.refused.values().sum())
    }

    pub(super) fn filled(&mut self, rows: u32, refused: &[Turned], place: Place) {
        self.rows += rows;
        self.pieces.push(place);
        for turned in refused {
            *self.refused.entry(turned.why.code().to_owned()).or_default() += 1;
        }
    }
}

/// The campaigns of a desk, by name.
pub type Campaigns = BTreeMap<Name, Campaign>;

/// A new campaign; nothing happens if it is there already with the same plan.
///
/// # Errors
/// When the name is another campaign's or none, or the template cannot be sent.
pub fn make(
    known: &Campaigns,
    name: &Name,
    plan: &Plan,
    by: &Name,
    templates: &Catalogue,
    at: Timestamp,
) -> Result<Option<DeskEvent>, Refusal> {
    let length = name.as_str().chars().count();
    let printable = !name.as_str().chars().any(|c| is_hostile(c) || c == '/');
    // It stands in addresses, where a name of dots would mean a folder.
    let dots = name.as_str().chars().all(|c| c == '.' || c.is_whitespace());
    if !(1..=NAME_MOST).contains(&length) || dots || !printable {
        let what = format!(
            "a campaign's name has 1 to {NAME_MOST} characters and no slash, and not only dots"
        );
        return Err(Refusal::Malformed { what });
    }
    match known.get(name) {
        Some(there) if there.plan == *plan => return Ok(None),
        Some(_) => return Err(Refusal::Exists { name: name.clone() }),
        None => {}
    }
    if known.len() >= CAMPAIGNS_MOST {
        let what = format!("a desk keeps at most {CAMPAIGNS_MOST} campaigns");
        return Err(Refusal::Malformed { what });
    }
    templates.sendable(&plan.template, &plan.language)?;
    let (name, plan, by) = (name.clone(), plan.clone(), by.clone());
    Ok(Some(DeskEvent::CampaignMade { at, name, plan, by }))
}

/// Moves a campaign to another stage; nothing happens if it is there already.
///
/// # Errors
/// When there is none, or there is no way from where it stands.
pub fn shift(
    known: &Campaigns,
    name: &Name,
    to: Stage,
    by: &Name,
    at: Timestamp,
) -> Result<Option<DeskEvent>, Refusal> {
    let campaign = known.get(name).ok_or(Refusal::NoCampaign)?;
    let from = campaign.stage;
    let may = match (from, to) {
        (from, to) if from == to => return Ok(None),
        (Stage::Cancelled, _) | (_, Stage::Preparing) => false,
        (Stage::Preparing, Stage::Paused) => false,
        (_, Stage::Running | Stage::Paused | Stage::Cancelled) => true,
    };
    if !may {
        return Err(Refusal::CampaignIs { stage: from });
    }
    let (name, by) = (name.clone(), by.clone());
    Ok(Some(DeskEvent::CampaignShifted { at, name, stage: to, by }))
}

#[cfg(test)]
mod tests {
    use super::super::desk::Desk;
    use super::super::template::{Purpose, Template};
    use super::*;

    fn catalogue() -> Catalogue {
        let template = |name: &str, status: &str| Template {
            name: name.into(),
            language: "it".into(),
            status: status.into(),
            purpose: Purpose::Marketing,
            header: None,
            body: "testo".into(),
            footer: None,
            slots: Vec::new(),
            unsendable: None,
            buttons: Vec::new(),
            quality: None,
            offer: None,
            cards: Vec::new(),
            rejected: None,
        };
        Catalogue { templates: vec![template("promo", "APPROVED"), template("old", "PAUSED")] }
    }

    fn plan(template: &str, digest: &str) -> Plan {
        Plan {
            line: "1".into(),
            template: template.into(),
            language: "it".into(),
            digest: digest.into(),
        }
    }

    #[test]
    fn a_campaign_goes_only_the_ways_there_are() {
        let (ada, at) = (Name::from("ada"), Timestamp::from_secs(1));
        for (steps, code) in [
            ("running paused running cancelled", ""),
            ("running running", ""),
            ("cancelled", ""),
            ("paused", "campaign_is"),
            ("running preparing", "campaign_is"),
            ("cancelled running", "campaign_is"),
        ] {
            let mut desk = Desk::default();
            let name = Name::from("spring");
            assert_eq!(
                shift(&desk.campaigns, &name, Stage::Running, &ada, at),
                Err(Refusal::NoCampaign)
            );
            let made = make(&desk.campaigns, &name, &plan("promo", "a"), &ada, &catalogue(), at);
            desk.evolve(&made.expect("allowed").expect("it is new"), Place::default());
            let mut last = "";
            for step in steps.split(' ') {
                let all = [Stage::Preparing, Stage::Running, Stage::Paused, Stage::Cancelled];
                let to = all.into_iter().find(|stage| stage.word() == step).expect("a stage");
                match shift(&desk.campaigns, &name, to, &ada, at) {
                    Ok(event) => {
                        event.iter().for_each(|event| desk.evolve(event, Place::default()));
                        assert_eq!(desk.campaigns[&name].stage, to, "{steps}");
                    }
                    Err(refusal) => last = refusal.code(),
                }
            }
            assert_eq!(last, code, "{steps}");
        }
    }

    #[test]
    fn a_name_is_one_campaigns_and_its_template_can_be_sent() {
        let mut desk = Desk::default();
        let (ada, at) = (Name::from("ada"), Timestamp::from_secs(1));
        for (name, template, digest, says) in [
            ("spring", "promo", "a", "made"),
            ("spring", "promo", "a", "known"),
            ("spring", "promo", "b", "exists"),
            ("summer", "old", "a", "template_not_approved"),
            ("summer", "none", "a", "template_unknown"),
            ("", "promo", "a", "malformed"),
            ("a/b", "promo", "a", "malformed"),
        ] {
            let plan = plan(template, digest);
            let made = make(&desk.campaigns, &name.into(), &plan, &ada, &catalogue(), at);
            let said = match &made {
                Ok(Some(_)) => "made",
                Ok(None) => "known",
                Err(refusal) => refusal.code(),
            };
            assert_eq!(said, says, "{name} {template} {digest}");
            if let Ok(Some(event)) = made {
                desk.evolve(&event, Place::default());
            }
        }
    }
}
