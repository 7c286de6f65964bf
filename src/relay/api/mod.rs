//! The consoles' listener: REST, health, metrics, and the door to the WebSocket.

mod alerts;
mod answer;
mod campaigns;
mod document;
mod files;
mod pieces;
mod raw;
mod routes;

pub use document::openapi;

use super::gate::Gate;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// Bytes of a request's body at most: a reply or a note with its JSON.
const BODY_MOST: usize = 256 * 1024;

/// Everything that the consoles' listener serves.
pub fn router(gate: Gate) -> Router {
    Router::new()
        .route("/healthz", get(routes::healthz))
        .route("/readyz", get(routes::readyz))
        .route("/metrics", get(routes::metrics))
        .route("/ws", get(routes::ws))
        .route("/api/v1/openapi.json", get(routes::openapi))
        .route("/api/v1/login", post(routes::login))
        .route("/api/v1/tickets", get(routes::tickets))
        .route("/api/v1/tickets/{number}", get(routes::ticket))
        .route("/api/v1/tickets/{number}/why", get(routes::why))
        .route("/api/v1/tickets/{number}/thread", get(routes::thread))
        .route("/api/v1/tickets/{number}/actions", post(routes::act))
        .route("/api/v1/tickets/{number}/media", files::handing_in())
        .route("/api/v1/tickets/{number}/media/{entry}", get(files::file))
        .route("/api/v1/tickets/{number}/raw/{entry}", get(raw::raw))
        .route("/api/v1/contacts", get(routes::contacts))
        .route("/api/v1/contacts/{id}", get(routes::contact))
        .route("/api/v1/contacts/{id}/thread", get(routes::contact_thread))
        .route("/api/v1/contacts/{id}/consents", get(routes::consents).post(routes::consent))
        .route("/api/v1/contacts/{id}/merge", post(routes::merge))
        .route("/api/v1/contacts/{id}/split", post(routes::split))
        .route("/api/v1/contacts/{id}/undo", post(routes::undo_merge))
        .route("/api/v1/consents", post(routes::import_consents))
        .route("/api/v1/lines", get(routes::lines))
        .route("/api/v1/alerts", get(alerts::all))
        .route("/api/v1/alerts/acknowledge", post(alerts::acknowledge))
        .route("/api/v1/spread", get(routes::spread).post(routes::spread_out))
        .route("/api/v1/campaigns", get(campaigns::all).post(campaigns::make))
        .route("/api/v1/campaigns/{name}", get(campaigns::one))
        .route("/api/v1/campaigns/{name}/recipients", post(campaigns::fill))
        .route("/api/v1/campaigns/{name}/actions", post(campaigns::act))
        .route("/api/v1/templates", get(routes::templates).post(routes::submit_template))
        .route("/api/v1/templates/audit", get(routes::template_audit))
        .route("/api/v1/templates/files", files::example())
        .route("/api/v1/templates/sync", post(routes::sync_templates))
        .route("/api/v1/canned", get(routes::canned))
        .route_layer(axum::middleware::from_fn(answer::only_known_keys))
        .route_layer(axum::middleware::from_fn_with_state(gate.clone(), answer::measured))
        .fallback(answer::no_such_path)
        .method_not_allowed_fallback(answer::no_such_method)
        .layer(axum::middleware::map_response(answer::not_cached))
        .layer(DefaultBodyLimit::max(BODY_MOST))
        .with_state(gate)
}
