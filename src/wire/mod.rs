//! What consoles, scripts and the relay say to each other: serde types and nothing else.
//!
//! The names and the shape of the JSON are a contract. Unknown fields are ignored and unknown kinds of frames are
//! read as such, so that either side may be newer. Times are RFC 3339 in UTC.

pub mod alert;
pub mod aside;
pub mod campaign;
pub mod canned;
pub mod clocks;
pub mod colleague;
pub mod contact;
pub mod frame;
pub mod listing;
pub mod notice;
pub mod offer;
pub mod plan;
pub mod request;
pub mod spread;
mod template;
pub mod thread;
pub mod ticket;
pub mod wall;
pub mod why;

pub use alert::{AlertAck, AlertView, AlertsView};
pub use aside::{AsideView, Link, LinkView, TodoView};
pub use campaign::{
    CampaignAct, CampaignDo, CampaignFilled, CampaignReport, CampaignRequest, CampaignRow,
    CampaignRows, CampaignView, FailedBy, TurnedRow,
};
pub use canned::CannedView;
pub use clocks::{Clocks, Held, Hours, Span};
pub use colleague::{ColleagueView, HereView, Presence};
pub use contact::{
    ConsentEntry, ConsentImport, ConsentImported, ConsentRequest, ConsentRow, ConsentView,
    ContactView, ConversationBrief, MergeRequest,
};
pub use frame::{
    ClientFrame, CountsView, Desk, Fresh, Part, RelayFrame, Sort, TALLIES_MOST, TallyView,
    ThreadNews, VERSION, ViewCounts, Watch, You,
};
pub use listing::{Change, Keyed, Shown, Splice, Unfitting};
pub use notice::{LineNews, NoticeKind, NoticeView};
pub use offer::{Answer, AskedView, OfferView};
pub use plan::{PlanView, PlannedChange, PlannedClock, PlannedClocks, PlannedGift};
pub use request::{Act, Acted, ActionRequest, LoggedIn, Login, Refused};
pub use spread::{MoveView, SpreadRequest, SpreadView};
pub use template::{
    Cost, SlotView, TemplateAudit, TemplateFile, TemplateSubmitted, TemplateSync, TemplateView,
    TemplateWish, Trouble,
};
pub use thread::{
    DraftView, EntryKind, EntryView, ErrorView, MediaView, QuoteView, ReactionView, StatusAt,
    ThreadEntry, ThreadView, VersionView, WhisperView,
};
pub use ticket::{
    BREACHING_SECONDS, ContactBrief, Direction, Due, InboxView, LastMessage, QUERY_MOST,
    TicketFilter, TicketView, Window,
};
pub use wall::{
    DyingView, Health, LimitView, LineMark, LineReport, LineTrouble, LineView, OutboxView,
    QueueView, ToldView, WallNews, WallShown, WallView,
};
pub use why::WhyView;

/// Ids of messages of ours as text, `17.1763719283000`.
pub(crate) mod outbox_id {
    use crate::domain::id::SendId;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(id: &SendId, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SendId, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }

    pub(crate) mod option {
        use super::SendId;
        use serde::{Deserialize, Deserializer, Serializer};

        pub(crate) fn serialize<S: Serializer>(
            id: &Option<SendId>,
            to: S,
        ) -> Result<S::Ok, S::Error> {
            match id {
                Some(id) => to.collect_str(id),
                None => to.serialize_none(),
            }
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
            from: D,
        ) -> Result<Option<SendId>, D::Error> {
            let text = Option::<String>::deserialize(from)?;
            text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
        }
    }
}
