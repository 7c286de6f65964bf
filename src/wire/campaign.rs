//! A template sent to a list of people.

use crate::domain::campaign::Stage;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `POST /api/v1/campaigns`: the same again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignRequest {
    /// Its name.
    pub name: String,
    /// The line over which it goes; may be left out where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The template's name.
    pub template: String,
    /// Its exact language.
    pub language: String,
    /// A fingerprint of all rows, made by the client: rows that are given later are of the same list.
    pub digest: String,
}

/// `POST /api/v1/campaigns/{name}/recipients`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignRows {
    /// How many rows came before these. Rows that were taken already are passed over.
    pub from: u32,
    /// At most [`CampaignRows::ROWS_MOST`].
    pub rows: Vec<CampaignRow>,
}

impl CampaignRows {
    /// Rows in one request.
    pub const ROWS_MOST: usize = 200;
}

/// One person of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignRow {
    /// With the country's code; spaces, hyphens, brackets and a plus are ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The platform's id of the person for this business, in the place of a phone or beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Values by slot name.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
}

/// The answer: how many rows are taken by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignFilled {
    /// Of the list, from its beginning.
    pub rows: u32,
}

/// `POST /api/v1/campaigns/{name}/actions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignAct {
    /// What is to become of it.
    #[serde(rename = "do")]
    pub act: CampaignDo,
}

/// What people do to a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignDo {
    /// Its list is whole: send.
    Start,
    /// Send nothing more for now.
    Pause,
    /// Go on.
    Resume,
    /// Never send what is not sent.
    Cancel,
}

/// A campaign in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignView {
    /// Its name.
    pub name: String,
    /// The line's name.
    pub line: String,
    /// The template's name.
    pub template: String,
    /// Its language.
    pub language: String,
    /// Where it stands.
    pub state: Stage,
    /// Who made it.
    pub by: String,
    /// When.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// Rows taken.
    pub rows: u32,
    /// Of these, refused, by the code of the rule.
    #[serde(default)]
    pub refused: BTreeMap<String, u32>,
    /// Messages that the platform has not taken yet and that may still go; unconfirmed ones are among them.
    pub waiting: u32,
}

/// What became of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignReport {
    /// What stands in the list.
    #[serde(flatten)]
    pub campaign: CampaignView,
    /// Messages that the platform took; some of them may have failed since.
    pub sent: u32,
    /// Of these, held by the platform until it has judged the template: it sends them later, or drops them.
    #[serde(default)]
    pub held: u32,
    /// Of these, on the customer's device, read ones among them.
    pub delivered: u32,
    /// Of these, read.
    pub read: u32,
    /// Of whom it was sent to: who wrote within a week after.
    pub answered: u32,
    /// Nobody knows whether they arrived.
    pub unconfirmed: u32,
    /// Taken back before they were sent.
    pub cancelled: u32,
    /// Messages that failed, by the platform's code.
    #[serde(default)]
    pub failed: Vec<FailedBy>,
    /// Rows that were refused, in their order.
    #[serde(default)]
    pub turned: Vec<TurnedRow>,
}

/// Messages that failed for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedBy {
    /// The platform's code.
    pub code: u32,
    /// What it means.
    pub title: String,
    /// How many.
    pub count: u32,
}

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnedRow {
    /// Which, from 1; the heading does not count.
    pub row: u32,
    /// A stable word for programs.
    pub code: String,
    /// The rule in words.
    pub message: String,
}
