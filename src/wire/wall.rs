//! The desk at a glance.

use super::alert::AlertView;
use super::colleague::ColleagueView;
use super::listing::{Change, Keyed, Shown, Unfitting};
use crate::domain::id::TicketNumber;
use crate::domain::line::{News, Restriction};
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// What a supervisor watches. For agents `queues` is empty and `outbox` missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WallView {
    /// By name.
    #[serde(default)]
    pub queues: Vec<QueueView>,
    /// By name; agents see those with whom they share a queue.
    #[serde(default)]
    pub agents: Vec<ColleagueView>,
    /// By name.
    #[serde(default)]
    pub lines: Vec<LineView>,
    /// Windows that close soon while the customer waits, the next first; the first few.
    #[serde(default)]
    pub windows: Vec<DyingView>,
    /// How many there are in all.
    #[serde(default)]
    pub dying: usize,
    /// Why the operator's changed file was refused, while another configuration is in force than the file's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Alerts that are raised, the latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<AlertView>,
    /// What is on its way to customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<OutboxView>,
}

/// What has changed of a [`WallView`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WallNews {
    /// See [`WallView::queues`].
    #[serde(skip_serializing_if = "Change::is_nothing")]
    pub queues: Change<String, QueueView>,
    /// See [`WallView::agents`].
    #[serde(skip_serializing_if = "Change::is_nothing")]
    pub agents: Change<String, ColleagueView>,
    /// See [`WallView::lines`].
    #[serde(skip_serializing_if = "Change::is_nothing")]
    pub lines: Change<String, LineView>,
    /// See [`WallView::windows`].
    #[serde(skip_serializing_if = "Change::is_nothing")]
    pub windows: Change<TicketNumber, DyingView>,
    /// See [`WallView::dying`]; always told.
    pub dying: usize,
    /// See [`WallView::refused`]; always told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// See [`WallView::alerts`]; always told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<AlertView>,
    /// See [`WallView::outbox`]; always told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outbox: Option<OutboxView>,
}

/// A wall as it is put together from what has changed.
#[derive(Clone, Debug, Default)]
pub struct WallShown {
    queues: Shown<QueueView>,
    agents: Shown<ColleagueView>,
    lines: Shown<LineView>,
    windows: Shown<DyingView>,
}

impl WallShown {
    /// Folds a difference in, and gives the whole.
    ///
    /// # Errors
    /// [`Unfitting`]: a frame was lost; watch anew.
    pub fn apply(&mut self, news: WallNews) -> Result<WallView, Unfitting> {
        self.queues.apply(news.queues)?;
        self.agents.apply(news.agents)?;
        self.lines.apply(news.lines)?;
        self.windows.apply(news.windows)?;
        Ok(WallView {
            queues: self.queues.iter().cloned().collect(),
            agents: self.agents.iter().cloned().collect(),
            lines: self.lines.iter().cloned().collect(),
            windows: self.windows.iter().cloned().collect(),
            dying: news.dying,
            refused: news.refused,
            alerts: news.alerts,
            outbox: news.outbox,
        })
    }
}

impl From<WallView> for WallNews {
    /// The whole, for who was told nothing yet.
    fn from(view: WallView) -> Self {
        Self {
            queues: Change::whole(view.queues),
            agents: Change::whole(view.agents),
            lines: Change::whole(view.lines),
            windows: Change::whole(view.windows),
            dying: view.dying,
            refused: view.refused,
            alerts: view.alerts,
            outbox: view.outbox,
        }
    }
}

/// A ticket whose window closes soon while the customer waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DyingView {
    /// Which.
    pub number: TicketNumber,
    /// Where.
    pub queue: String,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// When it closes.
    #[serde(with = "rfc3339")]
    pub until: Timestamp,
}

impl Keyed for DyingView {
    type Key = TicketNumber;
    fn key(&self) -> TicketNumber {
        self.number
    }
}

impl Keyed for QueueView {
    type Key = String;
    fn key(&self) -> String {
        self.name.clone()
    }
}

impl Keyed for LineView {
    type Key = String;
    fn key(&self) -> String {
        self.name.clone()
    }
}

