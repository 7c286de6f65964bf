//! Alerts by rule.

use super::answer::{Body, Fault};
use crate::relay::gate::{Gate, Signed};
use crate::wire::{AlertAck, AlertsView};
use axum::Json;
use axum::extract::State;

pub(super) async fn all(
    State(gate): State<Gate>,
    signed: Signed,
) -> Result<Json<AlertsView>, Fault> {
    Ok(Json(gate.alerts(&signed).await?))
}

pub(super) async fn acknowledge(
    State(gate): State<Gate>,
    signed: Signed,
    Body(ack): Body<AlertAck>,
) -> Result<Json<AlertsView>, Fault> {
    Ok(Json(gate.acknowledge_alerts(&signed, &ack).await?))
}
