//! What people do to tickets, by what is said to the relay.

mod connection;
mod divided;
mod linked;
mod prompt;
mod reason;
mod round;
mod several;

use super::samples::{asked, commands, done, refused, rig, ticket, told};
use super::{command, why_not};
use crate::console::action::Action;
use crate::console::effect::Effect;
use crate::console::language::Language;
use crate::console::model::overlay::Overlay;
use crate::console::msg::{Link, Msg};
use crate::console::rig::Rig;
use crate::console::sample::whole;
use crate::console::update::acts::samples::welcome;
use crate::console::update::overlays;
use crate::domain::id::{ConversationId, OutboxId, SendId, TicketNumber};
use crate::domain::roster::Role;
use crate::domain::ticket::State;
use crate::wire::{ActionRequest, ColleagueView, Presence, RelayFrame, TicketView};
use uuid::Uuid;

fn mine(number: u64) -> TicketView {
    TicketView { assignee: Some("ada".into()), ..ticket(number) }
}

fn json(action: &ActionRequest) -> String {
    serde_json::to_string(action).expect("JSON")
}

fn lost(rig: &mut Rig) {
    rig.msg(Msg::Link(Link::Lost { why: "gone".into(), retry_ms: Some(1_000) }));
}
