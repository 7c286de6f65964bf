//! Consoles over WebSocket.

use super::gate::{Gate, Signed};
use axum::extract::ws::WebSocket;

/// The subprotocol.
pub const PROTOCOL: &str = "guichet.v1";
/// Bytes that may wait to be written to one console.
pub const WRITE_MOST: usize = 256 * 1024;

/// Serves one console until it goes.
pub async fn serve(_gate: Gate, _signed: Signed, _socket: WebSocket) {}
