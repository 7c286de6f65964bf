//! What stands behind the paths of campaigns.

use super::answer::{Body, Fault};
use crate::relay::gate::{Gate, Signed};
use crate::wire::{
    Acted, CampaignAct, CampaignFilled, CampaignReport, CampaignRequest, CampaignRows, CampaignView,
};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

type Answer<T> = Result<Json<T>, Fault>;

pub(super) async fn all(State(gate): State<Gate>, signed: Signed) -> Answer<Vec<CampaignView>> {
    gate.leads_campaigns(&signed, "list").await?;
    let read = gate.read(&signed, || "campaigns".into(), |reading, _| Ok(reading.campaigns()));
    Ok(Json(read.await?))
}

pub(super) async fn one(
    State(gate): State<Gate>,
    signed: Signed,
    Path(name): Path<String>,
) -> Answer<CampaignReport> {
    gate.leads_campaigns(&signed, "report").await?;
    let read =
        gate.read(&signed, || "campaign".into(), move |reading, _| reading.campaign(&name)).await;
    let found = read.map_err(|refused| match refused.code.as_str() {
        "no_ticket" => {
            let hint = "see `guichet campaigns`";
            Fault::new(StatusCode::NOT_FOUND, "no_campaign", "there is no such campaign", hint)
        }
        _ => refused.into(),
    });
    Ok(Json(found?))
}

pub(super) async fn make(
    State(gate): State<Gate>,
    signed: Signed,
    Body(request): Body<CampaignRequest>,
) -> Answer<Acted> {
    Ok(Json(gate.make_campaign(&signed, request).await?))
}

pub(super) async fn fill(
    State(gate): State<Gate>,
    signed: Signed,
    Path(name): Path<String>,
    Body(rows): Body<CampaignRows>,
) -> Answer<CampaignFilled> {
    Ok(Json(gate.fill_campaign(&signed, &name, rows).await?))
}

pub(super) async fn act(
    State(gate): State<Gate>,
    signed: Signed,
    Path(name): Path<String>,
    Body(act): Body<CampaignAct>,
) -> Answer<Acted> {
    Ok(Json(gate.move_campaign(&signed, &name, act).await?))
}