/// One queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueView {
    /// Its name.
    pub name: String,
    /// Unsolved tickets.
    pub unsolved: usize,
    /// Of these, with a customer who waits.
    pub waiting: usize,
    /// Of these, nobody's.
    #[serde(default)]
    pub unassigned: usize,
    /// Since when the customer waits who waits longest.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub oldest_wait: Option<Timestamp>,
    /// With a promise broken that still runs.
    pub breached: usize,
    /// With a promise that will be broken within [`BREACHING_SECONDS`](super::BREACHING_SECONDS).
    #[serde(default)]
    pub breaching: usize,
    /// When the next promise will be broken.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub next_breach: Option<Timestamp>,
    /// Tickets that came in each of the last 24 hours of the clock, the running one last; nothing where none came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arrivals: Vec<u32>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    /// The operator's name.
    pub name: String,
    /// How sending on it goes.
    pub health: Health,
    /// Why it is not well, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Since when it is as it is, where known.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The platform's word for how its messages are received, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// Its phone number as people write it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Messages a second that it may send, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_second: Option<u32>,
    /// Conversations whose next message waits for the platform's pace for one customer: 45 at once, then one in 6 s.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub paced: usize,
    /// How many people its portfolio may write to first, and how far that is used up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<LimitView>,
    /// What the platform forbids it at the moment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<Restriction>,
    /// The platform has switched its account off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}

/// The messaging limit: people who are written to outside their windows, each counted once in 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitView {
    /// So many; nothing where there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<usize>,
    /// In the last 24 hours.
    pub used: usize,
    /// When it will be used up, as it goes now; nothing if it will not be today, or is.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub full_at: Option<Timestamp>,
    /// When somebody leaves it, where it is used up for campaigns, which leave a tenth to people.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub frees_at: Option<Timestamp>,
}

/// `GET /api/v1/lines`: a line, and what the platform said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineReport {
    /// What stands on the wall.
    #[serde(flatten)]
    pub line: LineView,
    /// The latest news, oldest first.
    pub told: Vec<ToldView>,
}

/// Something that the platform said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldView {
    /// When.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// In English.
    pub text: String,
    /// For programs.
    pub news: News,
}

/// A line that is not as it should be, for the status line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineMark {
    /// The operator's name.
    pub name: String,
    /// What is the matter; the worst.
    pub trouble: LineTrouble,
    /// How many people may still be written to first, near the end of the messaging limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<usize>,
}

/// See [`LineMark`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineTrouble {
    /// The account is switched off.
    Disabled,
    /// Nothing is sent until an operator has put something right.
    Held,
    /// The platform forbids something.
    Restricted,
    /// Its quality is red.
    Red,
    /// Nine tenths of the messaging limit are used.
    NearLimit,
    /// Its quality is yellow.
    Yellow,
    /// A newer relay's word.
    #[serde(other)]
    Unknown,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl LineView {
    /// It as the status line tells it; nothing of one that is well.
    pub fn mark(self) -> Option<LineMark> {
        let trouble = self.trouble()?;
        let near = self.limit.filter(|_| trouble == LineTrouble::NearLimit);
        let left = near.and_then(|limit| Some(limit.most?.saturating_sub(limit.used)));
        Some(LineMark { name: self.name, trouble, left })
    }

    /// The worst that is the matter with it, if anything is.
    pub fn trouble(&self) -> Option<LineTrouble> {
        let quality = |word: &str| self.quality.as_deref() == Some(word);
        let near = self.limit.and_then(|limit| {
            let most = limit.most?;
            (limit.used >= most - most / 10).then_some(())
        });
        let all = [
            (self.disabled, LineTrouble::Disabled),
            (self.health == Health::Held, LineTrouble::Held),
            (!self.restrictions.is_empty(), LineTrouble::Restricted),
            (quality("RED"), LineTrouble::Red),
            (near.is_some(), LineTrouble::NearLimit),
            (quality("YELLOW"), LineTrouble::Yellow),
        ];
        all.into_iter().find(|(is, _)| *is).map(|(_, trouble)| trouble)
    }
}

/// How sending on a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should.
    Ok,
    /// The platform failed; single messages try whether it is back.
    Probing,
    /// Nothing is sent until an operator has put something right.
    Held,
    /// The platform asked to go slower.
    Throttled,
    /// A newer relay's word.
    #[serde(other)]
    Unknown,
}

/// What is on its way to customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxView {
    /// Not tried yet.
    pub queued: usize,
    /// Tried, not taken, to be tried again.
    pub retrying: usize,
    /// Nobody knows whether they arrived: people decide.
    pub unconfirmed: usize,
    /// Failed within the last hour of desk time, as far as this relay has seen since it started.
    pub failed: usize,
}
